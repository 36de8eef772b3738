"""How a file of rules looks: a tree becomes lines."""

from __future__ import annotations

import re
import sys
import textwrap
from io import StringIO
from typing import TYPE_CHECKING, TypeAlias

import yaml
from rich.cells import cell_len
from yaml.emitter import Emitter

from engine.formatting.order import arranged
from engine.formatting.tree import Collection, Entry, Node, Scalar, comments
from engine.programme.files import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 120
STEP = 2
MODELINE = "# yaml-language-server: $schema="
"""How the line begins that tells editors which schema to use."""
_SIGNS = re.compile(r"[,\[\]{}:#]")
"""Signs that YAML has a use for: a text with one of them keeps its quotes, and is not put between brackets."""


_NAME = re.compile(r"[\w%-]+")
"""What a key may be made of to stand without quotes."""

Lines: TypeAlias = list[str | None]
"""Lines without their common indentation. None is a blank line between entries, which may vanish; an empty text is a
line of a text."""


def lay_out(root: Collection, model: object) -> str:
    """The text of a file.

    Args:
        root: what it holds.
        model: the model of the file, which knows the order of keys; None when there is none.
    """
    if not root.entries:
        return _joined([*filter(None, root.below), "{}"])
    first = root.entries[0]
    of_file = _heading(first.above)
    head, first.above = first.above[:of_file], first.above[of_file:]
    parts = _entries(root, model, 0, one_line=False)
    lines = [line for above, body in parts for line in (*above, *body)]
    return _joined([*_remarks(head), *lines, *_remarks(root.below)])


def _heading(above: list[str]) -> int:
    """How many of the lines above the first key speak of the file: up to the last blank one."""
    return max((at + 1 for at, line in enumerate(above) if not line or line.startswith(MODELINE)), default=0)


def _joined(lines: Lines) -> str:
    """The text of a file: at most one blank line between two entries, none at the beginning and the end."""
    kept: Lines = []
    for line in lines:
        if line is not None or (kept and kept[-1] is not None):
            kept.append(line)
    while kept and kept[-1] is None:
        kept.pop()
    return "".join(f"{line or ''}\n" for line in kept)


def _remarks(remarks: Iterable[str]) -> Lines:
    return [remark or None for remark in remarks]


def _indented(lines: Lines) -> Lines:
    return [" " * STEP + line if line else line for line in lines]


def _entries(collection: Collection, annotation: object, column: int, *, one_line: bool) -> list[tuple[Lines, Lines]]:
    entries = _arranged(collection, annotation, one_line=one_line)
    rows = _table(collection, column) or [""] * len(entries)
    return [_entry(entry, type_, column, row) for (entry, type_), row in zip(entries, rows, strict=True)]


def _table(collection: Collection, column: int) -> list[str]:
    """Lists in a list, one to a line and as long as each other, with their columns below each other; else nothing."""
    rows = [entry.value for entry in collection.entries if _is_row(entry.value)]
    cells = [[_one_line(cell.value, None) for cell in row.entries] for row in rows if isinstance(row, Collection)]
    if not cells or len(cells) < len(collection.entries) or len({len(row) for row in cells}) > 1:
        return []
    columns = [
        _below_each_other(texts, last=at + 1 == len(cells[0])) for at, texts in enumerate(zip(*cells, strict=True))
    ]
    lines = [f"[{' '.join(row)}]" for row in zip(*columns, strict=True)]
    return lines if all(column + len("- ") + len(line) <= WIDTH for line in lines) else []


def _below_each_other(texts: Sequence[str], *, last: bool) -> list[str]:
    """The cells of a column with the commas behind them: whole numbers to the right, all else to the left."""
    ended = list(texts) if last else [f"{text}," for text in texts]
    width = max(cell_len(text) for text in ended)
    if all(re.fullmatch("[0-9]+", text) for text in texts):
        return [text.rjust(width) for text in ended]
    return ended if last else [text + " " * (width - cell_len(text)) for text in ended]


def _is_row(node: Node) -> bool:
    return isinstance(node, Collection) and node.form == "list" and node.flow and not any(comments(node))


def _arranged(collection: Collection, annotation: object, *, one_line: bool) -> list[tuple[Entry, object]]:
    """The entries in order, with the types of their values."""
    if collection.form == "list":
        return [(entry, inside(annotation, 0)) for entry in collection.entries]
    keys = [entry.key.text if entry.key else "" for entry in collection.entries]
    return [
        (collection.entries[at], inside(annotation, keys[at])) for at in arranged(keys, annotation, one_line=one_line)
    ]


