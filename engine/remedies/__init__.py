"""What would change a unit's grade: the cheapest changes of its own facts that reach it, proven by rating.

Costs and what may change are said by the rulebook (`mutable`, `better`, `cost`); the meaning is in docs/meaning.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from engine import scoring
from engine.archive import InvalidRunError
from engine.archive.again import facts_of, programmes_of
from engine.diagnostic import Diagnostic, InvalidInputError, Place, near
from engine.explanation import explain, find_unit
from engine.kin import among
from engine.messages.words import WORDS, listed, with_id
from engine.neighbours import with_neighbours
from engine.numbers import write_score
from engine.programme import tables
from engine.rating.frames import constants_in_force
from engine.remedies import asking
from engine.remedies.contested import contested, in_the_way
from engine.remedies.model import Because, Change, Plan, Remedy
from engine.remedies.planning import Found, Limits, Planner, Unit
from engine.remedies.replaying import prove
from engine.remedies.telling import Teller, amount, with_tests
from engine.seats import label_of, settlements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.archive import Run
    from engine.explanation.model import Text
    from engine.facts import Facts
    from engine.programme import Programme
    from engine.programme.rules import Rules

__all__ = ["Because", "Change", "Plan", "Remedy", "remedy", "remedy_all"]


def remedy(  # noqa: PLR0913 - each is one wish
    run: Run,
    unit: str,
    *,
    to: str | None = None,
    rulebook: str | None = None,
    plans: int = 3,
    freeze: Sequence[str] = (),
    allow: Sequence[str] = (),
    max_changes: int | None = None,
    budget: float | None = None,
) -> Remedy:
    """The cheapest changes of a unit's own facts that reach a grade, and the next best ones.

    Args:
        run: the run that rated it.
        unit: its id, its name, `kind:id`, or `parent/name`.
        to: the grade to be reached, by id or label; the next one up when it is not given.
        rulebook: the rulebook by which it is rated, where there are several.
        plans: how many plans to seek; each changes other facts than those before it.
        freeze: facts that must stay as they are.
        allow: facts that may change whatever the rulebook says, as `fact` or `fact=lo..hi`.
        max_changes: how many facts a plan may change.
        budget: what a plan may cost.

    Raises:
        InvalidRunError: no unit, or several, go by that name; nothing rates it; the run cannot be rated again.
        InvalidInputError: a grade or fact is not known, or OR-tools is not installed.
    """
    found = find_unit(run, unit)
    place = Place(str(run.folder))
    if found.refused:
        raise InvalidRunError([Diagnostic("unit_refused", place, {"name": found.name, "id": found.id})])
    desk = _Desk(run, _rulebook(run, found.kind, rulebook, found.name))
    limits = asking.limits(desk.book, plans=plans, freeze=freeze, allow=allow, max_changes=max_changes, budget=budget)
    (answer,) = desk.answers([found.id], None if to is None else asking.grade(desk.book, to), limits)
    if not answer.plans:
        return answer
    (explanation,) = explain(run, f"{found.kind}:{found.id}", rulebook=desk.book.id)
    return replace(answer, plans=tuple(with_tests(plan, explanation) for plan in answer.plans))


def remedy_all(  # noqa: PLR0913 - each is one wish
    run: Run,
    *,
    rulebook: str | None = None,
    below: str | None = None,
    to: str | None = None,
    plans: int = 1,
    max_changes: int | None = None,
    budget: float | None = None,
    freeze: Sequence[str] = (),
    allow: Sequence[str] = (),
) -> tuple[Remedy, ...]:
    """The remedies of every unit below a grade, in order of ids.

    Args:
        run: the run.
        rulebook: the rulebook whose units are meant; the only one with grades when it is not given.
        below: units that have reached this grade are left out; the best grade when it is not given.
        to: the grade to be reached by all; for each its next one up when it is not given.
        plans: how many plans to seek for each.
        max_changes: how many facts a plan may change.
        budget: what a plan may cost.
        freeze: facts that must stay as they are.
        allow: facts that may change, as for one unit.

    Raises:
        InvalidRunError: the run cannot be rated again.
        InvalidInputError: a grade or rulebook is not known, or OR-tools is not installed.
    """
    desk = _Desk(run, _rulebook(run, None, rulebook, str(run.folder)))
    limits = asking.limits(desk.book, plans=plans, freeze=freeze, allow=allow, max_changes=max_changes, budget=budget)
    reached = 0 if below is None else asking.grade(desk.book, below, "--below")
    goal = None if to is None else asking.grade(desk.book, to)
    least = reached if goal is None else max(reached, goal)
    grades = desk.book.grades
    ids = [id_ for id_, row in desk.rows.items() if grades.index(row["grade_low"]) > least]
    return desk.answers(ids, goal, limits)


def _rulebook(run: Run, kind: str | None, wanted: str | None, name: str) -> str:
    """The rulebook that is meant: one that gives grades."""
    place = Place(str(run.folder))
    rated = {
        id_: of
        for id_, of in run.manifest["rulebooks"].items()
        if run.rules["rulebooks"][id_]["grades"] and kind in {None, of}
    }
    if not rated:
        called = WORDS["unit"] if kind is None else run.rules["kinds"][kind]
        raise InvalidRunError([Diagnostic("remedy_no_grades", place, {"name": name, **called})])
    known = listed(with_id(id_, run.rules["rulebooks"][id_]["label"]) for id_ in rated)
    if wanted is not None and wanted not in rated:
        values = {"name": wanted, **known}
        raise InvalidInputError([Diagnostic("remedy_unknown_rulebook", place, values, near(wanted, rated))])
    if wanted is None and len(rated) > 1:
        raise InvalidInputError([Diagnostic("remedy_which_rulebook", place, known)])
    return wanted or next(iter(rated))


@dataclass(frozen=True)
class _Desk:
    """Where the units of one rulebook of a run are planned for."""

    run: Run
    rulebook: str

    @cached_property
    def programmes(self) -> tuple[Programme, ...]:
        return programmes_of(self.run)

    @cached_property
    def programme(self) -> Programme:
        return next(item for item in self.programmes if self.rulebook in {book.id for book in item.rulebooks})

    @cached_property
    def book(self) -> Rules:
        return next(book for book in self.programme.rulebooks if book.id == self.rulebook)

    @cached_property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The ratings of all units."""
        return {row["id"]: row for row in self.run.ratings(self.rulebook).collect().to_dicts()}

    def answers(self, ids: Sequence[str], grade: int | None, limits: Limits) -> tuple[Remedy, ...]:
        """What can be done for units; their plans are proven together."""
        year = self.run.manifest["year"]
        planner = Planner(self.book, constants_in_force(self.programme, year))
        units = self._units(ids)
        goals = {id_: self._goal(self.rows[id_], grade) for id_ in ids}
        found = {
            id_: self._plan(planner, units[id_], goal, limits)
            for id_, goal in goals.items()
            if not self._there(id_, goal)
        }
        plans = [(units[id_], goals[id_], plan) for id_, item in found.items() for plan in item.plans]
        proven = iter(prove(self.programmes, self._facts(ids), self.book, year, plans)) if plans else iter(())
        teller = Teller(self.book)
        answers = []
        for id_ in ids:
            told = self._told(teller, id_, goals[id_])
            if (item := found.get(id_)) is not None:
                kept = [plan for plan in (next(proven) for _ in item.plans) if plan is not None]
                told = self._with_found(told, item, tuple(teller.plan(plan, self.rows[id_]) for plan in kept))
                told = self._with_others(told, goals[id_])
            answers.append(told)
        return tuple(answers)

    def _plan(self, planner: Planner, unit: Unit, goal: int, limits: Limits) -> Found:
        """The plans of a unit, as if the others stayed as they are."""
        if not in_the_way(self.book, goal):
            return planner.plan(unit, goal, limits)
        book = contested(self.run, self.book, unit.id, goal)
        return Found("impossible") if book is None else Planner(book, planner.constants).plan(unit, goal, limits)

    def _with_others(self, told: Remedy, goal: int) -> Remedy:
        """A remedy that says what hangs on others: no plan is called impossible, as they may leave their seats."""
        resolved = self.run.rules["rulebooks"][self.rulebook]
        asked = {item.id for item in in_the_way(self.book, goal)}
        seats = tuple(label_of(item, resolved) for item in settlements(resolved) if item["id"] in asked)
        if not seats:
            return told
        is_open = not told.plans and told.verdict in {"found", "impossible", "not_planned"} and told.needed is None
        if is_open:
            return replace(told, seats=seats, verdict="not_planned", blocked=(), lower=())
        return replace(told, seats=seats)

    def _goal(self, row: dict[str, Any], grade: int | None) -> int:
        return max(self.book.grades.index(row["grade_low"]) - 1, 0) if grade is None else grade

    def _there(self, id_: str, goal: int) -> bool:
        return self.book.grades.index(self.rows[id_]["grade_low"]) <= goal

    def _units(self, ids: Sequence[str]) -> dict[str, Unit]:
        wanted = among("id", pl.Series(ids, dtype=pl.String))
        facts = {row["id"]: row for row in self.run.facts(self.book.kind).filter(wanted).collect().to_dicts()}
        measures = self.run.measures(self.rulebook).filter(wanted).collect().to_dicts()
        states = self.book.states
        return {
            row["id"]: Unit(row["id"], facts[row["id"]], {**row, **{id_: self.rows[row["id"]][id_] for id_ in states}})
            for row in measures
        }

    def _facts(self, ids: Sequence[str]) -> Facts:
        """The facts of units, and of all that their ratings read."""
        schema = {kind: table for kind, table in tables(self.programmes).items() if kind in self.run.manifest["counts"]}
        units = {self.book.kind: pl.Series("id", ids, dtype=pl.String)}
        books = self.programme.rulebooks
        return facts_of(self.run, self.programmes, with_neighbours(units, books, schema, self.run.facts))

    def _told(self, teller: Teller, id_: str, goal: int) -> Remedy:
        row = self.rows[id_]
        return Remedy(
            run=str(self.run.folder),
            kind=self.book.kind,
            id=id_,
            name=row["name"] or id_,
            year=self.run.manifest["year"],
            rulebook=self.rulebook,
            label=self.book.said.label.texts if self.book.said.label else {"zh": self.rulebook, "en": self.rulebook},
            grade=None if row["grade"] is None else teller.grade(row["grade"]),
            grade_low=teller.grade(row["grade_low"]),
            grade_high=teller.grade(row["grade_high"]),
            points=write_score(row["points_low"], row["points_high"], ()),
            target=teller.grade(self.book.grades[goal]),
            verdict="reached",
        )

    def _with_found(self, told: Remedy, found: Found, plans: tuple[Plan, ...]) -> Remedy:
        labels = {id_: column.label.texts for id_, column in self.book.facts.items()}
        needed = found.needed
        return replace(
            told,
            verdict="not_planned" if found.verdict == "impossible" and found.unplanned else found.verdict,
            plans=plans,
            blocked=tuple(labels[id_] for id_ in found.blocked),
            lower=tuple(self._lower_label(name) for name in found.lower),
            needed=(len(needed), amount(sum((step.cost for step in needed), start=0 * needed[0].cost)))
            if needed
            else None,
            unplanned=tuple(labels[id_] for id_ in found.unplanned if id_ in labels),
        )

    def _lower_label(self, name: str) -> Text:
        """What is found of lower units: the measure that it is part of, else as it is written."""
        for item in self.book.measures:
            if f"@{name}" in scoring.aggregates_in(item.value) and item.said.label is not None:
                return item.said.label.texts
        return {"zh": name, "en": name}
