"""Where the values of a run came from, where they were collected from many files: the sender's cell of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.diagnostic import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.archive.run import Run

TABLE, ABOUT = "facts/originals/trail.parquet", "facts/originals/collected.json"


@dataclass(frozen=True)
class Sent:
    """A value as it was sent.

    Attributes:
        cell: the sender's cell; the sheet, where a list implies the value.
        text: what stands in it.
        sender: who sent it, and when; empty where that is not known.
        document: what is said to prove it.
    """

    cell: Place
    text: str
    sender: str
    submitted: str
    document: str


@dataclass(frozen=True)
class Trail:
    """The trail of a run."""

    run: Run

    def of(self, kind: str, id_: str) -> dict[str, Sent]:
        """The values of a unit, by fact (and `id`, `name`, `parent`)."""
        rows = self._rows.filter((pl.col("kind") == kind) & (pl.col("id") == id_)).collect()
        documents = {row["fact"]: row["text"] for row in rows.iter_rows(named=True) if "." in row["fact"]}
        return {
            row["fact"]: self._sent(row, documents.get(f"{row['fact']}.document", ""))
            for row in rows.iter_rows(named=True)
            if "." not in row["fact"]
        }

    def ends(self, kind: str, ids: pl.Series, fact: str) -> Iterator[tuple[list[str], int]]:
        """Of some units, the first and last cell of a fact in each file and sheet, and how many there are."""
        own = (pl.col("kind") == kind) & (pl.col("fact") == fact) & pl.col("id").is_in(ids.implode())
        row = pl.col("cell").str.extract(r"(\d+)$").cast(pl.Int64)
        groups = (
            self._rows.filter(own)
            .sort(row, maintain_order=True)
            .group_by("file", "sheet", maintain_order=True)
            .agg(pl.col("cell").first().alias("first"), pl.col("cell").last().alias("last"), pl.len())
            .sort("file", "sheet")
            .collect()
        )
        for file, sheet, first, last, count in groups.iter_rows():
            yield [str(_place(file, sheet, cell)) for cell in dict.fromkeys((first, last))], count

    def _sent(self, row: dict[str, Any], document: str) -> Sent:
        about = self._files.get(row["file"], {})
        sender, submitted = about.get("sender") or "", about.get("submitted") or ""
        return Sent(_place(row["file"], row["sheet"], row["cell"]), row["text"] or "", sender, submitted, document)

    @cached_property
    def _rows(self) -> pl.LazyFrame:
        return self.run.part(TABLE)

    @cached_property
    def _files(self) -> dict[str, dict[str, Any]]:
        return {item["file"]: item for item in self.run.collected.get("files", ())}


def _place(file: str, sheet: str | None, cell: str | None) -> Place:
    letters = (cell or "").rstrip("0123456789")
    number = (cell or "")[len(letters) :]
    return Place(file, int(number) if number else None, letters or None, sheet)
