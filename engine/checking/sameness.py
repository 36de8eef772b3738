"""What of two versions of a rulebook is the same for every unit, and by how much scores can differ."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

import polars as pl

from engine.checking.boxes import Boxes
from engine.expression import syntax, typed
from engine.expression.text import spell
from engine.expression.typed import number_of
from engine.programme import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.checking.study import Study
    from engine.expression.syntax import Node
    from engine.programme.rules import Criterion


class Sameness:
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
        return old.keys() == new.keys() and all(Sameness(old[kind], new[kind]).everything for kind in old)

    def scores_alike(self) -> bool:
        """Whether goods and points add up in the same way."""
        books = [study.subject.book for study in self.studies]
        scores = [self.scoring(side) for side in (0, 1)]
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
        return (
            item.good,
            *nodes,
            type(points).__name__,
            str(table),
            item.said.essential,
            item.said.bonus,
            item.said.penalty,
        )

    def name(self, side: int, atom: Node) -> str:
        """One name for a question that both versions answer alike for every unit, another for any other."""
        written = self.spelled(side, atom)
        outcome = any(isinstance(leaf, typed.OutcomeLeaf) for leaf in typed.leaves(atom))
        gathers = self.gathers(side, self.studies[side].reader.variables(atom))
        differs = (outcome and (self.changed or not self.scores_alike())) or (gathers and not self.lower)
        return f"{side}:{written}" if differs else written

    def gathers(self, side: int, names: set[str]) -> bool:
        """Whether something is gathered from lower units."""
        return bool(names - self.studies[side].subject.book.facts.keys())

    def score_rise(self) -> tuple[float, float]:
        """By how much the score of a unit can rise from the old version to the new one, at least and at most."""
        if not self.lower or self.intricate or not (self.plain_sums or self.scores_alike()):
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

    def scoring(self, side: int) -> tuple[object, ...]:
        """What becomes of points."""
        book = self.studies[side].subject.book
        score = book.score
        groups = [(group.id, group.most, group.said.take) for group in score.groups]
        parts = [(self.spelled(side, node), share) for node, share in score.parts]
        said = book.said.score.not_applicable
        return book.most, score.bonus_max, score.penalty_max, groups, score.goods, parts, score.digits, said

    @property
    def intricate(self) -> bool:
        """Whether more than sums of points make a score that is not the same in both versions."""
        if not self.changed and self.scores_alike():
            return False
        books = [study.subject.book for study in self.studies]
        return any(
            book.score.parts
            or book.score.groups
            or book.score.penalty_max
            or book.score.digits is not None
            or any(item.least < 0 for item in book.criteria)
            for book in books
        )

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
        fixed = sum(float(item.most) for item in book.criteria if item.applies is None and item.counted)
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
        for side, thresholds in enumerate(self.thresholds):
            for place, found in zip(places[side], thresholds, strict=True):
                if found is None:
                    continue
                value, rising, limit = found
                low, high = spans.get(value, (-inf, inf))
                reached = (truths[place] == 1) == rising
                spans[value] = (max(low, limit), high) if reached else (low, min(high, limit))
        if any(low >= high for low, high in spans.values()):
            return False
        (low, high), (new_low, new_high) = (spans.get(f"{side}:score", (-inf, inf)) for side in (0, 1))
        least, most = self.rise
        return new_high > low + least and new_low < high + most

    @cached_property
    def thresholds(self) -> list[list[tuple[str, bool, float] | None]]:
        """Of each question of a policy: which number it compares, whether "yes" means that it is reached, and what."""
        return [
            [self.threshold(side, atom) for atom in study.subject.book.atoms] for side, study in enumerate(self.studies)
        ]

    def threshold(self, side: int, atom: Node) -> tuple[str, bool, float] | None:
        """The threshold that one question is about."""
        if not isinstance(atom, syntax.Comparison) or atom.operators not in {(">=",), ("<",)}:
            return None
        left, right = atom.operands
        constants = self.studies[side].constants
        limit = number_of(
            constants.get((right.rulebook, right.id), right) if isinstance(right, typed.ParameterLeaf) else right
        )
        if limit is None:
            return None
        same = self.name(side, atom) == self.spelled(side, atom)
        value = self.spelled(side, left) if same else f"{side}:{self.spelled(side, left)}"
        is_score = isinstance(left, typed.OutcomeLeaf) and left.part == "score"
        return f"{side}:score" if is_score else value, atom.operators[0] == ">=", float(limit)


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


def _written(node: Node, study: Study) -> str:
    """An expression with the values of its parameters and the expressions of its measures in their place."""
    match node:
        case typed.ParameterLeaf():
            return spell(study.constants.get((node.rulebook, node.id), node))
        case typed.MeasureLeaf():
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
    said = (
        getattr(node, name, "") for name in ("operator", "operators", "function", "kind", "negated", "via", "period")
    )
    return f"{type(node).__name__}{[item for item in said if item != '']}"
