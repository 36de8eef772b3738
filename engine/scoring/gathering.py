"""What an aggregate adds up of lower units, and what follows from the sums."""

from __future__ import annotations

from functools import reduce
from math import inf
from typing import TYPE_CHECKING

import narwhals as nw

from engine.expression import check, syntax
from engine.expression.columns import Range, Truth, compile_number, compile_truth, tristate
from engine.expression.days import periods

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from engine.expression.columns import Environment

UNITS = "@units"
"""How many lower units there are; no fact can have such a name."""


def parts(node: syntax.Aggregate, at: int, environment: Environment) -> dict[str, nw.Expr]:
    """The columns of the lower units that an aggregate adds up.

    Args:
        node: the aggregate.
        at: its number among those that are added up together.
        environment: how the lower units are read.
    """
    if node.function in {"sum", "mean"}:
        assert node.item is not None  # noqa: S101 - the parser asks for it
        value = compile_number(node.item, environment)
        return {f"@low{at}": value.low, f"@high{at}": value.high}
    truth = compile_truth(node.item, environment).column if node.item is not None else nw.lit(True)  # noqa: FBT003
    certain, possible = truth.fill_null(False), truth.fill_null(True)  # noqa: FBT003
    if node.function == "periods":
        return _parts_of_periods(node, at, environment, certain, possible)
    return {f"@low{at}": certain.cast(nw.Float64), f"@high{at}": possible.cast(nw.Float64)}


def _parts_of_periods(
    node: syntax.Aggregate, at: int, environment: Environment, certain: nw.Expr, possible: nw.Expr
) -> dict[str, nw.Expr]:
    """For each period the units that are certainly in it, those that can be in no other, and all that can be in it.

    A unit whose day is open among several periods is in one of them at most: such units are counted beside.
    """
    assert node.day is not None  # noqa: S101 - the checker gives it
    day = compile_number(node.day, environment)
    ends = list(periods(node.period, _year(environment)))
    inside = [(day.low >= first) & (day.high <= last) for first, last in ends]
    touched = inside if day.is_point else [(day.low <= last) & (day.high >= first) for first, last in ends]
    found = {}
    for period, (within, near) in enumerate(zip(inside, touched, strict=True)):
        found[f"@low{at}.{period}"] = (certain & within).cast(nw.Float64)
        found[f"@high{at}.{period}"] = (possible & within).cast(nw.Float64)
        if not day.is_point:
            found[f"@near{at}.{period}"] = (possible & near).cast(nw.Float64)
    if not day.is_point:
        settled = reduce(nw.Expr.__or__, inside)
        found[f"@open{at}"] = (possible & ~settled & reduce(nw.Expr.__or__, touched)).cast(nw.Float64)
    return found


def _year(environment: Environment) -> int:
    year = environment.constants[check.YEAR.rulebook, check.YEAR.id]
    assert isinstance(year, syntax.Number)  # noqa: S101 - whoever gives the constants gives it so
    return int(year.value)


def loose_parts(node: syntax.Aggregate, at: int, own: Iterable[str]) -> dict[str, nw.Expr]:
    """What units add up to that may belong to any unit that asks; each of them may also belong to another one.

    Args:
        node: the aggregate.
        at: its number.
        own: the columns that `parts` made of it.
    """
    low, high = nw.col(f"@low{at}"), nw.col(f"@high{at}")
    if node.function == "periods":
        made = {name: nw.col(name).sum() for name in own if not name.startswith("@low")}
    elif node.function == "mean":
        return {f"?low{at}": low.min().fill_null(inf), f"?high{at}": high.max().fill_null(-inf)}
    elif node.function in {"share", "all"}:
        made = {f"@low{at}": (1.0 - low).sum(), f"@high{at}": high.sum()}
    else:
        made = {
            f"@low{at}": nw.when(low < 0).then(low).otherwise(nw.lit(0.0)).sum(),
            f"@high{at}": nw.when(high > 0).then(high).otherwise(nw.lit(0.0)).sum(),
        }
    return {f"?{name[1:]}": total.fill_null(0.0).cast(nw.Float64) for name, total in made.items()}


def unknown_ends(node: syntax.Aggregate) -> tuple[float, float] | tuple[None]:
    """An aggregate of which nothing is known: both ends of a number."""
    if node.function in {"any", "all"}:
        return (None,)
    if node.function == "periods":
        return 0.0, float(syntax.PERIODS[node.period])
    return 0.0 if node.function == "count" else -inf, inf


def unknown(node: syntax.Aggregate) -> Range | Truth:
    """An aggregate of which nothing is known, as columns."""
    low, *high = map(nw.lit, unknown_ends(node))
    return Range(low, high[0]) if high else Truth(nw.lit(None, dtype=nw.Boolean))


