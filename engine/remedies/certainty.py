"""What is certain of an expression: when a condition is surely true, surely false, and the lower end of a number.

The same ranges as `engine.expression.columns` computes, over the variables of a plan: where a plan establishes no gap
of a fact, the fact is its range. What is certain only grows with what is known, so half reified conditions are enough.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, inf
from typing import TYPE_CHECKING, NoReturn

from engine.expression import check, syntax, typed
from engine.expression.columns import TOLERANCE
from engine.expression.days import day_number
from engine.expression.text import spell
from engine.remedies.linear import ZERO, Condition, Linear, constant, every, some
from engine.remedies.planned import End

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.expression.syntax import Node
    from engine.programme.rules import Rules
    from engine.remedies.lower import Lower
    from engine.remedies.planned import PlannedFact
    from engine.remedies.problem import Problem

_STEPS_MAX = 64
_ROUNDING = Fraction(1, 10**9)
_MIRRORED = {"round": "round", "round_up": "round_down", "round_down": "round_up"}


class CannotPlanError(Exception):
    """A part of an expression is no sum of its facts; they must not change, then it is one."""

    def __init__(self, facts: frozenset[str]) -> None:
        self.facts = facts
        super().__init__()


class Certainty:
    """Conditions and numbers of one unit.

    Attributes:
        book: its rulebook.
        problem: what is to be solved.
        facts: the unit's facts.
        constants: the values of parameters in force.
        lower: what the rating has found of lower units.
    """

    def __init__(
        self,
        book: Rules,
        problem: Problem,
        facts: Mapping[str, PlannedFact],
        constants: Mapping[tuple[str, str], Node],
        lower: Lower,
    ) -> None:
        self.book = book
        self.problem = problem
        self.facts = facts
        self.constants = constants
        self.lower = lower
        self._measures = {item.id: item.value for item in book.measures}
        self._truths: dict[tuple[int, bool], tuple[Node, Condition]] = {}
        self._points: dict[tuple[str, int], Linear] = {}
        self._goods: dict[tuple[str, bool], Condition] = {}
        self._vary: dict[int, tuple[Node, frozenset[str]]] = {}
        self._lows: dict[tuple[int, int], tuple[Node, End | None]] = {}

    # Conditions

    def true(self, node: Node) -> Condition:
        """When a condition is certainly true."""
        return self._truth(node, truth=True)

    def false(self, node: Node) -> Condition:
        """When it is certainly false."""
        return self._truth(node, truth=False)

    def _truth(self, node: Node, *, truth: bool) -> Condition:
        key = (id(node), truth)
        if key not in self._truths:
            self._truths[key] = node, self.problem.stand_in(self._certain(node, truth=truth))
        return self._truths[key][1]

    def _certain(self, node: Node, *, truth: bool) -> Condition:
        match node:
            case syntax.Truth():
                return node.value == truth
            case syntax.Not():
                return self._truth(node.item, truth=not truth)
            case syntax.Both() | syntax.Either():
                join = every if isinstance(node, syntax.Both) == truth else some
                return join(self._truth(item, truth=truth) for item in node.items)
            case syntax.Comparison():
                links = zip(node.operators, pairwise(node.operands), strict=True)
                parts = (self._compared(operator, *pair, truth=truth) for operator, pair in links)
                return every(parts) if truth else some(parts)
            case syntax.Membership():
                found = truth != node.negated
                parts = (self._compared("==", node.item, option, truth=found) for option in node.options)
                return some(parts) if found else every(parts)
            case syntax.Conditional():
                return self._chosen(node, truth=truth)
            case syntax.Call(function="entered"):
                fact = self._entry(node)
                return fact.entered if truth else fact.missing
            case syntax.Call(function="given"):
                fact = self._entry(node)
                return some(
                    (
                        every((fact.entered, self._truth(node.arguments[0], truth=truth))),
                        every((fact.missing, self._truth(node.arguments[1], truth=truth))),
                    )
                )
            case typed.ParameterLeaf():
                return self._truth(self.constants[node.rulebook, node.id], truth=truth)
            case typed.MeasureLeaf():
                return self._truth(self._measures[node.id], truth=truth)
            case typed.FactLeaf():
                return self.facts[node.column.id].option(truth)
            case typed.OutcomeLeaf():
                return self.outcome_is(node, truth=truth)
            case typed.TableLeaf():
                return self.lower.has_table(node.table) == truth
            case syntax.Aggregate():
                return self.lower.is_(spell(node), truth=truth)
            case _:
                raise TypeError(node)

    def _chosen(self, node: syntax.Conditional, *, truth: bool) -> Condition:
        """`a if c else b`; unknown c leaves what a and b agree upon."""
        if table := self._branch(node):
            return self._truth(table, truth=truth)
        yes, no = self._truth(node.then, truth=truth), self._truth(node.otherwise, truth=truth)
        asked = self.true(node.condition), self.false(node.condition)
        return some((every((asked[0], yes)), every((asked[1], no)), every((yes, no))))

    def _branch(self, node: syntax.Conditional) -> Node | None:
        """The branch that is taken, where that is known already."""
        if self.true(node.condition) is True:
            return node.then
        return node.otherwise if self.false(node.condition) is True else None

    def _entry(self, node: syntax.Call) -> PlannedFact:
        leaf = node.arguments[0]
        assert isinstance(leaf, typed.FactLeaf)  # noqa: S101 - the checker refuses anything else
        return self.facts[leaf.column.id]

    def _compared(self, operator: str, left: Node, right: Node, *, truth: bool) -> Condition:
        if operator == "!=":
            return self._compared("==", left, right, truth=not truth)
        type_ = check.type_of(left)
        if type_.name == "boolean":
            same = self.true(left), self.true(right), self.false(left), self.false(right)
            pairs = ((same[0], same[1]), (same[2], same[3])) if truth else ((same[0], same[3]), (same[2], same[1]))
            return some(map(every, pairs))
        if type_.name in {"text", "choice"} and not type_.ordered:
            one, other = self._options(left), self._options(right)
            return some(
                every((is_one, is_other))
                for value, is_one in one.items()
                for also, is_other in other.items()
                if (value == also) == truth
            )
        if operator == "==":
            sides = (self._compared(">=", left, right, truth=truth), self._compared("<=", left, right, truth=truth))
            return every(sides) if truth else some(sides)
        if operator in {"<", "<="}:
            left, right, operator = right, left, {"<": ">", "<=": ">="}[operator]
        if not truth:  # not a >= b: b > a
            left, right, operator = right, left, {">=": ">", ">": ">="}[operator]
        return self._passes(left, right, strict=operator == ">")

    def _options(self, node: Node) -> Mapping[object, Condition]:
        """What a text or choice may be, with when it certainly is."""
        match node:
            case typed.FactLeaf() if node.column.id in self.facts:
                return self.facts[node.column.id].options
            case typed.FactLeaf():
                state = self.lower.state(node.column.id)
                return {} if state is None else {state: True}
            case typed.ChoiceLeaf():
                return {node.id: True}
            case syntax.Text():
                return {node.value: True}
            case typed.ParameterLeaf():
                return self._options(self.constants[node.rulebook, node.id])
            case typed.MeasureLeaf():
                return self._options(self._measures[node.id])
            case syntax.Conditional() | syntax.Call(function="given"):
                return self._chosen_options(node)
            case _:
                raise TypeError(node)

    def _chosen_options(self, node: syntax.Conditional | syntax.Call) -> dict[object, Condition]:
        if isinstance(node, syntax.Conditional):
            cases = ((self.true(node.condition), node.then), (self.false(node.condition), node.otherwise))
        else:
            fact = self._entry(node)
            cases = ((fact.entered, node.arguments[0]), (fact.missing, node.arguments[1]))
        found: dict[object, Condition] = {}
        for asked, branch in cases:
            for value, is_value in self._options(branch).items():
                found[value] = some((found.get(value, False), every((asked, is_value))))
        return found

    def _passes(self, left: Node, right: Node, *, strict: bool) -> Condition:
        """When `left` is certainly at least `right`; more, where `strict`."""
        limit, value = self._known(right), self._known(left)
        if limit is not None:
            return self.reaches(left, 1, limit, strict=strict)
        if value is not None:
            return self.reaches(right, -1, -value, strict=strict)
        one, other = self.low(left, 1), self.low(right, -1)
        if one is None or other is None:
            return False
        return every((one.needs, other.needs, self.reached(one.sum + other.sum, Fraction(0), strict=strict)))

    def _known(self, node: Node) -> Fraction | None:
        """The value of a number that cannot change."""
        found = self._known_range(node)
        return Fraction(found[0]) if found and found[0] == found[1] else None

    def reached(self, total: Linear, limit: Fraction, *, strict: bool) -> Condition:
        """A sum reaches a limit; where nothing varies, as nearly as the rating compares."""
        if total.terms:
            return self.problem.reaches(total, limit, strict=strict)
        slack = Fraction(TOLERANCE) * max(Fraction(1), abs(limit), abs(total.constant))
        return total.constant > limit + slack if strict else total.constant >= limit - slack

    def reaches(self, node: Node, sign: int, limit: Fraction, *, strict: bool) -> Condition:
        """When a number, or its negative (`sign` -1), certainly reaches a limit; also where it is no sum."""
        match node:
            case typed.MeasureLeaf() if not self._is_rank(node):
                return self.reaches(self._measures[node.id], sign, limit, strict=strict)
            case typed.OutcomeLeaf():
                return self.outcome_reaches(node, sign, limit, strict=strict)
            case syntax.Negative():
                return self.reaches(node.item, -sign, limit, strict=strict)
            case syntax.Arithmetic(operator="+" | "-"):
                turned = 1 if node.operator == "+" else -1
                if (known := self._known(node.right)) is not None:
                    return self.reaches(node.left, sign, limit - sign * turned * known, strict=strict)
                if (known := self._known(node.left)) is not None:
                    return self.reaches(node.right, sign * turned, limit - sign * known, strict=strict)
            case syntax.Arithmetic(operator="*" | "/"):
                known = self._known(node.right)
                other = node.left
                if node.operator == "*" and known is None:
                    known, other = self._known(node.left), node.right
                if known:
                    factor = known if node.operator == "*" else 1 / known
                    return self.reaches(other, sign if factor > 0 else -sign, limit / abs(factor), strict=strict)
                if node.operator == "/" and known is None:
                    return self._quotient_reaches(node, sign, limit, strict=strict)
            case syntax.Conditional() if not self._branch(node):
                yes = self.reaches(node.then, sign, limit, strict=strict)
                no = self.reaches(node.otherwise, sign, limit, strict=strict)
                asked = self.true(node.condition), self.false(node.condition)
                return some((every((asked[0], yes)), every((asked[1], no)), every((yes, no))))
            case syntax.Call(function="min" | "max"):
                join = every if (node.function == "min") == (sign > 0) else some
                return join(self.reaches(item, sign, limit, strict=strict) for item in node.arguments)
            case syntax.Call(function="abs"):
                both = (self.reaches(node.arguments[0], end, limit, strict=strict) for end in (1, -1))
                if sign < 0:
                    return every(both)
                return True if limit < 0 or (limit == 0 and not strict) else some(both)
            case syntax.Call(function="round" | "round_up" | "round_down"):
                return self._rounded_reaches(node, sign, limit, strict=strict)
            case syntax.Call(function="year_of"):
                return self._year_reaches(node.arguments[0], sign, limit, strict=strict)
        end = self.low(node, sign)
        return False if end is None else every((end.needs, self.reached(end.sum, limit, strict=strict)))

    def _quotient_reaches(self, node: syntax.Arithmetic, sign: int, limit: Fraction, *, strict: bool) -> Condition:
        """`a / b >= t` where b varies: `a - t b >= 0` for either end of b, as far as b is certainly above (below) 0."""
        found = []
        for side in (1, -1):
            above = self.reaches(node.right, side, Fraction(0), strict=True)
            if above is False:
                continue
            parts: list[Condition] = [above]
            for end in (1, -1):
                top, bottom = self.low(node.left, sign * side), self._end(node.right, side, end)
                if top is None:
                    parts.append(False)
                elif bottom is None:  # b has no end there: the quotient comes near 0, from the side of a
                    parts.append(limit < 0 or (limit == 0 and not strict))
                    parts.append(every((top.needs, self.reached(top.sum, Fraction(0), strict=False))))
                else:
                    margin = top.sum + bottom.sum.scaled(-limit)
                    parts += [top.needs, bottom.needs, self.reached(margin, Fraction(0), strict=strict)]
            found.append(every(parts))
        return some(found)

    def _end(self, node: Node, side: int, end: int) -> End | None:
        """The lower (`end` 1) or upper end of a number, or of its negative."""
        found = self.low(node, side * end)
        return None if found is None else End(found.sum.scaled(Fraction(end)), found.needs)

    def _rounded_reaches(self, node: syntax.Call, sign: int, limit: Fraction, *, strict: bool) -> Condition:
        """From which value on a number is rounded to one that reaches the limit."""
        step = Fraction(10) ** -self._digits(node)
        least, open_ = rounded_limit(node.function, sign, limit, step, strict=strict)
        return self.reaches(node.arguments[0], sign, least, strict=open_)

    def _digits(self, node: syntax.Call) -> int:
        return int(self._known(node.arguments[1]) or 0) if len(node.arguments) > 1 else 0

    def _year_reaches(self, node: Node, sign: int, limit: Fraction, *, strict: bool) -> Condition:
        year = floor(limit) + 1 if strict else ceil(limit)
        if sign > 0:
            return self.reaches(node, 1, Fraction(_first_of(year)), strict=False)
        return self.reaches(node, -1, Fraction(1 - _first_of(1 - year)), strict=False)

    def _is_rank(self, node: typed.MeasureLeaf) -> bool:
        """Whether a measure is a place among other units."""
        return isinstance(self._measures[node.id], syntax.Rank)

    # Numbers

    def low(self, node: Node, sign: int) -> End | None:
        """The lower end of a number, or of its negative; None where it has none.

        Raises:
            CannotPlanError: it is no sum of facts.
        """
        key = (id(node), sign)
        if key not in self._lows:
            self._lows[key] = node, self._low(node, sign)
        return self._lows[key][1]

    def _low(self, node: Node, sign: int) -> End | None:
        match node:
            case syntax.Number():
                return End(constant(sign * node.value))
            case syntax.Day():
                return End(constant(sign * day_number(node.value)))
            case typed.ChoiceLeaf():
                return End(constant(sign * _rank(node.type, node.id)))
            case typed.ParameterLeaf():
                return self.low(self.constants[node.rulebook, node.id], sign)
            case typed.MeasureLeaf() if self._is_rank(node):
                if self._varying(node):  # its place would be another, and nobody knows which
                    self._refuse(node)
                return self.lower.low(node.id, sign)
            case typed.MeasureLeaf():
                return self.low(self._measures[node.id], sign)
            case typed.FactLeaf() if node.type.ordered and node.column.choices is not None:
                return End(self._rank_of(node, sign))
            case typed.FactLeaf():
                return self.facts[node.column.id].low(sign, self.facts)
            case typed.OutcomeLeaf():
                return self.outcome_low(node, sign)
            case syntax.Aggregate():
                return self.lower.low(spell(node), sign)
            case syntax.Negative():
                return self.low(node.item, -sign)
            case syntax.Arithmetic(operator="+" | "-"):
                other = sign if node.operator == "+" else -sign
                return _sum(self.low(node.left, sign), self.low(node.right, other))
            case syntax.Arithmetic():
                return self._product(node, sign)
            case syntax.Conditional():
                return self._chosen_low(node, sign)
            case syntax.Call(function="given"):
                fact = self._entry(node)
                ends = self.low(node.arguments[0], sign), self.low(node.arguments[1], sign)
                return self._best([(fact.entered, [ends[0]]), (fact.missing, [ends[1]])])
            case syntax.Call(function="min" | "max"):
                ends_ = [self.low(item, sign) for item in node.arguments]
                if (node.function == "min") == (sign > 0):
                    return self._best([(True, ends_)])
                return self._best([(True, [end]) for end in ends_])
            case syntax.Call(function="abs"):
                sides = [self.low(node.arguments[0], end) for end in (1, -1)]
                if sign < 0:
                    return self._best([(True, sides)])
                return self._best([(True, [sides[0]]), (True, [sides[1]]), (True, [End(ZERO)])])
            case syntax.Call():
                return self._of_known(node, sign)
            case _:
                raise TypeError(node)

    def _rank_of(self, node: typed.FactLeaf, sign: int) -> Linear:
        """The rank of an ordered choice; of a gap the lowest, or the highest."""
        most = len(node.type.choices) - 1
        total = ZERO if sign > 0 else constant(-most)
        for value, condition in self.facts[node.column.id].options.items():
            rank = _rank(node.type, str(value))
            total += self.problem.count(condition).scaled(Fraction(rank if sign > 0 else most - rank))
        return total

    def _chosen_low(self, node: syntax.Conditional, sign: int) -> End | None:
        if branch := self._branch(node):
            return self.low(branch, sign)
        yes, no = self.low(node.then, sign), self.low(node.otherwise, sign)
        asked = self.true(node.condition), self.false(node.condition)
        return self._best([(asked[0], [yes]), (asked[1], [no]), (True, [yes, no])])

    def _best(self, choices: list[tuple[Condition, list[End | None]]]) -> End | None:
        """The greatest of the ends whose condition holds; of several ends of one choice, the least."""
        finite = [(asked, [end for end in ends if end]) for asked, ends in choices if None not in ends]
        always = [ends for asked, ends in finite if asked is True and all(end.needs is True for end in ends)]
        parts = [(every((asked, *(end.needs for end in ends))), [end.sum for end in ends]) for asked, ends in finite]
        parts = [(asked, sums) for asked, sums in parts if asked is not False]
        if not parts:
            return None
        if always:
            return End(self.problem.best(parts))
        if len(parts) == 1 and len(parts[0][1]) == 1:
            return End(parts[0][1][0], parts[0][0])
        lowest = constant(min(self.problem.least(total) for _, sums in parts for total in sums))
        return End(self.problem.best([*parts, (True, [lowest])]), some(asked for asked, _ in parts))

    def _product(self, node: syntax.Arithmetic, sign: int) -> End | None:
        """A number times a known one, or one of a known range; a quotient likewise."""
        factor = self._known_range(node.right)
        other = node.left
        if node.operator == "/":
            if factor is None:
                self._refuse(node.right)
            factor = _inverse(factor)
        elif factor is None:
            factor, other = self._known_range(node.left), node.right
        if factor is None:
            if node.operator == "/":
                return None
            self._refuse(node.right)
        ends = []
        for end in set(factor):
            if end in {inf, -inf}:
                return None
            at = self.low(other, sign if end >= 0 else -sign)
            scaled = None if at is None else End(at.sum.scaled(abs(Fraction(end))), at.needs)
            ends.append(End(ZERO) if end == 0 else scaled)
        return ends[0] if len(ends) == 1 else self._best([(True, ends)])

    def _known_range(self, node: Node) -> tuple[Fraction | float, Fraction | float] | None:
        """Both ends of a number that no plan changes; None for one that it may change."""
        if self._varying(node):
            return None
        low, high = self.low(node, 1), self.low(node, -1)
        return (
            -inf if low is None else low.sum.constant,
            inf if high is None else -high.sum.constant,
        )

    def _of_known(self, node: syntax.Call, sign: int) -> End | None:
        """A rounded number, or the year of a day, that no plan changes; or one that comes in few steps."""
        if self._varying(node):
            return self._by_steps(node, sign)
        known = self._known_range(node.arguments[0])
        assert known is not None  # noqa: S101 - nothing in it varies
        value = known[0] if sign > 0 else known[1]
        if value in {inf, -inf}:
            return None
        return End(constant(sign * _apply(node.function, Fraction(value), self._digits(node))))

    def _by_steps(self, node: syntax.Call, sign: int) -> End | None:
        """A rounded number: each step that is certainly reached adds one."""
        if not node.function.startswith("round"):
            self._refuse(node)
        end, digits = self.low(node.arguments[0], sign), self._digits(node)
        if end is None:
            return None
        function = node.function if sign > 0 else _MIRRORED[node.function]
        lowest, highest = (rounded(function, at(end.sum), digits) for at in (self.problem.least, self.problem.most))
        step = Fraction(10) ** -digits
        count = int((highest - lowest) / step)
        if count > _STEPS_MAX:
            self._refuse(node)
        total = constant(lowest)
        for number in range(1, count + 1):
            reached = self._rounded_reaches(node, sign, lowest + number * step, strict=False)
            total += self.problem.count(reached).scaled(step)
        return End(total, end.needs)

    # What varies

    def _varying(self, node: Node) -> frozenset[str]:
        """The facts in an expression that a plan may change."""
        if id(node) in self._vary:
            return self._vary[id(node)][1]
        found: set[str] = set()

        def walk(part: Node) -> None:
            match part:
                case typed.FactLeaf():
                    fact = self.facts.get(part.column.id)
                    names = (part.column.id, part.column.low, part.column.high)
                    if fact is not None:
                        bounding = names if fact.now is None else names[:1]
                        facts = (self.facts.get(name) for name in bounding if isinstance(name, str))
                        found.update(item.column.id for item in facts if item is not None and item.changed is not None)
                case typed.MeasureLeaf():
                    walk(self._measures[part.id])
                case typed.OutcomeLeaf():
                    found.update(self.outcome_facts(part))
                case syntax.Aggregate():
                    found.update(self.lower.varying(spell(part)))
                case _:
                    for child in syntax.children(part):
                        walk(child)

        walk(node)
        self._vary[id(node)] = node, frozenset(found)
        return frozenset(found)

    def _refuse(self, node: Node) -> NoReturn:
        raise CannotPlanError(self._varying(node))

    # What a rulebook itself finds: `engine.remedies.outcomes`

    def outcome_is(self, leaf: typed.OutcomeLeaf, *, truth: bool) -> Condition:
        """When a good is certainly met, or certainly not."""
        raise NotImplementedError

    def outcome_reaches(self, leaf: typed.OutcomeLeaf, sign: int, limit: Fraction, *, strict: bool) -> Condition:
        """When a score, or a number of goods, certainly reaches a limit."""
        raise NotImplementedError

    def outcome_low(self, leaf: typed.OutcomeLeaf, sign: int) -> End | None:
        """The lower end of a score, or of a number of goods."""
        raise NotImplementedError

    def outcome_facts(self, leaf: typed.OutcomeLeaf) -> frozenset[str]:
        """The facts behind it that a plan may change."""
        raise NotImplementedError


def _sum(one: End | None, other: End | None) -> End | None:
    if one is None or other is None:
        return None
    return End(one.sum + other.sum, every((one.needs, other.needs)))


def _inverse(ends: tuple[Fraction | float, Fraction | float]) -> tuple[Fraction, Fraction] | None:
    """The range of 1 / x; None where x may be 0."""
    low, high = ends
    if low <= TOLERANCE and high >= -TOLERANCE:
        return None
    inverse = [Fraction(0) if end in {inf, -inf} else 1 / Fraction(end) for end in (high, low)]
    return inverse[0], inverse[1]


def _apply(function: str, value: Fraction, digits: int) -> Fraction:
    """What a function makes of a number."""
    if function == "year_of":
        return Fraction(date.fromordinal(date(1970, 1, 1).toordinal() + int(value)).year)
    return rounded(function, value, digits)


def rounded(function: str, value: Fraction, digits: int) -> Fraction:
    """A number rounded as expressions round it."""
    scaled = value * Fraction(10) ** digits
    match function:
        case "round_up":
            steps = ceil(scaled - _ROUNDING)
        case "round_down":
            steps = floor(scaled + _ROUNDING)
        case _:
            steps = floor(abs(scaled) + Fraction(1, 2) + _ROUNDING) * (-1 if value < 0 else 1)
    return Fraction(steps) / Fraction(10) ** digits


def rounded_limit(function: str, sign: int, limit: Fraction, step: Fraction, *, strict: bool) -> tuple[Fraction, bool]:
    """From which value on a number (sign 1), or its negative, is rounded to what reaches a limit.

    Returns:
        The value, and whether it must be passed.
    """
    first = floor(limit / step) + 1 if strict else ceil(limit / step)
    match function if sign > 0 else _MIRRORED[function]:
        case "round_down":
            return (first - _ROUNDING) * step, False
        case "round_up":
            return (first - 1 + _ROUNDING) * step, True
        case _:
            away = first > 0
            half = Fraction(1, 2) + (_ROUNDING if away else -_ROUNDING)
            return (first - half) * step, not away


def _rank(type_: typed.Type, choice: str) -> int:
    """The place of a choice, smallest first; of a grade, worst first."""
    place = type_.choices.index(choice)
    return len(type_.choices) - 1 - place if type_.name == "grade" else place


def _first_of(year: int) -> int:
    """The first day of a year, as a number."""
    return day_number(date(min(max(year, date.min.year), date.max.year), 1, 1))
