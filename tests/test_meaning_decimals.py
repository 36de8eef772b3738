"""Comparisons agree with exact arithmetic on decimals as they are written.

The domain is the design's: at most 11 significant digits; for quotients the denominator times 10^decimals is below
10^11; sums stay below 5·10^9 yuan in fen. Values lie at thresholds, just under and just over them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from language import loaded
from populations import YEAR, Unit, columns_of, facts_from, seeded
from strategies import DEEPER

from engine.rating import rate

if TYPE_CHECKING:
    from random import Random

SIGNS: dict[str, Callable[[Any, Any], bool]] = {">=": ge, ">": gt, "<=": le, "<": lt, "==": eq, "!=": ne}
Row: TypeAlias = dict[str, Any]
Case: TypeAlias = tuple[str, str, Callable[[Row], Fraction], Callable[[Row], Fraction]]
"""The two sides of a comparison in the language, and what they are."""
ROWS = 400


def decimal(random: Random, *, digits: int, decimals: int) -> Fraction:
    return Fraction(random.randrange(1, 10 ** random.randint(1, digits)), 10**decimals)


def constant(random: Random) -> tuple[str, Fraction, int]:
    """A percent as written, its value, and how many decimals the value has."""
    decimals = random.choice((0, 0, 0, 1, 2, 3))
    value = Fraction(random.randrange(1, 100 * 10**decimals), 10**decimals)
    return f"{float(value):.{decimals}f}", value / 100, decimals + 2


def written(value: Fraction) -> str:
    """A decimal with the digits that it has, and no more than 11."""
    text = f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"
    assert Fraction(text) == value
    assert len(text.replace(".", "").strip("0-")) <= 11
    return text


def cases_and_rows(random: Random) -> tuple[list[Case], list[Row]]:
    """What is compared, and units that are close to equality somewhere."""
    percents = [constant(random) for _ in range(3)]
    numbers = [decimal(random, digits=9, decimals=random.choice((0, 1, 2, 4))) for _ in range(3)]
    cases: list[Case] = [
        ("x", "y", lambda row: row["x"], lambda row: row["y"]),
        ("x + y", "z", lambda row: row["x"] + row["y"], lambda row: row["z"]),
        ("z - y", "x", lambda row: row["z"] - row["y"], lambda row: row["x"]),
        ("n", "d", lambda row: row["n"], lambda row: row["d"]),
        ("n / d", "r", lambda row: row["n"] / row["d"], lambda row: row["r"]),
    ]
    for text, value, _ in percents:

        def limit(_row: Row, value: Fraction = value) -> Fraction:
            return value

        cases += [
            ("n / d", f"{text}%", lambda row: row["n"] / row["d"], limit),
            ("1 - n / d", f"{text}%", lambda row: 1 - row["n"] / row["d"], limit),
            (f"{text}%", "r", limit, lambda row: row["r"]),
            ("x", f"y * {text}%", lambda row: row["x"], lambda row, value=value: row["y"] * value),  # type: ignore[misc]
        ]
    for value in numbers:
        cases.append(("x", written(value), lambda row: row["x"], lambda _row, value=value: value))  # type: ignore[misc]
    return cases, [row for _ in range(ROWS) for row in [near(random, percents, numbers)]]


def near(random: Random, percents: list[tuple[str, Fraction, int]], numbers: list[Fraction]) -> Row:
    decimals = random.choice((0, 1, 2))
    step = random.choice((0, 0, 1, -1)) * Fraction(1, 10**decimals)
    x, y = (decimal(random, digits=9, decimals=decimals) for _ in "xy")
    x = random.choice((x, x, y, random.choice(numbers)))
    _, percent, places = random.choice(percents)
    most = 10**11 // 10**places - 1
    d = Fraction(random.randrange(1, 10 ** random.randint(1, min(7, len(str(most)) - 1)) + 1))
    share = random.choice((percent, 1 - percent))
    n = Fraction(max(round(d * share) + random.choice((-1, 0, 0, 0, 1)), 0))
    if random.random() < 0.5:
        # Exactly the threshold, where a whole number of units makes it.
        d = share.denominator * Fraction(random.randrange(1, max(2, most // share.denominator // 1000)))
        n = d * share + random.choice((0, 0, 1, -1) if d * share >= 1 else (0, 1))
    n = d if random.random() < 0.1 else n
    row = {
        "x": x,
        "y": y,
        "z": x + y + step,
        "n": n,
        "d": d,
        "r": percent + random.choice((0, 0, 1, -1)) / Fraction(10**places),
    }
    if random.random() < 0.3:
        # x is that percent of y.
        row["y"] = Fraction(random.randrange(1, 10**6))
        row["x"] = row["y"] * percent
        row["z"] = row["x"] + row["y"] + step
    return row


@pytest.mark.parametrize("gaps", [False, True])
def test_comparisons_agree_with_fractions(gaps: bool) -> None:  # noqa: FBT001
    for seed in range(DEEPER):
        random = seeded(seed)
        cases, rows = cases_and_rows(random)
        measures = {
            f"{at}_{name}": (f"{left} {sign} {right}", SIGNS[sign], a, b)
            for at, (left, right, a, b) in enumerate(cases)
            for name, sign in zip("abcdef", SIGNS, strict=True)
        }
        book = {
            "rulebook": "decimals",
            "kind": "village",
            "label": "decimals",
            "facts": {"x": fact("money"), "y": fact("money"), "z": fact("money"), "n": fact("count"),
                      "d": fact("count", min="1"), "r": fact("ratio", min="-100%", max="200%")},
            "measures": {f"m{id_}": text for id_, (text, *_) in measures.items()},
            "grades": ["fine"],
            "policy": {"propose": [{"id": "otherwise", "grade": "fine"}]},
        }  # fmt: skip
        programme = loaded({"village": ""}, [book])
        units = [Unit(f"{at:05}", None, row) for at, row in enumerate(rows)]
        # One unit of gaps makes every number a range.
        units += [Unit("gaps", None, {})] if gaps else []
        rating = rate(programme, facts_from({"village": units}, columns_of(programme)), year=YEAR)
        found = rating.books["decimals"].measures
        seen: Counter[str] = Counter()
        for id_, (text, holds, a, b) in measures.items():
            for row, answer in zip(rows, found[f"m{id_}"], strict=False):
                left, right = a(row), b(row)
                if text.startswith("z - y") and row["z"] > 2_000 * max(Fraction(1), left):
                    continue  # what is left of large numbers: docs/meaning.md
                assert answer is holds(left, right), (text, row)
                close = 0 < abs(left - right) < Fraction(1, 10**4)
                seen[f"equal {id_}" if left == right else "close" if close else "far"] += 1
        assert min(seen["close"], seen["far"]) > 500, seen
        assert min(seen[f"equal {id_}"] for id_ in measures) > 0, seen


def fact(type_: str, **said: str) -> dict[str, str]:
    return {"type": type_, "label": "fact", **said}


def test_bands_and_met_agree_with_fractions() -> None:
    random = seeded(5)
    percents = sorted({constant(random) for _ in range(4)}, key=lambda item: item[1])
    rows = [near(random, percents, [Fraction(1)]) for _ in range(1_000)]
    bands = {f"{text}%": str(at + 1) for at, (text, *_) in enumerate(percents)}
    goods = {
        "quotients": {"label": "g", "criteria": {
            "reached": {"label": "c", "points": {"of": "n / d", "bands": bands}},
            "lacking": {"label": "c", "points": {"of": "1 - n / d", "bands": bands}},
        }},
    }  # fmt: skip
    book = {
        "rulebook": "decimals",
        "kind": "village",
        "label": "decimals",
        "facts": {"n": fact("count"), "d": fact("count", min="1")},
        "goods": goods,
        "grades": ["fine"],
        "policy": {"propose": [{"id": "otherwise", "grade": "fine"}]},
    }
    programme = loaded({"village": ""}, [book])
    units = [Unit(f"{at:05}", None, row) for at, row in enumerate(rows)]
    rating = rate(programme, facts_from({"village": units}, columns_of(programme)), year=YEAR).books["decimals"]
    at_threshold = 0
    for at, row in enumerate(rows):
        for name, of in (("reached", row["n"] / row["d"]), ("lacking", 1 - row["n"] / row["d"])):
            points = sum(of >= value for _, value, _ in percents)
            assert rating.measures[f"points:{name}"][at] == points, (name, row)
            assert rating.ratings[name][at] is (points == len(percents))
            at_threshold += any(of == value for _, value, _ in percents)
    assert at_threshold > 200
