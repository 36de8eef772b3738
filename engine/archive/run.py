"""Open a run. What is read of it must be what was written: a part that is not is told, whoever reads it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.archive.shapes import (
    CORRECTIONS,
    FINDINGS,
    MANIFEST,
    ORIGINALS,
    REJECTIONS,
    RULES,
    RULINGS,
    Shape,
    fits,
)
from engine.archive.trail import ABOUT, TABLE, Trail
from engine.diagnostic import Diagnostic, InvalidInputError, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = 1
"""The version of the run's layout."""
_MANIFEST = "manifest.json"
_HASHED_MAX = 8 << 20
"""Bytes of a part whose digest is checked whenever it is read: that takes a hundredth of a second. A whole run, however
large, is what `engine.verifying` is for."""


class InvalidRunError(InvalidInputError):
    """A run cannot be written or opened, or a part of it is not what was written."""


@dataclass(frozen=True)
class Run:
    """A run that was written. Each part is read when it is asked for.

    Every part may raise `InvalidRunError`: it is missing, was changed, or cannot be read.
    """

    folder: Path

    @classmethod
    def open(cls, folder: str | Path) -> Run:
        """Open a run.

        Raises:
            InvalidRunError: the folder is no run, or of a layout that this version does not know.
        """
        run = cls(Path(folder))
        try:
            data = load_json(run.folder, _MANIFEST)
            found = data["format"]
        except (InvalidRunError, KeyError, TypeError) as error:
            raise InvalidRunError([Diagnostic("not_a_run", Place(str(folder)))]) from error
        if found != FORMAT:
            raise InvalidRunError([Diagnostic("run_format", Place(str(folder)), {"found": found, "known": FORMAT})])
        if not fits(data, MANIFEST):
            raise damaged(run.folder, _MANIFEST, "run_part_unreadable")
        return run

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Versions, year, counts and the digest of every file."""
        return load_json(self.folder, _MANIFEST, MANIFEST)  # type: ignore[no-any-return]

    @cached_property
    def rules(self) -> dict[str, Any]:
        """The rules as used (`engine.programme.resolved`)."""
        rules: dict[str, Any] = self._json("rules.json", RULES)
        if not self.manifest["rulebooks"].keys() <= rules["rulebooks"].keys():
            raise damaged(self.folder, "rules.json", "run_part_unreadable")
        return rules

    @cached_property
    def origins(self) -> dict[str, dict[str, Any]]:
        """The tables as received, by what `_file` calls them."""
        items = self._json("facts/originals.json", ORIGINALS)
        return {str(Place(item["file"], sheet=item["sheet"])): item for item in items}

    @cached_property
    def findings(self) -> list[dict[str, Any]]:
        """What the data checks found."""
        return self._json("findings.json", FINDINGS)  # type: ignore[no-any-return]

    @cached_property
    def rejections(self) -> list[dict[str, Any]]:
        """The refused rows with their reasons."""
        return self._json("rejections.json", REJECTIONS)  # type: ignore[no-any-return]

    @cached_property
    def rulings(self) -> list[dict[str, Any]]:
        """What people decided beside the rules (`engine.facts.Ruling`)."""
        return self._if_any("facts/rulings.json", RULINGS)

    @cached_property
    def corrections(self) -> list[dict[str, Any]]:
        """What was corrected in the facts (`engine.facts.Correction`)."""
        return self._if_any("facts/corrections.json", CORRECTIONS)

    @property
    def _listed(self) -> Mapping[str, str]:
        """The files that the manifest lists; a rating that was not written has none."""
        listed: Mapping[str, str] = self.manifest.get("files", {})
        return listed

    def _has(self, name: str) -> bool:
        return name in self._listed

    def _if_any(self, name: str, shape: Shape) -> list[dict[str, Any]]:
        return self._json(name, shape) if self._has(name) else []

    @cached_property
    def trail(self) -> Trail | None:
        """The senders' cells, where the facts were collected from many files."""
        return Trail(self) if self._has(TABLE) else None

    @cached_property
    def collected(self) -> dict[str, Any]:
        """What was said when the facts were collected (docs/collecting.md); nothing if they were not."""
        return self._json(ABOUT, {}) if self._has(ABOUT) else {}

    def part(self, name: str) -> pl.LazyFrame:
        """A part that is a table."""
        return self._table(name)

    def exempt(self, kind: str) -> pl.LazyFrame | None:
        """The facts of exempt units of a kind, with what exempts each; None where there are none."""
        name = f"exempt/{kind}.parquet"
        return self._table(name) if self._has(name) else None

    @cached_property
    def previous(self) -> dict[str, pl.DataFrame]:
        """By kind, what the run of the year before gave (`engine.facts.previous`)."""
        start, end = "facts/previous/", ".parquet"
        names = [name for name in self._listed if name.startswith(start)]
        return {name[len(start) : -len(end)]: self._table(name).collect() for name in names}

    def ratings(self, rulebook: str) -> pl.LazyFrame:
        """The ratings of a rulebook."""
        return self._table(f"ratings/{rulebook}.parquet")

    def measures(self, rulebook: str) -> pl.LazyFrame:
        """The numbers behind the ratings of a rulebook."""
        return self._table(f"measures/{rulebook}.parquet")

    def cases(self, rulebook: str) -> pl.LazyFrame:
        """The cases of a rulebook with their traces."""
        return self._table(f"cases/{rulebook}.parquet")

    def histories(self, rulebook: str) -> pl.LazyFrame:
        """The distinct histories of a rulebook's lifecycles with their steps."""
        return self._table(f"lifecycles/{rulebook}.parquet")

    def selection(self, rulebook: str, selection: str) -> pl.LazyFrame:
        """The candidates of a selection of a rulebook."""
        return self._table(f"selections/{rulebook}.{selection}.parquet")

    def facts(self, kind: str) -> pl.LazyFrame:
        """The facts of a kind."""
        return self._table(f"facts/{kind}.parquet")

    def _json(self, name: str, shape: Shape) -> Any:  # noqa: ANN401
        self._check(name)
        return load_json(self.folder, name, shape)

    def _table(self, name: str) -> pl.LazyFrame:
        self._check(name)
        return scan_table(self.folder, name)

    @cached_property
    def _checked(self) -> set[str]:
        """The parts that were found to be what was written."""
        return set()

    def _check(self, name: str) -> None:
        """See that a part is there and, unless it is large, what was written."""
        if name in self._checked:
            return
        path = self.folder / name
        try:
            changed = path.stat().st_size <= _HASHED_MAX and digest(path) != self.manifest["files"].get(name)
        except FileNotFoundError as error:
            raise damaged(self.folder, name, "run_part_missing") from error
        except (OSError, ValueError) as error:
            raise damaged(self.folder, name, "run_part_unreadable") from error
        if changed:
            raise damaged(self.folder, name, "run_part_changed")
        self._checked.add(name)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files(folder: Path) -> Iterator[Path]:
    """Every file of a run that its manifest lists."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / _MANIFEST)


def damaged(folder: Path, name: str, code: str) -> InvalidRunError:
    """The error that a part of a run makes: it is missing, was changed, or cannot be read."""
    return InvalidRunError([Diagnostic(code, Place(str(folder / name)))])


def load_json(folder: Path, name: str, shape: Shape = object) -> Any:  # noqa: ANN401
    """Read a part that is JSON.

    Raises:
        InvalidRunError: it is missing, or says nothing that a run says there.
    """
    try:
        data = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise damaged(folder, name, "run_part_missing") from error
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(folder, name, "run_part_unreadable") from error
    if not fits(data, shape):
        raise damaged(folder, name, "run_part_unreadable")
    return data


def scan_table(folder: Path, name: str) -> pl.LazyFrame:
    """A part that is a table.

    Raises:
        InvalidRunError: it is missing, or no table.
    """
    table = pl.scan_parquet(folder / name, glob=False)
    try:
        table.collect_schema()
    except FileNotFoundError as error:
        raise damaged(folder, name, "run_part_missing") from error
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise damaged(folder, name, "run_part_unreadable") from error
    return table
