"""Change the rulebooks of a programme by its overlays, one after another."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, near
from engine.programme.overlays.merging import Merger
from engine.programme.overlays.nodes import Node, flat, tree

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engine.programme.overlays.overlay import Overlay
    from engine.yaml_text import Source


@dataclass(frozen=True)
class Applied:
    """Rulebooks that overlays have changed.

    Attributes:
        sources: the rulebooks, as if they had been written so.
        overlays: the overlays, with what each of them changes.
        problems: what is wrong with the changes.
        lost: of each file, the names of the changes that were not understood.
    """

    sources: Sequence[Source]
    overlays: tuple[Overlay, ...]
    problems: Sequence[Diagnostic]
    lost: Mapping[str, Collection[str]]


def applied(sources: Sequence[Source], overlays: Sequence[Overlay], unread: Collection[str]) -> Applied:
    """Change rulebooks by overlays.

    Args:
        sources: the rulebooks of a programme.
        overlays: its overlays, in order.
        unread: names that files may declare which could not be read.
    """
    if not overlays:
        return Applied(sources, (), (), {})
    files = {_id(source): source for source in reversed(sources)}  # of two that have one id, which is told, the first
    books: dict[str, Node] = {}
    known = [_id(source) for source in sources]
    problems: list[Diagnostic] = []
    told = []
    lost: dict[str, set[str]] = defaultdict(set)
    for overlay in overlays:
        merger = Merger()
        for id_, change in tree(overlay.source, ("rulebooks",)).named.items():
            if id_ in files:
                books[id_] = merger.rulebook(id_, books.get(id_) or tree(files[id_]), change)
                lost[files[id_].file] |= merger.lost
            elif id_ not in unread:
                values = {"name": id_, "rulebooks": ", ".join(known)}
                problems.append(Diagnostic("overlay_unknown_rulebook", change.start, values, near(id_, known)))
        problems += merger.problems
        told.append(replace(overlay, changes=tuple(merger.changes)))
    trial = any(overlay.said.trial for overlay in overlays)
    texts = [
        flat(source.file, _without_total(books[_id(source)]) if trial else books[_id(source)])
        if _id(source) in books and files[_id(source)] is source
        else source
        for source in sources
    ]
    return Applied(texts, tuple(told), problems, lost)


def _id(source: Source) -> str:
    return str(source.value.get("rulebook"))


def _without_total(book: Node) -> Node:
    """A rulebook whose points need not add up to a number."""
    score = book.named.get("score")
    if score is None or "of" not in score.named:
        return book
    rest = score.holding({key: item for key, item in score.named.items() if key != "of"})
    return book.holding({**book.named, "score": rest})
