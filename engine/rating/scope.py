"""Who is rated at all: units that a rulebook or a ruling exempts are left out, before anything else is done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from engine.expression.columns import compile_truth
from engine.expression.library import framed, unframed
from engine.expression.syntax import Either
from engine.rating.frames import constants_in_force, environment_of, working_frame
from engine.scoring import Layers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.facts import Facts, Ruling
    from engine.programme import Programme
    from engine.programme.rules import Rules

ADVISORY = "advisory"
"""The column that tells who is rated beside the others; of rulebooks that have such a rule."""
SCHEMA = {"rulebook": pl.String, "rule": pl.String, "ruling": pl.String}
"""What an exempt unit's row has before its facts: by what it is exempt."""


def without_exempt(
    programmes: Sequence[Programme], facts: Facts, rulings: Mapping[str, Iterable[Ruling]], year: int
) -> tuple[Facts, dict[str, pl.DataFrame]]:
    """Set exempt units aside.

    A unit of which it is unknown whether it is exempt is rated: to be left out needs a reason.

    Args:
        programmes: whose rulebooks say who is exempt.
        facts: what was reported.
        rulings: those on exemption, by the rulebook that allows them.
        year: the year rated.

    Returns:
        The facts of the others, and by kind those of the exempt units, with what exempts them.
    """
    tables = dict(facts.tables)
    exempt: dict[str, pl.DataFrame] = {}
    for programme in programmes:
        constants = constants_in_force(programme, year) if any(_rules(book) for book in programme.rulebooks) else {}
        for book in programme.rulebooks:
            own = tuple(rulings.get(book.id, ()))
            if book.kind not in tables or not (own or _rules(book)):
                continue
            table = tables[book.kind]
            by = _exempt_by(book, table, constants).join(_ruled(own), on="id", how="left", maintain_order="left")
            by = by.with_columns(rulebook=pl.lit(book.id))
            found = by.filter(pl.col("rule").is_not_null() | pl.col("ruling").is_not_null())
            if found.height:
                aside = found.select("id", *SCHEMA).join(table, on="id", how="inner", maintain_order="left")
                exempt[book.kind] = pl.concat([exempt[book.kind], aside]) if book.kind in exempt else aside
                tables[book.kind] = table.join(found, on="id", how="anti", maintain_order="left")
    return replace(facts, tables=tables), {kind: table.sort("id") for kind, table in exempt.items()}


def advisory(book: Rules) -> Node | None:
    """The condition under which a unit is rated beside the others; None where there is no such rule."""
    whens = [item.when for item in book.scope if item.said.outcome == ADVISORY]
    if not whens:
        return None
    return whens[0] if len(whens) == 1 else Either(0, 0, tuple(whens))


def _rules(book: Rules) -> bool:
    return any(item.said.outcome == "exempt" for item in book.scope)


def _exempt_by(book: Rules, table: pl.DataFrame, constants: Mapping[tuple[str, str], Node]) -> pl.DataFrame:
    """The ids, and the first rule that exempts each unit for certain."""
    layers = Layers(framed(working_frame(table, {})), environment_of(table, constants))
    rule = pl.lit(None, pl.String)
    for item in reversed(book.scope):
        if item.said.outcome == "exempt":
            layers.hold([item.when])
            holds = compile_truth(item.when, layers.environment).column.fill_null(False)  # noqa: FBT003
            layers.frame = layers.frame.with_columns(**{f"scope:{item.id}": holds})
            rule = pl.when(pl.col(f"scope:{item.id}")).then(pl.lit(item.id)).otherwise(rule)
    return unframed(layers.frame).select("id", rule=rule).collect()


def _ruled(rulings: Iterable[Ruling]) -> pl.DataFrame:
    rows = [(item.id, item.place) for item in rulings]
    return pl.DataFrame(rows, schema={"id": pl.String, "ruling": pl.String}, orient="row")
