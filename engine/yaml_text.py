"""YAML as text with positions.

Rulebooks use a small part of YAML: mappings, lists and scalars that stay the text that was written until their type is
known (`no` is text). Anchors, aliases, tags, merge keys, duplicate keys, deep nesting and large files are errors with
line and column. The C parser's event stream is read here and nowhere else: its loaders recurse, guess types and keep
the last of two equal keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from unicodedata import normalize

import yaml

from engine.diagnostic import Diagnostic, InvalidRulesError, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Path_ = tuple[str | int, ...]

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MOST_PROBLEMS = 100
"""A file with more is something else; the rest is not looked at."""


@dataclass(frozen=True)
class Source:
    """A YAML file that was read.

    Attributes:
        file: the name to show.
        value: mappings, lists and text.
        places: where each value starts, by its path of keys and list positions.
        keys: where each key starts, by the path of its value.
        ends: behind which line and column each value ends that stands on one line or in brackets, counted from 1.
    """

    file: str
    value: Any
    places: dict[Path_, Place] = field(default_factory=dict)
    keys: dict[Path_, Place] = field(default_factory=dict)
    inline: frozenset[Path_] = frozenset()
    ends: dict[Path_, tuple[int, int]] = field(default_factory=dict)

    def place(self, *path: str | int) -> Place:
        """Where the value at ``path`` starts, or the nearest value around it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return Place(self.file, 1, 1)

    def key_place(self, *path: str | int) -> Place:
        """Where the key at ``path`` starts, or the nearest value around it."""
        return self.keys.get(path) or self.place(*path)

    def inside(self, offset: int, *path: str | int) -> Place:
        """The place ``offset`` characters into the scalar at ``path``; its start where lines or escapes hide it."""
        place = self.place(*path)
        if path not in self.inline or not isinstance(place.column, int):
            return place
        return Place(place.file, place.line, place.column + offset)


