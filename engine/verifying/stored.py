"""The facts as a run stores them, for a run whose files as received cannot be read any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from engine.archive.run import damaged, scan_table
from engine.facts import Facts
from engine.facts.cells import dtype
from engine.facts.reading import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from engine.archive.run import Run
    from engine.schema import Table


def stored_facts(run: Run, schema: Mapping[str, Table], faulty: Container[str]) -> Facts:
    """Read the facts of every kind that the run has.

    Args:
        run: the run.
        schema: what the table of each kind may hold.
        faulty: files that are not to be read.

    Raises:
        InvalidRunError: a table is missing, or not as reading facts makes it.
    """
    tables = {}
    for kind in run.manifest["counts"]:
        name = f"facts/{kind}.parquet"
        if name in faulty:
            raise damaged(run.folder, name, "run_part_changed")
        tables[kind] = _table(run, name, schema.get(kind))
    read = {kind: counts["read"] for kind, counts in run.manifest["counts"].items()}
    return Facts(tables, (), (), (), read)


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
