"""CSV as spreadsheets and databases write it: four encodings, three delimiters."""

from __future__ import annotations

import codecs
import csv
import re
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from engine.diagnostic import InvalidFactsError, Place
from engine.facts.raw import MOST_COLUMNS, MOST_RAGGED, Grid, RawTable, guarded, invalid, letters

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = 2 << 30
BATCH_CELLS = 1_000_000
FILLED = re.compile(rb'[^\s,;"]')
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def read(kind: str, path: Path, file: str) -> RawTable:
    """Read a CSV file.

    A file without quotes is cut into cells by polars, any other row by row.

    Raises:
        InvalidFactsError: it is no text, has no header, or cannot be cut into cells.
    """
    place = Place(file)
    with guarded(place):
        if path.stat().st_size > LARGEST:
            raise invalid("file_too_large", place, limit=LARGEST >> 20)
        data = _utf8(path.read_bytes(), place)
        first = FILLED.search(data)
        if first is None:
            raise invalid("file_empty", place)
        number = data.count(b"\n", 0, first.start()) + 1
        data = data[data.rfind(b"\n", 0, first.start()) + 1 :]
        delimiter, header = _header(data, Place(file, number))
        if len(header) > MOST_COLUMNS:
            raise invalid("file_too_many_columns", place, count=len(header), limit=MOST_COLUMNS)
        ragged: list[tuple[int, int]] = []
        cells = _plain(data, delimiter, len(header))
        if cells is None:
            cells = _quoted(data, delimiter, len(header), number, ragged, place)
    return RawTable(
        kind=kind,
        path=path,
        file=file,
        sheet=None,
        header=header,
        names=[letters(position) for position in range(len(header))],
        first_row=number + 1,
        load=lambda positions: cells.select(str(position) for position in positions),
        ragged=ragged,
    )


def grid(path: Path, file: str) -> Grid:
    """Read a CSV file cell by cell, before anything in it is understood.

    Raises:
        InvalidFactsError: it is no text, or cannot be cut into cells.
    """
    place = Place(file)
    with guarded(place):
        if path.stat().st_size > LARGEST:
            raise invalid("file_too_large", place, limit=LARGEST >> 20)
        data = _utf8(path.read_bytes(), place)
        try:
            cuts = [list(_reader(data, delimiter)) for delimiter in ",;\t"]
        except csv.Error as error:
            raise _broken(place, error) from error
    return Grid(file, None, max(cuts, key=lambda rows: sum(map(len, rows))))


def _utf8(data: bytes, place: Place) -> bytes:
    """The text as UTF-8, its lines ended by LF. What has no byte order mark is UTF-8 or else GB 18030."""
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        data = data if encoding == "utf-8" else text.encode()
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
    raise invalid("file_not_text", place)


def _reader(data: bytes, delimiter: str) -> Reader:
    return csv.reader(TextIOWrapper(BytesIO(data), "utf-8", newline=""), delimiter=delimiter, strict=True)


def _header(data: bytes, place: Place) -> tuple[str, list[str]]:
    """The delimiter that cuts the first row into most cells, and these cells."""
    rows = {}
    problem = None
    for delimiter in ",;\t":
        try:
            rows[delimiter] = next(_reader(data, delimiter))
        except csv.Error as error:
            problem = error
    if not rows:
        raise _broken(place, problem)
    return max(rows.items(), key=lambda item: len(item[1]))


def _broken(place: Place, error: csv.Error | None) -> InvalidFactsError:
    return invalid("cell_too_long" if "field limit" in str(error) else "file_unclosed_quote", place)


def _plain(data: bytes, delimiter: str, width: int) -> pl.DataFrame | None:
    """The cells of a file without quotes in which every row is as long as the header; None for any other file."""
    mark = delimiter.encode()
    if b'"' in data:
        return None
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if data.count(mark) != lines * (width - 1):
        return None
    try:
        cells = pl.read_csv(
            data,
            has_header=False,
            skip_lines=1,
            separator=delimiter,
            quote_char=None,
            schema={str(position): pl.String for position in range(width)},
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:  # a row is longer, so another is shorter
        return None
    return cells if cells.height == lines - 1 else None


def _quoted(
    data: bytes, delimiter: str, width: int, number: int, ragged: list[tuple[int, int]], place: Place
) -> pl.DataFrame:
    """The cells of any file; rows of another length than the header's are noted in `ragged`."""
    schema = {str(position): pl.String for position in range(width)}
    batches = [pl.DataFrame(schema=schema)]
    reader = _reader(data, delimiter)
    next(reader)
    for rows in _batches(reader, max(1, BATCH_CELLS // width), number, place):
        for index, row in enumerate(rows):
            number += 1
            if len(row) != width:
                rows[index] = [*row[:width], *[""] * (width - len(row))]
                if "".join(row).strip() and (len(row) < width or "".join(row[width:]).strip()):
                    ragged.append((number, len(row)))
        if len(ragged) > MOST_RAGGED:
            raise invalid("file_too_ragged", Place(place.file, ragged[0][0]), count=ragged[0][1], expected=width)
        batches.append(pl.DataFrame(dict(zip(schema, zip(*rows, strict=True), strict=True)), schema=schema))
    return pl.concat(batches).with_columns(pl.all().replace("", None))


def _batches(reader: Reader, size: int, number: int, place: Place) -> Iterator[list[list[str]]]:
    """The rows below row `number`, a batch at a time."""
    while True:
        rows: list[list[str]] = []
        try:
            rows.extend(islice(reader, size))
        except csv.Error as error:  # what came before the broken row is in `rows`
            raise _broken(Place(place.file, number + len(rows) + 1), error) from error
        if not rows:
            return
        number += len(rows)
        yield rows
