"""What rule tests show of a rulebook: thresholds from both sides, conditions both ways; and the cases that are missing."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cli import main
from engine.programme import load
from engine.testing import run
from engine.testing.suggesting import suggest_cases
from engine.testing.suggestion_text import as_text

if TYPE_CHECKING:
    from pathlib import Path

    from engine.testing import Report

HEAD = """
rulebook: book
kind: village
label: {zh: 书, en: Book}
"""
POLICY = """
grades: [fine, bad]
policy:
  propose:
    - {id: first, when: many >= 3, grade: fine}
    - {id: otherwise, grade: bad}
"""
MANY = "facts:\n  many: {type: count, max: 5, label: many}\n"
Hole = tuple[str, str, str]


def programme(folder: Path, book: str, cases: str, lower: str = "") -> Path:
    kinds = "{village: {household: }}" if lower else "{village: }"
    files = {
        "programme": f"programme: mine\nlabel: mine\nkinds: {kinds}\n",
        "book": HEAD + book,
        "lower": lower,
        "test_book": f"rulebook: book\nyear: 2004\n{cases}",
    }
    for name, text in files.items():
        if text:
            (folder / f"{name}.yaml").write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    return folder


def ran(folder: Path, book: str, cases: str, lower: str = "") -> Report:
    return run(load([programme(folder, book, cases, lower)]))


def holes(report: Report) -> set[Hole]:
    (coverage,) = report.coverage
    return {(hole.item.sort, hole.item.id, hole.state) for hole in coverage.holes}


def exempt(report: Report) -> dict[Hole, str]:
    (coverage,) = report.coverage
    return {(item.sort, item.id, state): reason["reason"] for item, state, reason in coverage.exempt()}


def rows(fact: str, *values: str) -> str:
    cells = ", ".join(f"[{value}, ~]" for value in values)
    return f"""
cases:
  - name: rows
    table:
      facts: [{fact}]
      expect: [rules]
      rows: [{cells}]
"""


def test_a_threshold_is_seen_below_at_and_above(tmp_path: Path) -> None:
    threshold = {("threshold", "many", side) for side in ("below", "at", "above")}
    book = MANY + POLICY
    for number, (values, left) in enumerate(
        [(["2"], {"at", "above"}), (["3"], {"below", "above"}), (["4", "3"], {"below"}), (["2", "3", "4"], set())]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = holes(ran(folder, book, rows("many", *values)))
        assert found & threshold == {("threshold", "many", side) for side in left}


def test_a_gap_shows_no_side_of_a_threshold(tmp_path: Path) -> None:
    assert ("threshold", "many", "below") in holes(ran(tmp_path, MANY + POLICY, rows("many", "gap")))


@pytest.mark.parametrize(
    ("facts", "when", "impossible"),
    [
        ("many: {type: count, label: many}", "many > 0", {("many", "below"): "span"}),
        ("many: {type: count, max: 5, label: many}", "many >= 5", {("many", "above"): "span"}),
        ("many: {type: ratio, label: many}", "many >= 100%", {("many", "above"): "span"}),
        ("many: {type: count, label: many}", "many > 2.5", {("many", "at"): "whole"}),
        ("many: {type: number, label: many}", "many > 2.5", {}),
        (
            "of: {type: count, label: of}\n  many: {type: count, max: of, label: many}",
            "many == of",
            {("many", "above"): "bound"},
        ),
        (
            "of: {type: count, label: of}\n  many: {type: count, max: of, label: many}",
            "many / of >= 100%",
            {("many / of", "above"): "span"},
        ),
        (
            "of: {type: count, label: of}\n  many: {type: count, max: of, label: many}",
            "of - many > 0",
            {("of - many", "below"): "span"},
        ),
        ("many: {type: count, max: 3, label: many}", "6 - many * 2 > 0", {("6 - many * 2", "below"): "span"}),
        (
            "many: {type: count, max: 3, label: many}",
            "(1 if many > 1 else 0) >= 1",
            {("1 if many > 1 else 0", "above"): "span"},
        ),
        ("many: {type: number, label: many}", "abs(many) > 0", {("abs(many)", "below"): "span"}),
        ("many: {type: number, label: many}", "max(many, 2) >= 2", {("max(many, 2)", "below"): "span"}),
    ],
)
def test_what_cannot_be_is_not_asked_for(
    tmp_path: Path, facts: str, when: str, impossible: dict[tuple[str, str], str]
) -> None:
    book = f"facts:\n  {facts}\n" + POLICY.replace("many >= 3", f'"{when}"')
    report = ran(tmp_path, book, rows("many", "gap"))
    found = {(id_, state): reason for (sort, id_, state), reason in exempt(report).items() if sort == "threshold"}
    assert {
        key: reason for key, reason in found.items() if key[0] in {id_ for id_, _ in impossible} or not impossible
    } == impossible


REPORTED = """
facts:
  of: {type: count, min: 1, label: of}
  many: {type: count, max: of, label: many}
