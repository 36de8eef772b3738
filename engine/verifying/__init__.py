"""Recompute a run from its own facts and rules, and name whatever differs.

The digests come first. A table that is not what the manifest lists is not read at all: its pages may be damaged in ways
that end the process. Texts (YAML, JSON, CSV) and workbooks are read even so, because they tell where they differ. Then
each link is made anew: the rules as stored give `rules.json`; the files as received give the facts; both together give
ratings, measures and cases.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.archive.run import InvalidRunError, damaged, digest, files, load_json, scan_table
from engine.archive.shapes import ANY, fits
from engine.archive.writing import about, documents, file_names, tables, versions
from engine.diagnostic import Diagnostic, InvalidFactsError, InvalidInputError, InvalidRulesError, Place
from engine.verifying.comparing import compare_json, compare_tables
from engine.verifying.model import Comparison, Difference, FileFault, Undone, Verification

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.archive.run import Run
    from engine.facts import Facts
    from engine.programme import Programme
    from engine.rating import Rating

__all__ = ["Comparison", "Difference", "FileFault", "Undone", "Verification", "verify"]

_WORST_FIRST = ("ratings/", "selections/", "facts/", "rules.json", "cases/", "measures/")
_ORIGINALS = "facts/originals/"


def verify(run: Run) -> Verification:
    """Recompute a run from its own facts and rules.

    Args:
        run: the run, opened by `Run.open`.
    """
    work = _Work(run)
    rating = work.rate()
    if rating is not None:
        work.compare(rating)
    return work.verification(rating)


class _Work:
    """The state of one verification."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.faults = {item.file: item for item in _file_faults(run)}
        self.comparisons: list[Comparison] = []
        self.undone: list[Undone] = []
        self.reread = True

    # Recomputing

    def rate(self) -> Rating | None:
        """Rate again; None when that cannot be done."""
        from engine.rating import rate  # noqa: PLC0415 - only what is still to be done needs it

        programmes = self.programmes()
        facts = self.facts(programmes) if programmes else None
        if facts is None:
            return None
        manifest = self.run.manifest
        try:
            return rate(programmes, facts, year=manifest["year"], final=manifest["final"])
        except (InvalidRulesError, InvalidFactsError) as error:
            self.undone.append(Undone("rating", error.diagnostics))
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            if self.reread:
                raise
            self.undone.append(Undone("rating", damaged(self.run.folder, "facts", "run_part_unreadable").diagnostics))
        return None

    def programmes(self) -> tuple[Programme, ...]:
        """The programmes as stored; none when they cannot be read."""
        from engine.archive.again import programmes_of  # noqa: PLC0415

        try:
            return programmes_of(self.run)
        except InvalidRulesError as error:
            self.undone.append(Undone("rules", error.diagnostics))
            return ()

    def facts(self, programmes: tuple[Programme, ...]) -> Facts | None:
        """The facts, read again from the files as received; as stored when those cannot be read."""
        from engine.archive.again import facts_of  # noqa: PLC0415
        from engine.facts import read_facts  # noqa: PLC0415
        from engine.facts.previous import with_previous  # noqa: PLC0415
        from engine.programme import tables as schema_of  # noqa: PLC0415
        from engine.supposing.setting import supposing  # noqa: PLC0415

        originals = [item for name, item in self.faults.items() if name.startswith(_ORIGINALS)]
        unusable = [item for item in originals if item.fault != "changed" or item.file.endswith(".parquet")]
        reasons = tuple(
            Diagnostic(f"run_part_{item.fault}", Place(str(self.run.folder / item.file))) for item in unusable
        )
        if not reasons:
            try:
                schema = schema_of(programmes)
                facts = with_previous(
                    read_facts(self.run.folder / _ORIGINALS, schema, quarantine=True), self.run.previous
                )
                return supposing(facts, schema, self.run.manifest)
            except InvalidInputError as error:
                reasons = error.diagnostics
        self.reread = False
        self.undone.append(Undone("facts", reasons))
        try:
            return facts_of(self.run, programmes, faulty=self.faults)
        except InvalidRunError as error:
            self.undone.append(Undone("rating", error.diagnostics))
            return None

    # Comparing

    def compare(self, rating: Rating) -> None:
        """Compare everything that the run keeps with what was recomputed."""
        for name, data in documents(rating).items():
            if self.reread or name in {"rules.json", "findings.json"}:
                self.compare_document(name, data)
        for name, table in tables(rating):
            if self.reread or not name.startswith("facts/"):
                self.compare_table(name, table, rating)
        said = about(rating)
        if not self.reread:
            del said["counts"]
        stored = {key: self.run.manifest[key] for key in (*said, "overlays") if key in self.run.manifest}
        self.comparisons.append(compare_json("manifest.json", stored, _as_json(said)))
        if self.reread:
            listed, expected = self.run.manifest["files"].keys(), file_names(rating)
            self.faults |= {name: FileFault(name, "extra") for name in sorted(listed - expected - self.faults.keys())}
            missing = (name for name in expected - listed - self.faults.keys() if not name.startswith("rules/"))
            self.faults |= {name: FileFault(name, "missing") for name in sorted(missing)}

    def compare_document(self, name: str, data: Any) -> None:  # noqa: ANN401
        try:
            stored = load_json(self.run.folder, name)
        except InvalidRunError as error:
            self.fault(name, error)
            return
        recomputed = _as_json(data)
        if name == "rules.json":
            stored, recomputed = _without_folders(stored), _without_folders(recomputed)
        self.comparisons.append(compare_json(name, stored, recomputed))

    def compare_table(self, name: str, table: pl.DataFrame, rating: Rating) -> None:
        if name in self.faults:
            return
        try:
            stored = scan_table(self.run.folder, name)
            if name.startswith("cases/"):
                comparison = compare_tables(name, stored, table, "case")
            else:
                comparison = compare_tables(name, stored, _results_first(table), "id")
        except InvalidRunError as error:
            self.fault(name, error)
            return
        except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
            self.faults[name] = FileFault(name, "unreadable")
            return
        if name.startswith("facts/") and comparison.first:
            comparison = replace(comparison, first=tuple(_with_cell(item, table, rating) for item in comparison.first))
        self.comparisons.append(comparison)

    def fault(self, name: str, error: InvalidRunError) -> None:
        """A part that the digests did not tell of."""
        missing = error.diagnostics[0].code == "run_part_missing"
        self.faults.setdefault(name, FileFault(name, "missing" if missing else "unreadable"))

    def verification(self, rating: Rating | None) -> Verification:
        run = self.run
        now = versions()
        then = run.manifest["versions"]
        return Verification(
            folder=str(run.folder),
            manifest=digest(run.folder / "manifest.json"),
            year=run.manifest["year"],
            final=run.manifest["final"],
            hypothetical="hypothetical" in run.manifest,
            files=len(run.manifest["files"]),
            units=sum({item.book.kind: item.ratings.height for item in rating.books.values()}.values())
            if rating
            else 0,
            values=sum(item.values for item in self.comparisons),
            versions={name: (then.get(name), now.get(name)) for name in now | then if then.get(name) != now.get(name)},
            faults=tuple(self.faults.values()),
            comparisons=tuple(sorted(self.comparisons, key=_rank)),
            undone=tuple(self.undone),
        )


