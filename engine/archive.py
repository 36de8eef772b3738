"""Write a rating as a run, a folder that appears whole or not at all, and open it again.

A run is never changed once written. It holds everything that its grades came from: the files as received, the facts as
read with the place of each, the rules as used, the numbers, the cases with their traces, and a digest of every file.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from errno import EIO
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.diagnostic import Diagnostic, InvalidInputError, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.facts import Rejection
    from engine.messages import Language
    from engine.policy import Decision, Outcome
    from engine.programme.rules import Rules
    from engine.rating import Rating

FORMAT = 1
"""The version of the run's layout."""
WORKBOOK_MAX = 100_000
"""A kind with more units than this is left out of `ratings.xlsx`."""


class InvalidRunError(InvalidInputError):
    """A run cannot be written or opened."""


# Writing


def write_run(rating: Rating, folder: Path, *, written: str = "", language: Language = "zh") -> None:
    """Write a rating as a run.

    Args:
        rating: the rating, with its measures.
        folder: the run; it must not exist yet.
        written: when, as the manifest should say.
        language: the language of `ratings.xlsx`.

    Raises:
        InvalidRunError: the folder exists, or cannot be written.
    """
    check_target(folder)
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        _write(rating, aside, language)
        _write_json(aside / "manifest.json", _manifest(rating, aside, written), indent=1)
        aside.rename(folder)
    except OSError as error:
        raise _not_written(folder, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def check_target(folder: Path) -> None:
    """Refuse to write over a run.

    Raises:
        InvalidRunError: the folder exists, or none can have its name.
    """
    try:
        exists = folder.exists()
    except OSError as error:
        raise _not_written(folder, error) from error
    if exists:
        raise InvalidRunError([Diagnostic("run_exists", Place(str(folder)))])


def _not_written(folder: Path, error: OSError) -> InvalidRunError:
    reason = error.strerror or str(error)
    return InvalidRunError([Diagnostic("run_not_written", Place(str(folder)), {"reason": reason})])


def _write(rating: Rating, folder: Path, language: Language) -> None:
    from engine.programme.resolved import resolve  # noqa: PLC0415 - the compiler is not needed to open a run

    _write_json(folder / "rules.json", {**resolve(rating.programmes, rating.year), "final": rating.final})
    _write_rules(rating, folder / "rules")
    _write_facts(rating, folder / "facts")
    for name in ("ratings", "measures", "cases"):
        (folder / name).mkdir()
    for id_, found in rating.books.items():
        _write_table(found.ratings, folder / "ratings" / f"{id_}.parquet")
        _write_table(found.measures, folder / "measures" / f"{id_}.parquet")
        _write_table(case_table(found.book, found.outcomes, found.decisions), folder / "cases" / f"{id_}.parquet")
    findings = [asdict(item) for item in rating.findings]
    _write_json(folder / "findings.json", findings)
    from engine.workbook import write_ratings, write_rejections  # noqa: PLC0415

    write_ratings(rating, folder / "ratings.xlsx", language, most=WORKBOOK_MAX)
    _write_json(folder / "rejections.json", [_rejection(item) for item in rating.facts.rejections])
    if rating.facts.rejections:
        write_rejections(rating.facts.rejections, folder / "rejected.xlsx", language)


def _rejection(item: Rejection) -> dict[str, Any]:
    """A refused row with its reasons, to be worded in any language later."""
    reasons = [
        {"code": reason.code, "place": str(reason.place), "values": dict(reason.values), "near": list(reason.near)}
        for reason in item.reasons
    ]
    return {
        "kind": item.kind,
        "id": item.id,
        "name": item.name,
        "parent": item.parent,
        "place": str(item.place),
        "reasons": reasons,
    }


def _write_json(path: Path, data: object, indent: int | None = None) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=indent, default=str) + "\n", encoding="utf-8")


def _write_table(table: pl.DataFrame, path: Path) -> None:
    try:
        table.write_parquet(path, compression="lz4")
    except pl.exceptions.ComputeError as error:  # what polars makes of a full disk
        raise OSError(EIO, str(error)) from error


def _write_rules(rating: Rating, folder: Path) -> None:
    """The YAML of the programmes, as it was."""
    for programme in rating.programmes:
        target = folder / programme.id
        target.mkdir(parents=True)
        for path in sorted(programme.folder.glob("*.yaml")):
            shutil.copyfile(path, target / path.name)
        for path in programme.registries:
            shutil.copyfile(path, (target if path.parent == programme.folder else folder) / path.name)


def _write_facts(rating: Rating, folder: Path) -> None:
    """The facts as read, and the files as received with the column of each fact."""
    originals = folder / "originals"
    originals.mkdir(parents=True)
    for kind, table in rating.facts.tables.items():
        _write_table(table, folder / f"{kind}.parquet")
    for file, path in {origin.file: origin.path for origin in rating.facts.origins}.items():
        (originals / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, originals / file)
    origins = [
        {"kind": origin.kind, "file": origin.file, "sheet": origin.sheet, "columns": dict(origin.columns)}
        for origin in rating.facts.origins
    ]
    _write_json(folder / "originals.json", origins)


