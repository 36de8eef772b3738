"""Lifecycles: from dated events to the state of every unit at the end of a year.

The events of all units are sorted and joined to histories at once. What was lived through alike is told once, by a
statechart, and joined back to all units that share it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.expression.columns import Range, fact
from engine.expression.days import day_number
from engine.expression.library import unframed
from engine.policy.statechart import Statechart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.policy.statechart import Event
    from engine.programme.rules import Lifecycle
    from engine.scoring import Lower

HISTORY = "history:"
"""How the columns begin that hold the histories of units."""
START = "start"
SCHEMA: dict[str, Any] = {
    "id": pl.String,
    "lifecycle": pl.String,
    "history": pl.String,
    "state": pl.String,
    "impossible": pl.Int64,
    "steps": pl.String,
}
"""Distinct histories: the state that each ends in, or the number of the event that cannot be; and its steps."""


@dataclass(frozen=True)
class Told:
    """What a lifecycle makes of units.

    Attributes:
        units: `id`, the state under the lifecycle's name, and the history; both null while gaps leave them open, the
            state also where the history is impossible.
        histories: every distinct history with its steps (`SCHEMA`).
        impossible: of each unit with an impossible history the event that cannot be: `unit`, `what`, `_file`, `_row`.
    """

    units: pl.DataFrame
    histories: pl.DataFrame
    impossible: pl.DataFrame


def tell(life: Lifecycle, kind: str, units: pl.DataFrame, events: Lower | None, year: int) -> Told:
    """Tell the history of every unit up to the end of a year.

    Args:
        life: the lifecycle.
        kind: the kind of the units.
        units: `id` and `_refused` of each.
        events: the events below, with how their facts are read; None where nothing is known of them.
        year: the year rated.
    """
    if events is None:
        nothing = pl.lit(None, dtype=pl.String)
        empty = pl.DataFrame(schema={"unit": pl.String, "what": pl.String})
        return Told(units.select("id", nothing.alias(life.id), _history(life, nothing)), _table(life, ()), empty)
    happened = _events(life, f"^{kind}", events, year)
    # An event of which it is not known whose it is may be any unit's.
    is_stray = events.strays and bool(happened["unit"].null_count())
    happened = happened.drop_nulls("unit")
    is_open = (pl.col("low") < pl.col("high")) | pl.col("what").is_null()
    undecided = happened.filter(is_open).select("unit").unique()
    told = _in_order(life, happened.join(undecided, on="unit", how="anti"))
    lived = told.group_by("unit").agg(pl.format("{}:{}", "year", "what").str.join(" ").alias("history"))
    histories = _table(life, lived["history"].unique().sort())
    known = pl.col("_open").is_null() & ~pl.col("_refused") & pl.lit(not is_stray)
    found = (
        units.join(lived, left_on="id", right_on="unit", how="left")
        .join(undecided.with_columns(_open=True), left_on="id", right_on="unit", how="left")
        .with_columns(pl.when(known).then(pl.col("history").fill_null("")))
        .join(histories.select("history", pl.col("state").alias(life.id)), on="history", how="left")
        .select("id", life.id, _history(life, pl.col("history")))
    )
    faults = lived.join(histories.filter(pl.col("impossible").is_not_null()), on="history")
    impossible = told.join(faults.select("unit", "impossible"), on="unit").filter(number=pl.col("impossible"))
    return Told(found, histories, impossible)


def _history(life: Lifecycle, column: pl.Expr) -> pl.Expr:
    return column.alias(f"{HISTORY}{life.id}")


def _events(life: Lifecycle, ancestor: str, events: Lower, year: int) -> pl.DataFrame:
    """What may have happened by the end of a year: a row an event, with the range of its date."""
    day = fact(life.dated, events.environment)
    assert isinstance(day, Range)  # noqa: S101 - the checker refuses what is no date
    column = events.environment.column
    frame = unframed(
        events.frame.with_columns(unit=column(ancestor), low=day.low, high=day.high, what=column(life.what.id))
    )
    places = [name for name in ("_file", "_row") if name in frame.collect_schema()]
    by_then = pl.col("low") <= day_number(date(year, 12, 31))
    concerns = pl.col("what").is_null() | pl.col("what").is_in(life.events)
    return frame.filter(by_then & concerns).select("unit", "low", "high", "what", *places).collect()


def _in_order(life: Lifecycle, happened: pl.DataFrame) -> pl.DataFrame:
    """Events in the order of their dates, those of one day in that of the steps; with number and year."""
    ranks = {event: rank for rank, event in enumerate(life.events)}
    year = pl.from_epoch(pl.col("low").cast(pl.Int32), time_unit="d").dt.year()
    return (
        happened.with_columns(year=year, rank=pl.col("what").replace_strict(ranks, return_dtype=pl.Int32))
        .sort("unit", "low", "rank")
        .with_columns(
            year=pl.col("year") - pl.col("year").min().over("unit") + 1,
            number=pl.int_range(pl.len()).over("unit"),
        )
    )


def _table(life: Lifecycle, histories: Iterable[str]) -> pl.DataFrame:
    """Every distinct history told once; the empty one always, as its units have a state too."""
    chart = Statechart(START, life.transitions)
    rows = [_row(life, chart, history) for history in dict.fromkeys(("", *histories))]
    return pl.DataFrame(rows, schema=SCHEMA)


def _row(life: Lifecycle, chart: Statechart, history: str) -> dict[str, Any]:
    events: list[Event] = [(what, int(year)) for year, _, what in (item.partition(":") for item in history.split())]
    numbers = chart.tell(events)
    taken = [life.transitions[number] for number in numbers]
    steps = [
        {"year": year, "event": what, "from": item.source, "to": item.target, "step": life.steps[number]}
        for (what, year), item, number in zip(events, taken, numbers, strict=False)  # after an impossible event none
    ]
    possible = len(taken) == len(events)
    return {
        "id": f"{life.id} {history}",
        "lifecycle": life.id,
        "history": history,
        "state": (taken[-1].target if taken else START) if possible else None,
        "impossible": None if possible else len(taken),
        "steps": json.dumps(steps, ensure_ascii=False),
    }
