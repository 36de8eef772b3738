"""Find the unit that a user means in a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.archive import InvalidRunError, Run
from engine.diagnostic import Diagnostic, Place, near

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUGGEST_AMONG = 20_000
"""Names are compared one by one only up to this many."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a run."""

    kind: str
    id: str
    name: str
    parent: str | None
    refused: bool


def find_unit(run: Run, wanted: str) -> Unit:
    """The unit with an id, a name, `kind:id`, or `parent/name`.

    Raises:
        InvalidRunError: there is none, or several.
    """
    found = list(_search(run, wanted))
    by_id = [unit for unit in found if wanted in {unit.id, f"{unit.kind}:{unit.id}"}]
    found = by_id or found
    if len(found) == 1:
        return found[0]
    place = Place(str(run.folder))
    if found:
        names = ", ".join(f"{unit.kind}:{unit.id}" for unit in found[:20])
        raise InvalidRunError(
            [Diagnostic("several_units", place, {"name": wanted, "count": len(found), "units": names})]
        )
    raise InvalidRunError([Diagnostic("unknown_unit", place, {"name": wanted}, similar_units(run, wanted))])


def _search(run: Run, wanted: str) -> Iterator[Unit]:
    kind, _, id_ = wanted.partition(":")
    parent, _, name = wanted.rpartition("/")
    for table in run.manifest["counts"]:
        frame = run.facts(table)
        columns = frame.collect_schema().names()
        matches = pl.col("id").is_in([wanted, *([id_] if kind == table else [])]) | (pl.col("name") == wanted)
        if parent:
            matches |= (pl.col("name") == name) & pl.col("parent").is_in(_ids(run, parent))
        wanted_columns = [column for column in ("id", "name", "parent", "_refused") if column in columns]
        for row in frame.filter(matches).select(wanted_columns).collect().to_dicts():
            yield _unit(table, row)


def _unit(kind: str, row: dict[str, Any]) -> Unit:
    return Unit(kind, row["id"], row["name"] or row["id"], row.get("parent"), bool(row.get("_refused")))


def _ids(run: Run, name: str) -> list[str]:
    """The ids of the units with a name or id, of any kind."""
    found: list[str] = []
    for kind in run.manifest["counts"]:
        matches = (pl.col("name") == name) | (pl.col("id") == name)
        found += run.facts(kind).filter(matches).select("id").collect()["id"].to_list()
    return found


def similar_units(run: Run, wanted: str) -> tuple[str, ...]:
    """The ids and names that may have been meant."""
    names: list[str] = []
    for kind in run.manifest["counts"]:
        table = run.facts(kind).select("id", "name").head(_SUGGEST_AMONG).collect()
        names += [*table["id"].to_list(), *(name for name in table["name"].to_list() if name)]
    return near(wanted, names, n=3)
