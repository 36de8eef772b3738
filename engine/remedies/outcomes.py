"""What a rulebook finds of a unit, as far as it is certain: criteria, points, goods, the score."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.expression.typed import number_of
from engine.programme import rules
from engine.remedies.certainty import CannotPlanError, Certainty, rounded, rounded_limit
from engine.remedies.linear import ZERO, Condition, Linear, constant, every, some, summed
from engine.remedies.planned import End
from engine.scoring.totals import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.expression.syntax import Node
    from engine.expression.typed import OutcomeLeaf
    from engine.programme.rules import Criterion, Good


class Outcomes(Certainty):
    """Goods, points and score of one unit."""

    # What expressions ask

    def outcome_is(self, leaf: OutcomeLeaf, *, truth: bool) -> Condition:
        """When a good is certainly met, or certainly not."""
        return self.good(next(good for good in self.book.goods if good.id == leaf.id), truth=truth)

    def outcome_reaches(self, leaf: OutcomeLeaf, sign: int, limit: Fraction, *, strict: bool) -> Condition:
        """When a score, or a number of goods, certainly reaches a limit."""
        if leaf.part == "score":
            digits = self.book.score.digits
            if digits is not None:
                limit, strict = rounded_limit("round", sign, limit, Fraction(10) ** -digits, strict=strict)
            if self._rescaled and not self._intricate:
                return self._score_reaches(sign, limit, strict=strict)
            return self.reached(self._score(sign), limit, strict=strict)
        return self.reached(self.outcome_low(leaf, sign).sum, limit, strict=strict)

    def outcome_low(self, leaf: OutcomeLeaf, sign: int) -> End:
        """The lower end of a score, or of a number of goods."""
        match leaf.part:
            case "score":
                return End(self._rounded(leaf, self._score(sign), sign))
            case "score_max":
                return End(self._score_max(sign))
            case "goods_count":
                return End(constant(sign * len(self.book.goods)))
            case "goods_met":
                met = (self.problem.count(self.good(good, truth=sign > 0)) for good in self.book.goods)
                return End(summed([*met, constant(0 if sign > 0 else -len(self.book.goods))]))
            case _:
                raise TypeError(leaf)

    def outcome_facts(self, leaf: OutcomeLeaf) -> frozenset[str]:
        """The facts behind it that a plan may change."""
        criteria = [item for item in self.book.criteria if leaf.part != "good" or item.good == leaf.id]
        parts = [part for item in criteria for part in parts_of(item)]
        parts += [part for part, _ in self.book.score.parts] if leaf.part == "score" else []
        return frozenset().union(*map(self._varying, parts))

    # Criteria

    def met(self, criterion: Criterion, *, truth: bool) -> Condition:
        """When a criterion is certainly met, or certainly not; without `require` it is by all its points."""
        if criterion.require is not None:
            return self._truth(criterion.require, truth=truth)
        if isinstance(criterion.points, (rules.Bands, rules.Linear, rules.Deduction)):
            return self._met_by_points(criterion.points, truth=truth)
        raise TypeError(criterion)

    def _met_by_points(self, points: rules.Bands | rules.Linear | rules.Deduction, *, truth: bool) -> Condition:
        total = self._table(points, 1 if truth else -1)
        return self.reached(total, points.most if truth else -points.most, strict=not truth)

    def applies(self, criterion: Criterion, *, truth: bool) -> Condition:
        """When a criterion certainly applies, or certainly does not."""
        return truth if criterion.applies is None else self._truth(criterion.applies, truth=truth)

    def points(self, criterion: Criterion, sign: int) -> Linear:
        """The lower end of a criterion's points, were it to apply; or of their negative."""
        key = criterion.id, sign
        if key not in self._points:
            self._points[key] = self._points_of(criterion, sign)
        return self._points[key]

    def _points_of(self, criterion: Criterion, sign: int) -> Linear:
        points = criterion.points
        if isinstance(points, (rules.Bands, rules.Linear, rules.Deduction)):
            return self._table(points, sign)
        met = self.problem.count(self.met(criterion, truth=sign > 0)).scaled(criterion.most)
        return met if sign > 0 else met.plus(-criterion.most)

    def _table(self, points: rules.Bands | rules.Linear | rules.Deduction, sign: int) -> Linear:
        match points:
            case rules.Bands():
                return self._steps(points, sign)
            case rules.Linear():
                knots = [(number_of(at) or Fraction(0), value) for at, value in points.knots]
            case rules.Deduction() if not points.each:
                return constant(sign * points.most)
            case rules.Deduction():
                knots = [(Fraction(0), points.most), (points.most / points.each, Fraction(0))]
        return self._lines(points.of, knots, sign)

    def _steps(self, points: rules.Bands, sign: int) -> Linear:
        """Each threshold that is certainly reached (where points fall: missed) adds what it gives."""
        steps = [(number_of(at) or Fraction(0), value) for at, value in reversed(points.steps)]
        values = [points.otherwise, *(value for _, value in steps)]
        rises = sign * (values[-1] - values[0]) > 0
        total = constant(sign * (values[0] if rises else values[-1]))
        for (at, _), (below, above) in zip(steps, pairwise(values), strict=True):
            if above != below:
                end, limit = (1, at) if rises else (-1, -at)
                passed = self.reaches(points.of, end, limit, strict=not rises)
                total += self.problem.count(passed).scaled(abs(above - below))
        return total

    def _lines(self, of: Node, knots: Sequence[tuple[Fraction, Fraction]], sign: int) -> Linear:
        """The lowest points, and what each line adds as far as `of` has certainly come along it."""
        rises = sign * (knots[-1][1] - knots[0][1]) > 0
        if not rises:
            knots = [(-at, value) for at, value in reversed(knots)]
        total = constant(sign * knots[0][1])
        end = self.low(of, 1 if rises else -1)
        if end is None:
            return total
        for (start, first), (stop, last) in pairwise(knots):
            rise = abs(last - first)
            if not rise:
                continue
            along = end.sum.plus(-start).scaled(rise / (stop - start))
            total += self._clamped(along, rise, end.needs)
        return total

    def _clamped(self, along: Linear, rise: Fraction, needs: Condition) -> Linear:
        if not along.terms:
            return self.problem.count(needs).scaled(min(max(along.constant, Fraction(0)), rise))
        if self.problem.least(along) >= rise:
            return self.problem.count(needs).scaled(rise)
        if self.problem.most(along) <= 0:
            return ZERO
        if needs is True and self.problem.least(along) >= 0 and self.problem.most(along) <= rise:
            return along
        return self.problem.best([(True, [ZERO]), (needs, [along, constant(rise)])])

    # Goods

    def good(self, good: Good, *, truth: bool) -> Condition:
        """When a good is certainly met, or certainly not."""
        key = good.id, truth
        if key not in self._goods:
            self._goods[key] = self.problem.stand_in(self._good(good, truth=truth))
        return self._goods[key]

    def _good(self, good: Good, *, truth: bool) -> Condition:
        parts: list[Condition] = []
        for criterion in good.criteria:
            if criterion.said.essential and good.said.met.essential == "all":
                sides = self.applies(criterion, truth=not truth), self.met(criterion, truth=truth)
                parts.append(some(sides) if truth else every((self.applies(criterion, truth=True), sides[1])))
        items = counted(good.criteria)
        if good.share is not None and items:
            margin = self._margin(items, good.share, 1 if truth else -1)
            parts.append(self.reached(margin, Fraction(0), strict=not truth))
        return every(parts) if truth else some(parts)

    def _margin(self, criteria: Iterable[Criterion], share: Fraction, sign: int) -> Linear:
        """How far the points had exceed a share of those that can be had; of the negative, the upper end."""
        parts = []
        for criterion in criteria:
            points, most = self.points(criterion, sign), share * criterion.most
            if criterion.applies is None:
                parts.append(points.plus(-sign * most))
                continue
            unknown = [points.scaled(share).plus(-most) if sign > 0 else points.scaled(1 - share)]
            if criterion.least < 0:  # at worst it applies and gives less than none, at best it does not
                unknown.append(points.plus(-most) if sign > 0 else ZERO)
            margin = self.problem.best(
                [
                    (self.applies(criterion, truth=True), [points.plus(-sign * most)]),
                    (self.applies(criterion, truth=False), [ZERO]),
                    (True, unknown),
                ]
            )
            parts.append(margin)
        return summed(parts)

    # The score

    @property
    def _rescaled(self) -> bool:
        """Whether the points that can be had depend on the plan."""
        rescale = self.book.said.score.not_applicable == "rescale"
        return rescale and any(not self._settled(item) for item in counted(self.book.criteria))

    def _settled(self, criterion: Criterion) -> bool:
        """Whether it is known already if a criterion applies."""
        return any(self.applies(criterion, truth=truth) is True for truth in (True, False))

    @property
    def _intricate(self) -> bool:
        """Whether the score is more than points, rescaled, with bonuses."""
        score = self.book.score
        below = any(item.least < 0 for item in self.book.criteria)
        return bool(score.parts or below or any(item.said.penalty for item in self.book.criteria))

    def _score(self, sign: int) -> Linear:
        """An end of the score before it is rounded."""
        total = self._of_goods(sign)
        if self.book.score.parts:
            shares = [self._part(part, sign).scaled(share) for part, share in self.book.score.parts]
            total = summed([total.scaled(self.book.score.goods), *shares])
        total += self._bonus(sign)
        penalties = [item for item in self.book.criteria if item.said.penalty]
        return self._at_least_none(total + self._penalty(penalties, sign), sign) if penalties else total

    def _rounded(self, leaf: OutcomeLeaf, total: Linear, sign: int) -> Linear:
        digits = self.book.score.digits
        if digits is None:
            return total
        if total.terms:
            raise CannotPlanError(self.outcome_facts(leaf))
        return constant(sign * rounded("round", sign * total.constant, digits))

    def _of_goods(self, sign: int) -> Linear:
        """The points of the goods, as `not_applicable` says, never below none."""
        items = counted(self.book.criteria)
        mode = self.book.said.score.not_applicable
        if mode == "full":
            total = summed(self._full(item, sign) for item in items)
        elif mode == "rescale" and self._rescaled:
            total = self._score_of_known(sign)
        else:
            total = summed(self._had(item, sign) for item in items)
            if mode == "rescale":
                of = sum((item.most for item in items if self.applies(item, truth=True) is True), Fraction(0))
                total = total.scaled(self.book.most / of) if of else ZERO
        return self._at_least_none(total, sign) if any(item.least < 0 for item in items) else total

    def _at_least_none(self, total: Linear, sign: int) -> Linear:
        return self.problem.best([(True, [total]), (True, [ZERO])] if sign > 0 else [(True, [total, ZERO])])

    def _at_most(self, total: Linear, most: Fraction, sign: int) -> Linear:
        limit = constant(sign * most)
        return self.problem.best([(True, [total, limit])] if sign > 0 else [(True, [total]), (True, [limit])])

    def _part(self, node: Node, sign: int) -> Linear:
        """A part of the score beside the goods: a number, kept within 0 and 100."""
        end = self.low(node, sign)
        least, most = (ZERO, constant(100)) if sign > 0 else (constant(-100), ZERO)
        return least if end is None else self.problem.best([(True, [least]), (end.needs, [end.sum, most])])

    def _penalty(self, criteria: Iterable[Criterion], sign: int) -> Linear:
        """What penalties take off, as a negative: at worst all that their criteria lack."""
        lost = []
        for item in criteria:
            lacked = self.points(item, sign).plus(-sign * item.most)
            if item.applies is not None:
                known = self.applies(item, truth=sign < 0)
                ends = ([ZERO], [lacked]) if sign > 0 else ([lacked], [ZERO])
                lacked = self.problem.best([(known, ends[0]), (True, ends[1])])
            lost.append(lacked)
        total, most = summed(lost), constant(-sign * self.book.score.penalty_max)
        return self.problem.best([(True, [total]), (True, [most])] if sign > 0 else [(True, [total, most])])

    def _score_of_known(self, sign: int) -> Linear:
        """The end of a score of which gaps leave open what can be had; a quotient, so nothing in it may vary."""
        items = counted(self.book.criteria)
        facts = frozenset().union(*(self._varying(part) for item in items for part in parts_of(item)))
        if facts:
            raise CannotPlanError(facts)
        had, of = Fraction(0), Fraction(0)
        for item in items:
            points = sign * self.points(item, sign).constant
            gained = max(points, Fraction(0))
            if self.applies(item, truth=True) is True:
                had, of = had + points, of + item.most
            elif self.applies(item, truth=False) is not True:  # at worst it may lose points, at best gain some
                had, of = (had + points - gained, of + item.most - gained) if sign > 0 else (had + gained, of + gained)
        return constant(sign * had / of * self.book.most if of else 0)

    def _had(self, criterion: Criterion, sign: int) -> Linear:
        """The points of a criterion as far as it applies."""
        points = self.points(criterion, sign)
        if criterion.applies is None:
            return points
        if criterion.least < 0:
            sure = [(self.applies(criterion, truth=truth), [points if truth else ZERO]) for truth in (True, False)]
            return self.problem.best([*sure, (True, [points, ZERO])])
        if sign > 0:
            return self.problem.best([(self.applies(criterion, truth=True), [points]), (True, [ZERO])])
        return self.problem.best([(self.applies(criterion, truth=False), [ZERO]), (True, [points])])

    def _full(self, criterion: Criterion, sign: int) -> Linear:
        """The points of a criterion, all of them where it does not apply."""
        points = self.points(criterion, sign)
        if criterion.applies is None:
            return points
        full = constant(sign * criterion.most)
        if sign > 0:
            return self.problem.best([(self.applies(criterion, truth=False), [full]), (True, [points])])
        return self.problem.best([(self.applies(criterion, truth=True), [points]), (True, [full])])

    def _bonus(self, sign: int) -> Linear:
        """What bonuses add: of a group all or the highest, up to its limit."""
        bonus = [item for item in self.book.criteria if item.bonus]
        if not bonus:
            return ZERO
        found = [self._had(item, sign) for item in bonus if item.said.bonus == "true"]
        for group in self.book.score.groups:
            parts = [self._had(item, sign) for item in bonus if item.said.bonus == group.id]
            if parts and group.said.take == "highest":
                joined = self.problem.best([(True, [part]) for part in parts] if sign > 0 else [(True, parts)])
                found.append(self._at_most(joined, group.most, sign))
            elif parts:
                found.append(self._at_most(summed(parts), group.most, sign))
        return self._at_most(summed(found), self.book.bonus_max, sign)

    def _score_reaches(self, sign: int, limit: Fraction, *, strict: bool) -> Condition:
        """The score, rescaled to what applies, reaches a limit: the points had pass that share of what can be had."""
        bonus = self._bonus(sign)
        if bonus.terms:
            facts = (self._varying(part) for item in self.book.criteria if item.bonus for part in parts_of(item))
            raise CannotPlanError(frozenset().union(*facts))
        limit -= bonus.constant
        items = counted(self.book.criteria)
        margin = self._margin(items, sign * limit / self.book.most, sign)
        passes = self.reached(margin, Fraction(0), strict=strict)
        if sign < 0:
            return passes
        nothing = limit < 0 or (limit == 0 and not strict)  # where nothing applies, the score is 0
        return nothing or every((passes, some(self.applies(item, truth=True) for item in items)))

    def _score_max(self, sign: int) -> Linear:
        if self.book.said.score.not_applicable != "rescale":
            return constant(sign * self.book.most)
        total = ZERO
        for item in counted(self.book.criteria):
            known = self.problem.count(self.applies(item, truth=sign > 0)).scaled(item.most)
            total += known if sign > 0 else known.plus(-item.most)
        return total


def parts_of(criterion: Criterion) -> list[Node]:
    """The expressions of a criterion."""
    parts = (criterion.require, criterion.applies, getattr(criterion.points, "of", None))
    return [part for part in parts if part is not None]
