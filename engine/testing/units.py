"""The units of a case: what they have from their base, and what differs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from engine.diagnostic import Diagnostic, Place, near
from engine.testing.said import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from engine.schema import Table
    from engine.testing.naming import Vocabulary
    from engine.testing.said import Base, Lower, TestFile
    from engine.yaml_text import Path_, Source

NO_BASE = "none"
"""`base: none`: nothing is known of the unit but what the case says."""
OWN_BASE = "base"
"""`extends: base`: the file's own base."""


Links: TypeAlias = "Mapping[str, Mapping[str, str]]"
"""The references of each kind, with the kinds whose units they name."""
_NOWHERE = Place("")


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a fact, and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is written.

    Attributes:
        kind: its kind.
        facts: its facts by id; the others are empty cells.
        below: the units below it by kind, each with how many of them there are.
        base: the name of the base that it starts from.
        own: the facts in which it differs from that.
        absent: the kinds of which there is no table.
    """

    kind: str
    facts: Mapping[str, Written] = field(default_factory=dict)
    below: Mapping[str, tuple[tuple[int, Unit], ...]] = field(default_factory=dict)
    base: str | None = None
    own: Mapping[str, Written] = field(default_factory=dict)
    absent: AbstractSet[str] = frozenset()

    def with_fact(self, kind: str, fact: str, written: Written) -> Unit:
        """The unit with a fact of its own, or of the last units of a kind below it."""
        if kind == self.kind:
            return replace(self, facts={**self.facts, fact: written}, own={**self.own, fact: written})
        *others, (times, last) = self.below[kind]
        changed = last.with_fact(kind, fact, written)
        return replace(self, below={**self.below, kind: (*others, (times, changed))})


class UnitReader:
    """Reads the units of a file; collects what is wrong with them."""

    def __init__(
        self,
        source: Source,
        file: TestFile,
        kind: str,
        vocabulary: Vocabulary,
        parents: Mapping[str, str | None],
        links: Links,
        problems: list[Diagnostic],
    ) -> None:
        self.source = source
        self.file = file
        self.kind = kind
        self.names = vocabulary.facts
        self.parents = parents
        self.links = links
        self.problems = problems

    def base(self, name: str | None, place: Place, using: tuple[str, ...] = ()) -> Unit:
        """The unit that a base describes; without a name the file's own."""
        if name == NO_BASE:
            return Unit(self.kind)
        name = None if name == OWN_BASE else name
        path: Path_ = ("base",) if name is None else ("bases", name)
        said: Base | None = self.file.base if name is None else self.file.bases.get(name)
        if said is None:
            values = {"name": name, "names": ", ".join((*self.file.bases, OWN_BASE, NO_BASE))}
            self.problems.append(Diagnostic("test_unknown_base", place, values, near(str(name), self.file.bases)))
            return Unit(self.kind)
        if (name or OWN_BASE) in using:
            self.problems.append(Diagnostic("test_base_cycle", place, {"name": name or OWN_BASE}))
            return Unit(self.kind)
        kind = said.kind or self.kind
        if kind not in self.parents:
            values = {"name": kind, "kinds": ", ".join(self.parents)}
            self.problems.append(
                Diagnostic("unknown_kind", self.source.place(*path, "kind"), values, near(kind, self.parents))
            )
            kind = self.kind
        start = Unit(kind)
        if said.extends is not None:
            start = self.base(said.extends, self.source.place(*path, "extends"), (*using, name or OWN_BASE))
        return self.changed(start, said.facts, said.units, path, said.no_table)

    def changed(
        self,
        unit: Unit,
        facts: Mapping[str, str],
        units: Mapping[str, Sequence[Lower]],
        path: Path_,
        no_table: Sequence[str] = (),
    ) -> Unit:
        """The unit with other facts and other units below, or without the tables of some kinds."""
        absent = (unit.absent - units.keys()) | self.absent(unit.kind, no_table, path)
        below = {kind: items for kind, items in unit.below.items() if kind not in absent}
        for kind, lower in units.items():
            if not self.is_below(kind, unit.kind):
                place = self.source.key_place(*path, "units", kind)
                options = [other for other in self.parents if self.is_below(other, unit.kind)]
                values = {"name": kind, "of": unit.kind, "kinds": ", ".join(options) or "–"}
                self.problems.append(Diagnostic("test_kind_not_below", place, values, near(kind, options)))
                continue
            below[kind] = tuple(
                self.lower(kind, item, (*path, "units", kind, at)) for at, item in enumerate(lower) if item.times
            )
        unit = replace(unit, below=below, absent=absent)
        for name, text in facts.items():
            key = self.source.key_place(*path, "facts", name)
            unit = self.with_fact(unit, name, Written(text, self.source.place(*path, "facts", name)), key)
        return unit

    def is_below(self, kind: str, of: str) -> bool:
        """Whether units of a kind stand directly below those of another, or may refer to one."""
        return kind in self.parents and (self.parents[kind] == of or of in self.links.get(kind, {}).values())

    def absent(self, kind: str, no_table: Sequence[str], path: Path_) -> set[str]:
        """The kinds below, or with units that refer to some below, of which there is no table."""
        options = [kind]
        for of in options:
            options += [lower for lower in self.parents if self.is_below(lower, of) and lower not in options]
        options.remove(kind)
        for at, name in enumerate(no_table):
            if name not in options:
                values = {"name": name, "of": kind, "kinds": ", ".join(options) or "–"}
                place = self.source.place(*path, "no_table", at)
                self.problems.append(Diagnostic("test_kind_not_below", place, values, near(name, options)))
        return {*no_table} & {*options}

    def lower(self, kind: str, said: Lower, path: Path_) -> tuple[int, Unit]:
        """Units below, all alike."""
        start = Unit(kind)
        if said.base not in {None, NO_BASE}:
            base = self.base(said.base, self.source.place(*path, "base"))
            if base.kind == kind:
                start = replace(base, base=said.base, own={})
            else:
                values = {"name": said.base, "kind": base.kind, "expected": kind}
                self.problems.append(Diagnostic("test_base_of_other_kind", self.source.place(*path, "base"), values))
        return said.times, self.changed(start, said.facts, said.units, path)

    def other(self, start: Unit, said: Lower, path: Path_) -> tuple[int, Unit]:
        """Units beside the one that a case is about, all alike; they start from what it starts from."""
        start = start if said.base is None else self.base(said.base, self.source.place(*path, "base"))
        return said.times, self.changed(start, said.facts, said.units, path)

    def with_fact(self, unit: Unit, name: str, written: Written, key: Place) -> Unit:
        """The unit with one more fact, named by its id or label; `village.income` is that of the last village."""
        if written.text == NOTHING:
            return unit
        found = self.fact(unit, name, key)
        return unit if found is None else unit.with_fact(*found, written)

    def fact(self, unit: Unit, name: str, key: Place) -> tuple[str, str] | None:
        """The kind and id of the fact that a name means."""
        kind, dot, rest = (part.strip() for part in name.partition("."))
        own = self.names[unit.kind]
        if not dot or own.find(name):
            if (id_ := own.find(name)) is None:
                self.problems.append(own.problem(name, key))
                return None
            return unit.kind, id_
        if not unit.below.get(kind):
            values = {"name": name, "kind": kind}
            guess = tuple(name for name in near(kind, unit.below) if name != kind)
            self.problems.append(Diagnostic("test_no_unit_below", key, values, guess))
            return None
        if (id_ := self.names[kind].find(rest)) is None:
            self.problems.append(self.names[kind].problem(rest, key))
            return None
        return kind, id_


