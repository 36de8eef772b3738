"""What the shipped rulebooks mean: a random district with gaps, rated, and everything that must hold then."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import polars as pl
from populations import YEAR, Lean, Unit, Units, columns_of, facts_from, punched, random_unit, seeded, some_of, worlds
from ranges import broken, check_columns, scored_columns
from strategies import DEEPER
from test_meaning import same
from test_meaning_backends import on_both_backends

from engine.programme import Programme, load
from engine.rating import BookRating, Rating, rate

if TYPE_CHECKING:
    from collections.abc import Sequence

THRESHOLDS = [Fraction(n) for n in (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 30_000)]
THRESHOLDS += [Fraction(n, 100) for n in (6, 18, 20, 50, 64, 75, 80, 90, 95, 100)]
GROWTHS = [Fraction(n) / 100 for n in ("106", "112", "105.99", "100", "90", "103")]
NEITHER = {"team_flagged_weak", "poor_village", "election_year"}
"""Yes is as good an answer as no."""
WORLDS = 24
RATED = ("five_goods", "six_goods", "department")


@cache
def shipped() -> tuple[Programme, ...]:
    """Those that rate what a district reports without records and registers."""
    return tuple(
        replace(programme, rulebooks=tuple(book for book in programme.rulebooks if book.id in RATED))
        for programme in load()
        if any(book.id in RATED for book in programme.rulebooks)
    )


def good_answers() -> dict[str, Lean]:
    """For each fact whether more or less is better, by kind."""
    found: dict[str, dict[str, str]] = {}
    for book in (book for programme in shipped() for book in programme.rulebooks):
        for id_, fact in book.said.facts.items():
            better = fact.better or ("more" if fact.type == "boolean" and id_ not in NEITHER else None)
            if better:
                found.setdefault(book.kind, {})[id_] = "less" if id_ == "falsified_data" else better
    return dict(found)


def district(
    seed: int, *, villages: int = 40, gaps: Sequence[float] = (0.0, 0.05, 0.2, 0.5), refused: float = 0.05
) -> Units:
    """A county with townships, villages and departments, of all qualities."""
    random, columns, lean = seeded(seed), columns_of(*shipped()), good_answers()
    units: Units = {"county": [Unit("c", None, {})], "township": [], "village": [], "department": []}

    def add(kind: str, id_: str, parent: str) -> None:
        # In some townships everybody does well.
        is_good = bool({id_, parent} & {"t00", "t01", "t02"})
        leaning = lean[kind] if is_good else some_of(random, lean[kind])
        unit = random_unit(random, id_, parent, columns[kind], THRESHOLDS, leaning)
        if kind == "village":
            unit.row["income"] = min(
                unit.row["income_last"] * random.choice(GROWTHS[: 2 if is_good else 6]), Fraction(1_000_000)
            )
            if is_good:
                unit.row["collective_income"] = max(unit.row["collective_income_last"] + 1, Fraction(30_000))
        unit = punched(random, unit, columns[kind], random.choice(gaps))
        is_refused = random.random() < refused
        units[kind].append(Unit(id_, parent, dict.fromkeys(unit.row), refused=True) if is_refused else unit)

    for at in range(villages // 4):
        add("township", f"t{at:02}", "c")
    for at in range(villages):
        add("village", f"v{at:03}", f"t{random.randrange(villages // 4):02}")
    for at in range(villages):
        add("department", f"d{at:02}", "c")
    return units


def rated(units: Units, *, final: bool = False) -> Rating:
    return rate(shipped(), facts_from(units, columns_of(*shipped())), year=YEAR, final=final)


def test_however_gaps_are_filled_the_rating_lies_within_its_ranges() -> None:
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    answers: defaultdict[tuple[str, str], set[bool | None]] = defaultdict(set)
    for seed in range(2 * DEEPER):
        units = district(seed)
        filled = worlds(seeded(seed), units, columns_of(*shipped()), THRESHOLDS, WORLDS, good_answers())
        with scored_columns() as frames:
            rating = rated(filled)
        for frame in frames:
            check_columns(frame, seen["columns"])
        for id_, book in rating.books.items():
            assert broken(book, seen[id_]) == [], seed
            for name in [title.id for title in book.book.titles] + [item.id for item in book.book.criteria]:
                answers[id_, name] |= set(book.ratings[name])
            seen[f"{id_} grades"].update(book.ratings["grade"].drop_nulls())
    assert seen["columns"]["frames with ranges"] == 3 * 2 * DEEPER
    for id_, book in rating.books.items():
        assert set(seen[f"{id_} grades"]) == set(book.book.grades), id_
        assert min(seen[id_][name] for name in ("pending", "decided with unknowns", "narrowed")) > 2, seen[id_]
    one_sided = {name: found for name, found in answers.items() if found != {True, False, None}}
    assert one_sided == {}


def test_polars_and_duckdb_agree() -> None:
    seen: Counter[str] = Counter()
    with on_both_backends(seen):
        rated(district(7))
    assert min(seen[name] for name in ("Float64", "Boolean", "infinite", "unknown", "aggregates")) > 50, seen


@cache
def open_rating() -> Rating:
    return rated(district(11))


def test_a_township_is_rated_alone_as_in_the_district() -> None:
    units = district(11)
    alone = {
        "county": units["county"],
        "township": [unit for unit in units["township"] if unit.id == "t03"],
        "village": [unit for unit in units["village"] if unit.parent == "t03"],
        "department": units["department"][:1],
    }
    everyone, few = open_rating(), rated(alone)
    for id_, book in few.books.items():
        among = everyone.books[id_]
        ids = pl.col("id").is_in(book.ratings["id"].implode())
        same(book, BookRating(among.book, among.ratings.filter(ids), among.measures.filter(ids), {}, {}))
        assert 0 < len(book.ratings) < len(among.ratings)


def test_closing_gives_the_low_end_and_order_does_not_matter() -> None:
    units = district(11)
    shuffled = {kind: seeded(1).sample(items, len(items)) for kind, items in units.items()}
    open_ = open_rating()
    facts = facts_from(shuffled, columns_of(*shipped()))
    tables = {kind: table.sample(fraction=1, shuffle=True, seed=3) for kind, table in facts.tables.items()}
    object.__setattr__(facts, "tables", tables)
    closed = rate(shipped(), facts, year=YEAR, final=True)
    for id_ in ("five_goods", "department"):
        before, after = open_.books[id_].ratings, closed.books[id_].ratings
        assert after["id"].to_list() == before["id"].to_list()
        assert after["grade"].to_list() == before["grade_low"].to_list()
        assert before["pending"].any()
    before, after = open_.books["six_goods"].ratings, closed.books["six_goods"].ratings
    # The villages close first: their share may then be known.
    assert (after["grade"].to_physical() <= before["grade_low"].to_physical()).all()
    assert (after["grade"].to_physical() >= before["grade_high"].to_physical()).all()
    assert not after["six_goods"].null_count()


def test_without_the_table_of_the_villages_nothing_is_known_of_them() -> None:
    units = {kind: items for kind, items in district(11).items() if kind != "village"}
    without, with_ = rated(units), open_rating().books["six_goods"]
    assert [book.id for book in without.skipped] == ["five_goods"]
    gapped = without.books["six_goods"].ratings
    both = pl.concat([gapped, with_.ratings.with_columns(pl.col("id") + "#0")])
    seen: Counter[str] = Counter()
    assert broken(BookRating(with_.book, both, both.select("id"), {}, {}), seen) == []
    assert seen["pairs"] == len(gapped) > 0
    assert gapped["all_villages_recruit"].is_null().all()
