"""From the cells of received files to rows of units and the values that they report."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from engine.collecting import layout, naming
from engine.collecting.columns import SHARE, Meaning, Meanings, bare, measured, reading_units
from engine.collecting.model import Cell, Given, Matched, Proposal, Sheet
from engine.collecting.roster import restored
from engine.diagnostic import Diagnostic, Place, near
from engine.facts import cells
from engine.facts.kinds import Kinds
from engine.facts.model import Origin
from engine.facts.problems import named
from engine.facts.raw import letters, printable
from engine.facts.reading import cell_problem
from engine.schema import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.collecting.layout import Header, Layout, Parts
    from engine.collecting.model import Received
    from engine.collecting.roster import Match, Roster
    from engine.facts.raw import Grid
    from engine.schema import Column, Source, Table

LEADING = re.compile(r"^[0-9０-９]+[\s.、_-]*")
SEVERAL = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row about a unit: who it is, as far as the row and the roster say, and where its name or id stands."""

    kind: str
    id: str
    name: str
    parent: str | None
    cell: Cell
    source: Source | None


@dataclass(frozen=True, slots=True)
class TableRead:
    """What a table brought: of which kind, from which source, with which facts, on how many rows."""

    kind: str
    grid: Grid
    source: Source | None
    facts: frozenset[str]
    names: Mapping[str, Cell]
    header: Place


@dataclass
class Reading:
    """What all files bring; filled table by table."""

    rows: list[Row] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    tables: list[TableRead] = field(default_factory=list)
    matched: list[Matched] = field(default_factory=list)
    proposals: dict[tuple[str, str, str], Proposal] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    asked: dict[str, list[tuple[Cell, str]]] = field(default_factory=lambda: defaultdict(list))


