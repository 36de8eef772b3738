"""Suggested cases as YAML to be reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.rendering import render
from engine.testing.expected import LISTS, STATUSES, in_chinese
from engine.testing.updating import PLAIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.messages import Language
    from engine.testing.naming import Names
    from engine.testing.suggesting import Suggested, Suggestion
    from engine.testing.units import Unit, Written

Data = dict[str, Any]


def as_text(found: Sequence[Suggested], language: Language) -> str:
    """The cases of every file, with labels in Chinese, with ids in English."""
    files = [
        {
            "file": item.file.name,
            "closed": item.closed,
            "left": item.left,
            "cases": [_case(each, item, language) for each in item.suggestions],
        }
        for item in found
    ]
    return render("test_suggest.yaml.j2", language, files=files)


def _case(suggestion: Suggestion, found: Suggested, language: Language) -> Data:
    candidate, base = suggestion.candidate, found.file.base
    names = found.vocabulary.facts

    def named(kind: str, fact: str) -> str:
        label = _name(names[kind], fact, language)
        return label if kind == base.kind else f"{kind}.{label}"

    changes = [(named(kind, fact), text) for kind, fact, text in candidate.all]
    split = candidate.times is not None
    own = [change for change, (kind, *_) in zip(changes, candidate.all, strict=True) if kind == base.kind or not split]
    below = dict.fromkeys(kind for kind, *_ in candidate.all if kind != base.kind) if split else ()
    return {
        "told": [" ".join(change) for change in changes],
        "base": "none" if candidate.bare else None,
        "year": candidate.year,
        "facts": [(quoted(name), quoted(text)) for name, text in own],
        "units": {
            kind: [_lower(times, unit, names[kind], language) for times, unit in suggestion.unit.below[kind]]
            for kind in below
        },
        "expect": _expect(suggestion, found, language),
    }


def _lower(times: int, unit: Unit, names: Names, language: Language) -> Data:
    facts: Mapping[str, Written] = unit.own if unit.base else unit.facts
    written = [(quoted(_name(names, fact, language)), quoted(item.text)) for fact, item in facts.items()]
    return {"base": unit.base and quoted(unit.base), "times": times, "facts": written}


def _expect(suggestion: Suggestion, found: Suggested, language: Language) -> list[tuple[str, Any]]:
    """Keys with values, or with keys and values."""
    told: dict[str, Any] = {}
    for (aspect, name), value in suggestion.expected.items():
        texts = in_chinese(aspect, value, found.vocabulary) if language == "zh" else value
        shown = [quoted(text) for text in texts]
        one = shown[0] if len(shown) == 1 and aspect not in LISTS else f"[{', '.join(shown)}]"
        if not name:
            told[aspect] = one
            continue
        sort = STATUSES[aspect][0] if aspect in STATUSES else "criterion"
        told.setdefault(aspect, []).append((quoted(_name(found.vocabulary.sorts[sort], name, language)), one))
    return [*told.items()]


def _name(names: Names, id_: str, language: Language) -> str:
    return names.label(id_) if language == "zh" else id_


def quoted(text: str) -> str:
    """A text as YAML holds it in brackets, in quotes where it must be."""
    return text if PLAIN.fullmatch(text) else f'"{text}"'
