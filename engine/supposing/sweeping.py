"""At which values of a fact the grade of a unit changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from math import ceil, floor
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.archive.again import facts_of, programmes_of
from engine.archive.units import find_unit
from engine.comparing.details import grade_text
from engine.diagnostic import Diagnostic, InvalidInputError, Place
from engine.expression.check import type_of_constant
from engine.expression.syntax import ExpressionError
from engine.expression.typed import number_of
from engine.facts import checks
from engine.neighbours import with_neighbours
from engine.numbers import score_limits, write, write_score
from engine.programme import tables as tables_of
from engine.schema import NUMERIC
from engine.supposing.model import Stretch, Sweep
from engine.supposing.setting import fact_called
from engine.variants import rate_variants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.archive import Run
    from engine.archive.units import Unit
    from engine.facts import Facts
    from engine.programme import Programme
    from engine.schema import Column, Table

MOST_VALUES = 2_000
_STEPS = 100
"""Into so many steps a range is divided that is none of whole numbers, unless a step is given."""
_FINER = 10
_GRADE = ("grade", "grade_low", "grade_high")
_TIMES = 3
"""Between two values of other grades so many are tried, and again between those."""
_RANGE = re.compile(r"(?P<fact>[^=]+)=(?P<low>[^./]+(?:\.\d+%?)?)\.\.(?P<high>[^/]+)(?:/(?P<step>.+))?")


def sweep(run: Run, unit: str | None, text: str) -> tuple[Sweep, ...]:
    """Try the values of a range, for each rulebook that rates the unit's kind and reads the fact.

    Args:
        run: the run.
        unit: the unit.
        text: `cross_posted=0..8`, with a step `satisfaction=60%..90%/5%`.

    Raises:
        InvalidInputError: with everything that names nothing, or is no range.
    """
    place = Place(f"--sweep {text}")
    if unit is None:
        raise InvalidInputError([Diagnostic("whatif_sweep_unit", place, {"run": str(run.folder)})])
    meant = find_unit(run, unit)
    if meant.refused:
        raise InvalidInputError([Diagnostic("unit_refused", place, {"name": meant.name, "id": meant.id})])
    programmes = programmes_of(run)
    schema = {kind: table for kind, table in tables_of(programmes).items() if kind in run.manifest["counts"]}
    matched = _RANGE.fullmatch(text.strip())
    if matched is None:
        raise InvalidInputError([Diagnostic("whatif_sweep_range", place, {"text": text})])
    fact = fact_called(schema[meant.kind], matched["fact"].strip(), place)
    grid = _grid(fact, text, [matched[part] for part in ("low", "high", "step")], place)
    every = [book for programme in programmes for book in programme.rulebooks]
    ids = with_neighbours({meant.kind: pl.Series([meant.id])}, every, schema, run.facts)
    work = _Trials(run, programmes, facts_of(run, programmes, ids), meant, fact)
    allowed = _within(grid, fact, work.row, schema[meant.kind])
    readers = {book.id for programme in programmes for book in programme.rulebooks if fact.id in book.facts}
    books = [
        id_
        for id_, kind in run.manifest["rulebooks"].items()
        if kind == meant.kind and id_ in readers and run.rules["rulebooks"][id_]["grades"]
    ]
    return tuple(work.sweep(id_, allowed, len(grid) - len(allowed)) for id_ in books)


@dataclass(frozen=True)
class _Trials:
    """A unit, and the fact of it that is tried."""

    run: Run
    programmes: tuple[Programme, ...]
    facts: Facts
    unit: Unit
    fact: Column

    @property
    def row(self) -> pl.DataFrame:
        """The facts of the unit."""
        return self.facts.tables[self.unit.kind].filter(pl.col("id") == self.unit.id)

    def sweep(self, rulebook: str, grid: Sequence[Fraction], beyond: int) -> Sweep:
        """Try the values of a grid by one rulebook; `beyond`: how many more the fact cannot have."""
        book = self.run.rules["rulebooks"][rulebook]
        names = [*_GRADE, "refused", *(title["id"] for title in book["titles"])]
        standing = itemgetter(*names)
        tried = self.rated(rulebook, grid)
        for _ in range(0 if self.fact.type == "count" else _TIMES):
            between = [
                low["value"] + (high["value"] - low["value"]) * step / _FINER
                for low, high in pairwise(tried)
                if standing(low) != standing(high)
                for step in range(1, _FINER)
            ]
            tried = sorted([*tried, *self.rated(rulebook, between)], key=itemgetter("value"))
        believed = [row for row in tried if not row["refused"]]
        now = self.row[self.fact.id].item()
        return Sweep(
            kind=self.unit.kind,
            id=self.unit.id,
            name=self.unit.name,
            rulebook=rulebook,
            label=book["label"],
            fact=self.fact.id,
            fact_label=self.fact.label.texts,
            now=None if now is None else write(now, self.fact.type),
            stretches=tuple(_stretch(list(rows), book, self.fact, now) for _, rows in groupby(believed, key=standing)),
            refused=beyond + len(tried) - len(believed),
        )

    def rated(self, rulebook: str, values: Sequence[Fraction]) -> list[dict[str, Any]]:
        """How the unit is rated with each value."""
        if not values:
            return []
        rows = rate_variants(
            self.programmes,
            self.facts,
            year=self.run.manifest["year"],
            rulebook=rulebook,
            variants=[(self.unit.id, {self.fact.id: _typed(value, self.fact)}) for value in values],
            final=self.run.manifest["final"],
        )
        return [{**row, "value": value} for value, row in zip(values, rows.iter_rows(named=True), strict=True)]


def _within(values: list[Fraction], fact: Column, row: pl.DataFrame, table: Table) -> list[Fraction]:
    """The values that break no bound of the unit's facts."""
    typed = pl.Series(fact.id, [_typed(value, fact) for value in values], row.schema[fact.id])
    rows = pl.concat([row] * len(values)).with_columns(typed, pl.Series("_row", range(len(values)), pl.UInt32))
    beyond = {number for problem in checks.bounds(rows, table) for number in problem.cells["_row"]}
    return [value for number, value in enumerate(values) if number not in beyond]


