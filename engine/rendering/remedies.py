"""What `remedy` prints, and what a notebook shows of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from engine.messages.words import phrase
from engine.rendering import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.messages import Language
    from engine.remedies import Remedy

_NAMED = 3
"""How many changes the first line names."""


def as_text(found: Remedy, language: Language, *, colour: bool) -> str:
    """A remedy for a terminal."""
    return render("remedy.txt.j2", language, colour=colour, r=found, named=_NAMED)


def as_html(found: Remedy, language: Language = "zh") -> str:
    """A remedy for a notebook."""
    return render("remedy.html.j2", language, r=found)


def as_summary(found: Sequence[Remedy], file: str | None, language: Language) -> str:
    """What was found for many units, in one line; where the sheet is."""
    counts = Counter(item.verdict for item in found)
    undecided = counts["undecided"] + counts["not_planned"]
    verdicts = {"found": counts["found"], "impossible": counts["impossible"], "undecided": undecided}
    lines = [phrase("remedy_summary", language, count=len(found), **verdicts)]
    lines += [] if file is None else [phrase("remedy_written", language, file=file)]
    return "".join(f"{line}\n" for line in lines)
