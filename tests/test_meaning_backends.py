"""The same column expressions on polars and, as narwhals', on DuckDB."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import duckdb
import narwhals as nw
import pytest
from hypothesis import given
from hypothesis import strategies as st
from populations import YEAR, columns_of, facts_from, random_units, seeded
from strategies import examples, programmes

from engine import scoring
from engine.expression.library import unframed
from engine.rating import rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl
    from language import Drawn

    from engine.expression.columns import Environment
    from engine.expression.library import Frame, Library
    from engine.programme.rules import Rules


@contextmanager
def on_both_backends(seen: Counter[str]) -> Iterator[None]:
    """Ratings made meanwhile score everything on DuckDB too, and compare every column."""
    original = scoring.score

    def score(
        book: Rules,
        frame: Frame,
        environment: Environment,
        lower: Mapping[str, scoring.Lower],
        *,
        traces: bool,
    ) -> scoring.Layers:
        layers = original(book, frame, environment, lower, traces=traces)
        with duckdb.connect() as connection:

            def moved(frame: Frame) -> Frame:
                return nw.from_native(connection.from_arrow(unframed(frame).collect().to_arrow()))

            def translated(environment: Environment) -> Environment:
                return replace(environment, over=cast("Library", nw))

            below = {
                kind: scoring.Lower(moved(units.frame), translated(units.environment)) for kind, units in lower.items()
            }
            other = original(book, moved(frame), translated(environment), below, traces=traces).frame.to_native().pl()
        compare(unframed(layers.frame).collect(), other, seen)
        return layers

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "score", score)
        yield


def compare(polars: pl.DataFrame, duck: pl.DataFrame, seen: Counter[str]) -> None:
    assert sorted(polars.columns) == sorted(duck.columns)
    polars, duck = polars.sort("id"), duck.sort("id")
    for name in polars.columns:
        one, other = polars[name], duck[name]
        if one.dtype.is_float():
            assert other.dtype == one.dtype, name
            far = (one - other).abs() > 1e-9 * one.abs().clip(lower_bound=1.0)
            assert not (far & one.is_finite()).any(), name
            assert (one.is_finite() == other.is_finite()).all(), name
            assert (one.filter(one.is_infinite()) == other.filter(other.is_infinite())).all(), name
            assert (one.is_null() == other.is_null()).all(), name
        else:
            assert one.to_list() == other.to_list(), name
        seen[f"{one.dtype}"] += len(one)
        seen["infinite"] += int(one.is_infinite().sum()) if one.dtype.is_float() else 0
        seen["unknown"] += one.null_count()
        seen["aggregates"] += len(one) if name.startswith("@") else 0


def test_random_rulebooks() -> None:
    seen: Counter[str] = Counter()

    @examples(3)
    @given(programmes(), st.integers(0, 2**32 - 1))
    def check(drawn: Drawn, seed: int) -> None:
        programme = drawn.load()
        columns = columns_of(programme)
        units = random_units(seeded(seed), drawn.kinds, columns, drawn.pool, refused=0.1)
        with on_both_backends(seen):
            rate(programme, facts_from(units, columns), year=YEAR)

    check()
    assert min(seen[name] for name in ("Float64", "Boolean", "infinite", "unknown", "aggregates")) > 0, seen
