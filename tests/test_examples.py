"""The example programmes under `rules/examples`: they load, are tested wholly, and are rated only where asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.programme import load
from engine.testing import Report, TestedCase, cases, run

EXAMPLES = Path(__file__).parents[1] / "rules" / "examples"
RUBRIC = EXAMPLES / "village_rubric"
LINES_MAX = 200


@pytest.fixture(scope="module")
def report() -> Report:
    return run(load([RUBRIC]))


@pytest.mark.parametrize("case", cases(RUBRIC), ids=str)
def test_an_example_does_what_its_tests_say(case: TestedCase) -> None:
    case.check()


def test_the_tests_of_an_example_show_every_condition(report: Report) -> None:
    assert [item.place for item in report.warnings] == []
    assert [(hole.item.id, hole.state, hole.item.limit) for found in report.coverage for hole in found.holes] == []


def test_the_rubric_is_one_of_35_criteria_on_a_few_pages() -> None:
    (programme,) = load([RUBRIC])
    (book,) = programme.rulebooks
    assert len(book.criteria) == 35
    assert sum(item.scores is not None for item in book.criteria) >= 10
    assert len((RUBRIC / "rubric.yaml").read_text(encoding="utf-8").splitlines()) < LINES_MAX


def test_examples_are_not_rated_unless_asked_for() -> None:
    assert not {"village_rubric"} & {programme.id for programme in load()}
