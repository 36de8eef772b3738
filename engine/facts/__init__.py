"""Read the facts: find the tables, read every cell, check ids, parents and bounds.

Everything that is wrong is reported at once, each problem with its cell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from engine.diagnostic import Diagnostic, InvalidFactsError
from engine.facts import checks, papers
from engine.facts.checks import SYNTHETIC
from engine.facts.correcting import corrected
from engine.facts.model import Correction, Facts, Origin, Rejection, Ruling
from engine.facts.reading import Part, read_table
from engine.facts.refusing import refuse
from engine.facts.ruling import ruled
from engine.facts.tables import find

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from engine.facts.problems import Problem
    from engine.schema import Table

__all__ = ["Correction", "Facts", "Origin", "Rejection", "Ruling", "read_facts"]


def read_facts(path: Path, schema: Mapping[str, Table], *, quarantine: bool = False) -> Facts:
    """Read the tables of facts at a path.

    Args:
        path: a folder of tables, a workbook, or one table.
        schema: what the table of each kind may hold.
        quarantine: set refused rows aside and go on with the others.

    Returns:
        The facts of every kind that has a table.

    Raises:
        InvalidFactsError: with everything that is wrong; under `quarantine`, with what concerns no single row.
    """
    found = find(path, schema)
    report = found.report
    whole = not _errors(report)
    present = {raw.kind for raw in found.tables}
    parts: dict[str, list[Part]] = {kind: [] for kind in schema if kind in present}
    for raw in found.tables:
        part = read_table(raw, schema, parent_needed=schema[raw.kind].parent in present, report=report)
        if part is None:
            present.discard(raw.kind)
        else:
            parts[raw.kind].append(part)
    origins = {part.origin.label: part.origin for kind in parts.values() for part in kind}
    problems: dict[str, list[Problem]] = {}
    tables = {}
    for kind, received in parts.items():
        if received:
            tables[kind], problems[kind] = _stacked(received)
    corrections: tuple[Correction, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    if whole:
        corrections = corrected(tables, problems, papers.rows("corrections", path, report), schema, report)
        rulings = ruled(tables, papers.rows("rulings", path, report), schema, report)
    for kind, frame in tables.items():
        problems[kind] += checks.bounds(frame, schema[kind])
        above = schema[kind].parent
        if whole and above in present and all("parent" in part.origin.columns for part in parts[kind]):
            tables[kind], orphans = checks.parents(frame, tables[above], schema[above])
            problems[kind] += orphans
        for fact in schema[kind].columns.values() if whole else ():
            if fact.kind in tables and fact.id in tables[kind].columns:
                tables[kind], strays = checks.references(tables[kind], fact, tables[fact.kind], schema[fact.kind])
                problems[kind] += strays
    if not quarantine:
        report += [shown for kind in problems.values() for problem in kind for shown in problem.listed(origins)]
    if _errors(report):
        raise InvalidFactsError(sorted(report, key=_position))
    facts = _facts(tables, problems, origins, report)
    return replace(facts, corrections=corrections, rulings=rulings, papers=papers.beside(path))


def _stacked(parts: Iterable[Part]) -> tuple[pl.DataFrame, list[Problem]]:
    """All rows of a kind in order of id, and what is wrong with them.

    A row whose id cannot be used gets one that tells where it stands; a unit without a name is called by its id.
    """
    parts = list(parts)
    frame = pl.concat([part.frame for part in parts])
    problems = [problem for part in parts for problem in part.problems]
    problems += checks.identities(frame)
    spoilt = [problem.cells.select("_file", "_row") for problem in problems if problem.column == "id"]
    if spoilt:
        unusable = pl.struct("_file", "_row").is_in(pl.concat(spoilt).unique().to_struct().implode())
        synthetic = pl.format(SYNTHETIC + "{}:{}", pl.col("_file").cast(pl.String), "_row")
        frame = frame.with_columns(id=pl.when(unusable).then(synthetic).otherwise("id"))
    frame = frame.with_columns(pl.col("name").fill_null(pl.col("id")))
    if not frame["id"].is_sorted():
        frame = frame.sort("id", maintain_order=True)
    problems += checks.duplicates(frame)
    return frame, problems


def _facts(
    tables: Mapping[str, pl.DataFrame],
    problems: Mapping[str, list[Problem]],
    origins: Mapping[str, Origin],
    warnings: Iterable[Diagnostic],
) -> Facts:
    finished, rejections = {}, []
    for kind, frame in tables.items():
        finished[kind], rejected = refuse(kind, frame, problems[kind], origins)
        rejections += rejected
        rated = finished[kind].height - finished[kind]["_refused"].sum()
        if rated + len(rejected) != frame.height:
            raise AssertionError(f"{kind}: {rated} rated and {len(rejected)} rejected of {frame.height} rows")
    read = {kind: frame.height for kind, frame in tables.items()}
    return Facts(finished, tuple(origins.values()), tuple(rejections), tuple(warnings), read)


def _errors(report: Iterable[Diagnostic]) -> bool:
    return any(diagnostic.severity == "error" for diagnostic in report)


def _position(diagnostic: Diagnostic) -> tuple[str, str, int, int, str]:
    """Where a problem stands: by file and sheet, from the top left."""
    place = diagnostic.place
    column = str(place.column or "")
    return place.file, place.sheet or "", place.line or 0, len(column), column
