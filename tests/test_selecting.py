"""Selections: what is said of each candidate is what holds however the gaps are filled."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from cli import main
from engine.facts.stated import stated
from engine.programme import load, tables
from engine.rating import rate
from engine.scoring import places

if TYPE_CHECKING:
    from collections.abc import Callable
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


def test_with_more_keys_than_a_number_holds_the_order_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    members = [
        member(at, points=points, age=age, keen=keen, parent=parent)
        for at, (points, age, keen, parent) in enumerate(product((0, 1, None), (0, 1), (True,), ("V1", "V2")))
    ]
    text = text_of(3, "decide", grouped=True)
    wanted = statuses(rated(members, text))
    assert len(set(wanted.values())) > 2
    monkeypatch.setattr(places, "_WIDEST", 2)
    assert statuses(rated(members, text)) == wanted


@settings(max_examples=60, deadline=None)
@given(members=populations(), best=st.integers(1, 3), ties=st.sampled_from(["decide", "in", "out"]))
def test_in_a_final_run_who_is_undecidable_does_not_take_part(members: list[Row], best: int, ties: str) -> None:
    closed = [unit for unit in members if None not in (unit["points"], unit["age"], unit["keen"])]
    wanted = expected(members, best, ties, grouped=False)
    decided = expected(closed, best, ties, grouped=False)
    found = statuses(rated(members, text_of(best, ties, grouped=False), final=True))
    assert found == {id_: decided.get(id_, "undecidable") for id_ in wanted}


def member(at: int, **facts: Any) -> Row:  # noqa: ANN401
    return {"id": f"M{at:02}", "parent": "V1", "points": 1, "age": 0, "keen": True, **facts}


@pytest.mark.parametrize(("count", "chosen"), [(9, 9), (10, 10), (11, 10)])
def test_nine_ten_and_eleven_candidates_for_ten_places(count: int, chosen: int) -> None:
    members = [member(at, quota=float(at)) for at in range(count)]
    text = text_of(10, "decide", grouped=False).replace("{most: points}", "{most: quota}")
    found = statuses(rated(members, text))
    assert sorted(found.values()) == sorted(["chosen"] * chosen + ["passed_over"] * (count - chosen))
    assert found["M00"] == ("passed_over" if count > 10 else "chosen")


@pytest.mark.parametrize(("ties", "answer"), [("decide", "tied"), ("in", "chosen"), ("out", "passed_over")])
def test_all_who_tie_for_the_tenth_place_are_listed(ties: str, answer: str) -> None:
    members = [member(at, points=2) for at in range(8)] + [member(at) for at in range(8, 12)] + [member(12, points=0)]
    found = statuses(rated(members, text_of(10, ties, grouped=False)))
    assert [found[f"M{at:02}"] for at in range(13)] == ["chosen"] * 8 + [answer] * 4 + ["passed_over"]


def test_a_tie_that_fits_is_no_tie() -> None:
    found = statuses(rated([member(at) for at in range(10)], text_of(10, "decide", grouped=False)))
    assert set(found.values()) == {"chosen"}


def test_a_gap_in_a_key_is_told_and_leaves_open_only_what_hangs_on_it() -> None:
    members = [member(1, points=2), member(2, points=None), member(3, points=0, age=0), member(4, points=0, age=1)]
    found = rated(members, text_of(2, "decide", grouped=False))
    assert statuses(found) == {"M01": "chosen", "M02": "undecidable", "M03": "open", "M04": "passed_over"}
    rows = found.books["honours"].selections["best"].to_dicts()
    assert [(row["place_low"], row["place_high"]) for row in rows] == [(1, 1), (None, None), (2, 3), (4, 4)]
    assert [(row["key_1"], row["key_1_high"]) for row in rows] == [(2, None), (0, 2), (0, None), (0, None)]


def test_values_that_comparisons_take_for_equal_are_level() -> None:
    sums = "measures: {total: quota + 0.2}\n" + text_of(1, "decide", grouped=False)
    text = sums.replace("{most: points}, {least: age}", "{most: total}")
    members = [member(1, quota=0.1), member(2, quota=0.3 - 0.2), member(3, quota=-0.0), member(4, quota=0)]
    found = rated(members, text).books["honours"].selections["best"]
    assert found["status"].to_list() == ["tied", "tied", "passed_over", "passed_over"]
    assert found["place_low"].to_list() == [1, 1, 3, 3]


def test_a_quotient_by_zero_is_undecidable() -> None:
    text = text_of(1, "decide", grouped=False).replace("{most: points}, {least: age}", "{most: points / age}")
    found = statuses(rated([member(1, age=1), member(2, age=0), member(3, points=0, age=1)], text))
    assert found == {"M01": "open", "M02": "undecidable", "M03": "passed_over"}


def test_without_a_condition_everybody_is_eligible_and_keys_may_be_grades() -> None:
    text = "select: {best: {label: 典型, by: [{most: grade}, {least: points}], best: 1}}\n"
    members = [member(1, keen=False, points=0), member(2, points=2), member(3), member(4, keen=None, points=0)]
    assert statuses(rated(members, text)) == {
        "M01": "passed_over",
        "M02": "passed_over",
        "M03": "open",
        "M04": "undecidable",
    }


def test_a_title_can_make_eligible_and_places_can_be_a_parameter() -> None:
    text = """