def _file_faults(run: Run) -> Iterator[FileFault]:
    """The files that are not what the manifest lists."""
    listed: dict[str, str] = run.manifest["files"]
    found = {path.relative_to(run.folder).as_posix(): path for path in files(run.folder)}
    for name in sorted(listed.keys() | found.keys()):
        if name not in found:
            yield FileFault(name, "missing")
        elif name not in listed:
            yield FileFault(name, "extra")
        else:
            try:
                if digest(found[name]) != listed[name]:
                    yield FileFault(name, "changed")
            except OSError:
                yield FileFault(name, "unreadable")


def _rank(comparison: Comparison) -> tuple[bool, int]:
    """Where a comparison stands: those that differ before the others, grades before what they came from."""
    places = [place for place, start in enumerate(_WORST_FIRST) if comparison.file.startswith(start)]
    return not comparison.count, min(places, default=len(_WORST_FIRST))


def _results_first(table: pl.DataFrame) -> pl.DataFrame:
    """A table with its names behind its results."""
    names = [name for name in ("name", "parent", "_file", "_row") if name in table.columns]
    return table.select(pl.exclude(names), *names)


def _with_cell(item: Difference, table: pl.DataFrame, rating: Rating) -> Difference:
    """A difference of a fact with the cell where the original has it."""
    rows = table.filter(pl.col("id") == item.unit).select("_file", "_row").rows() if item.unit is not None else []
    origins = {origin.label: origin for origin in rating.facts.origins}
    return replace(item, cell=str(origins[rows[0][0]].place(rows[0][1], item.column))) if rows else item


def _as_json(data: object) -> Any:  # noqa: ANN401
    return json.loads(json.dumps(data, ensure_ascii=False, default=str))


def _without_folders(rules: Any) -> Any:  # noqa: ANN401
    """Resolved rules without the name of the folder that the YAML lay in: a run keeps it under the programme's id."""
    if not fits(rules, {"rulebooks": {ANY: {"file": str}}}):  # it holds something else, which the comparison tells
        return rules
    books = {id_: {**book, "file": book["file"].rpartition("/")[2]} for id_, book in rules["rulebooks"].items()}
    return {**rules, "rulebooks": books}
