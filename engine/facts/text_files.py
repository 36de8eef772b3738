"""CSV as spreadsheets and databases write it: four encodings, three delimiters."""

from __future__ import annotations

import codecs
import csv
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from engine.diagnostic import Place
from engine.facts.raw import MOST_COLUMNS, MOST_RAGGED, RawTable, guarded, invalid, letters

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LARGEST = 2 << 30
BATCH_CELLS = 1_000_000
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
        delimiter = max(",;\t", key=lambda candidate: len(_header(data, candidate, place)[1]))
        number, header = _header(data, delimiter, place)
        if not header:
            raise invalid("file_empty", place)
        if len(header) > MOST_COLUMNS:
            raise invalid("file_too_many_columns", place, count=len(header), limit=MOST_COLUMNS)
        cells = _plain(data, delimiter, len(header)) if number == 1 else None
        ragged: list[tuple[int, int]] = []
        if cells is None:
            cells = _quoted(data, delimiter, number, len(header), ragged, place)
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


def _utf8(data: bytes, place: Place) -> bytes:
    """The text as UTF-8 without a byte order mark; without a mark it is UTF-8 or else GB 18030."""
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return data if encoding == "utf-8" else text.encode()
    raise invalid("file_not_text", place)


def _reader(data: bytes, delimiter: str) -> Reader:
    return csv.reader(TextIOWrapper(BytesIO(data), "utf-8", newline=""), delimiter=delimiter, strict=True)


def _header(data: bytes, delimiter: str, place: Place) -> tuple[int, list[str]]:
    """The first row that is not empty: its number, and its cells without empty ones at the end."""
    number = 0
    try:
        for number, row in enumerate(_reader(data, delimiter), 1):
            while row and not row[-1].strip():
                row.pop()
            if row:
                return number, row
    except csv.Error as error:
        raise _broken(number + 1, place, error) from error
    return 1, []


def _broken(row: int, place: Place, error: csv.Error) -> Exception:
    code = "cell_too_long" if "field limit" in str(error) else "file_unclosed_quote"
    return invalid(code, Place(place.file, row))


def _plain(data: bytes, delimiter: str, width: int) -> pl.DataFrame | None:
    """The cells of a file without quotes in which every row is as long as the header; None for any other file."""
    mark = delimiter.encode()
    if b'"' in data or width == 1 or data.count(b"\r") != data.count(b"\r\n"):
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
    except pl.exceptions.ComputeError:  # a row is longer, so another is shorter
        return None
    return cells if cells.height == lines - 1 else None


def _quoted(
    data: bytes, delimiter: str, header: int, width: int, ragged: list[tuple[int, int]], place: Place
) -> pl.DataFrame:
    """The cells of any file; rows of another length than the header's are noted in `ragged`."""
    reader = _reader(data, delimiter)
    number = header
    for _ in islice(reader, header):
        pass
    batches = [pl.DataFrame(schema={str(position): pl.String for position in range(width)})]
    for rows in _batches(reader, max(1, BATCH_CELLS // width), header, place):
        for index, row in enumerate(rows):
            number += 1
            if len(row) != width:
                rows[index] = _fitted(row, width)
                if any(cell.strip() for cell in row) and (
                    len(row) < width or any(cell.strip() for cell in row[width:])
                ):
                    ragged.append((number, len(row)))
        if len(ragged) > MOST_RAGGED:
            raise invalid("file_too_ragged", Place(place.file, ragged[0][0]), count=ragged[0][1], expected=width)
        columns = {str(position): list(cells) for position, cells in enumerate(zip(*rows, strict=True))}
        batches.append(pl.DataFrame(columns, schema=batches[0].schema))
    return pl.concat(batches).with_columns(pl.all().replace("", None))


def _fitted(row: list[str], width: int) -> list[str]:
    return [*row[:width], *[""] * (width - len(row))]


def _batches(reader: Reader, size: int, before: int, place: Place) -> Iterator[list[Sequence[str]]]:
    while True:
        rows: list[Sequence[str]] = []
        try:
            rows.extend(islice(reader, size))
        except csv.Error as error:  # what came before the broken row is in `rows`
            raise _broken(before + len(rows) + 1, place, error) from error
        if not rows:
            return
        before += len(rows)
        yield rows
