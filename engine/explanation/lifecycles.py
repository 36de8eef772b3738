"""The story of a unit's lifecycles: its events by year, and the step that each took."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.diagnostic import Place
from engine.explanation.model import Source
from engine.messages.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.explanation.model import Clause, Decision, Piece, Text
    from engine.explanation.reader import Reader

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a unit.

    Attributes:
        number: the year that it is in, that of the first event being 1; None where that is open.
        date: its date as written; None for a gap.
        what: what happened; None for a gap.
        status: `taken`; `impossible`, no step allows it; `after` such a one; `open` while gaps leave it open.
        before: the state before it.
        after: the state that it led to.
        step: what the step is called.
        cell: the cell that says what happened; of a date that is a gap, that cell.
    """

    number: int | None
    date: str | None
    what: Piece | None
    status: str
    before: Text | None
    after: Text | None
    step: Text | None
    cell: str
    clauses: tuple[Clause, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What a unit lived through.

    Attributes:
        state: the state at the end of the year; None when it is unknown.
        reason: why it is: `impossible`, `gap`, `refused` or `no_table`.
        kind: what the kind of its events is called.
        events: the events by then, in order.
    """

    id: str
    label: Text
    state: Text | None
    reason: str | None
    kind: Text
    events: tuple[Event, ...]
    clauses: tuple[Clause, ...]
    decisions: tuple[Decision, ...]

    @property
    def last(self) -> Event | None:
        """The event that decides about the state, or leaves it open."""
        deciding = [item for item in self.events if item.status in {"impossible", "open"}]
        return deciding[0] if deciding else self.events[-1] if self.events else None

    @property
    def years(self) -> list[tuple[int | None, tuple[Event, ...]]]:
        """The events by year."""
        numbers = dict.fromkeys(item.number for item in self.events)
        return [(number, tuple(item for item in self.events if item.number == number)) for number in numbers]


class LifecycleReader:
    """The lifecycles of one unit, whichever rulebook of its kind has them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.run = reader.run
        self.owners: dict[str, str] = {
            id_: fact["lifecycle"] for id_, fact in reader.fact_labels.items() if "lifecycle" in fact
        }

    def states(self) -> dict[str, str | None]:
        """The state of each."""
        return {id_: self.reader.row(self.run.ratings(book))[id_] for id_, book in self.owners.items()}

    def source(self, id_: str) -> Source:
        """A state with the cell of the event that decides about it."""
        life = self.lifecycle(id_)
        cell = life.last.cell if life.last else ""
        return Source(id_, life.label, life.state or WORDS["unknown"], cell or str(self.reader.place(None)))

    def of_book(self) -> tuple[Lifecycle, ...]:
        """Those of the rulebook that is explained."""
        return tuple(self.lifecycle(item["id"]) for item in self.reader.book.get("lifecycles", ()))

    @cache  # noqa: B019 - a reader lives as long as an explanation
    def lifecycle(self, id_: str) -> Lifecycle:
        """One of them."""
        owner = self.owners[id_]
        said = next(item for item in self.run.rules["rulebooks"][owner]["lifecycles"] if item["id"] == id_)
        history = self.reader.row(self.run.measures(owner))[f"{id_}_history"]
        state = self.reader.facts[id_]
        kind = said["events"]["kind"]
        is_there = kind in self.run.manifest["counts"]
        rows = self.events(said) if is_there else []
        reason = None
        if state is None:
            reason = "impossible" if history is not None else self.open_because(kind, rows) if is_there else "no_table"
        told = self.told(said, owner, history, rows) if history is not None else map(self.open, rows)
        return Lifecycle(
            id_,
            said["label"],
            None if state is None else said["states"][state],
            reason,
            self.run.rules["kinds"][kind],
            tuple(told),
            self.reader.clauses(said["cite"]),
            self.reader.decisions(said["open"]),
        )

    def open_because(self, kind: str, rows: list[Data]) -> str:
        """What leaves a state open: a row that was refused, perhaps one that may be of any unit, or a gap."""
        if self.reader.facts["_refused"] or any(row["_refused"] for row in rows):
            return "refused"
        strays = self.run.facts(kind).filter(pl.col("_refused") & pl.col("parent").is_null())
        return "refused" if strays.select(pl.len()).collect().item() else "gap"

    def events(self, said: Data) -> list[Data]:
        """The events by the end of the year, in order; those without a date last."""
        events = said["events"]
        end = date(self.run.rules["year"], 12, 31)
        ranks = {name: rank for rank, name in enumerate(events["counted"])}
        frame = self.reader.lower.units(events["kind"]).select(
            "_file", "_row", "_refused", date=events["dated"], what=events["what"]
        )
        by_then = pl.col("date").is_null() | (pl.col("date") <= end)
        concerns = pl.col("what").is_null() | pl.col("what").is_in(list(ranks))
        rows = frame.filter(by_then & concerns).collect().to_dicts()
        choices = self.run.rules["facts"][events["kind"]][events["what"]]["choices"]
        for row in rows:
            cell = self.cell(row, events["dated" if row["date"] is None else "what"])
            row |= {"cell": cell, "label": choices.get(row["what"])}
        return sorted(rows, key=lambda row: (row["date"] or date.max, ranks.get(row["what"], -1)))

    def cell(self, row: Data, fact: str) -> str:
        """The cell of a fact of an event."""
        origin = self.run.origins.get(row["_file"])
        if origin is None:
            return str(Place(row["_file"] or "?"))
        return str(Place(origin["file"], row["_row"], origin["columns"].get(fact), origin["sheet"]))

    def told(self, said: Data, owner: str, history: str, rows: list[Data]) -> Iterator[Event]:
        """The events with their steps, as the run has them."""
        table = self.run.histories(owner).filter(lifecycle=pl.lit(said["id"]), history=pl.lit(history))
        taken = json.loads(table.select("steps").collect().item())
        first = rows[0]["date"].year if rows else 0
        state = taken[-1]["to"] if taken else next(iter(said["states"]))
        for at, row in enumerate(rows):
            number = row["date"].year - first + 1
            if at < len(taken):
                yield self.step(said, row, number, taken[at])
            else:
                status, before = ("impossible", said["states"][state]) if at == len(taken) else ("after", None)
                yield Event(number, str(row["date"]), row["label"], status, before, None, None, row["cell"])

    def step(self, said: Data, row: Data, number: int, taken: Mapping[str, Any]) -> Event:
        """An event with the step that it took."""
        step, states = said["steps"][taken["step"]], said["states"]
        return Event(
            number,
            str(row["date"]),
            row["label"],
            "taken",
            states[taken["from"]],
            states[taken["to"]],
            step["label"],
            row["cell"],
            self.reader.clauses(step["cite"]),
            self.reader.decisions(step["open"]),
        )

    @staticmethod
    def open(row: Data) -> Event:
        """An event of a history that gaps leave open."""
        is_gap = row["date"] is None or row["what"] is None
        when = None if row["date"] is None else str(row["date"])
        return Event(None, when, row["label"], "open" if is_gap else "after", None, None, None, row["cell"])
