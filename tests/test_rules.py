"""The rule tests of the shipped rulebooks: each case is a test here, and together they show every condition."""

from __future__ import annotations

import pytest

from engine.programme import load
from engine.testing import Report, TestedCase, cases, run


@pytest.fixture(scope="module")
def report() -> Report:
    return run(load())


@pytest.mark.parametrize("case", cases(), ids=str)
def test_rules(case: TestedCase) -> None:
    case.check()


def test_the_shipped_rulebooks_are_all_tested(report: Report) -> None:
    assert not report.untested


def test_the_shipped_tests_give_reasons(report: Report) -> None:
    assert [item.place for item in report.warnings] == []


def test_the_shipped_tests_show_every_condition(report: Report) -> None:
    assert [(hole.item.id, hole.state, hole.item.limit) for found in report.coverage for hole in found.holes] == []
