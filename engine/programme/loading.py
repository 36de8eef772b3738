"""Load programmes: each folder is one, or holds some."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, InvalidRulesError, Place, near
from engine.programme.files import PROGRAMME, misnamed
from engine.programme.folder import FolderReader
from engine.programme.overlays import Overlay
from engine.programme.registries import Registries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.programme.model import Programme
    from engine.programme.rules import Rules
    from engine.schema import Column

SHIPPED = Path(__file__).resolve().parents[2] / "rules"
"""The programmes that come with wuhao."""


def load(
    folders: Iterable[str | Path] = (),
    overlays: Iterable[str | Path | Overlay] = (),
    *,
    alone: bool = False,
) -> tuple[Programme, ...]:
    """Read programmes: each folder is one, or holds some; by default the shipped ones.

    Args:
        folders: the folders.
        overlays: files that change the programmes, or what was read from them; in this order.
        alone: they bring along all that they cite, as those of a run do.

    Raises:
        InvalidRulesError: with everything that is wrong in any of their files.
    """
    roots = [Path(folder) for folder in folders] or [SHIPPED]
    problems: list[Diagnostic] = []
    programmes: list[Programme] = []
    registries = Registries(None if alone else SHIPPED)
    changes = _overlays(overlays, problems)
    known: list[str | None] = []
    for folder in [found for root in roots for found in _programme_folders(root, problems)]:
        reader = FolderReader(folder, registries, changes)
        programme = reader.programme()
        problems += reader.told()
        programmes += [programme] if programme else []
        known.append(reader.id)
    problems += _without_programme(changes, known)
    problems += _clashes(programmes)
    if problems:
        # What is wrong with a registry that programmes share is reported once.
        distinct = {(problem.code, str(problem.place), str(problem.values)): problem for problem in problems}
        raise InvalidRulesError(sorted(distinct.values(), key=_where))
    return tuple(programmes)


def _where(problem: Diagnostic) -> tuple[str, int, int]:
    """The order of problems: by file, and from top to bottom."""
    place = problem.place
    return place.file, place.line or 0, place.column if isinstance(place.column, int) else 0


def _overlays(given: Iterable[str | Path | Overlay], problems: list[Diagnostic]) -> list[Overlay]:
    """The overlays that can be read."""
    found: list[Overlay] = []
    for item in given:
        try:
            overlay = item if isinstance(item, Overlay) else Overlay.read(Path(item))
        except InvalidRulesError as error:
            problems += error.diagnostics
            continue
        if any((other.id, other.programme) == (overlay.id, overlay.programme) for other in found):
            problems.append(Diagnostic("overlay_twice", overlay.source.place("overlay"), {"id": overlay.id}))
            continue
        found.append(overlay)
    return found


def _without_programme(overlays: Iterable[Overlay], known: Sequence[str | None]) -> Iterator[Diagnostic]:
    """Overlays of programmes that are not read; nothing is known of a programme that could not be read."""
    for overlay in overlays:
        if overlay.programme not in known and None not in known:
            names = [name for name in known if name]
            values = {"name": overlay.programme, "programmes": ", ".join(names)}
            place = overlay.source.place("programme")
            yield Diagnostic("overlay_programme", place, values, near(overlay.programme, names))


def all_in(folder: Path, programmes: Iterable[Programme]) -> bool:
    """Whether all programmes that a folder holds are among some."""
    held = {path.resolve().parent for path in folder.glob(f"*/{PROGRAMME}")}
    return held <= {programme.folder.resolve() for programme in programmes}


def _programme_folders(root: Path, problems: list[Diagnostic]) -> list[Path]:
    try:
        if (root / PROGRAMME).is_file():
            return [root]
        inside = sorted(path.parent for path in root.glob(f"*/{PROGRAMME}")) if root.is_dir() else []
        others = [] if inside or not root.is_dir() else list(misnamed(root))
    except OSError as error:
        problems.append(Diagnostic("unreadable_folder", Place(str(root)), {"reason": error.strerror}))
        return []
    if not inside:
        problems += others or [Diagnostic("no_programme", Place(str(root)), {"file": PROGRAMME})]
    return inside


def _clashes(programmes: Sequence[Programme]) -> list[Diagnostic]:
    """A fact or rulebook that two programmes declare, and not alike."""
    problems = []
    facts: dict[tuple[str, str], tuple[Column, Rules]] = {}
    books: dict[str, Rules] = {}
    for book in (book for programme in programmes for book in programme.rulebooks):
        first_book = books.setdefault(book.id, book)
        if first_book is not book:
            problems.append(
                Diagnostic("duplicate_rulebook", Place(book.file), {"id": book.id, "first": first_book.file})
            )
        for id_, column in book.facts.items():
            first, where = facts.setdefault((book.kind, id_), (column, book))
            if first != column and where.programme != book.programme:  # within one, it is told with its line
                values = {"id": id_, "first": where.file}
                problems.append(Diagnostic("fact_declared_differently", Place(book.file), values))
    return problems
