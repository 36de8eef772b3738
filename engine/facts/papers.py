"""The papers that lie beside the facts: what was corrected in them, and what was ruled.

Both are small tables that people write, `corrections.xlsx` and `rulings.xlsx` (or `.csv`). A cell is read as text; what
it says is understood where it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, InvalidFactsError, Place, near
from engine.facts.raw import fold, guarded, printable
from engine.schema import Table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.facts.raw import RawTable

_SUFFIXES = (".xlsx", ".csv")
_BOTH = {
    "kind": ("kind", "类别", "单位类别"),
    "unit": ("unit", "单位", "单位名称", "单位编号"),
    "reason": ("reason", "理由", "原因"),
    "document": ("document", "依据", "文号"),
    "date": ("date", "日期"),
}
COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "corrections": {
        **_BOTH,
        "fact": ("fact", "填报项", "事实"),
        "old": ("old", "原值"),
        "new": ("new", "新值"),
        "by": ("by", "更正人"),
    },
    "rulings": {
        **_BOTH,
        "on": ("on", "事项"),
        "name": ("name", "名称"),
        "from": ("from", "原结果"),
        "to": ("to", "裁定结果"),
        "decided_by": ("decided_by", "决定人", "决定机关"),
    },
}
"""The columns of each paper, with the headers that they go by."""
_OPTIONAL = {"kind", "old", "name", "from", "to", "new"}
"""Columns that may be left out, and cells that may be empty. What an empty one means, its reader knows."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paper.

    Attributes:
        cells: the texts by column; empty cells are not among them.
        place: the line.
        columns: the column of each cell, as the place names it.
    """

    cells: Mapping[str, str]
    place: Place
    columns: Mapping[str, str]

    def at(self, column: str) -> Place:
        """The place of a cell."""
        return Place(self.place.file, self.place.line, self.columns.get(column), self.place.sheet)


COLLECTED = ("collected.json", "trail.parquet", "received")
"""What lies beside facts that were collected: what was said of it, the cell of each value, the files as received."""


def beside(folder: Path) -> tuple[Path, ...]:
    """What a run keeps of a folder of facts beside its tables."""
    if not folder.is_dir():
        return ()
    collected = [folder / name for name in COLLECTED if (folder / COLLECTED[0]).is_file()]
    return (*papers(folder), *(path for path in collected if path.exists()))


def papers(folder: Path) -> list[Path]:
    """The papers of a folder of facts."""
    found = sorted(folder.iterdir()) if folder.is_dir() else ()
    return [path for path in found if path.stem in COLUMNS and path.suffix in _SUFFIXES]


def lines(what: str, path: Path, report: list[Diagnostic]) -> list[Line]:
    """The lines of a paper.

    Args:
        what: `corrections` or `rulings`.
        path: the file.
        report: gets what is wrong with it.
    """
    try:
        raw = _table(what, path)
    except InvalidFactsError as error:
        report += error.diagnostics
        return []
    columns = _columns(what, raw, report)
    if columns is None:
        return []
    cells = raw.load(sorted(columns.values()))
    names = {column: raw.names[position] for column, position in columns.items()}
    found = []
    for number, row in enumerate(cells.iter_rows(named=True), raw.first_row):
        texts = {column: (row[str(position)] or "").strip() for column, position in columns.items()}
        texts = {column: text for column, text in texts.items() if text}
        if not texts:
            continue
        line = Line(texts, Place(raw.file, number, None, raw.sheet), names)
        missing = [column for column in _required(what) if column not in texts]
        report += [Diagnostic("paper_cell_missing", line.at(column), told(what, column)) for column in missing]
        if not missing:
            found.append(line)
    return found


def _table(what: str, path: Path) -> RawTable:
    place = Place(printable(path.name))
    with guarded(place):
        if path.suffix == ".csv":
            from engine.facts import text_files  # noqa: PLC0415 - each reader is loaded for the first file that needs it

            return text_files.read(what, path, place.file)
        from engine.facts import workbooks  # noqa: PLC0415
        from engine.facts.kinds import Kinds  # noqa: PLC0415

        report: list[Diagnostic] = []
        label = {"zh": what, "en": what}
        kinds = Kinds({what: Table(what, label, None, {})}, reserved=())  # type: ignore[arg-type]
        tables = workbooks.read(path, place.file, kinds, report)
        if not tables:
            raise InvalidFactsError(report or [Diagnostic("file_empty", place)])
        return tables[0]


def _columns(what: str, raw: RawTable, report: list[Diagnostic]) -> dict[str, int] | None:
    """The position of each column; None when one is missing."""
    meant = {fold(header): column for column, headers in COLUMNS[what].items() for header in headers}
    found: dict[str, int] = {}
    before = len(report)
    for position, header in enumerate(raw.header):
        if not header.strip():
            continue
        column = meant.get(fold(header))
        if column is None or column in found:
            code = "paper_column_unknown" if column is None else "paper_column_twice"
            place, values = raw.header_place(position), {"header": printable(header)}
            report.append(Diagnostic(code, place, values, near(fold(header), meant)))
        else:
            found[column] = position
    missing = [column for column in _required(what) if column not in found]
    report += [Diagnostic("paper_column_missing", raw.header_place(), told(what, column)) for column in missing]
    return found if len(report) == before else None


def _required(what: str) -> list[str]:
    return [column for column in COLUMNS[what] if column not in _OPTIONAL]


def told(what: str, column: str) -> dict[str, object]:
    """How messages name a column."""
    en, zh, *_ = COLUMNS[what][column]
    return {"column": en, "zh": zh}


def rows(what: str, folder: Path, report: list[Diagnostic]) -> list[Line]:
    """The lines of the paper of a folder; none where it has none."""
    own = [path for path in papers(folder) if path.stem == what]
    report += [Diagnostic("paper_twice", Place(path.name), {"other": own[0].name}) for path in own[1:]]
    return lines(what, own[0], report) if own else []
