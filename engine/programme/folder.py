"""Read the programme of one folder."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, InvalidRulesError
from engine.programme import kinds
from engine.programme.files import PROGRAMME, is_rulebook, misnamed, source_of, validate, words_of
from engine.programme.model import Programme
from engine.programme.overlays.applying import applied
from engine.programme.overlays.blame import traced
from engine.programme.registries import RegistryFile, merged, shared, unregistered
from engine.programme.reporter import Reporter
from engine.programme.rulebooks import RulebookChecker
from engine.programme.unread import Unread
from engine.rulebook import ProgrammeFile, Rulebook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from engine.programme.overlays import Overlay
    from engine.programme.registries import Registries
    from engine.rulebook import Registry
    from engine.yaml_text import Source


class FolderReader:
    """Reads one programme; collects what is wrong with any of its files.

    Args:
        folder: the programme.
        registries: what programmes may cite.
        overlays: overlays, in order; those of other programmes are left alone.

    Attributes:
        id: the programme, as far as it is known.
        problems: what is wrong.
    """

    def __init__(self, folder: Path, registries: Registries, overlays: Sequence[Overlay] = ()) -> None:
        self.folder = folder
        self.registries = registries
        self.given = overlays
        self.problems: list[Diagnostic] = []
        self.unread = Unread()
        self.overlays: tuple[Overlay, ...] = ()
        self.id: str | None = None
        self._texts: dict[Path, Source | InvalidRulesError] = {}

    def programme(self) -> Programme | None:
        """The programme; None when `programme.yaml` cannot be understood. One with problems is incomplete."""
        self.problems += misnamed(self.folder)
        file = self._source(self.folder / PROGRAMME)
        self.id = file.value.get("programme") if file else None
        self.overlays = tuple(overlay for overlay in self.given if overlay.programme == self.id)
        registry = self._registry()
        books = self._books()
        if file is None:
            return None
        read = validate(ProgrammeFile, file)
        self.problems += read.problems
        said = read.model
        if said is None:
            return None
        reporter = Reporter(file)
        parents = kinds.parents(reporter, said)
        checker = RulebookChecker(said, parents, registry, self.unread)
        rulebooks = checker.checked(books)
        self.problems += [*reporter.problems, *checker.problems]
        self.problems = [kinds.meant(problem, said, parents) for problem in self.problems]
        registries = self.registries.of(self.folder)
        paths = tuple(file.path for file in registries)
        shares = shared(registries, self.folder)
        sources = {book.rulebook: source for source, book in books}
        overlays = tuple(replace(overlay, reads=partial(self._with, at)) for at, overlay in enumerate(self.overlays))
        return Programme(
            said.programme, self.folder, said, rulebooks, parents, registry, paths, shares, overlays, sources
        )

    def told(self) -> list[Diagnostic]:
        """What is wrong, each problem where it is made: in an overlay that makes a line of a rulebook wrong."""
        return traced(self.problems, self.overlays, self._again) if self.overlays and self.problems else self.problems

    def _again(self, overlays: Sequence[Overlay]) -> list[Diagnostic]:
        """What is wrong under other overlays."""
        other = FolderReader(self.folder, self.registries, overlays)
        other._texts = self._texts
        other.programme()
        return other.problems

    def _with(self, at: int, overlay: Overlay) -> list[Diagnostic]:
        """What is wrong when another overlay stands in the place of one."""
        return self._again([*self.overlays[:at], overlay, *self.overlays[at + 1 :]])

    def _source(self, path: Path) -> Source | None:
        if path not in self._texts:
            try:
                self._texts[path] = source_of(path)
            except InvalidRulesError as error:
                self._texts[path] = error
        found = self._texts[path]
        if isinstance(found, InvalidRulesError):
            self.problems += found.diagnostics
            self.unread.names |= words_of(path)
            return None
        return found

    def _registry(self) -> Registry:
        files = [*self.registries.of(self.folder), *map(RegistryFile.of_overlay, self.overlays)]
        for file in files:
            self.problems += file.problems
            self.unread.names |= file.unread
        registry = merged(files)
        for file in files:
            self.problems += unregistered(file, registry, self.unread.names)
        return registry

    def _books(self) -> list[tuple[Source, Rulebook]]:
        """The rulebooks that can be understood, as written and changed by overlays."""
        paths = {}
        sources = []
        for path in sorted(self.folder.glob("*.yaml")):
            source = self._source(path) if is_rulebook(path) else None
            if source is None:
                continue
            if "overlay" in source.value and "rulebook" not in source.value:
                self.problems.append(Diagnostic("overlay_among_rulebooks", source.place(), {"file": path.name}))
                continue
            paths[source.file] = path
            sources.append(source)
        changed = applied(sources, self.overlays, self.unread.names)
        self.problems += changed.problems
        self.overlays = changed.overlays
        books = []
        for source in changed.sources:
            reading = validate(Rulebook, source)
            self.problems += reading.problems
            self.unread.lost[source.file] = reading.lost.union(changed.lost.get(source.file, ()))
            if reading.model is None:
                self.unread.names |= words_of(paths[source.file])
            else:
                books.append((source, reading.model))
        return books
