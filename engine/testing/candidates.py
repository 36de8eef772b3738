"""Units that differ from a base in a few facts, from which suggestions are chosen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import ceil, floor, inf
from typing import TYPE_CHECKING, Any

from engine.diagnostic import InvalidRulesError, Place
from engine.expression import syntax, typed
from engine.expression.days import day_number, day_of
from engine.schema import NOT_ENTERED, NUMERIC
from engine.testing.answers import points
from engine.testing.facts import IS_GAP
from engine.testing.running import group_of
from engine.testing.units import Unit, Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.programme.rules import Good, Rules
    from engine.schema import Column
    from engine.testing.cases import File
    from engine.testing.running import RatedUnit

Change = tuple[str, str, str]
"""A kind, a fact of it and what is written there."""
LOWER_MAX = 12
"""Of how many lower units some are changed and others not."""
STATES_MAX = 20_000
"""How many different losses of points are followed up."""
MICRO = 10**6
"""Points are added up in millionths."""
BEYOND = 3
"""By how many points a sum may pass its target."""
NEAREST = 40
"""How many of the sums nearest to a target are tried."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that differs from the base.

    Attributes:
        changes: the facts that differ: its own, or those of units below.
        times: how many of the last units below have them.
        year: the year it is rated in.
        bare: it starts from nothing, not from the base.
        following: facts that must come down with those that bound them.
    """

    changes: tuple[Change, ...]
    times: int | None = None
    year: int | None = None
    bare: bool = False
    following: tuple[Change, ...] = ()

    @property
    def size(self) -> int:
        """How much a reader has to look at."""
        return len(self.changes) + (self.times is not None) + (self.year is not None)

    @property
    def all(self) -> tuple[Change, ...]:
        """Everything that differs."""
        return (*self.changes, *self.following)

    def unit(self, base: Unit) -> Unit:
        """The unit."""
        start = Unit(base.kind, absent=base.absent) if self.bare else base
        for kind, fact, text in self.all:
            written = Written(text, Place(""))
            start = (
                start.with_fact(kind, fact, written)
                if self.times is None or kind == base.kind
                else changed_below(start, kind, fact, written, self.times)
            )
        return start

    def numbered(self, base: Unit, number: int) -> Unit:
        """The unit, every fact of it at a place that tells which candidate it is."""
        return _placed(self.unit(base), Place(str(number)))


def _placed(unit: Unit, place: Place) -> Unit:
    facts = {fact: Written(written.text, place) for fact, written in unit.facts.items()}
    below = {kind: tuple((times, _placed(item, place)) for times, item in items) for kind, items in unit.below.items()}
    return replace(unit, facts=facts, below=below)


def changed_below(unit: Unit, kind: str, fact: str, written: Written, times: int) -> Unit:
    """The unit with a fact of some of the units below, the last ones."""
    entries: list[tuple[int, Unit]] = []
    left = times
    for count, item in reversed(unit.below[kind]):
        changed = min(left, count)
        left -= changed
        entries += [(changed, item.with_fact(kind, fact, written))] if changed else []
        entries += [(count - changed, item)] if count > changed else []
    return replace(unit, below={**unit.below, kind: tuple(reversed(entries))})


def rated(file: File, candidates: Sequence[Candidate]) -> dict[Candidate, RatedUnit]:
    """The candidates that a table of facts could hold, rated."""
    left = list(dict.fromkeys(candidates))
    found: dict[Candidate, RatedUnit] = {}
    for year in {item.year or file.year for item in left}:
        ours = [item for item in left if (item.year or file.year) == year]
        while ours:
            units = [(str(at), item.numbered(file.base, at)) for at, item in enumerate(ours)]
            try:
                group = group_of(file, units, year)
                found |= dict(zip(ours, group.rate(file.programme, file.book.id).units(), strict=True))
                break
            except InvalidRulesError as error:
                wrong = {item.place.file for item in error.diagnostics}
                ours, before = [item for at, item in enumerate(ours) if str(at) not in wrong], ours
                if len(ours) == len(before):
                    break
    return found


class Values:
    """What a fact can be written as."""

    def __init__(self, file: File, base: RatedUnit, lower: Mapping[str, Mapping[str, Any]]) -> None:
        self.facts = {file.book.kind: base.facts, **lower}
        books = file.programme.rulebooks
        self.columns: dict[str, dict[str, Column]] = {}
        for book in books:
            self.columns.setdefault(book.kind, {}).update({**book.facts, **book.states})

    def plain(self, kind: str, fact: str) -> Iterator[str]:
        """Values of a fact without regard to thresholds: a gap, the other answer, one more and one less."""
        column, value = self.columns[kind][fact], self.facts[kind].get(fact)
        if column.blank != NOT_ENTERED and not column.required:
            yield IS_GAP
        if column.type == "boolean":
            yield from (word for word, truth in (("是", True), ("否", False)) if value is not truth)
        elif column.choices is not None:
            yield from (choice for choice in column.choices if choice != value)
        elif column.type in NUMERIC:
            bounds = [end for end in (column.low, column.high) if not isinstance(end, str) and abs(end) < inf]
            near = [] if value is None else [Fraction(str(value)) + step for step in (1, -1)]
            bound = self.facts[kind].get(column.high) if isinstance(column.high, str) else None
            ends = [Fraction(str(end)) for end in bounds]
            for number in dict.fromkeys([*ends, *near, Fraction(0), Fraction(bound or 0)]):
                yield from self.number(column, number)

    def single(self, kind: str, fact: str, text: str, times: int | None = None) -> Candidate:
        """A fact changed, and what it bounds brought down with it."""
        following = []
        if text.isdigit():
            for other in self.columns[kind].values():
                value = self.facts[kind].get(other.id)
                if other.high == fact and isinstance(value, int) and value > int(text):
                    following.append((kind, other.id, text))
        return Candidate(((kind, fact, text),), times, following=tuple(following))

    def number(self, column: Column, number: Fraction) -> Iterator[str]:
        """A number as a cell of a fact holds it, if it can."""
        low, high = (end if not isinstance(end, str) else None for end in (column.low, column.high))
        if (low is not None and number < low) or (high is not None and number > high):
            return
        if column.type == "count":
            if number.denominator == 1:
                yield str(number)
        elif column.type == "date":
            yield day_of(number).isoformat()
        else:
            text = f"{float(round(number * (100 if column.type == 'ratio' else 1), 8)):.8f}".rstrip("0").rstrip(".")
            yield text + ("%" if column.type == "ratio" else "")

    def around(self, kind: str, fact: str, target: float) -> Iterator[str]:
        """Values of a fact at a number, and just below and above it."""
        column = self.columns[kind][fact]
        exact = Fraction(f"{target:.9f}")
        steps = [
            Fraction(step) for step in ("1", "0.01", "0.001") if column.type not in {"count", "date"} or step == "1"
        ]
        wanted = [exact, *(exact + sign * step for step in steps for sign in (1, -1))]
        if column.type in {"count", "date"}:
            wanted = [
                Fraction(n) for n in dict.fromkeys((floor(exact), ceil(exact), floor(exact) - 1, ceil(exact) + 1))
            ]
        for number in wanted:
            yield from self.number(column, number)


def facts_in(node: Node | None, kind: str, books: Sequence[Rules]) -> dict[tuple[str, str], None]:
    """The facts, each with its kind, that an expression depends on."""
    found: dict[tuple[str, str], None] = {}
    match node:
        case None:
            return found
        case typed.FactLeaf():
            return {(kind, node.column.id): None}
        case typed.MeasureLeaf():
            book = next(book for book in books if book.id == node.rulebook)
            return facts_in(next(m.value for m in book.measures if m.id == node.id), book.kind, books)
        case typed.ResultLeaf() | typed.OutcomeLeaf():
            return found
        case syntax.Aggregate():
            for part in (node.item, node.link, node.day):
                found |= facts_in(part, node.kind, books)
            return found
    for part in (node.item,) if isinstance(node, typed.ThisLeaf) else syntax.children(node):
        found |= facts_in(part, kind, books)
    return found


def quotient(node: Node, books: Sequence[Rules]) -> tuple[str, str] | None:
    """The two facts of which a number is the quotient."""
    while isinstance(node, typed.MeasureLeaf):
        book = next(book for book in books if book.id == node.rulebook)
        node = next(m.value for m in book.measures if m.id == node.id)
    if isinstance(node, syntax.Arithmetic) and node.operator == "/":
        top, bottom = node.left, node.right
        if isinstance(top, typed.FactLeaf) and isinstance(bottom, typed.FactLeaf):
            return top.column.id, bottom.column.id
    return None


def sums(target: float, losses: Mapping[Candidate, float]) -> Iterator[Candidate]:
    """Candidates whose losses add up to a target, or to somewhat less or more, and one that loses all it can."""
    steps: dict[tuple[str, str], list[tuple[int, Candidate]]] = defaultdict(list)
    for candidate, loss in losses.items():
        if round(loss * MICRO) > 0 and len(candidate.changes) == 1 and candidate.times is None:
            steps[candidate.changes[0][:2]].append((round(loss * MICRO), candidate))
    if not steps:
        return
    yield _together(max(options, key=lambda option: option[0])[1] for options in steps.values())
    wanted = round(target * MICRO)
    reached: dict[int, tuple[Candidate, ...]] = {0: ()}
    for options in steps.values():
        for total, chosen in list(reached.items()):
            for loss, candidate in options:
                new = total + loss
                if new <= wanted + BEYOND * MICRO and len(reached) < STATES_MAX:
                    known = reached.get(new)
                    if known is None or len(known) > len(chosen) + 1:
                        reached[new] = (*chosen, candidate)
    nearest = sorted(reached, key=lambda total: abs(total - wanted))[:NEAREST]
    yield from (_together(reached[total]) for total in nearest if reached[total])


def _together(candidates: Iterable[Candidate]) -> Candidate:
    """All changes of several candidates."""
    chosen = list(candidates)
    changes = {change[:2]: change for item in chosen for change in item.changes}
    following = {change[:2]: change for item in chosen for change in item.following if change[:2] not in changes}
    return Candidate(tuple(changes.values()), following=tuple(following.values()))


def had_points(unit: RatedUnit, good: Good) -> float:
    """The points of a good, at worst."""
    return sum(points(unit, item)[0] for item in good.criteria if item.counted)


def constant_of(node: Node) -> float | None:
    """The value of a constant."""
    if isinstance(node, syntax.Day):
        return float(day_number(node.value))
    value = typed.number_of(node)
    return None if value is None else float(value)


def pairs(one: Iterable[Candidate], other: Iterable[Candidate]) -> Iterator[Candidate]:
    """Candidates with the changes of two."""
    for a, b in product(one, other):
        if a.changes and b.changes and {change[:2] for change in a.changes}.isdisjoint(c[:2] for c in b.changes):
            both = _together((a, b))
            yield replace(both, times=a.times or b.times)
