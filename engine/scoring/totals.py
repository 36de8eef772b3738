"""From criteria to goods and the score."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

from engine.expression.columns import (
    TOLERANCE,
    Range,
    Truth,
    add,
    both,
    compile_number,
    constant,
    either,
    negation,
    rounded,
    subtract,
    tristate,
)
from engine.expression.library import as_float, max_horizontal, sum_horizontal, when
from engine.programme import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.expression.columns import Value
    from engine.expression.library import Expr, Library
    from engine.programme.rules import Criterion, Good, Rules
    from engine.scoring.layers import Layers


GOODS = "score:goods"
"""The points of the goods, where other parts of the score stand beside them."""


def points_of(criterion: Criterion, layers: Layers) -> Range:
    """The points of a criterion, were it to apply."""
    if not isinstance(criterion.points, rules.Fixed):
        return layers.range(f"points:{criterion.id}")
    return _counted_as(layers.truth(f"met:{criterion.id}"), float(criterion.most))


@dataclass(frozen=True)
class Sum:
    """Points (`had`) over the points that can be had (`of`), the low ends at their worst, the high ends at their best.

    A criterion of which it is unknown whether it applies counts at worst with the points it may lose, at best with the
    points it may gain: no other choice is worse or better for the quotient. (One that may have less than no points
    counts at worst with those, out of all its points.)
    """

    had: Range
    of: Range


def _sum(criteria: Iterable[Criterion], layers: Layers) -> Sum:
    had: list[Range] = []
    of: list[Range] = []
    always, over = Fraction(0), layers.environment.over
    for criterion in criteria:
        points = points_of(criterion, layers)
        if criterion.applies is None:
            always += criterion.most
            had.append(points)
            continue
        applies, most = layers.truth(f"applicable:{criterion.id}"), float(criterion.most)
        part = _if_applicable(points, most, applies, below_none=criterion.least < 0)
        had.append(part.had)
        of.append(part.of)
    return Sum(_total(had, over), _total([constant(always, over), *of], over) if of else constant(always, over))


def _if_applicable(points: Range, most: float, applies: Truth, *, below_none: bool = False) -> Sum:
    yes, no = applies.column, ~applies.column
    if applies.certain:
        low = when(yes).then(points.low).otherwise(0.0)
        high = low if points.is_point else when(yes).then(points.high).otherwise(0.0)
        of = as_float(yes) * most
        return Sum(Range(low, high), Range(of, of))
    gained = _at_least(points, 0.0) if below_none else points
    had = Range(when(yes).then(points.low).otherwise(0.0), when(no).then(0.0).otherwise(points.high))
    if below_none:
        lost = _at_most(points, 0.0).low
        had = Range(_pick(applies, points.low, 0.0, lost), _pick(applies, points.high, 0.0, gained.high))
    return Sum(had, Range(_pick(applies, most, 0.0, most - gained.low), _pick(applies, most, 0.0, gained.high)))


def _pick(condition: Truth, yes: Expr | float, no: Expr | float, unknown: Expr | float) -> Expr:
    return when(condition.column).then(yes).when(~condition.column).then(no).otherwise(unknown)


def _total(parts: Sequence[Range], over: Library) -> Range:
    """The sum of ranges, in one step."""
    if not parts:
        return constant(0, over)
    low = sum_horizontal(*(part.low for part in parts))
    return Range(low, low if all(part.is_point for part in parts) else sum_horizontal(*(part.high for part in parts)))


def good_sums(book: Rules, layers: Layers) -> dict[str, Value]:
    """For each good, the points of its criteria but bonuses, and those that can be had."""
    values: dict[str, Value] = {}
    for good in book.goods:
        found = _sum(counted(good.criteria), layers)
        values |= {f"had:{good.id}": found.had, f"of:{good.id}": found.of}
    return values


def counted(criteria: Iterable[Criterion]) -> list[Criterion]:
    """Those whose points count in their good."""
    return [item for item in criteria if item.counted]


def goods(book: Rules, layers: Layers) -> dict[str, Value]:
    """Whether each good is met."""
    return {f"good.{good.id}": _good(good, layers) for good in book.goods}


def _good(good: Good, layers: Layers) -> Truth:
    """Every essential criterion that applies, and the share of the points."""
    met = Truth(layers.environment.over.lit(True), exact=True, certain=True)  # noqa: FBT003
    for criterion in good.criteria:
        if criterion.said.essential and good.said.met.essential == "all":
            holds = layers.truth(f"met:{criterion.id}")
            if criterion.applies is not None:
                holds = either(negation(layers.truth(f"applicable:{criterion.id}")), holds)
            met = both(met, holds)
    items = counted(good.criteria)
    if good.share is None or not items:
        return met
    had, of, share = layers.range(f"had:{good.id}"), layers.range(f"of:{good.id}"), float(good.share)
    slack = TOLERANCE * max(1.0, float(sum(item.most for item in items)))
    certain = had.low >= of.low * share - slack
    if had.is_point and of.is_point:
        return both(met, Truth(certain, certain=True))
    return both(met, tristate(certain, had.high < of.high * share - slack))


def totals(book: Rules, layers: Layers) -> dict[str, Value]:
    """The score, the points that can be had, and how many goods are met."""
    over = layers.environment.over
    met = [layers.truth(f"good.{good.id}") for good in book.goods]
    goods = _of_goods(book, layers)
    return {
        **({GOODS: goods} if book.score.parts else {}),
        "score": _score(book, goods, layers),
        "score_max": _score_max(book, layers),
        "goods_met": _total([_counted_as(truth, 1.0) for truth in met], over),
        "goods_count": constant(len(book.goods), over),
    }


def _score(book: Rules, goods: Range, layers: Layers) -> Range:
    """The points of the goods, beside those of other parts, with bonuses and less penalties, as it is rounded."""
    said, total = book.score, goods
    if said.parts:
        shares = [_scaled(total, said.goods)]
        for part, share in said.parts:
            shares.append(_scaled(_between(compile_number(part, layers.environment), 0.0, 100.0), share))
        total = _total(shares, layers.environment.over)
    bonus = _bonus(book, layers)
    if bonus is not None:
        total = add(total, bonus)
    penalties = [_lacked(item, layers) for item in book.criteria if item.said.penalty]
    if penalties:
        lost = _at_most(_total(penalties, layers.environment.over), float(said.penalty_max))
        total = _at_least(subtract(total, lost), 0.0)
    return total if said.digits is None else rounded("round", total, said.digits)


def _bonus(book: Rules, layers: Layers) -> Range | None:
    """What bonuses add; None where there are none. Of a group all count, or only the highest, up to its limit."""
    found: list[Range] = []
    alone = [item for item in book.criteria if item.bonus and item.said.bonus == "true"]
    if alone:
        found.append(_sum(alone, layers).had)
    for group in book.score.groups:
        parts = [_sum([item], layers).had for item in book.criteria if item.bonus and item.said.bonus == group.id]
        if parts:
            joined = _highest(parts) if group.said.take == "highest" else _total(parts, layers.environment.over)
            found.append(_at_most(joined, float(group.most)))
    return _at_most(_total(found, layers.environment.over), float(book.bonus_max)) if found else None


def _highest(parts: Sequence[Range]) -> Range:
    low = max_horizontal(*(part.low for part in parts))
    return Range(low, low if all(part.is_point for part in parts) else max_horizontal(*(part.high for part in parts)))


def _lacked(item: Criterion, layers: Layers) -> Range:
    """What a penalty takes off: what the criterion lacks of all its points, as far as it applies."""
    points, most = points_of(item, layers), float(item.most)
    low = most - points.high
    lacked = Range(low, low if points.is_point else most - points.low)
    return lacked if item.applies is None else _if_applicable(lacked, most, layers.truth(f"applicable:{item.id}")).had


def _scaled(value: Range, share: Fraction) -> Range:
    low = value.low * float(share)
    return Range(low, low if value.is_point else value.high * float(share))


def _between(value: Range, least: float, most: float) -> Range:
    return _at_least(_at_most(value, most), least)


def _at_most(value: Range, most: float) -> Range:
    low = when(value.low >= most).then(most).otherwise(value.low)
    return Range(low, low if value.is_point else when(value.high >= most).then(most).otherwise(value.high))


def _at_least(value: Range, least: float) -> Range:
    low = when(value.low <= least).then(least).otherwise(value.low)
    return Range(low, low if value.is_point else when(value.high <= least).then(least).otherwise(value.high))


def _counted_as(truth: Truth, value: float) -> Range:
    """A value while a condition holds, else 0."""
    if truth.certain:
        known = as_float(truth.column) * value
        return Range(known, known)
    low, high = (as_float(truth.column.fill_null(otherwise)) * value for otherwise in (False, True))
    return Range(low, high)


def _of_goods(book: Rules, layers: Layers) -> Range:
    """The points of the goods, never below none: as they are, or as `not_applicable` says."""
    total = _applicable(book, layers)
    return _at_least(total, 0.0) if any(item.least < 0 for item in book.criteria) else total


def _applicable(book: Rules, layers: Layers) -> Range:
    """The points but for bonuses: rescaled to what applies, or what does not apply counted in full or not at all."""
    mode, over = book.said.score.not_applicable, layers.environment.over
    items = counted(book.criteria)
    if mode == "full":
        return _total([_full_if_not_applicable(item, layers) for item in items], over)
    had = _total([layers.range(f"had:{good.id}") for good in book.goods], over)
    if mode == "zero" or all(item.applies is None for item in items):
        return had
    of, most = _total([layers.range(f"of:{good.id}") for good in book.goods], over), float(book.most)
    low = _rescaled(had.low, of.low, most)
    return Range(low, low if had.is_point and of.is_point else _rescaled(had.high, of.high, most))


def _full_if_not_applicable(item: Criterion, layers: Layers) -> Range:
    points, most = points_of(item, layers), float(item.most)
    if item.applies is None:
        return points
    applies = layers.truth(f"applicable:{item.id}")
    return Range(_pick(applies, points.low, most, points.low), _pick(applies, points.high, most, most))


def _rescaled(end: Expr, of: Expr, most: float) -> Expr:
    """Points as a share of those that can be had, times all; none where nothing applies."""
    return when(of > 0.0).then(end / of * most).otherwise(0.0)


def _score_max(book: Rules, layers: Layers) -> Range:
    """The points that can be had: of the criteria that apply, when the score is rescaled to them."""
    items = counted(book.criteria)
    if book.said.score.not_applicable != "rescale":
        return constant(book.most, layers.environment.over)
    always = sum((item.most for item in items if item.applies is None), Fraction(0))
    applicable = [item for item in items if item.applies is not None]
    parts = [_counted_as(layers.truth(f"applicable:{item.id}"), float(item.most)) for item in applicable]
    return reduce(add, parts, constant(always, layers.environment.over))
