"""A resolved expression as text again: one spelling for each meaning, with its leaves still known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.expression import syntax, typed

if TYPE_CHECKING:
    from fractions import Fraction

    from engine.expression.syntax import Node

Part = str | typed.Leaf | syntax.Aggregate

_BINDING = {"or": 1, "and": 2, "not": 3, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6, "negative": 7, "atom": 8}


def parts(node: Node) -> list[Part]:
    """The expression as pieces of text, leaves and aggregates, in order."""
    return _parts(node)[0]


def spell(node: Node) -> str:
    """The expression as text; equal meanings of equal parts are spelled alike."""
    return "".join(part if isinstance(part, str) else leaf_name(part) for part in parts(node))


def leaf_name(leaf: typed.Leaf | syntax.Aggregate) -> str:
    """A leaf or aggregate as an expression writes it."""
    match leaf:
        case syntax.Aggregate():
            period = [leaf.period, *([spell(leaf.least)] if leaf.least else [])] if leaf.period else []
            item = [spell(leaf.item)] if leaf.item else []
            via = [f"via={leaf.via}"] if leaf.via else []
            return f"{leaf.function}({', '.join([leaf.kind, *period, *item, *via])})"
        case typed.FactLeaf():
            return leaf.column.id
        case typed.MeasureLeaf() | typed.ParameterLeaf():
            return leaf.id
        case typed.ChoiceLeaf():
            return f'"{leaf.id}"' if leaf.quoted else leaf.id
        case typed.OutcomeLeaf():
            return ".".join(filter(None, (leaf.part, leaf.id)))
        case typed.ResultLeaf():
            return ".".join(filter(None, (leaf.rulebook, leaf.part, leaf.id)))
        case typed.TableLeaf():
            return f"given({leaf.table})"
        case typed.ThisLeaf():
            return f"this.{leaf_name(leaf.item)}"
        case _:
            raise TypeError(leaf)


def number(exact: Fraction) -> str:
    """A number without needless zeros."""
    return f"{Decimal(exact.numerator) / Decimal(exact.denominator):f}"


def _parts(node: Node) -> tuple[list[Part], int]:
    """The pieces of a node, and how tightly they bind."""
    atom = _BINDING["atom"]
    match node:
        case typed.Leaf() | syntax.Aggregate():
            return [node], atom
        case syntax.Number():
            return [f"{number(node.value * 100)}%" if node.percent else number(node.value)], atom
        case syntax.Truth():
            return [str(node.value).lower()], atom
        case syntax.Text():
            quote = "'" if '"' in node.value else '"'
            return [f"{quote}{node.value}{quote}"], atom
        case syntax.Day():
            return [f'date("{node.value.isoformat()}")'], atom
        case syntax.Name():
            return [".".join(node.parts)], atom
        case syntax.Negative():
            return ["-", *_within(node.item, _BINDING["negative"])], _BINDING["negative"]
        case syntax.Not():
            return ["not ", *_within(node.item, _BINDING["not"])], _BINDING["not"]
        case syntax.Arithmetic():
            own = _BINDING[node.operator]
            return [*_within(node.left, own), f" {node.operator} ", *_within(node.right, own + 1)], own
        case syntax.Comparison():
            own = _BINDING["compare"]
            pieces = _within(node.operands[0], own + 1)
            for operator, operand in zip(node.operators, node.operands[1:], strict=True):
                pieces += [f" {operator} ", *_within(operand, own + 1)]
            return pieces, own
        case syntax.Membership():
            own = _BINDING["compare"]
            word = " not in [" if node.negated else " in ["
            return [*_within(node.item, own + 1), word, *_joined(node.options, ", "), "]"], own
        case syntax.Both() | syntax.Either():
            word = "and" if isinstance(node, syntax.Both) else "or"
            return _joined(node.items, f" {word} ", _BINDING[word] + 1), _BINDING[word]
        case syntax.Conditional(condition=typed.TableLeaf()):
            return ["given(", *_joined((node.then, node.otherwise), ", "), ")"], atom
        case syntax.Conditional():
            pieces = [
                *_within(node.then, 1),
                " if ",
                *_within(node.condition, 1),
                " else ",
                *_within(node.otherwise, 0),
            ]
            return pieces, 0
        case syntax.Call():
            return [f"{node.function}(", *_joined(node.arguments, ", "), ")"], atom
        case syntax.Rank():
            within = f", within={node.within})" if node.within else ")"
            return [f"{node.function}(", *_within(node.item, 0), within], atom
        case _:
            raise TypeError(node)


def _within(node: Node, binding: int) -> list[Part]:
    pieces, own = _parts(node)
    return pieces if own >= binding else ["(", *pieces, ")"]


def _joined(nodes: tuple[Node, ...], separator: str, binding: int = 0) -> list[Part]:
    pieces: list[Part] = []
    for at, node in enumerate(nodes):
        pieces += [separator] if at else []
        pieces += _within(node, binding)
    return pieces
