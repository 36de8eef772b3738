"""Write what the rules give now over the expectations that differ; everything else of a file stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine import yaml_text
from engine.programme import tables
from engine.testing.expected import LISTS, SHORT, Expectation, in_chinese
from engine.testing.naming import Vocabulary
from engine.writing import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from engine.testing import FileResults, Report
    from engine.testing.answers import Answer
    from engine.yaml_text import Path_, Source

PLAIN = re.compile(r"[^\s\[\]{},:#&*!|>'\"%@`~-][^\[\]{},:#'\"]*|-?[0-9∞.%]+")
"""What stands in YAML without quotes, in brackets too."""


@dataclass(frozen=True, slots=True)
class Change:
    """An expectation that was written anew."""

    expectation: Expectation
    found: Answer


@dataclass(frozen=True, slots=True)
class Update:
    """A file that was written anew.

    Attributes:
        path: the file.
        name: its name in messages.
        changed: what was written.
        left: what was not, because the rows of one table differ about it.
    """

    path: Path
    name: str
    changed: tuple[Change, ...]
    left: tuple[Change, ...]


def update_files(report: Report) -> list[Update]:
    """Write the files of a report anew, as far as their expectations differ from what the rules give.

    Raises:
        InvalidInputError: a file cannot be written.
    """
    return [_update(item) for item in report.files if any(not result.passed for result in item.results)]


def _update(item: FileResults) -> Update:
    found: dict[Path_, Change] = {}
    torn: dict[Path_, Change] = {}
    shared: dict[Path_, int] = {}
    for result in item.results:
        for expectation in result.case.expected:
            shared[expectation.path] = shared.get(expectation.path, 0) + 1
        for expectation, answer in result.failed:
            change = Change(expectation, answer)
            first = found.setdefault(expectation.path, change)
            if first.found != answer:
                torn[expectation.path] = change
    failures: dict[Path_, int] = {}
    for result in item.results:
        for expectation, _ in result.failed:
            failures[expectation.path] = failures.get(expectation.path, 0) + 1
    torn |= {path: change for path, change in found.items() if failures[path] < shared[path]}
    changed = {path: change for path, change in found.items() if path not in torn}
    source = yaml_text.read(item.file.path, item.file.name)
    text = item.file.path.read_text(encoding="utf-8-sig")
    vocabulary = Vocabulary.of(item.file.book, tables([item.file.programme], states=True))
    values = {path: as_yaml(change, source, vocabulary) for path, change in changed.items()}
    write(item.file.path, spliced(text, source, values))
    return Update(item.file.path, item.file.name, tuple(changed.values()), tuple(torn.values()))


def as_yaml(change: Change, source: Source, vocabulary: Vocabulary) -> tuple[str, ...] | str:
    """What the rating says as the value of an expectation: a text, or those of a list; in Chinese where it was so."""
    aspect, path = change.expectation.aspect, change.expectation.path
    before = _at(source.value, path)
    found = change.found
    if not "".join(before).isascii():
        found = in_chinese(aspect, found, vocabulary)
    texts = tuple(text if PLAIN.fullmatch(text) else f'"{text}"' for text in found)
    if aspect == SHORT and not texts:
        return "none"
    return texts[0] if len(texts) == 1 and (aspect not in LISTS or isinstance(before, str)) else texts


def _at(value: Any, path: Path_) -> str | list[str]:  # noqa: ANN401
    for part in path:
        value = value[part]
    return value  # type: ignore[no-any-return]


def spliced(text: str, source: Source, values: Mapping[Path_, str | tuple[str, ...]]) -> str:
    """The text of a file with other values in some places."""
    lines = text.splitlines(keepends=True)
    edits = [edit for path, value in values.items() for edit in _edits(lines, source, path, value)]
    for (line, begin), (last, end), new in sorted(edits, reverse=True):
        head, tail = lines[line][:begin], lines[last][end:]
        lines[line : last + 1] = [head + new + tail]
    return "".join(lines)


Spot = tuple[int, int]
"""A line and a column, from 0."""


def _edits(
    lines: list[str], source: Source, path: Path_, value: str | tuple[str, ...]
) -> Iterator[tuple[Spot, Spot, str]]:
    """What to write where instead of a value: of a list of one item a line, the lines that change."""
    begin, end = _spots(lines, source, path)
    items = [inner for inner in source.places if inner[:-1] == path and path]
    if isinstance(value, str) or not value or lines[begin[0]][begin[1]] != "-" or not items:
        new = value if isinstance(value, str) else f"[{', '.join(value)}]"
        yield begin, end, f" {new}" if lines[begin[0]][: begin[1]].endswith(":") else new
        return
    written = {inner: _at(source.value, inner) for inner in items}
    rest = [text for text in value if text.strip('"') not in written.values()]
    for inner, before in written.items():
        if before not in {text.strip('"') for text in value}:
            row = _spots(lines, source, inner)[0][0]
            yield (row, 0), (row, len(lines[row])), ""
    if rest:
        row = _spots(lines, source, items[-1])[1][0]
        lines[row] = lines[row].rstrip("\r\n") + "\n"
        yield (row, len(lines[row])), (row, len(lines[row])), "".join(f"{' ' * begin[1]}- {text}\n" for text in rest)


def _spots(lines: list[str], source: Source, path: Path_) -> tuple[Spot, Spot]:
    """Where a value begins and ends, its quotes included."""
    place = source.places[path]
    line, column = (place.line or 1) - 1, int(place.column or 1) - 1
    if path in source.inline and lines[line][column - 1 : column] in {"'", '"'}:
        column -= 1
    row, behind = max(end for inner, end in source.ends.items() if inner[: len(path)] == path)
    return (line, column), (row - 1, behind - 1)
