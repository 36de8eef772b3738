"""Seats and ranks: never more than the seats, never a higher place left out, and ranges that hold every filling."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product
from math import ceil, floor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.diagnostic import InvalidRulesError
from engine.facts.stated import stated
from engine.messages import sentence
from engine.programme import load, tables
from engine.rating import rate

if TYPE_CHECKING:
    from random import Random

    from engine.programme import Programme
    from engine.rating import Rating

Row = dict[str, Any]
PROGRAMME = "programme: example\nlabel: 示例\nkinds: {county: {township: {village: }}}\n"
BOOK = """
rulebook: branches
kind: village
label: 党支部
facts:
  points: {type: count, max: 3, label: 评分}
  age: {type: count, max: 1, label: 年龄}
  lied: {type: boolean, label: 弄虚作假}
  terrain: {type: choice, choices: [plain, hill], label: 地形}
  income: {type: number, label: 收入}
measures: %(measures)s
grades: [excellent, commendable, qualified, unqualified]
policy:
  propose:
    - {id: three, when: points >= 2, grade: excellent}
    - {id: two, when: points >= 1, grade: commendable}
    - {id: otherwise, grade: qualified}
  adjust: [{id: lied, when: lied, cap: unqualified}]
  settle: %(settle)s
"""
GRADES = ("excellent", "commendable", "qualified", "unqualified")
DOMAINS: dict[str, tuple[Any, ...]] = {"points": (0, 1, 2, 3), "age": (0, 1), "lied": (False, True)}
UNITS = {
    "county": [{"id": "C1"}, {"id": "C2"}],
    "township": [{"id": "T1", "parent": "C1"}, {"id": "T2", "parent": "C2"}, {"id": "T3", "parent": "C1"}],
}
COUNTY = {item["id"]: item["parent"] for item in UNITS["township"]}


@cache
def loaded(settle: str = "[]", measures: str = "{}") -> tuple[Programme, ...]:
    """The rulebook of villages with these settlements."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "programme.yaml").write_text(PROGRAMME, encoding="utf-8")
        text = BOOK % {"settle": settle, "measures": measures}
        (folder / "village.yaml").write_text(text, encoding="utf-8")
        return load([folder])


def rated(villages: list[Row], settle: str = "[]", measures: str = "{}", *, final: bool = False) -> Rating:
    programmes = loaded(settle, measures)
    return rate(programmes, stated({**UNITS, "village": villages}, tables(programmes)), year=2004, final=final)


def ranges(rating: Rating) -> dict[str, tuple[str, str]]:
    """The worst and the best grade of each unit."""
    table = rating.books["branches"].ratings.select("id", "grade_low", "grade_high")
    return {id_: (low, high) for id_, low, high in table.iter_rows()}


def competing(rating: Rating, settlement: str) -> dict[str, Row]:
    table = rating.books["branches"].selections[settlement]
    return {row["id"]: row for row in table.iter_rows(named=True)}


def village(number: int, points: int | None = 3, **others: object) -> Row:
    return {"id": f"V{number}", "parent": "T1", "points": points, "age": 0, "lied": False, **others}


@st.composite
def settlements(draw: st.DrawFn) -> list[Row]:
    """One or two, as their YAML says."""
    found = []
    for at, grade in enumerate(draw(st.sampled_from([(0,), (1,), (0, 1), (0, 0), (0, 1)]))):
        lower = GRADES[grade + 1 :]
        item: Row = {"id": f"s{at}", "grade": GRADES[grade]}
        item["at_most"] = draw(st.sampled_from(["0", "1", "2", "20%", "34%", "50%", "100%"]))
        item["of"] = draw(st.sampled_from(["rated", "all"]))
        item["round"] = draw(st.sampled_from(["down", "up", "half"]))
        item["by"] = draw(st.sampled_from(["[{most: points}]", "[{most: points}, {least: age}]"]))
        item["ties"] = draw(st.sampled_from(["decide", "in", "out"]))
        if draw(st.booleans()):
            item["within"] = draw(st.sampled_from(["county", "township"]))
        if draw(st.booleans()):
            item["surplus"] = draw(st.sampled_from(lower))
        found.append(item)
    return found


