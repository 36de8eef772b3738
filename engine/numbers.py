"""Numbers as an explanation writes them."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor, inf
from typing import TYPE_CHECKING, Any

from engine.messages.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.explanation.model import Piece

_EPOCH = date(1970, 1, 1)
_DIGITS, _DIGITS_MAX = 2, 12


def exact(value: float) -> Fraction:
    """A stored value as the decimal that was meant."""
    return Fraction(repr(float(value)))


@lru_cache(4096)  # a unit has the same few numbers in many places, and its neighbours have them too
def write(value: float, unit: str, against: Fraction | None = None) -> str:
    """A number in its unit; with enough digits not to look equal to a threshold that it misses."""
    if unit == "date":
        return (_EPOCH + timedelta(days=int(value))).isoformat()
    if unit == "year":
        return f"{value:g}"
    scale = 100 if unit == "ratio" else 1
    shown = exact(value) * scale
    digits = _DIGITS
    if against is not None and abs(exact(value) - against) > Fraction(1, 10**_DIGITS_MAX):
        while digits < _DIGITS_MAX and _rounded(shown, digits) == _rounded(against * scale, digits):
            digits += 1
    text = f"{float(_rounded(shown, digits)):,.{digits}f}".rstrip("0").rstrip(".")
    return f"{'0' if text == '-0' else text}{'%' if unit == 'ratio' else ''}"


def written(described: Mapping[str, Any], value: Any) -> Piece:  # noqa: ANN401
    """A reported value, written as its fact is.

    Args:
        described: what the resolved rules say of the fact.
        value: its value; no gap.
    """
    if isinstance(value, bool):
        return WORDS["yes" if value else "no"]
    if described["choices"]:
        label: Piece | None = described["choices"].get(value)
        return label or str(value)
    if isinstance(value, (int, float)):
        return write(value, described["type"])
    return str(value)


def write_missing(value: Fraction, unit: str) -> str:
    """What is missing, rounded up: with as much as that, nothing is missing."""
    step = Fraction(1, (100 if unit == "ratio" else 1) * 10**_DIGITS)
    return write(float(ceil((value - Fraction(1, 10**_DIGITS_MAX)) / step) * step), unit)


def _rounded(value: Fraction, digits: int) -> Fraction:
    """Half away from zero, as people round."""
    step = Fraction(1, 10**digits)
    size = floor(abs(value) / step + Fraction(1, 2)) * step
    return size if value >= 0 else -size


def write_range(low: float, high: float, unit: str, against: Fraction | None = None) -> str | None:
    """A range; None when nothing is known."""
    if low == -inf and high == inf:
        return None
    if low == high:
        return write(low, unit, against)
    ends = ("−∞" if low == -inf else write(low, unit, against), "∞" if high == inf else write(high, unit, against))
    return "–".join(ends)


def write_score(low: float, high: float, limits: Sequence[Fraction]) -> str:
    """A score, with enough digits not to contradict the boundaries that it misses."""

    def end(value: float) -> str:
        return write(value, "", min(limits, key=lambda limit: abs(limit - exact(value)), default=None))

    return end(low) if low == high else f"{end(low)}–{end(high)}"


def whole_units_missing(operator: str, numerator: Fraction, denominator: Fraction, threshold: Fraction) -> int | None:
    """How many more of the numerator (negative: fewer) make `numerator / denominator` meet the threshold."""
    limit = threshold * denominator
    match operator:
        case ">=":
            return ceil(limit) - int(numerator)
        case ">":
            return floor(limit) + 1 - int(numerator)
        case "<=":
            return floor(limit) - int(numerator)
        case "<":
            return ceil(limit) - 1 - int(numerator)
        case "==" if limit.denominator == 1:
            return int(limit) - int(numerator)
        case _:
            return None


def score_limits(book: dict[str, Any]) -> list[Fraction]:
    """The scores at which the policy of a resolved rulebook changes its mind."""
    tests = [test for atom in book["policy"]["atoms"] for test in atom["tests"] if "operator" in test]
    found = (test["right"]["value"].get("exact") for test in tests if test["left"]["value"].get("score"))
    return [Fraction(limit) for limit in found if limit]
