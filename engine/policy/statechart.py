"""Histories as runs of a statechart: which step each event takes, until one takes none.

As for policies (`engine.policy.chaining`), nothing leaves the narrow envelope in which durable-rules is sound. The
chart begins in a state of its own, which no step leads to. A first message, which always fires, leads from there to
the author's first state, so that a session in which nothing fired is never deleted. Events are posted one by one; one
that fires nothing ends the session, because durable-rules would keep it and let it fire later. Names and values are
ours, never the author's. One session lives at a time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from durable.engine import MessageNotHandledException

from engine.policy.host import Host

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STEPS_PER_EVENT = 48
"""An event, and a state, may be part of so many steps; durable-rules errs past 64."""
_CHART, _SESSION, _BEGIN = "chart", "1", "begin"

Event = tuple[str, int]
"""What happened, and in which year, the year of the first event being 1."""


@dataclass(frozen=True, slots=True)
class Transition:
    """From a state, on an event in a year from `first` to `last` (None: without end), to a state."""

    source: str
    event: str
    target: str
    first: int = 1
    last: int | None = None

    def allows(self, state: str, event: Event) -> bool:
        """Whether it is the step from a state on an event."""
        return (state, event[0]) == (self.source, self.event) and self.first <= event[1] <= (self.last or event[1])


@dataclass(slots=True)
class _Session:
    begun: bool = False
    fired: int | None = None
    errors: list[BaseException] = field(default_factory=list)


class Statechart:
    """States and the transitions between them, compiled once."""

    def __init__(self, start: str, transitions: Sequence[Transition]) -> None:
        """Compile a chart.

        Args:
            start: the state before the first event.
            transitions: at most one for a state, an event and a year.
        """
        if crowded(transitions):
            raise ValueError(crowded(transitions))
        self._start = start
        self._transitions = tuple(transitions)
        self._session = _Session()
        self._states = {state: f"s{number}" for number, state in enumerate(_reached(start, transitions))}
        self._events = {
            event: f"e{number}" for number, event in enumerate(dict.fromkeys(item.event for item in transitions))
        }
        chart: dict[str, dict[str, Any]] = {name: {} for name in self._states.values()}
        for number, item in enumerate(transitions):
            if item.source in self._states:
                chart[self._states[item.source]][f"t{number}"] = self._trigger(number, item)
        begin = {"all": [{"m": {"kind": _BEGIN}}], "to": self._states[start], "run": self._guarded(self._begin)}
        self._host = Host()
        self._host.set_rulesets({f"{_CHART}$state": {"before": {_BEGIN: begin}, **chart}})

    def tell(self, history: Sequence[Event]) -> tuple[int, ...]:
        """The transitions that the events of a history take, in order, by number.

        Fewer than there are events: the next one takes none, and the history is impossible.
        """
        taken: list[int] = []
        state = self._start
        try:
            self._post({"id": _BEGIN, "kind": _BEGIN})
            for number, event in enumerate(history):
                fired = self._fired(number, event)
                if fired is None or self._session.errors:
                    break
                taken.append(fired)
                state = self._transitions[fired].target
        finally:
            session, self._session = self._session, _Session()
            if session.begun:  # to delete a session in which nothing fired is a crash
                self._host.delete_state(_CHART, _SESSION)
        if session.errors:
            raise session.errors[0]
        if not session.begun or self._dropped(state, history[len(taken) :]):
            # An action during which the system clock jumps by more than ten seconds is dropped without a word.
            raise RuntimeError("durable-rules stopped before the end of a history")
        return tuple(taken)

    def _fired(self, number: int, event: Event) -> int | None:
        """The transition that an event takes."""
        what, year = event
        if what not in self._events:
            return None
        self._session.fired = None
        self._post({"id": f"m{number}", "kind": "event", "what": self._events[what], "year": year})
        return self._session.fired

    def _post(self, message: dict[str, object]) -> None:
        try:
            self._host.post(_CHART, {"sid": _SESSION, **message})
        except MessageNotHandledException:  # no transition at all is on such an event in such a year
            return

    def _dropped(self, state: str, rest: Sequence[Event]) -> bool:
        """Whether the event at which a history stopped could have gone on."""
        return bool(rest) and any(item.allows(state, rest[0]) for item in self._transitions)

    def _trigger(self, number: int, item: Transition) -> dict[str, object]:
        tests: list[dict[str, object]] = [{"kind": "event"}, {"what": self._events[item.event]}]
        if item.first > 1:
            tests.append({"$gte": {"year": item.first}})
        if item.last is not None:
            tests.append({"$lte": {"year": item.last}})

        def fire() -> None:
            self._session.fired = number

        return {"all": [{"m": {"$and": tests}}], "to": self._states[item.target], "run": self._guarded(fire)}

    def _begin(self) -> None:
        self._session.begun = True

    def _guarded(self, action: Callable[[], None]) -> Callable[[object], None]:
        """Keep what an action raises, which durable-rules would swallow."""

        def guarded(_context: object) -> None:  # with a second parameter it would be taken for asynchronous
            try:
                action()
            except BaseException as error:  # noqa: BLE001
                self._session.errors.append(error)

        return guarded


def _reached(start: str, transitions: Sequence[Transition]) -> list[str]:
    """The states that transitions lead to: durable-rules takes one without any for another beginning."""
    found = [start]
    for state in found:
        found += dict.fromkeys(item.target for item in transitions if item.source == state and item.target not in found)
    return found


def crowded(transitions: Sequence[Transition]) -> list[str]:
    """The states and events that are part of more transitions than durable-rules bears."""
    found = []
    for attribute in ("source", "event"):
        counts = Counter(getattr(item, attribute) for item in transitions)
        found += [name for name, count in counts.items() if count > STEPS_PER_EVENT]
    return found