titles: {keen_one: {label: 积极, when: keen and points >= 1}}
parameters: {places: {2000: 1, 2004: 2, 2006: 3}}
select: {best: {label: 典型, when: title.keen_one, by: [{least: points}], best: places, within: village}}
"""
    members = [member(1), member(2, points=2), member(3, points=0), member(4, points=2, parent="V2")]
    assert statuses(rated(members, text)) == {"M01": "chosen", "M02": "chosen", "M04": "chosen"}


FACTS = {
    "township.csv": "id,name\nT1,大岭镇\nT2,石桥乡\n",
    "village.csv": "id,name,parent\nV1,东村,T1\nV2,西村,T2\n",
    "member.csv": """id,name,parent,points,age,keen,quota
M1,甲,V1,2,0,是,
M2,乙,V1,1,0,是,
M3,丙,V1,1,0,是,
M4,丁,V2,1,1,是,
M5,戊,V2,1,0,,
M6,己,V2,1,0,否,
""",
}


@pytest.fixture
def run_of(tmp_path: Path) -> Callable[..., Path]:
    """Rate files, with one of them changed."""

    def run(text: str, old: str = "", new: str = "", *options: str) -> Path:
        for folder, files in (
            ("rules", {"programme.yaml": PROGRAMME, "member.yaml": MEMBER + text}),
            ("facts", {name: content.replace(old, new) if old else content for name, content in FACTS.items()}),
        ):
            (tmp_path / folder).mkdir()
            for name, content in files.items():
                (tmp_path / folder / name).write_text(content, encoding="utf-8")
        arguments = ["--rules", str(tmp_path / "rules"), "--year", "2004", "-o", str(tmp_path / "run"), "--lang", "zh"]
        result = CliRunner().invoke(main, ["run", str(tmp_path / "facts"), *arguments, *options])
        assert result.exit_code == 0, result.output
        (tmp_path / "said").write_text(result.output, encoding="utf-8")
        return tmp_path / "run"

    return run


def listed(run: Path) -> list[tuple[Any, ...]]:
    result = CliRunner().invoke(main, ["list", str(run), "--select", "典型", "--json"])
    (found,) = json.loads(result.output)
    return [
        (unit["group"], unit["id"], unit["status"], unit["place_low"], unit["place_high"]) for unit in found["units"]
    ]


def test_a_refused_row_is_undecidable(run_of: Callable[..., Path]) -> None:
    run = run_of(text_of(1, "decide", grouped=True), "M2,乙,V1,1,", "M2,乙,V1,7,", "--quarantine")
    assert listed(run) == [
        ("T1", "M1", "open", 1, 1),
        ("T1", "M3", "passed_over", 2, 3),
        ("T1", "M2", "undecidable", None, None),
        ("T2", "M4", "open", 1, 2),
        ("T2", "M5", "undecidable", None, None),
    ]


def test_a_refused_row_under_an_unknown_unit_may_stand_in_any_group(run_of: Callable[..., Path]) -> None:
    run = run_of(text_of(2, "decide", grouped=True), "M2,乙,V1,", "M2,乙,V9,", "--quarantine")
    assert listed(run) == [
        ("T1", "M1", "chosen", 1, 2),
        ("T1", "M3", "open", 2, 3),
        ("T2", "M4", "open", 1, 3),
        ("T2", "M5", "undecidable", None, None),
        (None, "M2", "undecidable", None, None),
    ]


def test_who_was_selected_is_told_everywhere(run_of: Callable[..., Path], golden: Callable[[str, str], None]) -> None:
    run = run_of(text_of(1, "decide", grouped=True))
    pages = [(run.parent / "said").read_text(encoding="utf-8").replace(str(run), "RUN")]
    commands = [["list", "--select", "best", "--lang", "zh", *more] for more in ([], ["--parent", "东村"])]
    commands += [["why", id_, "--lang", language] for id_ in ("M1", "M5", "M6") for language in ("zh", "en")]
    for command, *arguments in commands:
        result = CliRunner().invoke(main, [command, str(run), *arguments])
        assert result.exit_code == 0, result.output
        pages.append(f"$ wuhao {command} RUN {' '.join(arguments)}\n{result.output}")
    golden("select/told.txt", "\n".join(pages))
    with zipfile.ZipFile(run / "ratings.xlsx") as book:
        assert "评选" in book.read("xl/workbook.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "资料不全" in texts
    assert "评分 2；年龄 0" in texts


def test_an_unknown_selection_is_guessed(run_of: Callable[..., Path]) -> None:
    run = run_of(text_of(1, "decide", grouped=True))
    result = CliRunner().invoke(main, ["list", str(run), "--select", "bets", "--lang", "en"])
    assert result.exit_code == 2
    assert "did you mean `best`?" in result.output
    result = CliRunner().invoke(main, ["list", str(run), "--select", "bets", "--json"])
    assert [problem["code"] for problem in json.loads(result.output)["problems"]] == ["unknown_selection"]


def test_a_selection_that_was_tampered_with_is_found(run_of: Callable[..., Path]) -> None:
    run = run_of(text_of(1, "decide", grouped=True))
    assert CliRunner().invoke(main, ["verify", str(run)]).exit_code == 0
    name = "selections/honours.best.parquet"
    table = pl.read_parquet(run / name)
    table.with_columns(pl.lit("chosen").cast(table.schema["status"]).alias("status")).write_parquet(run / name)
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name] = hashlib.sha256((run / name).read_bytes()).hexdigest()
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    result = CliRunner().invoke(main, ["verify", str(run), "--json"])
    assert result.exit_code == 1
    (part,) = [item for item in json.loads(result.output)["comparisons"] if item["count"]]
    assert part["file"] == name
    assert part["columns"] == {"status": 4}


TESTS = """
rulebook: honours
year: 2004
base: {facts: {points: 1, age: 0, keen: 是}}
cases:
  - {name: 独自一人, expect: {select: {best: chosen}, rules: keen}}
  - {name: 比别人好, others: [{times: 3, facts: {points: 0}}], facts: {points: 2}, expect: {select: {典型: 入选}}}
  - name: 和别人比
    others: [{times: 1}, {facts: {age: 1}}]
    table:
      facts: [points, age, keen]
      expect: [select.best, grade]
      rows:
        - [1, 0,   是,  并列待定,     qualified]
        - [2, 0,   是,  chosen,       qualified]
        - [0, 0,   是,  未入选,       qualified]
        - [1, gap, 是,  undecidable,  qualified]
        - [1, 0,   gap, 资料不全,     "[unqualified, qualified]"]
        - [2, 0,   否,  不符合条件,   unqualified]
  - {name: 等别人补齐, others: [{facts: {points: gap}}], expect: {select: {best: open}}}
