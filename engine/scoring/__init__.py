"""From facts to symbols: the column expressions that measure every unit of a kind at once.

`score` extends a lazy frame of facts; nothing is computed until the caller collects it. Columns it adds
(`engine.scoring.layers` says how they are stored):

- `@…` aggregates over lower units, `rulebook.measure` measures, and what explanations trace;
- `applicable:c`, `met:c`, `points:c` for each criterion c (`points:c` only of tables); `good.g` for each good g;
- `score` (and `score:goods` where it has other parts), `score_max`, `goods_met`, `goods_count`;
- `check:i` whether the data fulfils check i;
- `case`: the answers to what the policy asks, as one number.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.expression import typed
from engine.expression.columns import (
    TOLERANCE,
    Environment,
    Truth,
    compile_number,
    compile_truth,
    table_column,
    tristate,
)
from engine.expression.library import when
from engine.programme import rules
from engine.schema import NOT_ENTERED
from engine.scoring.aggregates import Lower, aggregates, aggregates_in, known_tables, tables_asked, with_aggregates
from engine.scoring.gathering import beside, unknown_ends
from engine.scoring.layers import HELD, Layers
from engine.scoring.ranking import WORLD, add_measures, group_column
from engine.scoring.ruled import COMPUTED, EXPECTED, RULED, as_ruled
from engine.scoring.tables import points_by
from engine.scoring.totals import GOODS, good_sums, goods, totals
from engine.scoring.traces import traced_conditions, traced_operands

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.expression.columns import Value
    from engine.expression.library import Expr, Frame
    from engine.programme.rules import Rules
    from engine.schema import Column

__all__ = [
    "COMPUTED",
    "EXPECTED",
    "GOODS",
    "HELD",
    "RULED",
    "WORLD",
    "Layers",
    "Lower",
    "aggregates",
    "aggregates_in",
    "beside",
    "group_column",
    "known_tables",
    "measure",
    "score",
    "tables_asked",
    "traced_conditions",
    "traced_operands",
    "unknown_ends",
]


def score(
    book: Rules,
    frame: Frame,
    environment: Environment,
    lower: Mapping[str, Lower],
    *,
    traces: bool = True,
) -> Layers:
    """Extend the facts of a kind with everything that a rulebook measures.

    Args:
        book: the rulebook.
        frame: one row a unit: `id`, and a column for each fact (numbers and dates as numbers).
        environment: how facts and parameters are read.
        lower: the kinds below, already scored.
        traces: keep what explanations show, too.

    Returns:
        The lazy frame, with what is known about its columns.
    """
    layers = measure(book, frame, environment, lower)
    if traces:
        layers.add(layers.compile({**traced_operands(book), **traced_conditions(book)}))
    layers.add(_conditions(book, layers))
    layers.add(_met_by_points(book, layers))
    layers.add(as_ruled(book, layers))
    layers.add(good_sums(book, layers))
    layers.add(goods(book, layers))
    layers.add(totals(book, layers))
    layers.add(layers.compile({f"check:{item.id}": item.require for item in book.checks}))
    layers.hold(book.atoms)
    layers.frame = layers.frame.with_columns(case=_case(book, layers.environment))
    return layers


def measure(
    book: Rules,
    frame: Frame,
    environment: Environment,
    lower: Mapping[str, Lower],
) -> Layers:
    """Extend the facts of a kind with aggregates and measures only; as `score`."""
    known = {table_column(kind) for kind in tables_asked(book)} - {*frame.collect_schema().names()}
    environment = replace(environment, certain=environment.certain | known)
    layers = Layers(with_aggregates(book, frame, environment, lower), environment)
    for level in _levels(book):
        add_measures(book, layers, level)
    return layers


def _levels(book: Rules) -> list[list[rules.Measure]]:
    """Measures that can be computed together, each level using only earlier ones."""
    level_of: dict[str, int] = {}
    levels: list[list[rules.Measure]] = []
    for item in book.measures:
        used = [leaf.id for leaf in typed.leaves(item.value) if isinstance(leaf, typed.MeasureLeaf)]
        level = 1 + max((level_of[id_] for id_ in used if id_ in level_of), default=-1)
        level_of[item.id] = level
        if level == len(levels):
            levels.append([])
        levels[level].append(item)
    return levels


def _conditions(book: Rules, layers: Layers) -> dict[str, Value]:
    """Whether each criterion applies and what it requires, and the points of tables."""
    tables = [item.points.of for item in book.criteria if item.points and not isinstance(item.points, rules.Fixed)]
    layers.hold([node for item in book.criteria for node in (item.applies, item.require) if node], repeated=tables)
    values: dict[str, Value] = {}
    for criterion in book.criteria:
        if criterion.applies is not None:
            values[f"applicable:{criterion.id}"] = compile_truth(criterion.applies, layers.environment)
        if criterion.require is not None:
            values[f"met:{criterion.id}"] = compile_truth(criterion.require, layers.environment)
        points = criterion.points
        if points is not None and not isinstance(points, rules.Fixed):
            values[f"points:{criterion.id}"] = points_by(points, compile_number(points.of, layers.environment))
    return values


def _met_by_points(book: Rules, layers: Layers) -> dict[str, Value]:
    """Without a requirement a criterion is met when it has all its points."""
    values: dict[str, Value] = {}
    for criterion in book.criteria:
        if criterion.require is None:
            most = float(criterion.most)
            reached = most - TOLERANCE * max(1.0, most)
            points = layers.range(f"points:{criterion.id}")
            certain = points.low >= reached
            met = Truth(certain, certain=True) if points.is_point else tristate(certain, points.high < reached)
            values[f"met:{criterion.id}"] = met
    return values


# The case


def _case(book: Rules, environment: Environment) -> Expr:
    """The symbols of the policy as one number, the first symbol counting least."""
    over = environment.over
    case, weight = over.lit(0, dtype=over.Int64), 1
    for atom in book.atoms:
        symbol = compile_truth(atom, environment).column.cast(over.Int64).fill_null(2)
        case, weight = case + symbol * weight, weight * 3
    for entry in book.entries:
        case, weight = case + _entry_symbol(entry, book.grades, environment) * weight, weight * (len(book.grades) + 2)
    return case


def _entry_symbol(entry: Column, grades: tuple[str, ...], environment: Environment) -> Expr:
    """The place of the entered grade; one more for "not entered", two more for unknown."""
    over = environment.over
    column, missing = over.col(entry.id), len(grades) + (0 if entry.blank == NOT_ENTERED else 1)
    chain = when(column == grades[0]).then(over.lit(0, dtype=over.Int64))
    for place, grade in enumerate(grades[1:], start=1):
        chain = chain.when(column == grade).then(over.lit(place, dtype=over.Int64))
    if environment.refused:
        chain = chain.when(over.col("_refused")).then(over.lit(len(grades) + 1, dtype=over.Int64))
    return chain.otherwise(over.lit(missing, dtype=over.Int64))
