"""The downgrade of dispatching units whose task is not completed, against the table in data/downgrade.yaml."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from populations import YEAR, Unit, columns_of, facts_from

from engine.programme import SHIPPED, load
from engine.rating import rate

TABLE = yaml.safe_load((Path(__file__).parent / "data" / "downgrade.yaml").read_text(encoding="utf-8"))


def test_every_proposed_grade_with_every_state_of_the_task() -> None:
    expected: dict[str, tuple[str, str, str, str, str]] = {}
    units: list[Unit] = []
    for proposed, task, low, high, fires in TABLE["table"]:
        for rule, proposing in TABLE["proposed"][proposed].items():
            for nth, state in enumerate(TABLE["task"][task]):
                facts: dict[str, Any] = {**TABLE["unit"], **proposing, **state}
                id_ = f"{proposed} {rule} {task} {nth}"
                rules = ",".join(filter(None, (rule, fires)))
                expected[id_] = (low, high, proposed, proposed, rules)
                units.append(Unit(id_, None, facts))
    programmes = load([SHIPPED / "stationing"])
    given = facts_from({"department": units}, columns_of(*programmes))
    found = rate(programmes, given, year=YEAR).books["department"].ratings
    columns = ("grade_low", "grade_high", "proposed_low", "proposed_high", "rules")
    assert dict(zip(found["id"], found.select(columns).iter_rows(), strict=True)) == expected
    decided = found.filter(found["grade_low"] == found["grade_high"])
    assert decided["grade"].to_list() == decided["grade_low"].to_list()
    assert decided["pending"].not_().all()
    assert found.filter(found["grade_low"] != found["grade_high"])["pending"].all()
    assert len(TABLE["table"]) == 4 * 3
    assert len(found) == 4 * 2 * sum(map(len, TABLE["task"].values()))


def test_the_table_holds_dates_and_gaps() -> None:
    assert TABLE["unit"]["arrival_date"] == date(2004, 1, 8)
    assert TABLE["task"]["unknown"][0] == {"arrival_date": None}
