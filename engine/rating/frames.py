"""How tables of facts are read while rating: their columns, what is known about them, and the constants of the year."""

from __future__ import annotations

from fractions import Fraction
from itertools import takewhile
from typing import TYPE_CHECKING

import polars as pl

from engine import scoring
from engine.diagnostic import Diagnostic, InvalidRulesError, Place
from engine.expression.columns import Environment, Range, Truth
from engine.expression.library import POLARS
from engine.expression.syntax import Number
from engine.expression.typed import YEAR
from engine.programme.ordering import above

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.expression.syntax import Node
    from engine.programme import Programme
    from engine.programme.rules import Rules


def constants_in_force(programme: Programme, year: int) -> dict[tuple[str, str], Node]:
    """The value of every parameter in a year, and the year itself.

    Raises:
        InvalidRulesError: a parameter starts later.
    """
    constants: dict[tuple[str, str], Node] = {(YEAR.rulebook, YEAR.id): Number(0, 0, Fraction(year))}
    problems = []
    for book in programme.rulebooks:
        found = {id_: parameter.in_force(year) for id_, parameter in book.parameters.items()}
        constants |= {(book.id, id_): value[1] for id_, value in found.items() if value}
        later = [id_ for id_, value in found.items() if value is None]
        if later:
            first = max(min(book.parameters[id_].values) for id_ in later)
            values = {"names": ", ".join(later), "count": len(later), "year": year, "first": first}
            problems.append(Diagnostic("parameter_before_first_year", Place(book.file), values))
    if problems:
        raise InvalidRulesError(problems)
    return constants


def tables_above(
    kind: str, parents: Mapping[str, str | None], tables: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """The tables of the kinds above one, nearest first, as far as there are any."""
    return {upper: tables[upper] for upper in takewhile(tables.__contains__, above(kind, parents))}


def kinds_with_strays(parents: Mapping[str, str | None], tables: Mapping[str, pl.DataFrame]) -> set[str]:
    """The kinds some of whose units may stand under any unit above, or stand under one that may."""
    lost = {
        kind
        for kind, table in tables.items()
        if parents.get(kind) in tables and (table["_refused"] & table["parent"].is_null()).any()
    }
    return {kind for kind in tables if kind in parents and lost & {kind, *above(kind, parents)}}


def working_frame(table: pl.DataFrame, upper: Mapping[str, pl.DataFrame]) -> pl.LazyFrame:
    """A table of facts as scoring reads it: dates as numbers of days, and the ancestor of each kind in `^kind`.

    Args:
        table: the facts of a kind.
        upper: the tables of the kinds above it, nearest first.
    """
    dates = [name for name, type_ in table.schema.items() if type_ == pl.Date]
    frame = table.lazy().with_columns(pl.col(dates).cast(pl.Int32)) if dates else table.lazy()
    step = "parent"
    for kind, of_kind in upper.items():
        frame = frame.with_columns(pl.col(step).alias(f"^{kind}"))
        if "parent" not in of_kind.columns:
            break
        parents = of_kind.lazy().select(pl.col("id"), pl.col("parent").alias("^"))
        frame = frame.join(parents, left_on=f"^{kind}", right_on="id", how="left", maintain_order="left")
        step = f"^^{kind}"
        frame = frame.rename({"^": step})
    return frame


def with_groups(book: Rules, frame: pl.LazyFrame, tables: Mapping[str, pl.DataFrame]) -> pl.LazyFrame:
    """A working frame with the unit above of each kind within which a rulebook ranks its units or gives seats."""
    asked = [item.said.within for item in book.settlements] + [node.within for node in book.ranks.values()]
    there = frame.collect_schema().names()
    columns = {}
    for kind in dict.fromkeys(filter(None, asked)):
        name = scoring.group_column(kind)
        if kind in tables and f"^{kind}" in there and name not in there:
            # The row of a unit that was refused may name a unit above that there is not.
            columns[name] = pl.col(f"^{kind}").cast(pl.Enum(tables[kind]["id"]), strict=False)
    return frame.with_columns(**columns)


def environment_of(table: pl.DataFrame, constants: Mapping[tuple[str, str], Node]) -> Environment:
    """How a table is read; it may tell ranges of facts, and of parts of expressions (docs/architecture.md)."""
    nulls = table.null_count().row(0, named=True)
    ranged = frozenset(name for name in table.columns if f"{name}:high" in nulls)
    parts = [name for name in table.columns if name.startswith(scoring.HELD) and not name.endswith(":high")]
    held = {
        name[len(scoring.HELD) :]: Range(POLARS.col(name), POLARS.col(f"{name}:high"))
        if name in ranged
        else Truth(POLARS.col(name))
        for name in parts
    }
    return Environment(
        constants,
        lambda id_: nulls.get(id_, 1) > 0,
        refused=bool(table["_refused"].any()),
        held=held,
        ranged=ranged,
    )
