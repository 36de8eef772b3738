"""Expressions: what is written, its places and types, and the one spelling of each meaning."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine import yaml_text
from engine.diagnostic import Diagnostic, Place
from engine.expression import check, syntax, typed
from engine.expression.check import Results, Scope
from engine.expression.columns import Environment, compile_value
from engine.expression.syntax import (
    AGGREGATES,
    ARGUMENTS,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_LENGTH,
    ExpressionError,
    Node,
    children,
    parse,
)
from engine.expression.text import number, spell
from engine.expression.typed import MeasureLeaf, ParameterLeaf, Type, fact_leaf
from engine.messages import sentence
from engine.rulebook import FactType, Label
from engine.schema import NOT_ENTERED, Column

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = yaml_text.read(Path(__file__).parent / "language_cases" / "expressions.yaml").value


def examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


# Types and problems, as the table has them


def column(id_: str, type_: FactType, zh: str = "", **more: Any) -> Column:  # noqa: ANN401
    return Column(id_, type_, Label(zh=zh or id_), **more)


def choices(*names: str) -> dict[str, Label]:
    return {name: Label(zh=name) for name in names}


GRADES = ("excellent", "commendable", "qualified")
FACTS = (
    column("members", "count", "人数"),
    column("两委成员数", "count"),
    column("户数", "count"),
    column("income", "money"),
    column("satisfied", "ratio"),
    column("area", "number"),
    column("done", "boolean"),
    column("start", "date"),
    column("finish", "date"),
    column("state", "choice", choices=choices("open", "已完成")),
    column("level", "choice", choices=choices("low", "high"), ordered=True),
    column("previous", "grade", choices=choices(*GRADES)),
    column("note", "text"),
    column("helper", "reference"),
    column("assessed", "grade", choices=choices(*GRADES), blank=NOT_ENTERED),
    column("quota", "count", blank=NOT_ENTERED),
)
VILLAGE = (
    column("ready", "boolean"),
    column("households", "count"),
    column("wealth", "money"),
    column("opinion", "choice", choices=choices("good", "bad"), blank=NOT_ENTERED),
)
VISIT = (column("day", "date"), column("kept", "boolean"))
CADRE = (column("sender", "reference", kind="county"), column("posted", "boolean"), column("months", "count"))
SCOPE = Scope(
    "county",
    {
        **{item.id: fact_leaf(item) for item in FACTS},
        "share_min": ParameterLeaf(0, 0, Type("number", "ratio"), "book", "share_min"),
        "bare_min": ParameterLeaf(0, 0, Type("number"), "book", "bare_min", Fraction(40)),
        "head_min": ParameterLeaf(0, 0, Type("number", "count", whole=True), "book", "head_min"),
        "visits_min": ParameterLeaf(0, 0, Type("number", whole=True), "book", "visits_min"),
        "year": typed.YEAR,
        "per_head": MeasureLeaf(0, 0, Type("number", "money"), "book", "per_head"),
    },
    grades=GRADES,
    lower={
        "village": Scope(
            "village",
            {item.id: fact_leaf(item) for item in VILLAGE},
            results={"five": Results(GRADES, ("five_goods",), ("leadership",))},
        ),
        "visit": Scope("visit", {item.id: fact_leaf(item) for item in VISIT}, dated=fact_leaf(VISIT[0])),
        "cadre": Scope("cadre", {item.id: fact_leaf(item) for item in CADRE}),
    },
    beside=frozenset({"cadre"}),
)


def shown(type_: Type) -> str:
    return " ".join(filter(None, (type_.name, type_.unit, "whole" if type_.whole else "")))


def problems(text: str) -> list[tuple[str, str]]:
    """The code of each problem, and the text from its place on."""
    try:
        _, _, found = check.check(parse(text), SCOPE)
    except ExpressionError as error:
        return [(error.code, text[error.offset :])]
    return [(problem.code, text[problem.offset :]) for problem in found]


GOOD = [case for case in TABLE["types"] if "is" in case]
BAD = [case for case in (*TABLE["types"], *TABLE["problems"]) if "code" in case]


@pytest.mark.parametrize("case", GOOD, ids=[case["of"] for case in GOOD])
def test_an_expression_has_its_type(case: dict[str, str]) -> None:
    resolved, type_, found = check.check(parse(case["of"]), SCOPE)
    assert not found
    assert shown(type_) == case["is"]
    assert shown(check.type_of(resolved)) == case["is"]


@pytest.mark.parametrize("case", GOOD, ids=[case["of"] for case in GOOD])
def test_a_resolved_expression_is_spelled_so_that_it_means_the_same(case: dict[str, str]) -> None:
    resolved, _, _ = check.check(parse(case["of"]), SCOPE)
    again, _, found = check.check(parse(spell(resolved)), SCOPE)
    assert not found
    assert bare(again) == bare(resolved)
    assert spell(again) == spell(resolved)


@pytest.mark.parametrize("case", BAD, ids=[case["of"] for case in BAD])
def test_a_slip_is_one_problem_at_its_place(case: dict[str, str]) -> None:
    (problem, *more) = problems(case["of"])
    assert problem == (case["code"], case["at"])
    assert {code for code, _ in more} <= {"wrong_type"}, "the other date of a sum at most"


def test_the_table_has_every_problem_of_expressions() -> None:
    sources = [Path(syntax.__file__), Path(check.__file__)]
    calls = r'(?:ExpressionError|self\.refuse)\(\s*(?:[\w.\[\]]+,\s*)?"([a-z_]+)"'
    codes = {code for path in sources for code in re.findall(calls, path.read_text(encoding="utf-8"))}
    of_limits = {"expression_too_long", "expression_too_deep", "not_a_constant"}
    of_ranks = {"rank_not_alone", "wrong_rank", "rank_without_order", "rank_within_unknown"}  # in `bad/settle`
    assert codes - of_limits - of_ranks == {case["code"] for case in BAD}


# What has no problems means something

ATOMS = (
    *(
        "5",
        "0",
        "75%",
        "true",
        '"甲"',
        '"open"',
        'date("2004-02-29")',
        "members",
        "income",
        "satisfied",
        "area",
        "done",
    ),
    *("start", "state", "level", "previous", "note", "helper", "share_min", "per_head", "open", "low", "high"),
    *("excellent", "qualified", "entered(assessed)", "given(quota, 5)", "count(village)", "share(village, ready)"),
)
FORMS = (
    *(
        "({} + {})",
        "({} - {})",
        "({} * {})",
        "({} / {})",
        "(-{})",
        "max({}, {})",
        "abs({})",
        "round({}, 1)",
        "round_up({})",
    ),
    *("({} >= {})", "({} == {})", "({} != {})", "({} <= {} < {})", "({} in [{}, {}])", "({} not in [{}])"),
    *("({} and {})", "({} or {})", "(not {})", "({} if {} else {})", "given(quota, {})", "given(assessed, {})"),
)


def random_text(random: Random, depth: int) -> str:
    if depth == 0:
        return random.choice(ATOMS)
    form = random.choice(FORMS)
    return form.format(*(random_text(random, random.randrange(depth)) for _ in range(form.count("{}"))))


def test_whatever_has_no_problems_can_be_computed_and_spelled() -> None:
    random = Random(2004)  # noqa: S311
    constants = {("book", "share_min"): parse("75%"), ("book", "head_min"): parse("5")}
    environment = Environment(constants, lambda _: True)
    sound: set[str] = set()
    for _ in range(2_000):
        resolved, type_, found = check.check(parse(random_text(random, random.randint(1, 3))), SCOPE)
        if found or (spelled := spell(resolved)) in sound:
            continue
        sound.add(spelled)
        assert check.type_of(resolved) == type_
        again, _, found = check.check(parse(spelled), SCOPE)
        assert not found
        assert bare(again) == bare(resolved)
        assert compile_value(resolved, environment)
    assert len(sound) > 150


# Every tree has one spelling, and every part its place

NAMES = st.sampled_from(
    [("members",), ("两委成员数",), ("户数",), ("good", "领导班子好"), ("this", "a"), ("five", "title", "x")]
)
DIGITS = st.from_regex(r"(0|[1-9][0-9]{0,6})(\.[0-9]{1,4})?", fullmatch=True)
QUOTED = st.text("甲乙 ab#%≥，'=5", max_size=5) | st.text('甲乙 ab#%≥，"=5', max_size=5)


def numbers() -> st.SearchStrategy[Node]:
    def of(digits: str, percent: bool) -> Node:  # noqa: FBT001
        return syntax.Number(0, 0, Fraction(digits) / (100 if percent else 1), percent)

    return st.builds(of, DIGITS, st.booleans())


LEAVES = st.one_of(
    st.builds(syntax.Name, st.just(0), st.just(0), NAMES),
    numbers(),
    st.builds(syntax.Text, st.just(0), st.just(0), QUOTED),
    st.builds(syntax.Truth, st.just(0), st.just(0), st.booleans()),
    st.builds(syntax.Day, st.just(0), st.just(0), st.dates()),
)


def compound(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """A node over others."""

    def comparison(first: Node, rest: list[tuple[str, Node]]) -> Node:
        operators, operands = zip(*rest, strict=True)
        return syntax.Comparison(0, 0, operators, (first, *operands))

    def call(function: str, items: list[Node]) -> Node:
        fewest, most = ARGUMENTS[function]
        return syntax.Call(0, 0, function, tuple((items * 2)[: max(fewest, min(len(items), most))]))

    def aggregate(function: str, item: Node | None, other: Node) -> Node:
        via = "helper" if isinstance(other, syntax.Number) else ""
        if function == "periods":
            return syntax.Aggregate(0, 0, function, "village", item, via, "quarter", other)
        return syntax.Aggregate(0, 0, function, "village", item if function == "count" else item or other, via)

    at = st.just(0)
    some = st.lists(inner, min_size=2, max_size=3).map(tuple)
    signs = st.sampled_from([">=", ">", "<=", "<", "==", "!="])
    return st.one_of(
        st.builds(syntax.Negative, at, at, inner),
        st.builds(syntax.Not, at, at, inner),
        st.builds(syntax.Arithmetic, at, at, st.sampled_from("+-*/"), inner, inner),
        st.builds(comparison, inner, st.lists(st.tuples(signs, inner), min_size=1, max_size=2)),
        st.builds(syntax.Membership, at, at, inner, st.lists(inner, min_size=1, max_size=2).map(tuple), st.booleans()),
        st.builds(syntax.Both, at, at, some),
        st.builds(syntax.Either, at, at, some),
        st.builds(syntax.Conditional, at, at, inner, inner, inner),
        st.builds(call, st.sampled_from(sorted(ARGUMENTS)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(aggregate, st.sampled_from(sorted(AGGREGATES)), st.none() | inner, inner),
    )


TREES = st.recursive(LEAVES, compound, max_leaves=10)


def bare(node: Any) -> Any:  # noqa: ANN401
    """A tree without places."""
    if isinstance(node, tuple):
        return tuple(bare(item) for item in node)
    if not isinstance(node, Node):
        return node
    changed: dict[str, Any] = {field.name: bare(getattr(node, field.name)) for field in fields(node)}
    return replace(node, **{**changed, "start": 0, "end": 0})


def within(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from within(child)


@given(TREES)
@examples(100)
def test_a_spelled_tree_is_read_as_the_same_tree(tree: Node) -> None:
    spelled = spell(tree)
    assume(len(spelled) <= MAX_LENGTH)
    again = parse(spelled)
    assert bare(again) == tree
    assert spell(again) == spelled


@given(TREES, st.sampled_from(["", " ", "\n  ", "\u3000"]), st.sampled_from([" ", "\n", "  "]))
@examples(100)
def test_every_part_of_a_tree_knows_its_text(tree: Node, lead: str, space: str) -> None:
    spelled = spell(tree)
    text = lead + re.sub(r" (and|or|if|else|[-+*/]) ", rf"{space}\1 ", spelled) + "\n"
    assume(len(text) <= MAX_LENGTH and not re.search(r"""["'][^"']*\n[^"']*["']""", text))
    read = parse(text)
    assert bare(read) == tree
    for part in within(read):
        assert bare(parse(text[part.start : part.end])) == bare(part)


