"""Why a unit got its grade, as data.

Everything is read from the run: the stored numbers, cases and resolved rules. Nothing is rated again, so that an
explanation cannot say what the rating did not do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.archive import InvalidRunError
from engine.archive.units import Unit, find_unit
from engine.diagnostic import Diagnostic, Place, near
from engine.explanation.model import Explanation
from engine.explanation.reader import Reader
from engine.messages.words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.archive import Run

__all__ = ["Explanation", "Unit", "explain", "find_unit"]


def explain(run: Run, unit: str, *, rulebook: str | None = None, other: str | None = None) -> tuple[Explanation, ...]:
    """Explain the grade of a unit: one explanation for each rulebook that rates its kind.

    Args:
        run: the run that rated it.
        unit: its id, its name, `kind:id`, or `parent/name`.
        rulebook: only this one.
        other: a grade, its id or label: only rulebooks that give it, with what stands between the unit and it.

    Raises:
        InvalidRunError: no unit, or several, go by that name; the unit's row was refused; no rulebook rates it, or none
            gives the other grade.
    """
    found = find_unit(run, unit)
    place = Place(str(run.folder))
    if found.refused:
        values = {"name": found.name, "id": found.id}
        raise InvalidRunError([Diagnostic("unit_refused", place, values)])
    books = [id_ for id_, kind in run.manifest["rulebooks"].items() if kind == found.kind and rulebook in {None, id_}]
    if not books:
        raise InvalidRunError([Diagnostic("unit_not_rated", place, {"name": found.name, "kind": found.kind})])
    if other is None:
        return tuple(Reader(run, found, book).explanation() for book in books)
    asked = _grades(run, books, other)
    return tuple(Reader(run, found, book).explanation(grade) for book, grade in asked.items())


def _grades(run: Run, books: Sequence[str], wanted: str) -> dict[str, str]:
    """The id of a grade in each rulebook that gives it.

    Raises:
        InvalidRunError: none does.
    """
    grades = {book: run.rules["rulebooks"][book]["grades"] for book in books}
    names = {
        book: {name.casefold(): item["id"] for item in items for name in (item["id"], *item["label"].values())}
        for book, items in grades.items()
    }
    found = {book: known[wanted.casefold()] for book, known in names.items() if wanted.casefold() in known}
    if not found:
        known = list(dict.fromkeys(name for book in names.values() for name in book))
        values = {"name": wanted, **listed(item["label"] for items in grades.values() for item in items)}
        code = "unknown_grade_of_unit" if known else "unit_has_no_grades"
        raise InvalidRunError([Diagnostic(code, Place(str(run.folder)), values, near(wanted, known))])
    return found
