"""What a rulebook asks of which facts, and values of facts that may answer differently."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import product
from math import isinf
from random import Random
from typing import TYPE_CHECKING

from engine.expression import syntax, typed
from engine.expression.columns import table_column
from engine.rulebook import Label
from engine.schema import NOT_ENTERED, NUMERIC, Column
from engine.scoring import tables_asked
from engine.thresholds import Reader
from engine.worth_trying import asked, exact, late_conditions, near, tests_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.programme.rules import Rules

Choice = dict[str, object]
"""Values for the facts of a part."""

_USUAL = (0, 1, 2, 3, 4, 5, 7, 10, 20, 100)
"""What is tried of any number, besides its bounds and where answers change."""
_MONEY = (0, 100, 5_000, 20_000)
_SEEDS = 24
CHOICES_MAX = 3_000


@dataclass(frozen=True)
class Probe:
    """A place where answers change.

    Attributes:
        names: the facts and aggregates that decide together.
        solved: the values of one of them at which the answer changes, the others being as given.
    """

    names: frozenset[str]
    solved: Callable[[str, Mapping[str, Fraction | None]], Iterator[Fraction]]


@dataclass(frozen=True)
class Questions:
    """What rulebooks ask of which facts.

    Attributes:
        columns: the facts.
        parts: the facts and aggregates that hang together.
        probes: where answers change.
        texts: the texts to which each fact is compared.
    """

    columns: Mapping[str, Column]
    parts: tuple[frozenset[str], ...]
    probes: tuple[Probe, ...]
    texts: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, book: Rules, constants: Mapping[tuple[str, str], Node]) -> Questions:
        """The questions of a rulebook with the parameters in force."""
        reader = Reader(book, constants)
        questions = asked(book)
        tests = tests_of(book, reader)
        probes = {Probe(frozenset(reader.variables(test.value)), partial(reader.solved, test)): None for test in tests}
        groups = [{name for node in nodes for name in reader.variables(node)} for nodes in questions]
        groups += [{one, other} for one, other in bounds_between(book.facts)]
        groups += [{id_} for id_ in book.facts]
        texts = {id_: _texts(id_, book) for id_, column in book.facts.items() if column.type == "text"}
        tables = [Column(table_column(kind), "boolean", Label(zh=kind)) for kind in tables_asked(book)]
        columns = {**book.facts, **{column.id: column for column in tables}}
        return cls(columns, joined(groups), tuple(probes), texts)

    def with_(self, other: Questions) -> Questions:
        """The questions of both."""
        names = {*self.texts, *other.texts}
        return Questions(
            {**other.columns, **self.columns},
            joined([*self.parts, *other.parts]),
            (*self.probes, *other.probes),
            {name: self.texts.get(name, frozenset()) | other.texts.get(name, frozenset()) for name in names},
        )


def _texts(name: str, book: Rules) -> frozenset[str]:
    """The texts to which a fact is compared."""
    nodes = [*(item.value for item in book.measures), *late_conditions(book), *book.atoms]
    nodes += [node for item in book.criteria for node in (item.require, item.applies) if node is not None]
    return frozenset(
        other.value
        for node in nodes
        for comparison in _comparisons(node)
        for other in comparison
        if isinstance(other, syntax.Text) and any(_is_fact(item, name) for item in comparison)
    )


def _comparisons(node: Node) -> Iterable[tuple[Node, ...]]:
    if isinstance(node, syntax.Comparison):
        yield node.operands
    if isinstance(node, syntax.Membership):
        yield (node.item, *node.options)
    for child in syntax.children(node):
        yield from _comparisons(child)


def _is_fact(node: Node, name: str) -> bool:
    return isinstance(node, typed.FactLeaf) and node.column.id == name


def joined(groups: Iterable[Iterable[str]]) -> tuple[frozenset[str], ...]:
    """The groups, those that share a name made one."""
    parts: list[set[str]] = []
    for group in groups:
        apart = []
        merged = set(group)
        if not merged:
            continue
        for part in parts:
            if part & merged:
                merged |= part
            else:
                apart.append(part)
        parts = [*apart, merged]
    return tuple(map(frozenset, parts))


# Values to try


def tried(questions: Questions, names: Iterable[str]) -> list[Choice]:
    """Values of facts that hang together: those at which answers change, and some usual ones."""
    random = Random(CHOICES_MAX)  # noqa: S311 - the same choices every time
    columns = questions.columns
    own = sorted(name for name in names if name in columns)
    probes = [probe for probe in questions.probes if probe.names & set(own)]
    pools = {name: _pool(questions, columns[name], probes) for name in own}
    bounds = [pair for pair in bounds_between(columns) if set(pair) <= set(own)]
    choices = [choice for choice in _combinations(pools, random, CHOICES_MAX // 3) if fits(choice, bounds)]
    for probe in probes:
        if len(probe.names) == 1:
            continue
        seeds = random.sample(choices, min(_SEEDS, len(choices)))
        for name in sorted(probe.names & set(own)):
            choices += [
                {**seed, name: value}
                for seed in seeds
                for solved in probe.solved(name, _exact(seed))
                for value in near(solved, columns[name])
            ]
    found = {tuple(choice.values()): choice for choice in choices if fits(choice, bounds)}
    kept = list(found.values())
    return kept if len(kept) <= CHOICES_MAX else random.sample(kept, CHOICES_MAX)


def _pool(questions: Questions, column: Column, probes: Iterable[Probe]) -> list[object]:
    """The values of one fact to try."""
    optional: list[object] = [None] if column.blank == NOT_ENTERED else []
    if column.type == "boolean":
        return [True, False, *optional]
    if column.choices is not None:
        return [*column.choices, *optional]
    if column.type not in NUMERIC | {"date"}:
        return [*sorted(questions.texts.get(column.id, ())), "-", *optional]
    usual = {"date": (0,), "money": _MONEY, "ratio": (0, Fraction(1, 2), 1)}.get(column.type, _USUAL)
    start = Fraction(0) if isinf(column.least) else Fraction(column.least)
    values = {start + Fraction(value) for value in usual}
    values |= {Fraction(end) for end in (column.least, column.most) if not isinf(end)}
    for probe in probes:
        if probe.names == {column.id}:
            values |= set(probe.solved(column.id, {}))
    texts = sorted({stored for value in values for stored in near(value, column)}, key=str)
    return [*texts, *optional]


def _exact(choice: Choice) -> dict[str, Fraction | None]:
    """The numbers of a choice."""
    return {name: exact(value) for name, value in choice.items()}


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
