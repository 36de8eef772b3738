"""Is a rulebook sound: properties that every rulebook should have, each proved, shown by a unit, or left undecided.

What can happen is shown by hypothetical units that the real rating rates (`space`, `populations`, `walks`); what
cannot happen is proved by rating whole boxes of units at once (`boxes`). `reach`, `matter`, `policies`, `undefined`,
`better`, `dated` and `used` hold the properties.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.checking.below import telling
from engine.checking.better import better
from engine.checking.dated import dated, signature
from engine.checking.matter import matter
from engine.checking.model import BookReport, Finding, Result, Trace, Verdict, Witness
from engine.checking.policies import policy_rules
from engine.checking.populations import Populations, populations
from engine.checking.reach import reached
from engine.checking.stages import stages
from engine.checking.study import Study
from engine.checking.targets import CODES, in_every_year, targets
from engine.checking.undefined import defined
from engine.checking.units import Subject, with_free_places
from engine.checking.used import used
from engine.diagnostic import Diagnostic, InvalidInputError, Place, near
from engine.expression.text import spell
from engine.expression.typed import ParameterLeaf, leaves
from engine.programme import tables
from engine.programme.ordering import above
from engine.rating.frames import constants_in_force
from engine.scoring.aggregates import aggregates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.programme import Programme
    from engine.programme.rules import Rules

__all__ = ["BookReport", "Finding", "Result", "Trace", "Verdict", "Witness", "check"]


def check(programmes: Sequence[Programme], only: Iterable[str] = ()) -> list[BookReport]:
    """Check every rulebook of programmes, in every year in which its parameters differ.

    Args:
        programmes: programmes that were loaded: what the loader refuses is not looked for again.
        only: codes (`W501`, `W5`) and ids of rulebooks; by default all of both.

    Returns:
        A report for each rulebook, lower kinds first.

    Raises:
        InvalidInputError: `only` names what there is not.
    """
    wanted = _Wanted.of(programmes, only)
    return [report for programme in programmes for report in Studies(programme).reports(wanted)]


@dataclass(frozen=True)
class _Wanted:
    """What was asked to be checked; empty: everything."""

    codes: tuple[str, ...]
    books: tuple[str, ...]

    @classmethod
    def of(cls, programmes: Sequence[Programme], only: Iterable[str]) -> _Wanted:
        books = [book.id for programme in programmes for book in programme.rulebooks]
        known = {code for codes, _ in _PROPERTIES for code in codes} | {*DATED, *USED, *STAGES, UNDECIDED}
        asked = tuple(only)
        unknown = [name for name in asked if name not in books and not any(code.startswith(name) for code in known)]
        if unknown:
            codes = ", ".join(sorted(known))
            place = Place("--only")
            raise InvalidInputError(
                Diagnostic("check_unknown_code", place, {"name": name, "codes": codes}, near(name, [*known, *books]))
                for name in unknown
            )
        return cls(tuple(name for name in asked if name not in books), tuple(name for name in asked if name in books))

    def asks(self, codes: Iterable[str]) -> bool:
        """Whether findings of these codes are wanted."""
        return not self.codes or any(code.startswith(self.codes) for code in (*codes, UNDECIDED))

    def book(self, id_: str) -> bool:
        return not self.books or id_ in self.books


class Studies:
    """Studies the rulebooks of one programme, each year once."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        said = programme.said.years
        keys = [
            year
            for book in programme.rulebooks
            for item in book.parameters.values()
            for year in item.values
            if year  # what is due of targets has no beginning
        ]
        self.years = range(said.first, said.last + 1) if said else range(min(keys, default=1), max(keys, default=1) + 1)
        self.columns = tables([programme], states=True)
        self.studies: dict[tuple[str, tuple[object, ...]], Study] = {}
        self.groups: dict[tuple[object, ...], Populations] = {}

    def reports(self, wanted: _Wanted) -> list[BookReport]:
        """A report for each rulebook that is wanted."""
        return [self.report(book, wanted) for book in self.programme.rulebooks if wanted.book(book.id)]

    def report(self, book: Rules, wanted: _Wanted) -> BookReport:
        """The results of each property, over all years that differ."""
        studied = dict.fromkeys(self.study(book, year) for year in self.rated_years(book))
        first = next(iter(studied))
        asks = bool(book.facts or aggregates(book))
        asked = [find for codes, find in _PROPERTIES if asks and wanted.asks(codes)]
        results = [[result for find in asked for result in find(study)] for study in studied]
        merged = [_merged(_over_years(book, found)) for found in zip(*results, strict=True)]
        merged += [dated(first, self.years)] if wanted.asks(DATED) else []
        merged += [used(first, replace(book, facts=self.columns[book.kind].columns))] if wanted.asks(USED) else []
        merged += [stages(first)] if wanted.asks(STAGES) and book.lifecycles else []
        return BookReport(book, tuple(study.subject.year for study in studied), tuple(merged))

    def rated_years(self, book: Rules) -> Sequence[int]:
        """The years in which every parameter of a rulebook and those below has a value."""
        books = [other for other in self.programme.rulebooks if other is book or self.is_below(other, book)]
        start = max((min(item.values) for other in books for item in other.parameters.values()), default=0)
        return [year for year in self.years if year >= start] or [max(start, self.years[-1])]

    def is_below(self, other: Rules, book: Rules) -> bool:
        """Whether the units of a rulebook stand below those of another, or of a kind that it asks by a reference."""
        linked = {node.kind for node in aggregates(book).values() if node.via}
        if other.kind in linked:
            return True
        return not {book.kind, *linked}.isdisjoint(above(other.kind, self.programme.parents))

    def study(self, book: Rules, year: int) -> Study:
        """The study of a rulebook in a year; of years that are alike the first."""
        lower = {other.id: self.study(other, year) for other in self.programme.rulebooks if self.is_below(other, book)}
        key = (book.id, (signature(book, year), *(study.subject.year for study in lower.values())))
        if key not in self.studies:
            constants = constants_in_force(replace(self.programme, rulebooks=self.needed(book)), year)
            gathered = self.populations(book, year, lower, constants)
            by_kind = {study.subject.book.kind: study for study in lower.values()}
            free = with_free_places(replace(book, facts=self.columns[book.kind].columns))
            subject = Subject(self.programme, free, year)
            self.studies[key] = Study(subject, self.programme.sources[book.id], constants, gathered, by_kind)
        return self.studies[key]

    def populations(
        self, book: Rules, year: int, lower: Mapping[str, Study], constants: Mapping[tuple[str, str], Node]
    ) -> Populations:
        """Groups of lower units; made once for years in which what is asked of them is the same."""
        asked = aggregates(book)
        if not asked:
            return Populations()
        parameters = [leaf for node in asked.values() for leaf in leaves(node) if isinstance(leaf, ParameterLeaf)]
        values = tuple(spell(constants[leaf.rulebook, leaf.id]) for leaf in parameters)
        key = (book.id, *(study.subject.year for study in lower.values()), values)
        if key not in self.groups:
            books = (book, *(study.subject.book for study in lower.values()))
            nodes = [node for item in books for node in aggregates(item).values()]  # those between gather too
            below = {
                id_: telling(nodes, study.subject, constants, study.populations.gathered)
                for id_, study in lower.items()
            }
            self.groups[key] = populations(self.programme, book, year, below)
        return self.groups[key]

    def needed(self, book: Rules) -> tuple[Rules, ...]:
        return tuple(other for other in self.programme.rulebooks if other is book or self.is_below(other, book))


