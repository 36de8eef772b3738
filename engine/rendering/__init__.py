"""Fill the templates that a user reads.

Every sentence stands in a template or in the word list (`engine.messages.words`), in Chinese and in English.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import jinja2
from markupsafe import Markup

from engine.messages.words import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.messages import Language

_TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, language: Language, *, colour: bool = False, **data: object) -> str:
    """Fill a template.

    Args:
        template: its file name.
        language: the language of labels and sentences.
        colour: style text for a terminal.
        data: what the template shows.
    """
    escaping = template.removesuffix(".j2").rpartition(".")[2]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=escaping != "txt",  # noqa: S701 - nothing in a text for a terminal is markup
        finalize=_as_markdown if escaping == "md" else None,
        bytecode_cache=_compiled_templates(escaping),
    )
    phrases = _Phrases(language)
    environment.globals |= {"say": phrases.say, "language": language}
    environment.filters |= {
        "t": phrases.text,
        "pieces": phrases.pieces,
        "pad": pad,
        "width": cell_width,
        "style": lambda text, **look: click.style(text, **look) if colour else text,
    }
    return environment.get_template(template).render(**data)


def _compiled_templates(escaping: str) -> jinja2.BytecodeCache | None:
    """Templates compiled once a machine: compiling takes longer than everything else that `why` does.

    Pages of several formats include the same parts, which are compiled for each: escaping is part of the code.
    """
    try:
        return jinja2.FileSystemBytecodeCache(pattern=f"__jinja2_{escaping}_%s.cache")
    except RuntimeError:  # no safe folder for temporary files
        return None


def _as_markdown(value: object) -> object:
    """A text as Markdown shows it; what a macro of a page made is Markdown already."""
    return value if hasattr(value, "__html__") else Markup(_MARKDOWN.sub(_escaped, str(value)))  # noqa: S704 - escaped


_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~&]")


def _escaped(sign: re.Match[str]) -> str:
    """A sign that means something in Markdown."""
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(sign[0], f"\\{sign[0]}")


class _Phrases:
    """Texts in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, key: str, **values: object) -> str:
        """A phrase of the word list, filled."""
        return phrase(key, self.language, **values)

    def text(self, value: Any) -> str:  # noqa: ANN401
        """A text in both languages, or one that needs none."""
        return "" if value is None else str(value[self.language]) if isinstance(value, dict) else str(value)

    def pieces(self, values: Iterable[Any]) -> str:
        """A sentence of pieces."""
        return "".join(self.text(value) for value in values)


def pad(text: str, width: int) -> str:
    """Fill up to a width of terminal columns; a Chinese character takes two."""
    return text + " " * max(0, width - cell_width(text))


def cell_width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    from rich.cells import cell_len  # noqa: PLC0415 - needed by tables only

    return cell_len(click.unstyle(text))
