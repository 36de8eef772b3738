"""Targets: their status in each year, what gaps leave open, shortfalls in whole units, and where all this is shown."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from math import ceil
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from language import loaded
from python_calamine import CalamineWorkbook
from strategies import examples

from cli import main
from engine.archive import Run, write_run
from engine.archive.shapes import RULES, fits
from engine.diagnostic import InvalidFactsError
from engine.facts import read_facts
from engine.facts.stated import stated
from engine.listing import Filter, select
from engine.programme import load, tables
from engine.rating import rate
from engine.testing import run as run_tests
from engine.testing.memory import RatingAsRun
from engine.testing.view import view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from engine.explanation import Explanation
    from engine.programme import Programme
    from engine.rating import Rating

TREE = {"county": {"village": ""}}
VILLAGE = {"rulebook": "v", "kind": "village", "label": "村", "facts": {"ready": {"type": "boolean", "label": "达标"}}}
FACTS = {
    "towns": {"type": "count", "min": "1", "max": "6", "label": "乡镇数"},
    "degrees": {"type": "count", "max": "towns", "label": "有学历的书记"},
}
IN_TIME = {
    "grades": ["qualified", "unqualified"],
    "policy": {
        "propose": [
            {"id": "in_time", "when": "targets_short == 0", "grade": "qualified"},
            {"id": "otherwise", "grade": "unqualified"},
        ]
    },
}
BY = {"2004": "40%", "2008": "80%"}


def county(targets: Mapping[str, Any], **more: Any) -> Programme:  # noqa: ANN401
    """A programme with these targets of a county, and villages."""
    labelled = {id_: {"label": id_, **item} for id_, item in targets.items()}
    book = {"rulebook": "c", "kind": "county", "label": "县", "facts": FACTS, "targets": labelled, **more}
    return loaded(TREE, [VILLAGE, book])


def rated(
    programme: Programme, facts: Mapping[str, Any], year: int, villages: Sequence[bool | None] | None = None
) -> Rating:
    """A county with these facts, and villages that are ready, are not, or have not said."""
    rows: dict[str, list[dict[str, Any]]] = {"county": [{"id": "C", **facts}]}
    if villages is not None:
        rows["village"] = [{"id": f"V{at}", "parent": "C", "ready": ready} for at, ready in enumerate(villages)]
    return rate(programme, stated(rows, tables([programme])), year=year)


Villages: TypeAlias = "Sequence[bool | None] | None"


def of(rating: Rating, column: str) -> Any:  # noqa: ANN401
    return rating.books["c"].ratings[column][0]


def measured(rating: Rating, name: str) -> tuple[float, float]:
    row = rating.books["c"].measures.row(0, named=True)
    high = row.get(f"{name}_high")
    return row[name], row[name] if high is None else high


# Status


@pytest.mark.parametrize(
    ("by", "degrees", "statuses"),
    [
        # of 5 towns, in 2003, 2004, 2005, 2008 and 2009
        (BY, 1, ("not_due", "short", "short", "short", "short")),
        (BY, 2, ("not_due", "on_course", "on_course", "short", "short")),
        (BY, 3, ("not_due", "on_course", "on_course", "short", "short")),
        (BY, 4, ("reached",) * 5),
        (BY, 5, ("reached",) * 5),
        ({"2008": "100%"}, 4, ("not_due", "not_due", "not_due", "short", "short")),
        ({"2004": "60%", "2008": "60%"}, 3, ("reached",) * 5),
        ({"2004": "0%", "2005": "40%"}, 0, ("not_due", "on_course", "short", "short", "short")),
    ],
)
def test_the_status_of_each_year(by: dict[str, str], degrees: int, statuses: Sequence[str]) -> None:
    programme = county({"t": {"value": "degrees / towns", "by": by}})
    found = [rated(programme, {"towns": 5, "degrees": degrees}, year) for year in (2003, 2004, 2005, 2008, 2009)]
    assert tuple(of(rating, "t") for rating in found) == tuple(statuses)
    for rating, status in zip(found, statuses, strict=True):
        assert measured(rating, "targets_short") == (status == "short",) * 2
        assert measured(rating, "targets_reached") == (status == "reached",) * 2
        assert measured(rating, "targets_count") == (1, 1)


def test_a_target_can_be_named_wherever_a_measure_can() -> None:
    criterion = {"label": "项", "require": "t >= 50% and targets_short <= 1", "points": "100"}
    programme = county(
        {
            "t": {"value": "half", "by": BY},
            "u": {"value": "degrees + targets_zero", "by": {"2004": "6"}},
        },
        measures={"half": "degrees / towns", "targets_zero": "0 * t"},
        goods={"g": {"label": "好", "criteria": {"x": criterion}}},
        titles={"honour": {"label": "称号", "when": "targets_reached == targets_count"}},
        grades=["excellent", "qualified"],
        policy={
            "propose": [
                {"id": "all", "when": "t >= 80% and targets_reached == 1", "grade": "excellent"},
                {"id": "otherwise", "grade": "qualified"},
            ]
        },
    )
    rating = rated(programme, {"towns": 5, "degrees": 4}, 2004)
    assert [of(rating, name) for name in ("t", "u", "x", "honour", "grade")] == [
        "reached",
        "short",
        True,
        False,
        "excellent",
    ]


# What gaps leave open

PERCENTS = st.sampled_from(["0%", "20%", "33.3%", "40%", "50%", "66.7%", "75%", "80%", "100%"])
YEARS = st.sampled_from([2003, 2004, 2006, 2008, 2010])


def status_of(value: Fraction, by: Sequence[tuple[int, Fraction]], year: int) -> str:
    """The status by the words of docs/language.md."""
    due = [limit for at, limit in by if at <= year]
    if value >= by[-1][1]:
        return "reached"
    if not due:
        return "not_due"
    return "on_course" if value >= due[-1] else "short"


def exact(percent: str) -> Fraction:
    return Fraction(percent.removesuffix("%")) / 100


@st.composite
def dues(draw: st.DrawFn) -> dict[str, str]:
    values = sorted(draw(st.lists(PERCENTS, min_size=1, max_size=3)), key=exact)
    years = sorted(draw(st.sets(st.integers(2004, 2009), min_size=len(values), max_size=len(values))))
    return dict(zip(map(str, years), values, strict=True))


def steps(by: Mapping[str, str]) -> list[tuple[int, Fraction]]:
    return [(int(year), exact(value)) for year, value in by.items()]


COUNTS = st.none() | st.integers(0, 6)


@examples(40)
@given(dues(), YEARS, COUNTS, COUNTS)
def test_a_status_is_told_only_where_every_filling_has_it(
    by: dict[str, str], year: int, towns: int | None, degrees: int | None
) -> None:
    programme = county({"t": {"value": "degrees / towns", "by": by}, "u": {"value": "degrees", "by": {"2006": "3"}}})
    towns = None if towns is None else max(1, towns)
    degrees = degrees if degrees is None or towns is None else min(degrees, towns)
    rating = rated(programme, {"towns": towns, "degrees": degrees}, year)
    fillings = [
        (one, all_)
        for all_ in ([towns] if towns is not None else range(1, 7))
        for one in ([degrees] if degrees is not None else range(all_ + 1))
        if one <= all_
    ]
    found = {
        (status_of(Fraction(one, all_), steps(by), year), status_of(Fraction(one), [(2006, Fraction(3))], year))
        for one, all_ in fillings
    }
    for at, name in enumerate(("t", "u")):
        statuses = {pair[at] for pair in found}
        if of(rating, name) is not None:
            assert statuses == {of(rating, name)}
    low, high = measured(rating, "targets_short")
    assert all(low <= pair.count("short") <= high for pair in found)
    low, high = measured(rating, "targets_reached")
    assert all(low <= pair.count("reached") <= high for pair in found)


@examples(40)
@given(dues(), YEARS, st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=6))
def test_a_share_of_units_tells_all_that_can_be_told(
    by: dict[str, str], year: int, villages: list[bool | None]
) -> None:
    rating = rated(county({"t": {"value": "share(village, ready)", "by": by}}), {}, year, villages)
    fillings = product(*([True, False] if ready is None else [ready] for ready in villages))
    statuses = {status_of(Fraction(sum(filling), len(villages)), steps(by), year) for filling in fillings}
    assert of(rating, "t") == (statuses.pop() if len(statuses) == 1 else None)


def test_a_final_rating_leaves_an_open_status_open() -> None:
    programme = county({"t": {"value": "degrees / towns", "by": BY}}, **IN_TIME)
    facts = stated({"county": [{"id": "C", "towns": 5}]}, tables([programme]))
    rating = rate(programme, facts, year=2004, final=True)
    assert (of(rating, "t"), of(rating, "grade")) == (None, "unqualified")


# An aggregate, or what was reported

REPORTED = {
    "value": "given(share(village, ready), degrees / towns)",
    "by": BY,
}


@pytest.mark.parametrize(
    ("facts", "villages", "value", "status"),
    [
        ({"towns": 5, "degrees": 1}, [True, True, False, False, False], (0.4, 0.4), "on_course"),
        ({"towns": 5, "degrees": 4}, [True, False, False], (1 / 3, 1 / 3), "short"),
        ({"towns": 5, "degrees": 4}, None, (0.8, 0.8), "reached"),
        ({"towns": 5}, None, (0, 1.2), None),  # at most the 6 towns that there can be, of 5
        ({}, [None, True], (0.5, 1), None),
        ({}, [], (float("-inf"), float("inf")), None),  # a table without units is a table
    ],
)
def test_given_takes_the_table_where_there_is_one(
    facts: dict[str, int], villages: list[bool | None] | None, value: tuple[float, float], status: str | None
) -> None:
    rating = rated(county({"t": REPORTED}), facts, 2004, villages)
    low, high = measured(rating, "t")
    if "degrees" in facts or villages is not None:
        assert (low, high) == value
    assert of(rating, "t") == status


def test_given_of_conditions_and_in_titles() -> None:
    programme = county(
        {},
        facts={"told": {"type": "boolean", "label": "报告"}},
        measures={"some": "given(any(village, ready), told)"},
        titles={"honour": {"label": "称号", "when": "given(count(village, ready), 3) >= 2 and some"}},
        goods={"g": {"label": "好", "criteria": {"x": {"label": "项", "require": "given(any(village, ready), told)"}}}},
        **{**IN_TIME, "policy": {"propose": [{"id": "otherwise", "grade": "qualified"}]}},
    )
    assert [of(rated(programme, {"told": True}, 2004), name) for name in ("honour", "x")] == [True, True]
    with_table = rated(programme, {"told": True}, 2004, [True, False])
    assert [of(with_table, name) for name in ("honour", "x")] == [False, True]
    explained = told(programme, {"told": True}, [True, False])
    (criterion,) = explained.goods[0].criteria
    assert "told" not in {source.fact for source in criterion.sources}
    assert all(test.holds is not None for test in criterion.tests)


def test_a_gap_that_the_table_replaces_matters_to_nobody() -> None:
    facts = {"told": {"type": "count", "label": "上报", "at_close": "refuse"}}
    programme = county(
        {"t": {"value": "given(count(village, ready), told)", "by": {"2004": "1"}}}, facts=facts, **IN_TIME
    )
    counties: list[dict[str, Any]] = [{"id": "C"}]
    rows = {"county": counties, "village": [{"id": "V", "parent": "C", "ready": None}]}
    assert rate(programme, stated(rows, tables([programme])), year=2004, final=True)
    with pytest.raises(InvalidFactsError):
        rate(programme, stated({"county": counties}, tables([programme])), year=2004, final=True)


# Shortfalls


@pytest.fixture(scope="module")
def shares() -> Programme:
    """Targets over villages that the shortfall is told of."""
    by = {f"{2004 + at}": f"{percent}%" for at, percent in enumerate((10, 33.3, 40, 66.7, 80, 100))}
    return county({"t": {"value": "share(village, ready)", "by": by}})


@examples(30)
@given(data=st.data())
def test_whole_units_missing_are_those_that_fractions_tell(shares: Programme, data: st.DataObject) -> None:
    villages = data.draw(st.lists(st.booleans(), min_size=1, max_size=60))
    year = data.draw(st.integers(2004, 2009))
    (target,) = told(shares, {}, villages, year).targets
    has = sum(villages)
    assert {due.year for due in target.due} >= {year, 2009}
    for due in target.due:
        needed = ceil(exact(due.value) * len(villages))
        assert (due.needed, due.total) == (str(needed), str(len(villages)))
        assert due.missing == (str(needed - has) if needed > has else None)
        assert due.holds is (needed <= has)


def told(programme: Programme, facts: Mapping[str, Any], villages: Villages, year: int = 2004) -> Explanation:
    """What is said of a county."""
    rating = rated(programme, facts, year, villages)
    return RatingAsRun.of(rating).reader(rating.books["c"].book, "C").explanation()


@pytest.mark.parametrize(
    ("value", "by", "facts", "villages", "expected"),
    [
        ("share(village, ready)", "40%", {}, [True] * 15 + [False] * 27, ("17", "42", "2", "村")),
        ("count(village, ready) / count(village)", "40%", {}, [True] * 15 + [False] * 27, ("17", "42", "2", "村")),
        ("degrees / towns", "100%", {"towns": 5, "degrees": 3}, None, ("5", "5", "2", "有学历的书记")),
        ("degrees", "5", {"towns": 6, "degrees": 3}, None, (None, None, "2", "有学历的书记")),
        ("count(village, ready)", "3", {}, [True, False, False], (None, None, "2", "村")),
        (
            "given(count(village, ready), degrees) / given(count(village), towns)",
            "80%",
            {"towns": 5, "degrees": 3},
            None,
            ("4", "5", "1", "有学历的书记"),
        ),
        ("given(share(village, ready), degrees / towns)", "50%", {}, [True, False, False], ("2", "3", "1", "村")),
        ("share(village, ready)", "90%", {}, [True, None, False], ("3", "3", "1–2", "村")),
        ("degrees / towns + 1%", "80%", {"towns": 5, "degrees": 3}, None, (None, None, "19%", None)),
    ],
)
def test_what_is_missing(
    value: str, by: str, facts: dict[str, int], villages: Villages, expected: tuple[str | None, ...]
) -> None:
    explained = told(county({"t": {"value": value, "by": {"2004": by}}}), facts, villages)
    (due,) = explained.targets[0].due
    assert (due.needed, due.total, due.missing, due.of and due.of["zh"]) == expected


def test_gaps_that_leave_a_target_open_are_named() -> None:
    programme = county({"t": REPORTED, "u": {"value": "degrees", "by": {"2004": "9"}}})
    (gap,) = told(programme, {"towns": 3}, [True, None], year=2008).lower_gaps
    assert (gap.source.fact, gap.for_target, gap.matters) == ("ready", True, False)
    gaps = told(programme, {"towns": 3}, None).gaps
    assert [(gap.source.fact, gap.for_target) for gap in gaps] == [("degrees", True)]


# Where they are shown


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A run of one county, and one of many."""
    folders = {}
    for name, count in (("one", 1), ("many", 7)):
        folder = tmp_path_factory.mktemp(name)
        rules(folder / "rules", {"t": {"label": "t", "value": "degrees / towns", "by": BY}}, **IN_TIME)
        rows = [f"C{at},{at},6,{at if at < 6 else ''}" for at in range(count)]
        (folder / "county.csv").write_text("\n".join(["id,name,乡镇数,有学历的书记", *rows]), encoding="utf-8")
        programmes = load([folder / "rules"])
        folders[name] = folder / "run"
        write_run(rate(programmes, read_facts(folder / "county.csv", tables(programmes)), year=2004), folders[name])
    return folders


