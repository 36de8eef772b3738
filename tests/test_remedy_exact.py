"""Remedies are the cheapest there are: on small rulebooks every combination of changes is tried beside them."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

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

pytest.importorskip("ortools", reason="the extra `remedy` is not installed")


@pytest.mark.parametrize("seed", range(24 * DEEPER))
def test_no_combination_of_changes_is_cheaper_than_the_plan(seed: int) -> None:
    random = seeded(seed)
    with written(KINDS, [rulebook(random)]) as programme, tempfile.TemporaryDirectory() as folder:
        rows = {f"V{at}": unit(random, gaps=0.15 * (at % 3)) for at in range(6)}
        table = pl.DataFrame([{"id": id_, "name": id_, **row} for id_, row in rows.items()], infer_schema_length=None)
        table.write_csv(Path(folder) / "village.csv")
        facts = read_facts(Path(folder) / "village.csv", tables([programme]), quarantine=True)
        try:
            write_run(rate(programme, facts, year=YEAR), Path(folder) / "run")
        except InvalidFactsError:  # the check refuses
            return
        freeze = random.sample(list(VALUES), len(VALUES) - 5)
        for found in remedy_all(Run.open(Path(folder) / "run"), freeze=freeze):
            frozen = {*freeze, *(label["zh"] for label in found.unplanned)}
            least = cheapest(programme, rows[found.id], found, frozen)
            assert (found.verdict, cost_of(found)) == ("impossible" if least is None else "found", least), (
                seed,
                found.id,
            )


def cost_of(found: Remedy) -> Fraction | None:
    return Fraction(found.plans[0].cost) if found.plans else None
