"""Facts that would be otherwise: which cell is meant, what its text says, and the tables with it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.archive import InvalidRunError
from engine.archive.units import Unit, find_unit
from engine.diagnostic import Diagnostic, InvalidInputError, Place, near
from engine.facts import cells, checks
from engine.facts.model import Origin
from engine.facts.reading import cell_problem
from engine.schema import NOT_ENTERED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.archive import Run
    from engine.facts import Facts
    from engine.facts.problems import Problem
    from engine.schema import Column, Table
    from engine.supposing.scenarios import Asked


@dataclass(frozen=True, slots=True)
class Setting:
    """A fact of a unit, the text of its value (None: not reported), and where that was written."""

    kind: str
    id: str
    fact: str
    text: str | None
    place: Place


def settings(
    run: Run, schema: Mapping[str, Table], asked: Iterable[Asked], unit: Unit | None = None
) -> tuple[Setting, ...]:
    """Find the facts that are asked for.

    Args:
        run: the run whose units they are.
        schema: the tables of its kinds.
        asked: the facts, as `village:V01.cross_posted`; unit and fact may be named by id or name.
        unit: the unit whose facts are meant where no unit is named.

    Raises:
        InvalidInputError: with everything that names no unit or no fact.
    """
    problems: list[Diagnostic] = []
    found = []
    for item in asked:
        name, dot, fact = item.name.rpartition(".")
        try:
            meant = find_unit(run, name) if dot else unit
        except InvalidRunError as error:
            problems += (replace(problem, place=item.place) for problem in error.diagnostics)
            continue
        if meant is None:
            problems.append(Diagnostic("whatif_no_unit", item.place, {"fact": item.name}))
            continue
        if meant.refused:
            problems.append(Diagnostic("unit_refused", item.place, {"name": meant.name, "id": meant.id}))
            continue
        try:
            column = fact_called(schema[meant.kind], fact, item.place)
        except InvalidInputError as error:
            problems += error.diagnostics
        else:
            found.append(Setting(meant.kind, meant.id, column.id, item.text, item.place))
    if problems:
        raise InvalidInputError(problems)
    return tuple(found)


def fact_called(table: Table, name: str, place: Place) -> Column:
    """The fact of a kind with an id or label.

    Raises:
        InvalidInputError: there is none.
    """
    names = {text: fact for fact in table.columns.values() for text in (fact.label["zh"], fact.label["en"], fact.id)}
    if name not in names:
        values = {"name": name, "zh": table.label["zh"], "en": table.label["en"]}
        raise InvalidInputError([Diagnostic("whatif_unknown_fact", place, values, near(name, names, n=3))])
    return names[name]


@dataclass(frozen=True, slots=True)
class _Asked(Origin):
    """In the place of a table: where the value of each row was written; of what was not, the cell as received."""

    rows: tuple[Mapping[str, Place], ...] = ()
    received: tuple[tuple[Origin | None, int | None], ...] = ()

    def place(self, row: int | None, column: str | None) -> Place:
        at = (row or 1) - 1
        origin, line = self.received[at]
        written = self.rows[at].get(column or "")
        return written or (Place(self.kind) if origin is None else origin.place(line, column))


def with_settings(facts: Facts, schema: Mapping[str, Table], changes: Sequence[Setting]) -> Facts:
    """Facts with some of them otherwise. A text is read as the cell of a table is.

    Raises:
        InvalidInputError: with every value that its fact cannot have.
    """
    problems: list[Diagnostic] = []
    tables = dict(facts.tables)
    by_kind: dict[str, list[Setting]] = defaultdict(list)
    for change in changes:
        by_kind[change.kind].append(change)
    for kind, own in by_kind.items():
        tables[kind], found = _changed(facts, schema[kind], own)
        problems += found
    for kind, own in by_kind.items():
        for fact in {change.fact: schema[kind].columns[change.fact] for change in own}.values():
            if fact.kind in tables:
                named = [change for change in own if change.fact == fact.id]
                problems += _unknown_units(tables[fact.kind], schema[fact.kind], named)
    if problems:
        raise InvalidInputError(problems)
    return replace(facts, tables=tables)


def supposing(facts: Facts, schema: Mapping[str, Table], manifest: Mapping[str, Any]) -> Facts:
    """Facts with those otherwise that a hypothetical run supposes; of any other run as they are.

    Args:
        facts: the facts as received.
        schema: what the table of each kind may hold.
        manifest: the run's manifest.
    """
    told = manifest.get("hypothetical", {"facts": ()})["facts"]
    return with_settings(
        facts, schema, [Setting(kind, id_, fact, text, Place("manifest.json")) for kind, id_, fact, text in told]
    )


def _changed(facts: Facts, schema: Table, changes: Sequence[Setting]) -> tuple[pl.DataFrame, list[Diagnostic]]:
    """The table of a kind with some facts otherwise, and what is wrong with those."""
    table = facts.tables[schema.kind]
    rows: dict[str, dict[str, Setting]] = defaultdict(dict)
    for change in changes:
        rows[change.id][change.fact] = change
    ids = list(rows)
    places = tuple({fact: change.place for fact, change in row.items()} for row in rows.values())
    known = {origin.label: origin for origin in facts.origins}
    stood = pl.DataFrame({"id": ids}).join(table, on="id", how="left", maintain_order="left")
    received = tuple((known.get(file), row) for file, row in stood.select("_file", "_row").iter_rows())
    origin = _Asked(schema.kind, "", None, Path(), {}, places, received)
    where = pl.DataFrame(
        {"_file": pl.Series([origin.label] * len(ids), dtype=pl.Categorical), "_row": range(1, len(ids) + 1)},
        schema_overrides={"_row": pl.UInt32},
    )
    columns = [schema.columns[id_] for id_ in dict.fromkeys(change.fact for change in changes)]
    texts = pl.DataFrame(
        {fact.id: [_cell(row.get(fact.id), fact) for row in rows.values()] for fact in columns},
        schema=dict.fromkeys((fact.id for fact in columns), pl.String),
    )
    problems: list[Problem] = []
    for fact, read, refused in cells.read(texts, columns):
        for code, mask in refused.items():
            problems.append(
                cell_problem(code, fact, where.filter(mask).with_columns(texts[fact.id].filter(mask).alias("given")))
            )
        meant = pl.Series([fact.id in row for row in rows.values()])
        names, values = pl.Series(ids).filter(meant), read.filter(meant)
        replaced = pl.col("id").replace_strict(names, values, default=pl.col(fact.id), return_dtype=cells.dtype(fact))
        table = table.with_columns(replaced.alias(fact.id))
    own = pl.DataFrame({"id": ids}).join(table.drop("_file", "_row"), on="id", how="left", maintain_order="left")
    problems += checks.bounds(pl.concat([own, where], how="horizontal"), schema)
    listed = (shown for problem in problems for shown in problem.listed({origin.label: origin}))
    return table, [*{(item.code, str(item.place)): item for item in listed}.values()]


def _cell(change: Setting | None, fact: Column) -> str | None:
    """What would stand in the cell."""
    if change is None or change.text is None:
        return None
    return None if change.text == NOT_ENTERED == fact.blank else change.text


def _unknown_units(table: pl.DataFrame, kind: Table, changes: Sequence[Setting]) -> list[Diagnostic]:
    """The references that name no unit."""
    known = table["id"].to_list()
    return [
        Diagnostic(
            "whatif_unknown_reference",
            change.place,
            {"name": change.text, "zh": kind.label["zh"], "en": kind.label["en"]},
            near(str(change.text), known, n=3),
        )
        for change in changes
        if change.text is not None and change.text not in known
    ]
