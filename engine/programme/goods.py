"""Read goods and their criteria."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.programme import rules
from engine.programme.points import amount, points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.programme.reader import Reader


def goods(reader: Reader) -> tuple[tuple[rules.Good, ...], Fraction]:
    """The goods, and the most points that their bonuses may give."""
    bonus_max = amount(reader, reader.book.score.bonus_max, ("score", "bonus_max"))
    return tuple(_good(reader, id_, bonus_max) for id_ in reader.book.goods), bonus_max or Fraction(0)


def _good(reader: Reader, id_: str, bonus_max: Fraction | None) -> rules.Good:
    good, path = reader.book.goods[id_], ("goods", id_)
    share = None
    if good.met.points != "any":
        share = reader.number(good.met.points, (*path, "met", "points"))
        if share is not None and not 0 <= share <= 1:
            reader.refuse("not_a_share", (*path, "met", "points"), value=good.met.points)
    criteria = tuple(_criterion(reader, id_, name, bonus_max) for name in good.criteria)
    if not criteria:
        reader.refuse("good_without_criteria", path, name=id_)
    return rules.Good(id_, good, criteria, share)


def _criterion(reader: Reader, good: str, id_: str, bonus_max: Fraction | None) -> rules.Criterion:
    item, path = reader.book.goods[good].criteria[id_], ("goods", good, "criteria", id_)
    require = reader.condition(item.require, (*path, "require")) if item.require is not None else None
    applies = reader.condition(item.applies, (*path, "applies")) if item.applies is not None else None
    given = points(reader, item.points, (*path, "points")) if item.points is not None else None
    if item.require is None and (item.points is None or isinstance(item.points, said.FixedPoints)):
        reader.refuse("criterion_without_condition", path, name=id_)
    if item.bonus and bonus_max == 0:
        reader.refuse("bonus_without_maximum", (*path, "bonus"))
    return rules.Criterion(id_, good, item, require, applies, given)


def total(reader: Reader, goods: Sequence[rules.Good]) -> Fraction:
    """The most points that goods give together, without bonuses."""
    most = sum((item.most for good in goods for item in good.criteria if not item.said.bonus), Fraction(0))
    if reader.book.score.of is not None:
        wanted = amount(reader, reader.book.score.of, ("score", "of"))
        if wanted is not None and wanted != most and not reader.problems:
            sums = "; ".join(
                f"{good.id} {float(sum((c.most for c in good.criteria if not c.said.bonus), Fraction(0))):g}"
                for good in goods
            )
            reader.refuse("points_total", ("score", "of"), of=reader.book.score.of, total=f"{float(most):g}", sums=sums)
    return most
