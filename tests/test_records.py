"""Records and references: counted soundly under gaps, in whatever order they stand, as a plain count says."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from cli import main
from engine.archive import Run
from engine.archive.writing import write_run
from engine.diagnostic import InvalidFactsError
from engine.explanation import explain
from engine.expression.days import day_number, periods, year_of
from engine.expression.library import POLARS, framed, unframed
from engine.facts import read_facts
from engine.facts.stated import stated
from engine.listing import Filter, counts, select
from engine.programme import Programme, load, tables
from engine.rating import rate
from engine.rendering.why import written
from engine.sampling import sample, write_tables
from engine.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.rating import Rating

RULES = Path(__file__).parent / "data" / "records"
YEAR = 2004
LENGTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""The months of each period."""
MEASURES = ("months", "quarters", "halves", "years", "on_time_quarters", "this_year")
SENT = ("sent", "posted", "share_posted", "mean_months", "sum_balance", "any_posted", "all_posted", "best")

Row = dict[str, Any]


@pytest.fixture(scope="module")
def programme() -> Programme:
    (loaded,) = load([RULES])
    return loaded


def examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


# Brute force: the plain meaning, without gaps


def is_in(day: date, period: str, place: int) -> bool:
    return day.year == YEAR and (day.month - 1) // LENGTHS[period] == place


