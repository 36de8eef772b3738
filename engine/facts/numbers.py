"""Numbers, as people write them and as programs store them."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from engine.schema import Column

DIGITS = 11
"""Significant digits of a number; within them floats agree with decimals as written (docs, "Numbers")."""
LARGEST = 1e15
LONGEST = 100
WHOLE = 1e-3
"""How far a float of eleven digits before the point can be from the whole number that was meant."""
NOISE = 2e-13
"""How far, relative to itself, a float can be from the eleven digits that were meant: far less than a twelfth digit."""
UNITS = {
    "count": {"": ""},
    "number": {"": "", "%": "e-2"},
    "ratio": {"": "", "%": "e-2"},
    "money": {"": "", "元": "", "万": "e4", "万元": "e4", "亿": "e8", "亿元": "e8"},
}
"""The units that a cell of a type may carry, as the exponents they stand for."""
WRITTEN = r"^([+-]?)¥?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+) ?(%|元|万元?|亿元?)?$"


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
    plain = values.is_finite() & ~cells.str.contains("[eE]")
    rest = ((~plain).fill_null(value=True) & cells.is_not_null()).arg_true()
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
    plain = pl.when(~odd).then(whole).str.normalize("NFKC").str.replace("−", "-", literal=True)
    parts = pl.select(plain.str.extract_groups(WRITTEN).alias("parts")).unnest("parts")
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
    masks = {}
    low, high = values.min(), values.max()
    if not (isinstance(low, (int, float)) and isinstance(high, (int, float))):
        return {"cell_not_number": values.is_nan()} if values.dtype.is_float() else {}
    if values.dtype.is_float() and values.is_nan().any():
        masks["cell_not_number"] = values.is_nan()
    if max(-low, high) >= LARGEST:
        masks["cell_number_too_large"] = values.abs() >= LARGEST
    for mask in masks.values():
        values = pl.select(pl.when(~mask).then(values)).to_series()
    masks |= _too_many_digits(values)
    if column.type == "count" and values.dtype.is_float() and "cell_too_many_digits" not in masks:
        masks["cell_not_whole"] = values != values.floor()
    if column.type == "ratio" and not -1 <= low <= high <= 1:
        beyond = values.abs() > 1
        if marked is not None:
            masks["cell_percent_or_share"] = beyond & ~marked
        elif isinstance(column.low, (int, float)) and isinstance(column.high, (int, float)):
            masks["cell_percent_or_share"] = beyond & ((values < column.low) | (values > column.high))
    return masks


def _too_many_digits(values: pl.Series) -> dict[str, pl.Series]:
    """Which numbers have more significant digits than facts may have."""
    largest = values.abs().max()
    if not isinstance(largest, (int, float)) or largest == 0 or (values.dtype.is_integer() and largest < 10**DIGITS):
        return {}
    # Where the largest number leaves room for n decimals, all numbers with at most n decimals are right at a glance.
    scaled = values * 10.0 ** (DIGITS - 1 - floor(log10(largest)))
    off = (scaled.round() - scaled).abs().max()
    if isinstance(off, float) and off < WHOLE:
        return {}
    values = values.cast(pl.Float64)
    return {"cell_too_many_digits": (values - values.round_sig_figs(DIGITS)).abs() > NOISE * values.abs()}
