"""What a run was made from, to rate it again: its programmes, and its facts or those of some units."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.archive.run import damaged, scan_table
from engine.diagnostic import Diagnostic, Place
from engine.facts import Facts, Origin, Rejection, Ruling
from engine.facts.cells import dtype
from engine.facts.reading import IDENTITY
from engine.kin import among
from engine.programme import load
from engine.programme import tables as tables_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from engine.archive.run import Run
    from engine.programme import Programme
    from engine.programme.overlays import Overlay
    from engine.schema import Table

_ORIGINALS = "facts/originals.json"


def programmes_of(run: Run, others: Iterable[Overlay] = ()) -> tuple[Programme, ...]:
    """The programmes as the run keeps them, in the order in which it was rated, with its overlays.

    Args:
        run: the run.
        others: more overlays, after its own.

    Raises:
        InvalidRulesError: they cannot be read.
    """
    rules = run.folder / "rules"
    listed = run.manifest["programmes"]
    unlisted = {path.parent.name for path in rules.glob("*/programme.yaml")}.difference(listed)
    own = [run.folder / item["file"] for item in run.manifest.get("overlays", ())]
    return load([rules / id_ for id_ in (*listed, *sorted(unlisted))] or [rules], [*own, *others], alone=True)


def facts_of(
    run: Run,
    programmes: Sequence[Programme],
    only: Mapping[str, pl.Series] | None = None,
    *,
    faulty: Container[str] = (),
) -> Facts:
    """The facts as the run keeps them, of every kind that it has.

    Args:
        run: the run.
        programmes: its programmes.
        only: the ids of the units to read, by kind; none of a kind that is not named.
        faulty: files that are not to be read.

    Raises:
        InvalidRunError: a table is missing, or not as reading facts makes it.
    """
    schema = tables_of(programmes)
    tables = {}
    for kind in run.manifest["counts"]:
        name = f"facts/{kind}.parquet"
        if name in faulty:
            raise damaged(run.folder, name, "run_part_changed")
        ids = None if only is None else only.get(kind, pl.Series(dtype=pl.String))
        tables[kind] = _table(run, name, schema.get(kind), ids)
    read = {kind: counts["read"] for kind, counts in run.manifest["counts"].items()}
    origins = _as_rated(run, programmes) if _ORIGINALS in faulty else _as_received(run)
    refused = () if "rejections.json" in faulty else tuple(map(_rejection, run.rejections))
    rulings = tuple(Ruling(**item) for item in run.rulings)
    return Facts(tables, origins, refused, (), read, rulings=rulings, previous=run.previous)


def conformed(facts: Facts, programmes: Sequence[Programme]) -> Facts:
    """Facts as tables that programmes read: what those do not know falls away, what is not there is a gap."""
    tables = {}
    for kind, table in tables_of(programmes).items():
        if kind in facts.tables:
            given = facts.tables[kind]
            columns: list[pl.Expr] = []
            for fact in table.columns.values():
                type_ = dtype(fact)
                same = given.schema.get(fact.id) == type_
                columns.append((pl.col(fact.id) if same else pl.lit(None, type_)).alias(fact.id))
            tables[kind] = given.select("id", "name", "parent", *columns, "_file", "_row", "_refused")
    return replace(facts, tables=tables)


def _as_received(run: Run) -> tuple[Origin, ...]:
    folder = run.folder / "facts" / "originals"
    return tuple(
        Origin(item["kind"], item["file"], item["sheet"], folder / item["file"], item["columns"])
        for item in run.origins.values()
    )


def _rejection(item: dict[str, Any]) -> Rejection:
    reasons = (
        Diagnostic(reason["code"], Place(reason["place"]), reason["values"], tuple(reason["near"]))
        for reason in item["reasons"]
    )
    return Rejection(item["kind"], item["id"], item["name"], item["parent"], Place(item["place"]), tuple(reasons))


def _as_rated(run: Run, programmes: Sequence[Programme]) -> tuple[Origin, ...]:
    """The facts of a rulebook that rated were received."""
    rated = [book for item in programmes for book in item.rulebooks if book.id in run.manifest["rulebooks"]]
    return tuple(Origin(book.kind, book.kind, None, run.folder, {id_: id_ for id_ in book.facts}) for book in rated)


def _table(run: Run, name: str, table: Table | None, ids: pl.Series | None) -> pl.DataFrame:
    unreadable = damaged(run.folder, name, "run_part_unreadable")
    if table is None:
        raise unreadable
    expected = dict.fromkeys(IDENTITY, pl.String()) | {id_: dtype(fact) for id_, fact in table.columns.items()}
    expected |= {"_file": pl.Categorical(), "_row": pl.UInt32(), "_refused": pl.Boolean()}
    try:
        stored = scan_table(run.folder, name)
        if dict(stored.collect_schema()) != expected:
            raise unreadable
        found = (stored if ids is None else stored.filter(among("id", ids))).collect()
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise unreadable from error
    if found["id"].null_count() or not found["id"].is_unique().all():
        raise unreadable
    return found if found["id"].is_sorted() else found.sort("id")
