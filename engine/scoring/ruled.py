"""Criteria on which people ruled: met with all their points, or not met and without any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.expression.columns import Range, Truth
from engine.expression.library import when
from engine.programme import rules

if TYPE_CHECKING:
    from engine.expression.columns import Value
    from engine.expression.library import Expr
    from engine.programme.rules import Rules
    from engine.scoring.layers import Layers

RULED, EXPECTED, COMPUTED = "ruled:", "expected:", "computed:met:"
"""How the columns begin that hold, for a criterion, what was decided, what the rules are said to give, and what they
give. A ruling counts only where these two agree."""


def as_ruled(book: Rules, layers: Layers) -> dict[str, Value]:
    """What was decided in the place of what the rules give, which stands beside it."""
    values: dict[str, Value] = {}
    for criterion in book.criteria:
        if criterion.id not in layers.environment.ruled:
            continue
        met = layers.truth(f"met:{criterion.id}")
        ruling = layers.environment.column(f"{RULED}{criterion.id}")
        holds = ~ruling.is_null() & (_word(met.column) == _word(layers.environment.column(f"{EXPECTED}{criterion.id}")))
        values[f"{COMPUTED}{criterion.id}"] = met
        values[f"met:{criterion.id}"] = Truth(when(holds).then(ruling).otherwise(met.column), certain=met.certain)
        if criterion.points is not None and not isinstance(criterion.points, rules.Fixed):
            points, most = layers.range(f"points:{criterion.id}"), float(criterion.most)

            def given(end: Expr, holds: Expr = holds, ruling: Expr = ruling, most: float = most) -> Expr:
                return when(holds & ruling).then(most).when(holds).then(0.0).otherwise(end)

            low = given(points.low)
            values[f"points:{criterion.id}"] = Range(low, low if points.is_point else given(points.high))
    return values


def _word(truth: Expr) -> Expr:
    """A truth that compares as a word, unknown being one too."""
    return when(truth).then(1).when(~truth).then(0).otherwise(2)
