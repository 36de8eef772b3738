"""Look up what the lifecycles of a rulebook name: kinds of events, their facts, states."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engine.diagnostic import near
from engine.expression.typed import FactLeaf
from engine.policy.statechart import STEPS_PER_EVENT, Transition, crowded
from engine.programme import rules
from engine.schema import NOT_ENTERED, Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine import rulebook as said
    from engine.programme.reader import Reader

_CALENDAR = 1000
"""From here on a number is a year of the calendar, not a year counted from the first event."""


def state_columns(book: said.Rulebook) -> dict[str, Column]:
    """The states of a rulebook's lifecycles, as choices of its units."""
    return {id_: Column(id_, "choice", item.label, choices=item.all_states) for id_, item in book.lifecycle.items()}


def lifecycles(reader: Reader) -> tuple[rules.Lifecycle, ...]:
    """The lifecycles of a rulebook with every name looked up; what is wrong with them is reported."""
    columns = state_columns(reader.book)
    found = (_LifecycleReader(reader, id_, item).lifecycle(columns[id_]) for id_, item in reader.book.lifecycle.items())
    return tuple(filter(None, found))


class _LifecycleReader:
    """Reads one lifecycle."""

    def __init__(self, reader: Reader, id_: str, item: said.Lifecycle) -> None:
        self.reader = reader
        self.id = id_
        self.said = item
        self.lower = reader.around.lower

    def lifecycle(self, column: Column) -> rules.Lifecycle | None:
        events = self.facts_of_events()
        what = events and self.what(events)
        dated = events and self.dated(events)
        steps = self.steps(dict(what.choices or {}) if what else None)
        transitions = tuple(item for _, item in steps)
        self.years_apart(steps)
        if too_many := crowded(transitions):
            self.refuse("lifecycle_crowded", "steps", name=too_many[0], limit=STEPS_PER_EVENT)
        if not what or not dated:
            return None
        kind = self.said.events.kind
        numbers = tuple(at for at, _ in steps)
        return rules.Lifecycle(self.id, self.said, kind, what, dated, column, transitions, numbers)

    def refuse(self, code: str, *path: str | int, near: tuple[str, ...] = (), **values: object) -> None:
        self.reader.refuse(code, ("lifecycle", self.id, *path), near=near, of_key=False, **values)

    # Events

    def facts_of_events(self) -> dict[str, Column] | None:
        """The facts of the events; None where there is no such kind."""
        kind = self.said.events.kind
        if kind not in self.lower:
            values = {"name": kind, "kind": self.reader.book.kind}
            self.refuse("unknown_lower_kind", "events", "kind", near=near(kind, self.lower), **values)
            return None
        leaves = self.lower[kind].names.values()
        return {leaf.column.id: leaf.column for leaf in leaves if isinstance(leaf, FactLeaf)}

    def what(self, facts: Mapping[str, Column]) -> Column | None:
        return self.fact(facts, self.said.events.what, "choice", "what")

    def dated(self, facts: Mapping[str, Column]) -> Column | None:
        """The fact that says when: the one named here, or by the rulebook of the events, or the only date there is."""
        if self.said.events.dated is not None:
            return self.fact(facts, self.said.events.dated, "date", "dated")
        if (usual := self.lower[self.said.events.kind].dated) is not None:
            return self.fact(facts, usual.column.id, "date")
        dates = [id_ for id_, column in facts.items() if column.type == "date"]
        kind = self.said.events.kind
        if dates:
            self.refuse("events_dated", "events", kind=kind, count=len(dates), names=", ".join(dates))
        else:
            self.refuse("events_undated", "events", kind=kind)
        return None

    def fact(self, facts: Mapping[str, Column], name: str, type_: str, *key: str) -> Column | None:
        column = facts.get(name)
        if column is None:
            alike = {id_ for id_, item in facts.items() if item.type == type_}
            labelled = [id_ for id_ in alike if name in {facts[id_].label.zh, facts[id_].label.en}]
            guess = tuple(labelled[:1]) or near(name, alike) or near(name, facts)
            self.refuse("unknown_event_fact", "events", *key, near=guess, name=name, kind=self.said.events.kind)
        elif column.type != type_:
            kind = self.said.events.kind
            self.refuse("event_fact_type", "events", *key, name=name, kind=kind, expected=type_, found=column.type)
        elif column.blank == NOT_ENTERED:
            self.refuse("event_without_gap", "events", *key, name=name)
        else:
            return column
        return None

    # Steps

    def steps(self, happens: Mapping[str, said.Label] | None) -> list[tuple[int, Transition]]:
        """Every step from one state on one event, with its place."""
        found = []
        for at, step in enumerate(self.said.steps):
            path = ("steps", at)
            sources = [name for number, name in enumerate(step.source) if self.state(name, *path, "from", number)]
            is_known = step.target is None or self.state(step.target, *path, "to")
            events = [name for number, name in enumerate(step.on) if self.event(happens, name, *path, "on", number)]
            if step.from_year < 1 or (step.to_year is not None and step.to_year < step.from_year):
                key = "from_year" if step.from_year < 1 else "to_year"
                self.refuse("step_years", *path, key, first=step.from_year, last=step.to_year or step.from_year)
            elif step.from_year >= _CALENDAR:
                self.refuse("step_calendar_year", *path, "from_year", year=step.from_year)
            elif is_known:
                years = (step.from_year, step.to_year)
                found += [
                    (at, Transition(state, event, step.target or state, *years))
                    for state in sources
                    for event in events
                ]
        return found

    def state(self, name: str, *path: str | int) -> bool:
        states = self.said.all_states
        if name not in states:
            meant = tuple(id_ for id_, label in states.items() if name in {label.zh, label.en})
            guess = meant or near(name, states)
            self.refuse("unknown_state", *path, near=guess, name=name, states=", ".join(states))
        return name in states

    def event(self, happens: Mapping[str, said.Label] | None, name: str, *path: str | int) -> bool:
        if happens is not None and name not in happens:
            meant = tuple(id_ for id_, label in happens.items() if name in {label.zh, label.en})
            guess = meant or near(name, happens)
            self.refuse("unknown_choice", *path, near=guess, name=name, choices=", ".join(happens))
            return False
        return True

    def years_apart(self, steps: list[tuple[int, Transition]]) -> None:
        """From one state one event leads to one state in each year."""
        earlier: dict[tuple[str, str], list[tuple[int, Transition]]] = defaultdict(list)
        told = set()
        for at, item in steps:
            for first, other in earlier[item.source, item.event]:
                overlap = item.first <= (other.last or item.first) and other.first <= (item.last or other.first)
                if overlap and at not in told:
                    told.add(at)
                    line = self.reader.source.place("lifecycle", self.id, "steps", first).line
                    self.refuse("steps_overlap", "steps", at, state=item.source, event=item.event, first=line)
            earlier[item.source, item.event].append((at, item))
