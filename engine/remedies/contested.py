"""Seats in a plan: as long as the others stay as they are, who is before the last of them has one.

A plan must bring a unit before the last who has a seat by the first key. That is more than it may need, where keys that
follow decide; so it is never called impossible, and whether it is enough is found out by rating.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import isinf
from typing import TYPE_CHECKING

import polars as pl

from engine.expression import syntax
from engine.policy import Adjustment, Atom, Not

if TYPE_CHECKING:
    from engine.archive import Run
    from engine.programme.rules import Rules, Settlement


def in_the_way(book: Rules, grade: int) -> list[Settlement]:
    """The settlements that may keep a unit from a grade (an index, best first)."""
    return [item for item in book.settlements if item.grade <= grade < item.surplus]


def contested(run: Run, book: Rules, unit: str, grade: int) -> Rules | None:
    """A rulebook whose policy gives a grade only to who is before the last who has a seat; None where nobody can be.

    Args:
        run: the run.
        book: the rulebook.
        unit: the id of the unit, which stands aside.
        grade: the grade to be reached.
    """
    for item in in_the_way(book, grade):
        line = _line(run, book, item, unit)
        if line is None:
            continue
        if isinf(line):
            return None
        key = item.keys[0]
        limit: syntax.Node = syntax.Number(0, 0, abs(Fraction(repr(line))))
        limit = syntax.Negative(0, 0, limit) if line < 0 else limit
        ahead = syntax.Comparison(0, 0, (">" if key.most else "<",), (key.value, limit))
        limits = tuple(max(place, item.surplus) if place <= item.grade else place for place in range(len(book.grades)))
        seat = Adjustment(f"seat {item.id}", Not(Atom(len(book.atoms))), limits)
        policy = replace(
            book.policy,
            atoms=(*book.policy.atoms, f"seat {item.id}"),
            adjustments=(*book.policy.adjustments, seat),
        )
        book = replace(book, atoms=(*book.atoms, ahead), policy=policy)
    return book


def _line(run: Run, book: Rules, item: Settlement, unit: str) -> float | None:
    """The first key of the last of the others who has a seat; None where there are seats for all."""
    table = run.selection(book.id, item.id).collect()
    own = table.filter(pl.col("id") == unit)["group"]
    group = own.first() if own.len() else _group(run, book, item, unit)
    others = table.filter((pl.col("id") != unit) & pl.col("group").eq_missing(pl.lit(group, pl.String)))
    everybody = table.filter(pl.col("group").eq_missing(pl.lit(group, pl.String)))
    if everybody.is_empty():
        return None
    seats = int(everybody["seats"][0])
    if others.height < seats:
        return None
    most = item.keys[0].most
    if seats == 0:
        return float("inf") if most else float("-inf")
    best = pl.coalesce("key_1_high", "key_1") if most else pl.col("key_1")
    return float(others.select(best.alias("best")).sort("best", descending=most)["best"][seats - 1])


def _group(run: Run, book: Rules, item: Settlement, unit: str) -> str | None:
    """The unit above among whose units a unit competes."""
    if item.said.within is None:
        return ""
    parents = {programme["id"]: programme["parents"] for programme in run.rules["programmes"]}[book.programme]
    kind, id_ = book.kind, unit
    while kind != item.said.within:
        above = run.facts(kind).filter(pl.col("id") == id_).select("parent").collect()["parent"]
        kind = parents[kind]
        if above.is_empty() or above[0] is None:
            return None
        id_ = above[0]
    return id_
