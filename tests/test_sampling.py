"""Synthetic facts: the same for a seed, within bounds, and as full of gaps as was asked for."""

from __future__ import annotations

import re
import resource
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from engine.diagnostic import InvalidInputError
from engine.facts import read_facts
from engine.programme import load, tables
from engine.rating import rate
from engine.sampling import sample, write_tables
from engine.schema import NOT_ENTERED, NUMERIC

if TYPE_CHECKING:
    from engine.programme import Programme
    from engine.schema import Column

GOOD = sorted((Path(__file__).parent / "language_cases" / "good").iterdir())
Programmes = tuple["Programme", ...]
IDENTITY = ("id", "name", "parent")
RATED = {"five_goods", "six_goods", "department"}


@pytest.fixture(scope="module")
def shipped(shipped: Programmes) -> Programmes:
    """The shipped programmes with those rulebooks alone that rate villages, townships and departments."""
    return tuple(
        replace(programme, rulebooks=tuple(book for book in programme.rulebooks if book.id in RATED))
        for programme in shipped
    )


def test_a_seed_always_makes_the_same_facts(shipped: Programmes, tmp_path: Path) -> None:
    first, again, other = (sample(shipped, 50, seed=seed, gaps=0.1) for seed in (7, 7, 8))
    assert {"village", "township", "department"} <= first.keys()
    for kind, table in first.items():
        assert_frame_equal(table, again[kind])
        differing = [name for name in table.columns if not table[name].equals(other[kind][name])]
        assert len(differing) > table.width / 2 or table.width <= len(IDENTITY)
    for folder in ("one", "two"):
        write_tables(sample(shipped, 50, seed=7, gaps=0.1), tmp_path / folder, "csv")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_more_units_begin_with_the_same_facts(shipped: Programmes) -> None:
    few, many = (sample(shipped, units, seed=7)["village"] for units in (20, 90))
    facts = few.columns[3:]
    assert_frame_equal(few.select(facts), many.head(20).select(facts))


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_what_is_made_is_read_without_a_problem(shipped: Programmes, tmp_path: Path, form: str) -> None:
    made = sample(shipped, 300, seed=3, gaps=0.1)
    written = write_tables(made, tmp_path / "facts", form)
    assert [path.name for path in written] == [f"{kind}.{form}" for kind in made]
    facts = read_facts(tmp_path / "facts", tables(shipped))
    assert (facts.warnings, facts.rejections) == ((), ())
    assert {"village": 300, "department": 300, "township": 30}.items() <= facts.read.items()
    for kind, table in made.items():
        columns = tables(shipped)[kind].columns
        blanks = {name for name, column in columns.items() if column.blank not in {None, NOT_ENTERED}}
        kept = [name for name in table.columns if name not in blanks]
        assert_frame_equal(facts.tables[kind].select(kept), table.select(kept), check_dtypes=False)


@pytest.mark.parametrize("folder", GOOD, ids=lambda folder: folder.name)
def test_any_rulebook_can_be_tried(folder: Path, tmp_path: Path) -> None:
    programmes = load([folder])
    write_tables(sample(programmes, 12, seed=5, gaps=0.3), tmp_path, "csv")
    facts = read_facts(tmp_path, tables(programmes))
    assert facts.rejections == ()
    rating = rate(programmes, facts, year=2004)
    assert rating.books.keys() == {book.id for programme in programmes for book in programme.rulebooks}
    assert rating.skipped == ()


def bound(table: pl.DataFrame, end: float | str) -> pl.Series | float:
    return table[end] if isinstance(end, str) else end


def check_values(table: pl.DataFrame, column: Column) -> None:
    values = table[column.id]
    if column.type in NUMERIC:
        given = values.is_not_null()
        for end, within in ((column.low, values.__ge__), (column.high, values.__le__)):
            assert (within(bound(table, end)) | ~given).fill_null(value=True).all(), (column.id, end)
    elif column.choices is not None:
        assert set(values.drop_nulls()) <= set(column.choices)
        assert values.n_unique() > 1
    elif column.type == "boolean":
        assert set(values.drop_nulls()) == {True, False}
    assert values.n_unique() > 1, column.id


def test_values_are_within_their_bounds(shipped: Programmes) -> None:
    made = sample(shipped, 400, seed=11)
    for kind, table in made.items():
        for column in tables(shipped)[kind].columns.values():
            check_values(table, column)


