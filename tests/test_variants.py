"""Units with other facts, rated side by side, are rated as they would be in a table of their own."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from populations import seeded

from engine.facts import Facts, read_facts
from engine.facts.cells import dtype
from engine.programme import load, tables
from engine.rating import rate
from engine.variants import rate_variants

if TYPE_CHECKING:
    from random import Random

    from engine.programme import Programme
    from engine.schema import Column

ROOT = Path(__file__).parents[1]
RUNS = {"pioneer": ("district", 2004), "stationing": ("county", 2006)}


@cache
def given(programme: str) -> tuple[tuple[Programme, ...], Facts, int]:
    programmes = load([ROOT / "rules" / programme])
    folder, year = RUNS[programme]
    every = load()
    facts = read_facts(ROOT / "fixtures" / folder, tables(every))
    return programmes if programme == "stationing" else every, facts, year


def value(random: Random, fact: Column) -> object:
    if random.random() < 0.2:
        return None
    match fact.type:
        case "boolean":
            return random.random() < 0.5
        case "count" | "number" | "money":
            return random.choice([0, 1, 2, 5, 40])
        case "ratio":
            return random.choice([0.0, 0.5, 1.0])
        case "choice" | "grade":
            return random.choice(list(fact.choices or {}))
        case _:
            return None


@pytest.mark.parametrize(
    ("programme", "rulebook"),
    [
        ("pioneer", "five_goods"),
        ("pioneer", "six_goods"),
        ("stationing", "department"),
        ("stationing", "posting_township"),
    ],
)
def test_a_variant_is_rated_as_the_unit_would_be(programme: str, rulebook: str) -> None:
    programmes, facts, year = given(programme)
    book = next(book for item in programmes for book in item.rulebooks if book.id == rulebook)
    random = seeded(rulebook)
    ids = facts.tables[book.kind].filter(~pl.col("_refused"))["id"].to_list()
    variants: list[tuple[str, dict[str, Any]]] = [(id_, {}) for id_ in ids[:2]]
    for _ in range(3):
        chosen = random.sample(list(book.facts.values()), 6)
        variants.append((random.choice(ids), {fact.id: value(random, fact) for fact in chosen}))
    found = rate_variants(programmes, facts, year=year, rulebook=rulebook, variants=variants)
    assert found["variant"].to_list() == list(range(len(variants)))
    before = rate(programmes, facts, year=year, measures=False).books[rulebook].ratings
    same = []
    for number, (id_, changes) in enumerate(variants):
        table = facts.tables[book.kind]
        is_unit = pl.col("id") == id_
        changed = table.with_columns(
            pl.when(is_unit).then(pl.lit(item, dtype=dtype(book.facts[fact]))).otherwise(fact).alias(fact)
            for fact, item in changes.items()
        )
        tables_ = {**facts.tables, book.kind: changed}
        whole = rate(programmes, replace(facts, tables=tables_), year=year, measures=False) if changes else None
        ratings = whole.books[rulebook].ratings if whole else before
        expected = ratings.filter(is_unit).drop("parent")
        assert found.filter(pl.col("variant") == number).select(expected.columns).rows() == expected.rows()
        same.append(expected.equals(before.filter(is_unit).drop("parent")))
    assert same[:2] == [True, True]
    assert not all(same)


def test_what_a_check_would_refuse_is_told(tmp_path: Path) -> None:
    (tmp_path / "programme.yaml").write_text("programme: p\nlabel: {zh: p}\nkinds: {village: }\n", encoding="utf-8")
    (tmp_path / "book.yaml").write_text(
        "rulebook: book\nkind: village\nlabel: {zh: b}\nfacts:\n  voters: {type: count, label: {zh: v}}\n"
        "  votes: {type: count, label: {zh: w}}\nmeasures:\n  turnout: {label: {zh: s}, value: votes / voters}\n"
        "checks:\n  - {id: few, require: votes <= voters, severity: refuse}\n",
        encoding="utf-8",
    )
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "village.csv").write_text("id,name,voters,votes\nV,v,3,2\n", encoding="utf-8")
    programmes = load([tmp_path])
    facts = read_facts(tmp_path / "facts", tables(programmes))
    variants: list[tuple[str, dict[str, Any]]] = [("V", {}), ("V", {"votes": 4}), ("V", {"votes": 3})]
    found = rate_variants(programmes, facts, year=2004, rulebook="book", variants=variants)
    assert found["refused"].to_list() == [False, True, False]
