"""The status of targets: one column each, from the two answers that scoring gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from engine.programme.targets import on_course, reached

if TYPE_CHECKING:
    from engine.programme.rules import Rules, Target

STATUSES = ("reached", "on_course", "not_due", "short")
"""The last value is reached; what is due by now is; nothing is due yet; what is due by now is not reached."""


def answer_columns(book: Rules) -> list[str]:
    """The columns that the status of targets is told from."""
    return [f"{book.id}.{answer(item.id)}" for item in book.targets for answer in (reached, on_course)]


def status_columns(book: Rules, year: int) -> dict[str, pl.Expr]:
    """The status of every target in a year; null while gaps leave it open."""
    return {item.id: _status(book, item, year) for item in book.targets}


def _status(book: Rules, item: Target, year: int) -> pl.Expr:
    done, in_time = (pl.col(f"{book.id}.{answer(item.id)}") for answer in (reached, on_course))
    between = "not_due" if item.due(year) is None else "on_course"
    return (
        pl.when(done)
        .then(pl.lit("reached"))
        .when(~in_time)
        .then(pl.lit("short"))
        .when(~done & in_time)
        .then(pl.lit(between))
        .cast(pl.Enum(STATUSES))
    )
