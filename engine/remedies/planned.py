"""The facts of a unit as a plan sees them: what each is now, what it may become, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor, inf
from typing import TYPE_CHECKING, Any

from engine.expression.days import day_number
from engine.numbers import exact
from engine.remedies.linear import ONE, ZERO, Condition, Holds, Linear, constant, some, summed, variable
from engine.schema import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.remedies.problem import Problem
    from engine.schema import Column

_FARTHEST = {"count": 10**6, "number": 10**6, "ratio": 10**3, "money": 10**9, "date": 10**5}
"""How far a plan looks where a fact has no bound."""
_DECIMALS = {"number": 2, "ratio": 4}
"""The steps of values that a plan proposes: 0.01 of a number, 0.01% of a ratio, 1 of everything else."""
_SMALLEST_STEP = 10
_FEE = ONE
"""What it costs to establish a fact that is a gap, in steps of change."""


def cost_of_one(column: Column, now: Fraction | None) -> Fraction:
    """What a change by 1 costs, before the fact's own `cost`: of a ratio by 1%, of money by a step of its size."""
    if column.type == "ratio":
        return Fraction(100)
    if column.type == "money":
        return Fraction(1, money_step(now))
    return ONE


def money_step(now: Fraction | None) -> int:
    """The step of an amount: its third digit, at least 10."""
    size, step = abs(now or Fraction(0)), _SMALLEST_STEP
    while size >= 1_000 * step:
        step *= 10
    return step


@dataclass(frozen=True, slots=True)
class Freedom:
    """What a plan may do with a fact.

    Attributes:
        low: the smallest value that it may propose.
        high: the greatest.
        cost: what a step of change costs.
        change: it may change what is known.
        establish: it may establish what is not.
    """

    low: float = -inf
    high: float = inf
    cost: Fraction = ONE
    change: bool = True
    establish: bool = True


FROZEN = Freedom(change=False, establish=False)


@dataclass(frozen=True, slots=True)
class End:
    """The lower end of a number; below every number unless the `needs` hold."""

    sum: Linear
    needs: Condition = True


