"""What an aggregate adds up of lower units, and what follows from the sums."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from math import inf
from operator import or_
from typing import TYPE_CHECKING

from engine.expression import syntax, typed
from engine.expression.columns import Range, Truth, compile_number, compile_truth, constant, tristate
from engine.expression.days import periods
from engine.expression.library import as_float, max_horizontal, min_horizontal, sum_horizontal, when

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.expression.columns import Environment
    from engine.expression.library import Expr, Library

UNITS = "@units"
"""How many lower units there are; no fact can have such a name."""


@dataclass(frozen=True)
class Gathering:
    """The columns of one aggregate, step by step.

    Attributes:
        node: the aggregate.
        at: its number among those that are added up together.
        environment: how the lower units are read.
        loose: some units may belong to any unit that asks; what they add up to stands beside.
    """

    node: syntax.Aggregate
    at: int
    environment: Environment
    loose: bool

    def prepared(self) -> dict[str, Expr]:
        """What `parts` reads of a lower unit more than once: its first and last possible day, whether it counts."""
        at, day = self.at, self._day
        if day is None:
            return {}
        ends = {f"@from{at}": day.low} | ({} if day.is_point else {f"@to{at}": day.high})
        truth = self._condition()
        return {**ends, f"@yes{at}": truth.fill_null(False), f"@may{at}": truth.fill_null(True)}  # noqa: FBT003

    def parts(self) -> dict[str, Expr]:
        """The columns of the lower units that are added up."""
        at = self.at
        if self.node.function in {"sum", "mean"}:
            assert self.node.item is not None  # noqa: S101 - the parser asks for it
            value = compile_number(self.node.item, self.environment)
            return {f"@low{at}": value.low, f"@high{at}": value.high}
        if self.node.function == "periods":
            return self._parts_of_periods()
        truth = self._condition()
        return {
            f"@low{at}": as_float(truth.fill_null(False)),  # noqa: FBT003
            f"@high{at}": as_float(truth.fill_null(True)),  # noqa: FBT003
        }

    def loose_parts(self) -> dict[str, Expr]:
        """What units add up to that may belong to any unit that asks; each of them may also belong to another one."""
        at, low, high = self.at, self._column("@low"), self._column("@high")
        if not self.loose:
            return {}
        if self.node.function == "periods":
            made = {name: self.environment.column(name).sum() for name in self.parts() if not name.startswith("@low")}
        elif self.node.function == "mean":
            return {f"?low{at}": low.min().fill_null(inf), f"?high{at}": high.max().fill_null(-inf)}
        elif self.node.function in {"share", "all"}:
            made = {f"@low{at}": (1.0 - low).sum(), f"@high{at}": high.sum()}
        else:
            made = {
                f"@low{at}": when(low < 0).then(low).otherwise(0.0).sum(),
                f"@high{at}": when(high > 0).then(high).otherwise(0.0).sum(),
            }
        return {f"?{name[1:]}": as_float(total.fill_null(0.0)) for name, total in made.items()}

    def shortages(self) -> dict[str, Expr]:
        """What `gathered` reads of a unit more than once: how many more units each period needs."""
        if self._day is None or self._day.is_point:
            return {}
        least = self._least.low
        settled = {place: self._total("high", place) for place in self._places}
        return {
            f"@less{self.at}.{place}": when(number < least).then(least - number).otherwise(0.0)
            for place, number in settled.items()
        }

    def gathered(self) -> Range | Truth:
        """The aggregate from the sums: counts are [certain, certain + unknown]."""
        low, high, n = self._column("@low"), self._column("@high"), self.environment.column(UNITS)
        nothing = self.environment.over.lit(0.0)
        less, more = (self._column("?low"), self._column("?high")) if self.loose else (nothing, nothing)
        match self.node.function:
            case "periods":
                return self._periods()
            case "count" | "sum":
                return Range(low + less, high + more) if self.loose else Range(low, high)
            case "share":
                # At worst only those join of which the condition may be false, at best only those it may be true of.
                return _defined(n > 0, low / (n + less), (high + more) / (n + more))
            case "mean" if self.loose:
                return _defined(n > 0, min_horizontal(low / n, less), max_horizontal(high / n, more))
            case "mean":
                return _defined(n > 0, low / n, high / n)
            case "any":
                return tristate(low > 0, high + more == 0)
            case _:
                return tristate((low == n) & (less == 0), high < n)

    def beside(self, name: str) -> dict[str, Expr]:
        """What stands beside the aggregate: of how many units a share is, how many units each period has."""
        if self.node.function == "share":
            return {f"{name}:of": self.environment.column(UNITS)}
        if self._day is None:
            return {}
        most = "high" if self._day.is_point else "near"
        ends = [end for place in self._places for end in (self._column("@low", place), self._total(most, place))]
        return dict(zip(beside(self.node, name), ends, strict=True))

    def _column(self, name: str, place: int | None = None) -> Expr:
        return self.environment.column(f"{name}{self.at}" + ("" if place is None else f".{place}"))

    def _total(self, name: str, place: int | None = None) -> Expr:
        total = self._column(f"@{name}", place)
        return total + self._column(f"?{name}", place) if self.loose else total

    def _condition(self) -> Expr:
        """Whether a lower unit counts."""
        item = self.node.item
        return self.environment.over.lit(True) if item is None else compile_truth(item, self.environment).column  # noqa: FBT003

    # Periods

    @property
    def _places(self) -> range:
        return range(syntax.PERIODS[self.node.period])

    @cached_property
    def _day(self) -> Range | None:
        """The day of a lower unit, of `periods`."""
        return None if self.node.day is None else compile_number(self.node.day, self.environment)

    @property
    def _least(self) -> Range:
        node, environment = self.node.least, self.environment
        return constant(1, environment.over) if node is None else compile_number(node, environment)

    def _parts_of_periods(self) -> dict[str, Expr]:
        """For each period the units that are certainly in it, those that can be in no other, and all that can be in it.

        A unit whose day is open among several periods is in one of them at most: such units are counted beside.
        """
        assert self._day is not None  # noqa: S101 - the checker gives it
        at, is_point = self.at, self._day.is_point
        low, high = self._column("@from"), self._column("@from" if is_point else "@to")
        certain, possible = self._column("@yes"), self._column("@may")
        ends = list(periods(self.node.period, _year(self.environment)))
        inside = [(low >= first) & (high <= last) for first, last in ends]
        touched = inside if is_point else [(low <= last) & (high >= first) for first, last in ends]
        found = {}
        for period, (within, near) in enumerate(zip(inside, touched, strict=True)):
            found[f"@low{at}.{period}"] = as_float(certain & within)
            found[f"@high{at}.{period}"] = as_float(possible & within)
            if not is_point:
                found[f"@near{at}.{period}"] = as_float(possible & near)
        if not is_point:
            in_year = (low <= ends[-1][1]) & (high >= ends[0][0])
            found[f"@open{at}"] = as_float(possible & ~reduce(or_, inside) & in_year)
        return found

    def _periods(self) -> Range:
        """How many periods count: for certain, and if every open unit falls into the period that it helps most."""
        assert self._day is not None  # noqa: S101 - the checker gives it
        least = self._least
        low = _number_of(self._column("@low", place) >= least.low for place in self._places)
        if self._day.is_point:
            return Range(low, _number_of(self._total("high", place) >= least.low for place in self._places))
        reached = _number_of(self._total("near", place) >= least.low for place in self._places)
        missing = [self._column("@less", place) for place in self._places]
        helping = self._total("open")
        if least.exact == 1:
            return Range(low, min_horizontal(reached, _number_of(number == 0 for number in missing) + helping))
        helped = _number_of(
            sum_horizontal(*(_if_before(other, mine, missing) for other in self._places)) <= helping
            for mine in self._places
        )
        return Range(low, min_horizontal(reached, helped))


def _year(environment: Environment) -> int:
    year = environment.constants[typed.YEAR.rulebook, typed.YEAR.id]
    assert isinstance(year, syntax.Number)  # noqa: S101 - whoever gives the constants gives it so
    return int(year.value)


def _defined(some: Expr, low: Expr, high: Expr) -> Range:
    """A quotient by the number of units, which is undefined of none."""
    return Range(when(some).then(low).otherwise(-inf), when(some).then(high).otherwise(inf))


def _if_before(other: int, mine: int, missing: list[Expr]) -> Expr:
    """What another period lacks, if it lacks less than mine: open units help best where the least is missing."""
    first = missing[other] <= missing[mine] if other <= mine else missing[other] < missing[mine]
    return when(first).then(missing[other]).otherwise(0.0)


def _number_of(conditions: Iterable[Expr]) -> Expr:
    return sum_horizontal(*map(as_float, conditions))


def beside(node: syntax.Aggregate, name: str) -> list[str]:
    """The columns beside that of `periods`: how many units each period has, at least and at most."""
    places = range(syntax.PERIODS[node.period]) if node.function == "periods" else ()
    return [f"{name}#{place + 1}{end}" for place in places for end in ("", ":high")]


def unknown_ends(node: syntax.Aggregate) -> tuple[float, float] | tuple[None]:
    """An aggregate of which nothing is known: both ends of a number."""
    if node.function in {"any", "all"}:
        return (None,)
    if node.function == "periods":
        return 0.0, float(syntax.PERIODS[node.period])
    return 0.0 if node.function == "count" else -inf, inf


def unknown(node: syntax.Aggregate, over: Library) -> Range | Truth:
    """An aggregate of which nothing is known, as columns."""
    low, *high = map(over.lit, unknown_ends(node))
    return Range(low, high[0]) if high else Truth(over.lit(None, dtype=over.Boolean))


def nothing_beside(node: syntax.Aggregate, name: str, over: Library) -> dict[str, Expr]:
    """What stands beside an aggregate of which nothing is known."""
    if node.function == "share":
        return {f"{name}:of": over.lit(0.0)}
    return {column: over.lit(inf if column.endswith(":high") else 0.0) for column in beside(node, name)}
