"""What `clauses` prints: text, data for programs, and a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.clauses import count
from engine.rendering import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.clauses import Coverage, Entry, Rule
    from engine.messages import Language
    from engine.rulebook import Label

Data = dict[str, Any]


def as_data(found: Coverage, *, missing_only: bool = False) -> Data:
    """The coverage for programs; `missing_only` leaves out what is in order."""
    documents = [
        {
            "id": document.id,
            "label": _label(document.said.label),
            "issued": document.said.issued,
            **_counts(document.entries),
            "sections": [
                {
                    "id": section.id,
                    "label": _label(section.label),
                    **_counts(section.entries),
                    "clauses": [_entry(entry) for entry in section.entries],
                }
                for section in document.sections
            ],
        }
        for document in found.documents
        if document.sections
    ]
    return {
        **_counts(found.entries),
        **({} if missing_only else {"documents": documents}),
        "missing": [_entry(entry) for entry in found.missing],
        "misregistered": [_entry(entry) for entry in found.misregistered],
        "uncited": [_rule(rule) for rule in found.uncited],
    }


def as_text(found: Coverage, language: Language, *, colour: bool, missing_only: bool = False) -> str:
    """The coverage for a terminal."""
    data = as_data(found)
    return render("clauses.txt.j2", language, colour=colour, missing_only=missing_only, **data)


def as_page(found: Coverage, language: Language) -> str:
    """The clauses with the rules that encode them: one HTML page that needs nothing else."""
    named = {id_ for entry in found.entries for id_ in entry.clause.open}
    named |= {id_ for rule in found.uncited for id_ in rule.open}
    decisions = {id_: _label(label) for id_, label in found.decisions.items() if id_ in named}
    return render("clauses.html.j2", language, decisions=decisions, **as_data(found))


def _counts(entries: Sequence[Entry]) -> Data:
    counts = count(entries)
    return {"checkable": counts.checkable, **counts._asdict()}


def _entry(entry: Entry) -> Data:
    clause = entry.clause
    return {
        "id": entry.id,
        "document": clause.document,
        "section": clause.section,
        "kind": clause.kind,
        "status": entry.status,
        "registered": clause.status,
        "reason": clause.reason,
        "hedge": list(clause.hedge),
        "open": list(clause.open),
        "text": {"zh": clause.zh, "en": clause.en},
        "note": _label(clause.note),
        "rules": [_rule(rule) for rule in entry.rules],
    }


def _rule(rule: Rule) -> Data:
    return {
        "programme": rule.programme,
        "rulebook": rule.rulebook,
        "sort": rule.sort,
        "id": rule.id,
        "label": _label(rule.label),
        "says": rule.says,
        "cite": list(rule.cite),
        "open": list(rule.open),
    }


def _label(label: Label | None) -> Data | None:
    return None if label is None else label.texts
