"""Lifecycles against an interpretation of ten lines: statecharts, ratings, gaps; and what is said about them."""

from __future__ import annotations

import json
import shutil
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from click import unstyle
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from cli import main
from engine.archive import Run
from engine.checking import check
from engine.explanation import explain
from engine.facts import read_facts
from engine.facts.stated import GAP, stated
from engine.policy.statechart import STEPS_PER_EVENT, Event, Statechart, Transition
from engine.programme import load, tables
from engine.rating import Rating, rate
from engine.testing import cases
from engine.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.testing import TestedCase

CASE = Path(__file__).parent / "data" / "lifecycle"
PROGRAMMES = load([CASE / "rules"])
((LIFE,),) = [book.lifecycles for book in PROGRAMMES[0].rulebooks if book.lifecycles]


def walk(start: str, transitions: Sequence[Transition], history: Sequence[Event]) -> tuple[int, ...]:
    """What a statechart does."""
    state, taken = start, []
    for what, year in history:
        for number, item in enumerate(transitions):
            if (item.source, item.event) == (state, what) and item.first <= year <= (item.last or year):
                taken.append(number)
                state = item.target
                break
        else:
            break
    return tuple(taken)


# Statecharts

STATES = ("start", "甲", "b", "c.d", "e f")
EVENTS = ("posted", "验收", "x")


@st.composite
def charts(draw: st.DrawFn) -> tuple[Transition, ...]:
    """Random transitions, at most one for a state, an event and a year."""
    found = []
    for state in STATES:
        for event in EVENTS:
            cuts = sorted(draw(st.sets(st.integers(1, 4), max_size=2)))
            for first, following in zip_longest(cuts, cuts[1:]):
                last = None if following is None else following - 1
                last = draw(st.sampled_from([last, first]))
                found.append(Transition(state, event, draw(st.sampled_from(STATES)), first, last))
    return tuple(draw(st.permutations(found)))


HISTORIES = st.lists(st.tuples(st.sampled_from((*EVENTS, "unheard_of")), st.integers(1, 5)), max_size=8)


@settings(deadline=None)
@given(charts(), st.lists(HISTORIES, min_size=1, max_size=12))
def test_a_statechart_does_what_it_says(transitions: tuple[Transition, ...], histories: list[list[Event]]) -> None:
    chart = Statechart("start", transitions)
    for history in histories:
        in_order = sorted(history, key=lambda event: event[1])
        assert chart.tell(in_order) == walk("start", transitions, in_order)


def test_a_long_history() -> None:
    ring = [Transition(f"s{at}", "next", f"s{(at + 1) % STEPS_PER_EVENT}") for at in range(STEPS_PER_EVENT)]
    assert len(Statechart("s0", ring).tell([("next", 1)] * 500)) == 500


def test_too_many_steps_are_refused() -> None:
    crowd = [Transition("start", f"e{at}", "on") for at in range(STEPS_PER_EVENT + 1)]
    with pytest.raises(ValueError, match="start"):
        Statechart("start", crowd)


# Ratings

Row = tuple[date | None, str | None]
DAYS = st.dates(date(2003, 6, 1), date(2008, 3, 1))
WHAT = st.sampled_from([*(LIFE.what.choices or {})])
COMMON = st.sampled_from([date(2004, 5, 1), date(2004, 5, 2), date(2006, 5, 1), date(2006, 12, 31), date(2007, 1, 1)])
YEAR = 2006


def rated(units: Sequence[Sequence[Row]], year: int = YEAR) -> Rating:
    """A rating of villages with events."""
    villages = [{"id": f"V{at}", "parent": "T", "books_open": True} for at in range(len(units))]
    events = [
        {"id": f"E{at}.{number}", "parent": f"V{at}", "day": day or GAP, "what": what or GAP}
        for at, unit in enumerate(units)
        for number, (day, what) in enumerate(unit)
    ]
    facts = stated({"township": [{"id": "T"}], "village": villages, "event": events}, tables(PROGRAMMES))
    return rate(PROGRAMMES, facts, year=year)


def states(rating: Rating) -> list[str | None]:
    """The state of each village, in the order in which they were given."""
    found = dict(rating.books["villages"].ratings.select("id", "stationing").iter_rows())
    return [found[f"V{at}"] for at in range(len(found))]