def _manifest(rating: Rating, folder: Path, written: str) -> dict[str, Any]:
    facts = rating.facts
    rejected = {kind: sum(1 for item in facts.rejections if item.kind == kind) for kind in facts.read}
    files = {path.relative_to(folder).as_posix(): _digest(path) for path in _files(folder)}
    return {
        "format": FORMAT,
        "versions": _versions(),
        "written": written,
        "year": rating.year,
        "final": rating.final,
        "programmes": [programme.id for programme in rating.programmes],
        "rulebooks": {id_: found.book.kind for id_, found in rating.books.items()},
        "skipped": {book.id: book.kind for book in rating.skipped},
        "counts": {
            kind: {"read": read, "rejected": rejected[kind], "rated": read - rejected[kind]}
            for kind, read in facts.read.items()
        },
        "files": files,
    }


def _versions() -> dict[str, str]:
    from importlib.metadata import version  # noqa: PLC0415

    packages = ("wuhao", "polars", "narwhals", "durable-rules")
    return {"python": sys.version.split()[0], **{name: version(name) for name in packages}}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "manifest.json")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def case_table(book: Rules, outcomes: Mapping[int, Outcome], decisions: Mapping[int, Decision]) -> pl.DataFrame:
    """Every case that occurs, and every complete case that was reasoned with its trace, one row each."""
    rows = []
    for code in sorted({*outcomes, *decisions}):
        outcome, decision = outcomes.get(code), decisions.get(code)
        row: dict[str, Any] = {"case": code, "symbols": list(book.policy.decode(code))}
        if outcome is not None:
            for name in ("grade_low", "grade_high", "proposed_low", "proposed_high"):
                row[name] = book.grades[getattr(outcome, name)]
            row |= {"fired": list(outcome.fired), "may_fire": list(outcome.may_fire)}
            row |= {"case_low": outcome.case_low, "case_high": outcome.case_high}
            row |= {"completions": outcome.completions, "truncated": outcome.truncated}
        if decision is not None:
            row["decided"] = book.grades[decision.grade]
            firings = [decision.proposal, *decision.adjustments]
            trace = [
                {"rule": firing.rule, "literals": [list(literal) for literal in firing.literals]} for firing in firings
            ]
            row["trace"] = json.dumps(
                {"proposed": book.grades[decision.proposed], "firings": trace}, ensure_ascii=False
            )
        rows.append(row)
    return pl.DataFrame(rows, schema=_CASE_SCHEMA)


_CASE_SCHEMA: dict[str, Any] = {
    "case": pl.Int64,
    "symbols": pl.List(pl.Int8),
    "grade_low": pl.String,
    "grade_high": pl.String,
    "proposed_low": pl.String,
    "proposed_high": pl.String,
    "fired": pl.List(pl.String),
    "may_fire": pl.List(pl.String),
    "case_low": pl.Int64,
    "case_high": pl.Int64,
    "completions": pl.Int64,
    "truncated": pl.Boolean,
    "decided": pl.String,
    "trace": pl.String,
}


# Opening


@dataclass(frozen=True)
class Run:
    """A run that was written. Each part is read when it is asked for."""

    folder: Path

    @classmethod
    def open(cls, folder: str | Path) -> Run:
        """Open a run.

        Raises:
            InvalidRunError: the folder is no run, or of a layout that this version does not know.
        """
        run = cls(Path(folder))
        try:
            found = run.manifest["format"]
        except (InvalidRunError, KeyError, TypeError) as error:
            raise InvalidRunError([Diagnostic("not_a_run", Place(str(folder)))]) from error
        if found != FORMAT:
            raise InvalidRunError([Diagnostic("run_format", Place(str(folder)), {"found": found, "known": FORMAT})])
        return run

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Versions, year, counts and the digest of every file."""
        return self._json("manifest.json")  # type: ignore[no-any-return]

    @cached_property
    def rules(self) -> dict[str, Any]:
        """The rules as used (`engine.programme.resolved`)."""
        return self._json("rules.json")  # type: ignore[no-any-return]

    @cached_property
    def origins(self) -> dict[str, dict[str, Any]]:
        """The tables as received, by what `_file` calls them."""
        return {str(Place(item["file"], sheet=item["sheet"])): item for item in self._json("facts/originals.json")}

    @cached_property
    def findings(self) -> list[dict[str, Any]]:
        """What the data checks found."""
        return self._json("findings.json")  # type: ignore[no-any-return]

    @cached_property
    def rejections(self) -> list[dict[str, Any]]:
        """The refused rows with their reasons."""
        return self._json("rejections.json")  # type: ignore[no-any-return]

    def ratings(self, rulebook: str) -> pl.LazyFrame:
        """The ratings of a rulebook."""
        return self._table(f"ratings/{rulebook}.parquet")

    def measures(self, rulebook: str) -> pl.LazyFrame:
        """The numbers behind the ratings of a rulebook."""
        return self._table(f"measures/{rulebook}.parquet")

    def cases(self, rulebook: str) -> pl.LazyFrame:
        """The cases of a rulebook with their traces."""
        return self._table(f"cases/{rulebook}.parquet")

    def facts(self, kind: str) -> pl.LazyFrame:
        """The facts of a kind."""
        return self._table(f"facts/{kind}.parquet")

    def _json(self, name: str) -> Any:  # noqa: ANN401
        try:
            return json.loads((self.folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise self._damaged(name) from error

    def _table(self, name: str) -> pl.LazyFrame:
        table = pl.scan_parquet(self.folder / name)
        try:
            table.collect_schema()
        except (OSError, pl.exceptions.PolarsError) as error:
            raise self._damaged(name) from error
        return table

    def _damaged(self, name: str) -> InvalidRunError:
        """A part is missing or cannot be read."""
        return InvalidRunError([Diagnostic("file_damaged", Place(str(self.folder / name)))])
