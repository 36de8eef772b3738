"""What an official reads about a slip: every problem of a programme, in words, at its place.

`language_cases/bad/<name>` is a programme with slips; its `expected.<language>.txt` is what is said about them
(`python tests/update_language_golden.py` writes it anew). `language_cases/good/<name>` is a programme without slips.
"""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from random import Random
from string import Formatter
from typing import TYPE_CHECKING, get_args

import pytest

import engine.programme
from engine.checking.model import NONE
from engine.diagnostic import Diagnostic, InvalidRulesError, Place
from engine.expression.syntax import AGGREGATES, ARGUMENTS, RANKS
from engine.expression.typed import TypeName
from engine.facts import Facts
from engine.messages import ADVICE, LONGEST, PROBLEM, Language, _catalogue, facts, runs, sentence
from engine.messages import language as rules
from engine.messages.terms import TERMS
from engine.policy import Adjustment, And, Atom, Policy, Proposal, problems
from engine.programme.files import _SHAPES
from engine.rating import rate
from engine.rating.frames import constants_in_force
from engine.rulebook import FactType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "language_cases"
LANGUAGES: tuple[Language, ...] = ("zh", "en")

RULEBOOK = """rulebook: b
kind: village
label: 村
facts: {{members: {{type: count, label: 人数}}}}
checks:
  - id: c1
    require: {require}
grades: [excellent, qualified]
policy: {{propose: [{{id: otherwise, grade: qualified}}]}}
"""
GENERATED: dict[str, bytes | str | None] = {
    "brackets_100000": "[" * 100_000,
    "file_of_3_megabytes": RULEBOOK.format(require="members > 5") + "#" * 3_000_000,
    "minus_20000": RULEBOOK.format(require="-" * 20_000 + "members > 5"),
    "random_bytes": Random(4).randbytes(2_000),  # noqa: S311
    "saved_as_gbk": RULEBOOK.format(require="members > 5").encode("gbk"),
    "control_character": RULEBOOK.format(require="members > 5").replace("label: 村", "label: 村\x07"),
    "folder_for_file": None,
}
"""Rulebooks that are no files of their case, because they are too large or no text; None is a folder."""


