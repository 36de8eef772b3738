"""The JSON Schema of files of rules, with which editors complete, explain and check them while one types.

It is made from the models (``engine.rulebook``, ``engine.testing.said``), which know every key. What the models leave
to the reader is added here: how values are written in YAML, as text, number or boolean, and the shorter forms. A schema
cannot look names up or check expressions; that is the loader's part.
"""

from __future__ import annotations

import json
import keyword
from typing import TYPE_CHECKING, Any, get_args

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from engine.json_schema import words
from engine.json_schema.changes import of_overlays
from engine.programme.files import models_in
from engine.rule_files import MODELS
from engine.rulebook import RESERVED, Cited, EnteredGrade, Identifier, RuleId

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import BaseModel
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema

    from engine.json_schema.words import Text
    from engine.messages import Language

DIALECT = "http://json-schema.org/draft-07/schema#"
"""What editors of YAML know best."""

_NO_NAME = r"\s!-/:-@\[-^`{-~\u3000-\u3004\u3008-\u3020\uff01-\uff0f\uff1a-\uff20"
_NAME = rf"^[^\d{_NO_NAME}][^{_NO_NAME}]*$"
_ID = rf"^[^{_NO_NAME.replace('!-/', '!-,./')}]+$"
"""Identifiers in any script, and ids, which may hold `-`: as patterns that every dialect of expressions has."""

_TEXT: JsonSchemaValue = {"type": ["string", "number", "boolean"]}
"""A value as written: `no`, `5` and `true` are texts until the loader knows what they should be."""
_YEAR = "^[0-9]{4}$"


def json_schema(languages: Sequence[Language] = ("zh", "en")) -> dict[str, Any]:
    """The schema of all files of rules.

    Args:
        languages: the languages of the descriptions, in the order in which they stand.
    """
    models = _all_models([*MODELS.values(), EnteredGrade])
    _, made = models_json_schema(
        [(model, "validation") for model in models],
        ref_template="#/definitions/{model}",
        schema_generator=_AsWritten,
    )
    definitions = made["$defs"]
    _add_short_forms(definitions)
    for model in models:
        _describe(definitions[model.__name__], model, languages)
    _title(definitions["Kinds"], "Kinds", languages)
    definitions |= of_overlays(definitions, {**_TEXT, **_described(words.BEFORE, languages)})
    return {
        "$schema": DIALECT,
        "title": "wuhao",
        **_described(words.FILE, languages),
        "type": "object",
        "properties": {key: _described(words.KEYS[model.__name__][key], languages) for key, model in MODELS.items()},
        **_told_apart(list(MODELS.items())),
        "definitions": dict(sorted(definitions.items())),
    }


def as_text(languages: Sequence[Language] = ("zh", "en")) -> str:
    """The schema as a file."""
    return json.dumps(json_schema(languages), ensure_ascii=False, indent=1) + "\n"


class _AsWritten(GenerateJsonSchema):
    """Values as they are written in YAML, before the models make numbers and booleans of them."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        return {**super().str_schema(schema), **_TEXT}

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": ["boolean", "string"], "pattern": "^(true|false)$", "patternErrorMessage": "true / false"}

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": ["integer", "string"], "pattern": "^[0-9]{1,9}$", "minimum": 0}

    def tuple_schema(self, schema: core_schema.TupleSchema) -> JsonSchemaValue:
        """A list whose only item can stand alone."""
        listed = super().tuple_schema(schema)
        return {"anyOf": [listed["items"], listed]}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """A key that can be left out; nobody writes null."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        default = schema.get("default")
        if isinstance(default, str) and default.isdecimal():
            default = int(default)
        return {**inner, "default": default} if isinstance(default, (str, int)) else inner

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        names = _names(schema.get("keys_schema", {}))
        return {**made, "propertyNames": names} if names else made

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002
        """Titles name what stands at a place; a key says its name itself."""
        return False


def _names(keys: Any) -> JsonSchemaValue:  # noqa: ANN401
    """What names must look like, where a model says so."""
    check = keys.get("function", {}).get("function")
    if check == get_args(Identifier)[1].func:
        return {"pattern": _NAME, "not": {"enum": sorted(RESERVED | set(keyword.kwlist))}}
    return {"pattern": _ID} if check == get_args(RuleId)[1].func else {}


