"""Resolved expressions as column expressions over ranges (docs/meaning.md).

A number is a range `[low, high]`, a point when it is known; a condition is true, false or null for unknown. The same
expressions run everywhere (`engine.expression.library`). Invariant: low < ∞, high > −∞, neither is ever null or NaN.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from engine.expression import syntax, typed
from engine.expression.days import day_number, year_of
from engine.expression.library import POLARS, as_float, library_of, max_horizontal, min_horizontal, when
from engine.expression.text import spell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.expression.library import Expr, Library
    from engine.expression.syntax import Node
    from engine.schema import Column

TOLERANCE = 1e-12
"""Comparisons allow this much of the larger of 1 and the values compared."""
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Range:
    """A number as two columns.

    Attributes:
        low: the smallest value it can have.
        high: the greatest.
        least: no low is below this.
        most: no high is above this.
        whole: both ends are whole numbers.
        exact: the value, when it is a constant.
    """

    low: Expr
    high: Expr
    least: float = -inf
    most: float = inf
    whole: bool = False
    exact: Fraction | None = None

    @property
    def is_point(self) -> bool:
        """Low and high are one column."""
        return self.low is self.high


@dataclass(frozen=True)
class Truth:
    """A condition as one column: true, false, or null for unknown.

    Attributes:
        column: the answer.
        exact: the answer, when it is a constant.
        certain: it is never unknown.
    """

    column: Expr
    exact: bool | None = None
    certain: bool = False


@dataclass(frozen=True)
class Symbol:
    """A text or an unordered choice as one column; null for unknown."""

    column: Expr
    certain: bool = False


Value = Range | Truth | Symbol


@dataclass(frozen=True)
class Environment:
    """Where the leaves of an expression are found in the frame.

    Attributes:
        constants: the values of parameters in force, by rulebook and id.
        gaps: whether a fact's column can hold nulls.
        certain: the stored columns that are never unknown; of a number there is no `:high`.
        refused: the frame holds rows whose every fact is a gap (`_refused`).
        held: parts of expressions that have columns of their own, by their spelling.
        ranged: facts that are known to lie within a range: from the fact's column to the same name with `:high`.
        over: whose expressions are made.
        ruled: criteria on which people ruled (`engine.scoring.ruled`).
    """

    constants: Mapping[tuple[str, str], Node]
    gaps: Callable[[str], bool] = lambda _: True
    refused: bool = False
    certain: frozenset[str] = frozenset()
    held: Mapping[str, Value] = field(default_factory=dict)
    ranged: frozenset[str] = frozenset()
    over: Library = POLARS
    ruled: frozenset[str] = frozenset()

    def column(self, name: str) -> Expr:
        """A column of the frame."""
        return self.over.col(name)


def constant(value: Fraction | float, over: Library) -> Range:
    """A known number."""
    exact = Fraction(value)
    literal = over.lit(float(exact))
    return Range(literal, literal, float(exact), float(exact), exact.denominator == 1, exact)


def compile_number(node: Node, env: Environment) -> Range:
    """An expression of type number, date or grade (as a rank, worst = 0) as a range."""
    value = compile_value(node, env)
    if not isinstance(value, Range):
        raise TypeError(spell(node))
    return value


def compile_truth(node: Node, env: Environment) -> Truth:
    """A condition as a column."""
    value = compile_value(node, env)
    if not isinstance(value, Truth):
        raise TypeError(spell(node))
    return value


def compile_value(node: Node, env: Environment) -> Value:
    """Any resolved expression as columns."""
    if env.held and (value := env.held.get(spell(node))) is not None:
        return value
    match node:
        case syntax.Number():
            return constant(node.value, env.over)
        case syntax.Day():
            return constant(day_number(node.value), env.over)
        case syntax.Truth():
            return Truth(env.over.lit(node.value), node.value, certain=True)
        case syntax.Text():
            return Symbol(env.over.lit(node.value), certain=True)
        case typed.ChoiceLeaf():
            if node.type.ordered:
                return constant(_rank(node.type, node.id), env.over)
            return Symbol(env.over.lit(node.id), certain=True)
        case typed.ParameterLeaf():
            return compile_value(env.constants[node.rulebook, node.id], env)
        case typed.FactLeaf():
            return fact(node.column, env)
        case typed.Leaf() | syntax.Aggregate():
            return stored(column_name(node), _type(node), env)
        case syntax.Negative():
            item = compile_number(node.item, env)
            return _range(-item.high, -item.low, -item.most, -item.least, item, whole=item.whole)
        case syntax.Arithmetic():
            left, right = compile_number(node.left, env), compile_number(node.right, env)
            return _ARITHMETIC[node.operator](left, right)
        case syntax.Not():
            return negation(compile_truth(node.item, env))
        case syntax.Both():
            return reduce(both, (compile_truth(item, env) for item in node.items))
        case syntax.Either():
            return reduce(either, (compile_truth(item, env) for item in node.items))
        case syntax.Comparison():
            values = [compile_value(item, env) for item in node.operands]
            links = zip(node.operators, pairwise(values), strict=True)
            return reduce(both, (compare(operator, left, right) for operator, (left, right) in links))
        case syntax.Membership():
            wanted = compile_value(node.item, env)
            found = reduce(either, (compare("==", wanted, compile_value(option, env)) for option in node.options))
            return negation(found) if node.negated else found
        case syntax.Conditional():
            condition = compile_truth(node.condition, env)
            return choose(condition, compile_value(node.then, env), compile_value(node.otherwise, env))
        case syntax.Call():
            return _call(node, env)
        case _:
            raise TypeError(node)


def column_name(node: Node) -> str:
    """The column that holds a leaf or aggregate; a number's upper end stands in the same name with `:high`."""
    match node:
        case typed.MeasureLeaf():
            return f"{node.rulebook}.{node.id}"
        case typed.ResultLeaf():
            return f"{node.rulebook}:{node.part}" + (f".{node.id}" if node.id else "")
        case typed.ThisLeaf():
            return f"this:{spell(node.item)}"
        case typed.TableLeaf():
            return table_column(node.table)
        case syntax.Aggregate():
            return f"@{spell(node)}"
        case _:
            return spell(node)


