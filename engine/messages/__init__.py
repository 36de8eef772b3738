"""The message catalogue: what a user reads about a problem, in every language.

Each entry is a sentence and, where one helps, the next step to take. Both are ``str.format`` templates over the
values of the diagnostic. The user's own words stand in backticks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from engine.diagnostic import Diagnostic

Language = Literal["zh", "en"]


def sentence(diagnostic: Diagnostic, language: Language) -> tuple[str, str]:
    """The sentence and the advice (maybe empty) for a diagnostic, without its place."""
    # The catalogue is read only when there is something to say.
    from engine.messages import facts, runs  # noqa: PLC0415
    from engine.messages import language as rules

    catalogue = {**rules.MESSAGES, **facts.MESSAGES, **runs.MESSAGES}
    message = catalogue[diagnostic.code][language]
    text, advice = (part.format(**diagnostic.values) for part in (*message, "")[:2])
    if diagnostic.near:
        names = (
            "、".join(f"`{name}`" for name in diagnostic.near)
            if language == "zh"
            else " or ".join(f"`{name}`" for name in diagnostic.near)
        )
        guess = f"是否想写 {names}？" if language == "zh" else f"did you mean {names}?"
        advice = f"{guess} {advice}".strip()
    return text, advice
