"""Synthetic facts: believable enough to try a rulebook on, and to measure how fast it rates.

Every unit has a quality, drawn evenly; its facts lean to the better side by it, as the rulebook's `better` says.
"""

from __future__ import annotations

from math import ceil, inf, isinf
from typing import TYPE_CHECKING

import polars as pl

from engine.diagnostic import Diagnostic, InvalidInputError, Place
from engine.programme import tables
from engine.schema import NOT_ENTERED, NUMERIC

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from engine.programme import Programme
    from engine.schema import Column, Table

_ORDINARY = {"count": 10.0, "money": 60_000.0, "number": 100.0, "ratio": 1.0, "date": 365.0}
"""How far an open-ended fact reaches from its lower bound."""
_UNITS_PER_PARENT = 10
_ENTERED = 0.2
"""How many units have a fact that need not be entered."""
_TYPES: dict[str, type[pl.DataType]] = {"count": pl.Int64, "boolean": pl.Boolean, "date": pl.Date}


def sample(programmes: Sequence[Programme], units: int, *, seed: int = 1, gaps: float = 0.0) -> dict[str, pl.DataFrame]:
    """Facts for every kind that a rulebook rates.

    Args:
        programmes: the programmes to be tried.
        units: how many units each kind without lower kinds gets; a kind above gets a tenth of the kind below.
        seed: another seed, other facts.
        gaps: the share of cells left empty.

    Returns:
        By kind: `id`, `name` (not of records), `parent`, and a column for each fact; kinds between two that have facts
        are among them.
    """
    schema = tables(programmes)
    rated = {book.kind for programme in programmes for book in programme.rulebooks if book.rated}
    sizes = _sizes(schema, units, rated or schema.keys())
    made = {}
    for place, kind in enumerate(sizes):
        table = schema[kind]
        made[kind] = _table(programmes, table, sizes, seed * 1_000 + place, gaps)
    return made


