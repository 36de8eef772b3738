"""The command line of `wuhao collect`, and workbooks as Excel writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from collecting import SCHEMA, write
from conftest import ROOT
from facts_cases import BAD
from python_calamine import CalamineWorkbook

from cli import main
from engine import collecting
from engine.collecting.roster import read_aliases

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RULES = ROOT / "fixtures" / "january" / "rules"
ROSTER = [["编号", "村名", "所属乡镇"], ["V1", "上坪村", "大岭镇"], ["V2", "西村", "大岭镇"]]


def invoke(*words: object) -> Result:
    return CliRunner().invoke(main, ["collect", *map(str, words), "--rules", str(RULES), "--lang", "en"])


@pytest.fixture
def received(tmp_path: Path) -> Path:
    write(tmp_path / "roster.xlsx", {"名册": ROSTER})
    folder = tmp_path / "received"
    write(folder / "01大岭镇.xlsx", {"村": [["村名", "两委成员数"], ["上坪村", 7]]})
    return folder


def test_nothing_is_written_over(received: Path) -> None:
    result = invoke(received, "-o", received)
    assert (result.exit_code, "is there already" in result.stderr) == (2, True)  # facts_exist


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        ("satisfation=percent", "did you mean `satisfaction`?"),  # reading_unknown_fact
        ("satisfaction=yuan", "it is one of: percent, ratio"),  # reading_unknown
        ("debts=percent", "it is one of: yuan, wan"),
        ("meetings=percent", "it is one of: -"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(received: Path, tmp_path: Path, reading: str, told: str) -> None:
    result = invoke(received, "-o", tmp_path / "facts", "--reading", reading)
    assert (result.exit_code, told in result.stderr) == (2, True)


def test_the_screen(received: Path, tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    write(received / "县纪委.xlsx", {"Sheet1": [["村名"], ["无"]]})
    for language in ("zh", "en"):
        facts = tmp_path / language
        words = ["collect", str(received), "-o", str(facts), "--roster", str(tmp_path / "roster.xlsx")]
        result = CliRunner().invoke(main, [*words, "--rules", str(RULES), "--lang", language])
        assert result.exit_code == 0
        text = result.output.replace(str(facts), "FACTS").replace(str(RULES), "RULES")
        golden(f"collect/screen.{language}.txt", text)


def test_what_was_collected_as_json(received: Path, tmp_path: Path) -> None:
    result = invoke(received, "-o", tmp_path / "facts", "--roster", tmp_path / "roster.xlsx", "--json")
    data = json.loads(result.stdout)
    assert data == json.loads((tmp_path / "facts" / "collected.json").read_text(encoding="utf-8"))
    assert data["roster"]["kinds"]["village"] == {
        "roster": 2,
        "submitted": 1,
        "not_submitted": [{"id": "V2", "name": "西村", "parent": "大岭镇"}],
        "left": [],
    }


def test_names_are_proposed_confirmed_and_taken(received: Path, tmp_path: Path) -> None:
    write(received / "01大岭镇.xlsx", {"村": [["村名", "两委成员数"], ["上平村", 7], ["西村", 6]]})
    words = (received, "-o", tmp_path / "facts", "--roster", tmp_path / "roster.xlsx")
    refused = invoke(*words)
    sheet = tmp_path / "aliases_to_confirm.xlsx"
    assert (refused.exit_code, str(sheet) in refused.stderr) == (4, True)
    assert read_aliases(sheet, SCHEMA) == ([], [])
    assert str(tmp_path / "aliases_to_confirm_2.xlsx") in invoke(*words).stderr  # the first may be confirmed by now
    with CalamineWorkbook.from_path(sheet) as book:
        (name,) = book.sheet_names
        rows = book.get_sheet_by_name(name).to_python()
    rows[1][rows[0].index("Confirmed")] = "是"
    write(received / "aliases_to_confirm.xlsx", {name: rows})
    assert invoke(*words).exit_code == 0
    said = json.loads((tmp_path / "facts" / "collected.json").read_text(encoding="utf-8"))
    (matched,) = said["matched"]
    assert (matched["text"], matched["id"], matched["how"], matched["cell"]) == ("上平村", "V1", "confirmed", "A2")


def test_a_password_and_an_old_workbook_are_told_what_to_save_as(received: Path, tmp_path: Path) -> None:
    for case in ("password_xlsx", "old_xls"):
        (source,) = (path for path in (BAD / case).iterdir() if path.suffix.startswith(".xls"))
        (received / source.name).write_bytes(source.read_bytes())
    result = invoke(received, "-o", tmp_path / "facts", "--roster", tmp_path / "roster.xlsx")
    assert result.exit_code == 4
    assert result.stderr.count("save it as .xlsx") == 2
    assert not (tmp_path / "facts").exists()


def test_a_workbook_of_merged_headers_percent_cells_and_several_sheets(tmp_path: Path) -> None:
    table: list[list[object]] = [
        ["大岭镇报表", "", "", "", ""],
        ["村编号", "村名", "班子", "", "发展"],
        ["", "", "两委成员数", "依据", "收入增长率"],
        [441621100201, "东村", 7, "组1号", (0.065,)],
        [441621100202, "西村", 6, "", (1.2,)],
    ]
    merged = ["A1:E1", "A2:A3", "B2:B3", "C2:D2"]
    write(tmp_path / "in" / "01大岭镇.xlsx", {"Sheet1": table}, merged)
    found = collecting.collect(tmp_path / "in", SCHEMA)
    assert found.problems == ()
    assert found.tables["village"].rows() == [
        ("441621100201", "东村", "大岭镇", "7", "6.5%"),
        ("441621100202", "西村", "大岭镇", "6", "120%"),
    ]
    assert found.trail is not None
    assert found.trail.filter(fact="growth", id="441621100202").rows() == [
        ("village", "441621100202", "growth", "01大岭镇.xlsx", "Sheet1", "E5", "120%")
    ]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = invoke(tmp_path / "nowhere", "-o", tmp_path / "facts")
    assert (result.exit_code, "cannot be opened" in result.stderr) == (4, True)