def table_column(table: str) -> str:
    """The column that tells whether there is a table of a lower kind; no fact can have such a name."""
    return f"?{table}"


def _type(node: Node) -> typed.Type:
    if isinstance(node, typed.Leaf):
        return node.type
    assert isinstance(node, syntax.Aggregate)  # noqa: S101 - the two callers pass nothing else
    return typed.BOOLEAN if node.function in {"any", "all"} else typed.NUMBER


def stored(name: str, type_: typed.Type, env: Environment) -> Value:
    """What an earlier step has put into the frame."""
    certain = name in env.certain
    if type_.name == "boolean":
        return Truth(env.column(name), certain=certain)
    if type_.name in {"text", "choice"} and not type_.ordered:
        return Symbol(env.column(name), certain=certain)
    low = env.column(name)
    return Range(low, low if certain else env.column(f"{name}:high"), whole=type_.whole)


def fact(column: Column, env: Environment) -> Value:
    """A fact of the unit; a gap is the range of values that it can have."""
    certain = not env.gaps(column.id)
    if column.type == "boolean":
        return Truth(env.column(column.id), certain=certain)
    if column.choices is not None and (column.ordered or column.type == "grade"):
        type_ = typed.fact_leaf(column).type
        value = _ranked(env.column(column.id), type_)
        most = float(len(type_.choices) - 1)
        if certain:
            return Range(value, value, 0.0, most, whole=True)
        return Range(value.fill_null(0.0), value.fill_null(most), 0.0, most, whole=True)
    if column.type in {"text", "choice", "reference"}:
        return Symbol(env.column(column.id), certain=certain)
    value = as_float(env.column(column.id))
    least, most = column.least, column.most
    whole = column.type in {"count", "date"}
    if column.id in env.ranged:
        return Range(value, as_float(env.column(f"{column.id}:high")), least, most, whole=whole)
    if certain:
        return Range(value, value, least, most, whole=whole)
    low = value.fill_null(_bound(column.low, least, env))
    high = value.fill_null(_bound(column.high, most, env))
    return Range(low, high, least, most, whole=whole)


def _bound(bound: float | str, otherwise: float, env: Environment) -> Expr:
    """A bound of a gap; where another fact bounds it and is a gap too, that fact's own bound."""
    return as_float(env.column(bound)).fill_null(otherwise) if isinstance(bound, str) else env.over.lit(float(bound))


def _rank(type_: typed.Type, choice: str) -> int:
    """The place of a choice, smallest first; of a grade, worst first."""
    place = type_.choices.index(choice)
    return len(type_.choices) - 1 - place if type_.name == "grade" else place