def rules(folder: Path, targets: Mapping[str, Any], **more: Any) -> None:  # noqa: ANN401
    """Write the rules of a county and its villages."""
    folder.mkdir()
    book = {"rulebook": "c", "kind": "county", "label": "县", "facts": FACTS, "targets": targets, **more}
    files = {"programme": {"programme": "mine", "label": "方案", "kinds": TREE}, "v": VILLAGE, "c": book}
    for name, said in files.items():
        (folder / f"{name}.yaml").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments, "--lang", "en"])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_why_and_list(runs: dict[str, Path]) -> None:
    assert "t: short\n      0 / 6 = 0%\n      ✗ 40% by the end of 2004, 3 of 6, needs 3 more" in printed(
        "why", str(runs["one"]), "C0"
    )
    (explained,) = json.loads(printed("why", str(runs["one"]), "C0", "--json"))
    assert (explained["targets"][0]["status"], explained["targets"][0]["due"][0]["missing"]) == ("short", "3")
    statuses = {"short": ["C0", "C1", "C2"], "on_course": ["C3", "C4"], "reached": ["C5"], "unknown": ["C6"]}
    for status, ids in {**statuses, "not_due": []}.items():
        (found,) = select(Run.open(runs["many"]), Filter(target=f"t={status}"))
        assert [unit["id"] for unit in found["units"]] == ids


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("tt=short", "no target is called `tt`"),  # unknown_target_in_run
        ("t=shot", "`t=shot` does not say which status"),  # target_filter
        ("t", "`t` does not say which status"),
    ],
)
def test_a_filter_that_says_nothing(runs: dict[str, Path], written: str, said: str) -> None:
    result = CliRunner().invoke(main, ["list", str(runs["one"]), "--target", written, "--lang", "en"])
    assert result.exit_code == 2
    assert said in result.output


