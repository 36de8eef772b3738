"""What must hold between cells, and what quarantine does where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from facts_cases import SCHEMA, facts, found, problems, village
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.facts import read_facts
from engine.messages import sentence

if TYPE_CHECKING:
    from pathlib import Path

TOWNSHIPS = "id,name,work_fund\nT1,大岭镇,1\nT2,石桥乡,2\nT3,石桥乡,3\n"
FACTS = list(SCHEMA["village"].columns)


def district(folder: Path, villages: str, townships: str = TOWNSHIPS) -> Path:
    (folder / "township.csv").write_text(townships, encoding="utf-8")
    return village(folder, villages)


# Ids


def test_a_duplicate_points_to_the_first(tmp_path: Path) -> None:
    (tmp_path / "village-b.csv").write_text("id\nV1\nV3\nV1\n", encoding="utf-8")
    listed = problems(village(tmp_path, "id\nV2\nV1\n"))
    assert [(str(problem.place), problem.values["given"], problem.values["other_place"]) for problem in listed] == [
        ("village-b.csv:4:A", "V1", "village-b.csv:2:A"),
        ("village.csv:3:A", "V1", "village-b.csv:2:A"),
    ]


@pytest.mark.parametrize(
    ("id_", "code"),
    [
        ("", "id_empty"),
        (" ", "id_empty"),
        ("4.416E+11", "id_lost_digits"),
        ("#N/A", "cell_error_value"),
        ("V\u200b1", "id_unusable"),
        ("V\x011", "id_unusable"),
        ("?village.csv:2", "id_unusable"),
        ("x" * 40_000, "cell_too_long"),
    ],
)
def test_ids_that_cannot_be_used(tmp_path: Path, id_: str, code: str) -> None:
    assert found(village(tmp_path, f'id,name\n"{id_}",东村\nV2,西村\n')) == [f"village.csv:2:A {code}"]
    read = facts(tmp_path, quarantine=True)
    assert read.tables["village"].select("id", "_refused").rows() == [("?village.csv:2", True), ("V2", False)]
    assert [rejection.id for rejection in read.rejections] == [None]


def test_ids_are_text_in_plain_order(tmp_path: Path) -> None:
    assert facts(village(tmp_path, "id\n10\n9\n001\n村\nb\nB\n")).tables["village"]["id"].to_list() == [
        "001",
        "10",
        "9",
        "B",
        "b",
        "村",
    ]


# Parents


def test_a_parent_is_named_by_id_or_name(tmp_path: Path) -> None:
    read = facts(district(tmp_path, "id,parent\nV1,T1\nV2,大岭镇\nV3, 大岭镇\nV4,T3\n"))
    assert read.tables["village"]["parent"].to_list() == ["T1", "T1", "T1", "T3"]


def test_parents_that_are_not_found(tmp_path: Path) -> None:
    listed = problems(district(tmp_path, "id,parent\nV1,大岭\nV2,\nV3,石桥乡\nV4,T9\n"))
    assert [(str(problem.place), problem.code, problem.near) for problem in listed] == [
        ("village.csv:2:B", "parent_unknown", ("大岭镇",)),
        ("village.csv:3:B", "parent_empty", ()),
        ("village.csv:4:B", "parent_ambiguous", ()),
        ("village.csv:5:B", "parent_unknown", listed[3].near),
    ]
    assert listed[2].values["ids"] == "T2`, `T3"


def test_without_a_table_above_parents_are_not_looked_for(tmp_path: Path) -> None:
    assert facts(village(tmp_path, "id,parent\nV1,T9\nV2,\n")).tables["village"]["parent"].to_list() == ["T9", None]
    assert facts(village(tmp_path, "id\nV1\n")).read == {"village": 1}


def test_a_parent_column_is_needed_below_a_table(tmp_path: Path) -> None:
    assert found(district(tmp_path, "id\nV1\n")) == ["village.csv:1 column_parent_missing"]


def test_a_broken_table_above_makes_no_orphans(tmp_path: Path) -> None:
    assert found(district(tmp_path, "id,parent\nV1,T1\n", "name\n大岭镇\n")) == [
        "township.csv:1 column_id_missing",
        "township.csv:1 column_required_missing",
    ]


# Bounds


def test_bounds(tmp_path: Path) -> None:
    header = "id,committee_members,cross_posted,satisfaction,founded\n"
    text = header + "V1,0,,100.1%,1969-12-31\nV2,1,1,100%,1970-01-01\nV3,1,2,0,\n"
    assert found(village(tmp_path, text)) == [
        "village.csv:2:B cell_below_bound",
        "village.csv:2:D cell_above_bound",
        "village.csv:2:E cell_below_bound",
        "village.csv:4:C cell_above_fact",
    ]


def test_a_bound_that_is_a_gap_bounds_nothing(tmp_path: Path) -> None:
    assert facts(village(tmp_path, "id,committee_members,cross_posted\nV1,,9\n")).read == {"village": 1}
    assert facts(village(tmp_path, "id,cross_posted\nV1,9\n")).read == {"village": 1}
    assert found(village(tmp_path, "id,committee_members,cross_posted\nV1,x,9\n")) == [
        "village.csv:2:B cell_not_number"
    ]


def test_a_bound_by_a_fact_names_both(tmp_path: Path) -> None:
    (problem,) = problems(village(tmp_path, "id,交叉任职人数,两委成员数\nV1,9,8\n"))
    text, _ = sentence(problem, "en")
    assert text == "“Cross-posted” `9` is above “Members of the two committees” `8` (village.csv:2:C)"


# Quarantine


def test_quarantine_rates_the_rest(tmp_path: Path) -> None:
    text = (
        "id,name,parent,committee_members,cross_posted,sanctions\n"
        "V1,甲,T1,7,5,\nV2,乙,T1,x,5,1\nV3,丙,T2,6,7,-1\nV3,丁,T1,6,5,\n,戊,T1,7,5,\nV6,己,T9,7,5,\n"
    )
    read = facts(district(tmp_path, text), quarantine=True)
    table = read.tables["village"]
    assert table.select("id", "name", "parent", "_row", "_refused").rows() == [
        ("?village.csv:6", "戊", "T1", 6, True),
        ("V1", "甲", "T1", 2, False),
        ("V2", "乙", "T1", 3, True),
        ("V3", "丙", "T2", 4, True),
        ("V6", "己", None, 7, True),  # there is no T9: it may stand under any township
    ]
    assert read.rejections[-1].parent == "T9"
    assert table.filter("_refused").select(FACTS).null_count().row(0) == (4,) * len(FACTS)
    assert table.filter(~pl.col("_refused"))["sanctions"].to_list() == [0]
    assert read.read == {"township": 3, "village": 6}
    assert [(rejection.id, rejection.name, str(rejection.place)) for rejection in read.rejections] == [
        ("V2", "乙", "village.csv:3"),
        ("V3", "丙", "village.csv:4"),
        ("V3", "丁", "village.csv:5"),
        (None, "戊", "village.csv:6"),
        ("V6", "己", "village.csv:7"),
    ]
    reasons = {str(r.place): sorted(f"{d.place} {d.code}" for d in r.reasons) for r in read.rejections}
    assert reasons == {
        "village.csv:3": ["village.csv:3:D cell_not_number"],
        "village.csv:4": [
            "village.csv:4:A id_duplicate",
            "village.csv:4:E cell_above_fact",
            "village.csv:4:F cell_below_bound",
        ],
        "village.csv:5": ["village.csv:5:A id_duplicate"],
        "village.csv:6": ["village.csv:6:A id_empty"],
        "village.csv:7": ["village.csv:7:C parent_unknown"],
    }


def test_quarantine_keeps_a_refused_parent_for_its_children(tmp_path: Path) -> None:
    read = facts(
        district(tmp_path, "id,parent\nV1,T1\nV2,大岭镇\n", "id,name,work_fund\nT1,大岭镇,x\n"), quarantine=True
    )
    assert read.tables["township"].select("id", "work_fund", "_refused").rows() == [("T1", None, True)]
    assert read.tables["village"]["parent"].to_list() == ["T1", "T1"]
    assert [rejection.kind for rejection in read.rejections] == ["township"]


def test_quarantine_gives_each_row_of_a_question_its_reason(tmp_path: Path) -> None:
    read = facts(village(tmp_path, "id,satisfaction\nV1,92\nV2,0.5\nV3,88\n"), quarantine=True)
    assert [rejection.id for rejection in read.rejections] == ["V1", "V3"]
    assert {reason.code for rejection in read.rejections for reason in rejection.reasons} == {"cell_percent_or_share"}


def test_quarantine_does_not_save_a_table_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "township.xlsx").write_bytes(b"?")
    listed = problems(village(tmp_path, "id,what\nV1,x\n,x\n"), quarantine=True)
    assert [f"{problem.place} {problem.code}" for problem in listed] == [
        "township.xlsx file_not_workbook",
        "village.csv:1:B column_unknown",
    ]


def test_quarantine_of_everything_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"V{number},x\n" for number in range(100_001))
    (problem,) = problems(village(tmp_path, f"id,index\n{rows}"), quarantine=True)
    assert problem.code == "table_too_many_refused"


def test_facts_without_problems_are_the_same_under_quarantine(tmp_path: Path) -> None:
    path = district(tmp_path, "id,parent,income\nV1,T1,3\n")
    assert facts(path).tables["village"].equals(facts(path, quarantine=True).tables["village"])


CELLS = st.sampled_from(["", "1", "2", "9", "x", "-", "0.5", "92", "92%", "V1", "是", "#N/A", "2004-1-1", '"', "a\nb"])


@settings(deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=7, max_size=7), min_size=1, max_size=8))
def test_rated_and_rejected_are_what_was_read(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    header = "id,committee_members,cross_posted,satisfaction,task_completed,founded,note\n"
    quoted = ("".join(f'"{cell.replace(chr(34), chr(34) * 2)}",' for cell in row)[:-1] + "\n" for row in rows)
    folder = village(tmp_path_factory.mktemp("facts"), header + "".join(quoted))
    if not any("".join(row).strip() for row in rows):
        assert found(folder) == ["village.csv:1 table_empty"]
        return
    read = read_facts(folder, SCHEMA, quarantine=True)
    table = read.tables["village"]
    assert (~table["_refused"]).sum() + len(read.rejections) == read.read["village"]
    assert read.read["village"] == sum(bool("".join(row).strip()) for row in rows)
    assert table["id"].is_sorted()
    assert table["id"].is_unique().all()
    assert all(rejection.reasons for rejection in read.rejections)
    refused = {str(rejection.place) for rejection in read.rejections}
    assert refused == {problem.split()[0].rpartition(":")[0] for problem in found(folder)} | refused