def lived(unit: Sequence[Row], year: int = YEAR) -> str | None:
    """The state that events without gaps lead to; None for an impossible history."""
    known = [(day, what) for day, what in unit if day and what in LIFE.events and day.year <= year]
    known.sort(key=lambda event: (event[0], LIFE.events.index(event[1])))
    history = [(what, day.year - known[0][0].year + 1) for day, what in known]
    taken = walk("start", LIFE.transitions, history)
    if len(taken) < len(history):
        return None
    return LIFE.transitions[taken[-1]].target if taken else "start"


EVENTS_OF_UNIT = st.lists(st.tuples(DAYS | COMMON, WHAT), max_size=6)
LIKELY = st.lists(st.tuples(COMMON, st.sampled_from(["posted", "failed", "accepted", "assessed"])), max_size=4)


@settings(deadline=None, max_examples=60)
@given(st.lists(EVENTS_OF_UNIT | LIKELY, min_size=1, max_size=12), st.integers(2004, 2008))
def test_every_unit_has_the_state_that_its_events_lead_to(units: list[list[Row]], year: int) -> None:
    rating = rated(units, year)
    assert states(rating) == [lived(unit, year) for unit in units]
    impossible = [item for item in rating.findings if item.check == "stationing"]
    assert sum(item.count for item in impossible) == states(rating).count(None)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_the_order_of_rows_does_not_matter(data: st.DataObject) -> None:
    units = data.draw(st.lists(EVENTS_OF_UNIT | LIKELY, min_size=1, max_size=8))
    shuffled = [data.draw(st.permutations(unit)) for unit in units]
    assert states(rated(units)) == states(rated(shuffled))


GAPPED = st.lists(st.tuples(DAYS | COMMON | st.none(), WHAT | st.none()), max_size=4)


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_however_gaps_are_filled_a_known_state_stays(data: st.DataObject) -> None:
    units = data.draw(st.lists(GAPPED | LIKELY, min_size=1, max_size=8))
    open_ = rated(units)
    before, grades = states(open_), open_.books["villages"].ratings
    for _ in range(3):
        filled = [[(day or data.draw(DAYS | COMMON), what or data.draw(WHAT)) for day, what in unit] for unit in units]
        rating = rated(filled)
        for was, is_ in zip(before, states(rating), strict=True):
            assert was in {None, is_}
        for was_, now in zip(grades.iter_rows(named=True), rating.books["villages"].ratings.to_dicts(), strict=True):
            order = ["excellent", "qualified", "unqualified"]
            assert order.index(was_["grade_high"]) <= order.index(now["grade_high"])
            assert order.index(was_["grade_low"]) >= order.index(now["grade_low"])


def test_a_gap_that_cannot_matter() -> None:
    begun: Row = (date(2004, 5, 1), "posted")
    assert states(rated([[begun, (date(2007, 1, 1), None)], [begun, (None, "meeting")], [begun, (None, None)]])) == [
        "posted",
        "posted",
        None,
    ]


def test_without_a_table_of_events_nothing_is_known() -> None:
    rows: dict[str, list[dict[str, Any]]] = {"township": [{"id": "T"}], "village": [{"id": "V", "parent": "T"}]}
    assert states_of(rate(PROGRAMMES, stated(rows, tables(PROGRAMMES)), year=YEAR)) == [None]
    rows["event"] = []
    assert states_of(rate(PROGRAMMES, stated(rows, tables(PROGRAMMES)), year=YEAR)) == ["start"]


def states_of(rating: Rating) -> list[str | None]:
    return rating.books["villages"].ratings["stationing"].to_list()


def test_a_refused_event_of_nobody_may_be_anyones(tmp_path: Path) -> None:
    for name, text in {
        "township": "id\nT\n",
        "village": "id,parent,books_open\nV1,T,yes\nV2,T,yes\n",
        "event": "parent,day,what\nV1,2004-03-01,posted\nV9,2005-01-10,posted\n",
    }.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    facts = read_facts(tmp_path, tables(PROGRAMMES), quarantine=True)
    assert [str(item.place) for item in facts.rejections] == ["event.csv:3"]
    assert states_of(rate(PROGRAMMES, facts, year=YEAR)) == [None, None]
    (tmp_path / "event.csv").write_text("parent,day,what\nV1,2004-03-01,posted\n", encoding="utf-8")
    facts = read_facts(tmp_path, tables(PROGRAMMES), quarantine=True)
    assert states_of(rate(PROGRAMMES, facts, year=YEAR)) == ["posted", "start"]


# What is said


