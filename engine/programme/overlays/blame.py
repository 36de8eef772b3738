"""Which change of an overlay a problem comes from, when it stands in a line of the rulebook that is right by itself."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import TypeAlias

    from engine.programme.overlays.merging import Change, Path
    from engine.programme.overlays.overlay import Overlay

    Reads: TypeAlias = Callable[[Collection[Path]], Sequence[Diagnostic]]


class Culprits:
    """Finds the changes that problems come from.

    Args:
        changes: what an overlay changes.
        made: the paths of those that are made.
        reads: what is wrong with the programme when only the changes at some paths are made.
        file: the name of the overlay's file in places.
    """

    def __init__(self, changes: Sequence[Change], made: Collection[Path], reads: Reads, file: str) -> None:
        self.changes = [change for change in changes if change.path in made]
        self.made = frozenset(made)
        self.reads = reads
        self.file = file
        self._found: dict[Path, Sequence[Diagnostic]] = {}

    def of(self, problem: Diagnostic) -> Iterator[Path]:
        """The change where a problem stands; else those without each of which it would not be there.

        They are, if there are such, those without which nothing else would be wrong in its place.
        """
        if problem.place.file == self.file:
            yield from self._at(problem)
            return
        without = [change for change in self.changes if _told(problem) not in map(_told, self._left(change))]
        alone = [change for change in without if {*map(_where, self._left(change))} <= self._wrong]
        yield from (change.path for change in alone or without)

    def _at(self, problem: Diagnostic) -> Iterator[Path]:
        """The last change that begins before a problem."""
        place = _position(problem)
        begun = [change for change in self.changes if (change.place.line or 0, change.place.column or 0) <= place]
        if begun:
            yield max(begun, key=lambda change: (change.place.line or 0, change.place.column or 0)).path

    def _left(self, change: Change) -> Sequence[Diagnostic]:
        """What is wrong when a change is left out."""
        if change.path not in self._found:
            self._found[change.path] = self.reads(self.made - {change.path})
        return self._found[change.path]

    @cached_property
    def _wrong(self) -> set[tuple[str, str]]:
        """What is wrong with all the changes."""
        return {_where(problem) for problem in self.reads(self.made)}


def traced(
    problems: Sequence[Diagnostic],
    overlays: Sequence[Overlay],
    again: Callable[[Sequence[Overlay]], Sequence[Diagnostic]],
) -> list[Diagnostic]:
    """The problems of a programme with overlays, each told where an overlay brings it about.

    Args:
        problems: what is wrong.
        overlays: the overlays, with their changes.
        again: what is wrong with the programme under other overlays.
    """
    before = {_told(problem) for problem in again(())} if overlays else set()
    files = {overlay.source.file for overlay in overlays}
    found: dict[object, Diagnostic] = {}
    traces = [_Trace(at, overlays, again) for at in reversed(range(len(overlays)))]
    for problem in problems:
        if problem.place.file in files or _told(problem) in before:
            found[problem.place, problem.code, str(problem.values)] = problem
            continue
        culprits = (change for trace in traces for change in trace.of(problem))
        culprit = next(culprits, None) or next((overlay.changes[0] for overlay in overlays if overlay.changes), None)
        told = _consequence(problem, culprit) if culprit else problem
        key = told.place, told.code, str({**told.values, "where": ""})
        if key in found:
            where = f"{found[key].values['where']}, {told.values['where']}"
            told = replace(told, values={**told.values, "where": where})
        found[key] = told
    return list(found.values())


class _Trace:
    """The changes of one of some overlays."""

    def __init__(
        self, at: int, overlays: Sequence[Overlay], again: Callable[[Sequence[Overlay]], Sequence[Diagnostic]]
    ) -> None:
        overlay = overlays[at]
        self.by_path = {change.path: change for change in overlay.changes}

        def reads(paths: Collection[Path]) -> Sequence[Diagnostic]:
            return again([*overlays[:at], overlay.with_changes(paths, trial=False), *overlays[at + 1 :]])

        self.culprits = Culprits(overlay.changes, self.by_path.keys(), reads, overlay.source.file)

    def of(self, problem: Diagnostic) -> Iterator[Change]:
        return (self.by_path[path] for path in self.culprits.of(problem))


def _consequence(problem: Diagnostic, change: Change) -> Diagnostic:
    """What a change brings about elsewhere."""
    values: dict[str, object] = {"where": str(problem.place)}
    if change.kind == "off" and problem.values.get("name") == change.path[-1]:
        return Diagnostic("taken_away_in_use", change.place, {"name": change.path[-1], **values})
    return Diagnostic("overlay_breaks", change.place, {"problem": problem, **values})


def _told(problem: Diagnostic) -> str:
    return f"{problem.place} {problem.code} {dict(problem.values)}"


def _where(problem: Diagnostic) -> tuple[str, str]:
    return problem.code, str(problem.place)


def _position(problem: Diagnostic) -> tuple[int, object]:
    return problem.place.line or 0, problem.place.column or 0