def links_of(schema: Mapping[str, Table]) -> Links:
    """The references of each kind."""
    return {
        kind: {fact.id: fact.kind for fact in table.columns.values() if fact.kind is not None}
        for kind, table in schema.items()
    }


def refers_to_any(unit: Unit, links: Links) -> bool:
    """Whether some unit of a case does not say to whom it refers, though it refers to a kind of the case."""
    own = links.get(unit.kind, {})
    lower = [below for items in unit.below.values() for _, below in items]
    return any(fact in unit.facts for fact in own) or any(refers_to_any(below, links) for below in lower)


def size(unit: Unit) -> int:
    """How many units a unit is, with those below it."""
    return 1 + sum(times * size(item) for items in unit.below.values() for times, item in items)


def expanded(
    unit: Unit, id_: str, links: Links, parents: Mapping[str, str | None], parent: str | None = None
) -> Iterator[tuple[str, str | None, Unit]]:
    """A unit and all units below it, each with an id of its own and that of the unit above.

    A unit that stands under another in a case refers to it, too, unless the case says to whom.
    """
    yield id_, parent, unit
    number = 0
    for items in unit.below.values():
        for times, lower in items:
            for _ in range(times):
                number += 1
                refers = {fact for fact, kind in links.get(lower.kind, {}).items() if kind == unit.kind}
                linked = {fact: Written(id_, _NOWHERE) for fact in refers - lower.facts.keys()}
                owner = id_ if parents.get(lower.kind) == unit.kind else None
                own = replace(lower, facts={**lower.facts, **linked})
                yield from expanded(own, f"{id_}.{number:04}", links, parents, owner)
