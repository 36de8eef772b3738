"""The distance to the next grade: what one change of a fact brings a unit, each change rated again.

It is no plan: what several changes together would bring is not tried.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.archive import InvalidRunError
from engine.archive.again import facts_of, programmes_of
from engine.archive.units import find_unit
from engine.diagnostic import Diagnostic, Place
from engine.explanation import explain
from engine.explanation.model import Step
from engine.explanation.reader import Reader
from engine.expression.columns import column_name
from engine.expression.days import day_of
from engine.messages.words import WORDS
from engine.neighbours import with_neighbours
from engine.programme import tables
from engine.rating.frames import constants_in_force
from engine.scoring import aggregates
from engine.variants import rate_variants
from engine.worth_trying import exact, values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.archive import Run
    from engine.explanation import Explanation, Unit
    from engine.facts import Facts
    from engine.programme import Programme
    from engine.programme.rules import Rules

Row = dict[str, Any]
Change = tuple[str, object]
"""A fact and another value of it."""
Tried = tuple[Change, Row]
"""A change, and the rating that it brings."""
_STEPS_MAX = 3
"""How many facts are told."""
_BETWEEN_MAX = 60
"""How many values between the present one and one that was found are tried, to find the smallest change."""


def with_steps(run: Run, unit: str, *, rulebook: str | None = None) -> tuple[Explanation, ...]:
    """Explain the grade of a unit, and find the single changes that bring it furthest towards the next one.

    Raises:
        InvalidRunError: as `explain`; no rulebook grades the unit; or the facts of the run cannot be read.
        InvalidRulesError: the rules of the run cannot be read.
    """
    explanations = [item for item in explain(run, unit, rulebook=rulebook) if item.rated]
    if not explanations:
        raise InvalidRunError([Diagnostic("unit_has_no_grades", Place(str(run.folder)))])
    if not any(map(_is_open, explanations)):
        return tuple(explanations)
    found = find_unit(run, unit)
    programmes = programmes_of(run)
    facts = _facts_below(run, programmes, found)
    return tuple(
        replace(item, steps=_Distance(run, found, item.rulebook, programmes, facts).steps()) if _is_open(item) else item
        for item in explanations
    )


def _is_open(item: Explanation) -> bool:
    """There is a better grade to reach, or to be sure of."""
    return item.next_grade is not None or item.grade is None


def _facts_below(run: Run, programmes: Sequence[Programme], unit: Unit) -> Facts:
    """The facts of a unit and of everything that its ratings read."""
    schema = {kind: table for kind, table in tables(programmes).items() if kind in run.manifest["counts"]}
    books = [book for programme in programmes for book in programme.rulebooks]
    return facts_of(run, programmes, with_neighbours({unit.kind: pl.Series([unit.id])}, books, schema, run.facts))


@dataclass(frozen=True)
class _Distance:
    """One unit in one rulebook."""

    run: Run
    unit: Unit
    rulebook: str
    programmes: Sequence[Programme]
    facts: Facts

    @cached_property
    def programme(self) -> Programme:
        """The programme of the rulebook."""
        return next(item for item in self.programmes for book in item.rulebooks if book.id == self.rulebook)

    @cached_property
    def book(self) -> Rules:
        """The rulebook."""
        return next(book for book in self.programme.rulebooks if book.id == self.rulebook)

    @cached_property
    def row(self) -> Row:
        """The facts of the unit."""
        return self.facts.tables[self.unit.kind].filter(pl.col("id") == self.unit.id).row(0, named=True)

    @cached_property
    def reader(self) -> Reader:
        """What is said of the unit."""
        return Reader(self.run, self.unit, self.rulebook)

    def steps(self) -> tuple[Step, ...]:
        """The changes that bring the unit furthest, of each fact one, those that bring most first."""
        changes = list(self.changes())
        (present, *rows) = self.rated([None, *changes])
        found: dict[str, list[Tried]] = {}
        for change, row in zip(changes, rows, strict=True):
            if not row["refused"] and self.merit(row) > self.merit(present):
                found.setdefault(change[0], []).append((change, row))
        best = (max(options, key=self.gain) for options in found.values())
        furthest = sorted(best, key=lambda option: self.merit(option[1]), reverse=True)[:_STEPS_MAX]
        graded = [change[0] for change, row in furthest if self.grades(row) != self.grades(present)]
        smaller = self.smaller([option for fact in graded for option in found[fact]])
        ends = {fact: [value for id_, value in changes if id_ == fact] for fact in graded}
        nearest = [self.nearest(tried, smaller, ends) if tried[0][0] in graded else tried for tried in furthest]
        return tuple(self.step(change, row, present) for change, row in nearest)

    def changes(self) -> Iterable[Change]:
        """Every fact that may be changed, or is not reported yet, with every value of it worth trying."""
        constants = constants_in_force(self.programme, self.run.rules["year"])
        known = {**self.row, **self.gathered()}
        for id_ in self.book.facts:
            present = self.row[id_]
            is_gap = self.reader.is_gap(id_)
            if is_gap or self.book.said.facts[id_].mutable:
                yield from ((id_, value) for value in values(self.book, id_, known, constants) if value != present)

    def gathered(self) -> Row:
        """What is known of the units below, by the name of its column."""
        found = {}
        for name, node in aggregates(self.book).items():
            low, high = self.reader.measured(name[1:])
            found[column_name(node)] = low if low == high else None
        return found

    def rated(self, changes: Sequence[Change | None]) -> list[Row]:
        """The ratings of the unit with each of some changes; None changes nothing."""
        variants = [(self.unit.id, {} if change is None else dict([change])) for change in changes]
        return rate_variants(
            self.programmes,
            self.facts,
            year=self.run.rules["year"],
            rulebook=self.rulebook,
            variants=variants,
            final=self.run.rules["final"],
        ).to_dicts()

    def merit(self, row: Row) -> tuple[float, ...]:
        """How good a rating is: by the grade, then by the points."""
        order = list(self.book.grades)
        ends = ("low",) if self.run.rules["final"] else ("high", "low")
        grades = (-order.index(row[f"grade_{end}"]) for end in ends)
        return (*grades, *(row[f"points_{end}"] for end in ends))

    def nearest(
        self, furthest: Tried, smaller: Mapping[str, Sequence[Tried]], ends: Mapping[str, Sequence[object]]
    ) -> Tried:
        """The smallest change of a fact that makes the grade as good as the one that brings most.

        A gap is changed from that end of its values which does not bring as much.
        """
        (fact, _), row = furthest
        options = [option for option in smaller[fact] if self.grades(option[1]) == self.grades(row)]
        start = self.row[fact]
        if start is None:
            first, last = ends[fact][0], ends[fact][-1]
            start = last if first in [value for (_, value), _ in options] else first
        return min(options, key=lambda option: _size(start, option[0][1]))

    def gain(self, option: Tried) -> tuple[tuple[float, ...], Fraction]:
        """What a change brings; of those that bring as much the smallest first."""
        (fact, value), row = option
        return self.merit(row), -_size(self.row[fact], value)

    def smaller(self, options: Sequence[Tried]) -> dict[str, list[Tried]]:
        """Changes with everything that is less of a change, by fact, as far as that can be tried."""
        tried = list(dict.fromkeys(less for change, _ in options for less in self.between(change)))
        rows = zip(tried, self.rated(tried), strict=True) if tried else ()
        found: dict[str, list[Tried]] = {}
        for change, row in (*options, *rows):
            if not row["refused"]:
                found.setdefault(change[0], []).append((change, row))
        return found

    def grades(self, row: Row) -> tuple[str, str]:
        """The range of the grade."""
        return row["grade_low"], row["grade_high"]

    def between(self, change: Change) -> list[Change]:
        """The whole numbers, or days, between the present value and another."""
        fact, value = change
        ends = sorted(number for number in (exact(self.row[fact]), exact(value)) if number is not None)
        type_ = self.book.facts[fact].type
        if len(ends) < len(change) or type_ not in {"count", "date"} or ends[1] - ends[0] > _BETWEEN_MAX:
            return []
        numbers = range(int(ends[0]) + 1, int(ends[1]))
        return [(fact, day_of(number) if type_ == "date" else number) for number in numbers]

    def step(self, change: Change, row: Row, present: Row) -> Step:
        """A change as it is told."""
        reader = self.reader
        fact, value = change
        source = reader.source(fact)
        return Step(
            fact,
            source.label,
            source.value,
            WORDS["not_entered"] if value is None else reader.fact_value(fact, value),
            source.cell,
            grade_low=reader.grades[row["grade_low"]],
            grade_high=reader.grades[row["grade_high"]],
            points=reader.points(row["points_low"], row["points_high"]),
            better=self.grades(row) != self.grades(present),
        )


def _size(start: object, end: object) -> Fraction:
    """How far a change goes; of what is no number all changes go as far."""
    one, other = exact(start), exact(end)
    return abs(one - other) if one is not None and other is not None else Fraction(0)
