"""Column expressions, of polars or of narwhals.

Both are written alike. Narwhals' run on DuckDB, PySpark and others, but are translated anew at each use, at some twenty
times the cost of polars' own: frames of polars take those (docs/decisions.md). What is named here finds the library of
an expression that it is given, so that everything else is written once.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol, cast

import polars as pl

if TYPE_CHECKING:
    import narwhals as nw
    from narwhals.functions import When
    from narwhals.typing import NonNestedLiteral

    Expr = nw.Expr
    Frame = nw.LazyFrame[Any]


class Library(Protocol):
    """What is used of a library beside the methods of its expressions and frames."""

    Float64: type[nw.Float64]
    Int64: type[nw.Int64]
    Boolean: type[nw.Boolean]

    def col(self, *names: str) -> Expr:
        """Columns by name."""

    def lit(self, value: NonNestedLiteral, dtype: Any = None) -> Expr:  # noqa: ANN401 - the library's own types
        """One value in every row."""

    def when(self, condition: Expr) -> When:
        """The start of a case distinction."""

    def min_horizontal(self, *expressions: Expr) -> Expr:
        """The least in each row."""

    def max_horizontal(self, *expressions: Expr) -> Expr:
        """The greatest in each row."""

    def sum_horizontal(self, *expressions: Expr) -> Expr:
        """The sum in each row."""


POLARS = cast("Library", pl)


def library_of(item: Expr | Frame) -> Library:
    """The library whose expression or frame it is."""
    return cast("Library", sys.modules[type(item).__module__.partition(".")[0]])


def framed(frame: pl.LazyFrame) -> Frame:
    """A frame of polars, as scoring takes it."""
    return cast("Frame", frame)


def unframed(frame: Frame) -> pl.LazyFrame:
    """What scoring made of a frame of polars."""
    return cast("pl.LazyFrame", frame)


def as_float(expression: Expr) -> Expr:
    """A number or truth as a float."""
    return expression.cast(library_of(expression).Float64)


def when(condition: Expr) -> When:
    """The start of a case distinction."""
    return library_of(condition).when(condition)


def min_horizontal(first: Expr, *others: Expr) -> Expr:
    """The least in each row."""
    return library_of(first).min_horizontal(first, *others)


def max_horizontal(first: Expr, *others: Expr) -> Expr:
    """The greatest in each row."""
    return library_of(first).max_horizontal(first, *others)


def sum_horizontal(first: Expr, *others: Expr) -> Expr:
    """The sum in each row."""
    return library_of(first).sum_horizontal(first, *others)