def write_tables(made: Mapping[str, pl.DataFrame], folder: Path, form: str) -> list[Path]:
    """Write tables as `csv` (which Excel opens as it is) or `parquet`; returns the files.

    Raises:
        InvalidInputError: the folder cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, table in made.items():
            path = folder / f"{kind}.{form}"
            if form == "csv":
                table.write_csv(path, include_bom=True)
            else:
                table.write_parquet(path)
            written.append(path)
    except (OSError, pl.exceptions.ComputeError) as error:  # the second is what polars makes of a full disk
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidInputError([Diagnostic("run_not_written", Place(str(folder)), {"reason": reason})]) from error
    return written


def _sizes(schema: Mapping[str, Table], units: int, rated: AbstractSet[str]) -> dict[str, int]:
    """How many units each kind gets that has facts, is rated, joins kinds that have facts, or is named by others.

    The lowest kinds that are rated have as many as asked for, as have those below them; the kinds above have fewer.
    """

    def height(kind: str) -> int:
        below = [height(other) + 1 for other, table in schema.items() if table.parent == kind and counts(other)]
        return max(below, default=0)

    def counts(kind: str) -> bool:
        return kind in rated or any(counts(other) for other, table in schema.items() if table.parent == kind)

    def above(kind: str) -> bool:
        parent = schema[kind].parent
        return parent is not None and (bool(schema[parent].columns) or above(parent))

    def below(kind: str) -> bool:
        return any(bool(table.columns) or below(other) for other, table in schema.items() if table.parent == kind)

    named = {column.kind for table in schema.values() for column in table.columns.values()}
    named |= {table.parent for table in schema.values() if table.record}
    named |= rated
    kinds = [kind for kind, table in schema.items() if table.columns or kind in named or (above(kind) and below(kind))]
    return {kind: ceil(units / _UNITS_PER_PARENT ** height(kind)) for kind in kinds}


def _table(
    programmes: Sequence[Programme],
    table: Table,
    sizes: Mapping[str, int],
    seed: int,
    gaps: float,
) -> pl.DataFrame:
    size, parents = sizes[table.kind], sizes.get(table.parent or "", 0)
    frame = pl.select(number=pl.int_range(1, size + 1, dtype=pl.Int64)).with_columns(
        id=_id(table.kind, pl.col("number"), size),
        name=pl.lit(table.label.zh) + pl.col("number").cast(pl.String),
        quality=_even("quality", seed),
    )
    if parents:
        owner = 1 + pl.col("number") * parents // (size + 1)
        frame = frame.with_columns(parent=_id(table.parent or "", owner, parents))
    leaning = _leanings(programmes, table.kind)
    banded = _banded(programmes, table.kind)
    for column in _bounds_first(table.columns):
        value = _value(column, leaning.get(column.id, 0), seed)
        if column.id in banded:
            value = pl.lit(None, pl.Float64)
        if column.kind is not None and column.kind in sizes:
            value = _reference(column, column.kind, sizes[column.kind], seed)
        frame = frame.with_columns(value.alias(column.id))
    if gaps:
        emptied = [
            pl.when(_even(f"gap {column.id}", seed) >= gaps).then(pl.col(column.id)).alias(column.id)
            for column in table.columns.values()
            if not column.required
        ]
        frame = frame.with_columns(emptied)
    names = [] if table.record else ["id", "name"]
    return frame.select([*names, *(["parent"] if parents else []), *table.columns])


def _id(kind: str, number: pl.Expr, size: int) -> pl.Expr:
    """The id of a unit, by its number among so many."""
    return pl.lit(kind[0].upper()) + number.cast(pl.Int64).cast(pl.String).str.zfill(len(str(size)))


def _reference(column: Column, kind: str, size: int, seed: int) -> pl.Expr:
    """Some unit of a kind."""
    named = _id(kind, 1 + (_even(column.id, seed) * size).floor(), size)
    return named if column.blank != NOT_ENTERED else pl.when(_even(f"entered {column.id}", seed) < _ENTERED).then(named)


def _even(name: str, seed: int) -> pl.Expr:
    """A number in [0, 1) for each unit, drawn by the name of what it is for."""
    salt = sum(ord(sign) * 31**place for place, sign in enumerate(name)) % 2**31
    return pl.col("number").hash((seed * 2**31 + salt) % 2**64).mod(1_000_003) / 1_000_003


def _leanings(programmes: Sequence[Programme], kind: str) -> dict[str, int]:
    """Which way each fact is better: 1 for more, -1 for less."""
    facts = {
        id_: fact
        for item in programmes
        for book in item.rulebooks
        if book.kind == kind
        for id_, fact in book.said.facts.items()
    }
    return {id_: {"more": 1, "less": -1}.get(fact.better or "", 0) for id_, fact in facts.items()}


def _banded(programmes: Sequence[Programme], kind: str) -> set[str]:
    """The scores that another number confines to a band: they are left to assessors."""
    books = (book for item in programmes for book in item.rulebooks if book.kind == kind)
    scores = (item.scores for book in books for item in book.criteria if item.scores is not None)
    return {fact for item in scores if item.picked_by is not None for fact in item.facts.values()}


def _bounds_first(columns: Mapping[str, Column]) -> list[Column]:
    """The columns, each after the columns that bound it."""
    return sorted(columns.values(), key=lambda column: isinstance(column.low, str) or isinstance(column.high, str))


def _value(column: Column, leaning: int, seed: int) -> pl.Expr:
    drawn = _even(column.id, seed)
    # Good units seldom miss; a fact that leans nowhere is drawn evenly.
    good = pl.col("quality").sqrt() * 0.5 + 0.5
    share = drawn if not leaning else 1 - (1 - good) * drawn * 2 if leaning > 0 else (1 - good) * drawn
    if column.type == "boolean":
        return drawn < good if leaning > 0 else drawn > good if leaning < 0 else drawn < good
    if column.choices is not None:
        names = list(column.choices)
        picked = (drawn * len(names)).floor().cast(pl.Int64)
        chosen = pl.lit(pl.Series(names)).gather(picked)
        return (
            pl.when(_even(f"entered {column.id}", seed) < _ENTERED).then(chosen)
            if column.blank == NOT_ENTERED
            else chosen
        )
    if column.type not in {*NUMERIC, "date"}:
        return pl.lit("样例")
    low, high = _ends(column)
    value = low + share * (high - low)
    if column.blank == NOT_ENTERED:
        value = pl.when(_even(f"entered {column.id}", seed) < _ENTERED).then(value)
    if column.type in {"count", "date"}:
        return (
            value.round().cast(pl.Int64).cast(_TYPES[column.type])
            if column.type == "count"
            else value.cast(pl.Int32).cast(pl.Date)
        )
    if column.step is not None:
        return (value / column.step).floor() * column.step
    return value.round(2 if column.type == "money" else 4)


def _ends(column: Column) -> tuple[pl.Expr, pl.Expr]:
    """The range that a fact is drawn from."""
    usual = _ORDINARY[column.type]
    if isinstance(column.low, str):
        low = pl.col(column.low).cast(pl.Float64)
    elif isinf(column.low):
        low = pl.lit({"date": 12_418.0}.get(column.type, 0.0))
    else:
        low = pl.lit(column.low)
    if isinstance(column.high, str):
        return low, pl.col(column.high).cast(pl.Float64)
    reach = low + usual
    return low, reach if column.high == inf else pl.min_horizontal(pl.lit(column.high), reach)
