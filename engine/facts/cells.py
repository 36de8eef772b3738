"""From the cells of a table to the values of its facts: whole columns at a time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from engine.facts import numbers, words
from engine.facts.raw import LONGEST_TEXT
from engine.schema import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.schema import Column

DType: TypeAlias = pl.DataType | type[pl.DataType]
Masks: TypeAlias = "dict[str, pl.Series]"
"""Which cells of a column are refused, by what is wrong with them."""

DTYPES: dict[str, DType] = {
    "count": pl.Int64,
    "number": pl.Float64,
    "money": pl.Float64,
    "ratio": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
}
"""The types of facts that are no text."""
YEARS = (date(1, 1, 1), date(9999, 12, 31))
ERROR_VALUE = r"^#(N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)$"
DASH = r"(?i)^([-–—―−－/／\\]+|n/?a|null|none|nan)$"
EXPONENT = r"^[+-]?[0-9.,]+[eE][+-]?[0-9]+$"
INSTEAD = {"cell_error_value": ERROR_VALUE, "cell_dash": DASH, "cell_exponent": EXPONENT}
"""What stands in a cell instead of a value, by the code that says so."""
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
EXACT_FLOAT = 1e15


def dtype(fact: Column) -> DType:
    """The type of a fact's values."""
    return DTYPES.get(fact.type, pl.String)


def as_text(cells: pl.Series) -> pl.Series:
    """Cells as text, stripped; empty ones are null. Whole numbers have no decimal point."""
    if cells.dtype.is_float():
        whole = (cells == cells.floor()) & (cells.abs() < EXACT_FLOAT)
        texts = pl.when(whole).then(cells.cast(pl.Int64, strict=False)).cast(pl.String)
        return pl.select(texts.fill_null(cells.cast(pl.String)).alias(cells.name)).to_series()
    if cells.dtype != pl.String:
        return cells.cast(pl.String)
    stripped = cells.str.strip_chars()
    return stripped.set(stripped == "", None) if (stripped == "").any() else stripped


def read(cells: pl.DataFrame, facts: Sequence[Column]) -> Iterator[tuple[Column, pl.Series, Masks]]:
    """Read the cells of facts.

    Yields:
        Each fact with its values, null for a gap and for a refused cell; and with which cells are refused.
    """
    types = cells.schema
    stored = {fact.id for fact in facts if fact.type in {"boolean", "date"} and types[fact.id] == dtype(fact)}
    cells = cells.with_columns(
        as_text(cells[fact.id])
        for fact in facts
        if fact.id not in stored and types[fact.id] != pl.String
        if not (fact.type in NUMERIC and types[fact.id].is_numeric())
    )
    numeric = [fact for fact in facts if fact.type in NUMERIC]
    plain = numbers.plain(cells.select(fact.id for fact in numeric), numeric)
    meant = _words(cells, [fact for fact in facts if fact.id not in stored and fact.type not in NUMERIC])
    for fact in facts:
        column = cells[fact.id]
        if fact.id in plain.columns:
            yield fact, plain[fact.id].cast(dtype(fact)), {}
        elif fact.id in stored:
            yield fact, column, {}
        elif fact.id in meant:
            yield fact, *_settled(column, *meant[fact.id], fact)
        elif fact.type in NUMERIC:
            yield fact, *_settled(column, *numbers.read(column, fact), fact)
        else:
            text = as_text(column)
            yield fact, *_settled(text, text, unfit(text) | {"cell_dash": text.str.contains(DASH)}, fact)


def unfit(text: pl.Series) -> Masks:
    """Which texts no table can hold, or say only that a spreadsheet failed."""
    return {
        "cell_error_value": text.str.contains(ERROR_VALUE),
        "cell_control_character": text.str.contains(CONTROL),
        "cell_too_long": text.str.len_chars() > LONGEST_TEXT,
    }


def _words(cells: pl.DataFrame, facts: Sequence[Column]) -> dict[str, tuple[pl.Series, Masks]]:
    """Values that are words: distinct texts are read once; all facts share a pass to find and one to replace them."""
    readers = [(fact, reader) for fact in facts if (reader := words.reader(fact))]
    if not readers:
        return {}
    distinct = cells.select(pl.col(fact.id).drop_nulls().unique().implode() for fact, _ in readers).row(0)
    replaced: list[pl.Expr] = []
    masks: dict[str, Masks] = {}
    for (fact, reader), texts in zip(readers, distinct, strict=True):
        meanings = [reader(text) for text in texts]
        old, new = pl.Series(texts, dtype=pl.String), pl.Series(meanings, dtype=dtype(fact))
        replaced.append(pl.col(fact.id).replace_strict(old, new, default=None))
        wrong = [text for text, meaning in zip(texts, meanings, strict=True) if meaning is None and text.strip()]
        masks[fact.id] = {f"cell_not_{fact.type}": cells[fact.id].is_in(wrong)} if wrong else {}
    values = cells.select(replaced)
    return {name: (values[name], mask) for name, mask in masks.items()}


def _settled(cells: pl.Series, values: pl.Series, masks: Masks, fact: Column) -> tuple[pl.Series, Masks]:
    """The values in their type without those of refused cells, and what these cells hold instead of a value."""
    masks = {code: mask.fill_null(value=False) for code, mask in masks.items() if mask.any()}
    if not masks:
        return values.cast(dtype(fact)), {}
    refused = pl.select(pl.any_horizontal(masks.values())).to_series()
    values = pl.select(pl.when(~refused).then(values).alias(fact.id)).to_series().cast(dtype(fact))
    text = as_text(cells)
    named = {}
    for code, mask in masks.items():
        rest = mask
        for instead, pattern in INSTEAD.items() if code.startswith("cell_not_") else ():
            found = rest & text.str.contains(pattern).fill_null(value=False)
            if found.any():
                named[instead] = found
                rest &= ~found
        if rest.any():
            named[code] = rest
    return values, named