def test_the_summary_shows_few_units_and_counts_many(runs: dict[str, Path]) -> None:
    from engine.rendering import render  # noqa: PLC0415
    from engine.rendering.summary import as_tables, summary  # noqa: PLC0415

    text = {name: render("run.txt.j2", "en", **as_tables(summary(Run.open(run)), "en")) for name, run in runs.items()}
    assert "t       short   0 / 6 = 0%  40% by the end of 2004, needs 3 more (有学历的书记)" in text["one"]
    assert "t       1        2          0            3      1" in text["many"]
    data = summary(Run.open(runs["many"]))["books"][0]["targets"]
    assert data["counts"][0]["statuses"] == {"reached": 1, "on_course": 2, "not_due": 0, "short": 3, "unknown": 1}
    assert data["units"] == []


def test_the_workbook_has_a_column_and_counts(runs: dict[str, Path]) -> None:
    book = CalamineWorkbook.from_path(str(runs["many"] / "ratings.xlsx"))
    summary, sheet = (book.get_sheet_by_index(at).to_python() for at in (0, 1))
    at = sheet[0].index("t")
    assert [row[at] for row in sheet[1:]] == ["未达进度"] * 3 + ["达到进度"] * 2 + ["已实现", "待定"]
    assert ["t", 1.0, 2.0, 0.0, 3.0, 1.0] in [row[:6] for row in summary]


