"""Compare what a run stores with what was recomputed: tables column by column, JSON value by value."""

from __future__ import annotations

from collections import Counter
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.verifying.model import Comparison, Difference, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST = 5
"""How many differences of a part are named."""
TOLERANCE = 1e-9
"""Two machines may add up the same numbers in another order."""
_AT_ONCE = 16
"""How many columns of a stored table are in memory together."""


def compare_json(file: str, stored: object, recomputed: object) -> Comparison:
    """Compare JSON."""
    found: list[Difference] = []
    values = _walk("", stored, recomputed, found)
    columns = Counter(item.column or "" for item in found)
    return Comparison(file, 0, values, len(found), columns, tuple(found[:MOST]))


def _walk(path: str, stored: Any, recomputed: Any, found: list[Difference]) -> int:  # noqa: ANN401
    """Collect the differences below a path; returns how many values there are."""
    if isinstance(stored, dict) and isinstance(recomputed, dict):
        pairs = [(str(key), stored.get(key, _NOTHING), recomputed.get(key, _NOTHING)) for key in recomputed | stored]
    elif isinstance(stored, list) and isinstance(recomputed, list):
        pairs = list(_paired(stored, recomputed))
    else:
        same = type(stored) is type(recomputed) and stored == recomputed
        if not same:
            fault: Fault = "extra" if recomputed is _NOTHING else "missing" if stored is _NOTHING else "value"
            found.append(Difference(None, path, _plain(stored), _plain(recomputed), fault=fault))
        return 1
    return sum(_walk(f"{path}.{key}".lstrip("."), before, after, found) for key, before, after in pairs)


def _paired(stored: list[Any], recomputed: list[Any]) -> Iterator[tuple[str, Any, Any]]:
    """The items of two lists that belong together: by their ids where they have such, else by their positions."""
    ids = [[item.get("id") if isinstance(item, dict) else None for item in items] for items in (stored, recomputed)]
    if ids[0] == ids[1] or any(None in some or len(set(map(str, some))) < len(some) for some in ids):
        for at in range(max(len(stored), len(recomputed))):
            pair = [items[at] if at < len(items) else _NOTHING for items in (stored, recomputed)]
            name = next((item["id"] for item in pair if isinstance(item, dict) and item.get("id")), at)
            yield str(name), pair[0], pair[1]
        return
    before, after = (
        dict(zip(map(str, names), items, strict=True)) for names, items in zip(ids, (stored, recomputed), strict=True)
    )
    for key in after | before:
        yield key, before.get(key, _NOTHING), after.get(key, _NOTHING)
    if before.keys() == after.keys():
        yield "[]", ids[0], ids[1]


class _Nothing:
    """The absence of a value, which is not null."""


_NOTHING = _Nothing()


def compare_tables(file: str, stored: pl.LazyFrame, recomputed: pl.DataFrame, key: str) -> Comparison:
    """Compare tables, whole columns at a time.

    Args:
        file: the part that is compared.
        stored: the table of the run.
        recomputed: what it should be; its columns stand in the order of what matters.
        key: the column that tells its rows apart.
    """
    tally = _Tally()
    types = stored.collect_schema()
    for name, dtype in types.items():
        if name not in recomputed.columns:
            tally.add(name, 1, [Difference(None, name, str(dtype), None, fault="extra")])
    for name, dtype in recomputed.schema.items():
        if name not in types:
            tally.add(name, 1, [Difference(None, name, None, str(dtype), fault="missing")])
        elif not _same_type(types[name], dtype):
            tally.add(name, 1, [Difference(None, name, str(types[name]), str(dtype), fault="type")])
    if not _same_type(types.get(key), recomputed.schema[key]):
        return tally.comparison(file, 0, 0)
    keys = stored.select(key).collect()[key]
    pairs = None if keys.equals(recomputed[key], null_equal=True) else _rows(keys, recomputed[key], tally)
    ids = recomputed[key] if pairs is None else recomputed[key].gather(pairs["recomputed"])
    shared = [
        name for name in recomputed.columns if name != key and _same_type(types.get(name), recomputed.schema[name])
    ]
    for start in range(0, len(shared), _AT_ONCE):
        names = shared[start : start + _AT_ONCE]
        now, then = recomputed.select(names), stored.select(names).collect()
        if pairs is not None:
            now, then = now[pairs["recomputed"]], then[pairs["stored"]]
        for name in names:
            differ = _differ(then[name], now[name])
            count = int(differ.sum())
            if count:
                rows = differ.arg_true().head(MOST)
                values = zip(ids.gather(rows), then[name].gather(rows), now[name].gather(rows), strict=True)
                tally.add(name, count, (Difference(str(id_), name, _plain(a), _plain(b)) for id_, a, b in values))
    return tally.comparison(file, len(ids), len(ids) * (len(shared) + 1))


class _Tally:
    """The differences of a table: all counted, the first kept."""

    def __init__(self) -> None:
        self.columns: Counter[str] = Counter()
        self.first: list[Difference] = []

    def add(self, column: str, count: int, first: Iterable[Difference]) -> None:
        self.columns[column] += count
        self.first += first

    def comparison(self, file: str, rows: int, values: int) -> Comparison:
        return Comparison(file, rows, values, self.columns.total(), dict(self.columns), tuple(self.first[:MOST]))


def _rows(stored: pl.Series, recomputed: pl.Series, tally: _Tally) -> pl.DataFrame:
    """The positions of the rows that belong together, where the rows are not the same."""
    key = recomputed.name
    before, after = stored.to_frame().with_row_index("stored"), recomputed.to_frame().with_row_index("recomputed")
    first = before.unique(key, keep="first", maintain_order=True)
    twice = before.join(first, on="stored", how="anti")
    extra = first.join(after, on=key, how="anti", nulls_equal=True)
    missing = after.join(first, on=key, how="anti", nulls_equal=True)
    faults: tuple[tuple[Fault, pl.DataFrame], ...]
    faults = (("missing", missing), ("extra", extra), ("twice", twice))
    for fault, rows in faults:
        shown = [_plain(id_) for id_ in rows[key].head(MOST)]
        tally.add(key, rows.height, (Difference(_text(id_), None, None, None, fault=fault) for id_ in shown))
    pairs = after.join(first, on=key, how="inner", nulls_equal=True, maintain_order="left")
    if not (missing.height or extra.height or twice.height):
        tally.add(key, 1, [Difference(None, key, None, None, fault="order")])
    return pairs


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _same_type(one: pl.DataType | None, other: pl.DataType) -> bool:
    """The values of both are compared as they are; how texts are stored does not matter."""
    return one == other or (_is_text(one) and _is_text(other))


def _is_text(dtype: pl.DataType | None) -> bool:
    return isinstance(dtype, (pl.String, pl.Categorical, pl.Enum))


def _differ(stored: pl.Series, recomputed: pl.Series) -> pl.Series:
    """Where two columns differ."""
    if _is_text(stored.dtype):
        stored, recomputed = stored.cast(pl.String), recomputed.cast(pl.String)
    if not stored.dtype.is_float():
        return stored.ne_missing(recomputed)
    allowed = TOLERANCE * recomputed.abs().clip(lower_bound=1.0)
    near = recomputed.is_finite() & ((stored - recomputed).abs() <= allowed)
    return stored.ne_missing(recomputed) & ~near.fill_null(value=False)


def _plain(value: Any) -> object:  # noqa: ANN401
    """A value as JSON can hold it."""
    if value is _NOTHING:
        return None
    if isinstance(value, pl.Series):
        return value.to_list()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value
