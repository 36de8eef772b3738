"""Rule tests: what a file may say, what is told when it says something else, and what a failure shows."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from cli import main
from engine.diagnostic import InvalidRulesError
from engine.messages import sentence
from engine.programme import load
from engine.testing import Report, cases, run
from engine.testing.view import view

if TYPE_CHECKING:
    from pathlib import Path

PROGRAMME = """
programme: mine
label: {zh: 我的方案, en: Mine}
kinds: {township: {village: }}
"""
VILLAGE = """
rulebook: satisfied
kind: village
label: {zh: 满意村, en: Satisfied village}
facts:
  votes: {type: count, min: 1, label: {zh: 有效票, en: Ballots}}
  satisfied: {type: count, max: votes, label: {zh: 满意票, en: Satisfied ballots}}
  done: {type: boolean, label: {zh: 完成任务, en: Task done}}
  reported: {type: date, label: {zh: 报送日期, en: Reported on}}
  mobile: {type: count, label: {zh: 流动党员, en: Mobile members}}
  registered: {type: count, max: mobile, label: {zh: 登记人数, en: Registered}}
  assessed: {type: grade, blank: none, label: {zh: 考核组等次, en: Grade by the assessors}}
  falsified: {type: boolean, blank: false, label: {zh: 弄虚作假, en: Falsified}}
parameters:
  satisfaction_min: {2004: 80%, 2006: 90%, label: {zh: 满意率下限, en: Least satisfaction}}
  due: {2004: date("2004-12-31"), 2006: date("2006-12-31")}
measures:
  satisfaction: {value: satisfied / votes, label: {zh: 满意率, en: Satisfaction}}
  registered_share: {value: registered / mobile, label: {zh: 登记率, en: Share registered}}
goods:
  people:
    label: {zh: 群众反映好, en: Good response}
    criteria:
      contented:
        label: {zh: 群众满意, en: Contented}
        require: satisfaction >= satisfaction_min
        essential: true
        points: {of: satisfaction, bands: {90%: 40, 80%: 30}, else: 10}
      busy: {label: {zh: 任务完成, en: Busy}, require: done and reported <= due, points: 40}
      register:
        label: {zh: 流动党员登记, en: Register}
        applies: mobile > 0
        require: registered == mobile
        points: {of: registered_share, linear: {0%: 0, 100%: 20}}
titles:
  honoured: {label: {zh: 满意村称号, en: Honoured}, when: goods_met == goods_count}
score: {of: 100}
grades: [excellent, qualified, unqualified]
policy:
  propose:
    - {id: entered, grade: {from: assessed}, label: {zh: 考核组的等次, en: As entered}}
    - {id: by_score, when: score >= 90, grade: excellent, label: {zh: 按分评优, en: By score}}
    - {id: otherwise, grade: qualified, label: {zh: 其余合格, en: Otherwise}}
  adjust:
    - {id: veto, when: falsified, cap: unqualified, withhold: honoured, label: {zh: 否决, en: Veto}}
checks:
  - {id: enough_votes, require: votes >= 10, label: {zh: 票数, en: Ballots}, severity: refuse}
"""
TOWNSHIP = """
rulebook: township_book
kind: township
label: {zh: 乡镇, en: Township}
facts:
  villages_reported: {type: count, label: {zh: 上报村数, en: Villages reported}}
measures:
  honoured_share: share(village, satisfied.title.honoured)
  votes_of_all: sum(village, votes)
grades: [excellent, unqualified]
policy:
  propose:
    - {id: half, when: honoured_share >= 50%, grade: excellent}
    - {id: otherwise, grade: unqualified}
"""
BASE = """
rulebook: satisfied
year: 2004
base:
  facts: {votes: 100, satisfied: 95, done: 是, reported: 2004-12-01, mobile: 0, registered: 0}
