"""Which rulebooks bear on which, and which facts on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import scoring
from engine.expression import typed
from engine.rating.needed import rulebooks_read

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engine.programme import Programme
    from engine.programme.rules import Rules


def affected(
    programmes: Sequence[Programme], facts: Mapping[str, Collection[str]], rulebooks: Collection[str] = ()
) -> frozenset[str]:
    """The rulebooks whose ratings can be others when facts or rulebooks are.

    Args:
        programmes: the programmes.
        facts: the ids of the facts that are others, by kind.
        rulebooks: the ids of the rulebooks that are.
    """
    books = [book for programme in programmes for book in programme.rulebooks]
    found = set(rulebooks)
    for book in books:  # lower kinds first
        own = not book.facts.keys().isdisjoint(facts.get(book.kind, ()))
        if own or rulebooks_read(book) & found or _reads_below(book, facts):
            found.add(book.id)
    return frozenset(found)


def _reads_below(book: Rules, facts: Mapping[str, Collection[str]]) -> bool:
    """Whether a rulebook adds up such facts of lower units, or follows them as events."""
    if any(life.kind in facts for life in book.lifecycles):
        return True
    aggregates = scoring.aggregates(book).values()
    return any(
        isinstance(leaf, typed.FactLeaf) and leaf.column.id in facts[node.kind]
        for node in aggregates
        if node.kind in facts
        for leaf in typed.leaves(node)
    )
