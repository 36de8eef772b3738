"""From what all files report to one table of each kind: what agrees, what prevails, and what lists imply."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from engine.collecting.found import Row
from engine.collecting.model import Account, Cell, Given, Listed, Missing
from engine.collecting.values import written
from engine.diagnostic import Diagnostic, Place
from engine.facts.problems import named
from engine.facts.raw import printable
from engine.schema import NOT_ENTERED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engine.collecting.found import Reading, TableRead
    from engine.collecting.roster import Roster
    from engine.schema import Column, Source, Table

TRAIL = ("kind", "id", "fact", "file", "sheet", "cell", "text")


@dataclass
class Joined:
    """The tables of all kinds, and what came of joining them."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    trail: list[Given] = field(default_factory=list)
    overruled: list[tuple[Given, Given]] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    lists: list[Listed] = field(default_factory=list)
    units: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    cells: dict[str, dict[str, Row]] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)


def join(found: Reading, schema: Mapping[str, Table], roster: Roster | None) -> Joined:
    """Put together what files report about the same units.

    Args:
        found: their rows and values.
        schema: what the table of each kind may hold.
        roster: the units to be rated.
    """
    joined = Joined()
    for kind, table in schema.items():
        rows = [row for row in found.rows if row.kind == kind]
        on_roster = roster is not None and kind in roster.entries
        if rows or (on_roster and not table.columns):
            _kind(joined, found, table, rows, roster if on_roster else None)
    return joined


def _kind(joined: Joined, found: Reading, table: Table, rows: Sequence[Row], roster: Roster | None) -> None:
    kind = table.kind
    tables = [item for item in found.tables if item.kind == kind]
    units = _units(joined, table, rows, roster)
    values = _agreed(joined, [item for item in found.given if item.kind == kind and item.id in units], table)
    columns = {fact for item in tables if not (item.source and item.source.listing) for fact in item.facts}
    columns |= {fact for _, fact in values}
    for source in {column.source for column in table.columns.values() if column.source and column.source.listing}:
        columns |= _implied(joined, table, source, [item for item in tables if item.source == source], units, values)
    _columns_missing(joined, table, tables)
    joined.trail += sorted(
        (given for same in values.values() for given in same),
        key=lambda item: (item.id, item.fact, item.file, item.sheet or "", item.cell.row if item.cell else 0),
    )
    ids = sorted(units)
    data: dict[str, list[str | None]] = {"id": [*ids]}
    if not table.record or any(units[id_].name for id_ in ids):
        data["name"] = [units[id_].name for id_ in ids]
    if table.parent:
        data["parent"] = [units[id_].parent for id_ in ids]
    for fact in table.columns:
        if fact in columns:
            data[fact] = [values[id_, fact][0].value if (id_, fact) in values else None for id_ in ids]
    joined.tables[kind] = pl.DataFrame(data, schema=dict.fromkeys(data, pl.String))
    joined.cells[kind] = units
    above = Counter(units[id_].parent or "" for id_ in ids)
    joined.units[kind] = [(roster.above_name(kind, id_) if roster else id_, above[id_]) for id_ in sorted(above)]


def _units(joined: Joined, table: Table, rows: Sequence[Row], roster: Roster | None) -> dict[str, Row]:
    """The units that are to stand in the table, with a row of each.

    A unit is submitted when its own sender reports it, not when only a department does.
    """
    own = [row for row in rows if row.source is None]
    counted = own or [row for row in rows if not (row.source and row.source.listing)]
    units: dict[str, Row] = {}
    for row in counted:
        units.setdefault(row.id, row)
    if roster is None:
        for row in rows if own and not table.record else ():
            if row.id not in units:
                values = {"given": printable(row.id), "kind": table.kind, **table.label.texts}
                joined.problems.append(Diagnostic("unit_only_listed", row.cell.place, values))
        return units
    force = roster.in_force(table.kind)
    if not table.columns:
        nowhere = Cell("", None, 0, 0)
        return units | {
            item.id: Row(item.kind, item.id, item.name, item.parent, nowhere, None)
            for item in force
            if item.id not in units
        }
    missing = [item for item in force if item.id not in units]
    left = [item for item in roster.entries[table.kind].values() if item.left(roster.year)]
    joined.accounts[table.kind] = Account(
        len(force),
        len(units),
        tuple(Missing(item.id, item.name, item.parent) for item in missing),
        tuple(Missing(item.id, item.name, item.parent, item.merged_into) for item in left),
    )
    if len(force) != len(units) + len(missing):
        raise AssertionError(f"{table.kind}: {len(units)} submitted and {len(missing)} not, of {len(force)}")
    return units


