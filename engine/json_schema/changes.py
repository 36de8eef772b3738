"""The schema of what an overlay changes, made from that of rulebooks: nothing is required, and `off` takes away."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

Definition = dict[str, Any]

_OFF: Definition = {"const": "off"}
_CHANGED = frozenset(
    {
        *("Rulebook", "Fact", "Parameter", "Lifecycle", "Measure", "Target", "Good", "Met", "Criterion", "Title"),
        *("Score", "Policy", "Proposal", "Adjustment", "Selection", "Check"),
    }
)
"""What an overlay changes key by key; everything else it replaces."""
_REF = "#/definitions/"


def of_overlays(definitions: dict[str, Definition], before: Definition) -> dict[str, Definition]:
    """The definitions of changes.

    Args:
        definitions: those of what is changed.
        before: the key of a proposal that says where it stands.
    """
    made = {_name(name): _change(definitions[name]) for name in sorted(_CHANGED)}
    del made[_name("Rulebook")]["properties"]["rulebook"], made[_name("Rulebook")]["properties"]["kind"]
    for name in ("Proposal", "Adjustment", "Check"):
        del made[_name(name)]["properties"]["id"]
    made[_name("Proposal")]["properties"]["before"] = before
    return made


def _name(model: str) -> str:
    return f"Change{model}"


def _change(definition: Definition) -> Definition:
    found = deepcopy(definition)
    form = found["anyOf"][-1] if "anyOf" in found else found
    form.pop("required", None)
    form.pop("not", None)
    for section in ("properties", "patternProperties"):
        if section in form:
            form[section] = {key: _or_off(item) for key, item in form[section].items()}
    return found


def _or_off(item: Definition) -> Definition:
    """A key with another value, or with `off`; what it means is said once."""
    said: Definition = {key: item[key] for key in ("description", "markdownDescription") if key in item}
    rest = {key: value for key, value in item.items() if key not in {*said, "default"}}
    return {"anyOf": [_by_name(rest), dict(_OFF)], **said}


def _by_name(item: Definition) -> Definition:
    """A section with names, each of which can be off; the rules of a list stand under their names too."""
    entry = item.get("items") or item.get("additionalProperties")
    model = _model(entry)
    if model is None:
        own = _model(item)
        return {"$ref": f"{_REF}{_name(own)}"} if own else item
    names = {"propertyNames": item["propertyNames"]} if "propertyNames" in item else {}
    return {
        "type": "object",
        **names,
        "additionalProperties": {"anyOf": [{"$ref": f"{_REF}{_name(model)}"}, dict(_OFF)]},
    }


def _model(value: Any) -> str | None:  # noqa: ANN401
    """The model that a definition refers to, if an overlay changes it key by key."""
    refs = [part.get("$ref", "") for part in (value, *value.get("allOf", ()))] if isinstance(value, dict) else []
    names = (ref.removeprefix(_REF) for ref in refs)
    return next((name for name in names if name in _CHANGED), None)
