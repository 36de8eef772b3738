"""Places among others: how many stand before a unit, where some of its order may not be known.

In an order a unit is an interval, from where it stands at best to where it stands at worst; a point where everything is
known. One is before another for certain only if its worst is before the best of the other, and may be if its best is
before the worst of the other. A unit of which the group is not known (null) may be in any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from engine.expression.columns import TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDEST = 1 << 62

COUNTS = ("ahead", "reach", "ahead_most", "reach_most")
"""How many stand before a unit, and how many do or are level with it, itself counted: at least, and at most."""


def codes(values: pl.Series) -> pl.Series:
    """Numbers in the order of values from 0 up, the same for values that comparisons take for equal."""
    table = values.to_frame("value")
    before = pl.col("value").shift()
    slack = TOLERANCE * pl.max_horizontal(pl.col("value").abs(), 1.0)
    apart = (pl.col("value") - before > slack) | pl.col("value").is_infinite() | before.is_infinite()
    step = (pl.col("value") != before) & apart
    coded = (
        table.unique().sort("value").with_columns(step.fill_null(value=False).cast(pl.Int64).cum_sum().alias("code"))
    )
    return table.join(coded, on="value", how="left", maintain_order="left")["code"]


def order(keys: Sequence[tuple[pl.Series, pl.Series]]) -> tuple[pl.Series, pl.Series]:
    """Where each unit stands at best and at worst, from 0 up.

    Args:
        keys: what units are ordered by: the best and the worst end of each, the smaller the better.

    Returns:
        One series twice where everything is known.
    """
    known = all(best is worst or bool((best == worst).all()) for best, worst in keys)
    ends = [best if known else pl.concat([best, worst]) for best, worst in keys]
    found = pl.repeat(0, ends[0].len(), dtype=pl.Int64, eager=True)
    width = 1
    for end in ends:
        next_ = codes(end)
        wide = largest(next_) + 1
        if width * wide >= _WIDEST:
            found, width = found.rank("dense").cast(pl.Int64), found.len() + 1
        found, width = found * wide + next_, width * wide
    if known:
        return found, found
    units = keys[0][0].len()
    return found.head(units), found.tail(units)


def counted(group: pl.Series, best: pl.Series, worst: pl.Series, certain: pl.Series) -> pl.DataFrame:
    """The `COUNTS` of each unit, were it to take part.

    Args:
        group: the number of its group from 0 up; null: not known.
        best: where it stands at best, from 0 up (`order`).
        worst: where it stands at worst.
        certain: it takes part for certain; else it may.
    """
    placed = group.is_not_null()
    width = max(largest(best), largest(worst)) + 1
    if width * (largest(group) + 1) >= _WIDEST:
        both = pl.concat([best, worst]).rank("dense").cast(pl.Int64)
        best, worst, width = both.head(best.len()), both.tail(best.len()), both.len() + 1
    first, last = group * width + best, group * width + worst
    known = best is worst or bool((best == worst).all())
    if known and not group.null_count():
        return _of_points(group, first, certain)
    start = group * width
    must = last.filter(certain & placed).sort()
    before = below(must, start)
    ahead = below(must, first) - before
    own = (certain & (worst <= best)).cast(pl.Int64)
    reach = below(must, first + 1) - before - own + 1
    may = first.filter(placed).sort()
    before = below(may, start)
    itself = (best < worst).cast(pl.Int64)
    ahead_most = below(may, last) - before - itself
    reach_most = below(may, last + 1) - before
    if group.null_count():
        loose, everybody = best.filter(~placed).sort(), best.sort()
        ahead_most = (ahead_most + below(loose, worst)).zip_with(placed, below(everybody, worst) - itself)
        reach_most = (reach_most + below(loose, worst + 1)).zip_with(placed, below(everybody, worst + 1))
    return pl.DataFrame(
        {
            "ahead": ahead.fill_null(0),
            "reach": reach.fill_null(1),
            "ahead_most": ahead_most,
            "reach_most": reach_most,
        }
    )


def _of_points(group: pl.Series, points: pl.Series, certain: pl.Series) -> pl.DataFrame:
    """The counts where it is known where everybody stands; by `points` the groups stand one after the other."""
    sizes = group.value_counts().sort(group.name)
    starts = pl.DataFrame({"group": sizes[group.name], "start": sizes["count"].cum_sum() - sizes["count"]})
    start = pl.DataFrame({"group": group}).join(starts, on="group", how="left", maintain_order="left")["start"]
    start = start.cast(pl.Int64)
    first, last = points.rank("min").cast(pl.Int64) - 1, points.rank("max").cast(pl.Int64)
    most = {"ahead_most": first - start, "reach_most": last - start}
    if bool(certain.all()):
        return pl.DataFrame({"ahead": most["ahead_most"], "reach": most["reach_most"], **most})
    so_far = pl.concat([pl.Series([0], dtype=pl.Int64), certain.gather(points.arg_sort()).cast(pl.Int64).cum_sum()])
    before = so_far.gather(start)
    own = certain.cast(pl.Int64)
    ahead, reach = so_far.gather(first) - before, so_far.gather(last) - before - own + 1
    return pl.DataFrame({"ahead": ahead, "reach": reach, **most})


def below(points: pl.Series, limits: pl.Series) -> pl.Series:
    """How many of some sorted points are below each limit; null where there is no limit."""
    found = points.search_sorted(limits, side="left").cast(pl.Int64)
    return found.zip_with(limits.is_not_null(), pl.Series([None], dtype=pl.Int64))


def group_numbers(groups: pl.Series) -> pl.Series:
    """Groups as numbers from 0 up; null stays null."""
    known = groups if isinstance(groups.dtype, pl.Enum) else groups.cast(pl.String).cast(pl.Categorical)
    return known.to_physical().cast(pl.Int64)


def worlds_apart(numbers: pl.Series, worlds: pl.Series) -> pl.Series:
    """The numbers of groups, where the same groups stand in several worlds."""
    found: pl.Series = group_numbers(worlds) * (largest(numbers) + 1) + numbers
    return found


def largest(numbers: pl.Series) -> int:
    """The largest of some numbers from 0 up; 0 of none."""
    return int(numbers.max() or 0)  # type: ignore[arg-type]
