"""The clause registry and `wuhao clauses`: what the documents ask, and which rules encode it."""

from __future__ import annotations

import json
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING, get_args

import pytest
from click.testing import CliRunner

from cli import main
from engine.clauses import Coverage, cover
from engine.diagnostic import InvalidRulesError
from engine.messages.words import WORDS
from engine.programme import load
from engine.rendering.clauses import as_page
from engine.rulebook import ClauseKind, Hedge, Reason, Status

if TYPE_CHECKING:
    from pathlib import Path

    from engine.messages import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")
CHECKABLE = {"sz": 52, "zj": 101, "xf": 86}
NOT_CHECKABLE = {"sz": 24, "zj": 26, "xf": 27}
ENCODED = {"sz": 27, "zj": 101, "xf": 86}
"""Only ever to be raised: issue 4 ends with all that can be checked."""


@pytest.fixture(scope="module")
def shipped() -> Coverage:
    return cover(load())


# The registry that comes with wuhao


def test_every_clause_of_the_documents_is_registered(shipped: Coverage) -> None:
    said = Counter((entry.clause.document, entry.clause.status == "not_checkable") for entry in shipped.entries)
    assert {document: said[document, False] for document in CHECKABLE} == CHECKABLE
    assert {document: said[document, True] for document in NOT_CHECKABLE} == NOT_CHECKABLE
    assert (sum(CHECKABLE.values()), sum(NOT_CHECKABLE.values()), len(shipped.entries)) == (239, 77, 316)


def test_no_clause_that_was_encoded_is_lost(shipped: Coverage) -> None:
    encoded = Counter(entry.clause.document for entry in shipped.entries if entry.status == "encoded")
    assert all(encoded[document] >= least for document, least in ENCODED.items()), encoded


def test_the_registered_status_is_that_of_the_rules(shipped: Coverage) -> None:
    """A clause that a rule cites is `encoded`, one that none cites is `planned`: mend `documents.yaml`."""
    assert {entry.id: entry.status for entry in shipped.misregistered} == {}


def test_clauses_are_complete(shipped: Coverage) -> None:
    for entry in shipped.entries:
        clause = entry.clause
        assert entry.id.startswith(f"{clause.document}-")
        assert clause.kind is not None, entry.id
        assert clause.zh, entry.id
        assert clause.en, entry.id
        assert (clause.reason is not None) == (clause.status == "not_checkable"), entry.id
        assert (clause.kind in {"aim", "frame"}) == (clause.status == "not_checkable"), entry.id
        assert set(clause.open) <= shipped.decisions.keys(), entry.id
        assert clause.note is None or (clause.note.zh and clause.note.en), entry.id


def test_a_clause_that_stands_elsewhere_says_so(shipped: Coverage) -> None:
    for entry in shipped.entries:
        assert entry.clause.reason != "elsewhere" or entry.clause.note, entry.id


def test_every_section_is_named_and_stands_in_order(shipped: Coverage) -> None:
    for document in shipped.documents:
        assert [section.id for section in document.sections] == list(document.said.sections)


def test_no_two_clauses_say_the_same(shipped: Coverage) -> None:
    for language in LANGUAGES:
        said = Counter(getattr(entry.clause, language) for entry in shipped.entries if entry.clause.kind != "frame")
        assert [text for text, count in said.items() if count > 1] == []


def test_every_decision_is_taken_somewhere(shipped: Coverage) -> None:
    named = {id_ for entry in shipped.entries for id_ in entry.clause.open}
    named |= {id_ for rule in shipped.rules for id_ in rule.open}
    assert shipped.decisions.keys() - named <= {"D4", "D20", "D26"}  # of gaps, and of what follows a rating


def test_every_word_of_a_clause_has_a_name_in_both_languages() -> None:
    keys = [f"clauses_kind_{kind}" for kind in get_args(ClauseKind)]
    keys += [f"clauses_{status}" for status in get_args(Status)]
    keys += [f"clauses_reason_{reason}" for reason in get_args(Reason)]
    keys += [f"clauses_hedge_{hedge}" for hedge in get_args(Hedge)]
    for key in keys:
        assert set(WORDS[key]) == {"zh", "en"}


