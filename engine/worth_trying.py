"""Values of a fact worth trying: those at which the rating of a unit may change, just below and just above them.

They are only proposals: what a value does is found out by rating it (`engine.variants`).
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import ceil, floor, isfinite, isinf
from typing import TYPE_CHECKING

from engine.expression.days import day_number, day_of
from engine.programme.targets import answers
from engine.schema import NOT_ENTERED, NUMERIC
from engine.thresholds import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.expression.syntax import Node
    from engine.programme.rules import Rules
    from engine.schema import Column
    from engine.thresholds import Test

_STEPS = {"count": Fraction(1), "date": Fraction(1), "ratio": Fraction(1, 1000)}
_STEP = Fraction(1, 100)


def values(
    book: Rules, fact: str, facts: Mapping[str, object], constants: Mapping[tuple[str, str], Node]
) -> list[object]:
    """The values of a fact at which a unit's rating may change, as its table holds them, the smallest first.

    Args:
        book: the rulebook.
        fact: one of its facts.
        facts: the other facts of the unit, and numbers of the units below by the name of their column
            (`engine.expression.columns.column_name`); what is missing or None is not known.
        constants: the parameters in force (`engine.rating.frames.constants_in_force`).

    Returns:
        Every answer of a yes-no fact or a choice; of a number or a date its bounds, and where a comparison or a table
        of points changes, each with its neighbours; nothing of a text or a reference. An empty cell only where that
        is an answer.
    """
    column = book.facts[fact]
    optional: list[object] = [None] if column.blank == NOT_ENTERED else []
    if column.type == "boolean":
        return [False, True, *optional]
    if column.choices is not None:
        return [*column.choices, *optional]
    if column.type not in NUMERIC | {"date"}:
        return []
    known = {id_: exact(value) for id_, value in facts.items() if id_ != fact}
    low, high = _bounds(book, column, known)
    reader = Reader(book, constants)
    turns = {turn for test in tests_of(book, reader) for turn in reader.solved(test, fact, known)}
    turns |= {end for end in (low, high) if end is not None}
    found = {value for turn in turns for value in near(turn, column)}
    numbers = {value: exact(value) for value in found}
    fits = [value for value, number in numbers.items() if number is not None and _within(number, low, high)]
    return [*sorted(fits, key=lambda value: numbers[value] or Fraction(0)), *optional]


def _bounds(
    book: Rules, column: Column, known: Mapping[str, Fraction | None]
) -> tuple[Fraction | None, Fraction | None]:
    """Between what a fact may lie: as it is declared, and for the facts that bound it or that it bounds."""
    lows = [known.get(column.low) if isinstance(column.low, str) else None, _end(column.least)]
    highs = [known.get(column.high) if isinstance(column.high, str) else None, _end(column.most)]
    lows += [known.get(other.id) for other in book.facts.values() if other.high == column.id]
    highs += [known.get(other.id) for other in book.facts.values() if other.low == column.id]
    return (
        max((end for end in lows if end is not None), default=None),
        min((end for end in highs if end is not None), default=None),
    )


def _end(value: float) -> Fraction | None:
    return None if isinf(value) else Fraction(repr(float(value)))


def _within(value: Fraction, low: Fraction | None, high: Fraction | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)


# What a rulebook asks


def asked(book: Rules) -> list[tuple[Node | None, ...]]:
    """The expressions of a rulebook that answer something about a unit; those of one criterion together."""
    believed = (item.require for item in book.checks if item.said.severity == "refuse")
    found: list[tuple[Node | None, ...]] = [
        (item.require, item.applies, getattr(item.points, "of", None)) for item in book.criteria
    ]
    return found + [(node,) for node in (*late_conditions(book), *believed, *answers(book), *book.atoms)]


def late_conditions(book: Rules) -> Iterator[Node]:
    """The conditions of titles and selections."""
    yield from (title.when for title in book.titles)
    yield from (item.when for item in book.selections if item.when is not None)


def tests_of(book: Rules, reader: Reader) -> list[Test]:
    """Every number that a rulebook compares, or gives points for."""
    tests = [test for nodes in asked(book) for node in nodes for test in reader.tests(node)]
    return tests + [test for item in book.criteria for test in reader.table(item.points)]


# Numbers


def near(value: Fraction, column: Column) -> list[object]:
    """A number and its neighbours, as the fact stores them, those that lie within the fact's own bounds."""
    around = _around(value, column.type, column.step)
    return [stored for number, stored in around if column.least <= number <= column.most]


@cache
def _around(value: Fraction, type_: str, own: float | None = None) -> list[tuple[Fraction, object]]:
    """The multiples of a type's step next to a value, and one further, each also as it is stored."""
    step = _STEPS.get(type_, _STEP) if own is None else Fraction(repr(own))
    below, above = floor(value / step) * step, ceil(value / step) * step
    return [(number, _stored(number, type_)) for number in dict.fromkeys((below - step, below, above, above + step))]


def _stored(value: Fraction, type_: str) -> object:
    if type_ == "count":
        return int(value)
    return day_of(value) if type_ == "date" else float(value)


def exact(value: object) -> Fraction | None:
    """A number or date as a fraction."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        return Fraction(str(value)) if isfinite(value) else None
    return Fraction(day_number(value))  # type: ignore[arg-type]