class Reader:
    """Reads the sheets of files.

    Args:
        schema: what the table of each kind may hold.
        roster: the units to be rated; None where rows name them by id.
        readings: how bare numbers are read, by fact or `file:fact`.
    """

    def __init__(self, schema: Mapping[str, Table], roster: Roster | None, readings: Mapping[str, str]) -> None:
        self.schema = schema
        self.roster = roster
        self.readings = readings
        self.kinds = Kinds(schema)
        self.meanings = {kind: Meanings(table, schema.get(table.parent or "")) for kind, table in schema.items()}
        columns = [column for table in schema.values() for column in table.columns.values()]
        self.sources = {column.source.id: column.source for column in columns if column.source}
        self.found = Reading()

    def file(self, received: Received) -> Received:
        """Read the sheets of a file; gives the file with what it says about itself."""
        stem = LEADING.sub("", received.path.stem).strip() or received.path.stem
        told: dict[str, str] = {}
        sheets = []
        laid = [(grid, *chosen) for grid in received.grids if (chosen := self._laid_out(grid))]
        for _, _, lines in laid:
            for key, value in lines.said.items():
                told.setdefault(key, value)
        for grid, kind, lines in laid:
            context = [told.get("sender", ""), grid.sheet or "", stem]
            sheets.append(self._table(grid, kind, lines, context))
        sources = {sheet.source for sheet in sheets if sheet.source}
        sender = told.get("sender") or (self.sources[sources.pop()].label["zh"] if len(sources) == SEVERAL else stem)
        return replace(
            received,
            sender=sender,
            submitted=told.get("submitted"),
            reported_by=told.get("reported_by"),
            checked_by=told.get("checked_by"),
            sheets=tuple(sheets),
        )

    # What a sheet is

    def _laid_out(self, grid: Grid) -> tuple[str, Layout] | None:
        """The kind of a sheet's units, and its lines; None for a sheet without a table."""
        chosen = self._kind(grid)
        if chosen is None:
            filled = any(text.strip() for row in grid.rows for text in row)
            if filled:
                self.found.ignored.append((str(grid.place()), "sheet_without_table"))
                self.found.warnings.append(Diagnostic("sheet_without_table", grid.place(), severity="warning"))
            return None
        kind, header = chosen
        identity = [
            column
            for column, parts in header.labels.items()
            if any(meaning.column in _identity(self.schema[kind]) for meaning in self.meanings[kind].of(parts))
        ]
        return kind, layout.laid_out(grid, header, identity)

    def _kind(self, grid: Grid) -> tuple[str, Header] | None:
        """The kind that the sheet's name tells, or else its headers; with its header."""
        candidates = layout.headers(grid)
        found = {}
        for kind, meanings in self.meanings.items():
            best = layout.best(candidates, partial(_known, meanings), _identity(meanings.table))
            if best:
                header, count = best
                own = any(meanings.names_kind(parts) for parts in header.labels.values())
                facts = sum(m.fact for parts in header.labels.values() for m in meanings.of(parts)[:1])
                found[kind] = (facts > 0, own, count, facts), header
        told = self.kinds.of(grid.sheet) if grid.sheet else None
        if told in found:
            return told, found[told][1]
        if not found:
            return None
        kind = max(found, key=lambda kind: found[kind][0])
        (has_facts, own, *_), header = found[kind]
        return (kind, header) if has_facts or own else None

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
                self._record(grid, table, row, at)
                if table.record
                else self._unit(grid, table, row, at, context if source is None else [], source)
            )
            if unit is not None:
                by_row[row] = unit
        self.found.rows += by_row.values()
        facts = {meaning.column: (column, meaning) for column, meaning in columns.items() if meaning.fact}
        names = {unit.id: unit.cell for unit in by_row.values()}
        self.found.tables.append(TableRead(kind, grid, source, frozenset(facts), names, grid.place(lines.header.last)))
        self._values(grid, table, facts, by_row, lines.said.get("money"))
        self._beside(grid, columns, by_row)
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

    # Whom a row is about

    def _record(self, grid: Grid, table: Table, row: int, at: Mapping[str, int]) -> Row | None:
        """A record, called by its place, and the unit that it is about."""
        cell = Cell(grid.file, grid.sheet, row, at.get("parent", 0))
        parent = _text(grid, row, at.get("parent"))
        if self.roster is not None and table.parent in self.roster.entries and parent:
            match = self.roster.match(table.parent, restored(parent), parent, None)
            if match.code or match.entry is None:
                self._unmatched(match, table.parent, parent, None, cell)
                return None
            parent = match.entry.id
        return Row(table.kind, _text(grid, row, at.get("id")) or str(grid.place(row)), "", parent, cell, None)

    def _unit(
        self, grid: Grid, table: Table, row: int, at: Mapping[str, int], context: Sequence[str], source: Source | None
    ) -> Row | None:
        """The unit of a row; None, with a problem, where it is not known."""
        written, name = _text(grid, row, at.get("id")), _text(grid, row, at.get("name"))
        above = _text(grid, row, at.get("parent")) or _merged(grid, row, at.get("parent"))
        cell = Cell(grid.file, grid.sheet, row, at["id" if (written and "id" in at) or "name" not in at else "name"])
        id_ = restored(written) if written else None
        if written and id_ is None:
            self.found.problems.append(Diagnostic("id_lost_digits", cell.place, {"given": printable(written)}))
            return None
        if not id_ and not name:
            self.found.problems.append(Diagnostic("row_without_unit", grid.place(row)))
            return None
        if self.roster is None or table.kind not in self.roster.entries:
            if not id_:
                code = "unit_needs_roster" if self.roster is None else "kind_not_on_roster"
                values = {"given": printable(name or ""), "kind": table.kind, **table.label.texts}
                self.found.problems.append(Diagnostic(code, cell.place, values))
                return None
            lowest = table.kind not in {other.parent for other in self.schema.values() if not other.record}
            sender = next(filter(None, (context[0], context[-1])), None) if context else None
            parent = above or (sender if table.parent and lowest else None)
            return Row(table.kind, id_, name or id_, parent, cell, source)
        parent = self._above(table, above, context, grid.place(row, at.get("parent")))
        if above and parent is None:
            return None
        match = self.roster.match(table.kind, id_, name, parent)
        if match.code or match.entry is None:
            self._unmatched(match, table.kind, name or written or "", parent, cell)
            return None
        if match.how not in {"id", "name"}:
            text = name or written or ""
            entry = match.entry
            self.found.matched.append(
                Matched(grid.file, grid.sheet, cell.name, text, entry.id, match.how or "normalised")
            )
        return Row(table.kind, match.entry.id, match.entry.name, match.entry.parent, cell, source)

    def _above(self, table: Table, written: str | None, context: Sequence[str], place: Place) -> str | None:
        """The unit above, as the row says or else what is said about the whole table."""
        assert self.roster is not None  # noqa: S101 - callers have asked
        if written:
            found = self.roster.above(table.kind, written)
            if found is None and table.parent:
                above = self.schema[table.parent]
                values = {"given": printable(written), "kind": above.kind, **above.label.texts}
                self.found.problems.append(Diagnostic("parent_unknown", place, values))
            return found
        return next((id_ for text in context if text and (id_ := self.roster.above_in(table.kind, text))), None)

    def _unmatched(self, match: Match, kind: str, text: str, parent: str | None, cell: Cell) -> None:
        """A row whose unit is not known, or is not to be rated."""
        assert self.roster is not None  # noqa: S101 - callers have asked
        label = self.schema[kind].label
        likely = match.likely or ((match.entry,) if match.entry else ())
        shown = [f"{item.name} {item.id}" for item in likely]
        values: dict[str, object] = {"given": printable(text), "kind": kind, **label.texts, "units": "`, `".join(shown)}
        values |= {"above": self.roster.above_name(kind, parent), "year": self.roster.year or ""}
        if match.entry is not None:
            values |= {"id": match.entry.id, "name": match.entry.name, "merged": match.entry.merged_into or ""}
            values["above"] = self.roster.above_name(kind, match.entry.parent)
        self.found.problems.append(Diagnostic(match.code or "unit_not_on_roster", cell.place, values))
        if match.code == "unit_to_confirm" and likely:
            best, *others = likely
            above = self.roster.above_name(kind, parent)
            self.found.proposals.setdefault(
                (kind, parent or "", naming.plain(text)),
                Proposal(kind, parent or "", above, text, best.id, best.name, tuple(shown[1:]) if others else (), cell),
            )

    # What a row says

    def _values(
        self,
        grid: Grid,
        table: Table,
        facts: Mapping[str, tuple[int, Meaning]],
        units: Mapping[int, Row],
        money: str | None,
    ) -> None:
        """Read the cells of facts."""
        if not facts or not units:
            return
        rows = [*units]
        received = {fact: [_text(grid, row, column) for row in rows] for fact, (column, _) in facts.items()}
        texts = {
            fact: self._measured(
                [Cell(grid.file, grid.sheet, row, column) for row in rows], received[fact], unit, money
            )
            for fact, (column, meaning) in facts.items()
            for unit in [(table.columns[fact], meaning)]
        }
        frame = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))
        label = str(grid.place())
        where = {fact: letters(column) for fact, (column, _) in facts.items()}
        origin = {label: Origin(table.kind, grid.file, grid.sheet, Path(grid.file), where)}
        places = pl.DataFrame({"_row": [row + 1 for row in rows]}, schema={"_row": pl.UInt32}).with_columns(
            _file=pl.lit(label)
        )
        for fact, values, refused in cells.read(frame, [table.columns[id_] for id_ in facts]):
            column = facts[fact.id][0]
            for code, mask in refused.items():
                if code == "cell_percent_or_share":
                    marks = mask.arg_true().to_list()
                    self.found.asked[fact.id] += [
                        (Cell(grid.file, grid.sheet, rows[at], column), received[fact.id][at] or "") for at in marks
                    ]
                    continue
                text = pl.Series("given", received[fact.id], pl.String).filter(mask)
                problem = cell_problem(code, fact, places.filter(mask).with_columns(text))
                self.found.problems += [diagnostic for _, diagnostic in problem.by_row(origin)]
            for at, value in enumerate(values.to_list()):
                if value is not None:
                    unit, row = units[rows[at]], rows[at]
                    self.found.given.append(
                        Given(
                            table.kind,
                            unit.id,
                            fact.id,
                            written(value, fact),
                            received[fact.id][at] or "",
                            grid.file,
                            grid.sheet,
                            Cell(grid.file, grid.sheet, row, column),
                            unit.source.id if unit.source else None,
                        )
                    )

    def _measured(
        self, places: Sequence[Cell], texts: Sequence[str | None], fact: tuple[Column, Meaning], money: str | None
    ) -> list[str | None]:
        """The cells of a fact, bare numbers with the unit in which they are measured."""
        column, meaning = fact
        file = places[0].file
        name = file.rpartition("/")[2]
        of_file = self.readings.get(f"{file}:{column.id}") or self.readings.get(f"{name}:{column.id}")
        reading = of_file or (self.readings.get(column.id) if meaning.unit is None else None)
        unit = reading_units(column).get(reading or "", meaning.unit)
        if unit is None and column.type == "money":
            unit = money
        if column.type not in NUMERIC or not unit:
            return list(texts)
        numbers = {at: abs(number) for at, text in enumerate(texts) if text and (number := bare(text))}
        if unit == "%" and column.type == "ratio" and of_file is None and numbers and max(numbers.values()) <= 1:
            first = min(numbers)
            values = {"given": texts[first], "file": name, **named(column)}
            if meaning.unit is None:
                self.found.problems.append(Diagnostic("reading_doubtful", places[first].place, values))
            else:
                warning = Diagnostic("percent_small", places[first].place, values, severity="warning")
                self.found.warnings.append(warning)
        if unit == SHARE:
            return [_as_share(text) if text else text for text in texts]
        return [measured(text, unit) if text else text for text in texts]

    def _beside(self, grid: Grid, columns: Mapping[int, Meaning], units: Mapping[int, Row]) -> None:
        """What stands beside facts: documents and notes."""
        for column, meaning in columns.items():
            for row, unit in units.items() if meaning.beside else ():
                text = _text(grid, row, column)
                if text:
                    cell = Cell(grid.file, grid.sheet, row, column)
                    fact = f"{meaning.column}.{meaning.beside}"
                    source = unit.source.id if unit.source else None
                    self.found.given.append(
                        Given(unit.kind, unit.id, fact, text, text, grid.file, grid.sheet, cell, source)
                    )