def _add_short_forms(definitions: dict[str, Any]) -> None:
    """What may be written in place of what the models hold."""
    for name in ("Label", "Measure"):
        definitions[name] = {"anyOf": [dict(_TEXT), definitions[name]]}
    definitions["FixedPoints"] = {"type": ["number", "string"]}
    parameter = definitions["Parameter"]
    del parameter["properties"]["values"]
    parameter["required"].remove("values")
    parameter["patternProperties"] = {_YEAR: dict(_TEXT)}
    parameter["not"] = {"type": "object", "propertyNames": {"not": {"pattern": _YEAR}}}  # one year at least
    for key in ("by", "baseline"):
        definitions["Target"]["properties"][key]["propertyNames"] = {"pattern": _YEAR}
    for owner, key in (("Fact", "choices"), ("Rulebook", "grades"), ("Lifecycle", "states")):
        properties = definitions[owner]["properties"]
        listed = {"type": "array", "items": {**_TEXT, **properties[key]["propertyNames"]}, "uniqueItems": True}
        properties[key] = {"anyOf": [listed, properties[key]]}
    definitions["Proposal"]["properties"]["grade"] = {"anyOf": [dict(_TEXT), {"$ref": "#/definitions/EnteredGrade"}]}
    cell = definitions["Table"]["properties"]["rows"]["items"]["items"]
    cell["anyOf"] = [*cell["anyOf"], {"type": "null"}]  # `~` says nothing, and an empty value is a gap
    for owner in ("Base", "Lower", "Case"):
        values = definitions[owner]["properties"]["facts"]
        values["additionalProperties"] = {"type": [*_TEXT["type"], "null"]}
    kinds = {"type": ["object", "null"], "additionalProperties": {"$ref": "#/definitions/Kinds"}}
    definitions["Kinds"] = kinds
    definitions["ProgrammeFile"]["properties"]["kinds"] = {**kinds, "type": "object"}
    changes = {"type": "object", "additionalProperties": {"$ref": "#/definitions/ChangeRulebook"}}
    definitions["OverlayFile"]["properties"]["rulebooks"] = changes


def _told_apart(models: Sequence[tuple[str, type[BaseModel]]]) -> JsonSchemaValue:
    """Which model a file has, by the first of the keys that stands at its top."""
    if not models:
        return {"required": ["rulebook"]}
    (key, model), *rest = models
    return {
        "if": {"required": [key]},
        "then": {"$ref": f"#/definitions/{model.__name__}"},
        "else": _told_apart(rest),
    }


def _all_models(models: Iterable[type[BaseModel]]) -> list[type[BaseModel]]:
    """Models with all that stand inside them."""
    found: dict[type[BaseModel], None] = {}
    waiting = list(models)
    while waiting:
        model = waiting.pop()
        if model not in found:
            found[model] = None
            waiting += [inner for field in model.model_fields.values() for inner in models_in(field.annotation)]
    return list(found)


def _describe(definition: dict[str, Any], model: type[BaseModel], languages: Sequence[Language]) -> None:
    """Say what a model and each of its keys mean."""
    _title(definition, model.__name__, languages)
    *_, form = definition.get("anyOf", [definition])
    for key, said in {**form.get("properties", {}), **form.get("patternProperties", {})}.items():
        name = "values" if key == _YEAR else key
        said.update(_described(text_of(model, name), languages))
        if values := words.VALUES.get((model.__name__, key)):
            said["markdownEnumDescriptions"] = [_joined(values[value], languages, " · ") for value in said["enum"]]


def _title(definition: dict[str, Any], name: str, languages: Sequence[Language]) -> None:
    title, text = words.MODELS[name]
    definition.update({"title": _joined(title, languages, " "), **_described(text, languages)})


def text_of(model: type[BaseModel], key: str) -> Text:
    """What a key of a model means."""
    own = words.KEYS.get(model.__name__, {})
    return own[key] if key in own or not issubclass(model, Cited) else words.KEYS["Cited"][key]


def _described(text: Text, languages: Sequence[Language]) -> dict[str, str]:
    """A text for editors that know Markdown, and for others."""
    return {
        "description": _joined(text, languages, "\n").replace("`", ""),
        "markdownDescription": _joined(text, languages, "\n\n"),
    }


def _joined(text: Text, languages: Sequence[Language], between: str) -> str:
    return between.join(getattr(text, language) for language in languages)
