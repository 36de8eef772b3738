"""Every plan is rated before it is shown, and so is what is left of it without each of its changes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from engine.expression.days import day_of
from engine.remedies.planned import number_of_value
from engine.variants import rate_variants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.facts import Facts
    from engine.programme import Programme
    from engine.programme.rules import Rules
    from engine.remedies.planning import Step, Unit
    from engine.schema import Column

Row = dict[str, Any]


@dataclass(frozen=True)
class Proven:
    """A plan as it was rated.

    Attributes:
        steps: its changes.
        row: the rating with all of them.
        without: the rating without each of them, in their order.
    """

    steps: tuple[Step, ...]
    row: Row
    without: tuple[Row, ...]


def stored(column: Column, value: Any) -> Any:  # noqa: ANN401
    """A planned value in the type of its column."""
    if not isinstance(value, Fraction):
        return value
    if column.type == "date":
        return day_of(value)
    return int(value) if column.type == "count" else float(value)


def prove(
    programmes: Sequence[Programme],
    facts: Facts,
    book: Rules,
    year: int,
    plans: Sequence[tuple[Unit, int, tuple[Step, ...]]],
) -> list[Proven | None]:
    """Rate plans, all at once; None of one that is not enough, which only can be where others have a say.

    Args:
        programmes: what to rate by.
        facts: what was reported, at least of the units and of what stands below them.
        book: the rulebook.
        year: the year.
        plans: each with its unit and the grade that it must reach.

    Raises:
        AssertionError: a plan does not reach its grade, or reaches it without one of its changes: an error in planning.
    """
    variants = [(unit.id, changes) for unit, _, steps in plans for changes in _variants(book, steps)]
    rated = iter(rate_variants(programmes, facts, year=year, rulebook=book.id, variants=variants).to_dicts())
    proven: list[Proven | None] = []
    for unit, grade, steps in plans:
        row = next(rated)
        without = tuple(next(rated) for _ in steps)
        kept = [
            not _reaches(book, found, grade) or not _lawful(book, unit, changes)
            for found, changes in zip(without, list(_variants(book, steps))[1:], strict=True)
        ]
        if book.settlements and not (_reaches(book, row, grade) and all(kept)):
            proven.append(None)
            continue
        if not _reaches(book, row, grade) or not all(kept):
            raise AssertionError(unit.id, steps, row["grade_low"], kept)
        proven.append(Proven(steps, row, without))
    return proven


def _variants(book: Rules, steps: Sequence[Step]) -> Iterator[dict[str, object]]:
    """All changes, then all but one."""
    changes = {step.fact: stored(book.facts[step.fact], step.value) for step in steps}
    yield changes
    for step in steps:
        yield {fact: value for fact, value in changes.items() if fact != step.fact}


def _reaches(book: Rules, row: Row, grade: int) -> bool:
    return book.grades.index(row["grade_low"]) <= grade and not row["refused"]


def _lawful(book: Rules, unit: Unit, changes: Mapping[str, object]) -> bool:
    """Whether every fact that is known lies within the facts that bound it."""
    known = {**unit.facts, **changes}
    for id_, column in book.facts.items():
        for bound, sign in ((column.low, 1), (column.high, -1)):
            if isinstance(bound, str) and known.get(id_) is not None and known.get(bound) is not None:
                value, limit = (number_of_value(book.facts[name], known[name]) for name in (id_, bound))
                if sign * (value - limit) < 0:
                    return False
    return True
