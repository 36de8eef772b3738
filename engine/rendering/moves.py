"""What `check --against` prints: how grades can move from one version to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.numbers import write
from engine.rendering.checking import grade_shown, label_of, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.checking.versions import Move, Moves, Versions
    from engine.messages import Language


def view(versions: Versions, old: str, new: Sequence[str], language: Language) -> dict[str, Any]:
    """The moves as data for the template."""
    books = [_book(moves, language) for moves in versions.books]
    return {"old": old, "new": ", ".join(new), "books": books, "only": list(versions.only)}


def _book(moves: Moves, language: Language) -> dict[str, Any]:
    old, new = moves.old, moves.new
    rows = [
        {
            "grade": before,
            "label": grade_shown(old, (before, before), language),
            "cells": [{"grade": after, "known": moves.moves[before, after].known} for after in new.grades],
        }
        for before in old.grades
    ]
    examples = [
        {
            "before": grade_shown(old, (before, before), language),
            "after": grade_shown(new, (after, after), language),
            "from": before,
            "to": after,
            "facts": [_fact(moves, name, value, language) for name, value in _differing(moves, move)],
        }
        for (before, after), move in moves.moves.items()
        if before != after and move.known == "witness"
    ]
    return {
        "rulebook": new.id,
        "label": label_of(new.said.label, language),
        "year": moves.year,
        "alike": moves.alike,
        "columns": [grade_shown(new, (grade, grade), language) for grade in new.grades],
        "rows": rows,
        "examples": examples,
    }


def _differing(moves: Moves, move: Move) -> list[tuple[str, object]]:
    """Where a unit that moves is not like the best one."""
    return [(name, value) for name, value in (move.unit or {}).items() if moves.usual.get(name, ...) != value]


def _fact(moves: Moves, name: str, value: object, language: Language) -> dict[str, Any]:
    if isinstance(value, tuple):
        ends = (write(float(end), "") if isinstance(end, (int, float)) else str(end) for end in value)
        return {"id": name, "label": name[1:], "value": " → ".join(ends)}
    book = moves.new if name in moves.new.facts else moves.old
    return {
        "id": name,
        "label": label_of(book.facts[name].label, language),
        "value": shown(book, name, value, language),
    }
