"""The conditions that a condition is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.expression import check, syntax
from engine.expression.text import spell

if TYPE_CHECKING:
    from engine.expression.syntax import Node

    Guards = tuple[tuple[str, bool], ...]


def conditions(node: Node) -> tuple[Node, ...]:
    """The conditions that `and`, `or`, `not` and `if` join, in the order written, and those that an `if` asks."""
    asked = (node.condition,) if isinstance(node, syntax.Conditional) and is_compound(node.condition) else ()
    return (*(part for part, _ in guarded_conditions(node)), *asked)


def guarded_conditions(node: Node, guards: Guards = ()) -> list[tuple[Node, Guards]]:
    """The conditions that a condition is made of, each with the answers under which an `if` reads it at all."""
    if not is_compound(node):
        return [(node, guards)]
    if isinstance(node, syntax.Conditional):
        asked = spell(node.condition)
        return [
            *guarded_conditions(node.condition, guards),
            *guarded_conditions(node.then, (*guards, (asked, True))),
            *guarded_conditions(node.otherwise, (*guards, (asked, False))),
        ]
    return [found for child in syntax.children(node) for found in guarded_conditions(child, guards)]


def is_compound(node: Node) -> bool:
    """The truth of this condition is made of the truth of others."""
    if isinstance(node, syntax.Conditional):
        return check.type_of(node).name == "boolean"
    return isinstance(node, (syntax.Both, syntax.Either, syntax.Not))
