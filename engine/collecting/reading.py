"""From the cells of received files to rows of units and the values that they report."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.collecting import layout, naming
from engine.collecting.columns import Meaning, Meanings
from engine.collecting.found import Reading, Row, TableRead
from engine.collecting.model import Sheet
from engine.collecting.units import UnitFinder
from engine.collecting.values import ValueReader
from engine.diagnostic import Diagnostic, near
from engine.facts.kinds import Kinds
from engine.facts.raw import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.collecting.layout import Header, Layout, Parts
    from engine.collecting.model import Received
    from engine.collecting.roster import Roster
    from engine.facts.raw import Grid
    from engine.schema import Source, Table

LEADING = re.compile(r"^[0-9０-９]+[\s.、_-]*")


class Reader:
    """Reads the sheets of files.

    Args:
        schema: what the table of each kind may hold.
        roster: the units to be rated; None where rows name them by id.
        readings: how bare numbers are read, by fact or `file:fact`.
    """

    def __init__(self, schema: Mapping[str, Table], roster: Roster | None, readings: Mapping[str, str]) -> None:
        self.schema = schema
        self.kinds = Kinds(schema)
        self.meanings = {kind: Meanings(table, schema.get(table.parent or "")) for kind, table in schema.items()}
        columns = [column for table in schema.values() for column in table.columns.values()]
        self.sources = {column.source.id: column.source for column in columns if column.source}
        self.found = Reading()
        self.units = UnitFinder(schema, roster, self.found)
        self.values = ValueReader(self.found, readings)

    def file(self, received: Received) -> Received:
        """Read the sheets of a file; gives the file with what it says about itself."""
        stem = LEADING.sub("", received.path.stem).strip() or received.path.stem
        told: dict[str, str] = {}
        sheets = []
        laid = [(grid, *chosen) for grid in received.grids if (chosen := self._laid_out(grid, stem))]
        for _, _, lines in laid:
            for key, value in lines.said.items():
                told.setdefault(key, value)
        for grid, kind, lines in laid:
            context = [told.get("sender", ""), grid.sheet or "", stem]
            sheets.append(self._table(grid, kind, lines, context))
        sources = {sheet.source for sheet in sheets if sheet.source}
        sender = told.get("sender") or (self.sources[sources.pop()].label["zh"] if len(sources) == 1 else stem)
        return replace(
            received,
            sender=sender,
            submitted=told.get("submitted"),
            reported_by=told.get("reported_by"),
            checked_by=told.get("checked_by"),
            sheets=tuple(sheets),
        )

    # What a sheet is

    def _laid_out(self, grid: Grid, stem: str) -> tuple[str, Layout] | None:
        """The kind of a sheet's units, and its lines; None for a sheet without a table."""
        chosen = self._kind(grid, stem)
        if chosen is None:
            return None
        kind, header = chosen
        meant = {column: self.meanings[kind].of(parts) for column, parts in header.labels.items()}
        columns = {column: meanings[0].column for column, meanings in meant.items() if meanings}
        needed = _identity(self.schema[kind])
        identity = [column for column, meaning in columns.items() if meaning in needed]
        idle = [column for column, meaning in columns.items() if meaning in {"", "parent"} and meaning not in needed]
        return kind, layout.laid_out(grid, header, identity, idle)

    def _kind(self, grid: Grid, stem: str) -> tuple[str, Header] | None:
        """The kind of a sheet's units, with its header.

        The sheet's name tells it, or else the header; where several kinds have such a header, the source or the file's
        name does.
        """
        candidates = layout.headers(grid)
        found = {}
        for kind, meanings in self.meanings.items():
            best = layout.best(candidates, partial(_known, meanings), _identity(meanings.table))
            if best:
                header, count = best
                own = any(meanings.names_kind(parts) for parts in header.labels.values())
                facts = sum(meaning.fact for parts in header.labels.values() for meaning in meanings.of(parts)[:1])
                found[kind] = (facts > 0, own, count, facts), header
        told = self.kinds.of(grid.sheet) if grid.sheet else None
        if told not in found and found:
            most = max(rank for rank, _ in found.values())
            likeliest = [kind for kind, (rank, _) in found.items() if rank == most]
            source = self._source([grid.sheet or "", stem])
            reported = [kind for kind in found if source and source in self._sources_of(kind)]
            others = (reported[0] if len(reported) == 1 else None, self.kinds.of(stem))
            clear = most[:2] != (False, False)
            told = (
                likeliest[0]
                if clear and len(likeliest) == 1
                else next((kind for kind in others if kind in found), None)
            )
            if told is None and clear:
                code = "sheet_unknown" if grid.sheet else "file_unknown_kind"
                values = {"sheet": grid.sheet, "name": stem}
                self.found.problems.append(Diagnostic(code, grid.place(), values))
                return None
        if told in found:
            return told, found[told][1]
        if any(text.strip() for row in grid.rows for text in row):
            self.found.ignored.append((str(grid.place()), "sheet_without_table"))
            self.found.warnings.append(Diagnostic("sheet_without_table", grid.place(), severity="warning"))
        return None

    def _sources_of(self, kind: str) -> list[Source]:
        return [column.source for column in self.schema[kind].columns.values() if column.source]

    def _source(self, context: Sequence[str]) -> Source | None:
        """The source whose label stands in the names of file and sheet, or in the line of the sender."""
        folded = [naming.plain(text) for text in context]
        found = [
            (len(label), source)
            for source in self.sources.values()
            for label in map(naming.plain, {source.id, *source.label.texts.values()})
            if label and any(label in text for text in folded)
        ]
        return max(found, key=lambda item: item[0])[1] if found else None

    # A table

    def _table(self, grid: Grid, kind: str, lines: Layout, context: list[str]) -> Sheet:
        table = self.schema[kind]
        source = self._source(context)
        columns = self._columns(grid, kind, lines.header)
        at = {meaning.column: column for column, meaning in columns.items() if not meaning.fact and not meaning.beside}
        by_row: dict[int, Row] = {}
        for row in lines.rows:
            unit = (
                self.units.record(grid, table, row, at)
                if table.record
                else self.units.unit(grid, table, row, at, context if source is None else [], source)
            )
            if unit is not None:
                by_row[row] = unit
        self.found.rows += by_row.values()
        facts = {meaning.column: (column, meaning) for column, meaning in columns.items() if meaning.fact}
        names = {unit.id: unit.cell for unit in by_row.values()}
        self.found.tables.append(TableRead(kind, grid, source, frozenset(facts), names, grid.place(lines.header.last)))
        self.values.read(grid, table=table, facts=facts, units=by_row, money=lines.said.get("money"))
        self.values.beside(grid, columns, by_row)
        if not by_row and not lines.rows and not (source and source.listing):
            self.found.problems.append(Diagnostic("table_empty", grid.place(lines.header.last)))
        return Sheet(grid.sheet, kind, len(by_row), lines.skipped, source.id if source else None)

    def _columns(self, grid: Grid, kind: str, header: Header) -> dict[int, Meaning]:
        """What each column holds."""
        meanings, found = self.meanings[kind], dict[int, Meaning]()
        table = self.schema[kind]
        for column, parts in header.labels.items():
            place, shown = grid.place(header.last, column), printable("/".join(parts))
            meant = meanings.of(parts)
            first = next(
                (
                    at
                    for at, other in found.items()
                    if meant and other.column and (other.column, other.beside) == (meant[0].column, meant[0].beside)
                ),
                None,
            )
            if len(meant) > 1:
                values = {"header": shown, "columns": "`, `".join(item.column for item in meant)}
                self.found.problems.append(Diagnostic("column_ambiguous", place, values))
            elif first is not None:
                values = {"header": shown, "column": meant[0].column}
                values["other_place"] = str(grid.place(header.last, first))
                self.found.problems.append(Diagnostic("column_duplicate", place, values))
            elif meant:
                found[column] = meant[0]
            else:
                guess = near(printable(parts[-1]), meanings.labels())
                values = {"header": shown, "kind": kind, **table.label.texts}
                if guess:
                    self.found.problems.append(Diagnostic("column_unknown", place, values, guess))
                else:
                    self.found.warnings.append(Diagnostic("column_not_read", place, values, severity="warning"))
        return found


def _identity(table: Table) -> tuple[str, ...]:
    """The columns that say whom a row is about."""
    return ("parent",) if table.record else ("id", "name")


def _known(meanings: Meanings, parts: Parts) -> str | None:
    found = meanings.of(parts)
    return found[0].column if found else None