def nothing_beside(node: syntax.Aggregate, name: str) -> dict[str, nw.Expr]:
    """What stands beside an aggregate of which nothing is known."""
    if node.function == "share":
        return {f"{name}:of": nw.lit(0.0)}
    return {column: nw.lit(inf if column.endswith(":high") else 0.0) for column in beside(node, name)}


def beside(node: syntax.Aggregate, name: str) -> list[str]:
    """The columns beside that of `periods`: how many units each period has, at least and at most."""
    places = range(syntax.PERIODS[node.period]) if node.function == "periods" else ()
    return [f"{name}#{place + 1}{end}" for place in places for end in ("", ":high")]


def by_period(node: syntax.Aggregate, at: int, name: str, own: Collection[str], *, loose: bool) -> dict[str, nw.Expr]:
    """How many units each period has."""
    made: dict[str, nw.Expr] = {}
    for place in range(syntax.PERIODS[node.period]) if node.function == "periods" else ():
        most = f"near{at}.{place}" if f"@near{at}.{place}" in own else f"high{at}.{place}"
        high = nw.col(f"@{most}") + nw.col(f"?{most}") if loose else nw.col(f"@{most}")
        made |= dict(zip(beside(node, name)[2 * place :], (nw.col(f"@low{at}.{place}"), high), strict=False))
    return made


def gathered(node: syntax.Aggregate, at: int, environment: Environment, *, loose: bool) -> Range | Truth:
    """The aggregate from the sums: counts are [certain, certain + unknown].

    Args:
        node: the aggregate.
        at: its number.
        environment: how the lower units are read.
        loose: some units may belong to any unit that asks; what they add up to stands beside.
    """
    low, high, n = nw.col(f"@low{at}"), nw.col(f"@high{at}"), nw.col(UNITS)
    less, more = (nw.col(f"?low{at}"), nw.col(f"?high{at}")) if loose else (nw.lit(0.0), nw.lit(0.0))
    match node.function:
        case "periods":
            return _periods(node, at, environment, loose=loose)
        case "count" | "sum":
            return Range(low + less, high + more) if loose else Range(low, high)
        case "share":
            # At worst only those join of which the condition may be false, at best only those of which it may be true.
            return _defined(n > 0, low / (n + less), (high + more) / (n + more))
        case "mean" if loose:
            return _defined(n > 0, nw.min_horizontal(low / n, less), nw.max_horizontal(high / n, more))
        case "mean":
            return _defined(n > 0, low / n, high / n)
        case "any":
            return tristate(low > 0, high + more == 0)
        case _:
            return tristate((low == n) & (less == 0), high < n)


def _defined(some: nw.Expr, low: nw.Expr, high: nw.Expr) -> Range:
    """A quotient by the number of units, which is undefined of none."""
    return Range(nw.when(some).then(low).otherwise(nw.lit(-inf)), nw.when(some).then(high).otherwise(nw.lit(inf)))


def _periods(node: syntax.Aggregate, at: int, environment: Environment, *, loose: bool) -> Range:
    """How many periods count: for certain, and if every open unit falls into the period that it helps most."""
    assert node.day is not None  # noqa: S101 - the checker gives it
    least = compile_number(node.least, environment).low if node.least else nw.lit(1.0)
    is_point = compile_number(node.day, environment).is_point

    def total(name: str) -> nw.Expr:
        return nw.col(f"@{name}") + nw.col(f"?{name}") if loose else nw.col(f"@{name}")

    places = range(syntax.PERIODS[node.period])
    low = _number_of(nw.col(f"@low{at}.{place}") >= least for place in places)
    settled = [total(f"high{at}.{place}") for place in places]
    if is_point:
        return Range(low, _number_of(number >= least for number in settled), whole=True)
    reached = _number_of(total(f"near{at}.{place}") >= least for place in places)
    missing = [nw.when(number < least).then(least - number).otherwise(nw.lit(0.0)) for number in settled]
    helped = _number_of(
        reduce(nw.Expr.__add__, [_if_before(other, mine, missing) for other in places]) <= total(f"open{at}")
        for mine in places
    )
    return Range(low, nw.min_horizontal(reached, helped), whole=True)


def _if_before(other: int, mine: int, missing: list[nw.Expr]) -> nw.Expr:
    """What another period lacks, if it lacks less than mine: open units help best where the least is missing."""
    first = missing[other] <= missing[mine] if other <= mine else missing[other] < missing[mine]
    return nw.when(first).then(missing[other]).otherwise(nw.lit(0.0))


def _number_of(conditions: Iterable[nw.Expr]) -> nw.Expr:
    return reduce(nw.Expr.__add__, [condition.cast(nw.Float64) for condition in conditions])
