"""What a rating means: random rulebooks and random facts with gaps, rated, and everything that must hold then.

`MEANING_EXAMPLES=20 pytest tests/test_meaning.py` tries twenty times as many examples, new ones each time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from interpreter import Range, Subject
from interpreter import rate as interpret
from language import GRADES, Book, Drawn, Rule
from populations import YEAR, Unit, Units, columns_of, facts_from, random_units, seeded, worlds
from ranges import broken, check_columns, scored_columns
from strategies import examples, programmes

from engine.rating import BookRating, Rating, rate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

SEEDS = st.integers(0, 2**32 - 1)


def rated(drawn: Drawn, units: Units, *, final: bool = False) -> Rating:
    programme = drawn.load()
    return rate(programme, facts_from(units, columns_of(programme)), year=YEAR, final=final)


def units_for(drawn: Drawn, random: Random, **said: Any) -> Units:  # noqa: ANN401
    return random_units(random, drawn.kinds, columns_of(drawn.load()), drawn.pool, **said)


# Soundness


def test_however_gaps_are_filled_the_rating_lies_within_its_ranges() -> None:
    seen: Counter[str] = Counter()

    @examples(16)
    @given(programmes(), SEEDS)
    def check(drawn: Drawn, seed: int) -> None:
        random = seeded(seed)
        units = units_for(drawn, random, refused=0.1)
        filled = worlds(random, units, columns_of(drawn.load()), drawn.pool, 16)
        with scored_columns() as frames:
            rating = rated(drawn, filled)
        for frame in frames:
            check_columns(frame, seen)
        for book in rating.books.values():
            assert broken(book, seen) == []

    check()
    assert seen["frames with ranges"] > 0
    assert min(seen[name] for name in ("pairs", "pending", "narrowed", "known title", "known criterion")) > 0, seen
    assert min(seen[name] for name in ("decided with unknowns", "unknown title", "unknown applicable")) > 0, seen


# The interpreter

LEFT_OUT = {"grade_low", "grade_high", "proposed_low", "proposed_high", "rules", "points_low", "points_high"}


def differences(book: Book, subject: Subject, row: dict[str, Any], measures: dict[str, Any]) -> list[str]:
    """Where the rating of a unit is not what the interpreter finds."""
    found = subject.found
    wanted: dict[str, Any] = {id_: found[id_] for id_, type_, _ in book.measures if type_ == "boolean"}
    ranges = {id_: found[id_] for id_, type_, _ in book.measures if type_ != "boolean"}
    for item in (item for good in book.goods for item in good.criteria):
        applicable = found.get(f"{item.id}_applicable", True)
        wanted[item.id] = None if applicable is False else found[item.id]
        if item.applies is not None:
            wanted[f"{item.id}_applicable"] = applicable
        if item.points is not None and item.points[0] != "fixed":
            ranges[f"points:{item.id}"] = found[f"points:{item.id}"]
    if not subject.loose:
        wanted |= {good.id: found[f"good.{good.id}"] for good in book.goods}
        wanted |= {id_: found[id_] for id_, _ in book.titles}
        wanted |= dict(zip(("grade_low", "grade_high"), (GRADES[place] for place in found["grades"]), strict=True))
        proposals = (GRADES[place] for place in found["proposals"])
        wanted |= dict(zip(("proposed_low", "proposed_high"), proposals, strict=True))
        wanted |= {"pending": len(set(found["grades"])) > 1, "rules": ",".join(found["rules"])}
        wanted["grade"] = None if wanted["pending"] else wanted["grade_low"]
        ranges |= {"points": found["score"], "score_max": found["score_max"]}
    given_ = {**measures, **row}
    ends = {id_: (given_[f"{id_}_low"], given_[f"{id_}_high"]) for id_ in ("points",)}
    for id_ in ranges.keys() - ends.keys():
        high = given_.get(f"{id_}_high")
        ends[id_] = (given_[id_], given_[id_] if high is None else high)
    problems = [f"{id_}: {given_[id_]} is not {want}" for id_, want in wanted.items() if given_[id_] != want]
    for id_, want in ranges.items():
        if not all(close(end, wish, want.error) for end, wish in zip(ends[id_], (want.low, want.high), strict=True)):
            problems.append(f"{id_}: {ends[id_]} is not {float(want.low)} … {float(want.high)}")
    return problems


def close(end: float, wish: Any, error: float) -> bool:  # noqa: ANN401
    return end == wish or (abs(end) < inf and abs(end - float(wish)) <= 1e-9 * max(1.0, abs(float(wish))) + 2 * error)


def test_the_rating_is_what_the_interpreter_finds() -> None:
    seen: Counter[str] = Counter()

    @examples(24)
    @given(programmes(), SEEDS)
    def check(drawn: Drawn, seed: int) -> None:
        units = units_for(drawn, seeded(seed), gaps=(0.0, 0.0, 0.15, 0.5), refused=0.05)
        rating, subjects = rated(drawn, units), interpret(drawn, units)
        for book in drawn.books:
            found = rating.books[book.id]
            rows = zip(found.ratings.iter_rows(named=True), found.measures.iter_rows(named=True), strict=True)
            rows_of = {row["id"]: (row, measures) for row, measures in rows}
            assert rows_of.keys() == {unit.id for unit in units[book.kind] if not unit.refused}
            sure = [subject for subject in subjects[book.kind].values() if not subject.unsure]
            for subject in sure:
                if not subject.unit.refused:
                    assert differences(book, subject, *rows_of[subject.unit.id]) == [], subject.unit
                    count(book, subject)
            if len(sure) == len(subjects[book.kind]):
                check_findings(rating, book, sure)
            seen["unsure"] += len(subjects[book.kind]) - len(sure)

    def check_findings(rating: Rating, book: Book, sure: list[Subject]) -> None:
        fails = {id_: sum(s.found[id_] is False and not s.unit.refused for s in sure) for id_, _ in book.checks}
        told = {finding.check: finding.count for finding in rating.findings if finding.rulebook == book.id}
        assert told == {id_: fail for id_, fail in fails.items() if fail}

    def count(book: Book, subject: Subject) -> None:
        found = subject.found
        seen["units"] += 1
        seen["whole"] += not subject.loose
        seen["pending"] += len(set(found["grades"])) > 1
        for name in (f"grade {GRADES[found['grades'][0]]}", *(f"rule {rule[:2]}" for rule in found["rules"])):
            seen[name] += 1
        for item in (item for good in book.goods for item in good.criteria):
            seen[f"met {found[item.id]}"] += 1
            form = item.points[0] if item.points else None
            if form and 0 < found[f"points:{item.id}"].low < 7:
                seen[f"some points by {form}"] += 1
            if item.applies is not None:
                seen[f"applicable {found[f'{item.id}_applicable']}"] += 1
        for id_, _ in book.titles:
            seen[f"title {found[id_]}"] += 1
        for id_, type_, value in book.measures:
            seen[f"{value[0]} {value[1] if value[0] in {'call', 'aggregate', 'arithmetic'} else ''}"] += 1
            if type_ == "number" and isinstance(found[id_], Range):
                seen[
                    "undefined" if found[id_].low == -inf else "range" if found[id_].low < found[id_].high else "point"
                ] += 1

    check()
    assert seen["unsure"] < seen["units"] / 5, seen
    for name in (
        "whole",
        "pending",
        "met True",
        "met False",
        "met None",
        "applicable False",
        "point",
        "range",
        "undefined",
    ):
        assert seen[name] > 0, (name, seen)
    for name in ("title True", "title False", *(f"grade {grade}" for grade in GRADES), "rule ad"):
        assert seen[name] > 0, (name, seen)
    for form in ("fixed", "bands", "linear", "deduct"):
        assert seen[f"some points by {form}"] > 0, (form, seen)


# Order, one and many, closing


def same(left: BookRating, right: BookRating, *, rules_in_order: bool = True) -> None:
    """Equal ratings and measures, float sums but for their order of adding."""
    for mine, theirs in ((left.ratings, right.ratings), (left.measures, right.measures)):
        # Where a number is known of every unit there is no column for its high end.
        names = [name for name in mine.columns if name in theirs.columns]
        for frame in (mine, theirs):
            assert all(frame[name].is_null().all() for name in frame.columns if name not in names), frame.columns
        for name in names:
            one, other = mine[name].to_list(), theirs[name].to_list()
            if mine[name].dtype == pl.Float64:
                pairs = zip(one, other, strict=True)
                assert all(a == b or (a is not None and b is not None and close(a, b, 0.0)) for a, b in pairs), name
            elif rules_in_order or name not in {"case", "rules"}:
                assert one == other, name
            elif name == "rules":
                assert [sorted(rules.split(",")) for rules in one] == [sorted(rules.split(",")) for rules in other]


def test_the_order_of_rows_and_of_adjustments_does_not_matter() -> None:
    seen: Counter[str] = Counter()

    @examples(4)
    @given(programmes(), SEEDS)
    def check(drawn: Drawn, seed: int) -> None:
        random = seeded(seed)
        units = units_for(drawn, random, refused=0.1)
        first = rated(drawn, units)
        columns = columns_of(drawn.load())
        facts = facts_from(units, columns)
        shuffled = {kind: table.sample(fraction=1, shuffle=True, seed=seed) for kind, table in facts.tables.items()}
        object.__setattr__(facts, "tables", shuffled)
        other = rate(drawn.load(), facts, year=YEAR)
        permuted = rated(replace(drawn, books=tuple(with_adjust(book, random) for book in drawn.books)), units)
        for id_, book in first.books.items():
            same(book, other.books[id_])
            same(book, permuted.books[id_], rules_in_order=False)
            seen["adjusted"] += int(book.ratings["rules"].str.contains("adjust").sum())
            seen["units"] += len(book.ratings)
        seen["rules to permute"] += sum(len(book.adjust) > 1 for book in drawn.books)

    def with_adjust(book: Book, random: Random) -> Book:
        rules: list[Rule] = list(book.adjust)
        random.shuffle(rules)
        return replace(book, adjust=tuple(rules))

    check()
    assert seen["adjusted"] > 0, seen
    assert seen["rules to permute"] > 0, seen


def family(units: Units, kinds: Iterable[str], root: Unit) -> Units:
    """A unit of the top kind with all below it."""
    found: Units = {}
    ids = {root.id}
    for at, kind in enumerate(kinds):
        found[kind] = [unit for unit in units[kind] if (unit.parent in ids if at else unit.id == root.id)]
        ids = {unit.id for unit in found[kind]}
    return found


def test_a_unit_is_rated_alone_as_among_many() -> None:
    seen: Counter[str] = Counter()

    @examples(4)
    @given(programmes(), SEEDS)
    def check(drawn: Drawn, seed: int) -> None:
        units = units_for(drawn, seeded(seed), gaps=(0.0, 0.0, 0.2), refused=0.05)
        everyone = rated(drawn, units)
        root = seeded(seed).choice(units[drawn.kinds[0]])
        few = family(units, drawn.kinds, root)
        alone = rated(drawn, few)
        for id_, book in alone.books.items():
            among = everyone.books[id_]
            ids = book.ratings["id"].implode()
            same(
                book,
                replace(
                    among,
                    ratings=among.ratings.filter(pl.col("id").is_in(ids)),
                    measures=among.measures.filter(pl.col("id").is_in(ids)),
                ),
            )
            seen["units"] += len(book.ratings)
            seen["others"] += len(among.ratings) - len(book.ratings)

    check()
    assert min(seen["units"], seen["others"]) > 0, seen


def test_closing_gives_the_low_end() -> None:
    seen: Counter[str] = Counter()

    @examples(6)
    @given(programmes(), SEEDS)
    def check(drawn: Drawn, seed: int) -> None:
        units = units_for(drawn, seeded(seed), refused=0.05)
        open_, closed = rated(drawn, units), rated(drawn, units, final=True)
        for book in drawn.books:
            before, after = open_.books[book.id].ratings, closed.books[book.id].ratings
            lowest = book.kind == drawn.kinds[-1]
            for was, is_ in zip(before.iter_rows(named=True), after.iter_rows(named=True), strict=True):
                assert is_["grade"] == is_["grade_low"]
                assert not is_["pending"]
                # Lower kinds close first: what an upper unit reads from them may then be known.
                low, high, grade = (GRADES.index(g) for g in (was["grade_low"], was["grade_high"], is_["grade"]))
                assert grade == low if lowest else high <= grade <= low
                for id_, _ in book.titles:
                    assert is_[id_] is not None
                    if lowest and was[id_] is None:
                        assert is_[id_] is False
                        seen["titles closed"] += 1
                    elif lowest and was[id_] is not None:
                        seen["titles kept"] += is_[id_] == was[id_]
                        seen["titles changed"] += is_[id_] != was[id_]
                seen["closed"] += was["pending"]

    check()
    assert seen["closed"] > 0, seen
    assert seen["titles closed"] > 0, seen


# Refused rows


def test_a_refused_row_counts_as_one_of_gaps() -> None:
    seen: Counter[str] = Counter()

    @examples(4)
    @given(programmes(blanks=False), SEEDS)
    def check(drawn: Drawn, seed: int) -> None:
        units = units_for(drawn, seeded(seed), refused=0.3)
        # A refused row that names no unit above may stand under any; one of gaps stands under none.
        refused = {
            kind: [
                replace(unit, refused=unit.refused and (unit.parent is not None or kind == drawn.kinds[0]))
                for unit in items
            ]
            for kind, items in units.items()
        }
        gaps = {kind: [replace(unit, refused=False) for unit in items] for kind, items in refused.items()}
        without, with_ = rated(drawn, refused), rated(drawn, gaps)
        for book in drawn.books:
            ids = pl.Series([unit.id for unit in refused[book.kind] if not unit.refused], dtype=pl.String).implode()
            mine, theirs = without.books[book.id], with_.books[book.id]
            assert mine.ratings["id"].to_list() == sorted(ids[0])
            kept = pl.col("id").is_in(ids)
            same(mine, replace(theirs, ratings=theirs.ratings.filter(kept), measures=theirs.measures.filter(kept)))
            seen["units"] += len(mine.ratings)
            seen["refused"] += len(theirs.ratings) - len(mine.ratings)

    check()
    assert min(seen["units"], seen["refused"]) > 0, seen
