"""What is asked for: which grade, and what a plan may do; everything that is wrong with it is told at once."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING

import polars as pl

from engine.diagnostic import Diagnostic, InvalidInputError, Place, near
from engine.facts import cells
from engine.messages.words import listed
from engine.remedies.planned import number_of_value
from engine.remedies.planning import Limits
from engine.schema import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.programme.rules import Rules
    from engine.schema import Column

_FREEZE, _ALLOW, _TO = "--freeze", "--allow", "--to"


_SHEETS = (".xlsx", ".csv")


def check(unit: str | None, output: str | None, *, all_units: bool, given: Mapping[str, object]) -> None:
    """What is asked for goes together: one unit, or a sheet for all.

    Raises:
        InvalidInputError: it does not.
    """
    problems = []
    if (unit is None) != all_units:
        problems.append(Diagnostic("remedy_unit_or_all", Place("UNIT")))
    if not all_units:
        stray = {"--below": given.get("below"), "-o": output}
        problems += [
            Diagnostic("remedy_only_all", Place(name), {"option": name}) for name, value in stray.items() if value
        ]
    if output is not None and not output.endswith(_SHEETS):
        problems.append(Diagnostic("remedy_sheet_form", Place("-o"), {"name": output}))
    if problems:
        raise InvalidInputError(problems)


def limits(
    book: Rules,
    *,
    plans: int,
    freeze: Sequence[str],
    allow: Sequence[str],
    max_changes: int | None,
    budget: float | None,
) -> Limits:
    """What a plan may do.

    Args:
        book: the rulebook whose facts are meant.
        plans: how many plans are sought.
        freeze: facts that must stay as they are, by id or label.
        allow: facts that may change, as `fact` or `fact=lo..hi`.
        max_changes: how many facts a plan may change.
        budget: what it may cost.

    Raises:
        InvalidInputError: with everything that is wrong.
    """
    problems: list[Diagnostic] = []
    frozen = {id_ for name in freeze if (id_ := _fact(book, name, _FREEZE, problems)) is not None}
    allowed = dict(_allowed(book, allow, problems))
    problems += [
        Diagnostic("remedy_freeze_and_allow", Place(_ALLOW), {"name": id_}) for id_ in sorted(frozen & allowed.keys())
    ]
    if problems:
        raise InvalidInputError(problems)
    cost = None if budget is None else Fraction(repr(budget))
    return Limits(plans, frozenset(frozen), allowed, max_changes, cost)


def grade(book: Rules, name: str, place: str = _TO) -> int:
    """A grade by its id or label, as an index, best first.

    Raises:
        InvalidInputError: there is none of that name.
    """
    labels = book.said.grades or {}
    for at, id_ in enumerate(book.grades):
        if name in {id_, *labels[id_].texts.values()}:
            return at
    guess = near(name, [text for id_ in book.grades for text in (id_, *labels[id_].texts.values())])
    known = listed(labels[id_].texts for id_ in book.grades)
    raise InvalidInputError([Diagnostic("remedy_unknown_grade", Place(place), {"name": name, **known}, guess)])


def _allowed(
    book: Rules, allow: Iterable[str], problems: list[Diagnostic]
) -> Iterable[tuple[str, tuple[float, float]]]:
    for written in allow:
        name, _, span = written.partition("=")
        id_ = _fact(book, name.strip(), _ALLOW, problems)
        if id_ is None:
            continue
        column = book.facts[id_]
        if column.type in {"text", "reference"}:
            problems.append(Diagnostic("remedy_fact_of_words", Place(_ALLOW), {"name": name}))
        elif not span:
            yield id_, (-inf, inf)
        elif (found := _span(column, span)) is None:
            problems.append(Diagnostic("remedy_allow_form", Place(_ALLOW), {"written": written, "name": id_}))
        else:
            yield id_, found


def _span(column: Column, written: str) -> tuple[float, float] | None:
    """The two ends of `lo..hi`; None where that is no range of values that the fact can have."""
    if column.type not in NUMERIC | {"date"}:
        return None
    low, dots, high = written.partition("..")
    texts = pl.DataFrame({column.id: [low.strip() or None, high.strip() or None]}, schema={column.id: pl.String})
    ((_, values, masks),) = cells.read(texts, [column])
    if not dots or any(mask.fill_null(value=False).any() for mask in masks.values()):
        return None
    ends = [number_of_value(column, value) for value in values]
    found = (-inf if ends[0] is None else float(ends[0]), inf if ends[1] is None else float(ends[1]))
    return found if found[0] <= found[1] else None


def _fact(book: Rules, name: str, option: str, problems: list[Diagnostic]) -> str | None:
    names = names_of(book)
    if name not in names:
        values = {"name": name, "rulebook": book.id}
        problems.append(Diagnostic("remedy_unknown_fact", Place(option), values, near(name, names, n=3)))
        return None
    return names[name]


def names_of(book: Rules) -> Mapping[str, str]:
    """The facts of a rulebook by their ids and labels."""
    return {text: id_ for id_, column in book.facts.items() for text in (*column.label.texts.values(), id_)}
