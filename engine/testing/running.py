"""Rate the cases of a file, all of a year at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from engine import scoring
from engine.diagnostic import InvalidRulesError
from engine.programme import tables
from engine.programme.ordering import above
from engine.rating import rate
from engine.testing.facts import read_units
from engine.testing.memory import RatingAsRun
from engine.testing.units import expanded, links_of, refers_to_any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.diagnostic import Diagnostic
    from engine.explanation.reader import Reader
    from engine.facts import Facts
    from engine.programme import Programme
    from engine.programme.rules import Rules
    from engine.rating import BookRating, Rating
    from engine.schema import Table
    from engine.testing.cases import Case, File
    from engine.testing.units import Links, Unit

Data = dict[str, Any]
_DIGITS = 6
"""How many the id of a case's unit has; those of all its units begin with them."""
BESIDE = "~"
"""What stands in the ids of units beside the one that a case is about."""


@dataclass(frozen=True)
class RatedUnit:
    """A unit with everything that its rating found.

    Attributes:
        rated: the rating that it is part of.
        id: its id there.
        rating: its row of the ratings.
        measures: its row of the measures.
        facts: its row of the facts.
    """

    rated: Rated
    id: str
    rating: Data
    measures: Data
    facts: Data

    def reader(self) -> Reader:
        """What explains the unit."""
        return self.rated.run.reader(self.rated.found.book, self.id)


@dataclass(frozen=True)
class Rated:
    """Units that were rated together by one rulebook.

    Attributes:
        rating: their rating.
        book: the rulebook's id.
    """

    rating: Rating
    book: str

    @property
    def found(self) -> BookRating:
        """What the rulebook found."""
        return self.rating.books[self.book]

    @cached_property
    def selected(self) -> dict[str, dict[str, str]]:
        """What each candidate is, by selection and id."""
        return {id_: dict(table.select("id", "status").iter_rows()) for id_, table in self.found.selections.items()}

    @cached_property
    def run(self) -> RatingAsRun:
        """The rating as a run, to be explained."""
        return RatingAsRun.of(self.rating)

    def units(self) -> Iterator[RatedUnit]:
        """The units that cases are about, in order of id."""
        kind = self.found.book.kind
        frames = (self.found.ratings, self.found.measures, self.rating.facts.tables[kind])
        for rows in zip(*(frame.iter_rows(named=True) for frame in frames), strict=True):
            if BESIDE not in rows[0]["id"]:
                yield RatedUnit(self, rows[0]["id"], *rows)


@dataclass(frozen=True)
class Group:
    """Units that can be rated together.

    Attributes:
        year: the year.
        final: the evidence is closed.
        facts: what is known of them.
    """

    year: int
    final: bool
    facts: Facts

    def rate(self, programme: Programme, book: str) -> Rated:
        """The units, rated; no check refuses any."""
        return Rated(rate(unrefusing(programme), self.facts, year=self.year, final=self.final), book)


def grouped(file: File, cases: Sequence[Case]) -> list[tuple[Group, list[int]]]:
    """Cases that can be rated together, with the places of the cases of each group.

    Raises:
        InvalidRulesError: with every value that cannot be read.
    """
    places: dict[tuple[int, bool, int, frozenset[str]], list[int]] = {}
    links = links_of(tables([file.programme]))
    for at, case in enumerate(cases):
        # Whom a unit refers to that does not say so may stand in any case: such a case is rated alone.
        alone = at if refers_to_any(case.unit, links) else -1
        places.setdefault((case.year, case.final, alone, frozenset(case.unit.absent)), []).append(at)
    groups: list[tuple[Group, list[int]]] = []
    problems: list[Diagnostic] = []
    for (year, final, *_), members in places.items():
        try:
            units = [(cases[at].name, cases[at].unit) for at in members]
            group = group_of(file, units, year, final=final, others=[cases[at].others for at in members])
        except InvalidRulesError as error:
            problems += error.diagnostics
        else:
            groups.append((group, members))
    if problems:
        raise InvalidRulesError({(item.code, str(item.place)): item for item in problems}.values())
    return groups


