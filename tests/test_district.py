"""The example district: every told unit is rated as its reckoning says, from CSV and from the workbook."""

from __future__ import annotations

import re
import runpy
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from python_calamine import CalamineWorkbook

from engine import yaml_text
from engine.facts import read_facts
from engine.programme import load, tables
from engine.rating import Rating, rate

if TYPE_CHECKING:
    from engine.facts import Facts

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "fixtures"
CSV, WORKBOOK = FIXTURES / "district", FIXTURES / "district.xlsx"
EXPECTED: dict[str, Any] = yaml_text.read(ROOT / "tests" / "data" / "district.yaml").value
BOOKS = {"village": "five_goods", "township": "six_goods", "department": "department"}
GRADED = {**BOOKS, "county": "district"}
PROGRAMMES = load([ROOT / "rules" / "pioneer", ROOT / "rules" / "stationing"])
SCHEMA = tables(PROGRAMMES)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return read_facts(CSV, SCHEMA)


@pytest.fixture(scope="module")
def rating(facts: Facts) -> Rating:
    return rate(PROGRAMMES, facts, year=2004)


def unit(rating: Rating, kind: str, id_: str) -> dict[str, Any]:
    return rating.books[BOOKS[kind]].ratings.row(by_predicate=pl.col("id") == id_, named=True)


def grades(row: dict[str, Any]) -> list[str]:
    """The grade, or the worst and the best."""
    return list(dict.fromkeys([row["grade_low"], row["grade_high"]]))


def listed(value: Any) -> list[str]:  # noqa: ANN401 - YAML
    return [value] if isinstance(value, str) else list(value)


def points(text: str) -> float:
    """`81.4/92 + 2` in percent."""
    found = re.fullmatch(r"([\d.]+)/([\d.]+)(?: \+ ([\d.]+))?", text)
    assert found, text
    had, most, bonus = (Fraction(part or 0) for part in found.groups())
    return float(had / most * 100 + bonus)


# The told units


@pytest.mark.parametrize(("kind", "id_"), [(kind, id_) for kind in BOOKS for id_ in EXPECTED[kind]])
def test_a_told_unit_is_rated_as_reckoned(rating: Rating, kind: str, id_: str) -> None:
    book, row, expected = rating.books[BOOKS[kind]].book, unit(rating, kind, id_), EXPECTED[kind][id_]
    not_applicable = {item.id for item in book.criteria if row.get(f"{item.id}_applicable") is False}
    unmet = {item.id for item in book.criteria if row[item.id] is False}
    unknown = {item.id for item in book.criteria if row[item.id] is None} - not_applicable
    assert grades(row) == listed(expected["grade"])
    assert row["rules"] == ",".join(expected["rules"])
    assert unmet == set(expected.get("unmet", ()))
    assert unknown == set(expected.get("unknown", ()))
    assert not_applicable == set(expected.get("not_applicable", EXPECTED["usually"][kind]))
    reckoned = [points(text) for text in listed(expected["points"])]
    assert [row["points_low"], row["points_high"]] == pytest.approx([reckoned[0], reckoned[-1]], abs=1e-9)
    if "title" in expected:
        (title,) = book.titles
        assert row[title.id] is {"won": True, "lost": False, "unknown": None}[expected["title"]]


def test_every_told_unit_has_a_reckoning() -> None:
    made = runpy.run_path(str(FIXTURES / "make_district.py"))
    told = [name for name, _ in made["read"](made["TOLD"])]
    assert sorted(told) == sorted(id_ for kind in BOOKS for id_ in EXPECTED[kind])


# Gaps: what happens when they are filled