def _ranked(column: Expr, type_: typed.Type) -> Expr:
    first, *rest = type_.choices
    ranks = when(column == first).then(float(_rank(type_, first)))
    for choice in rest:
        ranks = ranks.when(column == choice).then(float(_rank(type_, choice)))
    return ranks.otherwise(None)


# Conditions


def both(left: Truth, right: Truth) -> Truth:
    """Kleene's `and`."""
    if left.exact is not None:
        return right if left.exact else left
    if right.exact is not None:
        return left if right.exact else right
    return Truth(left.column & right.column, certain=left.certain and right.certain)


def either(left: Truth, right: Truth) -> Truth:
    """Kleene's `or`."""
    if left.exact is not None:
        return left if left.exact else right
    if right.exact is not None:
        return right if right.exact else left
    return Truth(left.column | right.column, certain=left.certain and right.certain)


def negation(item: Truth) -> Truth:
    """Kleene's `not`."""
    if item.exact is not None:
        return Truth(library_of(item.column).lit(not item.exact), not item.exact, certain=True)
    return Truth(~item.column, certain=item.certain)


def tristate(certain: Expr, impossible: Expr) -> Truth:
    """True where certain, false where impossible, else unknown."""
    return Truth(when(certain).then(True).when(impossible).then(False))  # noqa: FBT003


def choose(condition: Truth, then: Value, otherwise: Value) -> Value:
    """`then if condition else otherwise`: the hull of both where the condition is unknown."""
    if condition.exact is not None:
        return then if condition.exact else otherwise
    if isinstance(then, Truth) and isinstance(otherwise, Truth):
        yes, no = both(condition, then), both(negation(condition), otherwise)
        return either(either(yes, no), both(then, otherwise))
    if isinstance(then, Symbol) and isinstance(otherwise, Symbol):
        return Symbol(when(condition.column).then(then.column).when(~condition.column).then(otherwise.column))
    if not (isinstance(then, Range) and isinstance(otherwise, Range)):
        raise TypeError(then, otherwise)
    is_, not_ = condition.column, ~condition.column

    def pick(a: Expr, b: Expr, hull: Callable[..., Expr]) -> Expr:
        if condition.certain:
            return when(is_).then(a).otherwise(b)
        return when(is_).then(a).when(not_).then(b).otherwise(hull(a, b))

    low = pick(then.low, otherwise.low, min_horizontal)
    is_point = condition.certain and then.is_point and otherwise.is_point
    return Range(
        low,
        low if is_point else pick(then.high, otherwise.high, max_horizontal),
        min(then.least, otherwise.least),
        max(then.most, otherwise.most),
        whole=then.whole and otherwise.whole,
    )


def compare(operator: str, left: Value, right: Value) -> Truth:
    """A comparison of two values of one type."""
    if operator == "!=":
        return negation(compare("==", left, right))
    if isinstance(left, Range) and isinstance(right, Range):
        return _compare_ranges(operator, left, right)
    if isinstance(left, (Truth, Symbol)) and isinstance(right, (Truth, Symbol)):
        return Truth(left.column == right.column, certain=left.certain and right.certain)
    raise TypeError(left, right)


def _compare_ranges(operator: str, a: Range, b: Range) -> Truth:
    if operator in {"<", "<="}:
        return _compare_ranges({"<": ">", "<=": ">="}[operator], b, a)
    if a.exact is not None and b.exact is not None:
        holds = {">=": a.exact >= b.exact, ">": a.exact > b.exact, "==": a.exact == b.exact}[operator]
        return Truth(library_of(a.low).lit(holds), holds, certain=True)
    if operator == ">=":
        return _test(a, b, slack=-1)
    if operator == ">":
        return _test(a, b, slack=+1)
    at_least, at_most = _compare_ranges(">=", a, b), _compare_ranges(">=", b, a)
    equal = both(at_least, at_most)
    if a.is_point and b.is_point:
        return equal
    # Ends that touch do not make ranges equal: only two points can be.
    points = (a.low == a.high) & (b.low == b.high)
    return tristate(points & equal.column.fill_null(False), (~equal.column).fill_null(False))  # noqa: FBT003


