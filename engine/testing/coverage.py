"""Which conditions of a rulebook its tests have seen, and which not."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

from engine.expression import syntax, typed
from engine.expression.check import type_of
from engine.expression.columns import TOLERANCE
from engine.expression.text import number, spell
from engine.expression.typed import number_of
from engine.policy import Adjustment
from engine.programme.targets import is_derived
from engine.rating.frames import constants_in_force
from engine.testing.answers import points, status, written
from engine.testing.possible import Possible, at_most, points_reach
from engine.testing.probing import probe
from engine.testing.watched import Condition, Threshold, Watched, watched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.programme import Programme
    from engine.programme.rules import Rules, Target
    from engine.testing.running import Rated, RatedUnit

BELOW, AT, ABOVE = "below", "at", "above"
SIDES = (BELOW, AT, ABOVE)
SORTS = (
    *("criterion", "threshold", "condition", "rule", "grade", "good", "title", "target", "selection", "check"),
    "period",
)


@dataclass(frozen=True, eq=False)
class Item:
    """Something that tests should show in several states.

    Attributes:
        sort: what it is, one of `SORTS`.
        id: its id, or how it is written.
        states: the states.
        limit: of a threshold, what the number is compared with.
        places: the ids of the criteria, rules and measures in which a threshold or condition stands.
        watched: the threshold or condition itself.
        kind: whose units it is about.
        exempt: the states that cannot be, each with the reason.
    """

    sort: str
    id: str
    states: tuple[str, ...]
    limit: str = ""
    places: tuple[str, ...] = ()
    watched: Watched | None = None
    kind: str = ""
    exempt: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hole:
    """A state that no case shows."""

    item: Item
    state: str


@dataclass(frozen=True)
class Coverage:
    """What the tests of a rulebook show.

    Attributes:
        book: the rulebook.
        items: what they should show.
        seen: the states that some case shows.
    """

    book: Rules
    items: tuple[Item, ...]
    seen: frozenset[tuple[int, str]]

    @cached_property
    def holes(self) -> tuple[Hole, ...]:
        """What no case shows although it can be."""
        return tuple(
            Hole(item, state)
            for at, item in enumerate(self.items)
            for state in item.states
            if (at, state) not in self.seen and state not in item.exempt
        )

    def counts(self, sort: str | None = None) -> tuple[int, int]:
        """How many states are seen, of how many that can be."""
        wanted = [(at, item) for at, item in enumerate(self.items) if sort in {None, item.sort}]
        possible = [(at, state) for at, item in wanted for state in item.states if state not in item.exempt]
        seen = [state for state in possible if state in self.seen]
        return len(seen), len(possible)

    def exempt(self) -> Iterator[tuple[Item, str, Mapping[str, str]]]:
        """The states that cannot be, and were not seen, with the reason of each."""
        for at, item in enumerate(self.items):
            for state, reason in item.exempt.items():
                if (at, state) not in self.seen:
                    yield item, state, reason


def items_of(programme: Programme, book: Rules, year: int) -> tuple[Item, ...]:
    """What tests of a rulebook should show."""
    return tuple(_Items(programme, book, year).all())


def cover(items: Sequence[Item], book: Rules, units: Iterable[RatedUnit]) -> Coverage:
    """What rated units show."""
    return Coverage(book, tuple(items), frozenset(pair for states in observe(items, book, units) for pair in states))


# What there is to see


class _Items:
    def __init__(self, programme: Programme, book: Rules, year: int) -> None:
        self.programme = programme
        self.book = book
        books = {item.id: item for item in programme.rulebooks}
        # In any period of a parameter a threshold can be seen.
        years = sorted({year, *(since for item in book.parameters.values() for since in item.values if since > year)})
        self.possible = [Possible(books, book, constants_in_force(programme, each)) for each in years]

    def all(self) -> Iterator[Item]:
        book = self.book
        for criterion in book.criteria:
            states = ["met", "not_met", "unknown", *(["not_applicable"] if criterion.applies is not None else [])]
            exempt = {} if self.can_be_unknown(criterion.id) else {"unknown": {"reason": "answers"}}
            yield Item("criterion", criterion.id, tuple(states), exempt=exempt)
        for what, places in watched(book).items():
            if isinstance(what, Condition):
                yield Item("condition", spell(what.node), ("true", "false"), "", tuple(places), what, what.kind)
            else:
                yield self.threshold(what, tuple(places))
        for good in book.goods:
            yield Item("good", good.id, ("met", "not_met"))
            counted = [item for item in good.criteria if item.counted]
            if good.share is not None and counted:
                share = f"{number(good.share * 100)}%"
                exempt = {} if points_reach(counted, good.share) else {AT: {"reason": "points"}}
                yield Item("threshold", f"good.{good.id}", SIDES, share, (good.id,), None, book.kind, exempt)
        if book.rated:
            yield from map(self.rule, book.policy.rules)
            yield from (Item("grade", grade, ("given",)) for grade in book.grades)
        for title in book.titles:
            withheld = title.id in book.policy.titles
            yield Item("title", title.id, ("won", "not_won", *(["withheld"] if withheld else [])))
        yield from map(self.target, book.targets)
        for item in book.selections:
            if item.when is not None:
                outcomes = any(isinstance(leaf, typed.OutcomeLeaf) for leaf in typed.leaves(item.when))
                exempt = {} if outcomes or self.reads_gaps(item.when) else {"unknown": {"reason": "answers"}}
                yield Item("selection", item.id, ("eligible", "not_eligible", "unknown"), exempt=exempt)
        yield from (Item("check", item.id, ("holds", "fails")) for item in book.checks if not is_derived(item.id))
        for target in book.targets:
            if len(target.by) > 1:
                yield Item("period", target.id, tuple(str(year) for year, _ in target.by))
        for id_, parameter in book.parameters.items():
            if len(parameter.values) > 1 and not is_derived(id_):
                yield Item("period", id_, tuple(str(year) for year in sorted(parameter.values)))

    def target(self, target: Target) -> Item:
        """The statuses that a target can have in some year of the programme."""
        years, last = self.programme.said.years, number_of(target.by[-1][1]) or Fraction(0)
        before = years is None or years.first < target.by[0][0]
        between = any((number_of(value) or 0) < last for _, value in target.by)
        states = ["reached", *["on_course"][: int(between)], *["not_due"][: int(before)], "short"]
        spans = [each.span(target.value) for each in self.possible]
        low, high = min(span[0] for span in spans), max(span[1] for span in spans)
        shown = written(low, high, type_of(target.value))
        reason = {"reason": "span", "low": shown[0], "high": shown[-1]}
        exempt = {"reached": reason} if high < last else {}
        exempt |= {"short": reason} if low >= last else {}
        return Item("target", target.id, tuple(states), exempt=exempt)

    def rule(self, rule: object) -> Item:
        assert hasattr(rule, "id")  # noqa: S101 - every rule has one
        states = ["fired", "not_fired"]
        if isinstance(rule, Adjustment) and any(limit > grade for grade, limit in enumerate(rule.limits)):
            states.append("mattered")
        return Item("rule", rule.id, tuple(states))

    def threshold(self, what: Threshold, places: tuple[str, ...]) -> Item:
        exempt: dict[str, Mapping[str, str]] = {}
        spans = [(each.span(what.number), each.span(what.limit)) for each in self.possible]
        low, high = min(span[0] for span, _ in spans), max(span[1] for span, _ in spans)
        least, most = min(span[0] for _, span in spans), max(span[1] for _, span in spans)
        type_ = type_of(what.number)
        shown = written(low, high, type_)
        reason = {"reason": "span", "low": shown[0], "high": shown[-1]}
        slack = TOLERANCE * max(1.0, abs(least) if abs(least) < inf else 1.0)
        if not low < most - slack:
            exempt[BELOW] = reason
        if not high > least + slack:
            exempt[ABOVE] = reason
        if low > most + slack or high < least - slack:
            exempt[AT] = reason
        elif type_.whole and least == most and least != int(least):
            exempt[AT] = {"reason": "whole"}
        elif isinstance(what.number, typed.OutcomeLeaf) and what.number.part == "score":
            limits = [number_of(each.constants.get(_parameter(what.limit), what.limit)) for each in self.possible]
            if not any(limit is None or self.score_reaches(limit) for limit in limits):
                exempt[AT] = {"reason": "points"}
        if at_most(what.number, what.limit):
            exempt[ABOVE] = {"reason": "bound"}
        if at_most(what.limit, what.number):
            exempt[BELOW] = {"reason": "bound"}
        limit = spell(self.possible[0].constants.get(_parameter(what.limit), what.limit))
        return Item("threshold", spell(what.number), SIDES, limit, places, what, what.kind, exempt)

    def score_reaches(self, score: Fraction) -> bool:
        """The score can come to just this number, as far as that can be counted out."""
        book = self.book
        scored = [item for item in book.criteria if item.points is not None]
        if (
            any(item.said.extra for item in scored)
            or not book.most
            or book.score.parts
            or book.score.digits is not None
        ):
            return True
        if any(item.applies for item in scored) and book.said.score.not_applicable != "rescale":
            return True
        return points_reach(scored, score / book.most)

    def can_be_unknown(self, criterion: str) -> bool:
        """Something that the criterion reads can be a gap."""
        item = next(item for item in self.book.criteria if item.id == criterion)
        parts = [item.require, item.applies, getattr(item.points, "of", None)]
        return any(self.reads_gaps(part) for part in parts if part is not None)

    def reads_gaps(self, node: Node) -> bool:
        if isinstance(node, typed.FactLeaf):
            return node.column.blank is None and not node.column.required
        if isinstance(node, typed.MeasureLeaf):
            book = next(book for book in self.programme.rulebooks if book.id == node.rulebook)
            return any(self.reads_gaps(item.value) for item in book.measures if item.id == node.id)
        return isinstance(node, typed.ResultLeaf) or any(self.reads_gaps(part) for part in syntax.children(node))


def _parameter(node: Node) -> tuple[str, str]:
    return (node.rulebook, node.id) if isinstance(node, typed.ParameterLeaf) else ("", "")


# What units show


def observe(items: Sequence[Item], book: Rules, units: Iterable[RatedUnit]) -> list[set[tuple[int, str]]]:
    """The states that each unit shows, itself or by the units below it."""
    units = list(units)
    own = [set(_own(items, book, unit)) for unit in units]
    at = {(id(unit.rated), unit.id): place for place, unit in enumerate(units)}
    kinds = dict.fromkeys((book.kind, *(item.kind for item in items if item.watched is not None)))
    for rated in {id(unit.rated): unit.rated for unit in units}.values():
        states = [(kind, found) for kind in kinds for found in _watched_states(items, kind, rated).items()]
        states += [(book.kind, found) for found in _withheld(items, book, rated)]
        for kind, (item, shown) in states:
            for id_, state in zip(rated.rating.facts.tables[kind]["id"].to_list(), shown, strict=True):
                # The id of a unit below begins with that of the unit that the case is about.
                place = at.get((id(rated), id_.partition(".")[0]))
                if state is not None and place is not None:
                    own[place].add((item, state))
    return own


def _own(items: Sequence[Item], book: Rules, unit: RatedUnit) -> Iterator[tuple[int, str]]:
    outcome = unit.rated.found.outcomes[unit.rating["case"]]
    rules = {rule.id: rule for rule in book.policy.rules}
    for place, item in enumerate(items):
        match item.sort:
            case "criterion":
                yield place, status(unit, item.id)
            case "good" | "title":
                value = unit.rating[item.id]
                words = ("met", "not_met") if item.sort == "good" else ("won", "not_won")
                if value is not None:
                    yield place, words[0 if value else 1]
            case "target":
                if (state := unit.rating[item.id]) is not None:
                    yield place, state
            case "grade":
                if unit.rating["grade"] == item.id:
                    yield place, "given"
            case "selection":
                eligible = unit.measures[f"eligible:{item.id}"]
                yield place, {True: "eligible", False: "not_eligible", None: "unknown"}[eligible]
            case "check":
                if (holds := unit.measures[f"check:{item.id}"]) is not None:
                    yield place, "holds" if holds else "fails"
            case "period":
                used = max((year for year in map(int, item.states) if year <= unit.rated.rating.year), default=None)
                yield place, str(used)
            case "rule":
                if item.id in outcome.fired:
                    yield place, "fired"
                    rule, proposed = rules[item.id], outcome.proposed_low
                    if isinstance(rule, Adjustment) and proposed == outcome.proposed_high < rule.limits[proposed]:
                        yield place, "mattered"
                elif item.id not in outcome.may_fire:
                    yield place, "not_fired"
            case "threshold" if item.watched is None:
                if (side := _share_side(book, item, unit)) is not None:
                    yield place, side


def _share_side(book: Rules, item: Item, unit: RatedUnit) -> str | None:
    """On which side of the share that a good needs its points are."""
    good = next(good for good in book.goods if good.id == item.places[0])
    had, of = [0.0, 0.0], 0.0
    for criterion in good.criteria:
        if not criterion.counted:
            continue
        applies = unit.rating.get(f"{criterion.id}_applicable", True)
        if applies is None:
            return None
        low, high = points(unit, criterion)
        had, of = [had[0] + low, had[1] + high], of + float(criterion.most) * applies
    needed = of * float(good.share or 0)
    return side((had[0], had[1]), (needed, needed)) if of else None


def side(ends: tuple[float, float], limit: tuple[float, float]) -> str | None:
    """On which side of a limit a number is; None where that is not known."""
    if ends[0] != ends[1] or limit[0] != limit[1] or abs(ends[0]) == inf or abs(limit[0]) == inf:
        return None
    value, wanted = ends[0], limit[0]
    slack = TOLERANCE * max(1.0, abs(value), abs(wanted)) * 10
    return AT if abs(value - wanted) <= slack else BELOW if value < wanted else ABOVE


def _watched_states(items: Sequence[Item], kind: str, rated: Rated) -> dict[int, list[str | None]]:
    """For each item that is watched in expressions about a kind, the state that each of its units shows."""
    if kind not in rated.rating.facts.tables or rated.rating.facts.tables[kind].is_empty():
        return {}
    found: dict[int, list[str | None]] = {}
    wanted = [(at, item.watched) for at, item in enumerate(items) if item.watched is not None and item.kind == kind]
    for asking in {what.asking for _, what in wanted}:
        nodes: dict[str, Node] = {}
        for at, what in wanted:
            if what.asking == asking:
                nodes |= (
                    {f"{at}n": what.number, f"{at}l": what.limit}
                    if isinstance(what, Threshold)
                    else {f"{at}c": what.node}
                )
        values = probe(rated.rating, rated.book, kind, asking, nodes)
        for at, what in wanted:
            if what.asking != asking:
                continue
            if isinstance(what, Threshold):
                pairs = zip(values[f"{at}n"], values[f"{at}l"], strict=True)
                found[at] = [side(ends, limit) for ends, limit in pairs]
            else:
                found[at] = [None if value is None else str(value).lower() for value in values[f"{at}c"]]
    return found


def _withheld(items: Sequence[Item], book: Rules, rated: Rated) -> Iterator[tuple[int, list[str | None]]]:
    """For each title that a rule may withhold, the units that would have it otherwise."""
    places = {item.id: at for at, item in enumerate(items) if item.sort == "title" and "withheld" in item.states}
    if not places:
        return
    values = probe(rated.rating, book.id, book.kind, None, {t.id: t.when for t in book.titles if t.id in places})
    for id_, place in places.items():
        won = rated.found.ratings[id_].to_list()
        pairs = zip(values[id_], won, strict=True)
        yield place, ["withheld" if would and has is False else None for would, has in pairs]
