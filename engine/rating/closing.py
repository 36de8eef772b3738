"""What must not be open when a run is to be final."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from engine.diagnostic import Diagnostic, Place

if TYPE_CHECKING:
    from engine.rating import Rating

_NAMED = 20


def still_open(rating: Rating) -> list[Diagnostic]:
    """The rulebooks of which some unit has no grade yet."""
    problems = []
    for id_, found in rating.books.items():
        pending = found.ratings.filter(pl.col("pending"))["id"]
        if not pending.is_empty():
            units = ", ".join(pending.head(_NAMED)) + (" …" if pending.len() > _NAMED else "")
            values = {"rulebook": id_, "count": pending.len(), "units": units}
            problems.append(Diagnostic("run_still_open", Place(found.book.file), values))
    return problems
