"""What is to be solved: whole numbers within bounds, and sums of them that must reach something.

Conditions are half reified: a yes-no variable stands for a condition in one direction only, it may be true only where
the condition holds. So no condition is ever negated, and what the solver leaves false is merely not used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, lcm
from typing import TYPE_CHECKING

from engine.remedies.linear import AtLeast, Condition, Every, Holds, Linear, Some, every, some, variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LARGEST = 2**60
"""No sum may come to more: the solver counts in 64 bits."""
_FINEST = 10**10
_FINE = 10**6


class TooLargeError(Exception):
    """A sum may come to more than the solver can count."""

    def __init__(self, variables: Iterable[int]) -> None:
        self.variables = frozenset(variables)
        super().__init__()


@dataclass(frozen=True, slots=True)
class Row:
    """A sum that must reach `least`; where `when` is given, only if that holds."""

    terms: tuple[tuple[int, int], ...]
    least: int
    when: Holds | None = None


@dataclass
class Problem:
    """Variables by number, and what must hold of them.

    Attributes:
        bounds: the smallest and greatest value of each variable.
        rows: sums that must be reached.
        confines: the same, of what a plan may do at all.
        clauses: of each, something must hold.
        grid: numbers that stand for sums are multiples of 1 / `grid`.
    """

    bounds: list[tuple[int, int]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    confines: list[Row] = field(default_factory=list)
    clauses: list[tuple[Holds, ...]] = field(default_factory=list)
    grid: int = 1

    def number(self, low: int, high: int) -> int:
        """A new variable."""
        self.bounds.append((low, high))
        return len(self.bounds) - 1

    def decision(self) -> Holds:
        """A new yes-no variable."""
        return Holds(self.number(0, 1))

    def least(self, total: Linear) -> Fraction:
        """The smallest value that a sum can have."""
        return total.constant + sum(
            factor * self.bounds[variable][0 if factor > 0 else 1] for variable, factor in total.terms.items()
        )

    def most(self, total: Linear) -> Fraction:
        """The greatest value that a sum can have."""
        return total.constant + sum(
            factor * self.bounds[variable][1 if factor > 0 else 0] for variable, factor in total.terms.items()
        )

    def reaches(self, total: Linear, limit: Fraction, *, strict: bool = False) -> Condition:
        """A sum is at least `limit`; more where `strict`. Known at once where every value is, or none."""
        margin = total.plus(-limit)
        low, high = self.least(margin), self.most(margin)
        if low > 0 or (low == 0 and not strict):
            return True
        if high < 0 or (high == 0 and strict):
            return False
        return AtLeast(margin, strict)

    def require(self, condition: Condition, when: Holds | None = None) -> None:
        """It must hold; where `when` is given, only if that holds."""
        match condition:
            case True:
                return
            case Every():
                for item in condition.items:
                    self.require(item, when)
            case AtLeast():
                self.rows.append(self._row(condition, when))
            case _:
                items = condition.items if isinstance(condition, Some) else () if condition is False else (condition,)
                stand_ins = [stand_in for item in items if not isinstance(stand_in := self.stand_in(item), bool)]
                self.clauses.append((*stand_ins, *([when.opposite] if when else [])))

    def confine(self, total: Linear, when: Holds | None = None) -> None:
        """A sum must be at least 0 whatever is to be reached; where `when` is given, only if that holds."""
        if self.least(total) < 0:
            self.confines.append(self._row(AtLeast(total), when))

    def stand_in(self, condition: Condition) -> Holds | bool:
        """A yes-no variable that may be true only where a condition holds."""
        if isinstance(condition, (bool, Holds)):
            return condition
        found = self.decision()
        self.require(condition, found)
        return found

    def count(self, condition: Condition) -> Linear:
        """1 where a condition holds, else 0; the solver may leave it at 0."""
        found = self.stand_in(condition)
        return Linear({}, Fraction(int(found))) if isinstance(found, bool) else found.number

    def best(self, choices: Sequence[tuple[Condition, Sequence[Linear]]]) -> Linear:
        """A number that is at most each of the sums of one choice whose condition holds.

        Args:
            choices: conditions with sums; one of the conditions must be true always.
        """
        open_ = [(condition, sums) for condition, sums in choices if condition is not False]
        if len(open_) == 1 and len(open_[0][1]) == 1:
            return open_[0][1][0]
        if all(not total.terms for _, sums in open_ for total in sums):
            known = [(condition, min(total.constant for total in sums)) for condition, sums in open_]
            return self._highest(known)
        lows = [min(map(self.least, sums)) for _, sums in open_]
        highs = [min(map(self.most, sums)) for _, sums in open_]
        grid = self._grid(total for _, sums in open_ for total in sums)
        number = self.number(floor(min(lows) * grid), floor(max(highs) * grid))
        best = variable(number, Fraction(1, grid))
        chosen = []
        for condition, sums in open_:
            below = every(self.reaches(total + best.scaled(Fraction(-1)), Fraction(0)) for total in sums)
            chosen.append(every((condition, below)))
        self.require(some(chosen))
        return best

    def _grid(self, sums: Iterable[Linear]) -> int:
        """Steps in which all values of sums are told exactly; where these would be too fine, steps of a millionth."""
        exact = lcm(*(part.denominator for total in sums for part in (total.constant, *total.terms.values())))
        together = lcm(self.grid, exact)
        if together > _FINEST:
            return self.grid * ceil(_FINE / self.grid)
        self.grid = together
        return exact

    def _highest(self, known: Sequence[tuple[Condition, Fraction]]) -> Linear:
        """The greatest of the numbers whose condition holds."""
        ordered = sorted(known, key=lambda pair: pair[1])
        floor_ = max(value for condition, value in ordered if condition is True)
        total = Linear({}, floor_)
        reached = floor_
        above = [(condition, value) for condition, value in ordered if value > floor_]
        for at, (_, value) in enumerate(above):
            if value > reached:
                step = self.count(some(condition for condition, _ in above[at:]))
                total += step.scaled(value - reached)
                reached = value
        return total

    def signs(self, total: Linear) -> frozenset[int]:
        """Whether greater values of a sum help (1), hurt (-1), or both, to reach what must be reached."""
        wanted = {number: 1 if factor > 0 else -1 for number, factor in total.terms.items()}
        return frozenset(
            wanted[number] * (1 if factor > 0 else -1)
            for row in self.rows
            for number, factor in row.terms
            if number in wanted
        )

    def _row(self, condition: AtLeast, when: Holds | None) -> Row:
        total = condition.sum
        scale = lcm(*(factor.denominator for factor in total.terms.values()))
        terms = tuple((number, int(factor * scale)) for number, factor in total.terms.items())
        limit = -total.constant * scale
        least = floor(limit) + 1 if condition.strict else ceil(limit)
        reach = sum(abs(factor) * max(map(abs, self.bounds[number])) for number, factor in terms)
        if max(reach, abs(least)) > LARGEST:
            raise TooLargeError(total.terms)
        return Row(terms, least, when)
