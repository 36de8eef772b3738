"""From facts to symbols: the column expressions that measure every unit of a kind at once.

`score` extends a lazy frame of facts; nothing is computed until the caller collects it. Columns it adds (a number that
can be a range has its upper end in the same name with `:high`):

- `@…` aggregates over lower units, `rulebook.measure` measures, and the traced operands of comparisons;
- `applicable:c`, `met:c`, `points:c` for each criterion c; `good.g` for each good g; true, false, or null for unknown;
- `score`, `score_max`, `goods_met`, `goods_count`;
- `check:i` whether the data fulfils check i;
- `case`: the answers to what the policy asks, as one number.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Any

import narwhals as nw

from engine.expression import check, syntax
from engine.expression.columns import (
    TOLERANCE,
    Environment,
    Range,
    Symbol,
    Truth,
    add,
    both,
    column_name,
    compile_number,
    compile_truth,
    compile_value,
    constant,
    either,
    negation,
    tristate,
)
from engine.expression.text import spell
from engine.programme import rules
from engine.programme.checker import number_of
from engine.programme.resolved import conditions, is_compound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.expression.syntax import Node
    from engine.programme.rules import Criterion, Good, Rules
    from engine.schema import Column

Columns = dict[str, nw.Expr]


@dataclass(frozen=True)
class Lower:
    """The units of a lower kind with what their rulebooks found.

    Attributes:
        frame: facts, results, measures, and for each kind above the unit's ancestor in `^kind`.
        environment: how its facts are read.
    """

    frame: nw.LazyFrame[Any]
    environment: Environment


def score(
    book: Rules,
    frame: nw.LazyFrame[Any],
    environment: Environment,
    lower: Mapping[str, Lower],
) -> nw.LazyFrame[Any]:
    """Extend the facts of a kind with everything that a rulebook measures.

    Args:
        book: the rulebook.
        frame: one row a unit: `id`, and a column for each fact (numbers and dates as numbers).
        environment: how facts and parameters are read.
        lower: the kinds below, already scored.
    """
    frame = _with_aggregates(book, frame, environment, lower)
    for level in _levels(book):
        frame = _extended(frame, _named({f"{book.id}.{item.id}": item.value for item in level}, environment))
    frame = _extended(frame, _named({**traced_operands(book), **traced_conditions(book)}, environment))
    frame = _extended(frame, _conditions(book, environment))
    frame = _extended(frame, _points(book))
    frame = _extended(frame, _goods(book))
    frame = _extended(frame, _totals(book))
    checks = {f"check:{item.id}": compile_truth(item.require, environment).column for item in book.checks}
    return frame.with_columns(case=_case(book, environment), **checks)


def _extended(frame: nw.LazyFrame[Any], columns: Columns) -> nw.LazyFrame[Any]:
    """The frame with more columns; a rulebook may have none of a sort."""
    return frame.with_columns(**columns) if columns else frame


def _named(values: Mapping[str, Node], environment: Environment) -> Columns:
    """Values as columns under their names."""
    columns: Columns = {}
    for name, node in values.items():
        _store(columns, name, compile_value(node, environment))
    return columns


def _store(columns: Columns, name: str, value: object) -> None:
    match value:
        case Range():
            columns[name], columns[f"{name}:high"] = value.low, value.high
        case Truth() | Symbol():
            columns[name] = value.column
        case _:
            raise TypeError(value)


def _range(name: str) -> Range:
    return Range(nw.col(name), nw.col(f"{name}:high"))


# Aggregates over lower units


def aggregates(book: Rules) -> dict[str, syntax.Aggregate]:
    """The aggregates that a rulebook uses, by the name of their column."""
    return {name: node for expression in expressions(book) for name, node in aggregates_in(expression).items()}


def aggregates_in(node: Node) -> dict[str, syntax.Aggregate]:
    """The aggregates of one expression, by the name of their column."""
    found = {column_name(node): node} if isinstance(node, syntax.Aggregate) else {}
    for child in syntax.children(node):
        found |= aggregates_in(child)
    return found


def expressions(book: Rules) -> Iterable[Node]:
    """Every resolved expression of a rulebook."""
    yield from (item.value for item in book.measures)
    for criterion in book.criteria:
        yield from filter(None, (criterion.require, criterion.applies))
        if criterion.points is not None and not isinstance(criterion.points, rules.Fixed):
            yield criterion.points.of
    yield from (title.when for title in book.titles)
    yield from (item.require for item in book.checks)
    yield from book.atoms


def _with_aggregates(
    book: Rules,
    frame: nw.LazyFrame[Any],
    environment: Environment,
    lower: Mapping[str, Lower],
) -> nw.LazyFrame[Any]:
    """Join each aggregate to the units that ask, those that others need first.

    An aggregate needs those in the measures that it reads through `this.`.
    """
    waiting = aggregates(book)
    while waiting:
        ready = {name: node for name, node in waiting.items() if not _needed(node, book) & waiting.keys()}
        waiting = {name: node for name, node in waiting.items() if name not in ready}
        for kind in dict.fromkeys(node.kind for node in ready.values()):
            wanted = {name: node for name, node in ready.items() if node.kind == kind}
            frame = _joined(book, frame, environment, wanted, lower.get(kind))
    return frame


def _joined(
    book: Rules,
    frame: nw.LazyFrame[Any],
    environment: Environment,
    wanted: Mapping[str, syntax.Aggregate],
    below: Lower | None,
) -> nw.LazyFrame[Any]:
    """The frame with aggregates over one kind: one group-by and one join."""
    joined: Columns = {}
    if below is None:
        # Without a table of the kind nothing is known of its units, not even that there are none.
        for name, node in wanted.items():
            _store(joined, name, _unknown(node))
            if node.function == "share":
                joined[f"{name}:of"] = nw.lit(0.0)
        return frame.with_columns(**joined)
    ancestor = f"^{book.kind}"
    units = below.frame
    if asked := _asked(wanted.values()):
        asking = _asking(asked, book, frame, environment)
        units = units.join(asking, left_on=ancestor, right_on="id", how="left")
    inner = Environment(environment.constants, below.environment.gaps, below.environment.refused)
    parts: Columns = {_UNITS: nw.lit(1.0)}
    for at, (name, node) in enumerate(wanted.items()):
        _aggregate(node, at, inner, parts)
        _store(joined, name, _aggregated(node, at))
        if node.function == "share":
            joined[f"{name}:of"] = nw.col(_UNITS)
    groups = (
        units.filter(~nw.col(ancestor).is_null())
        .select(ancestor, **parts)
        .group_by(ancestor)
        .agg(**{name: nw.col(name).sum().cast(nw.Float64) for name in parts})
    )
    return (
        frame.join(groups, left_on="id", right_on=ancestor, how="left")
        .with_columns(nw.col(*parts).fill_null(0.0))
        .with_columns(**joined)
        .drop(*parts)
    )


def _asked(nodes: Iterable[Node]) -> dict[str, check.Leaf]:
    """What aggregates read from the unit that asks, by the name of its column."""
    found = (leaf for node in nodes for leaf in check.leaves(node) if isinstance(leaf, check.ThisLeaf))
    return {column_name(leaf): leaf.item for leaf in found}


def _measures_asked(nodes: Iterable[Node], book: Rules) -> dict[str, rules.Measure]:
    """The measures of the unit that asks behind some parts, in an order in which each uses only earlier ones."""
    own = {item.id: item for item in book.measures}
    found: set[str] = set()
    ahead = list(nodes)
    while ahead:
        for leaf in check.leaves(ahead.pop()):
            inner = leaf.item if isinstance(leaf, check.ThisLeaf) else leaf
            if isinstance(inner, check.MeasureLeaf) and inner.rulebook == book.id and inner.id not in found:
                found.add(inner.id)
                ahead.append(own[inner.id].value)
    return {id_: item for id_, item in own.items() if id_ in found}


def _needed(node: syntax.Aggregate, book: Rules) -> set[str]:
    """The columns of the aggregates that must be there before this one."""
    measures = _measures_asked(_asked([node]).values(), book)
    return {name for item in measures.values() for name in aggregates_in(item.value)}


def _asking(
    asked: Mapping[str, check.Leaf],
    book: Rules,
    frame: nw.LazyFrame[Any],
    environment: Environment,
) -> nw.LazyFrame[Any]:
    """The units that ask, with what aggregates read from them."""
    for item in _measures_asked(asked.values(), book).values():
        frame = frame.with_columns(**_named({f"{book.id}.{item.id}": item.value}, environment))
    return frame.select("id", **_named(asked, environment))


_UNITS = "@units"
"""How many lower units there are; no fact can have such a name."""


def _aggregate(node: syntax.Aggregate, at: int, environment: Environment, parts: Columns) -> None:
    """The columns of the lower units that an aggregate adds up."""
    if node.function in {"sum", "mean"}:
        assert node.item is not None  # noqa: S101 - the parser asks for it
        value = compile_number(node.item, environment)
        parts[f"@low{at}"], parts[f"@high{at}"] = value.low, value.high
    else:
        truth = compile_truth(node.item, environment).column if node.item is not None else nw.lit(True)  # noqa: FBT003
        parts[f"@low{at}"] = truth.fill_null(False).cast(nw.Float64)  # noqa: FBT003
        parts[f"@high{at}"] = truth.fill_null(True).cast(nw.Float64)  # noqa: FBT003


def _unknown(node: syntax.Aggregate) -> Range | Truth:
    """An aggregate of which nothing is known."""
    if node.function in {"any", "all"}:
        return Truth(nw.lit(None, dtype=nw.Boolean))
    return Range(nw.lit(0.0 if node.function == "count" else -inf), nw.lit(inf))


def _aggregated(node: syntax.Aggregate, at: int) -> Range | Truth:
    """The aggregate from the sums: counts are [certain, certain + unknown]."""
    low, high, n = nw.col(f"@low{at}"), nw.col(f"@high{at}"), nw.col(_UNITS)
    if node.function in {"count", "sum"}:
        return Range(low, high)
    if node.function in {"share", "mean"}:
        some = n > 0
        return Range(
            nw.when(some).then(low / n).otherwise(nw.lit(-inf)),
            nw.when(some).then(high / n).otherwise(nw.lit(inf)),
        )
    if node.function == "any":
        return tristate(low > 0, high == 0)
    return tristate(low == n, high < n)


# Measures and criteria


def _levels(book: Rules) -> list[list[rules.Measure]]:
    """Measures that can be computed together, each level using only earlier ones."""
    level_of: dict[str, int] = {}
    levels: list[list[rules.Measure]] = []
    for item in book.measures:
        used = [leaf.id for leaf in check.leaves(item.value) if isinstance(leaf, check.MeasureLeaf)]
        level = 1 + max((level_of[id_] for id_ in used if id_ in level_of), default=-1)
        level_of[item.id] = level
        if level == len(levels):
            levels.append([])
        levels[level].append(item)
    return levels


def traced_operands(book: Rules) -> dict[str, Node]:
    """Operands that an explanation writes out with their value, and that no other column holds."""
    found: dict[str, Node] = {}
    for node in expressions(book):
        _trace(node, found)
    for criterion in book.criteria:
        if criterion.points is not None and not isinstance(criterion.points, rules.Fixed):
            _trace_operand(criterion.points.of, found)
    return found


def _trace(node: Node, found: dict[str, Node]) -> None:
    if isinstance(node, syntax.Aggregate):
        return
    if isinstance(node, syntax.Comparison):
        for operand in node.operands:
            _trace_operand(operand, found)
    for child in syntax.children(node):
        _trace(child, found)


def _trace_operand(node: Node, found: dict[str, Node]) -> None:
    is_plain = isinstance(node, (check.Leaf, syntax.Number, syntax.Negative, syntax.Day, syntax.Text, syntax.Truth))
    after_scores = any(isinstance(leaf, check.OutcomeLeaf) for leaf in check.leaves(node))
    is_text = isinstance(node, syntax.Call) and any(leaf.type.name in {"text", "choice"} for leaf in check.leaves(node))
    if not (is_plain or after_scores or is_text or isinstance(node, syntax.Aggregate)):
        found.setdefault(spell(node), node)


def traced_conditions(book: Rules) -> dict[str, Node]:
    """The parts of compound conditions whose truth an explanation shows, by their spelling."""
    compound = [node for item in book.criteria for node in (item.require, item.applies) if node is not None]
    compound += [item.value for item in book.measures if item.type.name == "boolean"]
    return {spell(part): part for node in compound if is_compound(node) for part in conditions(node)}


def _conditions(book: Rules, environment: Environment) -> Columns:
    columns: Columns = {}
    for criterion in book.criteria:
        if criterion.applies is not None:
            columns[f"applicable:{criterion.id}"] = compile_truth(criterion.applies, environment).column
        if criterion.require is not None:
            columns[f"met:{criterion.id}"] = compile_truth(criterion.require, environment).column
        points = criterion.points
        if points is not None and not isinstance(points, rules.Fixed):
            _store(columns, f"points:{criterion.id}", _table(points, environment))
    return columns


def _points(book: Rules) -> Columns:
    """Points of a requirement, and whether a requirement that is only points is met: when it has all of them."""
    columns: Columns = {}
    for criterion in book.criteria:
        name = criterion.id
        if criterion.require is None:
            most, slack = float(criterion.most), TOLERANCE * max(1.0, float(criterion.most))
            points = _range(f"points:{name}")
            columns[f"met:{name}"] = tristate(points.low >= most - slack, points.high < most - slack).column
        elif isinstance(criterion.points, rules.Fixed):
            met, most = nw.col(f"met:{name}"), float(criterion.most)
            columns[f"points:{name}"] = met.fill_null(False).cast(nw.Float64) * most  # noqa: FBT003
            columns[f"points:{name}:high"] = met.fill_null(True).cast(nw.Float64) * most  # noqa: FBT003
    return columns


def _table(points: rules.Bands | rules.Linear | rules.Deduction, environment: Environment) -> Range:
    """The points at both ends of the range of `of`; tables are monotone, so nothing lies outside."""
    of = compile_number(points.of, environment)
    match points:
        case rules.Bands():
            at, falls = _bands_at(points), points.steps[0][1] < points.otherwise
        case rules.Linear():
            at, falls = _line_at(points), points.knots[-1][1] < points.knots[0][1]
        case rules.Deduction():
            at, falls = _deduction_at(points), True
    low, high = (of.high, of.low) if falls else (of.low, of.high)
    return Range(at(low), at(high))


def _bands_at(points: rules.Bands) -> Callable[[nw.Expr], nw.Expr]:
    def at(end: nw.Expr) -> nw.Expr:
        (threshold, most), *rest = points.steps
        chain = nw.when(end >= _reached_from(threshold)).then(nw.lit(float(most)))
        for threshold, value in rest:
            chain = chain.when(end >= _reached_from(threshold)).then(nw.lit(float(value)))
        return chain.otherwise(nw.lit(float(points.otherwise)))

    return at


def _reached_from(threshold: Node) -> float:
    """The smallest float that counts as having reached a threshold."""
    value = float(number_of(threshold) or 0)
    return value - TOLERANCE * max(1.0, abs(value))


def _line_at(points: rules.Linear) -> Callable[[nw.Expr], nw.Expr]:
    knots = [(float(number_of(node) or 0), float(value)) for node, value in points.knots]

    def at(end: nw.Expr) -> nw.Expr:
        chain = nw.when(end <= knots[0][0]).then(nw.lit(knots[0][1]))
        for (x0, y0), (x1, y1) in pairwise(knots):
            chain = chain.when(end < x1 - TOLERANCE).then(y0 + (end - x0) * ((y1 - y0) / (x1 - x0)))
        return chain.otherwise(nw.lit(knots[-1][1]))

    return at


def _deduction_at(points: rules.Deduction) -> Callable[[nw.Expr], nw.Expr]:
    most, each = float(points.most), float(points.each)

    def at(end: nw.Expr) -> nw.Expr:
        left = most - end * each if each else nw.lit(most)
        return nw.when(left <= 0.0).then(nw.lit(0.0)).when(left >= most).then(nw.lit(most)).otherwise(left)

    return at


# Goods and the score


@dataclass(frozen=True)
class _Sum:
    """Points over the points that can be had, at their worst and at their best.

    A criterion of which it is unknown whether it applies counts at worst with the points it may lose, at best with the
    points it may gain: no other choice is worse or better for the quotient.
    """

    low: nw.Expr
    low_of: nw.Expr | float
    high: nw.Expr
    high_of: nw.Expr | float


def _sum(criteria: Iterable[Criterion]) -> _Sum:
    low: list[nw.Expr] = []
    high: list[nw.Expr] = []
    low_of: list[nw.Expr] = []
    high_of: list[nw.Expr] = []
    fixed = 0.0
    for criterion in criteria:
        most, points = float(criterion.most), _range(f"points:{criterion.id}")
        if criterion.applies is None:
            fixed += most
            low.append(points.low)
            high.append(points.high)
            continue
        applies = nw.col(f"applicable:{criterion.id}")
        low.append(nw.when(applies).then(points.low).otherwise(nw.lit(0.0)))
        high.append(nw.when(~applies).then(nw.lit(0.0)).otherwise(points.high))
        low_of.append(_if(applies, nw.lit(most), nw.lit(0.0), most - points.low))
        high_of.append(_if(applies, nw.lit(most), nw.lit(0.0), points.high))
    return _Sum(
        _total(low),
        _total([nw.lit(fixed), *low_of]) if low_of else fixed,
        _total(high),
        _total([nw.lit(fixed), *high_of]) if high_of else fixed,
    )


def _total(columns: list[nw.Expr]) -> nw.Expr:
    return reduce(lambda left, right: left + right, columns) if columns else nw.lit(0.0)


def _if(condition: nw.Expr, yes: nw.Expr, no: nw.Expr, unknown: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(yes).when(~condition).then(no).otherwise(unknown)


def _goods(book: Rules) -> Columns:
    return {f"good.{good.id}": _good(good).column for good in book.goods}


def _good(good: Good) -> Truth:
    """Every essential criterion that applies, and the share of the points."""
    met = Truth(nw.lit(True), exact=True)  # noqa: FBT003
    for criterion in good.criteria:
        if criterion.said.essential and good.said.met.essential == "all":
            holds = Truth(nw.col(f"met:{criterion.id}"))
            if criterion.applies is not None:
                holds = either(negation(Truth(nw.col(f"applicable:{criterion.id}"))), holds)
            met = both(met, holds)
    counted = [item for item in good.criteria if item.points is not None and not item.said.bonus]
    if good.share is not None and counted:
        points, share = _sum(counted), float(good.share)
        slack = TOLERANCE * max(1.0, float(sum(item.most for item in counted)))
        certain = points.low >= points.low_of * share - slack
        impossible = points.high < points.high_of * share - slack
        met = both(met, tristate(certain, impossible))
    return met


def _totals(book: Rules) -> Columns:
    counted = [item for item in book.criteria if item.points is not None and not item.said.bonus]
    bonus = [item for item in book.criteria if item.points is not None and item.said.bonus]
    total = _score(book, counted)
    if bonus:
        most = nw.lit(float(book.bonus_max))
        extra = [_sum(bonus).low, _sum(bonus).high]
        low, high = (nw.when(end >= most).then(most).otherwise(end) for end in extra)
        total = add(total, Range(low, high))
    goods = [nw.col(f"good.{good.id}") for good in book.goods]
    columns: Columns = {}
    _store(columns, "score", total)
    _store(columns, "score_max", _score_max(book, counted))
    certain = [good.fill_null(False).cast(nw.Float64) for good in goods]  # noqa: FBT003
    possible = [good.fill_null(True).cast(nw.Float64) for good in goods]  # noqa: FBT003
    _store(columns, "goods_met", Range(_total(certain), _total(possible)))
    _store(columns, "goods_count", constant(len(book.goods)))
    return columns


def _score(book: Rules, counted: list[Criterion]) -> Range:
    """The points but for bonuses: rescaled to what applies, or what does not apply counted in full or not at all."""
    mode = book.said.score.not_applicable
    if mode == "rescale" and any(item.applies is not None for item in counted):
        total, most = _sum(counted), float(book.most)
        ends = ((total.low, total.low_of), (total.high, total.high_of))
        low_end, high_end = (_rescaled(end, of, most) for end, of in ends)
        return Range(low_end, high_end)
    low: list[nw.Expr] = []
    high: list[nw.Expr] = []
    for item in counted:
        points, instead = _range(f"points:{item.id}"), nw.lit(float(item.most) if mode == "full" else 0.0)
        if item.applies is None:
            low.append(points.low)
            high.append(points.high)
            continue
        applies = nw.col(f"applicable:{item.id}")
        low.append(_if(applies, points.low, instead, nw.min_horizontal(points.low, instead)))
        high.append(_if(applies, points.high, instead, nw.max_horizontal(points.high, instead)))
    return Range(_total(low), _total(high))


def _rescaled(end: nw.Expr, of: nw.Expr | float, most: float) -> nw.Expr:
    """Points as a share of those that can be had, times all; none where nothing applies."""
    can_be_had = of if isinstance(of, nw.Expr) else nw.lit(of)
    return nw.when(can_be_had > 0.0).then(end / can_be_had * most).otherwise(nw.lit(0.0))


def _score_max(book: Rules, counted: list[Criterion]) -> Range:
    """The points that can be had: of the criteria that apply, when the score is rescaled to them."""
    if book.said.score.not_applicable != "rescale":
        return constant(book.most)
    low: list[nw.Expr] = []
    high: list[nw.Expr] = []
    fixed = Fraction(0)
    for item in counted:
        if item.applies is None:
            fixed += item.most
            continue
        applies = nw.col(f"applicable:{item.id}")
        low.append(applies.fill_null(False).cast(nw.Float64) * float(item.most))  # noqa: FBT003
        high.append(applies.fill_null(True).cast(nw.Float64) * float(item.most))  # noqa: FBT003
    return add(Range(_total(low), _total(high)), constant(fixed)) if low else constant(book.most)


# The case


def _case(book: Rules, environment: Environment) -> nw.Expr:
    """The symbols of the policy as one number, the first symbol counting least."""
    case, weight = nw.lit(0, dtype=nw.Int64), 1
    for atom in book.atoms:
        symbol = compile_truth(atom, environment).column.cast(nw.Int64).fill_null(2)
        case, weight = case + symbol * weight, weight * 3
    for entry in book.entries:
        case, weight = case + _entry_symbol(entry, book.grades, environment) * weight, weight * (len(book.grades) + 2)
    return case


def _entry_symbol(entry: Column, grades: tuple[str, ...], environment: Environment) -> nw.Expr:
    """The place of the entered grade; one more for "not entered", two more for unknown."""
    column, missing = nw.col(entry.id), len(grades) + (0 if entry.blank is not None else 1)
    chain = nw.when(column == grades[0]).then(nw.lit(0, dtype=nw.Int64))
    for place, grade in enumerate(grades[1:], start=1):
        chain = chain.when(column == grade).then(nw.lit(place, dtype=nw.Int64))
    if environment.refused:
        chain = chain.when(nw.col("_refused")).then(nw.lit(len(grades) + 1, dtype=nw.Int64))
    return chain.otherwise(nw.lit(missing, dtype=nw.Int64))
