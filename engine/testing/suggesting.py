"""Find cases that close the holes of a coverage: change the base, rate, and keep what shows something new.

Nothing here knows how to solve an expression. Many units that differ from the base are made up and rated at once, and
the few that show most are suggested.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from engine.expression.days import day_number
from engine.programme import tables
from engine.testing.answers import answer, short
from engine.testing.candidates import (
    LOWER_MAX,
    Candidate,
    Values,
    constant_of,
    facts_in,
    had_points,
    pairs,
    quotient,
    rated,
    sums,
)
from engine.testing.coverage import observe
from engine.testing.naming import Vocabulary
from engine.testing.probing import probe
from engine.testing.watched import Threshold, atoms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.expression.syntax import Node
    from engine.programme.rules import Rules
    from engine.testing import Report
    from engine.testing.cases import File
    from engine.testing.coverage import Coverage, Item
    from engine.testing.running import RatedUnit
    from engine.testing.units import Unit

State = tuple[int, str]
PAIRS_MAX = 600
"""How many pairs of changes are tried for one hole."""
ROUNDS = 2


@dataclass(frozen=True)
class Suggestion:
    """A case that shows what no case shows yet.

    Attributes:
        candidate: how it differs from the base.
        unit: the unit.
        expected: what the rules give now: what it is about, and the answer.
        shows: the items it is for.
    """

    candidate: Candidate
    unit: Unit
    expected: dict[tuple[str, str], tuple[str, ...]]
    shows: tuple[Item, ...]


@dataclass(frozen=True)
class Suggested:
    """Suggestions for the tests of a rulebook, and how many holes they close and leave."""

    file: File
    vocabulary: Vocabulary
    suggestions: tuple[Suggestion, ...]
    closed: int
    left: int


def suggest_cases(report: Report) -> list[Suggested]:
    """Cases that close holes, for each rulebook that is tested."""
    files = [files[0].file for files in report.by_book()]
    return [_Search(file, found).suggested() for file, found in zip(files, report.coverage, strict=True)]


class _Search:
    def __init__(self, file: File, coverage: Coverage) -> None:
        self.file = file
        self.book: Rules = file.book
        self.books = file.programme.rulebooks
        self.coverage = coverage
        self.items = coverage.items
        at = {id(item): place for place, item in enumerate(self.items)}
        self.holes: set[State] = {(at[id(hole.item)], hole.state) for hole in coverage.holes}
        self.open = set(self.holes)
        self.found: dict[Candidate, RatedUnit] = {}
        self.shown: dict[Candidate, set[State]] = {}
        self.probed: dict[tuple[int, int, bool], dict[str, tuple[float | None, float | None]]] = {}

    def suggested(self) -> Suggested:
        if self.open:
            self.search()
        chosen = tuple(self.suggestion(candidate, new) for candidate, new in self.chosen())
        vocabulary = Vocabulary.of(self.book, tables([self.file.programme], states=True))
        return Suggested(self.file, vocabulary, chosen, len(self.holes) - len(self.open), len(self.open))

    def search(self) -> None:
        base = Candidate(())
        years = {int(state) for at, state in self.open if self.items[at].sort == "period"}
        self.rate([base, Candidate((), bare=True), *(Candidate((), year=year) for year in sorted(years))])
        if base not in self.found:
            return
        below = {kind: self.last_below(kind) for kind in self.file.base.below}
        self.values = Values(self.file, self.found[base], below)
        self.rate(self.singles())
        for _ in range(ROUNDS):
            self.rate(self.thresholds())
        self.rate(self.combined())
        self.rate(self.scored())

    def rate(self, candidates: Iterable[Candidate]) -> None:
        """Rate candidates, and see what they show."""
        fresh = [item for item in dict.fromkeys(candidates) if item not in self.found]
        if not fresh or not self.open:
            return
        units = rated(self.file, fresh)
        self.found |= units
        for candidate, states in zip(units, observe(self.items, self.book, units.values()), strict=True):
            if new := states & self.holes:
                self.shown[candidate] = new
                self.open -= new

    def last_below(self, kind: str) -> dict[str, object]:
        """The facts of the last unit of a kind below the base."""
        unit = self.found[Candidate(())]
        table = unit.rated.rating.facts.tables[kind]
        mine = [row for row in table.iter_rows(named=True) if row["id"].partition(".")[0] == unit.id]
        return mine[-1] if mine else {}

    def is_open(self, item: Item) -> bool:
        return any((self.items.index(item), state) in self.open for state in item.states)

    def open_items(self) -> list[Item]:
        return [self.items[at] for at in sorted({at for at, _ in self.open})]

    # Candidates

    def singles(self) -> Iterator[Candidate]:
        """One fact changed, of the unit or of some units below."""
        for kind in (self.book.kind, *self.file.base.below):
            counts = self.counts_below(kind)
            for fact in self.values.columns.get(kind, {}):
                for text in self.values.plain(kind, fact):
                    yield from (self.values.single(kind, fact, text, times) for times in counts)

    def counts_below(self, kind: str) -> list[int | None]:
        """Of how many of the last units below a fact is changed; None for those that are listed last."""
        if kind == self.book.kind:
            return [None]
        count = sum(times for times, _ in self.file.base.below[kind])
        return [None, *range(1, min(count, LOWER_MAX) + 1)]

    def thresholds(self) -> Iterator[Candidate]:
        """Facts set so that a number comes to its limit, or next to it."""
        base = Candidate(())
        for item in self.open_items():
            what = item.watched
            if not isinstance(what, Threshold):
                continue
            limit = self.number(base, what, what.limit)
            limit = constant_of(what.limit) if limit is None else limit
            facts = [*facts_in(what.number, what.kind, self.books), *facts_in(what.limit, what.kind, self.books)]
            if limit is not None:
                yield from self.direct(item, what, facts, limit)
                yield from self.quotients(what, limit)

    def direct(self, item: Item, what: Threshold, facts: list[tuple[str, str]], limit: float) -> Iterator[Candidate]:
        """A fact moved along the line through the base and a unit in which it differs."""
        base = self.number(Candidate(()), what, what.number)
        for kind, fact in facts:
            if kind not in self.values.facts:
                continue
            if len(facts) == 1 and item.id == fact:
                yield from self.set_to(kind, fact, limit)
            start = _as_number(self.values.facts[kind].get(fact))
            for other in [one for one in self.found if len(one.changes) == 1 and one.changes[0][:2] == (kind, fact)]:
                moved = self.moved(other, kind, fact)
                value, other_limit = self.number(other, what, what.number), self.number(other, what, what.limit)
                if None in {base, start, moved, value, other_limit} or moved == start:
                    continue
                assert base is not None and value is not None and start is not None and moved is not None  # noqa: S101, PT018
                slope = ((value - (other_limit or 0)) - (base - limit)) / (moved - start)
                if slope:
                    yield from self.set_to(kind, fact, start + (limit - base) / slope, other.times)

    def set_to(self, kind: str, fact: str, target: float, times: int | None = None) -> Iterator[Candidate]:
        """A fact set to a number, and next to it."""
        if self.values.columns[kind][fact].type in {"boolean", "choice", "grade", "text", "reference"}:
            return
        for text in self.values.around(kind, fact, target):
            yield self.values.single(kind, fact, text, times)

    def quotients(self, what: Threshold, limit: float) -> Iterator[Candidate]:
        """Both facts of a quotient, so that it can come to its limit."""
        found = quotient(what.number, self.books)
        if found is None or what.kind not in self.values.facts:
            return
        top, bottom = found
        for size in (100, 50, 20, 10, 8, 5, 4):
            count = limit * size
            for step in (0, 1, -1):
                tops = self.values.around(what.kind, top, count + step)
                changes = [(what.kind, bottom, str(size))]
                yield from (Candidate((*changes, (what.kind, top, text))) for text in list(tops)[:1])

    def moved(self, candidate: Candidate, kind: str, fact: str) -> float | None:
        """The number of a fact in a candidate."""
        unit = self.found[candidate]
        table = unit.rated.rating.facts.tables[kind]
        rows = [row for row in table.select("id", fact).iter_rows() if row[0].partition(".")[0] == unit.id]
        return _as_number(rows[-1][1]) if rows else None

    def number(self, candidate: Candidate, what: Threshold, node: Node) -> float | None:
        """The value of a part of a threshold for a candidate, or for the last unit below it."""
        unit = self.found.get(candidate)
        if unit is None:
            return None
        key = (id(unit.rated), id(what), node is what.limit)
        if key not in self.probed:
            values = probe(unit.rated.rating, self.book.id, what.kind, what.asking, {"x": node})["x"]
            ids = unit.rated.rating.facts.tables[what.kind]["id"].to_list()
            self.probed[key] = {id_.partition(".")[0]: ends for id_, ends in zip(ids, values, strict=True)}
        low, high = self.probed[key].get(unit.id, (None, None))
        return low if low == high else None

    def combined(self) -> Iterator[Candidate]:
        """Two facts changed that one criterion, rule or measure depends on."""
        for item in self.open_items():
            facts = self.facts_of(item)
            ours = [one for one in self.found if len(one.changes) == 1 and one.changes[0][:2] in facts]
            ours.sort(key=lambda one: one not in self.shown)
            for number, candidate in enumerate(pairs(ours, ours)):
                if number >= PAIRS_MAX:
                    break
                yield candidate

    def facts_of(self, item: Item) -> dict[tuple[str, str], None]:
        """The facts that an item depends on."""
        found: dict[tuple[str, str], None] = {}
        book = self.book
        for id_ in (item.id, *item.places):
            nodes: list[Node | None] = [measure.value for measure in book.measures if measure.id == id_]
            for criterion in book.criteria:
                if criterion.id == id_:
                    nodes += [criterion.require, criterion.applies, getattr(criterion.points, "of", None)]
            nodes += [each.require for each in book.checks if each.id == id_]
            nodes += [each.when for each in book.selections if each.id == id_]
            for rule in book.policy.rules:
                nodes += [book.atoms[at] for at in atoms_of(rule.when)] if rule.id == id_ else []
            for node in nodes:
                found |= facts_in(node, book.kind, self.books)
        if isinstance(item.watched, Threshold):
            found |= facts_in(item.watched.number, item.watched.kind, self.books)
        return found

    def scored(self) -> Iterator[Candidate]:
        """Several criteria missed, so that the score or the points of a good come to a limit."""
        base = self.found[Candidate(())]
        singles = {one: unit for one, unit in self.found.items() if len(one.changes) == 1}
        score = base.rating["points_low"]
        losses = {
            one: score - unit.rating["points_low"]
            for one, unit in singles.items()
            if unit.rating["points_low"] == unit.rating["points_high"]
        }
        for item in self.items:
            if item.sort != "threshold":
                continue
            if isinstance(item.watched, Threshold) and item.id == "score":
                limit = self.number(Candidate(()), item.watched, item.watched.limit)
                yield from sums(score - (limit or 0.0), losses)
            elif item.watched is None and self.is_open(item):
                good = next(good for good in self.book.goods if good.id == item.places[0])
                of = sum(
                    float(c.most) for c in good.criteria if c.counted and base.rating.get(f"{c.id}_applicable", True)
                )
                had = had_points(base, good)
                inside = {one: had - had_points(singles[one], good) for one in losses}
                yield from sums(had - of * float(good.share or 0), inside)

    # What is suggested

    def chosen(self) -> Iterator[tuple[Candidate, set[State]]]:
        """The candidates that show most for what a reader has to look at, until nothing new is shown."""
        left = set().union(*self.shown.values()) if self.shown else set()
        while left:
            best = max(self.shown, key=lambda one: (len(self.shown[one] & left) - one.size, -one.size))
            if not self.shown[best] & left:
                best = max(self.shown, key=lambda one: len(self.shown[one] & left))
            yield best, self.shown[best] & left
            left -= self.shown[best]

    def suggestion(self, candidate: Candidate, new: set[State]) -> Suggestion:
        unit = self.found[candidate]
        items = tuple(self.items[at] for at in sorted({at for at, _ in new}))
        about = [("grade", ""), ("rules", ""), ("not_met", "")]
        criteria = {item.id for item in self.book.criteria}
        scored = {item.id for item in self.book.criteria if item.points is not None}
        told = dict.fromkeys(id_ for item in items for id_ in (item.id, *item.places) if id_ in criteria)
        if not candidate.bare:
            about += [("criteria", id_) for id_ in told]
            about += [("points", id_) for id_ in told if id_ in scored]
        sorts = {"title": "titles", "good": "goods", "selection": "select"}
        about += [(sorts[item.sort], item.id) for item in items if item.sort in sorts]
        about += [("goods", item.places[0]) for item in items if item.id.startswith("good.")]
        told_targets = {target.id for target in self.book.targets}
        about += [("targets", id_) for item in items for id_ in (item.id, *item.places) if id_ in told_targets]
        about += [("checks", "")] if any(item.sort == "check" for item in items) else []
        expected = {key: short(answer(unit, *key)) for key in dict.fromkeys(about)}
        return Suggestion(candidate, candidate.unit(self.file.base), expected, items)


def _as_number(value: object) -> float | None:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return None
    return float(day_number(value)) if isinstance(value, date) else float(value)  # type: ignore[arg-type]
