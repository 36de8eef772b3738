"""Read goods and their criteria."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.diagnostic import near
from engine.expression import typed
from engine.programme import rules
from engine.programme.amounts import amount, positive
from engine.programme.points import points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.expression.syntax import Node
    from engine.programme.reader import Reader
    from engine.yaml_text import Path_


def goods(reader: Reader) -> tuple[rules.Good, ...]:
    """The goods with their criteria."""
    return tuple(_good(reader, id_) for id_ in reader.book.goods)


def _good(reader: Reader, id_: str) -> rules.Good:
    good, path = reader.book.goods[id_], ("goods", id_)
    share = None
    if good.met.points != "any":
        share = reader.number(good.met.points, (*path, "met", "points"))
        if share is not None and not 0 <= share <= 1:
            reader.refuse("not_a_share", (*path, "met", "points"), value=good.met.points)
    criteria = tuple(_criterion(reader, id_, name) for name in good.criteria)
    if not criteria:
        reader.refuse("good_without_criteria", path, name=id_)
    return rules.Good(id_, good, criteria, share)


def _criterion(reader: Reader, good: str, id_: str) -> rules.Criterion:
    item, path = reader.book.goods[good].criteria[id_], ("goods", good, "criteria", id_)
    require = reader.condition(item.require, (*path, "require")) if item.require is not None else None
    applies = reader.condition(item.applies, (*path, "applies")) if item.applies is not None else None
    given = points(reader, id_, item.points, (*path, "points")) if item.points is not None else None
    if item.require is None and (item.points is None or isinstance(item.points, said.FixedPoints)):
        reader.refuse("criterion_without_condition", path, name=id_)
    found = rules.Criterion(id_, good, item, require, applies, given)
    _extra(reader, found, path)
    return found


def _extra(reader: Reader, item: rules.Criterion, path: Path_) -> None:
    """What counts in the score only is a bonus or a penalty, has a limit, and does not go below none."""
    score, bonus = reader.book.score, item.said.bonus
    if bonus not in {"true", "false", *score.bonus_groups}:
        options = ", ".join(("true", "false", *score.bonus_groups))
        guess = near(bonus, score.bonus_groups)
        reader.refuse("unknown_value", (*path, "bonus"), near=guess, value=bonus, options=options)
    elif bonus != "false" and item.said.penalty:
        reader.refuse("bonus_and_penalty", (*path, "penalty"), of_key=True)
    elif bonus != "false" and score.bonus_max == "0":
        reader.refuse("bonus_without_maximum", (*path, "bonus"))
    if item.said.penalty and score.penalty_max == "0":
        reader.refuse("penalty_without_maximum", (*path, "penalty"))
    if item.said.penalty and item.said.points is None:
        reader.refuse("penalty_without_points", (*path, "penalty"))
    if item.said.extra and item.least < 0:
        reader.refuse("floor_of_extra", (*path, "points", "floor"))


def scoring(reader: Reader) -> rules.Scoring:
    """What becomes of points."""
    score = reader.book.score
    bonus_max = amount(reader, score.bonus_max, ("score", "bonus_max"))
    penalty_max = amount(reader, score.penalty_max, ("score", "penalty_max"))
    groups = tuple(
        rules.BonusGroup(id_, group, most)
        for id_, group in score.bonus_groups.items()
        if (most := positive(reader, group.max, ("score", "bonus_groups", id_, "max"))) is not None
    )
    share, parts = _parts(reader)
    if score.round is not None and score.round > _DIGITS_MAX:
        reader.refuse("too_many_digits", ("score", "round"), most=_DIGITS_MAX)
    return rules.Scoring(bonus_max or Fraction(0), penalty_max or Fraction(0), groups, share, parts, score.round)


_DIGITS_MAX = 6


def _parts(reader: Reader) -> tuple[Fraction, tuple[tuple[Node, Fraction], ...]]:
    """The share of the goods in the score, and the measures that have the rest."""
    said_, path = reader.book.score.parts, ("score", "parts")
    if said_ is None:
        return Fraction(1), ()
    shares = {id_: reader.number(text, (*path, id_)) for id_, text in said_.items()}
    numbers = {
        id_: leaf
        for id_, leaf in reader.names.items()
        if isinstance(leaf, typed.MeasureLeaf) and leaf.type.name in {"number", "unknown"}
    }
    for id_ in said_:
        if id_ != "goods" and id_ not in numbers:
            options = ", ".join(("goods", *numbers))
            reader.refuse("unknown_part", (*path, id_), near=near(id_, numbers), of_key=True, name=id_, known=options)
    if "goods" not in said_:
        reader.refuse("parts_without_goods", path, of_key=True)
    if None not in shares.values() and sum(share or 0 for share in shares.values()) != 1:
        total = f"{float(sum(share or 0 for share in shares.values())) * 100:g}%"
        reader.refuse("weights_total", path, of_key=True, total=total)
    parts = tuple(
        (numbers[id_], share)
        for id_, share in shares.items()
        if id_ != "goods" and id_ in numbers and share is not None
    )
    return shares.get("goods") or Fraction(0), parts


def total(reader: Reader, goods: Sequence[rules.Good]) -> Fraction:
    """The most points that goods give together, without bonuses and penalties."""
    most = sum((item.most for good in goods for item in good.criteria if item.counted), Fraction(0))
    of = reader.book.score.of
    if of is None and reader.book.score.parts is not None:
        of = "100"  # the other parts are numbers up to 100
    if of is not None:
        wanted = amount(reader, of, ("score", "of"))
        if wanted is not None and wanted != most and not reader.problems:
            sums = "; ".join(
                f"{good.id} {float(sum((c.most for c in good.criteria if c.counted), Fraction(0))):g}" for good in goods
            )
            reader.refuse("points_total", ("score", "of"), of=of, total=f"{float(most):g}", sums=sums)
    if reader.book.score.parts is not None and of != "100" and not reader.problems:
        reader.refuse("parts_not_of_100", ("score", "of"), of=of)
    return most
