"""Run cases and tell which of their expectations are not what the rating says, and why it says so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from engine.explanation.model import Test
from engine.explanation.targets import TargetReader
from engine.messages.words import WORDS
from engine.testing.answers import Answer, agrees, answer, short
from engine.testing.expected import GRADES, LISTS, STATE
from engine.testing.running import RatedUnit, rate_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.explanation.lifecycles import Event
    from engine.explanation.model import Piece, Target, Text
    from engine.explanation.reader import Data, Reader
    from engine.testing.cases import Case, File
    from engine.testing.expected import Expectation


@dataclass(frozen=True, slots=True)
class Trace:
    """How the rating came to something: a rule, criterion, good or title with the conditions behind it."""

    label: Text
    status: str
    tests: tuple[Test, ...]
    table: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """An expectation, and what the rating says instead."""

    expectation: Expectation
    found: Answer
    trace: tuple[Trace, ...]


@dataclass(frozen=True)
class Result:
    """A case, rated."""

    case: Case
    unit: RatedUnit

    @cached_property
    def failed(self) -> tuple[tuple[Expectation, Answer], ...]:
        """The expectations that are not met, with what the rating says."""
        found = ((item, answer(self.unit, item.aspect, item.name)) for item in self.case.expected)
        return tuple((item, short(got)) for item, got in found if not agrees(item, got))

    @property
    def passed(self) -> bool:
        """Everything is as expected."""
        return not self.failed

    def differences(self) -> list[Difference]:
        """What is not as expected, explained; what explains several differences is told with the first."""
        reader = self.unit.reader()
        told: list[Trace] = []
        differences = []
        for item, found in self.failed:
            trace = tuple(each for each in _trace(reader, item, found) if each not in told)
            told += trace
            differences.append(Difference(item, found, trace))
        return differences


def run_cases(file: File, wanted: Callable[[Case], bool] = lambda _: True) -> list[Result]:
    """Rate the cases of a file, or some of them.

    Raises:
        InvalidRulesError: a value of theirs cannot be read.
    """
    cases = [case for case in file.cases if wanted(case)]
    return [Result(case, unit) for case, unit in zip(cases, rate_cases(file, cases), strict=True)]


# Traces


def _trace(reader: Reader, item: Expectation, found: Answer) -> Iterable[Trace]:
    """The part of the rating that an expectation is about."""
    criteria: dict[str, Data] = {each["id"]: each for good in reader.book["goods"] for each in good["criteria"]}
    if item.aspect in {*GRADES, "score", "rules", "may_fire"}:
        for rule in reader.policy.rules():
            yield Trace(rule.label, rule.stage if rule.certain else "may_fire", rule.conditions)
    elif item.aspect in {"criteria", "points", "shortfall"}:
        yield _criterion(reader, criteria[item.name])
    elif item.aspect in LISTS:
        for name in sorted({*item.value} ^ {*found}):
            if name in criteria:
                yield _criterion(reader, criteria[name])
    elif item.aspect == STATE:
        yield from (_event(event) for event in reader.lifecycles.lifecycle(item.name).events)
    elif item.aspect == "goods":
        good = next(reader.good(each) for each in reader.book["goods"] if each["id"] == item.name)
        yield Trace(good.label, good.status, (), (good.points, " / ", good.most))
        for part in good.criteria:
            if part.status in {"unmet", "unknown"}:
                yield _criterion(reader, criteria[part.id])
    elif item.aspect == "targets":
        yield from (_target(each) for each in TargetReader(reader).all() if each.id == item.name)
    elif item.aspect == "titles":
        title = next(reader.title(each) for each in reader.book["titles"] if each["id"] == item.name)
        yield Trace(title.label, title.status, title.tests)
        for label in title.withheld_by:
            yield Trace(label, "withholds", ())
    elif item.aspect == "select":
        selected = next(each for each in reader.selections() if each.id == item.name)
        yield Trace(selected.label, selected.status, selected.tests)


def _target(target: Target) -> Trace:
    tests = (Test(target.value, "≥", (due.value, f" ({due.year})"), due.holds) for due in target.due)
    return Trace(target.label, target.status, tuple(tests))


def _event(event: Event) -> Trace:
    """An event, and where it led."""
    when = (event.date or "?", "  ")
    led = (*when, event.before, " → ", event.after) if event.before and event.after else when
    status = "gap" if event.status == "open" else event.status
    return Trace(event.what if isinstance(event.what, dict) else WORDS["unknown"], status, (), led)


def _criterion(reader: Reader, item: Data) -> Trace:
    found = reader.criterion(item)
    tests = found.applies if found.status == "not_applicable" else found.tests
    return Trace(found.label, found.status, tests, () if found.status == "not_applicable" else found.table)
