"""Facts that the run of the year before gives, where nothing was reported."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.facts.model import Facts


def with_previous(facts: Facts, values: Mapping[str, pl.DataFrame]) -> Facts:
    """Fill empty cells with what was in the run before.

    Args:
        facts: what was reported.
        values: by kind, a row for each unit of the run before: `id`, and the facts that ask for it.
    """
    tables = dict(facts.tables)
    for kind, given in values.items():
        if kind not in tables:
            continue
        names = [name for name in given.columns if name != "id"]
        joined = tables[kind].join(given, on="id", how="left", maintain_order="left", suffix="^")
        filled = [pl.coalesce(name, pl.col(f"{name}^").cast(tables[kind].schema[name])).alias(name) for name in names]
        known = [
            pl.when(~pl.col("_refused")).then(column).otherwise(name).alias(name)
            for name, column in zip(names, filled, strict=True)
        ]
        tables[kind] = joined.with_columns(known).drop(f"{name}^" for name in names)
    return replace(facts, tables=tables, previous=dict(values))
