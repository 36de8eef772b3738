"""Numbers, as people write them and as programs store them."""

from __future__ import annotations

from math import floor, inf, log10
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.schema import Column

DIGITS = 11
"""Significant digits of a number; within them floats agree with decimals as written."""
LARGEST = 1e15
SMALLEST = 1e-9
LONGEST = 100
WHOLE = 1e-3
"""How far a float of eleven digits before the point can be from the whole number that was meant."""
NOISE = 2e-13
"""How far, relative to itself, a float can be from the eleven digits that were meant: far less than a twelfth digit."""
EXPONENT = "[eE]"
UNITS = {
    "count": {"": ""},
    "number": {"": "", "%": "e-2"},
    "ratio": {"": "", "%": "e-2"},
    "money": {"": "", "元": "", "万": "e4", "万元": "e4", "亿": "e8", "亿元": "e8"},
}
"""The units that a cell of a type may carry, as the exponents they stand for."""
TEXT = "text of "
WRITTEN = r"^([+-]?)¥?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+) ?(%|元|万元?|亿元?)?$"


def plain(cells: pl.DataFrame, facts: Sequence[Column]) -> pl.DataFrame:
    """The facts of which every cell is a plain number that the fact can hold, found by looking at all facts at once.

    In most tables these are nearly all; `read` looks after the others one by one.

    Args:
        cells: text or numbers, by fact.
        facts: the facts that are numbers.
    """
    if not facts:
        return cells
    texts = [name for name, dtype in cells.schema.items() if dtype == pl.String]
    numbers = pl.col(texts).cast(pl.Float64, strict=False) + 0.0  # no negative zero
    values = cells.with_columns(numbers, pl.col(texts).name.prefix(TEXT))
    types = values.schema
    looks = values.select(_look(fact.id, types) for fact in facts).row(0, named=True)
    rooms = {fact.id: _room(fact, looks[fact.id], types[fact.id]) for fact in facts}
    fitting = {name: room for name, room in rooms.items() if room is not None}
    offs = values.select(pl.lit(0), *(_off(name, room, types[name]) for name, room in fitting.items())).row(
        0, named=True
    )
    return values.select(name for name in fitting if offs[name] < WHOLE)


def _look(name: str, types: pl.Schema) -> pl.Expr:
    """The range of a column, and whether it holds anything that is no plain number."""
    value, text = pl.col(name), pl.col(TEXT + name)
    odd = value.is_nan().any() if types[name].is_float() else pl.lit(value=False)
    if TEXT + name in types:
        odd |= (value.null_count() != text.null_count()) | text.str.contains(EXPONENT).any()
    return pl.struct(value.min().alias("low"), value.max().alias("high"), odd.alias("odd")).alias(name)


def _room(fact: Column, look: dict[str, Any], dtype: pl.DataType) -> int | None:
    """How many decimals the largest number of a column leaves room for; None where that does not settle it."""
    if look["odd"]:
        return None
    largest = float(max(-look["low"], look["high"])) if look["low"] is not None else 0.0
    if fact.type == "ratio" and largest > 1:
        return None
    whole = fact.type == "count" or dtype.is_integer()
    if largest == 0 or (whole and largest < 10**DIGITS):
        return 0
    return DIGITS - 1 - floor(log10(largest)) if not whole and SMALLEST < largest < LARGEST else None


def _off(name: str, decimals: int, dtype: pl.DataType) -> pl.Expr:
    """How far the numbers of a column are from having at most so many decimals."""
    scaled = pl.col(name) * 10.0**decimals
    return (scaled.round() - scaled).abs().max().fill_null(0.0) if dtype.is_float() else pl.lit(0.0).alias(name)


def read(cells: pl.Series, column: Column) -> tuple[pl.Series, dict[str, pl.Series]]:
    """Read the cells of a fact that is a number.

    Args:
        cells: text or numbers.
        column: the fact.

    Returns:
        The numbers; and which cells the fact cannot hold, by what is wrong with them.
    """
    if cells.dtype != pl.String:
        return cells, _unfit(cells, None, column)
    values = cells.cast(pl.Float64, strict=False)
    sound = values.is_finite() & ~cells.str.contains(EXPONENT)
    rest = ((~sound).fill_null(value=True) & cells.is_not_null()).arg_true()
    marked = pl.repeat(value=False, n=len(cells), dtype=pl.Boolean, eager=True)
    masks = {}
    if len(rest):
        careful = _written(cells.gather(rest), column)
        values = values.scatter(rest, careful["value"])
        masks["cell_not_number"] = marked.clone().scatter(rest, careful["value"].is_null() & ~careful["empty"])
        marked = marked.scatter(rest, careful["unit"])
    return values + 0.0, _unfit(values, marked, column) | masks  # + 0.0: no negative zero


def _written(text: pl.Series, column: Column) -> pl.DataFrame:
    """Read full-width digits, grouped thousands and units: `value`, whether it has a `unit`, whether it is `empty`.

    A character that only looks like a digit (²) is none: it would change the number.
    """
    whole = text.str.strip_chars()
    odd = (whole.str.len_chars() > LONGEST) | whole.str.contains(r"\p{No}")
    folded = pl.when(~odd).then(whole).str.normalize("NFKC").str.replace("−", "-", literal=True)
    parts = pl.select(folded.str.extract_groups(WRITTEN).alias("parts")).unnest("parts")
    sign, digits, unit = pl.col("1"), pl.col("2").str.replace_all(",", "", literal=True), pl.col("3").fill_null("")
    exponent = unit.replace_strict(UNITS[column.type], default=None, return_dtype=pl.String)
    return parts.select(
        value=(sign + digits + exponent).cast(pl.Float64, strict=False),
        unit=digits.is_not_null() & (unit != ""),
        empty=whole == "",
    )


def _unfit(values: pl.Series, marked: pl.Series | None, column: Column) -> dict[str, pl.Series]:
    """Which numbers a fact cannot hold.

    Args:
        values: the numbers.
        marked: which of them were written with a unit; None for stored numbers, which need none.
        column: the fact.
    """
    absolute = values.cast(pl.Float64).abs()
    masks = {"cell_not_number": absolute.is_nan(), "cell_number_too_large": absolute >= LARGEST}  # infinity too
    digits = (absolute - absolute.round_sig_figs(DIGITS)) > NOISE * absolute
    masks["cell_too_many_digits"] = digits & (absolute < LARGEST)
    if column.type == "count":
        masks["cell_not_whole"] = (absolute != absolute.floor()) & ~digits
    if column.type == "ratio":
        asked = ~marked if marked is not None else _beyond(values, column)
        masks["cell_percent_or_share"] = (absolute > 1) & (absolute < LARGEST) & asked
    return masks


def _beyond(values: pl.Series, column: Column) -> pl.Series:
    """Which stored shares are beyond their own bounds; a bound that is another fact settles nothing."""
    low, high = (bound if isinstance(bound, (int, float)) else None for bound in (column.low, column.high))
    return ~values.is_between(-inf if low is None else low, inf if high is None else high)
