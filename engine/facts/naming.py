"""Which unit the line of a paper names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from engine.diagnostic import Diagnostic, near
from engine.facts.kinds import Kinds
from engine.facts.raw import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.facts.papers import Line
    from engine.schema import Table

_NAMED = 20
"""How many units a message names."""


class Naming:
    """Finds units by id, by name, or by the name of the unit above and their own: `大岭镇/东村`."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], schema: Mapping[str, Table]) -> None:
        self._tables = tables
        self._schema = schema
        self._kinds = Kinds(schema)

    def unit(self, line: Line) -> tuple[str, str] | Diagnostic:
        """The kind and id of the unit that a line names, or what is wrong with its name."""
        name = line.cells["unit"]
        kinds = list(self._tables)
        if "kind" in line.cells:
            kind = self._kinds.of(line.cells["kind"])
            if kind not in self._tables:
                values = {"kind": printable(line.cells["kind"]), "kinds": ", ".join(self._tables)}
                return Diagnostic("paper_kind_unknown", line.at("kind"), values)
            kinds = [str(kind)]
        found = [(kind, id_) for kind in kinds for id_ in self._ids(kind, name)]
        if len(found) == 1:
            return found[0]
        place = line.at("unit")
        if found:
            units = ", ".join(f"{kind}:{id_}" for kind, id_ in found[:_NAMED])
            return Diagnostic(
                "paper_units_several", place, {"name": printable(name), "count": len(found), "units": units}
            )
        known = [text for kind in kinds for text in self._tables[kind].select("id", "name").head(20_000).rows()]
        guesses = near(name, [text for pair in known for text in pair if text])
        return Diagnostic("paper_unit_unknown", place, {"name": printable(name)}, guesses)

    def _ids(self, kind: str, name: str) -> list[str]:
        table = self._tables[kind]
        by_id = table.filter(pl.col("id") == name)["id"].to_list()
        if by_id:
            return by_id
        parent, slash, own = name.rpartition("/")
        if not slash:
            return table.filter(pl.col("name") == name)["id"].to_list()
        above = self._schema[kind].parent
        parents = self._ids(above, parent) if above is not None and above in self._tables else []
        return table.filter((pl.col("name") == own) & pl.col("parent").is_in([*parents, parent]))["id"].to_list()
