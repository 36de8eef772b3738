"""Read the value of any expression of a rulebook for the units that were rated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine.expression import syntax, typed
from engine.expression.columns import Environment, Range, column_name
from engine.expression.library import framed, unframed
from engine.rating.columns import measure_columns
from engine.rating.frames import constants_in_force, tables_above, working_frame
from engine.scoring import Layers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.programme import Programme
    from engine.rating import BookRating, Rating

Ends = tuple[float | None, float | None]
"""The range of a number; both ends null where nothing is known."""
Values = list[Any]
"""For each unit the `Ends` of a number, or true, false or null."""


def probe(rating: Rating, book: str, kind: str, asking: str | None, nodes: Mapping[str, Node]) -> dict[str, Values]:
    """The values of expressions for all units of a kind.

    Args:
        rating: a rating of one programme.
        book: the rulebook that says the expressions: its own are the score, goods and grade that they name.
        kind: whose units the expressions are about.
        asking: inside an aggregate, the kind of the units that ask.
        nodes: expressions, each under a name.
    """
    (programme,) = rating.programmes
    frame = _frame(rating, kind, programme, book)
    asked = {column_name(leaf): leaf.item for node in nodes.values() for leaf in _asked(node)}
    environment = Environment(constants_in_force(programme, rating.year))
    if asking is not None and asked:
        above = _compiled(_frame(rating, asking, programme, book), environment, asked)
        frame = frame.join(above, left_on=f"^{asking}", right_on="id", how="left", maintain_order="left")
    names = {f"??{name}": node for name, node in nodes.items()}
    found = _compiled(frame, environment, names).collect()
    values: dict[str, Values] = {}
    for name in nodes:
        low = found[f"??{name}"].to_list()
        high = found[f"??{name}:high"].to_list() if f"??{name}:high" in found.columns else None
        values[name] = low if high is None else list(zip(low, high, strict=True))
    return values


def _asked(node: Node) -> Iterable[typed.ThisLeaf]:
    if isinstance(node, typed.ThisLeaf):
        yield node
    for child in syntax.children(node):
        yield from _asked(child)


def _compiled(frame: pl.LazyFrame, environment: Environment, nodes: Mapping[str, Node]) -> pl.LazyFrame:
    """The ids, and each expression under its name; of a number always both ends."""
    layers: Layers = Layers(framed(frame), environment)
    columns = ["id"]
    for name, value in layers.compile(nodes).items():
        is_number = isinstance(value, Range)
        low, high = (value.low, value.high) if isinstance(value, Range) else (value.column, None)
        layers.frame = layers.frame.with_columns(low.alias(name))
        if is_number and high is not None:
            layers.frame = layers.frame.with_columns(high.alias(f"{name}:high"))
        columns += [name, *([f"{name}:high"] if is_number else [])]
    return unframed(layers.frame).select(columns)


def _frame(rating: Rating, kind: str, programme: Programme, book: str) -> pl.LazyFrame:
    """The facts of a kind with everything that rulebooks found, under the names that the expressions of one read."""
    tables = rating.facts.tables
    frame = working_frame(tables[kind], tables_above(kind, programme.parents, tables))
    for found in sorted(rating.books.values(), key=lambda found: found.book.id == book):  # its own names count
        if found.book.kind == kind:
            frame = frame.with_columns(_found(found))
    return frame


def _found(found: BookRating) -> Sequence[pl.Series]:
    """The columns of a rulebook's results: rows are in order of id, as those of the facts."""
    book, ratings, measures = found.book, found.ratings, found.measures
    columns: dict[str, pl.Series] = {}
    for column, name in measure_columns(book).items():
        columns[column] = low = measures[name]
        if low.dtype.is_numeric():
            high = measures[f"{name}_high"] if f"{name}_high" in measures.columns else low
            columns[f"{column}:high"] = high.fill_null(low)
    columns |= {"score": ratings["points_low"], "score:high": ratings["points_high"]}
    worst = len(book.grades) - 1
    for part in ("grade", "proposed"):
        for end, suffix in (("low", ""), ("high", ":high")):
            columns[part + suffix] = worst - ratings[f"{part}_{end}"].to_physical().cast(pl.Float64)
    for part in ("score", "grade"):
        columns |= {f"{book.id}:{part}{suffix}": columns[part + suffix] for suffix in ("", ":high")}
    for good in book.goods:
        columns[f"good.{good.id}"] = columns[f"{book.id}:good.{good.id}"] = ratings[good.id]
    columns |= {f"{book.id}:title.{title.id}": ratings[title.id] for title in book.titles}
    return [series.alias(name) for name, series in columns.items()]
