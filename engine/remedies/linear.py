"""Sums of variables, and conditions over them that hold without any negation.

Both are small values; nothing here knows rules, or the solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Linear:
    """A constant, and variables by their number with their coefficients."""

    terms: Mapping[int, Fraction]
    constant: Fraction

    def __add__(self, other: Linear) -> Linear:
        terms = dict(self.terms)
        for variable, factor in other.terms.items():
            terms[variable] = terms.get(variable, Fraction(0)) + factor
        return Linear(
            {variable: factor for variable, factor in terms.items() if factor}, self.constant + other.constant
        )

    def scaled(self, factor: Fraction) -> Linear:
        """The sum, times a number."""
        if not factor:
            return ZERO
        if factor == 1:
            return self
        return Linear({variable: factor * old for variable, old in self.terms.items()}, factor * self.constant)

    def plus(self, constant: Fraction) -> Linear:
        """The sum and a number."""
        return Linear(self.terms, self.constant + constant)


ZERO = Linear({}, Fraction(0))


def summed(items: Iterable[Linear]) -> Linear:
    """The sum of sums."""
    terms: dict[int, Fraction] = {}
    constant_ = Fraction(0)
    for item in items:
        if item.constant:
            constant_ += item.constant
        for number, factor in item.terms.items():
            known = terms.get(number)
            terms[number] = factor if known is None else known + factor
    return Linear({number: factor for number, factor in terms.items() if factor}, constant_)


def constant(value: Fraction | int) -> Linear:
    """A known number."""
    return Linear({}, Fraction(value))


def variable(number: int, factor: Fraction = ONE) -> Linear:
    """A variable, times a number."""
    return Linear({number: factor}, Fraction(0))


@dataclass(frozen=True, slots=True)
class Holds:
    """A yes-no variable is true; false where `negated`."""

    variable: int
    negated: bool = False

    @property
    def opposite(self) -> Holds:
        """The contrary."""
        return Holds(self.variable, not self.negated)

    @property
    def number(self) -> Linear:
        """1 where it holds, else 0."""
        return Linear({self.variable: -ONE}, ONE) if self.negated else variable(self.variable)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A sum is at least 0; more than 0 where `strict`."""

    sum: Linear
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of these hold."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these holds."""

    items: tuple[Condition, ...]


Condition: TypeAlias = bool | Holds | AtLeast | Every | Some


def every(items: Iterable[Condition]) -> Condition:
    """All of these hold."""
    kept: list[Condition] = []
    for item in items:
        if item is False:
            return False
        if item is not True:
            kept += item.items if isinstance(item, Every) else (item,)
    return True if not kept else kept[0] if len(kept) == 1 else Every(tuple(kept))


def some(items: Iterable[Condition]) -> Condition:
    """At least one of these holds."""
    kept: list[Condition] = []
    for item in items:
        if item is True:
            return True
        if item is not False:
            kept += item.items if isinstance(item, Some) else (item,)
    return False if not kept else kept[0] if len(kept) == 1 else Some(tuple(kept))
