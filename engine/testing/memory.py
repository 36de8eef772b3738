"""A rating as a run that was never written, so that its units can be explained."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.archive import Run, case_table
from engine.archive.units import Unit
from engine.explanation.reader import Reader
from engine.programme.resolved import resolve

if TYPE_CHECKING:
    import polars as pl

    from engine.programme.rules import Rules
    from engine.rating import Rating


@dataclass(frozen=True)
class RatingAsRun(Run):
    """A rating, read as a run is."""

    rating: Rating

    @classmethod
    def of(cls, rating: Rating) -> RatingAsRun:
        """A rating as a run."""
        return cls(Path(), rating)

    def reader(self, book: Rules, id_: str) -> Reader:
        """What explains one of its units."""
        return Reader(self, Unit(book.kind, id_, id_, None, refused=False), book.id)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What explanations ask of a manifest: which kinds there are, and which rulebooks."""
        rulebooks = {id_: found.book.kind for id_, found in self.rating.books.items()}
        return {"rulebooks": rulebooks, "counts": dict.fromkeys(self.rating.facts.tables)}

    @cached_property
    def rules(self) -> dict[str, Any]:
        """The rules as used."""
        data = {**resolve(self.rating.programmes, self.rating.year), "final": self.rating.final}
        return json.loads(json.dumps(data, default=str))  # type: ignore[no-any-return]

    @cached_property
    def origins(self) -> dict[str, dict[str, Any]]:
        """Nothing: where facts stand, the case itself says."""
        return {}

    @cached_property
    def findings(self) -> list[dict[str, Any]]:
        """Nothing: what the checks found is told by unit."""
        return []

    def ratings(self, rulebook: str) -> pl.LazyFrame:
        """The ratings of a rulebook."""
        return self.rating.books[rulebook].ratings.lazy()

    def measures(self, rulebook: str) -> pl.LazyFrame:
        """The numbers behind the ratings of a rulebook."""
        return self.rating.books[rulebook].measures.lazy()

    def cases(self, rulebook: str) -> pl.LazyFrame:
        """The cases of a rulebook with their traces."""
        found = self.rating.books[rulebook]
        return case_table(found.book, found.outcomes, found.decisions).lazy()

    def histories(self, rulebook: str) -> pl.LazyFrame:
        """The distinct histories of a rulebook's lifecycles with their steps."""
        return self.rating.books[rulebook].histories.lazy()

    def selection(self, rulebook: str, selection: str) -> pl.LazyFrame:
        """The candidates of a selection of a rulebook."""
        return self.rating.books[rulebook].selections[selection].lazy()

    def facts(self, kind: str) -> pl.LazyFrame:
        """The facts of a kind."""
        return self.rating.facts.tables[kind].lazy()
