"""The slips of authors of overlays, and what they are told: `language_cases/overlays` (see `slips.yaml` there).

Each is one edit of a good overlay. `told.<language>.txt` shows all of them with the messages, to be read from top to
bottom as an official would; `python tests/update_language_golden.py` writes them anew.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_language_messages import LANGUAGES, told
from test_language_mistakes import RULES
from test_language_slips import INSTEAD, examples, others

from engine import yaml_text
from engine.diagnostic import InvalidRulesError
from engine.messages import sentence
from engine.programme import load

if TYPE_CHECKING:
    from engine.diagnostic import Diagnostic
    from engine.messages import Language

FOLDER = Path(__file__).parent / "language_cases" / "overlays"
COUNTY = FOLDER / "county.yaml"
SLIPS: dict[str, dict[str, str]] = yaml_text.read(FOLDER / "slips.yaml").value
WITH_TWO = {"type_changed", "rulebook_off", "used_fact_off"}
"""Edits that make more than one mistake."""


@pytest.fixture(autouse=True)
def _no_shipped_clauses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The rules are read as they stand, without the registry of the shipped ones."""
    monkeypatch.setattr("engine.programme.loading.SHIPPED", tmp_path / "nothing")


def edited(slip: dict[str, str], folder: Path) -> Path:
    """The good overlay with one edit."""
    text = COUNTY.read_text(encoding="utf-8")
    assert text.count(slip["instead"]) == 1, slip["instead"]
    file = folder / "overlays" / COUNTY.name
    file.parent.mkdir()
    file.write_text(text.replace(slip["instead"], slip["write"]), encoding="utf-8")
    return file


def problems_with(*overlays: Path, rules: Path = RULES) -> tuple[Diagnostic, ...]:
    """What is wrong with the rules under overlays."""
    try:
        load([rules], overlays)
    except InvalidRulesError as error:
        return error.diagnostics
    return ()


def page(language: Language) -> str:
    """Every slip with what is said about it."""
    parts = []
    for name, slip in SLIPS.items():
        with TemporaryDirectory() as folder:
            said = told(problems_with(edited(slip, Path(folder))), language, Path(folder))
        written = "".join(f"| {line}\n" for line in slip["write"].strip("\n").splitlines())
        parts.append(f"# {name}\n{written}{said}")
    return "\n".join(parts)


def test_the_overlay_without_slips_is_good() -> None:
    assert problems_with(COUNTY) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slip_is_told_as_agreed(language: Language) -> None:
    assert page(language) == (FOLDER / f"told.{language}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_once_and_where_the_overlay_makes_it(name: str, tmp_path: Path) -> None:
    slip = SLIPS[name]
    problems = problems_with(edited(slip, tmp_path))
    assert len(problems) == 1 or (problems and name in WITH_TWO)
    text = COUNTY.read_text(encoding="utf-8")
    first = text[: text.index(slip["instead"])].count("\n") + 1
    last = first + slip["write"].strip("\n").count("\n")
    for problem in problems:
        assert problem.place.file == "overlays/county.yaml"
        assert first - 1 <= (problem.place.line or 0) <= last + 1 or name.startswith("no_")


def test_an_overlay_given_twice_is_told() -> None:
    (problem,) = problems_with(COUNTY, COUNTY)
    assert problem.code == "overlay_twice"


def test_an_overlay_among_rulebooks_is_told(tmp_path: Path) -> None:
    for file in (*RULES.iterdir(), COUNTY):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (problem,) = problems_with(rules=tmp_path)
    assert (problem.code, problem.place.file) == ("overlay_among_rulebooks", f"{tmp_path.name}/county.yaml")


def test_what_an_overlay_cannot_change_because_it_is_wrong_itself_is_told_in_the_rulebook(tmp_path: Path) -> None:
    for file in RULES.iterdir():
        text = file.read_text(encoding="utf-8").replace("satisfaction >= 80%", "satisfactoin >= 80%")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    (problem,) = problems_with(COUNTY, rules=tmp_path)
    assert (problem.code, problem.place.file) == ("unknown_name", f"{tmp_path.name}/village.yaml")


def test_a_criterion_of_another_good_is_told_where_it_stands(tmp_path: Path) -> None:
    for file in RULES.iterdir():
        text = file.read_text(encoding="utf-8").replace(
            "\ntitles:", "  masses: {label: 群众, criteria: {a: {label: 甲, require: task_completed}}}\ntitles:"
        )
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    text = COUNTY.read_text(encoding="utf-8").replace(
        "\n    policy:", "\n      masses: {criteria: {satisfied: {bonus: true}}}\n    policy:"
    )
    (tmp_path / "overlays").mkdir()
    (tmp_path / "overlays" / "county.yaml").write_text(text, encoding="utf-8")
    (problem,) = problems_with(tmp_path / "overlays" / "county.yaml", rules=tmp_path)
    assert (problem.code, problem.values["where"]) == ("overlay_elsewhere", "goods.leadership.criteria")


SOURCE = yaml_text.read(COUNTY)


def assert_told(lines: list[str]) -> None:
    """The rules load under another text of the overlay, or every problem is told in it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "overlays" / "county.yaml"
        file.parent.mkdir()
        file.write_text("".join(lines), encoding="utf-8")
        problems = problems_with(file)
    for problem in problems:
        assert problem.place.file == "overlays/county.yaml"
        for language in LANGUAGES:
            words, advice = sentence(problem, language)
            assert words
            assert advice
            assert "\n" not in words + advice
            assert "None" not in words


@given(st.sampled_from(sorted(SOURCE.inline, key=str)), st.sampled_from((*INSTEAD, "off")))
@examples(40)
def test_another_value_loads_or_is_told_in_the_overlay(path: tuple[str | int, ...], instead: str) -> None:
    lines = COUNTY.read_text(encoding="utf-8").splitlines(keepends=True)
    place, value = SOURCE.place(*path), SOURCE.value
    for part in path:
        value = value[part]
    at, column = (place.line or 0) - 1, int(place.column or 0) - 1
    lines[at] = lines[at][:column] + instead + lines[at][column + len(value) :]
    assert_told(lines)


@given(st.data())
@examples(40)
def test_another_line_loads_or_is_told_in_the_overlay(data: st.DataObject) -> None:
    lines = COUNTY.read_text(encoding="utf-8").splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1), label="line")
    lines[at] = data.draw(st.sampled_from(list(others(lines[at]))), label="instead")
    assert_told(lines)