@given(DIGITS, st.integers(0, 8))
@examples(80)
def test_numbers_are_spelled_exactly(digits: str, zeros: int) -> None:
    text = digits if "." in digits else digits + "0" * zeros
    node = parse(text)
    assert isinstance(node, syntax.Number)
    assert Fraction(number(node.value)) == node.value == Fraction(text)
    assert re.fullmatch(r"0|[1-9][0-9]*|[0-9]+\.[0-9]*[1-9]", number(node.value))


@pytest.mark.parametrize("text", ["1234567890.1", "12345678901", "99999999999%", "0.1234567891", "1234567.89", "0.1%"])
def test_numbers_of_all_digits_are_spelled_as_written(text: str) -> None:
    assert spell(parse(text)) == text


# Nothing that is written makes more than a problem

PIECES = (
    *"'\"()[]{},.#=!<+-*/%_ \n\t\x0c\x00\\≥（；５éﬁª😀\u3000",
    *("members", "两委成员数", "5", "75%", '"甲"', "2004-05-01", "True", "None", "..."),
    *(" and ", " or ", " not ", " if ", " else ", " in ", " is ", ">=", "==", ":=", "**"),
    *("max(", "count(village", "entered(", "date(", "this.", "good.", "lambda:", "f'", "b'", "0x", "1e"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=15).map("".join) | st.text(max_size=30))
