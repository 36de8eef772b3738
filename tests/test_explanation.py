"""Why a unit got its grade: what is said agrees with the ratings, with the cells, and with rating anew.

Advice is checked by doing what it says: a shortfall is made up, a gap filled, an obstacle removed, and the unit rated.
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from click import unstyle
from python_calamine import CalamineWorkbook

from engine.archive import InvalidRunError, Run, write_run
from engine.explanation import Explanation, explain
from engine.facts import read_facts
from engine.programme import load, tables
from engine.rating import rate
from engine.rendering.why import written
from engine.sampling import sample, write_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from engine.explanation.model import Criterion, Source, Test
    from engine.facts import Facts
    from engine.programme import Programme
    from engine.schema import Column

CSV = Path(__file__).resolve().parents[1] / "fixtures" / "district"
BOOKS = {"village": "five_goods", "township": "six_goods", "department": "department"}
LANGUAGES = ("zh", "en")
GRADES = ("excellent", "commendable", "qualified", "unqualified")
Row = dict[str, Any]


class Explained:
    """The units of a run (or every so many) with what is said about them, explained once."""

    def __init__(self, run: Run, every: int = 1) -> None:
        self.run = run
        self.ratings: dict[tuple[str, str], Row] = {}
        self.measures: dict[tuple[str, str], Row] = {}
        self.facts: dict[tuple[str, str], Row] = {}
        self.said: dict[tuple[str, str], Explanation] = {}
        # The graded kinds; what registers say of the same units, and of others, is short and has tests of its own.
        for kind, rulebook in BOOKS.items():
            for row in run.ratings(rulebook).collect().to_dicts():
                self.ratings[kind, row["id"]] = row
            self.measures |= {(kind, row["id"]): row for row in run.measures(rulebook).collect().to_dicts()}
            self.facts |= {(kind, row["id"]): row for row in run.facts(kind).collect().to_dicts()}
        for kind, id_ in [*self.ratings][::every]:
            (self.said[kind, id_],) = explain(run, f"{kind}:{id_}", rulebook=BOOKS[kind])

    def __iter__(self) -> Iterator[tuple[Explanation, Row]]:
        for unit, said in self.said.items():
            yield said, self.ratings[unit]

    def book(self, kind: str) -> dict[str, Any]:
        return self.run.rules["rulebooks"][BOOKS[kind]]  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def district(district_run: Run) -> Explained:
    return Explained(district_run)


@pytest.fixture(scope="module")
def gappy_facts(shipped: tuple[Programme, ...], district_facts: Facts) -> Facts:
    """The district with a twentieth of the cells emptied that its units are graded by."""
    draw = random.Random(2004)  # noqa: S311
    tables_ = dict(district_facts.tables)
    books = {book.kind: book for programme in shipped for book in programme.rulebooks if book.id in BOOKS.values()}
    for kind, table in tables_.items():
        rows = table.to_dicts() if kind in books else []
        for row in rows:
            for fact in books[kind].facts:
                if draw.random() < 0.05 and fact not in {"falsified_data", "task_override"}:
                    row[fact] = None
        tables_[kind] = pl.DataFrame(rows, schema=table.schema) if rows else table
    return replace(district_facts, tables=tables_)


@pytest.fixture(scope="module")
def gappy(shipped: tuple[Programme, ...], gappy_facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Explained:
    folder = tmp_path_factory.mktemp("gappy") / "run"
    write_run(rate(shipped, gappy_facts, year=2004), folder)
    return Explained(Run.open(folder))


@pytest.fixture(scope="module", params=["district", "gappy"])
def explained(request: pytest.FixtureRequest) -> Explained:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


# It agrees with the ratings


def ends(text: str) -> tuple[float, float]:
    """The ends of a range as it is written."""
    low, _, high = text.replace(",", "").partition("–")
    return float(low), float(high or low)


def test_every_unit_of_every_kind_is_explained(district: Explained) -> None:
    assert Counter(kind for kind, _ in district.said) == {"village": 42, "township": 5, "department": 24}
    for said, row in district:
        assert (said.id, said.name, said.rulebook, said.year) == (row["id"], row["name"], BOOKS[said.kind], 2004)


def test_grades_are_those_of_the_ratings(explained: Explained) -> None:
    seen = Counter[bool]()
    for said, row in explained:
        labels = {grade["id"]: grade["label"] for grade in explained.book(said.kind)["grades"]}
        assert said.grade == labels.get(row["grade"])
        for name in ("grade_low", "grade_high", "proposed_low", "proposed_high"):
            assert getattr(said, name) == labels[row[name]]
        seen[said.grade is None] += 1
    assert min(seen.values()) > 5
    assert len(seen) == 2


def test_titles_goods_and_criteria_are_those_of_the_ratings(explained: Explained) -> None:
    seen = Counter[str]()
    for said, row in explained:
        book = explained.book(said.kind)
        answers = {True: "met", False: "unmet", None: "unknown"}
        won = {True: "won", False: "not_won", None: "unknown"}
        assert {title.id: title.status for title in said.titles} == {
            title["id"]: won[row[title["id"]]] for title in book["titles"]
        }
        assert {good.id: good.status for good in said.goods} == {
            good["id"]: answers[row[good["id"]]] for good in book["goods"]
        }
        criteria = [criterion for good in said.goods for criterion in good.criteria]
        assert [item.id for item in criteria] == [item["id"] for good in book["goods"] for item in good["criteria"]]
        for criterion in criteria:
            applies = row.get(f"{criterion.id}_applicable", True)
            expected = "not_applicable" if applies is False else answers[row[criterion.id]]
            assert criterion.status == expected, (said.id, criterion.id)
            seen[expected] += 1
        seen.update(f"title {title.status}" for title in said.titles)
    assert set(seen) | {"title won"} == {
        *("met", "unmet", "unknown", "not_applicable"),
        *("title won", "title not_won", "title unknown"),
    }


def test_the_rules_are_those_that_fired(explained: Explained) -> None:
    seen = Counter[str]()
    for said, row in explained:
        book = explained.book(said.kind)["policy"]
        stages = {rule["id"]: stage for stage in ("propose", "adjust") for rule in book[stage]}
        assert [rule.id for rule in said.rules if rule.certain] == [id_ for id_ in row["rules"].split(",") if id_]
        assert [stages[rule.id] for rule in said.rules] == [rule.stage for rule in said.rules]
        assert [rule.id for rule in said.rules] == [id_ for id_ in stages if id_ in {rule.id for rule in said.rules}]
        proposals = [rule for rule in said.rules if rule.stage == "propose"]
        # Either one proposal is certain, or several may be made.
        assert len(proposals) == 1 if proposals[0].certain else len(proposals) > 1
        for rule in said.rules:
            seen[f"{rule.stage} {rule.certain}"] += 1
            truths = [test.holds for test in rule.conditions]
            terms = next(item["terms"] for item in book[rule.stage] if item["id"] == rule.id)
            asked = [[truth for symbol, truth in term if isinstance(symbol, int)] for term in terms]
            if rule.certain:
                assert truths in asked, (said.id, rule.id, truths)
                seen["negated"] += False in truths
            elif rule.stage == "adjust":
                assert None in truths
            if rule.certain and rule.changes:
                assert row["grade_high"] != row["proposed_high"]
        if any(rule.certain and rule.changes for rule in said.rules):
            seen["limited"] += 1
        for title in said.titles:
            withheld = {str(label) for rule in said.rules if rule.certain and rule.withholds for label in [rule.label]}
            assert {str(label) for label in title.withheld_by} == withheld
            seen["withheld"] += bool(withheld)
    assert min(seen[name] for name in ("propose True", "propose False", "adjust True", "adjust False", "limited")) > 2
    assert seen["withheld"] > 2
    assert seen["negated"] > 2


def test_the_points_add_up_to_the_score(explained: Explained) -> None:
    """Each number is rounded to two digits, so a sum of many is off by a little at most."""
    ranges = 0
    for said, row in explained:
        scale = explained.book(said.kind)["score"]["most"]
        sums = {True: [0.0, 0.0], False: [0.0, 0.0]}
        for good in said.goods:
            total = [0.0, 0.0]
            for criterion in good.criteria:
                for end, points in enumerate(ends(criterion.points)):
                    sums[criterion.bonus][end] += points
                    total[end] += 0 if criterion.bonus else points
                assert ends(criterion.points)[0] >= -1e-9
                assert ends(criterion.points)[1] <= float(criterion.most)
            assert ends(good.points) == pytest.approx(total, abs=0.05)
            if good.status == "met":
                share = next(item["share"] for item in explained.book(said.kind)["goods"] if item["id"] == good.id)
                assert ends(good.points)[1] >= share * ends(good.most)[0] - 1e-9
        assert ends(said.points_raw) == pytest.approx(sums[False], abs=0.1)
        assert ends(said.bonus) == pytest.approx(sums[True], abs=0.02)
        low, high = ends(said.points)
        assert (low, high) == pytest.approx((row["points_low"], row["points_high"]), abs=0.0051)
        most = ends(said.points_max)
        if most[0] == most[1]:
            raw, bonus = ends(said.points_raw), ends(said.bonus)
            assert float(said.points_most) == scale
            assert [raw[end] / most[0] * scale + bonus[end] for end in (0, 1)] == pytest.approx([low, high], abs=0.02)
        ranges += low != high
    assert ranges > 5


def test_the_score_never_contradicts_the_grade(explained: Explained) -> None:
    """89.9955 is not shown as 90, wherever the score stands: in the header, in a rule, and in the points it is made of."""
    checked = 0
    for said, row in explained:
        book = explained.book(said.kind)
        shown = [*ends(said.points)]
        for rule in [*said.rules, *(said.next_grade.obstacles if said.next_grade else ())]:
            for test in rule.conditions:  # type: ignore[attr-defined]
                written = "".join(part if isinstance(part, str) else part["en"] for part in test.written)
                if written.startswith("Score "):
                    limit = float(str(test.against[-1]))
                    low, high = ends(written.removeprefix("Score "))
                    assert test.operator == "≥"
                    if test.holds is not None:
                        assert (low >= limit, high >= limit) == (test.holds, test.holds), (said.id, written)
                    else:
                        assert low < limit <= high
                    shown += [low, high]
                    checked += 1
        for limit in (60, 80, 90):
            for end, value in enumerate(shown):
                assert (value >= limit) == (row[("points_low", "points_high")[end % 2]] >= limit - 1e-9)
        most = ends(said.points_max)
        if most[0] == most[1]:
            for end, (raw, bonus) in enumerate(zip(ends(said.points_raw), ends(said.bonus), strict=True)):
                as_shown = Fraction(str(raw)) / Fraction(str(most[0])) * int(book["score"]["most"]) + Fraction(
                    str(bonus)
                )
                for limit in (60, 80, 90):
                    assert (as_shown >= limit) == (row[("points_low", "points_high")[end]] >= limit - 1e-9), said.id
    assert checked > 70


def test_a_criterion_that_falls_short_is_not_shown_with_all_its_points(explained: Explained) -> None:
    short = 0
    for said, row in explained:
        for criterion in (item for good in said.goods for item in good.criteria):
            stored = explained.measures[said.kind, said.id].get(f"points:{criterion.id}")
            if stored is not None and criterion.status != "not_applicable" and stored < float(criterion.most) - 1e-9:
                assert ends(criterion.points)[0] < float(criterion.most), (row["id"], criterion.id, criterion.points)
                short += 1
    assert short > 50


# Rating anew


@dataclass(frozen=True)
class Variant:
    """A unit with some facts changed, and facts of units below it."""

    kind: str
    id: str
    changes: Row
    lower: Mapping[str, Row] = field(default_factory=dict)


def rerate(shipped: tuple[Programme, ...], facts: Facts, variants: Sequence[Variant]) -> list[tuple[Row, Row]]:
    """The ratings and the measures of variants, all rated at once."""
    rows: dict[str, list[Row]] = {kind: [] for kind in facts.tables}
    known = {kind: {row["id"]: row for row in table.to_dicts()} for kind, table in facts.tables.items()}
    for number, variant in enumerate(variants):
        id_ = f"{number:06}"
        assert variant.changes.keys() | {"id"} <= known[variant.kind][variant.id].keys()
        rows[variant.kind].append({**known[variant.kind][variant.id], **variant.changes, "id": id_})
        if variant.kind == "township":
            for row in known["village"].values():
                if row["parent"] == variant.id:
                    changes = variant.lower.get(row["id"], {})
                    rows["village"].append({**row, **changes, "id": f"{id_}.{row['id']}", "parent": id_})
    tables_ = {kind: pl.DataFrame(rows[kind], schema=facts.tables[kind].schema) for kind in rows if rows[kind]}
    rating = rate(shipped, replace(facts, tables=tables_), year=2004)
    books = [rating.books[book] for book in BOOKS.values() if book in rating.books]
    ratings = {row["id"]: row for found in books for row in found.ratings.to_dicts()}
    measures = {row["id"]: row for found in books for row in found.measures.to_dicts()}
    found = [(ratings[f"{number:06}"], measures[f"{number:06}"]) for number in range(len(variants))]
    assert [row["name"] for row, _ in found] == [known[item.kind][item.id]["name"] for item in variants]
    return found


class Filler:
    """Fills gaps with values that could have been reported."""

    def __init__(self, shipped: tuple[Programme, ...], seed: int) -> None:
        self.schema = tables(shipped)
        self.draw = random.Random(seed)  # noqa: S311

    def ends(self, kind: str, column: Column, row: Row) -> tuple[float, float]:
        """The bounds of a fact: as declared, by the fact that bounds it, and by the facts that it bounds."""
        usual = {"count": 400, "money": 100_000, "ratio": 1, "number": 100}[column.type]
        others = [row[other.id] for other in self.schema[kind].columns.values() if other.high == column.id]
        low = max([0, *(other for other in others if other is not None)])
        low = max(low, row[column.low] if isinstance(column.low, str) else column.low)
        high = row[column.high] if isinstance(column.high, str) else column.high
        return low, low + usual if high in {None, inf} else high

    def values(self, kind: str, fact: str, row: Row) -> list[Any]:
        """What may stand in a cell beside the others of its row: both ends, and some between them."""
        column = self.schema[kind].columns[fact]
        if column.type == "boolean":
            return [True, False]
        if column.choices is not None:
            return list(column.choices)
        if column.type == "date":
            return [date(2004, 1, 8) + timedelta(days=days) for days in (0, 1, 357, 358, 359)]
        low, high = self.ends(kind, column, row)
        if column.type == "count":
            some = {low, high, min(low + 1, high), min(low + 4, high), self.draw.randint(int(low), int(high))}
            return sorted(some)
        return [float(low), float(high), *(round(self.draw.uniform(low, high), 2) for _ in range(2))]

    def filled(self, kind: str, row: Row, gaps: Sequence[str]) -> Row:
        """Values for all gaps, each within its bounds."""
        found: Row = {}
        for gap in sorted(gaps, key=lambda gap: self.bounds_above(kind, gap)):
            found[gap] = self.draw.choice(self.values(kind, gap, row | found))
        return found

    def together(self, kind: str, row: Row, wanted: Row) -> Row:
        """Values for all gaps, each as near to one that was found for it alone as the others let it be."""
        columns = self.schema[kind].columns
        found: Row = {}
        for gap in sorted(wanted, key=lambda gap: self.bounds_above(kind, gap)):
            found[gap] = wanted[gap]
            if columns[gap].type in {"count", "money", "ratio", "number"}:
                low, high = self.ends(kind, columns[gap], row | found)
                found[gap] = min(max(wanted[gap], low), high)
        return found

    def bounds_above(self, kind: str, fact: str) -> int:
        """How many facts bound a fact, one above the other."""
        high = self.schema[kind].columns[fact].high
        return 1 + self.bounds_above(kind, high) if isinstance(high, str) else 0


# The cells


def criteria_of(said: Explanation) -> list[Criterion]:
    return [criterion for good in said.goods for criterion in good.criteria]


def sources_of(said: Explanation) -> list[Source]:
    """Every cell that an explanation names."""
    found = [source for rule in said.rules for source in rule.sources]
    found += [source for criterion in criteria_of(said) for source in criterion.sources]
    return [*found, *(gap.source for gap in said.gaps)]


@cache
def sheet(path: Path, name: str | None) -> list[list[Any]]:
    """A table as received."""
    if name is None:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    with CalamineWorkbook.from_path(path) as book:
        return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def at(run: Run, place: str) -> tuple[str, Any]:
    """The header above a cell and the cell; `village.csv:17:D` or `district.xlsx[村]!D17`."""
    found = re.fullmatch(r"(?P<file>[^:\[]+):(?P<row>\d+):(?P<column>[A-Z]+)", place)
    found = found or re.fullmatch(r"(?P<file>[^:\[]+)\[(?P<sheet>.+)\]!(?P<column>[A-Z]+)(?P<row>\d+)", place)
    assert found, place
    parts = found.groupdict()
    rows = sheet(run.folder / "facts" / "originals" / parts["file"], parts.get("sheet"))
    column = 0
    for letter in parts["column"]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return rows[0][column - 1], rows[int(parts["row"]) - 1][column - 1]


def as_shown(cell: Any) -> str:  # noqa: ANN401
    """A cell as an explanation writes it."""
    if isinstance(cell, float) or re.fullmatch(r"-?\d+", str(cell)):
        return f"{int(cell):,}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def check_own_source(run: Run, said: Explanation, source: Source, seen: Counter[str]) -> None:
    """A value stands in its cell, below its label, in the unit's row."""
    header, cell = at(run, source.cell)
    assert header == source.label["zh"]
    start, digits = (re.match(r"(.*?)(\d+)$", said.row) or pytest.fail(said.row)).groups()
    assert source.cell.startswith(start.rstrip("!"))
    assert digits in source.cell
    if source.value is None or source.answer:
        assert cell == ""
        assert (source.value is None) is not source.answer
        seen["answer" if source.answer else "gap"] += 1
    else:
        value = source.value if isinstance(source.value, str) else source.value["zh"]
        assert value == as_shown(cell), source
        seen[type(cell).__name__ if isinstance(source.value, str) else "choice"] += 1


