"""Comparisons, what-ifs and sweeps as texts and pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from engine.comparing.model import PENDING
from engine.messages import sentence
from engine.messages.words import phrase, word
from engine.rendering import cell_width, pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.comparing import BookComparison, Comparison
    from engine.comparing.unexplained import Unexplained
    from engine.messages import Language
    from engine.supposing import Sweep, WhatIf
    from engine.supposing.model import Stretch


def comparison(found: Comparison, language: Language, form: str = "text", *, colour: bool = False) -> str:
    """A comparison as one text or page; `form` as `engine.rendering.pages` has them."""
    return pages.written(
        "questions/comparison.j2",
        language,
        form,
        title=f"{found.before.name} → {found.after.name}",
        colour=colour,
        c=found,
        refused=[sentence(item, language)[0] for item in found.refused],
        matrix=partial(_matrix, language),
        directions=partial(_directions, language),
    )


def unexplained_changes(found: Unexplained, language: Language, form: str = "text", *, colour: bool = False) -> str:
    """What changed between two runs without a paper, as one text or page."""
    return pages.written(
        "questions/unexplained.j2", language, form, title=f"{found.before} → {found.after}", colour=colour, u=found
    )


def whatifs(found: Sequence[WhatIf], language: Language, form: str = "text", *, colour: bool = False) -> str:
    """What scenarios would change, as one text or page."""
    run = found[0].comparison.before
    title = phrase("whatif_title", language, run=run.name, year=run.year)
    return pages.written(
        "questions/whatifs.j2",
        language,
        form,
        title=title,
        colour=colour,
        found=found,
        matrix=partial(_matrix, language),
        directions=partial(_directions, language),
        scenarios=partial(_scenarios, language),
    )


def sweeps(found: Sequence[Sweep], language: Language, form: str = "text", *, colour: bool = False) -> str:
    """At which values grades change, as one text or page."""
    title = " · ".join(dict.fromkeys(f"{item.name} · {item.fact_label[language]}" for item in found))
    stretches = partial(_stretches, language)
    return pages.written(
        "questions/sweeps.j2", language, form, title=title, colour=colour, sweeps=found, stretches=stretches
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    tone: str | None = None


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of cells, the first of which is the head; a row begins with what it is about."""

    rows: list[list[_Cell]]

    @property
    def widths(self) -> list[int]:
        """How wide each column of a terminal must be."""
        return [max(cell_width(cell.text) for cell in column) for column in zip(*self.rows, strict=True)]


def _directions(language: Language, book: BookComparison) -> str:
    """How many units moved up, how many down, and so on."""
    ways = [
        phrase("direction_count", language, way=word(f"direction_{way}", language), count=count)
        for way, count in book.directions.items()
        if count
    ]
    return word("comma", language).join(ways)


def _scenarios(language: Language, found: Sequence[WhatIf]) -> _Table:
    """What each scenario would move, a row for each."""
    rows = [[_Cell(word("scenario", language)), _Cell(word("scenario_moves", language))]]
    for item in found:
        moves = []
        for book in item.comparison.books:
            if book.count:
                count = _directions(language, book) if book.rated else phrase("moved_only", language, count=book.count)
                moves.append(book.label[language] + word("colon", language) + count)
        said = word("semicolon", language).join(moves) or word("whatif_same", language)
        rows.append([_Cell(item.scenario), _Cell(said)])
    return _Table(rows)


def _matrix(language: Language, book: BookComparison) -> _Table:
    """How many units went from which grade to which."""
    labels = [label[language] for label in book.grades.values()]
    rows = [[_Cell(word("matrix_hint", language)), *map(_Cell, labels)]]
    for (place, old), label in zip(enumerate(book.grades), labels, strict=True):
        cells = [_Cell(label)]
        for at, new in enumerate(book.grades):
            units = book.matrix[old, new]
            cells.append(_Cell(str(units), _tone(old, new, at - place)) if units else _Cell("·", "none"))
        rows.append(cells)
    return _Table(rows)


def _tone(old: str, new: str, steps: int) -> str | None:
    """How a move looks: up, down, or to or from what is not decided."""
    if not steps:
        return None
    return "open" if PENDING in {old, new} else "bad" if steps > 0 else "good"


def _stretches(language: Language, found: Sweep) -> _Table:
    """The values of a fact that give the same grade and titles, a row for each."""
    titles = [label[language] for label, _ in found.stretches[0].titles] if found.stretches else []
    head = [found.fact_label[language], word("grade", language), word("points", language), *titles]
    return _Table([list(map(_Cell, head)), *(_stretch(language, item) for item in found.stretches)])


def _stretch(language: Language, item: Stretch) -> list[_Cell]:
    first, last = (end if isinstance(end, str) else end[language] for end in (item.first, item.last))
    values = first if first == last else phrase("sweep_values", language, first=first, last=last)
    low, high = item.points
    points = low if low == high else phrase("sweep_values", language, first=low, last=high)
    grade = item.grade
    if grade is None and item.low and item.high:
        shown = phrase("pending_between", language, low=item.low[language], high=item.high[language])
    else:
        shown = grade[language] if grade else ""
    won = {True: "won", False: "not_won", None: "title_open"}
    titles = [_Cell(word(won[is_won], language)) for _, is_won in item.titles]
    if item.holds_now:
        values += f" {word('sweep_now', language)}"
    return [_Cell(values), _Cell(shown), _Cell(points), *titles]
