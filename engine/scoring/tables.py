"""Points by a table: bands, lines and deductions, at both ends of a range."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.expression.columns import TOLERANCE, Range
from engine.expression.library import library_of, when
from engine.expression.typed import number_of
from engine.programme import rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.expression.library import Expr
    from engine.expression.syntax import Node

Table = rules.Bands | rules.Linear | rules.Deduction


def points_by(table: Table, of: Range) -> Range:
    """The points for a range of `of`; tables are monotone, so none lie outside those of its ends."""
    match table:
        case rules.Bands():
            at, falls = _bands_at(table), table.steps[0][1] < table.otherwise
        case rules.Linear():
            at, falls = _line_at(table), table.knots[-1][1] < table.knots[0][1]
        case rules.Deduction():
            at, falls = _deduction_at(table), True
    if of.is_point:
        points = at(of.low)
        return Range(points, points)
    low, high = (of.high, of.low) if falls else (of.low, of.high)
    return Range(at(low), at(high))


def _bands_at(points: rules.Bands) -> Callable[[Expr], Expr]:
    def at(end: Expr) -> Expr:
        (threshold, most), *rest = points.steps
        chain = when(end >= _reached_from(threshold)).then(float(most))
        for threshold, value in rest:
            chain = chain.when(end >= _reached_from(threshold)).then(float(value))
        return chain.otherwise(float(points.otherwise))

    return at


def _reached_from(threshold: Node) -> float:
    """The smallest float that counts as having reached a threshold."""
    value = float(number_of(threshold) or 0)
    return value - TOLERANCE * max(1.0, abs(value))


def _line_at(points: rules.Linear) -> Callable[[Expr], Expr]:
    """The first knot's points, and for each segment what it adds, clamped to what it can add."""
    knots = [(float(number_of(node) or 0), float(value)) for node, value in points.knots]

    def at(end: Expr) -> Expr:
        parts = [library_of(end).lit(knots[0][1])] if knots[0][1] else []
        for (x0, y0), (x1, y1) in pairwise(knots):
            if y0 != y1:
                along = end - x0 if x0 else end
                parts.append((along * ((y1 - y0) / (x1 - x0))).clip(min(0.0, y1 - y0), max(0.0, y1 - y0)))
        return reduce(lambda left, right: left + right, parts) if parts else library_of(end).lit(knots[0][1])

    return at


def _deduction_at(points: rules.Deduction) -> Callable[[Expr], Expr]:
    most, each = float(points.most), float(points.each)

    def at(end: Expr) -> Expr:
        return (most - end * each).clip(0.0, most) if each else library_of(end).lit(most)

    return at