"""


def programme(folder: Path, **files: str) -> Path:
    """A programme with two rulebooks and files of tests."""
    for name, text in {"programme": PROGRAMME, "village": VILLAGE, "township": TOWNSHIP, **files}.items():
        (folder / f"{name}.yaml").write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    return folder


def ran(folder: Path, cases_: str, base: str = BASE) -> Report:
    return run(load([programme(folder, test_it=base + "cases:\n" + cases_)]))


def failures(report: Report) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """What is not as expected: the case, the aspect, what it is about and what was found."""
    return [(r.case.name, item.aspect, item.name, found) for r in report.failed for item, found in r.failed]


def told(folder: Path, cases_: str, base: str = BASE) -> list[str]:
    """The problems of a file of tests, in English."""
    with pytest.raises(InvalidRulesError) as caught:
        ran(folder, cases_, base)
    return [": ".join([str(item.place), *filter(None, sentence(item, "en"))]) for item in caught.value.diagnostics]


def wuhao(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["test", *arguments])


def passed(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


# What a case can expect

EVERYTHING = """
  - name: everything
    facts: {satisfied: 79, mobile: 4, registered: 1, votes: 100}
    expect:
      grade: qualified
      proposed: qualified
      score: 55
      titles: {honoured: not_won}
      goods: {people: not_met}
      criteria: {contented: not_met, busy: met}
      rules: [otherwise]
      may_fire: []
      met: busy
      not_met: [contented, register]
      unknown: []
      not_applicable: []
      checks: []
      undefined: []
      points: {contented: 10, register: 5}
      measures: {satisfaction: 79%, registered_share: 0.25}
      shortfall: {contented: 1, busy: none}
"""


def test_everything_that_a_rating_says_can_be_expected(tmp_path: Path) -> None:
    report = ran(tmp_path, EVERYTHING)
    assert failures(report) == []
    assert report.count == 1


@pytest.mark.parametrize(
    ("written", "instead", "aspect", "name", "found"),
    [
        ("grade: qualified", "grade: excellent", "grade", "", ("qualified",)),
        ("proposed: qualified", "proposed: [qualified, excellent]", "proposed", "", ("qualified",)),
        ("score: 55", "score: 55.01", "score", "", ("55",)),
        ("honoured: not_won", "honoured: won", "titles", "honoured", ("not_won",)),
        ("people: not_met", "people: unknown", "goods", "people", ("not_met",)),
        ("contented: not_met,", "contented: not_applicable,", "criteria", "contented", ("not_met",)),
        ("rules: [otherwise]", "rules: []", "rules", "", ("otherwise",)),
        ("rules: [otherwise]", "rules: [otherwise, veto]", "rules", "", ("otherwise",)),
        ("may_fire: []", "may_fire: veto", "may_fire", "", ()),
        ("      met: busy", "      met: contented", "met", "", ("busy",)),
        ("not_met: [contented, register]", "not_met: []", "not_met", "", ("contented", "register")),
        ("unknown: []", "unknown: busy", "unknown", "", ()),
        ("not_applicable: []", "not_applicable: register", "not_applicable", "", ()),
        ("checks: []", "checks: enough_votes", "checks", "", ()),
        ("undefined: []", "undefined: satisfaction", "undefined", "", ()),
        ("register: 5}", "register: 5.1}", "points", "register", ("5",)),
        ("satisfaction: 79%", "satisfaction: 84%", "measures", "satisfaction", ("79%",)),
        ("contented: 1,", "contented: 2,", "shortfall", "contented", ("1",)),
        ("busy: none", "busy: 1", "shortfall", "busy", ()),
    ],
)
def test_each_expectation_can_fail(
    tmp_path: Path, written: str, instead: str, aspect: str, name: str, found: tuple[str, ...]
) -> None:
    assert EVERYTHING.count(written) == 1
    report = ran(tmp_path, EVERYTHING.replace(written, instead))
    assert failures(report) == [("everything", aspect, name, found)]


def test_numbers_with_two_decimals_may_be_rounded(tmp_path: Path) -> None:
    cases_ = """
  - name: thirds
    facts: {mobile: 3, registered: 2}
    table:
      facts: [done]
      expect: [score, points.register, registered_share]
      rows:
        - [是, 93.33,   13.333, 66.67%]
        - [是, 93.3333, 13.33,  66.6667%]
        - [是, 93.3,    13.34,  67%]
"""
    assert failures(ran(tmp_path, cases_)) == [
        ("thirds · done 是", "score", "", ("93.3333",)),
        ("thirds · done 是", "points", "register", ("13.3333",)),
        ("thirds · done 是", "measures", "registered_share", ("66.6667%",)),
    ]


def test_a_score_that_misses_a_boundary_does_not_agree_with_it(tmp_path: Path) -> None:
    base = BASE.replace("mobile: 0, registered: 0", "mobile: 100000, registered: 50000")
    cases_ = """
  - {name: at, expect: {score: 90, rules: by_score}}
  - {name: below, facts: {registered: 49999}, expect: {score: 90, rules: otherwise}}
