"""Every message of the catalogues is spoken by a test, and in both languages (docs/messages.md)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from facts_cases import BAD
from facts_cases import problems as problems_of_facts
from test_language_messages import LANGUAGES, names, problems_of, written
from test_language_mistakes import MISTAKES, edited
from test_language_overlays import SLIPS, problems_with
from test_language_overlays import edited as edited_overlay

from cli import main
from engine.diagnostic import Diagnostic, Place
from engine.messages import facts, runs, sentence
from engine.messages import language as rules

TESTS = Path(__file__).parent
SPOKEN_ELSEWHERE = {
    # test_language_messages.py speaks these with a policy, a year or a folder of its own
    *("policy-otherwise", "policy-duplicate", "policy-malformed", "policy-raises"),  # rulebooks are told earlier
    *("parameter_before_first_year", "year_outside"),  # of a year, which no rulebook says
    "unreadable_folder",
    *("overlay_twice", "overlay_among_rulebooks"),  # test_language_overlays.py gives files in other places
    "overlay_elsewhere",  # and more goods
}
"""Codes that no golden case of rules can have, and why."""


@pytest.fixture
def _no_shipped_clauses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("engine.programme.loading.SHIPPED", tmp_path / "nothing")


@pytest.mark.usefixtures("_no_shipped_clauses")
def test_every_message_about_rules_is_in_a_golden_file(tmp_path: Path) -> None:
    folders = [written(name, tmp_path) for name in names("bad")]
    folders += [edited(mistake, tmp_path / name) for name, mistake in MISTAKES.items()]
    spoken = {problem.code for folder in folders for problem in problems_of(folder)}
    for name, slip in SLIPS.items():
        (tmp_path / "slips" / name).mkdir(parents=True)
        spoken |= {problem.code for problem in problems_with(edited_overlay(slip, tmp_path / "slips" / name))}
    assert set(rules.MESSAGES) - spoken == SPOKEN_ELSEWHERE


def test_every_message_about_facts_and_runs_is_spoken_by_a_test() -> None:
    golden = {problem.code for case in BAD.iterdir() if case.is_dir() for problem in problems_of_facts(case)}
    tests = "".join(path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py"))
    named = set(re.findall(r"\w+", tests))
    assert {code for code in {**facts.MESSAGES, **runs.MESSAGES} if code not in golden | named} == set()


RULEBOOK = """rulebook: five_goods
kind: village
label: 村
facts:
  members: {type: count, min: 1, label: {zh: 两委成员数, en: Members}}
  meetings: {type: count, min: members, at_close: refuse, label: {zh: 会议次数, en: Meetings}}
checks:
  - {id: few_meetings, label: {zh: 会议太多, en: Too many meetings}, require: meetings <= 100, severity: refuse}
grades: [excellent, qualified]
policy:
  propose:
    - {id: often, when: meetings >= 12, grade: excellent}
    - {id: otherwise, grade: qualified}
"""
STOPPED = [
    (
        "V1,甲,8,7",
        "",
        "“会议次数” `7` 小于“两委成员数” `8`（village.csv:2:C）",
        "“Meetings” `7` is below “Members” `8` (village.csv:2:C)",
    ),
    (
        "V1,甲,8,101",
        "",
        "数据核对“会议太多”不通过，涉及 1 个单位：V1",
        "data check `few_meetings` fails for 1 unit: V1",
    ),
    (
        "V1,甲,8,\nV2,乙,7,",
        "--final",
        "终评时“会议次数”仍有缺项，且会影响等次，涉及 2 个单位：V1, V2",
        "`meetings` is still a gap that matters for 2 units: V1, V2",
    ),
]
"""Rows of villages, an option of `run`, and what is said: cell_below_fact, check_refuses, gap_at_close."""


@pytest.mark.parametrize(("rows", "option", "zh", "en"), STOPPED, ids=["bound", "check", "close"])
def test_what_stops_a_run_is_told(tmp_path: Path, rows: str, option: str, zh: str, en: str) -> None:
    for name, text in {
        "rules/programme.yaml": "programme: p\nlabel: 方案\nkinds: {village: }\n",
        "rules/five_goods.yaml": RULEBOOK,
        "facts/village.csv": f"id,name,members,meetings\n{rows}\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    words = ["run", f"{tmp_path}/facts", "--rules", f"{tmp_path}/rules", "--year", "2004", "-o", f"{tmp_path}/run"]
    for language, expected in (("zh", zh), ("en", en)):
        told = CliRunner().invoke(main, [*words, *filter(None, [option]), "--lang", language])
        assert (told.exit_code, expected in told.stderr) == (4, True), told.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_spoken_with_values_of_any_kind(language: str) -> None:
    """Nothing that a message is given can break it: braces, line breaks, no value at all."""
    assert LANGUAGES == ("zh", "en")
    for code in {**rules.MESSAGES, **facts.MESSAGES, **runs.MESSAGES}:
        values = _Anything()
        text, _ = sentence(Diagnostic(code, Place("a.yaml"), values), "zh" if language == "zh" else "en")
        assert text
        assert "\n" not in text


class _Anything(dict[str, object]):
    """A value for whatever a message asks for."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}\n`"

    def __contains__(self, key: object) -> bool:
        return True
