"""What tests of explanations share: units with what is said of them, and units rated anew with other facts."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.explanation import Explanation, explain
from engine.programme import tables
from engine.rating import rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.archive import Run
    from engine.explanation.model import Criterion, Source
    from engine.facts import Facts
    from engine.messages import Language
    from engine.programme import Programme
    from engine.schema import Column

CSV = Path(__file__).resolve().parents[1] / "fixtures" / "district"
BOOKS = {"village": "five_goods", "township": "six_goods", "department": "department"}
LANGUAGES: tuple[Language, ...] = ("zh", "en")
GRADES = ("excellent", "commendable", "qualified", "unqualified")
Row = dict[str, Any]


class Explained:
    """The units of a run (or every so many) with what is said about them, explained once."""

    def __init__(self, run: Run, every: int = 1) -> None:
        self.run = run
        self.ratings: dict[tuple[str, str], Row] = {}
        self.measures: dict[tuple[str, str], Row] = {}
        self.facts: dict[tuple[str, str], Row] = {}
        self.said: dict[tuple[str, str], Explanation] = {}
        # The graded kinds; what registers say of the same units, and of others, is short and has tests of its own.
        for kind, rulebook in BOOKS.items():
            for row in run.ratings(rulebook).collect().to_dicts():
                self.ratings[kind, row["id"]] = row
            self.measures |= {(kind, row["id"]): row for row in run.measures(rulebook).collect().to_dicts()}
            self.facts |= {(kind, row["id"]): row for row in run.facts(kind).collect().to_dicts()}
        for kind, id_ in [*self.ratings][::every]:
            (self.said[kind, id_],) = explain(run, f"{kind}:{id_}", rulebook=BOOKS[kind])

    def __iter__(self) -> Iterator[tuple[Explanation, Row]]:
        for unit, said in self.said.items():
            yield said, self.ratings[unit]

    def book(self, kind: str) -> dict[str, Any]:
        return self.run.rules["rulebooks"][BOOKS[kind]]  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Variant:
    """A unit with some facts changed, and facts of units below it."""

    kind: str
    id: str
    changes: Row
    lower: Mapping[str, Row] = field(default_factory=dict)


def rerate(shipped: tuple[Programme, ...], facts: Facts, variants: Sequence[Variant]) -> list[tuple[Row, Row]]:
    """The ratings and the measures of variants, all rated at once."""
    rows: dict[str, list[Row]] = {kind: [] for kind in facts.tables}
    known = {kind: {row["id"]: row for row in table.to_dicts()} for kind, table in facts.tables.items()}
    for number, variant in enumerate(variants):
        id_ = f"{number:06}"
        assert variant.changes.keys() | {"id"} <= known[variant.kind][variant.id].keys()
        rows[variant.kind].append({**known[variant.kind][variant.id], **variant.changes, "id": id_})
        if variant.kind == "township":
            for row in known["village"].values():
                if row["parent"] == variant.id:
                    changes = variant.lower.get(row["id"], {})
                    rows["village"].append({**row, **changes, "id": f"{id_}.{row['id']}", "parent": id_})
    tables_ = {kind: pl.DataFrame(rows[kind], schema=facts.tables[kind].schema) for kind in rows if rows[kind]}
    rating = rate(shipped, replace(facts, tables=tables_), year=2004)
    books = [rating.books[book] for book in BOOKS.values() if book in rating.books]
    ratings = {row["id"]: row for found in books for row in found.ratings.to_dicts()}
    measures = {row["id"]: row for found in books for row in found.measures.to_dicts()}
    found = [(ratings[f"{number:06}"], measures[f"{number:06}"]) for number in range(len(variants))]
    assert [row["name"] for row, _ in found] == [known[item.kind][item.id]["name"] for item in variants]
    return found


class Filler:
    """Fills gaps with values that could have been reported."""

    def __init__(self, shipped: tuple[Programme, ...], seed: int) -> None:
        self.schema = tables(shipped)
        self.draw = random.Random(seed)  # noqa: S311

    def ends(self, kind: str, column: Column, row: Row) -> tuple[float, float]:
        """The bounds of a fact: as declared, by the fact that bounds it, and by the facts that it bounds."""
        usual = {"count": 400, "money": 100_000, "ratio": 1, "number": 100}[column.type]
        others = [row[other.id] for other in self.schema[kind].columns.values() if other.high == column.id]
        low = max([0, *(other for other in others if other is not None)])
        low = max(low, row[column.low] if isinstance(column.low, str) else column.low)
        high = row[column.high] if isinstance(column.high, str) else column.high
        return low, low + usual if high in {None, inf} else high

    def values(self, kind: str, fact: str, row: Row) -> list[Any]:
        """What may stand in a cell beside the others of its row: both ends, and some between them."""
        column = self.schema[kind].columns[fact]
        if column.type == "boolean":
            return [True, False]
        if column.choices is not None:
            return list(column.choices)
        if column.type == "date":
            return [date(2004, 1, 8) + timedelta(days=days) for days in (0, 1, 357, 358, 359)]
        low, high = self.ends(kind, column, row)
        if column.type == "count":
            some = {low, high, min(low + 1, high), min(low + 4, high), self.draw.randint(int(low), int(high))}
            return sorted(some)
        return [float(low), float(high), *(round(self.draw.uniform(low, high), 2) for _ in range(2))]

    def filled(self, kind: str, row: Row, gaps: Sequence[str]) -> Row:
        """Values for all gaps, each within its bounds."""
        found: Row = {}
        for gap in sorted(gaps, key=lambda gap: self.bounds_above(kind, gap)):
            found[gap] = self.draw.choice(self.values(kind, gap, row | found))
        return found

    def together(self, kind: str, row: Row, wanted: Row) -> Row:
        """Values for all gaps, each as near to one that was found for it alone as the others let it be."""
        columns = self.schema[kind].columns
        found: Row = {}
        for gap in sorted(wanted, key=lambda gap: self.bounds_above(kind, gap)):
            found[gap] = wanted[gap]
            if columns[gap].type in {"count", "money", "ratio", "number"}:
                low, high = self.ends(kind, columns[gap], row | found)
                found[gap] = min(max(wanted[gap], low), high)
        return found

    def bounds_above(self, kind: str, fact: str) -> int:
        """How many facts bound a fact, one above the other."""
        high = self.schema[kind].columns[fact].high
        return 1 + self.bounds_above(kind, high) if isinstance(high, str) else 0


def criteria_of(said: Explanation) -> list[Criterion]:
    return [criterion for good in said.goods for criterion in good.criteria]


def sources_of(said: Explanation) -> list[Source]:
    """Every cell that an explanation names."""
    found = [source for rule in said.rules for source in rule.sources]
    found += [source for criterion in criteria_of(said) for source in criterion.sources]
    return [*found, *(gap.source for gap in said.gaps)]


def ends(text: str) -> tuple[float, float]:
    """The ends of a range as it is written."""
    low, _, high = text.replace(",", "").partition("–")
    return float(low), float(high or low)
