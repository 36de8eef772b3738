"""Corrections: a value as received is replaced by another one, if it still is what the correction says it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.diagnostic import Diagnostic, near
from engine.facts import cells
from engine.facts.model import Correction
from engine.facts.naming import Naming
from engine.facts.raw import fold, printable
from engine.facts.reading import cell_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.facts.papers import Line
    from engine.facts.problems import Problem
    from engine.schema import Column, Table

Tables = dict[str, pl.DataFrame]
Problems = dict[str, "list[Problem]"]


def corrected(
    tables: Tables,
    problems: Problems,
    found: Iterable[Line],
    schema: Mapping[str, Table],
    report: list[Diagnostic],
) -> tuple[Correction, ...]:
    """Put corrections into tables.

    Args:
        tables: by kind; those with corrections are replaced.
        problems: what is wrong with the cells of each; a cell that is corrected is wrong no more.
        found: the lines of `corrections`.
        schema: what the table of each kind may hold.
        report: gets what is wrong with the corrections.

    Returns:
        The corrections, as understood.
    """
    naming = Naming(tables, schema)
    made: dict[tuple[str, str, str], Correction] = {}
    for line in found:
        unit = naming.unit(line)
        if isinstance(unit, Diagnostic):
            report.append(unit)
            continue
        kind, id_ = unit
        column = _fact(schema[kind], line, report)
        if column is None:
            continue
        key = kind, id_, column.id
        if key in made:
            report.append(Diagnostic("correction_twice", line.place, {"unit": id_, "other": made[key].place}))
            continue
        if _one(tables, problems, unit, column, line, report):
            said = {name: line.cells.get(name, "") for name in ("old", "new", "reason", "document", "by", "date")}
            made[key] = Correction(kind, id_, column.id, **said, place=str(line.place))
    return tuple(made.values())


def _fact(table: Table, line: Line, report: list[Diagnostic]) -> Column | None:
    """The fact that a line names."""
    wanted = line.cells["fact"]
    names = {
        fold(text): fact for fact in table.columns.values() for text in (fact.label["zh"], fact.label["en"], fact.id)
    }
    if fold(wanted) not in names:
        values = {"name": printable(wanted), "zh": table.label["zh"], "en": table.label["en"]}
        guesses = near(fold(wanted), names, n=3)
        report.append(Diagnostic("whatif_unknown_fact", line.at("fact"), values, guesses))
        return None
    return names[fold(wanted)]


def _one(
    tables: Tables,
    problems: Problems,
    unit: tuple[str, str],
    column: Column,
    line: Line,
    report: list[Diagnostic],
) -> bool:
    """Put one correction into its table; whether that could be done."""
    kind, id_ = unit
    table = tables[kind]
    row = table.filter(pl.col("id") == id_).row(0, named=True)
    old, new = (_value(column, line, name, report) for name in ("old", "new"))
    if new is _WRONG:
        return False
    at = (pl.col("_file") == row["_file"]) & (pl.col("_row") == row["_row"])
    wrong = [item for item in problems[kind] if item.column == column.id and item.cells.filter(at).height]
    given = next((item.cells.filter(at)["given"][0] for item in wrong if "given" in item.cells.columns), None)
    same = fold(given) == fold(line.cells.get("old", "")) if given is not None else old == row[column.id]
    if not same:
        told = given if given is not None else row[column.id]
        values = {"old": line.cells.get("old", ""), "now": "" if told is None else str(told), "unit": id_}
        report.append(Diagnostic("correction_stale", line.at("old"), values))
        return False
    value = pl.lit(new, dtype=table.schema[column.id])
    tables[kind] = table.with_columns(pl.when(pl.col("id") == id_).then(value).otherwise(column.id).alias(column.id))
    problems[kind] = [replace(item, cells=item.cells.filter(~at)) if item in wrong else item for item in problems[kind]]
    return True


_WRONG = object()
"""In the place of a value that cannot be read."""


def _value(column: Column, line: Line, name: str, report: list[Diagnostic]) -> Any:  # noqa: ANN401
    """What a cell says of a fact; `_WRONG` where that cannot be read."""
    text = line.cells.get(name)
    frame = pl.DataFrame({column.id: [text]}, schema={column.id: pl.String})
    _, values, refused = next(iter(cells.read(frame, [column])))
    if not refused:
        return values[0]
    if name == "new":  # what was received may well be unreadable: that is why it is corrected
        told = frame.rename({column.id: "given"}).with_columns(_file=pl.lit(""), _row=pl.lit(1))
        where = _At(line)
        for code in refused:
            report += cell_problem(code, column, told).listed({"": where})  # type: ignore[dict-item]
    return _WRONG


class _At:
    """In the place of a table: the cell of a line."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def place(self, _row: int | None, _column: str | None) -> object:
        return self._line.at("new")
