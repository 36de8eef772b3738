"""Read who is not rated as the others are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.expression import syntax, typed
from engine.programme import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.expression.syntax import Node
    from engine.programme.reader import Reader


def scope(reader: Reader) -> tuple[rules.Scope, ...]:
    """The rules of a rulebook's scope: they are asked before anything is measured, so they read facts alone."""
    found = []
    for at, item in enumerate(reader.book.scope):
        path = ("scope", at, "when")
        when = reader.condition(item.when, path)
        if when is None:
            continue
        later = next(_later(when), None)
        if later is not None:
            reader.refuse("scope_not_facts", path, value=item.when)
        else:
            found.append(rules.Scope(item.id, item, when))
    return tuple(found)


def _later(node: Node) -> Iterator[Node]:
    """What an expression reads that is not there yet when units are told apart."""
    if isinstance(node, syntax.Aggregate) or (
        isinstance(node, typed.Leaf) and not isinstance(node, (typed.FactLeaf, typed.ParameterLeaf, typed.ChoiceLeaf))
    ):
        yield node
    for child in syntax.children(node):
        yield from _later(child)
