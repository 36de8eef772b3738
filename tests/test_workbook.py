"""The ratings and the refused rows as workbooks: opened by another library, and looked at as XML."""

from __future__ import annotations

import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from python_calamine import CalamineWorkbook

from engine.archive import Run, write_run
from engine.facts import read_facts
from engine.programme import load, tables
from engine.rating import rate
from engine.workbook import write_ratings, write_rejections

if TYPE_CHECKING:
    from pathlib import Path

    from engine.facts import Facts
    from engine.programme import Programme
    from engine.rating import BookRating, Rating

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LANGUAGES = ("zh", "en")
Sheets = dict[str, list[list[Any]]]

BOOK = """
rulebook: {id}
kind: village
label: {{zh: {zh}, en: {en}}}
facts:
  votes: {{type: count, label: {{zh: 票数, en: Votes}}}}
goods:
  deeds:
    label: {{zh: 好, en: =Deeds}}
    criteria:
      first: {{label: {{zh: 够, en: Enough}}, require: votes >= 3, points: 5}}
      second: {{label: {{zh: 够, en: enough}}, require: votes >= 4, points: 5}}
      third: {{label: {{zh: 够 (2), en: ENOUGH (2)}}, require: votes >= 4, points: 5}}
      fourth: {{label: {{zh: 编号, en: Name}}, require: votes >= 4, points: 5}}
grades: [excellent, unqualified]
policy:
  propose:
    - {{id: by_score, when: score >= 5, grade: excellent}}
    - {{id: otherwise, grade: unqualified}}
"""
FORMULAS = ("=1+1", "+x", "-x", "@x", "'=1", "=cmd|' /C calc'!A0", "http://example.com", "007", "1e3", "\t=1", "是")


