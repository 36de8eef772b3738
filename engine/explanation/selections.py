"""What a unit is in each selection of its rulebook, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine.explanation.model import Selected, SelectionKey
from engine.selected import key_label, key_range, label_of, place, seats, unit_names, written

if TYPE_CHECKING:
    from engine.explanation.reader import Reader

Data = dict[str, Any]


def selected(reader: Reader) -> tuple[Selected, ...]:
    """The selections of the unit's rulebook, with what it is in each."""
    return tuple(_selected(reader, item) for item in reader.book["select"])


def _selected(reader: Reader, item: Data) -> Selected:
    table = reader.run.selection(reader.id, item["id"])
    rows = table.filter(pl.col("id") == reader.unit.id).collect().to_dicts()
    own = rows[0] if rows else None
    eligible = reader.measures[f"eligible:{item['id']}"]
    parts = [part for part in (item["when"], *(item["by"] if own else ())) if part]
    return Selected(
        id=item["id"],
        label=label_of(item),
        status=own["status"] if own else "not_eligible",
        place=place(own) if own else "",
        places=seats(item),
        within=_group(reader, item, own) if own else None,
        candidates=_rivals(table, own).select(pl.len()).collect().item() if own else 0,
        ties=item["ties"],
        keys=_keys(reader, item, table, own) if own else (),
        tests=reader.tests.all(item["when"], eligible) if item["when"] else (),
        sources=reader.sources(parts),
        clauses=reader.clauses(item["cite"]),
        decisions=reader.decisions(item["open"]),
    )


def _rivals(table: pl.LazyFrame, own: Data) -> pl.LazyFrame:
    """The candidates among whom the unit stands, itself included."""
    return table.filter(pl.col("group").eq_missing(pl.lit(own["group"], pl.String)))


def _group(reader: Reader, item: Data, own: Data) -> str | None:
    """The name of the unit above among whose units the best are chosen."""
    id_ = own["group"]
    names = unit_names(reader.run, item["within"], pl.Series([id_], dtype=pl.String)) if id_ is not None else {}
    return names.get(id_, id_)


def _keys(reader: Reader, item: Data, table: pl.LazyFrame, own: Data) -> tuple[SelectionKey, ...]:
    """The unit's keys, beside those of the last who has a place among the chosen."""
    line = _rivals(table, own).filter(pl.col("place_low") <= seats(item)).sort("place_low").tail(1).collect().to_dicts()
    ends = line and _rivals(table, own).select(pl.len()).collect().item() > seats(item)
    facts = reader.run.rules["facts"][reader.unit.kind]
    found = []
    for at, key in enumerate(item["by"], start=1):
        low, high = key_range(own, at)
        last = key_range(line[0], at)[0] if ends else None
        shown = None if last is None else written(key, last, last, low)
        found.append(SelectionKey(key_label(key, facts), key["most"], written(key, low, high, last), shown))
    return tuple(found)