def _agreed(joined: Joined, given: Sequence[Given], table: Table) -> dict[tuple[str, str], list[Given]]:
    """The values of each unit's facts: all that say the same; where they differ, those of the source that prevails."""
    by_fact: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for item in given:
        by_fact[item.id, item.fact].append(item)
    for (id_, fact), items in by_fact.items():
        column = table.columns.get(fact)
        prevailing = [item for item in items if column and column.source and item.source == column.source.id]
        kept = prevailing or items
        different = [item for item in kept if item.value != kept[0].value] if column else []
        for other in different[:1]:
            joined.problems += _differ(kept[0], other, column, id_) if column else []
        same = [item for item in items if item.value == kept[0].value] if column else items
        joined.overruled += [(item, kept[0]) for item in items if item not in same and item not in kept]
        by_fact[id_, fact] = [kept[0], *(item for item in same if item is not kept[0])]
    return dict(by_fact)


def _differ(first: Given, second: Given, column: Column, id_: str) -> list[Diagnostic]:
    assert first.cell is not None  # noqa: S101 - only lists imply values
    assert second.cell is not None  # noqa: S101
    values = {
        "given": printable(second.text),
        "first": printable(first.text),
        "other_place": first.cell.place,
        "id": id_,
        **named(column),
    }
    return [Diagnostic("facts_differ", second.cell.place, values)]


def _implied(
    joined: Joined,
    table: Table,
    source: Source,
    lists: Sequence[TableRead],
    units: Mapping[str, Row],
    values: dict[tuple[str, str], list[Given]],
) -> set[str]:
    """What lists say of the units that they do not name, and of those that they only name."""
    facts = [column for column in table.columns.values() if column.source == source]
    flags = [column for column in facts if column.type == "boolean"]
    told = {fact for item in lists for fact in item.facts}
    spoken = [column for column in facts if column.id in told or [column] == flags] if lists else []
    on_list = {id_ for item in lists for id_ in item.names}
    for item in lists:
        for id_, cell in item.names.items() if len(flags) == 1 and flags[0] in spoken else ():
            if id_ in units and (id_, flags[0].id) not in values:
                text = item.grid.rows[cell.row][cell.column]
                values[id_, flags[0].id] = [
                    Given(table.kind, id_, flags[0].id, "true", text, cell.file, cell.sheet, cell, source.id)
                ]
    for column in spoken:
        blank = column.blank if column.blank is not None else False if column.type == "boolean" else None
        if blank is None or blank == NOT_ENTERED:
            continue
        value = written(blank, column)
        for id_ in units:
            if id_ not in on_list and (id_, column.id) not in values:
                item = lists[0]
                values[id_, column.id] = [
                    Given(table.kind, id_, column.id, value, "", item.grid.file, item.grid.sheet, None, source.id)
                ]
    named_ = len(on_list & units.keys())
    joined.lists.append(Listed(source.id, source.label.texts, named_, len(units) - named_, arrived=bool(lists)))
    return {column.id for column in spoken}


def _columns_missing(joined: Joined, table: Table, tables: Collection[TableRead]) -> None:
    """Tables of senders without a column that others have, where an empty cell would be taken for an answer."""
    own = [item for item in tables if item.source is None]
    for column in table.columns.values():
        if column.blank in {None, NOT_ENTERED} or column.source or not any(column.id in item.facts for item in own):
            continue
        for item in own:
            if column.id not in item.facts:
                values = {"blank": written(column.blank, column), **named(column)}
                joined.problems.append(Diagnostic("column_missing_here", item.header, values))


def trail(given: Sequence[Given]) -> pl.DataFrame:
    """Where each value was received."""
    rows = [
        (item.kind, item.id, item.fact, item.file, item.sheet, item.cell.name if item.cell else None, item.text)
        for item in given
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(TRAIL, pl.String), orient="row")


def place_of(given: Given) -> Place:
    """Where a value was received, for messages."""
    return given.cell.place if given.cell else Place(given.file, sheet=given.sheet)
