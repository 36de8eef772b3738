"""Lower units as they are asked about from above: what their own rulebook answers, and what an upper one reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from engine.checking.choices import Probe, Questions, joined
from engine.checking.space import explore
from engine.expression import check, syntax, typed
from engine.expression.days import day_of, periods
from engine.thresholds import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.checking.space import Part, Space
    from engine.checking.units import Subject
    from engine.expression.syntax import Aggregate, Node

_SPREAD = 6
"""How many values of a number that is gathered are kept of each part."""


@dataclass(frozen=True)
class _Asked:
    """Judges lower units.

    Attributes:
        subject: their rulebook.
        items: what is read from above, by name.
        constants: the parameters in force.
    """

    subject: Subject
    items: Mapping[str, Node]
    constants: Mapping[tuple[str, str], Node]

    def merit(self, frame: pl.DataFrame) -> pl.DataFrame:
        """How good each unit is."""
        return self.subject.merit(frame)

    def answers(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """How good each unit is; what its rulebook answers, and what is read from above."""
        order, answers = self.subject.answers(frame)
        if not self.items:
            return order, answers
        return order, answers.hstack(self.subject.evaluate(frame, self.items, self.constants))


def telling(
    asked: Iterable[Aggregate],
    subject: Subject,
    constants: Mapping[tuple[str, str], Node],
    gathered: pl.DataFrame | None,
) -> Iterator[pl.DataFrame]:
    """For each part of the facts the choices that differ in what is asked from above, or in what is met.

    Args:
        asked: the aggregates of the upper rulebook.
        subject: the lower rulebook.
        constants: the parameters in force.
        gathered: what the lower units themselves gather from below.
    """
    book = subject.book
    own = [node for node in asked if node.kind == book.kind]
    nodes = [node.item for node in own if node.item is not None]
    nodes += [test for node in own for test in _within_periods(node, subject.year)]
    items = {f"^{at}": item for at, item in enumerate(item for node in nodes for item in _readable(node, book.id))}
    questions = Questions.of(book, constants).with_(_questions(Reader(book, constants), items.values()))
    for part in explore(_Asked(subject, items, constants), questions, gathered).parts:
        yield part.choices[_rows(part, items)]


def _within_periods(node: Aggregate, year: int) -> Iterator[Node]:
    """In which period a unit is dated."""
    if node.day is None:
        return
    for ends in periods(node.period, year):
        for sign, day in zip((">=", "<="), ends, strict=True):
            yield syntax.Comparison(0, 0, (sign,), (node.day, syntax.Day(0, 0, day_of(day))))


def told(space: Space) -> list[pl.DataFrame]:
    """For each part of a space choices with every answer that was seen."""
    return [part.choices[_rows(part, {})] for part in space.parts]


def _readable(node: Node, book: str) -> Iterator[Node]:
    """The largest parts of an expression that the facts and measures of one lower rulebook decide."""
    if not any(_is_found_elsewhere(leaf, book) for leaf in typed.leaves(node)):
        if check.type_of(node).name in {"number", "date", "boolean"} and not isinstance(node, _CONSTANT):
            yield node
        return
    if not isinstance(node, typed.Leaf):
        for child in syntax.children(node):
            yield from _readable(child, book)


def _is_found_elsewhere(leaf: typed.Leaf, book: str) -> bool:
    """Whether only a rating can tell, or another rulebook."""
    if isinstance(leaf, typed.MeasureLeaf):
        return leaf.rulebook != book
    return isinstance(leaf, (typed.ResultLeaf, typed.ThisLeaf, typed.OutcomeLeaf))


_CONSTANT = (syntax.Number, syntax.Day, syntax.Truth, typed.ParameterLeaf)


def _questions(reader: Reader, items: Iterable[Node]) -> Questions:
    """What an upper rulebook asks of which facts."""
    nodes = list(items)
    tests = [test for node in nodes for test in reader.tests(node)]
    probes = {Probe(frozenset(reader.variables(test.value)), partial(reader.solved, test)): None for test in tests}
    return Questions(reader.book.facts, joined(map(reader.variables, nodes)), tuple(probes), {})


def _rows(part: Part, items: Mapping[str, Node]) -> pl.Series:
    """Choices with every answer that was seen, the first and the last of each; and of each number a few values."""
    answers = part.answers.with_row_index("^row")
    numbers = [name for name in items if name in answers.columns and answers[name].dtype.is_float()]
    told = answers.with_columns(pl.col(name).is_finite().alias(f"{name} is known") for name in numbers)
    groups = told.group_by(cs.boolean(), maintain_order=True) if told.select(cs.boolean()).width else None
    rows = [told["^row"].head(1)] if groups is None else [frame["^row"][[0, -1]] for _, frame in groups]
    for name in numbers:
        ranked = told.unique(subset=name, keep="first", maintain_order=True).sort(name)["^row"]
        rows += [ranked.gather_every(max(1, ranked.len() // _SPREAD)), ranked.tail(1)]
    return pl.concat(rows).unique(maintain_order=True)
