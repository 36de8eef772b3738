"""The facts that a unit can have, in parts that can be chosen independently of each other.

Two facts belong to one part when some criterion, title or question of the policy reads both, or when one bounds the
other. Of each part some choices are kept that differ in what the rulebook answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import inf, isinf
from random import Random
from typing import TYPE_CHECKING

import polars as pl

from engine.checking.candidates import Reader, around
from engine.checking.units import merit, stored_type
from engine.expression import check, syntax
from engine.expression.columns import EPOCH
from engine.schema import NOT_ENTERED, NUMERIC

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.checking.candidates import Test
    from engine.checking.units import Subject
    from engine.expression.syntax import Node
    from engine.schema import Column

Choice = dict[str, object]
"""Values for the facts of a part."""

_STEPS = {"count": Fraction(1), "date": Fraction(1), "ratio": Fraction(1, 1000)}
_STEP = Fraction(1, 100)
_USUAL = (0, 1, 2, 3, 4, 5, 7, 10, 20, 100)
"""What is tried of any number, besides its bounds and where answers change."""
_MONEY = (0, 100, 5_000, 20_000)
_SEEDS = 50
_CHOICES_MAX = 3_000


@dataclass(frozen=True)
class Part:
    """Facts that hang together, and what they can be.

    Attributes:
        names: the facts (and aggregates over lower units).
        choices: their values, a row each, best first; any two differ in some answer.
        answers: what the rulebook answers to each, all other parts being at their best.
    """

    names: tuple[str, ...]
    choices: pl.DataFrame
    answers: pl.DataFrame


class Questions:
    """What a rulebook asks of which facts."""

    def __init__(self, subject: Subject, constants: Mapping[tuple[str, str], Node]) -> None:
        self.book = subject.book
        self.reader = Reader(subject.book, constants)
        self.tests: list[Test] = []
        groups: list[set[str]] = []
        for criterion in self.book.criteria:
            of = getattr(criterion.points, "of", None)
            self.tests += [*self.reader.table(criterion.points)]
            groups.append(self.read(criterion.require, criterion.applies, of))
        groups += [self.read(title.when) for title in self.book.titles]
        groups += [self.read(item.require) for item in self.book.checks if item.said.severity == "refuse"]
        groups += [self.read(atom) for atom in self.book.atoms]
        groups += [{entry.id} for entry in self.book.entries]
        groups += [
            {column.id, bound}
            for column in self.book.facts.values()
            for bound in (column.low, column.high)
            if isinstance(bound, str)
        ]
        groups += [{id_} for id_ in self.book.facts]
        self.parts = _joined(groups)

    def read(self, *nodes: Node | None) -> set[str]:
        self.tests += [test for node in nodes for test in self.reader.tests(node)]
        return {name for node in nodes for name in self.reader.variables(node)}

    def texts(self, name: str) -> set[str]:
        """The texts to which a fact is compared."""
        nodes = [item.value for item in self.book.measures] + list(self.book.atoms)
        nodes += [node for item in self.book.criteria for node in (item.require, item.applies) if node is not None]
        return {
            other.value
            for node in nodes
            for comparison in _comparisons(node)
            for other in comparison
            if isinstance(other, syntax.Text) and any(_is_fact(item, name) for item in comparison)
        }


def _comparisons(node: Node) -> Iterable[tuple[Node, ...]]:
    if isinstance(node, syntax.Comparison):
        yield node.operands
    if isinstance(node, syntax.Membership):
        yield (node.item, *node.options)
    for child in syntax.children(node):
        yield from _comparisons(child)


def _is_fact(node: Node, name: str) -> bool:
    return isinstance(node, check.FactLeaf) and node.column.id == name


def _joined(groups: Iterable[set[str]]) -> list[tuple[str, ...]]:
    """The groups, those that share a name made one."""
    parts: list[set[str]] = []
    for group in groups:
        if not group:
            continue
        apart = []
        merged = set(group)
        for part in parts:
            if part & merged:
                merged |= part
            else:
                apart.append(part)
        parts = [*apart, merged]
    return [tuple(sorted(part)) for part in parts]


# Values to try


def tried(questions: Questions, names: Sequence[str], columns: Mapping[str, Column]) -> list[Choice]:
    """Values of facts that hang together: those at which answers change, and some usual ones."""
    random = Random(len(names))  # noqa: S311 - the same choices every time
    own = [name for name in names if name in columns]
    tests = [(test, questions.reader.variables(test.value)) for test in questions.tests]
    tests = [(test, facts) for test, facts in tests if facts & set(own)]
    pools = {name: _pool(questions, columns[name], tests) for name in own}
    bounds = [pair for pair in bounds_between(columns) if set(pair) <= set(own)]
    choices = [choice for choice in _combinations(pools, random, _CHOICES_MAX // 3) if fits(choice, bounds)]
    for test, facts in tests:
        if len(facts) == 1:
            continue
        seeds = random.sample(choices, min(_SEEDS, len(choices)))
        for name in sorted(facts & set(own)):
            choices += [
                {**seed, name: value}
                for seed in seeds
                for solved in questions.reader.solved(test, name, _exact(seed))
                for value in _near(solved, columns[name])
            ]
    found = {tuple(choice.values()): choice for choice in choices if fits(choice, bounds)}
    kept = list(found.values())
    return kept if len(kept) <= _CHOICES_MAX else random.sample(kept, _CHOICES_MAX)


def _pool(questions: Questions, column: Column, tests: Sequence[tuple[Test, set[str]]]) -> list[object]:
    """The values of one fact to try."""
    optional: list[object] = [None] if column.blank == NOT_ENTERED else []
    if column.type == "boolean":
        return [True, False, *optional]
    if column.choices is not None:
        return [*column.choices, *optional]
    if column.type not in NUMERIC | {"date"}:
        return [*sorted(questions.texts(column.id)), "-", *optional]
    usual = {"date": (0,), "money": _MONEY, "ratio": (0, Fraction(1, 2), 1)}.get(column.type, _USUAL)
    start = Fraction(column.low) if isinstance(column.low, float) and not isinf(column.low) else Fraction(0)
    values = {start + Fraction(value) for value in usual}
    values |= {Fraction(end) for end in (column.low, column.high) if isinstance(end, float) and not isinf(end)}
    for test, facts in tests:
        if facts == {column.id}:
            values |= set(questions.reader.solved(test, column.id, {}))
    texts = sorted({near for value in values for near in _near(value, column)}, key=str)
    return [*texts, *optional]


def _near(value: Fraction, column: Column) -> list[object]:
    """A number and its neighbours, as the fact stores them, those that lie within the fact's own bounds."""
    step = _STEPS.get(column.type, _STEP)
    low, high = (end if isinstance(end, float) else -inf for end in (column.low, column.high))
    high = inf if isinstance(column.high, str) else high
    return [_stored(near, column) for near in dict.fromkeys(around(value, step)) if low <= near <= high]


