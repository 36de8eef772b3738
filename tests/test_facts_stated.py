"""Facts that are stated are rated as those that are read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from engine.facts import read_facts
from engine.facts.stated import GAP, stated
from engine.rulebook import Label
from engine.schema import NOT_ENTERED, Column, Table

if TYPE_CHECKING:
    from pathlib import Path

LABEL = Label(zh="甲", en="A")
COLUMNS = {
    column.id: column
    for column in (
        Column("persons", "count", Label(zh="人数", en="persons"), low=0.0),
        Column("share", "ratio", Label(zh="比例", en="share"), low=0.0, high=1.0),
        Column("day", "date", Label(zh="日期", en="day")),
        Column("done", "boolean", Label(zh="完成", en="done")),
        Column("proven", "boolean", Label(zh="查实", en="proven"), blank=False),
        Column("quota", "count", Label(zh="核定", en="quota"), low=0.0, blank=NOT_ENTERED),
        Column("note", "text", Label(zh="备注", en="note")),
    )
}
SCHEMA = {"township": Table("township", LABEL, None, {}), "village": Table("village", LABEL, "township", COLUMNS)}


def test_stated_facts_are_those_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "township.csv").write_text("id,name\nT1,大岭\n", encoding="utf-8")
    (tmp_path / "village.csv").write_text(
        "id,name,parent,persons,share,day,done,proven,quota,note\n"
        "V1,东村,T1,3,0.75,2004-12-31,是,是,4,好\n"
        "V2,,T1,,,,,,,\n",
        encoding="utf-8",
    )
    read = read_facts(tmp_path, SCHEMA)
    found = stated(
        {
            "township": [{"id": "T1", "name": "大岭"}],
            "village": [
                {"id": "V2", "parent": "T1"},
                {
                    "id": "V1",
                    "name": "东村",
                    "parent": "T1",
                    "persons": Fraction(3),
                    "share": Decimal("0.75"),
                    "day": date(2004, 12, 31),
                    "done": True,
                    "proven": True,
                    "quota": 4,
                    "note": "好",
                },
            ],
        },
        SCHEMA,
    )
    for kind, table in read.tables.items():
        facts = [column for column in table.columns if column not in {"_file", "_row"}]
        assert found.tables[kind].select(facts).equals(table.select(facts)), kind
        assert dict(found.tables[kind].schema) == dict(table.schema)
    assert found.read == read.read


def test_an_absent_fact_is_what_an_empty_cell_is_and_a_gap_can_be_stated() -> None:
    rows: list[dict[str, object]] = [{"id": "V1"}, {"id": "V2", "persons": None, "proven": None}]
    rows.append({"id": "V3", "proven": GAP})
    table = stated({"village": rows}, SCHEMA).tables["village"]
    assert table["persons"].to_list() == [None, None, None]
    assert table["proven"].to_list() == [False, False, None]
    assert table["quota"].to_list() == [None, None, None]


def test_a_kind_without_rows_has_no_units_and_one_not_named_is_unknown() -> None:
    tables = stated({"village": []}, SCHEMA).tables
    assert list(tables) == ["village"]
    assert tables["village"].height == 0
    assert tables["village"].schema["day"] == pl.Date
