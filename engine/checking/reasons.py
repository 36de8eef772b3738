"""Why something never happens, where one number says it: between which values it always lies."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING

from engine.checking.model import NONE
from engine.expression import check, syntax, typed
from engine.expression.text import spell
from engine.numbers import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.checking.study import Study
    from engine.expression.syntax import Node
    from engine.programme.rules import Rules


def reason(study: Study, needed: Iterable[tuple[Node, bool]]) -> str:
    """The values of a number that keep a condition from having its answer, as in `0 <= score <= 100 < 105`."""
    found = (
        span_of(study, node, limit)
        for condition, answer in needed
        for node, limit in _barred(study, condition, answer=answer)
    )
    return next(found, NONE)


def _barred(study: Study, node: Node, *, answer: bool) -> Iterator[tuple[Node, float]]:
    """The numbers that a condition compares to what they never reach, and that; the answer hangs on each of them."""
    match node:
        case syntax.Not():
            yield from _barred(study, node.item, answer=not answer)
        case syntax.Both() if answer:
            yield from (found for item in node.items for found in _barred(study, item, answer=True))
        case syntax.Either() if not answer:
            yield from (found for item in node.items for found in _barred(study, item, answer=False))
        case syntax.Comparison() if len(node.operators) == 1 and _is_ordered(node.operands[0]):
            (operator,), (left, right) = node.operators, node.operands
            limit = study.reader.constant(right)
            if limit is None:
                return
            low, high = ends(study, left)
            wanted = operator if answer else _OPPOSITE[operator]
            if not _reached(wanted, low, high, float(limit)):
                yield left, float(limit)


def _is_ordered(node: Node) -> bool:
    return check.type_of(node).name in {"number", "date"}


_OPPOSITE = {">=": "<", "<": ">=", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


def _reached(operator: str, low: float, high: float, limit: float) -> bool:
    """Whether some number between low and high compares so to a limit."""
    match operator:
        case ">=":
            return high >= limit
        case ">":
            return high > limit
        case "<=":
            return low <= limit
        case "<":
            return low < limit
        case "==":
            return low <= limit <= high
        case _:
            return not low == limit == high


def ends(study: Study, node: Node) -> tuple[float, float]:
    """Between which values a number lies, in every unit."""
    if any(isinstance(leaf, typed.OutcomeLeaf) for leaf in typed.leaves(node)):
        return (0.0, float(_score_most(study.subject.book))) if _is_score(node) else (float("-inf"), float("inf"))
    boxes = study.boxes.split(study.reader.variables(node))
    if boxes is None:
        boxes = study.boxes.root
    found = study.subject.evaluate(boxes, {"value": node}, study.constants)
    high = "value:high" if "value:high" in found.columns else "value"
    return float(found["value"].min()), float(found[high].max())  # type: ignore[arg-type]


def _is_score(node: Node) -> bool:
    return isinstance(node, typed.OutcomeLeaf) and node.part == "score"


def _score_most(book: Rules) -> float:
    return float(book.score_most)


def span_of(study: Study, node: Node, limit: float | None = None) -> str:
    """Between which values a number lies, as an expression; with a limit that it does not reach, beside the ends."""
    low, high = ends(study, node)
    type_ = check.type_of(node)
    style = "date" if type_.name == "date" else "ratio" if type_.unit == "ratio" else ""
    least = [] if isinf(low) else [write(low, style)]
    most = [] if isinf(high) else [write(high, style)]
    below, above = "", ""
    if limit is not None and limit > high:
        above = f" < {write(limit, style)}"
    elif limit is not None and limit < low:
        below = f"{write(limit, style)} < "
    return below + " <= ".join([*least, spell(node), *most]) + above
