"""Write what was collected: a folder of facts, whole or not at all; marked copies; names to be confirmed."""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.collecting import digest, files
from engine.diagnostic import Diagnostic, InvalidInputError, Place
from engine.messages import sentence
from engine.messages.words import word
from engine.sampling import write_tables
from engine.workbook import opened_workbook, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.collecting.model import Account, Collected, Received
    from engine.messages import Language

_MARK = "#FFC7CE"
_WIDE = 40


def check_target(folder: Path) -> None:
    """Refuse to write over anything.

    Raises:
        InvalidInputError: the folder exists.
    """
    if folder.exists():
        raise InvalidInputError([Diagnostic("facts_exist", Place(str(folder)))])


def write_facts(collected: Collected, folder: Path) -> None:
    """Write a folder of facts.

    Raises:
        InvalidInputError: the folder exists, or cannot be written.
    """
    check_target(folder)
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        write_tables(collected.tables, aside, "csv")
        if collected.trail is not None:
            collected.trail.write_parquet(aside / "trail.parquet")
        for item in collected.files:
            target = aside / "received" / item.file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(item.path, target)
        text = json.dumps(as_data(collected), ensure_ascii=False, indent=1)
        (aside / "collected.json").write_text(text + "\n", encoding="utf-8")
        aside.rename(folder)
    except OSError as error:
        raise _not_written(folder, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _not_written(folder: Path, error: OSError) -> InvalidInputError:
    reason = error.strerror or str(error)
    return InvalidInputError([Diagnostic("file_not_written", Place(str(folder)), {"reason": reason})])


def as_data(collected: Collected) -> dict[str, Any]:
    """What was collected, as `collected.json` keeps it; what holds nothing is left out."""
    data = {
        "files": [_file(item) for item in collected.files],
        "ignored": [{"file": file, "why": why} for file, why in collected.ignored],
        "readings": dict(collected.readings),
        "matched": [asdict(item) for item in collected.matched],
        "overruled": [
            {
                "kind": item.kind,
                "id": item.id,
                "fact": item.fact,
                **{key: getattr(item, key) for key in ("file", "sheet", "text")},
                "cell": item.cell.name if item.cell else None,
                "by": {"file": by.file, "sheet": by.sheet, "cell": by.cell.name if by.cell else None, "text": by.text},
            }
            for item, by in collected.overruled
        ],
        "lists": [asdict(item) for item in collected.lists],
    }
    if collected.roster:
        path = Path(collected.roster)
        kinds = {kind: _account(item) for kind, item in collected.accounts.items()}
        data["roster"] = {"file": path.name, "sha256": digest(path), "kinds": kinds}
    data["aliases"] = [{"file": path.name, "sha256": digest(path)} for path in collected.aliases]
    return {key: value for key, value in data.items() if value or key == "files"}


def _file(item: Received) -> dict[str, Any]:
    sheets = [
        {key: value for key, value in asdict(sheet).items() if value not in (None, ())} | {"sheet": sheet.sheet}
        for sheet in item.sheets
    ]
    told = {key: getattr(item, key) for key in ("file", "sha256", "sender", "submitted", "reported_by", "checked_by")}
    return told | {"sheets": sheets}


def _account(item: Account) -> dict[str, Any]:
    return {
        "roster": item.roster,
        "submitted": item.submitted,
        "not_submitted": [{"id": unit.id, "name": unit.name, "parent": unit.parent} for unit in item.not_submitted],
        "left": [{"id": unit.id, "name": unit.name, "merged_into": unit.merged_into} for unit in item.left],
    }


def write_returns(collected: Collected, folder: Path, language: Language) -> list[Path]:
    """Write a marked copy of each file that has problems, for its sender; the files themselves stay as they are.

    Returns:
        The copies.

    Raises:
        InvalidInputError: the folder cannot be written.
    """
    by_file: dict[str, list[tuple[Place, Diagnostic]]] = defaultdict(list)
    for problem in collected.problems:
        places = {problem.place, problem.values.get("other_place", problem.place)}
        for place in places:
            if isinstance(place, Place):
                by_file[place.file].append((place, problem))
    made = []
    try:
        for item in collected.files:
            if item.file in by_file:
                target = folder / f"{item.file.rpartition('.')[0]}.xlsx"
                target = folder / f"{item.file}.xlsx" if target in made else target
                target.parent.mkdir(parents=True, exist_ok=True)
                _marked(item, by_file[item.file], target, language)
                made.append(target)
    except OSError as error:
        raise _not_written(folder, error) from error
    return made


def _marked(received: Received, problems: Sequence[tuple[Place, Diagnostic]], path: Path, language: Language) -> None:
    """A copy of a file: a sheet that lists what is wrong, and its sheets with these cells marked."""
    with opened_workbook(path) as book:
        listed = book.add_worksheet(word("returned", language))
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        mark = book.add_format({"bg_color": _MARK})
        for column, key in enumerate(("returned_sheet", "returned_cell", "reasons", "advice")):
            listed.write_string(0, column, word(key, language), bold)
        listed.set_column(2, 3, _WIDE)
        notes: dict[tuple[str | None, int, str], list[str]] = defaultdict(list)
        for row, (place, problem) in enumerate(problems, start=1):
            text, advice = sentence(problem, language)
            cell = f"{place.column or ''}{place.line or ''}"
            for column, shown in enumerate((place.sheet or "", cell, text, advice)):
                listed.write_string(row, column, shown, wrap)
            if place.line:
                notes[place.sheet, place.line, str(place.column or "A")].append(text)
        taken = {word("returned", language).casefold()}
        for grid in received.grids:
            name = grid.sheet if grid.sheet and grid.sheet.casefold() not in taken else f"{grid.sheet or 'csv'}_"
            sheet = book.add_worksheet(name[:31])
            for row, cells in enumerate(grid.rows):
                for column, shown in enumerate(cells):
                    if shown:
                        sheet.write_string(row, column, shown)
            for (of, line, letter), texts in notes.items():
                if of == grid.sheet:
                    column = _column(letter)
                    cells = grid.rows[line - 1] if line <= len(grid.rows) else ()
                    sheet.write_string(line - 1, column, cells[column] if column < len(cells) else "", mark)
                    sheet.write_comment(line - 1, column, "\n".join(texts))


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def write_proposals(collected: Collected, folder: Path, language: Language) -> Path | None:
    """Write the sheet of names that somebody is to confirm; never over one that may be confirmed already.

    Raises:
        InvalidInputError: it cannot be written.
    """
    if not collected.proposals:
        return None
    keys = ("kind", "parent", "alias_parent", "alias_text", "id", "alias_name", "alias_others", "alias_confirmed")
    headers = [word(key, language) for key in (*keys, "alias_file", "returned_sheet", "returned_cell")]
    rows: Iterable[Sequence[str | None]] = (
        (
            *(item.kind, item.parent, item.parent_name, item.text, item.id, item.name, "、".join(item.others), ""),
            *(item.cell.file, item.cell.sheet, item.cell.name),
        )
        for item in collected.proposals
    )
    names = (f"{files.ALIASES}{f'_{number}' if number > 1 else ''}.xlsx" for number in count(1))
    path = next(path for name in names if not (path := folder / name).exists())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_table(path, word("alias_sheet", language), headers, rows, {6: _WIDE, 8: _WIDE})
    except OSError as error:
        raise _not_written(path, error) from error
    return path