def read(path: Path, name: str | None = None) -> Source:
    """Read a YAML file.

    Args:
        path: the file.
        name: the name to show in places; the file's own name if not given.

    Raises:
        InvalidRulesError: with every problem that was found.
    """
    file = name or path.name
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InvalidRulesError([Diagnostic("yaml_too_large", Place(file), {"megabytes": size // 1_000_000})])
        raw = path.read_bytes()
    except OSError as error:
        raise InvalidRulesError([Diagnostic("unreadable_file", Place(file), {"reason": error.strerror})]) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InvalidRulesError([Diagnostic("yaml_not_utf8", Place(file, line))]) from error
    return parse(text, file)


def parse(text: str, file: str) -> Source:
    """Read YAML text; see `read`."""
    reader = _Reader(file)
    try:
        for event in _events(text):
            reader.take(event)
            if len(reader.problems) >= MOST_PROBLEMS:
                break
    except yaml.MarkedYAMLError as error:
        reader.problems.append(_syntax_problem(text, file, error, reader.long_quote))
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        values = {"code": f"U+{int(error.character):04X}"}
        reader.problems.append(Diagnostic("yaml_control_character", Place(file, line), values))
    except _TooDeepError as error:
        reader.problems.append(Diagnostic("yaml_too_deep", error.place, {"depth": MAX_DEPTH}))
    if not reader.problems and not isinstance(reader.root, dict):
        reader.problems.append(Diagnostic("yaml_not_a_mapping", Place(file, 1, 1)))
    if reader.problems:
        raise InvalidRulesError(reader.problems)
    return Source(file, reader.root, reader.places, reader.keys, frozenset(reader.inline), reader.ends)


class _TooDeepError(Exception):
    def __init__(self, place: Place) -> None:
        self.place = place


def _events(text: str) -> Iterator[yaml.Event]:
    return yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_FULL_WIDTH = re.compile(
    r"""^\s*(?:-\ +)*[\w-]+(?P<colon>：)
      | [{,]\s*[\w-]+(?P<colon_in_flow>：)
      | (?P<comma>[，；、])(?=\s*[\w.%-]+:\s)
      | ^\s*(?P<dash_or_comment>[－＃])
      | (?P<bracket>[｛｝［］])""",
    re.VERBOSE,
)
"""Full-width signs where YAML has signs of its own; Chinese text may have them anywhere else."""


_STRANGE_SPACE = re.compile(r" *(?:- +)*(?:[\w-]+:)? *[\u3000\u00a0\u2000-\u200d\u202f\u2060\ufeff]")
"""A space before a key or after its colon that is none for YAML, such as word processors write."""


_NO_SPACE = re.compile(r"\s*(?:- +)*(?P<written>-[^\W\d_][\w-]*:(?:\s.*)?|[^\W\d_]\w*:[^\s:].*)$")
"""A dash or colon without the space that follows it."""


def _syntax_problem(
    text: str, file: str, error: yaml.MarkedYAMLError, long_quote: tuple[Place, int] | None
) -> Diagnostic:
    """Name the slip that most likely made the text unreadable."""
    reason, mark = str(error.problem), error.problem_mark or error.context_mark
    if error.context_mark and reason in {"found unexpected end of stream", "could not find expected ':'"}:
        mark = error.context_mark  # which shows where it began
    lines = _LINE_BREAK.split(text)
    number, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if number > len(lines):  # the parser adds a line break at the end
        number, column = len(lines), len(lines[-1]) + 1
    place = Place(file, number, column)
    if reason == "found unexpected end of stream":
        return Diagnostic("yaml_open_quote", place)
    if long_quote and long_quote[1] == number:
        return Diagnostic("yaml_open_quote", long_quote[0])
    for at in range(number, max(number - 2, 0), -1):
        line = lines[at - 1]
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent:
            return Diagnostic("yaml_tab", Place(file, at, line.index("\t") + 1))
        if slip := _STRANGE_SPACE.match(line):
            return Diagnostic("yaml_strange_space", Place(file, at, slip.end()))
        if slip := _FULL_WIDTH.search(line):
            wide = slip.group(str(slip.lastgroup))[-1]
            values = {"wide": wide, "plain": "," if slip.lastgroup == "comma" else normalize("NFKC", wide)}
            return Diagnostic("yaml_full_width", Place(file, at, slip.end()), values)
        if slip := _NO_SPACE.match(line):
            written = slip.group("written")
            values = {"written": written, "instead": re.sub(r"^(-|[\w-]+:)", r"\1 ", written)}
            return Diagnostic("yaml_no_space", Place(file, at, slip.start("written") + 1), values)
    opened = error.context_mark
    if structure := _wrong_structure(lines, number, reason):
        if structure == "yaml_first_dash_missing":
            began = _level_begins(lines, number)
            return Diagnostic(structure, Place(file, began, _indent(lines[began - 1]) + 1), {"line": number})
        return Diagnostic(structure, place, {"first": opened.line + 1 if opened else number})
    if reason == "did not find expected key":
        return _unexpected(lines, place)
    if "expected ','" in reason:
        if opened and opened.line + 1 == number and lines[number - 1][column - 1 :].startswith(": "):
            return Diagnostic("yaml_second_colon", place)
        if opened and opened.line + 1 < number:
            return Diagnostic("yaml_open_bracket", Place(file, opened.line + 1, opened.column + 1))
        return Diagnostic("yaml_flow", place)
    return Diagnostic("yaml_syntax", place, {"reason": reason})


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _level_begins(lines: list[str], number: int) -> int:
    """The first of the lines above a line that stand at its level or deeper."""
    indent, first = _indent(lines[number - 1]), number
    while first > 1 and (not lines[first - 2].strip() or _indent(lines[first - 2]) >= indent):
        first -= 1
    return first


def _levels(lines: list[str], number: int) -> list[int]:
    """How far in each of the levels begins that are open above a line, the outermost first."""
    levels: list[int] = []
    for line in reversed(lines[: number - 1]):
        text = line.lstrip(" -")
        if not text or text.startswith("#"):
            continue
        for indent in (len(line) - len(text), _indent(line)):
            if not levels or indent < levels[0]:
                levels.insert(0, indent)
    return levels


def _unexpected(lines: list[str], place: Place) -> Diagnostic:
    """The slip that leaves a line, or the rest of one, in no place of its own."""
    number, column = cast("int", place.line), cast("int", place.column)
    line = lines[number - 1]
    if column - 1 == _indent(line):
        levels = ", ".join(map(str, _levels(lines, number)))
        return Diagnostic("yaml_misaligned", place, {"indent": column - 1, "levels": levels})
    sign = line[column - 1 : column]
    if sign in {"]", "}"}:
        return Diagnostic("yaml_bracket_too_many", place, {"bracket": sign})
    value = re.sub(r"^\s*(- +)*[\w-]+: +", "", line).rstrip()
    return Diagnostic("yaml_after_value", place, {"instead": f"'{value}'" if "'" not in value else f'"{value}"'})


def _wrong_structure(lines: list[str], number: int, reason: str) -> str | None:
    """The slip in how lines stand to each other that most likely made a line unreadable."""
    line = lines[number - 1]
    if line.lstrip().startswith("- "):
        began = lines[_level_begins(lines, number) - 1 : number - 1]
        is_item_above = any(text.lstrip().startswith("- ") for text in began)
        code = "yaml_item_misaligned" if is_item_above else "yaml_first_dash_missing"
        return code if "expected key" in reason else None
    if reason == "did not find expected '-' indicator":
        return "yaml_dash_missing"
    above = next((text for text in reversed(lines[: number - 1]) if text.strip()), "")
    is_deeper = _indent(line) > len(above) - len(above.lstrip(" -"))
    has_value = re.match(r"\s*(- )*[\w-]+: +[^\s#]", above) is not None
    return "yaml_deeper_than_value" if is_deeper and has_value and ": " in f"{line} " else None


def _marks(event: yaml.Event) -> tuple[yaml.Mark, yaml.Mark]:
    """Where an event begins and ends: one that comes from a parser always knows."""
    return cast("tuple[yaml.Mark, yaml.Mark]", (event.start_mark, event.end_mark))


class _Reader:
    """Builds values from events with a stack, so that no depth of nesting can overflow."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Any = None
        self.problems: list[Diagnostic] = []
        self.places: dict[Path_, Place] = {}
        self.keys: dict[Path_, Place] = {}
        self.inline: set[Path_] = set()
        self.ends: dict[Path_, tuple[int, int]] = {}
        self.stack: list[tuple[Path_, dict[str, Any] | list[Any]]] = []
        self.pending: list[str | None] = []
        self.flow: list[bool] = []
        self.merged: set[Path_] = set()  # items that were told to hold the next one too
        self.twice: dict[Path_, int] = {}  # where it is told that the key before this one stood there already
        self.cut: set[Path_] = set()  # what was told to be cut at a comma
        self.key_end = (0, 0)
        self.long_quote: tuple[Place, int] | None = None  # the last quoted text over several lines, and where it ends

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self.problems.append(Diagnostic("yaml_several_documents", self._place(event)))
        elif isinstance(event, yaml.AliasEvent):
            self._refuse("yaml_anchor", event)
            if self._expects_key():
                self.pending[-1] = ""
            else:
                self._add(event, "")
        elif isinstance(event, yaml.ScalarEvent):
            self._check(event, tag_expected=event.implicit[0] or event.implicit[1])
            self._scalar(event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._check(event, tag_expected=bool(event.implicit))
            self._open(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            path, _ = self.stack.pop()
            self.pending.pop()
            if self.flow.pop():
                self._end(path, event)

    def _place(self, event: yaml.Event, offset: int = 0) -> Place:
        start, _ = _marks(event)
        return Place(self.file, start.line + 1, start.column + 1 + offset)

    def _end(self, path: Path_, event: yaml.Event) -> None:
        _, end = _marks(event)
        self.ends[path] = end.line + 1, end.column + 1

    def _refuse(self, code: str, event: yaml.Event, **values: object) -> None:
        self.problems.append(Diagnostic(code, self._place(event), values))

    def _check(self, event: yaml.NodeEvent, *, tag_expected: bool) -> None:
        if event.anchor is not None:
            self._refuse("yaml_anchor", event)
        if not tag_expected:
            self._refuse("yaml_tag", event)

    def _expects_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1][1], dict) and self.pending[-1] is None

    def _open(self, event: yaml.CollectionStartEvent, container: dict[str, Any] | list[Any]) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise _TooDeepError(self._place(event))
        if self._expects_key():
            self._refuse("yaml_key_not_text", event)
            path: Path_ = (*self.stack[-1][0], "")
            self.pending[-1] = ""  # its value follows
        else:
            path = self._add(event, container)
        self.stack.append((path, container))
        self.pending.append(None)
        self.flow.append(bool(event.flow_style))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        start, end = _marks(event)
        if event.style in {"'", '"'} and start.line != end.line:
            self.long_quote = self._place(event), end.line + 1
        if self._expects_key():
            self._key(event)
            return
        text = event.value
        key = self.pending[-1] if self.pending else None
        if key and text == "" and not event.style and self.flow[-1]:
            self._alone(key, no_colon=self.key_end == (start.line, start.column))
        path = self._add(event, text)
        self._end(path, event)
        quotes = 2 if event.style in {"'", '"'} else 0
        if start.line == end.line and end.column - start.column == len(text) + quotes:
            self.inline.add(path)
            self.places[path] = Place(self.file, start.line + 1, start.column + 1 + quotes // 2)

    def _alone(self, key: str, *, no_colon: bool) -> None:
        """Refuse a key without a value between commas, unless it is one of the names of a tree: `{village: }`."""
        place = self.keys[*self.stack[-1][0], key]
        if "：" in key:
            return  # which is told already
        if ":" in key:
            self.problems.append(Diagnostic("yaml_syntax", place, {"reason": "found unexpected ':'"}))
        elif (no_colon or not re.fullmatch(r"[\w-]+", key)) and self.stack[-1][0] not in self.cut:
            self.cut.add(self.stack[-1][0])
            self.problems.append(Diagnostic("yaml_cut_at_comma", place, {"text": key}))

    def _key(self, event: yaml.ScalarEvent) -> None:
        start, end = _marks(event)
        self.key_end = end.line, end.column
        path, container = self.stack[-1]
        key = event.value
        if key == "<<" and not event.style:
            self._refuse("yaml_merge_key", event)
        if "：" in key and not event.style:
            place = self._place(event, key.index("：") if start.line == end.line else 0)
            self.problems.append(Diagnostic("yaml_full_width", place, {"wide": "：", "plain": ":"}))
        if key and key in container and path not in self.merged:
            self._again(event)
        else:
            self.twice.pop(path, None)
        self.keys.setdefault((*path, key), self._place(event))
        self.pending[-1] = key

    def _again(self, event: yaml.ScalarEvent) -> None:
        """Refuse a key that stands there already; several in a row are an entry that has lost its first line."""
        path, container = self.stack[-1]
        key = event.value
        if path in self.twice and path and not self.flow[-1]:
            at = self.twice.pop(path)
            self.problems[at] = Diagnostic("yaml_entry_without_name", self.problems[at].place, self.problems[at].values)
            self.merged.add(path)
        else:
            first = self.keys.get((*path, key))
            # An item of a list that begins again with its first key lacks the dash of the next item.
            is_item = bool(path) and isinstance(path[-1], int) and key == next(iter(container))
            code = "yaml_item_without_dash" if is_item and not self.flow[-1] else "yaml_duplicate_key"
            self._refuse(code, event, key=key, first=first.line if first else "?")
            self.merged |= {path} if code == "yaml_item_without_dash" else set()
            self.twice[path] = len(self.problems) - 1

    def _add(self, event: yaml.Event, value: Any) -> Path_:  # noqa: ANN401
        if not self.stack:
            self.root = value
            self.places[()] = self._place(event)
            return ()
        path, container = self.stack[-1]
        if isinstance(container, list):
            at: Path_ = (*path, len(container))
            container.append(value)
        else:
            key = self.pending[-1] or ""
            at = (*path, key)
            container[key] = value
            self.pending[-1] = None
        self.places[at] = self._place(event)
        return at
