"""Write a rating as a run."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from errno import EIO
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.archive.run import FORMAT, InvalidRunError, Run, digest, files
from engine.diagnostic import Diagnostic, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from engine.facts import Origin, Rejection
    from engine.messages import Language
    from engine.policy import Decision, Outcome
    from engine.programme import Programme
    from engine.programme.overlays import Overlay
    from engine.programme.rules import Rules
    from engine.rating import Rating

WORKBOOK_MAX = 100_000
"""A kind with more units than this is left out of `ratings.xlsx`."""


@dataclass(frozen=True)
class Occasion:
    """What a run is for.

    Attributes:
        stage: `draft`, `public` or `final`; empty where nobody said.
        supersedes: the run whose place it takes.
        because: why.
        previous: the run of the year before, which gave facts.
    """

    stage: str = ""
    supersedes: Run | None = None
    because: str = ""
    previous: Run | None = None

    def told(self) -> dict[str, Any]:
        """What the manifest says of it."""
        told: dict[str, Any] = {"stage": self.stage} if self.stage else {}
        if self.supersedes is not None:
            told["supersedes"] = {**_named(self.supersedes), "because": self.because}
        if self.previous is not None:
            told["previous"] = _named(self.previous)
        return told


def _named(run: Run) -> dict[str, str]:
    return {"run": str(run.folder), "manifest": digest(run.folder / "manifest.json")}


def write_run(
    rating: Rating, folder: Path, *, written: str = "", language: Language = "zh", occasion: Occasion | None = None
) -> None:
    """Write a rating as a run.

    Args:
        rating: the rating, with its measures.
        folder: the run; it must not exist yet.
        written: when, as the manifest should say.
        language: the language of `ratings.xlsx`.
        occasion: what it is for.

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
        _write_json(aside / "manifest.json", _manifest(rating, aside, written, occasion or Occasion()), indent=1)
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
    for name, data in documents(rating).items():
        (folder / name).parent.mkdir(exist_ok=True)
        _write_json(folder / name, data)
    _write_rules(rating, folder / "rules")
    for name, overlay in overlays(rating.programmes).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(overlay.content)
    _write_originals(rating, folder / "facts" / "originals")
    for name, table in tables(rating):
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        _write_table(table, folder / name)
    write_workbooks(rating, folder, language)


def documents(rating: Rating) -> dict[str, Any]:
    """What a run says of a rating as JSON, by file."""
    from engine.programme.resolved import resolve  # noqa: PLC0415 - the compiler is not needed to open a run

    return {
        "rules.json": {**resolve(rating.programmes, rating.year), "final": rating.final},
        "findings.json": [asdict(item) for item in rating.findings],
        "rejections.json": [_rejection(item) for item in rating.facts.rejections],
        "facts/originals.json": [_origin(item) for item in rating.facts.origins],
        **{
            f"facts/{name}.json": [asdict(item) for item in found]
            for name, found in (("corrections", rating.facts.corrections), ("rulings", rating.facts.rulings))
            if found
        },
    }


def tables(rating: Rating) -> Iterator[tuple[str, pl.DataFrame]]:
    """What a run keeps of a rating as tables, by file."""
    for kind, table in rating.facts.tables.items():
        yield f"facts/{kind}.parquet", table
    for kind, table in rating.facts.previous.items():
        yield f"facts/previous/{kind}.parquet", table
    for kind, table in rating.exempt.items():
        yield f"exempt/{kind}.parquet", table
    for id_, found in rating.books.items():
        yield f"ratings/{id_}.parquet", found.ratings
        yield f"measures/{id_}.parquet", found.measures
        yield f"cases/{id_}.parquet", case_table(found.book, found.outcomes, found.decisions)
        if found.book.lifecycles:
            yield f"lifecycles/{id_}.parquet", found.histories
        for selection, listed in found.selections.items():
            yield f"selections/{id_}.{selection}.parquet", listed


def overlays(programmes: Sequence[Programme]) -> dict[str, Overlay]:
    """The overlays of programmes, in order, by the file that a run keeps each in."""
    found = [overlay for programme in programmes for overlay in programme.overlays]
    return {f"overlays/{number}_{overlay.id}.yaml": overlay for number, overlay in enumerate(found, start=1)}


