"""A fact that is marked `better` never lowers the grade when it gets better."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, pairwise
from random import Random
from typing import TYPE_CHECKING

import polars as pl

from engine.checking.boxes import span
from engine.checking.choices import Questions, bounds_between, tried
from engine.checking.model import Result
from engine.checking.policies import in_force
from engine.checking.space import table_of
from engine.checking.units import refusals
from engine.checking.walks import assembled
from engine.expression import check, syntax, typed
from engine.expression.typed import number_of
from engine.policy import decide_all
from engine.policy.completion import completions, consequences
from engine.policy.rules import FALSE, TRUE
from engine.programme import rules

if TYPE_CHECKING:
    from engine.checking.model import Finding, Witness
    from engine.checking.study import Study
    from engine.expression.syntax import Node
    from engine.programme.rules import Criterion

Way = int | None
"""How a value moves when a fact grows: 1 never down, -1 never up, 0 not at all; None: not known."""

_CASES_MAX = 5_000
_UNITS = 150
_VALUES = 40


def better(study: Study) -> Result:
    """A fact that is marked `better: more` never lowers the grade when it grows; `less`, when it falls."""
    book = study.subject.book
    marked = {id_: fact.better for id_, fact in book.said.facts.items() if fact.better}
    rising = _RisingPolicy(study)
    findings: list[Finding] = []
    proved = 0
    for id_, way in marked.items():
        if rising.holds(_Ways(study, id_), 1 if way == "more" else -1):
            proved += 1
            continue
        witness = _violation(study, id_, grows=way == "more")
        path = ("facts", id_)
        if witness:
            findings.append(study.finding("W501", "witness", *path, witness=witness, fact=id_, better=way))
        else:
            findings.append(study.undecided(id_, *path))
    return Result("better", len(marked), proved=proved, findings=tuple(findings))


# Ways


def _joined(*ways: Way) -> Way:
    """How something moves that moves with each of these."""
    if None in ways:
        return None
    moving = {way for way in ways if way}
    return moving.pop() if len(moving) == 1 else None if moving else 0


def _turned(way: Way) -> Way:
    return None if way is None else -way


@dataclass(frozen=True)
class _Ways:
    """How everything in a rulebook moves when one fact grows."""

    study: Study
    fact: str

    def of(self, node: Node | None) -> Way:
        book = self.study.subject.book
        if node is None or not (self._asks_outcome(node) or self.fact in self.study.reader.variables(node)):
            return 0
        match node:
            case typed.FactLeaf():
                return 1
            case typed.MeasureLeaf():
                return self.of(next(item.value for item in book.measures if item.id == node.id))
            case typed.OutcomeLeaf():
                return self.outcome(node)
            case syntax.Negative() | syntax.Not():
                return _turned(self.of(node.item))
            case syntax.Both() | syntax.Either():
                return _joined(*map(self.of, node.items))
            case syntax.Arithmetic():
                return self.arithmetic(node)
            case syntax.Comparison():
                links = zip(node.operators, pairwise(node.operands), strict=True)
                return _joined(*(self.comparison(operator, *pair) for operator, pair in links))
            case syntax.Conditional():
                return self.conditional(node)
            case syntax.Call():
                return self.call(node)
            case _:
                return None

    def _asks_outcome(self, node: Node) -> bool:
        return any(isinstance(leaf, typed.OutcomeLeaf) for leaf in typed.leaves(node))

    def span(self, node: Node) -> tuple[float, float]:
        return span(node, self.study.reader)

    def arithmetic(self, node: syntax.Arithmetic) -> Way:
        left, right = self.of(node.left), self.of(node.right)
        if node.operator in "+-":
            return _joined(left, right if node.operator == "+" else _turned(right))
        (low, high), (divisor_low, divisor_high) = self.span(node.left), self.span(node.right)
        by_left = 0 if left == 0 else left if divisor_low >= 0 else _turned(left) if divisor_high <= 0 else None
        sign = 1 if low >= 0 else -1 if high <= 0 else None
        if node.operator == "*":
            by_right = 0 if right == 0 else right if sign == 1 else _turned(right) if sign else None
        else:
            positive = divisor_low >= 0 or divisor_high <= 0
            by_right = 0 if right == 0 else None if not positive or not sign else _turned(right) if sign == 1 else right
        return _joined(by_left, by_right)

    def comparison(self, operator: str, left: Node, right: Node) -> Way:
        difference = _joined(self.of(left), _turned(self.of(right)))
        if operator in {"==", "!="}:
            above, below = self.at_end(left, right), self.at_end(right, left)
            equal = difference if above else _turned(difference) if below else 0 if difference == 0 else None
            return equal if operator == "==" else _turned(equal)
        return difference if operator in {">=", ">"} else _turned(difference)

    def at_end(self, value: Node, end: Node) -> bool:
        """Whether a value can be no greater than what it is compared to, so that equal means "at least"."""
        if not isinstance(value, typed.FactLeaf):
            low, _ = self.span(end)
            return (
                isinstance(end, typed.FactLeaf) and number_of(value) is not None and low == float(number_of(value) or 0)
            )
        column = self.study.subject.book.facts[value.column.id]
        if isinstance(end, typed.FactLeaf) and column.high == end.column.id:
            return True
        constant = self.study.reader.constant(end)
        return constant is not None and column.high == float(constant)

    def conditional(self, node: syntax.Conditional) -> Way:
        asked = self.of(node.condition)
        branches = _joined(self.of(node.then), self.of(node.otherwise))
        if asked == 0 or check.type_of(node).name == "boolean":
            return branches if asked == 0 else None
        (then_low, then_high), (other_low, other_high) = self.span(node.then), self.span(node.otherwise)
        if then_low >= other_high:
            return _joined(asked, branches)
        return _joined(_turned(asked), branches) if then_high <= other_low else None

    def call(self, node: syntax.Call) -> Way:
        if node.function == "entered":
            return 0
        if node.function == "abs":
            low, high = self.span(node.arguments[0])
            way = self.of(node.arguments[0])
            return way if low >= 0 else _turned(way) if high <= 0 else None
        return _joined(*map(self.of, node.arguments))

    # What the rulebook finds

    def points(self, item: Criterion) -> Way:
        points = item.points
        match points:
            case None:
                return 0
            case rules.Fixed():
                return self.of(item.require)
            case rules.Bands():
                falls = points.steps[0][1] < points.otherwise
            case rules.Linear():
                falls = points.knots[-1][1] < points.knots[0][1]
            case rules.Deduction():
                falls = True
        way = self.of(points.of)
        return _turned(way) if falls else way

    def met(self, item: Criterion) -> Way:
        return self.points(item) if item.require is None else self.of(item.require)

    def good(self, id_: str) -> Way:
        good = next(item for item in self.study.subject.book.goods if item.id == id_)
        ways: list[Way] = [self.of(item.applies) and None for item in good.criteria]
        if good.said.met.essential == "all":
            ways += [self.met(item) for item in good.criteria if item.said.essential]
        if good.share is not None:
            ways += [self.points(item) for item in good.criteria if not item.said.extra]
        return _joined(*ways)

    def outcome(self, leaf: typed.OutcomeLeaf) -> Way:
        book = self.study.subject.book
        match leaf.part:
            case "score":
                moved = (self.of(item.applies) and None for item in book.criteria)
                parts = (self.of(node) for node, _ in book.score.parts)
                return _joined(*moved, *map(self.points, book.criteria), *parts)
            case "good":
                return self.good(leaf.id)
            case "goods_met":
                return _joined(*(self.good(good.id) for good in book.goods))
            case "goods_count":
                return 0
            case _:
                return None if any(self.of(item.applies) != 0 for item in book.criteria) else 0


# The policy


class _RisingPolicy:
    """Which atoms of a policy can lower the grade by becoming true, and which by becoming false."""

    def __init__(self, study: Study) -> None:
        self.book = study.subject.book
        policy = in_force(study)
        unknown = tuple(radix - 1 for radix in policy.radices)
        cases = list(islice(completions(policy, unknown, consequences(policy)), _CASES_MAX + 1))
        self.lowers: set[tuple[int, int]] = set()
        self.known = len(cases) <= _CASES_MAX
        if not self.known:
            return
        codes = {case: policy.encode(case) for case in cases}
        _, decisions = decide_all(policy, sorted(codes.values()))
        for case, code in codes.items():
            for atom, symbol in enumerate(case[: len(policy.atoms)]):
                if symbol == FALSE:
                    other = codes.get((*case[:atom], TRUE, *case[atom + 1 :]))
                    if other is None:
                        continue
                    before, after = decisions[code].grade, decisions[other].grade
                    self.lowers |= {(atom, 1)} if after > before else set()
                    self.lowers |= {(atom, -1)} if after < before else set()

    def holds(self, ways: _Ways, sign: int) -> bool:
        """Whether the grade never gets worse when the fact grows (sign 1) or falls (sign -1)."""
        found = [ways.of(atom) for atom in self.book.atoms]
        return self.known and all(
            way is not None and (way == 0 or (atom, way * sign) not in self.lowers) for atom, way in enumerate(found)
        )


# Violations


def _violation(study: Study, fact: str, *, grows: bool) -> Witness | None:
    """Two units that differ in the fact alone, of which the better has the worse grade."""
    place = study.part_of([fact])
    assert place is not None  # noqa: S101 - every fact lies in a part
    book = study.subject.book
    part = study.space.parts[place]
    questions = Questions.of(book, study.constants)
    own = table_of(tried(questions, part.names), questions.columns)
    values = own[fact].drop_nulls().unique().sort(descending=not grows)
    values = values[:: max(1, len(values) // _VALUES)]
    random = Random(1)  # noqa: S311 - the same units every time
    base = assembled(study.space, study.seen.picks[random.sample(range(study.seen.picks.height), _UNITS)])
    others = own[[random.randrange(own.height) for _ in range(_UNITS)]]
    base = pl.concat([base, base.with_columns(others)]).with_row_index("^unit")
    units = base.drop(fact).join(values.to_frame(fact), how="cross").select("^unit", *base.columns[1:])
    for less, more in bounds_between(book.facts):
        if fact in {less, more}:
            units = units.filter((pl.col(less) <= pl.col(more)).fill_null(True))  # noqa: FBT003
    rated = study.subject.rate(units.drop("^unit"))
    units = units.filter(refusals(rated) == 0)
    rank = rated.ratings.filter(refusals(rated) == 0)["grade"].to_physical().cast(pl.Int32)
    steps = (
        units.select("^unit")
        .with_columns(rank=rank, row=pl.int_range(pl.len()))
        .with_columns(before=pl.col("rank").shift(1).over("^unit"), first=pl.col("row").shift(1).over("^unit"))
    )
    worse = steps.filter(pl.col("rank") > pl.col("before"))
    if worse.is_empty():
        return None
    after, before = worse.item(0, "row"), worse.item(0, "first")
    plain = units.drop("^unit")
    return study.witness(plain[before : before + 1], plain[after : after + 1])