UNDECIDED = "W901"
DATED = ("W601", "W602", "W603")
USED = ("W701", "W702", "W703")
STAGES = ("W811", "W812")
_PROPERTIES: tuple[tuple[tuple[str, ...], Callable[[Study], Sequence[Result]]], ...] = (
    (("W101",), lambda study: [defined(study)]),
    (("W201", "W202", "W203", "W204", "W207", "W208", "W301", "W302", "W303"), reached),
    (("W304",), lambda study: [matter(study)]),
    (CODES, targets),
    (("W401", "W402", "W403"), policy_rules),
    (("W501",), lambda study: [better(study)]),
)
"""What is looked at in every year that differs, with the codes of its findings."""


_REACHED = frozenset({"grades_reached", "rules_fire", "rules_matter", "targets_open"})
"""Properties of which one year is enough, where a rulebook says what is due in which year."""


def _over_years(book: Rules, results: Sequence[Result]) -> Sequence[Result]:
    return in_every_year(results) if book.targets and results[0].name in _REACHED else results


def _merged(results: Sequence[Result]) -> Result:
    """One property over the years: what does not hold in some year does not hold."""
    findings: dict[tuple[object, ...], Finding] = {}
    for result in results:
        for finding in result.findings:
            values = {name: value for name, value in finding.diagnostic.values.items() if name != "year"}
            findings.setdefault((finding.diagnostic.code, finding.diagnostic.place, *values.values()), finding)
    first = results[0]
    return Result(
        first.name,
        first.count,
        min(result.proved for result in results),
        min(result.witnessed for result in results),
        tuple(findings.values()),
    )