"""
    assert failures(ran(tmp_path, cases_, base)) == [("below", "score", "", ("89.9998",))]


def test_things_go_by_their_labels_too(tmp_path: Path) -> None:
    cases_ = """
  - name: 用标签写
    facts: {满意票: 79, Falsified: 是}
    expect:
      grade: 不合格
      titles: {满意村称号: 未获得}
      criteria: {群众满意: 未达标, 流动党员登记: 不适用}
      rules: [按分评优, 否决]
      measures: {满意率: 79%, Share registered: [-∞, ∞]}
      undefined: 登记率
"""
    report = ran(tmp_path, cases_)
    assert failures(report) == [("用标签写", "rules", "", ("otherwise", "veto"))]


def test_facts_are_read_as_cells_are(tmp_path: Path) -> None:
    cases_ = """
  - name: cells
    table:
      facts: [votes, satisfied, done, reported, assessed, falsified]
      expect: [satisfaction, busy, grade]
      rows:
        - [１００, "80", yes, 2004年12月31日, ~,    ~,   80%, met,     qualified]
        - [100,    80,   √,   2004/12/31,     合格, 否,  80%, met,     qualified]
        - [100,    gap,  no,  2005-1-1,       none, gap, [0%, 100%], not_met, [unqualified, qualified]]
        - [100,    80,   gap, 2004-12-31,     ~,    ~,   80%, unknown, qualified]
"""
    assert failures(ran(tmp_path, cases_)) == []


def test_a_pending_grade_is_a_pair_that_closes_at_its_worst(tmp_path: Path) -> None:
    cases_ = """
  - {name: open, facts: {done: gap}, expect: {grade: [qualified, excellent], unknown: busy, titles: {honoured: unknown}}}
  - {name: closed, facts: {done: gap}, final: true, expect: {grade: qualified, unknown: busy, titles: {honoured: not_won}}}
"""
    assert failures(ran(tmp_path, cases_)) == []


def test_a_year_of_its_own(tmp_path: Path) -> None:
    cases_ = """
  - {name: then, facts: {satisfied: 85}, expect: {criteria: {contented: met}}}
  - {name: later, year: 2006, facts: {satisfied: 85}, expect: {criteria: {contented: not_met}}}
"""
    assert failures(ran(tmp_path, cases_)) == []


def test_a_check_that_refuses_does_not_stop_the_other_cases(tmp_path: Path) -> None:
    cases_ = """
  - {name: few, facts: {votes: 9, satisfied: 9}, expect: {checks: enough_votes}}
  - {name: enough, facts: {votes: 10, satisfied: 10}, expect: {checks: []}}
"""
    assert failures(ran(tmp_path, cases_)) == []


# Bases, units below, tables

TOWNSHIPS = """
rulebook: township_book
year: 2004
base:
  facts: {villages_reported: 4}
  units:
    village: [{base: good, times: 2}, {base: bad, times: 2}]
bases:
  good:
    kind: village
    facts: {votes: 100, satisfied: 95, done: 是, reported: 2004-12-01, mobile: 0, registered: 0}
  bad: {kind: village, extends: good, facts: {satisfied: 10}}
  smaller:
    extends: base
    facts: {village.votes: 50}
"""


def test_units_below_repeat_and_are_replaced(tmp_path: Path) -> None:
    cases_ = """
  - {name: half, expect: {grade: excellent, rules: half, measures: {honoured_share: 50%, votes_of_all: 400}}}
  - name: a quarter
    units:
      village: [{base: good}, {base: bad, times: 3, facts: {votes: 20}}]
    expect: {rules: otherwise, measures: {honoured_share: 25%, votes_of_all: 160}}
  - {name: none, units: {village: []}, expect: {measures: {votes_of_all: 0}, undefined: honoured_share}}
  - {name: unknown, units: {village: [{base: none, times: 2}]}, expect: {measures: {honoured_share: [0%, 100%]}}}
  - {name: bare, base: none, expect: {measures: {votes_of_all: 0}}}