# What is filled into the gaps of which unit, and the grade of the unit, or of its township, that follows.
FILLINGS: list[list[tuple[str, dict[str, Any], str, str]]] = [
    [
        # Either gap of V20 at its best makes the other one idle.
        ("V20", {"services": 3}, "V20", "excellent"),
        ("V21", {"services": 3}, "V21", "excellent"),
        # 90% of 118 is 106.2.
        ("V19", {"satisfied_votes": 107}, "V19", "excellent"),
        ("V01", {"contests": 9, "mass_activities": 4}, "V01", "qualified"),
        ("V30", {"election_year": True, "two_recommend": False}, "V30", "excellent"),
        # 18% of 40 is 7.2, so 8.
        ("D06", {"dispatched": 8}, "D06", "commendable"),
        ("D12", {"dispatched": 24}, "D12", "unqualified"),
        ("D23", {"report_quarters": 1}, "D23", "excellent"),
    ],
    [
        ("V20", {"meeting_quarters": 4}, "V20", "excellent"),
        ("V21", {"services": 0}, "V21", "commendable"),
        ("V19", {"satisfied_votes": 106}, "V19", "qualified"),
        ("V01", {"contests": 0, "mass_activities": 0}, "V01", "qualified"),
        ("V12", {"contests": 0, "pairs": 0}, "V12", "excellent"),
        ("V11", {"team_sanctions": 6}, "V11", "excellent"),
        ("D06", {"dispatched": 7}, "D06", "qualified"),
        ("D12", {"dispatched": 0}, "D12", "unqualified"),
        ("D23", {"report_quarters": 0}, "D23", "commendable"),
    ],
    [
        # At the worst of one and the best of the other V20 has 84 of 92 points, at the worst of both 81.
        ("V20", {"services": 0, "meeting_quarters": 4}, "V20", "excellent"),
        # 90% of the 956 ballots of T3 are 860.4; the other villages have 781.
        ("V19", {"satisfied_votes": 80}, "T3", "excellent"),
        ("V11", {"team_sanctions": 0}, "T2", "excellent"),
    ],
    [
        ("V20", {"services": 3, "meeting_quarters": 0}, "V20", "excellent"),
        ("V19", {"satisfied_votes": 79}, "T3", "qualified"),
        ("V11", {"team_sanctions": 6}, "T2", "excellent"),
    ],
    [("V20", {"services": 0, "meeting_quarters": 0}, "V20", "commendable")],
]
KIND_OF = {"V": "village", "T": "township", "D": "department"}


@pytest.mark.parametrize("fillings", FILLINGS)
def test_a_filled_gap(facts: Facts, fillings: list[tuple[str, dict[str, Any], str, str]]) -> None:
    filled = dict(facts.tables)
    for id_, values, _, _ in fillings:
        table = filled[KIND_OF[id_[0]]]
        this = pl.col("id") == id_
        assert table.filter(this).select(*values).row(0) == (None,) * len(values)
        columns = [
            pl.when(this).then(pl.lit(value)).otherwise(pl.col(name)).cast(table.schema[name]).alias(name)
            for name, value in values.items()
        ]
        filled[KIND_OF[id_[0]]] = table.with_columns(columns)
    found = rate(PROGRAMMES, replace(facts, tables=filled), year=2004, measures=False)
    asked = {id_: grades(unit(found, KIND_OF[id_[0]], id_)) for _, _, id_, _ in fillings}
    assert asked == {id_: [grade] for _, _, id_, grade in fillings}


def test_closing_takes_the_worst(facts: Facts, rating: Rating) -> None:
    final = rate(PROGRAMMES, facts, year=2004, final=True)
    for book in BOOKS.values():
        closed, open_ = final.books[book].ratings, rating.books[book].ratings
        assert closed["grade"].null_count() == 0
        pending = open_.filter("pending")["id"].to_list()
        settled = ~pl.col("id").is_in(pending)
        assert closed.filter(settled)["grade"].to_list() == open_.filter(settled)["grade"].to_list()
    assert unit(final, "village", "V19")["grade"] == "qualified"
    assert unit(final, "village", "V11")["five_goods"] is False
    assert unit(final, "township", "T3")["grade"] == "qualified"
    assert unit(final, "township", "T2")["village_results"] is False
    assert unit(final, "department", "D03")["grade"] == "qualified"


# The district's targets, registers and honours


@pytest.mark.parametrize("year", EXPECTED["targets"])
def test_the_targets_stand_as_reckoned(facts: Facts, year: str) -> None:
    found = rate(PROGRAMMES, facts, year=int(year)).books
    asked: dict[str, str] = {}
    for book in ("district", "district_work"):
        row = found[book].ratings.row(0, named=True)
        asked |= {target.id: row[target.id] or "unknown" for target in found[book].book.targets}
    assert asked == EXPECTED["targets"][year]