def written(items: list[Row]) -> str:
    return (
        "[" + ", ".join("{" + ", ".join(f"{key}: {value}" for key, value in item.items()) + "}" for item in items) + "]"
    )


@st.composite
def villages(draw: st.DrawFn, gaps: int = 3) -> list[Row]:
    count = draw(st.integers(0, 7))
    found = [
        village(
            at,
            draw(st.sampled_from([0, 1, 2, 2, 3, 3])),
            age=draw(st.integers(0, 1)),
            lied=draw(st.sampled_from([False] * 4 + [True])),
            parent=draw(st.sampled_from(["T1", "T2", "T3"])),
        )
        for at in range(count)
    ]
    for _ in range(draw(st.integers(0, gaps)) if found else 0):
        draw(st.sampled_from(found))[draw(st.sampled_from([*DOMAINS]))] = None
    return found


def seats_of(item: Row, units: int) -> int:
    """By definition, with exact fractions."""
    if not item["at_most"].endswith("%"):
        return int(item["at_most"])
    exact = Fraction(item["at_most"][:-1]) / 100 * units
    return {"down": floor(exact), "up": ceil(exact), "half": floor(exact + Fraction(1, 2))}[item["round"]]


def group_of(unit: Row, item: Row) -> str:
    groups: dict[str, str] = {"county": COUNTY[unit["parent"]], "township": unit["parent"]}
    return groups.get(item.get("within", ""), "")


def by_definition(units: list[Row], items: list[Row]) -> dict[str, tuple[int, int]]:
    """The range of each grade where everything is known, counted out: one against all."""
    found = {}
    for unit in units:
        grade = 3 if unit["lied"] else 0 if unit["points"] >= 2 else 1 if unit["points"] == 1 else 2
        found[unit["id"]] = (grade, grade)
    for item in items:
        grade = GRADES.index(item["grade"])
        surplus = GRADES.index(item["surplus"]) if "surplus" in item else grade + 1
        by = ("points",) if "age" not in item["by"] else ("points", "age")
        before = dict(found)
        if any(before[unit["id"]][0] != before[unit["id"]][1] for unit in units):
            return {}  # people decide first
        for unit in (unit for unit in units if before[unit["id"]][0] == grade):
            alike = [other for other in units if group_of(other, item) == group_of(unit, item)]
            rivals = [other for other in alike if before[other["id"]][0] == grade]

            def place(one: Row, by: tuple[str, ...] = by) -> tuple[int, ...]:
                return (-one["points"], one["age"])[: len(by)]

            ahead = sum(place(other) < place(unit) for other in rivals)
            reach = sum(place(other) <= place(unit) for other in rivals)
            seats = seats_of(item, len(alike))
            seated = reach <= seats or (item["ties"] == "in" and ahead < seats)
            tied = not seated and ahead < seats and item["ties"] == "decide"
            found[unit["id"]] = (grade, grade) if seated else (surplus, grade) if tied else (surplus, surplus)
    return found


def fillings(units: list[Row]) -> list[list[Row]]:
    gaps = [(at, name) for at, unit in enumerate(units) for name in DOMAINS if unit[name] is None]
    found = []
    for values in product(*(DOMAINS[name] for _, name in gaps)):
        filled = [dict(unit) for unit in units]
        for (at, name), value in zip(gaps, values, strict=True):
            filled[at][name] = value
        found.append(filled)
    return found


@settings(max_examples=150, deadline=None)
@given(settlements(), villages(gaps=0))
def test_with_everything_known_seats_are_as_counted_out(items: list[Row], units: list[Row]) -> None:
    wanted = by_definition(units, items)
    found = {id_: tuple(map(GRADES.index, ends)) for id_, ends in ranges(rated(units, written(items))).items()}
    if wanted or not units:
        assert found == wanted


@settings(max_examples=100, deadline=None)
@given(settlements(), villages(), st.booleans())
def test_however_gaps_are_filled_the_grade_lies_within_its_range(
    items: list[Row],
    units: list[Row],
    final: bool,  # noqa: FBT001
) -> None:
    found = {id_: tuple(map(GRADES.index, ends)) for id_, ends in ranges(rated(units, written(items))).items()}
    for filled in fillings(units):
        for id_, (worst, best) in by_definition(filled, items).items():
            assert found[id_][1] <= best <= worst <= found[id_][0], (id_, filled)
    if final:
        closed = rated(units, written(items), final=True).books["branches"].ratings
        for id_, grade in closed.select("id", "grade").iter_rows():
            assert found[id_][1] <= GRADES.index(grade) <= found[id_][0]


