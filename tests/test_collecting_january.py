"""The fixture of January: messy workbooks and lists become the facts that were drawn; every value has its cell."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner
from conftest import ROOT
from python_calamine import CalamineWorkbook

from cli import main
from engine import collecting
from engine.collecting import files
from engine.facts import read_facts
from engine.facts.tables import OWNER_FILES
from engine.programme import load, tables
from engine.sampling import write_tables

JANUARY = ROOT / "fixtures" / "january"
OPTIONS = [
    *("--rules", f"{JANUARY}/rules", "--year", "2024", "--roster", f"{JANUARY}/roster.xlsx"),
    *("--aliases", f"{JANUARY}/aliases_to_confirm.xlsx", "--reading", "satisfaction=percent", "--lang", "en"),
]


@dataclass(frozen=True)
class January:
    facts: Path
    output: str
    said: Any
    trail: pl.DataFrame


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> January:
    facts = tmp_path_factory.mktemp("january") / "facts"
    result = CliRunner().invoke(main, ["collect", f"{JANUARY}/received", "-o", str(facts), *OPTIONS])
    assert result.exit_code == 0, result.output
    said = json.loads((facts / "collected.json").read_text(encoding="utf-8"))
    return January(facts, result.stdout, said, pl.read_parquet(facts / "trail.parquet"))


def test_what_was_drawn_is_collected(january: January) -> None:
    schema = tables(load([JANUARY / "rules"]))
    found, expected = (read_facts(folder, schema) for folder in (january.facts, JANUARY / "expected"))
    assert found.warnings == expected.warnings == ()
    for kind, table in expected.tables.items():
        assert found.tables[kind].drop("_file", "_row").equals(table.drop("_file", "_row")), kind


def test_the_folder_is_rated_without_a_question(january: January, tmp_path: Path) -> None:
    words = ["run", str(january.facts), "--rules", f"{JANUARY}/rules", "--year", "2024", "-o", f"{tmp_path}/run"]
    result = CliRunner().invoke(main, [*words, "--lang", "en"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Village: 298 read, 298 rated, 0 refused" in result.stdout


@cache
def cells_of(path: Path) -> dict[tuple[str | None, str], object]:
    """Every cell of a received file by sheet and name, read without the reader of facts."""
    if path.suffix == ".csv":
        data = path.read_bytes()
        text = data.decode("utf-8-sig") if data.startswith(b"\xef\xbb\xbf") else data.decode("gb18030")
        sheets = {None: [line.split(",") for line in text.splitlines()]}
        return {
            (None, f"{'ABCDEFGHIJKLMNOPQ'[at]}{row}"): cell
            for row, line in enumerate(sheets[None], 1)
            for at, cell in enumerate(line)
        }
    found: dict[tuple[str | None, str], object] = {}
    with CalamineWorkbook.from_path(path) as book:
        for name in book.sheet_names:
            for row, line in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1):
                for at, cell in enumerate(line):
                    found[name, f"{'ABCDEFGHIJKLMNOPQ'[at]}{row}"] = cell
    return found


def as_number(text: object) -> float | None:
    """The number that a text shows; a percentage as the share that a percent cell stores."""
    found = re.fullmatch(r"(-?[0-9.]+)([%％]?)", str(text))
    return float(found[1]) / (100 if found[2] else 1) if found else None


def test_every_cell_of_the_trail_holds_that_text_in_the_received_file(january: January) -> None:
    told = january.trail.filter(pl.col("cell").is_not_null())
    for row in told.iter_rows(named=True):
        cell = cells_of(january.facts / "received" / row["file"])[row["sheet"], row["cell"]]
        same = str(cell).strip() == row["text"] or str(cell) == f"{row['text']} 00:00:00"
        number, stored = as_number(row["text"]), as_number(cell)
        assert same or (number is not None and stored == pytest.approx(number, rel=1e-12)), (row, cell)
    assert told.height > 3_000


def test_every_value_of_the_tables_has_its_trail(january: January) -> None:
    trail = {row[:3]: row[3:] for row in january.trail.iter_rows()}
    for kind in ("village", "township"):
        table = pl.read_csv(january.facts / f"{kind}.csv", infer_schema=False)
        for unit in table.iter_rows(named=True):
            for fact, value in unit.items():
                if fact not in {"id", "name", "parent"}:
                    assert ((kind, unit["id"], fact) in trail) == (value is not None)
    implied = [key for key, where in trail.items() if where[2] is None]
    assert {fact for _, _, fact in implied} == {"falsified_data"}
    assert len(implied) == 298 - 3


def test_what_stands_beside_a_fact_is_kept(january: January) -> None:
    beside = january.trail.filter(pl.col("fact").str.contains(r"\."))
    assert set(beside["fact"]) == {"committee_members.document", "committee_members.note"}
    documents = Counter(beside.filter(pl.col("fact") == "committee_members.document")["text"])
    assert documents == {"组〔2024〕5号": 1, "组〔2024〕10号": 2, "组〔2024〕15号": 2, "组〔2024〕20号": 2}


def test_the_files_are_kept_as_they_were(january: January) -> None:
    for file in january.said["files"]:
        name = str(file["file"])
        data = (january.facts / "received" / name).read_bytes()
        assert data == (JANUARY / "received" / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == file["sha256"]
    kept = {path.name for path in (january.facts / "received").rglob("*") if path.is_file()}
    assert kept == {Path(str(file["file"])).name for file in january.said["files"]}
    assert Counter(item["why"] for item in january.said["ignored"]) == {"file_open_elsewhere": 2, "file_other": 1}


def test_the_manifest_says_who_sent_what(january: January) -> None:
    first = january.said["files"][0]
    told = {key: first[key] for key in ("file", "sender", "submitted", "reported_by", "checked_by")}
    assert told == {
        "file": "01大岭镇.xlsx",
        "sender": "大岭镇",
        "submitted": "2025-01-05",
        "reported_by": "陈建国",
        "checked_by": "廖华",
    }
    assert january.said["readings"] == {"satisfaction": "percent"}
    hows = Counter(item["how"] for item in january.said["matched"])
    assert hows["confirmed"] == hows["alias"] == 1
    (overruled,) = january.said["overruled"]
    assert overruled["file"] == "04枫林镇.xlsx"
    assert "县财政局" in str(overruled["by"])


def test_the_roster_adds_up_on_the_screen(january: January) -> None:
    assert "roster of Village 300 = submitted 298 + not submitted 2; no longer in force or merged 2" in january.output
    assert january.output.count("Not submitted · ") == 2
    assert f"wuhao run {january.facts} --rules {JANUARY}/rules --year 2024" in january.output


def test_what_was_refused_is_sent_back_marked(tmp_path: Path) -> None:
    words = ["collect", f"{JANUARY}/refused", "-o", f"{tmp_path}/facts", "--returns", f"{tmp_path}/returns", *OPTIONS]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 4
    assert not (tmp_path / "facts").exists()
    copies = {path.name for path in (tmp_path / "returns").iterdir()}
    assert copies == {"01大岭镇.xlsx", "07龙潭镇.xlsx", "15水口镇.xlsx"}
    with CalamineWorkbook.from_path(tmp_path / "returns" / "01大岭镇.xlsx") as book:
        listed = book.get_sheet_by_name("Problems").to_python()
        copied = book.get_sheet_by_name("村").to_python()
    assert ["村", "B5"] in [row[:2] for row in listed]
    assert {"村"} == {row[0] for row in listed[1:]}
    assert copied[4][1] == "4.416E+11"
    assert "D10" in {row[1] for row in listed}  # both cells that differ are named


def content(path: Path) -> object:
    """The cells of a workbook, the bytes of any other file."""
    readable = path.suffix == ".xlsx" and not path.name.startswith(OWNER_FILES)
    return files.grids(path, path.name) if readable else path.read_bytes()


def test_the_script_makes_the_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "fixtures"))
    import make_january  # noqa: PLC0415

    make_january.make(JANUARY / "rules", tmp_path)
    made = {path.relative_to(tmp_path): content(path) for path in tmp_path.rglob("*") if path.is_file()}
    kept = {
        path.relative_to(JANUARY): content(path)
        for path in JANUARY.rglob("*")
        if path.is_file() and path.relative_to(JANUARY).parts[0] in {part.parts[0] for part in made}
    }
    assert made == kept


@pytest.mark.parametrize("folder", ["district", "county", "upgrade"])
def test_tables_that_can_be_read_are_collected_as_they_are(folder: str) -> None:
    schema = tables(load())
    source = ROOT / "fixtures" / folder
    found = collecting.collect(source, schema)
    assert found.problems == ()
    with TemporaryDirectory() as facts:
        write_tables(found.tables, Path(facts), "csv")
        collected, expected = (read_facts(path, schema) for path in (Path(facts), source))
        for kind, table in expected.tables.items():
            assert collected.tables[kind].drop("_file", "_row").equals(table.drop("_file", "_row")), kind
