"""Read the forms of points."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.expression import check
from engine.expression.typed import number_of
from engine.programme import assessed, losses, rules
from engine.programme.amounts import amount

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from engine.expression.syntax import Node
    from engine.programme.reader import Reader
    from engine.programme.reporter import Reporter
    from engine.yaml_text import Path_

_NUMBER = r"\d+(?:\.\d+)?%?"
_RANGE = re.compile(rf"{_NUMBER}\s*(?:[-~～—－至到]+\s*{_NUMBER}|以上|及以上)")
"""A band as a range, where the rules have only where it begins."""


def points(reader: Reader, criterion: str, item: said.Points, path: Path_) -> rules.Points | None:
    """The points of a criterion; None when something is wrong with them, which is reported."""
    match item:
        case said.Losses():
            return losses.points(reader, criterion, item, path)
        case said.Assessed():
            return assessed.points(reader, criterion, item, path)
        case said.FixedPoints():
            value = amount(reader, item.fixed, path)
            return None if value is None else rules.Fixed(value)
        case said.Bands():
            of = reader.typed(item.of, (*path, "of"), "number")
            steps = _table(reader, item.bands, (*path, "bands"), of)
            otherwise = amount(reader, item.otherwise, (*path, "else"))
            if of is None or otherwise is None or not steps:
                return None
            _monotone(reader, [otherwise, *(points for _, points in steps)], (*path, "bands"))
            return rules.Bands(of, tuple(reversed(steps)), otherwise)
        case said.Linear():
            of = reader.typed(item.of, (*path, "of"), "number")
            knots = _table(reader, item.linear, (*path, "linear"), of)
            if len(item.linear) < 2:  # noqa: PLR2004
                reader.refuse("linear_needs_two", (*path, "linear"))
            if of is None or not knots:
                return None
            _monotone(reader, [points for _, points in knots], (*path, "linear"))
            return rules.Linear(of, tuple(knots))
        case said.Deduction():
            of = reader.typed(item.of, (*path, "of"), "number")
            each = amount(reader, item.deduct, (*path, "deduct"))
            start = amount(reader, item.start, (*path, "from"))
            return None if of is None or each is None or start is None else rules.Deduction(of, each, start)


def _table(reporter: Reporter, rows: Mapping[str, str], path: Path_, of: Node | None) -> list[tuple[Node, Fraction]]:
    """Thresholds with their points, smallest threshold first; none when something is wrong with them."""
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
        constant, points = reporter.constant(key, (*path, key), of_key=True), amount(reporter, text, (*path, key))
        value = number_of(constant[0]) if constant else None
        if constant and value is None:
            reporter.refuse("not_a_number", (*path, key), of_key=True, value=key)
        is_share = of is not None and check.type_of(of).unit == "ratio"
        if constant and value is not None and value > 1 and is_share and constant[1].unit != "ratio":
            reporter.refuse("percent_missing", (*path, key), of_key=True, number=key)
        if constant and value is not None and points is not None:
            found.append((value, constant[0], points, key))
    found.sort(key=lambda row: row[0])
    for (first, *_, one), (second, *_, other) in pairwise(found):
        if first == second:
            reporter.refuse("duplicate_threshold", (*path, other), of_key=True, value=other, first=one)
    return [] if len(reporter.problems) > problems else [(node, points) for _, node, points, _ in found]


def _monotone(reporter: Reporter, points: Sequence[Fraction], path: Path_) -> None:
    rises = any(first < second for first, second in pairwise(points))
    falls = any(first > second for first, second in pairwise(points))
    if rises and falls:
        reporter.refuse("points_not_monotone", path)
