"""The text of an expression as a tree.

Expressions borrow Python's expression syntax and are parsed with `ast`, never executed. What the language does not
have is refused here with the place and what to write instead. Names are not looked up: see `engine.expression.check`.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from functools import cache
from typing import NoReturn

from engine.expression import slips

MAX_LENGTH = 1_000
MAX_DEPTH = 40
MAX_DIGITS = 11


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression, from character `start` to `end` of its text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as written: `0.75`, `75%`."""

    value: Fraction
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Quoted text."""

    value: str


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Day(Node):
    """`date("2004-10-11")`."""

    value: date


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name, or names joined by dots."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """`-x`."""

    item: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`a + b`, `a - b`, `a * b` or `a / b`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`a >= b`, or a chain `a <= b < c`."""

    operators: tuple[str, ...]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`a in [b, c]`, or `a not in [b, c]`."""

    item: Node
    options: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Both(Node):
    """`a and b and …`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either(Node):
    """`a or b or …`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`not a`."""

    item: Node


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`a if c else b`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of values."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """A function over the lower units of a kind; `item` is read from each of them.

    Attributes:
        via: the fact of theirs that names the unit that asks; empty where they stand below it.
        period: what `periods` counts: months, quarters, half years, years.
        least: how many units make a period count; None for one.
        link: the fact that `via` names, once it was looked up.
        day: the fact that says when, once it was looked up.
    """

    function: str
    kind: str
    item: Node | None
    via: str = ""
    period: str = ""
    least: Node | None = None
    link: Node | None = None
    day: Node | None = None


@dataclass(frozen=True, slots=True)
class Rank(Node):
    """`rank(x, within=g)` or `percentile(x, within=g)`: the place of a unit among others, the greatest `x` first.

    Attributes:
        within: the kind above, or the fact, by which units are grouped; empty for all units together.
        group: the fact that `within` names, once it was looked up.
    """

    function: str
    item: Node
    within: str = ""
    group: Node | None = None


def children(node: Node) -> tuple[Node, ...]:
    """The parts directly inside a part, in the order of its fields."""
    found: list[Node] = []
    for name in _fields_of_parts(type(node)):  # type: ignore[arg-type] # mypy asks the class for its units' hash
        value = getattr(node, name)
        found += value if isinstance(value, tuple) else () if value is None else (value,)
    return tuple(found)


@cache
def _fields_of_parts(form: type[Node]) -> tuple[str, ...]:
    """The fields of a form of node that hold nodes."""
    return tuple(item.name for item in fields(form) if re.search(r"\b(Node|Leaf)\b", str(item.type)))


PERIODS = {"month": 12, "quarter": 4, "half_year": 2, "year": 1}
"""The periods, with how many of them a year has."""
AGGREGATES = frozenset({"count", "share", "sum", "mean", "any", "all", "periods"})
RANKS = frozenset({"rank", "percentile"})
ARGUMENTS = {
    "min": (2, 20),
    "max": (2, 20),
    "abs": (1, 1),
    "round": (1, 2),
    "round_up": (1, 2),
    "round_down": (1, 2),
    "entered": (1, 1),
    "given": (2, 2),
    "year_of": (1, 1),
}
"""The functions of values, with how few and how many arguments they take."""

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.GtE: ">=",
    ast.Gt: ">",
    ast.LtE: "<=",
    ast.Lt: "<",
    ast.Eq: "==",
    ast.NotEq: "!=",
}

_INSTEAD = {
    "≥": ">=", "≤": "<=", "≠": "!=", "＞": ">", "＜": "<", "＝": "==", "（": "(", "）": ")", "，": ",", "％": "%",
    "×": "*", "÷": "/", "＋": "+", "－": "-", "−": "-", "＊": "*", "／": "/", "“": '"', "”": '"', "‘": '"', "’": '"',
    "【": "[", "】": "]", "［": "[", "］": "]", "。": ".", "．": ".", "、": ",", "；": ",", "：": ":",
    "&&": "and", "||": "or", "&": "and", "|": "or", "!": "not", "**": "*", "//": "/", "^": "*",
    "=": "==", "=>": ">=", "=<": "<=", "<>": "!=", "~": "not", "===": "==",
    ":=": "==", "《": "<", "》": ">", "《=": "<=", "》=": ">=", "＞＝": ">=", "＜＝": "<=", "＞=": ">=", "＜=": "<=",
    "《＝": "<=", "》＝": ">=", "＝＝": "==", "＝=": "==", "！＝": "!=", "！=": "!=", "—": "-", "–": "-",
}  # fmt: skip
_SCAN = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*')
      | (?P<open>["'])
      | (?P<day>(?<![\w.])\d{4}(?:-\d{1,2}-\d{1,2}\b|/\d{1,2}/\d{1,2}\b|年\d{1,2}月(?:\d{1,2}[日号])?))
      | (?P<percent>(?<![\w.])\d+(?:\.\d+)?%)
      | (?P<modulo>%)
      | (?P<fine>>=|<=|==(?!=)|!=|(?:(?<=\bvia)|(?<=\bvia[ ])|(?<=\bwithin)|(?<=\bwithin[ ]))=(?!=))
      | (?P<invisible>[\u00a0\u200b-\u200d\u2060\ufeff])
      | (?P<wrong>[<>]\s+=(?!=)|[＞＜＝！《》][＝=]|[《》—–]
          |===|=>|=<|<>|&&|\|\||\*\*|//|:=|[≥≤≠＞＜＝（），％×÷＋－−＊／“”‘’【】［］。．、；：&|!^=~])
      | (?P<comment>\#)
      | (?P<digits>[０-９]+)""",
    re.VERBOSE,
)


