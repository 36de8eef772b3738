"""How two versions of a programme can differ: which grades a unit can have before and after.

A move is shown by a unit that both versions rate. That no unit moves that way is proved over the cases of both
policies together: of a question that both ask alike the answers agree, and the scores differ by no more than the
changed criteria can bring.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import inf
from typing import TYPE_CHECKING, Literal

import polars as pl

from engine.checking import Studies
from engine.checking.boxes import Boxes
from engine.checking.choices import Questions
from engine.checking.policies import in_force
from engine.checking.populations import POPULATION, gathered, populations
from engine.checking.space import Space, explore
from engine.checking.units import merit
from engine.checking.walks import assembled, picks_of, walked
from engine.diagnostic import Diagnostic, InvalidInputError, Place
from engine.expression import check, syntax
from engine.expression.check import number_of
from engine.expression.text import spell
from engine.policy import decide_all
from engine.programme import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.checking.study import Study
    from engine.expression.syntax import Node
    from engine.policy import Policy
    from engine.programme import Programme
    from engine.programme.rules import Criterion, Rules
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
        self.same = _Sameness(old, new)

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
        own = {name: name.removeprefix(_OTHER) for name in frame.columns if name.startswith(_OTHER)}
        _, after = self.new.subject.answers(frame.drop(list(own.values()), strict=False).rename(own))
        return order, before.hstack(after.rename(lambda name: f"new:{name}"))

    def rate(self, side: int, units: pl.DataFrame) -> BookRating:
        """What one version makes of units."""
        study = (self.old, self.new)[side]
        if side == 0:
            return study.subject.rate(units)
        own = {name: name.removeprefix(_OTHER) for name in units.columns if name.startswith(_OTHER)}
        return study.subject.rate(units.drop(list(own.values()), strict=False).rename(own))

    def gathered(self) -> pl.DataFrame | None:
        """What both versions gather from the same lower units."""
        old = self.old.populations
        if old.gathered is None or self.same.lower:
            return old.gathered
        lower = {
            study.subject.book.id: _Pair(study, self.new.lower[kind]).space
            for kind, study in self.old.lower.items()
            if kind in self.new.lower
        }
        one, other = self.old.subject, self.new.subject
        old = populations(one.programme, one.book, one.year, lower, self.old.constants)
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
        """The moves that cannot be excluded; None when there are too many cases to look at."""
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
        count = 0
        grades = max(len(policy.grades) for policy in policies)
        for truths in product((0, 1), repeat=len(symbols)) if len(symbols) <= _SYMBOLS_MAX else ():
            if not self.same.consistent(places, truths):
                continue
            for entered in product(range(grades + 1), repeat=len(entries)):
                codes = []
                for policy, own in zip(policies, places, strict=True):
                    given = [entered[entries.index(entry)] for entry in policy.entries]
                    codes.append(
                        policy.encode((*(truths[place] for place in own), *(min(g, len(policy.grades)) for g in given)))
                    )
                yield codes[0], codes[1]
                count += 1
                if count > _CASES_MAX:
                    return
        if len(symbols) > _SYMBOLS_MAX:
            yield from ((0, 0) for _ in range(_CASES_MAX + 1))


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


class _Sameness:
    """What of two versions is the same for every unit."""

    def __init__(self, old: Study, new: Study) -> None:
        self.studies = (old, new)
        self.lower = self.same_below()
        books = [study.subject.book for study in self.studies]
        criteria = [{item.id: item for item in book.criteria} for book in books]
        self.changed = [
            id_
            for id_ in dict.fromkeys([*criteria[0], *criteria[1]])
            if self.criterion(criteria[0].get(id_)) != self.criterion(criteria[1].get(id_), side=1)
            or (not self.lower and self.gathers(0, old.facts_of(criteria[0][id_])))
        ]
        self.criteria = criteria
        self.rise = self.score_rise()

    @property
    def everything(self) -> bool:
        """Whether both versions are the same, but for words."""
        books = [study.subject.book for study in self.studies]
        atoms = [[self.spelled(side, atom) for atom in book.atoms] for side, book in enumerate(books)]
        policies = [replace(book.policy, atoms=()) for book in books]
        return (
            self.lower
            and not self.changed
            and self.scores_alike()
            and atoms[0] == atoms[1]
            and policies[0] == policies[1]
        )

    def same_below(self) -> bool:
        """Whether the rulebooks below are the same in both versions."""
        old, new = (study.lower for study in self.studies)
        return old.keys() == new.keys() and all(_Sameness(old[kind], new[kind]).everything for kind in old)

    def scores_alike(self) -> bool:
        books = [study.subject.book for study in self.studies]
        scores = [(book.most, book.bonus_max, book.said.score.not_applicable) for book in books]
        goods = [
            [(good.id, good.share, good.said.met.essential, [item.id for item in good.criteria]) for good in book.goods]
            for book in books
        ]
        return scores[0] == scores[1] and goods[0] == goods[1]

    def spelled(self, side: int, node: Node | None) -> str:
        """An expression written out with the values of its parameters and measures."""
        return "" if node is None else _written(node, self.studies[side])

    def criterion(self, item: Criterion | None, side: int = 0) -> tuple[object, ...] | None:
        """All of a criterion that counts."""
        if item is None:
            return None
        points = item.points
        table: object = None
        match points:
            case rules.Bands():
                table = ([(spell(node), value) for node, value in points.steps], points.otherwise)
            case rules.Linear():
                table = [(spell(node), value) for node, value in points.knots]
            case rules.Deduction():
                table = (points.each, points.most)
            case rules.Fixed():
                table = points.most
        of = getattr(points, "of", None)
        nodes = tuple(self.spelled(side, node) for node in (item.require, item.applies, of))
        return (item.good, *nodes, type(points).__name__, str(table), item.said.essential, item.said.bonus)

    def name(self, side: int, atom: Node) -> str:
        """One name for a question that both versions answer alike for every unit, another for any other."""
        written = self.spelled(side, atom)
        outcome = any(isinstance(leaf, check.OutcomeLeaf) for leaf in check.leaves(atom))
        gathers = self.gathers(side, self.studies[side].reader.variables(atom))
        differs = (outcome and (self.changed or not self.scores_alike())) or (gathers and not self.lower)
        return f"{side}:{written}" if differs else written

    def gathers(self, side: int, names: set[str]) -> bool:
        """Whether something is gathered from lower units."""
        return bool(names - self.studies[side].subject.book.facts.keys())

    def score_rise(self) -> tuple[float, float]:
        """By how much the score of a unit can rise from the old version to the new one, at least and at most."""
        if not self.lower or not (self.plain_sums or self.scores_alike()):
            return -inf, inf
        spread = sum(float(study.subject.book.bonus_max) for study in self.studies) if self.bonus_differs else 0.0
        low, high = -spread, spread
        for id_ in self.changed:
            one, other = (side.get(id_) for side in self.criteria)
            same_scope = one and other and self.spelled(0, one.applies) == self.spelled(1, other.applies)
            if same_scope and one and other and (self.plain_sums or one.most == other.most):
                least, most = self.points_rise(id_)
            elif self.plain_sums:
                least, most = -float(one.most) if one else 0.0, float(other.most) if other else 0.0
            else:
                return -inf, inf
            low, high = low + least, high + most
        return low * self.scale(), high * self.scale()

    @property
    def bonus_differs(self) -> bool:
        """Whether the most that bonuses can bring is not the same."""
        return len({study.subject.book.bonus_max for study in self.studies}) > 1

    @property
    def plain_sums(self) -> bool:
        """Whether both scores are sums of points, and nothing is rescaled."""
        return all(
            book.said.score.not_applicable != "rescale" or all(item.applies is None for item in book.criteria)
            for book in (study.subject.book for study in self.studies)
        )

    def scale(self) -> float:
        """What a point is worth at most, where the score is rescaled to what applies."""
        study = self.studies[0]
        book = study.subject.book
        if self.plain_sums:
            return 1.0
        fixed = sum(float(item.most) for item in book.criteria if item.applies is None and not item.said.bonus)
        return float(book.most) / fixed if fixed else inf

    def points_rise(self, id_: str) -> tuple[float, float]:
        """By how much the points of one criterion can rise."""
        facts = {name for side, study in enumerate(self.studies) for name in study.facts_of(self.criteria[side][id_])}
        frame = joint_cells(self.studies, facts)
        if frame is None:
            return -float(self.criteria[0][id_].most), float(self.criteria[1][id_].most)
        found = []
        for study, criteria in zip(self.studies, self.criteria, strict=True):
            rated = study.subject.rate(frame, measures=True)
            name = f"points:{id_}"
            if name in rated.measures.columns:
                low = rated.measures[name]
                high = (
                    rated.measures[f"{name}_high"].fill_null(low) if f"{name}_high" in rated.measures.columns else low
                )
            else:
                most = float(criteria[id_].most)
                low = rated.ratings[id_].fill_null(False).cast(pl.Float64) * most  # noqa: FBT003
                high = rated.ratings[id_].fill_null(True).cast(pl.Float64) * most  # noqa: FBT003
            found.append((low, high))
        (low, high), (new_low, new_high) = found
        rise = pl.DataFrame({"low": new_low - high, "high": new_high - low})
        return min(0.0, float(rise["low"].min() or 0.0)), max(0.0, float(rise["high"].max() or 0.0))  # type: ignore[arg-type]

    def consistent(self, places: Sequence[Sequence[int]], truths: Sequence[int]) -> bool:
        """Whether answers about thresholds of one number fit together, and those about both scores."""
        spans: dict[str, tuple[float, float]] = {}
        for side, study in enumerate(self.studies):
            for place, atom in zip(places[side], study.subject.book.atoms, strict=True):
                found = _threshold(atom, study)
                if found is None:
                    continue
                value, rising, limit = found
                value = (
                    f"{side}:score"
                    if value == "score"
                    else value
                    if self.name(side, atom)[1:2] != ":"
                    else f"{side}:{value}"
                )
                low, high = spans.get(value, (-inf, inf))
                reached = (truths[place] == 1) == rising
                spans[value] = (max(low, limit), high) if reached else (low, min(high, limit))
        if any(low >= high for low, high in spans.values()):
            return False
        (low, high), (new_low, new_high) = (spans.get(f"{side}:score", (-inf, inf)) for side in (0, 1))
        least, most = self.rise
        return new_high > low + least and new_low < high + most


def joint_cells(studies: Sequence[Study], facts: Iterable[str]) -> pl.DataFrame | None:
    """Boxes of both versions at once, split where either changes its answer."""
    facts = set(facts)
    first, second = (study.boxes for study in studies)
    others = {axis.name: axis for axis in second.axes}
    own = {axis.name for axis in first.axes}
    axes = [axis.split_by(others[axis.name]) if axis.name in others else axis for axis in first.axes]
    axes += [axis for name, axis in others.items() if name not in own]
    both = Boxes(first.subject, tuple(axes), {**second.behind, **first.behind})
    return both.split({name for name, behind in both.behind.items() if behind & facts})


def _threshold(atom: Node, study: Study) -> tuple[str, bool, float] | None:
    """A number compared with a constant: the number, whether true means that it is reached, and the constant."""
    if not isinstance(atom, syntax.Comparison) or len(atom.operators) != 1 or atom.operators[0] not in {">=", "<"}:
        return None
    left, right = atom.operands
    limit = number_of(
        study.constants.get((right.rulebook, right.id), right) if isinstance(right, check.ParameterLeaf) else right
    )
    is_score = isinstance(left, check.OutcomeLeaf) and left.part == "score"
    written = "score" if is_score else _written(left, study)
    return None if limit is None else (written, atom.operators[0] == ">=", float(limit))


def _written(node: Node, study: Study) -> str:
    """An expression with the values of its parameters and the expressions of its measures in their place."""
    match node:
        case check.ParameterLeaf():
            return spell(study.constants.get((node.rulebook, node.id), node))
        case check.MeasureLeaf():
            measures = study.reader.measures
            return f"({_written(measures[node.id], study)})" if node.rulebook == study.subject.book.id else spell(node)
        case _:
            inner = syntax.children(node)
            return (
                f"{type(node).__name__}[{spell(node)}]"
                if not inner
                else (f"{_head(node)}({', '.join(_written(child, study) for child in inner)})")
            )


def _head(node: Node) -> str:
    """The operation of an expression, without its operands."""
    said = (getattr(node, name, "") for name in ("operator", "operators", "function", "kind", "negated"))
    return f"{type(node).__name__}{[item for item in said if item != '']}"
