"""Read the YAML files of a programme into models; every slip becomes a diagnostic at its place."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from engine.diagnostic import Diagnostic, near

if TYPE_CHECKING:
    from engine.yaml_text import Source

M = TypeVar("M", bound=BaseModel)
Path_ = tuple[str | int, ...]

_SHAPES = {
    "string_type": "text",
    "literal_error": "text",
    "int_type": "number",
    "dict_type": "mapping",
    "model_type": "mapping",
    "list_type": "list",
    "tuple_type": "list",
}


@dataclass(frozen=True)
class Reading(Generic[M]):
    """A file that was read.

    Attributes:
        model: what it says; without the entries that cannot be understood, None when nothing can.
        problems: what is wrong with it.
        lost: the names of the entries left out: that nothing knows them is no problem of its own.
    """

    model: M | None
    problems: tuple[Diagnostic, ...] = ()
    lost: frozenset[str] = frozenset()


def validate(model: type[M], source: Source) -> Reading[M]:
    """The file as a model, and everything that is wrong with it."""
    try:
        return Reading(model.model_validate(source.value))
    except ValidationError as error:
        details = error.errors()
    unknown = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    meant = {(*path[:-1], name) for path in unknown for name in near(str(path[-1]), _keys_at(model, path[:-1]))}
    told = (detail for detail in details if detail["type"] != "missing" or detail["loc"] not in meant)
    problems = tuple(_diagnostic(model, source, detail) for detail in told)
    # What is left is read all the same, so that its problems are told at once.
    rest = copy.deepcopy(source.value)
    entries = {detail["loc"] if detail["type"] == "extra_forbidden" else _entry(detail["loc"]) for detail in details}
    for path in sorted(entries, key=str, reverse=True):
        _remove(rest, path)
    try:
        return Reading(model.model_validate(rest), problems, frozenset(str(path[-1]) for path in entries if path))
    except ValidationError:
        return Reading(None, problems)


def _entry(path: Path_) -> Path_:
    """The entry of a file in which a problem lies: a fact, a criterion, a policy rule."""
    if path[:1] == ("goods",) and path[2:3] == ("criteria",):
        return path[:4]
    return path[: 3 if path[:1] == ("policy",) else 2]


def _remove(value: Any, path: Path_) -> None:  # noqa: ANN401
    """Take an entry out of what was read; one that is not there already lies in another."""
    *ahead, last = path or (None,)
    try:
        for part in ahead:
            value = value[part]
        del value[last]
    except (KeyError, IndexError, TypeError):
        return


def _diagnostic(model: type[BaseModel], source: Source, detail: Any) -> Diagnostic:  # noqa: ANN401
    path = tuple(detail["loc"])
    if path[:1] == ("parameters",) and path[2:3] == ("values",):  # which the model adds around the years
        path = (*path[:2], *map(str, path[3:]))
    kind, context = detail["type"], detail.get("ctx", {})
    key = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        names = _keys_at(model, path[:-1])
        return Diagnostic(
            "unknown_key", source.key_place(*path), {"key": key, "keys": ", ".join(names)}, near(key, names)
        )
    if kind == "missing":
        return Diagnostic("missing_key", source.key_place(*path[:-1]), {"key": key, "of": _name_of(path[:-1])})
    if kind == "literal_error" and isinstance(detail["input"], str):
        options = re.findall(r"'([^']+)'", context["expected"])
        values = {"value": str(detail["input"]), "options": ", ".join(options)}
        return Diagnostic("unknown_value", source.place(*path), values, near(str(detail["input"]), options))
    if kind in _SHAPES:
        return Diagnostic("wrong_shape", source.place(*path), {"key": key, "expected": _SHAPES[kind]})
    if kind == "too_short":
        return Diagnostic("empty_list", source.place(*path), {"key": key})
    place = source.key_place(*path[:-1]) if path and path[-1] == "[key]" else source.place(*path)
    return Diagnostic(kind, place, context)


def _name_of(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path) or "file"


def _keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that a mapping inside a file may have."""
    known: Any = model
    for part in path:
        known = _inside(known, part)
        if known is None:
            return []
    return list(dict.fromkeys(key for form in _models(known) for key in _fields(form)))


def _fields(form: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in form.model_fields.items()}


def _models(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401
    """The models that an annotation allows, through unions and containers' items."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [form for argument in get_args(annotation) for form in _models(argument)]


def _inside(annotation: Any, part: str | int) -> Any:  # noqa: ANN401
    """The annotation of what stands under a key or list position."""
    origin = getattr(annotation, "__origin__", None)
    if origin in {dict, list, tuple}:
        return get_args(annotation)[-1 if origin is dict else 0]
    for form in _models(annotation):
        fields = _fields(form)
        if part in fields:
            return fields[str(part)]
    return None