"""
HOUSEHOLD = """
rulebook: household
kind: household
label: {zh: 户, en: Household}
facts:
  people: {type: count, min: 1, label: people}
  grown: {type: count, max: people, label: grown}
"""


@pytest.mark.parametrize(
    ("share", "bounded"),
    [
        ("sum(household, grown) / sum(household, people)", True),
        ("count(household, grown > 0) / count(household)", True),
        ("given(sum(household, grown), many) / given(sum(household, people), of)", True),
        ("given(count(household, grown > 0), many) / given(count(household), of)", True),
        ("sum(household, people) / sum(household, grown)", False),
        ("given(sum(household, grown), of) / given(sum(household, people), many)", False),
        ("given(sum(household, grown), many) / sum(household, people)", False),
    ],
)
def test_a_part_of_what_is_below_is_never_more_than_all(tmp_path: Path, share: str, bounded: bool) -> None:  # noqa: FBT001
    book = REPORTED + POLICY.replace("many >= 3", f'"{share} >= 100%"')
    found = exempt(ran(tmp_path, book, rows("many", "gap"), HOUSEHOLD))
    above = {reason for (sort, _, state), reason in found.items() if (sort, state) == ("threshold", "above")}
    assert ("span" in above) is bounded


def test_no_grade_is_asked_of_a_rulebook_without_grades(tmp_path: Path) -> None:
    book = MANY + "checks:\n  - {id: few, require: many < 3}\n"
    cases = """
cases:
  - {name: few, facts: {many: 2}, expect: {checks: []}}
"""
    assert {sort for sort, _, _ in holes(ran(tmp_path, book, cases))} <= {"threshold", "check"}


def test_parts_of_conditions_are_seen_both_ways(tmp_path: Path) -> None:
    book = """
facts:
  a: {type: boolean, label: a}
  b: {type: boolean, label: b}
  c: {type: boolean, label: c}
  kind_of: {type: choice, choices: [x, y], label: kind}
measures:
  counted: (1 if c else 0) + 1
grades: [fine, bad]
policy:
  propose:
    - {id: first, when: a and (b or kind_of == x) and counted >= 2, grade: fine}
    - {id: otherwise, grade: bad}
"""
    cases = """
base:
  facts: {a: yes, b: no, kind_of: x, c: no}
cases:
  - {name: one, expect: {rules: otherwise}}
"""
    found = {hole for hole in holes(ran(tmp_path, book, cases)) if hole[0] == "condition"}
    assert found == {
        ("condition", "a", "false"),
        ("condition", "b", "true"),
        ("condition", "kind_of == x", "false"),
        ("condition", "c", "true"),
    }


SCORED = """
facts:
  many: {type: count, max: 5, label: many}
  flagged: {type: boolean, label: flagged}
  answered: {type: boolean, blank: false, label: answered}