def written(value: object, fact: Column) -> str:
    """A value as a table of facts holds it: it is read again as the same value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        number = Decimal(f"{value:.11g}")
        return f"{number.scaleb(2).normalize():f}%" if fact.type == "ratio" else f"{number.normalize():f}"
    return str(value)


def _identity(table: Table) -> tuple[str, ...]:
    """The columns that say whom a row is about."""
    return ("parent",) if table.record else ("id", "name")


def _known(meanings: Meanings, parts: Parts) -> str | None:
    found = meanings.of(parts)
    return found[0].column if found else None


def _text(grid: Grid, row: int, column: int | None) -> str | None:
    """A cell without blanks around it; None for an empty one."""
    if column is None or column >= len(grid.rows[row]):
        return None
    return grid.rows[row][column].strip() or None


def _merged(grid: Grid, row: int, column: int | None) -> str | None:
    """What stands in the cell that an empty one is merged with."""
    if column is None:
        return None
    for top, left, bottom, right in grid.merged:
        if top <= row <= bottom and left <= column <= right:
            return _text(grid, top, left)
    return None


def _as_share(text: str) -> str:
    """A bare number as the share that it is: 1.2 is 120%."""
    return f"{Decimal(str(bare(text))).scaleb(2):f}%" if bare(text) is not None else text
