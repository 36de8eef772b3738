"""A small schema of facts, and what the tests of reading facts share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.diagnostic import InvalidFactsError
from engine.facts import Facts, read_facts
from engine.messages import sentence
from engine.rulebook import STANDARD_GRADES, Label
from engine.schema import NOT_ENTERED, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.diagnostic import Diagnostic
    from engine.messages import Language

BAD = Path(__file__).resolve().parents[2] / "fixtures" / "bad"

GRADES = {grade: Label(**labels) for grade, labels in STANDARD_GRADES.items()}
TERRAIN = {
    "plain": Label(zh="平原", en="Plain"),
    "hill": Label(zh="丘陵", en="Hill"),
    "mountain": Label(zh="山区", en="Mountain"),
}


def _table(kind: str, zh: str, en: str, parent: str | None, *columns: Column) -> Table:
    return Table(kind, Label(zh=zh, en=en), parent, {column.id: column for column in columns})


SCHEMA: Mapping[str, Table] = {
    "township": _table(
        "township",
        "乡镇",
        "Township",
        None,
        Column("work_fund", "money", Label(zh="工作经费", en="Work fund"), low=0, required=True),
    ),
    "village": _table(
        "village",
        "村",
        "Village",
        "township",
        Column("committee_members", "count", Label(zh="两委成员数", en="Members of the two committees"), low=1),
        Column("cross_posted", "count", Label(zh="交叉任职人数", en="Cross-posted"), low=0, high="committee_members"),
        Column("income_growth", "ratio", Label(zh="收入增长", en="Income growth"), low=-1, high=5),
        Column("satisfaction", "ratio", Label(zh="满意率", en="Satisfaction"), low=0, high=1),
        Column("income", "money", Label(zh="集体收入", en="Collective income")),
        Column("index", "number", Label(zh="综合指数", en="Index")),
        Column("sanctions", "count", Label(zh="受处分人数", en="Sanctions"), low=0, blank=0),
        Column("task_completed", "boolean", Label(zh="完成任务", en="Task completed")),
        Column("founded", "date", Label(zh="成立日期", en="Founded"), low=0),
        Column("assessed_grade", "grade", Label(zh="拟评等次", en="Assessed grade"), blank=NOT_ENTERED, choices=GRADES),
        Column("terrain", "choice", Label(zh="地形", en="Terrain"), choices=TERRAIN),
        Column("note", "text", Label(zh="备注", en="Note")),
    ),
}


def problems(path: Path, *, quarantine: bool = False) -> list[Diagnostic]:
    """The errors of reading; none when the facts are valid."""
    try:
        read_facts(path, SCHEMA, quarantine=quarantine)
    except InvalidFactsError as error:
        return [problem for problem in error.diagnostics if problem.severity == "error"]
    return []


def found(path: Path) -> list[str]:
    """The errors of reading as `place code`."""
    return [f"{problem.place} {problem.code}" for problem in problems(path)]


def village(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    """A folder whose only table is `village.csv`."""
    (folder / "village.csv").write_bytes(text.encode(encoding))
    return folder


def values(folder: Path, column: str, *cells: str) -> list[object]:
    """What a column of villages reads as, from its cells as CSV."""
    rows = "".join(f'V{number:03},"{cell}"\n' for number, cell in enumerate(cells))
    return facts(village(folder, f"id,{column}\n{rows}")).tables["village"][column].to_list()


def refused(folder: Path, column: str, cell: str) -> list[str]:
    """The codes of what is wrong with a cell."""
    return [problem.code for problem in problems(village(folder, f'id,{column}\nV1,"{cell}"\n'))]


def facts(path: Path, *, quarantine: bool = False) -> Facts:
    """Facts that are valid."""
    return read_facts(path, SCHEMA, quarantine=quarantine)


def rendered(path: Path, language: Language) -> str:
    """Every error of reading as a user sees it: place and sentence, and the advice on a line below."""
    words = ((problem.place, "\n    ".join(filter(None, sentence(problem, language)))) for problem in problems(path))
    return "".join(f"{place}: {text}\n" for place, text in words)
