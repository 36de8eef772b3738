"""The kinds of YAML files that make up a programme, and how they are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.rulebook import OverlayFile, ProgrammeFile, Registry, Rulebook
from engine.testing.said import TestFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel

MODELS: dict[str, type[BaseModel]] = {
    "cases": TestFile,  # which names a rulebook too
    "overlay": OverlayFile,  # which names a programme, and may register documents
    "rulebook": Rulebook,
    "programme": ProgrammeFile,
    "documents": Registry,
    "clauses": Registry,
    "decisions": Registry,
}
"""The model of a file by a key that only such files have at the top; the first that fits counts."""


def model_of(keys: Iterable[str]) -> type[BaseModel] | None:
    """The model of a file with these keys at the top; None when it is no file of rules."""
    found = set(keys)
    return next((model for key, model in MODELS.items() if key in found), None)
