"""Random units with gaps in their facts, and the fillings of these gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, inf
from random import Random
from typing import Any, TypeAlias

import polars as pl
from language import NUMBERS, WORDS

from engine.facts import Facts
from engine.programme import Programme, tables
from engine.schema import NOT_ENTERED, Column

YEAR = 2004


def seeded(seed: int | str) -> Random:
    """Random numbers, for tests."""
    return Random(seed)  # noqa: S311


Row: TypeAlias = dict[str, Any]
Columns: TypeAlias = Mapping[str, Column]
Lean: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Unit:
    """A unit with its facts: numbers as fractions, None for a gap (or for "not entered")."""

    id: str
    parent: str | None
    row: Row
    refused: bool = False


Units: TypeAlias = dict[str, list[Unit]]
DTYPES: dict[str, Any] = {"count": pl.Int64, "boolean": pl.Boolean, "date": pl.Date}
DTYPES |= dict.fromkeys(("number", "money", "ratio"), pl.Float64)
START = date(2004, 1, 1)


def days(value: date) -> int:
    return (value - date(1970, 1, 1)).days


def numeric(column: Column) -> bool:
    return column.type in NUMBERS or column.type == "date"


def scalar(value: Any) -> Any:  # noqa: ANN401
    """A bound, or the value of a fact that is one, as a number."""
    return days(value) if isinstance(value, date) else value


def limits(column: Column, columns: Columns, row: Row) -> tuple[Any, Any]:
    """Between which numbers a value lies, as far as other facts are known."""
    low, high = (
        scalar(row.get(end)) if isinstance(end, str) else Fraction(str(end)) if abs(end) < inf else None
        for end in (column.low, column.high)
    )
    lows, highs = [end for end in [low] if end is not None], [end for end in [high] if end is not None]
    for other in columns.values():
        if (known := scalar(row.get(other.id))) is not None:
            lows += [known] if other.high == column.id else []
            highs += [known] if other.low == column.id else []
    return max(lows, default=-inf), min(highs, default=inf)


def value(random: Random, column: Column, columns: Columns, row: Row, pool: Sequence[Fraction], lean: str = "") -> Any:  # noqa: ANN401
    """A random value that a fact can have."""
    if column.type == "boolean":
        return lean != "less" if lean else random.random() < 0.6
    if column.choices is not None:
        return random.choice(list(column.choices))
    if column.type in {"text", "reference"}:
        return random.choice(WORDS)
    low, high = limits(column, columns, row)
    if lean:
        chosen = {"more": high if high < inf else max(low, 12), "less": low if low > -inf else min(high, 0)}[lean]
    else:
        chosen = random.choice(
            [*pool, low, high, low + 1, high - 1, 10**6 * random.choice((-1, 1)), random.randint(-3, 12)]
        )
        chosen += random.choice((0, 0, 0, 0, Fraction(1, 1000), -Fraction(1, 1000), 1))
    if column.type == "date":
        chosen = (
            days(START) + random.choice((-1, 0, 1, 7, 8, 59, 181, 365, 366, -200))
            if abs(chosen) > 400
            else days(START) + chosen
        )
    if not low <= chosen <= high or abs(chosen) == inf:
        chosen = low if low > -inf else high if high < inf else 0
    if column.type in {"count", "date"}:
        chosen = min(max(round(chosen), ceil(low) if low > -inf else -(10**9)), floor(high) if high < inf else 10**9)
    if column.type == "date":
        return date(1970, 1, 1) + timedelta(days=int(chosen))
    if column.step is not None:
        step = Fraction(str(column.step))
        chosen = min(max(round(chosen / step) * step, ceil(low / step) * step), floor(high / step) * step)
    return int(chosen) if column.type == "count" else Fraction(chosen)


def filled(
    random: Random,
    unit: Unit,
    columns: Columns,
    pool: Sequence[Fraction],
    *,
    keep: float = 0.0,
    lean: Lean | None = None,
) -> Unit:
    """The unit with its gaps filled within the declared bounds; each stays a gap with probability `keep`."""
    row = dict(unit.row)
    for column in sorted(columns.values(), key=lambda c: isinstance(c.low, str) or isinstance(c.high, str)):
        is_gap = row.get(column.id) is None and (unit.refused or column.blank is None)
        if not is_gap:
            continue
        if (random.random() < keep and column.blank is None) or (
            unit.refused and column.blank == NOT_ENTERED and random.random() < 0.4
        ):
            row[column.id] = None
        else:
            row[column.id] = value(random, column, columns, row, pool, (lean or {}).get(column.id, ""))
    return Unit(unit.id, unit.parent, row)


def some_of(random: Random, lean: Lean) -> Lean:
    """What a unit is good at: most of it, or about half, or nothing."""
    share = random.choice((0.0, 0.5, 0.9, 0.97, 1.0))
    return {id_: way for id_, way in lean.items() if random.random() < share}


def random_unit(
    random: Random, id_: str, parent: str | None, columns: Columns, pool: Sequence[Fraction], lean: Lean | None = None
) -> Unit:
    """A unit without gaps."""
    return filled(random, Unit(id_, parent, {}, refused=True), columns, pool, lean=lean)


def punched(random: Random, unit: Unit, columns: Columns, share: float) -> Unit:
    """The unit with gaps."""
    row = {id_: None if columns[id_].blank is None and random.random() < share else v for id_, v in unit.row.items()}
    return replace(unit, row=row)


def random_units(
    random: Random,
    kinds: Sequence[str],
    columns: Mapping[str, Columns],
    pool: Sequence[Fraction],
    *,
    gaps: Sequence[float] = (0.0, 0.1, 0.3, 1.0),
    refused: float = 0.0,
) -> Units:
    """Units of every kind, from the top down; some have no lower units, some lie under none."""
    units: Units = {kinds[0]: []}
    for at in range(random.randint(2, 5)):
        units[kinds[0]].append(random_unit(random, f"{kinds[0][0]}{at}", None, columns[kinds[0]], pool))
    for upper, kind in pairwise(kinds):
        units[kind] = []
        for parent in [*units[upper], None]:
            for at in range(random.choice((0, 1, 2, 3, 4)) if parent else random.choice((0, 0, 1))):
                id_ = f"{parent.id if parent else '-'}{kind[0]}{at}"
                units[kind].append(random_unit(random, id_, parent.id if parent else None, columns[kind], pool))
    for kind, items in units.items():
        for at, unit in enumerate(items):
            items[at] = punched(random, unit, columns[kind], random.choice(gaps))
            if random.random() < refused:
                items[at] = Unit(unit.id, unit.parent, dict.fromkeys(unit.row), refused=True)
    return units


def renamed(unit: Unit, world: str) -> Unit:
    return replace(unit, id=f"{unit.id}{world}", parent=unit.parent and f"{unit.parent}{world}")


def worlds(
    random: Random,
    units: Units,
    columns: Mapping[str, Columns],
    pool: Sequence[Fraction],
    count: int,
    lean: Mapping[str, Lean] | None = None,
) -> Units:
    """The units, and copies in which the gaps are filled (in every fourth world some stay): `#3` ends their ids."""
    found = {kind: list(items) for kind, items in units.items()}
    for world in range(count):
        keep = 0.5 if world % 4 == 3 else 0.0
        for kind, items in units.items():
            for unit in items:
                leaning = some_of(random, (lean or {}).get(kind, {}))
                whole = filled(random, unit, columns[kind], pool, keep=keep, lean=leaning)
                found[kind].append(renamed(whole, f"#{world}"))
    return found


def frame(units: Iterable[Unit], columns: Columns) -> pl.DataFrame:
    """A table of facts in the shape of engine.facts."""
    rows = sorted(units, key=lambda unit: unit.id)

    def plain(item: object, column: Column) -> object:
        return (int if column.type == "count" else float)(item) if isinstance(item, Fraction) else item

    data: dict[str, pl.Series] = {
        "id": pl.Series([unit.id for unit in rows], dtype=pl.String),
        "name": pl.Series([f"unit {unit.id}" for unit in rows], dtype=pl.String),
        "parent": pl.Series([unit.parent for unit in rows], dtype=pl.String),
    }
    for id_, column in columns.items():
        dtype = DTYPES.get(column.type, pl.String)
        data[id_] = pl.Series([plain(unit.row.get(id_), column) for unit in rows], dtype=dtype)
    return pl.DataFrame({**data, "_refused": pl.Series([unit.refused for unit in rows], dtype=pl.Boolean)})


def columns_of(*programmes_: Programme) -> dict[str, Columns]:
    """The columns of every kind's table."""
    return {kind: table.columns for kind, table in tables(programmes_).items()}


def facts_of(frames: Mapping[str, pl.DataFrame]) -> Facts:
    """What `engine.rating.rate` needs to know of facts."""
    return Facts(dict(frames), (), (), (), {})


def facts_from(units: Units, columns: Mapping[str, Columns]) -> Facts:
    """Units as the facts to rate."""
    return facts_of({kind: frame(items, columns[kind]) for kind, items in units.items()})