def check_lower_source(run: Run, said: Explanation, source: Source, rows: Mapping[str, list[Row]]) -> None:
    """The first and the last cell of the units below, and how many they are."""
    first, _, last = source.cell.partition(" … ")
    numbers = [
        int((re.search(r"\d+", place.rpartition("]")[2] or place) or pytest.fail(place))[0]) for place in (first, last)
    ]
    below = rows[said.id]
    assert numbers == [min(row["_row"] for row in below), max(row["_row"] for row in below)]
    for place in (first, last):
        if ":" in source.fact:  # a result stands in no cell: the rows of its units are named
            assert place.endswith(str(numbers[0] if place is first else numbers[1]))
        else:
            assert at(run, place)[0] == source.label["zh"]
    assert isinstance(source.value, dict)
    assert source.value["en"] == f"({len(below)} units)"


@pytest.mark.parametrize("which", ["district_run", "workbook_run"])
def test_every_value_is_that_of_its_cell(request: pytest.FixtureRequest, which: str) -> None:
    run: Run = request.getfixturevalue(which)
    explained: Explained = request.getfixturevalue("district") if which == "district_run" else Explained(run, every=4)
    below: dict[str, list[Row]] = {}
    for (kind, _), row in explained.facts.items():
        if kind == "village":
            below.setdefault(row["parent"], []).append(row)
    seen = Counter[str]()
    for said, _ in explained:
        assert at(run, said.row + ":A" if "]!" not in said.row else said.row.replace("!", "!A"))[1] == said.id
        for source in sources_of(said):
            own = source.fact in explained.run.rules["facts"][said.kind]
            if own and not (isinstance(source.value, dict) and "单位）" in source.value["zh"]):
                check_own_source(run, said, source, seen)
            else:
                check_lower_source(run, said, source, below)
                seen["lower"] += 1
    number = "str" if which == "district_run" else "float"
    assert min(seen[form] for form in (number, "choice", "gap", "answer", "lower")) > 5, seen
    assert seen[number] > (1000 if which == "district_run" else 250)