def _stored(value: Fraction, column: Column) -> object:
    if column.type == "count":
        return int(value)
    if column.type == "date":
        days = int(value)
        return EPOCH.fromordinal(EPOCH.toordinal() + days)
    return float(value)


def _exact(choice: Choice) -> dict[str, Fraction | None]:
    """The numbers of a choice."""
    return {name: exact(value) for name, value in choice.items()}


def exact(value: object) -> Fraction | None:
    """A number or date as a fraction."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        return Fraction(str(value))
    return Fraction(value.toordinal() - EPOCH.toordinal())  # type: ignore[attr-defined]


def _combinations(pools: Mapping[str, Sequence[object]], random: Random, most: int) -> list[Choice]:
    """All combinations of values, or some."""
    count = 1
    for pool in pools.values():
        count *= len(pool)
    if count <= most:
        return [dict(zip(pools, values, strict=True)) for values in product(*pools.values())]
    found = [{name: random.choice(pool) for name, pool in pools.items()} for _ in range(most)]
    for name, pool in pools.items():
        found += [{**found[at], name: value} for at in range(4) for value in pool]
    return found


def bounds_between(columns: Mapping[str, Column]) -> list[tuple[str, str]]:
    """Pairs of facts of which the first is never more than the second."""
    lows = [(column.low, column.id) for column in columns.values() if isinstance(column.low, str)]
    return lows + [(column.id, column.high) for column in columns.values() if isinstance(column.high, str)]


def fits(choice: Choice, bounds: Iterable[tuple[str, str]]) -> bool:
    """Whether all values lie within the bounds that other facts set."""
    values = ((choice.get(less), choice.get(more)) for less, more in bounds)
    return all(less is None or more is None or less <= more for less, more in values)  # type: ignore[operator]


# Choices of parts


def table_of(choices: Sequence[Choice], columns: Mapping[str, Column]) -> pl.DataFrame:
    """Choices as a table."""
    names = list(choices[0]) if choices else []
    return pl.DataFrame(
        {name: pl.Series(name, [choice[name] for choice in choices], dtype=stored_type(columns[name])) for name in names}
    )


@dataclass(frozen=True)
class Space:
    """All the parts of a rulebook's facts."""

    subject: Subject
    parts: tuple[Part, ...]

    @property
    def varied(self) -> pl.DataFrame:
        """The best unit with each choice of each part in turn."""
        return _varied([part.choices for part in self.parts], [0] * len(self.parts))

    @property
    def best(self) -> pl.DataFrame:
        """The best unit that was found, as a table of one row."""
        return pl.concat([part.choices.head(1) for part in self.parts], how="horizontal")


