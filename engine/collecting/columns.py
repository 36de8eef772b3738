"""What the columns of received tables hold: facts in some unit of measure, what stands beside them, and the unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from unicodedata import normalize

from engine.facts.headers import PARENT, header_key, places
from engine.schema import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.schema import Column, Table

BESIDE = {"document": ("依据", "依据文件", ".document", "document"), "note": ("备注", ".note", "note")}
"""What may stand beside a fact, by the endings of its header."""
UNREAD = ("序号", "序", "no", "no.", "#", "备注", "note", "notes", "remarks")
"""Columns that hold nothing to be read."""
PARTY = ("党组织", "党组织名称", "党支部", "党支部名称")
"""Whose name a table of villages may give."""
MEASURE = re.compile(r"^(.*?)[（(\[【]([^（()）\[\]【】]*)[)）\]】]$", re.DOTALL)
MONEY = {"元": "元", "万": "万元", "万元": "万元", "亿": "亿元", "亿元": "亿元", "yuan": "元", "wan": "万元"}
PLAIN = re.compile(
    r"^(?:[个户人次项件篇分名条份处期场天月年亩岁公里平方米]{1,3}|households|persons|times|points|days)$"
)
SHARE = "share"
"""In place of a unit: bare numbers are shares."""
BARE = re.compile(r"^[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column holds.

    Attributes:
        column: `id`, `name`, `parent`, a fact, or "" for nothing to be read.
        beside: `document` or `note`, of what stands beside the fact.
        unit: how the numbers are measured: %, 元, 万元, 亿元; "" for as they are; None where the header says nothing.
    """

    column: str
    beside: str | None = None
    unit: str | None = None

    @property
    def fact(self) -> bool:
        """Whether it holds the values of a fact."""
        return self.column not in {"", "id", "name", "parent"} and self.beside is None


class Meanings:
    """What headers of a kind's tables mean."""

    def __init__(self, table: Table, above: Table | None) -> None:
        self.table = table
        meant = places(table, above)
        zh = table.label["zh"]
        for word in (f"行政{zh}", *(f"{zh}{party}" for party in PARTY), *PARTY, f"{zh}（社区）", f"{zh}（居）"):
            meant.setdefault(header_key(word), ("name",))
        if above:
            for word in (f"{above.label['zh']}名称", f"所在{above.label['zh']}", "所属上级"):
                meant.setdefault(header_key(word), ("parent",))
        self._meant = meant
        self._known: dict[tuple[str, ...], list[Meaning]] = {}
        self._unread = {header_key(word) for word in UNREAD}
        own = (table.kind, zh, table.label["en"], *(f"{zh}{end}" for end in ("名", "名称", "编号", "代码", *PARTY)))
        self._own = {header_key(word) for word in own} | {header_key(f"行政{zh}")}

    def names_kind(self, parts: tuple[str, ...]) -> bool:
        """Whether a header names the kind itself: 村名."""
        return header_key(parts[-1]) in self._own

    def of(self, parts: tuple[str, ...]) -> list[Meaning]:
        """What a header may mean; several where a label stands for several facts."""
        if parts not in self._known:
            self._known[parts] = self._meaning(parts)
        return self._known[parts]

    def _meaning(self, parts: tuple[str, ...]) -> list[Meaning]:
        for text in _readings(parts):
            found = self._meant.get(header_key(text), ())
            if found:
                return [Meaning(column) for column in found]
            split = MEASURE.match(text.strip())
            columns = self._meant.get(header_key(split[1]), ()) if split else ()
            measured = [
                Meaning(column, unit=unit)
                for column in columns
                if split and (unit := self._unit(column, split[2])) is not None
            ]
            if measured:
                return measured
            beside = list(self._beside(text))
            if beside:
                return beside
        return [Meaning("")] if header_key(parts[-1]) in self._unread else []

    def _unit(self, id_: str, text: str) -> str | None:
        """The unit in which a header says that a fact is measured; None where the fact has no such unit."""
        column, unit = self.table.columns.get(id_), normalize("NFKC", text).strip().casefold()
        if column is None or column.type not in NUMERIC:
            return ""
        if column.type in {"ratio", "number"} and unit in {"%", "百分比", "percent"}:
            return "%"
        if column.type == "money":
            return MONEY.get(unit)
        return "" if column.type != "ratio" and PLAIN.match(unit) else None

    def _beside(self, text: str) -> Iterator[Meaning]:
        key = header_key(text)
        for beside, endings in BESIDE.items():
            for ending in endings:
                stem = key.removesuffix(ending)
                if stem and stem != key:
                    found = self._meant.get(stem, ())
                    yield from (Meaning(column, beside) for column in found if column in self.table.columns)

    def labels(self) -> list[str]:
        """All that a header may be a slip of."""
        return [name for column in self.table.columns.values() for name in (column.id, *column.label.texts.values())]


def _readings(parts: tuple[str, ...]) -> Iterator[str]:
    """A header of several rows as one text; the lowest alone counts too, and what stands behind a stroke."""
    if len(parts) > 1:
        yield "/".join(parts)
        yield "".join(parts)
        yield "".join(parts[-2:])
    yield parts[-1]
    yield parts[-1].rpartition("/")[2]


def measured(text: str, unit: str) -> str:
    """A bare number with the unit in which it is measured; anything else as it is."""
    number = _number(text)
    return number + unit if number and unit else text


def bare(text: str) -> Decimal | None:
    """A number that is written without a unit."""
    number = _number(text)
    return Decimal(number.replace(",", "")) if number else None


def _number(text: str) -> str | None:
    """A number without a unit, in plain digits; one with a character that only looks like a digit (²) is none."""
    number = normalize("NFKC", text).strip().replace("−", "-")
    odd = any(letter.isdigit() and not letter.isdecimal() for letter in text)
    return number if BARE.match(number) and not odd else None


def parent_words(table: Mapping[str, Table]) -> tuple[str, ...]:
    """The headers under which a roster names the unit above."""
    labels = [item.label["zh"] for item in table.values()]
    return (
        *PARENT,
        *labels,
        "所属上级",
        *(f"{before}{label}" for label in labels for before in ("所属", "所在", "上级")),
    )


def reading_units(column: Column) -> dict[str, str]:
    """How bare numbers of a fact may be read, and the unit that stands for it."""
    if column.type == "ratio":
        return {"percent": "%", "ratio": SHARE}
    return {"yuan": "元", "wan": "万元"} if column.type == "money" else {}
