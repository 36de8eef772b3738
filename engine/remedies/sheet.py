"""The remedies of many units as a sheet, a row for each change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from engine.diagnostic import Diagnostic, InvalidInputError, Place
from engine.messages.words import phrase, word
from engine.workbook import write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.explanation.model import Piece
    from engine.messages import Language
    from engine.remedies.model import Because, Change, Plan, Remedy

_HEADERS = (
    *("id", "name", "grade", "points", "target_grade", "remedy_verdict", "remedy_plan", "remedy_fact", "remedy_from"),
    *("remedy_to", "remedy_why", "remedy_gain", "remedy_cost_word", "remedy_points_then"),
)
_WIDTHS = {1: 16, 5: 12, 7: 28, 10: 60}


def write(found: Iterable[Remedy], file: str, language: Language) -> None:
    """Write a sheet, `.xlsx` or `.csv`.

    Raises:
        InvalidInputError: it cannot be written.
    """
    headers = [word(key, language) for key in _HEADERS]
    rows = [row for item in found for row in _rows(item, language)]
    try:
        if file.endswith(".csv"):
            columns = {header: [row[at] for row in rows] for at, header in enumerate(headers)}
            pl.DataFrame(columns, schema=dict.fromkeys(headers, pl.String)).write_csv(file, include_bom=True)
        else:
            write_table(Path(file), word("remedy_sheet", language), headers, rows, _WIDTHS)
    except (OSError, pl.exceptions.ComputeError) as error:  # the second is what polars makes of a full disk
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidInputError([Diagnostic("file_not_written", Place(file), {"reason": reason})]) from error


def _rows(found: Remedy, language: Language) -> Iterator[tuple[str, ...]]:
    grade = found.grade[language] if found.grade else phrase("remedy_pending", language, low=found.grade_low[language])
    verdict = word(f"remedy_verdict_{found.verdict}", language)
    unit = (found.id, found.name, grade, found.points, found.target[language], verdict)
    if not found.plans:
        labels = found.unplanned if found.verdict == "not_planned" else (*found.blocked, *found.lower)
        yield (*unit, "", word("comma", language).join(label[language] for label in labels), "", "", "", "", "", "")
    for number, plan in enumerate(found.plans, start=1):
        for change in plan.changes:
            yield (*unit, str(number), *_change(change, plan, language))


def _change(change: Change, plan: Plan, language: Language) -> tuple[str, ...]:
    why = word("semicolon", language).join(_because(item, language) for item in change.because)
    now = "" if change.now is None else _text(change.now, language)
    value = _text(change.value, language)
    return (change.label[language], now, value, why, change.points, change.cost, plan.points)


def _because(item: Because, language: Language) -> str:
    key = "remedy_lifted" if item.rule else "remedy_met" if item.met else "remedy_points_of"
    return phrase(key, language, label=item.label[language])


def _text(piece: Piece, language: Language) -> str:
    return piece[language] if isinstance(piece, dict) else piece