@pytest.mark.parametrize("book", EXPECTED["registers"])
def test_the_district_does_as_reckoned(rating: Rating, book: str) -> None:
    found, expected = rating.books[book], EXPECTED["registers"][book]
    row = found.ratings.row(0, named=True)
    assert {item.id for item in found.book.criteria if row[item.id] is False} == set(expected["unmet"])
    assert {item.id for item in found.book.criteria if row[item.id] is None} == set(expected["unknown"])


# The gap that is filled, and the target that is decided by it in which year.
DECIDING: list[tuple[str, dict[str, dict[str, Any]], int, str, str]] = [
    ("member", {"M1135": {"close_to_people": True}}, 2004, "care_models", "on_course"),
    ("member", {"M1135": {"close_to_people": False}}, 2004, "care_models", "unknown"),
    (
        "member",
        {"M1135": {"close_to_people": False}, "M1148": {"close_to_people": False}},
        2004,
        "care_models",
        "short",
    ),
    ("village_cadre", {"B071": {"education": "senior_high"}}, 2005, "secretary_education", "reached"),
    ("village_cadre", {"B071": {"education": "junior_high"}}, 2005, "secretary_education", "short"),
    ("village", {"V11": {"team_sanctions": 6}}, 2004, "five_goods_villages", "on_course"),
]


@pytest.mark.parametrize(("kind", "filled", "year", "target", "status"), DECIDING)
def test_a_gap_below_decides_a_target(
    facts: Facts, kind: str, filled: dict[str, dict[str, Any]], year: int, target: str, status: str
) -> None:
    table = facts.tables[kind]
    for id_, values in filled.items():
        columns = [
            pl.when(pl.col("id") == id_)
            .then(pl.lit(value))
            .otherwise(pl.col(name))
            .cast(table.schema[name])
            .alias(name)
            for name, value in values.items()
        ]
        table = table.with_columns(columns)
    found = rate(PROGRAMMES, replace(facts, tables={**facts.tables, kind: table}), year=year, measures=False)
    assert (found.books["district"].ratings[target].item() or "unknown") == status


@pytest.mark.parametrize("selection", EXPECTED["selections"])
def test_the_honours_go_where_they_were_reckoned(rating: Rating, selection: str) -> None:
    found, expected = rating.books["honours"].selections[selection], EXPECTED["selections"][selection]
    status = dict(found.select("id", pl.col("status").cast(pl.String)).iter_rows())
    others = {name: sorted(id_ for id_, is_ in status.items() if is_ == name) for name in set(status.values())}
    chosen = others.pop("chosen")
    assert others == {name: ids for name, ids in expected.items() if name != "candidates"}
    assert len(status) == int(expected["candidates"])
    assert len(chosen) == len(status) - sum(map(len, others.values()))


def test_the_registers_hold_what_their_generator_says(facts: Facts) -> None:
    """Counted from the cells alone."""
    members, cadres = facts.tables["member"], facts.tables["village_cadre"]
    able = members.filter("able")
    assert (members.height, able.height) == (2800, 2400)
    kinds = {
        600: ["prosperity_leader", "prosperous_household"],
        959: ["technique_spreader", "technique_household"],
        1679: ["close_to_people", "civilized_household", "helping_household"],
    }
    assert {able.filter(pl.any_horizontal(roles)).height: roles for roles in kinds.values()} == kinds
    new = members.filter(pl.col("joined").dt.year() == 2004)
    assert (new.height, int(new["prosperity_leader"].sum())) == (81, 64)
    by_village = dict(new.group_by("parent").len().iter_rows())
    villages = facts.tables["village"]
    assert by_village == {id_: count for id_, count in villages.select("id", "new_members").iter_rows() if count}
    by_village = dict(cadres.group_by("parent").len().iter_rows())
    assert by_village == dict(villages.select("id", "committee_members").iter_rows())
    assert int(cadres["double_lead"].sum()) == 103
    secretaries = cadres.filter(pl.col("post").is_in(["secretary", "secretary_director"]))
    both = secretaries.filter(pl.col("post") == "secretary_director")["parent"].to_list()
    assert secretaries["parent"].to_list() == villages["id"].to_list()
    assert both == villages.filter("secretary_is_director")["id"].to_list()


