"""An overlay (调整件): a small file that changes what rulebooks say."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine import yaml_text
from engine.diagnostic import Diagnostic, InvalidRulesError
from engine.programme.files import source_of, validate
from engine.programme.overlays.parts import Part, separated
from engine.rulebook import Label, OverlayFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from engine.diagnostic import Place
    from engine.programme.overlays.merging import Change
    from engine.programme.overlays.merging import Path as Path_
    from engine.yaml_text import Source


@dataclass(frozen=True)
class Overlay:
    """An overlay. Of one that a programme was read with (`Programme.overlays`), the parts are known.

    Attributes:
        id: its id.
        label: what it is called.
        programme: the programme whose rulebooks it changes.
        path: its file; None for one that was made in memory.
        said: what it says beside the changes.
        source: what it says, as text with places.
        changes: the smallest things that it changes.
        reads: what is wrong with the programme when another overlay stands in its place.
    """

    id: str
    label: Label
    programme: str
    path: Path | None
    said: OverlayFile = field(repr=False)
    source: Source = field(repr=False)
    changes: tuple[Change, ...] = field(default=(), repr=False)
    reads: Callable[[Overlay], Sequence[Diagnostic]] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def read(cls, path: Path) -> Overlay:
        """Read an overlay from its file.

        Raises:
            InvalidRulesError: with everything that is wrong with it; what only a programme shows is told by `load`.
        """
        return cls._of(source_of(path), path)

    @classmethod
    def made(
        cls,
        id_: str,
        label: Mapping[str, str],
        programme: str,
        rulebooks: Mapping[str, Any],
        places: Mapping[yaml_text.Path_, Place] | None = None,
    ) -> Overlay:
        """Make an overlay in memory.

        Args:
            id_: its id.
            label: what it is called, by language.
            programme: the programme whose rulebooks it changes.
            rulebooks: the changes, as a file has them.
            places: where changes were written, by their paths.

        Raises:
            InvalidRulesError: with everything that is wrong with it.
        """
        data = {"overlay": id_, "label": dict(label), "programme": programme, "rulebooks": rulebooks}
        source = yaml_text.parse(_as_text(data), id_)
        source.places.update(places or {})
        source.keys.update(places or {})
        return cls._of(source, None)

    @classmethod
    def _of(cls, source: Source, path: Path | None) -> Overlay:
        if "overlay" not in source.value:
            raise InvalidRulesError([Diagnostic("not_an_overlay", source.place())])
        reading = validate(OverlayFile, source)
        if reading.problems or reading.model is None:
            raise InvalidRulesError(reading.problems)
        said = reading.model
        return cls(said.overlay, said.label, said.programme, path, said, source)

    @property
    def rulebooks(self) -> dict[str, Any]:
        """The changes, as written, by rulebook."""
        return self.source.value["rulebooks"]  # type: ignore[no-any-return]

    @property
    def content(self) -> bytes:
        """The file, or what it would hold."""
        return self.path.read_bytes() if self.path else _as_text(self.source.value).encode()

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The smallest changes that can be made alone, and left out alone; none before a programme was read with it.

        A new fact, parameter or measure is no part: it changes nothing by itself, and stands beside every part.
        """
        if self.reads is None:
            return ()
        reads = self.reads
        return separated(self.changes, lambda paths: reads(self._alone(paths)), self.source.file)

    def only(self, parts: Iterable[str]) -> Overlay:
        """The overlay with some of its parts alone.

        Args:
            parts: ids of parts.

        Raises:
            KeyError: there is no such part.
        """
        known = {part.id: part for part in self.parts}
        chosen = {id_: known[id_] for id_ in parts}
        if chosen.keys() == known.keys():
            return self
        return self._alone({path for part in chosen.values() for path in part.paths})

    def _alone(self, paths: Collection[Path_]) -> Overlay:
        """A trial of some changes, with what the overlay adds for others to name."""
        ground = {change.path for change in self.changes if change.inert and change.kind == "added"}
        return self.with_changes(ground.union(paths), trial=True)

    def with_changes(self, paths: Collection[Path_], *, trial: bool) -> Overlay:
        """The overlay with some of its changes alone.

        Args:
            paths: where the changes stand.
            trial: what the points should add up to is not checked: it holds for all changes together.
        """
        rulebooks = json.loads(json.dumps(self.rulebooks))
        for change in self.changes:
            if change.path not in paths:
                _take(rulebooks, change.path)
        trial = trial or self.said.trial
        value = {**self.source.value, "trial": str(trial).lower(), "rulebooks": rulebooks}
        said = self.said.model_copy(update={"trial": trial})
        return replace(self, path=None, said=said, source=replace(self.source, value=value))


def _take(value: Any, path: Path_) -> None:  # noqa: ANN401
    for part in path[:-1]:
        value = value[part]
    del value[path[-1]]


def _as_text(value: object) -> str:
    """YAML: what JSON says is YAML too."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
