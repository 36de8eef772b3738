"""What the table of a kind may hold: the columns that all loaded rulebooks of that kind declare, resolved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engine.rulebook import FactType, Label

NUMERIC = frozenset({"count", "number", "money", "ratio"})
"""The fact types whose values are numbers."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who reports facts besides the units' own senders.

    Attributes:
        id: its name in the rules.
        label: by which its tables are known.
        listing: its tables name some units; what they say of nobody else is what a blank stands for.
    """

    id: str
    label: Label
    listing: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of a kind.

    Attributes:
        id: the fact's id.
        type: its type.
        label: its header in either language.
        low: the smallest value, or the id of the fact that holds it; numbers and dates (as days since 1970) only.
        high: the greatest value, likewise.
        required: an empty cell is refused.
        blank: what an empty cell means: None for a gap, `NOT_ENTERED`, or the value it stands for.
        choices: the values of a choice or grade with their labels, in order.
        ordered: the choices compare, the first being the smallest.
        floor: where `low` is a fact, the smallest value of that fact.
        ceiling: where `high` is a fact, the greatest value of that fact.
        kind: of a reference the kind that it names a unit of.
        previous: what of the run before fills its empty cells, so that a table need not have it.
        step: a number is so many whole steps.
        source: whose value prevails where tables differ.
    """

    id: str
    type: FactType
    label: Label
    low: float | str = -inf
    high: float | str = inf
    required: bool = False
    blank: float | bool | str | None = None
    choices: Mapping[str, Label] | None = None
    ordered: bool = False
    floor: float = -inf
    ceiling: float = inf
    kind: str | None = None
    previous: str | None = None
    step: float | None = None
    source: Source | None = None

    @property
    def least(self) -> float:
        """The smallest value it can have at all."""
        return self.floor if isinstance(self.low, str) else self.low

    @property
    def most(self) -> float:
        """The greatest value it can have at all."""
        return self.ceiling if isinstance(self.high, str) else self.high


NOT_ENTERED = "none"
"""`Column.blank` of a fact whose empty cell is an answer: not entered."""
BY_EVENTS = "by events"
"""`Column.blank` of the state of a hypothetical unit: one that is not given is what its events make it."""


@dataclass(frozen=True, slots=True)
class Table:
    """The facts of a kind.

    Attributes:
        kind: the kind.
        label: what the kind is called.
        parent: the kind that `parent` names a unit of; None when the units have no parent kind.
        columns: the facts by id.
        record: its rows are records: they need no id and no name.
        groups: the facts that each rulebook declares; of one that a table does not hold, none is missed.
    """

    kind: str
    label: Label
    parent: str | None
    columns: Mapping[str, Column]
    record: bool = False
    groups: tuple[frozenset[str], ...] = ()

    def expected(self, found: Collection[str]) -> list[Column]:
        """The facts that a table with some columns should have."""
        used = [self.groups[at] for at in used_groups(self.groups, found)]
        asked = {id_: column for id_, column in self.columns.items() if column.previous is None}
        return [column for id_, column in asked.items() if not used or any(id_ in group for group in used)]


def used_groups(groups: Sequence[Collection[str]], found: Collection[str]) -> list[int]:
    """Which groups of facts a table with some columns holds, by their places.

    Rulebooks share facts. So a group is held when the table has a fact that no other group has; where that is so of
    none, when it has any fact.
    """
    declared = Counter(id_ for group in groups for id_ in group)
    columns = set(found)
    own = [{id_ for id_ in group if declared[id_] == 1} for group in groups]
    for asked in (own, groups):
        if held := [at for at, group in enumerate(asked) if columns.intersection(group)]:
            return held
    return []
