"""Proofs that no unit does something: boxes of units are rated at once, and split until none is left that could.

A box gives every fact a range. What the real rating finds of a box holds for every unit in it, since ranges are sound
(docs/meaning.md). A number or condition that hangs on several facts becomes an axis of its own, as if it were free:
that only adds units, so what is proved of the boxes is true of the units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, floor, inf, prod
from typing import TYPE_CHECKING

import polars as pl

from engine import scoring
from engine.checking.units import refusals, refusing, stored_type
from engine.expression import check, syntax, typed
from engine.expression.columns import TOLERANCE, table_column
from engine.programme.targets import COUNTS, answers
from engine.schema import NOT_ENTERED, NUMERIC
from engine.thresholds import Reader, held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from fractions import Fraction

    from engine.checking.units import Subject
    from engine.expression.syntax import Node
    from engine.programme.rules import Rules
    from engine.rating import BookRating
    from engine.schema import Column
    from engine.thresholds import Test

_BOXES_MAX = 20_000
_ROUNDS_MAX = 16


@dataclass(frozen=True, eq=False)
class Axis:
    """One dimension of boxes.

    Attributes:
        name: a fact, an aggregate or a part of an expression.
        root: all that it can be, in as few ranges as there can be.
        cells: the same, in ranges in which no single test changes its answer.
        uses: how many questions read it.
    """

    name: str
    root: pl.DataFrame
    cells: pl.DataFrame
    uses: int = 0

    def split_by(self, other: Axis) -> Axis:
        """The axis with the cells of both."""
        high = f"{self.name}:high"
        if high not in self.cells.columns or high not in other.cells.columns:
            return self
        known, others = self.cells.drop_nulls(), other.cells.drop_nulls().rename(lambda name: f"^{name}")
        cells = known.join(others, how="cross").select(
            pl.max_horizontal(self.name, f"^{self.name}").alias(self.name),
            pl.min_horizontal(high, f"^{high}").alias(high),
        )
        cells = cells.filter(pl.col(self.name) <= pl.col(high))
        return replace(self, cells=pl.concat([self.cells.filter(pl.col(self.name).is_null()), cells]))


@dataclass(frozen=True, eq=False)
class Boxes:
    """The whole space of a rulebook's facts, to be split.

    Attributes:
        subject: the rulebook in a year.
        axes: its dimensions, those that most questions read first.
        behind: which facts and aggregates stand behind each axis.
    """

    subject: Subject
    axes: tuple[Axis, ...]
    behind: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, subject: Subject, constants: Mapping[tuple[str, str], Node]) -> Boxes:
        """The boxes of a rulebook in a year."""
        book = subject.book
        plain = Reader(book, constants)
        free = _free_parts(subject, constants)
        reader = Reader(book, constants, frozenset(free))
        questions = list(_questions(subject))
        tests = [test for node in questions for test in reader.tests(node)]
        tests += [test for item in book.criteria for test in reader.table(item.points)]
        axes = [*_fact_axes(subject, reader, tests), *_gathered_axes(subject, reader, tests)]
        axes += _table_axes(book)
        axes += [_free_axis(name, node, plain, reader, tests) for name, node in free.items()]
        uses = [reader.variables(node) for node in questions]
        uses += [reader.variables(getattr(item.points, "of", None)) for item in book.criteria]
        axes = [replace(axis, uses=sum(axis.name in use for use in uses)) for axis in axes]
        axes.sort(key=lambda axis: -axis.uses)
        behind = {axis.name: frozenset({axis.name}) for axis in axes}
        behind |= {name: frozenset(plain.variables(node)) for name, node in free.items()}
        return cls(subject, tuple(axes), behind)

    @cached_property
    def root(self) -> pl.DataFrame:
        """The whole space, in as few boxes as there can be."""
        return _crossed(axis.root for axis in self.axes)

    def split(self, names: Iterable[str]) -> pl.DataFrame | None:
        """The space, split into cells by some facts; None when these are too many."""
        names = frozenset(names)
        tables = [axis.cells if axis.name in names else axis.root for axis in self.axes]
        return _crossed(tables) if prod(table.height for table in tables) <= _BOXES_MAX else None

    def impossible(
        self, possible: Callable[[BookRating], pl.Series], about: Iterable[str] = (), *, measures: bool = False
    ) -> bool:
        """Whether it is proved that no unit does something.

        Args:
            possible: which boxes may hold a unit that does it.
            about: the facts that matter most for it.
            measures: whether `possible` reads the numbers behind the ratings.

        Returns:
            Whether every box was excluded; False when some were left and there was nothing more to split, or too much.
        """
        about = frozenset(about)
        near = [axis for axis in self.axes if self.behind[axis.name] & about]
        others = [axis for axis in self.axes if axis not in near]

        def left(boxes: pl.DataFrame) -> pl.DataFrame:
            rated = self.subject.rate(boxes, measures=measures)
            return boxes.filter(possible(rated) & (refusals(rated) == 0))

        boxes = left(self.root)
        splits = [axis for axis in (*near, *others) if axis.cells.height > axis.root.height][:_ROUNDS_MAX]
        for axis in splits:
            if boxes.is_empty() or boxes.height * axis.cells.height > _BOXES_MAX:
                break
            boxes = left(boxes.drop(axis.cells.columns).unique().join(axis.cells, how="cross"))
        return boxes.is_empty()


def _crossed(tables: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Every combination of rows."""
    tables = list(tables)
    single = [table for table in tables if table.height == 1]
    crossed = pl.concat(single, how="horizontal") if single else pl.DataFrame()
    for table in tables:
        if table.height != 1:
            crossed = crossed.join(table, how="cross") if crossed.width else table
    return crossed


