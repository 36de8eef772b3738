"""Selections: the best so many of the units that are eligible (docs/meaning.md).

A candidate whose eligibility, place among units or keys are not known is *undecidable*. It may end at any place between
its best and its worst, or nowhere. What is said of the others holds wherever it ends.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from engine import scoring
from engine.expression import typed
from engine.expression.columns import Truth, compile_truth
from engine.expression.library import framed, unframed
from engine.expression.typed import number_of
from engine.rating.columns import late_conditions
from engine.scoring.layers import stored_as
from engine.scoring.places import COUNTS, order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.expression.columns import Environment, Value
    from engine.expression.syntax import Node
    from engine.programme.rules import Rules, Selection

CHOSEN, TIED, OPEN, UNDECIDABLE, PASSED_OVER = STATUSES = ("chosen", "tied", "open", "undecidable", "passed_over")
"""What a candidate is; who is not eligible is none."""


def candidates(book: Rules, decided: pl.DataFrame, environment: Environment) -> pl.DataFrame:
    """The units with who is eligible for each selection (`eligible:s`) and its keys (`key:s:1`, …)."""
    titles = [pl.col(f"title:{title.id}").alias(f"title.{title.id}") for title in book.titles]
    layers = scoring.Layers(framed(decided.lazy().with_columns(titles)), replace(environment, held={}))
    keys = {f"key:{item.id}:{at}": key.value for item in book.selections for at, key in enumerate(item.keys, start=1)}
    layers.hold([node for item in book.selections for node in item.nodes], repeated=keys.values())
    values: dict[str, Value] = layers.compile(keys)
    for item in book.selections:
        everybody = Truth(layers.environment.over.lit(True), exact=True, certain=True)  # noqa: FBT003
        eligible = everybody if item.when is None else compile_truth(item.when, layers.environment)
        values[f"eligible:{item.id}"] = eligible
    values |= layers.compile(late_conditions(book))
    columns = {name: column for key, value in values.items() for name, column in stored_as(key, value).items()}
    return unframed(layers.frame.with_columns(**columns)).collect()


def selections(
    book: Rules,
    decided: pl.DataFrame,
    constants: Mapping[tuple[str, str], Node],
    groups: Mapping[str, pl.Series],
    *,
    final: bool,
) -> dict[str, pl.DataFrame]:
    """The candidates of each selection in order of id, each with what it is and its place.

    Args:
        book: the rulebook.
        decided: its units, with what `candidates` adds.
        constants: the values of parameters in force.
        groups: for a selection within units above, the ids of those units, where their table was given.
        final: the evidence is closed: who is undecidable does not take part.
    """
    return {
        item.id: _selection(item, decided, places(item, constants), groups.get(item.id), final=final)
        for item in book.selections
        if item.keys
    }


def places(selection: Selection, constants: Mapping[tuple[str, str], Node]) -> int:
    """How many are chosen."""
    best = selection.best
    return int(number_of(constants[best.rulebook, best.id] if isinstance(best, typed.ParameterLeaf) else best) or 0)


def _selection(
    selection: Selection, decided: pl.DataFrame, seats: int, groups: pl.Series | None, *, final: bool
) -> pl.DataFrame:
    listed = _candidates(selection, decided, groups)
    takes_part = ~pl.col("^open") | pl.lit(not final)
    nowhere = pl.col("^open") & pl.col("group").is_null() if selection.group else pl.lit(False)  # noqa: FBT003
    counts = _counted(listed.filter(takes_part & ~nowhere), selection)
    anywhere = listed.select((takes_part & nowhere).sum()).item()  # each may stand before anybody
    is_known = ~pl.col("^open")
    counts = counts.with_columns(pl.col("ahead_most") + anywhere, pl.col("reach_most") + anywhere)
    status = pl.when(is_known).then(_status(selection, seats)).otherwise(pl.lit(UNDECIDABLE))
    found = listed.join(counts, on="^at", how="left", maintain_order="left").with_columns(
        status.cast(pl.Enum(STATUSES)).alias("status"),
        pl.when(is_known).then(pl.col("ahead") + 1).alias("place_low"),
        pl.when(is_known).then(pl.col("ahead_most") + 1).alias("place_high"),
    )
    return found.select(
        *("id", "name", "parent", "group", "status", "eligible", "place_low", "place_high"),
        *(
            column
            for at in range(1, len(selection.keys) + 1)
            for column in (f"key_{at}", pl.when(pl.col(f"key_{at}_high") != pl.col(f"key_{at}")).then(f"key_{at}_high"))
        ),
    )


def _candidates(selection: Selection, decided: pl.DataFrame, groups: pl.Series | None) -> pl.DataFrame:
    """Who is eligible or may be, with both ends of each key; `^open` is whether something of it is not known."""
    eligible = pl.col(f"eligible:{selection.id}")
    columns = {name: pl.col(name) for name in ("id", "name", "parent")}
    group = pl.col(selection.group) if selection.group in decided.columns else pl.lit(None, pl.String)
    # The row of a unit that was refused may name a unit above that there is not.
    columns["group"] = group if groups is None else pl.when(group.is_in(groups.implode())).then(group)
    columns |= {"eligible": eligible, "^open": eligible.is_null()}
    if selection.group is not None:
        columns["^open"] |= columns["group"].is_null()
    for at in range(1, len(selection.keys) + 1):
        name = f"key:{selection.id}:{at}"
        low, high = pl.col(name), pl.col(f"{name}:high" if f"{name}:high" in decided.columns else name)
        columns |= {f"key_{at}": low, f"key_{at}_high": high}
        columns["^open"] |= low != high
    return decided.lazy().filter(eligible.fill_null(value=True)).select(**columns).with_row_index("^at").collect()


def _counted(listed: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    """The counts of each candidate of whom everything is known; of the others they have no meaning.

    In the order of keys an undecidable candidate is an interval, from where it stands with the best ends of its keys to
    where it stands with the worst. It is before somebody for certain only if its worst is, and may be if its best is.
    """
    both = pl.concat([listed, listed.filter("^open")]).with_columns(pl.int_range(pl.len()).alias("^row"))
    both = both.with_columns((pl.col("^row") < listed.height).alias("^best"))
    group = pl.col("group").cast(pl.Categorical).to_physical().fill_null(0)
    open_, best, certain = pl.col("^open"), pl.col("^best"), pl.col("eligible").fill_null(value=False)
    known, may, must = (part.cast(pl.Int64) for part in (~open_, open_ & best, open_ & ~best & certain))
    points = both.lazy().select(
        _order(both.with_columns(group.alias("group")), selection).alias("order"),
        group.alias("group"),
        "^row",
        (known + must).alias("least"),
        (known + may).alias("most"),
    )
    level, in_group = (pl.col(name) != pl.col(name).shift() for name in ("order", "group"))
    starts, ends = level.fill_null(value=True), (pl.col("order") != pl.col("order").shift(-1)).fill_null(value=True)

    def since(start: pl.Expr, total: pl.Expr, own: pl.Expr) -> pl.Expr:
        return pl.when(start).then(total - own).forward_fill()

    columns: dict[str, pl.Expr] = {}
    for name, suffix in (("least", ""), ("most", "_most")):
        own, total = pl.col(name), pl.col(name).cum_sum()
        before = since(in_group.fill_null(value=True), total, own)
        columns[f"ahead{suffix}"] = since(starts, total, own) - before
        columns[f"reach{suffix}"] = pl.when(ends).then(total).backward_fill() - before
    counts = points.sort("order").select("^row", **columns).filter(pl.col("^row") < listed.height).sort("^row")
    return counts.select(listed["^at"], *COUNTS).collect()


def _order(points: pl.DataFrame, selection: Selection) -> pl.Series:
    """Where each point stands, the groups one after the other and the best of each first.

    Points that comparisons take for equal stand alike.
    """
    keys = [points["group"].cast(pl.Float64)]
    for at, key in enumerate(selection.keys, start=1):
        ends = pl.col(f"key_{at}"), pl.col(f"key_{at}_high")
        best, worst = (-ends[1], -ends[0]) if key.most else ends
        keys.append(points.select(pl.when("^best").then(best).otherwise(worst)).to_series())
    return order([(key, key) for key in keys])[0]


def _status(selection: Selection, seats: int) -> pl.Expr:
    """What a candidate is of whom everything is known, wherever the others end."""
    ahead, reach, ahead_most, reach_most = (pl.col(name) for name in COUNTS)
    match selection.said.ties:
        case "in":
            found = pl.when(ahead_most < seats).then(pl.lit(CHOSEN)).when(ahead >= seats).then(pl.lit(PASSED_OVER))
        case "out":
            found = pl.when(reach_most <= seats).then(pl.lit(CHOSEN)).when(reach > seats).then(pl.lit(PASSED_OVER))
        case _:
            found = pl.when(reach_most <= seats).then(pl.lit(CHOSEN)).when(ahead >= seats).then(pl.lit(PASSED_OVER))
            found = found.when((ahead_most < seats) & (reach > seats)).then(pl.lit(TIED))
    return found.otherwise(pl.lit(OPEN))
