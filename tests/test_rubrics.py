"""Rubrics end to end: deductions, scores by people, parts, bonuses, penalties, rounding, as a clerk meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from language import written

from engine.archive import Run, write_run
from engine.diagnostic import InvalidFactsError
from engine.explanation import explain
from engine.facts import read_facts
from engine.messages import sentence
from engine.programme import tables
from engine.rating import rate
from engine.rendering.why import written as told

if TYPE_CHECKING:
    from pathlib import Path

BOOK: dict[str, Any] = {
    "rulebook": "rubric",
    "kind": "village",
    "label": "rubric",
    "facts": {
        "births": {"type": "ratio", "label": {"zh": "政策生育率", "en": "Births within policy"}},
        "income": {"type": "money", "label": {"zh": "收入", "en": "Income"}},
    },
    "assessors": {
        "scores": {
            "self": {"label": {"zh": "自评分", "en": "own score"}},
            "township": {"label": {"zh": "乡镇评分", "en": "township score"}},
            "county": {"label": {"zh": "县考核分", "en": "county score"}, "sample": "true"},
        },
        "counts": ["county", "township"],
    },
    "goods": {
        "good_one": {
            "label": "good",
            "criteria": {
                "unity": {"label": {"zh": "班子团结", "en": "Unity"}, "points": {"assessed": "3", "step": "0.5"}},
                "wealth": {
                    "label": {"zh": "农民收入", "en": "Income of farmers"},
                    "points": {"assessed": {"within": "income", "bands": {"5500": "8..10"}, "else": "0..5"}},
                },
                "family": {
                    "label": {"zh": "计划生育", "en": "Births"},
                    "points": {
                        "from": "5",
                        "deduct": [
                            {
                                "id": "low",
                                "each": "87% - births",
                                "by": "0.5",
                                "step": "3%",
                                "part": "ignored",
                                "label": {"zh": "生育率低", "en": "Low rate"},
                            },
                            {
                                "id": "very_low",
                                "when": "births < 80%",
                                "by": "5.5",
                                "label": {"zh": "低于八成", "en": "Below 80%"},
                            },
                        ],
                        "floor": "-3",
                    },
                },
            },
        }
    },
    "score": {},
    "grades": ["excellent", "unqualified"],
    "policy": {
        "propose": [
            {"id": "by_score", "when": "score >= 90", "grade": "excellent"},
            {"id": "rest", "grade": "unqualified"},
        ]
    },
}
HEAD = "id,name,政策生育率,收入,班子团结（自评分）,班子团结（乡镇评分）,班子团结（县考核分）,班子团结扣分原因,农民收入（乡镇评分）"


def explained(tmp_path: Path, rows: str, language: str = "zh", book: dict[str, Any] = BOOK, head: str = HEAD) -> str:
    """Why the first unit of a table got its grade, as a text."""
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "village.csv").write_text(f"{head}\n{rows}\n", encoding="utf-8")
    with written({"village": ""}, [book]) as programme:
        facts = read_facts(tmp_path / "facts", tables([programme]))
        write_run(rate([programme], facts, year=2004), tmp_path / "run")
    return told(explain(Run.open(tmp_path / "run"), rows.split(",", maxsplit=1)[0]), language)  # type: ignore[arg-type]


def refused(tmp_path: Path, rows: str) -> list[str]:
    with pytest.raises(InvalidFactsError) as error:
        explained(tmp_path, rows)
    problems = [problem for problem in error.value.diagnostics if problem.severity == "error"]
    return [f"{problem.place} {': '.join(sentence(problem, 'zh'))}" for problem in problems]


def test_why_shows_all_scores_which_one_counted_and_the_reason(tmp_path: Path) -> None:
    text = explained(tmp_path, "V1,东村,87%,6000,3,2.5,2,记录不全,9")
    assert "班子团结  2 / 3 分" in text
    assert "自评分 3 ← village.csv:2:E" in text
    assert "乡镇评分 2.5 ← village.csv:2:F" in text
    assert "县考核分 2 （以此计分） ← village.csv:2:G" in text
    assert "班子团结扣分原因 记录不全 ← village.csv:2:H" in text


def test_a_sample_that_gave_no_score_is_no_gap_and_the_own_score_never_counts(tmp_path: Path) -> None:
    text = explained(tmp_path, "V1,东村,87%,6000,3,2.5,,,9")
    assert "乡镇评分 2.5 （以此计分）" in text
    assert "县考核分 未评" in text
    (tmp_path / "other").mkdir()
    text = explained(tmp_path / "other", "V1,东村,87%,6000,3,,,,9")
    assert "班子团结  0–3 / 3 分" in text
    assert "乡镇评分 缺项（未填报）" in text


def test_why_shows_what_each_reason_costs(tmp_path: Path) -> None:
    text = explained(tmp_path, "V1,V1,78%,6000,3,2.5,,,9", "en")
    assert "Births  -2 of 5 points" in text
    assert "✗ Low rate: costs 1.5  87% - 78% = 9%; 0.5 for each whole 3%" in text
    assert "✗ Below 80%: costs 5.5" in text


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ("V1,东村,87%,6000,3,3.5,,,9", "village.csv:2:F"),
        ("V1,东村,87%,6000,3,-1,,,9", "village.csv:2:F"),
        ("V1,东村,87%,6000,3,1.3,,,9", "village.csv:2:F"),
        ("V1,东村,87%,6000,3.2,1.5,,,9", "village.csv:2:E"),
        ("V1,东村,87%,6000,3,1.5,,,11", "village.csv:2:I"),
    ],
)
def test_a_score_that_cannot_be_given_is_refused_by_its_cell(tmp_path: Path, row: str, wanted: str) -> None:
    problems = refused(tmp_path, row)
    assert problems
    assert all(problem.startswith(wanted) for problem in problems), problems


def test_a_score_off_its_step_says_the_step(tmp_path: Path) -> None:
    with pytest.raises(InvalidFactsError) as error:
        explained(tmp_path, "V1,东村,87%,6000,3,1.3,,,9")
    (problem,) = [item for item in error.value.diagnostics if item.severity == "error"]
    assert problem.code == "cell_off_step"
    assert sentence(problem, "zh") == ("“班子团结（乡镇评分）” `1.3` 不是 0.5 的整数倍", "请按 0.5 一档填写")


def test_a_score_outside_the_band_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(InvalidFactsError) as error:
        explained(tmp_path, "V1,东村,87%,6000,3,3,,,7")
    assert [problem.code for problem in error.value.diagnostics] == ["check_refuses"]


@pytest.mark.parametrize(
    ("digits", "shown", "grade"), [(None, "89.995", "不合格"), ("2", "90", "优秀"), ("3", "89.995", "不合格")]
)
def test_the_score_shown_never_contradicts_the_grade(
    tmp_path: Path, digits: str | None, shown: str, grade: str
) -> None:
    points = {"of": "births", "linear": {"0%": "0", "100%": "100"}}
    goods = {"good_one": {"label": "good", "criteria": {"births_met": {"label": "births", "points": points}}}}
    book = {**BOOK, "goods": goods, "score": {"round": digits} if digits else {}}
    text = explained(tmp_path, "V1,东村,89.995%,6000", book=book, head="id,name,政策生育率,收入")
    assert f"等次：{grade}" in text
    assert f"得分：{shown}（满分 100）" in text