def written(name: str, folder: Path) -> Path:
    """The folder of a bad case; with what is generated for it, in a folder of its own."""
    case = CASES / "bad" / name
    if name not in GENERATED:
        return case
    copied = folder / name
    shutil.copytree(case, copied)
    content = GENERATED[name]
    if content is None:
        (copied / "b.yaml").mkdir()
    else:
        (copied / "b.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    return copied


def problems_of(folder: Path) -> tuple[Diagnostic, ...]:
    """What is wrong with a programme."""
    try:
        engine.programme.load([folder])
    except InvalidRulesError as error:
        return error.diagnostics
    return ()


def told(diagnostics: Iterable[Diagnostic], language: Language, folder: Path) -> str:
    """What a user reads: the place and sentence of each problem, and the advice below it."""
    lines = []
    for diagnostic in diagnostics:
        text, advice = sentence(diagnostic, language)
        lines += [f"{diagnostic.place}: {text}", *([f"    {advice}"] if advice else [])]
    return "".join(f"{line}\n" for line in lines).replace(str(folder), folder.name)


def names(kind: str) -> list[str]:
    return sorted(path.name for path in (CASES / kind).iterdir() if path.is_dir())


@pytest.fixture(autouse=True)
def _no_shipped_clauses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The cases are read as they stand, without the registry of the shipped rules."""
    monkeypatch.setattr("engine.programme.loading.SHIPPED", tmp_path)


# Golden files


@pytest.mark.parametrize("name", names("bad"))
def test_a_bad_programme_is_told_what_is_wrong_and_where(name: str, tmp_path: Path) -> None:
    folder = written(name, tmp_path)
    diagnostics = problems_of(folder)
    for language in LANGUAGES:
        expected = (CASES / "bad" / name / f"expected.{language}.txt").read_text(encoding="utf-8")
        assert told(diagnostics, language, folder) == expected


@pytest.mark.parametrize("name", names("good"))
def test_a_good_programme_has_no_problems(name: str) -> None:
    folder = CASES / "good" / name
    assert told(problems_of(folder), "en", folder) == ""
    (programme,) = engine.programme.load([folder])
    assert programme.rulebooks


def test_generated_cases_have_a_folder() -> None:
    assert set(GENERATED) <= set(names("bad"))


# Catalogue

SOURCES = (
    "yaml_text.py",
    "rulebook.py",
    "expression/*.py",
    "programme/*.py",
    "programme/overlays/*.py",
    "policy/rules.py",
)
EMITTERS = {"Diagnostic", "refuse", "_refuse", "ExpressionError", "PydanticCustomError", "Problem"}
PASSED_ON: dict[tuple[str, str], set[str]] = {
    ("yaml_text.py", "code"): {"yaml_duplicate_key", "yaml_item_without_dash"},
    ("yaml_text.py", "structure"): {
        "yaml_deeper_than_value",
        "yaml_first_dash_missing",
        "yaml_dash_missing",
        "yaml_item_misaligned",
    },
    ("syntax.py", "node"): set(),
    ("syntax.py", "code"): {"expression_number"},
    ("check.py", "code"): set(),
    ("reporter.py", "code"): set(),
    ("reporter.py", "problem.code"): set(),
    ("citations.py", "code"): {"unknown_clause", "unknown_decision"},
    ("lifecycles.py", "code"): set(),
    ("policies.py", "code"): set(),  # see `of_the_policy`
    ("policies.py", "problem"): {"proposed_needs_grade"},
    ("merging.py", "code"): set(),
    ("files.py", "kind"): set(),
    ("files.py", "code"): {"empty_list", "empty_mapping"},
}
"""Where a code is not written out: the file, how the code is written there, and the codes that only come this way."""
ELSEWHERE = {"parameter_before_first_year"}
"""Codes of the language that the modules of the language do not emit: rating does, for a year."""


def emitted() -> Iterator[tuple[str, ast.expr]]:
    """The codes that the language emits: the file, and the expression of the code."""
    for pattern in SOURCES:
        for path in sorted((ROOT / "engine").glob(pattern)):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args:
                    called = node.func
                    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                    at = 1 if isinstance(called, ast.Attribute) and name == "refuse" and len(node.args) > 1 else 0
                    if name in EMITTERS:
                        texts = [argument for argument in node.args[: at + 1] if isinstance(argument, ast.Constant)]
                        yield path.name, texts[0] if texts else node.args[0]


def of_the_policy() -> set[str]:
    """The codes that the policy returns as text."""
    source = (ROOT / "engine" / "policy" / "rules.py").read_text(encoding="utf-8")
    return set(re.findall(r'"(policy-[a-z-]+)"', source))


def codes_in_sources() -> set[str]:
    written_out = {str(code.value) for _, code in emitted() if isinstance(code, ast.Constant)}
    return written_out | of_the_policy() | set.union(*PASSED_ON.values()) | ELSEWHERE


def test_every_code_has_a_message_and_every_message_a_code() -> None:
    assert codes_in_sources() == set(rules.MESSAGES)


def test_codes_are_written_out_where_they_are_emitted() -> None:
    assert {(file, ast.unparse(code)) for file, code in emitted() if not isinstance(code, ast.Constant)} == set(
        PASSED_ON
    )


def test_catalogues_do_not_hide_one_another() -> None:
    assert len({**rules.MESSAGES, **facts.MESSAGES, **runs.MESSAGES}) == sum(
        len(part.MESSAGES) for part in (rules, facts, runs)
    )


@pytest.mark.parametrize("code", sorted(rules.MESSAGES))
def test_a_message_has_a_sentence_and_advice_in_both_languages(code: str) -> None:
    message = rules.MESSAGES[code]
    assert set(message) == set(LANGUAGES)
    for language in LANGUAGES:
        text, advice = message[language]
        assert text
        assert advice
        assert "\n" not in text + advice
        assert not text.endswith((".", "。"))
        assert bool(re.search("[\u4e00-\u9fff]", re.sub(r"`[^`]*`", "", text))) == (language == "zh") or ":" in text
        assert (text + advice).count("`") % 2 == 0
    for fields in zip(*(map(fields_of, message[language]) for language in LANGUAGES), strict=True):
        assert fields[0] == fields[1], "a language leaves something out"


def fields_of(template: str) -> set[tuple[str, str]]:
    """The fields of a template; a label is in the language of the message."""
    named = {(name, spec or "") for _, name, spec, _ in Formatter().parse(template) if name}
    return {("label" if name in LANGUAGES else name, spec) for name, spec in named}


def test_the_policy_of_another_program_is_told_what_is_wrong() -> None:
    atom = Atom(0)
    policy = Policy(
        ("excellent", "qualified"),
        ("done",),
        (),
        (Proposal("a", atom, 0), Proposal("a", Atom(7), 1)),
        (Adjustment("up", And((atom,)), (0, 0)),),
    )
    said = {code: sentence(Diagnostic(code, Place("b.yaml"), values), "en")[0] for code, values in problems(policy)}
    assert said == {
        "policy-otherwise": "the last proposal cannot have a condition, or some units would get no grade",
        "policy-duplicate": "two rules are called `a`",
        "policy-malformed": "the rule `a` uses a condition, fact or grade that is not there",
        "policy-raises": "the rule `up` raises `qualified` to `excellent`",
    }


def test_a_year_before_the_first_of_a_parameter() -> None:
    (programme,) = engine.programme.load([CASES / "good" / "points"])
    with pytest.raises(InvalidRulesError) as refused:
        constants_in_force(programme, 2003)
    assert told(refused.value.diagnostics, "en", CASES) == (
        "points/village.yaml: no value for 2003: 1 parameter (satisfaction_min)\n"
        "    add `2003: …` to each, or rate 2004 or a later year\n"
    )


def test_a_year_that_the_programme_does_not_have(tmp_path: Path) -> None:
    text = "programme: p\nlabel: {zh: 先锋工程, en: Pioneer}\nyears: {from: 2004, to: 2008}\nkinds: {village: }\n"
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    (programme,) = engine.programme.load([tmp_path])
    assert [programme.outside(year) is None for year in (2003, 2004, 2008, 2009)] == [False, True, True, False]
    with pytest.raises(InvalidRulesError) as refused:
        rate(programme, Facts({}, (), (), (), {}), year=9999)
    assert told(refused.value.diagnostics, "zh", tmp_path) == (
        f"{tmp_path.name}/programme.yaml: 方案“先锋工程”只管 2004 到 2008 年，不包括 9999 年\n"
        "    请评定其中的一年；方案延长了的，请改 `programme.yaml` 里的 `years`\n"
    )


def test_a_folder_whose_name_is_too_long() -> None:
    (problem,) = problems_of(Path("r" * 300))
    assert sentence(problem, "en") == (
        "the folder cannot be opened: its name is too long",
        "check its name, and that you may read it",
    )


@pytest.mark.parametrize("year", ["9" * 5_000, "２００４", "2004年", "04"])
def test_a_year_is_four_plain_digits(year: str, tmp_path: Path) -> None:
    text = RULEBOOK.format(require="members > 5") + f"parameters:\n  p:\n    ? {year}\n    : 5\n"
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "programme.yaml").write_text("programme: p\nlabel: 方案\nkinds: {village: }\n", encoding="utf-8")
    (problem,) = problems_of(tmp_path)
    assert (problem.code, str(problem.place)) == ("not_a_year", f"{tmp_path.name}/b.yaml:12:7")


# Terms


def test_every_type_and_form_has_a_term() -> None:
    assert set(TERMS["type"]) == {*get_args(FactType), *get_args(TypeName)} - {"unknown"}
    assert set(TERMS["shape"]) == set(TERMS["shape_advice"]) == set(_SHAPES.values())
    assert set(TERMS["call"]) == {*ARGUMENTS, *AGGREGATES, *RANKS}


def test_fields_name_tables_of_terms_that_exist() -> None:
    specs = {
        spec for by in _catalogue().values() for parts in by.values() for part in parts for _, spec in fields_of(part)
    }
    assert set(TERMS) <= specs
    assert all(
        format(1.0, spec) for spec in specs - {*TERMS, PROBLEM, ADVICE}
    )  # or else it is how Python writes a number


@pytest.mark.parametrize("table", sorted(TERMS))
def test_terms_are_in_both_languages(table: str) -> None:
    for value, term in TERMS[table].items():
        assert set(term) == set(LANGUAGES)
        assert all(term.values()) or (value == NONE and not any(term.values()))


# How a message is filled


def test_words_of_the_user_stay_one_line_and_are_not_read_as_templates() -> None:
    values = {"name": "{name}\n\x1b[31m" + "长" * 500, "grades": "a"}
    text, _ = sentence(Diagnostic("unknown_grade", Place("b.yaml"), values), "en")
    assert text == "there is no grade `{name} [31m" + "长" * (LONGEST - 11) + "…`"
    text, _ = sentence(Diagnostic("missing_key", Place("b.yaml"), {"key": "a", "of": "f.{}"}), "en")
    assert text == "`f.{}` lacks `a`"


def test_names_that_may_be_meant_come_before_the_advice() -> None:
    diagnostic = Diagnostic("unknown_title", Place("b.yaml"), {"name": "five"}, ("five_goods", "four\ngoods"))
    assert sentence(diagnostic, "en")[1] == (
        "did you mean `five_goods` or `four goods`? write a name that stands under `titles`, not its label"
    )
    assert sentence(diagnostic, "zh")[1].startswith("是否想写 `five_goods` 或 `four goods`？请写")
