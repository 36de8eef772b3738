"""Texts and pages: what is told has one structure, a template, which looks otherwise in each form.

A structure is written with the macros of `look`: `templates/look.txt.j2`, `look.md.j2` and `look.html.j2` define them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.rendering import render

if TYPE_CHECKING:
    from engine.messages import Language

_PAGES = {"text": "page.txt.j2", "md": "page.md.j2", "html": "page.html.j2", "part": "part.html.j2"}


def written(
    body: str,
    language: Language,
    form: str,
    *,
    title: str,
    colour: bool = False,
    **data: Any,  # noqa: ANN401 - what a template reads
) -> str:
    """What is told, as one text or page.

    Args:
        body: the template of its structure.
        language: of labels and sentences.
        form: `text` for a terminal, `md` (GitHub's Markdown), `html`, a page that needs no other file, or `part`,
            a part of a page with its look, as a notebook shows it.
        title: what a page is called.
        colour: style text for a terminal.
        data: what is told.
    """
    return render(_PAGES[form], language, colour=colour, body=body, title=title, **data)
