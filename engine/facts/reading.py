"""From a table as received to the facts of its units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from engine.diagnostic import Diagnostic, InvalidFactsError
from engine.facts import cells, headers
from engine.facts.model import Origin
from engine.facts.problems import Problem, named
from engine.schema import NOT_ENTERED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.facts.raw import RawTable
    from engine.schema import Column, Table

IDENTITY = ("id", "name", "parent")
CHOOSING = frozenset({"cell_not_choice", "cell_not_grade"})


@dataclass(frozen=True, slots=True)
class Part:
    """One received table of a kind: where it came from, its rows, and the cells of them that were refused."""

    origin: Origin
    frame: pl.DataFrame
    problems: list[Problem]


def read_table(
    raw: RawTable, schema: Mapping[str, Table], *, parent_needed: bool, report: list[Diagnostic]
) -> Part | None:
    """Read a table.

    Args:
        raw: the table as received.
        schema: what each kind's table may hold.
        parent_needed: there is a table of the units above.
        report: gets what is wrong with the table as a whole.

    Returns:
        Its rows; None when there is no saying which units they are about.
    """
    table = schema[raw.kind]
    found, problems = headers.match(raw, table, schema, parent_needed=parent_needed)
    report += problems
    if "id" not in found and not table.record:
        return None
    nameless = [position for position, text in enumerate(raw.header) if not text.strip()]
    try:
        received = raw.load(sorted({*found.values(), *nameless}))
    except InvalidFactsError as error:
        report += error.diagnostics
        return None
    origin = Origin(
        raw.kind, raw.file, raw.sheet, raw.path, {column: raw.names[position] for column, position in found.items()}
    )
    received = _filled_rows(received.with_row_index("_row", raw.first_row))
    for position in nameless:
        filled = received.filter(_filled(received[str(position)]))
        if filled.height:
            place = raw.header_place(position)
            report.append(Diagnostic("column_without_header", place, {"row": filled["_row"][0]}))
    if received.is_empty():
        report.append(Diagnostic("table_empty", raw.header_place()))
        return None
    try:
        part = _rows(received, origin, table, found)
    except pl.exceptions.PanicException:
        report.append(Diagnostic("file_damaged", raw.header_place()))
        return None
    if raw.ragged:
        lengths = pl.DataFrame(raw.ragged, schema={"_row": pl.UInt32, "count": pl.Int64}, orient="row")
        rows = part.frame.select("_file", "_row").join(lengths, on="_row")
        part.problems.append(Problem("row_ragged", None, rows, {"expected": len(raw.header)}))
    return part


def _filled(column: pl.Series) -> pl.Series:
    """Which cells hold anything but spaces."""
    return column.str.strip_chars() != "" if column.dtype == pl.String else column.is_not_null()


def _filled_rows(received: pl.DataFrame) -> pl.DataFrame:
    """The rows in which some cell is filled."""
    columns = [column for column in received if column.name != "_row"]
    empty = pl.Series([True]).new_from_index(0, received.height)
    for column in columns:
        empty &= ~_filled(column).fill_null(value=False)
        if not empty.any():
            return received
    return received.filter(~empty)


def _rows(received: pl.DataFrame, origin: Origin, table: Table, found: Mapping[str, int]) -> Part:
    """The typed rows of a table."""
    where = received.select(pl.lit(origin.label, dtype=pl.Categorical).alias("_file"), "_row")
    given = received.select(pl.col(str(position)).alias(column) for column, position in found.items())
    types = dict.fromkeys(IDENTITY, pl.String) | {fact.id: cells.dtype(fact) for fact in table.columns.values()}
    columns = {column: cells.as_text(given[column]) for column in IDENTITY if column in found}
    problems: list[Problem] = []
    for fact, values, refused in cells.read(given, [fact for fact in table.columns.values() if fact.id in found]):
        for code, mask in refused.items():
            text = cells.as_text(given[fact.id].filter(mask)).alias("given")
            problems.append(cell_problem(code, fact, where.filter(mask).with_columns(text)))
        columns[fact.id], blank = _blanks_meant(values, fact, refused)
        if blank is not None:
            problems.append(Problem("cell_required", fact.id, where.filter(blank), named(fact)))
    frame = where.select(columns.get(name, pl.lit(None, dtype).alias(name)) for name, dtype in types.items())
    if table.record:
        # A record without an id is called by its place: the same in every reading of the file.
        place = pl.concat_str(pl.lit(f"{origin.label}:"), where["_row"].cast(pl.String))
        frame = frame.with_columns(pl.col("id").fill_null(place))
    return Part(origin, frame.hstack(where), problems)


def _blanks_meant(values: pl.Series, fact: Column, refused: cells.Masks) -> tuple[pl.Series, pl.Series | None]:
    """The values with empty cells as what they stand for; and which cells are empty that must not be."""
    if not values.null_count() or not (fact.required or fact.blank not in {None, NOT_ENTERED}):
        return values, None
    empty = values.is_null()
    for mask in refused.values():
        empty &= ~mask
    if fact.required:
        return values, empty if empty.any() else None
    blank = pl.lit(fact.blank).cast(pl.Int32) if fact.type == "date" else pl.lit(fact.blank)
    return pl.select(pl.when(empty).then(blank.cast(values.dtype)).otherwise(values).alias(fact.id)).to_series(), None


def cell_problem(code: str, fact: Column, found: pl.DataFrame) -> Problem:
    """Cells of a fact that cannot be read."""
    values, names = named(fact), []
    if code in CHOOSING and fact.choices is not None:
        labels = fact.choices.values()
        names = [*fact.choices, *(label["zh"] for label in labels), *(label["en"] for label in labels)]
        values |= {
            "choices_zh": "、".join(label["zh"] for label in labels),
            "choices_en": ", ".join(label["en"] for label in labels),
        }
    return Problem(code, fact.id, found, values, names, together=code == "cell_percent_or_share")