class PlannedFact:
    """One fact of a unit.

    Attributes:
        column: the fact.
        now: its value: a number (a date as days), a choice, a truth, a text; None for a gap, or not entered.
        changed: the plan changes or establishes it; None where it may not.
        cost: what the plan pays for it.
    """

    def __init__(self, problem: Problem, column: Column, now: Any, freedom: Freedom) -> None:  # noqa: ANN401
        self.problem = problem
        self.column = column
        self.freedom = freedom
        self.now = number_of_value(column, now)
        self.changed: Holds | None = None
        self.cost: Linear = ZERO
        self._options: dict[object, Condition] = {}
        self._value: Linear | None = None
        self._ends: dict[int, End | None] = {}
        free = freedom.change if now is not None else freedom.establish
        if column.type in NUMERIC or column.type == "date":
            self._plan_number(free=free)
        elif column.type == "boolean" or column.choices is not None:
            self._plan_options(free=free)
        elif now is not None:
            self._options = {now: True}

    # What it is

    @property
    def entered(self) -> Condition:
        """It has a value."""
        return True if self.now is not None else False if self.changed is None else self.changed

    @property
    def missing(self) -> Condition:
        """It has none."""
        return False if self.now is not None else True if self.changed is None else self.changed.opposite

    @property
    def value(self) -> Linear | None:
        """The number, where it has one; None where it never has."""
        return self._value

    def option(self, value: object) -> Condition:
        """It is certainly this choice, truth or text."""
        return self._options.get(value, False)

    @property
    def options(self) -> Mapping[object, Condition]:
        """The choices, truths or texts that it may be, with when it certainly is."""
        return self._options

    def low(self, sign: int, bounds: Mapping[str, PlannedFact]) -> End | None:
        """The lower end of the fact, or of its negative; None where it has none.

        Args:
            sign: 1 or -1.
            bounds: the facts that may bound it.
        """
        if sign not in self._ends:
            self._ends[sign] = self._low(sign, bounds)
        return self._ends[sign]

    def _low(self, sign: int, bounds: Mapping[str, PlannedFact]) -> End | None:
        known = None if self._value is None else self._value.scaled(Fraction(sign))
        if known is not None and self.now is not None:
            return End(known)
        bound = self._bound(sign, bounds)
        if known is None or self.changed is None:
            return bound
        if bound is None:
            return End(known, self.changed)
        if bound.needs is True:
            return End(self.problem.best([(self.changed, [known]), (True, [bound.sum])]))
        lowest = constant(min(self.problem.least(known), self.problem.least(bound.sum)))
        choices = [(self.changed, [known]), (bound.needs, [bound.sum]), (True, [lowest])]
        return End(self.problem.best(choices), some((self.changed, bound.needs)))

    def _bound(self, sign: int, bounds: Mapping[str, PlannedFact]) -> End | None:
        """The end that a gap has."""
        name, otherwise = (self.column.low, self.column.least) if sign > 0 else (self.column.high, -self.column.most)
        least = None if otherwise == -inf else End(constant(exact(otherwise)))
        other = bounds.get(name) if isinstance(name, str) else None
        if not isinstance(name, str) or other is None or other.value is None:
            return least
        told = other.value.scaled(Fraction(sign))
        if other.now is not None:
            return End(told)
        if other.changed is None:
            return least
        if least is None:
            return End(told, other.changed)
        return End(self.problem.best([(other.changed, [told]), (True, [least.sum])]))

    # What it may become

    def _plan_number(self, *, free: bool) -> None:
        now = self.now
        if not free:
            self._value = None if now is None else constant(now)
            return
        low, high = self._reach()
        decimals = max(_DECIMALS.get(self.column.type, 0), _decimals(now))
        scale = 10**decimals
        first, last = ceil(low * scale), floor(high * scale)
        if now is not None:
            at = int(now * scale)
            self._value = constant(now)
            if first < at or last > at:
                self._move(at, min(first, at), max(last, at), scale)
        elif first <= last:
            self.changed = self.problem.decision()
            self._value = variable(self.problem.number(first, last), Fraction(1, scale))
            self.cost = self.changed.number.scaled(self.freedom.cost * _FEE)

    def _move(self, at: int, first: int, last: int, scale: int) -> None:
        changed = self.changed = self.problem.decision()
        total = Linear({}, Fraction(at, scale))
        for sign, room in ((1, last - at), (-1, at - first)):
            if room:
                step = variable(self.problem.number(0, room))
                total += step.scaled(Fraction(sign, scale))
                self.cost += step.scaled(self.freedom.cost * cost_of_one(self.column, self.now) / scale)
                self.problem.confine(step.scaled(Fraction(-1)), changed.opposite)
        self._value = total

    def _reach(self) -> tuple[Fraction, Fraction]:
        """Between which values a plan may set it."""
        farthest = Fraction(_FARTHEST[self.column.type]) + 10 * abs(self.now or 0)
        low, high = max(self.freedom.low, self.column.least), min(self.freedom.high, self.column.most)
        return (
            -farthest if low == -inf else exact(low),
            farthest if high == inf else exact(high),
        )

    def _plan_options(self, *, free: bool) -> None:
        values: list[object] = [True, False] if self.column.type == "boolean" else list(self.column.choices or ())
        if not free:
            self._options = {value: value == self.now for value in values}
            return
        if self.now is not None and len(values) == 2:  # noqa: PLR2004 - one decision tells two options apart
            self.changed = self.problem.decision()
            self._options = {value: self.changed.opposite if value == self.now else self.changed for value in values}
            self.cost = self.changed.number.scaled(self.freedom.cost)
            return
        chosen = {value: self.problem.decision() for value in values}
        self._options = dict(chosen)
        total = summed(item.number for item in chosen.values())
        self.problem.confine(total.scaled(Fraction(-1)).plus(ONE))
        if self.now is not None:
            self.problem.require(some(chosen.values()))
            self.changed = chosen[self.now].opposite
        else:
            self.changed = self.problem.decision()
            self.problem.confine(total + self.changed.number.scaled(Fraction(-1)))
            self.problem.confine(self.changed.number + total.scaled(Fraction(-1)))
        self.cost = self.changed.number.scaled(self.freedom.cost)


def within(facts: Mapping[str, PlannedFact], problem: Problem) -> None:
    """What is known of facts lies within the facts that bound them."""
    for fact in facts.values():
        for name, sign in ((fact.column.low, 1), (fact.column.high, -1)):
            other = facts.get(name) if isinstance(name, str) else None
            if other is None or other.value is None or fact.value is None:
                continue
            if fact.changed is None and other.changed is None:
                continue
            room = (fact.value + other.value.scaled(Fraction(-1))).scaled(Fraction(sign))
            known = [item.changed for item in (fact, other) if item.now is None and item.changed is not None]
            if all(item.entered is not False for item in (fact, other)):
                problem.confine(room, *_together(problem, known))


def _together(problem: Problem, items: list[Holds]) -> list[Holds]:
    """One decision that is true where all of these are; none for none."""
    if len(items) < 2:  # noqa: PLR2004
        return items
    both = problem.decision()
    problem.confine(summed([both.number, *(item.opposite.number for item in items)]).plus(-ONE))
    return [both]


def number_of_value(column: Column, value: Any) -> Any:  # noqa: ANN401
    """A stored value as it is planned with: a number as the decimal that was meant, a date as days."""
    if isinstance(value, date):
        return Fraction(day_number(value))
    return value if value is None or column.type not in NUMERIC else exact(value)


def _decimals(value: Fraction | None) -> int:
    """How many decimals a number is written with."""
    if value is None:
        return 0
    decimals = 0
    while (value * 10**decimals).denominator != 1:
        decimals += 1
    return decimals
