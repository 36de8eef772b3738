"""Facts that are stated in place of being read from tables: rule tests and checks make them up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from engine.facts.cells import dtype
from engine.facts.model import Facts, Origin
from engine.schema import NOT_ENTERED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.schema import Column, Table


class _Gap:
    """See `GAP`."""


GAP = _Gap()
"""A gap, even where an empty cell would be an answer."""


def stated(rows: Mapping[str, Sequence[Mapping[str, object]]], schema: Mapping[str, Table]) -> Facts:
    """Facts from rows of typed values, as if they had been read from one table for each kind.

    Nothing is checked: values must have the types of their facts and lie within bounds, parents must exist.

    Args:
        rows: the units by kind. Each row has an `id`, perhaps `name` and `parent`, and values of facts. A fact that is
            absent or None is what an empty cell of its column is: a gap, not entered, or the value a blank stands for.
            A kind with an empty list has no units; of a kind that is not named nothing is known.
        schema: what the table of each kind may hold.
    """
    tables = {kind: _table(units, schema[kind]) for kind, units in rows.items()}
    origins = tuple(
        Origin(kind, kind, None, Path(kind), {name: name for name in ("id", "name", "parent", *schema[kind].columns)})
        for kind in tables
    )
    return Facts(tables, origins, (), (), {kind: table.height for kind, table in tables.items()})


def _table(units: Sequence[Mapping[str, object]], table: Table) -> pl.DataFrame:
    ids = [str(unit["id"]) for unit in units]
    columns = [
        pl.Series("id", ids, pl.String),
        pl.Series("name", [unit.get("name") or id_ for unit, id_ in zip(units, ids, strict=True)], pl.String),
        pl.Series("parent", [unit.get("parent") for unit in units], pl.String),
    ]
    for fact in table.columns.values():
        values = [_value(unit.get(fact.id), fact) for unit in units]
        columns.append(pl.Series(fact.id, values, dtype(fact)))
    columns.append(pl.Series("_row", range(1, len(units) + 1), pl.UInt32))
    frame = pl.DataFrame(columns).with_columns(
        _file=pl.lit(table.kind, dtype=pl.Categorical), _refused=pl.lit(value=False)
    )
    return frame.select(pl.exclude("_file", "_row", "_refused"), "_file", "_row", "_refused").sort(
        "id", maintain_order=True
    )


def _value(given: object, fact: Column) -> object:
    """A value in the type of its column; what a blank stands for where nothing is given."""
    if given is GAP:
        return None
    if given is None and fact.blank != NOT_ENTERED:
        given = fact.blank
    if isinstance(given, (Fraction, Decimal)) or (isinstance(given, float) and fact.type == "count"):
        return int(given) if fact.type == "count" else float(given)
    return given
