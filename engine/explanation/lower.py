"""What an explanation says of the units below: their cells, and what of them is still open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine.diagnostic import Place
from engine.explanation.model import Source
from engine.messages.words import WORDS, phrase

if TYPE_CHECKING:
    from engine.explanation.model import Text
    from engine.explanation.reader import Reader

Data = dict[str, Any]
_CELLS_NAMED = 3
"""How many open cells of lower units are named one by one."""


class LowerReader:
    """The units below one unit.

    What an expression reads of them is named by the column that holds it: a fact by its id, a result of their rulebook
    as `five_goods:title.five_goods`. A kind may be followed by the reference that leads to it: `cadre@department`.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.run = reader.run

    def sources(self, kind: str, name: str) -> list[Source]:
        """The cells of a fact of all units below, or the rows of a result: the first and the last of each file."""
        if not self._is_given(kind):
            return []
        found = []
        of, label = self._of(kind), self._label(kind, name)
        if self.run.trail is not None and ":" not in name:
            ids = self.units(kind).select("id").collect()["id"]
            for ends, count in self.run.trail.ends(kind.partition("@")[0], ids, name):
                value = {language: phrase(of, language, count=count) for language in ("zh", "en")}
                found.append(Source(name, label, value, " … ".join(ends)))
            return found
        for file, first, last, count in self._rows(kind):
            cells = [self._cell(file, row, name) for row in dict.fromkeys((first, last))]
            if None not in cells:
                value = {language: phrase(of, language, count=count) for language in ("zh", "en")}
                found.append(Source(name, label, value, " … ".join(filter(None, cells))))
        return found

    def gap(self, kind: str, name: str) -> Source | None:
        """The units below that have not reported a fact, or whose result is open; None when there is none."""
        if not self.has_gaps(kind, name):
            return None
        units = self._open(kind, name)
        rows = units.sort("_file", "_row")
        label = self._label(kind, name)
        named = {
            language: phrase(
                "lower_gap_records" if self._of(kind) == "of_records" else "lower_gap",
                language,
                kind=self.run.rules["kinds"][kind.partition("@")[0]][language],
                label=label[language],
                count=rows.height,
            )
            for language in ("zh", "en")
        }
        return Source(name, named, None, self.cells(rows, name, _CELLS_NAMED))

    def has_gaps(self, kind: str, name: str) -> bool:
        """A unit below has not reported a fact, or its result is open."""
        return self._is_given(kind) and not self._open(kind, name).is_empty()

    def is_any(self, kind: str) -> bool:
        """There are units below."""
        return self._is_given(kind) and not self.units(kind).select("id").collect().is_empty()

    def has_strays(self, kind: str) -> bool:
        """A row was refused of which it is not known under which unit it stands."""
        kind, _, via = kind.partition("@")
        owner = via or "parent"
        for step in [kind] if via else [kind, *self._between(kind)]:
            if self._is_given(step):
                rows = self.run.facts(step).filter(pl.col("_refused") & pl.col(owner).is_null())
                if rows.select(pl.len()).collect().item():
                    return True
        return False

    def _of(self, kind: str) -> str:
        """How units of a kind are counted in words: records are no units."""
        programmes = self.run.rules["programmes"]
        kinds = {record for programme in programmes for record in programme.get("records", ())}
        return "of_records" if kind.partition("@")[0] in kinds else "of_units"

    def _is_given(self, kind: str) -> bool:
        return kind.partition("@")[0] in self.run.manifest["counts"]

    def _open(self, kind: str, name: str) -> pl.DataFrame:
        """The units below of which a fact or result is not known."""
        units = self.units(kind, possible=True)
        kind = kind.partition("@")[0]
        if ":" not in name:
            if book := self.run.rules["facts"][kind][name].get("lifecycle"):
                states = self.run.ratings(book).select("id", name)
                units = units.join(states, on="id", how="left")
            is_gap = pl.col(name).is_null() & (self.run.rules["facts"][kind][name]["blank"] != "none")
            return units.filter(is_gap).select("_file", "_row").collect()
        book, _, part = name.partition(":")
        if book not in self.run.manifest["rulebooks"]:  # skipped, as none of its facts was reported
            return units.select("_file", "_row").collect()
        answer = part.partition(".")[2]
        known = {
            "grade": pl.col("grade_low") == pl.col("grade_high"),
            "score": pl.col("points_low") == pl.col("points_high"),
        }.get(part, pl.col(answer or "id").is_not_null())
        ratings = self.run.ratings(book).select("id", _known=known)
        rated = units.join(ratings, on="id", how="left")
        return rated.filter(~pl.col("_known").fill_null(value=False)).select("_file", "_row").collect()

    def _rows(self, kind: str) -> list[tuple[str, int, int, int]]:
        """By file, the first and last row of the units below, and how many they are."""
        row = pl.col("_row")
        groups = (
            self.units(kind)
            .group_by(pl.col("_file").cast(pl.String))
            .agg(row.min().alias("first"), row.max().alias("last"), pl.len())
        )
        return groups.sort("_file").collect().rows()

    def cells(self, rows: pl.DataFrame, fact: str, most: int) -> str:
        """The cells of a fact in some rows, the first of them by name."""
        places = rows.select(pl.col("_file").cast(pl.String), "_row").head(most).rows()
        named = ", ".join(cell for file, row in places if (cell := self._cell(file, row, fact)))
        return f"{named} …" if rows.height > most else named

    def _cell(self, file: str, row: int, name: str) -> str | None:
        origin = self.run.origins.get(file)
        if origin is None:
            return None
        return str(Place(origin["file"], row, origin["columns"].get(name), origin["sheet"]))

    def _label(self, kind: str, name: str) -> Text:
        """What a fact or result of the units below is called."""
        if ":" not in name:
            label: Text = self.run.rules["facts"][kind.partition("@")[0]][name]["label"]
            return label
        id_, _, part = name.partition(":")
        book: Data = self.run.rules["rulebooks"][id_]
        answer = part.partition(".")[2]
        labels: list[Text] = [item["label"] for item in (*book["titles"], *book["goods"]) if item["id"] == answer]
        return labels[0] if labels else WORDS["points" if part == "score" else "grade"]

    def units(self, kind: str, *, possible: bool = False) -> pl.LazyFrame:
        """The units of a kind below this one, however deep, or those that refer to it.

        Args:
            kind: the kind, perhaps with a reference.
            possible: those too that may refer to it, as they do not say to whom.
        """
        kind, _, via = kind.partition("@")
        if via:
            unsaid = pl.col(via).is_null() & (self.run.rules["facts"][kind][via]["blank"] != "none")
            return self.run.facts(kind).filter((pl.col(via) == self.reader.unit.id) | (unsaid & possible))
        ids = [self.reader.unit.id]
        for step in reversed(self._between(kind)):
            known = step in self.run.manifest["counts"]
            ids = self.run.facts(step).filter(pl.col("parent").is_in(ids)).collect()["id"].to_list() if known else []
        return self.run.facts(kind).filter(pl.col("parent").is_in(ids))

    def _between(self, kind: str) -> list[str]:
        """The kinds between a lower kind and the unit's, the lowest first."""
        trees = {programme["id"]: programme["parents"] for programme in self.run.rules["programmes"]}
        parents = trees[self.reader.book["programme"]]
        between: list[str] = []
        while (above := parents[between[-1] if between else kind]) not in {self.reader.unit.kind, None}:
            between.append(above)
        return between