"""
    report = ran(
        tmp_path,
        cases_.replace("measures: {honoured_share: [0%, 100%]}", "measures: {honoured_share: [0, 1]}"),
        TOWNSHIPS,
    )
    assert failures(report) == []


def test_a_fact_of_the_last_units_below(tmp_path: Path) -> None:
    cases_ = """
  - {name: changed, facts: {village.satisfied: 80}, expect: {measures: {honoured_share: 1}}}
  - {name: smaller, base: smaller, expect: {measures: {votes_of_all: 300, honoured_share: 0.5}}}
  - name: rows
    table:
      facts: [village.satisfied, village.votes]
      expect: [honoured_share]
      rows:
        - [79, 100, 0.5]
        - [80, 100, 1]
        - [~,  ~,   0.5]
"""
    assert failures(ran(tmp_path, cases_, TOWNSHIPS)) == []


def test_a_row_says_more_than_its_case(tmp_path: Path) -> None:
    cases_ = """
  - name: rows
    facts: {done: 否}
    expect: {criteria: {busy: not_met}, grade: qualified}
    table:
      facts: [satisfied, done]
      expect: [grade, busy]
      rows:
        - [80, ~,  ~,         ~]
        - [95, 是, excellent, met]
"""
    assert failures(ran(tmp_path, cases_)) == []


# What is wrong with a file


def test_all_problems_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    cases_ = """
  - name: one
    facts: {satisfide: 3, 满意度: 2}
    expect: {grade: execllent, rules: [by_scor], criteria: {contented: meet}, score: much}
  - name: two
    base: nowhere
    units: {hamlet: []}
    expect: {points: {busi: 3}, colour: red}
  - name: one
    table:
      facts: [village.votes]
      expect: [nothing]
      rows: [[1]]
"""
    problems = told(tmp_path, cases_)
    expected = [
        r"test_it.yaml:\d+:13: no fact is called `satisfide`: did you mean `satisfied`?",
        r"test_it.yaml:\d+:\d+: no fact is called `满意度`",
        r"no grade is called `execllent`: did you mean `excellent`?",
        r"no policy rule is called `by_scor`: did you mean `by_score`?",
        r"`meet` cannot stand here: did you mean `met`?",
        r"`much` is no number, date, yes or no",
        r"there is no base `nowhere`",
        r"the kind `hamlet` does not stand directly below `village`",
        r"no criterion with points is called `busi`: did you mean `busy`?",
        r"there is no key `colour` here",
        r"the name `one` is already used on line \d+",
        r"`village.votes` is about a `village` below, and the case has none",
        r"`nothing` is nothing that can be expected",
        r"this row has 1 cells and should have 2",
    ]
    for pattern in expected:
        assert any(re.search(pattern.replace("?", r"\?"), problem) for problem in problems), (pattern, problems)
    assert len(problems) == len(expected)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ("votes: many", "“Ballots” `many` is not a number"),
        ("votes: 0", "“Ballots” `0` is below its minimum, 1"),
        ("satisfied: 101", "“Satisfied ballots” `101` is above “Ballots” `100`"),
        ("done: perhaps", "“Task done” `perhaps` is neither yes nor no"),
        ("assessed: good", "“Grade by the assessors” `good` is not a grade"),
        ("votes: 1.5", "“Ballots” `1.5` is not a whole number"),
        ("reported: none", "`none`"),
        ("assessed: gap", "`gap` is not a grade"),
    ],
)
def test_values_are_refused_where_they_stand(tmp_path: Path, facts: str, message: str) -> None:
    problems = told(tmp_path, f"  - name: one\n    facts: {{{facts}}}\n    expect: {{rules: []}}\n")
    (problem,) = (problem for problem in problems if message in problem)
    column = len(f"    facts: {{{facts.split(maxsplit=1)[0]} ") + 1
    assert problem.startswith(f"{tmp_path.name}/test_it.yaml:7:{column}: ")


def test_a_wrong_value_of_the_base_is_told_once(tmp_path: Path) -> None:
    cases_ = "  - {name: one, expect: {rules: []}}\n  - {name: two, expect: {rules: []}}\n"
    (problem,) = told(tmp_path, cases_, BASE.replace("votes: 100", "votes: x"))
    assert "test_it.yaml:4:" in problem


@pytest.mark.parametrize(
    ("base", "message"),
    [
        (BASE.replace("satisfied\n", "satisfid\n", 1), "no rulebook `satisfid`: did you mean `satisfied`?"),
        (BASE + "bases:\n  a: {extends: b}\n  b: {extends: a}\n", "extends itself"),
        (BASE + "bases:\n  a: {kind: hamlet}\n", "no kind `hamlet`"),
        (BASE.replace("year: 2004", "year: last"), "`last` is not a whole number"),
        (BASE.replace("base:", "bas:"), "no key `bas` here: did you mean `base`?"),
    ],
)
def test_what_a_file_begins_with(tmp_path: Path, base: str, message: str) -> None:
    problems = told(tmp_path, "  - {name: one, base: a, expect: {rules: []}}\n", base)
    assert any(message in problem for problem in problems), problems


def test_a_base_of_another_kind_cannot_be_used(tmp_path: Path) -> None:
    cases_ = "  - {name: one, units: {village: [{base: base}]}, expect: {rules: []}}\n"
    (problem,) = told(tmp_path, cases_, TOWNSHIPS)
    assert "the base `base` is a `township`; here a `village` is needed" in problem


def test_a_case_without_a_reason_is_a_warning(tmp_path: Path) -> None:
    cases_ = """
  - {name: result only, expect: {grade: excellent, score: 100, titles: {honoured: won}}}
  - {name: nothing}
  - {name: with a reason, expect: {grade: excellent, not_met: []}}
