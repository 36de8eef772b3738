"""The facts as a run stores them, for a run whose files as received cannot be read any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from engine.archive.run import damaged, scan_table
from engine.facts import Facts, Origin
from engine.facts.cells import dtype
from engine.facts.reading import IDENTITY
from engine.programme import tables as tables_of

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from engine.archive.run import Run
    from engine.programme import Programme
    from engine.schema import Table


def stored_facts(run: Run, programmes: Sequence[Programme], faulty: Container[str]) -> Facts:
    """Read the facts of every kind that the run has; those of a rulebook that it rated were received.

    Args:
        run: the run.
        programmes: its programmes.
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
        tables[kind] = _table(run, name, schema.get(kind))
    read = {kind: counts["read"] for kind, counts in run.manifest["counts"].items()}
    rated = [book for item in programmes for book in item.rulebooks if book.id in run.manifest["rulebooks"]]
    origins = tuple(Origin(book.kind, book.kind, None, run.folder, {id_: id_ for id_ in book.facts}) for book in rated)
    return Facts(tables, origins, (), (), read)


def _table(run: Run, name: str, table: Table | None) -> pl.DataFrame:
    unreadable = damaged(run.folder, name, "run_part_unreadable")
    if table is None:
        raise unreadable
    expected = dict.fromkeys(IDENTITY, pl.String()) | {id_: dtype(fact) for id_, fact in table.columns.items()}
    expected |= {"_file": pl.Categorical(), "_row": pl.UInt32(), "_refused": pl.Boolean()}
    try:
        found = scan_table(run.folder, name).collect()
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise unreadable from error
    ids = found["id"] if "id" in found.columns else None
    if dict(found.schema) != expected or ids is None or ids.null_count() or not ids.is_unique().all():
        raise unreadable
    return found.sort("id")
