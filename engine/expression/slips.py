"""What authors write in the place of signs, numbers and dates: looked for once an expression cannot be understood."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

Slip = tuple[str, int, dict[str, object]]
"""A code of the message catalogue, the character where the slip is, and what the message says."""

_WORDS = {
    ">=": "大于等于 大于或等于 不低于 不少于 不小于 至少",
    "<=": "小于等于 小于或等于 不高于 不超过 不多于 不大于 至多",
    "!=": "不等于",
    ">": "大于 高于 超过 多于",
    "<": "小于 低于 少于 不足",
    "==": "等于 是",
    "and": "并且 而且 且",
    "or": "或者 或",
    "*": "乘以",
    "/": "除以",
    "+": "加上",
    "-": "减去",
}
_SIGNS = {word: sign for sign, words in _WORDS.items() for word in words.split()}
_ALONE = {
    "和": "and", "与": "and", "以及": "and", "如果": "if", "否则": "else",
    "AND": "and", "OR": "or", "NOT": "not", "IN": "in",
}  # fmt: skip
"""Words that may be parts of names too, so that they count with spaces around them only."""
_SIZES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_FOUND = re.compile(
    rf"""(?P<quoted>"[^"]*"|'[^']*')
      | (?P<number>(?<![\w.])[0-9]+(?:\.[0-9]+)?)\s*(?:(?P<size>[{"".join(_SIZES)}])|[个人分元件次年月天户名项份])
      | (?P<alone>(?<!\S)(?:{"|".join(_ALONE)})(?!\S))
      | (?P<word>{"|".join(sorted(_SIGNS, key=len, reverse=True))})""",
    re.VERBOSE,
)
_THOUSANDS = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:,[0-9]{3})+(?![\w,])")
_EXAMPLE = 'date("2004-05-01")'


def in_words(text: str) -> Slip | None:
    """The first word that stands for a sign or number: `不低于`, `且`, `3万`, `60分`."""
    for match in _FOUND.finditer(text):
        if match["word"]:
            return "expression_sign", match.start(), {"sign": match["word"], "instead": _SIGNS[match["word"]]}
        if match["alone"]:
            return "expression_sign", match.start(), {"sign": match["alone"], "instead": _ALONE[match["alone"]]}
        if match["number"]:
            number = Fraction(match["number"]) * _SIZES.get(match["size"] or "", 1)
            shown = str(number) if number.denominator == 1 else f"{float(number):g}"
            return "expression_number", match.start(), {"number": match.group(), "instead": shown}
    return None


def in_thousands(text: str, start: int, end: int) -> Slip | None:
    """A number with commas between its thousands."""
    match = _THOUSANDS.search(text, start, end)
    if match is None:
        return None
    return "expression_number", match.start(), {"number": match.group(), "instead": match.group().replace(",", "")}


def as_date(written: str) -> str:
    """A date as expressions write it; an example where it cannot be told, or there is no such day."""
    numbers = [int(digits) for digits in re.findall("[0-9]+", written)]
    try:
        year, month, *days = numbers
        return f'date("{date(year, month, *(days or [1])).isoformat()}")'
    except (ValueError, TypeError, OverflowError):
        return _EXAMPLE
