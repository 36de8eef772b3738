"""The kinds of YAML files that make up a programme, and how they are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args, get_origin

from pydantic import BaseModel

from engine.rulebook import ProgrammeFile, Registry, Rulebook
from engine.testing.said import TestFile

if TYPE_CHECKING:
    from collections.abc import Iterable

MODELS: dict[str, type[BaseModel]] = {
    "cases": TestFile,  # which names a rulebook too
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


def models_in(annotation: object) -> list[type[BaseModel]]:
    """The models that a type allows, through unions and containers' items."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in models_in(argument)]


def inside(annotation: object, key: str | int) -> object:
    """The type of what stands under a key or list position of a value of a type; None when nothing is known."""
    if get_origin(annotation) in {dict, list, tuple}:
        return get_args(annotation)[-1 if isinstance(key, str) else 0]
    for model in models_in(annotation):
        for name, field in model.model_fields.items():
            if key == (field.alias or name):
                return field.annotation
    return None
