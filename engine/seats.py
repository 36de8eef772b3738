"""Who has a seat: where a grade has so many, the units that compete for them in order of their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine.messages.words import WORDS

if TYPE_CHECKING:
    from engine.archive import Run
    from engine.explanation.model import Text

Data = dict[str, Any]
STATUSES = ("seated", "surplus", "tied", "seat_open")


def settlements(book: Data) -> list[Data]:
    """The settlements of a resolved rulebook, in turn."""
    found: list[Data] = book["policy"].get("settle", [])
    return found


def counts(run: Run) -> list[Data]:
    """How many seats there are where units compete, and how many of these are what, for each settlement."""
    found = []
    for id_ in run.manifest["rulebooks"]:
        book = run.rules["rulebooks"][id_]
        for item in settlements(book):
            table = run.selection(id_, item["id"]).collect()
            by_status = dict(table.group_by("status").agg(pl.len()).iter_rows())
            places = table.group_by("group").agg(pl.col("seats", "seats_high").max()).select(pl.exclude("group").sum())
            seats = ends(*places.row(0)) if table.height else "–"  # a group is known by those who compete in it
            named = [(WORDS["seats"], seats), (WORDS["competing"], sum(by_status.values()))]
            named += [(WORDS[status], by_status.get(status, 0)) for status in STATUSES]
            label = label_of(item, book)
            found.append({"rulebook": id_, "settle": item["id"], "label": label, "counts": named})
    return found


def label_of(item: Data, book: Data) -> Text:
    """What a settlement is called."""
    own: Text | None = item["label"]
    if own:
        return own
    grade = grade_label(book, item["grade"])
    return {language: WORDS["seat_head"][language].format(grade=grade[language]) for language in grade}


def grade_label(book: Data, grade: str) -> Text:
    """What a grade is called."""
    labels: dict[str, Text] = {found["id"]: found["label"] for found in book["grades"]}
    return labels[grade]


def ends(low: int, high: int) -> str:
    """A number of units or seats."""
    return str(low) if low == high else f"{low}–{high}"


def share_of(item: Data) -> str:
    """The share of the units that gives the seats; empty where they are a number."""
    written: str = item["at_most"]["constant"]
    return written if written.endswith("%") else ""
