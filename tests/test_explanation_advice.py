"""What an explanation advises, checked by doing it: a shortfall is made up, a gap filled, an obstacle removed; then the
unit is rated."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from explaining import (
    GRADES,
    Explained,
    Filler,
    Row,
    Variant,
    criteria_of,
    rerate,
)

from engine.explanation import explain
from engine.programme import tables

if TYPE_CHECKING:
    from engine.explanation import Explanation
    from engine.explanation.model import Test
    from engine.facts import Facts
    from engine.programme import Programme


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


def test_the_obstacles_before_a_better_grade_are_real(
    shipped: tuple[Programme, ...], district_facts: Facts, district: Explained
) -> None:
    """Without all of them the unit has the grade or a better one; while any one of them stays, it has not."""
    variants, expected = [], []
    seen = Counter[str]()
    for said, row in district:
        if said.next_grade is None:
            assert row["grade_high"] == "excellent"
            continue
        book = district.book(said.kind)
        labels = {item["id"]: item["label"] for item in book["grades"]}
        rules = {str(rule["label"]): rule["id"] for stage in ("propose", "adjust") for rule in book["policy"][stage]}
        for target in GRADES[: GRADES.index(row["grade_high"])]:
            (asked,) = explain(district.run, f"{said.kind}:{said.id}", rulebook=said.rulebook, other=target)
            other = asked.other_grade
            assert other is not None
            assert (other.grade, other.stands) == (labels[target], "better")
            cures = []
            for obstacle in other.obstacles:
                seen[f"{obstacle.stage} {rules[str(obstacle.rule)]}"] += 1
                if obstacle.stage.startswith("propose"):
                    assert obstacle.conditions
                    assert {test.holds for test in obstacle.conditions} <= {False, None}
                if not obstacle.stage.endswith("_open"):
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
        assert other == said.next_grade  # the last that was asked about is the next
    for variant, (target, reached), (ratings, _) in zip(
        variants, expected, rerate(shipped, district_facts, variants), strict=True
    ):
        place = GRADES.index(ratings["grade_high"])
        assert (place <= GRADES.index(target)) is reached, (variant, target, ratings["grade_high"])
    assert sum(1 for _, reached in expected if not reached) > 30
    assert set(seen) == {
        *("propose by_score_excellent", "propose by_score_commendable", "propose by_score_qualified"),
        *("propose_open by_score_excellent", "adjust_open unfinished_task"),
        *("entered entered", "adjust satisfaction_below_top", "adjust veto_falsified", "adjust unfinished_task"),
    }
