"""What collecting gives: the values of units, each with the cell that it was received in, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from engine.diagnostic import Place
from engine.facts.raw import letters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from engine.diagnostic import Diagnostic
    from engine.facts.raw import Grid

How = Literal["id", "name", "normalised", "alias", "confirmed"]
"""How a unit was found on the roster."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a received table: `row` and `column` count from 0, as in its grid."""

    file: str
    sheet: str | None
    row: int
    column: int

    @property
    def name(self) -> str:
        """The cell as a spreadsheet calls it."""
        return f"{letters(self.column)}{self.row + 1}"

    @property
    def place(self) -> Place:
        """The cell, for messages."""
        return Place(self.file, self.row + 1, letters(self.column), self.sheet)


@dataclass(frozen=True, slots=True)
class Given:
    """One value that somebody reported.

    Attributes:
        kind: the kind of the unit.
        id: the unit.
        fact: the fact; `<fact>.document` and `<fact>.note` for what stands beside it.
        value: the value as a table of facts holds it.
        text: the cell as received.
        file: the file.
        sheet: its sheet, in a workbook.
        cell: where it stands; None for what a list implies.
        source: the source that reports it; None for the units' own senders.
    """

    kind: str
    id: str
    fact: str
    value: str
    text: str
    file: str
    sheet: str | None
    cell: Cell | None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that is about no unit: its row from 1 up, its first text, and which sort of line it is."""

    row: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it was read."""

    sheet: str | None
    kind: str
    units: int
    skipped: tuple[Skipped, ...]
    source: str | None


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it was received.

    Attributes:
        file: its path below the folder of files.
        path: where it is.
        sha256: of its bytes.
        sender: who sent it, as it says itself or its name does.
        submitted: when, as far as it says so.
        reported_by: who filled it in.
        checked_by: who checked it.
        sheets: its tables.
        grids: its cells.
    """

    file: str
    path: Path
    sha256: str
    sender: str | None = None
    submitted: str | None = None
    reported_by: str | None = None
    checked_by: str | None = None
    sheets: tuple[Sheet, ...] = ()
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """A name that is not written as on the roster, and whom it means."""

    file: str
    sheet: str | None
    cell: str
    text: str
    id: str
    how: How


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name that may mean a unit of the roster, for somebody to confirm."""

    kind: str
    parent: str
    parent_name: str
    text: str
    id: str
    name: str
    others: tuple[str, ...]
    cell: Cell


@dataclass(frozen=True, slots=True)
class Missing:
    """A unit of the roster that nobody reported, or that is no longer to be rated."""

    id: str
    name: str
    parent: str | None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """The roster of a kind: its units are those that were submitted and those that were not."""

    roster: int
    submitted: int
    not_submitted: tuple[Missing, ...]
    left: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """What a source's lists say of units that they do not name: how many they name, and how many they do not."""

    source: str
    label: Mapping[str, str]
    named: int
    others: int
    arrived: bool


@dataclass(frozen=True, slots=True)
class Collected:
    """Everything that was collected from a folder.

    Attributes:
        files: the files that were read.
        ignored: the files and sheets that were not, and why: a code of the message catalogue.
        readings: how bare numbers were read, as asked for.
        matched: the names that are not written as on the roster.
        overruled: values that differ from that of the source that prevails.
        roster: the roster's file.
        aliases: the sheets of names that somebody confirmed.
        accounts: by kind.
        lists: what lists imply.
        tables: by kind `id`, `name`, `parent` and facts, as text.
        trail: one row for each value: `kind`, `id`, `fact`, `file`, `sheet`, `cell`, `text`.
        units: by kind, how many units each unit above has: its name and the number.
        proposals: the names to be confirmed.
        problems: what must be mended first.
        warnings: what the reader should see although nothing is wrong.
    """

    files: tuple[Received, ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)
    matched: tuple[Matched, ...] = ()
    overruled: tuple[tuple[Given, Given], ...] = ()
    roster: str | None = None
    aliases: tuple[Path, ...] = ()
    accounts: Mapping[str, Account] = field(default_factory=dict)
    lists: tuple[Listed, ...] = ()
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    trail: pl.DataFrame | None = None
    units: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    proposals: tuple[Proposal, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
