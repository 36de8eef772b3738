"""The example county of the stationing programme: what each told unit shows comes out of the run."""

from __future__ import annotations

import json
import runpy
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from click.testing import CliRunner

from cli import main
from engine.explanation import explain
from engine.facts import read_facts
from engine.programme import SHIPPED, Programme, tables
from engine.rating import rate

if TYPE_CHECKING:
    from engine.archive.run import Run
    from engine.facts import Facts
    from engine.rating import Rating

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
COUNTY = FIXTURES / "county"
YEAR = 2006


@pytest.fixture(scope="module")
def programme() -> Programme:
    return Programme.load(SHIPPED / "stationing")


@pytest.fixture(scope="module")
def facts(programme: Programme) -> Facts:
    return read_facts(COUNTY, tables([programme]))


@pytest.fixture(scope="module")
def rating(programme: Programme, facts: Facts) -> Rating:
    return rate([programme], facts, year=YEAR)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    from engine.archive.run import Run  # noqa: PLC0415 - as the command does

    folder = tmp_path_factory.mktemp("county") / "run"
    rules = str(SHIPPED / "stationing")
    result = CliRunner().invoke(main, ["run", str(COUNTY), "--rules", rules, "--year", str(YEAR), "-o", str(folder)])
    assert result.exit_code == 0, result.output
    return Run.open(folder)


def unit(rating: Rating, book: str, id_: str) -> dict[str, Any]:
    return rating.books[book].ratings.row(by_predicate=pl.col("id") == id_, named=True)


def measures(rating: Rating, book: str, id_: str) -> dict[str, Any]:
    return rating.books[book].measures.row(by_predicate=pl.col("id") == id_, named=True)


def unmet(rating: Rating, book: str, criterion: str) -> set[str]:
    found = rating.books[book].ratings
    return set(found.filter(~pl.col(criterion))["id"])


# The tables


def test_the_script_makes_the_files_that_are_checked_in(tmp_path: Path) -> None:
    runpy.run_path(str(FIXTURES / "make_county.py"))["write"](tmp_path)
    made = sorted(path.name for path in (tmp_path / "county").iterdir())
    assert made == sorted(path.name for path in COUNTY.iterdir())
    for name in made:
        assert (tmp_path / "county" / name).read_bytes() == (COUNTY / name).read_bytes(), name


def test_the_numbers_are_those_of_the_document(facts: Facts) -> None:
    assert facts.warnings == ()
    assert facts.rejections == ()
    assert {kind: facts.read[kind] for kind in ("township", "village", "work_team", "cadre")} == {
        "township": 20,
        "village": 279,
        "work_team": 279,
        "cadre": 779,
    }
    levels = Counter(facts.tables["work_team"]["team_level"])
    assert levels == {"upper_team": 135, "town_team": 144}
    sent = Counter(facts.tables["cadre"]["sent_by"])
    assert sent["county_unit"] + sent["upper_unit"] == 226
    assert (sent["town"], sent[None]) == (492, 61)
    with_department = facts.tables["cadre"].filter(pl.col("department").is_not_null())
    assert len(with_department) == 226


def test_every_fact_has_a_column(programme: Programme, facts: Facts) -> None:
    for kind, table in tables([programme]).items():
        assert set(table.columns) <= set(facts.tables[kind].columns), kind


# Numbers and shares


def test_what_the_county_sent_and_should_have_sent(rating: Rating) -> None:
    found = measures(rating, "posting_county", "C1")
    expected = {
        "villages": 279,
        "upper_teams_sent": 135,
        "town_teams_sent": 144,
        "residents_sent": 779,
        "residents_due_total": 779,
        "residents_missing": 1,
        "residents_beyond": 1,
        "villages_as_due": 277,
        "townships_off_share": 2,
        "leaders": 32,
        "leaders_unlinked": 1,
        "units_excellent": 20,
        "units_unqualified": 1,
    }
    assert {name: found[name] for name in expected} == expected
    due = rating.books["posting_village"].measures["residents_due"]
    assert Counter(due) == {1: 29, 3: 250}
    assert (found["leaders_absent"], found["leaders_absent_high"]) == (3, 4)


@pytest.mark.parametrize(
    ("id_", "due"), [("V001", 3), ("V002", 1), ("V003", 1), ("V004", 3), ("V005", 3), ("V007", 3), ("V008", 1)]
)
def test_villages_at_thirty_thousand(rating: Rating, id_: str, due: int) -> None:
    assert measures(rating, "posting_village", id_)["residents_due"] == due


def test_the_county_and_its_targets(rating: Rating) -> None:
    row = unit(rating, "posting_county", "C1")
    assert (row["village_coverage"], row["demonstration_points"]) == ("reached", "short")
    criteria = [item.id for item in rating.books["posting_county"].book.criteria]
    assert {name for name in criteria if row[name] is False} == {
        "teams_shared_by_villages",
        "hard_cases_taken_up",
        "every_leader_linked",
        "every_leader_visits",
    }