goods:
  g:
    label: g
    criteria:
      c: {label: c, applies: flagged, require: many >= 2, points: {of: many, deduct: 1, from: 4}}
      d: {label: d, require: answered, points: 6}
titles:
  t: {label: t, when: good.g}
score: {of: 10}
grades: [fine, fair, bad]
policy:
  propose:
    - {id: first, when: score >= 5, grade: fine}
    - {id: otherwise, grade: fair}
  adjust:
    - {id: veto, when: answered and flagged, cap: bad, withhold: t}
    - {id: idle, when: many > 4, cap: fine, withhold: t}
checks:
  - {id: few, require: many <= 4}
"""


def test_criteria_rules_grades_goods_titles_and_checks(tmp_path: Path) -> None:
    cases = """
cases:
  - {name: one, facts: {many: 3, flagged: no, answered: yes}, expect: {rules: first}}
"""
    report = ran(tmp_path, SCORED, cases)
    found = {hole for hole in holes(report) if hole[0] not in {"threshold", "condition"}}
    assert found == {
        ("criterion", "c", "met"),
        ("criterion", "c", "not_met"),
        ("criterion", "c", "unknown"),
        ("criterion", "d", "not_met"),
        ("good", "g", "not_met"),
        ("rule", "first", "not_fired"),
        ("rule", "otherwise", "fired"),
        ("rule", "veto", "fired"),
        ("rule", "veto", "mattered"),
        ("rule", "idle", "fired"),
        ("grade", "fair", "given"),
        ("grade", "bad", "given"),
        ("title", "t", "not_won"),
        ("title", "t", "withheld"),
        ("check", "few", "fails"),
    }
    # An empty cell of `answered` is an answer, so `d` is never unknown.
    assert exempt(report)["criterion", "d", "unknown"] == "answers"


def test_a_rule_that_fires_matters_only_when_it_changes_the_grade(tmp_path: Path) -> None:
    cases = """
cases:
  - {name: one, facts: {many: 4, flagged: yes, answered: yes}, expect: {rules: [first, veto]}}
"""
    found = holes(ran(tmp_path, SCORED, cases))
    assert ("rule", "veto", "fired") not in found
    assert ("rule", "veto", "mattered") not in found
    assert ("title", "t", "withheld") in found  # it was not earned


def test_the_ends_of_deductions_and_the_share_of_a_good_are_thresholds(tmp_path: Path) -> None:
    cases = """
cases:
  - {name: one, facts: {many: 4, flagged: yes, answered: yes}, expect: {rules: [first, veto]}}
"""
    (coverage,) = ran(tmp_path, SCORED, cases).coverage
    many = {
        (item.limit, state)
        for at, item in enumerate(coverage.items)
        for state in item.states
        if item.sort == "threshold" and item.id == "many" and (at, state) in coverage.seen
    }
    assert many == {("0", "above"), ("2", "above"), ("4", "at")}
    share = next(item for item in coverage.items if item.id == "good.g")
    assert (share.limit, dict(share.exempt)) == ("80%", {})
    assert (coverage.items.index(share), "below") in coverage.seen  # 6 of 10 points


def test_a_share_that_no_points_add_up_to_is_not_asked_for(tmp_path: Path) -> None:
    book = SCORED.replace("points: 6", "points: 7").replace("of: 10}", "of: 11}")
    report = ran(tmp_path, book, rows("many", "1"))
    assert exempt(report)["threshold", "good.g", "at"] == "points"


def test_each_period_of_a_dated_value_is_seen(tmp_path: Path) -> None:
    book = MANY + "parameters:\n  least: {2004: 3, 2006: 4}\n" + POLICY.replace(">= 3", ">= least")
    cases = """
cases:
  - {name: then, facts: {many: 3}, expect: {rules: first}}
  - {name: late, year: 2005, facts: {many: 4}, expect: {rules: first}}
