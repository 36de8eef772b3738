"""Which gaps settle a grade: what is said holds against every way of reporting them.

Small rulebooks at random; the gaps of a unit are reported in every way that there is, and the unit is rated.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from language import GRADES, written
from strategies import examples

from engine.archive import Run, write_run
from engine.explanation import explain
from engine.facts import read_facts
from engine.programme import tables
from engine.rating import rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.explanation import Explanation
    from engine.programme import Programme

DOMAINS: dict[str, tuple[str, ...]] = {
    "a": ("yes", "no"),
    "b": ("yes", "no"),
    "n": ("0", "1", "2", "3"),
    "d": ("0", "1", "2"),
}
ATOMS = st.sampled_from(
    [
        "score >= 5",
        "score >= 8",
        "a",
        "b",
        "not a",
        "good.deeds",
        "n >= 2",
        "n < 2",
        "n / d > 1",
        "n == d",
        "n >= 3",
        "(a and not b or b and not a)",
    ]
)
Cells = dict[str, str]


@st.composite
def conditions(draw: st.DrawFn) -> str:
    first, *others = draw(st.lists(ATOMS, min_size=1, max_size=3, unique=True))
    return " ".join([first, *(f"{draw(st.sampled_from(['and', 'or']))} {other}" for other in others)])


@st.composite
def books(draw: st.DrawFn) -> dict[str, Any]:
    """A rulebook of four facts with a policy at random."""
    proposals = [
        {"id": f"p{at}", "when": draw(conditions()), "grade": draw(st.sampled_from(GRADES))} for at in range(2)
    ]
    adjusts = [
        {"id": f"l{at}", "when": draw(conditions()), "cap": draw(st.sampled_from(GRADES[1:]))}
        for at in range(draw(st.integers(0, 2)))
    ]
    criteria = {
        "x": {
            "label": "x",
            "require": draw(conditions().filter(lambda text: "score" not in text and "good" not in text)),
        },
        "y": {"label": "y", "applies": "b", "points": {"of": "n", "linear": {"0": 0, "3": 6}}},
        "z": {"label": "z", "require": "a", "points": 4},
    }
    policy = {"propose": [*proposals, {"id": "last", "grade": draw(st.sampled_from(GRADES))}], "adjust": adjusts}
    return {
        "rulebook": "book",
        "kind": "village",
        "label": "book",
        "facts": {
            "a": {"type": "boolean", "label": "a"},
            "b": {"type": "boolean", "label": "b"},
            "n": {"type": "count", "max": 3, "label": "n"},
            "d": {"type": "count", "min": draw(st.integers(0, 1)), "max": 2, "label": "d"},
        },
        "goods": {"deeds": {"label": "deeds", "criteria": criteria}},
        "grades": list(GRADES),
        "policy": policy,
    }


UNITS = st.lists(st.fixed_dictionaries({id_: st.sampled_from(["", "", *DOMAINS[id_]]) for id_ in DOMAINS}), min_size=6)


def run_of(programme: Programme, units: Iterable[Cells], folder: Path) -> Run:
    """The run of units, each with its number as its id."""
    (folder / "facts").mkdir(parents=True)
    lines = [",".join(["id", "name", *DOMAINS])]
    lines += [f"{at},unit {at},{','.join(cells[id_] for id_ in DOMAINS)}" for at, cells in enumerate(units)]
    (folder / "facts" / "village.csv").write_text("\n".join(lines), encoding="utf-8")
    write_run(rate([programme], read_facts(folder / "facts", tables([programme])), year=2004), folder / "run")
    return Run.open(folder / "run")


def reported(cells: Cells, gaps: Iterable[str], least: int) -> list[Cells]:
    """The cells of a unit with some of its gaps reported, in every way."""
    chosen = sorted(gaps)
    ways = product(*([value for value in DOMAINS[gap] if gap != "d" or int(value) >= least] for gap in chosen))
    return [cells | dict(zip(chosen, way, strict=True)) for way in ways]


def test_what_is_said_of_gaps_holds_however_they_are_reported() -> None:
    seen: Counter[str] = Counter()

    @examples(40)
    @given(books(), UNITS)
    def check(book: dict[str, Any], units: list[Cells]) -> None:
        least = book["facts"]["d"]["min"]
        cells = [row | ({"d": "1"} if row["d"] == "0" and least else {}) for row in units]
        with written({"village": {}}, [book]) as programme, TemporaryDirectory() as folder:
            run = run_of(programme, cells, Path(folder) / "gaps")
            said = [explain(run, f"village:{at}")[0] for at in range(len(cells))]
            trials = [
                (at, frozenset(gaps), way)
                for at, row in enumerate(cells)
                for size in range(5)
                for gaps in combinations([id_ for id_ in DOMAINS if not row[id_]], size)
                for way in reported(row, gaps, least)
            ]
            rated = run_of(programme, [way for *_, way in trials], Path(folder) / "reported").ratings("book").collect()
        by_id = {int(row["id"]): row for row in rated.to_dicts()}
        found: dict[tuple[int, frozenset[str]], list[tuple[Cells, str | None]]] = {}
        for number, (at, gaps, way) in enumerate(trials):
            found.setdefault((at, gaps), []).append((way, by_id[number]["grade"]))
        for at, explanation in enumerate(said):
            compare(explanation, {gaps: ways for (unit, gaps), ways in found.items() if unit == at}, seen)

    check()
    assert min(seen[name] for name in ("settles", "may", "cannot", "idle", "settled together", "not enough")) > 3, seen
    assert min(seen[name] for name in ("sets of two", "not even together")) > 0, seen


def compare(
    said: Explanation, found: Mapping[frozenset[str], list[tuple[Cells, str | None]]], seen: Counter[str]
) -> None:
    """What is said of the gaps of one unit, and how each way of reporting them was rated."""
    gaps = {gap.source.fact: gap for gap in said.gaps}
    every = frozenset(gaps)
    if said.grade is not None:
        assert not any(gap.matters for gap in said.gaps)
        assert (said.settled_together, said.needed) == (None, ())
        return
    for fact, gap in gaps.items():
        grades = [grade for _, grade in found[frozenset({fact})]]
        if gap.matters:
            seen[gap.alone] += 1
            assert gap.alone != "settles" or None not in grades, fact
            assert gap.alone != "cannot" or set(grades) == {None}, fact
            assert gap.alone
        else:
            seen["idle"] += 1
            assert gap.alone == ""
            by_others: dict[tuple[str, ...], set[str | None]] = {}
            for way, grade in found[every]:
                others = tuple(value for id_, value in way.items() if id_ != fact)
                by_others.setdefault(others, set()).add(grade)
            assert all(len(grades) == 1 for grades in by_others.values()), fact
    deciding = frozenset(fact for fact, gap in gaps.items() if gap.matters)
    if not deciding:  # a number that cannot be computed leaves the grade open, and nothing that can be reported
        assert (said.settled_together, said.needed) == (None, ())
        assert {grade for ways in found.values() for _, grade in ways} == {None}
        return
    if said.settled_together:
        assert None not in [grade for _, grade in found[deciding]]
        seen["settled together"] += len(deciding) > 1
    else:
        seen["not even together"] += None in [grade for _, grade in found[deciding]]
    needed = [frozenset(source.fact for source in sources) for sources in said.needed]
    assert {fact for fact, gap in gaps.items() if gap.alone in {"settles", "may"}} == {
        fact for facts in needed if len(facts) == 1 for fact in facts
    }
    for facts, ways in found.items():
        if not any(facts >= smallest for smallest in needed):
            assert {grade for _, grade in ways} == {None}, facts
            seen["not enough"] += bool(facts)
    seen["sets of two"] += any(len(facts) > 1 for facts in needed)
