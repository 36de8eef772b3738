"""How many units each period of the year has, and which rows are dated in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine.explanation.model import Period
from engine.expression.days import periods
from engine.messages.words import phrase
from engine.numbers import write_range

if TYPE_CHECKING:
    from engine.explanation.model import Text
    from engine.explanation.reader import Reader

Data = dict[str, Any]
_ROWS_NAMED = 5
"""How many rows of a period are named one by one."""


def counted(reader: Reader, item: Data) -> list[Period]:
    """The periods that an expression counts, as the rating counted them.

    Args:
        reader: the unit.
        item: what is counted, as the run keeps it (`engine.programme.resolved`).
    """
    kind, _, _ = item["kind"].partition("@")
    if kind not in reader.run.manifest["counts"]:
        return []
    year, name, day = reader.run.rules["year"], item["column"], pl.col(item["day"])
    units = reader.lower.units(item["kind"]).sort("_file", "_row").collect()
    found = []
    for place, (first, last) in enumerate(periods(item["period"], year), start=1):
        rows = units.filter(day.is_between(pl.lit(first).cast(pl.Date), pl.lit(last).cast(pl.Date)))
        number = write_range(*reader.measured(f"{name}#{place}"), "count") or ""
        cells = reader.lower.cells(rows, item["day"], _ROWS_NAMED)
        found.append(Period(_label(item["period"], year, place), number, item["least"], cells))
    return found


def _label(period: str, year: int, place: int) -> Text:
    key = f"period_{period}_{place}" if period == "half_year" else f"period_{period}"
    return {language: phrase(key, language, year=year, place=place) for language in ("zh", "en")}
