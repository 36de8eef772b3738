"""What `wuhao check` finds: rulebooks with one bug each, and rulebooks that only look wrong.

`check_cases/bad/CODES-name` has exactly findings of these codes, `good/` none at all, and nothing undecided; what is
in `open/` cannot be decided, and is not called an error. `golden/check/` shows what an official reads about each.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from click.testing import CliRunner, Result

from cli import main
from engine.checking import BookReport, check
from engine.diagnostic import InvalidInputError
from engine.messages import Language
from engine.messages.checking import MESSAGES
from engine.programme import load
from engine.rendering.checking import as_text, page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CASES = Path(__file__).parent / "check_cases"
BAD, GOOD, OPEN = (sorted(path.name for path in (CASES / sort).iterdir()) for sort in ("bad", "good", "open"))
LANGUAGES: tuple[Language, ...] = get_args(Language)
CODES = [code for code in MESSAGES if code.startswith("W")]


@pytest.fixture(autouse=True)
def _no_shipped_clauses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The cases are read without the registry of the shipped rules."""
    monkeypatch.setattr("engine.programme.loading.SHIPPED", tmp_path / "nothing")


@cache
def reports(case: str) -> tuple[BookReport, ...]:
    """What was found in a case."""
    return tuple(check(load([str(CASES / case)])))


def verdicts(case: str) -> set[tuple[str, str]]:
    return {(finding.diagnostic.code, finding.verdict) for report in reports(case) for finding in report.findings}


@pytest.mark.parametrize("name", BAD)
def test_a_bug_is_found_and_nothing_else(name: str) -> None:
    found = verdicts(f"bad/{name}")
    assert {code for code, _ in found} == set(name.partition("-")[0].split("+"))
    assert "undecided" not in {verdict for _, verdict in found}


@pytest.mark.parametrize("name", GOOD)
def test_what_only_looks_wrong_is_left_in_peace(name: str) -> None:
    assert verdicts(f"good/{name}") == set()


@pytest.mark.parametrize("name", OPEN)
def test_what_cannot_be_decided_is_said_to_be_open(name: str) -> None:
    assert verdicts(f"open/{name}") == {("W901", "undecided")}


def test_every_code_has_cases() -> None:
    named = {code for name in BAD for code in name.partition("-")[0].split("+")}
    assert named == {code for code in CODES if code != "W901"}
    assert {name[:4] for name in GOOD if name.startswith("W")} >= named


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_about_each_bug(language: Language, golden: Callable[[str, str], None]) -> None:
    told = []
    for case in (*(f"bad/{name}" for name in BAD), *(f"open/{name}" for name in OPEN)):
        lines = as_text(reports(case), language, colour=False).splitlines()
        said = [line for line in lines if not line.startswith(("  ✓", "  ✗", "  ?"))]
        told.append("\n".join([f"# {case}", *said[:-1]]))
    golden(f"check/told.{language}.txt", "\n".join(told))


# Witnesses


def witnesses() -> Iterator[tuple[str, Any]]:
    for name in BAD:
        for report in reports(f"bad/{name}"):
            for finding in report.findings:
                if finding.witness:
                    yield name, (report.book, finding)


def test_a_witness_shows_what_its_finding_says() -> None:
    seen = set()
    for name, (book, finding) in witnesses():
        before, after = finding.witness.before, finding.witness.after
        assert before.facts.keys() == after.facts.keys(), name
        if finding.diagnostic.code == "W501":
            assert len(before.facts) == 1
            rank = {grade: place for place, grade in enumerate(book.grades)}
            assert rank[after.grade[0]] > rank[before.grade[0]]
        seen.add(finding.diagnostic.code)
    assert seen == {"W101", "W501"}


# The command line


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments, "--lang", "en"])


def case(path: str) -> str:
    return str(CASES / path)


def test_exit_codes() -> None:
    assert run(case("good/W101-min-one")).exit_code == 0
    assert run(case("bad/W101-share-without-min")).exit_code == 1
    assert run(case("open/W501-applies")).exit_code == 0
    assert run(case("open/W501-applies"), "--strict").exit_code == 1
    assert run(case("good/W101-min-one"), "--strict").exit_code == 0
    assert run(case("nowhere")).exit_code == 3


def test_only_some_codes_or_rulebooks() -> None:
    folder = case("bad/W101-share-without-min")
    assert run(folder, "--only", "W5").exit_code == 0
    assert run(folder, "--only", "W1").exit_code == 1
    assert run(folder, "--only", "W101", "--only", "village").exit_code == 1
    told = run(folder, "--only", "W999", "--only", "vilage")
    assert told.exit_code == 2
    assert "no such code or rulebook: `W999`" in told.output
    assert "did you mean `village`?" in told.output


def test_only_one_of_several_rulebooks() -> None:
    data = json.loads(run(case("bad/W101-mean-below"), "--only", "village", "--json").stdout)
    assert [book["rulebook"] for book in data["rulebooks"]] == ["village"]


