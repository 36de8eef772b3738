"""Explanations as texts and pages: one structure (`templates/why/body.j2`), which looks otherwise in each format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.rendering import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.explanation import Explanation
    from engine.messages import Language

_ENDINGS = {"text": "txt", "md": "md", "html": "html"}


def written(
    explanations: Sequence[Explanation],
    language: Language,
    form: str = "text",
    *,
    clauses: bool = False,
    only: str | None = None,
    colour: bool = False,
) -> str:
    """Explanations as one text or page.

    Args:
        explanations: what is explained, in order.
        language: of labels and sentences.
        form: `text` for a terminal, `md` (GitHub's Markdown), or `html`, a page that needs no other file.
        clauses: with the wording of each clause and open decision.
        only: only one part below the grade: why it is `not` another grade, or what is `next`.
        colour: style text for a terminal.
    """
    page = f"why/page.{_ENDINGS[form]}.j2"
    return render(page, language, colour=colour, explanations=explanations, show_clauses=clauses, only=only)


def fragment(explanations: Sequence[Explanation], language: Language) -> str:
    """Explanations as a part of a page, with its look, as a notebook shows it."""
    return render("why/fragment.html.j2", language, explanations=explanations, show_clauses=False, only=None)
