"""Words for yes and no, days and choices: each distinct text of a column is read once."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING
from unicodedata import normalize

from engine.facts.raw import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.schema import Column

YES = ("是", "有", "true", "yes", "y", "1", "√", "✓", "✔")
NO = ("否", "无", "false", "no", "n", "0", "×", "✗", "✘", "x")
BOOLEANS = {fold(word): word in YES for word in (*YES, *NO)}
DAY = re.compile(
    r"([0-9]{4})\s?[-/.年]\s?([0-9]{1,2})\s?[-/.月]\s?([0-9]{1,2})\s?日?"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?",
)
LONGEST = 100


def reader(fact: Column) -> Callable[[str], bool | date | str | None] | None:
    """What reads a text of a fact, giving None for one that means nothing; None for a fact that takes any text."""
    if fact.type == "boolean":
        return lambda text: BOOLEANS.get(fold(text))
    if fact.type == "date":
        return _day
    if fact.choices is None:
        return None
    choices = {fold(label[language]): choice for choice, label in fact.choices.items() for language in ("en", "zh")}
    choices |= {fold(choice): choice for choice in fact.choices}
    return lambda text: choices.get(fold(text))


def _day(text: str) -> date | None:
    """A day, written in any of the usual ways; a time of day is left out."""
    # A character that only looks like a digit (²) would change the date.
    odd = not text.isascii() and any(letter.isdigit() and not letter.isdecimal() for letter in text)
    if odd or len(text) > LONGEST:
        return None
    found = DAY.fullmatch(normalize("NFKC", text).strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