def said(*arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return unstyle(result.stdout)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("lifecycle") / "run"
    said(
        "run", "--lang", "zh", str(CASE / "facts"), "--rules", str(CASE / "rules"), "--year", "2006", "-o", str(folder)
    )
    return Run.open(folder)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_said(run: Run, language: str, golden: Callable[[str, str], None], tmp_path: Path) -> None:
    folder = tmp_path / "run"
    told = said(
        *("run", "--lang", language, str(CASE / "facts"), "--rules", str(CASE / "rules")),
        *("--year", "2006", "-o", str(folder)),
    )
    for unit in ("V1", "V2", "V3", "V4", "V5", "T1"):
        told += "\n" + said("why", "--lang", language, str(run.folder), unit)
    golden(f"lifecycles.{language}.txt", told.replace(str(folder), "RUN"))


def test_the_story_is_data(run: Run) -> None:
    (explanation,) = explain(run, "V3")
    (life,) = explanation.as_data()["lifecycles"]
    assert life["state"] is None
    assert life["reason"] == "impossible"
    events = [(item["number"], item["date"], item["status"], item["cell"]) for item in life["events"]]
    assert events == [
        (1, "2004-12-02", "taken", "event.csv:8:C"),
        (2, "2005-12-02", "impossible", "event.csv:9:C"),
        (3, "2006-12-02", "after", "event.csv:10:C"),
    ]


def test_a_run_keeps_each_history_once(run: Run) -> None:
    histories = run.histories("villages").collect()
    assert histories["history"].to_list() == [
        "",
        "1:posted 2:accepted 3:withdrawn",
        "1:posted 2:assessed 3:accepted",
        "1:posted 3:failed",
    ]
    assert histories["state"].to_list() == ["start", None, "accepted", "extended"]
    assert json.loads(histories["steps"][3])[1] == {
        "year": 3,
        "event": "failed",
        "from": "posted",
        "to": "extended",
        "step": 3,
    }
    told = run.measures("villages").select("stationing_history").collect()["stationing_history"].to_list()
    assert told[0] == histories["history"][2]
    assert told[3] is None


def test_the_run_is_verified(run: Run, tmp_path: Path) -> None:
    assert not any(item.count for item in verify(run).comparisons)
    copy = tmp_path / "copy"
    shutil.copytree(run.folder, copy)
    path = copy / "lifecycles" / "villages.parquet"
    pl.read_parquet(path).with_columns(state=pl.lit("accepted")).write_parquet(path)
    faults = {item.file: item.fault for item in verify(Run.open(copy)).faults}
    assert faults == {"lifecycles/villages.parquet": "changed"}


def test_the_workbook_has_the_state(run: Run) -> None:
    rows = CalamineWorkbook.from_path(str(run.folder / "ratings.xlsx")).get_sheet_by_name("驻村联系村").to_python()
    at = rows[0].index("驻村进程")
    assert [row[at] for row in rows[1:]] == ["已验收", "延期驻村", "未知", "未知", "未开始"]


@pytest.mark.parametrize("case", cases(CASE / "rules"), ids=repr)
def test_rule_tests(case: TestedCase) -> None:
    case.check()


def test_check_finds_nothing_here() -> None:
    assert [str(item.diagnostic) for report in check(PROGRAMMES) for item in report.findings] == []


RULES = {path.name: path.read_text(encoding="utf-8") for path in (CASE / "rules").glob("*.yaml")}


def findings(tmp_path: Path, *changes: tuple[str, str]) -> list[tuple[str, int | None]]:
    """The findings about stages, with their lines, after changes to the rulebook."""
    text = RULES["village.yaml"]
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    for name, content in {**RULES, "village.yaml": text}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    found = [item for report in check(load([tmp_path]), ["W8"]) for item in report.findings]
    return [(item.diagnostic.code, item.diagnostic.place.line) for item in found]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("to: broken_off, to_year: 2", "to: posted, to_year: 2")], [("W811", 15)]),
        # The first event is in the first year.
        (
            [("{from: start, on: posted, to: posted", "{from: start, on: posted, from_year: 2, to: posted")],
            [*(("W811", line) for line in (11, 12, 13, 14, 15)), *(("W812", line) for line in range(17, 25))],
        ),
        # Nobody is extended before the third year.
        ([("{from: extended, on: failed, cite", "{from: extended, on: failed, to_year: 2, cite")], [("W812", 23)]),
        ([("{from: extended, on: failed, cite", "{from: extended, on: failed, to_year: 3, cite")], []),
    ],
)
def test_states_and_steps_that_cannot_be(
    changes: list[tuple[str, str]], expected: list[tuple[str, int]], tmp_path: Path
) -> None:
    assert findings(tmp_path, *changes) == expected