def _test(a: Range, b: Range, *, slack: int) -> Truth:
    """`a >= b` or `a > b`: certain when a's low end passes b's high end, impossible when a's high fails b's low."""

    def holds(x: Expr, y: Expr) -> Expr:
        return x >= y if slack < 0 else x > y

    if a.whole and b.whole:
        return _decide(a, b, holds, lambda end: end, lambda end: end)
    if b.exact is not None:
        limit = library_of(b.low).lit(float(b.exact) + slack * TOLERANCE * max(1.0, abs(float(b.exact))))
        return _decide(a, b, holds, lambda _: limit, lambda end: end)
    if a.exact is not None:
        limit = library_of(a.low).lit(float(a.exact) - slack * TOLERANCE * max(1.0, abs(float(a.exact))))
        return _decide(a, b, holds, lambda end: end, lambda _: limit)
    return _decide(a, b, holds, lambda end: _shift(end, slack * TOLERANCE), lambda end: end)


def _decide(
    a: Range,
    b: Range,
    holds: Callable[[Expr, Expr], Expr],
    limit: Callable[[Expr], Expr],
    value: Callable[[Expr], Expr],
) -> Truth:
    if a.is_point and b.is_point:
        return Truth(holds(value(a.low), limit(b.low)), certain=True)
    return tristate(holds(value(a.low), limit(b.high)), ~holds(value(a.high), limit(b.low)))


def _shift(end: Expr, step: float) -> Expr:
    """`end + step * max(1, |end|)`, without making a NaN of an infinite end."""
    return when(end >= 1.0).then(end * (1.0 + step)).when(end <= -1.0).then(end * (1.0 - step)).otherwise(end + step)


# Arithmetic


def _range(
    low: Expr,
    high: Expr,
    least: float,
    most: float,
    *parts: Range,
    whole: bool = False,
) -> Range:
    """A range that is a point when its parts are."""
    return Range(low, low if all(part.is_point for part in parts) else high, least, most, whole=whole)


def add(a: Range, b: Range) -> Range:
    """`a + b`."""
    if a.exact is not None and b.exact is not None:
        return constant(a.exact + b.exact, library_of(a.low))
    whole = a.whole and b.whole
    return _range(a.low + b.low, a.high + b.high, a.least + b.least, a.most + b.most, a, b, whole=whole)


def subtract(a: Range, b: Range) -> Range:
    """`a - b`."""
    if a.exact is not None and b.exact is not None:
        return constant(a.exact - b.exact, library_of(a.low))
    whole = a.whole and b.whole
    return _range(a.low - b.high, a.high - b.low, a.least - b.most, a.most - b.least, a, b, whole=whole)