@examples(200)
def test_any_text_is_an_expression_or_a_problem_inside_it(text: str) -> None:
    tree, refused = attempt(text)
    if refused:
        assert 0 <= refused.offset <= max(len(text) - 1, 0)
        assert all(sentence(Diagnostic(refused.code, Place("a.yaml"), refused.values), "zh"))
        return
    assert tree is not None
    assert all(0 <= part.start < part.end <= len(text) for part in within(tree))
    _, type_, found = check.check(tree, SCOPE)
    assert found or type_ is not typed.UNKNOWN
    for problem in found:
        assert 0 <= problem.offset < len(text)
        assert all(sentence(Diagnostic(problem.code, Place("a.yaml"), problem.values, problem.near), "en"))


def attempt(text: str) -> tuple[Node | None, ExpressionError | None]:
    """The tree of a text, or why there is none."""
    try:
        return parse(text), None
    except ExpressionError as error:
        return None, error


# Limits


@pytest.mark.parametrize("wrap", ["-{}", "not {}", "({} + 1)", "max({}, 1)", "({} if done else 1)", "(1 == {})"])
def test_depth_ends_at_its_limit(wrap: str) -> None:
    text = "x"
    for _ in range(MAX_DEPTH):
        text = wrap.format(text)
    assert parse(text)
    with pytest.raises(ExpressionError) as refused:
        parse(wrap.format(text))
    assert refused.value.code == "expression_too_deep"