def test_runs_without_targets_still_open(runs: dict[str, Path]) -> None:
    rules = json.loads((runs["one"] / "rules.json").read_text(encoding="utf-8"))
    assert fits(rules, RULES)
    for book in rules["rulebooks"].values():
        book.pop("targets", None)
    assert fits(rules, RULES)
    rules["rulebooks"]["c"]["targets"] = [{"id": "t"}]
    assert not fits(rules, RULES)


def test_a_run_with_targets_can_be_recomputed(runs: dict[str, Path]) -> None:
    assert CliRunner().invoke(main, ["verify", str(runs["many"])]).exit_code == 0


# Rule tests

TESTS = """
rulebook: c
year: 2004
base:
  facts: {towns: 5, degrees: 4}
  units: {village: [{times: 2, facts: {ready: 是}}, {times: 3, facts: {ready: 否}}]}
cases:
  - {name: with the table, expect: {targets: {t: on_course}, measures: {t: 40%, targets_short: 0}}}
  - {name: without, no_table: village, expect: {targets: {t: 已实现}, undefined: []}}
  - {name: one more, no_table: [village], facts: {degrees: 1}, expect: {targets: {t: short}}}
  - name: with the table again
    base: bare
    units: {village: [{facts: {ready: 否}}, {facts: {ready: gap}}]}
    expect: {targets: {t: unknown}}
bases:
  bare: {no_table: village, facts: {towns: 5}}
"""


