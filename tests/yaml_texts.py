"""YAML with comments in all places, written in many ways: what a formatter has to cope with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from hypothesis import strategies as st

NAMES = [
    *("rulebook", "kind", "label", "facts", "parameters", "measures", "goods", "grades", "policy", "propose", "adjust"),
    *("criteria", "type", "min", "zh", "en", "cite", "open", "points", "value", "when", "id", "2004", "2010", "90%"),
    *("cases", "base", "两委成员数", "name with blanks", "no", "true", "a: b", "#", "-", ""),
]
TEXTS = [
    *("5", "75%", "no", "true", "2004-10-11", "excellent", "a >= b and not c", "（推定）", "“五个好”村", "~", "-1"),
    *(
        'date("2004-01-08")',
        "x" * 70,
        "don't",
        "a\\b",
        "https://wuhao.example/x#y",
        "较长 " * 40 + "完",
        "1 if a else 0",
    ),
    *("max(a, b)", "a: b", "[1]", "{x}", "a # b", "", " x ", "- a", "#", 'say "x"', "it's, so", "long, " * 40 + "end"),
    *(
        "?",
        "? a",
        "&a",
        "*a",
        "!a",
        "<<",
        "=",
        "---",
        "two\nlines",
        "two\n\nlines\n",
        "\t",
        "a  b",
        "全角：，",
        "%",
        "@",
        "`",
    ),
]
REMARKS = ["", " 说明", ": {x", " 'quote", ' "', " # twice", "- item", "!", " $schema=../schema.json", "\t", " ,]}"]


@dataclass
class Written:
    """A text of YAML, what it says, and its comments."""

    text: str
    value: dict[str, Any]
    comments: list[str]


def values(depth: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    """Mappings of mappings, lists and texts."""
    inner: st.SearchStrategy[Any] = st.sampled_from(TEXTS)
    for _ in range(depth):
        inner = st.sampled_from(TEXTS) | st.lists(inner, max_size=4) | _mappings(inner)
    return _mappings(inner)


def _mappings(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)


@st.composite
def texts(draw: st.DrawFn) -> Written:
    """A value written in some way, with comments."""
    value = draw(values())
    writer = _Writer(Random(draw(st.integers(0, 2**32))))  # noqa: S311 - for variety
    lines = writer.before()
    lines += writer.block(value, 0) if value else ["{}" + writer.beside()]
    lines += writer.between(0 if writer.in_text else 6)
    text = "\n".join(lines) + writer.random.choice(["", "\n", "\n\n"])
    return Written(text.replace("\n", writer.random.choice(["\n", "\n", "\r\n"])), value, writer.comments)


@dataclass
class _Writer:
    random: Random
    comments: list[str] = field(default_factory=list)
    in_text: bool = False  # what was written last is a block of text, to which an indented comment would belong

    def often(self, share: float) -> bool:
        return self.random.random() > 1 - share

    def before(self) -> list[str]:
        return self.between(6) + ([f"---{self.beside()}"] if self.often(0.1) else []) + self.between(6)

    def comment(self) -> str:
        text = f"#{len(self.comments)}{self.random.choice(REMARKS)}"
        self.comments.append(text.strip())
        return text

    def beside(self, share: float = 0.3) -> str:
        return f"{self.random.choice([' ', '   '])}{self.comment()}" if self.often(share) else ""

    def between(self, most: int) -> list[str]:
        """Blank lines and comments between two entries."""
        lines = []
        while self.often(0.35):
            lines.append(" " * self.random.randint(0, most) + (self.comment() if self.often(0.6) else ""))
        return lines

    def block(self, value: Any, column: int) -> list[str]:  # noqa: ANN401
        """The lines of a mapping or list that is not empty."""
        lines: list[str] = []
        step, margin = self.random.choice([2, 3, 4]), " " * column
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            lines += self.between(0 if self.in_text else column + 4)
            self.in_text = False
            head = "-"
            if isinstance(value, dict):
                name = self.line(str(key), flow=False, key=True)
                head = f"? {name}{self.beside()}\n{margin}:" if self.often(0.1) else f"{name}:"
            rest = self.after(item, column, step, compact=isinstance(value, list) or head.startswith("?"))
            lines += f"{margin}{head}{rest}".split("\n")
        return lines

    def after(self, value: Any, column: int, step: int, *, compact: bool) -> str:  # noqa: ANN401
        """What follows the colon of a key or the dash of an item."""
        margin = " " * (column + step)
        if isinstance(value, str):
            if value and value.strip() == value and "  " not in value and value.isprintable() and self.often(0.2):
                beside, self.in_text = self.beside(), True
                folded = value.replace(" ", f"\n{margin}", 1) if self.often(0.5) else value
                return f" >-{beside}\n{margin}{folded}" if self.often(0.5) else f" |-{beside}\n{margin}{value}"
            return f" {self.broken(margin)}{self.line(value, flow=False)}{self.beside()}"
        if not value or self.often(0.4):
            return f" {self.broken(margin)}{self.flow(value, margin)}{self.beside()}"
        first = self.often(0.5) and compact
        beside = "" if first else self.beside()
        lines = self.block(value, column + step)
        if first and lines[0].strip() and not lines[0].strip().startswith("#"):
            return " " * (step - 1) + "\n".join(lines).removeprefix(margin)
        return beside + "\n" + "\n".join(lines)

    def broken(self, margin: str) -> str:
        """Maybe a new line, after comments, before a value."""
        lines = [self.beside()] if self.often(0.15) else []
        while lines and self.often(0.3):
            lines.append(f"{margin}{self.comment()}")
        return "\n".join([*lines, margin]) if lines else ""

    def flow(self, value: Any, margin: str) -> str:  # noqa: ANN401
        """A value between brackets."""
        if isinstance(value, str):
            return self.line(value, flow=True)
        if isinstance(value, dict):
            parts = [f"{self.line(key, flow=True, key=True)}: {self.flow(item, margin)}" for key, item in value.items()]
        else:
            parts = [self.flow(item, margin) for item in value]
        last = len(parts) - 1
        inside = "".join(
            part + (f",{self.gap(margin)}" if at < last or self.often(0.1) else "") for at, part in enumerate(parts)
        )
        opened, closed = "{}" if isinstance(value, dict) else "[]"
        return f"{opened}{self.gap(margin)}{inside}{self.gap(margin)}{closed}"

    def gap(self, margin: str) -> str:
        if self.often(0.7):
            return " " * self.random.randint(0, 2)
        lines = [
            self.beside(),
            *(f"{margin}{self.comment() if self.often(0.7) else ''}" for _ in range(2) if self.often(0.3)),
        ]
        return "\n".join([*lines, margin])

    def line(self, text: str, *, flow: bool, key: bool = False) -> str:
        """A text without blocks: plain where that is possible, or in quotes, over two lines where it can be."""
        plain = text in PLAIN and not (flow and ("," in text or "#" in text))
        if plain and self.often(0.6):
            return text
        if "\n" not in text and "\t" not in text and self.often(0.5):
            return "'" + text.replace("'", "''") + "'"
        return json.dumps(text, ensure_ascii=self.often(0.2) and not key)


PLAIN = {
    *("5", "75%", "no", "true", "2004-10-11", "excellent", "a >= b and not c", "（推定）", "“五个好”村", "~", "-1"),
    *('date("2004-01-08")', "x" * 70, "don't", "a\\b", "较长 " * 40 + "完", "1 if a else 0", "max(a, b)", "it's, so"),
    *("https://wuhao.example/x#y", *(name for name in NAMES if name.isalnum()), "90%", "name with blanks"),
}
