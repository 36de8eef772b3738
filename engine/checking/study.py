"""Everything that the properties of a rulebook are decided from, each part made once and when it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from engine.checking.boxes import Boxes
from engine.checking.choices import Questions
from engine.checking.model import Finding, Trace, Witness
from engine.checking.space import explore
from engine.checking.walks import walks
from engine.diagnostic import Diagnostic
from engine.scoring.aggregates import aggregates
from engine.thresholds import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from engine.checking.model import Answer, Verdict
    from engine.checking.populations import Populations
    from engine.checking.space import Space
    from engine.checking.units import Subject
    from engine.checking.walks import Units
    from engine.expression.syntax import Node
    from engine.programme.rules import Criterion
    from engine.rating import BookRating
    from engine.yaml_text import Source


@dataclass(frozen=True, eq=False)
class Study:
    """A rulebook under study in one year.

    Attributes:
        subject: the rulebook and the year.
        source: its file, for places.
        constants: the parameters in force.
        populations: what lower units can give.
        lower: the studies of the rulebooks below, by kind.
    """

    subject: Subject
    source: Source
    constants: Mapping[tuple[str, str], Node]
    populations: Populations
    lower: Mapping[str, Study]

    @cached_property
    def space(self) -> Space:
        """The facts in parts, with choices."""
        return explore(self.subject, Questions.of(self.subject.book, self.constants), self.populations.gathered)

    @cached_property
    def seen(self) -> Units:
        """Complete units all over the space, rated."""
        return walks(self.space, self.subject)

    @cached_property
    def boxes(self) -> Boxes:
        """The space as boxes, for proofs."""
        return Boxes.of(self.subject, self.constants)

    @cached_property
    def reader(self) -> Reader:
        """Reads the expressions of the rulebook."""
        return Reader(self.subject.book, self.constants)

    @cached_property
    def answers(self) -> pl.DataFrame:
        """All answers that were seen of each criterion, good and symbol (columns of the ratings), a row each."""
        return pl.concat([part.answers for part in self.space.parts], how="diagonal")

    def part_of(self, names: Collection[str]) -> int | None:
        """The place of the part that holds some facts."""
        return next((at for at, part in enumerate(self.space.parts) if set(part.names) & set(names)), None)

    def facts_of(self, criterion: Criterion) -> set[str]:
        """The facts and aggregates that a criterion reads."""
        nodes = (criterion.require, criterion.applies, getattr(criterion.points, "of", None))
        return {name for node in nodes for name in self.reader.variables(node)}

    def never(
        self, possible: Callable[[BookRating], pl.Series], about: Iterable[str] = (), *, measures: bool = False
    ) -> Verdict:
        """Whether it is proved that no unit does something."""
        return "proved" if self.boxes.impossible(possible, about, measures=measures) else "undecided"

    def finding(
        self,
        code: str,
        verdict: Verdict,
        *path: str | int,
        witness: Witness | None = None,
        **values: object,
    ) -> Finding:
        """A finding at a key of the rulebook."""
        place = self.source.key_place(*path)
        diagnostic = Diagnostic(code, place, {**values, "year": self.subject.year}, severity="warning")
        return Finding(diagnostic, verdict, self.subject.year, witness)

    def undecided(self, about: str, *path: str | int) -> Finding:
        """A property that could be neither shown nor proved of one thing."""
        return self.finding("W901", "undecided", *path, about=about)

    def witness(self, before: pl.DataFrame, after: pl.DataFrame) -> Witness:
        """Two units (tables of one row), rated by the real rating, side by side."""
        rated = self.subject.rate(pl.concat([before, after]))
        differing = [
            name
            for name in before.columns
            if (name in self.subject.book.facts or name in aggregates(self.subject.book))
            and before.item(0, name) != after.item(0, name)
        ]
        answers = rated.ratings.select(item.id for item in self.subject.book.criteria)
        changed = [name for name in answers.columns if answers[name][0] is not answers[name][1]]
        return Witness(
            *(
                Trace(
                    {name: unit.item(0, name) for name in differing},
                    (rated.ratings["grade_low"][row], rated.ratings["grade_high"][row]),
                    (rated.ratings["points_low"][row], rated.ratings["points_high"][row]),
                    tuple(rated.ratings["rules"][row].split(",")),
                    tuple(title.id for title in self.subject.book.titles if rated.ratings[title.id][row]),
                    {name: _answer(rated, name, row) for name in changed},
                )
                for row, unit in enumerate((before, after))
            )
        )


def _answer(rated: BookRating, criterion: str, row: int) -> Answer:
    """What was found of a criterion."""
    applicable = f"{criterion}_applicable"
    if applicable in rated.ratings.columns and rated.ratings[applicable][row] is False:
        return "not_applicable"
    answer: bool | None = rated.ratings[criterion][row]
    return "unknown" if answer is None else "yes" if answer else "no"


def criterion_path(criterion: Criterion) -> tuple[str, ...]:
    """Where a criterion stands in its rulebook."""
    return ("goods", criterion.good, "criteria", criterion.id)
