"""What tests of a rulebook should show: the thresholds and conditions that stand anywhere in it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.expression import check, syntax, typed
from engine.expression.text import spell
from engine.policy.formula import And, Atom, Not, Or
from engine.programme import rules
from engine.programme.targets import is_derived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.expression.syntax import Node
    from engine.policy.formula import Formula
    from engine.programme.rules import Rules

ORDERED = frozenset({"number", "date"})


@dataclass(frozen=True, eq=False)
class Threshold:
    """A number against what it is compared with, for the units of a kind."""

    kind: str
    number: Node
    limit: Node
    asking: str | None = None


@dataclass(frozen=True, eq=False)
class Condition:
    """A part of a condition that is true or false, for the units of a kind."""

    kind: str
    node: Node
    asking: str | None = None


Watched = Threshold | Condition


def watched(book: Rules) -> dict[Watched, list[str]]:
    """The thresholds and conditions of a rulebook, each with the ids of what it stands in."""
    found: dict[tuple[str, ...], tuple[Watched, list[str]]] = {}
    for id_, item in _all(book):
        _, places = found.setdefault(_key(item, book), (item, []))
        if id_ not in places:
            places.append(id_)
    return dict(found.values())


def _key(item: Watched, book: Rules) -> tuple[str, ...]:
    """Equal for what a case shows alike."""
    if isinstance(item, Condition):
        return item.kind, spell(item.node)
    limit = item.limit
    if (
        isinstance(limit, typed.ParameterLeaf)
        and limit.rulebook
        and len(values := book.parameters[limit.id].values) == 1
    ):
        (limit,) = values.values()
    value = typed.number_of(limit)
    return item.kind, spell(item.number), spell(limit) if value is None else str(value)


def _all(book: Rules) -> Iterator[tuple[str, Watched]]:
    for measure in book.measures:
        if not is_derived(measure.id):
            yield from ((measure.id, item) for item in _in(measure.value, book.kind))
    for target in book.targets:
        yield from ((target.id, Threshold(book.kind, target.value, limit)) for _, limit in target.by)
    for criterion in book.criteria:
        for node in (criterion.applies, criterion.require):
            yield from ((criterion.id, item) for item in _in(node, book.kind))
        for number, limit in _knots(criterion.points):
            yield criterion.id, Threshold(book.kind, number, limit)
            yield from ((criterion.id, item) for item in _in(number, book.kind))
        if criterion.scores is not None:
            yield from ((criterion.id, item) for item in _in(criterion.scores.least, book.kind))
        for loss in criterion.losses:
            yield from ((criterion.id, item) for item in _in(loss.when, book.kind, inside=True))
            if loss.each is not None:
                yield criterion.id, Threshold(book.kind, loss.each, loss.step or _constant(Fraction(0)))
                yield from ((criterion.id, item) for item in _in(loss.each, book.kind))
    uses: dict[int, list[str]] = {}
    for rule in book.policy.rules:
        atoms = atoms_of(rule.when)
        for at in atoms:
            node = book.atoms[at]
            uses.setdefault(at, []).append(rule.id)
            # What is a rule's whole condition is seen both ways when the rule is.
            yield from ((rule.id, item) for item in _in(node, book.kind, inside=len(atoms) > 1))
    for title in book.titles:
        yield from ((title.id, item) for item in _in(title.when, book.kind))
    for selection in book.selections:
        for node in selection.nodes:
            yield from ((selection.id, item) for item in _in(node, book.kind))
    for item in book.checks:
        if not is_derived(item.id):
            yield from ((item.id, found) for found in _in(item.require, book.kind))


def atoms_of(formula: Formula) -> tuple[int, ...]:
    """The atoms that a condition of the policy asks."""
    match formula:
        case Atom(index):
            return (index,)
        case Not(item):
            return atoms_of(item)
        case And(items) | Or(items):
            return tuple(dict.fromkeys(index for item in items for index in atoms_of(item)))
        case _:
            return ()


def _in(node: Node | None, kind: str, asking: str | None = None, *, inside: bool = False) -> Iterator[Watched]:
    """What is watched in an expression.

    Args:
        node: the expression.
        kind: whose units it is about.
        asking: in an aggregate, the kind of the unit that asks.
        inside: it is a part of a condition.
    """
    match node:
        case None:
            return
        case syntax.Comparison() if check.type_of(node.operands[0]).name in ORDERED:
            for left, right in pairwise(node.operands):
                yield Threshold(kind, *_number_first(left, right), asking)
            for operand in node.operands:
                yield from _in(operand, kind, asking)
        case syntax.Comparison() | syntax.Membership():
            if inside:
                yield Condition(kind, node, asking)
        case syntax.Aggregate():
            yield from _in(node.item, node.kind, kind, inside=True)
        case syntax.Conditional():
            yield from _in(node.condition, kind, asking, inside=True)
            chosen = check.type_of(node.then).name == "boolean"
            yield from _in(node.then, kind, asking, inside=chosen)
            yield from _in(node.otherwise, kind, asking, inside=chosen)
        case syntax.Both() | syntax.Either() | syntax.Not():
            for item in syntax.children(node):
                yield from _in(item, kind, asking, inside=inside or not isinstance(node, syntax.Not))
        case typed.Leaf() | syntax.Call(function="entered") if inside and check.type_of(node).name == "boolean":
            yield Condition(kind, node, asking)
        case typed.Leaf():
            return
        case _:
            for item in syntax.children(node):
                yield from _in(item, kind, asking)


def _number_first(left: Node, right: Node) -> tuple[Node, Node]:
    """The side that varies, and the one that it is compared with."""
    return (right, left) if is_fixed(left) and not is_fixed(right) else (left, right)


def is_fixed(node: Node) -> bool:
    """It names no fact and no result."""
    if isinstance(node, (typed.Leaf, syntax.Aggregate)):
        return isinstance(node, (typed.ParameterLeaf, typed.ChoiceLeaf))
    return all(is_fixed(part) for part in syntax.children(node))


def _knots(points: rules.Points | None) -> Iterator[tuple[Node, Node]]:
    """Where a table of points turns."""
    match points:
        case rules.Bands():
            yield from ((points.of, threshold) for threshold, _ in points.steps)
        case rules.Linear(parts=None):
            yield from ((points.of, threshold) for threshold, _ in points.knots)
        case rules.Deduction() if points.each:
            yield points.of, _constant(Fraction(0))
            yield points.of, _constant(points.most / points.each)


def _constant(value: Fraction) -> Node:
    return syntax.Number(0, 0, value)
