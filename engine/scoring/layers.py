"""A lazy frame that is extended layer by layer, each layer using only earlier ones.

A number is stored as its low end under its name and its high end under the same name with `:high`, which is left out
where the number is always known; a condition as one column, null for unknown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import narwhals as nw

from engine.expression.columns import Environment, Range, Symbol, Truth, compile_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.expression.columns import Value
    from engine.expression.syntax import Node


class Layers:
    """The frame so far, and what is known about its columns."""

    def __init__(self, frame: nw.LazyFrame[Any], environment: Environment) -> None:
        self.frame = frame
        self.environment = environment
        self._constants: dict[str, Range] = {}

    def add(self, values: Mapping[str, Value]) -> None:
        """Store values under names, as one layer."""
        columns: dict[str, nw.Expr] = {}
        certain: set[str] = set()
        for name, value in values.items():
            columns |= stored_as(name, value)
            if isinstance(value, Range) and value.exact is not None:
                self._constants[name] = value
            if (isinstance(value, Range) and value.is_point) or (isinstance(value, Truth) and value.certain):
                certain.add(name)
        if columns:
            self.frame = self.frame.with_columns(**columns)
            self.environment = replace(self.environment, certain=self.environment.certain | certain)

    def compile(self, nodes: Mapping[str, Node]) -> dict[str, Value]:
        """Expressions over what is there, under their names."""
        return {name: compile_value(node, self.environment) for name, node in nodes.items()}

    def range(self, name: str) -> Range:
        """A stored number."""
        if name in self._constants:
            return self._constants[name]
        low = nw.col(name)
        return Range(low, low if name in self.environment.certain else nw.col(f"{name}:high"))

    def truth(self, name: str) -> Truth:
        """A stored condition."""
        return Truth(nw.col(name), certain=name in self.environment.certain)


def both_ends(value: Value) -> Value:
    """The value with both ends stored, for a reader that does not know what is certain."""
    return replace(value, high=value.low.alias("high")) if isinstance(value, Range) and value.is_point else value


def stored_as(name: str, value: Value) -> dict[str, nw.Expr]:
    """The columns that hold a value."""
    match value:
        case Range():
            return {name: value.low} if value.is_point else {name: value.low, f"{name}:high": value.high}
        case Truth() | Symbol():
            return {name: value.column}
        case _:
            raise TypeError(value)
