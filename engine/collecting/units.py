"""Whom a row is about: by the roster, or by the id that it gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.collecting import naming
from engine.collecting.found import Row, text_at
from engine.collecting.model import Cell, Matched, Proposal
from engine.collecting.roster import restored
from engine.diagnostic import Diagnostic, Place
from engine.facts.raw import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.collecting.found import Reading
    from engine.collecting.roster import Match, Roster
    from engine.facts.raw import Grid
    from engine.schema import Source, Table


PROPOSED = 4
"""Of so many units that may be meant the first is proposed; the others are listed."""


class UnitFinder:
    """Finds the units of rows.

    Args:
        schema: what the table of each kind may hold.
        roster: the units to be rated; None where rows name them by id.
        found: gets the names that were matched, and what is wrong.
    """

    def __init__(self, schema: Mapping[str, Table], roster: Roster | None, found: Reading) -> None:
        self.schema = schema
        self.roster = roster
        self.found = found

    def record(self, grid: Grid, table: Table, row: int, at: Mapping[str, int]) -> Row | None:
        """A record, called by its place, and the unit that it is about."""
        cell = Cell(grid.file, grid.sheet, row, at.get("parent", 0))
        parent = text_at(grid, row, at.get("parent"))
        if self.roster is not None and table.parent in self.roster.entries and parent:
            match = self.roster.match(table.parent, restored(parent), parent, None)
            if match.code or match.entry is None:
                self._unmatched(match, table.parent, parent, None, cell)
                return None
            parent = match.entry.id
        id_, name = (text_at(grid, row, at.get(column)) for column in ("id", "name"))
        return Row(table.kind, id_ or str(grid.place(row)), name or "", parent, cell, None)

    def unit(
        self, grid: Grid, table: Table, row: int, at: Mapping[str, int], context: Sequence[str], source: Source | None
    ) -> Row | None:
        """The unit of a row; None, with a problem, where it is not known."""
        written, name = text_at(grid, row, at.get("id")), text_at(grid, row, at.get("name"))
        above = text_at(grid, row, at.get("parent")) or _merged(grid, row, at.get("parent"))
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
        if match.code == "unit_to_confirm":
            self.found.unconfirmed.append((match, kind, text, parent, cell))
        else:
            self._tell(match, kind, text, parent, cell)

    def _tell(self, match: Match, kind: str, text: str, parent: str | None, cell: Cell) -> None:
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

    def finish(self) -> None:
        """Propose units for the names that are like theirs: first those that nobody has reported."""
        reported = {(row.kind, row.id) for row in self.found.rows}
        for match, kind, text, parent, cell in self.found.unconfirmed:
            ranked = sorted(match.likely, key=lambda item: (item.kind, item.id) in reported)[:PROPOSED]
            self._tell(replace(match, likely=tuple(ranked)), kind, text, parent, cell)
            best, *others = ranked
            above = self.roster.above_name(kind, parent) if self.roster else ""
            shown = tuple(f"{item.name} {item.id}" for item in others)
            self.found.proposals.setdefault(
                (kind, parent or "", naming.plain(text)),
                Proposal(kind, parent or "", above, text, best.id, best.name, shown, cell),
            )


def _merged(grid: Grid, row: int, column: int | None) -> str | None:
    """What stands in the cell that an empty one is merged with."""
    if column is None:
        return None
    for top, left, bottom, right in grid.merged:
        if top <= row <= bottom and left <= column <= right:
            return text_at(grid, top, left)
    return None
