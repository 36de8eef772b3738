"""Seats and ranks as they are told: by `run`, `why`, `list`, `whatif`, `compare`, `remedy`, `check`, `test`, `verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cli import main
from engine import Run, compare, explain, remedy, whatif
from engine.supposing import scenario

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROGRAMME = "programme: seats\nlabel: 名额\nkinds: {county: {township: {village: }}}\n"
BOOK = """
rulebook: branches
kind: village
label: 党支部
facts:
  points: {type: count, max: 100, better: more, label: 评分}
  age: {type: count, mutable: false, label: 年龄}
  lied: {type: boolean, mutable: false, label: 弄虚作假}
measures:
  place: {value: 'rank(points, within=county)', label: 名次}
goods:
  work:
    label: 工作
    met: {points: any}
    criteria:
      work_done: {label: 工作实绩, points: {of: points, linear: {0: 0, 100: 100}}}
grades: [excellent, commendable, qualified, unqualified]
policy:
  propose:
    - {id: good, when: score >= 80, grade: excellent}
    - {id: otherwise, grade: qualified}
  adjust:
    - {id: lied, when: lied, cap: unqualified}
    - {id: last, when: place >= 7, cap: unqualified}
  settle:
    - {id: half, label: 一半优秀, grade: excellent, at_most: 50%, within: county, by: [{most: score}, {least: age}]}
"""
TEST = """
rulebook: branches
year: 2004
base: {facts: {points: 90, age: 40, lied: false}}
cases:
  - name: the first of two
    others: [{facts: {points: 85}}]
    expect: {grade: excellent, rules: [good]}
  - name: the second of two
    others: [{facts: {points: 95}}]
    expect: {grade: commendable, rules: [good, half]}
