"""What a cell means: numbers, percentages, dates and words, from text, workbooks and parquet."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import xlsxwriter
from facts_cases import SCHEMA, facts, found, problems, refused, values, village

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = ("committee_members", "income", "index", "satisfaction")


def parquet(folder: Path, **columns: object) -> Path:
    frame = pl.DataFrame(columns)
    ids = pl.Series("id", [f"V{number}" for number in range(frame.height)])
    frame.with_columns(ids).write_parquet(folder / "village.parquet")
    return folder


def workbook(folder: Path, column: str, *cells: Any, **formats: str) -> Path:  # noqa: ANN401
    with xlsxwriter.Workbook(folder / "village.xlsx") as book:
        style = book.add_format(formats)
        sheet = book.add_worksheet("village")
        sheet.write_row(0, 0, ["id", column])
        for row, cell in enumerate(cells, 1):
            sheet.write(row, 0, f"V{row}")
            if isinstance(cell, str) and cell.startswith("#"):
                sheet.write_formula(row, 1, "=NA()", style, cell)
            else:
                sheet.write(row, 1, cell, style)
    return folder


# Numbers


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("7", 7),
        ("7.0", 7),
        (" 7 ", 7),
        ("+7", 7),
        ("７", 7),
        ("1,234", 1234),
        ("１２，３４５，６７８", 12345678),
        ("-0", 0),
        ("\u30007\u00a0", 7),
    ],
)
def test_counts(tmp_path: Path, cell: str, value: int) -> None:
    assert values(tmp_path, "sanctions", cell) == [value]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12345.67", 12345.67),
        ("12,345.67元", 12345.67),
        ("¥12,345.67", 12345.67),
        ("￥5", 5.0),
        ("1.5万元", 15000.0),
        ("1.5 万", 15000.0),
        ("0.3亿元", 30_000_000.0),
        ("-3.25", -3.25),
        ("−3.25", -3.25),
        (".5", 0.5),
        ("12345678901", 12345678901.0),
        ("120000000000", 120000000000.0),
        ("0.30000000000000004", 0.30000000000000004),
    ],
)
def test_money(tmp_path: Path, cell: str, value: float) -> None:
    assert values(tmp_path, "income", cell) == [value]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("75%", 0.75),
        ("75％", 0.75),
        ("７５％", 0.75),
        ("75 %", 0.75),
        ("0.75", 0.75),
        ("1", 1.0),
        ("92.35%", 0.9235),
        ("0%", 0.0),
    ],
)
def test_ratios(tmp_path: Path, cell: str, value: float) -> None:
    assert values(tmp_path, "satisfaction", cell) == [value]


@pytest.mark.parametrize("cell", ["150%", "-100%", "500%"])
def test_a_ratio_may_exceed_one_when_it_says_percent(tmp_path: Path, cell: str) -> None:
    assert values(tmp_path, "income_growth", cell) == [float(cell[:-1]) / 100]


@pytest.mark.parametrize("cell", ["1.5", "92", "-2"])
def test_a_bare_number_beyond_one_is_asked_about(tmp_path: Path, cell: str) -> None:
    assert refused(tmp_path, "income_growth", cell) == ["cell_percent_or_share"]


def test_it_is_asked_once_for_a_column(tmp_path: Path) -> None:
    rows = "".join(f"V{number},{60 + number % 40}\n" for number in range(300))
    (problem,) = problems(village(tmp_path, f"id,satisfaction\nW1,0.5\nW2,50%\n{rows}"))
    assert (str(problem.place), problem.values["count"], problem.values["given"]) == ("village.csv:4:B", 300, "60")


@pytest.mark.parametrize("column", NUMBERS)
@pytest.mark.parametrize(
    "cell",
    [
        "x",
        "七",
        "1 2",
        "1,23",
        "1,2345",
        "0x1F",
        "1_000",
        "12²",
        "½",
        "①",
        "1.2.3",
        "--5",
        "5-",
        "٣",
        "8人",
        "5%5",
        "inf",
        "1;2",
        "９" * 200,
    ],
)
def test_what_is_no_number(tmp_path: Path, column: str, cell: str) -> None:
    assert refused(tmp_path, column, cell) == ["cell_not_number"]


@pytest.mark.parametrize(
    ("column", "cell"), [("committee_members", "75%"), ("income", "75%"), ("satisfaction", "7元"), ("sanctions", "3万")]
)
def test_a_unit_that_a_type_does_not_have(tmp_path: Path, column: str, cell: str) -> None:
    assert refused(tmp_path, column, cell) == ["cell_not_number"]


@pytest.mark.parametrize("column", NUMBERS)
@pytest.mark.parametrize("cell", ["1e5", "4.416E+11", "1E400", "-1e-3"])
def test_scientific_notation_may_have_lost_digits(tmp_path: Path, column: str, cell: str) -> None:
    assert refused(tmp_path, column, cell) == ["cell_exponent"]


@pytest.mark.parametrize("cell", ["1.23456789012", "0.000000123456789012", "123456789012", "1234567890.12"])
def test_more_digits_than_eleven(tmp_path: Path, cell: str) -> None:
    assert refused(tmp_path, "index", cell) == ["cell_too_many_digits"]
    assert refused(tmp_path, "index", f"-{cell}") == ["cell_too_many_digits"]


@pytest.mark.parametrize(
    "cell", ["1.2345678901", "0.00000012345678901", "12345678901", "123456789.01", "99999999999", "1.1", "100000000000"]
)
def test_eleven_digits(tmp_path: Path, cell: str) -> None:
    assert values(tmp_path, "index", cell, f"-{cell}", "1", "0.1") == [float(cell), -float(cell), 1.0, 0.1]


def test_a_number_too_large_for_any_fact(tmp_path: Path) -> None:
    assert refused(tmp_path, "income", "1" + "0" * 15) == ["cell_number_too_large"]
    assert refused(tmp_path, "committee_members", "9" * 90) == ["cell_number_too_large"]


def test_a_count_is_whole(tmp_path: Path) -> None:
    assert refused(tmp_path, "committee_members", "7.5") == ["cell_not_whole"]


# Nothing, and what is written for nothing


@pytest.mark.parametrize("column", [column for column in SCHEMA["village"].columns if column != "sanctions"])
@pytest.mark.parametrize("cell", ["", " ", "\u3000", "\t"])
def test_an_empty_cell_is_a_gap(tmp_path: Path, column: str, cell: str) -> None:
    assert values(tmp_path, column, cell) == [None]


@pytest.mark.parametrize("column", [*SCHEMA["village"].columns])
@pytest.mark.parametrize("cell", ["-", "—", "——", "/", "／", "N/A", "null"])
def test_a_dash_is_no_answer(tmp_path: Path, column: str, cell: str) -> None:
    assert refused(tmp_path, column, cell) == ["cell_dash"]


@pytest.mark.parametrize("column", [*SCHEMA["village"].columns, "name"])
@pytest.mark.parametrize("cell", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?"])
def test_a_formulas_error_is_no_answer(tmp_path: Path, column: str, cell: str) -> None:
    assert refused(tmp_path, column, cell) == ["cell_error_value"]


def test_a_blank_means_what_its_fact_says(tmp_path: Path) -> None:
    assert values(tmp_path, "sanctions", "", "3", " ") == [0, 3, 0]
    assert values(tmp_path, "assessed_grade", "", "合格") == [None, "qualified"]


def test_a_required_blank(tmp_path: Path) -> None:
    (tmp_path / "township.csv").write_text("id,work_fund\nT1, \nT2,x\n", encoding="utf-8")
    assert found(tmp_path) == ["township.csv:2:B cell_required", "township.csv:3:B cell_not_number"]


# Words and dates


@pytest.mark.parametrize("cell", ["是", "有", "true", "TRUE", "Yes", "y", "1", "１", "√", "✓"])
def test_yes(tmp_path: Path, cell: str) -> None:
    assert values(tmp_path, "task_completed", cell) == [True]


@pytest.mark.parametrize("cell", ["否", "无", "false", "False", "no", "N", "0", "×"])
def test_no(tmp_path: Path, cell: str) -> None:
    assert values(tmp_path, "task_completed", cell) == [False]


@pytest.mark.parametrize("cell", ["2", "maybe", "是否", "10"])
def test_neither_yes_nor_no(tmp_path: Path, cell: str) -> None:
    assert refused(tmp_path, "task_completed", cell) == ["cell_not_boolean"]


@pytest.mark.parametrize(
    "cell",
    [
        "2004-01-05",
        "2004-1-5",
        "2004/1/5",
        "2004.1.5",
        "2004年1月5日",
        "２００４年１月５日",
        "2004-01-05 00:00:00",
        "2004/1/5 9:35",
    ],
)
def test_dates(tmp_path: Path, cell: str) -> None:
    assert values(tmp_path, "founded", cell) == [date(2004, 1, 5)]


@pytest.mark.parametrize(
    "cell",
    ["2004-02-30", "2004-13-01", "04-1-5", "5/1/2004", "2004年1月", "38000", "0000-01-01", "2004-1-5x", "20040105"],
)
def test_what_is_no_date(tmp_path: Path, cell: str) -> None:
    assert refused(tmp_path, "founded", cell) == ["cell_not_date"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("hill", "hill"), ("丘陵", "hill"), (" HILL ", "hill"), ("Ｈｉｌｌ", "hill"), ("山区", "mountain")],
)
def test_choices(tmp_path: Path, cell: str, value: str) -> None:
    assert values(tmp_path, "terrain", cell) == [value]


def test_a_choice_that_is_none(tmp_path: Path) -> None:
    (problem,) = problems(village(tmp_path, "id,terrain,assessed_grade\nV1,Hil,优秀\n"))
    assert (problem.code, problem.near) == ("cell_not_choice", ("Hill",))
    assert refused(tmp_path, "assessed_grade", "好") == ["cell_not_grade"]


def test_text_is_kept_as_it_is(tmp_path: Path) -> None:
    assert values(tmp_path, "note", " （甲）　乙 ", "line\nbreak", "001") == ["（甲）　乙", "line\nbreak", "001"]
    assert refused(tmp_path, "note", "bell\x07") == ["cell_control_character"]
    assert refused(tmp_path, "note", "x" * 32_768) == ["cell_too_long"]


def test_the_users_words_fit_a_line(tmp_path: Path) -> None:
    (problem,) = problems(village(tmp_path, 'id,terrain\nV1,"a\n\x1b[31m' + "y" * 500 + '"\n'))
    assert len(str(problem.values["given"])) < 70
    assert "\n" not in str(problem.values["given"])
    assert "\x1b" not in str(problem.values["given"])


def test_long_columns_of_problems_are_cut(tmp_path: Path) -> None:
    rows = "".join(f"V{number},x,\n" for number in range(1_500))
    listed = problems(village(tmp_path, f"id,committee_members,index\n{rows}"))
    assert [problem.code for problem in listed] == ["cell_not_number"] * 1_000 + ["facts_more"]
    assert listed[-1].values["count"] == 500
    assert str(listed[-1].place) == "village.csv:1002:B"


# Workbooks


def test_percent_cells_are_what_they_show(tmp_path: Path) -> None:
    read = facts(workbook(tmp_path, "income_growth", 1.2, 0.05, -0.3, 5, 0.123, 0.1 + 0.2, num_format="0.0%"))
    assert read.tables["village"]["income_growth"].to_list() == [1.2, 0.05, -0.3, 5.0, 0.123, 0.3]


def test_custom_percent_formats_too(tmp_path: Path) -> None:
    read = facts(workbook(tmp_path, "income_growth", 1.2, num_format='"growth" 0.000%'))
    assert read.tables["village"]["income_growth"].to_list() == [1.2]


def test_a_percent_cell_of_a_count_is_no_count(tmp_path: Path) -> None:
    (problem,) = problems(workbook(tmp_path, "sanctions", 0.75, num_format="0%"))
    assert (problem.code, problem.values["given"]) == ("cell_not_number", "75%")


def test_a_bare_number_in_a_workbook_is_asked_about(tmp_path: Path) -> None:
    assert found(workbook(tmp_path, "income_growth", 0.5, 1.2)) == ["village.xlsx[village]!B3 cell_percent_or_share"]


def test_error_cells_are_not_empty(tmp_path: Path) -> None:
    assert found(workbook(tmp_path, "index", 1, "#N/A", "#DIV/0!")) == [
        "village.xlsx[village]!B3 cell_error_value",
        "village.xlsx[village]!B4 cell_error_value",
    ]


def test_numbers_of_a_workbook_have_fifteen_digits(tmp_path: Path) -> None:
    read = facts(workbook(tmp_path, "index", 0.1 + 0.2, 7, 1e-7, 12345678901, -2.5))
    assert read.tables["village"]["index"].to_list() == [0.3, 7.0, 1e-7, 12345678901.0, -2.5]


def test_dates_of_a_workbook(tmp_path: Path) -> None:
    days = [datetime(2004, 10, 11), datetime(2004, 10, 11, 9, 30)]  # noqa: DTZ001
    read = facts(workbook(tmp_path, "founded", *days, "2004.10.11", num_format="yyyy-mm-dd hh:mm"))
    assert read.tables["village"]["founded"].to_list() == [date(2004, 10, 11)] * 3


def test_a_number_shown_as_a_date_is_told(tmp_path: Path) -> None:
    (problem,) = problems(workbook(tmp_path, "sanctions", 5, num_format="yyyy-mm-dd"))
    assert (problem.code, problem.values["given"]) == ("cell_not_number", "1900-01-05")


@pytest.mark.parametrize(
    ("given", "id_"), [(101, "101"), (441621100201, "441621100201"), ("007", "007"), (" V1 ", "V1")]
)
def test_ids_of_a_workbook(tmp_path: Path, given: object, id_: str) -> None:
    with xlsxwriter.Workbook(tmp_path / "village.xlsx") as book:
        sheet = book.add_worksheet("village")
        sheet.write_row(0, 0, ["编号"])
        sheet.write(1, 0, given)
    assert facts(tmp_path).tables["village"]["id"].to_list() == [id_]


def test_an_id_that_lost_digits_in_a_workbook(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "village.xlsx") as book:
        sheet = book.add_worksheet("village")
        sheet.write_row(0, 0, ["编号"])
        sheet.write_number(1, 0, 441621100201441621)
    assert found(tmp_path) == ["village.xlsx[village]!A2 id_lost_digits"]


# Parquet


@pytest.mark.parametrize(
    ("column", "series", "expected"),
    [
        ("sanctions", pl.Series([1, None, 3], dtype=pl.UInt8), [1, 0, 3]),
        ("sanctions", pl.Series([1.0, None, 3.0]), [1, 0, 3]),
        ("sanctions", pl.Series(["1", None, "3"]), [1, 0, 3]),
        ("index", pl.Series([0.1, 2.5], dtype=pl.Float32), [0.1, 2.5]),
        ("index", pl.Series([Decimal("0.1"), Decimal("2.5")]), [0.1, 2.5]),
        ("index", pl.Series([1, 2]), [1.0, 2.0]),
        ("index", pl.Series([None, None]), [None, None]),
        ("income_growth", pl.Series([1.5, -1.0, 5.0]), [1.5, -1.0, 5.0]),
        ("income_growth", pl.Series(["150%", "0.5"]), [1.5, 0.5]),
        ("task_completed", pl.Series([True, None, False]), [True, None, False]),
        ("task_completed", pl.Series([1, 0]), [True, False]),
        ("task_completed", pl.Series([1.0, 0.0]), [True, False]),
        ("founded", pl.Series([date(2004, 1, 5)]), [date(2004, 1, 5)]),
        ("founded", pl.Series([datetime(2004, 1, 5, 9)]), [date(2004, 1, 5)]),  # noqa: DTZ001
        ("founded", pl.Series(["2004年1月5日"]), [date(2004, 1, 5)]),
        ("terrain", pl.Series(["丘陵", None], dtype=pl.Categorical), ["hill", None]),
        ("terrain", pl.Series(["hill", "plain"], dtype=pl.Enum(["hill", "plain"])), ["hill", "plain"]),
        ("note", pl.Series([1, 20]), ["1", "20"]),
        ("note", pl.Series([1.0, 2.5]), ["1", "2.5"]),
        ("name", pl.Series([5, 6]), ["5", "6"]),
    ],
)
def test_columns_of_parquet(tmp_path: Path, column: str, series: pl.Series, expected: list[object]) -> None:
    assert facts(parquet(tmp_path, **{column: series})).tables["village"][column].to_list() == expected


@pytest.mark.parametrize(
    ("column", "series", "problem"),
    [
        ("index", pl.Series([1.0, float("nan")]), ":2:index cell_dash"),
        ("index", pl.Series([float("nan"), float("nan")]), ":1:index cell_dash"),
        ("index", pl.Series([1.0, float("inf")]), ":2:index cell_number_too_large"),
        ("index", pl.Series([1.0, 1 / 3]), ":2:index cell_too_many_digits"),
        ("index", pl.Series([1, 2**62]), ":2:index cell_number_too_large"),
        ("index", pl.Series([1, 123456789012]), ":2:index cell_too_many_digits"),
        ("index", pl.Series([True, False]), ":1:index cell_not_number"),
        ("index", pl.Series([date(2004, 1, 5)]), ":1:index cell_not_number"),
        ("sanctions", pl.Series([1.0, 2.5]), ":2:sanctions cell_not_whole"),
        ("sanctions", pl.Series([1, -1]), ":2:sanctions cell_below_bound"),
        ("satisfaction", pl.Series([0.5, 92.0, 93.0]), ":2:satisfaction cell_percent_or_share"),
        ("satisfaction", pl.Series([50, 92]), ":1:satisfaction cell_percent_or_share"),
        ("task_completed", pl.Series([1, 2]), ":2:task_completed cell_not_boolean"),
        ("founded", pl.Series([38000]), ":1:founded cell_not_date"),
        ("founded", pl.Series([12782, 2**30], dtype=pl.Int32).cast(pl.Date), ":2:founded cell_not_date"),
        ("terrain", pl.Series(["hill", "sea"]), ":2:terrain cell_not_choice"),
        ("note", pl.Series([[1], [2]]), "::note column_type"),
        ("note", pl.Series([b"x"]), "::note column_type"),
    ],
)
def test_columns_of_parquet_that_are_wrong(tmp_path: Path, column: str, series: pl.Series, problem: str) -> None:
    place, code = problem.split()
    expected = f"village.parquet{place.replace('::', ':')} {code}"
    assert expected in found(parquet(tmp_path, **{column: series}))


def test_ids_of_parquet(tmp_path: Path) -> None:
    for ids in (pl.Series([101, 102]), pl.Series([101.0, 102.0]), pl.Series(["101 ", "102"])):
        pl.DataFrame({"id": ids}).write_parquet(tmp_path / "village.parquet")
        assert facts(tmp_path).tables["village"]["id"].to_list() == ["101", "102"]
