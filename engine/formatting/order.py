"""The order of keys: that of docs/language.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_origin

from engine import rulebook
from engine.programme.files import models_in
from engine.testing.said import Expect

if TYPE_CHECKING:
    from collections.abc import Sequence

_YEARS = "2004"
"""Stands for all years of a parameter."""

_LINES = {
    rulebook.Fact: (
        *("type", "choices", "ordered", "kind", "source", "min", "max", "step", "required", "blank", "previous"),
        *("better", "mutable", "cost", "at_close", "label", "cite", "open"),
    ),
    rulebook.Scope: ("id", "label", "when", "outcome", "cite", "open"),
    rulebook.Rulings: ("on", "up", "down", "by", "label", "cite", "open"),
    rulebook.Parameter: ("label", _YEARS, "cite", "open"),
    rulebook.Lifecycle: ("label", "events", "states", "steps", "cite", "open"),
    rulebook.Step: ("from", "on", "to", "from_year", "to_year", "label", "cite", "open"),
    rulebook.Measure: ("label", "value", "cite", "open"),
    rulebook.Target: ("label", "value", "baseline", "by", "cite", "open"),
    rulebook.Loss: ("id", "label", "when", "each", "by", "step", "part", "max", "cite", "open"),
    rulebook.Assessor: ("label", "sample"),
    rulebook.Good: ("label", "cite", "open", "met", "criteria"),
    rulebook.Criterion: ("label", "applies", "require", "essential", "bonus", "penalty", "points", "cite", "open"),
    rulebook.Title: ("label", "when", "cite", "open"),
    rulebook.Proposal: ("id", "label", "when", "grade", "cite", "open"),
    rulebook.Adjustment: ("id", "label", "when", "downgrade", "cap", "withhold", "cite", "open"),
    rulebook.Settlement: (
        *("id", "label", "grade", "at_most", "of", "within", "round", "by", "ties", "surplus", "cite", "open"),
    ),
    rulebook.Selection: ("label", "when", "by", "best", "within", "ties", "cite", "open"),
    rulebook.Check: ("id", "label", "require", "severity", "cite", "open"),
    rulebook.OverlayFile: (
        *("overlay", "label", "programme", "trial", "rulebooks"),
        *("documents", "clauses", "decisions"),
    ),
}
_ONE_LINE = {
    rulebook.Parameter: (_YEARS, "cite", "open", "label"),
    rulebook.Measure: ("value", "cite", "open", "label"),
    rulebook.Loss: ("id", "when", "each", "by", "step", "part", "max", "cite", "open", "label"),
}
"""What is said in one line begins with the value: the label is often long."""
_AS_WRITTEN = frozenset({Expect})
"""What a case is about stands first."""


def arranged(keys: Sequence[str], annotation: object, *, one_line: bool) -> list[int]:
    """The positions of a mapping's keys in the order in which they should stand.

    Keys that a model does not know come last; the names of facts, goods, grades … keep their order, which has a
    meaning.

    Args:
        keys: the keys as they stand.
        annotation: the type of the mapping, as far as it is known.
        one_line: the mapping is written in brackets.
    """
    known = order(annotation, one_line=one_line, keys=keys)
    if not known:
        return list(range(len(keys)))
    ranks = {key: rank for rank, key in enumerate(known)}

    def rank(position: int) -> tuple[int, str]:
        key = keys[position]
        if _YEARS in ranks and re.fullmatch("[0-9]{4}", key):
            return ranks[_YEARS], key
        return ranks.get(key, len(ranks)), ""

    return sorted(range(len(keys)), key=rank)


def order(annotation: object, *, one_line: bool, keys: Sequence[str] = ()) -> tuple[str, ...]:
    """The keys of a mapping in their order; none when they stay as they are written, as names do.

    Args:
        annotation: the type of the mapping.
        one_line: the mapping is written in brackets.
        keys: those that stand there: of several forms, one that has them all says the order.
    """
    if get_origin(annotation) in {dict, list, tuple}:
        return ()
    forms = []
    for model in models_in(annotation):
        if model in _AS_WRITTEN:
            return ()
        own = tuple(field.alias or name for name, field in model.model_fields.items())
        known = _ONE_LINE.get(model) if one_line else None
        needed = {field.alias or name for name, field in model.model_fields.items() if field.is_required()}
        forms.append((known or _LINES.get(model) or own, needed))
    fitting = [(form, needed) for form, needed in forms if needed <= {*keys} <= {*form}]
    return tuple(dict.fromkeys(key for form, _ in (fitting or forms) for key in form))