# Any registry


DOCUMENTS = """
documents:
  d:
    label: {zh: 文件 <甲>, en: Plan <A>}
    issued: "2004"
    sections:
      "1": {zh: 班子, en: Teams}
      "2": {zh: 钱, en: Money}
clauses:
  d-late: {document: d, section: "2", status: planned, zh: 钱 & 物, en: "Money <script>alert(1)</script>"}
  d-share: {document: d, section: "1", kind: target, hedge: [about, strive], open: D1, zh: 比例, en: A share}
  d-score: {document: d, section: "1", zh: 得分, en: Points}
  d-lost: {document: d, section: "1", zh: 没有规则, en: Marked encoded}
  d-found: {document: d, section: "1", status: planned, zh: 已有规则, en: Marked planned}
  d-mood:
    document: d
    section: "1"
    kind: aim
    status: not_checkable
    reason: conduct
    zh: 作风
    en: Style
    note: {zh: 无法考, en: No measure}
decisions:
  D1: {zh: 怎样算？默认：按人。, en: "How? Default: persons."}
"""
RULEBOOK = """
rulebook: r
kind: village
label: {zh: 村, en: Village}
facts:
  members: {type: count, label: {zh: 人数, en: Members <all>}}
  both: {type: count, max: members, label: {zh: 两边都任职, en: In both}}
  late: {type: count, label: {zh: 迟到, en: Late}}
  forged: {type: boolean, label: {zh: 造假, en: Forged}}
  unused: {type: count, label: {zh: 没有用, en: Unused}}
parameters:
  least: {2004: 75%, 2006: 80%, label: {zh: 最低, en: Least}}
  enough: {2004: 60, open: D1}
measures:
  overlap: both / members
  lost: late / members
goods:
  team:
    label: {zh: 班子好, en: Team}
    criteria:
      shared: {label: {zh: 比例, en: Shared}, require: overlap >= least, points: 60, cite: [d-share, d-found]}
      early: {label: {zh: 准时, en: Early}, points: {of: late, deduct: 1, from: 40}, cite: d-score}
grades: [excellent, qualified]
policy:
  propose:
    - {id: by_score, when: score >= enough, grade: excellent, open: D1}
    - {id: otherwise, grade: qualified}
  adjust:
    - {id: forgery, when: forged, cap: qualified, cite: d-mood}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A programme with a registry of its own."""
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "programme.yaml").write_text("programme: p\nlabel: 方案\nkinds: {village: }\n", encoding="utf-8")
    (rules / "documents.yaml").write_text(DOCUMENTS, encoding="utf-8")
    (rules / "r.yaml").write_text(RULEBOOK, encoding="utf-8")
    return rules


def own(folder: Path) -> Coverage:
    return cover(load([folder]))


def test_documents_that_other_programmes_share_count_where_they_are_cited(folder: Path) -> None:
    assert [document.id for document in own(folder).documents] == ["d"]
    text = (folder / "r.yaml").read_text(encoding="utf-8")
    (folder / "r.yaml").write_text(text.replace("cite: d-score", "cite: zj-2-1-reserve-2"), encoding="utf-8")
    assert [document.id for document in own(folder).documents] == ["zj", "d"]


def test_what_other_programmes_may_encode_is_not_called_wrong(folder: Path) -> None:
    (folder / "documents.yaml").rename(folder.parent / "documents.yaml")
    assert [entry.id for entry in own(folder).misregistered] == ["d-lost", "d-found"]  # no other programme is there
    beside = folder.parent / "beside"
    beside.mkdir()
    (beside / "programme.yaml").write_text("programme: q\nlabel: 方案\nkinds: {village: }\n", encoding="utf-8")
    assert [entry.id for entry in own(folder).misregistered] == ["d-found"]
    assert [entry.id for entry in cover(load([folder.parent])).misregistered] == ["d-lost", "d-found"]
    assert cover(load([beside])).entries == ()


