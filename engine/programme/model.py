"""A checked programme."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine import rulebook
from engine.diagnostic import Diagnostic, Place
from engine.programme import kinds
from engine.programme.files import PROGRAMME, TESTS
from engine.schema import BY_EVENTS, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from engine.programme.overlays import Overlay
    from engine.programme.rules import Rules
    from engine.yaml_text import Source


@dataclass(frozen=True)
class Programme:
    """A checked programme.

    Attributes:
        id: its id.
        folder: where it was read from.
        said: `programme.yaml` as written.
        rulebooks: checked rulebooks, lower kinds first.
        parents: the kinds with the kind above each; None at the top.
        registry: documents, clauses and decisions that the rulebooks may cite.
        registries: the files that those were read from.
        shared: the documents that its own folder does not register, with the folder whose programmes share them.
        overlays: what its rulebooks were changed by, in order.
        sources: the text of each rulebook, as it was read: with what overlays change.
    """

    id: str
    folder: Path
    said: rulebook.ProgrammeFile
    rulebooks: tuple[Rules, ...]
    parents: Mapping[str, str | None]
    registry: rulebook.Registry
    registries: tuple[Path, ...] = ()
    shared: Mapping[str, Path] = field(default_factory=dict)
    overlays: tuple[Overlay, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict, repr=False, compare=False)

    def outside(self, year: int) -> Diagnostic | None:
        """What is wrong with a year that the programme does not have; None when it has it."""
        years = self.said.years
        if years is None or years.first <= year <= years.last:
            return None
        label = self.said.label
        values = {"year": year, "zh": label["zh"], "en": label["en"], "first": years.first, "last": years.last}
        return Diagnostic("year_outside", Place(f"{self.folder.resolve().name}/{PROGRAMME}"), values)

    @property
    def files(self) -> list[Path]:
        """Its files, by name; the rule tests beside them are no part of it."""
        return [path for path in sorted(self.folder.glob("*.yaml")) if not path.name.startswith(TESTS)]

    def kind_label(self, kind: str) -> rulebook.Label:
        """What a kind is called."""
        return kinds.label_of(kind, self.said) or rulebook.Label(zh=kind)


def tables(programmes: Sequence[Programme], *, states: bool = False) -> dict[str, Table]:
    """The tables of facts that programmes read, by kind.

    Args:
        programmes: the programmes.
        states: with the states of lifecycles, as hypothetical units may have them; the facts of real ones do not.
    """
    known = dict.fromkeys(kind for programme in programmes for kind in programme.parents)
    found = {}
    for kind in known:
        users = [programme for programme in programmes if kind in programme.parents]
        books = [book for user in users for book in user.rulebooks if book.kind == kind]
        columns = {
            id_: column
            for book in books
            for id_, column in (*book.facts.items(), *(_given_states(book) if states else ()))
        }
        parent = next((user.parents[kind] for user in users if user.parents[kind]), None)
        record = any(kind in user.said.records for user in users)
        groups = tuple(frozenset(book.facts) for book in books)
        found[kind] = Table(kind, users[0].kind_label(kind), parent, columns, record, groups)
    return found


def _given_states(book: Rules) -> Iterator[tuple[str, Column]]:
    return ((id_, replace(column, blank=BY_EVENTS)) for id_, column in book.states.items())
