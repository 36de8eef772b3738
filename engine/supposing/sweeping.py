"""At which values of a fact the grade of a unit changes."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import polars as pl

from engine import kin
from engine.archive.again import facts_of, programmes_of
from engine.comparing.details import grade_text
from engine.diagnostic import Diagnostic, InvalidInputError, Place, near
from engine.explanation.numbers import score_limits, write, write_score
from engine.explanation.units import find_unit
from engine.expression.check import type_of_constant
from engine.expression.syntax import ExpressionError
from engine.expression.typed import number_of
from engine.facts import checks
from engine.programme import tables as tables_of
from engine.schema import NUMERIC
from engine.supposing.model import Stretch, Sweep
from engine.variants import rate_variants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.archive import Run
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
    columns = schema[meant.kind].columns
    names = {name: id_ for id_, column in columns.items() for name in (column.label["zh"], column.label["en"], id_)}
    if matched is None:
        raise InvalidInputError([Diagnostic("whatif_sweep_range", place, {"text": text})])
    name = matched["fact"].strip()
    if name not in names:
        kind_label = schema[meant.kind].label
        values = {"name": name, "zh": kind_label["zh"], "en": kind_label["en"]}
        raise InvalidInputError([Diagnostic("whatif_unknown_fact", place, values, near(name, names, n=3))])
    fact = columns[names[name]]
    grid = _grid(fact, name, [matched[part] for part in ("low", "high", "step")], place)
    ids = kin.below({meant.kind: pl.Series([meant.id])}, schema, run.facts)
    facts = facts_of(run, programmes, ids)
    row = facts.tables[meant.kind].filter(pl.col("id") == meant.id)
    now = row[fact.id].item()
    allowed = _within(grid, fact, row, schema[meant.kind])
    described = run.rules["facts"][meant.kind][fact.id]
    found = []
    for id_, kind in run.manifest["rulebooks"].items():
        book = run.rules["rulebooks"][id_]
        reads = any(fact.id in item.facts for programme in programmes for item in programme.rulebooks if item.id == id_)
        if kind != meant.kind or not book["grades"] or not reads:
            continue

        titles = [title["id"] for title in book["titles"]]

        def standing(row: dict[str, Any], titles: Sequence[str] = titles) -> tuple[Any, ...]:
            return (*(row[name] for name in (*_GRADE, "refused")), *(row[title] for title in titles))

        def rated(values: Sequence[Fraction], rulebook: str = id_) -> list[dict[str, Any]]:
            variants = [(meant.id, {fact.id: _typed(value, fact)}) for value in values]
            rows = rate_variants(
                programmes,
                facts,
                year=run.manifest["year"],
                rulebook=rulebook,
                variants=variants,
                final=run.manifest["final"],
            )
            return [{**row, "value": value} for value, row in zip(values, rows.iter_rows(named=True), strict=True)]

        tried = rated(allowed) if allowed else []
        for _ in range(0 if fact.type == "count" else _TIMES):
            between = [
                low["value"] + (high["value"] - low["value"]) * step / _FINER
                for low, high in pairwise(tried)
                if standing(low) != standing(high)
                for step in range(1, _FINER)
            ]
            tried = sorted([*tried, *(rated(between) if between else ())], key=lambda row: row["value"])
        believed = [row for row in tried if not row["refused"]]
        stretches = [_stretch(list(rows), book, fact, now) for _, rows in groupby(believed, key=standing)]
        label = {"zh": fact.label["zh"], "en": fact.label["en"]}
        shown = None if now is None else write(now, described["type"])
        refused = len(grid) - len(allowed) + len(tried) - len(believed)
        found.append(
            Sweep(
                meant.kind, meant.id, meant.name, id_, book["label"], fact.id, label, shown, tuple(stretches), refused
            )
        )
    return tuple(found)


def _within(values: list[Fraction], fact: Column, row: pl.DataFrame, table: Table) -> list[Fraction]:
    """The values that break no bound of the unit's facts."""
    typed = pl.Series(fact.id, [_typed(value, fact) for value in values], row.schema[fact.id])
    rows = pl.concat([row] * len(values)).with_columns(typed, pl.Series("_row", range(len(values)), pl.UInt32))
    beyond = {number for problem in checks.bounds(rows, table) for number in problem.cells["_row"]}
    return [value for number, value in enumerate(values) if number not in beyond]


def _grid(fact: Column, name: str, texts: list[str | None], place: Place) -> list[Fraction]:
    """The values to try."""
    if fact.type not in NUMERIC:
        raise InvalidInputError([Diagnostic("whatif_sweep_type", place, {"fact": name})])
    numbers = [None if text is None else _number(text, place) for text in texts]
    low, high, step = numbers
    assert low is not None  # noqa: S101 - the pattern asks for both ends
    assert high is not None  # noqa: S101
    if low > high or (step is not None and step <= 0):
        raise InvalidInputError([Diagnostic("whatif_sweep_range", place, {"text": "..".join(filter(None, texts[:2]))})])
    whole = fact.type == "count"
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
