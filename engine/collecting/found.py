"""What the tables of received files bring, before it is put together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.collecting.model import Cell, Given, Matched, Proposal
    from engine.collecting.roster import Match
    from engine.diagnostic import Diagnostic, Place
    from engine.facts.raw import Grid
    from engine.schema import Source


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
    unconfirmed: list[tuple[Match, str, str, str | None, Cell]] = field(default_factory=list)
    asked: dict[str, list[tuple[Cell, str]]] = field(default_factory=lambda: defaultdict(list))


def text_at(grid: Grid, row: int, column: int | None) -> str | None:
    """A cell without blanks around it; None for an empty one."""
    if column is None or column >= len(grid.rows[row]):
        return None
    return grid.rows[row][column].strip() or None
