"""Where the answers of a rulebook change: the numbers that it compares, solved for one fact.

They only propose values to try: what a value does is found out by rating it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING

from engine.expression import check, syntax, typed
from engine.expression.columns import column_name
from engine.expression.days import day_number
from engine.expression.text import spell
from engine.expression.typed import number_of
from engine.programme import rules, targets
from engine.scoring import HELD

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from engine.expression.syntax import Node
    from engine.programme.rules import Rules


def held(node: Node) -> str:
    """The column in which a table may tell what is known of a part of an expression."""
    return f"{HELD}{spell(node)}"


@dataclass(frozen=True)
class Test:
    """A number that a rulebook compares, with the values at which its answer changes.

    Attributes:
        value: the number.
        at: the other side, or sides, of the comparison.
    """

    value: Node
    at: tuple[Fraction, ...]


class NoValueError(Exception):
    """An expression has no exact value here."""


class Reader:
    """Reads the expressions of a rulebook with the parameters of a year."""

    def __init__(self, book: Rules, constants: Mapping[tuple[str, str], Node], relaxed: Collection[str] = ()) -> None:
        self.book = book
        self.relaxed = relaxed
        self.constants = constants
        self.measures = {item.id: item.value for item in book.measures}

    def variables(self, node: Node | None) -> set[str]:
        """The columns behind an expression: facts of the unit, and aggregates over lower units."""
        match node:
            case None:
                return set()
            case _ if self.relaxed and held(node) in self.relaxed:
                return {held(node)}
            case typed.FactLeaf():
                return {node.column.id}
            case syntax.Aggregate() | typed.TableLeaf():
                return {column_name(node)}
            case typed.MeasureLeaf():
                return self.variables(self.measures.get(node.id))
            case typed.ThisLeaf():
                return set()
            case _:
                return {name for child in syntax.children(node) for name in self.variables(child)}

    def tests(self, node: Node | None) -> Iterator[Test]:
        """The comparisons of numbers in an expression, those of the measures in it included."""
        match node:
            case None | syntax.Aggregate():
                return
            case typed.MeasureLeaf():
                yield from self.tests(self.measures.get(node.id))
            case syntax.Comparison():
                for left, right in pairwise(node.operands):
                    for one in self.branches(left):
                        for other in self.branches(right):
                            yield from self.comparison(one, other)
                for operand in node.operands:
                    yield from self.tests(operand)
            case syntax.Membership():
                for option in node.options:
                    yield from self.comparison(node.item, option)
            case _:
                for child in syntax.children(node):
                    yield from self.tests(child)

    def branches(self, node: Node) -> Iterator[Node]:
        """An expression, and what it may be in its place: what `given` chooses from."""
        yield node
        inner = targets.counted(node, self.measures)
        if typed.table_given(inner):
            yield from targets.branches(inner)

    def comparison(self, left: Node, right: Node) -> Iterator[Test]:
        """One comparison, unless it is of something other than numbers."""
        if check.type_of(left).name not in {"number", "date"}:
            return
        for value, other in ((left, right), (right, left)):
            constant = self.constant(other)
            if constant is not None:
                yield _of_year(value, constant) or Test(value, (constant,))
                return
        yield Test(syntax.Arithmetic(0, 0, "-", left, right), (Fraction(0),))

    def table(self, points: rules.Points | None) -> Iterator[Test]:
        """Where the points of a table change."""
        match points:
            case rules.Bands():
                yield Test(points.of, tuple(number_of(node) or Fraction(0) for node, _ in points.steps))
            case rules.Linear():
                yield Test(points.of, tuple(number_of(node) or Fraction(0) for node, _ in points.knots))
                yield from _of_parts(points)
            case rules.Deduction() if points.each:
                most = points.most / points.each
                yield Test(points.of, tuple({Fraction(0), most, Fraction(1), Fraction(ceil(most))}))

    def constant(self, node: Node) -> Fraction | None:
        """The value of an expression without facts."""
        try:
            return self.value(node, {})
        except NoValueError:
            return None

    def value(self, node: Node, facts: Mapping[str, Fraction | None]) -> Fraction:
        """The exact value of a number, rounding left out.

        Raises:
            NoValueError: a fact in it has none, or it is not made of numbers alone.
        """
        if self.relaxed and (known := facts.get(held(node))) is not None:
            return known
        match node:
            case syntax.Number():
                return node.value
            case syntax.Day():
                return Fraction(day_number(node.value))
            case typed.ParameterLeaf():
                return self.value(self.constants[node.rulebook, node.id], facts)
            case typed.FactLeaf() | syntax.Aggregate():
                name = node.column.id if isinstance(node, typed.FactLeaf) else column_name(node)
                found = facts.get(name)
                if found is None or isinstance(found, (bool, str)):
                    raise NoValueError
                return found
            case typed.MeasureLeaf() if node.id in self.measures:
                return self.value(self.measures[node.id], facts)
            case syntax.Negative():
                return -self.value(node.item, facts)
            case syntax.Arithmetic():
                left, right = self.value(node.left, facts), self.value(node.right, facts)
                if node.operator == "/" and right == 0:
                    raise NoValueError
                return _ARITHMETIC[node.operator](left, right)
            case syntax.Call(function="given"):
                return self.value(node.arguments[0], facts)
            case syntax.Conditional() if typed.table_given(node):
                return self.first(targets.branches(node), facts)
            case syntax.Call(function="min" | "max" as function):
                pick: Callable[..., Fraction] = min if function == "min" else max
                return pick(self.value(item, facts) for item in node.arguments)
            case syntax.Call(function="abs"):
                return abs(self.value(node.arguments[0], facts))
            case syntax.Call() if node.function.startswith("round"):
                return self.value(node.arguments[0], facts)
            case _:
                raise NoValueError

    def first(self, nodes: Iterable[Node], facts: Mapping[str, Fraction | None]) -> Fraction:
        """The value of the first expression that has one.

        Raises:
            NoValueError: none of them has.
        """
        for node in nodes:
            try:
                return self.value(node, facts)
            except NoValueError:
                continue
        raise NoValueError

    def solved(self, test: Test, name: str, facts: Mapping[str, Fraction | None]) -> Iterator[Fraction]:
        """The values of a fact at which a test changes, the other facts being as given."""
        for low, high in _SPANS:
            try:
                first = self.value(test.value, {**facts, name: low})
                slope = (self.value(test.value, {**facts, name: high}) - first) / (high - low)
            except NoValueError:
                continue
            if slope:
                yield from (low + (at - first) / slope for at in test.at)


_STEPS_MAX = 12


def _of_parts(points: rules.Linear) -> Iterator[Test]:
    """Where what is lost for a reason changes, and which scores can be given."""
    if isinstance(points.parts, rules.Scores):
        leaves = (leaf for leaf in typed.leaves(points.of) if isinstance(leaf, typed.FactLeaf))
        ends = tuple(number_of(node) or Fraction(0) for node, _ in points.knots)
        yield from (Test(leaf, ends) for leaf in leaves)
        return
    for loss in points.parts or ():
        if loss.each is not None:
            step = (number_of(loss.step) if loss.step is not None else None) or Fraction(1)
            count = min(ceil((points.most - points.knots[0][1]) / loss.by), _STEPS_MAX)
            yield Test(loss.each, tuple(step * number for number in range(count + 1)))


def _of_year(value: Node, year: Fraction) -> Test | None:
    """The test of the year of a day as one of the day: at the first of that year and of the next."""
    if not isinstance(value, syntax.Call) or value.function != "year_of" or not date.min.year <= year < date.max.year:
        return None
    starts = (date(floor(year) + after, 1, 1) for after in (0, 1))
    return Test(value.arguments[0], tuple(Fraction(day_number(start)) for start in starts))


_SPANS = ((Fraction(1), Fraction(2)), (Fraction(-2), Fraction(-1)))
"""Between which values lines are drawn: past the corners that `abs`, `min` and `max` have at 0."""

_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": Fraction.__add__,
    "-": Fraction.__sub__,
    "*": Fraction.__mul__,
    "/": Fraction.__truediv__,
}