def test_json_keys() -> None:
    result = run(case("bad/W501-denominator"), "--json")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert data.keys() == {"rulebooks"}
    (book,) = data["rulebooks"]
    assert book.keys() == {"rulebook", "label", "years", "properties", "findings"}
    for item in book["properties"]:
        assert item.keys() == {"property", "label", "count", "proved", "witnessed", "broken", "undecided"}
        assert item["label"] == item["label"].strip()
    (finding,) = book["findings"]
    assert finding.keys() == {"code", "place", "verdict", "year", "message", "help", "witness"}
    assert finding["code"] == "W501"
    assert [row.keys() for row in finding["witness"]] == [{"id", "label", "before", "after"}] * len(finding["witness"])


def test_sarif() -> None:
    result = run(case("bad/W501-denominator"), "--sarif")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert data["version"] == "2.1.0"
    (only,) = data["runs"]
    assert only["tool"]["driver"]["name"] == "wuhao"
    (found,) = only["results"]
    (rule,) = only["tool"]["driver"]["rules"]
    assert rule["id"] == found["ruleId"] == "W501"
    assert found["level"] == "warning"
    assert found["message"]["text"].startswith("the fact `members`")
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("village.yaml")
    assert place["region"] == {"startLine": 5, "startColumn": 3}
    open_ = json.loads(run(case("open/W501-applies"), "--sarif").stdout)
    assert [item["level"] for item in open_["runs"][0]["results"]] == ["note"]


# Pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_page(language: Language) -> None:
    for code in CODES:
        assert page(code, language).startswith(f"# {code}")
        assert page(code.lower(), language) == page(code, language)


def test_explain() -> None:
    assert run("--explain", "W101").stdout == page("W101", "en")
    told = run("--explain", "W105")
    assert told.exit_code == 2
    assert "no such code or rulebook: `W105`" in told.output


def test_an_unknown_page_is_told() -> None:
    with pytest.raises(InvalidInputError):
        page("W1", "en")


BASE = {
    "rulebook": "example",
    "kind": "village",
    "label": "example",
    "facts": "\n  done: {type: boolean, label: done}",
    "goods": "\n  work: {label: work, criteria: {completed: {label: done, require: done, points: 100}}}",
    "grades": "[excellent, qualified, unqualified]",
    "policy": """
  propose:
    - {id: by_score_90, when: score >= 90, grade: excellent}
    - {id: by_score_60, when: score >= 60, grade: qualified}
    - {id: otherwise, grade: unqualified}""",
}
"""What the examples of the pages are fragments of."""
EVENTS = """rulebook: events
kind: event
label: events
facts:
  day: {type: date, label: day}
  what: {type: choice, choices: [posted, accepted, withdrawn], label: what}
"""
"""The records of villages; only lifecycles read them."""


def fragments(code: str, language: Language) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", page(code, language), re.DOTALL)


def codes_in(fragment: str, folder: Path) -> set[str]:
    """The codes that a rulebook with these keys has."""
    keys = BASE | {
        key: text.rstrip() for key, text in re.findall(r"^(\w+):(.*?)(?=^\w|\Z)", fragment, re.DOTALL | re.MULTILINE)
    }
    folder.mkdir()
    programme = "programme: example\nlabel: example\nyears: {from: 2004, to: 2008}\nkinds: {village: }\n"
    if "lifecycle" in keys:
        programme = programme.replace("village: ", "village: {event: }") + "records: [event]\n"
        (folder / "event.yaml").write_text(EVENTS, encoding="utf-8")
    (folder / "programme.yaml").write_text(programme, encoding="utf-8")
    text = "".join(f"{key}: {value.lstrip(' ')}\n" for key, value in keys.items())
    (folder / "example.yaml").write_text(text, encoding="utf-8")
    return {finding.diagnostic.code for report in check(load([str(folder)])) for finding in report.findings}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [code for code in CODES if code != "W901"])
def test_the_examples_of_a_page_are_true(code: str, language: Language, tmp_path: Path) -> None:
    avoid, prefer = fragments(code, language)
    assert code in codes_in(avoid, tmp_path / "avoid")
    assert codes_in(prefer, tmp_path / "prefer") & {code, "W901"} == set()


def test_records_two_levels_down_are_no_obstacle(tmp_path: Path) -> None:
    written = {
        "programme": "programme: p\nlabel: p\nkinds: {county: {village: {visit: , event: }}}\nrecords: [visit, event]\n",
        "visit": "rulebook: visits\nkind: visit\nlabel: v\nfacts: {day: {type: date, label: d}}\n",
        "event": (
            "rulebook: events\nkind: event\nlabel: e\n"
            "facts: {day: {type: date, label: d}, what: {type: choice, choices: [posted], label: w}}\n"
        ),
        "village": (
            "rulebook: villages\nkind: village\nlabel: v\nfacts: {road: {type: boolean, label: r}}\n"
            "lifecycle: {post: {label: p, events: {kind: event, what: what}, states: [there], "
            "steps: [{from: start, on: posted, to: there}]}}\n"
            "measures:\n  visited: periods(visit, half_year)\n"
        ),
        "county": (
            "rulebook: counties\nkind: county\nlabel: c\ngrades: [fine, bad]\n"
            "policy: {propose: [{id: roads, when: 'share(village, road) >= 50%', grade: fine}, {id: no, grade: bad}]}\n"
        ),
    }
    for name, text in written.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    reports = check(load([tmp_path]))
    assert {report.book.id for report in reports} == {"visits", "events", "villages", "counties"}
