"""Look up every name of an expression and give every part a type.

The result is the same tree with its names replaced by leaves that say what they are: a fact, a measure, a parameter, a
result of a lower rulebook. All problems of an expression are found at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.diagnostic import near
from engine.expression import syntax
from engine.expression.syntax import (
    Aggregate,
    Arithmetic,
    Both,
    Call,
    Comparison,
    Conditional,
    Day,
    Either,
    ExpressionError,
    Membership,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Rank,
    Text,
    Truth,
)
from engine.expression.typed import (
    A_YEAR,
    BOOLEAN,
    DATE,
    NUMBER,
    UNKNOWN,
    WHOLE,
    ChoiceLeaf,
    FactLeaf,
    Leaf,
    OutcomeLeaf,
    ParameterLeaf,
    ResultLeaf,
    TableLeaf,
    ThisLeaf,
    Type,
    TypeName,
    Unit,
)
from engine.schema import NOT_ENTERED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True)
class Results:
    """What other rulebooks may ask of a rulebook."""

    grades: tuple[str, ...]
    titles: tuple[str, ...]
    goods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a part, as a code of the message catalogue."""

    code: str
    offset: int
    values: Mapping[str, object] = field(default_factory=dict)
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scope:
    """The names that an expression may use.

    Attributes:
        kind: the kind whose units it is about.
        names: facts, measures and parameters.
        outcomes: what the rulebook has found by then: `score`, `goods_met`, `good.leadership`, ….
        grades: the grades that `grade` and `proposed` can have, best first.
        results: lower rulebooks of this kind.
        lower: the scopes of the kinds below, and of those whose units can name one of this kind.
        beside: those of them that do not stand below.
        dated: the date fact that says when a unit of the kind was.
        above: the kinds above, nearest first.
        asking: inside an aggregate, the scope of the unit that asks.
        labels: labels, each with the name to write instead.
    """

    kind: str
    names: Mapping[str, Leaf]
    outcomes: Mapping[str, OutcomeLeaf] = field(default_factory=dict)
    grades: tuple[str, ...] = ()
    results: Mapping[str, Results] = field(default_factory=dict)
    lower: Mapping[str, Scope] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    dated: FactLeaf | None = None
    above: tuple[str, ...] = ()
    asking: Scope | None = None
    labels: tuple[tuple[str, str], ...] = ()

    def meant(self, written: str, names: Collection[str] | None = None) -> str | None:
        """The name whose label was written, among some names or among all."""
        found = (name for label, name in self.labels if label == written and (names is None or name in names))
        return next(found, None)


def check(node: Node, scope: Scope, *, ranks: bool = False) -> tuple[Node, Type, tuple[Problem, ...]]:
    """Resolve an expression.

    Args:
        node: the expression as it was parsed.
        scope: the names that it may use.
        ranks: it is the value of a measure, which may be a rank as a whole.

    Returns:
        The resolved tree, its type (`UNKNOWN` where a problem hides it), and every problem.
    """
    checker = _Checker(scope)
    resolved, type_ = checker.rank(node) if ranks and isinstance(node, Rank) else checker.visit(node)
    return resolved, type_, tuple(checker.problems)


def type_of_constant(text: str) -> tuple[Node, Type]:
    """The constant that a parameter's value or a bound is, with its type.

    Raises:
        ExpressionError: when the text is no constant.
    """
    node = syntax.parse(text)
    resolved, type_, problems = check(node, Scope("", {}))
    if problems or not isinstance(_unsigned(resolved), (Number, Truth, Day, Text)):
        raise ExpressionError("not_a_constant", 0, value=text)
    return resolved, type_


def _unsigned(node: Node) -> Node:
    return node.item if isinstance(node, Negative) else node


_OUTCOMES = frozenset({"score", "score_max", "goods_met", "goods_count", "grade", "proposed"})
"""Names that only some places may use."""

_OF_TARGETS = frozenset({"targets_count", "targets_reached", "targets_short"})
"""Names that only a rulebook with targets has."""


_PERIODS_IN_WORDS = {
    **dict.fromkeys(("月", "月份", "monthly"), ("month",)),
    **dict.fromkeys(("季", "季度", "quarterly"), ("quarter",)),
    **dict.fromkeys(("半年", "半年度", "half", "halfyear"), ("half_year",)),
    **dict.fromkeys(("年", "年度", "全年", "yearly"), ("year",)),
}
_TRUTHS_IN_WORDS = {
    **dict.fromkeys(("是", "真", "有", "yes"), ("true",)),
    **dict.fromkeys(("否", "假", "无", "no"), ("false",)),
}
_NEGATIONS = ("没有", "未", "不", "非", "没")
"""How Chinese words deny; with one of them before it a label is the opposite."""