def read(path: Path) -> Sheets:
    with CalamineWorkbook.from_path(path) as book:
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def parts(path: Path) -> dict[str, ET.Element]:
    """The XML of a workbook."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: ET.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")}


def rated(folder: Path, *books: tuple[str, str, str], names: tuple[str, ...] = ("甲", "乙")) -> Rating:
    """Villages of given names, rated by rulebooks of given ids and labels."""
    (folder / "programme.yaml").write_text("programme: p\nlabel: {zh: 方案}\nkinds: {village: }\n", encoding="utf-8")
    for id_, zh, en in books:
        (folder / f"{id_}.yaml").write_text(BOOK.format(id=id_, zh=zh, en=en), encoding="utf-8")
    rows = "".join(f'"V{number:02}","{name}",{number % 6}\n' for number, name in enumerate(names))
    (folder / "village.csv").write_text("id,name,votes\n" + rows, encoding="utf-8")
    programmes = load([folder])
    return rate(programmes, read_facts(folder / "village.csv", tables(programmes)), year=2004)


@pytest.fixture(scope="module", params=LANGUAGES)
def book(
    request: pytest.FixtureRequest, district_rating: Rating, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """The language, and the workbook of the district in it."""
    path = tmp_path_factory.mktemp("workbook") / "ratings.xlsx"
    write_ratings(district_rating, path, request.param, most=100_000)
    return request.param, path


# The summary


def graded(rating: Rating) -> list[BookRating]:
    """What the rulebooks found that grade by points."""
    return [found for found in rating.books.values() if found.book.rated and not found.book.targets]


def names_above(rating: Rating) -> dict[str, str]:
    tables = rating.facts.tables
    return {id_: name for kind in ("county", "township") for id_, name in tables[kind].select("id", "name").iter_rows()}


def test_the_summary_adds_up(book: tuple[str, Path], district_rating: Rating) -> None:
    language, path = book
    sheets = read(path)
    rows = next(iter(sheets.values()))
    title = {
        "zh": ("汇总 · 年度 2004", "单位数", "待定", "合计"),
        "en": ("Summary · Year 2004", "Units", "Pending", "Total"),
    }
    heading, units, pending, all_ = title[language]
    assert rows[0][0] == heading
    parents = names_above(district_rating)
    for found in graded(district_rating):
        said = found.book.said
        start = next(number for number, row in enumerate(rows) if row[0] == said.label[language])
        grades = [label[language] for label in said.grades.values()]
        titles = [item.said.label[language] for item in found.book.titles if item.said.label]
        header = [said.label[language], units, *grades, pending, *titles]
        assert rows[start][: len(header)] == header
        ratings = found.ratings.to_dicts()
        groups = [None, *sorted({row["parent"] for row in ratings if row["parent"]})]
        for line, parent in zip(rows[start + 1 :], groups, strict=False):
            mine = [row for row in ratings if parent in {None, row["parent"]}]
            counts = [len(mine), *(sum(row["grade"] == grade for row in mine) for grade in said.grades)]
            counts += [sum(row["pending"] for row in mine)]
            counts += [sum(row[item.id] is True for row in mine) for item in found.book.titles]
            assert line[: len(header)] == [all_ if parent is None else parents[parent], *counts]
            assert sum(line[2 : len(grades) + 3]) == line[1]
        totals = [row for row in rows[start + 2 : start + 1 + len(groups)]]
        if totals:
            assert [sum(column) for column in zip(*(row[1 : len(header)] for row in totals), strict=True)] == rows[
                start + 1
            ][1 : len(header)]


# The sheets


def test_there_is_a_sheet_for_each_rulebook_under_its_label(book: tuple[str, Path], district_rating: Rating) -> None:
    language, path = book
    labels = {id_: found.book.said.label[language] for id_, found in district_rating.books.items()}
    expected = [label if len(label) <= 31 else id_ for id_, label in labels.items()]
    assert list(read(path))[: 1 + len(expected)] == [{"zh": "汇总", "en": "Summary"}[language], *expected]
    assert ("six_goods" in expected) is (language == "en")


def sheet_of(path: Path, found: Any, language: str) -> list[list[Any]]:  # noqa: ANN401
    sheets = read(path)
    label = found.book.said.label[language]
    return sheets[label] if label in sheets else sheets[found.book.id]


def test_a_sheet_holds_the_ratings_under_labels(book: tuple[str, Path], district_rating: Rating) -> None:
    language, path = book
    at = LANGUAGES.index(language)
    words = {
        True: ("是", "Yes")[at],
        False: ("否", "No")[at],
        None: ("未知", "Unknown")[at],
        "n/a": ("不适用", "Not applicable")[at],
    }
    seen = Counter[str]()
    names = names_above(district_rating)
    for found in graded(district_rating):
        said = found.book.said
        header, *lines = sheet_of(path, found, language)
        answers = [*found.book.titles, *found.book.goods, *found.book.criteria]
        assert (
            header[:5]
            == [
                ["编号", "名称", "上级", "等次", "最低等次"],
                ["Id", "Name", "Parent", "Grade", "Lowest grade"],
            ][at]
        )
        labels = [item.said.label[language] for item in answers if item.said.label]  # type: ignore[attr-defined]
        assert [text.partition(" (2)")[0] for text in header[9:]] == labels
        assert len({text.casefold() for text in header}) == len(header)
        grades = {id_: label[language] for id_, label in said.grades.items()}
        rules = {rule.id: rule.label[language] for rule in (*said.policy.propose, *said.policy.adjust) if rule.label}  # type: ignore[attr-defined]
        pending = ("待定", "Pending")[at]
        for line, row in zip(lines, found.ratings.to_dicts(), strict=True):
            assert line[:3] == [row["id"], row["name"], names.get(row["parent"], "")]
            assert line[3:6] == [grades.get(row["grade"], pending), grades[row["grade_low"]], grades[row["grade_high"]]]
            assert line[6:8] == pytest.approx([row["points_low"], row["points_high"]], abs=1e-9)
            fired = [rules[id_] for id_ in row["rules"].split(",") if id_]
            assert line[8] == ("；", "; ")[at].join(fired)
            for cell, item in zip(line[9:], answers, strict=True):
                answer = "n/a" if row.get(f"{item.id}_applicable") is False else row[item.id]  # type: ignore[attr-defined]
                assert cell == words[answer]
                seen[str(answer)] += 1
    assert min(seen[answer] for answer in ("True", "False", "None", "n/a")) > 5


def test_a_sheet_can_be_filtered_and_keeps_its_header_in_sight(book: tuple[str, Path], district_rating: Rating) -> None:
    _, path = book
    found = parts(path)
    sheets = [name for name in found if name.startswith("xl/worksheets/")]
    panes = Counter[tuple[str | None, str | None]]()
    for name in sheets:
        pane = found[name].find(f".//{NAMESPACE}pane")
        assert pane is not None
        assert pane.get("state") == "frozen"
        panes[pane.get("ySplit"), pane.get("xSplit")] += 1
    # The summary and the selections, then a sheet a rulebook.
    assert panes == {("1", "1"): 1, ("1", None): 1, ("1", "2"): len(district_rating.books)}
    filters = [
        element.get("ref")
        for name, root in found.items()
        if name.startswith("xl/tables/")
        for element in root.iter(f"{NAMESPACE}autoFilter")
    ]
    heights = sorted(found.ratings.height + 1 for found in district_rating.books.values())
    assert sorted(int("".join(filter(str.isdigit, str(ref).partition(":")[2]))) for ref in filters) == heights


def test_grades_have_colours(book: tuple[str, Path], district_rating: Rating) -> None:
    language, path = book
    found = parts(path)
    fills = [
        element.get("rgb")
        for fill in found["xl/styles.xml"].iter(f"{NAMESPACE}fill")
        for element in fill.iter()
        if element.get("rgb")
    ]
    assert {"FFC6E7C8", "FFFFF3C4", "FFF6C7C3", "FFD9D9D9"} <= set(fills)
    rules = [
        (str(rule.get("type")), [formula.text for formula in rule.iter(f"{NAMESPACE}formula")])
        for name, root in found.items()
        if name.startswith("xl/worksheets/")
        for rule in root.iter(f"{NAMESPACE}cfRule")
    ]
    graded = [item for item in district_rating.books.values() if item.book.rated]
    labels = {f'"{label[language]}"' for item in graded for label in item.book.said.grades.values()}
    labels.add({"zh": '"待定"', "en": '"Pending"'}[language])
    assert {formula for _, formulas in rules for formula in formulas} == labels
    assert len(rules) == 3 * sum(len(item.book.said.grades) + 1 for item in graded)  # three columns; and pending


# Any text


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, language: str) -> None:
    rating = rated(tmp_path, ("book", "小规则", "Small"), names=FORMULAS)
    write_run(rating, tmp_path / "run", language=language)  # type: ignore[arg-type]
    path = tmp_path / "run" / "ratings.xlsx"
    names = [row[1] for row in read(path)[("小规则", "Small")[language == "en"]][1:]]
    kept = Run.open(tmp_path / "run").ratings("book").collect()["name"].to_list()
    assert names == kept
    assert kept[:4] == ["=1+1", "+x", "-x", "@x"]
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name), name
            assert b"<hyperlink" not in archive.read(name), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "books",
    [
        [("one", "规则", "Rules"), ("two", "规则", "rules")],
        [("one", "汇总", "Summary")],
        [("one", '"a[b]:*?/c"', "History")],
        [("a" * 40, "长" * 40, "y" * 40), ("a" * 39 + "b", "长" * 40, "Y" * 40)],
    ],
)
def test_labels_that_excel_does_not_take_make_other_names(
    tmp_path: Path, books: list[tuple[str, str, str]], language: str
) -> None:
    rating = rated(tmp_path, *books)
    write_ratings(rating, tmp_path / "ratings.xlsx", language, most=100)  # type: ignore[arg-type]
    sheets = read(tmp_path / "ratings.xlsx")
    assert len(sheets) == len(books) + 1
    assert len({name.casefold() for name in sheets}) == len(sheets)
    assert all(len(name) <= 31 and not set("[]:*?/\\") & set(name) and name != "History" for name in sheets)
    first, *others = sheets.values()
    assert first[0][0] in {"汇总 · 年度 2004", "Summary · Year 2004"}
    for rows in others:
        assert [row[:2] for row in rows[1:]] == [["V00", "甲"], ["V01", "乙"]]
        assert len({cell.casefold() for cell in rows[0]}) == len(rows[0]) == 14


def test_many_units_are_only_summed_up(tmp_path: Path) -> None:
    rating = rated(tmp_path, ("book", "小规则", "Small"), names=("甲", "乙", "丙"))
    for most, sheets in ((3, ["汇总", "小规则"]), (2, ["汇总"])):
        write_ratings(rating, tmp_path / f"{most}.xlsx", "zh", most=most)
        assert list(read(tmp_path / f"{most}.xlsx")) == sheets
        assert read(tmp_path / f"{most}.xlsx")["汇总"][3][:2] == ["合计", 3]


def test_the_same_rating_makes_the_same_bytes(tmp_path: Path) -> None:
    rating = rated(tmp_path, ("book", "小规则", "Small"))
    for name in ("one", "two"):
        write_ratings(rating, tmp_path / name, "zh", most=100)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


# The refused rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refused_row_is_listed_with_its_reasons(
    shipped: tuple[Programme, ...], tmp_path: Path, language: str
) -> None:
    (tmp_path / "department.csv").write_text(
        "id,name,staff,dispatched,vetted,unit_category\n"
        "D1,=1+1,20,4,4,county_unit\n"
        "D2,@x,none,4,5,county_unit\n"
        "D3,丙,20,4,4,province\n"
        ",丁,20,4,4,county_unit\n"
        "D5,戊,20,4,4,county_unit\n"
        "D5,己,20,4,4,county_unit\n",
        encoding="utf-8",
    )
    facts: Facts = read_facts(tmp_path / "department.csv", tables(shipped), quarantine=True)
    write_rejections(facts.rejections, tmp_path / "rejected.xlsx", language)  # type: ignore[arg-type]
    (rows,) = read(tmp_path / "rejected.xlsx").values()
    header = {
        "zh": ["类别", "编号", "名称", "上级", "位置", "原因", "如何改正"],
        "en": ["Kind", "Id", "Name", "Parent", "Place", "Reasons", "What to do"],
    }
    assert rows[0] == header[language]
    listed = {(row[1], row[2], row[4].partition(":")[2]) for row in rows[1:]}
    assert {row[0] for row in rows[1:]} == {"department"}
    assert listed >= {("D2", "@x", "3:C"), ("D2", "@x", "3:E"), ("D3", "丙", "4:F"), ("", "丁", "5:A")}
    assert {(id_, name) for id_, name, _ in listed} == {
        ("D2", "@x"),
        ("D3", "丙"),
        ("", "丁"),
        ("D5", "戊"),
        ("D5", "己"),
    }
    assert len(rows) - 1 == sum(len(item.reasons) for item in facts.rejections)
    assert len(facts.rejections) == facts.read["department"] - 1
    for row in rows[1:]:
        assert row[5]
        assert any("\u4e00" <= sign <= "\u9fff" for sign in row[5]) is (language == "zh") or "`" in row[5]
    text = " ".join(row[5] for row in rows[1:])
    assert "province" in text


def test_the_workbook_of_refused_rows_in_a_run_is_in_the_language_of_the_run(quarantine_run: Run) -> None:
    (rows,) = read(quarantine_run.folder / "rejected.xlsx").values()
    assert [row[:5] for row in rows[1:]] == [
        ["village", "V05", "东村", "T1", "village.csv:6:E"],
        ["village", "V22", "沙坪村", "T3", "village.csv:23:E"],
    ]
    assert all("九十九" in row[5] for row in rows[1:])
