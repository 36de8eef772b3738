"""How a sheet is laid out: titles, a header of one or more rows, rows of units, and lines that are about no unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.collecting.model import Skipped
from engine.facts.raw import fold
from engine.facts.words import reader
from engine.rulebook import Label
from engine.schema import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from engine.facts.raw import Grid

    Parts = tuple[str, ...]

DEEPEST = 3
"""Rows of a header."""
FURTHEST = 30
"""Among so many rows a header is looked for."""
SHOWN = 40
TOTAL = re.compile(r"^.{0,12}?(?:合计|总计|小计|共计|平均值?|平均数|total|subtotal|average|mean)(?:\(.*)?[:：]?$")
META = {
    "sender": ("报送单位", "填报单位", "上报单位", "单位名称", "单位", "sender", "reported for"),
    "reported_by": ("填表人", "填报人", "报送人", "制表人", "经办人", "reported by", "filled in by"),
    "checked_by": ("审核人", "复核人", "审核", "checked by"),
    "submitted": ("报送日期", "填报日期", "填表日期", "上报日期", "报送时间", "填报时间", "日期", "submitted", "date"),
    "other": (
        "单位负责人",
        "主要负责人",
        "负责人",
        "联系电话",
        "联系人",
        "电话",
        "盖章",
        "公章",
        "签字",
        "签章",
        "金额单位",
    ),
}
"""What lines beside a table say, by what they say it with."""
_WORDS = sorted((word for words in META.values() for word in words), key=len, reverse=True)
_WORD = "|".join(map(re.escape, _WORDS))
_BRACKET = r"(?:\s*\([^()]*\))?"
SAID = re.compile(rf"({_WORD}){_BRACKET}\s*:\s*(.*?)(?=\s*(?:{_WORD}){_BRACKET}\s*:|$)")
SEAL = re.compile(r"\s*\((?:盖章|公章|签章|章)\)$")
SIGNATURE = re.compile(rf"^\(?(?:{_WORD})\)?{_BRACKET}\s*(?::|$)")
NOTE = re.compile(r"^(?:注|说明|备注|note|填表说明)\s*\d*\s*[:.、]")
NUMBERED = re.compile(r"^(?:甲|栏次|a)$")
MONEY_UNIT = re.compile(r"^(?:人民币)?(元|万元|亿元)$")
_day = reader(Column("submitted", "date", Label(zh="报送日期")))


@dataclass(frozen=True, slots=True)
class Header:
    """The rows of a header, from 0 up, and what stands above each column, from the top."""

    first: int
    last: int
    labels: Mapping[int, Parts]


@dataclass(frozen=True, slots=True)
class Layout:
    """What the lines of a sheet are.

    Attributes:
        header: the header.
        rows: the rows below it that are about units, from 0 up.
        skipped: the others.
        said: what lines beside the table say: sender, reported_by, checked_by, submitted, money.
    """

    header: Header
    rows: tuple[int, ...]
    skipped: tuple[Skipped, ...]
    said: Mapping[str, str]


def headers(grid: Grid) -> list[Header]:
    """All rows that could be a header, the shortest first; none begins within merged cells."""
    rows = grid.rows
    return [
        Header(first, first + depth - 1, labels)
        for depth in range(1, DEEPEST + 1)
        for first in range(min(FURTHEST, len(rows) - depth + 1))
        if not any(top < first <= bottom for top, _, bottom, _ in grid.merged)
        and (labels := _labels(grid, first, depth))
    ]


def _labels(grid: Grid, first: int, depth: int) -> dict[int, Parts]:
    """What stands above each column; an upper cell speaks for all that it is merged with, or that have none."""
    texts = {
        (row, column): text.strip() for row in range(first, first + depth) for column, text in enumerate(grid.rows[row])
    }
    for top, left, bottom, right in grid.merged:
        for row in range(max(top, first), min(bottom, first + depth - 1) + 1):
            for column in range(left, right + 1):
                texts[row, column] = texts.get((top, left), grid.rows[top][left].strip() if top < first else "")
    found = {}
    above = [""] * depth
    for column in range(max((len(grid.rows[row]) for row in range(first, first + depth)), default=0)):
        parts = [texts.get((row, column), "") for row in range(first, first + depth)]
        for at, part in enumerate(parts[:-1]):
            above[at] = part or (above[at] if any(parts[at + 1 :]) else "")
            parts[at] = above[at]
        distinct = tuple(part for at, part in enumerate(parts) if part and part not in parts[:at])
        if distinct:
            found[column] = distinct
    return found


def laid_out(grid: Grid, header: Header, identity: Sequence[int], idle: Sequence[int] = ()) -> Layout:
    """Tell the lines of a sheet apart.

    Args:
        grid: the cells.
        header: its header.
        identity: the columns that say which unit a row is about.
        idle: the columns that say nothing about a unit, such as numbers of rows.
    """
    rows, skipped = [], []
    for row, cells in enumerate(grid.rows):
        filled = [(column, text.strip()) for column, text in enumerate(cells) if text.strip()]
        if header.first <= row <= header.last or not filled:
            continue
        why = "title" if row < header.first else _why(filled, identity, idle, header)
        if why:
            skipped.append(Skipped(row + 1, " ".join(filled[0][1].split())[:SHOWN], why))
        else:
            rows.append(row)
    beside = [*range(header.first), *(line.row - 1 for line in skipped if line.why in {"signature", "note"})]
    return Layout(header, tuple(rows), tuple(skipped), said(grid, beside))


def _why(filled: Sequence[tuple[int, str]], identity: Sequence[int], idle: Sequence[int], header: Header) -> str | None:
    """Which sort of line a row is that is about no unit."""
    first = fold(filled[0][1])
    named = [fold(text) for column, text in filled if column in identity]
    lasts = {column: parts[-1] for column, parts in header.labels.items()}
    why = None
    if any(TOTAL.match(text.replace(" ", "")) for text in (first, *named)):
        why = "total"
    elif SIGNATURE.match(first):
        why = "signature"
    elif NOTE.match(first) or (not named and len(filled) == 1 and not first[:1].isdigit()):
        why = "note"
    elif all(lasts.get(column) == text or text in header.labels.get(column, ()) for column, text in filled):
        why = "header"
    elif NUMBERED.match(named[0] if named else first) and all(len(text) <= 2 for _, text in filled):  # noqa: PLR2004
        why = "numbers"
    elif named and all(text in {"无", "none"} for text in named):
        why = "nobody"
    elif all(column in idle for column, _ in filled):
        why = "empty"
    return why


def said(grid: Grid, rows: Sequence[int]) -> dict[str, str]:
    """What lines beside a table say about it."""
    found: dict[str, str] = {}
    for row in rows:
        cells = [" ".join(_half(text).split()) for text in grid.rows[row]]
        cells = [text for text in cells if text]
        for at, text in enumerate(cells):
            for word, value in SAID.findall(text):
                following = cells[at + 1] if at + 1 < len(cells) else ""
                told = SEAL.sub("", value.strip()) or ("" if ":" in following else following)
                meaning = next(name for name, words in META.items() if word in words)
                if word in {"单位", "金额单位"} and MONEY_UNIT.match(told):
                    meaning = "money"
                if told and meaning != "other":
                    found.setdefault(meaning, told)
    if "submitted" in found:
        day = _day(found["submitted"]) if _day else None
        found["submitted"] = str(day or found["submitted"])
    return found


def _half(text: str) -> str:
    """Full-width colons, brackets and blanks as half-width ones; all else as it is."""
    return text.replace("：", ":").replace("（", "(").replace("）", ")").replace("\u3000", " ")


def best(
    candidates: Sequence[Header],
    known: Callable[[Parts], str | None],
    needed: Collection[str] = ("id", "name"),
) -> tuple[Header, int] | None:
    """The header of which most columns are known, and how many.

    Args:
        candidates: what could be a header, the shortest first.
        known: what a column holds: `id`, `name`, `parent`, a fact; None where that is not known.
        needed: one of these a header has at least.
    """
    chosen = None
    for header in candidates:
        meant = [known(parts) for parts in header.labels.values()]
        count = sum(meaning is not None for meaning in meant)
        fit = not {*needed}.isdisjoint(meant) and (count > 1 or len(header.labels) == 1)
        if fit and (chosen is None or count > chosen[1]):
            chosen = header, count
    return chosen
