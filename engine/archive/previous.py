"""What the run of the year before gives for facts that ask for it (`previous: grade`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from engine.facts.cells import dtype

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.archive.run import Run
    from engine.programme import Programme
    from engine.programme.rules import Rules


def previous_values(run: Run, programmes: Iterable[Programme]) -> dict[str, pl.DataFrame]:
    """By kind, what each unit had in a run: `id`, and a column for each fact that asks for it.

    A grade or score that was still open is none.
    """
    found: dict[str, pl.DataFrame] = {}
    for book in (book for programme in programmes for book in programme.rulebooks):
        asked = {id_: said.previous for id_, said in book.said.facts.items() if said.previous is not None}
        if not asked or book.kind not in run.manifest["counts"]:
            continue
        table = _values(run, book, asked)
        others = found.get(book.kind)
        found[book.kind] = table if others is None else others.join(table, on="id", how="left", maintain_order="left")
    return found


def _values(run: Run, book: Rules, asked: dict[str, str]) -> pl.DataFrame:
    """The facts of one rulebook that ask for the year before."""
    facts = run.facts(book.kind)
    known = set(facts.collect_schema().names())
    table = facts.select("id", *(pl.col(name).alias(f"fact {name}") for name in set(asked.values()) if name in known))
    if book.id in run.manifest["rulebooks"]:
        ratings = run.ratings(book.id)
        answers = {f"title.{title.id}": pl.col(title.id) for title in book.titles}
        answers = {name: column for name, column in answers.items() if name[6:] in ratings.collect_schema()}
        answers |= {
            "grade": pl.col("grade").cast(pl.String),
            "score": pl.when(pl.col("points_low") == pl.col("points_high")).then("points_low"),
        }
        table = table.join(ratings.select("id", **answers), on="id", how="left", maintain_order="left")
    there = set(table.collect_schema().names())
    columns = {id_: name if name in there else f"fact {name}" for id_, name in asked.items()}
    types = {id_: dtype(book.facts[id_]) for id_ in asked}
    return table.select(
        "id",
        **{
            id_: (pl.col(name) if name in there else pl.lit(None)).cast(types[id_], strict=False)
            for id_, name in columns.items()
        },
    ).collect()
