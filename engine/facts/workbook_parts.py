"""The parts of an .xlsx file, checked and made plain before python-calamine sees them.

A workbook is a zip archive of XML. What would make the reader take all memory (a bomb, a stray cell in the last row of
the last column) is refused here, and what the reader loses is written so that it does not: an error value (`#N/A`)
becomes text, a percent cell (1.2 shown as 120%) becomes the text that it shows.
"""

from __future__ import annotations

import re
import zlib
from decimal import Decimal
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

import polars as pl

from engine.facts.raw import invalid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.diagnostic import Place

LARGEST = 100 << 20
"""Bytes of all parts together, unpacked."""
MOST_CELLS = 3_000_000
"""Cells of a sheet's rectangle; python-calamine keeps the empty ones too."""
LONGEST_RUN = 1 << 20
"""Bytes between two tags, more than the text of any cell."""
MOST_TEXT = 300 << 20
"""Bytes that the shared texts can take once every cell has its own."""
CHUNK = 8 << 20
STYLES = "xl/styles.xml"
PERCENT_FORMATS = {b"9", b"10"}

TEXT_CELL = re.compile(rb"""\bt\s*=\s*["']s["']""")
TEXT_END = re.compile(rb"</(?:[^<>]*:)?si\s*>")
EMPTY_CELL = re.compile(rb"<c\s[^<>]*(?:/>|>\s*</c\s*>)")
ERROR = re.compile(rb"""t\s*=\s*["']e["']""")
ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\s[^<>]*?\bt\s*=\s*["'])e(?=["'])""")
TEXT_COUNT = re.compile(rb"""\buniqueCount\s*=\s*(["'])[^"'<>]*\1""")
CELL = re.compile(rb"[<:]c[\s/>]")
ADDRESS = r"""["'\s]r\s*=\s*["'][A-Za-z]*[0-9]+"""


def rewrite(source: Path, target: Path, place: Place) -> int:
    """Copy the XML parts of a workbook, made plain.

    Returns:
        The number of sheets.

    Raises:
        InvalidFactsError: it is no .xlsx file, or one that would need too much memory.
    """
    left, longest, texts, sheets = LARGEST, 0, 0, 0
    percent: list[bytes] = []
    try:
        with ZipFile(source) as archive, ZipFile(target, "w") as plain:
            members = {info.filename: info for info in archive.infolist() if info.filename.endswith((".xml", ".rels"))}
            for name in sorted(members, key=lambda name: name != STYLES):
                with archive.open(members[name]) as part:
                    data = part.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise invalid("file_too_large", place, limit=LARGEST >> 20)
                if name == STYLES:
                    percent = _percent_styles(data)
                if b"\0" in data or any(len(chunk) > CHUNK + LONGEST_RUN for chunk in _chunks(data)):
                    raise invalid("file_not_workbook", place)  # UTF-16, or no text of a spreadsheet
                if b"sst" in data:
                    data = TEXT_COUNT.sub(b"", data)  # the reader reserves memory for as many
                    longest = max(longest, *map(len, TEXT_END.split(data)))
                if b"sheetData" in data:
                    data = _plain(data, percent, place)
                    texts += len(TEXT_CELL.findall(data))
                    sheets += 1
                plain.writestr(name, data)
    except (BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise invalid("file_not_workbook", place) from error
    if longest * texts > MOST_TEXT:
        raise invalid("file_too_large", place, limit=LARGEST >> 20)
    return sheets


def _percent_styles(styles: bytes) -> list[bytes]:
    """The numbers of the cell styles that show a number as a percentage."""
    formats = set(PERCENT_FORMATS)
    for tag in re.findall(rb"<numFmt\s[^<>]*", styles):
        number, code = re.search(rb'numFmtId="(\d+)"', tag), re.search(rb'formatCode="([^"]*)"', tag)
        if number and code and b"%" in code[1]:
            formats.add(number[1])
    cells = re.search(rb"<cellXfs\b.*?</cellXfs>", styles, re.DOTALL)
    tags = re.findall(rb"<xf\s[^<>]*", cells[0]) if cells else []
    numbers = [re.search(rb'numFmtId="(\d+)"', tag) for tag in tags]
    return [b"%d" % style for style, number in enumerate(numbers) if number and number[1] in formats]


def _plain(data: bytes, percent: list[bytes], place: Place) -> bytes:
    """A sheet without what the reader would lose or choke on."""
    if not _fits(data):
        data = EMPTY_CELL.sub(b"", data)
        if not _fits(data):
            raise invalid("sheet_too_large", place, limit=MOST_CELLS)
    if ERROR.search(data):
        data = ERROR_CELL.sub(rb"\1str", data)
    if percent:
        cell = rb'<c\b([^<>]*\ss="(?:%s)"[^<>]*)>((?:<f\b[^<>]*>[^<]*</f>|<f\b[^<>]*/>)?)<v>([^<]*)</v>'
        data = re.sub(cell % b"|".join(percent), _percent_text, data)
    return data


def _percent_text(cell: re.Match[bytes]) -> bytes:
    """A percent cell as the text that it shows, with as many digits as a spreadsheet keeps."""
    attributes, formula, number = cell.groups()
    if re.search(rb'\st="(?!n")', attributes):
        return cell[0]
    try:
        shown = Decimal(f"{float(number):.15g}").scaleb(2)
    except ArithmeticError:
        return cell[0]
    return b'<c%s t="str">%s<v>%s%%</v>' % (attributes.replace(b' t="n"', b""), formula, f"{shown:f}".encode())


def _fits(data: bytes) -> bool:
    """Whether a sheet has few enough cells, and a small enough rectangle around them, in whatever order they come."""
    cells = sum(len(CELL.findall(chunk)) for chunk in _chunks(data))
    if cells > MOST_CELLS:
        return False
    columns: set[str] = set()
    last_row = 0
    for chunk in _chunks(data):
        addresses = pl.Series([chunk.decode("latin-1")]).str.extract_all(ADDRESS).explode().drop_nulls()
        rows = addresses.str.extract("([0-9]+)$")
        if (rows.str.len_bytes() > len(str(MOST_CELLS))).any():
            return False
        last_row = max([last_row, *rows.cast(pl.Int64).top_k(1)])
        letters = addresses.str.extract("""["']([A-Za-z]*)[0-9]+$""")
        cells -= int((letters != "").sum())
        columns.update(letters.unique())
    # Cells and rows without an address follow the ones before them.
    return max(map(_number, columns), default=0) + max(cells, 0) <= MOST_CELLS // max(1, last_row + max(cells, 0))


def _number(column: str) -> int:
    number = 0
    for letter in column.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _chunks(data: bytes) -> Iterator[bytes]:
    """The data in pieces that end where a tag begins."""
    start = 0
    while start < len(data):
        end = data.find(b"<", start + CHUNK)
        end = len(data) if end < 0 else end
        yield data[start:end]
        start = end
