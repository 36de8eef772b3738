"""What one change would bring: what is told was rated, and no other single change brings more."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from language import GRADES, written
from strategies import examples
from test_explanation_gaps import DOMAINS, UNITS, books, run_of

from engine.archive import InvalidRunError, Run
from engine.distance import with_steps
from engine.rendering.why import written as text_of

if TYPE_CHECKING:
    from test_explanation_gaps import Cells

IMMUTABLE = "b"


def merit(row: dict[str, Any]) -> tuple[float, ...]:
    grades = (-GRADES.index(row[f"grade_{end}"]) for end in ("high", "low"))
    return (*grades, row["points_high"], row["points_low"])


def test_no_other_single_change_brings_more() -> None:
    seen: Counter[str] = Counter()

    @examples(8)
    @given(books(), UNITS)
    def check(book: dict[str, Any], units: list[Cells]) -> None:
        least = book["facts"]["d"]["min"]
        book["facts"][IMMUTABLE]["mutable"] = False
        cells = [row | ({"d": "1"} if row["d"] == "0" and least else {}) for row in units[:8]]
        changes = [
            (at, fact, value)
            for at, row in enumerate(cells)
            for fact, values in DOMAINS.items()
            for value in values
            if value != row[fact] and not (fact == IMMUTABLE and row[fact]) and not (fact == "d" and int(value) < least)
        ]
        with written({"village": {}}, [book]) as programme, TemporaryDirectory() as folder:
            variants = [*cells, *(cells[at] | {fact: value} for at, fact, value in changes)]
            rows = run_of(programme, variants, Path(folder) / "changed").ratings("book").collect().to_dicts()
            run = run_of(programme, cells, Path(folder) / "run")
            said = [with_steps(run, f"village:{at}")[0] for at in range(len(cells))]
        rated = {int(row["id"]): row for row in rows}
        changed = {change: rated[len(cells) + number] for number, change in enumerate(changes)}
        for at, explanation in enumerate(said):
            present = rated[at]
            brought = {change: row for change, row in changed.items() if change[0] == at}
            best = max(map(merit, brought.values()), default=merit(present))
            if explanation.steps is None:
                assert present["grade"] == GRADES[0]
                seen["at the top"] += 1
                continue
            if not explanation.steps:
                assert best <= merit(present)
                seen["nothing brings more"] += 1
                continue
            tops = [
                next(row for change, row in brought.items() if change[1:] == (step.fact, cell(step.to)))
                for step in explanation.steps
            ]
            assert [step.grade_high for step in explanation.steps] == [label(row["grade_high"]) for row in tops]
            assert [step.grade_low for step in explanation.steps] == [label(row["grade_low"]) for row in tops]
            assert merit(tops[0])[:2] == best[:2]
            assert best > merit(present)
            assert all(merit(row) > merit(present) for row in tops)
            assert IMMUTABLE not in {step.fact for step in explanation.steps if step.now is not None}
            seen["better grade" if explanation.steps[0].better else "more points"] += 1
            seen["gap"] += explanation.steps[0].now is None
            smallest(explanation.steps[0], tops[0], brought, cells[at], seen)

    check()
    assert min(seen[name] for name in ("at the top", "nothing brings more", "better grade", "more points")) > 0, seen
    assert min(seen[name] for name in ("gap", "smallest")) > 1, seen


def smallest(step: Any, row: dict[str, Any], brought: Any, cells: Cells, seen: Counter[str]) -> None:  # noqa: ANN401
    """No smaller change of the same number brings the same grade."""
    if not step.better or step.fact not in {"n", "d"} or step.now is None:
        return
    start, end = int(cells[step.fact]), int(cell(step.to))
    for (_, fact, value), other in brought.items():
        if fact == step.fact and min(start, end) < int(value) < max(start, end):
            assert (other["grade_low"], other["grade_high"]) != (row["grade_low"], row["grade_high"])
            seen["smallest"] += 1


def cell(value: Any) -> str:  # noqa: ANN401
    """A value as the cells of these tests hold it."""
    return {"Yes": "yes", "No": "no"}[value["en"]] if isinstance(value, dict) else str(value)


def label(grade: str) -> dict[str, str]:
    return {"zh": grade, "en": grade}


def test_a_unit_of_the_district(district_run: Run) -> None:
    (said,) = with_steps(district_run, "V01")
    assert said.steps is not None
    first, *others = said.steps
    assert (first.fact, first.now, first.to, first.cell, first.better) == (
        "satisfied_votes",
        "107",
        "108",
        "village.csv:2:BF",
        True,
    )
    assert not any(step.better for step in others)
    for language, sentence in (("zh", "等次成为良好至优秀"), ("en", "the grade becomes Commendable to Excellent")):
        text = text_of([said], language, only="next")  # type: ignore[arg-type]
        assert sentence in text
        assert "village.csv:2:BF" in text


def test_at_the_top_nothing_is_sought(district_run: Run) -> None:
    (said,) = with_steps(district_run, "V07")
    assert said.steps is None
    assert text_of([said], "en", only="next").endswith("\nExcellent is the best grade there is\n")


def test_a_unit_without_grades_has_no_next(quarantine_run: Run) -> None:
    with pytest.raises(InvalidRunError) as caught:
        with_steps(quarantine_run, "T3", rulebook="township_register")
    assert [item.code for item in caught.value.diagnostics] == ["unit_has_no_grades"]
