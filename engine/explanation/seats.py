"""What a unit is where a grade has so many seats, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine.explanation.model import Seat, SelectionKey
from engine.seats import ends, grade_label, label_of, settlements, share_of
from engine.selected import key_label, key_range, place, unit_names, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.explanation.reader import Reader

Data = dict[str, Any]


def seats(reader: Reader) -> Iterator[Seat]:
    """The settlements in which the unit competes, or may, in turn."""
    for item in settlements(reader.book):
        table = reader.run.selection(reader.id, item["id"])
        for own in table.filter(pl.col("id") == reader.unit.id).collect().to_dicts():
            yield _seat(reader, item, table, own)


def _seat(reader: Reader, item: Data, table: pl.LazyFrame, own: Data) -> Seat:
    rivals = table.filter(pl.col("group").eq_missing(pl.lit(own["group"], pl.String)))
    line = _line(rivals, own)
    facts = reader.run.rules["facts"][reader.unit.kind]
    keys = []
    for at, key in enumerate(item["by"], start=1):
        low, high = key_range(own, at)
        last = key_range(line, at)[0] if line else None
        shown = None if last is None else written(key, last, last, low)
        keys.append(SelectionKey(key_label(key, facts), key["most"], written(key, low, high, last), shown))
    names = unit_names(reader.run, item["within"], pl.Series([own["group"]], dtype=pl.String))
    return Seat(
        id=item["id"],
        label=label_of(item, reader.book),
        status=own["status"],
        place=place(own),
        seats=ends(own["seats"], own["seats_high"]),
        base=ends(own["base"], own["base_high"]),
        share=share_of(item),
        round=item["round"],
        within=names.get(own["group"], own["group"]) if item["within"] else None,
        line=place(line) if line else "",
        keys=tuple(keys),
        grade=grade_label(reader.book, item["grade"]),
        surplus=grade_label(reader.book, item["surplus"]),
        sources=reader.sources([key for key in item["by"] if not (key["value"] or {}).get("score")]),
        clauses=reader.clauses(item["cite"]),
        decisions=reader.decisions(item["open"]),
    )


def _line(rivals: pl.LazyFrame, own: Data) -> Data | None:
    """Who has the last seat; nobody where there are seats for all."""
    is_known = pl.col("certain") & (pl.col("place_low") == pl.col("place_high"))
    first = rivals.filter(is_known & (pl.col("place_low") <= own["seats"]))
    last = first.sort("place_low", "place_high").tail(1).collect().to_dicts()
    is_full = rivals.select(pl.len()).collect().item() > own["seats"]
    return last[0] if last and is_full and last[0]["place_low"] != own["place_low"] else None
