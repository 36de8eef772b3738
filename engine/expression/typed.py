"""Types, and the leaves that names become once they are looked up: a fact, a measure, a parameter, a result."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.expression import syntax
from engine.expression.syntax import Conditional, Negative, Node, Number
from engine.schema import NUMERIC, Column

Unit = Literal["ratio", "money", "count", "year", ""]
TypeName = Literal["number", "boolean", "date", "text", "choice", "grade", "unknown"]


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a part.

    Attributes:
        name: what kind of value it has.
        unit: how a number is shown.
        whole: the number is always a whole one.
        choices: the values of a choice, smallest first; of a grade, best first.
        ordered: the choices compare.
    """

    name: TypeName
    unit: Unit = ""
    whole: bool = False
    choices: tuple[str, ...] = ()
    ordered: bool = False


UNKNOWN = Type("unknown")
BOOLEAN = Type("boolean")
NUMBER = Type("number")
WHOLE = Type("number", "count", whole=True)
DATE = Type("date")


@dataclass(frozen=True, slots=True)
class Leaf(Node):
    """A name that was looked up."""

    type: Type


@dataclass(frozen=True, slots=True)
class FactLeaf(Leaf):
    """A fact of the unit."""

    column: Column


@dataclass(frozen=True, slots=True)
class MeasureLeaf(Leaf):
    """A measure of the unit, by the rulebook that defines it."""

    rulebook: str
    id: str


@dataclass(frozen=True, slots=True)
class ParameterLeaf(Leaf):
    """A parameter of a rulebook; `largest` of its values that have no percent sign."""

    rulebook: str
    id: str
    largest: Fraction = Fraction(0)


A_YEAR = Type("number", "year", whole=True)
YEAR = ParameterLeaf(0, 0, A_YEAR, "", "year")
"""The year that is rated: a parameter of no rulebook."""


@dataclass(frozen=True, slots=True)
class ChoiceLeaf(Leaf):
    """One of the values of a choice or grade; `quoted` where a bare word would be something else."""

    id: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class OutcomeLeaf(Leaf):
    """What the rulebook itself has found: `score`, `goods_met`, `good.x`, `grade`, `proposed`."""

    part: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class ResultLeaf(Leaf):
    """What a lower rulebook has found for the lower unit: its grade, score, a title or a good."""

    rulebook: str
    part: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class ThisLeaf(Leaf):
    """Inside an aggregate: a value of the unit that asks."""

    item: Leaf


@dataclass(frozen=True, slots=True)
class TableLeaf(Leaf):
    """Whether there is a table of a lower kind, as `given(aggregate, otherwise)` asks.

    Attributes:
        kind: the kind.
        via: the fact of its units that names the unit that asks; empty where they stand below it.
    """

    kind: str
    via: str = ""

    @property
    def table(self) -> str:
        """What the table is called."""
        return table_of(self.kind, self.via)


def fact_leaf(column: Column) -> FactLeaf:
    """The leaf of a fact."""
    units: dict[str, Unit] = {"ratio": "ratio", "money": "money", "count": "count"}
    if column.type in NUMERIC:
        type_ = Type("number", units.get(column.type, ""), whole=column.type == "count")
    elif column.type in {"choice", "grade"}:
        choices = tuple(column.choices or ())
        name: TypeName = "grade" if column.type == "grade" else "choice"
        type_ = Type(name, choices=choices, ordered=column.ordered or name == "grade")
    else:
        names: dict[str, TypeName] = {"boolean": "boolean", "date": "date", "text": "text", "reference": "text"}
        type_ = Type(names[column.type])
    return FactLeaf(0, 0, type_, column)


def number_of(node: Node) -> Fraction | None:
    """The value of a constant number; None for other constants."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Negative) and isinstance(node.item, Number):
        return -node.item.value
    return None


def table_of(kind: str, via: str = "") -> str:
    """What the table of a lower kind is called, or that of units which name the unit that asks."""
    return f"{kind}.{via}" if via else kind


def table_given(node: Node) -> str | None:
    """The table of which a part asks, as `given(aggregate, otherwise)`, whether it is there."""
    if isinstance(node, Conditional) and isinstance(node.condition, TableLeaf):
        return node.condition.table
    return None


def tables_asked(node: Node) -> frozenset[str]:
    """The tables of lower kinds of which a resolved expression asks whether they are there."""
    return frozenset(leaf.table for leaf in leaves(node) if isinstance(leaf, TableLeaf))


def leaves(node: Node | None) -> tuple[Leaf, ...]:
    """The leaves of a resolved expression, those inside aggregates included."""
    if node is None:
        return ()
    if isinstance(node, Leaf):
        return (node,)
    return tuple(leaf for child in syntax.children(node) for leaf in leaves(child))