"""
    assert {hole for hole in holes(ran(tmp_path, book, cases)) if hole[0] == "period"} == {("period", "least", "2006")}


LOWER = """
rulebook: household_book
kind: household
label: {zh: 户, en: Household}
facts:
  income: {type: count, label: income}
  poor: {type: boolean, label: poor}
grades: [fine, bad]
policy:
  propose:
    - {id: rich, when: income > 9, grade: fine}
    - {id: otherwise, grade: bad}
"""
ABOVE = """
facts:
  least: {type: count, label: least}
measures:
  risen: count(household, poor and income >= this.least)
grades: [fine, bad]
policy:
  propose:
    - {id: first, when: risen > 1, grade: fine}
    - {id: otherwise, grade: bad}
"""


def test_conditions_inside_summaries_are_seen_in_the_units_below(tmp_path: Path) -> None:
    cases = """
cases:
  - name: one
    facts: {least: 5}
    units:
      household: [{facts: {poor: yes, income: 5}}, {facts: {poor: yes, income: 6}}]
    expect: {rules: first}
"""
    found = holes(ran(tmp_path, ABOVE, cases, LOWER))
    assert {hole for hole in found if hole[0] in {"threshold", "condition"}} == {
        ("threshold", "income", "below"),
        ("condition", "poor", "false"),
        ("threshold", "risen", "below"),
        ("threshold", "risen", "at"),
    }


# Suggestions

BASES = {
    "plain": (MANY + POLICY, "base: {facts: {many: 4}}\ncases:\n  - {name: one, expect: {rules: first}}\n", ""),
    "scored": (
        SCORED,
        "base: {facts: {many: 0, flagged: no, answered: yes}}\ncases:\n  - {name: one, expect: {rules: first}}\n",
        "",
    ),
    "below": (
        ABOVE,
        """
base:
  facts: {least: 5}
  units:
    household: [{base: home, times: 3}]
bases:
  home: {kind: household, facts: {poor: yes, income: 7}}
cases:
  - {name: one, expect: {rules: first}}
""",
        LOWER,
    ),
}


@pytest.mark.parametrize("name", BASES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_suggested_cases_pass_and_close_the_holes(name: str, language: str, tmp_path: Path) -> None:
    book, cases, lower = BASES[name]
    report = ran(tmp_path, book, cases, lower)
    (found,) = suggest_cases(report)
    assert found.closed + found.left == len(report.coverage[0].holes) > 0
    assert found.left == 0
    text = as_text([found], language)  # type: ignore[arg-type]
    (tmp_path / "test_more.yaml").write_text(
        (tmp_path / "test_book.yaml").read_text(encoding="utf-8").partition("cases:\n")[0]
        + "cases:\n"
        + text.partition("cases:\n")[2],
        encoding="utf-8",
    )
    again = run(load([tmp_path]))
    assert [result.failed for result in again.failed] == []
    assert holes(again) == set()


def test_suggestions_are_marked_for_review_and_written_to_a_file(tmp_path: Path) -> None:
    book, cases, lower = BASES["plain"]
    programme(tmp_path, book, cases, lower)
    target = tmp_path / "more.txt"
    result = CliRunner().invoke(main, ["test", str(tmp_path), "--suggest", "-o", str(target), "--lang", "en"])
    assert (result.exit_code, result.stdout) == (0, "")
    text = target.read_text(encoding="utf-8")
    assert "expect:  # review" in text
    assert "many: 3" in text
    shown = CliRunner().invoke(main, ["test", str(tmp_path), "--suggest", "--lang", "en"]).stdout
    assert shown == text


def test_nothing_is_suggested_where_there_is_no_hole(tmp_path: Path) -> None:
    book = MANY + POLICY
    report = ran(tmp_path, book, rows("many", "2", "3", "4"))
    assert holes(report) == set()
    (found,) = suggest_cases(report)
    assert found.suggestions == ()
    assert "no hole that a case could close" in as_text([found], "en")
