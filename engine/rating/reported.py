"""For which rulebooks facts were reported: programmes share kinds, and the tables of these."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.facts import Facts
    from engine.programme import Programme
    from engine.programme.rules import Rules


def reported(programmes: Sequence[Programme], facts: Facts) -> frozenset[str]:
    """The rulebooks that find their facts in the tables as received, and those without facts beside them.

    Programmes may declare the same facts. One is in use when a table has a fact that no other declares; where that is
    so of none, when a table has any of its facts. Of kinds whose facts came from no file everything was reported.
    """
    received = {(origin.kind, column) for origin in facts.origins for column in origin.columns}
    unknown = facts.tables.keys() - {kind for kind, _ in received}
    declared = [_declared(programme) for programme in programmes]
    times = Counter(fact for facts_ in declared for fact in facts_)
    alone = [{fact for fact in facts_ if times[fact] == 1} for facts_ in declared]
    asked = alone if any(part & received for part in alone) else declared

    def finds(book: Rules) -> bool:
        return not book.facts or any((book.kind, id_) in received for id_ in book.facts)

    return frozenset(
        book.id
        for programme, own, all_ in zip(programmes, asked, declared, strict=True)
        for book in programme.rulebooks
        if book.kind in unknown or ((not all_ or own & received) and finds(book))
    )


def _declared(programme: Programme) -> set[tuple[str, str]]:
    """The facts of a programme, each with its kind."""
    return {(book.kind, id_) for book in programme.rulebooks for id_ in book.facts}
