"""`wuhao collect`: what is collected of the files that people send, and what is said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest
from collecting import CASES, SCHEMA, collected, rows, told

from engine import collecting
from engine.messages import Language
from engine.messages.collecting import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GOOD, BAD = CASES["good"], CASES["bad"]
SAID_OF_OPTIONS = {"facts_exist", "reading_unknown_fact", "reading_unknown"}
"""Messages that test_collecting_cli.py speaks."""


@pytest.mark.parametrize("name", GOOD)
def test_what_is_sent_becomes_facts(name: str, tmp_path: Path) -> None:
    case = GOOD[name]
    found = collected(case, tmp_path)
    assert told(found.problems, "en") == ""
    for kind in SCHEMA.keys() & case.keys():
        header, *expected = rows(case[kind])
        assert found.tables[kind].columns == header
        assert [[cell or "" for cell in row] for row in found.tables[kind].rows()] == expected
    assert [
        f"{item.file} {item.cell.name if item.cell else ''} {item.text}" for item, _ in found.overruled
    ] == case.get("overruled", [])


@pytest.mark.parametrize("language", get_args(Language))
def test_everything_that_is_wrong_is_told_with_its_cell(
    language: Language, tmp_path: Path, golden: Callable[[str, str], None]
) -> None:
    pages = []
    for number, (name, case) in enumerate(BAD.items()):
        found = collected(case, tmp_path / str(number))
        assert found.problems, name
        pages.append(f"# {name}\n{told([*found.warnings, *collecting.shown(found.problems)], language)}")
    golden(f"collect/problems.{language}.txt", "\n".join(pages))


def test_every_message_is_spoken(tmp_path: Path) -> None:
    spoken = set()
    for number, case in enumerate(BAD.values()):
        found = collected(case, tmp_path / str(number))
        spoken |= {item.code for item in (*found.problems, *found.warnings)}
    assert MESSAGES.keys() - spoken == SAID_OF_OPTIONS