def rate_cases(file: File, cases: Sequence[Case]) -> list[RatedUnit]:
    """The rated unit of each case.

    Raises:
        InvalidRulesError: with every value that cannot be read.
    """
    found: dict[int, RatedUnit] = {}
    for group, places in grouped(file, cases):
        found |= dict(zip(places, group.rate(file.programme, file.book.id).units(), strict=True))
    return [found[at] for at in range(len(cases))]


def group_of(
    file: File,
    units: Sequence[tuple[str, Unit]],
    year: int,
    *,
    final: bool = False,
    others: Sequence[Sequence[tuple[int, Unit]]] = (),
) -> Group:
    """Units by name, to be rated together; they keep their order, and lack the tables of the same kinds.

    A unit and those beside it have a unit above of their own, so that they are selected among themselves.

    Raises:
        InvalidRulesError: with every value that cannot be read.
    """
    schema, parents = _schema(file), file.programme.parents
    links = links_of(schema)
    rows = [
        (id_, f"{at:0{_DIGITS}}" if parent is None else parent, name if unit is case else id_, unit)
        for at, (name, case) in enumerate(units)
        for id_, parent, unit in (
            *expanded(case, f"{at:0{_DIGITS}}", links, parents),
            *_beside(others[at] if others else (), f"{at:0{_DIGITS}}", links, parents),
        )
    ]
    absent = units[0][1].absent if units else frozenset()
    schema = {kind: table for kind, table in schema.items() if kind not in absent}
    facts, problems = read_units(rows, schema, file.name, file.path)
    if problems:
        raise InvalidRulesError(problems)
    return Group(year, final, _apart(facts, file.programme) if _is_grouped(file.programme) else facts)


def _is_grouped(programme: Programme) -> bool:
    return any(book.grouped for book in programme.rulebooks)


def _apart(facts: Facts, programme: Programme) -> Facts:
    """Facts of cases, each with places and seats of its own: its units are one group of a unit above it."""
    world = pl.col("id").str.head(_DIGITS)
    tables = {}
    for kind, table in facts.tables.items():
        unknown = [upper for upper in above(kind, programme.parents) if upper not in facts.tables]
        groups = {scoring.group_column(upper): world for upper in unknown}
        tables[kind] = table.with_columns(world.alias(scoring.WORLD), **groups)
    return replace(facts, tables=tables)


def _beside(
    others: Sequence[tuple[int, Unit]], id_: str, links: Links, parents: Mapping[str, str | None]
) -> Iterator[tuple[str, str | None, Unit]]:
    """The units beside one, each with an id of its own."""
    every = (unit for times, unit in others for _ in range(times))
    for number, unit in enumerate(every, start=1):
        yield from expanded(unit, f"{id_}{BESIDE}{number:04}", links, parents)


def _schema(file: File) -> dict[str, Table]:
    """The tables of the kind that is tested, of all kinds below it, and of those that refer to one of them."""
    parents, schema = file.programme.parents, tables([file.programme], states=True)
    below = [file.book.kind]
    for kind in below:
        lower = [lower for lower, parent in parents.items() if parent == kind]
        lower += [other for other, links in links_of(schema).items() if kind in links.values()]
        below += [other for other in lower if other not in below]
    return {kind: table for kind, table in schema.items() if kind in below}


def unrefusing(programme: Programme) -> Programme:
    """The programme without refusals and exemptions, and with selections among the units of one case.

    One case must not stop the others, or stand in their way.
    """
    return replace(programme, rulebooks=tuple(map(_unrefusing, programme.rulebooks)))


def _unrefusing(book: Rules) -> Rules:
    checks = tuple(replace(item, said=item.said.model_copy(update={"severity": "warn"})) for item in book.checks)
    facts = {id_: fact.model_copy(update={"at_close": "against"}) for id_, fact in book.said.facts.items()}
    selections = tuple(replace(item, group="parent") for item in book.selections)
    said = book.said.model_copy(update={"facts": facts})
    return replace(book, checks=checks, selections=selections, scope=(), said=said)
