"""Why a unit got its grade: what is said agrees with the ratings, and with the cells."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from explaining import (
    BOOKS,
    Explained,
    Row,
    ends,
    sources_of,
)
from python_calamine import CalamineWorkbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from engine.archive import Run
    from engine.explanation import Explanation
    from engine.explanation.model import Source


# It agrees with the ratings


def test_every_unit_of_every_kind_is_explained(district: Explained) -> None:
    assert Counter(kind for kind, _ in district.said) == {"village": 42, "township": 5, "department": 24}
    for said, row in district:
        assert (said.id, said.name, said.rulebook, said.year) == (row["id"], row["name"], BOOKS[said.kind], 2004)


def test_grades_are_those_of_the_ratings(explained: Explained) -> None:
    seen = Counter[bool]()
    for said, row in explained:
        labels = {grade["id"]: grade["label"] for grade in explained.book(said.kind)["grades"]}
        assert said.grade == labels.get(row["grade"])
        for name in ("grade_low", "grade_high", "proposed_low", "proposed_high"):
            assert getattr(said, name) == labels[row[name]]
        seen[said.grade is None] += 1
    assert min(seen.values()) > 5
    assert len(seen) == 2


def test_titles_goods_and_criteria_are_those_of_the_ratings(explained: Explained) -> None:
    seen = Counter[str]()
    for said, row in explained:
        book = explained.book(said.kind)
        answers = {True: "met", False: "unmet", None: "unknown"}
        won = {True: "won", False: "not_won", None: "unknown"}
        assert {title.id: title.status for title in said.titles} == {
            title["id"]: won[row[title["id"]]] for title in book["titles"]
        }
        assert {good.id: good.status for good in said.goods} == {
            good["id"]: answers[row[good["id"]]] for good in book["goods"]
        }
        criteria = [criterion for good in said.goods for criterion in good.criteria]
        assert [item.id for item in criteria] == [item["id"] for good in book["goods"] for item in good["criteria"]]
        for criterion in criteria:
            applies = row.get(f"{criterion.id}_applicable", True)
            expected = "not_applicable" if applies is False else answers[row[criterion.id]]
            assert criterion.status == expected, (said.id, criterion.id)
            seen[expected] += 1
        seen.update(f"title {title.status}" for title in said.titles)
    assert set(seen) | {"title won"} == {
        *("met", "unmet", "unknown", "not_applicable"),
        *("title won", "title not_won", "title unknown"),
    }


def test_the_rules_are_those_that_fired(explained: Explained) -> None:
    seen = Counter[str]()
    for said, row in explained:
        book = explained.book(said.kind)["policy"]
        stages = {rule["id"]: stage for stage in ("propose", "adjust") for rule in book[stage]}
        assert [rule.id for rule in said.rules if rule.certain] == [id_ for id_ in row["rules"].split(",") if id_]
        assert [stages[rule.id] for rule in said.rules] == [rule.stage for rule in said.rules]
        assert [rule.id for rule in said.rules] == [id_ for id_ in stages if id_ in {rule.id for rule in said.rules}]
        proposals = [rule for rule in said.rules if rule.stage == "propose"]
        # Either one proposal is certain, or several may be made.
        assert len(proposals) == 1 if proposals[0].certain else len(proposals) > 1
        for rule in said.rules:
            seen[f"{rule.stage} {rule.certain}"] += 1
            truths = [test.holds for test in rule.conditions]
            terms = next(item["terms"] for item in book[rule.stage] if item["id"] == rule.id)
            asked = [[truth for symbol, truth in term if isinstance(symbol, int)] for term in terms]
            if rule.certain:
                assert truths in asked, (said.id, rule.id, truths)
                seen["negated"] += False in truths
            elif rule.stage == "adjust":
                assert None in truths
            if rule.certain and rule.changes:
                assert row["grade_high"] != row["proposed_high"]
        if any(rule.certain and rule.changes for rule in said.rules):
            seen["limited"] += 1
        for title in said.titles:
            withheld = {str(label) for rule in said.rules if rule.certain and rule.withholds for label in [rule.label]}
            assert {str(label) for label in title.withheld_by} == withheld
            seen["withheld"] += bool(withheld)
    assert min(seen[name] for name in ("propose True", "propose False", "adjust True", "adjust False", "limited")) > 2
    assert seen["withheld"] > 2
    assert seen["negated"] > 2


def test_the_points_add_up_to_the_score(explained: Explained) -> None:
    """Each number is rounded to two digits, so a sum of many is off by a little at most."""
    ranges = 0
    for said, row in explained:
        scale = explained.book(said.kind)["score"]["most"]
        sums = {True: [0.0, 0.0], False: [0.0, 0.0]}
        for good in said.goods:
            total = [0.0, 0.0]
            for criterion in good.criteria:
                for end, points in enumerate(ends(criterion.points)):
                    sums[criterion.bonus][end] += points
                    total[end] += 0 if criterion.bonus else points
                assert ends(criterion.points)[0] >= -1e-9
                assert ends(criterion.points)[1] <= float(criterion.most)
            assert ends(good.points) == pytest.approx(total, abs=0.05)
            if good.status == "met":
                share = next(item["share"] for item in explained.book(said.kind)["goods"] if item["id"] == good.id)
                assert ends(good.points)[1] >= share * ends(good.most)[0] - 1e-9
        assert ends(said.points_raw) == pytest.approx(sums[False], abs=0.1)
        assert ends(said.bonus) == pytest.approx(sums[True], abs=0.02)
        low, high = ends(said.points)
        assert (low, high) == pytest.approx((row["points_low"], row["points_high"]), abs=0.0051)
        most = ends(said.points_max)
        if most[0] == most[1]:
            raw, bonus = ends(said.points_raw), ends(said.bonus)
            assert float(said.points_most) == scale
            assert [raw[end] / most[0] * scale + bonus[end] for end in (0, 1)] == pytest.approx([low, high], abs=0.02)
        ranges += low != high
    assert ranges > 5


def test_the_score_never_contradicts_the_grade(explained: Explained) -> None:
    """89.9955 is not shown as 90, wherever the score stands: in the header, in a rule, and in the points it is made of."""
    checked = 0
    for said, row in explained:
        book = explained.book(said.kind)
        shown = [*ends(said.points)]
        for rule in [*said.rules, *(said.next_grade.obstacles if said.next_grade else ())]:
            for test in rule.conditions:  # type: ignore[attr-defined]
                written = "".join(part if isinstance(part, str) else part["en"] for part in test.written)
                if written.startswith("Score "):
                    limit = float(str(test.against[-1]))
                    low, high = ends(written.removeprefix("Score "))
                    assert test.operator == "≥"
                    if test.holds is not None:
                        assert (low >= limit, high >= limit) == (test.holds, test.holds), (said.id, written)
                    else:
                        assert low < limit <= high
                    shown += [low, high]
                    checked += 1
        for limit in (60, 80, 90):
            for end, value in enumerate(shown):
                assert (value >= limit) == (row[("points_low", "points_high")[end % 2]] >= limit - 1e-9)
        most = ends(said.points_max)
        if most[0] == most[1]:
            for end, (raw, bonus) in enumerate(zip(ends(said.points_raw), ends(said.bonus), strict=True)):
                as_shown = Fraction(str(raw)) / Fraction(str(most[0])) * int(book["score"]["most"]) + Fraction(
                    str(bonus)
                )
                for limit in (60, 80, 90):
                    assert (as_shown >= limit) == (row[("points_low", "points_high")[end]] >= limit - 1e-9), said.id
    assert checked > 70


def test_a_criterion_that_falls_short_is_not_shown_with_all_its_points(explained: Explained) -> None:
    short = 0
    for said, row in explained:
        for criterion in (item for good in said.goods for item in good.criteria):
            stored = explained.measures[said.kind, said.id].get(f"points:{criterion.id}")
            if stored is not None and criterion.status != "not_applicable" and stored < float(criterion.most) - 1e-9:
                assert ends(criterion.points)[0] < float(criterion.most), (row["id"], criterion.id, criterion.points)
                short += 1
    assert short > 50


# The cells


@cache
def sheet(path: Path, name: str | None) -> list[list[Any]]:
    """A table as received."""
    if name is None:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    with CalamineWorkbook.from_path(path) as book:
        return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def at(run: Run, place: str) -> tuple[str, Any]:
    """The header above a cell and the cell; `village.csv:17:D` or `district.xlsx[村]!D17`."""
    found = re.fullmatch(r"(?P<file>[^:\[]+):(?P<row>\d+):(?P<column>[A-Z]+)", place)
    found = found or re.fullmatch(r"(?P<file>[^:\[]+)\[(?P<sheet>.+)\]!(?P<column>[A-Z]+)(?P<row>\d+)", place)
    assert found, place
    parts = found.groupdict()
    rows = sheet(run.folder / "facts" / "originals" / parts["file"], parts.get("sheet"))
    column = 0
    for letter in parts["column"]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return rows[0][column - 1], rows[int(parts["row"]) - 1][column - 1]


def as_shown(cell: Any) -> str:  # noqa: ANN401
    """A cell as an explanation writes it."""
    if isinstance(cell, float) or re.fullmatch(r"-?\d+", str(cell)):
        return f"{int(cell):,}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def check_own_source(run: Run, said: Explanation, source: Source, seen: Counter[str]) -> None:
    """A value stands in its cell, below its label, in the unit's row."""
    header, cell = at(run, source.cell)
    assert header == source.label["zh"]
    start, digits = (re.match(r"(.*?)(\d+)$", said.row) or pytest.fail(said.row)).groups()
    assert source.cell.startswith(start.rstrip("!"))
    assert digits in source.cell
    if source.value is None or source.answer:
        assert cell == ""
        assert (source.value is None) is not source.answer
        seen["answer" if source.answer else "gap"] += 1
    else:
        value = source.value if isinstance(source.value, str) else source.value["zh"]
        assert value == as_shown(cell), source
        seen[type(cell).__name__ if isinstance(source.value, str) else "choice"] += 1