def _entry(entry: Entry, annotation: object, column: int, row: str) -> tuple[Lines, Lines]:
    """The lines above an entry that begins in a column, and its own; the row of a table is laid out already."""
    above, beside = _remarks([*entry.above, *entry.beside[:-1]]), "".join(f"  {text}" for text in entry.beside[-1:])
    head = f"{_key(entry.key)}:" if entry.key else "-"
    value = entry.value
    if row:
        return above, [f"{head} {row}{beside}"]
    if isinstance(value, Scalar):
        first, *more = _scalar(value, column, len(head) + 1)
        return above, [f"{head} {first}".rstrip() + beside, *_indented([*more])]
    if not value.entries:
        return [*above, *_remarks(value.below)], [f"{head} {_one_line(value, annotation)}{beside}"]
    if value.flow and not _has_signs(value) and not any(comments(value)):
        text = f"{head} {_one_line(value, annotation)}"
        if column + len(text) <= WIDTH:
            return above, [text + beside]
    parts = _entries(value, annotation, column + STEP, one_line=False)
    below = _indented(_remarks(value.below))
    if entry.key:
        body = [line for part in parts for lines in part for line in lines]
        return above, [head + beside, *_indented(body), *below]
    (above_first, (first_line, *more_lines)), *others = parts
    body = [*more_lines, *(line for part in others for lines in part for line in lines)]
    return [*above, *_remarks(entry.beside[-1:]), *above_first], [f"- {first_line}", *_indented(body), *below]


def _one_line(node: Node, annotation: object) -> str:
    """A value between brackets."""
    if isinstance(node, Scalar):
        return _inline(node)
    entries = _arranged(node, annotation, one_line=True)
    if node.form == "list":
        return f"[{', '.join(_one_line(entry.value, type_) for entry, type_ in entries)}]"
    pairs = (f"{_key(entry.key)}: {_one_line(entry.value, type_)}" for entry, type_ in entries if entry.key)
    return f"{{{', '.join(pairs)}}}"


def _has_signs(node: Node) -> bool:
    """Whether a text in it needs quotes because of a sign that YAML has a use for."""
    if isinstance(node, Scalar):
        return _inline(node)[:1] in {'"', "'"} and bool(_SIGNS.search(node.text))
    return any(_has_signs(entry.value) or bool(entry.key and _has_signs(entry.key)) for entry in node.entries)


def _scalar(scalar: Scalar, column: int, head: int) -> list[str]:
    """The lines of a text: what follows on the line of its key, and the lines below it."""
    header, *lines = scalar.source.split("\n")
    if scalar.style in {"|", ">"} and not re.search("[0-9+]", header.partition("#")[0]) and scalar.text.strip():
        margin = min(len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" "))
        return [header.partition("#")[0].rstrip(), *(line[margin:] for line in lines)]
    line = _inline(scalar)
    if column + head + len(line) > WIDTH and re.fullmatch(r"\S+(?: \S+)+", scalar.text) and scalar.text.isprintable():
        width = WIDTH - column - STEP
        return [">-", *textwrap.wrap(scalar.text, width, break_long_words=False, break_on_hyphens=False)]
    return [line]


def _key(key: Scalar | None) -> str:
    if key is None or (key.style and _NAME.fullmatch(key.text) and _plain(key.text)):
        return key.text if key else ""
    return _inline(key) if not key.style else _quoted(key)


def _inline(scalar: Scalar) -> str:
    """A text on one line, in quotes only where it needs them."""
    if scalar.style:
        return scalar.text if _plain(scalar.text) else _quoted(scalar)
    return _quoted(scalar) if "\n" in scalar.text else scalar.text


def _quoted(scalar: Scalar) -> str:
    """A text in the quotes that it has, or in new ones."""
    if scalar.style in {"'", '"'} and "\n" not in scalar.source:
        return scalar.source
    return yaml.dump(scalar.text, default_style='"', allow_unicode=True, width=sys.maxsize).rstrip("\n")


def _plain(text: str) -> bool:
    """Whether a text can stand without quotes anywhere, and every reader of YAML takes it for a text."""
    analysis = Emitter(StringIO(), allow_unicode=True).analyze_scalar(text)
    if not analysis.allow_flow_plain or analysis.multiline or _SIGNS.search(text):
        return False
    node = yaml.compose(text, yaml.SafeLoader)
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str"
