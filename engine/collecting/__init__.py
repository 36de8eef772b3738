"""Collect facts from the workbooks and lists that people send.

Tables of senders are stacked, lists of departments joined, units found on the roster. Every value keeps the cell that
it was received in; everything that is wrong is told at once, and then nothing is written.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from engine.collecting import files, joining
from engine.collecting.columns import reading_units
from engine.collecting.model import Collected
from engine.collecting.reading import Reader
from engine.collecting.roster import Roster, read_aliases, read_roster
from engine.diagnostic import Diagnostic, InvalidFactsError, InvalidInputError, Place, near
from engine.facts import read_facts
from engine.facts.problems import named
from engine.facts.raw import letters, printable
from engine.sampling import write_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.collecting.joining import Joined
    from engine.collecting.model import Cell, Received
    from engine.schema import Table

__all__ = ["Collected", "Options", "collect", "parse_readings", "shown"]

LISTED = 20
"""So many cells of one column with one thing wrong are told one by one."""


BEYOND = ("cell_below", "cell_above")
"""Problems of values that are there."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to collect.

    Attributes:
        roster: the table of the units to be rated.
        aliases: the sheet of names that somebody confirmed.
        readings: how bare numbers are read, by fact or `file:fact`.
        year: the year to be rated, for a roster with dates.
    """

    roster: Path | None = None
    aliases: Path | None = None
    readings: Mapping[str, str] | None = None
    year: int | None = None


def parse_readings(texts: Iterable[str], schema: Mapping[str, Table]) -> dict[str, str]:
    """How bare numbers are to be read: `satisfaction=percent`, `03枫林镇.xlsx:satisfaction=ratio`.

    Raises:
        InvalidInputError: there is no such fact, or its numbers cannot be read so.
    """
    columns = {column.id: column for table in schema.values() for column in table.columns.values()}
    found, problems = {}, []
    for text in texts:
        name, _, reading = text.rpartition("=")
        fact = name.rpartition(":")[2]
        place, column = Place(f"--reading {printable(text)}"), columns.get(fact)
        if column is None:
            problems.append(Diagnostic("reading_unknown_fact", place, {"name": fact}, near(fact, columns)))
        elif reading not in reading_units(column):
            ways = ", ".join(reading_units(column)) or "-"
            values = {"given": reading, "readings": ways, **named(column)}
            problems.append(Diagnostic("reading_unknown", place, values))
        found[name] = reading
    if problems:
        raise InvalidInputError(problems)
    return found


def collect(source: Path, schema: Mapping[str, Table], options: Options | None = None) -> Collected:
    """Read a folder of received files, and put together what they say about the same units.

    Args:
        source: the folder, whose folders are read too; or one file.
        schema: what the table of each kind may hold.
        options: how to collect.

    Returns:
        What was collected. With `problems`, no facts can be made of it.

    Raises:
        InvalidFactsError: the folder cannot be read.
    """
    options = options or Options()
    problems: list[Diagnostic] = []
    warnings: list[Diagnostic] = []
    ignored: list[tuple[str, str]] = []
    received: list[Received] = []
    aliases = [options.aliases] if options.aliases else []
    for path, file in files.find(source):
        why = files.passed_over(path, file)
        if why:
            ignored.append((file, why))
            values = {"name": printable(path.stem)}
            warnings.append(Diagnostic(why, Place(printable(file, 200)), values, severity="warning"))
        elif path.stem.startswith(files.ALIASES):
            aliases.append(path)
        else:
            item, unread = files.read(path, file)
            received.append(item)
            problems += unread
    roster = _roster(options, aliases, schema, problems)
    reader = Reader(schema, roster, options.readings or {})
    received = [reader.file(item) for item in received]
    reader.units.finish()
    found = reader.found
    problems += found.problems
    problems += [_asked(fact, cells, schema) for fact, cells in found.asked.items()]
    if not any(item.sheets for item in received) and not problems:
        place = Place(printable(source.name or str(source)))
        problems.append(Diagnostic("collect_nothing", place, {"kinds": "`, `".join(schema)}))
    joined = joining.join(found, schema, roster)
    problems += joined.problems
    # A cell that was refused is empty in the tables: then only what is in them counts.
    problems += [item for item in _read_again(joined, schema) if not problems or item.code.startswith(BEYOND)]
    return Collected(
        files=tuple(received),
        ignored=(*ignored, *found.ignored),
        readings=dict(options.readings or {}),
        matched=tuple(found.matched),
        overruled=tuple(joined.overruled),
        roster=str(options.roster) if options.roster else None,
        aliases=tuple(aliases),
        accounts=joined.accounts,
        lists=tuple(joined.lists),
        tables=joined.tables,
        trail=joining.trail(joined.trail),
        units=joined.units,
        proposals=tuple(found.proposals.values()),
        problems=tuple(sorted(problems, key=_position)),
        warnings=tuple(sorted([*warnings, *found.warnings], key=_position)),
    )


def _roster(
    options: Options, aliases: Sequence[Path], schema: Mapping[str, Table], problems: list[Diagnostic]
) -> Roster | None:
    """The roster with the names that somebody confirmed."""
    if options.roster is None:
        return None
    entries, wrong = read_roster(options.roster, schema)
    problems += wrong
    confirmed = []
    for path in aliases:
        names, unread = read_aliases(path, schema)
        confirmed += names
        problems += unread
    if options.year is None and any(entry.since or entry.until for entry in entries):
        problems.append(Diagnostic("roster_needs_year", Place(options.roster.name)))
    return Roster(entries, {kind: table.parent for kind, table in schema.items()}, confirmed, options.year)


def _asked(fact: str, cells: Sequence[tuple[Cell, str]], schema: Mapping[str, Table]) -> Diagnostic:
    """The question how the bare numbers of a fact are meant: one for all files."""
    column = next(table.columns[fact] for table in schema.values() if fact in table.columns)
    cell, given = cells[0]
    files_ = {cell.file for cell, _ in cells}
    values = {"count": len(cells), "files": len(files_), "given": printable(given), **named(column)}
    return Diagnostic("reading_asked", cell.place, values)


def _read_again(joined: Joined, schema: Mapping[str, Table]) -> list[Diagnostic]:
    """What is wrong with the tables, as a run will read them: bounds, what is required, references.

    What is wrong is told at the cell that the value was received in.
    """
    where = {(item.kind, item.id, item.fact): joining.place_of(item) for item in reversed(joined.trail)}
    with TemporaryDirectory() as folder:
        write_tables(joined.tables, Path(folder), "csv")
        try:
            read_facts(Path(folder), schema)
        except InvalidFactsError as error:
            return [_received(item, joined, schema, where) for item in error.diagnostics if item.severity == "error"]
    return []


def _received(
    problem: Diagnostic,
    joined: Joined,
    schema: Mapping[str, Table],
    where: Mapping[tuple[str, str, str], Place],
) -> Diagnostic:
    """A problem of a table at the cell that the value was received in."""
    kind = Path(problem.place.file).stem
    table = joined.tables.get(kind)
    line = problem.place.line
    if table is None or line is None or line < 2 or kind not in schema:  # noqa: PLR2004
        return problem
    names = {letters(at): name for at, name in enumerate(table.columns)}
    id_ = table["id"][line - 2]
    columns = {name: f"{kind}.csv:{line}:{letter}" for letter, name in names.items()}
    values = dict(problem.values)
    for fact, shown in columns.items():
        if values.get("other_place") == shown:
            values["other_place"] = where.get((kind, id_, fact), shown)
    place = where.get((kind, id_, names.get(str(problem.place.column), "")))
    return replace(problem, place=place or joined.cells[kind][id_].cell.place, values=values)


def shown(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The problems to be listed: of those that are alike in a column the first, and how many more there are."""
    alike: dict[tuple[object, ...], list[Diagnostic]] = defaultdict(list)
    for problem in problems:
        place = problem.place
        alike[place.file, place.sheet, place.column, problem.code].append(problem)
    listed = []
    for same in alike.values():
        listed += same[:LISTED]
        if len(same) > LISTED:
            values = {"count": len(same) - LISTED, "like": str(same[0].place)}
            listed.append(Diagnostic("facts_more", same[LISTED].place, values, severity=same[0].severity))
    return sorted(listed, key=_position)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _position(problem: Diagnostic) -> tuple[str, str, int, int, str]:
    """Where a problem stands: by file and sheet, from the top left."""
    place = problem.place
    column = str(place.column or "")
    return place.file, place.sheet or "", place.line or 0, len(column), column
