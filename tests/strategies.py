"""Random rulebooks: everything that a rule author can say, at random."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeAlias

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from language import (
    COLOURS,
    CONSTANTS,
    DAYS,
    GRADES,
    NUMBERS,
    PERCENTS,
    SIZES,
    WORDS,
    Book,
    Criterion,
    Drawn,
    Expr,
    Fact,
    Good,
    Rule,
)

DEEPER = int(os.environ.get("MEANING_EXAMPLES", "1"))
"""How many times as many examples to try; more than one also makes them new ones each time."""
SHRINK = "MEANING_SHRINK" in os.environ
"""Make a failing example small, which takes minutes."""


def examples(count: int) -> settings:
    """Settings for a property that is costly to check."""
    return settings(
        max_examples=count * DEEPER,
        deadline=None,
        derandomize=DEEPER == 1,
        database=None,
        phases=[phase for phase in Phase if SHRINK or phase is not Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]

# What expressions can name


@dataclass(frozen=True)
class Names:
    """The names of a kind by type; choices with their words (rank or None) and whether they compare."""

    numbers: tuple[Expr, ...] = ()
    truths: tuple[Expr, ...] = ()
    dates: tuple[Expr, ...] = ()
    texts: tuple[Expr, ...] = ()
    choices: tuple[tuple[Expr, tuple[Expr, ...], bool], ...] = ()
    optional: tuple[Fact, ...] = ()
    lower: tuple[tuple[str, Names], ...] = ()

    def __add__(self, other: Names) -> Names:
        fields = ("numbers", "truths", "dates", "texts", "choices", "optional", "lower")
        return Names(*(getattr(self, name) + getattr(other, name) for name in fields))


def names_of(facts: Iterable[Fact]) -> Names:
    """The names of facts."""
    names = Names()
    for fact in facts:
        leaf = ("fact", fact.id)
        if not fact.plain:
            names += Names(optional=(fact,))
        elif fact.type == "boolean":
            names += Names(truths=(leaf,))
        elif fact.type == "date":
            names += Names(dates=(leaf,))
        elif fact.type in {"text", "reference"}:
            names += Names(texts=(leaf,))
        elif fact.type in {"choice", "grade"}:
            names += Names(choices=((leaf, words(fact), fact.ordered),))
        else:
            names += Names(numbers=(leaf,))
    return names


def words(fact: Fact) -> tuple[Expr, ...]:
    """The choices of a fact with their rank, if they have one; the worst grade and the first choice rank lowest."""
    order = tuple(reversed(fact.choices)) if fact.type == "grade" else fact.choices
    return tuple(("choice", word, order.index(word) if fact.ordered else None) for word in fact.choices)


def typed_names(form: str, items: Iterable[tuple[str, str, Expr]]) -> Names:
    """The names of parameters or measures."""
    names = Names()
    for id_, type_, _ in items:
        leaf = (form, id_)
        names += {
            "number": Names(numbers=(leaf,)),
            "boolean": Names(truths=(leaf,)),
            "date": Names(dates=(leaf,)),
        }[type_]
    return names


def asked(names: Names) -> Names:
    """The names of the unit that asks, inside an aggregate."""

    def this(leaves: tuple[Expr, ...]) -> tuple[Expr, ...]:
        return tuple(("this", leaf) for leaf in leaves)

    choices = tuple((("this", leaf), words_, ordered) for leaf, words_, ordered in names.choices)
    return Names(this(names.numbers), this(names.truths), this(names.dates), this(names.texts), choices)


def results(book: Book) -> Names:
    """What the rulebook of a lower kind has found."""
    grades = Fact("", "grade", choices=GRADES, ordered=True)
    goods = tuple(("result", book.id, f"good.{good.id}") for good in book.goods)
    titles = tuple(("result", book.id, f"title.{id_}") for id_, _ in book.titles)
    return Names(
        numbers=(("result", book.id, "score"),),
        truths=goods + titles,
        choices=((("result", book.id, "grade"), words(grades), True),),
    )


# Random expressions


def one(draw: Draw, items: Sequence[Any]) -> Any:  # noqa: ANN401
    return draw(st.sampled_from(items))


def number(draw: Draw, names: Names, depth: int) -> Expr:
    """A random expression of type number."""
    forms = ["leaf"] * (2 if depth else 1)
    if depth:
        forms += ["+", "-", "*", "/", "/", "negative", "abs", "min", "max", "round", "if"]
        forms += ["given"] if any(fact.type in NUMBERS for fact in names.optional) else []
        forms += ["days"] if names.dates else []
        forms += ["count", "share", "sum", "mean"] * 2 if names.lower else []
    form = one(draw, forms)
    below = depth - 1
    match form:
        case "leaf":
            constant = (
                ("percent", one(draw, PERCENTS)) if one(draw, (True, False)) else ("number", one(draw, CONSTANTS))
            )
            return one(draw, (*names.numbers, *names.numbers, *names.numbers, constant))  # type: ignore[no-any-return]
        case "+" | "-" | "*" | "/":
            return ("arithmetic", form, number(draw, names, below), number(draw, names, below))
        case "negative":
            return ("negative", number(draw, names, below))
        case "min" | "max":
            return ("call", form, *(number(draw, names, below) for _ in range(one(draw, (2, 3)))))
        case "abs":
            return ("call", form, number(draw, names, below))
        case "round":
            digits = one(draw, ((), (("number", "0"),), (("number", "1"),), (("number", "2"),)))
            return ("call", one(draw, ("round", "round_up", "round_down")), number(draw, names, below), *digits)
        case "if":
            return ("if", truth(draw, names, below), number(draw, names, below), number(draw, names, below))
        case "given":
            fact = one(draw, [fact for fact in names.optional if fact.type in NUMBERS])
            return ("call", "given", ("fact", fact.id), number(draw, names, below))
        case "days":
            return ("arithmetic", "-", day(draw, names, below), day(draw, names, below))
    kind, inner = one(draw, names.lower)
    if form in {"sum", "mean"}:
        return ("aggregate", form, kind, number(draw, inner, below))
    item = None if form == "count" and one(draw, (True, False, False)) else truth(draw, inner, below)
    return ("aggregate", form, kind, item)


def day(draw: Draw, names: Names, depth: int) -> Expr:
    """A random expression of type date."""
    given = [fact for fact in names.optional if fact.type == "date"]
    form = one(draw, ["leaf", "leaf", "shift", "min", "if", *(["given"] if given else [])]) if depth else "leaf"
    below = depth - 1
    match form:
        case "shift":
            return ("arithmetic", one(draw, "+-"), day(draw, names, below), number(draw, names, below))
        case "min":
            return ("call", one(draw, ("min", "max")), day(draw, names, below), day(draw, names, below))
        case "if":
            return ("if", truth(draw, names, below), day(draw, names, below), day(draw, names, below))
        case "given":
            return ("call", "given", ("fact", one(draw, given).id), day(draw, names, below))
    return one(draw, (*names.dates, *names.dates, ("date", one(draw, DAYS))))  # type: ignore[no-any-return]


ORDERS = (">=", ">", "<=", "<", "==", "!=")
EQUALS = ("==", "!=")


def truth(draw: Draw, names: Names, depth: int) -> Expr:
    """A random condition."""
    forms = ["truth"]
    if depth:
        forms = ["number"] * 6 + ["chain", "member", "and", "or", "not", "if", "same", "truth"]
        forms += ["day"] * (2 if names.dates else 0) + ["choice"] * (2 if names.choices else 0)
        forms += ["text"] if names.texts else []
        forms += ["optional"] * 2 if names.optional else []
        forms += ["any", "all"] if names.lower else []
    below = depth - 1
    match form := one(draw, forms):
        case "number":
            return comparison((one(draw, ORDERS),), number(draw, names, below), number(draw, names, below))
        case "chain":
            signs = (one(draw, ORDERS), one(draw, ORDERS))
            return comparison(signs, *(number(draw, names, min(below, 1)) for _ in range(3)))
        case "member":
            options = tuple(number(draw, names, 0) for _ in range(one(draw, (1, 2))))
            return ("in", number(draw, names, below), options, one(draw, (True, False)))
        case "and" | "or":
            return (form, *(truth(draw, names, below) for _ in range(one(draw, (2, 2, 3)))))
        case "not":
            return ("not", truth(draw, names, below))
        case "if":
            return ("if", *(truth(draw, names, below) for _ in range(3)))
        case "same":
            return ("compare", (one(draw, EQUALS),), truth(draw, names, below), truth(draw, names, below))
        case "day":
            return ("compare", (one(draw, ORDERS),), day(draw, names, below), day(draw, names, below))
        case "choice":
            return choice(draw, *one(draw, names.choices))
        case "text":
            leaf, options = one(draw, names.texts), tuple(("text", word) for word in one(draw, (WORDS[:1], WORDS[1:])))
            if one(draw, (True, False)):
                return ("in", leaf, options, one(draw, (True, False)))
            return ("compare", (one(draw, EQUALS),), leaf, one(draw, (*names.texts, *options)))
        case "optional":
            return optional(draw, names, below)
        case "any" | "all":
            kind, inner = one(draw, names.lower)
            return ("aggregate", form, kind, truth(draw, inner, below))
    constant = ("truth", one(draw, (True, False)))
    return one(draw, (*names.truths, *names.truths, *names.truths, constant))  # type: ignore[no-any-return]


def choice(draw: Draw, leaf: Expr, options: tuple[Expr, ...], ordered: bool) -> Expr:  # noqa: FBT001
    """A random condition on a choice."""
    if one(draw, (True, False, False)):
        return ("in", leaf, options[: one(draw, (1, 2))], one(draw, (True, False)))
    return ("compare", (one(draw, ORDERS if ordered else EQUALS),), leaf, one(draw, options))


def optional(draw: Draw, names: Names, depth: int) -> Expr:
    """A random condition on a fact that may be not entered."""
    fact = one(draw, names.optional)
    leaf = ("fact", fact.id)
    given = fact.type in {"boolean", "choice", "grade"} and one(draw, (True, True, False))
    if not given:
        return ("call", "entered", leaf)
    if fact.type == "boolean":
        return ("call", "given", leaf, truth(draw, names, depth - 1) if depth else ("truth", False))
    return choice(draw, ("call", "given", leaf, one(draw, words(fact))), words(fact), fact.ordered)


def comparison(signs: tuple[str, ...], *operands: Expr) -> Expr:
    """A comparison in which no bare number above 1 meets what may be a ratio: there the language asks for a percent."""
    if any(may_be_ratio(item) for item in operands):
        operands = tuple(("arithmetic", "+", e, ("number", "0")) if is_bare(e) else e for e in operands)
    return ("compare", signs, *operands)


def is_bare(expr: Expr) -> bool:
    return expr[0] == "parameter" or (expr[0] == "number" and Fraction(expr[1]) > 1)


def may_be_ratio(expr: Expr) -> bool:
    return expr[0] != "number" and expr[:2] != ("outcome", "score")


# Random rulebooks


def fact_strategy(draw: Draw, id_: str, bounds: Sequence[Fact]) -> Fact:
    """A random declaration; `bounds` are facts declared before."""
    type_ = one(draw, ("count", "count", "number", "money", "ratio", "boolean", "boolean", "date", "choice", "text",
                       "grade", "reference"))  # fmt: skip
    blank = one(draw, ("gap", "gap", "gap", "none", "value"))
    if type_ == "boolean":
        return Fact(id_, type_, blank=one(draw, ("true", "false")) if blank == "value" else blank)
    if type_ in {"text", "reference"}:
        return Fact(id_, type_, blank="gap")
    if type_ == "choice":
        ordered = one(draw, (True, False))
        choices = SIZES if ordered else COLOURS
        return Fact(
            id_, type_, blank=one(draw, choices) if blank == "value" else blank, choices=choices, ordered=ordered
        )
    if type_ == "grade":
        blank = one(draw, GRADES) if blank == "value" else blank
        return Fact(id_, type_, blank=blank, choices=GRADES, ordered=True)
    blank = "gap" if type_ == "date" and blank == "value" else blank
    others = [fact for fact in bounds if fact.type == type_ and fact.low is None and fact.high is None and fact.plain]
    form = one(draw, ("usual", "usual", "constants", *(["max of", "max of", "min of"] if others else [])))
    if form == "constants":
        low, high = {
            "count": one(draw, (("1", None), ("0", "5"), (None, "3"))),
            "number": one(draw, (("-2", "2.5"), ("0", None), ("0.5", "10"))),
            "money": one(draw, (("0", "1000.5"), ("-100", "100"), ("1", None))),
            "ratio": one(draw, (("-100%", "500%"), ("5%", "75%"))),
            "date": one(draw, (('date("2003-06-01")', 'date("2004-12-31")'), (None, 'date("2004-06-30")'))),
        }[type_]
        return Fact(id_, type_, low, high, blank=(low or "0") if blank == "value" else blank)
    if form in {"max of", "min of"} and type_ != "ratio":
        other = one(draw, others)
        blank = "gap" if blank == "value" else blank
        low, high = (None, other.id) if form == "max of" else (other.id, None)
        return Fact(id_, type_, low, high, blank=blank)
    return Fact(id_, type_, blank=one(draw, ("0", "0.5")) if blank == "value" and type_ != "count" else
                "2" if blank == "value" else blank)  # fmt: skip


def facts_strategy(draw: Draw, letter: str, *, blanks: bool) -> tuple[Fact, ...]:
    facts = [Fact(f"{letter}0", "count"), Fact(f"{letter}1", "boolean")]
    for at in range(2, draw(st.integers(3, 8))):
        id_ = one(draw, (f"{letter}{at}", f"项{letter}{at}"))
        facts.append(fact_strategy(draw, id_, facts))
    return tuple(fact if blanks else replace(fact, blank="gap") for fact in facts)


ASSESSORS = (("county", True), ("township", False), ("self", False))
SAMPLED = {id_ for id_, sample in ASSESSORS if sample}
COUNTS = (
    (("township", None),),
    (("county", None), ("township", None)),
    (("township", "0.4"), ("self", "0.6")),
)


def losses_strategy(draw: Draw, names: Names) -> tuple[Any, ...]:
    """Points lost for several reasons; the floor may lie below none."""
    losses: list[tuple[Any, ...]] = []
    for _ in range(one(draw, (1, 2, 2))):
        by = one(draw, ("0.5", "1", "3"))
        if one(draw, (True, False)):
            losses.append(("when", by, truth(draw, names, 1)))
            continue
        of = number(draw, names, 2)
        step = one(draw, (None, ("percent", "3"), ("percent", "25")) if may_be_ratio(of) else (None, ("number", "2")))
        part = one(draw, ("ignored", "counted")) if step else None
        losses.append(("each", by, of, step, part, one(draw, (None, "2", "2.5"))))
    start = one(draw, ("1", "2.5", "4"))
    return ("losses", start, one(draw, ("0", "0", "0.5", "-1", "-3")), tuple(losses))


def assessed_strategy(draw: Draw, names: Names, counts: Mapping[str, str | None]) -> tuple[Any, ...]:
    """Points that assessors give; a number may pick between which points they choose."""
    awaited = "township"
    step = one(draw, (None, "0.5"))
    if one(draw, (True, True, False)):
        return ("assessed", step, ((None, "0", one(draw, ("2", "3", "7"))),), tuple(counts.items()), awaited)
    of = number(draw, names, 1)
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=2, unique_by=value_of_key))
    keys = [in_percent(key) if may_be_ratio(of) and key[0] == "number" else key for key in keys]
    spans = [(None, "0", "2"), *(((of, key), low, high) for key, low, high in zip(keys, "13", "25", strict=False))]
    return ("assessed", step, tuple(spans), tuple(counts.items()), awaited)


def points_strategy(draw: Draw, names: Names, counts: Mapping[str, str | None]) -> tuple[Any, ...]:
    form = one(draw, ("fixed", "fixed", "bands", "linear", "deduct", "losses", "losses", "assessed"))
    if form == "losses":
        return losses_strategy(draw, names)
    if form == "assessed":
        return assessed_strategy(draw, names, counts)
    amounts = ("0", "1", "2", "2.5", "3", "4", "7")
    if form == "fixed":
        return ("fixed", one(draw, amounts))
    of = number(draw, names, 2)
    if form == "deduct":
        return ("deduct", of, one(draw, ("0", "0.5", "1", "2.5")), one(draw, amounts))
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=2, max_size=4, unique_by=value_of_key))
    keys.sort(key=value_of_key)
    keys = [in_percent(key) if may_be_ratio(of) and key[0] == "number" else key for key in keys]
    values = sorted((one(draw, amounts) for _ in range(len(keys) + 1)), key=Fraction)
    if one(draw, (True, False, False)):
        values.reverse()
    if form == "linear":
        return ("linear", of, tuple(zip(keys, values[1:], strict=True)))
    # The rows can be written in any order.
    return ("bands", of, tuple(reversed(list(zip(keys, values[1:], strict=True)))), values[0])


KEYS: tuple[Expr, ...] = (
    *(("percent", value) for value in PERCENTS),
    *(("number", value) for value in CONSTANTS),
    *(("negative", ("number", value)) for value in CONSTANTS[1:6]),
)


def in_percent(key: Expr) -> Expr:
    return ("percent", str(float(value_of_key(key) * 100)))


def value_of_key(key: Expr) -> Fraction:
    match key:
        case ("percent", value):
            return Fraction(value) / 100
        case ("negative", item):
            return -value_of_key(item)
    return Fraction(key[1])


def goods_strategy(
    draw: Draw, names: Names, letter: str, counts: Mapping[str, str | None], groups: Sequence[str]
) -> tuple[Good, ...]:
    goods = []
    for at in range(one(draw, (1, 1, 2))):
        criteria = []
        for nth in range(one(draw, (1, 2, 3))):
            require = truth(draw, names, draw(st.integers(1, 3))) if one(draw, (True, True, True, False)) else None
            points = points_strategy(draw, names, counts) if require is None or one(draw, (True, True, False)) else None
            if require is None and points is not None and points[0] == "fixed":
                require = truth(draw, names, 1)
            applies = truth(draw, names, 1) if one(draw, (True, False)) else None
            extra = "false"
            if points is not None and (points[0] != "losses" or Fraction(points[2]) >= 0):
                extra = one(draw, ("false", "false", "false", "true", "penalty", *groups))
            id_ = f"criterion_{letter}{at}{nth}"
            bonus = "false" if extra == "penalty" else extra
            essential = one(draw, (True, False))
            criteria.append(Criterion(id_, require, applies, points, essential, bonus, extra == "penalty"))
        share = one(draw, ("80%", "80%", "50%", "100%", "0%", "33.3%", "any"))
        goods.append(Good(f"good_{letter}{at}", one(draw, (True, True, True, False)), share, tuple(criteria)))
    return tuple(goods)


def outcome_names(goods: Sequence[Good]) -> Names:
    counts = tuple(("outcome", name) for name in ("score", "score_max", "goods_met", "goods_count"))
    return Names(numbers=counts, truths=tuple(("outcome", f"good.{good.id}") for good in goods))


def atom(draw: Draw, names: Names, goods: Sequence[Good]) -> Expr:
    """A question that a policy asks."""
    form = one(draw, ("score", "score", "goods", "good", "fact", "condition"))
    if form == "score":
        bound = ("number", one(draw, ("0", "1", "2", "2.5", "3", "5", "7.5", "50")))
        return ("compare", (one(draw, ORDERS),), ("outcome", "score"), bound)
    if form == "goods":
        bound = one(draw, (("outcome", "goods_count"), ("number", "1"), ("number", "2")))
        return ("compare", (one(draw, ORDERS),), ("outcome", "goods_met"), bound)
    if form == "good":
        return ("outcome", f"good.{one(draw, goods).id}")
    if form == "fact":
        return truth(draw, names, 0)
    return truth(draw, names + outcome_names(goods), draw(st.integers(1, 2)))


def formula(draw: Draw, atoms: Sequence[Expr], depth: int, *, proposed: bool) -> Expr:
    """A condition of a policy rule over given questions, and over the proposed grade."""
    form = one(draw, ("atom", "atom", "and", "or", "not")) if depth else "atom"
    if form == "atom":
        if proposed and one(draw, (True, False, False)):
            grades = words(Fact("", "grade", choices=GRADES, ordered=True))
            return choice(draw, ("outcome", "proposed"), grades, True)  # noqa: FBT003
        return one(draw, atoms)  # type: ignore[no-any-return]
    items = (formula(draw, atoms, depth - 1, proposed=proposed) for _ in range(1 if form == "not" else 2))
    return (form, *items)


def policy_strategy(
    draw: Draw, names: Names, goods: Sequence[Good], facts: Sequence[Fact], titles: Sequence[str]
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    atoms = [atom(draw, names, goods) for _ in range(one(draw, (3, 4, 5, 2, 1)))]
    grade_facts = [fact for fact in facts if fact.type == "grade"]
    propose = []
    for at in range(one(draw, (2, 1, 3, 0))):
        entered = one(draw, grade_facts).id if grade_facts and one(draw, (True, False)) else None
        when = None if entered and one(draw, (True, False)) else formula(draw, atoms, 2, proposed=False)
        propose.append(Rule(f"提{at}", when, None if entered else one(draw, GRADES), entered))
    propose.append(Rule("otherwise", grade=one(draw, GRADES)))
    adjust = []
    for at in range(one(draw, (2, 3, 4, 1, 0))):
        downgrade = tuple(
            (grade, one(draw, GRADES[rank:])) for rank, grade in enumerate(GRADES) if one(draw, (True, False))
        )
        cap = one(draw, (None, None, *GRADES))
        withhold = tuple(title for title in titles if one(draw, (True, False)))
        if not (downgrade or cap or withhold):
            cap = GRADES[-1]
        adjust.append(
            Rule(f"adjust-{at}", formula(draw, atoms, 2, proposed=True), None, None, downgrade, cap, withhold)
        )
    return tuple(propose), tuple(adjust)


def book_strategy(draw: Draw, kind: str, lower: tuple[tuple[str, Names], ...], *, blanks: bool) -> tuple[Book, Names]:
    """A random rulebook, and the names that rulebooks above it may use."""
    letter = kind[0]
    facts = facts_strategy(draw, letter, blanks=blanks)
    own = names_of(facts)
    parameters = []
    for at in range(draw(st.integers(0, 2))):
        type_ = one(draw, ("number", "number", "boolean", "date"))
        value = {"number": number, "boolean": truth, "date": day}[type_](draw, Names(), 0)
        parameters.append((f"parameter_{letter}{at}", type_, value))
    constants = typed_names("parameter", parameters)
    names = own + constants
    measures: list[tuple[str, str, Expr]] = []
    for at in range(draw(st.integers(0, 3))):
        type_ = one(draw, ("number", "number", "number", "boolean", "date"))
        here = replace(names, lower=tuple((below, inner + constants + asked(names)) for below, inner in lower))
        value = {"number": number, "boolean": truth, "date": day}[type_](draw, here, draw(st.integers(1, 4)))
        measures.append((f"measure_{letter}{at}", type_, value))
        names += typed_names("measure", measures[-1:])
    here = replace(names, lower=tuple((below, inner + constants + asked(names)) for below, inner in lower))
    # Who scores a sample may have given no score, which is an answer as any blank that is one.
    counts = one(draw, [form for form in COUNTS if blanks or SAMPLED.isdisjoint(dict(form))])
    groups = one(draw, ((), (("awards", "2.5", "highest"), ("ranks", "3", "all"))))
    goods = goods_strategy(draw, here, letter, dict(counts), [id_ for id_, _, _ in groups])
    shared = [id_ for id_, type_, _ in measures if type_ == "number"][:1]
    parts = ("0.7", "0.3") if shared and one(draw, (True, False)) else ()
    if parts:  # a score of parts is one of 100 points
        most = sum((item.most for good in goods for item in good.criteria if item.counted), Fraction(0))
        rest = Criterion(f"rest_{letter}", truth(draw, here, 1), None, ("fixed", str(float(100 - most))), False)  # noqa: FBT003
        goods = (*goods[:-1], replace(goods[-1], criteria=(*goods[-1].criteria, rest)))
    grades = words(Fact("", "grade", choices=GRADES, ordered=True))
    after = here + outcome_names(goods) + Names(choices=((("outcome", "grade"), grades, True),))
    titles = tuple((f"title_{letter}{at}", truth(draw, after, 2)) for at in range(draw(st.integers(0, 2))))
    checks = tuple((f"check-{letter}{at}", truth(draw, here, 2)) for at in range(draw(st.integers(0, 1))))
    propose, adjust = policy_strategy(draw, here, goods, facts, [id_ for id_, _ in titles])
    book = Book(
        f"{kind}_book",
        kind,
        facts,
        tuple(parameters),
        tuple(measures),
        goods,
        titles,
        checks,
        one(draw, ("rescale", "rescale", "full", "zero")),
        one(draw, ("1", "2.5", "20")),
        propose,
        adjust,
        groups,
        one(draw, ("1", "2.5", "20")),
        one(draw, (None, None, None, 0, 2)),
        parts,
        tuple(shared) if parts else (),
        ASSESSORS,
        counts,
    )
    return book, own + typed_names("measure", measures) + results(book)


@st.composite
def programmes(draw: st.DrawFn, *, blanks: bool = True) -> Drawn:
    """Two or three kinds, rulebooks for the top and the bottom one at least."""
    kinds = one(draw, (("township", "village"), ("county", "township", "village")))
    books: list[Book] = []
    lower: tuple[tuple[str, Names], ...] = ()
    for kind in reversed(kinds):
        if kind == "township" and len(kinds) > 2 and one(draw, (True, True, False)):
            continue
        book, names = book_strategy(draw, kind, lower, blanks=blanks)
        books.append(book)
        lower = (*lower, (kind, names))
    return Drawn(kinds, tuple(reversed(books)))