"""
    report = ran(tmp_path, cases_)
    assert [item.values["name"] for item in report.warnings] == ["result only", "nothing"]
    result = wuhao(str(tmp_path), "--lang", "en")
    assert "“result only” expects no reason, only a result" in result.stderr
    assert result.exit_code == 0


def test_a_file_of_tests_is_no_rulebook_and_a_rulebook_no_test(tmp_path: Path) -> None:
    ran(tmp_path, "  - {name: one, expect: {rules: by_score}}\n")
    assert [book.id for book in load([tmp_path])[0].rulebooks] == ["satisfied", "township_book"]


# The command


def test_the_command_shows_what_differs_and_why(tmp_path: Path) -> None:
    cases_ = """
  - {name: good, expect: {grade: excellent, rules: by_score}}
  - name: 满意率 79%
    facts: {satisfied: 79}
    expect: {grade: excellent, criteria: {contented: met}, shortfall: {contented: none}}
"""
    programme(tmp_path, test_it=BASE + "cases:\n" + cases_)
    result = wuhao(str(tmp_path), "--lang", "zh")
    assert result.exit_code == 1
    text = result.stdout
    assert f"{tmp_path.name}/test_it.yaml" in text
    assert "2 个情形，1 个符合" in text
    for line in (
        "✗ 满意率 79%",
        "应为 excellent",
        "实为 qualified",
        "criteria.contented（群众满意）",
        "应为 met",
        "实为 not_met",
    ):
        assert line in text
    assert "✗ 79 / 100 = 79% ≥ 80%" in text
    assert "实为 1" in text
    assert "2 个情形中有 1 个不符合" in text
    english = wuhao(str(tmp_path), "--lang", "en").stdout
    assert "1 of 2 cases fail" in english
    assert "Contented" in english
    assert "the rulebook “Township” has no rule tests" in english


def test_a_part_of_the_name_selects_cases(tmp_path: Path) -> None:
    cases_ = """
  - {name: good village, expect: {grade: excellent, rules: by_score}}
  - {name: bad village, facts: {satisfied: 1}, expect: {grade: excellent, rules: by_score}}
"""
    programme(tmp_path, test_it=BASE + "cases:\n" + cases_)
    assert "all 1 cases pass" in passed(wuhao(str(tmp_path), "-n", "good", "--lang", "en"))
    none = wuhao(str(tmp_path), "--name", "goood", "--lang", "en")
    assert none.exit_code == 3
    assert "there are no rule tests" in none.stderr


def test_json_tells_every_case(tmp_path: Path) -> None:
    import json  # noqa: PLC0415

    cases_ = """
  - {name: good, expect: {rules: by_score}}
  - {name: bad, facts: {satisfied: 79}, expect: {criteria: {contented: met}}}
