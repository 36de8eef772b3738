"""Read thresholds: the rows of a table from a number to what holds from there on."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from engine.expression import check
from engine.expression.typed import number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.expression.syntax import Node
    from engine.programme.reporter import Reporter
    from engine.yaml_text import Path_

Given = TypeVar("Given")
_NUMBER = r"\d+(?:\.\d+)?%?"
_RANGE = re.compile(rf"{_NUMBER}\s*(?:[-~～—－至到]+\s*{_NUMBER}|以上|及以上)")
"""A band as a range, where the rules have only where it begins."""


def thresholds(
    reporter: Reporter,
    rows: Mapping[str, str],
    path: Path_,
    of: Node | None,
    given: Callable[[Reporter, str, Path_], Given | None],
) -> list[tuple[Node, Given]]:
    """Thresholds with what they give, smallest first; none when something is wrong with them.

    Args:
        reporter: gets what is wrong.
        rows: what each threshold gives, as written.
        path: where the table stands.
        of: what is held against the thresholds, if that could be read.
        given: reads what a threshold gives, and reports what is wrong with it.
    """
    problems = len(reporter.problems)
    found = []
    for key, text in rows.items():
        if key == "else":
            reporter.refuse("else_in_table", (*path, key), of_key=True)
            continue
        if _RANGE.fullmatch(key):
            low = min(re.findall(r"[\d.]+%?", key), key=lambda number: float(number.rstrip("%")))
            reporter.refuse("threshold_as_range", (*path, key), of_key=True, value=key, instead=low)
            continue
        constant, what = reporter.constant(key, (*path, key), of_key=True), given(reporter, text, (*path, key))
        value = number_of(constant[0]) if constant else None
        if constant and value is None:
            reporter.refuse("not_a_number", (*path, key), of_key=True, value=key)
        is_share = of is not None and check.type_of(of).unit == "ratio"
        if constant and value is not None and value > 1 and is_share and constant[1].unit != "ratio":
            reporter.refuse("percent_missing", (*path, key), of_key=True, number=key)
        if constant and value is not None and what is not None:
            found.append((value, constant[0], what, key))
    found.sort(key=lambda row: row[0])
    for (first, *_, one), (second, *_, other) in pairwise(found):
        if first == second:
            reporter.refuse("duplicate_threshold", (*path, other), of_key=True, value=other, first=one)
    return [] if len(reporter.problems) > problems else [(node, what) for _, node, what, _ in found]
