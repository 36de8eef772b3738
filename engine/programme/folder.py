"""Read the programme of one folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnostic import InvalidRulesError
from engine.programme import kinds
from engine.programme.files import PROGRAMME, is_rulebook, misnamed, source_of, validate, words_of
from engine.programme.model import Programme
from engine.programme.registries import merged, shared, unregistered
from engine.programme.reporter import Reporter
from engine.programme.rulebooks import RulebookChecker
from engine.programme.unread import Unread
from engine.rulebook import ProgrammeFile, Rulebook

if TYPE_CHECKING:
    from pathlib import Path

    from engine.diagnostic import Diagnostic
    from engine.programme.registries import Registries
    from engine.rulebook import Registry
    from engine.yaml_text import Source


class FolderReader:
    """Reads one programme; collects what is wrong with any of its files.

    Attributes:
        problems: what is wrong.
    """

    def __init__(self, folder: Path, registries: Registries) -> None:
        self.folder = folder
        self.registries = registries
        self.problems: list[Diagnostic] = []
        self.unread = Unread()

    def programme(self) -> Programme | None:
        """The programme; None when `programme.yaml` cannot be understood. One with problems is incomplete."""
        self.problems += misnamed(self.folder)
        file = self._source(self.folder / PROGRAMME)
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
        return Programme(said.programme, self.folder, said, rulebooks, parents, registry, paths, shares)

    def _source(self, path: Path) -> Source | None:
        try:
            return source_of(path)
        except InvalidRulesError as error:
            self.problems += error.diagnostics
            self.unread.names |= words_of(path)
            return None

    def _registry(self) -> Registry:
        files = self.registries.of(self.folder)
        for file in files:
            self.problems += file.problems
            self.unread.names |= file.unread
        registry = merged(files)
        for file in files:
            self.problems += unregistered(file, registry, self.unread.names)
        return registry

    def _books(self) -> list[tuple[Source, Rulebook]]:
        """The rulebooks that can be understood, as written."""
        books = []
        for path in sorted(self.folder.glob("*.yaml")):
            source = self._source(path) if is_rulebook(path) else None
            if source is None:
                continue
            reading = validate(Rulebook, source)
            self.problems += reading.problems
            self.unread.lost[source.file] = reading.lost
            if reading.model is None:
                self.unread.names |= words_of(path)
            else:
                books.append((source, reading.model))
        return books
