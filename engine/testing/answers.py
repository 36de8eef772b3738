"""What a rating says about everything that a case can expect."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import inf, isinf
from typing import TYPE_CHECKING, Any

from engine.expression.columns import TOLERANCE
from engine.expression.days import day_of
from engine.programme.dependencies import facts_behind
from engine.programme.rules import Fixed
from engine.testing.expected import GRADES, LISTS, NUMBER, NUMBERS, STATE, STATUSES, amount, exact

if TYPE_CHECKING:
    from engine.expression.typed import Type
    from engine.programme.rules import Criterion, Rules
    from engine.testing.expected import Expectation
    from engine.testing.running import RatedUnit

Answer = tuple[str, ...]
ROUNDED = 2
"""With so many decimals, as explanations show, a number may be a rounded one."""
DECIMALS = 4
"""How many decimals are written of a number that has no end."""


def answer(unit: RatedUnit, aspect: str, name: str) -> Answer:
    """What the rating of a unit says: ids, answers, or numbers as written."""
    book, rating = unit.rated.found.book, unit.rating
    if aspect in GRADES:
        return _pair(rating[f"{aspect}_low"], rating[f"{aspect}_high"], rating.get(aspect))
    if aspect == STATE:
        return (state(unit, name),)
    if aspect == "score":
        return written(rating["points_low"], rating["points_high"])
    if aspect in LISTS:
        return tuple(_listed(unit, book, aspect))
    if aspect in STATUSES:
        return (_status(unit, aspect, name),)
    if aspect in NUMBERS:
        return _number(unit, book, aspect, name)
    return shortfall(unit, name)


def agrees(expectation: Expectation, found: Answer) -> bool:
    """Whether the rating says what a case expects; see `_alike` for numbers."""
    wanted = expectation.value
    if expectation.aspect in {*NUMBERS, "score"}:
        pairs = zip(_both(wanted), _both(found), strict=True)
        return bool(wanted) and bool(found) and all(_alike(a, b) for a, b in pairs)
    if expectation.aspect in GRADES:
        return _both(wanted) == _both(found)
    return sorted(wanted) == sorted(found)


def state(unit: RatedUnit, lifecycle: str) -> str:
    """The state of a lifecycle, or why there is none."""
    found: str | None = unit.rating[lifecycle]
    return found or ("unknown" if unit.measures[f"{lifecycle}_history"] is None else "impossible")


def status(unit: RatedUnit, criterion: str) -> str:
    """Whether a criterion is met."""
    if unit.rating.get(f"{criterion}_applicable", True) is False:
        return "not_applicable"
    return _truth(unit.rating[criterion], "met", "not_met")


def points(unit: RatedUnit, criterion: Criterion) -> tuple[float, float]:
    """The points of a criterion, as far as it applies."""
    applies = unit.rating.get(f"{criterion.id}_applicable", True)
    if applies is False or criterion.points is None:
        return 0.0, 0.0
    if isinstance(criterion.points, Fixed):
        met, most = unit.rating[criterion.id], float(criterion.most)
        low, high = most * (met is True), most * (met is not False)
    else:
        low, high = measured(unit, f"points:{criterion.id}")
    return (low if applies else 0.0), high


def measured(unit: RatedUnit, column: str) -> tuple[float, float]:
    """A number of the table of measures."""
    low, high = unit.measures[column], unit.measures.get(f"{column}_high")
    return low, low if high is None else high


def shortfall(unit: RatedUnit, criterion: str) -> Answer:
    """What a criterion is short of, as `why` says it."""
    reader = unit.reader()
    item = next(item for good in reader.book["goods"] for item in good["criteria"] if item["id"] == criterion)
    tests = list(reader.criterion(item).tests)
    found = []
    while tests:
        test = tests.pop(0)
        tests += test.because
        if test.shortfall is not None:
            found.append(amount(f"{'' if test.shortfall.more else '-'}{test.shortfall.amount}"))
    return tuple(found)


def undefined(unit: RatedUnit, book: Rules) -> list[str]:
    """The measures that cannot be computed although nothing behind them is a gap."""
    found = []
    for item in book.measures:
        low, high = unit.measures[item.id], unit.measures.get(f"{item.id}_high")
        if low == -inf and high == inf and not any(unit.facts[id_] is None for id_ in facts_behind(item.value, book)):
            found.append(item.id)
    return found


def _listed(unit: RatedUnit, book: Rules, aspect: str) -> list[str]:
    outcome = unit.rated.found.outcomes[unit.rating["case"]]
    match aspect:
        case "rules":
            return [rule for rule in unit.rating["rules"].split(",") if rule]  # a case does not know of seats
        case "may_fire":
            return list(outcome.may_fire)
        case "checks":
            return [item.id for item in book.checks if unit.measures[f"check:{item.id}"] is False]
        case "undefined":
            return undefined(unit, book)
        case _:
            return [item.id for item in book.criteria if status(unit, item.id) == aspect]


def _status(unit: RatedUnit, aspect: str, name: str) -> str:
    if aspect == "criteria":
        return status(unit, name)
    if aspect == "targets":
        return str(unit.rating[name] or "unknown")
    if aspect == "goods":
        return _truth(unit.rating[name], "met", "not_met")
    if aspect == "select":
        return unit.rated.selected[name].get(unit.id, "not_eligible")
    return _truth(unit.rating[name], "won", "not_won")


def _truth(value: bool | None, yes: str, no: str) -> str:  # noqa: FBT001
    return {True: yes, False: no, None: "unknown"}[value]


def _number(unit: RatedUnit, book: Rules, aspect: str, name: str) -> Answer:
    if aspect == "points":
        return written(*points(unit, next(item for item in book.criteria if item.id == name)))
    item = next(item for item in book.measures if item.id == name)
    if item.type.name == "boolean":
        value = unit.measures[name]
        return () if value is None else (str(value).lower(),)
    return written(*measured(unit, name), item.type)


# Numbers


def written(low: float, high: float, type_: Type | None = None) -> Answer:
    """A range of numbers as text."""
    return _pair(_text(low, type_), _text(high, type_))


def _text(value: float, type_: Type | None) -> str:
    if isinf(value):
        return "∞" if value > 0 else "-∞"
    if type_ is not None and type_.name == "date":
        return day_of(value).isoformat()
    scale = 100 if type_ is not None and type_.unit == "ratio" else 1
    text = f"{Decimal(f'{value:.11g}') * scale:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{'0' if text == '-0' else text}{'%' if scale > 1 else ''}"


def short(found: Answer) -> Answer:
    """Numbers as a test should expect them: to four decimals, where they have more."""
    return tuple(_shortened(text) for text in found)


def _shortened(text: str) -> str:
    if not NUMBER.fullmatch(text) or len(text.rstrip("%").partition(".")[2]) <= DECIMALS:
        return text
    percent = "%" if text.endswith("%") else ""
    return f"{round(Decimal(text.rstrip('%')), DECIMALS):f}{percent}"


def _alike(wanted: str, found: str) -> bool:
    """Two numbers agree; one that is written with two decimals or more stands for all that round to it."""
    if wanted == found:
        return True
    if not all(NUMBER.fullmatch(text) and "∞" not in text for text in (wanted, found)):
        return False
    a, b = exact(wanted), exact(found)
    decimals = len(wanted.rstrip("%").partition(".")[2])
    unit = Fraction(1, (100 if wanted.endswith("%") else 1) * 10**decimals)
    slack = unit / 2 if decimals >= ROUNDED else Fraction(TOLERANCE) * max(Fraction(1), abs(a), abs(b))
    return abs(a - b) <= slack


def _pair(low: str, high: str, sole: Any = None) -> Answer:  # noqa: ANN401
    return (sole,) if sole is not None else (low,) if low == high else (low, high)


def _both(values: Answer) -> Answer:
    return (values * 2)[:2] if len(values) == 1 else values
