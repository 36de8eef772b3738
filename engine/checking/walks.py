"""Complete units all over the space of facts: walks from good units to bad ones, one part changing at each step."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.checking.space import Space
    from engine.checking.units import Subject
    from engine.rating import BookRating

_PATHS = 120
_AT_BEST = 0.85
"""How much of a walk's first unit is at its best."""
_TO_WORST = 0.4
_NEIGHBOURS = 24
"""How many choices of each part the best unit is tried with."""


@dataclass(frozen=True)
class Units:
    """Hypothetical units and their ratings; a row each.

    Attributes:
        picks: which choice of each part a unit has (columns `0`, `1`, …).
        rated: their ratings.
    """

    picks: pl.DataFrame
    rated: BookRating


def assembled(space: Space, picks: pl.DataFrame) -> pl.DataFrame:
    """Units from a choice of each part."""
    return pl.concat([part.choices[picks[str(place)]] for place, part in enumerate(space.parts)], how="horizontal")


def units(space: Space, subject: Subject, picks: pl.DataFrame) -> Units:
    """Rate units that have these choices."""
    return Units(picks, subject.rate(assembled(space, picks)))


def walks(space: Space, subject: Subject) -> Units:
    """Units on walks through the space, rated."""
    return units(space, subject, walked(space))


def walked(space: Space, paths: int = _PATHS) -> pl.DataFrame:
    """The picks of the best unit's neighbours, and of walks of which consecutive units differ in one part."""
    random = Random(paths)  # noqa: S311 - the same walks every time
    heights = [part.choices.height for part in space.parts]
    rows = [
        [pick if other == place else 0 for other in range(len(heights))]
        for place, height in enumerate(heights)
        for pick in range(0, height, max(1, height // _NEIGHBOURS))
    ]
    for _ in range(paths):
        unit = [0 if random.random() < _AT_BEST else random.randrange(height) for height in heights]
        rows.append(unit)
        for place in random.sample(range(len(heights)), len(heights)):
            height = heights[place]
            unit = list(unit)
            unit[place] = height - 1 if random.random() < _TO_WORST else random.randrange(height)
            rows.append(unit)
    return picks_of(rows, len(heights))


def picks_of(rows: Iterable[Sequence[int]], parts: int) -> pl.DataFrame:
    """Picks as a table."""
    schema = {str(place): pl.Int64 for place in range(parts)}
    return pl.DataFrame(list(rows), schema=schema, orient="row")
