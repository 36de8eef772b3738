"""Parquet, whose columns have types already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from engine.diagnostic import Place
from engine.facts.cells import YEARS
from engine.facts.raw import MOST_COLUMNS, MOST_ROWS, RawTable, guarded, invalid, printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAGIC = b"PAR1"
CELLS_PER_BYTE = 50
"""A table in which every row has an id of its own cannot be packed closer than this; a bomb is."""
FREE_CELLS = 10_000_000
FREE_BYTES = 200 << 20
PLAIN = (pl.String, pl.Boolean, pl.Float64, pl.Null)


def read(kind: str, path: Path, file: str) -> RawTable:
    """Open a parquet file; its columns are loaded once it is known which are needed.

    Raises:
        InvalidFactsError: it is no parquet file, or one that would need too much memory.
    """
    place = Place(file)
    with guarded(place):
        with path.open("rb") as opened:
            head = opened.read(len(MAGIC))
            size = opened.seek(0, 2)
            opened.seek(max(0, size - len(MAGIC)))
            if head != MAGIC or opened.read() != MAGIC:
                raise invalid("file_not_parquet", place)
        header = list(pl.read_parquet_schema(path))
        height = pl.scan_parquet(path).select(pl.len()).collect().item()
    if len(header) > MOST_COLUMNS:
        raise invalid("file_too_many_columns", place, count=len(header), limit=MOST_COLUMNS)
    if height > MOST_ROWS or height * len(header) > FREE_CELLS + CELLS_PER_BYTE * size:
        raise invalid("file_too_many_rows", place, count=height, limit=MOST_ROWS)

    names = [printable(name) for name in header]

    def load(positions: Sequence[int]) -> pl.DataFrame:
        with guarded(place):
            cells = pl.read_parquet(path, columns=[header[position] for position in positions]).rechunk()
            cells.columns = [str(position) for position in positions]
            if _text_bytes(cells) > FREE_BYTES + CELLS_PER_BYTE * size:
                raise invalid("file_too_large", place, limit=FREE_BYTES >> 20)
            return cells.select(_plain(column, Place(file, None, names[int(column.name)])) for column in cells)

    return RawTable(kind, path, file, None, header, names, 1, load)


def _text_bytes(cells: pl.DataFrame) -> int:
    """The length of all texts together, were each its own."""
    lengths = [
        column.str.len_bytes() if column.dtype == pl.String else column.cat.len_bytes()
        for column in cells
        if isinstance(column.dtype, (pl.String, pl.Categorical, pl.Enum))
    ]
    return sum(int(length.cast(pl.Int64).sum()) for length in lengths)


def _plain(column: pl.Series, place: Place) -> pl.Series:
    """A column as text, numbers, booleans or dates."""
    dtype = column.dtype
    if isinstance(dtype, (pl.Categorical, pl.Enum)):
        return column.cast(pl.String)
    if isinstance(dtype, (pl.Date, pl.Datetime)):
        column = column.cast(pl.Date)
        known = column.is_between(*YEARS)
        if known.all():
            return column
        # Polars cannot write a day beyond the calendar: the column becomes text, and such days mere numbers.
        days, numbers = column.set(~known, None).cast(pl.String), column.cast(pl.Int32).cast(pl.String)
        return pl.select(pl.when(known).then(days).otherwise(numbers)).to_series()
    if isinstance(dtype, pl.Decimal) or dtype == pl.Float32:
        return column.cast(pl.String).cast(pl.Float64)
    if not (dtype.is_integer() or dtype in PLAIN):
        raise invalid("column_type", place, column=place.column, type=str(dtype))
    return column
