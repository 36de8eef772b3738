"""From refused cells to diagnostics: columns of problems stay columns until a message is needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.diagnostic import Diagnostic, near
from engine.facts.raw import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl

    from engine.facts.model import Origin
    from engine.schema import Column

LISTED = 1_000
"""How many cells of one column are listed for one problem; the others are counted."""
GUESSED = 20
"""For how many of them a likely name is looked for."""


def named(column: Column) -> dict[str, object]:
    """How messages name a fact: its id and labels."""
    return {"fact": column.id, "zh": column.label["zh"], "en": column.label["en"]}


@dataclass(frozen=True, slots=True)
class Problem:
    """The cells of one column that one thing is wrong with.

    Attributes:
        code: what is wrong.
        column: whose cells: `id`, `name`, `parent` or a fact; None for whole rows.
        cells: a row for each: `_file`, `_row`, and what its message says. `_other_file` and `_other_row` are the row of
            another cell that the message names.
        values: what all the messages say.
        names: what may have been meant by `given`.
        other: the column of the other cell.
        type: the type of the fact whose values the message shows.
        together: one message speaks for all cells.
        echo: another problem already speaks of these rows; they are refused with it.
    """

    code: str
    column: str | None
    cells: pl.DataFrame
    values: Mapping[str, object] = field(default_factory=dict)
    names: Sequence[str] = ()
    other: str | None = None
    type: str = "text"
    together: bool = False
    echo: bool = False

    def listed(self, origins: Mapping[str, Origin]) -> Iterator[Diagnostic]:
        """The diagnostics to show: of the first cells one by one, of the rest how many there are."""
        if self.echo or self.cells.is_empty():
            return
        if self.together:
            yield self._diagnostic(self.cells.row(0, named=True), origins, guess=True)
            return
        for number, cell in enumerate(self.cells.head(LISTED).iter_rows(named=True)):
            yield self._diagnostic(cell, origins, guess=number < GUESSED)
        if self.cells.height > LISTED:
            cell = self.cells.row(LISTED, named=True)
            place = origins[cell["_file"]].place(cell["_row"], self.column)
            like = self._diagnostic(self.cells.row(0, named=True), origins, guess=False)
            yield Diagnostic("facts_more", place, {"count": self.cells.height - LISTED, "like": str(like.place)})

    def by_row(self, origins: Mapping[str, Origin]) -> Iterator[tuple[tuple[str, int], Diagnostic]]:
        """Every refused row, as `_file` and `_row`, with its diagnostic."""
        shared = self._diagnostic(self.cells.row(0, named=True), origins, guess=True) if self.together else None
        for number, cell in enumerate(self.cells.iter_rows(named=True)):
            yield (cell["_file"], cell["_row"]), shared or self._diagnostic(cell, origins, guess=number < GUESSED)

    def _diagnostic(self, cell: dict[str, Any], origins: Mapping[str, Origin], *, guess: bool) -> Diagnostic:
        told = {key: _written(value, self.type) for key, value in cell.items() if not key.startswith("_")}
        values = {**self.values, **told}
        if self.together:
            values["count"] = self.cells.height
        if self.other:
            place = origins[cell.get("_other_file", cell["_file"])].place(
                cell.get("_other_row", cell["_row"]), self.other
            )
            values["other_place"] = str(place)
        given = values.get("given")
        guesses = near(given, self.names) if guess and self.names and isinstance(given, str) else ()
        return Diagnostic(self.code, origins[cell["_file"]].place(cell["_row"], self.column), values, guesses)


def _written(value: object, fact_type: str) -> object:
    """A value as a message shows it."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, float):
        number = Decimal(f"{value:.11g}")
        return f"{number.scaleb(2).normalize():f}%" if fact_type == "ratio" else f"{number:f}"
    return value
