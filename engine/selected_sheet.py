"""The candidates of all selections as rows of a sheet, to be handed round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine.messages.words import word
from engine.seats import label_of as settlement_label
from engine.seats import settlements
from engine.selected import key_label, key_range, label_of, ordered, place, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.messages import Language
    from engine.rating import BookRating, Rating

Data = dict[str, Any]
HEADERS = ("selection", "group", "rank", "status", "id", "name", "parent", "keys")
STATUS = HEADERS.index("status")


def rows(rating: Rating, language: Language, *, most: int) -> list[tuple[str, ...]]:
    """A row for each who competes for a seat and each candidate, in order of places.

    Of more than `most` only those who are not certain to get nothing.
    """
    found = [item for item in rating.books.values() if item.selections]
    if not found:
        return []
    from engine.programme.resolved import resolve  # noqa: PLC0415 - most rulebooks select nobody

    rules = resolve(rating.programmes, rating.year)
    return [row for item in found for row in _rows(rating, item, rules, language, most)]


def _rows(rating: Rating, found: BookRating, rules: Data, language: Language, most: int) -> Iterator[tuple[str, ...]]:
    kind = found.book.kind
    parents = _names(rating, next(tree["parents"][kind] for tree in rules["programmes"] if kind in tree["parents"]))
    book = rules["rulebooks"][found.book.id]
    for item in (*settlements(book), *book["select"]):
        table = found.selections[item["id"]]
        if table.height > most:
            table = table.filter(~pl.col("status").cast(pl.String).is_in(["passed_over", "surplus"])).head(most)
        groups = _names(rating, item["within"])
        labels = [key_label(key, rules["facts"][kind])[language] for key in item["by"]]
        for row in ordered(table.lazy()).collect().iter_rows(named=True):
            values = [written(key, *key_range(row, at)) for at, key in enumerate(item["by"], start=1)]
            texts = (str(value[language] if isinstance(value, dict) else value) for value in values)
            yield (
                (label_of(item) if "best" in item else settlement_label(item, book))[language],
                groups.get(row["group"], row["group"]) or "",
                place(row),
                word(row["status"], language),
                row["id"],
                row["name"] or "",
                parents.get(row["parent"], row["parent"]) or "",
                word("semicolon", language).join(f"{label} {text}" for label, text in zip(labels, texts, strict=True)),
            )


def _names(rating: Rating, kind: str | None) -> dict[str, str]:
    """The names of the units of a kind, where its table was given."""
    table = rating.facts.tables.get(kind or "")
    return {} if table is None else dict(table.select("id", "name").iter_rows())
