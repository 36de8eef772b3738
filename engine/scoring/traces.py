"""What a scored frame keeps for explanations: operands and conditions that no other column holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.expression import syntax, typed
from engine.expression.conditions import conditions, is_compound
from engine.expression.text import spell
from engine.programme import rules, targets
from engine.scoring.aggregates import expressions

if TYPE_CHECKING:
    from engine.expression.syntax import Node
    from engine.programme.rules import Rules


def traced_operands(book: Rules) -> dict[str, Node]:
    """Operands that an explanation writes out with their value, and that no other column holds."""
    found: dict[str, Node] = {}
    for node in expressions(book):
        _trace(node, found)
    values = {item.id: item.value for item in book.measures}
    for node in (part for item in book.targets for part in targets.told(item, values)):
        _trace_operand(node, found)
    for criterion in book.criteria:
        if criterion.points is not None and not isinstance(criterion.points, rules.Fixed):
            _trace_operand(criterion.points.of, found)
        for loss in criterion.losses:
            if loss.each is not None:
                _trace_operand(loss.each, found)
        if criterion.scores is not None and criterion.scores.picked_by is not None:
            _trace_operand(criterion.scores.picked_by, found)
    return found


def _trace(node: Node, found: dict[str, Node]) -> None:
    if isinstance(node, syntax.Aggregate):
        return
    if typed.table_given(node):
        _trace_operand(targets.branches(node)[1], found)
    if isinstance(node, syntax.Comparison):
        for operand in node.operands:
            _trace_operand(operand, found)
    for child in syntax.children(node):
        _trace(child, found)


def _trace_operand(node: Node, found: dict[str, Node]) -> None:
    is_plain = isinstance(node, (typed.Leaf, syntax.Number, syntax.Negative, syntax.Day, syntax.Text, syntax.Truth))
    after_scores = any(isinstance(leaf, typed.OutcomeLeaf) for leaf in typed.leaves(node))
    is_text = isinstance(node, syntax.Call) and any(leaf.type.name in {"text", "choice"} for leaf in typed.leaves(node))
    if not (is_plain or after_scores or is_text or isinstance(node, syntax.Aggregate)):
        found.setdefault(spell(node), node)


def traced_conditions(book: Rules) -> dict[str, Node]:
    """The parts of compound conditions whose truth an explanation shows, by their spelling."""
    compound = [node for item in book.criteria for node in (item.require, item.applies) if node is not None]
    compound += [loss.when for item in book.criteria for loss in item.losses if loss.when is not None]
    compound += [item.value for item in book.measures if item.type.name == "boolean"]
    return {spell(part): part for node in compound if is_compound(node) for part in conditions(node)}
