"""A rating that was not written, read as a run is: what explains, lists and compares runs serves it too."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.archive.run import FORMAT, Run
from engine.archive.writing import about, documents, tables, versions

if TYPE_CHECKING:
    import polars as pl

    from engine.archive.shapes import Shape
    from engine.rating import Rating


@dataclass(frozen=True)
class Held(Run):
    """A rating in the place of a run.

    Attributes:
        folder: what it is called where a run's folder would be.
        rating: the rating, with its measures.
        like: a run that was rated by the same rules.
    """

    rating: Rating
    like: Run | None = None

    @cached_property
    def rules(self) -> dict[str, Any]:
        """The rules as used; of a run that was rated by the same ones, its own: to resolve them takes a while."""
        return super().rules if self.like is None else self.like.rules

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What a manifest says of a rating; no file is listed."""
        return {"format": FORMAT, "versions": versions(), "written": "", **about(self.rating), "files": {}}

    @cached_property
    def rulings(self) -> list[dict[str, Any]]:
        """What people decided beside the rules."""
        return [asdict(item) for item in self.rating.facts.rulings]

    @cached_property
    def corrections(self) -> list[dict[str, Any]]:
        """What was corrected in the facts."""
        return [asdict(item) for item in self.rating.facts.corrections]

    def exempt(self, kind: str) -> pl.LazyFrame | None:
        """The facts of exempt units of a kind."""
        return self.rating.exempt[kind].lazy() if kind in self.rating.exempt else None

    @cached_property
    def _documents(self) -> dict[str, Any]:
        return documents(self.rating)

    @cached_property
    def _tables(self) -> dict[str, pl.DataFrame]:
        return dict(tables(self.rating))

    def _json(self, name: str, shape: Shape) -> Any:  # noqa: ANN401, ARG002 - it is as it was made
        return json.loads(json.dumps(self._documents[name], ensure_ascii=False, default=str))

    def _table(self, name: str) -> pl.LazyFrame:
        return self._tables[name].lazy()
