"""What pages and Markdown say, to compare them with what a terminal shows."""

from __future__ import annotations

import html
import re
from collections import Counter
from html.parser import HTMLParser


class Page(HTMLParser):
    """What a page says, and of what it is made."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.feed(text)
        self.close()
        assert self.open == [], "tags that are left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & {*self.open}:
            self.words += words(data)


def words(text: str) -> list[str]:
    """The words and numbers of a text."""
    return re.findall(r"[^\W_]+", text)


def plain(markdown: str) -> str:
    """What Markdown shows."""
    return html.unescape(re.sub(r"\\(?=[^\w\s])", "", markdown))
