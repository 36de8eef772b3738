"""The facts that a unit can have, in parts that can be chosen independently of each other.

Two facts belong to one part when some criterion, title or question of the policy reads both, or when one bounds the
other. Of each part some choices are kept that differ in what the rulebook answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Protocol

import polars as pl

from engine.checking.choices import CHOICES_MAX, joined, tried
from engine.checking.units import stored_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.checking.choices import Choice, Questions
    from engine.schema import Column


class Judge(Protocol):
    """Rates hypothetical units."""

    def merit(self, frame: pl.DataFrame) -> pl.DataFrame:
        """How many checks refuse each unit, and how good it is: `^refusals`, `^grade`, `^honours`, `^points`."""

    def answers(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """How good each unit is, and what is answered about it."""


_NOTHING = "^nothing"
"""The column of units about which nothing is asked."""
_ROUNDS = 3
"""How often the best of all parts is looked for: one part may hide that another could be better."""


@dataclass(frozen=True)
class Part:
    """Facts that hang together, and what they can be.

    Attributes:
        names: the facts (and aggregates over lower units).
        choices: their values, a row each, best first; any two differ in some answer.
        answers: what the rulebook answers to each, all other parts being at their best.
    """

    names: frozenset[str]
    choices: pl.DataFrame
    answers: pl.DataFrame


def table_of(choices: Sequence[Choice], columns: Mapping[str, Column]) -> pl.DataFrame:
    """Choices as a table."""
    names = list(choices[0]) if choices else []
    return pl.DataFrame(
        {
            name: pl.Series(name, [choice[name] for choice in choices], dtype=stored_type(columns[name]))
            for name in names
        }
    )


@dataclass(frozen=True)
class Space:
    """All the parts of a rulebook's facts."""

    judge: Judge
    parts: tuple[Part, ...]

    @property
    def best(self) -> pl.DataFrame:
        """The best unit that was found, as a table of one row."""
        return pl.concat([part.choices.head(1) for part in self.parts], how="horizontal")


def explore(judge: Judge, questions: Questions, populations: pl.DataFrame | None = None) -> Space:
    """Find the parts of a rulebook's facts, and what choices each of them has.

    Args:
        judge: rates units.
        questions: what is asked of which facts.
        populations: what aggregates over lower units can be together, a row each.
    """
    gathered = populations.columns if populations is not None else []
    groups = joined([*questions.parts, {name for name in gathered if not name.endswith(":high")}])
    tables = [_choices_of(questions, names, populations) for names in groups] or [pl.DataFrame({_NOTHING: [0]})]
    start = judge.merit(_varied(tables, [0] * len(tables)))
    heads = [ranked.item(0, "^row") for ranked in _ranked(start, tables)]
    for _ in range(_ROUNDS):
        order, answers = judge.answers(_varied(tables, heads))
        best = [ranked.row(0, named=True) for ranked in _ranked(order, tables)]
        if len({(unit["^refusals"], unit["^grade"], unit["^honours"]) for unit in best}) == 1:
            break
        heads = [unit["^row"] for unit in best]
    parts = []
    for table, names, ranked in zip(
        tables, groups or [frozenset()], _ranked(order.hstack(answers), tables), strict=True
    ):
        believed = ranked.filter(pl.col("^refusals") == ranked.item(0, "^refusals"))
        kept = believed.unique(answers.columns, keep="first", maintain_order=True) if answers.width else believed[:1]
        parts.append(Part(names, table[kept["^row"]], kept.select(answers.columns)))
    return Space(judge, tuple(parts))


def _ranked(units: pl.DataFrame, tables: Sequence[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The units that have each choice of one part, best first, with the place of the choice in `row`."""
    start = 0
    for table in tables:
        own = units.slice(start, table.height).with_row_index("^row")
        by = ["^refusals", "^grade", "^honours", "^points", "^row"]
        yield own.sort(by, descending=[False, True, True, True, False])
        start += table.height


def _choices_of(questions: Questions, names: frozenset[str], populations: pl.DataFrame | None) -> pl.DataFrame:
    """The values that the facts of a part can have, with what lower units can give where the part reads them."""
    own = tried(questions, names) if names & questions.columns.keys() else []
    table = table_of(own, questions.columns)
    if populations is None or not names & set(populations.columns):
        return table
    if not own:
        return populations
    # Each population with some choices of the own facts, and the other way round.
    random = Random(1)  # noqa: S311
    pairs = max(table.height, populations.height, CHOICES_MAX)
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