def test_gaps_of_lower_units_that_leave_something_open_are_named(district: Explained) -> None:
    said = district.said["township", "T3"]
    assert said.grade is None
    assert said.gaps == ()
    told = [(gap.source.label["en"], gap.source.cell, gap.matters, gap.for_title) for gap in said.lower_gaps]
    assert told == [
        ("Village: Satisfied ballots (1 unit)", "village.csv:20:BF", True, True),
        ("Village: Five Goods village (1 unit)", "village.csv:20", False, True),
    ]
    assert district.said["township", "T1"].lower_gaps == ()


def test_a_criterion_over_titles_of_lower_units_names_their_rows(district: Explained) -> None:
    criteria = [item for good in district.said["township", "T3"].goods for item in good.criteria]
    sources = [source for item in criteria for source in item.sources if ":" in source.fact]
    assert {(source.label["zh"], source.cell) for source in sources} == {
        ("“五个好”村党组织称号", "village.csv:20 … village.csv:27")
    }


def test_a_rule_over_lower_units_names_their_cells(district: Explained) -> None:
    (rule,) = [rule for rule in district.said["township", "T5"].rules if rule.stage == "adjust"]
    assert [source.cell for source in rule.sources] == [
        "village.csv:36:BF … village.csv:43:BF",
        "village.csv:36:BE … village.csv:43:BE",
    ]


