"""The message catalogue: what a user reads about a problem, in every language.

Each entry is a sentence and, where one helps, the next step to take. Both are ``str.format`` templates over the
values of the diagnostic; ``{expected:type}`` shows what a value is called (``engine.messages.terms``). The user's own
words stand in backticks.
"""

from __future__ import annotations

import re
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal

from engine.diagnostic import Diagnostic
from engine.messages.terms import TERMS

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["zh", "en"]

PROBLEM, ADVICE = "problem", "advice"
"""Formats that show what another diagnostic says."""
LONGEST = 200
"""How much of a value a message shows."""


def sentence(diagnostic: Diagnostic, language: Language) -> tuple[str, str]:
    """The sentence and the advice (maybe empty) for a diagnostic, without its place."""
    message = _catalogue()[diagnostic.code][language]
    speaker = _Speaker(language)
    text, advice = (speaker.vformat(part, (), diagnostic.values) for part in (*message, "")[:2])
    if diagnostic.near:
        names = (" 或 " if language == "zh" else " or ").join(f"`{_printable(name)}`" for name in diagnostic.near)
        guess = f"是否想写 {names}？" if language == "zh" else f"did you mean {names}? "
        advice = f"{guess}{advice}".strip()
    return text, advice


@cache
def _catalogue() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """All messages; they are read only when there is something to say."""
    from engine.messages import (  # noqa: PLC0415
        checking,
        collecting,
        comparing,
        facts,
        formatting,
        language,
        papers,
        remedies,
        runs,
        testing,
        whatif,
    )

    areas = (language, checking, collecting, comparing, facts, formatting, papers, remedies, runs, testing, whatif)
    return {code: message for area in areas for code, message in area.MESSAGES.items()}


class _Speaker(Formatter):
    """Fills templates; a field's format names the table of terms in which its value is looked up."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401
        if format_spec in {PROBLEM, ADVICE}:  # of a problem that this one is about
            return sentence(value, self.language)[format_spec == ADVICE] if isinstance(value, Diagnostic) else ""
        shown = _printable(value) if isinstance(value, str) else value
        if format_spec not in TERMS:
            return str(super().format_field(shown, format_spec))
        terms = TERMS[format_spec]
        term = terms.get(str(value), terms.get(""))
        return term[self.language].replace("{}", str(shown)) if term else str(shown)


def _printable(text: str) -> str:
    """The user's own words, fit for one line: cut short, without line breaks and control characters."""
    shown = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\ufeff\ud800-\udfff]+", " ", text[: LONGEST + 1])
    return shown if len(text) <= LONGEST else shown[:LONGEST] + "…"
