"""Every folder of `fixtures/bad` is refused with exactly the messages it expects."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, get_args

import pytest
from facts_cases import BAD, SCHEMA, problems, rendered

from engine.messages import Language
from engine.messages.facts import MESSAGES

if TYPE_CHECKING:
    from pathlib import Path

CASES = sorted(path for path in BAD.iterdir() if path.is_dir())


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_facts_are_told(case: Path, language: Language) -> None:
    assert rendered(case, language) == (case / f"expected.{language}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_problem_has_a_place_in_the_folder(case: Path) -> None:
    for problem in problems(case):
        assert (case / problem.place.file).exists() or problem.place.file == case.name


def test_messages_fill_the_same_values_in_both_languages() -> None:
    per_language = {"zh", "choices_zh", "other_zh", "en", "choices_en", "other_en", "kind", "fact"}
    for code, message in MESSAGES.items():
        zh, en = (
            {name for part in parts for _, name, _, _ in Formatter().parse(part) if name} for parts in message.values()
        )
        assert zh - per_language == en - per_language, code


def test_the_schema_has_every_type_of_fact_that_has_cells_of_its_own() -> None:
    types = {column.type for table in SCHEMA.values() for column in table.columns.values()}
    assert types >= {"count", "number", "money", "ratio", "boolean", "date", "text", "choice", "grade"}
