"""What `wuhao check` proves is true of random rulebooks and random units, and its witnesses are real.

`MEANING_EXAMPLES=20` tries twenty times as many examples, as for `test_meaning.py`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import assume, given
from hypothesis import strategies as st
from language import NUMBERS, Book, Drawn, loaded, written
from populations import columns_of, facts_of, frame, random_unit, random_units, seeded
from strategies import book_strategy, examples, programmes

from engine.checking import Finding, Witness, check
from engine.checking.study import Study
from engine.rating import BookRating, rate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    import pytest

    from engine.programme import Programme

SEEDS = st.integers(0, 2**32 - 1)
UNITS = 400
QUOTIENTS = 2
"""A rulebook with more is seldom drawn small, and takes long to check."""
ONE_KIND: dict[str, Any] = {"village": ""}


@st.composite
def books(draw: st.DrawFn) -> Drawn:
    """One rulebook without lower units."""
    book, _ = book_strategy(draw, "village", (), blanks=True)
    return Drawn(("village",), (book,))


def marked(book: Book, random: Random, severity: str) -> dict[str, Any]:
    """A rulebook whose facts are marked better or not, and whose checks have this severity."""
    said = book.yaml()
    for fact in book.facts:
        if fact.type in {*NUMBERS, "boolean", "date"}:
            said["facts"][fact.id]["better"] = random.choice(("more", "less"))
    said["parameters"] = {id_: {"2004": values["2004"]} for id_, values in said["parameters"].items()}
    for believed in said["checks"]:
        believed["severity"] = severity
    return said


@dataclass(frozen=True)
class Rated:
    """Random units of a rulebook and what the real rating makes of them; those that a check refuses are left out."""

    units: pl.DataFrame
    book: BookRating


def rated(programme: Programme, units: pl.DataFrame, year: int, refuses: bool) -> Rated:  # noqa: FBT001
    """Rate units by a rulebook whose checks only warn."""
    (book,) = rate(programme, facts_of({"village": units}), year=year).books.values()
    checks = [name for name in book.measures.columns if name.startswith("check:")]
    believed = book.measures.select(pl.all_horizontal(pl.lit(True), *(pl.col(name) for name in checks)).fill_null(True))  # noqa: FBT003
    kept = believed.to_series() if refuses and checks else pl.Series([True] * units.height, dtype=pl.Boolean)
    shown = replace(book, ratings=book.ratings.filter(kept), measures=book.measures.filter(kept))
    return Rated(units.filter(kept), shown)


def shows(finding: Finding, found: BookRating) -> bool:
    """Whether some unit does what was proved to be impossible."""
    values, ratings = finding.diagnostic.values, found.ratings
    match finding.diagnostic.code:
        case "W201":
            return values["grade"] in ratings["grade"].cast(pl.String).to_list()
        case "W202":
            return bool(ratings[str(values["title"])].any())
        case "W203" | "W204":
            return bool(ratings[str(values["good"])].any())
        case "W301":
            return bool(ratings[str(values["criterion"])].any())
        case "W302":
            return bool((ratings[str(values["criterion"])] == False).any())  # noqa: E712
        case "W303":
            name = f"points:{values['criterion']}"
            points = found.measures[name]
            known = (
                found.measures[f"{name}_high"].is_null() | (found.measures[f"{name}_high"] == points)
                if f"{name}_high" in found.measures.columns
                else points.is_not_null()
            )
            return bool((points.filter(known) == values["points"]).any())
        case "W401" | "W402":
            return any(values["rule"] in fired.split(",") for fired in ratings["rules"])
    return False


IMPOSSIBLE = {"W201", "W202", "W203", "W204", "W301", "W302", "W303", "W401", "W402"}


def outcomes(found: Rated, book: Book) -> pl.DataFrame:
    return found.book.ratings.select("grade", *(id_ for id_, _ in book.titles))


def without(said: Mapping[str, Any], rule: object) -> dict[str, Any]:
    """A rulebook without one rule of its policy."""
    policy = {stage: [item for item in items if item["id"] != rule] for stage, items in said["policy"].items()}
    return {**said, "policy": policy}


def judged(book: Book, criterion: object, *, answer: bool) -> Book:
    """A rulebook in which a criterion is met, or missed, by everybody."""
    goods = []
    for good in book.goods:
        items = [
            replace(
                item,
                require=("truth", answer),
                points=item.points and ("fixed", str(float(item.most))),
            )
            if item.id == criterion
            else item
            for item in good.criteria
        ]
        goods.append(replace(good, criteria=tuple(items)))
    return replace(book, goods=tuple(goods))


def test_what_is_proved_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: Counter[str] = Counter()
    shown: list[tuple[Study, pl.DataFrame, Witness]] = []
    plain = Study.witness

    def witness(self: Study, before: pl.DataFrame, after: pl.DataFrame) -> Witness:
        found = plain(self, before, after)
        shown.append((self, pl.concat([before, after]), found))
        return found

    monkeypatch.setattr(Study, "witness", witness)

    @examples(8)
    @given(books(), SEEDS)
    def checked(drawn: Drawn, seed: int) -> None:
        random = seeded(seed)
        (book,) = drawn.books
        assume(str(book.yaml()).count(" / ") <= QUOTIENTS)
        refuses = random.random() < 0.3
        said = marked(book, random, "refuse" if refuses else "warn")
        lenient = {**said, "checks": [{**item, "severity": "warn"} for item in said["checks"]]}
        programme = loaded(ONE_KIND, [lenient])
        shown.clear()
        with written(ONE_KIND, [said]) as strict:
            (report,) = check([strict])
        columns = columns_of(programme)["village"]
        units = frame([random_unit(random, f"{at:04}", None, columns, drawn.pool) for at in range(UNITS)], columns)
        by_year = {year: rated(programme, units, year, refuses) for year in {*report.years, 2004}}
        for finding in report.findings:
            code, values = finding.diagnostic.code, finding.diagnostic.values
            seen[code] += 1
            if code in IMPOSSIBLE and finding.verdict == "proved":
                assert not shows(finding, by_year[finding.year].book), finding
            if code == "W403":
                other = rated(loaded(ONE_KIND, [without(lenient, values["rule"])]), units, finding.year, refuses)
                assert outcomes(other, book).equals(outcomes(by_year[finding.year], book)), finding
            if code == "W304":
                for answer in (True, False):
                    keys = ("checks", "parameters")
                    marks = judged(book, values["criterion"], answer=answer).yaml() | {
                        key: lenient[key] for key in keys
                    }
                    other = rated(loaded(ONE_KIND, [marks]), units, finding.year, refuses)
                    one, two = outcomes(other, book), outcomes(by_year[finding.year], book)
                    assert one.equals(two), (finding, one, two)
        told = {str(f.diagnostic.values.get("fact", f.diagnostic.values.get("about"))) for f in report.findings}
        for fact, declared in said["facts"].items():
            if "better" in declared and fact not in told:
                seen["better proved"] += 1
                never_worse(programme, by_year[2004], fact, declared["better"], refuses)
        replay(programme)
        seen["undecided"] += sum(finding.verdict == "undecided" for finding in report.findings)

    def never_worse(programme: Programme, first: Rated, fact: str, way: str, refuses: bool) -> None:  # noqa: FBT001
        """No unit gets a worse grade when it takes over a better value from another unit, within the bounds."""
        columns = columns_of(programme)["village"]
        own = columns[fact]
        bounded = isinstance(own.low, str) or isinstance(own.high, str)
        if bounded or any(fact in {column.low, column.high} for column in columns.values()):
            return
        shuffled = first.units.with_columns(pl.col(fact).shuffle(seed=1))
        better = shuffled[fact] > first.units[fact] if way == "more" else shuffled[fact] < first.units[fact]
        moved, kept = shuffled.filter(better.fill_null(False)), better.fill_null(False)  # noqa: FBT003
        if moved.is_empty():
            return
        (after,) = rate(programme, facts_of({"village": moved}), year=2004).books.values()
        pairs = pl.DataFrame(
            {
                "before": first.book.ratings.filter(kept)["grade"].to_physical(),
                "after": after.ratings["grade"].to_physical(),
            }
        ).drop_nulls()
        if not refuses:
            assert pairs.filter(pl.col("after") > pl.col("before")).is_empty(), (fact, way)
        seen["pairs"] += pairs.height

    def replay(programme: Programme) -> None:
        """A witness is what the real rating makes of its two units."""
        for study, units, witness in shown:
            ids = pl.DataFrame({"id": ["0", "1"], "name": ["", ""], "parent": pl.Series([None, None], dtype=pl.String)})
            table = ids.hstack(units).with_columns(pl.lit(False).alias("_refused"))  # noqa: FBT003
            (again,) = rate(programme, facts_of({"village": table}), year=study.subject.year).books.values()
            for row, trace in enumerate((witness.before, witness.after)):
                rating = again.ratings.row(row, named=True)
                assert trace.grade == (rating["grade_low"], rating["grade_high"])
                assert ",".join(trace.rules) == rating["rules"]
                assert trace.titles == tuple(title.id for title in study.subject.book.titles if rating[title.id])
            seen["replayed"] += 1

    checked()
    assert sum(seen[code] for code in IMPOSSIBLE) > 0, seen
    assert min(seen["W304"], seen["W403"], seen["better proved"], seen["pairs"]) > 0, seen


def test_what_is_proved_of_upper_units_is_never_shown() -> None:
    seen: Counter[str] = Counter()

    @examples(2)
    @given(programmes(), SEEDS)
    def checked(drawn: Drawn, seed: int) -> None:
        random = seeded(seed)
        said = [marked(book, random, "warn") for book in drawn.books]
        with written(drawn.tree, said) as programme:
            reports = check([programme])
        columns = columns_of(programme)
        for year in {year for report in reports for year in report.years}:
            for _ in range(6):
                units = random_units(random, drawn.kinds, columns, drawn.pool, gaps=(0.0,))
                facts = facts_of({kind: frame(items, columns[kind]) for kind, items in units.items()})
                found = rate(programme, facts, year=year).books
                for report in reports:
                    for finding in report.findings:
                        if finding.verdict == "proved" and finding.year == year:
                            seen[finding.diagnostic.code] += 1
                            assert not shows(finding, found[report.book.id]), finding

    checked()
    assert sum(seen[code] for code in IMPOSSIBLE) > 0, seen