def multiply(a: Range, b: Range) -> Range:
    """`a * b`, where 0 · ∞ is 0."""
    if a.exact is not None and b.exact is not None:
        return constant(a.exact * b.exact, library_of(a.low))
    if b.exact is None and a.exact is not None:
        a, b = b, a
    ends = [_times(x, y) for x in (a.least, a.most) for y in (b.least, b.most)]
    least, most, whole = min(ends), max(ends), a.whole and b.whole
    if b.exact is not None:
        if b.exact == 0:
            return constant(0, library_of(a.low))
        low, high = (a.low, a.high) if b.exact > 0 else (a.high, a.low)
        return _range(low * float(b.exact), high * float(b.exact), least, most, a, whole=whole)
    if a.is_point and b.is_point:
        return _range(a.low * b.low, a.low * b.low, least, most, a, b, whole=whole)
    if a.least >= 0 and b.least >= 0:
        # A high end that may be infinite meets a high end that may be 0.
        return Range(a.low * b.low, _column_times(a.high, b.high), least, most, whole=whole)
    products = [_column_times(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return Range(min_horizontal(*products), max_horizontal(*products), least, most, whole=whole)


def divide(a: Range, b: Range) -> Range:
    """`a / b`: (−∞, ∞), undefined, where b can be 0."""
    if b.exact is not None and b.exact != 0:
        if a.exact is not None:
            return constant(a.exact / b.exact, library_of(a.low))
        low, high = (a.low, a.high) if b.exact > 0 else (a.high, a.low)
        ends = [_times(x, 1 / float(b.exact)) for x in (a.least, a.most)]
        return _range(low / float(b.exact), high / float(b.exact), min(ends), max(ends), a)
    # Floats may leave a little of a difference that is 0.
    nothing = 0.0 if b.whole else TOLERANCE
    if a.least >= 0 and b.least > nothing:
        return _range(a.low / b.high, a.high / b.low, 0.0, a.most / b.least, a, b)
    if a.least >= 0 and b.least >= 0:
        defined = b.low > nothing
        low = when(defined).then(a.low / b.high).otherwise(-inf)
        high = when(defined).then(a.high / b.low).otherwise(inf)
        return Range(low, high)
    defined = (b.low > nothing) | (b.high < -nothing)
    low_divisor, high_divisor = (when(defined).then(end).otherwise(1.0) for end in (b.low, b.high))
    quotients = [x / y for x in (a.low, a.high) for y in (low_divisor, high_divisor)]
    # ∞ / ∞ would be NaN; a quotient of an infinite divisor is 0.
    quotients = [
        when(y.abs() == inf).then(0.0).otherwise(q)
        for q, y in zip(quotients, (low_divisor, high_divisor) * 2, strict=True)
    ]
    low = when(defined).then(min_horizontal(*quotients)).otherwise(-inf)
    high = when(defined).then(max_horizontal(*quotients)).otherwise(inf)
    return Range(low, high)


_ARITHMETIC: dict[str, Callable[[Range, Range], Range]] = {"+": add, "-": subtract, "*": multiply, "/": divide}


def _times(x: float, y: float) -> float:
    return 0.0 if x == 0 or y == 0 else x * y


def _column_times(x: Expr, y: Expr) -> Expr:
    return when((x == 0) | (y == 0)).then(0.0).otherwise(x * y)


# Functions


def _call(node: syntax.Call, env: Environment) -> Value:
    if node.function in {"entered", "given"}:
        return _entry(node, env)
    values = [compile_number(item, env) for item in node.arguments]
    if node.function == "year_of":
        day = values[0]
        low = year_of(day.low)
        return Range(low, low if day.is_point else year_of(day.high), whole=True)
    if node.function in {"min", "max"}:
        return reduce(_least if node.function == "min" else _greatest, values)
    if node.function == "abs":
        return _absolute(values[0])
    digits = int(values[1].exact or 0) if len(values) > 1 else 0
    return rounded(node.function, values[0], digits)


def _entry(node: syntax.Call, env: Environment) -> Value:
    """`entered` and `given`: an empty cell is an answer, but for a refused row, of which nothing is known."""
    leaf = node.arguments[0]
    assert isinstance(leaf, typed.FactLeaf)  # noqa: S101 - the checker refuses anything else
    is_entered = Truth(~env.column(leaf.column.id).is_null(), certain=True)
    if env.refused:
        is_entered = Truth(when(~env.column("_refused")).then(is_entered.column))
    if node.function == "entered":
        return is_entered
    return choose(is_entered, fact(leaf.column, env), compile_value(node.arguments[1], env))


def _least(a: Range, b: Range) -> Range:
    low, high = min_horizontal(a.low, b.low), min_horizontal(a.high, b.high)
    return _range(low, high, min(a.least, b.least), min(a.most, b.most), a, b, whole=a.whole and b.whole)


def _greatest(a: Range, b: Range) -> Range:
    low, high = max_horizontal(a.low, b.low), max_horizontal(a.high, b.high)
    return _range(low, high, max(a.least, b.least), max(a.most, b.most), a, b, whole=a.whole and b.whole)


def _absolute(a: Range) -> Range:
    if a.least >= 0:
        return a
    if a.is_point:
        return _range(a.low.abs(), a.low.abs(), 0.0, max(abs(a.least), abs(a.most)), a, whole=a.whole)
    crosses = (a.low < 0) & (a.high > 0)
    nearest = when(crosses).then(0.0).otherwise(min_horizontal(a.low.abs(), a.high.abs()))
    farthest = max_horizontal(a.low.abs(), a.high.abs())
    return Range(nearest, farthest, 0.0, max(abs(a.least), abs(a.most)), whole=a.whole)


def rounded(function: str, a: Range, digits: int) -> Range:
    """Half away from zero, up or down; a value within a billionth of a step counts as on it."""
    scale = 10.0**digits

    def at(end: Expr) -> Expr:
        scaled = end * scale
        if function == "round_up":
            return (scaled - _ROUNDING).ceil() / scale
        if function == "round_down":
            return (scaled + _ROUNDING).floor() / scale
        size = (scaled.abs() + 0.5 + _ROUNDING).floor() / scale
        return when(end < 0).then(-size).otherwise(size)

    step = 1.0 / scale
    return _range(at(a.low), at(a.high), a.least - step, a.most + step, a, whole=digits == 0)