# What was told


# The units that miss a criterion although nothing was drawn at random there.
MISSED = {
    ("posting_village", "has_team"): {"V009", "V010"},
    ("posting_village", "three_residents"): {"V007"},
    ("posting_village", "one_resident"): {"V008"},
    ("posting_village", "placed_in_a_class"): {"V020"},
    ("posting_village", "poor_village_supported"): {"V021"},
    ("posting_village", "hard_case_taken_up"): {"V022"},
    ("posting_village", "assessed_this_year"): {"V023"},
    ("posting_village", "signed_at_both_levels"): {"V019"},
    ("work_team", "post_of_the_head"): {"W023"},
    ("work_team", "cases_handed_over"): {"W024"},
    ("work_team", "no_burden"): {"W025"},
    ("work_team", "style_mended"): {"W026"},
    ("cadre", "member_or_cadre"): {"G0001"},
    ("cadre", "trained_before"): {"G0002"},
    ("cadre", "reviewed_and_filed"): {"G0006"},
    ("leader", "town_and_village"): {"L02"},
    ("leader", "visits_each_half_year"): {"L01", "L04", "L05"},
    ("posting_township", "managed_daily"): {"T03"},
    ("posting_township", "town_events_all_reported"): {"T04"},
    ("posting_township", "accepted_by_city_and_county"): {"T05"},
    ("department", "quarterly_reports"): {"D03", "D04", "D08"},
    ("department", "annual_summary"): {"D07"},
    ("department_duties", "every_event_reported"): {"D06"},
}


@pytest.mark.parametrize(("book", "criterion"), MISSED)
def test_who_misses_a_criterion(rating: Rating, book: str, criterion: str) -> None:
    assert unmet(rating, book, criterion) == MISSED[book, criterion]


def test_dispatch_tasks_that_were_not_completed(rating: Rating) -> None:
    downgraded = rating.books["department"].ratings.filter(pl.col("rules").str.contains("unfinished_task"))
    found = {row["id"]: (row["proposed_high"], row["grade"]) for row in downgraded.iter_rows(named=True)}
    assert found == {
        "D02": ("excellent", "qualified"),
        "D11": ("commendable", "qualified"),
        "D12": ("qualified", "unqualified"),
    }


def test_gaps_leave_open_what_they_may_change(rating: Rating) -> None:
    assert unit(rating, "leader", "L06")["visits_each_half_year"] is None
    assert unit(rating, "department", "D09")["quarterly_reports"] is None
    assert unit(rating, "posting_village", "V015")["stationing"] is None


# The data checks


def test_the_findings(rating: Rating) -> None:
    found = {finding.check: list(finding.units) for finding in rating.findings}
    assert found == {
        "stationing": ["V014"],
        "first_batch_adds_up": ["C1"],
        "residents_as_reported": ["V007"],
        "accepted_though_unfit": ["V017"],
        "failed_though_fit": ["V018"],
        "appraisal_in_order": ["G0006"],
        "dispatched_as_listed": ["D05"],
        "reports_as_listed": ["D03"],
    }
    assert {finding.severity for finding in rating.findings} == {"warn"}


# The lifecycle


@pytest.mark.parametrize(
    ("id_", "state"),
    [
        ("V011", "accepted"),
        ("V012", "extended"),
        ("V013", "withdrawn"),
        ("V014", None),
        ("V015", None),
        ("V016", "posted"),
        ("V017", "accepted"),
        ("V018", "extended"),
    ],
)
def test_where_a_posting_stands(rating: Rating, id_: str, state: str | None) -> None:
    assert unit(rating, "posting_village", id_)["stationing"] == state


def test_every_state_occurs(rating: Rating) -> None:
    states = Counter(rating.books["posting_village"].ratings["stationing"])
    assert set(states) == {"posted", "extended", "accepted", "withdrawn", None}
    assert states[None] == 2


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("id_", ["C1", "T02", "V012", "V014", "W023", "G0004", "L01", "D03"])
def test_why_answers_for_every_kind_of_unit(run: Run, id_: str, language: str) -> None:
    result = CliRunner().invoke(main, ["why", str(run.folder), id_, "--lang", language])
    assert result.exit_code == 0, result.output
    assert "zj-" in result.output
    assert "None" not in result.output


def test_why_tells_the_story_of_a_village(run: Run) -> None:
    result = CliRunner().invoke(main, ["why", str(run.folder), "V012", "--json"])
    told = json.dumps(json.loads(result.output), ensure_ascii=False)
    for part in ("2004-01-06", "2006-12-18", "zj-4-5-acceptance-until", "event.csv:"):
        assert part in told


def test_why_counts_the_visits_of_each_half_year(run: Run) -> None:
    (told,) = explain(run, "L01")
    text = json.dumps(told.as_data(), ensure_ascii=False)
    assert "visit.csv:2:B" in text
