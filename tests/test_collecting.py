"""`wuhao collect`: what is collected of the files that people send, and what is said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest
from collecting import CASES, SCHEMA, collected, rows, told

from engine import collecting
from engine.collecting.columns import measured
from engine.collecting.roster import Entry, Roster, restored
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


@pytest.mark.parametrize(
    ("text", "id_"),
    [("4416 2110 0201", "441621100201"), ("V１", "V1"), ("4²", "4²"), ("2E3", None), ("V 1", "V 1"), (" 007 ", "007")],
)
def test_ids_are_read_as_they_were_meant(text: str, id_: str | None) -> None:
    assert restored(text) == id_


@pytest.mark.parametrize(
    ("text", "unit", "read"),
    [
        ("92", "%", "92%"),
        ("９２．５", "%", "92.5%"),
        ("1,200", "万元", "1,200万元"),
        ("1,2", "%", "1,2"),
        ("5²", "%", "5²"),
    ],
)
def test_a_bare_number_gets_its_unit(text: str, unit: str, read: str) -> None:
    assert measured(text, unit) == read


@pytest.mark.parametrize("text", ["大岭镇", "大岭", "大岭镇人民政府", "T1"])
def test_a_township_is_found_by_what_it_is_called(text: str) -> None:
    parents = {"township": None, "village": "township"}
    towns = [Entry("township", id_, name) for id_, name in (("T1", "大岭镇"), ("T2", "石桥镇"), ("T3", "石桥乡"))]
    roster = Roster([*towns, Entry("village", "V1", "东村", (), "大岭")], parents)
    assert roster.above("village", text) == roster.entries["village"]["V1"].parent == "T1"
    assert roster.above("village", "石桥") is None
