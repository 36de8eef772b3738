"""Which files and sheets hold tables, and which columns hold facts."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import xlsxwriter
from facts_cases import SCHEMA, facts, found, village

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ROW = "id,committee_members\nV1,7\n"


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], *, hidden: str | None = None) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name == hidden:
                sheet.hide()
    return path


def warnings(path: Path) -> list[str]:
    absent = {"column_missing", "column_not_entered"}
    return [f"{problem.place} {problem.code}" for problem in facts(path).warnings if problem.code not in absent]


# Files


@pytest.mark.parametrize(
    "name", ["village", "VILLAGE", "村", "village-大岭镇", "village_大岭镇", "Village 2", "村－大岭镇"]
)
def test_a_files_name_tells_the_kind(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.csv").write_text(ROW, encoding="utf-8")
    assert facts(tmp_path).read == {"village": 1}


def test_tables_of_one_kind_stack(tmp_path: Path) -> None:
    (tmp_path / "village-a.csv").write_text("id,committee_members\nV2,8\n", encoding="utf-8")
    (tmp_path / "village-b.csv").write_text("两委成员数,编号\n7,V1\n", encoding="utf-8")
    read = facts(tmp_path)
    assert read.tables["village"].select("id", "committee_members", pl.col("_file").cast(pl.String), "_row").rows() == [
        ("V1", 7, "village-b.csv", 2),
        ("V2", 8, "village-a.csv", 2),
    ]
    second = next(origin for origin in read.origins if origin.file == "village-b.csv")
    assert second.columns == {"committee_members": "A", "id": "B"}
    assert str(second.place(2, "committee_members")) == "village-b.csv:2:A"
    assert str(second.place(2, "satisfaction")) == "village-b.csv:2"


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_a_single_file_is_enough(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"village.{suffix}"
    frame = pl.DataFrame({"id": ["V1"], "committee_members": [7]})
    if suffix == "csv":
        frame.write_csv(path)
    elif suffix == "parquet":
        frame.write_parquet(path)
    else:
        workbook(path, {"Sheet1": [frame.columns, *frame.rows()]})
    assert facts(path).tables["village"]["committee_members"].to_list() == [7]


def test_other_files_are_passed_over_with_a_warning(tmp_path: Path) -> None:
    for name in (
        "README.md",
        "notes.txt",
        ".hidden.csv",
        "~$village.xlsx",
        ".~village.xlsx",
        "roster.csv",
        "Rulings.xlsx",
    ):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "originals").mkdir()
    assert warnings(village(tmp_path, ROW)) == [
        ".hidden.csv file_hidden",
        ".~village.xlsx file_open_elsewhere",
        "README.md file_other",
        "Rulings.xlsx file_reserved",
        "notes.txt file_other",
        "originals file_other",
        "roster.csv file_reserved",
        "~$village.xlsx file_open_elsewhere",
    ]


@pytest.mark.parametrize("suffix", ["xls", "et", "xlsm", "xlsb", "ods"])
def test_other_workbooks_are_refused(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"village.{suffix}").write_bytes(b"?")
    assert found(tmp_path) == [f"village.{suffix} file_old_format"]


def test_an_old_workbook_under_a_new_name_is_told_apart_from_a_locked_one(tmp_path: Path) -> None:
    (tmp_path / "village.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500))
    assert found(tmp_path) == ["village.xlsx file_old_format"]


def test_a_path_that_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    assert found(tmp_path / "notes.txt") == ["notes.txt file_not_table"]
    assert found(tmp_path / "nowhere") == ["nowhere file_cannot_open"]
    assert found(tmp_path / "nowhere.csv") == ["nowhere.csv file_cannot_open"]


def test_an_empty_folder_is_told_which_tables_it_may_hold(tmp_path: Path) -> None:
    assert found(tmp_path) == [f"{tmp_path.name} tables_none"]


def test_things_that_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "village.csv").mkdir()
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "s.csv"))
    assert found(tmp_path) == [
        "gone.csv file_cannot_open",
        "loop.csv file_cannot_open",
        "pipe.csv file_not_regular",
        "s.csv file_not_regular",
        "village.csv file_not_regular",
    ]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", denied)
    assert found(village(tmp_path, ROW)) == ["village.csv file_cannot_open"]


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"village-\xff\x1b[31m.csv")).write_text(ROW, encoding="utf-8")
    except OSError:
        pytest.skip("this file system wants names to be text")
    assert facts(tmp_path).tables["village"]["_file"].cast(pl.String).to_list() == ["village-��[31m.csv"]


# Sheets


def test_sheets_tell_their_kinds(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "district.xlsx",
        {
            "乡镇": [["编号", "名称", "工作经费"], ["T1", "大岭镇", 1]],
            "village": [["id", "parent", "committee_members"], ["V1", "T1", 7]],
            "village 2": [[], ["", "id", "parent", "committee_members"], [], ["", "V2", "大岭镇", 8]],
            "roster": [["whatever"]],
            "Sheet3": [],
        },
    )
    read = facts(path)
    assert read.tables["village"].select("id", "parent", pl.col("_file").cast(pl.String), "_row").rows() == [
        ("V1", "T1", "district.xlsx[village]", 2),
        ("V2", "T1", "district.xlsx[village 2]", 4),
    ]
    assert [str(origin.place(4, "committee_members")) for origin in read.origins] == [
        "district.xlsx[乡镇]!4",
        "district.xlsx[village]!C4",
        "district.xlsx[village 2]!D4",
    ]
    assert warnings(path) == ["district.xlsx[roster] file_reserved"]


def test_the_only_sheet_may_have_any_name(tmp_path: Path) -> None:
    workbook(tmp_path / "village.xlsx", {"Sheet1": [["id"], ["V1"]], "Sheet2": []})
    assert facts(tmp_path).read == {"village": 1}


def test_a_sheets_name_goes_before_the_files(tmp_path: Path) -> None:
    workbook(tmp_path / "village.xlsx", {"township": [["id", "work_fund"], ["T1", 1]]})
    assert facts(tmp_path).read == {"township": 1}


def test_a_hidden_sheet_is_passed_over_unless_it_names_a_kind(tmp_path: Path) -> None:
    sheets = {"village": [["id"], ["V1"]], "lists": [["是"], ["否"]]}
    workbook(tmp_path / "district.xlsx", sheets, hidden="lists")
    assert warnings(tmp_path) == ["district.xlsx[lists] sheet_hidden"]


def test_every_wrong_sheet_is_told(tmp_path: Path) -> None:
    workbook(
        tmp_path / "d.xlsx", {"vilage": [["id"], ["V1"]], "township": [["id"], ["T1"]], "village": [["x"], ["V1"]]}
    )
    assert found(tmp_path) == [
        "d.xlsx[township]!1 column_required_missing",
        "d.xlsx[vilage] sheet_unknown",
        "d.xlsx[village]!1 column_id_missing",
        "d.xlsx[village]!1 column_parent_missing",
        "d.xlsx[village]!A1 column_unknown",
    ]


# Text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_text_is_read_as_it_was_saved(
    tmp_path: Path, encoding: str, delimiter: str, line: str, *, quoted: bool
) -> None:
    rows = [["编号", "名称", "两委成员数"], ["V1", "“东”村，北", "7"], ["V2", "", "8"]]
    if quoted:
        rows[1][1] = f'"东{delimiter}村"'
    read = facts(village(tmp_path, "".join(delimiter.join(row) + line for row in rows), encoding=encoding))
    assert read.tables["village"].select("name", "committee_members").rows() == [
        (f"东{delimiter}村" if quoted else "“东”村，北", 7),
        ("V2", 8),
    ]


def test_row_numbers_are_those_of_a_spreadsheet(tmp_path: Path) -> None:
    text = '\n,,\nid,name,note\nV1,a,\n\n , ,\nV2,"b\nc",\n,,\nV3,d,x\n'
    read = facts(village(tmp_path, text)).tables["village"]
    assert read.select("id", "name", "_row").rows() == [("V1", "a", 4), ("V2", "b\nc", 7), ("V3", "d", 9)]


@pytest.mark.parametrize("text", ["id,name\nV1,a\nV2\n", 'id,name\nV1,"a"\nV2\n', "id,name\nV1,a\nV2,b,c\n"])
def test_rows_of_another_length_are_refused(tmp_path: Path, text: str) -> None:
    assert found(village(tmp_path, text)) == ["village.csv:3 row_ragged"]


def test_empty_cells_beyond_the_header_say_nothing(tmp_path: Path) -> None:
    assert facts(village(tmp_path, "id,name\nV1,a,,\n,,,\n")).read == {"village": 1}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "village.csv file_empty"),
        ("\n\n,,\n", "village.csv file_empty"),
        ("id\n", "village.csv:1 table_empty"),
        ('id,name\nV1,a\nV2,"b\n', "village.csv:3 file_unclosed_quote"),
        ('id,name\nV1,a\nV2,"b"c\n', "village.csv:3 file_unclosed_quote"),
        ('id,name\nV1,"' + "x" * 200_000 + '"\n', "village.csv:2 cell_too_long"),
        ("id,name\nV1," + "x" * 40_000 + "\n", "village.csv:2:B cell_too_long"),
        ("id,na\0me\n", "village.csv file_not_text"),
        ("id," + "x," * 3000 + "\n", "village.csv file_too_many_columns"),
        ("id,name\n" + "V1\n" * 2000, "village.csv:2 file_too_ragged"),
    ],
)
def test_text_that_is_no_table(tmp_path: Path, text: str, problem: str) -> None:
    assert problem in found(village(tmp_path, text))


# Headers


@pytest.mark.parametrize(
    "header",
    [
        "committee_members",
        "两委成员数",
        " 两委 成员数 ",
        "两委\n成员数",
        "Members of the two committees",
        "ＣＯＭＭＩＴＴＥＥ_members",
    ],
)
def test_a_header_is_an_id_or_a_label(tmp_path: Path, header: str) -> None:
    read = facts(village(tmp_path, f'id,"{header}"\nV1,7\n'))
    assert read.tables["village"]["committee_members"].to_list() == [7]


@pytest.mark.parametrize("header", ["parent", "上级", "上级单位", "所属乡镇", "乡镇", "Township", "township"])
def test_the_parent_has_many_names(tmp_path: Path, header: str) -> None:
    (tmp_path / "township.csv").write_text("代码,单位名称,work_fund\nT1,大岭镇,1\n", encoding="utf-8")
    assert facts(village(tmp_path, f"编号,村名,{header}\nV1,东村,T1\n")).tables["village"]["parent"].to_list() == ["T1"]


def test_columns_without_header_are_ignored_when_empty(tmp_path: Path) -> None:
    assert facts(village(tmp_path, "id,,name,\nV1,,a,\nV2, ,b,\n")).read == {"village": 2}


def test_a_column_that_is_missing_is_a_gap_whatever_a_blank_means(tmp_path: Path) -> None:
    read = facts(village(tmp_path, "id,sanctions\nV1,\n"))
    assert read.tables["village"].row(0, named=True)["sanctions"] == 0
    read = facts(village(tmp_path, "id\nV1\n"))
    assert read.tables["village"].row(0, named=True)["sanctions"] is None
    assert {problem.code for problem in read.warnings} == {"column_missing", "column_not_entered"}
    assert len(read.warnings) == len(SCHEMA["village"].columns)


def test_only_the_first_unknown_columns_are_listed(tmp_path: Path) -> None:
    header = ",".join(f"column{number}" for number in range(150))
    codes = [problem.split()[1] for problem in found(village(tmp_path, f"id,{header}\nV1{',' * 150}\n"))]
    assert codes == ["column_unknown"] * 100 + ["facts_more"]


def test_a_label_of_two_facts_is_ambiguous(tmp_path: Path) -> None:
    from dataclasses import replace  # noqa: PLC0415

    from engine.diagnostic import InvalidFactsError  # noqa: PLC0415
    from engine.facts import read_facts  # noqa: PLC0415

    table = SCHEMA["village"]
    both = {name: replace(table.columns[name], label=table.columns["note"].label) for name in ("income", "index")}
    with pytest.raises(InvalidFactsError) as error:
        read_facts(village(tmp_path, "id,备注\nV1,1\n"), {"village": replace(table, columns=both)})
    assert [problem.code for problem in error.value.diagnostics if problem.severity == "error"] == ["column_ambiguous"]
