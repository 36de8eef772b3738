"""A YAML file as a tree of entries that keep their comments, blank lines and quotes.

The reader of rules (``engine.yaml_text``) keeps meaning and places; a formatter needs the rest of the text. Whatever
lies between the scalars of a file is indicators, white space or comments, so the marks of the parser's events are
enough to find every comment.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(slots=True)
class Scalar:
    """A text.

    Attributes:
        text: what it says.
        style: how it is written: plain (empty), ``'``, ``"``, ``>`` or ``|``.
        source: how it is written, character by character.
    """

    text: str
    style: str
    source: str


@dataclass(slots=True)
class Collection:
    """A mapping or a list.

    Attributes:
        form: which of the two.
        flow: written with brackets.
        column: where its entries begin.
        entries: what it holds.
        below: comments and blank lines (empty texts) after its last entry.
    """

    form: Literal["mapping", "list"]
    flow: bool
    column: int
    entries: list[Entry] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """A key with its value, or an item of a list.

    Attributes:
        key: the key; None for an item.
        value: the value.
        above: comments and blank lines (empty texts) above it.
        beside: comments at the end of its line.
    """

    key: Scalar | None
    value: Node
    above: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)


Node: TypeAlias = Scalar | Collection

_PENDING = Scalar("", "", "")
"""The value of an entry of which only the key has been read."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment, or a blank line (without text), and where it stands."""

    at: int
    column: int
    text: str
    alone: bool


def read(text: str) -> Collection:
    """The tree of a file that ``engine.yaml_text`` accepts."""
    events = [event for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) if _told(event)]
    remarks = deque(_remarks(text, [_span(text, event) for event in events if isinstance(event, yaml.ScalarEvent)]))
    builder = _Builder(text)
    for event in events:
        while remarks and remarks[0].at < _marks(event)[0].index:
            builder.remark(remarks.popleft())
        builder.take(event)
    for remark in remarks:
        builder.remark(remark)
    return builder.finish()


def comments(node: Node) -> Iterator[str]:
    """Every comment in a tree."""
    if isinstance(node, Collection):
        for entry in node.entries:
            yield from (*filter(None, entry.above), *entry.beside)
            yield from comments(entry.value)
        yield from filter(None, node.below)


def _told(event: yaml.Event) -> bool:
    return isinstance(event, (yaml.NodeEvent, yaml.CollectionEndEvent))


def _marks(event: yaml.Event) -> tuple[yaml.Mark, yaml.Mark]:
    return cast("tuple[yaml.Mark, yaml.Mark]", (event.start_mark, event.end_mark))


_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")


def _span(text: str, event: yaml.ScalarEvent) -> tuple[int, int]:
    """Where a scalar begins and ends, without the empty lines that follow a block and mean nothing."""
    start, end = (mark.index for mark in _marks(event))
    if event.style in {"|", ">"} and "+" not in text[start:end].partition("\n")[0].partition("#")[0]:
        last_line = start + len(text[start:end].rstrip(" \t\n"))
        return start, min(_line_end(text, last_line), end)
    return start, end


_REMARK = re.compile(r"#[^\n]*|(?:(?<=\n)|(?<![\s\S]))[ \t]*\n")


def _remarks(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Remark]:
    """The comments and blank lines between scalars, and the comments behind the header of a block."""
    gaps = zip([0, *(end for _, end in spans)], [*(start for start, _ in spans), len(text)], strict=True)
    for number, (start, end) in enumerate(gaps):
        if number and (header := _BLOCK_HEADER.match(text, spans[number - 1][0], spans[number - 1][1])):
            yield from _found(text, header.end(), _line_end(text, header.end()))
        yield from _found(text, start, end)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _found(text: str, start: int, end: int) -> Iterator[Remark]:
    for match in _REMARK.finditer(text, start, end):
        begin = text.rfind("\n", 0, match.start()) + 1
        before = text[begin : match.start()]
        yield Remark(match.start(), len(before), match.group().strip(), not before.strip())


class _Builder:
    """Puts events and remarks together with a stack."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = [match.start() for match in re.finditer("\n", text)]
        self.root: Collection | None = None
        self.open: list[tuple[Collection, Entry | None]] = []
        self.closed: list[Collection] = []
        self.waiting: list[Remark] = []
        self.last: tuple[Entry | None, int] = None, 0  # what was read last, and where it ends

    def remark(self, remark: Remark) -> None:
        entry, end = self.last
        if entry and self._line(end) == self._line(remark.at) and not remark.alone:
            entry.beside.append(remark.text)
        else:
            self.waiting.append(remark)

    def _line(self, at: int) -> int:
        return bisect_left(self.lines, at)

    def take(self, event: yaml.Event) -> None:
        start, end = _marks(event)
        if isinstance(event, yaml.CollectionEndEvent):
            self._close(end.index)
        elif isinstance(event, yaml.ScalarEvent):
            first, last = _span(self.text, event)
            scalar = Scalar(event.value, event.style or "", self.text[first:last])
            entry = self._add(scalar)
            self.last = entry, start.index if scalar.style in {"|", ">"} else end.index
        elif isinstance(event, yaml.CollectionStartEvent):
            form: Literal["mapping", "list"] = "mapping" if isinstance(event, yaml.MappingStartEvent) else "list"
            collection = Collection(form, bool(event.flow_style), start.column)
            entry = self._add(collection)
            self.open.append((collection, entry))
            if entry and collection.flow:
                self.last = entry, start.index

    def _add(self, node: Node) -> Entry | None:
        """The entry that a node belongs to: a new one, or the one whose key was read before."""
        if not self.open:
            self.root = cast("Collection", node)
            return None
        around = self.open[-1][0]
        entry = around.entries[-1] if around.entries else None
        if around.form == "mapping" and entry and entry.value is _PENDING:
            entry.value = node
            if isinstance(node, Scalar) or node.flow:  # else they belong to its first entry
                entry.above += [remark.text for remark in self.waiting if remark.text]
                self.waiting = []
        elif around.form == "mapping":
            entry = Entry(cast("Scalar", node), _PENDING, self._above(around))
            around.entries.append(entry)
        else:
            entry = Entry(None, node, self._above(around))
            around.entries.append(entry)
        return entry

    def _close(self, end: int) -> None:
        collection, entry = self.open.pop()
        if collection.flow:
            collection.below += [remark.text for remark in self.waiting if remark.text]
            self.waiting = []
            self.last = entry, end
        else:
            self.closed.append(collection)

    def _above(self, around: Collection) -> list[str]:
        """What stands above the next entry; what is indented deeper stays with the collection that it ends."""
        above = [remark.text for remark in self.waiting if remark.text] if around.flow else self._left(around.column)
        self.waiting, self.closed = [], []
        return above

    def _left(self, column: int) -> list[str]:
        begun, inner = 0, 0
        for number, remark in enumerate(self.waiting):
            if not remark.text or remark.column <= column:
                continue
            outer = (at for at in range(inner, len(self.closed)) if self.closed[at].column <= remark.column)
            if (found := next(outer, None)) is None:
                continue
            inner = found
            self.closed[inner].below += [other.text for other in self.waiting[begun : number + 1]]
            begun = number + 1
        return [remark.text for remark in self.waiting[begun:]]

    def finish(self) -> Collection:
        """The whole file, with what stands below its last entry."""
        root = cast("Collection", self.root)
        rest = self._left(-1)
        root.below += rest
        return root
