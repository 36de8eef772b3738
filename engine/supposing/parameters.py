"""Parameters that would be otherwise, as overlays."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, InvalidInputError, near
from engine.messages.words import WORDS
from engine.programme.overlays import Overlay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.archive import Run
    from engine.diagnostic import Place
    from engine.programme import Programme
    from engine.supposing.scenarios import Asked
    from engine.yaml_text import Path_


def as_overlays(programmes: Sequence[Programme], asked: Sequence[Asked], run: Run) -> list[Overlay]:
    """Parameters with other values from the year of a run on, as overlays: one for each programme.

    Raises:
        InvalidInputError: with every name that no parameter, or several, have.
    """
    books = {book.id: (programme, book) for programme in programmes for book in programme.rulebooks}
    owners: dict[str, list[str]] = {}
    for id_, (_, book) in books.items():
        for name, parameter in book.parameters.items():
            if ":" in name:  # what is due of a target
                continue
            label = parameter.said.label
            for text in {name, *(label.texts.values() if label else ())}:
                owners.setdefault(text, []).append(f"{id_}.{name}")
                owners.setdefault(f"{id_}.{text}", []).append(f"{id_}.{name}")
    problems = []
    year = str(run.manifest["year"])
    places: dict[str, dict[Path_, Place]] = {}
    changes: dict[str, dict[str, dict[str, dict[str, dict[str, str]]]]] = {}
    for item in asked:
        found = list(dict.fromkeys(owners.get(item.name, [])))
        if len(found) != 1:
            code = "whatif_several_parameters" if found else "whatif_unknown_parameter"
            values = {"name": item.name, "names": ", ".join(found)}
            problems.append(Diagnostic(code, item.place, values, () if found else near(item.name, owners, n=3)))
            continue
        owner, _, name = found[0].partition(".")
        programme = books[owner][0].id
        parameters = changes.setdefault(programme, {}).setdefault(owner, {}).setdefault("parameters", {})
        parameters[name] = {year: item.text or ""}
        path = ("rulebooks", owner, "parameters", name)
        places.setdefault(programme, {}).update({path: item.place, (*path, year): item.place})
    if problems:
        raise InvalidInputError(problems)
    taken = {item["id"] for item in run.manifest.get("overlays", ())}  # a run may itself be one of a what-if
    id_ = next(name for name in chain(["param"], (f"param_{number}" for number in count(2))) if name not in taken)
    return [
        Overlay.made(id_, WORDS["supposed_parameters"], programme, rulebooks, places[programme])
        for programme, rulebooks in changes.items()
    ]
