"""Measures that are places among other units: `rank` and `percentile` (docs/meaning.md).

They look at whole columns, which no expression of one row can, and so they are made for frames of polars only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from engine.expression import typed
from engine.expression.columns import Range
from engine.expression.library import framed, unframed
from engine.expression.syntax import Rank
from engine.scoring.layers import both_ends, stored_as
from engine.scoring.places import below, counted, group_numbers, order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.expression.library import Expr
    from engine.programme.rules import Measure, Rules
    from engine.scoring.layers import Layers

WORLD = "_world"
"""A column of a table in which the same units stand several times: those of one world are among themselves."""


def group_column(kind: str) -> str:
    """The column of the unit above of a kind, where its table has that unit; null where it is not known which."""
    return f"^in:{kind}"


def rank_column(name: str) -> str:
    """Where the ends of a rank are kept until both have columns of their own."""
    return f"^rank:{name}"


def add_measures(book: Rules, layers: Layers, items: Iterable[Measure]) -> None:
    """Store measures that use only what is there, under the names of their columns."""
    values = {f"{book.id}.{item.id}": item.value for item in items}
    ranks = {name: value for name, value in values.items() if isinstance(value, Rank)}
    layers.add(layers.compile({name: value for name, value in values.items() if name not in ranks}))
    _add_ranks(layers, ranks)


def _add_ranks(layers: Layers, ranks: Mapping[str, Rank]) -> None:
    """Store ranks under names, as one layer: what they are ordered by must be there already."""
    if not ranks:
        return
    ends = layers.compile({name: node.item for name, node in ranks.items()})
    there = set(layers.frame.collect_schema().names())
    frame = unframed(layers.frame)
    values = {}
    for name, node in ranks.items():
        end = ends[name]
        assert isinstance(end, Range)  # noqa: S101 - the checker gives an order
        parts = {key: cast("pl.Expr", column) for key, column in stored_as("x", both_ends(end)).items()}
        certain = end.is_point and _is_placed(node, layers)
        parts["group"] = _group(node, there)
        columns = [column.alias(key) for key, column in parts.items()]
        columns += [pl.col(WORLD).alias("world")] if WORLD in there else []
        ranked = pl.struct(columns).map_batches(_ranked(node.function), return_dtype=_ENDS)
        frame = frame.with_columns(ranked.alias(rank_column(name)))
        low = cast("Expr", pl.col(rank_column(name)).struct.field("low"))
        high = low if certain else cast("Expr", pl.col(rank_column(name)).struct.field("high"))
        values[name] = Range(low, high, 0.0, whole=node.function == "rank")
    layers.frame = framed(frame)
    layers.add(values)
    layers.frame = framed(unframed(layers.frame).drop(map(rank_column, ranks)))


_ENDS = pl.Struct({"low": pl.Float64, "high": pl.Float64})


def _is_placed(node: Rank, layers: Layers) -> bool:
    """Whether it is known of every unit in which group it is."""
    if layers.environment.refused:
        return False
    if isinstance(node.group, typed.FactLeaf):
        return not layers.environment.gaps(node.group.column.id)
    return not node.within


def _group(node: Rank, there: set[str]) -> pl.Expr:
    """In which group a unit is; null where that is not known."""
    if not node.within:
        return pl.lit("", pl.String)
    if isinstance(node.group, typed.FactLeaf):
        return pl.col(node.group.column.id).cast(pl.String)
    column = group_column(node.within)
    return pl.col(column) if column in there else pl.lit(None, pl.String)


def _ranked(function: str) -> Callable[[pl.Series], pl.Series]:
    """What makes both ends of a rank of whole columns."""

    def ranks(batch: pl.Series) -> pl.Series:
        table = batch.struct.unnest()
        if "world" not in table.columns:
            return _ends(function, table).to_struct()
        rows = table.with_row_index("row")
        found = [
            _ends(function, part).with_columns(part["row"]) for part in rows.partition_by("world", maintain_order=True)
        ]
        return pl.concat(found).sort("row").drop("row").to_struct()

    return ranks


def _ends(function: str, table: pl.DataFrame) -> pl.DataFrame:
    """The ranks of units that stand beside each other."""
    group = group_numbers(table["group"])
    best, worst = order([(-table["x:high"], -table["x"])])
    counts = counted(group, best, worst, pl.repeat(value=True, n=group.len(), dtype=pl.Boolean, eager=True))
    first, last = counts["ahead"] + 1, counts["ahead_most"] + 1
    if function == "percentile":
        placed, everybody = group.is_not_null(), pl.Series([group.len()], dtype=pl.Int64)
        members = pl.DataFrame({"group": group}).select(pl.len().over("group").cast(pl.Int64))["len"]
        loose = best.filter(~placed).sort()
        # One who joins and stands before counts in the place and in the number; at best all who join stand behind.
        first = first / (members + loose.len()).zip_with(placed, everybody)
        last = (last / (members + below(loose, worst))).zip_with(placed, pl.Series([1.0]))
    return pl.DataFrame({"low": first.cast(pl.Float64), "high": last.cast(pl.Float64)})