def check_lower_source(run: Run, said: Explanation, source: Source, rows: Mapping[str, list[Row]]) -> None:
    """The first and the last cell of the units below, and how many they are."""
    first, _, last = source.cell.partition(" … ")
    numbers = [
        int((re.search(r"\d+", place.rpartition("]")[2] or place) or pytest.fail(place))[0]) for place in (first, last)
    ]
    below = rows[said.id]
    assert numbers == [min(row["_row"] for row in below), max(row["_row"] for row in below)]
    for place in (first, last):
        if ":" in source.fact:  # a result stands in no cell: the rows of its units are named
            assert place.endswith(str(numbers[0] if place is first else numbers[1]))
        else:
            assert at(run, place)[0] == source.label["zh"]
    assert isinstance(source.value, dict)
    assert source.value["en"] == f"({len(below)} units)"


@pytest.mark.parametrize("which", ["district_run", "workbook_run"])
def test_every_value_is_that_of_its_cell(request: pytest.FixtureRequest, which: str) -> None:
    run: Run = request.getfixturevalue(which)
    explained: Explained = request.getfixturevalue("district") if which == "district_run" else Explained(run, every=4)
    below: dict[str, list[Row]] = {}
    for (kind, _), row in explained.facts.items():
        if kind == "village":
            below.setdefault(row["parent"], []).append(row)
    seen = Counter[str]()
    for said, _ in explained:
        assert at(run, said.row + ":A" if "]!" not in said.row else said.row.replace("!", "!A"))[1] == said.id
        for source in sources_of(said):
            own = source.fact in explained.run.rules["facts"][said.kind]
            if own and not (isinstance(source.value, dict) and "单位）" in source.value["zh"]):
                check_own_source(run, said, source, seen)
            else:
                check_lower_source(run, said, source, below)
                seen["lower"] += 1
    number = "str" if which == "district_run" else "float"
    assert min(seen[form] for form in (number, "choice", "gap", "answer", "lower")) > 5, seen
    assert seen[number] > (1000 if which == "district_run" else 250)


