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
CELL_STARTS = [b"<c" + bytes([end]) for end in b" \t\r\n/>"]
ADDRESS = r"""["'\s]r\s*=\s*["'][A-Za-z]*[0-9]+"""


def rewrite(source: Path, target: Path, place: Place) -> int:
    """Copy the XML parts of a workbook, made plain.

    Returns:
        The number of sheets.

    Raises:
        InvalidFactsError: it is no .xlsx file, or one that would need too much memory.
    """
    longest = texts = sheets = cells = 0
    percent: list[bytes] = []
    with ZipFile(target, "w") as copy:
        for name, part in _parts(source, place):
            data = part
            if b"\0" in data or any(len(chunk) > CHUNK + LONGEST_RUN for chunk in _chunks(data)):
                raise invalid("file_not_workbook", place)  # UTF-16, or no text of a spreadsheet
            if name == STYLES:
                percent = _percent_styles(data)
            if b"sst" in data:
                data = TEXT_COUNT.sub(b"", data)  # the reader reserves memory for as many
                longest = max(longest, *map(len, TEXT_END.split(data)))
            if b"sheetData" in data:
                data, size = _plain(data, percent)
                cells += size
                texts += len(TEXT_CELL.findall(data))
                sheets += 1
            if cells > MOST_CELLS:
                raise invalid("sheet_too_large", place, limit=MOST_CELLS)
            copy.writestr(name, data)
    if longest * texts > MOST_TEXT:
        raise invalid("file_too_large", place, limit=LARGEST >> 20)
    return sheets


def _parts(source: Path, place: Place) -> Iterator[tuple[str, bytes]]:
    """The XML parts of a workbook, its styles first."""
    left = LARGEST
    try:
        with ZipFile(source) as archive:
            members = {info.filename: info for info in archive.infolist() if info.filename.endswith((".xml", ".rels"))}
            for name in sorted(members, key=lambda name: name != STYLES):
                with archive.open(members[name]) as part:
                    data = part.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise invalid("file_too_large", place, limit=LARGEST >> 20)
                yield name, data
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise invalid("file_not_workbook", place) from error


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


def _plain(sheet: bytes, percent: list[bytes]) -> tuple[bytes, int]:
    """A sheet without what the reader would lose, and how many cells the reader would keep of it."""
    size = _size(sheet)
    if size > MOST_CELLS >= sheet.count(b"</c"):
        sheet = EMPTY_CELL.sub(b"", sheet)
        size = _size(sheet)
    if size <= MOST_CELLS and ERROR.search(sheet):
        sheet = ERROR_CELL.sub(rb"\1str", sheet)
    if size <= MOST_CELLS and percent:
        cell = rb'<c\b([^<>]*\ss="(?:%s)"[^<>]*)>((?:<f\b[^<>]*>[^<]*</f>|<f\b[^<>]*/>)?)<v>([^<]*)</v>'
        sheet = re.sub(cell % b"|".join(percent), _percent_text, sheet)
    return sheet, size


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


def _size(sheet: bytes) -> int:
    """The cells of a sheet, or of the rectangle around them where that is larger; they may come in any order."""
    # Counting is far faster than searching; tags have a prefix in hardly any workbook.
    cells = len(CELL.findall(sheet)) if b":c" in sheet else sum(sheet.count(start) for start in CELL_STARTS)
    if cells > MOST_CELLS:
        return cells
    columns: set[str] = set()
    last_row, unaddressed = 1, cells
    for chunk in _chunks(sheet):
        addresses = pl.Series([chunk.decode("latin-1")]).str.extract_all(ADDRESS).explode().drop_nulls()
        rows = addresses.str.extract("([0-9]+)$")
        if (rows.str.len_bytes() > len(str(MOST_CELLS))).any():
            return MOST_CELLS + 1
        last_row = max([last_row, *rows.cast(pl.Int64).top_k(1)])
        letters = addresses.str.extract("""["']([A-Za-z]*)[0-9]+$""")
        unaddressed -= int((letters != "").sum())
        columns.update(letters.unique())
    # Cells and rows without an address follow the ones before them.
    unaddressed = max(unaddressed, 0)
    widest = max(map(_number, columns), default=0)
    return max(cells, (widest + unaddressed) * (last_row + unaddressed))


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
