"""`list` finds the units that a plain filter of the ratings finds, and says which names it does not know."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from engine.archive import InvalidRunError, Run, write_run
from engine.listing import Filter, counts, select
from engine.rating import rate
from engine.rendering import render
from engine.rendering.summary import as_tables, listing, summary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.facts import Facts
    from engine.programme import Programme

Row = dict[str, Any]
BOUNDARIES = (60, 80, 90)

# What may be asked, and the rows that a reader of the ratings would keep.
ASKED: dict[str, tuple[dict[str, Any], Callable[[Row], bool]]] = {
    "grade": ({"grade": "qualified"}, lambda row: row["grade"] == "qualified"),
    "grade by label": ({"grade": "优秀"}, lambda row: row["grade"] == "excellent"),
    "grade by English label": ({"grade": "Commendable"}, lambda row: row["grade"] == "commendable"),
    "rule": ({"rule": "satisfaction_below_top"}, lambda row: "satisfaction_below_top" in row["rules"].split(",")),
    "rule by label": ({"rule": "未完成选派任务，降级一次"}, lambda row: "unfinished_task" in row["rules"].split(",")),
    "rule of all": ({"rule": "by_score_excellent"}, lambda row: "by_score_excellent" in row["rules"].split(",")),
    "criterion unmet": ({"criterion": "farmers_income=false"}, lambda row: row.get("farmers_income", True) is False),
    "criterion by label": (
        {"criterion": "两委成员交叉任职=false"},
        lambda row: row.get("cross_posting_share", 0) is False,
    ),
    "criterion unknown": ({"criterion": "contests_held=unknown"}, lambda row: row.get("contests_held", 0) is None),
    "criterion unknown, not one that does not apply": (
        {"criterion": "open_election=unknown"},
        lambda row: row.get("open_election", 0) is None and row["open_election_applicable"] is not False,
    ),
    "good": ({"criterion": "leadership=true"}, lambda row: row.get("leadership") is True),
    "title won": ({"criterion": "five_goods=true"}, lambda row: row.get("five_goods") is True),
    "title unknown": ({"criterion": "six_goods=unknown"}, lambda row: row.get("six_goods", 0) is None),
    "parent": ({"parent": "T1"}, lambda row: row["parent"] == "T1"),
    "parent by name": ({"parent": "柳河镇"}, lambda row: row["parent"] == "T3"),
    "pending": ({"pending": True}, lambda row: row["pending"]),
    "near": (
        {"near": 1.0},
        lambda row: any(abs(row[end] - limit) <= 1 for end in ("points_low", "points_high") for limit in BOUNDARIES),
    ),
    "very near": (
        {"near": 0.01},
        lambda row: any(abs(row[end] - limit) <= 0.01 for end in ("points_low", "points_high") for limit in BOUNDARIES),
    ),
}


def rows(run: Run) -> list[tuple[str, Row]]:
    """Every rated unit, by its rulebook."""
    return [(book, row) for book in run.manifest["rulebooks"] for row in run.ratings(book).collect().to_dicts()]


def listed(run: Run, wanted: Filter) -> list[tuple[str, str]]:
    return [(found["rulebook"], unit["id"]) for found in select(run, wanted) for unit in found["units"]]


@pytest.mark.parametrize("name", ASKED)
def test_each_option_keeps_what_a_plain_filter_keeps(district_run: Run, name: str) -> None:
    options, keeps = ASKED[name]
    expected = [(book, row["id"]) for book, row in rows(district_run) if keeps(row)]
    assert listed(district_run, Filter(**options)) == expected
    assert 0 < len(expected) < 71


def test_options_combine(district_run: Run) -> None:
    everyone, several = rows(district_run), 0
    for size in (2, 3):
        for names in combinations(ASKED, size):
            options = [ASKED[name][0] for name in names]
            wanted: dict[str, Any] = {}
            for option in options:
                wanted |= option
            if len(wanted) < size:  # two values for one option
                continue
            if size == 3 and hash_of(names) % 10:
                continue
            expected = [(book, row["id"]) for book, row in everyone if all(ASKED[name][1](row) for name in names)]
            assert listed(district_run, Filter(**wanted)) == expected, names
            several += bool(expected)
    assert several > 50


def hash_of(names: tuple[str, ...]) -> int:
    """A number that is the same in every process."""
    return sum(map(ord, "".join(names)))


def test_without_options_everything_is_listed(district_run: Run) -> None:
    assert listed(district_run, Filter()) == [(book, row["id"]) for book, row in rows(district_run)]


def test_what_is_listed_is_that_of_the_ratings(district_run: Run) -> None:
    stored = {(book, row["id"]): row for book, row in rows(district_run)}
    kinds = district_run.manifest["rulebooks"]
    names = {(kinds[book], row["id"]): row["name"] for (book, _), row in stored.items()}
    above = {kind: upper for item in district_run.rules["programmes"] for kind, upper in item["parents"].items()}
    for found in select(district_run, Filter()):
        book = district_run.rules["rulebooks"][found["rulebook"]]
        labels = {grade["id"]: grade["label"] for grade in book["grades"]}
        assert found["label"] == book["label"]
        for unit in found["units"]:
            row = stored[found["rulebook"], unit["id"]]
            shared = unit.keys() & row.keys() - {"rules"}
            assert shared == {
                *["id", "name", "parent", "grade", "grade_low", "grade_high", "points_low", "points_high"]
            }
            assert {name: unit[name] for name in shared} == {name: row[name] for name in shared}
            assert unit["parent_name"] == names.get((above[book["kind"]], row["parent"]), row["parent"])
            assert ",".join(unit["rules"]) == row["rules"]
            assert len(unit["rule_labels"]) == len(unit["rules"])
            if not found["rated"]:  # a register: its units have no grade to name
                assert row["grade"] is None
                continue
            assert unit["grade_label"] == labels.get(row["grade"])
            assert (unit["grade_low_label"], unit["grade_high_label"]) == (
                labels[row["grade_low"]],
                labels[row["grade_high"]],
            )


def test_the_score_shown_does_not_contradict_the_grade(district_run: Run) -> None:
    units = {unit["id"]: unit for found in select(district_run, Filter()) if found["rated"] for unit in found["units"]}
    assert units["V09"]["points"] == "89.995"
    assert (units["V06"]["points"], units["V14"]["points"]) == ("90", "80")
    assert units["V20"]["points"] == "88.04–94.57"
    for unit in units.values():
        low, _, high = unit["points"].partition("–")
        for limit in BOUNDARIES:
            assert (float(low) >= limit) == (unit["points_low"] >= limit - 1e-9)
            assert (float(high or low) >= limit) == (unit["points_high"] >= limit - 1e-9)


# Unknown names


@pytest.mark.parametrize(
    ("options", "code", "name", "near"),
    [
        ({"grade": "qualifyed"}, "unknown_grade_in_run", "qualifyed", "qualified"),
        ({"grade": "excelent"}, "unknown_grade_in_run", "excelent", "excellent"),
        ({"grade": ""}, "unknown_grade_in_run", "", None),
        ({"rule": "veto_falsify"}, "unknown_rule_in_run", "veto_falsify", "veto_falsified"),
        ({"rule": "弄虚作假，一律不合格了"}, "unknown_rule_in_run", "弄虚作假，一律不合格了", "弄虚作假，一律不合格"),
        ({"criterion": "farmer_income=true"}, "unknown_criterion_in_run", "farmer_income", "farmers_income"),
        ({"criterion": "=true"}, "unknown_criterion_in_run", "", None),
        ({"parent": "大岭乡"}, "unknown_unit", "大岭乡", "大岭镇"),
        ({"parent": ""}, "unknown_unit", "", None),
    ],
)
def test_an_unknown_name_is_told_with_what_may_be_meant(
    district_run: Run, options: dict[str, str], code: str, name: str, near: str | None
) -> None:
    with pytest.raises(InvalidRunError) as caught:
        select(district_run, Filter(**options))  # type: ignore[arg-type]
    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.values["name"]) == (code, name)
    assert near is None or near in problem.near
    assert problem.place.file == str(district_run.folder)


@pytest.mark.parametrize("written", ["farmers_income", "farmers_income=", "farmers_income=no", "farmers_income=False"])
def test_a_criterion_needs_an_answer(district_run: Run, written: str) -> None:
    with pytest.raises(InvalidRunError) as caught:
        select(district_run, Filter(criterion=written))
    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.values) == ("criterion_filter", {"written": written})


def test_everything_that_is_unknown_is_told_at_once(district_run: Run) -> None:
    with pytest.raises(InvalidRunError) as caught:
        select(district_run, Filter(grade="a", rule="b", criterion="c=d", parent="e"))
    codes = [problem.code for problem in caught.value.diagnostics]
    assert sorted(codes) == [
        *("criterion_filter", "unknown_criterion_in_run", "unknown_grade_in_run", "unknown_rule_in_run"),
        "unknown_unit",
    ]


def test_a_rulebook_that_cannot_answer_is_left_out(district_run: Run) -> None:
    books = [found["rulebook"] for found in select(district_run, Filter(criterion="cross_posting_share=false"))]
    assert books == ["five_goods"]


def test_a_parent_without_a_table_is_known(
    shipped: tuple[Programme, ...], district_facts: Facts, tmp_path: Path
) -> None:
    facts = replace(district_facts, tables={"village": district_facts.tables["village"]}, read={"village": 42})
    write_run(rate(shipped, facts, year=2004), tmp_path / "run")
    run = Run.open(tmp_path / "run")
    found = listed(run, Filter(parent="T1"))
    assert len({unit for _, unit in found}) == 10
    assert len(found) == 10 * len({book for book, _ in found})
    with pytest.raises(InvalidRunError):
        select(run, Filter(parent="大岭镇"))


# What is printed


def test_the_table_has_a_line_for_each_unit(district_run: Run, golden: Callable[[str, str], None]) -> None:
    for language in ("zh", "en"):
        found = select(district_run, Filter(grade="qualified"))
        text = render("list.txt.j2", language, **listing(found, language))
        ids = [unit["id"] for book in found for unit in book["units"]]
        assert [word for word in text.split() if word in ids] == ids
        golden(f"list/qualified.{language}.txt", text)
        nothing = render("list.txt.j2", language, **listing(select(district_run, Filter(parent="M0001")), language))
        assert nothing == {"zh": "没有符合条件的单位\n", "en": "no unit matches\n"}[language]


def test_the_counts_are_those_of_the_ratings(district_run: Run, golden: Callable[[str, str], None]) -> None:
    for found in counts(district_run):
        units = [row for book, row in rows(district_run) if book == found["rulebook"]]
        book = district_run.rules["rulebooks"][found["rulebook"]]
        expected = [len(units)]
        expected += [sum(row["grade"] == grade["id"] for row in units) for grade in book["grades"]]
        if book["grades"]:
            expected += [sum(row["grade"] is None for row in units)]
            assert sum(expected[1:]) == expected[0]
        expected += [sum(row[title["id"]] is True for row in units) for title in book["titles"]]
        assert [number for _, number in found["counts"]] == expected
    for language in ("zh", "en"):
        shown = summary(district_run)
        text = render("run.txt.j2", language, **as_tables(shown, language))
        assert shown["example"] == "V01"
        golden(f"list/summary.{language}.txt", text.replace(str(district_run.folder), "RUN"))


@pytest.mark.parametrize("near", [float("nan"), float("inf")])
def test_near_is_a_number_of_points(district_run: Run, near: float) -> None:
    with pytest.raises(InvalidRunError) as caught:
        select(district_run, Filter(near=near))
    assert [problem.code for problem in caught.value.diagnostics] == ["near_not_finite"]