def _grid(fact: Column, text: str, parts: list[str | None], place: Place) -> list[Fraction]:
    """The values to try."""
    if fact.type not in NUMERIC:
        raise InvalidInputError([Diagnostic("whatif_sweep_type", place, {"fact": fact.id})])
    numbers = [None if part is None else _number(part, place) for part in parts]
    low, high, step = numbers
    assert low is not None  # noqa: S101 - the pattern asks for both ends
    assert high is not None  # noqa: S101
    whole = fact.type == "count"
    if whole:
        low, high = Fraction(ceil(low)), Fraction(floor(high))
    if low > high or (step is not None and step <= 0):
        raise InvalidInputError([Diagnostic("whatif_sweep_range", place, {"text": text})])
    step = step or (Fraction(1) if whole else (high - low) / _STEPS or Fraction(1))
    count = int((high - low) / step) + 1
    if count > MOST_VALUES:
        raise InvalidInputError([Diagnostic("whatif_sweep_many", place, {"count": count, "most": MOST_VALUES})])
    values = [low + step * number for number in range(count)]
    values += [high] if values[-1] < high else []
    return [value for value in values if not whole or value.denominator == 1]


def _number(text: str, place: Place) -> Fraction:
    try:
        node, _ = type_of_constant(text.strip())
        value = number_of(node)
    except ExpressionError:
        value = None
    if value is None:
        raise InvalidInputError([Diagnostic("whatif_sweep_range", place, {"text": text})])
    return value


def _typed(value: Fraction, fact: Column) -> float | int:
    return int(value) if fact.type == "count" else float(value)


def _stretch(rows: list[dict[str, Any]], book: dict[str, Any], fact: Column, now: float | None) -> Stretch:
    """The values of one grade."""
    ends = rows[0], rows[-1]
    first, last = (write(float(row["value"]), fact.type) for row in ends)
    points = [write_score(row["points_low"], row["points_high"], score_limits(book)) for row in ends]
    holds = now is not None and float(ends[0]["value"]) <= now <= float(ends[1]["value"])
    grade, low, high = (grade_text(book, rows[0][name]) for name in _GRADE)
    titles = tuple((item["label"], rows[0][item["id"]]) for item in book["titles"])
    return Stretch(first, last, grade, low, high, (points[0], points[1]), titles, holds)
