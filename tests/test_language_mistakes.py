"""The slips of authors of rules, and what they are told: `language_cases/mistakes` (see `mistakes.yaml` there).

Each is one edit of good rules. `told.<language>.txt` shows all of them with the messages, to be read from top to bottom
as an official would; `python tests/update_language_golden.py` writes them anew.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from test_language_messages import LANGUAGES, problems_of, told

from engine import yaml_text

if TYPE_CHECKING:
    from engine.messages import Language

FOLDER = Path(__file__).parent / "language_cases" / "mistakes"
RULES = FOLDER / "rules"
MISTAKES: dict[str, dict[str, str]] = yaml_text.read(FOLDER / "mistakes.yaml").value
WITH_TWO = {"bands_without_percent", "grade_renamed_in_one_place"}
"""Edits that make two mistakes."""
SEEN_LATER = {"list_for_mapping", "points_do_not_add_up", "propose_deleted", "grade_renamed_in_one_place"}
"""Mistakes that only what follows them shows."""


@pytest.fixture(autouse=True)
def _no_shipped_clauses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The rules are read as they stand, without the registry of the shipped ones."""
    monkeypatch.setattr("engine.programme.loading.SHIPPED", tmp_path / "nothing")


def edited(mistake: dict[str, str], folder: Path) -> Path:
    """The good rules with one edit."""
    copied = folder / "pioneer"
    shutil.copytree(RULES, copied)
    file = copied / mistake.get("file", "village.yaml")
    text = file.read_text(encoding="utf-8")
    assert text.count(mistake["instead"]) == 1, mistake["instead"]
    file.write_text(text.replace(mistake["instead"], mistake["write"]), encoding="utf-8")
    return copied


def page(language: Language) -> str:
    """Every mistake with what is said about it."""
    parts = []
    for name, mistake in MISTAKES.items():
        with TemporaryDirectory() as folder:
            said = told(problems_of(edited(mistake, Path(folder))), language, Path(folder))
        written = "".join(f"| {line}\n" for line in mistake["write"].strip("\n").splitlines())
        parts.append(f"# {name}\n{written}{said}")
    return "\n".join(parts)


def test_the_rules_without_mistakes_are_good() -> None:
    assert problems_of(RULES) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_is_told_as_agreed(language: Language) -> None:
    assert page(language) == (FOLDER / f"told.{language}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_once_and_where_it_is(name: str, tmp_path: Path) -> None:
    mistake = MISTAKES[name]
    problems = problems_of(edited(mistake, tmp_path))
    assert len(problems) == 1 or (problems and name in WITH_TWO)
    file = mistake.get("file", "village.yaml")
    text = (RULES / file).read_text(encoding="utf-8")
    first = text[: text.index(mistake["instead"])].count("\n") + 1
    last = first + mistake["write"].strip("\n").count("\n")
    assert problems[0].place.file.endswith(file)
    line = problems[0].place.line or 0
    assert first - 1 <= line <= last + 1 or name in SEEN_LATER