def test_units_have_ids_names_and_parents(shipped: Programmes) -> None:
    made = sample(shipped, 95)
    heights = {kind: table.height for kind, table in made.items()}
    assert {"township": 10, "village": 95, "department": 95}.items() <= heights.items()
    for table in made.values():
        assert table["id"].is_unique().all()
        assert table["name"].is_unique().all()
        assert table["id"].is_sorted()
    assert set(made["village"]["parent"]) == set(made["township"]["id"])
    sizes = made["village"].group_by("parent").len()["len"]
    assert set(sizes) <= {9, 10}


@pytest.mark.parametrize("gaps", [0.0, 0.05, 0.5, 1.0])
def test_the_share_of_gaps_is_as_asked(shipped: Programmes, gaps: float) -> None:
    """Of the cells that would be filled; facts that need not be entered are mostly empty anyhow."""
    full, made = sample(shipped, 400, seed=2), sample(shipped, 400, seed=2, gaps=gaps)
    for kind, table in made.items():
        facts = [name for name in table.columns if name not in {"id", "name", "parent"}]
        if not facts:
            continue
        filled = sum(table.height - empty for empty in full[kind].select(facts).null_count().row(0))
        kept = sum(table.height - empty for empty in table.select(facts).null_count().row(0))
        assert kept / filled == pytest.approx(1 - gaps, abs=0.02 if table.height > 100 else 0.05)
        assert table.select("id", "name").null_count().row(0) == (0, 0)


def test_gaps_stand_anywhere_and_change_nothing_else(shipped: Programmes) -> None:
    full, made = (sample(shipped, 200, seed=2, gaps=gaps)["village"] for gaps in (0.0, 0.1))
    facts = made.columns[3:]
    for fact in facts:
        kept = made[fact].is_not_null()
        assert made[fact].filter(kept).equals(full[fact].filter(kept))
        assert 0 < made[fact].null_count() < 80
    rows = made.select(pl.sum_horizontal(pl.col(facts).is_null()))
    assert rows.to_series().n_unique() > 5


def test_a_required_fact_has_no_gap(tmp_path: Path) -> None:
    (tmp_path / "programme.yaml").write_text("programme: p\nlabel: {zh: 方案}\nkinds: {village: }\n", encoding="utf-8")
    (tmp_path / "book.yaml").write_text(
        "rulebook: b\nkind: village\nlabel: {zh: 书}\n"
        "facts:\n  a: {type: count, required: true, label: {zh: 甲}}\n  b: {type: count, label: {zh: 乙}}\n"
        "grades: [excellent]\npolicy: {propose: [{id: all, grade: excellent}]}\n",
        encoding="utf-8",
    )
    made = sample(load([tmp_path]), 300, gaps=0.5)["village"]
    assert made["a"].null_count() == 0
    assert 100 < made["b"].null_count() < 200


def test_facts_lean_to_the_better_side(shipped: Programmes, tmp_path: Path) -> None:
    """So that every grade occurs, and not the worst alone."""
    write_tables(sample(shipped, 500, seed=1), tmp_path, "parquet")
    rating = rate(shipped, read_facts(tmp_path, tables(shipped)), year=2004, measures=False)
    assert len(set(rating.books["five_goods"].ratings["grade"])) > 2
    assert len(set(rating.books["department"].ratings["grade"])) > 2


def test_a_folder_that_cannot_be_written_is_told(shipped: Programmes, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / ("x" * 300)):
        with pytest.raises(InvalidInputError) as caught:
            write_tables(sample(shipped, 1), folder, "csv")
        (problem,) = caught.value.diagnostics
        assert (problem.code, problem.place.file) == ("run_not_written", str(folder))
        assert problem.values["reason"]
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_full_disk_is_told(shipped: Programmes, tmp_path: Path, form: str) -> None:
    made = sample(shipped, 100)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, limits[1]))
    try:
        with pytest.raises(InvalidInputError) as caught:
            write_tables(made, tmp_path, form)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    (problem,) = caught.value.diagnostics
    assert problem.code == "run_not_written"
    assert re.search("too large|error", str(problem.values["reason"]))


def test_kinds_are_joined_by_those_between_them() -> None:
    """A county and its villages are rated; townships have no facts, but stand between them; villages name departments."""
    made = sample(load([Path(__file__).parent / "language_cases" / "good" / "kinds"]), 40, seed=1)
    assert {kind: table.height for kind, table in made.items()} == {
        "county": 1,
        "township": 1,
        "village": 4,
        "member": 40,
        "department": 40,
    }
    assert made["township"].columns == ["id", "name", "parent"]
    for kind, above in (("township", "county"), ("village", "township"), ("member", "village")):
        assert set(made[kind]["parent"]) == set(made[above]["id"])
