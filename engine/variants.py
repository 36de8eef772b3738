"""Units as they would be with other facts, rated side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from engine.facts.cells import dtype
from engine.kin import LOST, links
from engine.programme import tables as tables_of
from engine.rating import rate
from engine.rating.needed import only_needed
from engine.scoring import WORLD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.facts import Facts
    from engine.programme import Programme
    from engine.programme.rules import Rules
    from engine.schema import Table

Variant: TypeAlias = "tuple[str, Mapping[str, object]]"
"""The id of a unit, and its facts that differ."""
_NUMBER = "variant"
_MARK = "\x1f"
"""Between the id of a unit and the number of its variant; no id that was read holds it."""
_ROWS_MAX = 2_000_000
"""So many rows are rated at once where each variant needs a copy of everything."""


def rate_variants(
    programmes: Sequence[Programme],
    facts: Facts,
    *,
    year: int,
    rulebook: str,
    variants: Sequence[Variant],
    final: bool = False,
) -> pl.DataFrame:
    """Rate units as they would be with other facts.

    Each variant stands alone: it has its own copy of everything below its unit, which is as in `facts`. Where units
    move each other it has its own copy of all of them.

    Args:
        programmes: what to rate by.
        facts: what was reported, at least of the units and of what their ratings read (`engine.neighbours`).
        year: the year.
        rulebook: the rulebook to rate by.
        variants: for each, the id of a unit of the rulebook's kind and the facts that differ, in the types of their
            columns (None: a gap).
        final: close the evidence.

    Returns:
        The ratings of the rulebook, one row for each variant in their order (docs/architecture.md lists the columns;
        `id` is that of the unit), with `variant`, its number, and `refused`: a check that refuses data fails.
    """
    programme, book = next((item, book) for item in programmes for book in item.rulebooks if book.id == rulebook)
    reduced = only_needed(programme, [rulebook])
    if any(item.grouped for item in reduced.rulebooks) and len(variants) > (fit := _fitting(facts)):
        rated = [
            rate_variants(
                programmes, facts, year=year, rulebook=rulebook, variants=variants[start : start + fit], final=final
            )
            for start in range(0, len(variants), fit)
        ]
        return pl.concat(rated).with_columns(_numbers(variants))
    refusing = [f"check:{item.id}" for item in book.checks if item.said.severity == "refuse"]
    schema = {name: table for name, table in tables_of(programmes).items() if name in facts.tables}
    is_alone = not any(item.grouped for item in reduced.rulebooks)
    tables = (_copies if is_alone else _worlds)(facts, schema, book.kind, variants)
    rating = rate(
        _unrefused(reduced), replace(facts, tables=tables, rulings=()), year=year, final=final, measures=bool(refusing)
    ).books[rulebook]
    fails = rating.measures.select(pl.any_horizontal(~pl.col(refusing))) if refusing else None
    parts = pl.col("id").str.split_exact(_MARK, 1).struct
    rated_ = rating.ratings.select(
        parts.field("field_1").cast(pl.UInt32).alias(_NUMBER),
        parts.field("field_0").alias("id"),
        pl.exclude("id"),
        refused=pl.lit(value=False) if fails is None else fails.to_series(),
    )
    asked = pl.DataFrame([pl.Series("id", [id_ for id_, _ in variants], pl.String), _numbers(variants)])
    return rated_.join(asked, on=[_NUMBER, "id"], how="semi").sort(_NUMBER)


def _numbers(variants: Sequence[Variant]) -> pl.Series:
    return pl.Series(_NUMBER, range(len(variants)), pl.UInt32)


def _fitting(facts: Facts) -> int:
    """How many variants are rated at once where each needs a copy of everything."""
    return max(1, _ROWS_MAX // max(1, sum(table.height for table in facts.tables.values())))


def _worlds(
    facts: Facts, schema: Mapping[str, Table], kind: str, variants: Sequence[Variant]
) -> dict[str, pl.DataFrame]:
    """Tables with a copy of everything for each variant."""
    tables = {}
    for name, table in facts.tables.items():
        rows = _numbers(variants).to_frame().join(table, how="cross")
        for column, of in links(name, schema) if name in schema else ():
            is_there = pl.col(column).is_in(facts.tables[of]["id"].implode())
            rows = rows.with_columns(pl.when(is_there).then(_marked(column)).otherwise(column).alias(column))
        if name == kind:
            rows = rows.with_columns(_changed(schema[kind], variants, unit=True))
        world = pl.col(_NUMBER).cast(pl.String)
        rows = rows.with_columns(id=_marked("id")).select(*table.columns, world.alias(WORLD))
        tables[name] = rows.sort("id")
    return tables


def _unrefused(programme: Programme) -> Programme:
    """A programme whose checks tell, and refuse nothing."""

    def told(book: Rules) -> Rules:
        checks = (replace(item, said=item.said.model_copy(update={"severity": "warn"})) for item in book.checks)
        return replace(book, checks=tuple(checks))

    return replace(programme, rulebooks=tuple(map(told, programme.rulebooks)))


def _copies(
    facts: Facts, schema: Mapping[str, Table], kind: str, variants: Sequence[Variant]
) -> dict[str, pl.DataFrame]:
    """Tables with a copy of each variant's unit and of everything below it; rows that may stand anywhere stay."""
    copied = _closure(facts, schema, kind, variants)
    tables = {}
    for name, table in facts.tables.items():
        rows = table.filter(LOST) if name != kind and name in schema else table.clear()
        if name in copied:
            own = table.join(copied[name], on="id", maintain_order="right")
            for column, of in links(name, schema):
                if of in copied:
                    names = copied[of].select(pl.col("id").alias(column), _NUMBER, _inside=pl.lit(value=True))
                    own = own.join(names, on=[column, _NUMBER], how="left", maintain_order="left")
                    own = own.with_columns(pl.when("_inside").then(_marked(column)).otherwise(column).alias(column))
                    own = own.drop("_inside")
            if name == kind:
                own = own.with_columns(_changed(schema[kind], variants))
            own = own.with_columns(id=_marked("id")).select(table.columns)
            rows = pl.concat([rows.filter(~pl.col("id").is_in(copied[name]["id"].implode())), own])
        tables[name] = rows.sort("id")
    return tables


