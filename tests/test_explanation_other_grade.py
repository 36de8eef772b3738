"""What is said of another grade: whether it can be had, against every way of reporting the gaps; how it is asked."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from language import GRADES, written
from strategies import examples
from test_explanation_gaps import DOMAINS, UNITS, books, reported, run_of

from cli import main
from engine.archive import InvalidRunError, Run
from engine.explanation import explain

if TYPE_CHECKING:
    from test_explanation_gaps import Cells


def test_a_grade_can_be_had_as_it_is_said() -> None:
    seen: Counter[str] = Counter()

    @examples(12)
    @given(books(), UNITS)
    def check(book: dict[str, Any], units: list[Cells]) -> None:
        least = book["facts"]["d"]["min"]
        cells = [row | ({"d": "1"} if row["d"] == "0" and least else {}) for row in units]
        ways = [
            (at, way)
            for at, row in enumerate(cells)
            for way in reported(row, [fact for fact in DOMAINS if not row[fact]], least)
        ]
        with written({"village": {}}, [book]) as programme, TemporaryDirectory() as folder:
            run = run_of(programme, cells, Path(folder) / "run")
            said = {
                (at, grade): explain(run, f"village:{at}", other=grade)[0].other_grade
                for at in range(len(cells))
                for grade in GRADES
            }
            rows = (
                run_of(programme, [way for _, way in ways], Path(folder) / "all").ratings("book").collect().to_dicts()
            )
        rated = {int(row["id"]): row for row in rows}
        for (at, grade), other in said.items():
            assert other is not None
            place = GRADES.index(grade)
            ends = [
                (GRADES.index(rated[number]["grade_high"]), GRADES.index(rated[number]["grade_low"]))
                for number, (unit, _) in enumerate(ways)
                if unit == at
            ]
            match other.stands:
                case "better":
                    assert all(place < high for high, _ in ends)
                case "worse":
                    assert all(place > low for _, low in ends)
                case "given":
                    assert set(ends) == {(place, place)}
                case "passed_over":
                    assert (place, place) not in ends
            assert bool(other.obstacles) is (other.stands in {"better", "worse"})
            seen[other.stands] += 1
            seen.update(obstacle.stage for obstacle in other.obstacles)

    check()
    assert min(seen[name] for name in ("better", "worse", "given", "open", "passed_over")) > 0, seen
    assert min(seen[name] for name in ("propose", "entered", "adjust", "holds", "spares")) > 0, seen


def asked(run: Run, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["why", str(run.folder), *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_what_keeps_a_unit_from_a_worse_grade(district_run: Run) -> None:
    text = asked(district_run, "V01", "--not", "不合格", "--lang", "zh")
    assert text.endswith(
        "为什么没有评为不合格\n"
        "  满足“得分达到良好分数线，拟评良好”，因此拟评良好：\n"
        "      ✓ 得分 88.48–91.74 ≥ 80\n"
        "  不受“弄虚作假，一律不合格且不授称号”限制，因为：\n"
        "      ✗ 查实弄虚作假：否\n"
    )


@pytest.mark.parametrize(
    ("unit", "grade", "line"),
    [
        ("V17", "Unqualified", "Unqualified is the grade that it has"),
        ("V20", "EXCELLENT", "It may still get Excellent: that depends on what is not reported yet"),
        ("D03", "良好", "Whatever the gaps are, the grade will be better or worse than Commendable"),
    ],
)
def test_a_grade_that_the_unit_has_or_may_have(district_run: Run, unit: str, grade: str, line: str) -> None:
    assert asked(district_run, unit, "--not", grade, "--lang", "en").splitlines()[-1] == line


def test_only_rulebooks_with_the_grade_answer(district_run: Run) -> None:
    found = json.loads(asked(district_run, "V01", "--not", "excellent", "--format", "json"))
    assert [item["rulebook"] for item in found] == ["five_goods"]
    assert found == json.loads(asked(district_run, "V01", "--not", "excellent", "--json"))


def test_an_unknown_grade_is_told_with_what_may_be_meant(district_run: Run) -> None:
    with pytest.raises(InvalidRunError) as caught:
        explain(district_run, "V01", other="commendible")
    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.near) == ("unknown_grade_of_unit", ("commendable",))
    with pytest.raises(InvalidRunError) as caught:
        explain(district_run, "T3", other="excellent", rulebook="township_register")
    (problem,) = caught.value.diagnostics
    assert problem.code == "unit_has_no_grades"


def test_two_questions_at_once_are_refused(district_run: Run) -> None:
    arguments = ["why", str(district_run.folder), "V01", "--not", "excellent", "--next"]
    told, data = (CliRunner().invoke(main, [*arguments, *form]) for form in ([], ["--json"]))
    assert told.exit_code == data.exit_code == 2
    assert "--not and --next are two questions" in told.stderr
    assert '"why_options"' in data.output


def test_an_explanation_is_written_to_a_file(district_run: Run, tmp_path: Path) -> None:
    for form, start in (("html", "<!DOCTYPE html>"), ("md", "# 东沟村"), ("text", "东沟村"), ("json", "[")):
        file = tmp_path / form
        printed = asked(district_run, "V01", "--format", form, "-o", str(file), "--lang", "en")
        assert printed == ("" if form == "json" else f"Written to {file}\n")
        assert file.read_text(encoding="utf-8").startswith(start)
        assert file.read_text(encoding="utf-8") == asked(district_run, "V01", "--format", form, "--lang", "en")


def test_clauses_are_one_option_in_two_spellings(district_run: Run) -> None:
    texts = [asked(district_run, "D24", option, "--lang", "en") for option in ("--clause", "--clauses")]
    assert texts[0] == texts[1] != asked(district_run, "D24", "--lang", "en")