# What is missing


def test_what_is_missing_is_just_enough(
    shipped: tuple[Programme, ...], district_facts: Facts, district: Explained
) -> None:
    """Each shortfall of facts is made up, and one less: the test holds then, and only then."""
    labels = {
        kind: {fact["label"]["zh"]: id_ for id_, fact in facts.items()}
        for kind, facts in district.run.rules["facts"].items()
    }
    variants, expected = [], []
    for said, _ in district:
        book = district.book(said.kind)
        asked = {item["id"]: item["require"] for good in book["goods"] for item in good["criteria"]}
        facts = district.facts[said.kind, said.id]
        for criterion in criteria_of(said):
            for number, test in enumerate(criterion.tests):
                fact = labels[said.kind].get(test.shortfall.of["zh"]) if test.shortfall and test.shortfall.of else None
                if test.shortfall is None or fact is None:
                    continue
                column = asked[criterion.id]["tests"][number]["column"]
                for step in (0, 1):
                    amount = (int(test.shortfall.amount) - step) * (1 if test.shortfall.more else -1)
                    variants.append(Variant(said.kind, said.id, {fact: facts[fact] + amount}))
                    expected.append((criterion.id, column, step == 0, fact))
    found = rerate(shipped, district_facts, variants)
    for variant, (criterion_id, column, holds, fact), (ratings, measures) in zip(
        variants, expected, found, strict=True
    ):
        answer = ratings[criterion_id] if column is None else measures[column]
        assert answer is holds, (variant, criterion_id, fact)
        if holds:
            declared = tables(shipped)[variant.kind].columns[fact]
            most = (
                declared.high
                if not isinstance(declared.high, str)
                else district.facts[variant.kind, variant.id][declared.high]
            )
            assert 0 <= variant.changes[fact] <= most, "what is missing cannot be made up"
    assert len(expected) > 250
    assert len({criterion_id for criterion_id, *_ in expected}) > 25


def number(text: str) -> Fraction:
    """A number as it is written: `1,200`, `89.17%`."""
    plain = text.replace(",", "").replace("−", "-")
    return Fraction(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)


def exact_left(test: Test) -> Fraction | None:
    """The left side of a test as its own numbers give it."""
    text = "".join(piece if isinstance(piece, str) else "" for piece in test.written).strip()
    quotient = re.fullmatch(r"([\d,.]+) / ([\d,.]+) = .*", text)
    growth = re.fullmatch(r"([\d,.]+) / ([\d,.]+) - 1 = .*", text)
    difference = re.fullmatch(r"([\d,.]+) - ([\d,.]+) = .*", text)
    if growth:
        return number(growth[1]) / number(growth[2]) - 1
    if quotient:
        return number(quotient[1]) / number(quotient[2])
    if difference:
        return number(difference[1]) - number(difference[2])
    return number(text) if re.fullmatch(r"-?[\d,.]+%?", text) else None


def test_every_shortfall_adds_up(explained: Explained) -> None:
    """In whole units, or as far as the number compared is from its threshold."""
    signs = {
        "≥": Fraction.__ge__,
        "≤": Fraction.__le__,
        "=": Fraction.__eq__,
        ">": Fraction.__gt__,
        "<": Fraction.__lt__,
    }
    seen = Counter[str]()
    for said, _ in explained:
        for test in [test for criterion in criteria_of(said) for test in criterion.tests if test.shortfall]:
            assert test.holds is False
            assert test.shortfall
            left, holds, limit = exact_left(test), signs[test.operator], number(str(test.against[-1]))
            if left is None:  # a range: the end that is nearer to the threshold
                (shown,) = [piece for piece in test.written if isinstance(piece, str) and "–" in piece]
                near = number(shown.split("–")[1 if test.shortfall.more else 0])
                assert abs(near - limit) == pytest.approx(number(test.shortfall.amount), abs=2e-4)
                seen["range"] += 1
                continue
            assert not holds(left, limit)
            written = "".join(piece for piece in test.written if isinstance(piece, str))
            strict = test.shortfall.amount.startswith("> ")
            direction = 1 if test.shortfall.more else -1
            amount = number(test.shortfall.amount.removeprefix("> ")) * direction
            of = re.search(r"\d / ([\d,]+) = ", written)
            if test.shortfall.of and of:  # so many more of the numerator
                step = direction / number(of[1])
                amount *= abs(step)
                seen["quotient"] += 1
            elif test.shortfall.of or not (strict or "%" in written):
                step = Fraction(direction)
                seen["count"] += 1
            else:
                step = Fraction(direction, 10_000)
                assert strict is (test.operator in {">", "<"})
                amount += step if strict else 0
                seen["strict" if strict else "share"] += 1
            assert holds(left + amount, limit), (said.id, test)
            assert not holds(left + amount - step, limit), (said.id, test)
    assert min(seen[form] for form in ("quotient", "count", "share", "strict")) > 0, seen
    assert seen["quotient"] + seen["count"] > 150