def test_a_clause_is_encoded_by_what_cites_it(folder: Path) -> None:
    found = {entry.id: entry for entry in own(folder).entries}
    assert {id_: entry.status for id_, entry in found.items()} == {
        "d-share": "encoded",
        "d-score": "encoded",
        "d-lost": "planned",
        "d-found": "encoded",
        "d-mood": "not_checkable",  # a rule may cite it all the same
        "d-late": "planned",
    }
    (shared,) = found["d-share"].rules
    assert (shared.sort, shared.id, shared.label["en"], shared.says) == (
        "criterion",
        "shared",
        "Shared",
        "overlap >= least",
    )
    assert [rule.says for rule in found["d-score"].rules] == ["late"]
    assert [rule.id for rule in found["d-mood"].rules] == ["forgery"]


def test_what_the_registry_says_is_compared_with_the_rules(folder: Path) -> None:
    assert [entry.id for entry in own(folder).misregistered] == ["d-lost", "d-found"]
    assert [entry.id for entry in own(folder).missing] == ["d-lost", "d-late"]


def test_facts_parameters_and_measures_rest_on_what_uses_them(folder: Path) -> None:
    """`overlap`, `least`, `both`, `members` and `late` serve cited criteria, `forged` a cited rule of the policy."""
    found = [(rule.sort, rule.id, rule.open) for rule in own(folder).uncited]
    assert found == [
        ("fact", "unused", ()),
        ("parameter", "enough", ("D1",)),
        ("measure", "lost", ()),
        ("good", "team", ()),
        ("propose", "by_score", ("D1",)),
        ("propose", "otherwise", ()),
    ]


