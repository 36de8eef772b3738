"""Units that move each other: those beside which a rulebook gives a unit its place or seat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from engine import kin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.kin import Ids, Scan
    from engine.programme.rules import Rules
    from engine.schema import Table


def with_neighbours(units: Ids, books: Iterable[Rules], schema: Mapping[str, Table], scan: Scan) -> Ids:
    """Units with everything that their ratings read: what stands below them, and who moves them.

    Where all groups of a rulebook are of units above, those groups; else every unit of its kind.

    Args:
        units: the ids of the units, by kind.
        books: the rulebooks that rate them, and those that these read.
        schema: the tables of the kinds that there are.
        scan: gives the facts of a kind.
    """
    books = [book for book in books if book.grouped]
    roots = dict(units)
    while True:
        found = kin.below(roots, schema, scan)
        further: dict[str, pl.Series] = {}
        for book in books:
            if book.kind not in found:
                continue
            kind, above = _widest_group(book, schema), _above(book.kind, schema)
            is_refused = scan(book.kind).select(pl.col("_refused").any()).collect().item()
            if kind is None or is_refused:  # of a refused unit it may not be known where it stands
                more = {name: scan(name).select("id").collect()["id"] for name in (book.kind, *above)}
            else:
                upper = kin.above({book.kind: found[book.kind]}, schema, scan)
                more = {name: upper[name] for name in above[: above.index(kind) + 1] if name in upper}
            for name, ids in more.items():
                further[name] = pl.concat([further.get(name, ids.clear()), ids]).unique()
        fresh = {
            kind: ids
            for kind, ids in further.items()
            if kind not in roots or not ids.is_in(roots[kind].implode()).all()
        }
        if not fresh:
            return found
        for kind, ids in fresh.items():
            roots[kind] = pl.concat([roots.get(kind, ids.clear()).alias("id"), ids.alias("id")]).unique()


def _above(kind: str, schema: Mapping[str, Table]) -> list[str]:
    """The kinds above one, nearest first, as far as there are tables."""
    found: list[str] = []
    upper = schema[kind].parent
    while upper in schema:
        found.append(str(upper))
        upper = schema[str(upper)].parent
    return found


def _widest_group(book: Rules, schema: Mapping[str, Table]) -> str | None:
    """The highest kind among whose units all places and seats of a rulebook are; None where some are among others."""
    within = {item.said.within for item in book.settlements} | {node.within for node in book.ranks.values()}
    above = _above(book.kind, schema)
    return max(within, key=above.index) if within <= set(above) else None  # type: ignore[arg-type]