def report_of(tmp_path: Path, text: str) -> Any:  # noqa: ANN401
    folder = tmp_path / "mine"
    rules(folder, {"t": {"label": "t", **REPORTED}})
    (folder / "test_c.yaml").write_text(text, encoding="utf-8")
    return run_tests(load([folder]))


def test_rule_tests_of_both_worlds(tmp_path: Path) -> None:
    report = report_of(tmp_path, TESTS)
    assert [name.case.name for name in report.failed] == []
    (coverage,) = report.coverage
    counts = {sort: coverage.counts(sort) for sort in ("target", "condition", "threshold", "period")}
    assert counts["target"] == (3, 4)  # reached, on course and short; not yet due
    assert counts["condition"] == (4, 4)  # a village is ready or not; there is a table or not
    assert {(hole.item.limit, hole.state) for hole in coverage.holes if hole.item.sort == "threshold"} == {
        ("40%", "above"),
        ("80%", "above"),
    } - {("40%", "above")}


def test_a_failed_target_is_explained(tmp_path: Path) -> None:
    report = report_of(tmp_path, TESTS.replace("{targets: {t: short}}", "{targets: {t: reached}}"))
    shown = view(report)["files"][0]["cases"][2]["differences"][0]
    assert (shown["expected"], shown["found"]) == (["reached"], ["short"])
    assert [test["holds"] for test in shown["trace"][0]["tests"]] == [False, False]


def test_ratings_keep_statuses_as_they_are_named() -> None:
    rating = rated(county({"t": {"value": "degrees", "by": {"2004": "1"}}}), {"towns": 1, "degrees": 1}, 2004)
    assert rating.books["c"].ratings["t"].dtype == pl.Enum(["reached", "on_course", "not_due", "short"])