"""
    programme(tmp_path, test_it=BASE + "cases:\n" + cases_)
    result = wuhao(str(tmp_path), "--json", "--coverage")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    (file,) = data["files"]
    assert [case["passed"] for case in file["cases"]] == [True, False]
    (difference,) = file["cases"][1]["differences"]
    assert (difference["item"], difference["expected"], difference["found"]) == (
        "criteria.contented",
        ["met"],
        ["not_met"],
    )
    assert difference["trace"][0]["tests"][0]["holds"] is False
    (coverage,) = data["coverage"]
    assert coverage["seen"] < coverage["possible"]
    assert {"sort": "threshold", "id": "satisfaction", "state": "at"}.items() <= next(
        hole for hole in coverage["holes"] if hole["id"] == "satisfaction" and hole["state"] == "at"
    ).items()


def test_problems_of_test_files_end_in_exit_code_3(tmp_path: Path) -> None:
    programme(tmp_path, test_it="rulebook: satisfied\nyear: 2004\ncases: []\n")
    result = wuhao(str(tmp_path), "--lang", "en")
    assert result.exit_code == 3
    assert "`cases` has no items" in result.stderr


@pytest.mark.parametrize("options", [["-o", "x.yaml"], ["--suggest", "--update"]])
def test_options_that_do_not_go_together(options: list[str]) -> None:
    assert wuhao(*options).exit_code == 2


# Rewriting expectations


def test_update_writes_only_what_differs_and_keeps_everything_else(tmp_path: Path) -> None:
    before = (
        BASE
        + """cases:
  # 满意
  - name: one   # first
    facts: {satisfied: 79}
    expect:
      grade:   excellent   # the grade
      score: "99"
      criteria: {contented: 达标, busy: met}   # labels stay labels
      not_met:
        - busy   # goes
        - contented   # stays
      rules: []
      points: {contented: [0, 5]}
  - name: two
    table:
      facts:  [satisfied, done]
      expect: [contented, not_met, score]
      rows:
        - [79,   是,   met,   [],       100]   # a row
        - [80,   否,   met,   [busy],   100]
"""
    )
    programme(tmp_path, test_it=before)
    text = passed(wuhao(str(tmp_path), "--update", "--lang", "en"))
    assert "score  99 → 62.5" in text
    after = (tmp_path / "test_it.yaml").read_text(encoding="utf-8")
    assert after == before.lstrip().replace("excellent   # the grade", "qualified   # the grade").replace(
        '"99"', "62.5"
    ).replace("contented: 达标", "contented: 未达标").replace("        - busy   # goes\n", "").replace(
        "rules: []", "rules: [otherwise]"
    ).replace("contented: [0, 5]", "contented: 10").replace(
        "met,   [],       100]   # a row", "not_met,   [contented],       62.5]   # a row"
    ).replace("[busy],   100]", "[busy],   37.5]")
    assert "nothing to rewrite" in passed(wuhao(str(tmp_path), "--update", "--lang", "en"))


def test_update_leaves_what_the_rows_of_a_table_share_and_do_not_agree_on(tmp_path: Path) -> None:
    before = (
        BASE
        + """cases:
  - name: rows
    expect: {grade: excellent}
    table:
      facts: [satisfied]
      expect: [contented]
      rows: [[95, met], [79, not_met]]
"""
    )
    programme(tmp_path, test_it=before)
    text = passed(wuhao(str(tmp_path), "--update", "--lang", "en"))
    assert "not rewritten" in text
    assert (tmp_path / "test_it.yaml").read_text(encoding="utf-8") == before.lstrip()


# Under pytest


def test_cases_check_themselves_under_pytest(tmp_path: Path) -> None:
    cases_ = """
  - {name: good, expect: {rules: by_score}}
  - {name: bad, facts: {satisfied: 79}, expect: {criteria: {contented: met}}}
"""
    good, bad = cases(programme(tmp_path, test_it=BASE + "cases:\n" + cases_))
    assert str(good) == "satisfied: good"
    good.check()
    with pytest.raises(AssertionError, match=r"criteria.contented: expected met, got not_met"):
        bad.check()


def test_the_view_is_plain_data(tmp_path: Path) -> None:
    data = view(ran(tmp_path, "  - {name: good, expect: {rules: by_score}}\n"), coverage=True)
    assert data["count"] == 1
    assert data["untested"][0]["rulebook"] == "township_book"