def plain_periods(days: Iterable[date], period: str, least: int) -> int:
    found = list(days)
    return sum(sum(is_in(day, period, place) for day in found) >= least for place in range(12 // LENGTHS[period]))


def plain_records(rows: Sequence[Row]) -> dict[str, float]:
    days = [row["day"] for row in rows]
    return {
        "months": plain_periods(days, "month", 1),
        "quarters": plain_periods(days, "quarter", 1),
        "halves": plain_periods(days, "half_year", 3),
        "years": plain_periods(days, "year", 4),
        "on_time_quarters": plain_periods([row["day"] for row in rows if row["on_time"]], "quarter", 1),
        "this_year": sum(day.year == YEAR for day in days),
    }


def plain_sent(rows: Sequence[Row], department: str) -> dict[str, float | bool | None]:
    own = [row for row in rows if row["department"] == department]
    posted = sum(row["posted"] for row in own)
    return {
        "sent": len(own),
        "posted": posted,
        "share_posted": posted / len(own) if own else None,
        "mean_months": sum(row["months"] for row in own) / len(own) if own else None,
        "sum_balance": sum(row["balance"] for row in own),
        "any_posted": posted > 0,
        "all_posted": posted == len(own),
        "best": sum(row["posted"] and row["months"] >= 6 for row in own),
    }


# Rating


def rated(programme: Programme, **kinds: Sequence[Row]) -> Rating:
    rows = {kind: [{"id": f"{kind}{at:03}", **row} for at, row in enumerate(rows)] for kind, rows in kinds.items()}
    return rate(programme, stated(rows, tables([programme])), year=YEAR)


def ranges(rating: Rating, names: Sequence[str], unit: str = "D1") -> dict[str, tuple[Any, Any]]:
    """The low and the high end of measures; an unknown truth is both."""
    row = rating.books["departments"].measures.row(by_predicate=pl.col("id") == unit, named=True)
    found = {}
    for name in names:
        low, high = row[name], row.get(f"{name}_high")
        if isinstance(low, bool) or low is None:
            found[name] = (False, True) if low is None else (low, low)
        else:
            found[name] = (low, low if high is None else high)
    return found


DEPARTMENTS = [{"id": "D1"}, {"id": "D2"}]


def assert_within(found: Mapping[str, tuple[Any, Any]], exact: Mapping[str, Any]) -> None:
    for name, value in exact.items():
        low, high = found[name]
        if value is None:  # of no units: undefined
            assert (low, high) == (float("-inf"), float("inf")), name
        else:
            assert low - 1e-9 <= value <= high + 1e-9, (name, low, value, high)


# Days that matter: the ends of periods, and days outside the year
EDGES = [date(2004, month, day) for month in (1, 3, 4, 6, 7, 9, 10, 12) for day in (1, 30)]
DAYS = st.sampled_from([*EDGES, date(2004, 2, 29), date(2003, 12, 31), date(2005, 1, 1)])
REPORTS = st.lists(st.fixed_dictionaries({"day": st.none() | DAYS, "on_time": st.none() | st.booleans()}), max_size=7)
FILLED_DAYS = [date(2004, 2, 1), date(2004, 5, 1), date(2004, 8, 1), date(2004, 11, 1), date(2003, 1, 1)]


def fillings(rows: Sequence[Row], options: Mapping[str, Sequence[Any]], most: int = 200) -> Iterable[list[Row]]:
    """The ways to fill the gaps of rows, up to so many, spread over all."""
    gaps = [(at, name) for at, row in enumerate(rows) for name in options if row[name] is None]
    total = prod(len(options[name]) for _, name in gaps)
    for number in range(0, total, max(1, total // most)):
        filled, rest = [dict(row) for row in rows], number
        for at, name in gaps:
            rest, pick = divmod(rest, len(options[name]))
            filled[at][name] = options[name][pick]
        yield filled


def each_with(programme: Programme, groups: Sequence[Sequence[Row]]) -> list[dict[str, tuple[Any, Any]]]:
    """What is found of many departments at once, each with reports of its own."""
    ids = [f"D{at:02}" for at in range(len(groups))]
    reports = [{"parent": id_, **row} for id_, rows in zip(ids, groups, strict=True) for row in rows]
    rating = rated(programme, department=[{"id": id_} for id_ in ids], report=reports)
    return [ranges(rating, MEASURES, id_) for id_ in ids]


@examples(6)
@given(groups=st.lists(REPORTS, min_size=15, max_size=25))
def test_periods_hold_however_gaps_are_filled(programme: Programme, groups: list[list[Row]]) -> None:
    for rows, found in zip(groups, each_with(programme, groups), strict=True):
        exact = [plain_records(filled) for filled in fillings(rows, {"day": FILLED_DAYS, "on_time": [True, False]})]
        for values in exact:
            assert_within(found, values)


@examples(4)
@given(groups=st.lists(st.tuples(st.lists(DAYS, max_size=8), st.integers(0, 3)), min_size=20, max_size=30))
def test_open_days_fall_where_they_help_most(programme: Programme, groups: list[tuple[list[date], int]]) -> None:
    """Both ends are reached by some filling: each record is in one period at most."""
    rows = [[{"day": day, "on_time": True} for day in [*days, *[None] * gaps]] for days, gaps in groups]
    for own, found in zip(rows, each_with(programme, rows), strict=True):
        exact = [plain_records(filled) for filled in fillings(own, {"day": FILLED_DAYS}, most=1_000)]
        for name in ("quarters", "halves", "years"):
            assert found[name] == (min(values[name] for values in exact), max(values[name] for values in exact))


CADRES = st.lists(
    st.fixed_dictionaries(
        {
            "department": st.sampled_from([None, "D1", "D2"]),
            "posted": st.none() | st.booleans(),
            "months": st.none() | st.integers(0, 12),
            "balance": st.none() | st.sampled_from([-5.0, 0.0, 2.5, 10.0]),
        }
    ),
    max_size=5,
)


@examples(15)
@given(rows=CADRES)
def test_references_hold_however_gaps_are_filled(programme: Programme, rows: list[Row]) -> None:
    found = ranges(rated(programme, department=DEPARTMENTS, cadre=rows), SENT)
    options: dict[str, Sequence[Any]] = {
        "department": ["D1", "D2"],
        "posted": [True, False],
        "months": [0, 12],
        "balance": [-10.0, 0.0, 10.0],
    }
    for filled in fillings(rows, options):
        assert_within(found, plain_sent(filled, "D1"))


@examples(10)
@given(rows=CADRES)
def test_a_reference_is_a_plain_join(programme: Programme, rows: list[Row]) -> None:
    """Without gaps, every aggregate is that over the units that name the one that asks."""
    known = [row for row in rows if None not in row.values()]
    rating = rated(programme, department=DEPARTMENTS, cadre=known)
    for unit in ("D1", "D2"):
        found, exact = ranges(rating, SENT, unit), plain_sent(known, unit)
        assert_within(found, exact)
        assert all(low == high for name, (low, high) in found.items() if exact[name] is not None)


@examples(5)
@given(reports=REPORTS, cadres=CADRES, data=st.data())
def test_the_order_of_rows_does_not_matter(
    programme: Programme, reports: list[Row], cadres: list[Row], data: st.DataObject
) -> None:
    def measured(reports: Sequence[Row], cadres: Sequence[Row]) -> pl.DataFrame:
        rows = [{"parent": "D1", **row} for row in reports]
        rating = rated(programme, department=DEPARTMENTS, report=rows, cadre=cadres)
        return rating.books["departments"].measures

    again = measured(data.draw(st.permutations(reports)), data.draw(st.permutations(cadres)))
    assert_frame_equal(measured(reports, cadres), again, check_exact=False)


@given(st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31)))
@settings(derandomize=True, database=None, max_examples=300, deadline=None)
def test_the_year_of_a_day(day: date) -> None:
    frame = pl.DataFrame({"day": [float(day_number(day)), float("-inf"), float("inf")]})
    years = unframed(framed(frame.lazy()).select(year_of(POLARS.col("day")))).collect()
    assert years["day"].to_list() == [day.year, float("-inf"), float("inf")]


@pytest.mark.parametrize("period", LENGTHS)
@pytest.mark.parametrize("year", [1900, 2003, 2004])
def test_periods_cover_a_year(period: str, year: int) -> None:
    ends = list(periods(period, year))
    assert (ends[0][0], ends[-1][1]) == (day_number(date(year, 1, 1)), day_number(date(year, 12, 31)))
    assert all(first == before + 1 for (_, before), (first, _) in pairwise(ends))
    assert len(ends) == 12 // LENGTHS[period]


def test_without_a_table_nothing_is_known_but_the_number_of_periods(programme: Programme) -> None:
    found = ranges(rated(programme, department=DEPARTMENTS), [*MEASURES, *SENT])
    assert [found[name] for name in MEASURES[:4]] == [(0, 12), (0, 4), (0, 2), (0, 1)]
    assert found["sent"] == (0, float("inf"))
    assert found["any_posted"] == (False, True)


# From files to screens

REPORT = "parent,day,on_time\nD1,2004-01-05,是\n财政局,2004-04-05,是\nD1,2004-07-05,是\nD1,,是\nD2,2004-05-05,\n"
CADRE = "id,name,department,posted,months,balance\nK1,张,财政局,是,8,1\nK2,李,D2,否,3,0\nK3,王,D1,是,2,0\n"
DEPARTMENT = "id,name,parent\nD1,财政局,C\nD2,农业局,C\n"


def facts_in(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, text in {"department": DEPARTMENT, "report": REPORT, "cadre": CADRE, **files}.items():
        (folder / f"{kind}.csv").write_text(text, encoding="utf-8")
    return folder


def run_of(programme: Programme, folder: Path, **files: str) -> Run:
    facts = read_facts(facts_in(folder / "facts", **files), tables([programme]))
    write_run(rate(programme, facts, year=YEAR), folder / "run")
    return Run.open(folder / "run")


def test_records_are_called_by_their_place(programme: Programme, tmp_path: Path) -> None:
    run = run_of(programme, tmp_path)
    ids = run.facts("report").collect()["id"].to_list()
    assert ids == [f"report.csv:{row}" for row in range(2, 7)]
    (said,) = explain(run, "report.csv:3")
    assert (said.id, said.parent, said.rated, said.grade) == ("report.csv:3", "财政局", False, None)


def test_a_run_with_records_and_references_is_computed_again(programme: Programme, tmp_path: Path) -> None:
    run = run_of(programme, tmp_path)
    assert verify(run).differing == ()


def test_units_that_are_not_rated_have_no_grade_on_any_screen(programme: Programme, tmp_path: Path) -> None:
    run = run_of(programme, tmp_path)
    (departments, _) = sorted(counts(run), key=lambda book: book["rulebook"] != "departments")
    assert [label["en"] for label, _ in departments["counts"]] == ["Units"]
    assert {book["rulebook"] for book in counts(run)} == {"departments", "cadres"}
    listed = {book["rulebook"]: book for book in select(run, Filter())}
    assert (listed["departments"]["rated"], listed["cadres"]["rated"]) == (False, True)
    assert [unit["grade"] for unit in listed["departments"]["units"]] == [None, None]
    shown = CliRunner().invoke(main, ["list", str(run.folder), "--lang", "en"]).output
    assert "Not graded" not in shown
    assert "not_graded" not in json.dumps(explain(run, "D1")[0].as_data())
    columns = run.ratings("departments").collect()
    assert columns["grade"].null_count() == columns.height
    assert not columns["pending"].any()


def test_why_tells_each_period_with_its_rows(programme: Programme, tmp_path: Path) -> None:
    run = run_of(programme, tmp_path)
    (said,) = explain(run, "D1")
    (criterion,) = [item for good in said.goods for item in good.criteria if item.id == "quarterly"]
    assert [(item.number, item.least, item.cells) for item in criterion.periods] == [
        ("1–2", "1", "report.csv:2:B"),
        ("1–2", "1", "report.csv:3:B"),
        ("1–2", "1", "report.csv:4:B"),
        ("0–1", "1", ""),
    ]
    assert criterion.periods[3].label == {"zh": "2004 年第 4 季度", "en": "Q4 2004"}
    text = written([said], "en")
    assert "Q1 2004: 1–2 (1 needed) ← report.csv:2:B" in text
    assert "Report: Day (1 record)  ← report.csv:5:B" in text
    assert "Sent by (2 units) ← cadre.csv:2:C … cadre.csv:4:C" in text
    assert "Grade:" not in text


def test_references_are_checked_as_parents_are(programme: Programme, tmp_path: Path) -> None:
    strays = "id,department\nK1,财政\nK2,工商局\nK3,\nK4,D1\n"
    departments = "id,name,parent\nD1,财政局,C\nD2,工商局,C\nD3,工商局,C\n"
    with pytest.raises(InvalidFactsError) as caught:
        run_of(programme, tmp_path, cadre=strays, department=departments)
    errors = [problem for problem in caught.value.diagnostics if problem.severity == "error"]
    assert [(str(problem.place), problem.code, problem.near) for problem in errors] == [
        ("cadre.csv:2:B", "reference_unknown", ("财政局",)),
        ("cadre.csv:3:B", "reference_ambiguous", ()),
    ]


def test_without_their_table_references_are_taken_as_written(programme: Programme, tmp_path: Path) -> None:
    (tmp_path / "cadre.csv").write_text("id,department\nK1,谁\n", encoding="utf-8")
    read = read_facts(tmp_path, tables([programme]))
    assert read.tables["cadre"]["department"].to_list() == ["谁"]


def test_a_refused_record_may_be_any(programme: Programme, tmp_path: Path) -> None:
    """A refused record counts for its unit as one whose every fact is a gap; a refused cadre may be anyone's."""
    report = "parent,day,on_time\nD1,2004-01-05,是\nD1,昨天,是\n"
    cadre = "id,department,posted\nK1,D1,是\nK2,D2,也许\n"
    facts = read_facts(facts_in(tmp_path, report=report, cadre=cadre), tables([programme]), quarantine=True)
    assert [str(item.place) for item in facts.rejections] == ["report.csv:3", "cadre.csv:3"]
    rating = rate(programme, facts, year=YEAR)
    assert ranges(rating, ["quarters", "sent"]) == {"quarters": (1, 2), "sent": (1, 2)}
    assert ranges(rating, ["quarters", "sent"], "D2") == {"quarters": (0, 0), "sent": (0, 1)}


@pytest.mark.parametrize("owner", ["", "D9"], ids=["none", "unknown"])
def test_a_refused_record_of_nobody_may_be_anyones(programme: Programme, tmp_path: Path, owner: str) -> None:
    """Had its row not been refused, it could have been the report that any of the departments lacks."""
    report = f"parent,day,on_time\nD1,2004-01-05,是\n{owner},2004-04-05,是\n"
    facts = read_facts(facts_in(tmp_path, report=report), tables([programme]), quarantine=True)
    assert [str(item.place) for item in facts.rejections] == ["report.csv:3"]
    rating = rate(programme, facts, year=YEAR)
    asked = ["quarters", "this_year"]
    assert ranges(rating, asked) == {"quarters": (1, 2), "this_year": (1, 2)}
    assert ranges(rating, asked, "D2") == {"quarters": (0, 1), "this_year": (0, 1)}


def test_synthetic_records_and_references_are_read_and_rated(tmp_path: Path) -> None:
    programmes = load([RULES])
    made = sample(programmes, 200, gaps=0.05)
    assert made["report"].columns == ["parent", "day", "on_time"]
    assert set(made["cadre"]["department"].drop_nulls()) <= set(made["department"]["id"])
    write_tables(made, tmp_path / "facts", "csv")
    facts = read_facts(tmp_path / "facts", tables(programmes))
    assert (facts.warnings, facts.rejections) == ((), ())
    assert rate(programmes, facts, year=YEAR).books["departments"].ratings.height == made["department"].height


def test_rule_tests_give_records_and_units_that_refer() -> None:
    result = CliRunner().invoke(main, ["test", str(RULES), "--lang", "en"])
    assert result.exit_code == 0, result.output


def test_kinds_are_rated_after_those_that_they_ask(programme: Programme) -> None:
    order = [book.id for book in programme.rulebooks]
    assert order.index("cadres") < order.index("departments")
    assert order.index("reports") < order.index("departments")


def test_a_year_has_its_own_periods(programme: Programme) -> None:
    days = [date(2003, 12, 31) + timedelta(days) for days in (0, 1, 366, 367)]
    rows = [{"id": f"r{at}", "parent": "D1", "day": day} for at, day in enumerate(days)]
    facts = stated({"department": DEPARTMENTS, "report": rows}, tables([programme]))
    found = {year: ranges(rate(programme, facts, year=year), ["months"])["months"] for year in (2003, 2004, 2005)}
    assert found == {2003: (1, 1), 2004: (2, 2), 2005: (1, 1)}
