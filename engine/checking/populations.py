"""What lower units can give a unit: groups of lower units, gathered by the real rating."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING

import polars as pl

from engine import scoring
from engine.checking.units import lenient, stored_type
from engine.facts import Facts
from engine.rating import rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.expression.syntax import Aggregate
    from engine.programme import Programme
    from engine.programme.rules import Rules

POPULATION = "^population"
"""The column that names a unit's group of lower units."""
_GROUPS = 1600
_UNITS = 64_000
"""About how many units a kind gets: further down, where parents are many, groups are smaller."""
_SIZES = (1, 2, 3, 4, 5, 10, 10, 20)
_RECORDS = (0, 1, 2, 3, 4, 6, 8, 12, 24)
"""How many lower units, and how many records, a unit has."""
_MIXED = 0.5
"""How often records of a group differ all from each other."""
_NAMES = ("id", "name", "parent")


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
    below: Mapping[str, Iterable[pl.DataFrame]],
) -> Populations:
    """Groups of lower units for a rulebook that gathers from them.

    Args:
        programme: its programme.
        book: the rulebook.
        year: the year.
        below: for each lower rulebook the choices of each part of its facts.
    """
    asked = scoring.aggregates(book)
    if not asked:
        return Populations()
    choices: dict[str, list[pl.DataFrame]] = {}
    for lower in programme.rulebooks:
        if lower.id in below:
            seen = {name for table in choices.get(lower.kind, ()) for name in table.columns}
            choices.setdefault(lower.kind, [])
            for table in below[lower.id]:
                own = [name for name in table.columns if name.isidentifier() and name not in seen]
                if own:
                    choices[lower.kind].append(table.select(own).unique(maintain_order=True))
    random = Random(book.id)  # noqa: S311 - the same groups every time
    tables: dict[str, pl.DataFrame] = {}
    links = _links(asked.values())
    _grow(programme, book.kind, [f"{at:04}" for at in range(_GROUPS)], choices, random, tables, links)
    _fill(programme, tables)
    return Populations(tables, gathered(programme, book, year, tables))


def _fill(programme: Programme, tables: dict[str, pl.DataFrame]) -> None:
    """Make gaps of the facts of lower units on which nothing turned, such as those of events."""
    for lower in programme.rulebooks:
        if lower.kind in tables:
            table = tables[lower.kind]
            absent = {id_: column for id_, column in lower.facts.items() if id_ not in table.columns}
            gaps = (pl.lit(None, stored_type(column)).alias(id_) for id_, column in absent.items())
            tables[lower.kind] = table.with_columns(*gaps)


def _links(asked: Iterable[Aggregate]) -> dict[str, list[str]]:
    """The kinds that are asked through references, with these."""
    found: dict[str, list[str]] = {}
    for node in asked:
        if node.via and node.via not in found.setdefault(node.kind, []):
            found[node.kind].append(node.via)
    return found


def _grow(
    programme: Programme,
    kind: str,
    parents: Sequence[str],
    choices: Mapping[str, Sequence[pl.DataFrame]],
    random: Random,
    tables: dict[str, pl.DataFrame],
    links: Mapping[str, Sequence[str]],
) -> None:
    """Give each parent a group of units of every kind below it, and of every kind that refers to it (`links`)."""
    below = [name for name, above in programme.parents.items() if above == kind]
    for child in dict.fromkeys([*below, *links]):
        is_record = child in programme.said.records
        sizes = [size for size in (_RECORDS if is_record else _SIZES) if size * len(parents) <= _UNITS] or [1]
        parts = choices.get(child, ())
        ids, above = [], []
        picks: list[list[int]] = [[] for _ in parts]
        for parent in parents:
            size = random.choice(sizes)
            group = [[0] * size for _ in parts]
            for place in random.sample(range(len(parts)), min(len(parts), random.choice((0, 1, 1, 2, 3)))):
                count = random.choice((1, size, max(1, size - 1), random.randint(1, size))) if size else 0
                pick = random.randrange(parts[place].height)
                group[place][:count] = [pick] * count
                if is_record and random.random() < _MIXED:
                    group[place] = [random.randrange(parts[place].height) for _ in range(size)]
            for place, column in enumerate(group):
                picks[place] += column
            ids += [f"{parent}{child[0]}{at:02}" for at in range(size)]
            above += [parent] * size
        columns = [table[pick] for table, pick in zip(parts, picks, strict=True)]
        frame = pl.DataFrame({"id": ids, "name": ids, "parent": above}, schema=dict.fromkeys(_NAMES, pl.String))
        columns = [table.drop(links.get(child, ()), strict=False) for table in columns]
        columns.append(pl.DataFrame(dict.fromkeys(links.get(child, ()), above)))
        tables[child] = (
            pl.concat([frame, *columns], how="horizontal")
            .with_columns(
                pl.lit(False).alias("_refused")  # noqa: FBT003
            )
            .sort("id")
        )
        _grow(programme, child, ids, choices, random, tables, {})


def gathered(programme: Programme, book: Rules, year: int, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What each aggregate is in each group, found by rating the groups."""
    # Also the facts that another rulebook of the kind declares.
    books = [item for item in programme.rulebooks if item.kind == book.kind]
    columns = {id_: column for item in books for id_, column in item.facts.items()}
    upper = pl.DataFrame({"id": [f"{at:04}" for at in range(_GROUPS)]}).with_columns(
        pl.col("id").alias("name"),
        pl.lit(None, pl.String).alias("parent"),
        *(pl.lit(None, stored_type(column)).alias(id_) for id_, column in columns.items()),
        pl.lit(False).alias("_refused"),  # noqa: FBT003
    )
    below = tuple(item for item in programme.rulebooks if item.kind in tables)
    facts = Facts({**tables, book.kind: upper}, (), (), (), {})
    lenient_books = tuple(map(lenient, (*below, book)))
    rated = rate(replace(programme, rulebooks=lenient_books), facts, year=year).books[book.id].measures
    answers = {}
    for name, node in scoring.aggregates(book).items():
        answers[name] = pl.col(name[1:])
        if node.function not in {"any", "all"}:
            answers[f"{name}:high"] = pl.col(name[1:])
        if node.function == "share":
            answers[f"{name}:of"] = pl.col(f"{name[1:]}_of")
    return rated.select(pl.col("id").alias(POPULATION), **answers)
