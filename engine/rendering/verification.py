"""What `verify` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.messages import sentence
from engine.rendering import render

if TYPE_CHECKING:
    from engine.messages import Language
    from engine.verifying import Undone, Verification


def as_data(found: Verification, language: Language) -> dict[str, Any]:
    """A verification for programs; what could not be done is worded."""
    return {**found.as_data(), "undone": _undone(found, language)}


def as_text(found: Verification, language: Language, *, colour: bool) -> str:
    """A verification for a terminal."""
    not_read = any(item.file.endswith(".parquet") and item.fault in {"missing", "changed"} for item in found.faults)
    undone = _undone(found, language)
    return render("verify.txt.j2", language, colour=colour, v=found, undone=undone, not_read=not_read)


def _undone(found: Verification, language: Language) -> list[dict[str, Any]]:
    return [_worded(item, language) for item in found.undone]


def _worded(item: Undone, language: Language) -> dict[str, Any]:
    worded = [(reason, *sentence(reason, language)) for reason in item.reasons]
    problems = [
        {"code": reason.code, "place": str(reason.place), "sentence": text, "advice": advice}
        for reason, text, advice in worded
    ]
    return {"step": item.step, "problems": problems}