class _Checker:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.problems: list[Problem] = []

    def refuse(self, node: Node, code: str, *, near: tuple[str, ...] = (), **values: object) -> tuple[Node, Type]:
        self.problems.append(Problem(code, node.start, values, near))
        return node, UNKNOWN

    def expect(self, node: Node, type_: Type, name: TypeName) -> None:
        if type_.name not in {name, "unknown"}:
            self.refuse(node, "wrong_type", expected=name, found=type_.name)

    def expecting(self, node: Node, name: TypeName) -> Node:
        resolved, type_ = self.visit(node)
        self.expect(node, type_, name)
        return resolved

    def visit(self, node: Node) -> tuple[Node, Type]:
        match node:
            case TableLeaf():
                return node, BOOLEAN
            case Number():
                return node, Type("number", "ratio" if node.percent else "", whole=node.value.denominator == 1)
            case Truth():
                return node, BOOLEAN
            case Text():
                return node, Type("text")
            case Day():
                return node, DATE
            case Name():
                return self.name(node)
            case Negative():
                item, type_ = self.visit(node.item)
                self.expect(node.item, type_, "number")
                return replace(node, item=item), type_
            case Not():
                return replace(node, item=self.expecting(node.item, "boolean")), BOOLEAN
            case Both() | Either():
                return replace(node, items=tuple(self.expecting(item, "boolean") for item in node.items)), BOOLEAN
            case Arithmetic():
                return self.arithmetic(node)
            case Comparison():
                return self.comparison(node)
            case Membership():
                return self.membership(node)
            case Conditional():
                return self.conditional(node)
            case Call():
                return self.call(node)
            case Aggregate():
                return self.aggregate(node)
            case Rank():
                return self.refuse(node, "rank_not_alone", function=node.function)
            case _:
                raise TypeError(node)

    def name(self, node: Name) -> tuple[Node, Type]:
        scope, parts = self.scope, node.parts
        written = ".".join(parts)
        if len(parts) == 1 and written in scope.names:
            leaf: Leaf = scope.names[written]
        elif written in scope.outcomes:
            leaf = scope.outcomes[written]
        elif parts[0] == "this" and scope.asking and len(parts) == 2 and parts[1] in scope.asking.names:  # noqa: PLR2004
            inner = scope.asking.names[parts[1]]
            if isinstance(inner, FactLeaf) and inner.column.blank == NOT_ENTERED:
                return self.refuse(node, "this_needs_measure", name=parts[1])
            leaf = ThisLeaf(0, 0, inner.type, inner)
        elif parts[0] in scope.results and len(parts) > 1:
            return self.result(node)
        else:
            return self.unknown_name(node, written)
        leaf = replace(leaf, start=node.start, end=node.end)
        if isinstance(leaf, FactLeaf) and leaf.column.blank == NOT_ENTERED:
            return self.refuse(node, "fact_needs_entered", name=written)
        return leaf, leaf.type

    def unknown_name(self, node: Name, written: str) -> tuple[Node, Type]:
        known = [*self.scope.names, *self.scope.outcomes]
        known += [f"this.{name}" for name in self.scope.asking.names] if self.scope.asking else []
        known += [".".join((rulebook, *node.parts[1:])) for rulebook in self.scope.results if len(node.parts) > 1]
        here = {name.partition(".")[0] for name in self.scope.outcomes}
        is_later = written in _OUTCOMES or (node.parts[0] in {"good", "title"} and node.parts[0] not in here)
        if is_later:
            return self.refuse(node, "name_not_here", name=written)
        for kind, lower in self.scope.lower.items():
            if written in lower.names or node.parts[0] in lower.results:
                return self.refuse(node, "name_of_lower_kind", name=written, kind=kind)
        if written in _OF_TARGETS:
            return self.refuse(node, "no_targets", name=written)
        by_label = {
            label: name
            for name, leaf in self.scope.names.items()
            if isinstance(leaf, FactLeaf)
            for label in (leaf.column.label.zh, leaf.column.label.en)
        }
        for negation in ("", *_NEGATIONS):
            label = written.removeprefix(negation) if written.startswith(negation) else ""
            if meant := label and (by_label.get(label) or self.scope.meant(label)):
                return self.refuse(node, "label_for_id", name=written, id=f"not {meant}" if negation else meant)
        qualified = tuple(name for name in known if name.endswith(f".{written}"))[:1]
        guess = _TRUTHS_IN_WORDS.get(written.lower(), ()) or qualified or near(written, known)
        return self.refuse(node, "unknown_name", near=guess, name=written)

    def result(self, node: Name) -> tuple[Node, Type]:
        rulebook, part, *rest = node.parts
        results = self.scope.results[rulebook]
        found = {"title": results.titles, "good": results.goods}.get(part, ())
        written = ".".join(node.parts)
        if part == "grade" and not rest and results.grades:
            type_ = Type("grade", choices=results.grades, ordered=True)
        elif part == "score" and not rest:
            type_ = NUMBER
        elif len(rest) == 1 and rest[0] in found:
            type_ = BOOLEAN
        else:
            known = [f"{rulebook}.grade"] if results.grades else []
            known += [f"{rulebook}.score"]
            known += [f"{rulebook}.title.{name}" for name in results.titles]
            known += [f"{rulebook}.good.{name}" for name in results.goods]
            return self.refuse(node, "unknown_result", near=near(written, known), name=written)
        return ResultLeaf(node.start, node.end, type_, rulebook, part, rest[0] if rest else ""), type_

    def arithmetic(self, node: Arithmetic) -> tuple[Node, Type]:
        left, left_type = self.visit(node.left)
        right, right_type = self.visit(node.right)
        resolved = replace(node, left=left, right=right)
        names = (left_type.name, right_type.name)
        if names == ("date", "date") and node.operator == "-":
            return resolved, WHOLE
        if names == ("date", "number") and node.operator in "+-":
            return resolved, DATE
        self.expect(node.left, left_type, "number")
        self.expect(node.right, right_type, "number")
        whole = left_type.whole and right_type.whole and node.operator != "/"
        return resolved, Type("number", _unit(node.operator, left_type.unit, right_type.unit), whole=whole)

    def comparison(self, node: Comparison) -> tuple[Node, Type]:
        pairs = self.alike(node.operands)
        types = [type_ for _, type_ in pairs]
        for operator, (left, right) in zip(node.operators, pairwise(pairs), strict=True):
            first = next((type_ for type_ in (left[1], right[1]) if type_.name != "unknown"), UNKNOWN)
            comparable = first.name in {"number", "date", "unknown"} or first.ordered
            if operator not in {"==", "!="} and not comparable:
                self.refuse(node, "not_ordered", type=first.name, operator=operator)
        if any(type_.unit == "ratio" for type_ in types):
            self.expect_percent([operand for operand, _ in pairs])
        return replace(node, operands=tuple(item for item, _ in pairs)), BOOLEAN

    def expect_percent(self, operands: list[Node]) -> None:
        """What a share is compared to is a percentage, or 1 and less."""
        for operand in operands:
            bare = Fraction(0)
            if isinstance(operand, Number) and not operand.percent:
                bare = operand.value
            elif isinstance(operand, ParameterLeaf) and operand.largest > 1:
                number = f"{float(operand.largest):.11g}"
                self.refuse(operand, "parameter_without_percent", name=operand.id, number=number)
            if bare > 1:
                self.refuse(operand, "percent_missing", number=f"{float(bare):.11g}")

    def membership(self, node: Membership) -> tuple[Node, Type]:
        (item, _), *options = self.alike((node.item, *node.options))
        return replace(node, item=item, options=tuple(option for option, _ in options)), BOOLEAN

    def alike(self, nodes: tuple[Node, ...]) -> list[tuple[Node, Type]]:
        """Resolve operands that must be of one type; a bare word may be one of the choices of the others."""
        start = len(self.problems)
        words = [self.is_word(node) for node in nodes]
        pairs = [(node, UNKNOWN) if word else self.visit(node) for node, word in zip(nodes, words, strict=True)]
        known = next((type_ for _, type_ in pairs if type_.name != "unknown"), UNKNOWN)
        likely = [word and self.is_choice(node) for node, word in zip(nodes, words, strict=True)]
        for at, node in enumerate(nodes):
            if words[at] and not likely[at]:
                pairs[at] = self.word(node, known)
        unknown = [at for at, problem in enumerate(self.problems) if problem.code == "unknown_name" and at >= start]
        for at in unknown:  # a word may be a choice of a name beside it that could not be understood
            names = tuple(self.problems[other].values["name"] for other in unknown if other != at)
            values = {**self.problems[at].values, "beside": names}
            self.problems[at] = replace(self.problems[at], values=values)
        told = any(pairs[at][1] is UNKNOWN for at in range(len(nodes)) if not likely[at])
        for at, node in enumerate(nodes):
            if likely[at] and not (told and known is UNKNOWN):  # what it is compared to is a problem already
                pairs[at] = self.word(node, known)
            self.expect_alike(node, known, pairs[at][1])
        return pairs

    def expect_alike(self, node: Node, known: Type, type_: Type) -> None:
        if "unknown" in {known.name, type_.name}:
            return
        instead = self.unquoted(node, known) if isinstance(node, Text) else None
        if instead is not None:
            written = f'"{node.value}"' if isinstance(node, Text) else ""
            self.refuse(node, "text_for_value", written=written, type=known.name, instead=instead)
        elif type_.name != known.name:
            self.refuse(node, "types_differ", first=known.name, second=type_.name)
        elif (type_.choices, type_.ordered) != (known.choices, known.ordered):
            self.refuse(node, "choices_differ")

    @staticmethod
    def unquoted(text: Text, wanted: Type) -> str | None:
        """What a quoted text would be without its quotes, where that is the type wanted."""
        forms = {"number": r"[0-9]+(\.[0-9]+)?%?", "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "boolean": "true|false"}
        if wanted.name not in forms or not re.fullmatch(forms[wanted.name], text.value):
            return None
        return f'date("{text.value}")' if wanted.name == "date" else text.value

    def is_word(self, node: Node) -> bool:
        """A bare word that no name of the scope hides, or quoted text."""
        if isinstance(node, Text):
            return True
        return (
            isinstance(node, Name)
            and len(node.parts) == 1
            and node.parts[0] not in self.scope.names
            and node.parts[0] not in self.scope.outcomes
        )

    def is_choice(self, node: Node) -> bool:
        """A word that some choice or grade of the scope has."""
        known = {*self.scope.grades, *(grade for results in self.scope.results.values() for grade in results.grades)}
        known |= {choice for leaf in self.scope.names.values() for choice in leaf.type.choices}
        return isinstance(node, Name) and node.parts[0] in known

    def word(self, node: Node, type_: Type) -> tuple[Node, Type]:
        if type_.name not in {"choice", "grade"}:
            return self.visit(node)
        written = node.value if isinstance(node, Text) else ".".join(node.parts) if isinstance(node, Name) else ""
        if written not in type_.choices:
            meant = self.scope.meant(written, type_.choices)
            return self.refuse(
                node,
                "unknown_choice",
                near=(meant,) if meant else near(written, type_.choices),
                name=written,
                choices=", ".join(type_.choices),
            )
        quoted = written in self.scope.names or written in self.scope.outcomes
        return ChoiceLeaf(node.start, node.end, type_, written, quoted), type_

    def conditional(self, node: Conditional) -> tuple[Node, Type]:
        condition = self.expecting(node.condition, "boolean")
        (then, type_), (otherwise, other) = self.alike((node.then, node.otherwise))
        if type_.name not in {"number", "boolean", "date", "unknown"}:
            self.refuse(node, "wrong_type", expected="number", found=type_.name)
        unit = type_.unit if type_.unit == other.unit else type_.unit or other.unit
        resolved = replace(node, condition=condition, then=then, otherwise=otherwise)
        return resolved, replace(type_, unit=unit, whole=type_.whole and other.whole)

    def call(self, node: Call) -> tuple[Node, Type]:
        if node.function in {"entered", "given"}:
            return self.entry(node)
        pairs = [self.visit(item) for item in node.arguments]
        if node.function == "year_of":
            ((item, type_),) = pairs
            self.expect(node.arguments[0], type_, "date")
            return replace(node, arguments=(item,)), A_YEAR
        if node.function in {"min", "max"} and pairs[0][1].name == "date":
            for item, (_, type_) in zip(node.arguments, pairs, strict=True):
                self.expect(item, type_, "date")
            return replace(node, arguments=tuple(item for item, _ in pairs)), DATE
        for item, (_, type_) in zip(node.arguments, pairs, strict=True):
            self.expect(item, type_, "number")
        rounds = node.function.startswith("round")
        digits = pairs[1][0] if rounds and len(pairs) > 1 else Number(0, 0, Fraction(0))
        if not (isinstance(digits, Number) and digits.value in range(syntax.MAX_DIGITS)):
            self.refuse(node.arguments[1], "round_needs_digits")
        values = pairs[:1] if rounds else pairs
        units = {type_.unit for _, type_ in values if type_.unit}
        whole = len(pairs) == 1 if rounds else all(type_.whole for _, type_ in values)
        unit: Unit = units.pop() if len(units) == 1 else ""
        return replace(node, arguments=tuple(item for item, _ in pairs)), Type("number", unit, whole=whole)

    def entry(self, node: Call) -> tuple[Node, Type]:
        """`entered(f)` and `given(f, otherwise)`, over a fact whose empty cell means "not entered", or an aggregate."""
        item = node.arguments[0]
        if isinstance(item, Aggregate) and node.function == "given":
            return self.given_table(node, item)
        leaf = self.scope.names.get(item.parts[0]) if isinstance(item, Name) and len(item.parts) == 1 else None
        if isinstance(item, Name) and leaf is None:
            return self.unknown_name(item, ".".join(item.parts))
        if not isinstance(leaf, FactLeaf) or leaf.column.blank != NOT_ENTERED:
            if node.function == "given":
                return self.refuse(item, "given_needs_none")
            return self.refuse(item, "entered_needs_none", function=node.function)
        leaf = replace(leaf, start=item.start, end=item.end)
        if node.function == "entered":
            return replace(node, arguments=(leaf,)), BOOLEAN
        if leaf.type.name not in {"number", "boolean", "date", "choice", "grade"}:
            return self.refuse(item, "wrong_type", expected="number", found=leaf.type.name)
        other = node.arguments[1]
        if self.is_word(other):
            otherwise, type_ = self.word(other, leaf.type)
        else:
            otherwise, type_ = self.visit(other)
        self.expect_alike(other, leaf.type, type_)
        whole = leaf.type.whole and type_.whole
        return replace(node, arguments=(leaf, otherwise)), replace(leaf.type, whole=whole)

    def given_table(self, node: Call, item: Aggregate) -> tuple[Node, Type]:
        """`given(aggregate, otherwise)`: the aggregate if there is a table of its kind."""
        has_table = TableLeaf(node.start, node.start, BOOLEAN, item.kind, item.via)
        return self.conditional(Conditional(node.start, node.end, has_table, item, node.arguments[1]))

    def rank(self, node: Rank) -> tuple[Node, Type]:
        """A place among the units of a kind above, among those alike in a choice or reference, or among all."""
        item, type_ = self.visit(node.item)
        if type_ is not UNKNOWN and type_.name not in {"number", "date"} and not type_.ordered:
            self.refuse(node.item, "rank_without_order", function=node.function, found=type_.name)
        names, leaf = self.scope.names, None
        groups = [id_ for id_, found in names.items() if _makes_groups(found)]
        if node.within and node.within not in self.scope.above:
            leaf = names.get(node.within) if node.within in groups else None
            if leaf is None:
                known = [*self.scope.above, *groups]
                guess = near(node.within, known)
                listed = ", ".join(known) or "–"
                return self.refuse(node, "rank_within_unknown", near=guess, name=node.within, known=listed)
        ranked = Type("number", "ratio") if node.function == "percentile" else WHOLE
        return replace(node, item=item, group=leaf), ranked if type_ is not UNKNOWN else UNKNOWN

    def aggregate(self, node: Aggregate) -> tuple[Node, Type]:
        if self.scope.asking is not None:
            return self.refuse(node, "aggregate_in_aggregate", function=node.function)
        if node.kind not in self.scope.lower:
            return self.refuse(
                node,
                "unknown_lower_kind",
                near=near(node.kind, self.scope.lower),
                name=node.kind,
                kind=self.scope.kind,
            )
        below = self.scope.lower[node.kind]
        link = self.link(node, below)
        day = self.day(node, below) if node.function == "periods" else None
        least = self.least(node, below) if node.function == "periods" else None
        constants = {id_: leaf for id_, leaf in self.scope.names.items() if isinstance(leaf, ParameterLeaf)}
        inner = _Checker(replace(below, names={**constants, **below.names}, lower={}, asking=self.scope))
        wanted: TypeName = "number" if node.function in {"sum", "mean"} else "boolean"
        item, type_ = inner.visit(node.item) if node.item else (None, BOOLEAN)
        if node.item is not None:
            inner.expect(node.item, type_, wanted)
        self.problems += inner.problems
        resolved = replace(node, item=item, link=link, day=day, least=least)
        return resolved, _aggregate_type(node.function, type_)

    def link(self, node: Aggregate, below: Scope) -> Leaf | None:
        """The fact by which units name the unit that asks."""
        links = [name for name, leaf in below.names.items() if _refers(leaf, self.scope.kind)]
        if node.via in links:
            return below.names[node.via]
        kind, asking = node.kind, self.scope.kind
        if node.via:
            guess = near(node.via, links) or tuple(links[:1])
            self.refuse(node, "via_no_reference", near=guess, name=node.via, kind=kind, asking=asking)
        elif kind in self.scope.beside:
            self.refuse(node, "via_missing", example=links[0], kind=kind, asking=asking)
        return None

    def day(self, node: Aggregate, below: Scope) -> Leaf | None:
        """The fact that says in which period a unit counts."""
        if node.period not in syntax.PERIODS:
            known = ", ".join(syntax.PERIODS)
            guess = _PERIODS_IN_WORDS.get(node.period.removeprefix("每"), ()) or near(node.period, syntax.PERIODS)
            self.refuse(node, "unknown_period", near=guess, name=node.period, periods=known)
        if below.dated is None:
            self.refuse(node, "periods_need_date", kind=node.kind)
        return below.dated

    def least(self, node: Aggregate, below: Scope) -> Node | None:
        """How many units make a period count: a whole number, or a parameter."""
        if node.least is None:
            return None
        is_condition = isinstance(node.least, Name) and node.least.parts[0] in below.names.keys() - self.scope.names
        least, type_ = (node.least, BOOLEAN) if is_condition else self.visit(node.least)
        is_whole = isinstance(least, (Number, ParameterLeaf)) and type_.whole and type_.unit != "ratio"
        if type_ is not UNKNOWN and (not is_whole or (isinstance(least, Number) and least.value < 1)):
            self.refuse(node.least, "periods_need_number", kind=node.kind, period=node.period)
        return least


def _makes_groups(leaf: Leaf) -> bool:
    """Whether units can be grouped by a fact: a choice or reference of which no cell means "not entered"."""
    return (
        isinstance(leaf, FactLeaf) and leaf.column.type in {"choice", "reference"} and leaf.column.blank != NOT_ENTERED
    )


def _refers(leaf: Leaf, kind: str) -> bool:
    """Whether a fact names a unit of a kind."""
    return isinstance(leaf, FactLeaf) and leaf.column.kind == kind


class _Retyper(_Checker):
    """Types a tree that is already resolved."""

    def visit(self, node: Node) -> tuple[Node, Type]:
        return (node, node.type) if isinstance(node, Leaf) else super().visit(node)

    def entry(self, node: Call) -> tuple[Node, Type]:
        if node.function == "entered":
            return node, BOOLEAN
        (_, type_), (_, other) = (self.visit(item) for item in node.arguments)
        return node, replace(type_, whole=type_.whole and other.whole)

    def rank(self, node: Rank) -> tuple[Node, Type]:
        return node, Type("number", "ratio") if node.function == "percentile" else WHOLE

    def aggregate(self, node: Aggregate) -> tuple[Node, Type]:
        return node, _aggregate_type(node.function, self.visit(node.item)[1] if node.item else BOOLEAN)


def type_of(node: Node) -> Type:
    """The type of a resolved expression."""
    retyper = _Retyper(Scope("", {}))
    return (retyper.rank(node) if isinstance(node, Rank) else retyper.visit(node))[1]


def _aggregate_type(function: str, item: Type) -> Type:
    if function in {"any", "all"}:
        return BOOLEAN
    if function in {"count", "periods"}:
        return WHOLE
    if function == "share":
        return Type("number", "ratio")
    return Type("number", item.unit, whole=item.whole and function == "sum")


def _unit(operator: str, left: Unit, right: Unit) -> Unit:
    """How the result of an operation is shown."""
    if operator == "/":
        if left == right and left:
            return "ratio"
        return "" if right else left
    if operator == "*":
        return left or right if not (left and right) else ("money" if "money" in {left, right} else "")
    return left if left == right else left or right
