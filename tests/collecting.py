"""Files that people send, made from what a case says, and a small schema to collect them by."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter
from facts_cases import GRADES, TERRAIN

from engine import collecting, yaml_text
from engine.messages import sentence
from engine.rulebook import Label
from engine.schema import NOT_ENTERED, Column, Source, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.collecting import Collected
    from engine.diagnostic import Diagnostic
    from engine.messages import Language

CASES: dict[str, dict[str, dict[str, Any]]] = yaml_text.read(Path(__file__).parent / "data" / "collecting.yaml").value
DISCIPLINE = Source("discipline", Label(zh="县纪委", en="Discipline office"), listing=True)
FINANCE = Source("finance", Label(zh="县财政局", en="Finance office"))
SURVEY = Source("survey", Label(zh="满意度调查", en="Survey"))


def _table(kind: str, zh: str, en: str, parent: str | None, *columns: Column, record: bool = False) -> Table:
    return Table(kind, Label(zh=zh, en=en), parent, {column.id: column for column in columns}, record)


def _label(zh: str, en: str) -> Label:
    return Label(zh=zh, en=en)


SCHEMA: Mapping[str, Table] = {
    "county": _table("county", "县", "County", None),
    "township": _table(
        "township",
        "乡镇",
        "Township",
        "county",
        Column("plan_filed", "boolean", _label("计划已报备", "Plan filed")),
    ),
    "village": _table(
        "village",
        "村",
        "Village",
        "township",
        Column("members", "count", _label("两委成员数", "Members"), low=1),
        Column("cross_posted", "count", _label("交叉任职人数", "Cross-posted"), low=0, high="members"),
        Column("growth", "ratio", _label("收入增长率", "Growth"), low=-1, high=5),
        Column("satisfaction", "ratio", _label("满意率", "Satisfaction"), low=0, high=1, source=SURVEY),
        Column("income", "money", _label("集体收入", "Income"), source=FINANCE),
        Column("sanctions", "count", _label("受处分人数", "Sanctions"), low=0, blank=0),
        Column("falsified", "boolean", _label("弄虚作假", "Falsified"), source=DISCIPLINE),
        Column("fined", "count", _label("罚款次数", "Fines"), low=0, blank=0, source=DISCIPLINE),
        Column("completed", "boolean", _label("完成任务", "Completed")),
        Column("elected", "date", _label("换届日期", "Elected on")),
        Column("grade_entered", "grade", _label("拟评等次", "Grade entered"), blank=NOT_ENTERED, choices=GRADES),
        Column("terrain", "choice", _label("地形", "Terrain"), choices=TERRAIN),
    ),
    "visit": _table("visit", "走访", "Visit", "village", Column("days", "count", _label("天数", "Days")), record=True),
}


def rows(text: str) -> list[list[str]]:
    """The cells of a table as a case writes it."""
    return [[cell.strip() for cell in row] for row in csv.reader(StringIO(text.strip()))]


def write(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]], merged: Iterable[str] = ()) -> None:
    """Write a workbook of texts and numbers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        percent = book.add_format({"num_format": "0.0%"})
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(table):
                for column, cell in enumerate(cells):
                    if isinstance(cell, tuple):
                        sheet.write_number(row, column, cell[0], percent)
                    elif cell not in {"", None}:
                        sheet.write(row, column, cell)
            for area in merged:
                sheet.merge_range(area, "")
            for row, cells in enumerate(table):  # merging has emptied the first cell of each area
                for column, cell in enumerate(cells):
                    if isinstance(cell, str) and cell:
                        sheet.write_string(row, column, cell)


def laid_down(case: Mapping[str, Any], folder: Path) -> Path:
    """The files of a case, in a folder."""
    received = folder / "received"
    received.mkdir(parents=True)
    for name, text in case.get("files", {}).items():
        path = received / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".xlsx":
            sheets = text if isinstance(text, dict) else {"Sheet1": text}
            write(path, {sheet: rows(cells) for sheet, cells in sheets.items()})
        else:
            path.write_text(text, encoding="utf-8")
    for name in ("roster", "aliases"):
        if name in case:
            (folder / f"{name}.csv").write_text(case[name], encoding="utf-8")
    return received


def collected(case: Mapping[str, Any], folder: Path) -> Collected:
    """What is collected of a case."""
    received = laid_down(case, folder)
    options = collecting.Options(
        folder / "roster.csv" if "roster" in case else None,
        folder / "aliases.csv" if "aliases" in case else None,
        collecting.parse_readings(case.get("readings", ()), SCHEMA),
        int(case["year"]) if "year" in case else None,
    )
    return collecting.collect(received, SCHEMA, options)


def told(diagnostics: Iterable[Diagnostic], language: Language) -> str:
    """Each problem with its place and advice."""
    lines = []
    for item in diagnostics:
        text, advice = sentence(item, language)
        lines += [f"{item.severity} {item.place}: {text}", *([f"    {advice}"] if advice else [])]
    return "".join(f"{line}\n" for line in lines)
