"""Read points that are lost for several reasons.

What each reason costs is a measure under a name that nobody can write: it is scored, explained and kept in a run as
measures are. The points are what is left of `from`, a line on which a point is a point.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.expression import check, syntax, typed
from engine.expression.typed import MeasureLeaf, number_of
from engine.programme import rules
from engine.programme.amounts import amount, positive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.expression.syntax import Node
    from engine.programme.reader import Reader
    from engine.yaml_text import Path_


def lost(criterion: str, reason: str) -> str:
    """The measure that holds what a reason costs."""
    return f"lost:{criterion}:{reason}"


def points(reader: Reader, criterion: str, item: said.Losses, path: Path_) -> rules.Linear | None:
    """The points that are left; None when something is wrong, which is reported."""
    start = positive(reader, item.start, (*path, "from"))
    floor = reader.number(item.floor, (*path, "floor"))
    read = [_loss(reader, criterion, each, (*path, "deduct", at)) for at, each in enumerate(item.deduct)]
    _names_apart(reader, [each.id for each in item.deduct], (*path, "deduct"))
    parts = tuple(part for part in read if part is not None)
    if start is None or floor is None or len(parts) < len(read):
        return None
    if floor >= start:
        reader.refuse("floor_above_start", (*path, "floor"), floor=item.floor, start=item.start)
        return None
    costs = (MeasureLeaf(0, 0, typed.NUMBER, reader.book.rulebook, part.measure) for part in parts)
    of = reduce(lambda left, cost: syntax.Arithmetic(0, 0, "-", left, cost), costs, as_node(start))
    return rules.Linear(of, line(floor, start), parts)


def measures(criteria: Iterable[rules.Criterion]) -> tuple[rules.Measure, ...]:
    """What each reason of some criteria costs, as measures."""
    return tuple(
        rules.Measure(part.measure, said.Measure(value="", label=part.said.label), part.cost, typed.NUMBER)
        for item in criteria
        for part in item.losses
    )


def line(least: Fraction, most: Fraction) -> tuple[tuple[Node, Fraction], ...]:
    """The knots of a line on which a point is a point."""
    return (as_node(least), least), (as_node(most), most)


def as_node(value: Fraction) -> Node:
    """A number as an expression."""
    number = syntax.Number(0, 0, abs(value))
    return number if value >= 0 else syntax.Negative(0, 0, number)


def _loss(reader: Reader, criterion: str, item: said.Loss, path: Path_) -> rules.Loss | None:
    problems = len(reader.problems)
    by = positive(reader, item.by, (*path, "by"))
    most = None if item.max is None else amount(reader, item.max, (*path, "max"))
    when = None if item.when is None else reader.condition(item.when, (*path, "when"))
    each = None if item.each is None else reader.typed(item.each, (*path, "each"), "number")
    step = None if item.step is None else _step(reader, item.step, each, (*path, "step"))
    if by is None or (when is None and each is None) or len(reader.problems) > problems:
        return None
    if when is not None:
        cost: Node = syntax.Conditional(0, 0, when, as_node(by), as_node(Fraction(0)))
    else:
        assert each is not None  # noqa: S101 - one of both is there
        number = each
        if step is not None:
            rounding = "round_down" if item.part == "ignored" else "round_up"
            number = syntax.Call(0, 0, rounding, (syntax.Arithmetic(0, 0, "/", each, step),))
        cost = syntax.Call(0, 0, "max", (number, as_node(Fraction(0))))
        cost = cost if by == 1 else syntax.Arithmetic(0, 0, "*", cost, as_node(by))
        cost = cost if most is None else syntax.Call(0, 0, "min", (cost, as_node(most)))
    return rules.Loss(item, lost(criterion, item.id), cost, when, each, by, step)


def _step(reader: Reader, text: str, each: Node | None, path: Path_) -> Node | None:
    """How much makes a step: a number in the unit of what is counted."""
    found = reader.constant(text, path)
    value = number_of(found[0]) if found else None
    if found and value is None:
        reader.refuse("not_a_number", path, value=text)
    elif value is not None and value <= 0:
        reader.refuse("not_more_than_zero", path, value=text)
    elif found and value and value >= 1 and found[1].unit != "ratio" and _is_share(each):
        reader.refuse("percent_missing", path, number=text)
    return found[0] if found else None


def _is_share(node: Node | None) -> bool:
    return node is not None and check.type_of(node).unit == "ratio"


def _names_apart(reader: Reader, names: list[str], path: Path_) -> None:
    """No reason has the name of another, or of the column of another's high end."""
    for at, name in enumerate(names):
        if name in names[:at]:
            first = reader.source.place(*path, names.index(name), "id")
            reader.refuse("duplicate_id", (*path, at, "id"), id=name, first=first.line)
        elif name.endswith("_high") and name.removesuffix("_high") in names:
            reader.refuse("name_of_column", (*path, at, "id"), name=name, of=name.removesuffix("_high"))
