"""What an aggregate adds up of lower units, and what follows from the sums."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import narwhals as nw

from engine.expression import syntax, typed
from engine.expression.columns import Range, Truth, compile_number, compile_truth, constant, tristate
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
    if node.function == "periods":
        return _parts_of_periods(node, at, environment)
    truth = _condition(node, environment)
    return {
        f"@low{at}": truth.fill_null(False).cast(nw.Float64),  # noqa: FBT003
        f"@high{at}": truth.fill_null(True).cast(nw.Float64),  # noqa: FBT003
    }


def _condition(node: syntax.Aggregate, environment: Environment) -> nw.Expr:
    """Whether a lower unit counts."""
    return compile_truth(node.item, environment).column if node.item is not None else nw.lit(True)  # noqa: FBT003


def prepared(node: syntax.Aggregate, at: int, environment: Environment) -> dict[str, nw.Expr]:
    """What `parts` reads of a lower unit more than once: the first and last day it may be dated, whether it counts."""
    if node.day is None:
        return {}
    day, truth = compile_number(node.day, environment), _condition(node, environment)
    ends = {f"@from{at}": day.low} | ({} if day.is_point else {f"@to{at}": day.high})
    return {**ends, f"@yes{at}": truth.fill_null(False), f"@may{at}": truth.fill_null(True)}  # noqa: FBT003


def _parts_of_periods(node: syntax.Aggregate, at: int, environment: Environment) -> dict[str, nw.Expr]:
    """For each period the units that are certainly in it, those that can be in no other, and all that can be in it.

    A unit whose day is open among several periods is in one of them at most: such units are counted beside.
    """
    is_point = _is_dated(node, environment)
    low, high = nw.col(f"@from{at}"), nw.col(f"@from{at}" if is_point else f"@to{at}")
    certain, possible = nw.col(f"@yes{at}"), nw.col(f"@may{at}")
    ends = list(periods(node.period, _year(environment)))
    inside = [(low >= first) & (high <= last) for first, last in ends]
    touched = inside if is_point else [(low <= last) & (high >= first) for first, last in ends]
    found = {}
    for period, (within, near) in enumerate(zip(inside, touched, strict=True)):
        found[f"@low{at}.{period}"] = (certain & within).cast(nw.Float64)
        found[f"@high{at}.{period}"] = (possible & within).cast(nw.Float64)
        if not is_point:
            found[f"@near{at}.{period}"] = (possible & near).cast(nw.Float64)
    if not is_point:
        settled = nw.any_horizontal(*inside, ignore_nulls=True)
        in_year = (low <= ends[-1][1]) & (high >= ends[0][0])
        found[f"@open{at}"] = (possible & ~settled & in_year).cast(nw.Float64)
    return found


def _is_dated(node: syntax.Aggregate, environment: Environment) -> bool:
    """Whether the day of every unit is known."""
    assert node.day is not None  # noqa: S101 - the checker gives it
    return compile_number(node.day, environment).is_point


def _year(environment: Environment) -> int:
    year = environment.constants[typed.YEAR.rulebook, typed.YEAR.id]
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


def shortages(node: syntax.Aggregate, at: int, environment: Environment, *, loose: bool) -> dict[str, nw.Expr]:
    """What `gathered` reads of a unit more than once: how many more units each period needs."""
    if node.function != "periods" or _is_dated(node, environment):
        return {}
    least = _least(node, environment).low
    settled = {place: _total(f"high{at}.{place}", loose=loose) for place in range(syntax.PERIODS[node.period])}
    return {
        f"@less{at}.{place}": nw.when(number < least).then(least - number).otherwise(nw.lit(0.0))
        for place, number in settled.items()
    }


def _least(node: syntax.Aggregate, environment: Environment) -> Range:
    return compile_number(node.least, environment) if node.least else constant(1)


def _total(name: str, *, loose: bool) -> nw.Expr:
    return nw.col(f"@{name}") + nw.col(f"?{name}") if loose else nw.col(f"@{name}")


def _periods(node: syntax.Aggregate, at: int, environment: Environment, *, loose: bool) -> Range:
    """How many periods count: for certain, and if every open unit falls into the period that it helps most."""
    least = _least(node, environment)
    places = range(syntax.PERIODS[node.period])
    low = _number_of(nw.col(f"@low{at}.{place}") >= least.low for place in places)
    if _is_dated(node, environment):
        return Range(low, _number_of(_total(f"high{at}.{place}", loose=loose) >= least.low for place in places))
    reached = _number_of(_total(f"near{at}.{place}", loose=loose) >= least.low for place in places)
    missing = [nw.col(f"@less{at}.{place}") for place in places]
    helping = _total(f"open{at}", loose=loose)
    if least.exact == 1:
        return Range(low, nw.min_horizontal(reached, _number_of(number == 0 for number in missing) + helping))
    helped = _number_of(
        nw.sum_horizontal(*(_if_before(other, mine, missing) for other in places)) <= helping for mine in places
    )
    return Range(low, nw.min_horizontal(reached, helped))


def _if_before(other: int, mine: int, missing: list[nw.Expr]) -> nw.Expr:
    """What another period lacks, if it lacks less than mine: open units help best where the least is missing."""
    first = missing[other] <= missing[mine] if other <= mine else missing[other] < missing[mine]
    return nw.when(first).then(missing[other]).otherwise(nw.lit(0.0))


def _number_of(conditions: Iterable[nw.Expr]) -> nw.Expr:
    return nw.sum_horizontal(*(condition.cast(nw.Float64) for condition in conditions))
