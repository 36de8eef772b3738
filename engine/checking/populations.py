"""What lower units can give a unit: groups of lower units, gathered by the real rating."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from engine import scoring
from engine.checking.units import Subject, lenient, stored_type
from engine.expression import check
from engine.facts import Facts
from engine.rating import rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.checking.space import Space
    from engine.expression.syntax import Aggregate, Node
    from engine.programme import Programme
    from engine.programme.rules import Rules

POPULATION = "^population"
"""The column that names a unit's group of lower units."""
_GROUPS = 800
_SIZES = (1, 2, 3, 4, 5, 10, 10, 20)


@dataclass(frozen=True)
class Populations:
    """Groups of lower units.

    Attributes:
        tables: by kind, the lower units; those directly below name their group in `parent`.
        gathered: by group, what each aggregate over them is.
    """

    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    gathered: pl.DataFrame | None = None


def populations(
    programme: Programme,
    book: Rules,
    year: int,
    spaces: Mapping[str, Space],
    constants: Mapping[tuple[str, str], Node],
) -> Populations:
    """Groups of lower units for a rulebook that gathers from them.

    Args:
        programme: its programme.
        book: the rulebook.
        year: the year.
        spaces: what the units of lower rulebooks can be, by rulebook.
        constants: the parameters in force.
    """
    asked = scoring.aggregates(book)
    if not asked:
        return Populations()
    choices: dict[str, list[pl.DataFrame]] = {}
    for lower in programme.rulebooks:
        if lower.id in spaces:
            seen = {name for table in choices.get(lower.kind, ()) for name in table.columns}
            choices.setdefault(lower.kind, [])
            for table in _telling(asked.values(), Subject(programme, lower, year), spaces[lower.id], constants):
                own = [name for name in table.columns if name.isidentifier() and name not in seen]
                if own:
                    choices[lower.kind].append(table.select(own).unique(maintain_order=True))
    random = Random(book.id)  # noqa: S311 - the same groups every time
    tables: dict[str, pl.DataFrame] = {}
    _grow(programme, book.kind, [f"{at:04}" for at in range(_GROUPS)], choices, random, tables)
    return Populations(tables, gathered(programme, book, year, tables))


def _telling(
    asked: Iterable[Aggregate], subject: Subject, space: Space, constants: Mapping[tuple[str, str], Node]
) -> Iterator[pl.DataFrame]:
    """The choices of each part that differ in what is asked from above, or in whether a criterion is met."""
    book = subject.book
    items = [node.item for node in asked if node.kind == book.kind and node.item is not None]
    own = {str(at): item for at, item in enumerate(items) if not any(map(_is_result, check.leaves(item)))}
    found = subject.evaluate(space.varied, own, constants)
    truths = found.select(cs.boolean())
    start = 0
    for part in space.parts:
        answers = part.answers.select(cs.boolean()).with_row_index("^row")
        told = answers.hstack(truths.slice(start, answers.height))
        names = told.columns[1:]
        row = pl.col("^row")
        ends = told.group_by(names, maintain_order=True).agg(row.first().alias("^first"), row.last())
        start += answers.height
        yield part.choices[pl.concat([ends["^first"], ends["^row"]]).unique(maintain_order=True)]


def _is_result(leaf: check.Leaf) -> bool:
    """A leaf that only the rating of the lower unit or of the asking one can give."""
    return isinstance(leaf, (check.ResultLeaf, check.ThisLeaf, check.OutcomeLeaf))


def _grow(
    programme: Programme,
    kind: str,
    parents: Sequence[str],
    choices: Mapping[str, Sequence[pl.DataFrame]],
    random: Random,
    tables: dict[str, pl.DataFrame],
) -> None:
    """Give each parent a group of units of every kind below it."""
    for child in [name for name, above in programme.parents.items() if above == kind]:
        parts = choices.get(child, ())
        ids, above = [], []
        picks: list[list[int]] = [[] for _ in parts]
        for parent in parents:
            size = random.choice(_SIZES)
            group = [[0] * size for _ in parts]
            for place in random.sample(range(len(parts)), min(len(parts), random.choice((0, 1, 1, 2, 3)))):
                count = random.choice((1, size, max(1, size - 1), random.randint(1, size)))
                pick = random.randrange(parts[place].height)
                group[place][:count] = [pick] * count
            for place, column in enumerate(group):
                picks[place] += column
            ids += [f"{parent}{child[0]}{at:02}" for at in range(size)]
            above += [parent] * size
        columns = [table[pick] for table, pick in zip(parts, picks, strict=True)]
        frame = pl.DataFrame({"id": ids, "name": ids, "parent": above})
        tables[child] = (
            pl.concat([frame, *columns], how="horizontal")
            .with_columns(
                pl.lit(False).alias("_refused")  # noqa: FBT003
            )
            .sort("id")
        )
        _grow(programme, child, ids, choices, random, tables)


def gathered(programme: Programme, book: Rules, year: int, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What each aggregate is in each group, found by rating the groups."""
    upper = pl.DataFrame({"id": [f"{at:04}" for at in range(_GROUPS)]}).with_columns(
        pl.col("id").alias("name"),
        pl.lit(None, pl.String).alias("parent"),
        *(pl.lit(None, stored_type(column)).alias(id_) for id_, column in book.facts.items()),
        pl.lit(False).alias("_refused"),  # noqa: FBT003
    )
    below = tuple(item for item in programme.rulebooks if item.kind in tables)
    facts = Facts({**tables, book.kind: upper}, (), (), (), {})
    books = tuple(map(lenient, (*below, book)))
    rated = rate(replace(programme, rulebooks=books), facts, year=year).books[book.id].measures
    columns = {}
    for name, node in scoring.aggregates(book).items():
        columns[name] = pl.col(name[1:])
        if node.function not in {"any", "all"}:
            columns[f"{name}:high"] = pl.col(name[1:])
        if node.function == "share":
            columns[f"{name}:of"] = pl.col(f"{name[1:]}_of")
    return rated.select(pl.col("id").alias(POPULATION), **columns)
