"""What the JSON of a run must look like, as far as its readers rely on it."""

from __future__ import annotations

from typing import TypeAlias

Shape: TypeAlias = "type | tuple[Shape, ...] | list[Shape] | dict[str, Shape]"
"""A type; one of several shapes; a list of a shape; a mapping with these keys, or with any key (`ANY`) to a shape.

A key with `?` may be missing: runs of older versions do not have it.
"""

ANY = "*"
NONE = type(None)

_LABEL: Shape = {"zh": str, "en": str}
MANIFEST: Shape = {
    "versions": {ANY: str},
    "year": int,
    "final": bool,
    "programmes": [str],
    "hypothetical?": {"of": str, "manifest": str, "facts": [[(str, NONE)]]},
    "overlays?": [{"id": str, "label": _LABEL, "programme": str, "file": str, "digest": str}],
    "rulebooks": {ANY: str},
    "skipped": {ANY: str},
    "counts": {ANY: {"read": int, "rejected": int, "exempt?": int, "rated": int}},
    "stage?": str,
    "previous?": {"run": str, "manifest": str},
    "supersedes?": {"run": str, "manifest": str, "because": str},
    "files": {ANY: str},
}
ORIGINALS: Shape = [{"kind": str, "file": str, "sheet": (str, NONE), "columns": {ANY: str}}]
FINDINGS: Shape = [
    {"rulebook": str, "check": str, "severity": str, "kind": str, "count": int, "units": [str]},
]
REJECTIONS: Shape = [{"kind": str, "id": (str, NONE), "name": (str, NONE), "place": str, "reasons": [{"code": str}]}]

CORRECTIONS: Shape = [
    dict.fromkeys(("kind", "id", "fact", "old", "new", "reason", "document", "by", "date", "place"), str)
]
RULINGS: Shape = [
    dict.fromkeys(("kind", "id", "on", "name", "old", "new", "reason", "decided_by", "document", "date", "place"), str)
]

_LABELLED: dict[str, Shape] = {"id": str, "label": (_LABEL, NONE)}
_UNNAMED: Shape = {"label": (_LABEL, NONE), "cite": [str], "open": [str]}
RULES: Shape = {
    "year": int,
    "final": bool,
    "programmes": [
        {"id": str, "label": _LABEL, "parents": {ANY: (str, NONE)}, "overlays?": [{"id": str, "label": _LABEL}]}
    ],
    "kinds": {ANY: _LABEL},
    "facts": {ANY: {ANY: {"label": _LABEL, "type": str, "choices": dict}}},
    "rulebooks": {
        ANY: {
            "programme": str,
            "kind": str,
            "label": _LABEL,
            "grades": [{"id": str, "label": _LABEL}],
            "parameters": dict,
            "lifecycles?": [{**_LABELLED, "events": {"kind": str, "what": str, "dated": str}, "steps": [_UNNAMED]}],
            "measures": {ANY: dict},
            "goods": [{**_LABELLED, "criteria": [_LABELLED]}],
            "titles": [_LABELLED],
            "score": {"most": (float, int), "bonus_max": (float, int), "not_applicable": str},
            "policy": {
                "atoms": [dict],
                "entries": [str],
                "propose": [_LABELLED],
                "adjust": [_LABELLED],
                "settle?": [
                    {**_LABELLED, "grade": str, "surplus": str, "at_most": dict, "within": (str, NONE), "by": [dict]}
                ],
            },
            "select": [{**_LABELLED, "by": [dict], "best": dict, "within": (str, NONE), "ties": str}],
            "checks": [_LABELLED],
            "targets?": [{**_LABELLED, "value": dict, "by": list, "facts": list, "lower": list}],
        },
    },
    "documents": dict,
    "clauses": dict,
    "decisions": dict,
}


def fits(data: object, shape: Shape) -> bool:
    """Whether data has a shape; keys that no reader needs may stand beside."""
    if isinstance(shape, tuple):
        return any(fits(data, one) for one in shape)
    if isinstance(shape, list):
        return isinstance(data, list) and all(fits(item, shape[0]) for item in data)
    if isinstance(shape, dict):
        if not isinstance(data, dict):
            return False
        if ANY in shape:
            return all(fits(value, shape[ANY]) for value in data.values())
        wanted = {key: inner for key, inner in shape.items() if not key.endswith("?") or key[:-1] in data}
        return all(key.rstrip("?") in data and fits(data[key.rstrip("?")], inner) for key, inner in wanted.items())
    return isinstance(data, shape) and (shape is not int or not isinstance(data, bool))
