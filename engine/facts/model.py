"""What reading facts gives: the tables, where every value stands, and what was refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.diagnostic import Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from engine.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Origin:
    """One table as it was received.

    Attributes:
        kind: the kind of its units.
        file: the file's name, relative to the folder of facts.
        sheet: the sheet's name, in a workbook.
        path: where the file is.
        columns: where `id`, `name`, `parent` and the facts stand: letters, or the column's name in parquet.
    """

    kind: str
    file: str
    sheet: str | None
    path: Path
    columns: Mapping[str, str]

    @property
    def label(self) -> str:
        """The table as `_file` names it: `village.csv`, `district.xlsx[village]`."""
        return str(Place(self.file, sheet=self.sheet))

    def place(self, row: int | None, column: str | None) -> Place:
        """The cell of a fact (or of `id`, `name`, `parent`) in a row; the row itself where the column is missing."""
        return Place(self.file, row, self.columns.get(column) if column else None, self.sheet)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was refused.

    Attributes:
        kind: the kind of the table.
        id: the unit's id, if the row has one that can be used.
        name: its name, as given.
        parent: the unit above it.
        place: the row.
        reasons: everything that is wrong with it.
    """

    kind: str
    id: str | None
    name: str | None
    parent: str | None
    place: Place
    reasons: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that was corrected after it was received.

    Attributes:
        kind: the kind of the unit.
        id: the unit.
        fact: the fact.
        old: the text of the cell as received; empty where nothing was reported.
        new: what it should say; empty for a gap.
        reason: why.
        document: what proves it.
        by: who corrected it.
        date: when, as written.
        place: the line that says so.
    """

    kind: str
    id: str
    fact: str
    old: str
    new: str
    reason: str
    document: str
    by: str
    date: str
    place: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What people decided beside what the rules give.

    Attributes:
        kind: the kind of the unit.
        id: the unit.
        on: what is ruled: `grade`, `title`, `criterion` or `exempt`.
        name: which title or criterion; for a grade perhaps the rulebook; as written.
        old: what the rules gave, as written.
        new: what was decided, as written.
        reason: why.
        decided_by: who decided.
        document: where it is recorded.
        date: when, as written.
        place: the line that says so.
    """

    kind: str
    id: str
    on: str
    name: str
    old: str
    new: str
    reason: str
    decided_by: str
    document: str
    date: str
    place: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of every kind that has a table.

    Attributes:
        tables: by kind, one row a unit in order of id: `id`, `name`, `parent`, every declared fact in its type,
            `_file` and `_row` (where the unit stands) and `_refused` (its row was refused: every fact is a gap).
        origins: the tables as received.
        rejections: the refused rows.
        warnings: what the reader should see although nothing is wrong.
        read: the rows read, by kind: the rated and the rejected ones.
        corrections: what was corrected in them.
        rulings: what people decided beside the rules.
        papers: the files that say so, and those that tell where collected facts come from.
        previous: by kind, what the run before gave for facts that ask for it: `id`, and a column for each.
    """

    tables: Mapping[str, pl.DataFrame]
    origins: tuple[Origin, ...]
    rejections: tuple[Rejection, ...]
    warnings: tuple[Diagnostic, ...]
    read: Mapping[str, int]
    corrections: tuple[Correction, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    papers: tuple[Path, ...] = ()
    previous: Mapping[str, pl.DataFrame] = field(default_factory=dict)
