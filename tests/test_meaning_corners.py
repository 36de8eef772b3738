"""Corners of the meaning, each with its smallest example: names, bounds, entered grades, what floats leave over."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from language import loaded
from populations import YEAR, Unit, columns_of, facts_from

from engine.diagnostic import InvalidRulesError
from engine.rating import BookRating, rate


def fact(type_: str, **said: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"type": type_, "label": "fact", **said}


def rated(row: dict[str, Any], **said: Any) -> BookRating:  # noqa: ANN401
    """A rulebook with two grades, and one unit."""
    book = {
        "rulebook": "book",
        "kind": "village",
        "label": "book",
        "grades": ["fine", "poor"],
        "policy": {"propose": [{"id": "otherwise", "grade": "poor"}]},
        **said,
    }
    programme = loaded({"village": ""}, [book])
    units = {"village": [Unit("unit", None, row)]}
    return rate(programme, facts_from(units, columns_of(programme)), year=YEAR).books["book"]


def refused(row: dict[str, Any], **said: Any) -> bool:  # noqa: ANN401
    try:
        rated(row, **said)
    except InvalidRulesError:
        return True
    return False


def title(when: str) -> dict[str, Any]:
    return {"won": {"label": "won", "when": when}}


def good(id_: str, **criteria: Any) -> dict[str, Any]:  # noqa: ANN401
    return {id_: {"label": "good", "criteria": {name: {"label": name, **said} for name, said in criteria.items()}}}


@pytest.mark.parametrize("name", ["case", "rules", "issued", "grade_low", "proposed_high"])
def test_a_fact_with_the_name_of_a_column_of_ratings_is_refused(name: str) -> None:
    assert refused({name: 5}, facts={name: fact("count")}, titles=title(f"{name} == 5"))


@pytest.mark.parametrize("name", ["rules", "pending", "case", "grade_low", "points_low"])
def test_a_good_or_criterion_with_the_name_of_a_column_of_ratings_is_refused(name: str) -> None:
    facts = {"x": fact("count")}
    assert refused({"x": 2}, facts=facts, goods=good(name, big={"require": "x > 1"}))
    assert refused({"x": 2}, facts=facts, goods=good("size", **{name: {"require": "x > 1"}}))


def test_names_that_end_like_made_up_columns_are_refused() -> None:
    facts = {"x": fact("count"), "y": fact("count")}
    assert refused({"x": 1, "y": None}, facts=facts, measures={"sum_of": "x + y", "sum_of_high": "x * 2"})
    criteria = {"big": {"require": "x > 1", "applies": "x > 7"}, "big_applicable": {"require": "x > 0"}}
    assert refused({"x": 1}, facts=facts, goods=good("size", **criteria))


def test_a_blank_that_means_a_value_out_of_bounds_is_refused() -> None:
    facts = {"members": fact("count", min="1", blank="0"), "posted": fact("count")}
    assert refused({"members": 0, "posted": 0}, facts=facts, measures={"share_of": "posted / members"})
    assert refused({}, facts={"x": fact("ratio", blank="80")})
    assert refused({}, facts={"x": fact("count", blank="0.5")})
    assert refused({}, facts={"x": fact("count", max="10"), "y": fact("count", max="x", blank="11")})
    assert not refused({}, facts={"x": fact("count", max="10"), "y": fact("count", max="x", blank="10")})


def test_a_gap_takes_the_low_or_high_of_the_fact_that_bounds_it() -> None:
    facts = {"x": fact("count", max="10"), "less": fact("count", max="x"), "more": fact("count", min="x")}
    found = rated({}, facts=facts, measures={"a": "less + 0", "b": "more + 0"}).measures.row(0, named=True)
    assert (found["a"], found["a_high"]) == (0, 10)
    assert (found["b"], found["b_high"]) == (0, float("inf"))


def test_a_divisor_that_is_0_is_undefined_also_when_it_is_computed() -> None:
    facts = {"x": fact("number"), "y": fact("number")}
    row = {"x": Fraction("0.2"), "y": Fraction("0.3")}
    found = rated(row, facts=facts, measures={"a": "1 / (x + 0.1 - y)"}).measures.row(0, named=True)
    assert (found["a"], found.get("a_high")) == (float("-inf"), float("inf"))


def test_a_difference_of_large_amounts_is_rounded_to_be_compared_exactly() -> None:
    """The limit that docs/meaning.md states: the tolerance is of the small difference, the error of the amounts."""
    facts = {name: fact("money") for name in ("now", "before", "rise")}
    row = {"now": Fraction("6774323.30"), "before": Fraction("6774274.16"), "rise": Fraction("49.14")}
    measures = {"a": "round(now - before, 2) >= rise", "b": "round(now - before, 2) > rise"}
    found = rated(row, facts=facts, measures=measures).measures.row(0, named=True)
    assert (found["a"], found["b"]) == (True, False)
    thousands = {"now": Fraction("1323.30"), "before": Fraction("1274.16"), "rise": Fraction("49.14")}
    found = rated(thousands, facts=facts, measures={"a": "now - before >= rise"}).measures.row(0, named=True)
    assert found["a"] is True


def test_a_fact_and_a_choice_of_one_name_are_two_questions() -> None:
    choices = ["done", "open"]
    facts = {"last": fact("choice", choices=choices), "done": fact("choice", choices=choices)}
    propose = [
        {"id": "same", "when": "last == done", "grade": "poor"},
        {"id": "quoted", "when": 'last == "done"', "grade": "fine"},
        {"id": "otherwise", "grade": "poor"},
    ]
    found = rated({"last": "done", "done": "open"}, facts=facts, policy={"propose": propose})
    assert found.ratings["grade"].to_list() == ["fine"]


def test_a_gap_of_a_grade_is_one_of_the_grades_unless_none_may_be_entered() -> None:
    propose = [{"id": "entered", "grade": {"from": "assessed"}}, {"id": "otherwise", "grade": "poor"}]
    found = rated({}, facts={"assessed": fact("grade")}, policy={"propose": propose})
    assert found.ratings["rules"].to_list() == ["entered"]
    assert found.ratings.select("grade_low", "grade_high").row(0) == ("poor", "fine")
    found = rated({}, facts={"assessed": fact("grade", blank="none")}, policy={"propose": propose})
    assert found.ratings["rules"].to_list() == ["otherwise"]


def test_a_grade_with_a_value_for_blanks_is_unknown_where_its_column_is_missing() -> None:
    propose = [{"id": "entered", "grade": {"from": "assessed"}}, {"id": "otherwise", "grade": "poor"}]
    facts = {"assessed": fact("grade", blank="fine"), "x": fact("count")}
    found = rated({"x": 1}, facts=facts, policy={"propose": propose}).ratings
    assert found.select("grade_low", "grade_high").row(0) in {("poor", "fine"), ("fine", "fine")}
    assert found["rules"].to_list() == ["entered"]


def test_this_asks_for_entered_or_given_too() -> None:
    upper = {
        "rulebook": "upper",
        "kind": "township",
        "label": "upper",
        "facts": {"quota": fact("count", blank="none")},
        "measures": {"a": "count(village, x < this.quota)"},
        "grades": ["fine"],
        "policy": {"propose": [{"id": "otherwise", "grade": "fine"}]},
    }
    lower = {**upper, "rulebook": "lower", "kind": "village", "facts": {"x": fact("count")}, "measures": {}}
    with pytest.raises(InvalidRulesError):
        loaded({"township": {"village": ""}}, [upper, lower])
