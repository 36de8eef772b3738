"""Why a unit got its grade, as data.

Everything is read from the run: the stored numbers, cases and resolved rules. Nothing is rated again, so that an
explanation cannot say what the rating did not do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.archive import InvalidRunError
from engine.diagnostic import Diagnostic, Place
from engine.explanation.model import Explanation
from engine.explanation.reader import Reader
from engine.explanation.units import Unit, find_unit

if TYPE_CHECKING:
    from engine.archive import Run

__all__ = ["Explanation", "Unit", "explain", "find_unit"]


def explain(run: Run, unit: str, *, rulebook: str | None = None) -> tuple[Explanation, ...]:
    """Explain the grade of a unit: one explanation for each rulebook that rates its kind.

    Args:
        run: the run that rated it.
        unit: its id, its name, `kind:id`, or `parent/name`.
        rulebook: only this one.

    Raises:
        InvalidRunError: no unit, or several, go by that name; the unit's row was refused; no rulebook rates it.
    """
    found = find_unit(run, unit)
    place = Place(str(run.folder))
    if found.refused:
        values = {"name": found.name, "id": found.id}
        raise InvalidRunError([Diagnostic("unit_refused", place, values)])
    books = [id_ for id_, kind in run.manifest["rulebooks"].items() if kind == found.kind and rulebook in {None, id_}]
    if not books:
        raise InvalidRunError([Diagnostic("unit_not_rated", place, {"name": found.name, "kind": found.kind})])
    return tuple(Reader(run, found, book).explanation() for book in books)
