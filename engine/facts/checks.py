"""What must hold between cells: ids used once, parents that exist, values within their bounds."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING

import polars as pl

from engine.facts.cells import CONTROL, ERROR_VALUE, EXPONENT
from engine.facts.problems import Problem, named
from engine.facts.raw import LONGEST_TEXT
from engine.schema import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.schema import Column, Table

MOST_NAMES = 5_000
"""Among how many ids and names a likely one is looked for."""
INVISIBLE = r"[\p{Cc}\p{Cf}]"
SYNTHETIC = "?"
"""How the id of a refused row without one begins; no other id may."""
WRONG = {
    "id": {"cell_error_value": ERROR_VALUE, "id_lost_digits": EXPONENT, "id_unusable": rf"{INVISIBLE}|^\{SYNTHETIC}"},
    "name": {"cell_error_value": ERROR_VALUE, "cell_control_character": CONTROL},
}
"""What no id and no name may be."""


def identities(frame: pl.DataFrame) -> Iterator[Problem]:
    """Ids that are missing, that a spreadsheet spoilt or that nobody can see, and such names."""
    suspicious = frame.select(
        pl.col(column).str.contains("|".join(wrong.values())).any() for column, wrong in WRONG.items()
    ).row(0, named=True)
    for column, wrong in WRONG.items():
        texts = frame[column]
        masks = {"cell_too_long": texts.str.len_bytes() > LONGEST_TEXT}
        if column == "id":
            masks["id_empty"] = texts.is_null()
        if suspicious[column]:
            masks |= {code: texts.str.contains(pattern) for code, pattern in wrong.items()}
        for code, mask in masks.items():
            if mask.any():
                yield Problem(code, column, frame.filter(mask).select("_file", "_row", given=column))


def duplicates(frame: pl.DataFrame) -> Iterator[Problem]:
    """Ids that stand in several rows of a table in order of id: each later row points to the first."""
    same = frame["id"] == frame["id"].shift()
    if not same.any():
        return
    rows = frame.filter(same | same.shift(-1)).select(
        "_file",
        "_row",
        pl.col("id").alias("given"),
        *(pl.col(column).first().over("id").alias(f"_other{column}") for column in ("_file", "_row")),
        *(pl.col(column).get(1).over("id").alias(f"_second{column}") for column in ("_file", "_row")),
    )
    first = (pl.col("_file") == pl.col("_other_file")) & (pl.col("_row") == pl.col("_other_row"))
    yield Problem("id_duplicate", "id", rows.filter(~first), other="id")
    second = rows.filter(first).with_columns(_other_file="_second_file", _other_row="_second_row")
    yield Problem("id_duplicate", "id", second, other="id", echo=True)


def parents(frame: pl.DataFrame, above: pl.DataFrame, kind: Table) -> tuple[pl.DataFrame, list[Problem]]:
    """Find the unit above each unit, named by its id or by a name that no other unit there has.

    Args:
        frame: the units.
        above: the units above them.
        kind: what these are.

    Returns:
        The table with ids in `parent` wherever the parent was found, and the rows where it was not.
    """
    found, named = _found(frame, "parent", above)
    shown = {"kind": kind.kind, "zh": kind.label["zh"], "en": kind.label["en"]}
    empty = Problem("parent_empty", "parent", named.filter(pl.col("given").is_null()).select("_file", "_row"), shown)
    problems = [empty, *_not_found("parent", "parent", named, above, shown)]
    return found, [problem for problem in problems if problem.cells.height]


def references(
    frame: pl.DataFrame, fact: Column, others: pl.DataFrame, kind: Table
) -> tuple[pl.DataFrame, list[Problem]]:
    """Find the unit that each unit refers to, as `parents` does; a gap refers to none yet.

    Args:
        frame: the units.
        fact: the fact that refers.
        others: the units that it refers to.
        kind: what these are.
    """
    found, named = _found(frame, fact.id, others)
    shown = {"kind": kind.kind, "zh": kind.label["zh"], "en": kind.label["en"]}
    shown |= {"fact": fact.id, "other_zh": fact.label["zh"], "other_en": fact.label["en"]}
    problems = _not_found("reference", fact.id, named, others, shown)
    return found, [problem for problem in problems if problem.cells.height]


def _found(frame: pl.DataFrame, column: str, others: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table with ids wherever a column names one unit; and the rows where it holds no id, with whom they name."""
    lost = frame.filter(~pl.col(column).is_in(others["id"].implode()).fill_null(value=False))
    names = others.group_by(_folded("name").alias("_name")).agg(pl.col("id").sort())
    given = lost.select("_file", "_row", given=column, _name=_folded(column))
    given = given.join(names, on="_name", how="left").with_columns(pl.col("id").list.len().alias("_found"))
    known = given.filter(pl.col("_found") == 1).unique("given")
    if known.height:
        ids = known["id"].list.first()
        frame = frame.with_columns(pl.col(column).replace(known["given"], ids))
    return frame, given


