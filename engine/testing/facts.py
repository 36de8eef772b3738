"""From the units of cases to the facts that are rated: every value is read as a cell of a table is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from engine.diagnostic import Place
from engine.facts import cells, checks
from engine.facts.model import Origin
from engine.facts.reading import cell_problem
from engine.facts.stated import GAP, stated
from engine.schema import NOT_ENTERED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from engine.diagnostic import Diagnostic
    from engine.facts import Facts
    from engine.facts.problems import Problem
    from engine.schema import Column, Table
    from engine.testing.units import Unit, Written

IS_GAP = "gap"
"""How a test writes that a fact is not reported, even where an empty cell would be an answer."""
Row = tuple[str, "str | None", str, "Unit"]
"""A unit with its id, the id of the unit above it, and its name."""


@dataclass(frozen=True, slots=True)
class _Places(Origin):
    """Where each fact of the units of a kind was written."""

    rows: tuple[Mapping[str, Written], ...] = ()

    def place(self, row: int | None, column: str | None) -> Place:
        written = self.rows[(row or 1) - 1].get(column or "")
        return written.place if written else Place(self.file)


def read_units(
    rows: Iterable[Row], schema: Mapping[str, Table], file: str, path: Path
) -> tuple[Facts, list[Diagnostic]]:
    """The facts of units, and what is wrong with them.

    Args:
        rows: the units, each after the one above it.
        schema: what the table of each kind may hold.
        file: the name of the file that they are written in.
        path: where it is.
    """
    by_kind: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_kind[row[3].kind].append(row)
    values, problems = {}, []
    for kind, table in schema.items():
        units = by_kind.get(kind, [])
        values[kind], found = _read(units, table, file, path)
        problems += found
    return stated(values, schema), problems


def _read(rows: list[Row], table: Table, file: str, path: Path) -> tuple[list[dict[str, object]], list[Diagnostic]]:
    """The typed values of the units of one kind."""
    told = tuple(unit.facts for *_, unit in rows)
    origin = _Places(table.kind, file, None, path, {}, told)
    facts = [fact for fact in table.columns.values() if any(fact.id in row for row in told)]
    where = pl.DataFrame(
        {"_file": pl.Series([origin.label] * len(rows), dtype=pl.Categorical), "_row": range(1, len(rows) + 1)},
        schema_overrides={"_row": pl.UInt32},
    )
    texts = pl.DataFrame(
        {fact.id: [_cell(row.get(fact.id), fact) for row in told] for fact in facts},
        schema=dict.fromkeys((fact.id for fact in facts), pl.String),
    )
    problems: list[Problem] = []
    columns: dict[str, pl.Series] = {}
    for fact, read, refused in cells.read(texts, facts) if facts else ():
        columns[fact.id] = read
        for code, mask in refused.items():
            given = texts[fact.id].filter(mask).alias("given")
            problems.append(cell_problem(code, fact, where.filter(mask).with_columns(given)))
    values = {
        fact.id: [
            GAP if _is_gap(row.get(fact.id), fact) else value for row, value in zip(told, columns[fact.id], strict=True)
        ]
        for fact in facts
    }
    units = [
        {"id": id_, "parent": parent, "name": name, **{fact: column[at] for fact, column in values.items()}}
        for at, (id_, parent, name, _) in enumerate(rows)
    ]
    frame = where.with_columns(columns.values())
    missing = [
        pl.lit(None, dtype=cells.dtype(fact)).alias(fact.id)
        for fact in table.columns.values()
        if fact.id not in columns
    ]
    problems += checks.bounds(frame.with_columns(missing), table) if len(rows) else []
    listed = (shown for problem in problems for shown in problem.listed({origin.label: origin}))
    return units, [*{(item.code, str(item.place)): item for item in listed}.values()]


def _cell(written: Written | None, fact: Column) -> str | None:
    """What stands in the cell of a fact."""
    text = written.text.strip() if written else ""
    is_empty = text == NOT_ENTERED and fact.blank == NOT_ENTERED
    return None if is_empty or _is_gap(written, fact) else text or None


def _is_gap(written: Written | None, fact: Column) -> bool:
    return written is not None and written.text.strip() == IS_GAP and fact.blank != NOT_ENTERED