# Gaps


def test_gaps_matter_as_it_is_said(
    shipped: tuple[Programme, ...], district_facts: Facts, gappy_facts: Facts, explained: Explained
) -> None:
    """All gaps of a unit are filled, then one is changed: a gap that is said not to matter never changes the grade."""
    is_district = explained.run.folder.name == "district"
    facts = district_facts if is_district else gappy_facts
    filler = Filler(shipped, 2004)
    gaps = {unit: {gap.source.fact: gap.matters for gap in said.gaps} for unit, said in explained.said.items()}
    for (kind, id_), found in gaps.items():
        row = explained.facts[kind, id_]
        columns = filler.schema[kind].columns
        empty = {id_ for id_, column in columns.items() if row[id_] is None and column.blank != "none"}
        received = (set(origin["columns"]) for origin in explained.run.origins.values() if origin["kind"] == kind)
        assert found.keys() == empty & set[str]().union(*received)
    alone = [
        Variant(kind, id_, {gap: value})
        for (kind, id_), found in gaps.items()
        for gap in found
        for value in filler.values(kind, gap, {**explained.facts[kind, id_], **dict.fromkeys(found)})
    ]
    # The filling of each gap that by itself makes the least and the most of the score and the grade.
    extremes: dict[tuple[str, str], tuple[Row, Row]] = {unit: ({}, {}) for unit in gaps}
    places = {grade: place for place, grade in enumerate(GRADES)}
    ranked = sorted(
        zip(alone, rerate(shipped, facts, alone), strict=True),
        key=lambda pair: (-places[pair[1][0]["grade_low"]], pair[1][0]["points_low"] + pair[1][0]["points_high"]),
    )
    for variant, _ in ranked:
        worst, best = extremes[variant.kind, variant.id]
        ((gap, value),) = variant.changes.items()
        worst.setdefault(gap, value)
        best[gap] = value
    variants: list[Variant] = []
    marks: list[tuple[tuple[str, str], str, int]] = []
    for (kind, id_), found in gaps.items():
        row = explained.facts[kind, id_]
        lower = [unit for unit in gaps if unit[0] == "village" and explained.facts[unit]["parent"] == id_]
        ends = (filler.together(kind, row | dict.fromkeys(found), end) for end in extremes[kind, id_])
        bases = [*ends, *(filler.filled(kind, row, list(found)) for _ in range(4))]
        for trial, base in enumerate(bases):
            below = {
                unit[1]: filler.together("village", explained.facts[unit], extremes[unit][trial])
                if trial < 2
                else filler.filled("village", explained.facts[unit], list(gaps[unit]))
                for unit in lower
            }
            for gap in found:
                for value in filler.values(kind, gap, row | base):
                    variants.append(Variant(kind, id_, {**base, gap: value}, below))
                    marks.append(((kind, id_), gap, trial))
    grades: dict[tuple[tuple[str, str], str, int], set[str]] = {}
    honours: dict[tuple[tuple[str, str], str, int], set[bool]] = {}
    for mark, (ratings, _) in zip(marks, rerate(shipped, facts, variants), strict=True):
        assert not ratings["pending"]
        grades.setdefault(mark, set()).add(ratings["grade"])
        honours.setdefault(mark, set()).add(ratings.get("five_goods", ratings.get("six_goods")))  # type: ignore[arg-type]
    for_title = {(unit, gap.source.fact) for unit, said in explained.said.items() for gap in said.gaps if gap.for_title}
    turning = {(unit, gap) for (unit, gap, _), found in honours.items() if len(found) > 1}
    assert turning <= for_title | {(unit, gap) for unit, gap, _ in marks if gaps[unit][gap]}
    assert len(turning) > (1 if is_district else 20)
    if is_district:
        assert for_title <= turning
    idle = [mark for mark in grades if not gaps[mark[0]][mark[1]]]
    assert [mark for mark in idle if len(grades[mark]) > 1] == []
    assert len(idle) > 200
    # Each that is said to matter does in the district; where gaps are many it may take more of them than were tried.
    deciding = {(unit, gap) for unit, found in gaps.items() for gap, matters in found.items() if matters}
    proven = {(unit, gap) for (unit, gap, _), found in grades.items() if len(found) > 1}
    assert proven <= deciding
    changing = {unit for unit in gaps if len(set().union(*(grades[mark] for mark in grades if mark[0] == unit))) > 1}
    units = {unit for unit, _ in deciding}
    if is_district:
        assert proven == deciding
        assert len(deciding) == 8
    else:
        # A township has gaps of villages beside its own.
        assert {unit for unit in changing if unit[0] != "township"} == {unit for unit in units if unit[0] != "township"}
        assert len(units) > 20
    pending = {unit for unit, row in explained.ratings.items() if row["pending"]}
    assert units <= pending
    # A township may be pending only because of gaps of its villages.
    assert all(kind == "township" for kind, _ in pending - units)


def test_the_gap_of_a_pending_unit_comes_first(gappy: Explained) -> None:
    both = 0
    for said, _ in gappy:
        matters = [gap.matters for gap in said.gaps]
        assert matters == sorted(matters, reverse=True)
        both += len(set(matters)) == 2
    assert both > 10


# Why not the next grade


def cured(district: Explained, said: Explanation, rule: str, stage: str, target: str) -> tuple[Row, dict[str, Row]]:
    """The facts of the unit, and of units below it, that take an obstacle away."""
    capping = {"valid_votes", "satisfied_votes", "falsified_data", "assessed_grade", "task_override", "annex_quota"}
    capping |= {"staff", "dispatched", "arrival_date"}
    best = {"village": "V02", "township": "T3", "department": "D13"}[said.kind]
    if stage == "entered":
        return {"assessed_grade": target}, {}
    if stage == "propose":
        facts = district.facts[said.kind, best]
        declared = district.run.rules["facts"][said.kind]
        changes = {fact: facts[fact] for fact in declared if fact in facts and fact not in capping}
        if said.kind == "department":
            sent = district.facts["department", said.id]["dispatched"]
            changes |= {"vetted": sent, "released": sent}
        return changes, {}
    match rule:
        case "satisfaction_below_top" if said.kind == "village":
            return {"satisfied_votes": district.facts["village", said.id]["valid_votes"]}, {}
        case "satisfaction_below_top":
            return {}, {
                id_: {"satisfied_votes": row["valid_votes"]}
                for (kind, id_), row in district.facts.items()
                if kind == "village" and row["parent"] == said.id
            }
        case "veto_falsified":
            return {"falsified_data": False}, {}
        case "unfinished_task":
            return {"task_override": "done"}, {}
    raise AssertionError(rule)


