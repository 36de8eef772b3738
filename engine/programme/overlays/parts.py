"""The parts of an overlay: the smallest of its changes that can be made alone, and that the others can do without.

Each change is left out once. Where rules can then not be read, what is wrong stands at another change that needs the
one left out, and both are one part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.messages.terms import TERMS
from engine.messages.words import word
from engine.programme.overlays.blame import Culprits
from engine.rulebook import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from engine.diagnostic import Diagnostic
    from engine.programme.overlays.merging import Change, Kind, Path

_LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Step:
    """One value that a part changes.

    Attributes:
        key: which: a key of the entry, or a year; empty where it is the value itself.
        before: what the rulebook said, as it is written; None for nothing.
        after: what it says now.
    """

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Part:
    """A change that can be made alone.

    Attributes:
        id: where the overlay says it, as `five_goods.parameters.income_growth`; the first of several.
        label: what it changes, by the labels of the rulebook.
        kind: whether it changes, adds, or takes away; of several, the first.
        steps: from what to what; none for what is added or taken away whole.
        paths: where the overlay says it, under `rulebooks`.
    """

    id: str
    label: Label
    kind: Kind
    steps: tuple[Step, ...]
    paths: tuple[Path, ...]


def separated(
    changes: Sequence[Change], reads: Callable[[Collection[Path]], Sequence[Diagnostic]], file: str
) -> tuple[Part, ...]:
    """The parts of an overlay.

    Args:
        changes: what it changes.
        reads: what is wrong with the programme when only the changes at some paths are made.
        file: the name of the overlay's file in places.
    """
    atoms = [change for change in changes if not change.inert and change.path[1:] != ("score", "of")]
    every = frozenset(change.path for change in atoms)
    groups = {change.path: {change.path} for change in atoms}
    for change in atoms:
        found = reads(every - {change.path})
        culprits = Culprits(atoms, every - {change.path}, reads, file)
        needing = {path for problem in found for path in culprits.of(problem)}
        if found and not needing:  # they hang together in more than one way
            needing = {path for path in every if path[0] == change.path[0]}
        for other in needing:
            together = groups[change.path] | groups[other]
            groups.update(dict.fromkeys(together, together))
    order = [change.path for change in atoms]
    by_path = {change.path: change for change in atoms}
    distinct = dict.fromkeys(tuple(path for path in order if path in group) for group in groups.values())
    return tuple(_part([by_path[path] for path in paths]) for paths in distinct)


def _part(changes: Sequence[Change]) -> Part:
    first = changes[0]
    texts = {language: _joined([_called(change, language) for change in changes], language) for language in _LANGUAGES}
    steps = tuple(step for change in changes if change.kind == "changed" for step in _steps(change))
    paths = tuple(change.path for change in changes)
    return Part(".".join(first.path), Label.model_validate(texts), first.kind, steps, paths)


def _joined(texts: Sequence[str], language: str) -> str:
    return word("part_and", language).join(texts)


def _called(change: Change, language: str) -> str:
    """What a change is called: what becomes of what."""
    label = _label(change, language)
    if change.section is None:
        key = "score." * (change.path[1] == "score") + change.path[-1]
        return word("part_key", language).format(label=label, key=key)
    what = TERMS["entry"][change.section][language]
    return word(f"part_{change.kind}", language).format(what=what, label=label)


def _label(change: Change, language: str) -> str:
    """The label of what is changed, or its name."""
    if isinstance(change.label, dict):
        return str(change.label.get(language) or change.label.get("zh"))
    return str(change.label or change.path[-1])


def _steps(change: Change) -> Iterator[Step]:
    before, after = change.before, change.after
    if not isinstance(after, dict):
        yield Step("", _spelled(before), _spelled(after))
        return
    known = before if isinstance(before, dict) else {"value": before}
    for key, value in after.items():
        old = _spelled(known.get(key))
        new = None if value == "off" else _spelled(value)
        if old != new:
            yield Step(key, old, new)


def _spelled(value: Any) -> str | None:  # noqa: ANN401
    """A value as a rulebook has it, in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_spelled(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(str(_spelled(item)) for item in value) + "]"
    return None if value is None else str(value)
