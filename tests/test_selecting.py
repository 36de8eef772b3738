"""Selections: what is said of each candidate is what holds however the gaps are filled."""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.facts.stated import stated
from engine.programme import load, tables
from engine.rating import rate

if TYPE_CHECKING:
    from random import Random

    from engine.programme import Programme
    from engine.rating import Rating

PROGRAMME = "programme: example\nlabel: 示例\nkinds: {township: {village: {member: }}}\n"
MEMBER = """
rulebook: honours
kind: member
label: 先进党员
facts:
  points: {type: count, max: 2, label: 评分}
  age: {type: count, max: 1, label: 年龄}
  keen: {type: boolean, label: 愿意}
  quota: {type: number, label: 比例}
grades: [qualified, unqualified]
policy: {propose: [{id: keen, when: keen, grade: qualified}, {id: otherwise, grade: unqualified}]}
"""
SELECT = """
select:
  best:
    label: 典型
    when: keen
    by: [{most: points}, {least: age}]
    best: %(best)s
"""
DOMAINS: dict[str, tuple[Any, ...]] = {"points": (0, 1, 2), "age": (0, 1), "keen": (True, False)}
Row = dict[str, Any]


@cache
def loaded(text: str) -> tuple[Programme, ...]:
    """The rulebook of members with this selection."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "programme.yaml").write_text(PROGRAMME, encoding="utf-8")
        (folder / "member.yaml").write_text(MEMBER + text, encoding="utf-8")
        return load([folder])


def rated(members: list[Row], text: str, *, final: bool = False) -> Rating:
    """Rate members of villages V1 (in T1) and V2 (in T2)."""
    programmes = loaded(text)
    units = {
        "township": [{"id": "T1"}, {"id": "T2"}],
        "village": [{"id": "V1", "parent": "T1"}, {"id": "V2", "parent": "T2"}],
        "member": members,
    }
    return rate(programmes, stated(units, tables(programmes)), year=2004, final=final)


def statuses(rating: Rating, selection: str = "best") -> dict[str, str]:
    """What each candidate is."""
    return dict(rating.books["honours"].selections[selection].select("id", "status").iter_rows())


def by_definition(members: list[Row], best: int, ties: str, *, grouped: bool) -> dict[str, str]:
    """What each unit is where everything is known: counted out, one against all."""
    found = {}
    for unit in members:
        if not unit["keen"]:
            found[unit["id"]] = "not_eligible"
            continue
        rivals = [m for m in members if m["keen"] and (not grouped or m["parent"] == unit["parent"])]
        own = (-unit["points"], unit["age"])
        ahead = sum((-m["points"], m["age"]) < own for m in rivals)
        level = sum((-m["points"], m["age"]) == own for m in rivals)
        if ahead + level <= best or (ties == "in" and ahead < best):
            found[unit["id"]] = "chosen"
        elif ahead >= best or ties == "out":
            found[unit["id"]] = "passed_over"
        else:
            found[unit["id"]] = "tied"
    return found


def fillings(members: list[Row]) -> list[list[Row]]:
    """The members in every way in which their gaps can be filled."""
    gaps = [(at, name) for at, unit in enumerate(members) for name in DOMAINS if unit[name] is None]
    found = []
    for values in product(*(DOMAINS[name] for _, name in gaps)):
        filled = [dict(unit) for unit in members]
        for (at, name), value in zip(gaps, values, strict=True):
            filled[at][name] = value
        found.append(filled)
    return found


def expected(members: list[Row], best: int, ties: str, *, grouped: bool) -> dict[str, str]:
    """What a careful reader would say of each candidate, from every way in which the gaps can be filled."""
    worlds = [by_definition(filled, best, ties, grouped=grouped) for filled in fillings(members)]
    found = {}
    for unit in members:
        if unit["keen"] is False:
            continue
        if None in (unit["points"], unit["age"], unit["keen"]):
            found[unit["id"]] = "undecidable"
        else:
            answers = {world[unit["id"]] for world in worlds}
            found[unit["id"]] = answers.pop() if len(answers) == 1 else "open"
    return found


def text_of(best: int, ties: str, *, grouped: bool) -> str:
    within = "    within: township\n" if grouped else ""
    return SELECT % {"best": best} + within + f"    ties: {ties}\n"


@st.composite
def populations(draw: st.DrawFn) -> list[Row]:
    """A few members, among them up to four gaps."""
    count = draw(st.integers(0, 7))
    members: list[Row] = [
        {
            "id": f"M{at}",
            "parent": draw(st.sampled_from(["V1", "V2"])),
            **{name: draw(st.sampled_from(domain)) for name, domain in DOMAINS.items()},
        }
        for at in range(count)
    ]
    for _ in range(draw(st.integers(0, 4)) if members else 0):
        draw(st.sampled_from(members))[draw(st.sampled_from(list(DOMAINS)))] = None
    return members


@settings(max_examples=150, deadline=None)
@given(
    members=populations(),
    best=st.integers(1, 4),
    ties=st.sampled_from(["decide", "in", "out"]),
    grouped=st.booleans(),
    order=st.randoms(use_true_random=False),
)
def test_statuses_are_those_of_every_filling(
    members: list[Row], best: int, ties: str, *, grouped: bool, order: Random
) -> None:
    wanted = expected(members, best, ties, grouped=grouped)
    assert statuses(rated(members, text_of(best, ties, grouped=grouped))) == wanted
    shuffled = [*members]
    order.shuffle(shuffled)
    assert statuses(rated(shuffled, text_of(best, ties, grouped=grouped))) == wanted