"""


def told_of(tmp_path: Path, text: str, *options: str) -> Result:
    (tmp_path / "programme.yaml").write_text(PROGRAMME, encoding="utf-8")
    book = MEMBER + text_of(1, "decide", grouped=True)
    (tmp_path / "member.yaml").write_text(book, encoding="utf-8")
    text = text.replace('"[unqualified, qualified]"', "[unqualified, qualified]")
    (tmp_path / "test_member.yaml").write_text(text, encoding="utf-8")
    return CliRunner().invoke(main, ["test", str(tmp_path), "--lang", "en", *options])


def test_a_case_is_selected_among_its_others_only(tmp_path: Path) -> None:
    result = told_of(tmp_path, TESTS)
    assert result.exit_code == 0, result.output
    assert "all 9 cases pass" in result.output


def test_a_case_that_is_selected_otherwise_says_why(tmp_path: Path) -> None:
    result = told_of(tmp_path, TESTS.replace("不符合条件", "chosen"))
    assert result.exit_code == 1
    shown = result.output[result.output.index("select.best") :]
    assert re.search(r"expected chosen\s+found\s+not_eligible\s+not eligible  典型\s+✗ 愿意: No", shown)


def test_an_unknown_answer_and_an_unknown_selection_are_guessed(tmp_path: Path) -> None:
    result = told_of(tmp_path, TESTS.replace("best: open}", "best: opened}").replace("{典型: 入选}", "{典形: 入选}"))
    assert result.exit_code == 3
    assert "did you mean `open`?" in result.output
    assert "no selection is called `典形`" in result.output


def test_coverage_asks_for_who_is_eligible_and_who_is_not(tmp_path: Path) -> None:
    assert "eligible" not in told_of(tmp_path, TESTS, "--coverage").output
    few = TESTS[: TESTS.index("  - name: 和别人比")]
    shown = told_of(tmp_path, few, "--coverage").output
    assert "never not eligible: 典型" in shown
    assert "never unknown whether eligible: 典型" in shown
    suggested = yaml.safe_load(told_of(tmp_path, few, "--suggest").output)["cases"]
    answers = {answer for case in suggested for answer in case["expect"].get("select", {}).values()}
    assert answers == {"not_eligible", "undecidable"}


def test_a_wrong_answer_is_rewritten(tmp_path: Path) -> None:
    assert told_of(tmp_path, TESTS.replace("{best: open}", "{best: chosen}"), "--update").exit_code == 0
    assert "select: {best: open}" in (tmp_path / "test_member.yaml").read_text(encoding="utf-8")


def test_a_million_places_are_no_trouble() -> None:
    members = [member(at) for at in range(3)]
    assert set(statuses(rated(members, text_of(1_000_000, "out", grouped=True))).values()) == {"chosen"}
