"""How the rating of a unit with gaps bounds the ratings of the same unit with its gaps filled."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from engine import scoring
from engine.expression.library import unframed

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from engine.rating import BookRating

SLACK = 1e-9


def slack(column: pl.Expr) -> pl.Expr:
    return pl.when(column.is_finite()).then(SLACK * pl.max_horizontal(pl.lit(1.0), column.abs())).otherwise(0.0)


def broken(book: BookRating, seen: Counter[str]) -> list[str]:
    """Where a filled unit (`v1#3`) is not within the ranges of the unit with gaps (`v1`)."""
    rules = _ratings(book, seen)
    pairs = _pairs(book.ratings)
    measures = _pairs(book.measures)
    seen["pairs"] += len(pairs)
    found = []
    for name, (frame, wrong) in {
        **{name: (pairs, rule) for name, rule in rules.items()},
        **{name: (measures, rule) for name, rule in _measures(book.measures).items()},
    }.items():
        bad = frame.filter(wrong)
        if len(bad):
            columns = [column for column in bad.columns if column.removesuffix("~").removesuffix("_high") == name]
            found.append(f"{book.book.id} {name}: {bad.select('id', *columns).head(3).rows(named=True)}")
    return found


def _pairs(frame: pl.DataFrame) -> pl.DataFrame:
    """Filled units beside the unit with gaps, whose columns end in `~`."""
    filled = frame.with_columns(pl.col("id").str.split("#").list.first().alias("^")).filter(pl.col("^") != pl.col("id"))
    return filled.join(frame.select(pl.all().name.suffix("~")), left_on="^", right_on="id~")


def _ratings(book: BookRating, seen: Counter[str]) -> dict[str, pl.Expr]:
    frame = book.ratings
    gapped = frame.filter(~pl.col("id").str.contains("#"))
    criteria = {item.id: item for item in book.book.criteria}
    rules: dict[str, pl.Expr] = {}
    for name in frame.columns:
        now, was = pl.col(name), pl.col(f"{name}~")
        known = was.is_not_null() & now.ne_missing(was)
        if name in {"id", "name", "parent", "case"}:
            continue
        if name.endswith("_low") and name != "points_low":
            rules[name] = now.to_physical() > was.to_physical()
        elif name.endswith("_high") and name != "points_high":
            rules[name] = now.to_physical() < was.to_physical()
        elif name == "points_low":
            rules[name] = (now < was - slack(was)) | (now > pl.col("points_high"))
        elif name == "points_high":
            rules[name] = now > was + slack(was)
        elif name == "pending":
            rules[name] = now & ~was
        elif name == "rules":
            rules[name] = (was != "") & (was.str.split(",").list.set_difference(now.str.split(",")).list.len() > 0)
        elif name in criteria and criteria[name].applies is not None:
            rules[name] = known & pl.col(f"{name}_applicable").fill_null(value=True)
        else:
            rules[name] = known
        form = "criterion" if name in criteria else "applicable" if name.endswith("_applicable") else (
            "title" if name in {title.id for title in book.book.titles} else name)  # fmt: skip
        seen[f"known {form}"] += int(gapped[name].is_not_null().sum())
        seen[f"unknown {form}"] += gapped[name].null_count()
    unknown = pl.any_horizontal(pl.col(name).is_null() for name in criteria)
    seen["pending"] += int(gapped["pending"].sum())
    seen["decided with unknowns"] += len(gapped.filter(~pl.col("pending") & unknown))
    wide = _pairs(frame).filter(pl.col("points_high~") > pl.col("points_low~"))
    seen["narrowed"] += len(wide.filter(pl.col("points_high") == pl.col("points_low")))
    return rules


def _measures(frame: pl.DataFrame) -> dict[str, pl.Expr]:
    rules: dict[str, pl.Expr] = {}
    for name in frame.columns:
        now, was = pl.col(name), pl.col(f"{name}~")
        if frame[name].dtype == pl.Boolean:
            rules[name] = was.is_not_null() & now.ne_missing(was)
        elif f"{name}_high" in frame.columns:
            high, was_high = pl.coalesce(f"{name}_high", name), pl.coalesce(f"{name}_high~", f"{name}~")
            rules[name] = (now < was - slack(was)) | (high > was_high + slack(was_high)) | (now > high)
        elif frame[name].dtype == pl.Float64 and f"{name.removesuffix('_high')}_high" not in frame.columns:
            rules[name] = (now - was).abs() > slack(was)
    return rules


# Every column that scoring makes


@contextmanager
def scored_columns() -> Iterator[list[pl.DataFrame]]:
    """What scoring finds, with all its columns, in ratings made meanwhile."""
    frames: list[pl.DataFrame] = []
    original = scoring.score

    def score(*arguments: Any, traces: bool) -> scoring.Layers:  # noqa: ANN401
        layers = original(*arguments, traces=traces)
        frames.append(unframed(layers.frame).collect())
        return layers

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "score", score)
        yield frames


def check_columns(frame: pl.DataFrame, seen: Counter[str]) -> None:
    """No NaN, no low end above its high end, no null in a range."""
    for name in frame.columns:
        if frame[name].dtype.is_float():
            assert not frame[name].is_nan().any(), name
        # `of:` columns hold what points are out of at worst and at best, which is not in order.
        if name.endswith(":high") and not name.startswith("of:"):
            low, high = frame[name.removesuffix(":high")], frame[name]
            assert not low.null_count(), name
            assert not high.null_count(), name
            assert (low <= high).all(), name
            assert (low < float("inf")).all(), name
            assert (high > float("-inf")).all(), name
    seen["frames with ranges"] += any(name.endswith(":high") for name in frame.columns)
