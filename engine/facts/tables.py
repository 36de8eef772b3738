"""Find the tables of a folder, workbook or file."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, InvalidFactsError, Place
from engine.facts.kinds import Kinds
from engine.facts.papers import beside
from engine.facts.raw import guarded, invalid, printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.facts.raw import RawTable
    from engine.schema import Table

TEXT = (".csv", ".tsv")
TABLES = (*TEXT, ".xlsx", ".parquet")
OTHER_WORKBOOKS = (".xls", ".et", ".ett", ".xlsm", ".xlsb", ".ods", ".numbers")
OWNER_FILES = ("~$", ".~")
"""How the file begins that Excel or WPS keeps beside an open workbook."""


@dataclass(frozen=True, slots=True)
class Found:
    """The tables of a source, and what is wrong with files and sheets as a whole."""

    tables: list[RawTable] = field(default_factory=list)
    report: list[Diagnostic] = field(default_factory=list)


def find(path: Path, schema: Mapping[str, Table]) -> Found:
    """Read every table at a path: a folder, a workbook or one table."""
    found = Found()
    kinds = Kinds(schema)
    place = Place(printable(path.name or str(path)))
    try:
        with guarded(place):
            path.stat()
            if path.is_dir():
                for file in sorted({*path.iterdir()}.difference(beside(path))):
                    _file(file, kinds, found)
            elif path.suffix.lower() in (*TABLES, *OTHER_WORKBOOKS):
                _file(path, kinds, found)
            else:
                raise invalid("file_not_table", place)
    except InvalidFactsError as error:
        found.report.extend(error.diagnostics)
    if not found.tables and not any(problem.severity == "error" for problem in found.report):
        found.report.append(Diagnostic("tables_none", place, {"kinds": "`, `".join(schema)}))
    return found


def _file(path: Path, kinds: Kinds, found: Found) -> None:
    """Read the tables of one file of a folder, or say why it is passed over."""
    name = printable(path.name, 200)
    suffix = path.suffix.lower()
    ignored = _ignored(path, name, kinds)
    if ignored:
        found.report.append(Diagnostic(ignored, Place(name), {"name": printable(path.stem)}, severity="warning"))
        return
    try:
        with guarded(Place(name)):
            if not stat.S_ISREG(path.stat().st_mode):
                raise invalid("file_not_regular", Place(name))
        if suffix in OTHER_WORKBOOKS:
            raise invalid("file_old_format", Place(name))
        found.tables.extend(_tables(path, name, kinds, found.report))
    except InvalidFactsError as error:
        found.report.extend(error.diagnostics)


def _ignored(path: Path, name: str, kinds: Kinds) -> str | None:
    """The warning about a file that is no table of facts."""
    if name.startswith(OWNER_FILES):
        return "file_open_elsewhere"
    if name.startswith("."):
        return "file_hidden"
    if path.suffix.lower() not in (*TABLES, *OTHER_WORKBOOKS):
        return "file_other"
    return "file_reserved" if kinds.reserved(path.stem) else None


def _tables(path: Path, name: str, kinds: Kinds, report: list[Diagnostic]) -> list[RawTable]:
    # Each reader is loaded for the first file that needs it.
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        from engine.facts import workbooks  # noqa: PLC0415

        return workbooks.read(path, name, kinds, report)
    kind = kinds.of(path.stem)
    if kind is None:
        raise invalid("file_unknown_kind", Place(name), kinds.near(path.stem), name=printable(path.stem))
    if suffix == ".parquet":
        from engine.facts import parquet_files  # noqa: PLC0415

        return [parquet_files.read(kind, path, name)]
    from engine.facts import text_files  # noqa: PLC0415

    return [text_files.read(kind, path, name)]