def test_programmes_may_have_registries_of_their_own(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "more" / "rules"
    other.mkdir(parents=True)
    for name, text in {
        "programme.yaml": "programme: q\nlabel: 方案\nkinds: {village: }\n",
        "documents.yaml": DOCUMENTS.replace("zh: 比例, en: A share", "zh: 别的, en: Another share"),
        "s.yaml": RULEBOOK.replace("rulebook: r", "rulebook: s"),
    }.items():
        (other / name).write_text(text, encoding="utf-8")
    entries = cover(load([folder, other])).entries
    found = {(entry.id, entry.clause.en): [rule.programme for rule in entry.rules] for entry in entries}
    assert found["d-share", "A share"] == ["p"]
    assert found["d-share", "Another share"] == ["q"]
    assert found["d-score", "Points"] == ["p", "q"]


def test_what_is_not_checkable_says_why(folder: Path) -> None:
    (folder / "documents.yaml").write_text(DOCUMENTS.replace("    reason: conduct\n", ""), encoding="utf-8")
    with pytest.raises(InvalidRulesError) as error:
        load([folder])
    (problem,) = error.value.diagnostics
    assert (problem.code, problem.values["key"], problem.place.line) == ("missing_key", "reason", 16)


def test_the_decisions_that_a_clause_names_are_registered(folder: Path) -> None:
    (folder / "documents.yaml").write_text(DOCUMENTS.replace("open: D1,", "open: [D1, D31x],"), encoding="utf-8")
    with pytest.raises(InvalidRulesError) as error:
        load([folder])
    (problem,) = error.value.diagnostics
    assert (problem.code, problem.values["name"], problem.place.line) == ("unknown_decision", "D31x", 11)


# The command


def clauses(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["clauses", *words])
    assert result.exit_code == code, result.output
    return result.stdout


def table(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_the_command_counts_by_section(folder: Path) -> None:
    rows = table(clauses(str(folder), "--lang", "en"))
    assert ["1", "Teams", "4", "3", "1", "1"] in rows
    assert ["2", "Money", "1", "0", "1", "0"] in rows
    assert ["in", "all", "5", "3", "2", "1"] in rows


@pytest.mark.parametrize(("language", "total"), [("zh", "可考核的条款 239 条"), ("en", "of 239 checkable clauses")])
def test_the_command_covers_the_shipped_programmes(language: str, total: str) -> None:
    text = clauses("--lang", language)
    assert total in text


def test_only_what_is_missing(folder: Path) -> None:
    text = clauses(str(folder), "--missing", "--lang", "en")
    assert "Teams" not in text
    assert text.startswith("Clauses that no rule encodes: 2\n")
    assert ["d-late", "Money", "<script>alert(1)</script>"] in table(text)
    assert "  d-lost  registered as encoded, by the rules not yet" in text.splitlines()
    assert "    proposing rule  by_score (default D1)" in text.splitlines()
    assert "    criterion" not in text


def test_all_that_can_be_checked_may_be_encoded(folder: Path) -> None:
    lines = DOCUMENTS.splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith(("  d-late", "  d-lost")))
    (folder / "documents.yaml").write_text(text.replace("status: planned, ", ""), encoding="utf-8")
    found = own(folder)
    assert (found.missing, found.misregistered) == ((), ())


def test_data_for_programs(folder: Path) -> None:
    data = json.loads(clauses(str(folder), "--json"))
    (document,) = data["documents"]
    assert [section["id"] for section in document["sections"]] == ["1", "2"]
    assert [document[key] for key in ("checkable", "encoded", "planned", "not_checkable")] == [5, 3, 2, 1]
    shared = document["sections"][0]["clauses"][0]
    assert shared["id"] == "d-share"
    assert (shared["kind"], shared["status"], shared["hedge"], shared["open"]) == (
        "target",
        "encoded",
        ["about", "strive"],
        ["D1"],
    )
    assert [rule["id"] for rule in shared["rules"]] == ["shared"]
    less = json.loads(clauses(str(folder), "--json", "--missing"))
    assert "documents" not in less
    assert less["missing"] == data["missing"]


def test_rules_that_are_wrong_are_refused(folder: Path) -> None:
    (folder / "r.yaml").write_text(RULEBOOK.replace("d-score", "d-scor"), encoding="utf-8")
    clauses(str(folder), code=3)


# The page


class Page(HTMLParser):
    """Checks that elements nest, and collects what a reader meets."""

    EMPTY = frozenset({"meta", "input", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.classes: Counter[str] = Counter()
        self.elements: Counter[str] = Counter()
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        for name, value in attrs:
            assert name not in {"src", "srcset", "style"}, name
            assert not name.startswith("on"), name
            self.ids += [value or ""] if name == "id" else []
            self.links += [value or ""] if name == "href" else []
            self.classes.update((value or "").split() if name == "class" else [])
        if tag not in self.EMPTY:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] not in {"script", "style"}:
            self.texts += [data.strip()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_every_clause_and_needs_nothing_else(shipped: Coverage, language: Language) -> None:
    text = as_page(shipped, language)
    page = Page(text)
    assert text.startswith("<!DOCTYPE html>")
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in text
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert {entry.id for entry in shipped.entries} <= set(page.ids)
    assert [page.classes[status] for status in ("encoded", "planned", "not_checkable")] == [
        sum(entry.status == status for entry in shipped.entries) for status in get_args(Status)
    ]
    assert {entry.clause.zh if language == "zh" else entry.clause.en for entry in shipped.entries} <= set(page.texts)
    assert (page.elements["script"], page.elements["style"]) == (1, 1)
    assert not {"link", "img", "iframe"} & page.elements.keys()
    assert "http" not in text
    assert "url(" not in text


def test_the_page_shows_what_was_written_as_text(folder: Path) -> None:
    page = folder.parent / "page.html"
    text = clauses(str(folder), "--html", str(page), "--lang", "en")
    assert str(page) in text
    shown = Page(page.read_text(encoding="utf-8"))
    assert "Money <script>alert(1)</script>" in shown.texts
    assert "Plan <A>" in shown.texts
    assert "overlap >= least" in shown.texts
    assert shown.elements["script"] == 1
    assert "Less than strict: about, strive" in shown.texts
    assert "How? Default: persons." in shown.texts
    assert "Cannot be checked: attitude, style or character, without a measure." in shown.texts
    assert "No measure" in shown.texts


def test_the_page_comes_with_data(folder: Path) -> None:
    page = folder.parent / "page.html"
    data = json.loads(clauses(str(folder), "--html", str(page), "--json"))
    assert data["missing"]
    assert page.exists()


def test_a_page_that_cannot_be_written_is_told(folder: Path) -> None:
    result = CliRunner().invoke(main, ["clauses", str(folder), "--html", str(folder / "no" / "page.html")])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
