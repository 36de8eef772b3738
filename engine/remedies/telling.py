"""Tell what was found about a unit: what to change, why, and what that gains."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from engine.messages.words import WORDS
from engine.numbers import exact, write
from engine.programme.dependencies import facts_behind
from engine.remedies.model import Because, Change, Plan
from engine.remedies.outcomes import parts_of
from engine.remedies.replaying import Row, stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.explanation import Explanation
    from engine.explanation.model import Piece, Test, Text
    from engine.programme.rules import Criterion, Rules
    from engine.remedies.planning import Step
    from engine.remedies.replaying import Proven


class Teller:
    """Tells of the plans of a rulebook's units."""

    def __init__(self, book: Rules) -> None:
        self.book = book
        self._readers = {id_: self._reading(id_) for id_ in book.facts}

    def _reading(self, fact: str) -> tuple[Criterion, ...]:
        """The criteria that read a fact."""
        return tuple(
            item for item in self.book.criteria if any(fact in facts_behind(part, self.book) for part in parts_of(item))
        )

    def plan(self, found: Proven, before: Row) -> Plan:
        """A plan, with what each of its changes is for.

        Args:
            found: the plan as it was rated.
            before: the rating of the unit as it is.
        """
        changes = [
            self._change(step, found.row, without) for step, without in zip(found.steps, found.without, strict=True)
        ]
        costs = {change.fact: step.cost for change, step in zip(changes, found.steps, strict=True)}
        changes.sort(key=lambda change: -costs[change.fact])
        return Plan(
            tuple(changes),
            amount(sum(costs.values(), Fraction(0))),
            self.grade(found.row["grade_low"]),
            write(found.row["points_low"], ""),
            tuple(self._goods(found.row, before)),
        )

    def grade(self, id_: str) -> Text:
        """What a grade is called."""
        return (self.book.said.grades or {})[id_].texts

    def _change(self, step: Step, row: Row, without: Row) -> Change:
        column = self.book.facts[step.fact]
        difference = None
        if isinstance(step.value, Fraction) and isinstance(step.now, Fraction):
            difference = step.value - step.now
        unit = column.type
        return Change(
            fact=step.fact,
            label=column.label.texts,
            now=None if step.now is None else self._written(step.fact, step.now),
            value=self._written(step.fact, step.value),
            need=step.need,
            amount=None
            if difference is None
            else write(float(abs(difference)), "" if unit in {"date", "count"} else unit),
            more=difference is None or difference > 0,
            days=unit == "date",
            cost=amount(step.cost),
            setting=_setting(column.type, stored(column, step.value)),
            because=tuple(self._because(step.fact, row, without)),
            points=write(max(row["points_low"] - without["points_low"], 0.0), ""),
            goods=tuple(self._goods(row, without)),
        )

    def _written(self, fact: str, value: Any) -> Piece:  # noqa: ANN401
        column = self.book.facts[fact]
        if isinstance(value, bool):
            return WORDS["yes" if value else "no"]
        if column.choices is not None:
            return column.choices[value].texts
        return write(float(value), column.type)

    def _goods(self, row: Row, without: Row) -> Iterator[Text]:
        """The goods that are met in one rating, and not in the other."""
        for good in self.book.goods:
            if row[good.id] is True and without[good.id] is not True:
                yield good.said.label.texts

    def _because(self, fact: str, row: Row, without: Row) -> Iterator[Because]:
        """The criteria that a change turns, or gives points to; the rules that it keeps from limiting the grade."""
        reading = self._readers[fact]
        turned = [item for item in reading if row[item.id] is True and without[item.id] is not True]
        yield from (Because(item.said.label.texts) for item in turned)
        policy = self.book.said.policy
        labels = {item.id: item.label for item in (policy.adjust if policy else ())}
        fired = set(filter(None, without["rules"].split(","))) - set(row["rules"].split(","))
        lifted = [Because(label.texts, rule=True) for id_, label in labels.items() if id_ in fired and label]
        yield from lifted
        if not turned and not lifted:
            yield from (Because(item.said.label.texts, met=False) for item in reading if item.points is not None)


def with_tests(plan: Plan, explanation: Explanation) -> Plan:
    """The plan, with the conditions of what it turns as they are now."""
    tests = {_key(item.label): item.tests for good in explanation.goods for item in good.criteria}
    tests |= {_key(rule.label): rule.conditions for rule in explanation.rules}
    return replace(plan, changes=tuple(_tested(change, tests) for change in plan.changes))


def _tested(change: Change, tests: Mapping[tuple[str, ...], tuple[Test, ...]]) -> Change:
    because = tuple(replace(item, tests=tests.get(_key(item.label), ())) for item in change.because)
    return replace(change, because=because)


def _key(label: Text) -> tuple[str, ...]:
    return tuple(label.values())


def amount(cost: Fraction) -> str:
    """A cost, written."""
    return write(float(cost), "")


def _setting(type_: str, value: Any) -> str:  # noqa: ANN401
    """A value as a cell of a table has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if type_ == "ratio":
        percent = exact(value) * 100
        return f"{float(percent):.10f}".rstrip("0").rstrip(".") + "%"
    return f"{value:.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
