"""The part of a programme that rates by some of its rulebooks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine import scoring
from engine.expression import typed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.programme import Programme
    from engine.programme.rules import Rules


def rulebooks_read(book: Rules) -> frozenset[str]:
    """The other rulebooks of whose results, measures or parameters a rulebook makes use."""
    found = {
        leaf.rulebook
        for node in scoring.aggregates(book).values()
        for leaf in typed.leaves(node)
        if isinstance(leaf, (typed.ResultLeaf, typed.MeasureLeaf, typed.ParameterLeaf))
    }
    return frozenset(found - {book.id, ""})


def only_needed(programme: Programme, wanted: Iterable[str]) -> Programme:
    """A programme with some of its rulebooks, and those that they read."""
    by_id = {book.id: book for book in programme.rulebooks}
    needed: set[str] = set()
    waiting = [id_ for id_ in wanted if id_ in by_id]
    while waiting:
        id_ = waiting.pop()
        if id_ not in needed:
            needed.add(id_)
            waiting += rulebooks_read(by_id[id_])
    return replace(programme, rulebooks=tuple(book for book in programme.rulebooks if book.id in needed))