def _closure(
    facts: Facts, schema: Mapping[str, Table], kind: str, variants: Sequence[Variant]
) -> dict[str, pl.DataFrame]:
    """The units that each variant has a copy of, by kind: `id` and the number of the variant."""
    numbers = pl.Series(_NUMBER, range(len(variants)), pl.UInt32)
    found = {kind: pl.DataFrame([pl.Series("id", [id_ for id_, _ in variants], pl.String), numbers])}
    waiting = [kind]
    while waiting:
        upper = waiting.pop(0)
        for lower in schema:
            for column, of in links(lower, schema):
                if of == upper:
                    owners = found[upper].rename({"id": column})
                    new = facts.tables[lower].join(owners, on=column).select("id", _NUMBER)
                    known = found.get(lower, new.clear())
                    both = pl.concat([known, new]).unique()
                    if both.height > known.height:
                        found[lower] = both
                        waiting.append(lower)
    return {name: frame.sort(_NUMBER, "id") for name, frame in found.items()}


def _marked(column: str) -> pl.Expr:
    return pl.concat_str(pl.col(column), pl.lit(_MARK), pl.col(_NUMBER).cast(pl.String))


def _changed(table: Table, variants: Sequence[Variant], *, unit: bool = False) -> list[pl.Expr]:
    """The facts that some variant has otherwise; `unit`: others stand beside its unit, and keep theirs."""
    units = pl.Series([id_ for id_, _ in variants], dtype=pl.String)
    own = pl.col("id") == pl.col(_NUMBER).replace_strict(_numbers(variants), units) if unit else pl.lit(value=True)
    columns = []
    for id_ in dict.fromkeys(id_ for _, changes in variants for id_ in changes):
        given = {number: changes[id_] for number, (_, changes) in enumerate(variants) if id_ in changes}
        type_ = dtype(table.columns[id_])
        numbers, values = pl.Series(given.keys(), dtype=pl.UInt32), pl.Series(given.values(), dtype=type_)
        replaced = pl.col(_NUMBER).replace_strict(numbers, values, default=pl.col(id_), return_dtype=type_)
        columns.append(pl.when(own).then(replaced).otherwise(id_).alias(id_))
    return columns
