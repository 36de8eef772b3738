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
    if exempt := _exempt(run, wanted):
        raise InvalidRunError([Diagnostic("unit_exempt", place, exempt)])
    if found:
        names = ", ".join(f"{unit.kind}:{unit.id}" for unit in found[:20])
        raise InvalidRunError(
            [Diagnostic("several_units", place, {"name": wanted, "count": len(found), "units": names})]
        )
    raise InvalidRunError([Diagnostic("unknown_unit", place, {"name": wanted}, similar_units(run, wanted))])


def _exempt(run: Run, wanted: str) -> dict[str, object] | None:
    """An exempt unit that goes by a name, and what exempts it."""
    for kind in run.manifest["counts"]:
        table = run.exempt(kind)
        if table is None:
            continue
        named = pl.col("id").is_in([wanted, wanted.removeprefix(f"{kind}:")]) | (pl.col("name") == wanted)
        for row in table.filter(named).collect().to_dicts():
            told = {"name": row["name"] or row["id"], "id": row["id"]}
            ruling = next((item for item in run.rulings if item["place"] == row["ruling"]), None)
            if ruling is not None:
                because = "，".join(ruling[key] for key in ("reason", "decided_by", "document", "date"))
                return {**told, "zh": because, "en": because, "place": row["ruling"]}
            rules = {item["id"]: item for item in run.rules["rulebooks"][row["rulebook"]].get("scope", ())}
            label = rules[row["rule"]]["label"] or {"zh": row["rule"], "en": row["rule"]}
            return {**told, **label, "place": ", ".join(rules[row["rule"]]["cite"]) or row["rule"]}
    return None


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