def explore(
    subject: Subject,
    constants: Mapping[tuple[str, str], Node],
    populations: pl.DataFrame | None = None,
) -> Space:
    """Find the parts of a rulebook's facts, and what choices each of them has.

    Args:
        subject: the rulebook in a year.
        constants: the parameters in force.
        populations: what aggregates over lower units can be together, a row each.
    """
    questions = Questions(subject, constants)
    columns = subject.book.facts
    gathered = populations.columns if populations is not None else []
    groups = _joined([*map(set, questions.parts), {name for name in gathered if not name.endswith(":high")}])
    tables = [_choices_of(questions, names, columns, populations) for names in groups]
    heads = [0] * len(tables)
    for _ in range(2):
        order = merit(subject.rate(_varied(tables, heads)))
        heads = [ranked.item(0, "row") for ranked in _ranked(order, tables)]
    rated = subject.rate(_varied(tables, heads), measures=True)
    answers = subject.answers(rated)
    parts = []
    for table, names, ranked in zip(tables, groups, _ranked(merit(rated).hstack(answers), tables), strict=True):
        kept = ranked.unique(subset=answers.columns, keep="first", maintain_order=True)
        parts.append(Part(names, table[kept["row"]], kept.select(answers.columns)))
    return Space(subject, tuple(parts))


def _ranked(units: pl.DataFrame, tables: Sequence[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The units that have each choice of one part, best first, with the place of the choice in `row`."""
    start = 0
    for table in tables:
        own = units.slice(start, table.height).with_row_index("row")
        yield own.sort(["grade", "honours", "points", "row"], descending=[True, True, True, False])
        start += table.height


def _choices_of(
    questions: Questions, names: Sequence[str], columns: Mapping[str, Column], populations: pl.DataFrame | None
) -> pl.DataFrame:
    """The values that the facts of a part can have, with what lower units can give where the part reads them."""
    own = tried(questions, names, columns) if any(name in columns for name in names) else []
    table = table_of(own, columns)
    if populations is None or not set(names) & set(populations.columns):
        return table
    if not own:
        return populations
    # Each population with some choices of the own facts, and the other way round.
    random = Random(1)  # noqa: S311
    pairs = max(table.height, populations.height, _CHOICES_MAX)
    left = [random.randrange(table.height) for _ in range(pairs)]
    right = [random.randrange(populations.height) for _ in range(pairs)]
    return table[left].hstack(populations[right])


def _varied(tables: Sequence[pl.DataFrame], heads: Sequence[int]) -> pl.DataFrame:
    """For each choice of each part a unit that has it, and else the choices that the heads name."""
    total = sum(table.height for table in tables)
    columns, start = [], 0
    for table, head in zip(tables, heads, strict=True):
        others = [pl.repeat(head, count, eager=True) for count in (start, total - start - table.height)]
        picks = pl.concat([others[0], pl.int_range(table.height, eager=True).cast(pl.Int32), others[1]])
        columns.append(table[picks])
        start += table.height
    return pl.concat(columns, how="horizontal")