def file_names(rating: Rating) -> set[str]:
    """The files that a run of a rating has beside its manifest; `rules/documents.yaml` only if it is shared."""
    names = {*documents(rating), *(name for name, _ in tables(rating)), "ratings.xlsx", "rules/documents.yaml"}
    names |= overlays(rating.programmes).keys()
    names |= {"rejected.xlsx"} if rating.facts.rejections else set()
    names |= {f"facts/originals/{origin.file}" for origin in rating.facts.origins}
    names |= {f"facts/originals/{name}" for name in _papers(rating)}
    for programme in rating.programmes:
        names |= {f"rules/{programme.id}/{path.name}" for path in programme.files}
    return names


def write_workbooks(rating: Rating, folder: Path, language: Language) -> None:
    """Write what a run keeps for people."""
    from engine.workbook import write_ratings, write_rejections  # noqa: PLC0415

    write_ratings(rating, folder / "ratings.xlsx", language, most=WORKBOOK_MAX)
    if rating.facts.rejections:
        write_rejections(rating.facts.rejections, folder / "rejected.xlsx", language)


def _origin(item: Origin) -> dict[str, Any]:
    """A table as received, with the column of each fact."""
    return {"kind": item.kind, "file": item.file, "sheet": item.sheet, "columns": dict(item.columns)}


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
    """The YAML of the programmes, as it was, so that it can be read again from there."""
    shared = {path.read_bytes() for programme in rating.programmes for path in _outer_registries(programme)}
    for programme in rating.programmes:
        target = folder / programme.id
        target.mkdir(parents=True)
        for path in programme.files:
            shutil.copyfile(path, target / path.name)
        if len(shared) > 1:  # one folder cannot hold them side by side: each programme keeps what it may cite
            _write_json(target / "documents.yaml", programme.registry.model_dump(mode="json", exclude_none=True))
    for content in shared if len(shared) == 1 else ():
        (folder / "documents.yaml").write_bytes(content)


def _outer_registries(programme: Programme) -> list[Path]:
    """The registries that a programme reads from other folders than its own."""
    return [path for path in programme.registries if path.parent != programme.folder.resolve()]


def _write_originals(rating: Rating, folder: Path) -> None:
    """The files as received."""
    folder.mkdir(parents=True)
    received = {origin.file: origin.path for origin in rating.facts.origins} | _papers(rating)
    for file, path in received.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / file)


def _papers(rating: Rating) -> dict[str, Path]:
    """The files beside the tables, by the name that each has below the originals."""
    papers = rating.facts.papers
    found = {path.name: path for path in papers if path.is_file()}
    inside = ((folder, path) for folder in papers if folder.is_dir() for path in sorted(folder.rglob("*")))
    return found | {path.relative_to(folder.parent).as_posix(): path for folder, path in inside if path.is_file()}


def about(rating: Rating) -> dict[str, Any]:
    """What the manifest says of a rating."""
    facts = rating.facts
    rejected = {kind: sum(1 for item in facts.rejections if item.kind == kind) for kind in facts.read}
    changed = [_overlay(name, overlay) for name, overlay in overlays(rating.programmes).items()]
    return {
        "year": rating.year,
        "final": rating.final,
        "programmes": [programme.id for programme in rating.programmes],
        **({"overlays": changed} if changed else {}),
        "rulebooks": {id_: found.book.kind for id_, found in rating.books.items()},
        **({"hypothetical": asdict(rating.hypothesis)} if rating.hypothesis else {}),
        "skipped": {book.id: book.kind for book in rating.skipped},
        "counts": {
            kind: {
                "read": read,
                "rejected": rejected[kind],
                **({"exempt": rating.exempt[kind].height} if kind in rating.exempt else {}),
                "rated": read - rejected[kind] - (rating.exempt[kind].height if kind in rating.exempt else 0),
            }
            for kind, read in facts.read.items()
        },
    }


def _overlay(name: str, overlay: Overlay) -> dict[str, Any]:
    return {
        "id": overlay.id,
        "label": overlay.label.texts,
        "programme": overlay.programme,
        "file": name,
        "digest": hashlib.sha256(overlay.content).hexdigest(),
    }


def _manifest(rating: Rating, folder: Path, written: str, occasion: Occasion) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "versions": versions(),
        "written": written,
        **about(rating),
        **occasion.told(),
        "files": {path.relative_to(folder).as_posix(): digest(path) for path in files(folder)},
    }


def versions() -> dict[str, str]:
    """The versions of what decides a rating."""
    from importlib.metadata import version  # noqa: PLC0415

    packages = ("wuhao", "polars", "narwhals", "durable-rules")
    return {"python": sys.version.split()[0], **{name: version(name) for name in packages}}


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
