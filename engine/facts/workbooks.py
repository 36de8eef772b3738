"""Workbooks: .xlsx files, one table a sheet."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from engine.diagnostic import Diagnostic, InvalidFactsError, Place
from engine.facts.raw import MOST_COLUMNS, Grid, RawTable, guarded, invalid, letters, printable
from engine.facts.workbook_parts import rewrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.facts.kinds import Kinds

BATCH_CELLS = 500_000
COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How an .xls file begins, and an .xlsx file with a password."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
SHORT = 16
"""A number written with so few characters has at most 15 digits."""


def read(path: Path, file: str, kinds: Kinds, problems: list[Diagnostic]) -> list[RawTable]:
    """Read the sheets of a workbook that hold tables.

    A sheet's name tells its kind; where no sheet's does, the file's name tells the kind of its only sheet.

    Args:
        path: the workbook.
        file: its name for messages.
        kinds: the names of kinds.
        problems: gets what is wrong with single sheets.

    Raises:
        InvalidFactsError: the workbook cannot be read.
    """
    with _opened(path, Place(file)) as (book, names, hidden):
        return list(_tables(book, names, hidden, path, file, kinds, problems))


def grids(path: Path, file: str) -> list[Grid]:
    """Read the sheets of a workbook cell by cell, before anything in them is understood; empty ones are left out.

    Raises:
        InvalidFactsError: the workbook cannot be read.
    """
    with _opened(path, Place(file)) as (book, names, hidden):
        sheets = ((name, book.get_sheet_by_name(name)) for name in names)
        return [_grid(sheet, file, name, hidden=name in hidden) for name, sheet in sheets if sheet.start is not None]


def _grid(sheet: CalamineSheet, file: str, name: str, *, hidden: bool) -> Grid:
    if sheet.width > MOST_COLUMNS:
        raise invalid("file_too_many_columns", Place(file, sheet=name), count=sheet.width, limit=MOST_COLUMNS)
    left = sheet.start[1] if sheet.start else 0
    rows = [[""] * left + [_text(cell) or "" for cell in row] for row in sheet.iter_rows()]
    merged = [(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
    return Grid(file, name, rows, merged, hidden)


@contextmanager
def _opened(path: Path, place: Place) -> Iterator[tuple[CalamineWorkbook, list[str], set[str]]]:
    """A workbook with the names of its worksheets, and which of them are hidden."""
    with guarded(place), TemporaryDirectory() as folder:
        with path.open("rb") as opened:
            if opened.read(len(COMPOUND_FILE)) == COMPOUND_FILE:
                locked = ENCRYPTED in opened.read(1 << 20)
                raise invalid("file_locked" if locked else "file_old_format", place)
        plain = Path(folder) / "plain.xlsx"
        sheets = rewrite(path, plain, place)
        with CalamineWorkbook.from_path(plain) as book:
            names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            hidden = {sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible}
            if len(names) > sheets:
                raise invalid("file_not_workbook", place)
            yield book, names, hidden


def _tables(
    book: CalamineWorkbook,
    names: list[str],
    hidden: set[str],
    path: Path,
    file: str,
    kinds: Kinds,
    problems: list[Diagnostic],
) -> Iterator[RawTable]:
    told = {name: kinds.of(name) for name in names}
    filled = [(name, book.get_sheet_by_name(name)) for name in names if not kinds.reserved(name)]
    filled = [(name, sheet) for name, sheet in filled if sheet.start is not None]
    if len(filled) == 1 and told[filled[0][0]] is None:
        told[filled[0][0]] = kinds.of(path.stem)
    for name, sheet in filled:
        kind = told[name]
        place = Place(file, sheet=printable(name))
        if kind is None and name in hidden:
            problems.append(Diagnostic("sheet_hidden", place, severity="warning"))
        elif kind is None:
            problems.append(Diagnostic("sheet_unknown", place, {"sheet": printable(name)}, kinds.near(name)))
        else:
            try:
                yield _table(kind, path, place, sheet)
            except InvalidFactsError as error:
                problems.extend(error.diagnostics)
    for name in names:
        if kinds.reserved(name):
            place = Place(file, sheet=printable(name))
            problems.append(Diagnostic("file_reserved", place, {"name": printable(name)}, severity="warning"))


def _table(kind: str, path: Path, place: Place, sheet: CalamineSheet) -> RawTable:
    if sheet.width > MOST_COLUMNS:
        raise invalid("file_too_many_columns", place, count=sheet.width, limit=MOST_COLUMNS)
    left = sheet.start[1] if sheet.start else 0
    rows = sheet.iter_rows()
    texts = ((number, [_text(cell) or "" for cell in row]) for number, row in enumerate(rows, 1))
    number, header = next((number, row) for number, row in texts if any(row))  # a sheet with a start has one
    cells = _columns(rows, len(header))
    return RawTable(
        kind=kind,
        path=path,
        file=place.file,
        sheet=place.sheet,
        header=header,
        names=[letters(left + position) for position in range(len(header))],
        first_row=number + 1,
        load=lambda positions: cells.select(str(position) for position in positions),
    )


def _columns(rows: Iterable[Sequence[object]], width: int) -> pl.DataFrame:
    """The cells below the header as text; a batch at a time, so that few cells are Python objects at once."""
    schema = {str(position): pl.String for position in range(width)}
    batches = [pl.DataFrame(schema=schema)]
    rows = iter(rows)
    while batch := list(islice(rows, max(1, BATCH_CELLS // max(1, width)))):
        columns = zip(*batch, strict=True)
        batches.append(pl.DataFrame([[_text(cell) for cell in column] for column in columns], schema=schema))
    return pl.concat(batches)


def _text(cell: object) -> str | None:
    """A cell as text: numbers without an exponent and with the 15 digits that a spreadsheet keeps, dates as ISO."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        text = repr(cell)
        if len(text) > SHORT or "e" in text:
            text = f"{cell:.15g}"
        return format(Decimal(text), "f") if "e-" in text else text.removesuffix(".0")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
