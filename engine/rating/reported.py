"""For which rulebooks facts were reported: programmes share kinds, and the tables of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.schema import used_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.facts import Facts
    from engine.programme import Programme


def reported(programmes: Sequence[Programme], facts: Facts) -> frozenset[str]:
    """The rulebooks that find their facts in the tables as received; all of a kind whose facts came from no file."""
    books = [book for programme in programmes for book in programme.rulebooks]
    found: set[str] = set()
    for kind in {book.kind for book in books}:
        alike = [book for book in books if book.kind == kind]
        received = [origin.columns.keys() for origin in facts.origins if origin.kind == kind]
        places = used_groups([book.facts for book in alike], set().union(*received)) if received else range(len(alike))
        found.update(alike[at].id for at in places)
    return frozenset(found)
