"""Read the registries of documents, clauses and decisions that programmes cite."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.diagnostic import InvalidRulesError, near
from engine.programme.files import REGISTRY, source_of, validate, words_of
from engine.programme.labels import meant
from engine.programme.reporter import Reporter
from engine.rulebook import Registry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from engine.diagnostic import Diagnostic
    from engine.programme.overlays import Overlay
    from engine.yaml_text import Source


@dataclass(frozen=True)
class RegistryFile:
    """One `documents.yaml` that was read.

    Attributes:
        path: the file.
        source: its text; None when it is no YAML.
        said: what it says; None when it could not be understood.
        problems: what is wrong with it.
        unread: the names that it may declare where it could not be understood.
    """

    path: Path
    source: Source | None
    said: Registry | None
    problems: Sequence[Diagnostic]
    unread: AbstractSet[str]

    @classmethod
    def read(cls, path: Path) -> RegistryFile:
        """Read a file; what is wrong with it is among its problems."""
        try:
            source = source_of(path)
        except InvalidRulesError as error:
            return cls(path, None, None, error.diagnostics, words_of(path))
        reading = validate(Registry, source)
        return cls(path, source, reading.model, reading.problems, reading.lost if reading.model else words_of(path))

    @classmethod
    def of_overlay(cls, overlay: Overlay) -> RegistryFile:
        """What an overlay registers for its changes to cite."""
        return cls(overlay.path or Path(overlay.id), overlay.source, overlay.said, (), frozenset())


class Registries:
    """The registries that programmes share; each file is read once.

    Args:
        shipped: the folder whose registry every programme may cite, if there is one.
    """

    def __init__(self, shipped: Path | None) -> None:
        self.shipped = shipped
        self._read: dict[Path, RegistryFile] = {}

    def of(self, folder: Path) -> list[RegistryFile]:
        """The registries for the programme of a folder: its own last, before it those beside and above it."""
        folders = dict.fromkeys(path.resolve() for path in (self.shipped, folder.parent, folder) if path is not None)
        paths = [path / REGISTRY for path in folders if (path / REGISTRY).is_file()]
        for path in paths:
            if path not in self._read:
                self._read[path] = RegistryFile.read(path)
        return [self._read[path] for path in paths]


def merged(files: Iterable[RegistryFile]) -> Registry:
    """What registries say together: the later the stronger."""
    found: dict[str, dict[str, Any]] = {"documents": {}, "clauses": {}, "decisions": {}}
    for file in files:
        for section, entries in found.items():
            entries.update(getattr(file.said, section, {}))
    return Registry.model_validate(found)


def shared(files: Iterable[RegistryFile], folder: Path) -> dict[str, Path]:
    """The documents that other folders than one's own register, with the nearest of these."""
    nearest = {id_: file.path.parent for file in files if file.said for id_ in file.said.documents}
    return {id_: found for id_, found in nearest.items() if found != folder.resolve()}


def unregistered(file: RegistryFile, registry: Registry, unread: Collection[str]) -> list[Diagnostic]:
    """The documents and open decisions that clauses name, and that no registry has.

    Args:
        file: the file of the clauses.
        registry: all registries together.
        unread: names that files may declare which could not be understood.
    """
    if file.source is None or file.said is None:
        return []
    reporter = Reporter(file.source)
    labels = {name: document.label for name, document in registry.documents.items()}
    for id_, clause in file.said.clauses.items():
        name = clause.document
        if name not in labels and name not in unread:
            path, known = ("clauses", id_, "document"), ", ".join(labels)
            reporter.refuse("unknown_document", path, near=meant(name, labels), name=name, documents=known)
        for at, decision in enumerate(clause.open):
            if decision not in registry.decisions and decision not in unread:
                guess = near(decision, registry.decisions)
                reporter.refuse("unknown_decision", ("clauses", id_, "open", at), near=guess, name=decision)
    return reporter.problems
