"""Find what a test names, by its id or by its label in either language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, near
from engine.rulebook import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.diagnostic import Place
    from engine.programme.rules import Rules
    from engine.schema import Table


STATES_OPEN = {"unknown": Label(zh="未知"), "impossible": Label(zh="前后矛盾")}
"""What a lifecycle may be instead of in a state."""


class Names:
    """Things of one sort, by id and by label."""

    def __init__(self, sort: str, things: Iterable[tuple[str, Label | None]]) -> None:
        things = list(things)
        self.sort = sort
        self.ids = [id_ for id_, _ in things]
        self._labels = dict(things)
        labels = [(text, id_) for id_, label in things if label for text in {label["zh"], label["en"]}]
        told = [text for text, _ in labels]
        self._found = {text: id_ for text, id_ in labels if told.count(text) == 1} | {id_: id_ for id_ in self.ids}

    def find(self, name: str) -> str | None:
        """The id of what is called so."""
        return self._found.get(name.strip())

    def label(self, id_: str) -> str:
        """The Chinese label, where it can stand for the id; else the id."""
        label = self._labels.get(id_)
        return label["zh"] if label and self.find(label["zh"]) == id_ else id_

    def problem(self, name: str, place: Place) -> Diagnostic:
        """Nothing is called so."""
        values = {"name": name, "sort": self.sort}
        return Diagnostic("test_unknown_name", place, values, near(name, self._found))


@dataclass(frozen=True)
class Vocabulary:
    """Everything that tests of a rulebook can name.

    Attributes:
        sorts: the names by what they are names of.
        facts: the facts of each kind.
    """

    sorts: Mapping[str, Names]
    facts: Mapping[str, Names] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Rules, schema: Mapping[str, Table]) -> Vocabulary:
        """The names of a rulebook and of the facts that it may read."""
        said = book.said
        rules = [(item.id, item.label) for item in said.policy.propose]
        rules += [(item.id, item.label) for item in said.policy.adjust]
        rules += [(item.id, item.label) for item in said.policy.settle]
        scored = [item for item in book.criteria if item.points is not None]
        sorts: dict[str, list[tuple[str, Label | None]]] = {
            "grade": [(id_, said.grades[id_]) for id_ in book.grades],
            "title": [(item.id, item.said.label) for item in book.titles],
            "selection": [(item.id, item.said.label) for item in book.selections],
            "good": [(item.id, item.said.label) for item in book.goods],
            "criterion": [(item.id, item.said.label) for item in book.criteria],
            "scored": [(item.id, item.said.label) for item in scored],
            "rule": rules,
            "check": [(item.id, item.said.label) for item in book.checks],
            "target": [(item.id, item.said.label) for item in book.targets],
            "measure": [(item.id, item.said.label) for item in book.measures if item.id.isidentifier()],
        }
        facts = {
            kind: Names("fact", ((id_, column.label) for id_, column in table.columns.items()))
            for kind, table in schema.items()
        }
        names = {sort: Names(sort, things) for sort, things in sorts.items()}
        names["lifecycle"] = Names("lifecycle", ((item.id, item.said.label) for item in book.lifecycles))
        for item in book.lifecycles:
            names[f"state {item.id}"] = Names("state", {**STATES_OPEN, **item.said.all_states}.items())
        return cls(names, facts)
