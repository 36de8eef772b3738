"""What would be, if facts, parameters or rules were otherwise: rated again by the way that every rating takes."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import polars as pl

from engine import kin
from engine.archive.again import conformed, facts_of, programmes_of
from engine.archive.held import Held
from engine.archive.run import digest
from engine.archive.units import Unit, find_unit
from engine.comparing import compare
from engine.diagnostic import Diagnostic, InvalidInputError, Place
from engine.neighbours import with_neighbours
from engine.programme import tables as tables_of
from engine.programme.overlays import Overlay
from engine.rating import Hypothesis, rate
from engine.rating.affected import affected
from engine.rating.needed import only_needed
from engine.supposing.model import Sweep, WhatIf
from engine.supposing.parameters import as_overlays
from engine.supposing.parts import smallest_parts, told
from engine.supposing.scenarios import Scenario, read_scenarios, scenario
from engine.supposing.setting import settings, with_settings
from engine.supposing.sweeping import sweep

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.archive import Run
    from engine.comparing import Comparison
    from engine.facts import Facts
    from engine.programme import Programme
    from engine.rating import Rating

__all__ = ["Scenario", "Sweep", "WhatIf", "check_options", "read_scenarios", "scenario", "supposed", "sweep", "whatif"]


def check_options(*, sets: Sequence[str], file: str | None, sweep: str | None, output: str | None) -> None:
    """See that the options of a command go together.

    Raises:
        InvalidInputError: they do not.
    """
    given = [name for name, value in (("--file", file), ("--sweep", sweep), ("--set", bool(sets))) if value]
    given += ["-o"] if output and (file or sweep) else []
    if len(given) > 1:
        raise InvalidInputError([Diagnostic("whatif_options", Place("wuhao whatif"), {"what": ", ".join(given)})])


def whatif(run: Run, asked: Scenario, *, unit: str | None = None, most: int = 20) -> WhatIf:
    """What a scenario would change. The run stays as it is.

    What can move is rated again, and nothing else is read: where only facts would be otherwise, the units above theirs
    and what stands below those.

    Args:
        run: the run.
        asked: the scenario.
        unit: the unit whose facts are meant where none is named; its standing is told in any case.
        most: of so many units that would move, for each rulebook, tell the details.

    Raises:
        InvalidInputError: with everything in the scenario that names nothing, or is no value.
    """
    work = _Supposition(run, asked, unit)
    after = work.rated()
    books = [id_ for id_ in run.manifest["rulebooks"] if id_ in work.rulebooks]
    shown = {kind: tuple(ids.sort()) for kind, ids in work.concerned.items()}
    found = compare(run, after, causes=False, most=most, rulebooks=books, show=shown, only=work.ids)
    if work.overlays:
        found = _with_parts(work, found, after)
    return WhatIf(asked.name, found, shown, tuple(item.label.texts for item in work.overlays))


def _with_parts(work: _Supposition, found: Comparison, after: Run) -> Comparison:
    """A comparison that names, for each unit that is told of, the smallest part of the overlays that moves it."""
    movers = {book.rulebook: pl.Series([unit.id for unit in book.moved], dtype=pl.String) for book in found.books}
    movers = {book: ids for book, ids in movers.items() if ids.len()}
    if not movers:
        return found
    before = work.rated([], movers) if work.changes else work.run
    parts = smallest_parts(work.known_overlays(), before, after, movers, partial(work.rated, rulebooks=movers))
    books = [
        replace(
            book,
            moved=tuple(replace(unit, parts=told(parts.get((book.rulebook, unit.id), ()))) for unit in book.moved),
        )
        for book in found.books
    ]
    return replace(found, books=tuple(books))


def supposed(run: Run, asked: Scenario, *, unit: str | None = None) -> Rating:
    """The whole run rated again under a scenario: a rating marked as hypothetical, to be written as a run of its own.

    Raises:
        InvalidInputError: as `whatif`.
    """
    return _Supposition(run, asked, unit).rating()


class _Supposition:
    """A scenario, looked up in a run.

    Attributes:
        overlays: those that would hold beside those of the run, parameters among them.
        rulebooks: the rulebooks whose ratings may be others, and those that rate the unit asked for.
        ids: the units that may move and all that their ratings read, by kind; None: every unit.
        concerned: the units that are spoken of, and those above them.
    """

    def __init__(self, run: Run, asked: Scenario, unit: str | None) -> None:
        self.run = run
        meant = None if unit is None else find_unit(run, unit)
        if meant is not None and meant.refused:
            values = {"name": meant.name, "id": meant.id}
            raise InvalidInputError([Diagnostic("unit_refused", Place(str(run.folder)), values)])
        self.before = programmes_of(run)
        self.overlays = (
            *as_overlays(self.before, asked.parameters, run),
            *map(Overlay.read, asked.overlays),
        )
        self.programmes = programmes_of(run, self.overlays) if self.overlays else self.before
        every = tables_of(self.programmes)
        self.schema = {kind: every[kind] for kind in run.manifest["counts"] if kind in every}
        self.changes = settings(run, self.schema, asked.facts, meant)
        self.rulebooks = self._rulebooks(meant)
        self.concerned = self._concerned(meant)
        self.ids = None if self.overlays else self._ids()

    def rating(self) -> Rating:
        """The whole run under the scenario."""
        rating = self._rate(self.programmes, self._facts(None))
        told = tuple((item.kind, item.id, item.fact, item.text) for item in self.changes)
        of = Hypothesis(str(self.run.folder), digest(self.run.folder / "manifest.json"), told)
        return replace(rating, hypothesis=of)

    def rated(self, overlays: Sequence[Overlay] | None = None, rulebooks: Iterable[str] | None = None) -> Run:
        """What can move under the scenario.

        Args:
            overlays: others than its own.
            rulebooks: what to rate by, where not everything that can move is asked for.
        """
        wanted = self.rulebooks if rulebooks is None else rulebooks
        programmes = self.programmes if overlays is None else programmes_of(self.run, overlays)
        facts = self._some_facts if overlays is None else conformed(self._some_facts, programmes)
        needed = [only_needed(programme, wanted) for programme in programmes]
        rating = self._rate([programme for programme in needed if programme.rulebooks], facts)
        return Held(self.run.folder, rating, like=None if self.overlays else self.run)

    def known_overlays(self) -> list[Overlay]:
        """Its overlays, as the programmes were read with them."""
        own = {(item["programme"], item["id"]) for item in self.run.manifest.get("overlays", ())}
        every = [overlay for programme in self.programmes for overlay in programme.overlays]
        return [overlay for overlay in every if (overlay.programme, overlay.id) not in own]

    def _rate(self, programmes: Sequence[Programme], facts: Facts) -> Rating:
        manifest = self.run.manifest
        return rate(programmes, facts, year=manifest["year"], final=manifest["final"], lapse=True)

    @cached_property
    def _some_facts(self) -> Facts:
        return self._facts(self.ids)

    def _facts(self, ids: kin.Ids | None) -> Facts:
        facts = conformed(facts_of(self.run, self.before, ids), self.programmes)
        return with_settings(facts, self.schema, self.changes)

    def _rulebooks(self, unit: Unit | None) -> frozenset[str]:
        facts: dict[str, set[str]] = {}
        for change in self.changes:
            facts.setdefault(change.kind, set()).add(change.fact)
        changed = {id_ for overlay in self.overlays for id_ in overlay.rulebooks}
        asked = {id_ for id_, kind in self.run.manifest["rulebooks"].items() if unit is not None and kind == unit.kind}
        return affected(self.programmes, facts, changed) | asked

    def _concerned(self, unit: Unit | None) -> kin.Ids:
        named: dict[str, list[str]] = {}
        for kind, id_ in (*((item.kind, item.id) for item in self.changes), *([(unit.kind, unit.id)] if unit else ())):
            named.setdefault(kind, []).append(id_)
        units = {kind: pl.Series("id", ids, pl.String) for kind, ids in named.items()}
        above = kin.above(units, self.schema, self.run.facts)
        # A unit that would refer to another one bears on that one, too.
        for change in self.changes:
            other = self.schema[change.kind].columns[change.fact].kind
            if other is not None and other in self.schema and change.text is not None:
                new = {other: pl.Series("id", [change.text], pl.String)}
                for kind, ids in kin.above(new, self.schema, self.run.facts).items():
                    above[kind] = pl.concat([above.get(kind, ids.clear()), ids]).unique()
        return above

    def _ids(self) -> kin.Ids:
        """The units whose ratings may be others, and all units that these ratings read."""
        roots = dict(self.concerned)
        books = [book for programme in self.programmes for book in programme.rulebooks if book.id in self.rulebooks]
        for book in books:
            if book.kind in roots and any(item.group is None for item in book.selections):  # among all units
                roots[book.kind] = self.run.facts(book.kind).select("id").collect()["id"]
        needed = [only_needed(programme, self.rulebooks) for programme in self.programmes]
        read = [book for programme in needed for book in programme.rulebooks]
        return with_neighbours(roots, read, self.schema, self.run.facts)
