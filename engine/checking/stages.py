"""Lifecycles: every state can be reached, every step can be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.checking.model import Result
from engine.rulebook import START

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.checking.model import Finding
    from engine.checking.study import Study
    from engine.policy.statechart import Transition
    from engine.programme.rules import Lifecycle

(_START,) = START


def stages(study: Study) -> Result:
    """Every state of a lifecycle can be reached, and every step can be taken, by some history."""
    lifecycles = study.subject.book.lifecycles
    findings = tuple(finding for life in lifecycles for finding in _findings(study, life))
    count = sum(len(life.said.states) + len(life.said.steps) for life in lifecycles)
    return Result("stages", count, proved=count - len(findings), findings=findings)


def _findings(study: Study, life: Lifecycle) -> Iterator[Finding]:
    reached = earliest(life)
    for state in life.said.states:
        if state not in reached and state != _START:
            yield study.finding("W811", "proved", "lifecycle", life.id, "states", state, state=state, lifecycle=life.id)
    taken = {place for place, item in zip(life.steps, life.transitions, strict=True) if can_be_taken(item, reached)}
    for place, step in enumerate(life.said.steps):
        if place not in taken:
            path = ("lifecycle", life.id, "steps", place, "from")
            state, event = ", ".join(step.source), ", ".join(step.on)
            yield study.finding("W812", "proved", *path, state=state, event=event, lifecycle=life.id)


def earliest(life: Lifecycle) -> Mapping[str, int]:
    """The first year in which a unit can be in each state after an event; a state that none reaches is left out."""
    found: dict[str, int] = {}
    changed = True
    while changed:
        changed = False
        for item in life.transitions:
            if can_be_taken(item, found):
                year = max(item.first, 1 if _begins(item) else found[item.source])
                changed |= year < found.get(item.target, year + 1)
                found[item.target] = min(year, found.get(item.target, year))
    return found


def can_be_taken(item: Transition, reached: Mapping[str, int]) -> bool:
    """Whether some history takes a transition: events may be as late as one likes, but the first is in year 1."""
    later = item.source in reached and (item.last is None or reached[item.source] <= item.last)
    return _begins(item) or later


def _begins(item: Transition) -> bool:
    """It can be the first of all."""
    return item.source == _START and item.first == 1
