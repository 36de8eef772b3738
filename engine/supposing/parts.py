"""Which part of overlays moves a unit: the smallest that moves it as far by itself, and without which it stays."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from engine.comparing.answers import answers, moving
from engine.comparing.model import MovedBy
from engine.kin import among
from engine.messages.words import phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import polars as pl

    from engine.archive import Run
    from engine.programme.overlays import Overlay, Part

_LANGUAGES = ("zh", "en")
_BESIDE = {"cite", "open", "label"}
"""What an entry says beside what decides."""
MOST_TRIALS = 40
"""So many times is rated again at most, to find smaller parts. The overlays as a whole always are such a part."""


def smallest_parts(
    overlays: Sequence[Overlay],
    before: Run,
    after: Run,
    movers: Mapping[str, pl.Series],
    rated: Callable[[Sequence[Overlay]], Run],
) -> dict[tuple[str, str], tuple[Part, ...]]:
    """For each unit that moves, by rulebook and id, the smallest part of the overlays that moves it.

    Args:
        overlays: what moves the units; their parts are known.
        before: the ratings without them.
        after: the ratings with them.
        movers: the units, by rulebook.
        rated: rates what other overlays would make of the units.
    """
    parts = [(at, part) for at, overlay in enumerate(overlays) for part in overlay.parts]
    every = tuple(part for _, part in parts)
    start, end = (_standings(run, movers) for run in (before, after))
    open_ = {book: {id_ for id_ in ids if start[book][id_] != end[book][id_]} for book, ids in movers.items()}
    found = {(book, id_): every for book, ids in open_.items() for id_ in ids}

    def with_only(chosen: Iterable[tuple[int, Part]]) -> dict[str, dict[str, tuple[object, ...]]]:
        own: dict[int, list[str]] = {}
        for at, part in chosen:
            own.setdefault(at, []).append(part.id)
        return _standings(rated([overlays[at].only(ids) for at, ids in sorted(own.items())]), movers)

    trials = 0
    for size in range(1, len(parts)):
        for chosen in combinations(parts, size):
            if not any(open_.values()) or trials + 2 > MOST_TRIALS:
                return found
            alone = with_only(chosen)
            without = with_only(part for part in parts if part not in chosen)
            trials += 2
            for book, ids in open_.items():
                moved = {
                    id_
                    for id_ in ids
                    if alone[book].get(id_) == end[book][id_] and without[book].get(id_) == start[book][id_]
                }
                found |= dict.fromkeys(((book, id_) for id_ in moved), tuple(part for _, part in chosen))
                open_[book] = ids - moved
    return found


def _standings(run: Run, movers: Mapping[str, pl.Series]) -> dict[str, dict[str, tuple[object, ...]]]:
    """How units stand: everything by which they can move."""
    found: dict[str, dict[str, tuple[object, ...]]] = {}
    for book, ids in movers.items():
        table = answers(run, book).filter(among("id", ids)).collect()
        names = sorted(moving(table.columns))
        found[book] = {row[0]: row[1:] for row in table.select("id", *names).iter_rows()}
    return found


def told(parts: Sequence[Part]) -> tuple[MovedBy, ...]:
    """Parts in words: what each changes, from what to what."""
    found = []
    for part in parts:
        label = {}
        for language in _LANGUAGES:
            steps = [
                phrase("part_step", language, before=step.before, after=step.after)
                for step in part.steps
                if step.before is not None and step.after is not None and step.key not in _BESIDE
            ]
            label[language] = " ".join([part.label.texts[language], *steps])
        found.append(MovedBy(part.id, label))
    return tuple(found)
