"""The example county of the quality upgrade: its targets and duties come to what its numbers tell."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from engine import yaml_text
from engine.diagnostic import InvalidRulesError
from engine.facts import read_facts
from engine.programme import load, tables
from engine.rating import Rating, rate

if TYPE_CHECKING:
    from engine.facts import Facts

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "fixtures"
FOLDER = FIXTURES / "upgrade"
EXPECTED: dict[str, Any] = yaml_text.read(ROOT / "tests" / "data" / "upgrade.yaml").value
PROGRAMMES = load([ROOT / "rules" / "upgrade"])
SCHEMA = tables(PROGRAMMES)
YEARS = (2004, 2005, 2006)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return read_facts(FOLDER, SCHEMA)


@pytest.fixture(scope="module")
def ratings(facts: Facts) -> dict[int, Rating]:
    return {year: rate(PROGRAMMES, facts, year=year) for year in YEARS}


def county(rating: Rating) -> dict[str, Any]:
    return rating.books["upgrade_county"].ratings.row(0, named=True)


def township(rating: Rating, id_: str) -> dict[str, Any]:
    return rating.books["upgrade_township"].ratings.row(by_predicate=pl.col("id") == id_, named=True)


def statuses(rating: Rating) -> dict[str, str]:
    row = county(rating)
    return {item.id: row[item.id] or "unknown" for item in rating.books["upgrade_county"].book.targets}


# The county


@pytest.mark.parametrize("year", YEARS)
def test_the_targets_have_their_status(ratings: dict[int, Rating], year: int) -> None:
    assert statuses(ratings[year]) == {id_: by_year[str(year)] for id_, by_year in EXPECTED["targets"].items()}


@pytest.mark.parametrize("name", EXPECTED["values"])
def test_the_numbers_are_as_reckoned(ratings: dict[int, Rating], name: str) -> None:
    for year, value in EXPECTED["values"][name].items():
        found = ratings[int(year)].books["upgrade_county"].measures[name].item()
        assert found == pytest.approx(float(value), abs=1e-12), year


def test_a_gap_leaves_a_target_open(ratings: dict[int, Rating]) -> None:
    measures = ratings[2006].books["upgrade_county"].measures.row(0, named=True)
    ends = [measures["village_reserves_high"], measures["village_reserves_high_high"]]
    assert ends == pytest.approx([52 / 60, 54 / 60])


@pytest.mark.parametrize("year", YEARS)
def test_the_duties_of_the_county(ratings: dict[int, Rating], year: int) -> None:
    row = county(ratings[year])
    criteria = [item.id for item in ratings[year].books["upgrade_county"].book.criteria]
    assert [id_ for id_ in criteria if row[id_] is False] == EXPECTED["not_met"][str(year)]
    assert [id_ for id_ in criteria if row[id_] is None] == EXPECTED["unknown"][str(year)]


def test_the_county_is_not_graded(ratings: dict[int, Rating]) -> None:
    assert county(ratings[2006])["grade"] is None


def test_without_lower_tables_the_reported_totals_count(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "county.csv", tmp_path)
    alone = rate(PROGRAMMES, read_facts(tmp_path, SCHEMA), year=2006)
    assert statuses(alone) == EXPECTED["reported_alone"]
    assert {item.check for item in alone.findings} == set()


# The townships and villages


@pytest.mark.parametrize("year", EXPECTED["townships"])
def test_which_townships_have_finished(ratings: dict[int, Rating], year: str) -> None:
    found = ratings[int(year)].books["upgrade_township"].ratings
    expected = EXPECTED["townships"][year]
    assert found.filter(pl.col("grade") == "finished")["id"].to_list() == expected["finished"]
    assert found.filter("pending")["id"].to_list() == expected["pending"]
    assert found.filter("may_be_advanced")["id"].to_list() == expected["finished"]


@pytest.mark.parametrize("id_", EXPECTED["why_unfinished"])
def test_why_a_township_has_not_finished(ratings: dict[int, Rating], id_: str) -> None:
    book, row = ratings[2006].books["upgrade_township"].book, township(ratings[2006], id_)
    expected = EXPECTED["why_unfinished"][id_]
    assert row["grade"] == "unfinished"
    assert [item.id for item in book.criteria if row[item.id] is False] == expected.get("criteria", [])
    assert [item.id for item in book.targets if row[item.id] == "short"] == expected.get("targets", [])


def test_a_village_with_four_technicians_is_short_when_it_is_due(ratings: dict[int, Rating]) -> None:
    for year, status in ((2005, "not_due"), (2006, "short")):
        found = ratings[year].books["upgrade_village"].ratings
        assert found.filter(pl.col("technician_team") != "reached").select("id", "technician_team").rows() == [
            ("V10", status)
        ]


# The data


def test_the_data_checks_warn(ratings: dict[int, Rating]) -> None:
    found = {item.check: str(item.count) for item in ratings[2006].findings}
    assert found == EXPECTED["findings"]
    assert {item.severity for item in ratings[2006].findings} == {"warn"}


def test_every_fact_has_a_column_and_nothing_is_odd(facts: Facts) -> None:
    assert facts.warnings == ()
    assert facts.rejections == ()
    sizes = {"county": 1, "township": 10, "village": 30, "course": 13, "degree_study": 227, "appointment": 4}
    assert facts.read == sizes


def test_programmes_that_share_its_kinds_are_left_out() -> None:
    shipped = load()
    facts = read_facts(FOLDER, tables(shipped))
    assert facts.warnings == ()
    rating = rate(shipped, facts, year=2006)
    own = {book.id for book in PROGRAMMES[0].rulebooks}
    assert set(rating.books) == own
    assert {book.id for programme in shipped for book in programme.rulebooks} - own == {
        book.id for book in rating.skipped
    }


def test_it_is_asked_for_its_years_only_where_there_are_facts_for_it(facts: Facts) -> None:
    shipped = load()
    district = read_facts(FIXTURES / "district", tables(shipped))
    assert "five_goods" in rate(shipped, district, year=2007).books
    with pytest.raises(InvalidRulesError) as error:
        rate(shipped, facts, year=2007)
    assert [problem.code for problem in error.value.diagnostics] == ["year_outside"]


def test_the_generator_makes_the_files_that_are_checked_in(tmp_path: Path) -> None:
    runpy.run_path(str(FIXTURES / "make_upgrade.py"))["write"](tmp_path)
    made = sorted((tmp_path / "upgrade").iterdir())
    assert [path.name for path in made] == sorted(path.name for path in FOLDER.iterdir())
    for path in made:
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), path.name


def test_what_is_drawn_adds_up_to_what_is_told(facts: Facts) -> None:
    told = runpy.run_path(str(FIXTURES / "make_upgrade.py"))["TOTALS"]
    for kind, names in (("township", 8), ("village", 2)):
        sums = {name: facts.tables[kind][name].sum() for name in told if name in facts.tables[kind].columns}
        assert len(sums) == names
        # V30 has not reported its two reserves with senior high school.
        gap = 2 * (kind == "village")
        assert sums == {name: int(told[name]) - gap * (name == "reserves_senior_high") for name in sums}
