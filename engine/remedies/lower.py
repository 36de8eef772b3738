"""What the rating has found of the units below: constants of a plan, or what would have to be otherwise."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Any

from engine.remedies.linear import Condition, Linear, constant, some, variable
from engine.remedies.planned import End

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.remedies.linear import Holds
    from engine.remedies.problem import Problem

_PERIODIC = 10**6
"""A stored quotient is one of whole numbers up to this, if it is as near as floats tell."""
_FARTHEST = 10**6
_FINE = 10**4


class Lower:
    """What was measured of lower units and of events, by the name of its column in the tables of a rating."""

    def __init__(self, measured: Mapping[str, Any]) -> None:
        self.measured = measured

    def has_table(self, kind: str) -> bool:
        """Whether the table of a lower kind was given."""
        return bool(self.measured[f"?{kind}"])

    def state(self, lifecycle: str) -> str | None:
        """The state that events have led to; None where that is unknown."""
        found: str | None = self.measured[lifecycle]
        return found

    def is_(self, name: str, *, truth: bool) -> Condition:
        """When an answer about lower units certainly has a truth."""
        return self.measured[name] is truth

    def low(self, name: str, sign: int) -> End | None:
        """The lower end of a number of lower units, or of its negative; None where it has none."""
        high = self.measured.get(f"{name}_high")
        value = self.measured[name] if sign > 0 or high is None else high
        return None if value in {inf, -inf} else End(constant(sign * stored_number(float(value))))

    def varying(self, name: str) -> frozenset[str]:
        """The names among what a plan may change; a real plan changes no lower unit."""
        return frozenset({name} & self.freed.keys())

    @property
    def freed(self) -> Mapping[str, Holds]:
        """What is taken to be otherwise, and when."""
        return {}


class Freed(Lower):
    """The same, but for a plan that cannot be carried out: what is found of lower units may be anything, too."""

    def __init__(self, measured: Mapping[str, Any], problem: Problem, names: Mapping[str, bool]) -> None:
        super().__init__(measured)
        self._problem = problem
        self._freed: dict[str, Holds] = {}
        self._values: dict[str, Linear] = {}
        self._answers: dict[tuple[str, bool], Condition] = {}
        for name, is_number in names.items():
            self._freed[name] = freed = problem.decision()
            if is_number:
                self._values[name] = variable(problem.number(-_FARTHEST * _FINE, _FARTHEST * _FINE), Fraction(1, _FINE))
                continue
            yes, no = problem.decision(), problem.decision()
            self._answers |= {(name, True): yes, (name, False): no}
            both = freed.number + (yes.number + no.number).scaled(Fraction(-1))
            problem.require(problem.reaches(both, Fraction(0)))

    def is_(self, name: str, *, truth: bool) -> Condition:
        """When an answer about lower units certainly has a truth."""
        return some((super().is_(name, truth=truth), self._answers.get((name, truth), False)))

    def low(self, name: str, sign: int) -> End | None:
        """The lower end of a number of lower units, or of its negative."""
        found = super().low(name, sign)
        if name not in self._values:
            return found
        value = self._values[name].scaled(Fraction(sign))
        if found is None:
            return End(value, self._freed[name])
        return End(self._problem.best([(self._freed[name], [value]), (True, [found.sum])]))

    @property
    def freed(self) -> Mapping[str, Holds]:
        """What is taken to be otherwise, and when."""
        return self._freed


def stored_number(value: float) -> Fraction:
    """A stored number as the decimal, or the quotient of whole numbers, that was meant."""
    near = Fraction(value).limit_denominator(_PERIODIC)
    close = abs(near - Fraction(value)) <= Fraction(1, 10**14) * max(Fraction(1), abs(near))
    return near if close else Fraction(repr(value))
