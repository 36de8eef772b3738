"""From the cells of a column to the values of a fact, a column at a time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import polars as pl

from engine.facts import numbers
from engine.facts.raw import LONGEST_TEXT
from engine.schema import NUMERIC

if TYPE_CHECKING:
    from engine.schema import Column

DType: TypeAlias = pl.DataType | type[pl.DataType]
Text = TypeVar("Text", pl.Series, pl.Expr)

DTYPES = {"count": pl.Int64, "number": pl.Float64, "money": pl.Float64, "ratio": pl.Float64, "boolean": pl.Boolean}
"""The types of facts that are no text; a date is a Date, everything else text."""
YES = ("是", "有", "true", "yes", "y", "1", "√", "✓", "✔")
NO = ("否", "无", "false", "no", "n", "0", "×", "✗", "✘", "x")
DATE = (
    r"^([0-9]{4})\s?[-/.年]\s?([0-9]{1,2})\s?[-/.月]\s?([0-9]{1,2})\s?日?"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?$"
)
YEARS = (date(1, 1, 1), date(9999, 12, 31))
ERROR_VALUE = r"^#(N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)$"
DASH = r"(?i)^([-–—―−－/／\\]+|n/?a|null|none|nan)$"
EXPONENT = r"^[+-]?[0-9.,]+[eE][+-]?[0-9]+$"
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
INVISIBLE = r"[\p{Cc}\p{Cf}]"
EXACT_FLOAT = 1e15
SYNTHETIC = "?"
"""How the id of a refused row without one begins; no other id may."""


def dtype(column: Column) -> DType:
    """The type of a fact's values."""
    return pl.Date if column.type == "date" else DTYPES.get(column.type, pl.String)


def as_text(cells: pl.Series) -> pl.Series:
    """Cells as text, stripped; empty ones are null. Whole numbers have no decimal point."""
    if cells.dtype.is_float():
        whole = (cells == cells.floor()) & (cells.abs() < EXACT_FLOAT)
        frame = pl.select(
            pl.when(whole).then(cells.cast(pl.Int64, strict=False)).cast(pl.String).fill_null(cells.cast(pl.String))
        )
        return frame.to_series().alias(cells.name)
    if cells.dtype != pl.String:
        return cells.cast(pl.String)
    stripped = cells.str.strip_chars()
    return stripped.set(stripped == "", None) if (stripped == "").any() else stripped


def read(cells: pl.Series, column: Column) -> tuple[pl.Series, dict[str, pl.Series]]:
    """Read the cells of a fact.

    Returns:
        The values, null for a gap and for a refused cell; and which cells are refused, by what is wrong with them.
    """
    if cells.dtype == dtype(column) and column.type in {"boolean", "date"}:
        return cells, {}
    if column.type not in NUMERIC:
        values, masks = _words(cells if cells.dtype == pl.String else as_text(cells), column)
    elif cells.dtype.is_numeric() or cells.dtype == pl.String:
        values, masks = numbers.read(cells, column)
    else:
        values, masks = numbers.read(as_text(cells), column)
    masks = {code: mask.fill_null(value=False) for code, mask in masks.items() if mask.any()}
    if masks:
        good = pl.select(~pl.any_horizontal(masks.values())).to_series()
        values = pl.select(pl.when(good).then(values)).to_series()
        masks = _named(as_text(cells), masks)
    return values.cast(dtype(column)), masks


def unfit(text: pl.Series) -> dict[str, pl.Series]:
    """Which texts no table can hold, or say only that a spreadsheet failed."""
    patterns = {"cell_error_value": ERROR_VALUE, "cell_control_character": CONTROL}
    masks = {code: text.str.contains(pattern) for code, pattern in patterns.items()}
    return masks | {"cell_too_long": text.str.len_chars() > LONGEST_TEXT}


def _words(text: pl.Series, column: Column) -> tuple[pl.Series, dict[str, pl.Series]]:
    """Values that are words; of those that a fact chooses from, each distinct text is read once."""
    distinct = text.unique().drop_nulls()
    if column.type == "boolean":
        known = dict.fromkeys(YES, "true") | dict.fromkeys(NO, "false")
        meanings = _named_by(distinct, known) == "true"
    elif column.type == "date":
        meanings = _dates(as_text(distinct))
    elif column.choices is not None:
        labels = {label[language]: name for name, label in column.choices.items() for language in ("en", "zh")}
        meanings = _named_by(distinct, labels | {name: name for name in column.choices})
    else:
        text = as_text(text)
        return text, unfit(text) | {"cell_dash": text.str.contains(DASH)}
    unread = distinct.filter(meanings.is_null() & as_text(distinct).is_not_null())
    masks = {f"cell_not_{column.type}": text.is_in(unread.implode())} if len(unread) else {}
    if meanings.dtype == pl.String and meanings.eq_missing(distinct).all():
        return text, masks
    return text.replace_strict(distinct, meanings, default=None, return_dtype=meanings.dtype), masks


def _named_by(distinct: pl.Series, names: dict[str, str]) -> pl.Series:
    """What each text names, whatever its width and case; null where it names nothing."""
    known = dict(zip(folded(pl.Series(list(names))), names.values(), strict=True))
    return folded(distinct).replace_strict(known, default=None, return_dtype=pl.String)


def folded(text: Text) -> Text:
    """Text without what may differ between hands: width, case, spaces."""
    return text.str.normalize("NFKC").str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase()


def _dates(text: pl.Series) -> pl.Series:
    plain = pl.when(~text.str.contains(r"\p{No}")).then(text).str.normalize("NFKC").str.extract_groups(DATE)
    parts = pl.select(plain.alias("parts")).unnest("parts")
    dates = parts.select(pl.concat_str("1", "2", "3", separator="-").str.to_date("%Y-%m-%d", strict=False)).to_series()
    return pl.select(pl.when(dates.is_between(*YEARS)).then(dates)).to_series()


def _named(text: pl.Series, masks: dict[str, pl.Series]) -> dict[str, pl.Series]:
    """Tell cells that could not be read apart by what they hold instead."""
    named = {}
    for code, mask in masks.items():
        rest = mask
        for special, pattern in {"cell_error_value": ERROR_VALUE, "cell_dash": DASH, "cell_exponent": EXPONENT}.items():
            if (
                code.startswith("cell_not_")
                and (found := rest & text.str.contains(pattern).fill_null(value=False)).any()
            ):
                named[special] = found
                rest &= ~found
        if rest.any():
            named[code] = rest
    return named