def _questions(subject: Subject) -> Iterator[Node]:
    """The conditions that decide about a unit."""
    book = subject.book
    for criterion in book.criteria:
        yield from filter(None, (criterion.require, criterion.applies))
    yield from (title.when for title in book.titles)
    yield from (item.when for item in book.selections if item.when is not None)
    yield from (item.require for item in refusing(book))
    yield from answers(book)
    yield from book.atoms


# Parts of expressions that become axes


def _free_parts(subject: Subject, constants: Mapping[tuple[str, str], Node]) -> dict[str, Node]:
    """Quotients, and comparisons and amounts that several facts decide together, by the name of their column."""
    found: dict[str, Node] = {}
    book = subject.book
    reader = Reader(book, constants, found.keys())
    nodes = [*(item.value for item in book.measures if item.id not in COUNTS), *_questions(subject)]
    nodes += [of for item in book.criteria if (of := getattr(item.points, "of", None)) is not None]
    for node in nodes:
        _collect(node, reader, book.facts, found)
    return found


def _collect(node: Node, reader: Reader, columns: Mapping[str, Column], found: dict[str, Node]) -> None:
    """Collect the innermost such parts of an expression first; those around them then read one axis."""
    if isinstance(node, (syntax.Aggregate, typed.Leaf)):
        return
    for child in syntax.children(node):
        _collect(child, reader, columns, found)
    names = reader.variables(node)
    yes_no = all(name in columns and columns[name].type == "boolean" for name in names)
    if len(names) < 2 or yes_no:  # noqa: PLR2004
        return
    numbers = isinstance(node, syntax.Arithmetic) and check.type_of(node).name == "number"
    compares = isinstance(node, syntax.Comparison) and check.type_of(node.operands[0]).name in {"number", "date"}
    if numbers or compares:
        found[held(node)] = node


def _free_axis(name: str, node: Node, plain: Reader, reader: Reader, tests: Sequence[Test]) -> Axis:
    if isinstance(node, syntax.Comparison):
        told = pl.DataFrame({name: _answers(node, plain)})
        unknown = pl.DataFrame({name: pl.Series([None], dtype=pl.Boolean)})
        return Axis(name, told if told.height == 1 else unknown, told)
    low, high = span(node, plain)
    return _numeric_axis(name, low, high, _thresholds(name, reader, tests), whole=check.type_of(node).whole)


def _answers(node: syntax.Comparison, reader: Reader) -> list[bool]:
    """The answers that a comparison may have, as far as the bounds of its facts say."""
    if len(node.operators) == 1:
        low, high = span(syntax.Arithmetic(0, 0, "-", *node.operands), reader)
        # What a comparison allows is of the right side.
        slack = 2 * TOLERANCE * max(1.0, *map(abs, span(node.operands[1], reader)))
        match node.operators[0]:
            case ">=" if low >= 0:
                return [True]
            case "<" if low >= 0:
                return [False]
            case "<=" if high <= 0:
                return [True]
            case ">" if high <= 0:
                return [False]
            case ">=" if high < -slack:
                return [False]
            case "<" if high < -slack:
                return [True]
            case "<=" if low > slack:
                return [False]
            case ">" if low > slack:
                return [True]
    return [True, False]


def span(node: Node, reader: Reader) -> tuple[float, float]:
    """Between which values an expression lies, as far as the bounds of its facts say; where it is defined."""
    constant = reader.constant(node)
    if constant is not None:
        return float(constant), float(constant)
    match node:
        case typed.FactLeaf():
            return node.column.least, node.column.most
        case syntax.Aggregate():
            return gathered_span(node)
        case typed.MeasureLeaf():
            return span(reader.measures[node.id], reader) if node.id in reader.measures else (-inf, inf)
        case syntax.Negative():
            low, high = span(node.item, reader)
            return -high, -low
        case syntax.Arithmetic():
            return _span_of_arithmetic(node, reader)
        case syntax.Conditional():
            return _hull([span(node.then, reader), span(node.otherwise, reader)])
        case syntax.Call(function="min" | "max" | "given"):
            return _hull([span(item, reader) for item in node.arguments])
        case syntax.Call(function="abs"):
            low, high = span(node.arguments[0], reader)
            return 0.0, max(abs(low), abs(high))
        case _:
            return -inf, inf


