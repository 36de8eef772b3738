"""Labels in the place of names: what an author meant who wrote one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnostic import near

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine import rulebook as said


def meant(written: str, labels: Mapping[str, said.Label]) -> tuple[str, ...]:
    """The name that an author may have meant: the one whose label was written, or one spelled alike."""
    return tuple(id_ for id_, label in labels.items() if written in {label.zh, label.en})[:1] or near(written, labels)


def labels_of(book: said.Rulebook) -> tuple[tuple[str, str], ...]:
    """The labels of a rulebook, each with the name that an expression writes instead."""
    found = ((text, id_) for id_, label in _labelled(book) if label for text in (label.zh, label.en) if text)
    return (*found, *_OUTCOMES_IN_WORDS)


_OUTCOMES_IN_WORDS = (("得分", "score"), ("总分", "score"), ("应得分", "score_max"), ("拟评等次", "proposed"))


def _labelled(book: said.Rulebook) -> Iterator[tuple[str, said.Label | None]]:
    yield from ((id_, item.label) for id_, item in book.facts.items())
    yield from (choice for fact in book.facts.values() for choice in (fact.choices or {}).items())
    yield from ((id_, item.label) for id_, item in book.lifecycle.items())
    yield from (state for item in book.lifecycle.values() for state in item.all_states.items())
    yield from ((id_, item.label) for id_, item in book.parameters.items())
    yield from ((id_, item.label) for id_, item in book.measures.items())
    yield from ((id_, item.label) for id_, item in book.targets.items())
    yield from ((f"good.{id_}", item.label) for id_, item in book.goods.items())
    yield from book.grades.items()
