"""Explanations as texts and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.messages.words import phrase
from engine.rendering import pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.explanation import Explanation
    from engine.messages import Language


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
        form: as `engine.rendering.pages` has them.
        clauses: with the wording of each clause and open decision.
        only: only one part below the grade: why it is `not` another grade, or what is `next`.
        colour: style text for a terminal.
    """
    title = explanations[0].name + phrase("colon", language) + phrase("why_title", language)
    data = {"explanations": explanations, "show_clauses": clauses, "only": only}
    return pages.written("why/explanations.j2", language, form, title=title, colour=colour, **data)
