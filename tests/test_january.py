"""The month of January, from what was sent to the final list: what is said of it must be true of the files."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from cli import main
from engine.archive import Run
from engine.explanation import explain

if TYPE_CHECKING:
    from engine.explanation.model import Explanation, Source

JANUARY = Path(__file__).resolve().parents[1] / "fixtures" / "january"
RULES = JANUARY / "rules"
YES_NO = {
    "是": "是",
    "否": "否",
    "有": "是",
    "无": "否",
    "没有": "否",
    "√": "是",
    "×": "否",
    "true": "是",
    "false": "否",
}
SCALES = (1, 100, 0.01, 10_000, 0.0001)
"""Percent and shares, yuan and ten thousand."""


def wuhao(*arguments: object) -> str:
    result = CliRunner().invoke(main, [*map(str, arguments), "--lang", "zh"])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """The draft, the public and the final run."""
    folder = tmp_path_factory.mktemp("january")
    answers = ("--roster", JANUARY / "roster.xlsx", "--aliases", JANUARY / "aliases_to_confirm.xlsx")
    reading = ("--reading", "satisfaction=percent", "--year", 2024)
    wuhao("collect", JANUARY / "received", "--rules", RULES, *answers, *reading, "-o", folder / "facts")
    found = {}
    for stage in ("draft", "public", "final"):
        for paper in JANUARY.glob(f"{stage}/*.xlsx"):
            shutil.copy(paper, folder / "facts")
        wuhao("run", folder / "facts", "--rules", RULES, "--year", 2024, "-o", folder / stage, "--stage", stage)
        found[stage] = Run.open(folder / stage)
    return found


@pytest.mark.parametrize("stage", ["draft", "public", "final"])
def test_the_roster_is_accounted_for_at_each_stage(runs: dict[str, Run], stage: str) -> None:
    run = runs[stage]
    counts = run.manifest["counts"]["village"]
    roster = run.collected["roster"]["kinds"]["village"]
    accounted = counts["rated"] + counts.get("exempt", 0) + counts["rejected"] + len(roster["not_submitted"])
    assert accounted == roster["roster"] == 300


def test_a_seat_more_is_a_seat_less(runs: dict[str, Run]) -> None:
    ratings = [runs[stage].ratings("village_year").collect() for stage in ("public", "final")]
    seated = [set(table.filter(pl.col("computed_grade") == "excellent")["id"]) for table in ratings]
    assert [len(ids) for ids in seated] == [59, 59]
    assert len(seated[1] - seated[0]) == len(seated[0] - seated[1]) == 1


def test_every_step_has_a_paper(runs: dict[str, Run]) -> None:
    wuhao("compare", runs["draft"].folder, runs["public"].folder, "--unexplained")
    wuhao("compare", runs["draft"].folder, runs["final"].folder, "--unexplained")


def sources(explanation: Explanation) -> list[Source]:
    """Everything that an explanation says was read from a cell."""
    found = [source for good in explanation.goods for item in good.criteria for source in item.sources]
    found += [source for rule in explanation.rules for source in rule.sources]
    return [source for source in found if source.value is not None and not source.answer]


def as_number(text: str) -> float | None:
    bare = text.replace(",", "").replace("，", "").strip()
    percent = bare.endswith(("%", "％"))
    try:
        value = float(bare.rstrip("%％"))
    except ValueError:
        return None
    return value / 100 if percent else value


def says(cell: str, value: str) -> bool:
    """Whether a cell holds a value, perhaps in another unit of measure or under another word."""
    shown, written = as_number(value), as_number(cell)
    if shown is not None and written is not None:
        return any(abs(written * scale - shown) <= 1e-9 * max(1.0, abs(shown)) for scale in SCALES)
    return cell.strip() == value or YES_NO.get(cell.strip(), cell.strip()[:10]) == value


@cache
def rows_of(path: Path, sheet: str | None) -> list[list[str]]:
    """The cells of a file as it was received."""
    if sheet is None:
        data = path.read_bytes()
        text = data.decode("utf-8-sig") if data.startswith(b"\xef\xbb\xbf") else data.decode("gb18030")
        return [line.split(",") for line in text.splitlines()]
    opened = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet)
    left, top = (opened.start[1], opened.start[0]) if opened.start else (0, 0)
    rows = [[""] * left + [str(cell) for cell in row] for row in opened.to_python(skip_empty_area=True)]
    return [[]] * top + rows


def cell_at(folder: Path, place: str) -> str:
    """What stands in `file[sheet]!D17` or `file:17:D`."""
    found = re.fullmatch(
        r"(?P<file>.+?)(\[(?P<sheet>.+)\]!(?P<in>[A-Z]+)(?P<row>\d+)|:(?P<line>\d+):(?P<col>[A-Z]+))", place
    )
    assert found is not None, place
    column = 0
    for letter in found["in"] or found["col"]:
        column = column * 26 + ord(letter) - ord("A") + 1
    rows = rows_of(folder / found["file"], found["sheet"])
    return rows[int(found["row"] or found["line"]) - 1][column - 1]


def test_every_number_stands_in_the_cell_that_why_names(runs: dict[str, Run]) -> None:
    run = runs["draft"]
    received = run.folder / "facts" / "originals" / "received"
    checked = 0
    for unit, name in run.facts("village").select("id", "name").collect().iter_rows():
        for source in sources(explain(run, unit)[0]):
            value = source.value["zh"] if isinstance(source.value, dict) else str(source.value)
            cell = cell_at(received, source.cell)
            named = source.fact == "falsified_data" and value == "是" and cell.startswith(name[:-1])  # a list of names
            assert named or says(cell, value), (unit, source.label, value, source.cell, cell)
            checked += 1
    assert checked > 2_500
