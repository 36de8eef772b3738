"""What a rulebook means, a second time: one unit after another, with fractions, straight from the design's §4 and §5.

Facts may have gaps. A number is a range; the engine computes with floats, so each range carries a bound of the error
that floats may have made. Where an answer hangs on such an error the design promises nothing, and neither do we:
`UnsureError`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import islice, pairwise, permutations, product
from math import ceil, floor, inf
from typing import TYPE_CHECKING, Any, TypeAlias

from language import GRADES, NUMBERS, Book, Criterion, Drawn, Expr, Fact, Good, Rule
from populations import Unit, Units
from strategies import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Real: TypeAlias = Any
"""A fraction, or an infinity."""
ROUNDING = 2.3e-16
TOLERANCE = 1e-12
COMPLETIONS_MAX = 1_024


class UnsureError(Exception):
    """Floats cannot be trusted with this."""


@dataclass(frozen=True)
class Range:
    """A number between two ends, which floats may miss by so much."""

    low: Real
    high: Real
    error: float = 0.0

    @property
    def size(self) -> float:
        """The greatest finite end."""
        return max((abs(float(end)) for end in (self.low, self.high) if abs(end) < inf), default=0.0)


UNDEFINED = Range(-inf, inf)


@dataclass
class Subject:
    """A unit under evaluation: its facts, and what has been found of it so far."""

    unit: Unit
    facts: Mapping[str, Fact] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    lower: dict[str, list[Subject]] = field(default_factory=dict)
    unsure: bool = False
    loose: bool = False  # it is unknown whether a criterion applies: the engine's score may be a wider range


# Numbers


def number(written: Fraction | int, error: float | None = None) -> Range:
    value = Fraction(written)
    return Range(value, value, abs(float(Fraction(float(value)) - value)) if error is None else error)


def ranged(low: Real, high: Real, error: float) -> Range:
    made = Range(low, high)
    return Range(low, high, error + made.size * ROUNDING)


def times(x: Real, y: Real) -> Real:
    return Fraction(0) if x == 0 or y == 0 else x * y


def multiply(a: Range, b: Range) -> Range:
    ends = [times(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return ranged(min(ends), max(ends), a.size * b.error + b.size * a.error + a.error * b.error)


def divide(a: Range, b: Range) -> Range:
    near = 2 * max(b.error, TOLERANCE)
    if any(0 < abs(end) <= near for end in (b.low, b.high)) or (b.error > TOLERANCE / 2 and 0 in {b.low, b.high}):
        raise UnsureError
    if b.low <= 0 <= b.high:
        return UNDEFINED
    inverses = [Fraction(0) if abs(end) == inf else 1 / end for end in (b.high, b.low)]
    least = min(abs(float(end)) for end in (b.low, b.high))
    return multiply(a, ranged(inverses[0], inverses[1], b.error / least / least * 2))


def rounded(function: str, a: Range, digits: int) -> Range:
    scale = 10**digits

    def at(end: Real) -> Real:
        if abs(end) == inf:
            return end
        scaled = Fraction(end) * scale
        edge = Fraction(1, 2) if function == "round" else Fraction(0)
        distance = abs(float(scaled - edge - round(scaled - edge)))
        if a.error * scale > 4e-10 or 0 < distance < 2e-9 + a.error * scale:
            raise UnsureError
        if function == "round_up":
            return Fraction(ceil(scaled), scale)
        if function == "round_down":
            return Fraction(floor(scaled), scale)
        size = Fraction(floor(abs(scaled) + edge), scale)
        return size if end >= 0 else -size

    return ranged(at(a.low), at(a.high), 0.0)


def at_least(x: Real, y: Real, error: float, *, strictly: bool = False) -> bool:
    """`x >= y`, as long as floats must find the same."""
    if abs(x) == inf or abs(y) == inf:
        return bool(x > y or (x == y and not strictly))
    distance, size = abs(float(x - y)), max(1.0, abs(float(x)), abs(float(y)))
    if (0 < distance < 3 * TOLERANCE * size + error) or (distance == 0 and error > TOLERANCE * size / 2):
        raise UnsureError
    return bool(x > y if strictly else x >= y)


def compare(sign: str, a: Range, b: Range) -> bool | None:
    error = a.error + b.error
    match sign:
        case ">=" | ">":
            strictly = sign == ">"
            if at_least(a.low, b.high, error, strictly=strictly):
                return True
            return None if at_least(a.high, b.low, error, strictly=strictly) else False
        case "<=" | "<":
            return compare({"<=": ">=", "<": ">"}[sign], b, a)
        case "!=":
            return negation(compare("==", a, b))
    if not (at_least(a.high, b.low, error) and at_least(b.high, a.low, error)):
        return False
    points = a.low == a.high and b.low == b.high
    return True if points else None


# Truths


def negation(a: bool | None) -> bool | None:  # noqa: FBT001
    return None if a is None else not a


def both(items: Iterable[bool | None]) -> bool | None:
    every = list(items)
    return False if False in every else None if None in every else True


def either(items: Iterable[bool | None]) -> bool | None:
    return negation(both([negation(item) for item in items]))


def hull(condition: bool | None, then: Any, otherwise: Any) -> Any:  # noqa: ANN401, FBT001
    if condition is not None:
        return then if condition else otherwise
    if isinstance(then, Range):
        return Range(min(then.low, otherwise.low), max(then.high, otherwise.high), max(then.error, otherwise.error))
    return then if then == otherwise else None


# Facts


def day(value: date) -> int:
    return (value - date(1970, 1, 1)).days


def bound(said: str | None, usual: Real, subject: Subject, end: str) -> Real:
    """A bound as declared: a constant, or what another fact is at most (or at least)."""
    if said is None:
        return usual
    if said in subject.facts:
        return getattr(fact_value(subject.facts[said], subject), end)
    if said.startswith("date"):
        return Fraction(day(date.fromisoformat(said[6:-2])))
    return Fraction(said.removesuffix("%")) / (100 if said.endswith("%") else 1)


def fact_value(fact: Fact, subject: Subject) -> Any:  # noqa: ANN401
    value = subject.unit.row.get(fact.id)
    if fact.type in NUMBERS or fact.type == "date":
        if value is not None:
            return number(day(value) if isinstance(value, date) else value)
        usual = {"count": (Fraction(0), inf), "ratio": (Fraction(0), Fraction(1))}.get(fact.type, (-inf, inf))
        low, high = bound(fact.low, usual[0], subject, "low"), bound(fact.high, usual[1], subject, "high")
        return Range(low, high, sum(number(end).error for end in (low, high) if abs(end) < inf))
    if fact.ordered:
        ranks = {word: rank for _, word, rank in words(fact)}
        return number(ranks[value], 0.0) if value is not None else Range(Fraction(0), Fraction(len(ranks) - 1))
    return value


# Expressions


def evaluate(expr: Expr, subject: Subject, asking: Subject | None = None) -> Any:  # noqa: ANN401
    """A range, a truth (None: unknown) or a word (None: unknown)."""

    def value(part: Expr) -> Any:  # noqa: ANN401
        return evaluate(part, subject, asking)

    match expr:
        case ("number", written):
            return number(Fraction(written))
        case ("percent", written):
            return number(Fraction(written) / 100)
        case ("date", written):
            return number(day(date.fromisoformat(written)))
        case ("truth" | "text", constant):
            return constant
        case ("choice", word, rank):
            return word if rank is None else number(rank, 0.0)
        case ("fact", id_):
            return fact_value(subject.facts[id_], subject)
        case ("parameter", id_):
            return (asking or subject).constants[id_]
        case ("measure" | "outcome", id_):
            return subject.found[id_]
        case ("result", book, part):
            if subject.loose:
                raise UnsureError
            return subject.found[f"{book}.{part}"]
        case ("this", leaf):
            assert asking is not None
            return evaluate(leaf, asking)
        case ("negative", item):
            a = value(item)
            return Range(-a.high, -a.low, a.error)
        case ("arithmetic", sign, left, right):
            return ARITHMETIC[sign](value(left), value(right))
        case ("compare", signs, *operands):
            return both(
                [same_or(sign, a, b) for sign, (a, b) in zip(signs, pairwise(map(value, operands)), strict=True)]
            )
        case ("in", item, options, negated):
            found = either([same_or("==", value(item), value(option)) for option in options])
            return negation(found) if negated else found
        case ("and", *items):
            return both(map(value, items))
        case ("or", *items):
            return either(map(value, items))
        case ("not", item):
            return negation(value(item))
        case ("if", condition, then, otherwise):
            return hull(value(condition), value(then), value(otherwise))
        case ("call", "entered", ("fact", id_)):
            return None if subject.unit.refused else subject.unit.row.get(id_) is not None
        case ("call", "given", ("fact", id_) as leaf, otherwise):
            is_entered = None if subject.unit.refused else subject.unit.row.get(id_) is not None
            return hull(is_entered, value(leaf), value(otherwise))
        case ("call", function, *arguments):
            return call(function, [value(item) for item in arguments])
        case ("aggregate", function, kind, item):
            return aggregate(
                function, [evaluate(item, unit, subject) if item else True for unit in units(kind, subject)]
            )
    raise TypeError(expr)


ARITHMETIC: dict[str, Callable[[Range, Range], Range]] = {
    "+": lambda a, b: ranged(a.low + b.low, a.high + b.high, a.error + b.error),
    "-": lambda a, b: ranged(a.low - b.high, a.high - b.low, a.error + b.error),
    "*": multiply,
    "/": divide,
}


def same_or(sign: str, a: Any, b: Any) -> bool | None:  # noqa: ANN401
    if isinstance(a, Range):
        return compare(sign, a, b)
    same = None if a is None or b is None else a == b
    return same if sign == "==" else negation(same)


def call(function: str, values: list[Range]) -> Range:
    a, error = values[0], max(value.error for value in values)
    match function:
        case "min" | "max":
            choose: Callable[..., Real] = min if function == "min" else max
            return Range(choose(v.low for v in values), choose(v.high for v in values), error)
        case "abs":
            ends = (abs(a.low), abs(a.high))
            return Range(Fraction(0) if a.low <= 0 <= a.high else min(ends), max(ends), error)
    return rounded(function, a, int(values[1].low) if len(values) > 1 else 0)


def units(kind: str, subject: Subject) -> list[Subject]:
    if any(unit.unsure for unit in subject.lower[kind]):
        raise UnsureError
    return subject.lower[kind]


def aggregate(function: str, values: list[Any]) -> Any:  # noqa: ANN401
    if function in {"any", "all"}:
        return either(values) if function == "any" else both(values)
    if function in {"count", "share"}:
        certain = values.count(True)
        total = Range(Fraction(certain), Fraction(certain + values.count(None)))
    else:
        error = sum(v.error + v.size * ROUNDING * len(values) for v in values)
        total = Range(sum((v.low for v in values), Fraction(0)), sum((v.high for v in values), Fraction(0)), error)
    if function in {"count", "sum"}:
        return total
    return divide(total, number(len(values)))


# Points, goods, score


def points(criterion: Criterion, subject: Subject) -> Range:
    match criterion.points:
        case ("fixed", most):
            met, most = subject.found[criterion.id], Fraction(most)
            return Range(most if met else Fraction(0), Fraction(0) if met is False else most)
        case ("deduct", of, each, start):
            a, each, start = evaluate(of, subject), Fraction(each), Fraction(start)
            low, high = (min(max(start - times(each, end), Fraction(0)), start) for end in (a.high, a.low))
            return ranged(Fraction(low), Fraction(high), float(each) * a.error)
        case ("losses", start, floor, losses):
            costs = [cost(loss, subject) for loss in losses]
            left = Range(Fraction(start), Fraction(start))
            for item in costs:
                left = ARITHMETIC["-"](left, item)
            low, high = (min(max(end, Fraction(floor)), Fraction(start)) for end in (left.low, left.high))
            return ranged(Fraction(low), Fraction(high), left.error + 1e-14)
        case ("assessed", _, spans, counts, awaited):
            return assessed(criterion.id, spans, dict(counts), awaited, subject)
        case (form, of, rows, *otherwise):
            a = evaluate(of, subject)
            table = sorted((evaluate(key, subject).low, Fraction(value)) for key, value in rows)
            if form == "bands":
                ends = [reached(table, Fraction(otherwise[0]), end, a.error) for end in (a.low, a.high)]
                return Range(min(ends), max(ends))
            steepest = max(abs((y1 - y0) / (x1 - x0)) for (x0, y0), (x1, y1) in pairwise(table))
            ends = [on_line(table, end) for end in (a.low, a.high)]
            return ranged(min(ends), max(ends), float(steepest) * a.error + 1e-14)
    raise TypeError(criterion.points)


def cost(loss: tuple[Any, ...], subject: Subject) -> Range:
    """What a reason costs."""
    match loss:
        case ("when", by, condition):
            holds = evaluate(condition, subject)
            by = Fraction(by)
            return Range(Fraction(0) if holds is not True else by, Fraction(0) if holds is False else by)
        case ("each", by, number_, step, part, most):
            value = evaluate(number_, subject)
            if step is not None:
                value = rounded(
                    "round_down" if part == "ignored" else "round_up", divide(value, evaluate(step, subject)), 0
                )
            ends = [times(Fraction(by), max(end, Fraction(0))) for end in (value.low, value.high)]
            ends = [end if most is None else min(end, Fraction(most)) for end in ends]
            return ranged(ends[0], ends[1], float(Fraction(by)) * value.error)
    raise TypeError(loss)


def assessed(
    id_: str, spans: Sequence[tuple[Any, ...]], counts: Mapping[str, str | None], awaited: str, subject: Subject
) -> Range:
    """The first score given, or the weighted sum; where a number picks the band, within it."""
    ends = [(Fraction(low), Fraction(high)) for _, low, high in spans]
    least, most = min(low for low, _ in ends), max(high for _, high in ends)

    def score(assessor: str) -> Range:
        given = subject.unit.row.get(f"{id_}_{assessor}")
        return Range(least, most) if given is None else number(given)

    if all(weight is None for weight in counts.values()):
        found: Any = score(awaited)
        for assessor in [name for name in reversed([*counts]) if name != awaited]:
            given = None if subject.unit.refused else subject.unit.row.get(f"{id_}_{assessor}") is not None
            found = hull(given, score(assessor), found)
    else:
        found = total(multiply(number(Fraction(weight or 0)), score(name)) for name, weight in counts.items())
    if len(ends) > 1 or spans[0][0] is not None:
        (_, low, high), *keys = sorted(
            spans, key=lambda row: -inf if row[0] is None else evaluate(row[0][1], subject).low
        )
        band = (number(Fraction(low)), number(Fraction(high)))
        for (of, key), low, high in keys:
            is_reached = compare(">=", evaluate(of, subject), evaluate(key, subject))
            band = tuple(
                hull(is_reached, number(Fraction(new)), old) for new, old in zip((low, high), band, strict=True)
            )
        found = call("min", [call("max", [found, band[0]]), band[1]])
    return ranged(found.low, found.high, found.error + 1e-14)


def reached(table: list[tuple[Fraction, Fraction]], otherwise: Fraction, end: Real, error: float) -> Fraction:
    """The points of the highest key that a number reaches."""
    found = [value for key, value in table if at_least(end, key, error + abs(float(key)) * ROUNDING)]
    return found[-1] if found else otherwise


def on_line(table: list[tuple[Fraction, Fraction]], end: Real) -> Fraction:
    """The points on the line through the keys."""
    if end <= table[0][0]:
        return table[0][1]
    for (x0, y0), (x1, y1) in pairwise(table):
        if end < x1:
            return y0 + (Fraction(end) - x0) * (y1 - y0) / (x1 - x0)
    return table[-1][1]


def applies(criterion: Criterion, subject: Subject) -> bool | None:
    return subject.found.get(f"{criterion.id}_applicable", True)  # type: ignore[no-any-return]


def counted(
    criteria: Iterable[Criterion], subject: Subject, *, bonus: str = "false", penalty: bool = False
) -> list[tuple[Range, Fraction]]:
    """Points and most points of the criteria that apply. Where that is unknown we do not try: too many ways."""
    chosen = [item for item in criteria if item.points and item.bonus == bonus and item.penalty == penalty]
    return [(subject.found[f"points:{i.id}"], i.most) for i in chosen if applies(i, subject) is not False]


def total(items: Iterable[Range]) -> Range:
    every = list(items)
    low, high = (sum((getattr(item, end) for item in every), Fraction(0)) for end in ("low", "high"))
    return ranged(low, high, sum(item.error for item in every) + len(every) * 1e-15 * max(1.0, float(high)))


def good_met(good: Good, subject: Subject) -> bool | None:
    held = [
        either([negation(applies(item, subject)), subject.found[item.id]])
        for item in good.criteria
        if item.essential and good.essential
    ]
    rows = counted(good.criteria, subject)
    if good.share != "any":
        got, of = total(p for p, _ in rows), sum((most for _, most in rows), Fraction(0))
        need = number(of * Fraction(good.share.removesuffix("%")) / 100)
        held.append(compare(">=", got, need))
    return both(held)


def score(book: Book, subject: Subject) -> tuple[Range, Range]:
    """The score and the points that can be had."""
    criteria = [item for good in book.goods for item in good.criteria]
    rows = counted(criteria, subject)
    got = total(p for p, _ in rows)
    every = sum((item.most for item in criteria if item.counted), Fraction(0))
    of = sum((most for _, most in rows), Fraction(0))
    if book.not_applicable == "rescale":
        got = multiply(got, number(every / of)) if of else number(0)
    else:
        left_out = number(every - of if book.not_applicable == "full" else 0)
        got = ARITHMETIC["+"](got, left_out)
        of = every
    got = call("max", [got, number(0)])
    if book.parts:
        shares = [multiply(got, number(Fraction(book.parts[0])))]
        for part, share in zip(book.parts[1:], book.shared, strict=True):
            within = call("max", [call("min", [subject.found[share], number(100)]), number(0)])
            shares.append(multiply(within, number(Fraction(part))))
        got = total(shares)
    bonuses = [total(p for p, _ in counted(criteria, subject, bonus="true"))]
    for group, most, take in book.groups:
        given = [p for p, _ in counted(criteria, subject, bonus=group)]
        if given:
            joined = call("max", [number(0), *given]) if take == "highest" else total(given)
            bonuses.append(call("min", [joined, number(Fraction(most))]))
    got = ARITHMETIC["+"](got, call("min", [total(bonuses), number(Fraction(book.bonus_max))]))
    lacked = [ARITHMETIC["-"](number(most), p) for p, most in counted(criteria, subject, penalty=True)]
    if lacked:
        lost = call("min", [total(lacked), number(Fraction(book.penalty_max))])
        got = call("max", [ARITHMETIC["-"](got, lost), number(0)])
    if book.digits is not None:
        got = rounded("round", got, book.digits)
    return got, number(of)


# Policy

CONNECTIVES = {"and", "or", "not"}


def names_proposed(expr: Any) -> bool:  # noqa: ANN401
    return isinstance(expr, tuple) and (expr == ("outcome", "proposed") or any(map(names_proposed, expr)))


def atoms(expr: Expr | None) -> Iterator[Expr]:
    """The questions that a condition asks; the proposed grade is none."""
    if expr is None:
        return
    if expr[0] in CONNECTIVES:
        for item in expr[1:]:
            yield from atoms(item)
    elif not names_proposed(expr):
        yield expr


def holds(expr: Expr | None, answers: Mapping[Expr, bool], proposed: int) -> bool:
    match expr:
        case None:
            return True
        case ("and", *items):
            return all(holds(item, answers, proposed) for item in items)
        case ("or", *items):
            return any(holds(item, answers, proposed) for item in items)
        case ("not", item):
            return not holds(item, answers, proposed)
    if expr in answers:
        return answers[expr]
    rank = number(len(GRADES) - 1 - proposed, 0.0)
    return evaluate(expr, Subject(Unit("", None, {}), found={"proposed": rank})) is True


def decide(
    book: Book, answers: Mapping[Expr, bool], entries: Mapping[str, str | None]
) -> tuple[int, int, list[str], set[str]]:
    """The proposed grade, the grade, the rules that fired and the titles withheld."""

    def proposes(rule: Rule) -> bool:
        return holds(rule.when, answers, -1) and (rule.entered is None or entries[rule.entered] is not None)

    first = next(rule for rule in book.propose if proposes(rule))
    proposed = GRADES.index(first.grade or entries[first.entered or ""] or "")
    fired = [rule for rule in book.adjust if holds(rule.when, answers, proposed)]
    worst = [proposed]
    for rule in fired:
        worst += [GRADES.index(to) for from_, to in rule.downgrade if from_ == GRADES[proposed]]
        worst += [GRADES.index(rule.cap)] if rule.cap else []
    withheld = {title for rule in fired for title in rule.withhold}
    return proposed, max(worst), [rule.id for rule in (first, *fired)], withheld


def thresholds(questions: Iterable[Expr], subject: Subject) -> list[tuple[str, Expr, Real, int]]:
    """The questions whether a value reaches a constant, or is below it."""
    found = []
    for at, question in enumerate(questions):
        match question:
            case ("compare", (">=" | "<" as sign,), left, ("number" | "percent" | "parameter", *_) as right):
                found.append((sign, left, evaluate(right, subject).low, at))
            case ("compare", (">=" | "<" as sign,), left, ("negative", ("number" | "percent", *_)) as right):
                found.append((sign, left, evaluate(right, subject).low, at))
    return found


def consistent(rows: list[tuple[str, Expr, Real, int]], case: Sequence[Any]) -> bool:
    """Whoever reaches 90 reaches 80, and whoever is below 80 is below 90."""
    return not any(
        case[stricter] and not case[looser]
        for (sign, value, limit, stricter), (other_sign, other_value, other, looser) in permutations(rows, 2)
        if (sign, value) == (other_sign, other_value) and (limit > other if sign == ">=" else limit < other)
    )


def conclude(book: Book, subject: Subject) -> None:
    """The grade and the titles over every completion of the case."""
    asked = dict.fromkeys(atom for rule in (*book.propose, *book.adjust) for atom in atoms(rule.when))
    answers = {atom: evaluate(atom, subject) for atom in asked}
    choices: list[list[Any]] = [[True, False] if answer is None else [answer] for answer in answers.values()]
    entered = list(dict.fromkeys(rule.entered for rule in book.propose if rule.entered))
    for id_ in entered:
        value = subject.unit.row.get(id_)
        unknown = value is None and (subject.unit.refused or subject.facts[id_].blank == "gap")
        possible = [*GRADES, None] if subject.facts[id_].blank == "none" else [*GRADES]
        choices.append(possible if unknown else [value])
    rows = thresholds(answers, subject)
    completions = (case for case in product(*choices) if consistent(rows, case))
    cases = list(islice(completions, COMPLETIONS_MAX + 1))
    if len(cases) > COMPLETIONS_MAX:
        subject.found |= {"grades": (len(GRADES) - 1, 0), "proposals": (len(GRADES) - 1, 0), "rules": []}
        withheld_in = [set(), {title for rule in book.adjust for title in rule.withhold}]
    else:
        decisions = [
            decide(book, dict(zip(answers, case, strict=False)), dict(zip(entered, case[len(answers) :], strict=True)))
            for case in cases
        ]
        subject.found["proposals"] = max(d[0] for d in decisions), min(d[0] for d in decisions)
        subject.found["grades"] = max(d[1] for d in decisions), min(d[1] for d in decisions)
        ids = [rule.id for rule in (*book.propose, *book.adjust)]
        subject.found["rules"] = [id_ for id_ in ids if all(id_ in d[2] for d in decisions)]
        withheld_in = [d[3] for d in decisions]
    low, high = (Fraction(len(GRADES) - 1 - place) for place in subject.found["grades"])
    subject.found["grade"] = subject.found[f"{book.id}.grade"] = Range(low, high)
    for id_, when in book.titles:
        held = {id_ in withheld for withheld in withheld_in}
        withheld = None if len(held) > 1 else held.pop()
        won = both([evaluate(when, subject), negation(withheld)])
        subject.found[id_] = subject.found[f"{book.id}.title.{id_}"] = won


# Everything


def rate_unit(book: Book, subject: Subject) -> None:
    """Find everything about a unit whose lower units are done."""
    subject.facts = {fact.id: fact for fact in book.facts}
    subject.constants = {id_: evaluate(value, subject) for id_, _, value in book.parameters}
    for id_, _, measure in book.measures:
        subject.found[id_] = evaluate(measure, subject)
    criteria = [item for good in book.goods for item in good.criteria]
    for item in criteria:
        if item.applies is not None:
            subject.found[f"{item.id}_applicable"] = evaluate(item.applies, subject)
            subject.loose |= subject.found[f"{item.id}_applicable"] is None
        if item.require is not None:
            subject.found[item.id] = evaluate(item.require, subject)
        if item.points is not None:
            got = subject.found[f"points:{item.id}"] = points(item, subject)
            if item.require is None:
                subject.found[item.id] = compare(">=", got, number(item.most))
    for good in book.goods:
        met = subject.found[f"good.{good.id}"] = good_met(good, subject)
        subject.found[f"{book.id}.good.{good.id}"] = met
    goods = [subject.found[f"good.{good.id}"] for good in book.goods]
    subject.found["score"], subject.found["score_max"] = score(book, subject)
    subject.found[f"{book.id}.score"] = subject.found["score"]
    subject.found["goods_met"] = aggregate("count", goods)
    subject.found["goods_count"] = number(len(goods))
    for id_, check in book.checks:
        subject.found[id_] = evaluate(check, subject)
    conclude(book, subject)


def rate(programme: Drawn, given: Units) -> dict[str, dict[str, Subject]]:
    """Every unit of every kind, lower kinds first."""
    subjects = {kind: {unit.id: Subject(unit) for unit in items} for kind, items in given.items()}
    books = {book.kind: book for book in programme.books}
    for at, kind in reversed(list(enumerate(programme.kinds))):
        for subject in subjects[kind].values():
            direct = programme.kinds[at + 1 : at + 2]
            for below in direct:
                subject.lower[below] = [s for s in subjects[below].values() if s.unit.parent == subject.unit.id]
                for deeper in programme.kinds[at + 2 :]:
                    subject.lower[deeper] = [d for s in subject.lower[below] for d in s.lower[deeper]]
            if kind in books:
                try:
                    rate_unit(books[kind], subject)
                except UnsureError:
                    subject.unsure = True
    return subjects
