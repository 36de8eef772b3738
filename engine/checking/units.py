"""Hypothetical units of a rulebook, rated by the real rating."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

import polars as pl

from engine import scoring
from engine.expression import typed
from engine.expression.columns import Range, Truth, table_column
from engine.expression.library import framed, unframed
from engine.facts import Facts
from engine.rating import rate
from engine.rating.frames import environment_of, working_frame
from engine.rulebook import Fact, Label
from engine.schema import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.expression.library import Expr
    from engine.expression.syntax import Node
    from engine.programme import Programme
    from engine.programme.rules import Check, Rules
    from engine.rating import BookRating

_TYPES: dict[str, pl.DataType] = {"count": pl.Int64(), "boolean": pl.Boolean(), "date": pl.Date()}
_TYPES |= dict.fromkeys(("number", "money", "ratio"), pl.Float64())


def stored_type(column: Column) -> pl.DataType:
    """How the values of a fact are stored."""
    return _TYPES.get(column.type, pl.String())


@dataclass(frozen=True)
class Subject:
    """A rulebook in a year, alone: what lower units give it stands in the table of its own units.

    Attributes:
        programme: its programme.
        book: the rulebook.
        year: the year whose parameters are in force.
    """

    programme: Programme
    book: Rules
    year: int

    def rate(self, frame: pl.DataFrame, *, measures: bool = False) -> BookRating:
        """Rate units, one row each; row and rating have the same place."""
        alone = replace(self.programme, rulebooks=(lenient(self.book),))
        frame = self.without_tables(frame)
        table = frame.select(
            pl.format("{}", pl.int_range(pl.len()).cast(pl.String).str.zfill(9)).alias("id"),
            pl.lit("").alias("name"),
            pl.lit(None, pl.String).alias("parent"),
            *frame.columns,
            *(pl.lit(1.0).alias(name) for name in self.counted if name not in frame.columns),
            pl.lit(False).alias("_refused"),  # noqa: FBT003
        )
        facts = Facts({self.book.kind: table}, (), (), (), {self.book.kind: table.height})
        rated = rate(alone, facts, year=self.year, measures=measures or bool(refusing(self.book)))
        return replace(rated.books[self.book.id], book=self.book)

    def without_tables(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The units; of those without a table of a lower kind nothing is known of its units."""
        columns = []
        for name, node in scoring.aggregates(self.book).items():
            table = table_column(typed.table_of(node.kind, node.via))
            if table in frame.columns and name in frame.columns:
                known, ends = pl.col(table).fill_null(True), scoring.unknown_ends(node)  # noqa: FBT003
                columns += [
                    pl.when(known).then(pl.col(column)).otherwise(pl.lit(end)).alias(column)
                    for column, end in zip((name, f"{name}:high"), ends, strict=False)
                ]
        return frame.with_columns(columns)

    def evaluate(
        self, frame: pl.DataFrame, nodes: Mapping[str, Node], constants: Mapping[tuple[str, str], Node]
    ) -> pl.DataFrame:
        """Expressions over units or boxes, under their names; of a number the high end too, with `:high`."""
        table = frame.with_columns(pl.lit(False).alias("_refused"))  # noqa: FBT003
        environment = environment_of(table, constants)
        layers = scoring.measure(self.book, framed(working_frame(table, {})), environment, {})
        columns: dict[str, Expr] = {}
        for name, value in layers.compile(nodes).items():
            if isinstance(value, Range):
                columns |= {name: value.low, f"{name}:high": value.high}
            elif isinstance(value, Truth):
                columns[name] = value.column
        return unframed(layers.frame.select(**columns)).collect()

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """The columns beside aggregates: of how many lower units a share is, how many each period has."""
        asked = scoring.aggregates(self.book).items()
        shares = tuple(f"{name}:of" for name, node in asked if node.function == "share")
        return (*shares, *(column for name, node in asked for column in scoring.beside(node, name)))

    def merit(self, frame: pl.DataFrame) -> pl.DataFrame:
        """How good each unit is, in columns that count in turn."""
        return merit(self.rate(frame))

    def answers(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """How good each unit is; its criteria, points, goods, and what the policy asks."""
        book, rated = self.book, self.rate(frame, measures=True)
        tables = [name for name in rated.measures.columns if name.startswith(("points:", "eligible:"))]
        applicable = [f"{item.id}_applicable" for item in book.criteria if item.applies is not None]
        answers = rated.ratings.select(
            pl.col("pending").alias("^pending"),
            *(item.id for item in book.criteria),
            *applicable,
            *(good.id for good in book.goods),
            *(pl.col(target.id).cast(pl.String) for target in book.targets),
        )
        numbers, symbols = rated.measures.select(tables), self.symbols(rated)
        return merit(rated), pl.concat([part for part in (answers, numbers, symbols) if part.width], how="horizontal")

    def symbols(self, rated: BookRating) -> pl.DataFrame:
        """The case of each unit, a column for each symbol: 0 no, 1 yes, 2 unknown."""
        columns, weight = [], 1
        for place, radix in enumerate(self.book.policy.radices):
            columns.append((pl.col("case") // weight % radix).alias(f"?{place}"))
            weight *= radix
        return rated.ratings.select(columns)

    @cached_property
    def outcome_atoms(self) -> frozenset[int]:
        """The places of the atoms that ask for what other answers sum up to: the score, goods."""
        return frozenset(
            place
            for place, atom in enumerate(self.book.atoms)
            if any(isinstance(leaf, typed.OutcomeLeaf) for leaf in typed.leaves(atom))
        )


def refusing(book: Rules) -> list[Check]:
    """The checks that stop a run: a unit that fails one is never rated."""
    return [item for item in book.checks if item.said.severity == "refuse"]


def lenient(book: Rules) -> Rules:
    """The rulebook with checks that only warn, so that hypothetical units can be rated and sorted out afterwards.

    Hypothetical units are no candidates beside each other: its selections rank nobody, and there are no seats to give.
    All of them are rated.
    """
    warning = {"severity": "warn"}
    selections = tuple(replace(item, keys=()) for item in book.selections)
    book = replace(book, selections=selections, settlements=(), scope=())
    return replace(book, checks=tuple(replace(item, said=item.said.model_copy(update=warning)) for item in book.checks))


def refusals(rated: BookRating) -> pl.Series:
    """How many checks refuse each unit for certain."""
    failed = [rated.measures[f"check:{item.id}"] == False for item in refusing(rated.book)]  # noqa: E712
    counts = (answer.fill_null(False).cast(pl.Int32) for answer in failed)  # noqa: FBT003
    return sum(counts, start=pl.repeat(0, rated.ratings.height, dtype=pl.Int32, eager=True)).alias("^refusals")


def merit(rated: BookRating) -> pl.DataFrame:
    """How good each unit is, by these columns in turn: the checks that refuse it, its grade, its titles, its points."""
    book = rated.book
    titles = [pl.col(title.id).fill_null(False).cast(pl.Int32) for title in book.titles]  # noqa: FBT003
    goods = [pl.col(good.id).fill_null(False).cast(pl.Int32) for good in book.goods]  # noqa: FBT003
    worst = len(book.grades)
    return rated.ratings.select(
        refusals(rated),
        (worst - pl.col("grade_low").to_physical().cast(pl.Int32)).alias("^grade"),
        pl.sum_horizontal(*titles, *goods, pl.lit(0)).alias("^honours"),
        pl.col("points_low").alias("^points"),
    )


def with_free_places(book: Rules) -> Rules:
    """The rulebook with places among others as facts of their own: others may be anything, and so may a place."""
    columns = {
        id_: Column(
            id_,
            "count" if rank.function == "rank" else "ratio",
            next(item.said.label for item in book.measures if item.id == id_) or Label(zh=id_),
            low=1.0 if rank.function == "rank" else 0.0,
            high=inf if rank.function == "rank" else 1.0,
        )
        for id_, rank in book.ranks.items()
    }
    if not columns:
        return book
    measures = tuple(
        replace(item, value=typed.fact_leaf(columns[item.id])) if item.id in columns else item for item in book.measures
    )
    facts = {id_: Fact(type=column.type, label=column.label) for id_, column in columns.items()}
    said = book.said.model_copy(update={"facts": {**book.said.facts, **facts}})
    return replace(book, measures=measures, facts={**book.facts, **columns}, said=said)