def _not_found(
    code: str, column: str, named: pl.DataFrame, others: pl.DataFrame, shown: dict[str, str]
) -> list[Problem]:
    """The rows that name a unit that there is not, or several."""
    unknown = named.filter(pl.col("_found").is_null() & pl.col("given").is_not_null())
    unclear = named.filter(pl.col("_found") > 1).with_columns(ids=pl.col("id").list.head(5).list.join("`, `"))
    meant = sorted({*others["id"].head(MOST_NAMES), *others["name"].head(MOST_NAMES)}) if unknown.height else ()
    return [
        Problem(f"{code}_unknown", column, unknown.select("_file", "_row", "given"), shown, meant),
        Problem(f"{code}_ambiguous", column, unclear.select("_file", "_row", "given", "ids"), shown),
    ]


def _folded(column: str) -> pl.Expr:
    """Names without what may differ between hands: width, case, spaces."""
    return pl.col(column).str.normalize("NFKC").str.replace_all(r"\s+", "").str.to_lowercase()


def bounds(frame: pl.DataFrame, table: Table) -> Iterator[Problem]:
    """Values beyond the bounds of their fact; a gap bounds nothing."""
    checks = [
        (column, bound, code, value < _bound(bound, table) if code == "below" else value > _bound(bound, table))
        for column in table.columns.values()
        if column.type in NUMERIC | {"date"}
        for value in [_number(column)]
        for code, bound in (("below", column.low), ("above", column.high))
        if isinstance(bound, str) or not isinf(bound)
    ]
    beyond = (
        frame.select(mask.any().alias(str(number)) for number, (*_, mask) in enumerate(checks)).row(0) if checks else ()
    )
    for (column, bound, code, mask), wrong in zip(checks, beyond, strict=True):
        if not wrong:
            continue
        other = bound if isinstance(bound, str) else None
        limit = pl.col(bound) if isinstance(bound, str) else _stored(bound, column)
        cells = frame.filter(mask).select("_file", "_row", pl.col(column.id).alias("given"), limit.alias("bound"))
        values = named(column)
        if other:
            values |= {f"other_{key}": value for key, value in named(table.columns[other]).items()}
        ending = "fact" if other else "bound"
        yield Problem(f"cell_{code}_{ending}", column.id, cells, values, other=other, type=column.type)
    yield from _off_step(frame, table)


def _off_step(frame: pl.DataFrame, table: Table) -> Iterator[Problem]:
    """Numbers that are no whole number of their steps."""
    for column in table.columns.values():
        if column.step is None or column.id not in frame.columns:
            continue
        steps = pl.col(column.id) / column.step
        wrong = frame.filter((steps - steps.round()).abs() > _OFF)
        if wrong.height:
            cells = wrong.select("_file", "_row", pl.col(column.id).alias("given"))
            values = {**named(column), "step": f"{column.step:g}"}
            yield Problem("cell_off_step", column.id, cells, values, type=column.type)


_OFF = 1e-9


def _number(column: Column) -> pl.Expr:
    """A fact as a number: a date as days since 1970."""
    return pl.col(column.id).cast(pl.Int32) if column.type == "date" else pl.col(column.id)


def _bound(bound: float | str, table: Table) -> pl.Expr:
    return _number(table.columns[bound]) if isinstance(bound, str) else pl.lit(float(bound))


def _stored(bound: float, column: Column) -> pl.Expr:
    return pl.lit(int(bound)).cast(pl.Date) if column.type == "date" else pl.lit(float(bound))
