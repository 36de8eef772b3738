"""Whatever is sent: pieces add up to the whole, cells hold what is said of them, ids and names stay what they are."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from collecting import SCHEMA
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.collecting import Collected, collect, naming
from engine.collecting.roster import restored
from engine.facts.text_files import grid

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADERS = {
    "members": ("两委成员数", "members", "两委成员数（人）", "领导班子好/两委成员数"),
    "growth": ("收入增长率", "Growth", "growth"),
    "completed": ("完成任务", "completed"),
    "sanctions": ("受处分人数", "sanctions"),
}
CELLS = {
    "members": st.integers(1, 20).map(str),
    "growth": st.sampled_from(["6%", "0.07", "-1.5％", "120%", ""]),
    "completed": st.sampled_from(["是", "否", "yes", "×", ""]),
    "sanctions": st.sampled_from(["0", "3", ""]),
}
UNIT = st.fixed_dictionaries(CELLS)
BEFORE = st.lists(st.sampled_from(["年度报表", "报送单位：大岭镇", "单位：万元"]), max_size=2)
AFTER = st.lists(st.sampled_from(["合计", "填表人：张三", "注：以上属实", ""]), max_size=3)


@st.composite
def pieces(draw: st.DrawFn) -> tuple[list[list[list[str]]], list[list[str]]]:
    """Tables of some units, as people lay them out, in any order; and one table of all of them."""
    units = draw(st.lists(UNIT, min_size=1, max_size=8))
    whole = [["id", "name", "parent", *CELLS]]
    whole += [[f"V{at}", f"村{at}", "大岭镇", *(unit[fact] for fact in CELLS)] for at, unit in enumerate(units)]
    lots = draw(st.lists(st.integers(0, 2), min_size=len(units), max_size=len(units)))
    tables = []
    for lot in draw(st.permutations(sorted(set(lots)))):
        facts = draw(st.permutations([*CELLS]))
        rows = [[text] for text in draw(BEFORE)]
        rows.append(["序号", "村编号", "村名", "所属乡镇", *(draw(st.sampled_from(HEADERS[fact])) for fact in facts)])
        own = draw(st.permutations([at for at, of in enumerate(lots) if of == lot]))
        rows += [["1", f"V{at}", f"村{at}", "大岭镇", *(units[at][fact] for fact in facts)] for at in own]
        tables.append(rows + [[text] for text in draw(AFTER)])
    return tables, whole


def gathered(tables: Sequence[Sequence[Sequence[str]]], folder: Path) -> Collected:
    """What is collected of tables, each a file."""
    folder.mkdir()
    for number, rows in enumerate(tables):
        with (folder / f"{number:02}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    found = collect(folder, SCHEMA)
    assert found.problems == ()
    return found


@given(pieces())
@settings(max_examples=60, deadline=None)
def test_pieces_in_any_order_are_the_whole(drawn: tuple[list[list[list[str]]], list[list[str]]]) -> None:
    tables, whole = drawn
    with TemporaryDirectory() as folder:
        parts = gathered(tables, Path(folder, "parts"))
        stacked = gathered([whole], Path(folder, "whole"))
        assert parts.tables["village"].equals(stacked.tables["village"])
        assert parts.trail is not None
        for file, cell, text in parts.trail.select("file", "cell", "text").iter_rows():
            column, row = "ABCDEFGHIJKL".index(cell[0]), int(cell[1:]) - 1
            assert grid(Path(folder, "parts", file), file).rows[row][column] == text


@given(st.integers(1, 10**17), st.integers(0, 17))
def test_an_id_is_restored_exactly_or_refused(id_: int, digits: int) -> None:
    text = str(id_)
    assert restored(text) == restored(f"{text}.0") == restored(f" '{text} ") == text
    shown = f"{Decimal(id_):.{digits}E}"
    assert restored(shown) == (text if digits >= len(text) - 1 else None)


NAMES = st.text(alphabet="上下东西坪岗塘湾大岭", min_size=1, max_size=3)
BODIES = ("", "村", "村委会", "村村委会", "村党支部", "村党总支部委员会", "村村民委员会", "党支部", "行政村")


@given(NAMES, st.sampled_from(BODIES), st.sampled_from(["", "石桥镇"]), st.sampled_from(["", " ", "\u3000"]))
def test_a_name_is_the_same_whatever_body_stands_behind_it(name: str, body: str, above: str, blank: str) -> None:
    written = blank.join((above, *name, body))
    assert naming.key(written, ["石桥镇"]) == naming.key(name)


@given(NAMES, NAMES)
def test_other_names_are_others(one: str, other: str) -> None:
    assert (naming.key(f"{one}村委会") == naming.key(f"{other}村")) == (one == other)