# The whole district


def test_the_summary_is_believable(rating: Rating) -> None:
    for kind, expected in EXPECTED["counts"].items():
        found = rating.books[GRADED[kind]]
        counts: Counter[str] = Counter(grade or "pending" for grade in found.ratings["grade"])
        for title in found.book.titles:
            won = found.ratings[title.id]
            counts |= Counter(won=int(won.sum()), unknown=won.null_count())
        assert counts == Counter({name: int(count) for name, count in expected.items()})


def test_every_grade_rule_and_state_of_a_criterion_occurs(rating: Rating) -> None:
    for kind in ("village", "department"):
        found = rating.books[BOOKS[kind]]
        book, ratings = found.book, found.ratings
        assert set(book.grades) == set(ratings["grade"].drop_nulls())
        rules = [rule.id for rule in book.policy.rules]
        assert set(rules) == set(",".join(ratings["rules"]).strip(",").split(",")) - {""}
    villages = rating.books["five_goods"]
    for item in villages.book.criteria:
        assert {True, False} <= set(villages.ratings[item.id]), item.id
        if item.applies is not None:
            assert {True, False} <= set(villages.ratings[f"{item.id}_applicable"]), item.id


def test_the_data_checks_warn(rating: Rating) -> None:
    assert {finding.check: list(finding.units) for finding in rating.findings} == EXPECTED["findings"]
    assert {finding.severity for finding in rating.findings} == {"warn"}


def test_every_fact_has_a_column_and_nothing_is_odd(facts: Facts) -> None:
    assert facts.warnings == ()
    assert facts.rejections == ()
    read = {"township": 5, "village": 42, "department": 24}
    assert facts.read == {"county": 1, **read, "member": 2800, "village_cadre": 292, "candidate": 106}
    for kind, table in facts.tables.items():
        assert set(SCHEMA[kind].columns) <= set(table.columns)


def test_the_numbers_agree_with_each_other(facts: Facts) -> None:
    villages = facts.tables["village"]
    assert villages.filter(pl.col("party_members") >= pl.col("member_cadres"))["id"].to_list() == []
    more = pl.col("mobile_members") > pl.col("party_members")
    assert villages.filter(more)["id"].to_list() == EXPECTED["findings"]["mobile_within_members"]
    possible = 12 * (pl.col("party_members") - pl.col("mobile_members"))
    assert villages.filter(~more & (pl.col("attendance_due") > possible))["id"].to_list() == []
    assert villages.filter(~pl.col("income_last").is_between(2000, 3600))["id"].to_list() == []


def test_the_workbook_gives_the_same_ratings(facts: Facts, rating: Rating) -> None:
    from_workbook = read_facts(WORKBOOK, SCHEMA)
    assert from_workbook.warnings == ()
    for kind, table in facts.tables.items():
        assert_frame_equal(table.drop("_file", "_row"), from_workbook.tables[kind].drop("_file", "_row"))
    other = rate(PROGRAMMES, from_workbook, year=2004)
    for book, found in rating.books.items():
        assert_frame_equal(found.ratings, other.books[book].ratings)
    assert rating.findings == other.findings


# The generator


def cells(path: Path) -> dict[str, list[list[Any]]]:
    with CalamineWorkbook.from_path(path) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_generator_makes_the_files_that_are_checked_in(tmp_path: Path) -> None:
    runpy.run_path(str(FIXTURES / "make_district.py"))["write"](tmp_path)
    for path in sorted(CSV.iterdir()):
        assert (tmp_path / "district" / path.name).read_bytes() == path.read_bytes(), path.name
    assert len(list((tmp_path / "district").iterdir())) == len(list(CSV.iterdir())) == 7
    assert cells(tmp_path / "district.xlsx") == cells(WORKBOOK)


def test_the_workbook_holds_numbers_and_dates_as_such() -> None:
    for name, rows in cells(WORKBOOK).items():
        kinds = {type(cell).__name__ for row in rows[1:] for cell in row}
        assert kinds <= {"str", "float", "date"}
        assert ("float" in kinds) is (name not in {"党员", "村干部"})
    assert {"县区", "乡镇", "村", "党员", "村干部", "典型候选", "派出单位"} == set(cells(WORKBOOK))
