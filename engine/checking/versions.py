"""How two versions of a programme can differ: which grades a unit can have before and after.

A move is shown by a unit that both versions rate. That no unit moves that way is proved over the cases of both
policies together: of a question that both ask alike the answers agree, and the scores differ by no more than the
changed criteria can bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Literal

import polars as pl

from engine.checking import Studies
from engine.checking.below import told
from engine.checking.choices import Questions
from engine.checking.policies import in_force
from engine.checking.populations import POPULATION, gathered, populations
from engine.checking.sameness import Sameness
from engine.checking.space import Space, explore
from engine.checking.units import merit
from engine.checking.walks import assembled, picks_of, walked
from engine.diagnostic import Diagnostic, InvalidInputError, Place
from engine.policy import decide_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.checking.study import Study
    from engine.policy import Policy
    from engine.programme import Programme
    from engine.programme.rules import Rules
    from engine.rating import BookRating

_OTHER = "~"
"""How the columns begin that only the new version reads."""
_CASES_MAX = 20_000
_SYMBOLS_MAX = 18
_AROUND = 250
_NEARER = 5
"""How often a unit that moves is brought nearer to a good one."""
_FEW = 60


@dataclass(frozen=True)
class Move:
    """From one grade to another.

    Attributes:
        known: a unit moves so; it is proved that none does; or neither was found.
        unit: the facts of such a unit, where one was found; what the versions gather differently from its lower units
            as a pair.
    """

    known: Literal["witness", "proved", "undecided"]
    unit: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Moves:
    """How the units of a rulebook can move.

    Attributes:
        old: the rulebook before.
        new: the rulebook after.
        year: the year in which both were taken.
        moves: by the grade before and the grade after.
        usual: the facts of the best unit, with which units that move are compared.
    """

    old: Rules
    new: Rules
    year: int
    moves: Mapping[tuple[str, str], Move]
    usual: Mapping[str, object]

    @property
    def alike(self) -> bool:
        """Whether it is proved that no unit gets another grade."""
        return all(move.known == "proved" for (before, after), move in self.moves.items() if before != after)


@dataclass(frozen=True)
class Versions:
    """Two versions of programmes.

    Attributes:
        books: the moves of each rulebook that both have.
        only: the rulebooks that only one of them has.
    """

    books: tuple[Moves, ...]
    only: tuple[str, ...]


def compare(old: Iterable[Programme], new: Iterable[Programme]) -> Versions:
    """Which grades units can have under two versions of programmes.

    Raises:
        InvalidInputError: the versions have no rulebook in common, or a fact of two types.
    """
    before, after = (
        {book.id: (programme, book) for programme in side for book in programme.rulebooks} for side in (old, new)
    )
    common = [id_ for id_ in after if id_ in before]
    if not common:
        raise InvalidInputError([Diagnostic("against_no_rulebook", Place("--against"))])
    _refuse_other_types([(before[id_][1], after[id_][1]) for id_ in common])
    studies: dict[tuple[int, str], Studies] = {}

    def study(side: int, programme: Programme, book: Rules, year: int) -> Study:
        found = studies.setdefault((side, programme.id), Studies(programme))
        return found.study(book, year)

    moves = []
    for id_ in common:
        (one, old_book), (other, new_book) = before[id_], after[id_]
        years = set(Studies(one).rated_years(old_book)) & set(Studies(other).rated_years(new_book))
        pairs = dict.fromkeys(
            (study(0, one, old_book, year), study(1, other, new_book, year)) for year in sorted(years)
        )
        moves += [_Pair(*pair).moves() for pair in pairs]
    return Versions(tuple(moves), tuple(sorted(before.keys() ^ after.keys())))


def _refuse_other_types(books: Iterable[tuple[Rules, Rules]]) -> None:
    problems = [
        Diagnostic("against_fact_differs", Place(new.file), {"fact": id_})
        for old, new in books
        for id_ in old.facts.keys() & new.facts.keys()
        if (old.facts[id_].type, old.facts[id_].blank) != (new.facts[id_].type, new.facts[id_].blank)
    ]
    if problems:
        raise InvalidInputError(problems)


class _Pair:
    """A rulebook in two versions, and units that both rate."""

    def __init__(self, old: Study, new: Study) -> None:
        self.old, self.new = old, new
        self.same = Sameness(old, new)

    @cached_property
    def space(self) -> Space:
        """The facts of both versions in parts, with choices that either answers differently."""
        return explore(self, self.questions, self.gathered())

    @cached_property
    def questions(self) -> Questions:
        """What either version asks."""
        old, new = (Questions.of(study.subject.book, study.constants) for study in (self.old, self.new))
        return old.with_(new)

    # As a judge of units (engine.checking.space)

    def merit(self, frame: pl.DataFrame) -> pl.DataFrame:
        """How good each unit is under the old version."""
        return merit(self.old.subject.rate(frame))

    def answers(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What both versions answer."""
        order, before = self.old.subject.answers(frame)
        _, after = self.new.subject.answers(_as_new(frame))
        return order, before.hstack(after.rename(lambda name: f"new:{name}"))

    def rate(self, side: int, units: pl.DataFrame) -> BookRating:
        """What one version makes of units."""
        return self.new.subject.rate(_as_new(units)) if side else self.old.subject.rate(units)

    def gathered(self) -> pl.DataFrame | None:
        """What both versions gather from the same lower units."""
        old = self.old.populations
        if old.gathered is None or self.same.lower:
            return old.gathered
        lower = {
            study.subject.book.id: told(_Pair(study, self.new.lower[kind]).space)
            for kind, study in self.old.lower.items()
            if kind in self.new.lower
        }
        one, other = self.old.subject, self.new.subject
        old = populations(one.programme, one.book, one.year, lower)
        if old.gathered is None:
            return None
        new = gathered(other.programme, other.book, other.year, old.tables)
        return old.gathered.hstack(new.drop(POPULATION).rename(lambda name: f"{_OTHER}{name}"))

    def moves(self) -> Moves:
        old, new = self.old.subject.book, self.new.subject.book
        found = {} if self.same.everything else self.witnesses()
        possible = self.possible()
        moves = {
            (before, after): found.get((before, after))
            or Move("undecided" if possible is None or (before, after) in possible else "proved")
            for before in old.grades
            for after in new.grades
        }
        usual = self.space.best.row(0, named=True) if found else {}
        return Moves(old, new, self.old.subject.year, moves, usual)

    # Units that move

    def witnesses(self) -> dict[tuple[str, str], Move]:
        """A unit for each move that was seen, as near to a good unit as was found."""
        space = self.space
        first = walked(space)
        grades = self.grades(space, first)
        picks = pl.concat([first, self.around(space, first, grades)])
        grades = self.grades(space, picks)
        nearest = _nearest(grades.hstack(picks))
        for _ in range(_NEARER):
            nearer = _nearer(nearest, space)
            nearest = _nearest(pl.concat([nearest, self.grades(space, nearer).hstack(nearer)]))
        units = assembled(space, nearest.drop("before", "after")).rows(named=True)
        return {
            move: Move("witness", {name: unit[name] for name in self.questions.columns} | _gathered_otherwise(unit))
            for move, unit in zip(nearest.select("before", "after").iter_rows(), units, strict=True)
        }

    def grades(self, space: Space, picks: pl.DataFrame) -> pl.DataFrame:
        units = assembled(space, picks)
        return pl.DataFrame(
            {
                name: self.rate(side, units).ratings["grade"].cast(pl.String)
                for side, name in enumerate(("before", "after"))
            }
        )

    def around(self, space: Space, picks: pl.DataFrame, grades: pl.DataFrame) -> pl.DataFrame:
        """Units next to a change of grade, with every choice of the parts that the versions answer differently."""
        changes = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(-1)) for name in grades.columns)
        rows = grades.with_row_index("row").filter(changes)["row"]
        near = picks[rows.gather_every(max(1, rows.len() // _AROUND))]
        frames = [near.head(0)]
        for place, part in enumerate(space.parts):
            differing = self.differing(part.answers)
            if differing.is_empty():
                continue
            choices = differing.gather_every(max(1, differing.len() // _FEW)).cast(pl.Int64).to_frame(str(place))
            frames.append(near.drop(str(place)).join(choices, how="cross").select(near.columns))
        return pl.concat(frames)

    def differing(self, answers: pl.DataFrame) -> pl.Series:
        """The choices of a part about which the versions do not say the same, and their neighbours at the ends."""
        both = [name for name in answers.columns if f"new:{name}" in answers.columns]
        single = len(answers.columns) != 2 * len(both)
        differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"new:{name}")) for name in both) | pl.lit(single)
        return answers.with_row_index("row").filter(differs)["row"]

    # Moves that no unit makes

    def possible(self) -> set[tuple[str, str]] | None:
        """The moves that cannot be excluded; None when there are too many cases to look at, or seats to give."""
        if any(study.subject.book.settlements for study in (self.old, self.new)):
            return None
        policies = [in_force(study) for study in (self.old, self.new)]
        pairs = list(self.cases(policies))
        if len(pairs) > _CASES_MAX:
            return None
        decided = [
            decide_all(policy, sorted({pair[side] for pair in pairs}))[1] for side, policy in enumerate(policies)
        ]
        return {
            (policies[0].grades[decided[0][before].grade], policies[1].grades[decided[1][after].grade])
            for before, after in pairs
        }

    def cases(self, policies: Sequence[Policy]) -> Iterator[tuple[int, int]]:
        """The complete cases that a unit may have in both versions at once."""
        symbols: dict[str, int] = {}
        places: list[list[int]] = []
        for side, study in enumerate((self.old, self.new)):
            names = [self.same.name(side, atom) for atom in study.subject.book.atoms]
            places.append([symbols.setdefault(name, len(symbols)) for name in names])
        entries = list(dict.fromkeys(entry for policy in policies for entry in policy.entries))
        grades = [*dict.fromkeys(grade for policy in policies for grade in policy.grades), None]
        count = 0
        for truths in product((0, 1), repeat=len(symbols)) if len(symbols) <= _SYMBOLS_MAX else ():
            if not self.same.consistent(places, truths):
                continue
            for entered in product(grades, repeat=len(entries)):
                before, after = (
                    policy.encode((*(truths[place] for place in own), *_entered(policy, entries, entered)))
                    for policy, own in zip(policies, places, strict=True)
                )
                yield before, after
                count += 1
                if count > _CASES_MAX:
                    return
        if len(symbols) > _SYMBOLS_MAX:
            yield from ((0, 0) for _ in range(_CASES_MAX + 1))


def _as_new(units: pl.DataFrame) -> pl.DataFrame:
    """Units with what the new version gathers of their lower units in place of what the old one does."""
    own = {name: name.removeprefix(_OTHER) for name in units.columns if name.startswith(_OTHER)}
    return units.drop(list(own.values()), strict=False).rename(own)


def _entered(policy: Policy, entries: Sequence[str], entered: Sequence[str | None]) -> Iterator[int]:
    """The symbols of the grades that were entered; a grade that a version does not have counts as none."""
    for entry in policy.entries:
        grade = entered[entries.index(entry)]
        yield policy.grades.index(grade) if grade in policy.grades else len(policy.grades)


def _gathered_otherwise(unit: Mapping[str, object]) -> dict[str, object]:
    """What the versions gather differently from the same lower units: before and after."""
    return {
        name: (value, unit[f"{_OTHER}{name}"])
        for name, value in unit.items()
        if name.startswith("@") and ":" not in name and unit.get(f"{_OTHER}{name}", value) != value
    }


def _nearest(seen: pl.DataFrame) -> pl.DataFrame:
    """For each move the unit that differs from the best one in the fewest parts."""
    picks = [name for name in seen.columns if name not in {"before", "after"}]
    distance = pl.sum_horizontal((pl.col(name) != 0).cast(pl.Int32) for name in picks)
    order = seen.drop_nulls(["before", "after"]).with_columns(distance=distance).sort("distance", maintain_order=True)
    return order.unique(["before", "after"], keep="first", maintain_order=True).drop("distance")


def _nearer(units: pl.DataFrame, space: Space) -> pl.DataFrame:
    """Units that have some parts as the best one has them: the first few, the last few, or one."""
    names = [str(place) for place in range(len(space.parts))]
    rows = []
    for unit in units.select(names).rows():
        off = [place for place, pick in enumerate(unit) if pick]
        cuts = [off[:end] for end in range(1, len(off))] + [off[start:] for start in range(1, len(off))]
        rows += [[0 if place in cut else pick for place, pick in enumerate(unit)] for cut in cuts]
        rows += [[0 if place == one else pick for place, pick in enumerate(unit)] for one in off]
    return picks_of(rows, len(names))
