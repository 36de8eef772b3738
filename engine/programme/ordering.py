"""What is asked for is there first: the order of kinds, and circles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.expression import syntax
from engine.expression.syntax import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.rulebook import Rulebook

_GATHERS = re.compile(rf"\b(?:{'|'.join(sorted(syntax.AGGREGATES))})\s*\(")


def above(kind: str, parents: Mapping[str, str | None]) -> list[str]:
    """The kinds above a kind, nearest first."""
    found: list[str] = []
    while (parent := parents.get(kind)) is not None and parent not in found:
        found.append(parent)
        kind = parent
    return found


def of_kinds(books: Sequence[Rulebook], parents: Mapping[str, str | None]) -> tuple[dict[str, int], list[str]]:
    """The place of each kind: after those of which its rulebooks ask, else the deepest first.

    Returns:
        The places, and kinds that ask each other in a circle, each the next, the first again at the end; none as a
        rule.
    """
    named = list(dict.fromkeys(book.kind for book in books))
    ranks = {kind: named.index(kind) if kind in named else len(named) for kind in parents}
    kinds = sorted(parents, key=lambda kind: (-len(above(kind, parents)), ranks[kind]))
    asked: dict[str, set[str]] = {kind: set() for kind in kinds}
    for book in books:
        if book.kind in asked:
            # A kind that is neither below its own nor refers to it is another problem.
            asked[book.kind] |= {kind for kind, via in _asked(book) if kind in asked and (kind != book.kind or via)}
    placed: list[str] = []
    while len(placed) < len(kinds):
        ready = next((kind for kind in kinds if kind not in placed and asked[kind] <= set(placed)), None)
        if ready is None:
            waiting = [kind for kind in kinds if kind not in placed]
            way = circle(sorted(waiting), asked)
            return {kind: place for place, kind in enumerate([*placed, *waiting])}, [*way, way[0]]
        placed.append(ready)
    return {kind: place for place, kind in enumerate(placed)}, []


def circle(waiting: Collection[str], uses: Mapping[str, set[str]]) -> list[str]:
    """Names that use each other in a circle, among those that wait for each other."""
    way = [next(iter(waiting))]
    while (following := min(uses[way[-1]] & set(waiting))) not in way:
        way.append(following)
    return way[way.index(following) :]


def _asked(book: Rulebook) -> set[tuple[str, str]]:
    """The kinds over whose units the expressions of a rulebook go, as far as they can be read, and by which way."""
    return {way for text in _texts(book.model_dump()) if _GATHERS.search(text) for way in _ways(text)}


def _texts(value: object) -> Iterator[str]:
    """Every text in what a file says."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _ways(text: str) -> list[tuple[str, str]]:
    def walk(node: Node) -> Iterator[tuple[str, str]]:
        if isinstance(node, syntax.Aggregate):
            yield node.kind, node.via
        for child in syntax.children(node):
            yield from walk(child)

    try:
        return list(walk(syntax.parse(text)))
    except ExpressionError:
        return []
