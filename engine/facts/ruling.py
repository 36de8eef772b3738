"""Rulings: which unit each is about, and whether it says what it must. What it changes, rating knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, near
from engine.facts.model import Ruling
from engine.facts.naming import Naming
from engine.facts.papers import told
from engine.facts.raw import fold, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from engine.facts.papers import Line
    from engine.schema import Table

ON = {
    "grade": ("grade", "等次"),
    "title": ("title", "称号"),
    "criterion": ("criterion", "考核项"),
    "exempt": ("exempt", "免评", "不定等次"),
}
"""What can be ruled, with the words for it."""
_NAMED = {"title", "criterion"}
_CHANGED = {"grade", "title", "criterion"}


def ruled(
    tables: Mapping[str, pl.DataFrame], found: Iterable[Line], schema: Mapping[str, Table], report: list[Diagnostic]
) -> tuple[Ruling, ...]:
    """Understand the lines of `rulings`.

    Args:
        tables: the units by kind.
        found: the lines.
        schema: what the table of each kind may hold.
        report: gets what is wrong with them.
    """
    naming = Naming(tables, schema)
    words = {fold(word): on for on, known in ON.items() for word in known}
    rulings = []
    for line in found:
        before = len(report)
        unit = naming.unit(line)
        if isinstance(unit, Diagnostic):
            report.append(unit)
        on = words.get(fold(line.cells["on"]))
        if on is None:
            values = {"on": printable(line.cells["on"])}
            report.append(Diagnostic("ruling_on_unknown", line.at("on"), values, near(fold(line.cells["on"]), words)))
        needed = [*(["name"] if on in _NAMED else []), *(["to"] if on in _CHANGED else [])]
        missing = [column for column in needed if column not in line.cells]
        report += [Diagnostic("paper_cell_missing", line.at(column), told("rulings", column)) for column in missing]
        if len(report) == before and not isinstance(unit, Diagnostic) and on is not None:
            said = {name: line.cells.get(name, "") for name in ("name", "reason", "decided_by", "document", "date")}
            old, new = line.cells.get("from", ""), line.cells.get("to", "")
            rulings.append(Ruling(*unit, on, **said, old=old, new=new, place=str(line.place)))
    return tuple(rulings)
