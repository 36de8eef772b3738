"""Remedies are the cheapest there are: on small rulebooks every combination of changes is tried beside them."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from language import written
from populations import seeded
from remedies import KINDS, VALUES, YEAR, cheapest, rulebook, unit
from strategies import DEEPER

from engine.archive import Run, write_run
from engine.diagnostic import InvalidFactsError
from engine.facts import read_facts
from engine.programme import tables
from engine.rating import rate
from engine.remedies import Remedy, remedy_all

if TYPE_CHECKING:
    from engine.programme import Programme

pytest.importorskip("ortools", reason="the extra `remedy` is not installed")


@pytest.mark.parametrize("seed", range(24 * DEEPER))
def test_no_combination_of_changes_is_cheaper_than_the_plan(seed: int) -> None:
    random = seeded(seed)
    rows = {f"V{at}": unit(random, gaps=0.15 * (at % 3)) for at in range(6)}
    freeze = random.sample(list(VALUES), len(VALUES) - 5)
    with written(KINDS, [rulebook(random)]) as programme:
        for found in answers(programme, rows, freeze):
            frozen = {*freeze, *(label["zh"] for label in found.unplanned)}
            least = cheapest(programme, rows[found.id], found, frozen)
            without = "not_planned" if found.unplanned else "impossible"
            assert (found.verdict, cost_of(found)) == (without if least is None else "found", least), found.id


def test_a_gap_that_a_gap_bounds_may_be_anything() -> None:
    facts: dict[str, dict[str, Any]] = {
        "helpers": {"type": "count", "cost": "9"},
        "unfit": {"type": "count", "max": "helpers", "cost": "3"},
        "rooted": {"type": "boolean", "cost": "4"},
    }
    criteria = {
        "few_unfit": {"label": "c", "points": {"of": "unfit", "deduct": "1", "from": "6"}},
        "is_rooted": {"label": "c", "require": "rooted", "points": "6"},
    }
    book = {
        "rulebook": "v",
        "kind": "village",
        "label": "v",
        "grades": ["qualified", "unqualified"],
        "facts": {id_: {"label": id_, **fact} for id_, fact in facts.items()},
        "goods": {"first": {"label": "g", "criteria": criteria}},
        "policy": {
            "propose": [{"id": "a", "when": "score >= 6", "grade": "qualified"}, {"id": "b", "grade": "unqualified"}]
        },
    }
    with written(KINDS, [book]) as programme:
        (found,) = answers(programme, {"V1": {"helpers": None, "unfit": None, "rooted": False}}, [])
    assert [[change.fact for change in plan.changes] for plan in found.plans] == [["unfit"]]


def answers(programme: Programme, rows: dict[str, dict[str, Any]], freeze: list[str]) -> tuple[Remedy, ...]:
    """The remedies of units; none where a check refuses the data."""
    with tempfile.TemporaryDirectory() as folder:
        table = pl.DataFrame([{"id": id_, "name": id_, **row} for id_, row in rows.items()], infer_schema_length=None)
        table.write_csv(Path(folder) / "village.csv")
        facts = read_facts(Path(folder) / "village.csv", tables([programme]), quarantine=True)
        try:
            write_run(rate(programme, facts, year=YEAR), Path(folder) / "run")
        except InvalidFactsError:
            return ()
        return remedy_all(Run.open(Path(folder) / "run"), freeze=freeze)


def cost_of(found: Remedy) -> Fraction | None:
    return Fraction(found.plans[0].cost) if found.plans else None