def _hull(spans: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(low for low, _ in spans), max(high for _, high in spans)


def _span_of_arithmetic(node: syntax.Arithmetic, reader: Reader) -> tuple[float, float]:
    (low, high), (other_low, other_high) = span(node.left, reader), span(node.right, reader)
    match node.operator:
        case "+":
            return low + other_low, high + other_high
        case "-":
            least, most = _order(node.left, node.right)
            return max(low - other_high, least), min(high - other_low, most)
        case "*":
            ends = [0.0 if 0 in {x, y} else x * y for x in (low, high) for y in (other_low, other_high)]
            return min(ends), max(ends)
        case _ if low < 0 or other_low < 0:
            return -inf, inf
        case _ if _is_share(node):
            return 0.0, 1.0
        case _:
            most = high / other_low if other_low > 0 and high < inf else inf
            return (low / other_high if other_high < inf else 0.0), most


def _is_share(node: syntax.Arithmetic) -> bool:
    """Whether a fact is divided by the fact that bounds it."""
    return _order(node.left, node.right)[1] == 0


def _order(left: Node, right: Node) -> tuple[float, float]:
    """Between which values the difference of two facts lies, as far as one of them bounds the other."""
    if not isinstance(left, typed.FactLeaf) or not isinstance(right, typed.FactLeaf):
        return -inf, inf
    one, other = left.column, right.column
    below, above = one.high == other.id or other.low == one.id, one.low == other.id or other.high == one.id
    return (0.0 if above else -inf), (0.0 if below else inf)


def gathered_span(node: syntax.Aggregate) -> tuple[float, float]:
    """Between which values an aggregate lies when there is at least one lower unit; none may refer, though."""
    low, high = -inf, inf
    if isinstance(node.item, typed.FactLeaf):
        column = node.item.column
        low, high = column.least, column.most
    match node.function:
        case "count":
            return (1.0 if node.item is None and not node.via else 0.0), inf
        case "periods":
            return 0.0, float(syntax.PERIODS[node.period])
        case "share":
            return 0.0, 1.0
        case "sum":
            return (low if low >= 0 else -inf), (high if high <= 0 else inf)
        case _:
            return low, high


# Axes


def _fact_axes(subject: Subject, reader: Reader, tests: Sequence[Test]) -> Iterator[Axis]:
    for name, column in subject.book.facts.items():
        optional = column.blank == NOT_ENTERED
        if column.type in NUMERIC | {"date"}:
            whole = column.type in {"count", "date"}
            axis = _numeric_axis(name, column.least, column.most, _thresholds(name, reader, tests), whole=whole)
            if optional:
                none = pl.DataFrame({name: [None], f"{name}:high": [None]}, schema=axis.root.schema)
                axis = Axis(name, pl.concat([none, axis.root]), pl.concat([none, axis.cells]))
            yield axis
            continue
        values: list[object] = [True, False] if column.type == "boolean" else list(column.choices or ())
        cells = pl.DataFrame({name: pl.Series([*values, *[None][: int(optional)]], dtype=stored_type(column))})
        unknown = pl.DataFrame({name: pl.Series([None], dtype=stored_type(column))})
        yield Axis(name, cells if optional else unknown, cells if cells.height else unknown)


def _table_axes(book: Rules) -> Iterator[Axis]:
    """Whether there is a table of a lower kind."""
    for name in map(table_column, scoring.tables_asked(book)):
        yield Axis(name, pl.DataFrame({name: [None]}, {name: pl.Boolean}), pl.DataFrame({name: [True, False]}))


def _gathered_axes(subject: Subject, reader: Reader, tests: Sequence[Test]) -> Iterator[Axis]:
    for name, node in scoring.aggregates(subject.book).items():
        if node.function in {"any", "all"}:
            yield Axis(name, pl.DataFrame({name: [None]}, {name: pl.Boolean}), pl.DataFrame({name: [True, False]}))
        else:
            whole = check.type_of(node).whole
            yield _numeric_axis(name, *gathered_span(node), _thresholds(name, reader, tests), whole=whole)


def _thresholds(name: str, reader: Reader, tests: Iterable[Test]) -> set[Fraction]:
    """The values of an axis at which some test changes that reads nothing else."""
    return {
        value for test in tests if reader.variables(test.value) == {name} for value in reader.solved(test, name, {})
    }


def _numeric_axis(name: str, low: float, high: float, thresholds: Iterable[Fraction], *, whole: bool) -> Axis:
    inside = sorted(value for value in thresholds if low <= value <= high)
    ends: list[tuple[float, float]] = []
    start = low
    for value in inside:
        below, above = _beside(value, whole=whole)
        if start <= below:
            ends.append((start, below))
        if not whole or value.denominator == 1:
            ends.append((float(value), float(value)))
        start = above
    if start <= high:
        ends.append((start, high))
    schema = {name: pl.Float64, f"{name}:high": pl.Float64}
    root = pl.DataFrame([(low, high)], schema=schema, orient="row")
    return Axis(name, root, pl.DataFrame(ends, schema=schema, orient="row"))


def _beside(value: Fraction, *, whole: bool) -> tuple[float, float]:
    """The next values below and above that comparisons tell apart from this one."""
    if whole:
        return float(ceil(value) - 1), float(floor(value) + 1)
    slack = 1.5 * TOLERANCE * max(1.0, abs(float(value)))
    return float(value) - slack, float(value) + slack
