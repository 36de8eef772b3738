"""Find the files that were received, and read their cells."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.collecting.model import Received
from engine.diagnostic import Diagnostic, InvalidFactsError, Place
from engine.facts.kinds import RESERVED
from engine.facts.raw import fold, guarded, invalid, printable
from engine.facts.tables import OTHER_WORKBOOKS, OWNER_FILES, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.facts.raw import Grid

ALIASES = "aliases_to_confirm"
"""How the sheet of names to be confirmed is called."""


def find(source: Path) -> Iterator[tuple[Path, str]]:
    """The files of a folder and of those in it, in order of their paths; each with its path below the folder."""
    with guarded(Place(printable(source.name or str(source)))):
        source.stat()
        if not source.is_dir():
            yield source, source.name
            return
        found = [path for path in source.rglob("*") if not path.is_dir()]
    for path in sorted(found):
        yield path, path.relative_to(source).as_posix()


def passed_over(path: Path, file: str) -> str | None:
    """The code of the warning about a file that is none of tables; None for one that is to be read."""
    if path.name.startswith(OWNER_FILES):
        return "file_open_elsewhere"
    if any(part.startswith(".") for part in file.split("/")):
        return "file_hidden"
    if path.suffix.lower() not in (*TEXT, ".xlsx", *OTHER_WORKBOOKS):
        return "file_other"
    return "file_reserved" if fold(path.stem) in RESERVED else None


def read(path: Path, file: str) -> tuple[Received, list[Diagnostic]]:
    """Read the cells of a file; one that cannot be read has none, and a problem."""
    received = Received(file, path, "")
    try:
        with guarded(Place(file)):
            received = replace(received, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
        return replace(received, grids=tuple(grids(path, file))), []
    except InvalidFactsError as error:
        return received, list(error.diagnostics)


def grids(path: Path, file: str) -> list[Grid]:
    """The sheets of a file, cell by cell.

    Raises:
        InvalidFactsError: it cannot be read.
    """
    # Each reader is loaded for the first file that needs it.
    suffix = path.suffix.lower()
    if suffix in OTHER_WORKBOOKS:
        raise invalid("file_old_format", Place(file))
    if suffix == ".xlsx":
        from engine.facts import workbooks  # noqa: PLC0415

        return workbooks.grids(path, file)
    from engine.facts import text_files  # noqa: PLC0415

    return [text_files.grid(path, file)]
