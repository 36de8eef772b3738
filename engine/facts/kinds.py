"""Which kind the name of a file or sheet tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnostic import near
from engine.facts.raw import fold, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from engine.schema import Table

RESERVED = frozenset({"roster", "corrections", "rulings", "sources"})
"""Tables of a folder of facts that hold something else than facts."""
JOINTS = ("-", "_", " ")


class Kinds:
    """The names of kinds: their ids and labels."""

    def __init__(self, schema: Mapping[str, Table], reserved: Collection[str] = RESERVED) -> None:
        self._reserved = reserved
        labelled = {name: kind for kind, table in schema.items() for name in (table.label["en"], table.label["zh"])}
        self._shown = {**labelled, **{kind: kind for kind in schema}}
        self._kinds = {fold(name): kind for name, kind in self._shown.items() if name}

    def of(self, name: str) -> str | None:
        """The kind that a name tells: `village`, `村`, `village-大岭镇`; of several the one with the longest name."""
        folded = fold(name)
        told = [
            known for known in self._kinds if folded == known or folded.startswith(tuple(known + j for j in JOINTS))
        ]
        return self._kinds[max(told, key=len)] if told else None

    def near(self, name: str) -> tuple[str, ...]:
        """The kind's name that `name` may be a slip of."""
        return near(printable(name), self._shown)

    def reserved(self, name: str) -> bool:
        """Whether a table of this name holds something else than facts."""
        return fold(name) in self._reserved
