"""What stands between a unit and another grade: what is in the way of a better one, what keeps it from a worse one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.explanation.model import Obstacle, OtherGrade
from engine.seats import settlements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.explanation.model import Text
    from engine.explanation.reader import Reader

Data = dict[str, Any]
_TRUTHS = {0: False, 1: True}


class ObstacleReader:
    """The other grades of a unit."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.policy = reader.policy
        self.order = self.policy.order
        self.best, self.worst = (self.order.index(reader.rating[end]) for end in ("grade_high", "grade_low"))
        if reader.run.rules["final"]:  # closing settled on the worst
            self.best = self.worst
        self.answers: Sequence[int] = self.policy.symbols

    def next_grade(self) -> OtherGrade | None:
        """The grade above the best that the unit can have, once closed above the one it got; None at the top."""
        return self.other_grade(self.order[self.best - 1]) if self.best else None

    def other_grade(self, grade: str) -> OtherGrade:
        """Why the unit has, or has not, a grade."""
        target, label = self.order.index(grade), self.reader.grades[grade]
        if target < self.best:
            return OtherGrade(label, "better", tuple(self.hindrances(target)))
        if target > self.worst:
            return OtherGrade(label, "worse", tuple(self.supports(target)))
        if self.best == self.worst:
            return OtherGrade(label, "given", ())
        row = self.policy.row
        reached = set(self.policy.completions(self.policy.unknown_symbols()).values())
        is_open = row["truncated"] or grade in reached or bool(self.reader.seats)
        return OtherGrade(label, "open" if is_open else "passed_over", ())

    def decided(self, end: str) -> Data | None:
        """The decision in the completion that gives one end of the range; obstacles are told by its answers."""
        case = self.policy.row["case_low" if self.reader.run.rules["final"] else f"case_{end}"]
        case = self.policy.row["case"] if case is None else case
        trace = self.reader.trace(case)
        if trace is not None and (end == "low" or self.reader.run.rules["final"]):
            self.answers = self.reader.cases[case]["symbols"]
        return trace

    # A better grade

    def hindrances(self, target: int) -> Iterator[Obstacle]:
        """What is in the way of a better grade."""
        trace = self.decided("high")
        if trace is not None:
            yield from self.missing_proposal(target, trace)
            yield from self.limits(target, self.order.index(trace["proposed"]))
        yield from self.taken(target)

    def taken(self, target: int) -> Iterator[Obstacle]:
        """The seats that are, or may be, taken by others."""
        for item in settlements(self.reader.book):
            grade, surplus = (self.order.index(item[name]) for name in ("grade", "surplus"))
            for seat in self.reader.seats if grade <= target < surplus else ():
                if seat.id == item["id"] and seat.status != "seated":
                    yield Obstacle(seat.label, "seat" if seat.status == "surplus" else "seat_open", ())

    def missing_proposal(self, target: int, trace: Data) -> Iterator[Obstacle]:
        """The proposal of the target, or else of the nearest better grade, when nothing as good is proposed."""
        if self.order.index(trace["proposed"]) <= target:
            return
        fired = {firing["rule"] for firing in trace["firings"]}
        before = []
        for rule in self.policy.policy["propose"]:
            if rule["id"] in fired:  # whatever follows it cannot propose
                break
            before.append(rule)
        places = [self.order.index(rule["grade"]) if rule["grade"] else target + 1 for rule in before]
        nearest = max((place for place in places if place <= target), default=None)
        if nearest is None:
            yield self.obstacle(rule, "entered", rule["terms"][0] if rule["terms"] else ())
            return
        rule = before[places.index(nearest)]
        missing = shortest(self.failing(term) for term in rule["terms"])
        yield self.obstacle(rule, "propose_open" if self.is_open(missing) else "propose", missing)

    def limits(self, target: int, proposed: int) -> Iterator[Obstacle]:
        """The adjustments that would hold the unit below the target even if it were proposed, or may do so."""
        best = min(target, proposed)
        for rule in self.policy.policy["adjust"]:
            if self.limit(rule, best) <= target:
                continue
            terms = [(term, self.failing(term)) for term in rule["terms"] if self.may_hold(term, best)]
            holding = [term for term, failing in terms if not failing]
            open_ = [term for term, failing in terms if self.is_open(failing)]
            if holding:
                yield self.obstacle(rule, "adjust", holding[0], change=True)
            elif open_:
                yield self.obstacle(rule, "adjust_open", open_[0], change=None)

    # A worse grade

    def supports(self, target: int) -> Iterator[Obstacle]:
        """What keeps the unit from a worse grade: the proposal that holds, and the adjustments that do not."""
        trace = self.decided("low")
        if trace is None:
            return
        proposed = self.order.index(trace["proposed"])
        fired = {firing["rule"]: firing["literals"] for firing in trace["firings"]}
        for rule in self.policy.policy["propose"]:
            if rule["id"] in fired:
                yield self.obstacle(rule, "holds", fired[rule["id"]], change=None, grade=trace["proposed"])
        for rule in self.policy.policy["adjust"]:
            if self.limit(rule, proposed) >= target and rule["id"] not in fired:
                failing = shortest(self.failing(term) for term in rule["terms"] if self.may_hold(term, proposed))
                yield self.obstacle(rule, "spares", failing, change=None)

    # Rules

    def obstacle(
        self, rule: Data, stage: str, literals: Iterable[Any], *, change: bool | None = False, grade: str | None = None
    ) -> Obstacle:
        """One rule with conditions of it."""
        label: Text = rule["label"] or {"zh": rule["id"], "en": rule["id"]}
        conditions = self.policy.conditions(literals, change=change)
        return Obstacle(label, stage, conditions, self.reader.grades[grade] if grade else None)

    def limit(self, rule: Data, proposed: int) -> int:
        """To which grade an adjustment limits a proposed one."""
        return self.order.index(rule["limits"][self.order[proposed]])

    def failing(self, term: Sequence[Any]) -> list[Any]:
        """The atoms of a term that the unit does not fulfil."""
        atoms = [literal for literal in term if isinstance(literal[0], int)]
        return [[atom, truth] for atom, truth in atoms if _TRUTHS.get(self.answers[atom]) is not truth]

    def is_open(self, literals: Sequence[Any]) -> bool:
        """Of none of some atoms it is known that the unit does not fulfil it."""
        return bool(literals) and all(self.answers[atom] not in _TRUTHS for atom, _ in literals)

    @staticmethod
    def may_hold(term: Sequence[Any], proposed: int) -> bool:
        """What a term asks of the proposed grade holds, were it this one."""
        asked = [(symbol.partition(":")[2], truth) for symbol, truth in term if isinstance(symbol, str)]
        return all((str(proposed) in places.split(",")) is truth for places, truth in asked)


def shortest(terms: Iterable[list[Any]]) -> list[Any]:
    """The shortest of some lists."""
    return min(terms, key=len, default=[])
