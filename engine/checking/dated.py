"""Parameters over the years: no gap, nothing that never holds, and thresholds that keep their order."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from engine.checking.model import Result
from engine.expression import check, syntax
from engine.expression.check import number_of
from engine.expression.days import day_number
from engine.expression.text import spell
from engine.programme.targets import is_derived
from engine.scoring.aggregates import expressions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction

    from engine.checking.model import Finding
    from engine.checking.study import Study
    from engine.expression.syntax import Node
    from engine.programme.rules import Parameter, Rules


def dated(study: Study, years: Sequence[int]) -> Result:
    """Each parameter has a value in every year; none of its values is never in force; thresholds keep their order."""
    book = study.subject.book
    findings: list[Finding] = []
    written = {id_: item for id_, item in book.parameters.items() if not is_derived(id_)}
    for id_, parameter in written.items():
        path = ("parameters", id_)
        first = min(parameter.values)
        if first > years[0]:
            findings.append(
                study.finding("W601", "proved", *path, parameter=id_, first=first, start=years[0], last=first - 1)
            )
        findings += [
            study.finding("W602", "proved", *path, parameter=id_, since=since, start=years[0], end=years[-1])
            for since in parameter.values
            if since > years[-1] or (since < years[0] and _next(parameter, since) <= years[0])
        ]
    for one, other in _rivals(book):
        findings += _reversals(study, one, other, years)
    count = len(written)
    return Result(
        "dated", count, proved=count - len({item.diagnostic.place for item in findings}), findings=tuple(findings)
    )


def _next(parameter: Parameter, since: int) -> int:
    """The year in which the next value takes over."""
    return min((year for year in parameter.values if year > since), default=since + 10_000)


def _rivals(book: Rules) -> list[tuple[Parameter, Parameter]]:
    """Pairs of parameters to which one and the same number is compared."""
    groups: dict[str, dict[str, None]] = {}
    for node in expressions(book):
        for value, parameter in _compared(node):
            groups.setdefault(value, {})[parameter] = None
    pairs = {pair for names in groups.values() for pair in combinations(sorted(names), 2)}
    return [
        (book.parameters[one], book.parameters[other])
        for one, other in sorted(pairs)
        if not is_derived(one) and not is_derived(other)
    ]


def _compared(node: Node) -> Iterator[tuple[str, str]]:
    """Numbers and the parameters that they are compared to."""
    if isinstance(node, syntax.Comparison):
        for value in node.operands:
            for other in node.operands:
                if not isinstance(other, check.ParameterLeaf) or not other.rulebook:
                    continue
                if not isinstance(value, check.ParameterLeaf):
                    yield spell(value), other.id
    for child in syntax.children(node):
        yield from _compared(child)


def _reversals(study: Study, one: Parameter, other: Parameter, years: Sequence[int]) -> Iterator[Finding]:
    """The first year in which two thresholds stand in another order than before."""
    before = 0
    for year in years:
        values = [_value(item, year) for item in (one, other)]
        if values[0] is None or values[1] is None or values[0] == values[1]:
            continue
        order = 1 if values[0] > values[1] else -1
        if before and order != before:
            yield study.finding(
                "W603", "proved", "parameters", other.id, one=one.id, other=other.id, since=year, start=years[0]
            )
            return
        before = order


def _value(parameter: Parameter, year: int) -> Fraction | int | None:
    found = parameter.in_force(year)
    if found is None:
        return None
    if isinstance(found[1], syntax.Truth):
        return int(found[1].value)
    return day_number(found[1].value) if isinstance(found[1], syntax.Day) else number_of(found[1])


def signature(book: Rules, year: int) -> tuple[object, ...]:
    """What of a rulebook's parameters may make a difference to proofs: two years of one signature are alike.

    Dates that are only compared with facts of their own count by their order.
    """
    values: Mapping[str, object] = {id_: _value(item, year) for id_, item in book.parameters.items()}
    alone = {id_ for id_, item in book.parameters.items() if item.type.name == "date"} - _in_arithmetic(book)
    ranked = sorted({values[id_] for id_ in alone}, key=str)
    own = tuple(ranked.index(value) if id_ in alone else value for id_, value in values.items())
    return (*own, year) if any(_asks_year(node) for node in expressions(book)) else own


def _asks_year(node: Node) -> bool:
    """Whether an expression makes of the year more than which days lie in it: those of every year are alike."""
    if isinstance(node, check.ParameterLeaf) and not node.rulebook:
        return True
    if isinstance(node, syntax.Comparison) and all(_is_a_year(item) for item in node.operands):
        return False
    return any(_asks_year(child) for child in syntax.children(node))


def _is_a_year(node: Node) -> bool:
    """The year rated, or that of a day."""
    if isinstance(node, syntax.Call):
        return node.function == "year_of"
    return isinstance(node, check.ParameterLeaf) and not node.rulebook


def _in_arithmetic(book: Rules) -> set[str]:
    """The parameters that are more than the plain other side of a comparison with a plain fact."""

    def walk(node: Node, *, plain: bool) -> Iterator[str]:
        if isinstance(node, check.ParameterLeaf):
            yield from () if plain else (node.id,)
            return
        compares = isinstance(node, syntax.Comparison) and all(isinstance(item, check.Leaf) for item in node.operands)
        for child in syntax.children(node):
            yield from walk(child, plain=compares)

    return {id_ for node in expressions(book) for id_ in walk(node, plain=False)}