_UNFINISHED = re.compile(r"(?:^|(?<=[\s\w)\]]))((?<!\w)(?:and|or|not|in)|[<>=!]=|[-+*/<>])\s*$")
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


class ExpressionError(Exception):
    """An expression that the language does not have.

    Attributes:
        code: a key of the message catalogue.
        offset: the character where the problem is, from 0.
        values: what the message says.
    """

    def __init__(self, code: str, offset: int, **values: object) -> None:
        super().__init__(code, offset, values)
        self.code = code
        self.offset = offset
        self.values = values


def _error(slip: slips.Slip) -> ExpressionError:
    code, offset, values = slip
    return ExpressionError(code, offset, **values)


def parse(text: str) -> Node:
    """Read an expression.

    Raises:
        ExpressionError: for the first thing that the language does not have.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError("expression_too_long", 0, length=len(text), limit=MAX_LENGTH)
    if not text.strip():
        raise ExpressionError("expression_empty", 0)
    python = _to_python(text)
    lead = len(python) - len(python.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # such as `\d` in quoted text: a SyntaxError then
            body = ast.parse(python.strip(), mode="eval").body
    except SyntaxError as error:
        # Python has no place for an end that comes too early.
        offset = lead + error.offset - 1 if error.offset else len(text.rstrip()) - 1
        if text.lstrip().startswith(("<", ">", "=", "!=")):
            raise ExpressionError("expression_left_missing", lead) from None
        if slip := slips.in_words(text):
            raise _error(slip) from None
        if unfinished := _UNFINISHED.search(text):
            raise ExpressionError("expression_right_missing", unfinished.start(1), sign=unfinished[1]) from None
        raise ExpressionError("expression_syntax", min(offset, len(text) - 1), reason=error.msg) from None
    except (MemoryError, RecursionError, ValueError):
        raise ExpressionError("expression_too_deep", 0, limit=MAX_DEPTH) from None
    return _Reader(text, lead).node(body, 0)


def _to_python(text: str) -> str:
    """Check the signs, and write `75%` as `75j`: of the same length, so that places stay true."""
    python = list(text.replace("\n", " "))
    for match in _SCAN.finditer(text):
        found, at = match.group(), match.start()
        if match.lastgroup == "wrong":
            instead = _INSTEAD.get(found) or "".join(found.split())  # `> =` is only apart
            raise ExpressionError("expression_sign", at, sign=found, instead=instead)
        if match.lastgroup == "invisible":
            raise ExpressionError("expression_invisible", at)
        if match.lastgroup == "digits":
            plain = "".join(chr(ord(digit) - 0xFEE0) for digit in found)
            raise ExpressionError("expression_sign", at, sign=found, instead=plain)
        if match.lastgroup == "open":
            raise ExpressionError("expression_open_quote", at, quote=found)
        if match.lastgroup == "day":
            raise ExpressionError("expression_bare_date", at, date=found, instead=slips.as_date(found))
        if match.lastgroup == "comment":
            raise ExpressionError("expression_comment", at)
        if match.lastgroup == "modulo":
            raise ExpressionError("expression_percent", at)
        if match.lastgroup == "percent":
            python[match.end() - 1] = "j"
    return "".join(python)


class _Reader:
    """Turns Python's tree into ours."""

    def __init__(self, text: str, lead: int) -> None:
        self.text = text
        self.lead = lead
        stripped = text.replace("\n", " ").strip().encode()
        self.prefix = [len(stripped[:end].decode(errors="ignore")) for end in range(len(stripped) + 1)]

    def at(self, column: int) -> int:
        """The character for one of `ast`'s columns, which count bytes."""
        return self.lead + self.prefix[min(column, len(self.prefix) - 1)]

    def span(self, node: ast.expr) -> tuple[int, int]:
        return self.at(node.col_offset), self.at(node.end_col_offset or node.col_offset)

    def refuse(self, node: ast.expr, what: str) -> NoReturn:
        raise ExpressionError("expression_not_in_language", self.at(node.col_offset), what=what)

    def node(self, node: ast.expr, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise ExpressionError("expression_too_deep", self.at(node.col_offset), limit=MAX_DEPTH)
        start, end = self.span(node)
        below = depth + 1
        match node:
            case ast.Constant():
                return self.constant(node)
            case ast.Name() | ast.Attribute():
                return self.name(node)
            case ast.UnaryOp(op=ast.USub(), operand=item):
                return Negative(start, end, self.node(item, below))
            case ast.UnaryOp(op=ast.Not(), operand=item):
                return Not(start, end, self.node(item, below))
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                sign = _OPERATORS[type(operator)]
                return Arithmetic(start, end, sign, self.node(left, below), self.node(right, below))
            case ast.BoolOp(op=operator, values=values):
                items = tuple(self.node(item, below) for item in values)
                return (Both if isinstance(operator, ast.And) else Either)(start, end, items)
            case ast.Compare():
                return self.comparison(node, below)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return Conditional(start, end, *(self.node(part, below) for part in (test, body, orelse)))
            case ast.Call():
                return self.call(node, below)
            case ast.Tuple() if slip := slips.in_thousands(self.text, start, end):
                raise _error(slip)
            case _:
                return self.refuse(node, self.text[start:end])

    def constant(self, node: ast.Constant) -> Node:
        start, end = self.span(node)
        written = self.text[start:end]
        if isinstance(node.value, str):
            if not (written[:1] in {'"', "'"} and written[1:-1] == node.value):
                self.refuse(node, written)
            return Text(start, end, node.value)
        digits = written.removesuffix("%")
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", digits):
            self.refuse(node, written)
        if len(digits.replace(".", "").strip("0")) > MAX_DIGITS or len(digits) > 2 * MAX_DIGITS:
            raise ExpressionError("expression_digits", start, number=written, limit=MAX_DIGITS)
        percent = written.endswith("%")
        return Number(start, end, Fraction(digits) / (100 if percent else 1), percent)

    def name(self, node: ast.expr) -> Node:
        start, end = self.span(node)
        written = self.text[start:end]
        parts = tuple(part.strip() for part in written.split("."))
        if not all(part.isidentifier() for part in parts):
            self.refuse(node, written)
        if written in {"true", "false"}:
            return Truth(start, end, written == "true")
        return Name(start, end, parts)

    def comparison(self, node: ast.Compare, depth: int) -> Node:
        start, end = self.span(node)
        if len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            options = node.comparators[0]
            if not isinstance(options, (ast.List, ast.Tuple)) or not options.elts:
                raise ExpressionError("expression_in_needs_list", self.at(options.col_offset))
            items = tuple(self.node(item, depth) for item in options.elts)
            return Membership(start, end, self.node(node.left, depth), items, isinstance(node.ops[0], ast.NotIn))
        for operator in node.ops:
            if type(operator) not in _OPERATORS:
                self.refuse(node, self.text[start:end])
        operands = tuple(self.node(item, depth) for item in (node.left, *node.comparators))
        return Comparison(start, end, tuple(_OPERATORS[type(operator)] for operator in node.ops), operands)

    def call(self, node: ast.Call, depth: int) -> Node:
        start, end = self.span(node)
        if not isinstance(node.func, ast.Name):
            self.refuse(node, self.text[start:end])
        function = self.text[slice(*self.span(node.func))]
        if function in RANKS:
            return self.rank(node, function, depth)
        if node.keywords and (function not in AGGREGATES or [key.arg for key in node.keywords] != ["via"]):
            self.refuse(node, f"{node.keywords[0].arg}=")
        if function == "date":
            return self.day(node)
        if function in AGGREGATES:
            return self.aggregate(node, function, depth)
        if function not in ARGUMENTS:
            raise ExpressionError("unknown_function", start, name=function)
        fewest, most = ARGUMENTS[function]
        if not fewest <= len(node.args) <= most:
            raise ExpressionError("wrong_arguments", start, function=function, fewest=fewest, given=len(node.args))
        return Call(start, end, function, tuple(self.node(item, depth) for item in node.args))

    def day(self, node: ast.Call) -> Node:
        start, end = self.span(node)
        argument = node.args[0] if len(node.args) == 1 else None
        try:
            written = argument.value if isinstance(argument, ast.Constant) else None
            if isinstance(written, str) and re.fullmatch(_DAY, written):
                return Day(start, end, date.fromisoformat(written))
        except ValueError:
            pass
        written = self.text[start:end]
        if re.fullmatch(rf'date\(["\']{_DAY}["\']\)', written):
            raise ExpressionError("expression_no_such_day", start, date=written[6:-2])
        instead = slips.as_date(written)
        raise ExpressionError("expression_bad_date", start, written=written, instead=instead)

    def rank(self, node: ast.Call, function: str, depth: int) -> Node:
        start, end = self.span(node)
        within = [key.value for key in node.keywords if key.arg == "within" and isinstance(key.value, ast.Name)]
        if len(node.args) != 1 or len(within) != len(node.keywords) or len(within) > 1:
            raise ExpressionError("wrong_rank", start, function=function)
        name = self.text[slice(*self.span(within[0]))] if within else ""
        return Rank(start, end, function, self.node(node.args[0], depth), name)

    def aggregate(self, node: ast.Call, function: str, depth: int) -> Node:
        start, end = self.span(node)
        fewest, most = {"count": (1, 2), "periods": (2, 4)}.get(function, (2, 2))
        named = [*node.args[: 2 if function == "periods" else 1], *(key.value for key in node.keywords)]
        if not fewest <= len(node.args) <= most or not all(isinstance(name, ast.Name) for name in named):
            if function == "periods":
                raise ExpressionError("wrong_periods", start, function=function)
            raise ExpressionError("wrong_aggregate", start, function=function)
        kind, *others = (self.text[slice(*self.span(name))] for name in named)
        via = others.pop() if node.keywords else ""
        items = [self.node(item, depth) for item in node.args[len(named) - len(node.keywords) :]]
        if function != "periods":
            return Aggregate(start, end, function, kind, items[0] if items else None, via)
        least, item = (*items, None, None)[:2]
        return Aggregate(start, end, function, kind, item, via, others[0], least)
