"""Rate the cases of a file, all of a year at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.diagnostic import InvalidRulesError
from engine.programme import tables
from engine.rating import rate
from engine.testing.facts import read_units
from engine.testing.memory import RatingAsRun
from engine.testing.units import expanded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.diagnostic import Diagnostic
    from engine.explanation.reader import Reader
    from engine.programme import Programme
    from engine.rating import BookRating, Rating
    from engine.schema import Table
    from engine.testing.cases import Case, File
    from engine.testing.units import Unit

Data = dict[str, Any]


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
    def run(self) -> RatingAsRun:
        """The rating as a run, to be explained."""
        return RatingAsRun.of(self.rating)

    def units(self) -> Iterator[RatedUnit]:
        """The units in order of id."""
        kind = self.found.book.kind
        frames = (self.found.ratings, self.found.measures, self.rating.facts.tables[kind])
        for rows in zip(*(frame.iter_rows(named=True) for frame in frames), strict=True):
            yield RatedUnit(self, rows[0]["id"], *rows)


def rate_cases(file: File, cases: Sequence[Case]) -> list[RatedUnit]:
    """The rated unit of each case.

    Raises:
        InvalidRulesError: with every value that cannot be read.
    """
    groups: dict[tuple[int, bool], list[int]] = {}
    for at, case in enumerate(cases):
        groups.setdefault((case.year, case.final), []).append(at)
    found: dict[int, RatedUnit] = {}
    problems: list[Diagnostic] = []
    for (year, final), places in groups.items():
        units = [(cases[at].name, cases[at].unit) for at in places]
        try:
            rated = rate_units(file, units, year, final=final)
        except InvalidRulesError as error:
            problems += error.diagnostics
            continue
        found |= dict(zip(places, rated.units(), strict=True))
    if problems:
        raise InvalidRulesError({(item.code, str(item.place)): item for item in problems}.values())
    return [found[at] for at in range(len(cases))]


def rate_units(file: File, units: Sequence[tuple[str, Unit]], year: int, *, final: bool = False) -> Rated:
    """Units by name, rated together; they keep their order.

    Raises:
        InvalidRulesError: with every value that cannot be read.
    """
    rows = [
        (id_, parent, name if parent is None else id_, unit)
        for at, (name, case) in enumerate(units)
        for id_, parent, unit in expanded(case, f"{at:06}")
    ]
    facts, problems = read_units(rows, _schema(file), file.name, file.path)
    if problems:
        raise InvalidRulesError(problems)
    return Rated(rate(unrefusing(file.programme), facts, year=year, final=final), file.book.id)


def _schema(file: File) -> dict[str, Table]:
    """The tables of the kind that is tested and of all kinds below it."""
    parents = file.programme.parents
    below = [file.book.kind]
    for kind in below:
        below += [lower for lower, parent in parents.items() if parent == kind]
    return {kind: table for kind, table in tables([file.programme]).items() if kind in below}


def unrefusing(programme: Programme) -> Programme:
    """The programme without refusals: one case must not stop the others."""
    return replace(programme, rulebooks=tuple(replace(book, said=_warning(book.said)) for book in programme.rulebooks))


def _warning(said: Any) -> Any:  # noqa: ANN401
    checks = [check.model_copy(update={"severity": "warn"}) for check in said.checks]
    facts = {id_: fact.model_copy(update={"at_close": "against"}) for id_, fact in said.facts.items()}
    return said.model_copy(update={"checks": checks, "facts": facts})