def test_the_obstacles_before_the_next_grade_are_real(
    shipped: tuple[Programme, ...], district_facts: Facts, district: Explained
) -> None:
    """Without all of them the unit has the grade; while any one of them stays, it has not."""
    variants, expected = [], []
    seen = Counter[str]()
    for said, row in district:
        if said.next_grade is None:
            assert row["grade_high"] == "excellent"
            continue
        target = GRADES[GRADES.index(row["grade_high"]) - 1]
        book = district.book(said.kind)
        assert said.next_grade.grade == next(item["label"] for item in book["grades"] if item["id"] == target)
        rules = {str(rule["label"]): rule["id"] for stage in ("propose", "adjust") for rule in book["policy"][stage]}
        cures = []
        for obstacle in said.next_grade.obstacles:
            seen[f"{obstacle.stage} {rules[str(obstacle.rule)]}"] += 1
            if obstacle.stage == "propose":
                assert obstacle.conditions
                assert {test.holds for test in obstacle.conditions} <= {False, None}
            cures.append(cured(district, said, rules[str(obstacle.rule)], obstacle.stage, target))
        assert cures, said.id
        for left_out in (None, *range(len(cures))):
            changes: Row = {}
            lower: dict[str, Row] = {}
            for number_, (own, below) in enumerate(cures):
                if number_ != left_out:
                    changes |= own
                    lower |= below
            variants.append(Variant(said.kind, said.id, changes, lower))
            expected.append((target, left_out is None))
    for variant, (target, reached), (ratings, _) in zip(
        variants, expected, rerate(shipped, district_facts, variants), strict=True
    ):
        place = GRADES.index(ratings["grade_high"])
        assert (place <= GRADES.index(target)) is reached, (variant, target, ratings["grade_high"])
    assert sum(1 for _, reached in expected if not reached) > 30
    assert set(seen) == {
        *("propose by_score_excellent", "propose by_score_commendable", "propose by_score_qualified"),
        *("entered entered", "adjust satisfaction_below_top", "adjust veto_falsified", "adjust unfinished_task"),
    }


# What is printed


TEXTS: dict[str, tuple[str, str, str]] = {
    "capped_title_withheld": ("district_run", "V01", "satisfaction_below_top"),
    "just_below_a_boundary": ("district_run", "V09", "by_score_commendable"),
    "vetoed": ("district_run", "V17", "veto_falsified"),
    "pending_whether_capped": ("district_run", "V19", "satisfaction_below_top"),
    "applies_or_not": ("district_run", "V30", "by_score_excellent"),
    "task_done": ("district_run", "D01", "entered"),
    "task_not_done": ("district_run", "D02", "unfinished_task"),
    "task_unknown": ("workbook_run", "D03", "unfinished_task"),
    "overruled": ("district_run", "D19", "unfinished_task"),
    "of_lower_units": ("district_run", "T5", "satisfaction_below_top"),
    "of_refused_units": ("quarantine_run", "T3", "by_score_excellent"),
    "closed": ("final_run", "V20", "by_score_commendable"),
}