"""
POINTS: Mapping[str, int | None] = {"V1": 95, "V2": 90, "V3": 85, "V4": 85, "V5": 82, "V6": 70}


def write_facts(folder: Path, points: Mapping[str, int | None]) -> Path:
    folder.mkdir(parents=True)
    (folder / "county.csv").write_text("id,name\nC1,甲县\n", encoding="utf-8")
    (folder / "township.csv").write_text("id,name,parent\nT1,东镇,C1\n", encoding="utf-8")
    rows = [f"{id_},村{id_},T1,{'' if value is None else value},40,false" for id_, value in points.items()]
    text = "\n".join(["id,name,parent,points,age,lied", *rows, ""])
    (folder / "village.csv").write_text(text, encoding="utf-8")
    return folder


def told(*arguments: object) -> str:
    result = CliRunner().invoke(main, [*map(str, arguments), "--lang", "zh"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seats")
    (folder / "rules").mkdir()
    (folder / "rules" / "programme.yaml").write_text(PROGRAMME, encoding="utf-8")
    (folder / "rules" / "branches.yaml").write_text(BOOK, encoding="utf-8")
    (folder / "rules" / "test_branches.yaml").write_text(TEST, encoding="utf-8")
    return folder


def run_of(home: Path, name: str, points: Mapping[str, int | None], *options: str) -> tuple[Path, str]:
    facts = write_facts(home / f"facts_{name}", points)
    text = told("run", facts, "--rules", home / "rules", "--year", 2004, "-o", home / name, *options)
    return home / name, text


@pytest.fixture(scope="module")
def run(home: Path) -> Path:
    return run_of(home, "run", POINTS)[0]


def test_why_tells_place_seats_and_the_line(run: Path) -> None:
    text = told("why", run, "V5")
    assert "名额已满（“一半优秀”），评为良好" in text
    assert "得分 82，年龄（低的在前）40，第 5 名；甲县：名额 3（6 × 50%，舍尾）；第 3 名 85，40 → 良好" in text
    (found,) = explain(Run.open(run), "V5")
    assert [(seat.status, seat.place, seat.seats, seat.line) for seat in found.seats] == [("surplus", "5", "3", "3")]
    assert found.next_grade is not None
    assert [obstacle.stage for obstacle in found.next_grade.obstacles] == ["seat"]


@pytest.mark.parametrize("form", ["md", "html"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_why_tells_seats_in_every_form(run: Path, form: str, language: str) -> None:
    result = CliRunner().invoke(main, ["why", str(run), "V3", "--format", form, "--lang", language])
    assert result.exit_code == 0
    assert {"zh": "名额 3", "en": "seats 3"}[language] in result.output


def test_a_run_says_who_is_tied_and_a_list_shows_the_order(run: Path, home: Path) -> None:
    _, text = run_of(home, "again", POINTS)
    assert "“一半优秀”：2 个单位并列在最后的名额上，要由人决定" in text
    listed = told("list", run, "--select", "half")
    assert [line.split()[3] for line in listed.splitlines() if "村V" in line] == ["V1", "V2", "V3", "V4", "V5"]
    assert "V5" in told("list", run, "--rule", "half")
    assert "V3" not in told("list", run, "--rule", "half")


def test_a_run_is_recomputed(run: Path) -> None:
    assert CliRunner().invoke(main, ["verify", str(run)]).exit_code == 0


def test_what_if_moves_the_others(run: Path) -> None:
    found = whatif(Run.open(run), scenario(["village:V5.points=99"]))
    (book,) = found.comparison.books
    assert {unit.id for unit in book.moved} == {"V3", "V4", "V5"}


def test_whoever_only_moved_because_of_others_is_told_so(run: Path, home: Path) -> None:
    after, _ = run_of(home, "after", {**POINTS, "V5": 99})
    (book,) = compare(Run.open(run), Run.open(after)).books
    assert {unit.id: unit.cause for unit in book.moved} == {"V3": "others", "V4": "others", "V5": "facts"}


def test_a_sweep_rates_the_others_along(run: Path) -> None:
    text = told("whatif", run, "V5", "--sweep", "points=80..99")
    assert "80 至 84" in text
    assert "86 至 99" in text


def test_a_plan_wins_a_seat_as_long_as_the_others_stay(run: Path) -> None:
    found = remedy(Run.open(run), "V5", to="excellent", rulebook="branches")
    assert found.seats
    # The policy reads the rank, so a plan leaves what it is made from; nothing is called impossible for that.
    assert found.verdict == "not_planned"
    text = CliRunner().invoke(main, ["remedy", str(run), "V5", "--to", "excellent", "--lang", "zh"]).output
    assert "按别的单位都不变来算" in text


def test_a_plan_is_proven_with_the_others_as_they_are(home: Path) -> None:
    rules = home / "unranked"
    rules.mkdir()
    (rules / "programme.yaml").write_text(PROGRAMME, encoding="utf-8")
    text = BOOK.replace("    - {id: last, when: place >= 7, cap: unqualified}\n", "")
    (rules / "branches.yaml").write_text(text, encoding="utf-8")
    facts = write_facts(home / "facts_unranked", POINTS)
    told("run", facts, "--rules", rules, "--year", 2004, "-o", home / "run_unranked")
    found = remedy(Run.open(home / "run_unranked"), "V5", to="excellent")
    assert found.verdict == "found"
    assert [change.setting for change in found.plans[0].changes] == ["86"]


def test_gaps_of_one_leave_others_open(home: Path) -> None:
    gap, _ = run_of(home, "gap", {**POINTS, "V6": None})
    grades = {unit: explain(Run.open(gap), unit)[0].grade for unit in ("V1", "V2", "V5", "V6")}
    assert [grade and grade["zh"] for grade in grades.values()] == ["优秀", "优秀", "良好", None]
    final, _ = run_of(home, "final", {**POINTS, "V6": None}, "--final")
    (found,) = explain(Run.open(final), "V3")
    assert found.grade is not None
    assert (found.grade["zh"], found.seats[0].status) == ("良好", "tied")


def test_rules_with_seats_are_checked_and_tested(home: Path) -> None:
    assert "2 个情形" in told("test", home / "rules")
    text = CliRunner().invoke(main, ["check", str(home / "rules"), "--lang", "en"]).output
    assert "without gaps there is one grade, before seats" in text
    assert "✓ each grade can be reached" in text  # commendable only by want of a seat
