"""Which units bear on which: those below a unit, which its rating reads, and those above, whose rating reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from engine.schema import Table

Ids: TypeAlias = "dict[str, pl.Series]"
"""Ids of units by kind."""
Scan: TypeAlias = "Callable[[str], pl.LazyFrame]"
"""The facts of a kind."""

LOST = pl.col("_refused") & pl.col("parent").is_null()
"""Of a refused row it may not be known under which unit it stands."""


def among(column: str, ids: pl.Series) -> pl.Expr:
    """Whether a column names one of some units."""
    # Told of the first and last, a scan skips the parts of a sorted file that hold none of them.
    first, last = pl.lit(ids.min(), pl.String), pl.lit(ids.max(), pl.String)
    return pl.col(column).is_between(first, last) & pl.col(column).is_in(ids.implode())


def links(kind: str, schema: Mapping[str, Table]) -> Iterator[tuple[str, str]]:
    """The columns of a kind that name other units, each with the kind of these."""
    table = schema[kind]
    if table.parent in schema:
        yield "parent", str(table.parent)
    yield from ((fact.id, fact.kind) for fact in table.columns.values() if fact.kind in schema)  # type: ignore[misc]


def below(units: Mapping[str, pl.Series], schema: Mapping[str, Table], scan: Scan) -> Ids:
    """Units with everything that stands below them or names them, and what may, as nobody knows where it stands.

    Args:
        units: the ids of the units, by kind.
        schema: the tables of the kinds that there are.
        scan: gives the facts of a kind.
    """

    def step(kind: str, new: pl.Series) -> Iterator[tuple[str, pl.LazyFrame]]:
        for lower in schema:
            for column, of in links(lower, schema):
                if of == kind:
                    names = among(column, new)
                    yield lower, scan(lower).filter(names | LOST if column == "parent" else names).select("id")

    return _closed(units, step)


def above(units: Mapping[str, pl.Series], schema: Mapping[str, Table], scan: Scan) -> Ids:
    """Units with every unit above them, and those that they name; see `below`."""

    def step(kind: str, new: pl.Series) -> Iterator[tuple[str, pl.LazyFrame]]:
        own = scan(kind).filter(among("id", new))
        for column, of in links(kind, schema):
            yield of, own.select(pl.col(column).alias("id")).drop_nulls()

    return _closed(units, step)


def _closed(
    units: Mapping[str, pl.Series], step: Callable[[str, pl.Series], Iterator[tuple[str, pl.LazyFrame]]]
) -> Ids:
    """Units and all that steps from them lead to."""
    found = {kind: ids.unique() for kind, ids in units.items()}
    waiting = dict(found)
    while waiting:
        kind, new = waiting.popitem()
        for other, frame in step(kind, new):
            ids = frame.collect()["id"].unique()
            known = found.get(other, pl.Series("id", dtype=pl.String))
            fresh = ids.filter(~ids.is_in(known.implode()))
            if not fresh.is_empty():
                found[other] = pl.concat([known.alias("id"), fresh])
                ahead = waiting.get(other, pl.Series("id", dtype=pl.String))
                waiting[other] = pl.concat([ahead.alias("id"), fresh])
    return found
