"""A lazy frame that is extended layer by layer, each layer using only earlier ones.

A number is stored as its low end under its name and its high end under the same name with `:high`, which is left out
where the number is always known; a condition as one column, null for unknown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.expression import syntax, typed
from engine.expression.columns import Environment, Range, Symbol, Truth, compile_value
from engine.expression.text import spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.expression.columns import Value
    from engine.expression.library import Expr, Frame
    from engine.expression.syntax import Node


HELD = "="
"""How the columns of parts of expressions begin."""


class Layers:
    """The frame so far, and what is known about its columns."""

    def __init__(self, frame: Frame, environment: Environment) -> None:
        self.frame = frame
        self.environment = environment
        self._constants: dict[str, Range] = {}

    def add(self, values: Mapping[str, Value]) -> None:
        """Store values under names, as one layer."""
        columns: dict[str, Expr] = {}
        certain: set[str] = set()
        for name, value in values.items():
            columns |= stored_as(name, value)
            self._constants.pop(name, None)
            if isinstance(value, Range) and value.exact is not None:
                self._constants[name] = value
            if (isinstance(value, Range) and value.is_point) or (isinstance(value, Truth) and value.certain):
                certain.add(name)
        if columns:
            self.frame = self.frame.with_columns(**columns)
            self.environment = replace(self.environment, certain=self.environment.certain | certain)

    def hold(self, nodes: Iterable[Node], repeated: Iterable[Node] = ()) -> None:
        """Give parts of expressions columns of their own, before the expressions are compiled.

        Most operations name their operands more than once; without this, columns would grow exponentially with the
        depth of an expression.

        Args:
            nodes: what is compiled next.
            repeated: the same, but of what columns will name more than once as a whole.
        """
        levels: list[dict[str, Node]] = []
        for node in nodes:
            _parts_to_hold(node, levels)
        for node in repeated:
            _held_if_long(node, *_parts_to_hold(node, levels), levels)
        for level in levels:
            columns: dict[str, Expr] = {}
            held = dict(self.environment.held)
            for name, part in level.items():
                value = compile_value(part, self.environment)
                if name not in held and not (isinstance(value, Range) and value.exact is not None):
                    columns |= stored_as(f"{HELD}{name}", value)
                    held[name] = _read(f"{HELD}{name}", value, self.environment)
            if columns:
                self.frame = self.frame.with_columns(**columns)
                self.environment = replace(self.environment, held=held)

    def compile(self, nodes: Mapping[str, Node]) -> dict[str, Value]:
        """Expressions over what is there, under their names."""
        self.hold(nodes.values())
        return {name: compile_value(node, self.environment) for name, node in nodes.items()}

    def range(self, name: str) -> Range:
        """A stored number."""
        if name in self._constants:
            return self._constants[name]
        column = self.environment.column
        low = column(name)
        return Range(low, low if name in self.environment.certain else column(f"{name}:high"))

    def truth(self, name: str) -> Truth:
        """A stored condition."""
        return Truth(self.environment.column(name), certain=name in self.environment.certain)


_COPIES_MAX = 8


def _parts_to_hold(node: Node, levels: list[dict[str, Node]]) -> tuple[int, int]:
    """Collect parts by their spelling, the innermost level first.

    Returns:
        About how many columns the part names, its held parts counting as one; and the level above those.
    """
    if isinstance(node, (syntax.Number, syntax.Day, syntax.Truth, syntax.Text, typed.ParameterLeaf, typed.ChoiceLeaf)):
        return 0, 0
    if isinstance(node, (typed.Leaf, syntax.Aggregate)):
        return 1, 0
    parts = syntax.children(node)
    below = [_parts_to_hold(part, levels) for part in parts]
    copies = 1
    if _names_parts_again(node, [count > 0 for count, _ in below]):
        below = [_held_if_long(part, *found, levels) for part, found in zip(parts, below, strict=True)]
        copies = 4
    return copies * sum(count for count, _ in below), max(level for _, level in below)


def _held_if_long(node: Node, count: int, level: int, levels: list[dict[str, Node]]) -> tuple[int, int]:
    """Collect a part too, if it names many columns."""
    if count <= _COPIES_MAX:
        return count, level
    levels += [{} for _ in range(level + 1 - len(levels))]
    levels[level][spell(node)] = node
    return 1, level + 1


def _names_parts_again(node: Node, varies: list[bool]) -> bool:
    """Whether the columns of a part name those of its own parts more than once; `varies`: which are no constants."""
    match node:
        case syntax.Arithmetic():
            return (node.operator == "*" and all(varies)) or (node.operator == "/" and varies[1])
        case syntax.Call():
            return node.function not in {"min", "max"}
        case _:
            return isinstance(node, (syntax.Comparison, syntax.Membership, syntax.Conditional))


def _read(name: str, value: Value, environment: Environment) -> Value:
    """A value that was stored, with what is known about it."""
    low = environment.column(name)
    if isinstance(value, Range):
        return replace(value, low=low, high=low if value.is_point else environment.column(f"{name}:high"))
    return replace(value, column=low)


def both_ends(value: Value) -> Value:
    """The value with both ends stored, for a reader that does not know what is certain."""
    return replace(value, high=value.low.alias("high")) if isinstance(value, Range) and value.is_point else value


def stored_as(name: str, value: Value) -> dict[str, Expr]:
    """The columns that hold a value."""
    match value:
        case Range():
            return {name: value.low} if value.is_point else {name: value.low, f"{name}:high": value.high}
        case Truth() | Symbol():
            return {name: value.column}
        case _:
            raise TypeError(value)
