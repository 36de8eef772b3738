"""The rule tests of the shipped rulebooks: each case is a test here, and together they show every condition."""

from __future__ import annotations

import pytest

from engine.programme import load
from engine.testing import TestedCase, cases, run

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rules(case: TestedCase) -> None:
    case.check()


def test_the_shipped_rulebooks_are_all_tested() -> None:
    assert not run(load()).untested


def test_the_shipped_tests_give_reasons() -> None:
    assert [item.place for item in run(load()).warnings] == []


def test_the_shipped_tests_show_every_condition() -> None:
    assert [(hole.item.id, hole.state, hole.item.limit) for found in run(load()).coverage for hole in found.holes] == []