@settings(max_examples=100, deadline=None)
@given(settlements(), villages(), st.booleans())
def test_there_are_never_more_than_the_seats_and_no_higher_place_is_left_out(
    items: list[Row],
    units: list[Row],
    final: bool,  # noqa: FBT001
) -> None:
    rating = rated(units, written(items), final=final)
    for item in items:
        rows = competing(rating, item["id"])
        for unit in units:
            alike = [other for other in units if group_of(other, item) == group_of(unit, item)]
            rivals = [rows[other["id"]] for other in alike if other["id"] in rows]
            seated = [row for row in rivals if row["status"] == "seated"]
            seats = seats_of(item, len(alike))
            assert all(row["seats"] == row["seats_high"] == seats for row in rivals)
            if item["ties"] != "in":
                assert len(seated) <= seats
            assert all(row["place_low"] <= seats for row in seated)
            # Whoever is surely before somebody who has a seat, has one.
            for row in seated:
                for other in rivals:
                    if other["place_high"] < row["place_low"] and other["certain"]:
                        assert other["status"] == "seated"
            if item["ties"] != "decide":
                assert not [row for row in rivals if row["status"] == "tied"]


@settings(max_examples=50, deadline=None)
@given(settlements(), villages(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(items: list[Row], units: list[Row], random: Random) -> None:
    shuffled = random.sample(units, len(units))
    one, other = rated(units, written(items)), rated(shuffled, written(items))
    assert ranges(one) == ranges(other)
    for item in items:
        assert competing(one, item["id"]) == competing(other, item["id"])


@pytest.mark.parametrize(
    ("ties", "statuses"),
    [
        ("decide", ["seated", "tied", "tied", "surplus"]),
        ("in", ["seated", "seated", "seated", "surplus"]),
        ("out", ["seated", "surplus", "surplus", "surplus"]),
    ],
)
def test_ties_are_as_declared(ties: str, statuses: list[str]) -> None:
    units = [village(0, 3), village(1, 2), village(2, 2), village(3, 2, age=1)]
    settle = f"[{{id: s, grade: excellent, at_most: 50%, by: [{{most: points}}, {{least: age}}], ties: {ties}}}]"
    for final in (False, True):
        rating = rated(units, settle, final=final)
        assert [row["status"] for row in competing(rating, "s").values()] == statuses
        grades = dict(rating.books["branches"].ratings.select("id", "grade").iter_rows())
        open_ = "commendable" if final else None
        wanted = {"seated": "excellent", "tied": open_, "surplus": "commendable"}
        assert list(grades.values()) == [wanted[status] for status in statuses]


def test_a_unit_that_may_not_have_the_grade_takes_no_seat() -> None:
    units = [village(0, 3, lied=True), village(1, 3), village(2, 2)]
    rating = rated(units, "[{id: s, grade: excellent, at_most: 1, by: [{most: points}]}]")
    assert [row["place_low"] for row in competing(rating, "s").values()] == [1, 2]
    assert ranges(rating) == {
        "V0": ("unqualified", "unqualified"),
        "V1": ("excellent", "excellent"),
        "V2": ("commendable", "commendable"),
    }


def test_a_rule_that_takes_a_seat_away_fires() -> None:
    units = [village(0, 3), village(1, 2)]
    rating = rated(units, "[{id: s, grade: excellent, at_most: 1, by: [{most: points}]}]")
    assert dict(rating.books["branches"].ratings.select("id", "rules").iter_rows()) == {"V0": "three", "V1": "three,s"}


# Ranks


def by_counting(units: list[Row], function: str, group: str) -> dict[str, Fraction]:
    found = {}
    for unit in units:
        alike = [other for other in units if not group or other[group] == unit[group]]
        place = 1 + sum(other["points"] > unit["points"] for other in alike)
        found[unit["id"]] = Fraction(place, len(alike) if function == "percentile" else 1)
    return found


@settings(max_examples=100, deadline=None)
@given(
    villages(),
    st.sampled_from(["rank", "percentile"]),
    st.sampled_from(["", "township", "terrain"]),
    st.lists(st.sampled_from(["plain", "hill", None]), min_size=7, max_size=7),
)
def test_ranks_hold_every_filling(units: list[Row], function: str, group: str, terrains: list[str | None]) -> None:
    units = [
        {**unit, "terrain": terrain, "age": 0, "lied": False} for unit, terrain in zip(units, terrains, strict=False)
    ]
    within = f", within={group}" if group else ""
    rating = rated(units, measures=f"{{place: '{function}(points{within})'}}")
    rows = {row["id"]: row for row in rating.books["branches"].measures.iter_rows(named=True)}
    column = {"township": "parent"}.get(group, group)
    filled_all = [
        [{**unit, "terrain": terrain} for unit, terrain in zip(filled, choice, strict=True)]
        for filled in fillings(units)
        for choice in product(
            *([unit["terrain"]] if unit["terrain"] else ["plain", "hill"] for unit in units[:4]),
            *([unit["terrain"] or "plain"] for unit in units[4:]),
        )
    ]
    for filled in filled_all:
        for id_, place in by_counting(filled, function, column).items():
            high = rows[id_].get("place_high")
            low, high = rows[id_]["place"], rows[id_]["place"] if high is None else high
            assert low - 1e-9 <= place <= high + 1e-9
    if len(filled_all) == 1 and None not in terrains:
        assert all(rows[id_].get("place_high") is None for id_ in rows)


def test_a_rank_may_stand_in_a_policy() -> None:
    text = BOOK.replace("when: points >= 2", "when: place <= 25%%")
    with TemporaryDirectory() as name:
        (Path(name) / "programme.yaml").write_text(PROGRAMME, encoding="utf-8")
        measures = "{place: 'percentile(points, within=county)'}"
        (Path(name) / "village.yaml").write_text(text % {"settle": "[]", "measures": measures}, encoding="utf-8")
        programmes = load([Path(name)])
    units = [village(at, points) for at, points in enumerate([3, 2, 1, 0])]
    found = ranges(rate(programmes, stated({**UNITS, "village": units}, tables(programmes)), year=2004))
    assert [high for _, high in found.values()] == ["excellent", "commendable", "commendable", "qualified"]


@pytest.mark.parametrize(
    ("settle", "measures", "code"),
    [
        ("[]", "{a: rank(points) + 1}", "rank_not_alone"),
        ("[]", "{a: 'rank(points, within=nowhere)'}", "rank_within_unknown"),
        ("[]", "{a: rank(terrain)}", "rank_without_order"),
        ("[]", "{a: 'rank(points, age)'}", "wrong_rank"),
        ("[]", "{a: 'rank(points, via=county)'}", "wrong_rank"),
        ("[{id: s, grade: excellent, at_most: 120%, by: [{most: points}]}]", "{}", "not_seats"),
        ("[{id: s, grade: excellent, at_most: few, by: [{most: points}]}]", "{}", "unknown_seats"),
        ("[{id: s, grade: unqualified, at_most: 1, by: [{most: points}]}]", "{}", "settle_lowest"),
        (
            "[{id: s, grade: commendable, at_most: 1, by: [{most: points}], surplus: excellent}]",
            "{}",
            "surplus_not_lower",
        ),
        ("[{id: s, grade: excellent, at_most: 1, by: [{most: grade}]}]", "{}", "name_not_here"),
        ("[{id: s, grade: excellent, at_most: 1, by: [{most: points}], within: village}]", "{}", "kind_not_above"),
        ("[{id: lied, grade: excellent, at_most: 1, by: [{most: points}]}]", "{}", "duplicate_id"),
        (
            "[{id: s, grade: commendable, at_most: 1, by: [{most: age}]}, {id: t, grade: excellent, at_most: 1, by: [{most: age}]}]",
            "{}",
            "settle_order",
        ),
    ],
)
def test_what_cannot_be_settled_is_refused(settle: str, measures: str, code: str) -> None:
    with pytest.raises(InvalidRulesError) as raised:
        loaded(settle, measures)
    assert [problem.code for problem in raised.value.diagnostics] == [code]
    for language in ("zh", "en"):
        assert sentence(raised.value.diagnostics[0], language)
