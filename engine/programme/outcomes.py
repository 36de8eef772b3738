"""What a rulebook has found by the time that something of it is asked, as leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.expression.typed import BOOLEAN, NUMBER, WHOLE, OutcomeLeaf, Type

if TYPE_CHECKING:
    from engine.rulebook import Rulebook

Outcomes = dict[str, OutcomeLeaf]


def measured(book: Rulebook) -> Outcomes:
    """Scores and goods: what the policy proposes by."""
    counts = {name: OutcomeLeaf(0, 0, WHOLE, name) for name in ("goods_met", "goods_count")}
    scores = {name: OutcomeLeaf(0, 0, NUMBER, name) for name in ("score", "score_max")}
    goods = {f"good.{id_}": OutcomeLeaf(0, 0, BOOLEAN, "good", id_) for id_ in book.goods}
    return {**counts, **scores, **goods}


def proposed(book: Rulebook) -> Outcomes:
    """And the grade proposed: what the policy adjusts by."""
    return {**measured(book), "proposed": _grade(book, "proposed")}


def decided(book: Rulebook) -> Outcomes:
    """And the grade, where there is one: what titles are won by."""
    return {**measured(book), **({"grade": _grade(book, "grade")} if book.rated else {})}


def titled(book: Rulebook) -> Outcomes:
    """And the titles: what units are selected by."""
    return {**decided(book), **{f"title.{id_}": OutcomeLeaf(0, 0, BOOLEAN, "title", id_) for id_ in book.titles}}


def _grade(book: Rulebook, part: str) -> OutcomeLeaf:
    return OutcomeLeaf(0, 0, Type("grade", choices=tuple(book.grades), ordered=True), part)
