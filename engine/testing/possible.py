"""Between which numbers a part of an expression can lie, whatever is reported: what tests need not show."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, inf
from typing import TYPE_CHECKING

from engine.expression import check, syntax, typed
from engine.expression.days import day_number
from engine.expression.typed import number_of
from engine.programme import rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.programme.rules import Criterion, Rules

Span = tuple[float, float]
ANYTHING: Span = (-inf, inf)


@dataclass(frozen=True)
class Possible:
    """The spans of a rulebook's expressions.

    Attributes:
        books: all rulebooks of the programme, by id.
        book: the rulebook.
        constants: the parameters in force.
    """

    books: Mapping[str, Rules]
    book: Rules
    constants: Mapping[tuple[str, str], Node]

    def span(self, node: Node) -> Span:
        """The lowest and the greatest value."""
        match node:
            case syntax.Number() | syntax.Negative() if (value := number_of(node)) is not None:
                return float(value), float(value)
            case syntax.Negative():
                low, high = self.span(node.item)
                return -high, -low
            case syntax.Day():
                return day_number(node.value), day_number(node.value)
            case typed.ParameterLeaf():
                return self.span(self.constants[node.rulebook, node.id])
            case typed.FactLeaf():
                return self._bound(node.column.low, 0), self._bound(node.column.high, 1)
            case typed.MeasureLeaf():
                return self.span(next(m.value for m in self.books[node.rulebook].measures if m.id == node.id))
            case typed.ThisLeaf():
                return self.span(node.item)
            case typed.OutcomeLeaf():
                return self._outcome(node.part)
            case typed.ResultLeaf(part="score"):
                book = self.books[node.rulebook]
                return 0.0, float(book.score_most)
            case syntax.Conditional():
                return hull(self.span(node.then), self.span(node.otherwise))
            case syntax.Arithmetic():
                return self._arithmetic(node)
            case syntax.Call():
                return self._call(node)
            case syntax.Aggregate():
                return self._aggregate(node)
            case _:
                return ANYTHING

    def _bound(self, bound: float | str, end: int) -> float:
        """A bound; where it is another fact, that fact's own."""
        if not isinstance(bound, str):
            return float(bound)
        columns = (book.facts[bound] for book in self.books.values() if bound in book.facts)
        column = next(columns)
        own = column.high if end else column.low
        return inf * (1 if end else -1) if isinstance(own, str) else float(own)

    def _outcome(self, part: str) -> Span:
        if part == "score":
            return 0.0, float(self.book.score_most)
        if part == "score_max":
            return 0.0, float(self.book.most)
        if part in {"goods_met", "goods_count"}:
            return 0.0 if part == "goods_met" else len(self.book.goods), len(self.book.goods)
        return ANYTHING

    def _arithmetic(self, node: syntax.Arithmetic) -> Span:
        (a, b), (c, d) = self.span(node.left), self.span(node.right)
        match node.operator:
            case "+":
                return a + c, b + d
            case "-":
                low, high = a - d, b - c
                return (0.0 if at_most(node.right, node.left) else low), (
                    0.0 if at_most(node.left, node.right) else high
                )
            case "*":
                ends = [_times(x, y) for x in (a, b) for y in (c, d)]
                return min(ends), max(ends)
            case _:
                if at_most(node.left, node.right) and a >= 0:
                    return 0.0, 1.0
                if c < 0 < d or (a < 0 and c <= 0):
                    return ANYTHING
                ends = [_over(x, y) for x in (a, b) for y in (c, d)]
                return min(ends), max(ends)

    def _call(self, node: syntax.Call) -> Span:
        if node.function == "given":
            return hull(*(self.span(item) for item in node.arguments))
        spans = [self.span(item) for item in node.arguments]
        (low, high), digits = spans[0], int(spans[1][0]) if len(spans) > 1 else 0
        if node.function in {"min", "max"}:
            pick = min if node.function == "min" else max
            return pick(low for low, _ in spans), pick(high for _, high in spans)
        if node.function == "abs":
            return (0.0 if low <= 0 <= high else min(abs(low), abs(high))), max(abs(low), abs(high))
        scale = 10.0**digits
        return tuple(  # type: ignore[return-value]
            end
            if end in {inf, -inf}
            else (floor if at else ceil)(end * scale + (0.5 if at else -0.5)) / scale
            if node.function == "round"
            else (ceil if node.function == "round_up" else floor)(end * scale) / scale
            for at, end in enumerate((low, high))
        )

    def _aggregate(self, node: syntax.Aggregate) -> Span:
        if node.function == "share":
            return 0.0, 1.0
        if node.function == "periods":
            return 0.0, float(syntax.PERIODS[node.period])
        if node.function == "count" or node.item is None:
            return 0.0, inf
        low, high = self.span(node.item)
        if node.function == "mean":
            return low, high
        return (0.0 if low >= 0 else -inf), (0.0 if high <= 0 else inf)


def at_most(left: Node, right: Node) -> bool:
    """A fact is declared never to exceed another one; likewise their sums, some units of all, and what stands in."""
    match left, right:
        case typed.FactLeaf(), typed.FactLeaf():
            return left.column.high == right.column.id or right.column.low == left.column.id
        case syntax.Aggregate(), syntax.Aggregate() if (left.kind, left.via) == (right.kind, right.via):
            if left.function == right.function == "sum" and left.item is not None and right.item is not None:
                return at_most(left.item, right.item)
            return left.function == right.function == "count" and right.item is None
        case syntax.Conditional(condition=typed.TableLeaf(kind=one)), syntax.Conditional(
            condition=typed.TableLeaf(kind=other)
        ):
            return one == other and at_most(left.then, right.then) and at_most(left.otherwise, right.otherwise)
        case _:
            return False


def hull(*spans: Span) -> Span:
    """The span around spans."""
    return min(low for low, _ in spans), max(high for _, high in spans)


def _times(x: float, y: float) -> float:
    return 0.0 if x == 0 or y == 0 else x * y


def _over(x: float, y: float) -> float:
    if y == 0:
        return 0.0 if x == 0 else inf * (1 if x > 0 else -1)
    return 0.0 if y in {inf, -inf} else x / y


SUMS_MAX = 100_000


def points_reach(criteria: Sequence[Criterion], share: Fraction) -> bool:
    """The points of some criteria can come to just a share of those that can be had.

    Counted out where every criterion gives only some numbers of points; else taken for granted.
    """
    sums = {(Fraction(0), Fraction(0))}
    for criterion in criteria:
        options = _points_given(criterion)
        if options is None:
            return True
        parts = {(points, criterion.most) for points in options}
        parts |= {(Fraction(0), Fraction(0))} if criterion.applies is not None else set()
        sums = {(had + points, of + most) for had, of in sums for points, most in parts}
        if len(sums) > SUMS_MAX:
            return True
    return any(of and had == of * share for had, of in sums)


def _points_given(criterion: Criterion) -> set[Fraction] | None:
    """All numbers of points that a criterion gives; None where they are too many to be counted out."""
    match criterion.points:
        case rules.Fixed(most):
            return {most, Fraction(0)}
        case rules.Bands():
            return {criterion.points.otherwise, *(points for _, points in criterion.points.steps)}
        case rules.Deduction(of, each, most) if check.type_of(of).whole and each:
            return {max(most - each * count, Fraction(0)) for count in range(ceil(most / each) + 1)}
        case _:
            return None
