"""A table as a file holds it, before its header is understood."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import normalize

from engine.diagnostic import Diagnostic, InvalidFactsError, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import polars as pl

MOST_COLUMNS = 2_000
"""More columns than any kind has facts: such a file is something else."""
MOST_ROWS = 10_000_000
"""Twice the villages, cadres and members of a large province."""
MOST_RAGGED = 1_000
"""So many rows of a wrong length mean that the file was cut at the wrong character."""
LONGEST_TEXT = 32_767
"""What a cell of a spreadsheet can hold."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as received.

    Attributes:
        kind: the kind that the name of the file or sheet tells.
        path: where the file is.
        file: the file's name, fit for messages.
        sheet: the sheet's name, in a workbook.
        header: the text above each column.
        names: how a place names each column: letters, or its own name in parquet.
        first_row: the number of the row below the header; 1 where the header is no row.
        load: gives the cells of some columns, named by position: text, or typed values in parquet.
        ragged: the rows whose number of cells differs from the header's, and that number.
    """

    kind: str
    path: Path
    file: str
    sheet: str | None
    header: Sequence[str]
    names: Sequence[str]
    first_row: int
    load: Callable[[Sequence[int]], pl.DataFrame]
    ragged: Sequence[tuple[int, int]] = ()

    def header_place(self, position: int | None = None) -> Place:
        """The header's cell above a column, or the header row."""
        column = None if position is None else self.names[position]
        return Place(self.file, self.first_row - 1 or None, column, self.sheet)


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a sheet or a text file as received, from the first row and column on.

    Attributes:
        file: the file's name.
        sheet: the sheet's name, in a workbook.
        rows: the cells of every row; an empty one is "".
        merged: which cells are one: first row and column, last row and column, from 0 up.
        hidden: the sheet is not shown.
    """

    file: str
    sheet: str | None
    rows: Sequence[Sequence[str]]
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden: bool = False

    def place(self, row: int | None = None, column: int | None = None) -> Place:
        """A cell, by its position from 0 up; a row or the sheet where less is told."""
        line = None if row is None else row + 1
        return Place(self.file, line, None if column is None else letters(column), self.sheet)


def fold(text: str) -> str:
    """Write a name so that width, case and spacing do not tell two apart."""
    return " ".join(normalize("NFKC", text).split()).casefold()


def printable(text: str, longest: int = 60) -> str:
    """The user's own words, fit for one line of a message: cut short, without control characters or lone surrogates."""
    shown = re.sub(
        r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]", "\ufffd", text[: longest + 1]
    )
    return shown if len(shown) <= longest else shown[:longest] + "…"


def letters(position: int) -> str:
    """A column's letters as a spreadsheet writes them: A, …, Z, AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def invalid(code: str, place: Place, near: tuple[str, ...] = (), **values: object) -> InvalidFactsError:
    """The error that one problem of a whole file or table makes."""
    return InvalidFactsError([Diagnostic(code, place, values, near)])


@contextmanager
def guarded(place: Place) -> Iterator[None]:
    """Turn whatever a library does with a damaged file into a diagnostic.

    Raises:
        InvalidFactsError: the file cannot be opened, or its content is not what its name says.
    """
    try:
        yield
    except (InvalidFactsError, KeyboardInterrupt, SystemExit):
        raise
    except OSError as error:
        raise invalid("file_cannot_open", place, reason=error.strerror or type(error).__name__) from error
    except BaseException as error:  # a panic inside polars or calamine is no Exception
        raise invalid("file_damaged", place, reason=printable(str(error), 200)) from error
