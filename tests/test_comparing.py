"""What moved between two runs, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from questions import VILLAGE, VILLAGES, make_run

from engine.comparing import compare, rulebooks_of
from engine.diagnostic import InvalidInputError
from engine.rendering.questions import comparison

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.archive import Run
    from engine.comparing import BookComparison, Comparison, Moved
    from engine.messages import Language


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return make_run(tmp_path_factory.mktemp("compare") / "first")


def villages(found: Comparison) -> BookComparison:
    (book,) = (book for book in found.books if book.rulebook == "village_book")
    return book


def moved(found: Comparison) -> dict[str, Moved]:
    return {unit.id: unit for book in found.books for unit in book.moved}


def test_a_run_does_not_differ_from_itself(first: Run) -> None:
    found = compare(first, first)
    assert found.is_empty
    assert [book.moved for book in found.books] == [(), ()]
    assert sum(villages(found).matrix.values()) == 5


def test_facts_that_changed(first: Run, tmp_path: Path) -> None:
    changed = VILLAGES.replace("V2,西村,T1,7", "V2,西村,T1,5").replace("V3,南村,T2,5,10,1", "V3,南村,T2,5,10,2")
    found = compare(first, make_run(tmp_path / "second", villages=changed))
    units = moved(found)
    assert units.keys() == {"V2"}
    unit = units["V2"]
    assert (unit.before.grade, unit.after.grade) == ({"zh": "好", "en": "Fine"}, {"zh": "差", "en": "Poor"})
    assert (unit.direction, unit.cause) == ("down", "facts")
    assert [(item.what, item.id, item.signs) for item in unit.changes] == [
        ("rule", "high", ("fired", "not_fired")),
        ("rule", "low", ("not_fired", "fired")),
        ("title", "model", ("won", "not_won")),
        ("good", "people", ("met", "unmet")),
        ("criterion", "content", ("met", "unmet")),
    ]
    assert [(item.id, item.before, item.after) for item in unit.facts] == [("votes", "7", "5")]
    assert [(item.id, item.before, item.after) for item in unit.numbers] == [("satisfied", "70%", "50%")]
    book = villages(found)
    assert book.causes == {"facts": 1}
    assert {pair: units for pair, units in book.matrix.items() if units} == {
        ("fine", "fine"): 1,
        ("fine", "poor"): 1,
        ("poor", "poor"): 2,
        ("pending", "pending"): 1,
    }


def test_a_unit_above_moves_by_the_facts_of_units_below(first: Run, tmp_path: Path) -> None:
    worse = VILLAGES.replace("V1,东村,T1,9", "V1,东村,T1,1").replace("V2,西村,T1,7", "V2,西村,T1,1")
    found = moved(compare(first, make_run(tmp_path / "second", villages=worse)))
    assert (found["T1"].direction, found["T1"].cause, found["T1"].facts) == ("down", "facts", ())
    assert [item.id for item in found["T1"].numbers] == ["fair_villages"]


def test_rules_that_changed(first: Run, tmp_path: Path) -> None:
    found = moved(compare(first, make_run(tmp_path / "year", year=2005)))
    assert {id_: (unit.direction, unit.cause) for id_, unit in found.items()} == {"V2": ("down", "rules")}
    stricter = VILLAGE.replace("score >= 60, grade: fair", "score >= 30, grade: fair")
    found = moved(compare(first, make_run(tmp_path / "rules", village=stricter)))
    assert {id_: unit.cause for id_, unit in found.items() if unit.direction != "same"} == {}
    assert {id_: (unit.after.low, unit.cause) for id_, unit in found.items()} == {
        "V4": ({"zh": "中", "en": "Fair"}, "rules")
    }


def test_facts_and_rules_together(first: Run, tmp_path: Path) -> None:
    # By its facts alone V1 would still be content (75% of the 60% of 2004), by the rules alone too (90% of 80%).
    changed = VILLAGES.replace("V1,东村,T1,9,10", "V1,东村,T1,15,20")
    found = moved(compare(first, make_run(tmp_path / "second", villages=changed, year=2005)))
    assert {id_: unit.cause for id_, unit in found.items() if id_.startswith("V")} == {"V1": "both", "V2": "rules"}
    # A fact that falls and a rule that alone brings the same: each would do, and neither is the cause alone.
    changed = VILLAGES.replace("V2,西村,T1,7", "V2,西村,T1,5")
    found = moved(compare(first, make_run(tmp_path / "third", villages=changed, year=2005)))
    assert found["V2"].cause == "both"


def test_evidence_that_was_closed(first: Run, tmp_path: Path) -> None:
    found = compare(first, make_run(tmp_path / "final", final=True))
    assert moved(found)["V4"].cause == "closing"
    assert moved(found)["V4"].direction == "open"
    assert found.after.final
    # Draft and final with another fact: the cause is that fact, though the evidence was closed, too.
    changed = VILLAGES.replace("V2,西村,T1,7", "V2,西村,T1,5")
    found = compare(first, make_run(tmp_path / "other", villages=changed, final=True))
    assert {id_: unit.cause for id_, unit in moved(found).items() if id_.startswith("V")} == {
        "V1": "closing",  # V4 can take no place from it any more
        "V2": "facts",
        "V4": "closing",
    }


def test_units_that_appeared_or_went(first: Run, tmp_path: Path) -> None:
    changed = VILLAGES.replace("V3,南村,T2,5,10,1,\n", "V6,新村,T1,9,10,3,\n")
    book = villages(compare(first, make_run(tmp_path / "second", villages=changed)))
    assert [(unit.id, unit.name) for unit in book.appeared] == [("V6", "新村")]
    assert [(unit.id, unit.grade) for unit in book.gone] == [("V3", {"zh": "差", "en": "Poor"})]
    assert book.units == 4


def test_what_is_not_comparable_is_refused(first: Run, tmp_path: Path) -> None:
    other = VILLAGE.replace("poor: {zh: 差, en: Poor}}", "poor: {zh: 差, en: Poor}, worst: {zh: 劣, en: Worst}}")
    found = compare(first, make_run(tmp_path / "grades", village=other))
    assert [(item.code, item.values["rulebook"]) for item in found.refused] == [
        ("compare_other_grades", "village_book")
    ]
    assert [book.rulebook for book in found.books] == ["township_book"]
    with pytest.raises(InvalidInputError) as raised:
        compare(first, make_run(tmp_path / "none", village=other), rulebooks=["village_book"])
    assert [item.code for item in raised.value.diagnostics] == ["compare_other_grades", "nothing_to_compare"]
    assert rulebooks_of(first, "村") == rulebooks_of(first, "village") == ["village_book"]
    with pytest.raises(InvalidInputError) as raised:
        rulebooks_of(first, "vilage")
    assert raised.value.diagnostics[0].near == ("village",)


def test_a_rule_that_gaps_leave_open_is_neither_there_nor_gone(first: Run, tmp_path: Path) -> None:
    unknown = VILLAGES.replace("V2,西村,T1,7", "V2,西村,T1,")
    found = moved(compare(first, make_run(tmp_path / "second", villages=unknown)))["V2"]
    assert {change.signs for change in found.changes if change.what == "rule"} >= {("fired", "may_fire")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_year_is_no_cause_within_a_year(first: Run, tmp_path: Path, language: Language) -> None:
    stricter = VILLAGE.replace("score >= 60, grade: fair", "score >= 30, grade: fair")
    told = comparison(compare(first, make_run(tmp_path / "rules", village=stricter)), language)
    assert {"zh": "规则变了", "en": "the rules changed"}[language] in told
    told = comparison(compare(first, make_run(tmp_path / "year", year=2005)), language)
    assert {"zh": "规则或年度变了", "en": "the rules or the year changed"}[language] in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_screen(first: Run, tmp_path: Path, golden: Callable[[str, str], None], language: Language) -> None:
    changed = VILLAGES.replace("V2,西村,T1,7", "V2,西村,T1,5").replace("V3,南村,T2,5,10,1,\n", "V6,新村,T1,9,10,3,\n")
    second = make_run(tmp_path / "second", villages=changed, year=2005)
    screens = []
    for before, after, top in ((first, second, 20), (first, second, 1), (first, first, 20)):
        found = compare(before, after, most=top)
        text = comparison(found, language)
        screens.append(text.replace(str(first.folder), "FIRST").replace(str(second.folder), "SECOND"))
    golden(f"compare/screen.{language}.txt", "\n".join(screens))
