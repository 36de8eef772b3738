"""Quarantine: set the refused rows aside, and keep a place for their units."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl

from engine.facts.checks import SYNTHETIC
from engine.facts.model import Rejection
from engine.facts.raw import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.diagnostic import Diagnostic
    from engine.facts.model import Origin
    from engine.facts.problems import Problem

MOST_REFUSED = 100_000
"""With more refused rows a table is not fit for rating, and no list of them of any use."""
WHERE = ["_file", "_row"]


def refuse(
    kind: str, frame: pl.DataFrame, problems: Sequence[Problem], origins: Mapping[str, Origin]
) -> tuple[pl.DataFrame, list[Rejection]]:
    """Set the refused rows of a kind aside.

    Returns:
        The table with one row for each refused unit, every fact of it a gap; and the refused rows.

    Raises:
        InvalidFactsError: there are too many of them.
    """
    if not problems:
        return frame.with_columns(_refused=pl.lit(value=False)), []
    where = pl.concat([problem.cells.select(WHERE) for problem in problems]).unique()
    if where.height > MOST_REFUSED:
        place = origins[where["_file"][0]].place(None, None)
        raise invalid("table_too_many_refused", place, kind=kind, count=where.height, limit=MOST_REFUSED)
    reasons: dict[tuple[str, int], list[Diagnostic]] = defaultdict(list)
    for problem in problems:
        for row, diagnostic in problem.by_row(origins):
            reasons[row].append(diagnostic)
    refused = frame.join(where, on=WHERE, how="semi", maintain_order="left")
    rejections = [
        Rejection(
            kind,
            None if row["id"].startswith(SYNTHETIC) else row["id"],
            None if row["name"].startswith(SYNTHETIC) else row["name"],
            row["parent"],
            origins[row["_file"]].place(row["_row"], None),
            tuple(reasons[row["_file"], row["_row"]]),
        )
        for row in refused.sort(WHERE).select("id", "name", "parent", *WHERE).iter_rows(named=True)
    ]
    lost = [problem.cells.select(WHERE) for problem in problems if problem.column == "parent"]
    if lost:  # under which unit such a row stands is not known
        stray = pl.concat(lost).unique().with_columns(_stray=True)
        refused = refused.join(stray, on=WHERE, how="left", maintain_order="left")
        refused = refused.with_columns(parent=pl.when(pl.col("_stray").is_null()).then("parent")).drop("_stray")
    kept = ["id", "name", "parent", *WHERE]
    gaps = [pl.lit(None, dtype).alias(name) for name, dtype in frame.schema.items() if name not in kept]
    units = refused.unique("id", keep="first", maintain_order=True).with_columns(*gaps, _refused=pl.lit(value=True))
    rated = frame.join(where, on=WHERE, how="anti", maintain_order="left").with_columns(_refused=pl.lit(value=False))
    return pl.concat([rated, units]).sort("id"), rejections