@pytest.fixture(scope="module")
def final_run(shipped: tuple[Programme, ...], district_facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("final") / "run"
    write_run(rate(shipped, district_facts, year=2004, final=True), folder)
    return Run.open(folder)


@pytest.mark.parametrize("name", TEXTS)
def test_why_prints_what_was_agreed(
    request: pytest.FixtureRequest, golden: Callable[[str, str], None], name: str
) -> None:
    which, unit, rule = TEXTS[name]
    said, *_ = explain(request.getfixturevalue(which), unit)
    assert rule in {fired.id for fired in said.rules}
    for language in LANGUAGES:
        golden(f"why/{name}.{language}.txt", written([said], language))  # type: ignore[arg-type]


def test_every_golden_text_is_compared(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--update-golden"):
        pytest.skip("the texts are being written")
    texts = {path.name for path in (Path(__file__).parent / "golden" / "why").iterdir()}
    assert texts == {f"{name}.{language}.txt" for name in TEXTS for language in LANGUAGES} | {
        "clauses.zh.txt",
        "clauses.en.txt",
    }


def test_clauses_are_printed_when_asked_for(district: Explained, golden: Callable[[str, str], None]) -> None:
    said = district.said["department", "D24"]
    clauses = [clause for rule in said.rules for clause in rule.clauses]
    clauses += [clause for criterion in criteria_of(said) for clause in criterion.clauses]
    assert len(clauses) > 10
    for language in LANGUAGES:
        plain, full = (written([said], language, clauses=shown) for shown in (False, True))  # type: ignore[arg-type]
        for clause in clauses:
            assert clause.wording[language] in full
            assert clause.wording[language] not in plain
        golden(f"why/clauses.{language}.txt", full)


def test_colour_changes_nothing_but_colour(explained: Explained) -> None:
    coloured = 0
    chosen = [said for said, _ in explained][::6]
    for said in chosen:
        for language in LANGUAGES:
            plain = written([said], language)  # type: ignore[arg-type]
            text = written([said], language, colour=True)  # type: ignore[arg-type]
            assert unstyle(text) == plain
            coloured += text != plain
            assert "None" not in plain
            assert "{" not in plain
    assert coloured == 2 * len(chosen) > 20


def test_a_closed_grade_says_what_it_was_closed_from(final_run: Run, district: Explained) -> None:
    (closed, *_), open_ = explain(final_run, "V20"), district.said["village", "V20"]
    assert (closed.grade, open_.grade) == (open_.grade_low, None)
    assert closed.final
    text = written([closed], "en")
    assert "Grade: Commendable  (closed at the worst of Commendable to Excellent)" in text
    assert [gap.matters for gap in closed.gaps] == [gap.matters for gap in open_.gaps]


# Which unit


@pytest.fixture(scope="module")
def named_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Units whose names and ids are easily confused."""
    folder = tmp_path_factory.mktemp("named")
    book = "grades: [excellent, unqualified]\npolicy: {propose: [{id: all, grade: excellent}]}\n"
    for name, text in {
        "programme.yaml": "programme: p\nlabel: {zh: 方案}\nkinds: {township: {village: }}\n",
        "one.yaml": "rulebook: one\nkind: village\nlabel: {zh: 一}\n" + book,
        "two.yaml": "rulebook: two\nkind: village\nlabel: {zh: 二}\n" + book,
        "township.csv": "id,name\nT1,镇\nA,甲镇\n",
        "village.csv": "id,name,parent\nV1,东村,T1\nV2,V1,T1\nV3,东村,A\nA,西村,A\nV4,一/二,A\nV5,甲:乙,A\nV6,,A\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    programmes = load([folder])
    (folder / "facts").mkdir()
    for path in folder.glob("*.csv"):
        path.rename(folder / "facts" / path.name)
    write_run(rate(programmes, read_facts(folder / "facts", tables(programmes)), year=2004), folder / "run")
    return Run.open(folder / "run")


@pytest.mark.parametrize(
    ("wanted", "id_"),
    [
        ("V1", "V1"),
        ("village:V1", "V1"),
        ("village:A", "A"),
        ("西村", "A"),
        ("镇/东村", "V1"),
        ("T1/东村", "V1"),
        ("甲镇/东村", "V3"),
        ("A/东村", "V3"),
        ("一/二", "V4"),
        ("甲:乙", "V5"),
        ("V6", "V6"),
    ],
)
def test_a_unit_is_found(named_run: Run, wanted: str, id_: str) -> None:
    found = explain(named_run, wanted)
    assert [(said.kind, said.id, said.rulebook) for said in found] == [("village", id_, "one"), ("village", id_, "two")]


def refusal(run: Run, wanted: str) -> tuple[str, dict[str, object], tuple[str, ...]]:
    with pytest.raises(InvalidRunError) as caught:
        explain(run, wanted)
    (problem,) = caught.value.diagnostics
    assert problem.place.file == str(run.folder)
    return problem.code, dict(problem.values), problem.near


def test_a_name_that_several_have_is_refused(named_run: Run, district_run: Run) -> None:
    expected = {"name": "东村", "count": 2, "units": "village:V1, village:V3"}
    assert refusal(named_run, "东村") == ("several_units", expected, ())
    assert refusal(named_run, "A")[:2] == (
        "several_units",
        {"name": "A", "count": 2, "units": "township:A, village:A"},
    )
    code, values, _ = refusal(district_run, "东村")
    assert (code, values["count"]) == ("several_units", 2)
    for unit in str(values["units"]).split(", "):
        said, *others = explain(district_run, unit)
        assert said.name == "东村"
        assert explain(district_run, f"{said.parent}/东村") == (said, *others)


@pytest.mark.parametrize(
    ("wanted", "near"),
    [("V99", "V39"), ("东沟庄", "东沟村"), ("village:T1", None), ("镇/东村", None), ("", None), ("/", None)],
)
def test_an_unknown_unit_is_told_with_what_may_be_meant(district_run: Run, wanted: str, near: str | None) -> None:
    code, values, guesses = refusal(district_run, wanted)
    assert (code, values) == ("unknown_unit", {"name": wanted})
    assert near is None or near in guesses


def test_a_refused_unit_is_told(quarantine_run: Run) -> None:
    expected = ("unit_refused", {"name": "东村", "id": "V05"}, ())
    assert [refusal(quarantine_run, wanted) for wanted in ("V05", "village:V05", "大岭镇/东村")] == [expected] * 3
    said, *_ = explain(quarantine_run, "V06")
    assert said.grade is not None


def test_a_unit_of_a_kind_that_is_not_rated_is_told(named_run: Run) -> None:
    assert refusal(named_run, "T1")[0:2] == ("unit_not_rated", {"name": "镇", "kind": "township"})


def test_one_of_several_rulebooks_can_be_asked(named_run: Run) -> None:
    (said,) = explain(named_run, "V1", rulebook="two")
    assert (said.rulebook, said.label["zh"]) == ("two", "二")
    with pytest.raises(InvalidRunError):
        explain(named_run, "V1", rulebook="three")


def test_the_unit_above_is_named(named_run: Run, district: Explained) -> None:
    assert [said.parent for said in explain(named_run, "V3")] == ["甲镇", "甲镇"]
    assert district.said["village", "V01"].parent == "大岭镇"
    assert district.said["township", "T1"].parent == "云溪区"


# Other rulebooks


def test_units_of_any_rulebook_are_explained(tmp_path: Path) -> None:
    """Every form of rule that the tests of the language read, over facts with gaps."""
    seen = Counter[str]()
    for folder in sorted((Path(__file__).parent / "language_cases" / "good").iterdir()):
        programmes = load([folder])
        made = sample(programmes, 3, gaps=0.2)
        write_tables(made, tmp_path / folder.name / "facts", "parquet")
        facts = read_facts(tmp_path / folder.name / "facts", tables(programmes))
        write_run(rate(programmes, facts, year=2004), tmp_path / folder.name / "run")
        run = Run.open(tmp_path / folder.name / "run")
        for rulebook, kind in run.manifest["rulebooks"].items():
            for row in run.ratings(rulebook).collect().to_dicts():
                for said in explain(run, f"{kind}:{row['id']}", rulebook=rulebook):
                    texts = [written([said], language, clauses=True) for language in LANGUAGES]  # type: ignore[arg-type]
                    assert all(said.name in text and "None" not in text for text in texts)
                    json.dumps(said.as_data())
                    seen[folder.name] += 1
    assert len(seen) > 4


def rated_by(folder: Path, **files: str) -> Run:
    """A run of small rules and facts: `name_yaml` and `kind_csv`."""
    for place in ("rules", "facts"):
        (folder / place).mkdir(parents=True)
    for name, text in files.items():
        stem, _, form = name.rpartition("_")
        (folder / {"yaml": "rules", "csv": "facts"}[form] / f"{stem}.{form}").write_text(text, encoding="utf-8")
    programmes = load([folder / "rules"])
    write_run(rate(programmes, read_facts(folder / "facts", tables(programmes)), year=2004), folder / "run")
    return Run.open(folder / "run")


def printed(run: Run, unit: str) -> str:
    (said,) = explain(run, unit)
    return written([said], "en")


def test_units_far_below_are_named_too(tmp_path: Path) -> None:
    run = rated_by(
        tmp_path,
        programme_yaml="programme: p\nlabel: {zh: 方案}\nkinds: {county: {township: {village: }}}\n",
        county_yaml="""
rulebook: c
kind: county
label: {zh: 县}
measures: {total: {value: "sum(village, income)", label: {zh: 总收入, en: Income}}}
goods:
  deeds:
    label: {zh: 好}
    criteria:
      rich: {label: {zh: 富}, require: total > 500, points: 5}
grades: [excellent, qualified]
policy: {propose: [{id: rich, when: "count(village, income >= 100) >= 2", grade: excellent}, {id: other, grade: qualified}]}
""",
        village_yaml="""
rulebook: v
kind: village
label: {zh: 村}
facts: {income: {type: money, label: {zh: 收入, en: Income}}}
grades: [qualified]
policy: {propose: [{id: all, grade: qualified}]}
""",
        county_csv="id,name\nC1,县一\nC2,县二\n",
        township_csv="id,name,parent\nT1,镇一,C1\nT2,镇二,C1\nT3,镇三,C2\n",
        village_csv="id,name,parent,income\nV1,甲,T1,120\nV2,乙,T3,5\nV3,丙,T2,\nV4,丁,T1,90\n",
    )
    (said,) = explain(run, "C1")
    (criterion,) = criteria_of(said)
    places = [(source.cell, source.value) for source in criterion.sources]
    assert places == [("village.csv:2:D … village.csv:5:D", {"zh": "（3 个单位）", "en": "(3 units)"})]
    assert "? Income Unknown > 500" in printed(run, "C1")  # not known, yet not without meaning either
    assert [source.cell for rule in said.rules if rule.id == "rich" for source in rule.sources] == [places[0][0]]
    (other,) = explain(run, "C2")
    assert [source.cell for source in criteria_of(other)[0].sources] == ["village.csv:3:D"]


BOOK = """
rulebook: b
kind: village
label: {{zh: 书}}
facts: {{a: {{type: count, label: {{zh: 甲, en: A}}}}, b: {{type: boolean, label: {{zh: 乙, en: B}}}}}}
goods:
  deeds:
    label: {{zh: 好, en: Deeds}}
    criteria:
      x: {{label: {{zh: 一, en: X}}, points: {{of: a, bands: {{3: 5, 2: 4}}, else: 1}}}}
      y: {{label: {{zh: 二, en: Y}}, applies: b, require: a >= 3, points: 5}}
titles: {{t: {{label: {{zh: 称, en: T}}, when: grade >= qualified}}}}
score: {{of: 10, not_applicable: {mode}}}
grades: [excellent, commendable, qualified]
policy:
  propose:
    - {{id: most, when: score >= 75% * score_max, grade: excellent}}
    - {{id: other, label: {{zh: 其余, en: Others}}, grade: qualified}}
"""
PROGRAMME = "programme: p\nlabel: {zh: 方案}\nkinds: {village: }\n"


@pytest.mark.parametrize(
    ("mode", "line"),
    [
        ("rescale", "Score: 2 (1 of the 5 points that apply, as 10)"),
        ("zero", "Score: 1 of 10"),
        ("full", "Score: 6 of 10"),
    ],
)
def test_what_does_not_apply_is_told_as_it_counts(tmp_path: Path, mode: str, line: str) -> None:
    rows = "id,name,a,b\nV1,甲,1,no\n"
    run = rated_by(tmp_path, programme_yaml=PROGRAMME, b_yaml=BOOK.format(mode=mode), village_csv=rows)
    text = printed(run, "V1")
    assert line in text
    assert "– Y  Not applicable" in text
    assert "scored A 1  (≥ 3 → 5 · ≥ 2 → 4 · < 2 → 1)" in text  # also what is left when no band is reached


def test_a_threshold_that_is_a_formula_is_written_out(tmp_path: Path) -> None:
    rows = "id,name,a,b\nV1,甲,1,yes\nV2,乙,3,yes\n"
    run = rated_by(tmp_path, programme_yaml=PROGRAMME, b_yaml=BOOK.format(mode="rescale"), village_csv=rows)
    assert "proposes  most → Excellent\n      ✓ Score 10 ≥ 75% × 10\n" in printed(run, "V2")
    text = printed(run, "V1")
    # No rule proposes commendable: what would propose a better grade stands in the way of it, too.
    assert text.endswith("Why not Commendable\n  “most” does not hold:\n      ✗ Score 1 ≥ 75% × 10\n")
    (said,) = explain(run, "V1")
    (title,) = said.titles
    (test,) = title.tests
    shown = [
        piece if isinstance(piece, str) else piece["en"] for piece in (*test.written, test.operator, *test.against)
    ]
    assert (title.status, shown, test.holds) == ("won", ["Grade", " ", "Qualified", "≥", "Qualified"], True)


def test_a_case_with_too_many_completions_is_told(tmp_path: Path) -> None:
    names = [f"f{number}" for number in range(11)]
    facts = "".join(f"  {name}: {{type: boolean, label: {{zh: {name}}}}}\n" for name in names)
    rules = "".join(f"    - {{id: p{name}, when: {name}, grade: excellent}}\n" for name in names)
    book = (
        f"rulebook: b\nkind: village\nlabel: {{zh: 书}}\nfacts:\n{facts}grades: [excellent, qualified, unqualified]\n"
    )
    book += f"policy:\n  propose:\n{rules}    - {{id: other, grade: qualified}}\n"
    rows = f"id,name,{','.join(names)}\nV1,甲{',' * 11}\nV2,乙{',' * 2}{',否' * 9}\n"
    run = rated_by(tmp_path, programme_yaml=PROGRAMME, b_yaml=book, village_csv=rows)
    (many,), (few,) = explain(run, "V1"), explain(run, "V2")
    assert (many.truncated, few.truncated) == (True, False)
    assert [(item.grade_low or {})["en"] for item in (many, few)] == ["Unqualified", "Qualified"]
    assert "Too many gaps to reason every case" in printed(run, "V1")
    assert "Too many" not in printed(run, "V2")
    assert sum(gap.matters for gap in many.gaps) == 11
    assert sum(gap.matters for gap in few.gaps) == 2


APPLIES = """
rulebook: b
kind: village
label: {zh: 村}
facts:
  elected: {type: boolean, label: {zh: 换届, en: Election}}
  proper: {type: boolean, label: {zh: 合规, en: Proper}}
goods:
  mechanism:
    label: {zh: 机制好, en: Mechanism}
    criteria:
      election: {label: {zh: 选举, en: Election}, applies: elected, require: proper, essential: true}
titles:
  proper_village: {label: {zh: 称号, en: Title}, when: good.mechanism}
grades: [qualified]
policy:
  propose:
    - {id: all, grade: qualified}
"""


def test_a_gap_that_leaves_open_whether_a_criterion_applies_may_decide_a_title(tmp_path: Path) -> None:
    rows = "id,elected,proper\nV1,,no\nV2,,yes\nV3,no,\n"
    run = rated_by(tmp_path, programme_yaml=PROGRAMME, b_yaml=APPLIES, village_csv=rows)
    marked = {
        unit: {gap.source.fact: gap.for_title for gap in said.gaps}
        for unit in ("V1", "V2", "V3")
        for said in explain(run, unit)
    }
    assert marked == {"V1": {"elected": True}, "V2": {"elected": False}, "V3": {"proper": False}}