def test_gaps_of_lower_units_that_leave_something_open_are_named(district: Explained) -> None:
    said = district.said["township", "T3"]
    assert said.grade is None
    assert said.gaps == ()
    told = [(gap.source.label["en"], gap.source.cell, gap.matters, gap.for_title) for gap in said.lower_gaps]
    assert told == [
        ("Village: Satisfied ballots (1 unit)", "village.csv:20:BF", True, True),
        ("Village: Five Goods village (1 unit)", "village.csv:20", False, True),
    ]
    assert district.said["township", "T1"].lower_gaps == ()


def test_a_criterion_over_titles_of_lower_units_names_their_rows(district: Explained) -> None:
    criteria = [item for good in district.said["township", "T3"].goods for item in good.criteria]
    sources = [source for item in criteria for source in item.sources if ":" in source.fact]
    assert {(source.label["zh"], source.cell) for source in sources} == {
        ("“五个好”村党组织称号", "village.csv:20 … village.csv:27")
    }


def test_a_rule_over_lower_units_names_their_cells(district: Explained) -> None:
    (rule,) = [rule for rule in district.said["township", "T5"].rules if rule.stage == "adjust"]
    assert [source.cell for source in rule.sources] == [
        "village.csv:36:BF … village.csv:43:BF",
        "village.csv:36:BE … village.csv:43:BE",
    ]