def test_length_ends_at_its_limit() -> None:
    assert parse("a" * MAX_LENGTH)
    with pytest.raises(ExpressionError) as refused:
        parse("a" * (MAX_LENGTH + 1))
    assert refused.value.code == "expression_too_long"


CHAINS = ("(" * 500 + "a" + ")" * 499, "-" * 999 + "a", "a" + "+a" * 499, "[" * 1000, "a if b else " * 80 + "c")


@pytest.mark.parametrize("text", CHAINS, ids=[text[:3] for text in CHAINS])
def test_long_chains_end_in_a_problem_not_in_a_crash(text: str) -> None:
    _, refused = attempt(text)
    assert refused is not None
    assert refused.code in {"expression_too_deep", "expression_syntax"}


DIGITS_THAT_FIT = ("1" * MAX_DIGITS, "1" + "0" * MAX_DIGITS, "0." + "0" * MAX_DIGITS + "1", "100.00000000000")
DIGITS_TOO_MANY = ("1" * (MAX_DIGITS + 1), "1" + "0" * 400, "0." + "0" * 400 + "1", "1.000000000011")


@pytest.mark.parametrize("text", DIGITS_THAT_FIT)
def test_eleven_significant_digits_are_read(text: str) -> None:
    assert isinstance(parse(text), syntax.Number)


@pytest.mark.parametrize("text", DIGITS_TOO_MANY)
def test_more_digits_are_refused(text: str) -> None:
    _, refused = attempt(text)
    assert refused is not None
    assert refused.code == "expression_digits"
