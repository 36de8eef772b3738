"""Who was selected: the candidates of the selections of a run, in order of their places."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.archive import InvalidRunError
from engine.diagnostic import Diagnostic, Place, near
from engine.messages.words import WORDS
from engine.numbers import exact, write_range
from engine.seats import label_of as settlement_label
from engine.seats import settlements

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from engine.archive import Run

Data = dict[str, Any]
STATUSES = ("chosen", "tied", "open", "undecidable", "passed_over")


def counts(run: Run) -> list[Data]:
    """How many candidates are what, for each selection."""
    found = []
    for id_ in run.manifest["rulebooks"]:
        for item in run.rules["rulebooks"][id_]["select"]:
            rows = run.selection(id_, item["id"]).group_by("status").agg(pl.len()).collect()
            by_status = dict(rows.iter_rows())
            named = [(WORDS["candidates"], sum(by_status.values()))]
            named += [(WORDS[status], by_status.get(status, 0)) for status in STATUSES]
            found.append({"rulebook": id_, "select": item["id"], "label": label_of(item), "counts": named})
    return found


def candidates(run: Run, name: str, among: Mapping[str, Collection[str]] | None = None) -> list[Data]:
    """The candidates of a selection, or the units that compete for seats.

    Args:
        run: the run.
        name: the selection or settlement, by id or label.
        among: only these units of each rulebook.

    Raises:
        InvalidRunError: no rulebook of the run has such a selection.
    """
    books = {id_: run.rules["rulebooks"][id_] for id_ in run.manifest["rulebooks"]}
    found = [
        _selection(run, id_, item, None if among is None else among.get(id_, ()))
        for id_, book in books.items()
        for item in (*book["select"], *settlements(book))
        if name in {item["id"], *(item["label"] or {}).values()}
    ]
    if not found:
        items = [item for book in books.values() for item in (*book["select"], *settlements(book))]
        known = [text for item in items for text in (*(item["label"] or {}).values(), item["id"])]
        values = {"name": name, "selections": ", ".join(item["id"] for item in items) or "–"}
        raise InvalidRunError([Diagnostic("unknown_selection", Place(str(run.folder)), values, near(name, known, n=3))])
    return found


def label_of(item: Data) -> Data:
    """What a selection is called."""
    return item["label"] or {"zh": item["id"], "en": item["id"]}


def _selection(run: Run, rulebook: str, item: Data, among: Collection[str] | None) -> Data:
    book = run.rules["rulebooks"][rulebook]
    table = run.selection(rulebook, item["id"])
    if among is not None:
        table = table.filter(pl.col("id").is_in(list(among)))
    rows = ordered(table).collect()
    groups = unit_names(run, item["within"], rows["group"])
    parents = unit_names(run, _parent_kind(run, book), rows["parent"])
    units = []
    for row in rows.iter_rows(named=True):
        keys = [key_range(row, at) for at in range(1, len(item["by"]) + 1)]
        own = [name for name in _OF_UNITS if name in row]
        units.append(
            {
                **{name: row[name] for name in own},
                "parent_name": parents.get(row["parent"], row["parent"]),
                "group_name": groups.get(row["group"], row["group"]),
                "place_low": row["place_low"],
                "place_high": row["place_high"],
                "keys": [list(map(_finite, ends)) for ends in keys],
                "values": [written(key, *ends) for key, ends in zip(item["by"], keys, strict=True)],
            },
        )
    return {
        "rulebook": rulebook,
        "select": item["id"],
        "label": label_of(item) if "best" in item else settlement_label(item, book),
        **({"places": seats(item)} if "best" in item else {"grade": item["grade"], "at_most": item["at_most"]}),
        "within": None if item["within"] is None else run.rules["kinds"][item["within"]],
        "ties": item["ties"],
        "by": [{"label": key_label(key, run.rules["facts"][book["kind"]]), "most": key["most"]} for key in item["by"]],
        "units": units,
    }


_OF_UNITS = (
    *("id", "name", "parent", "group", "status", "eligible"),
    *("certain", "base", "base_high", "seats", "seats_high"),
)
"""What is told of each unit: those of the second line where a grade has so many seats."""


def ordered(table: pl.LazyFrame) -> pl.LazyFrame:
    """Candidates as they are read: by group, those with a place first."""
    return table.sort("group", "place_low", "place_high", "status", "id", nulls_last=True)


def _parent_kind(run: Run, book: Data) -> str | None:
    trees = {programme["id"]: programme["parents"] for programme in run.rules["programmes"]}
    return trees[book["programme"]].get(book["kind"])  # type: ignore[no-any-return]


def unit_names(run: Run, kind: str | None, ids: pl.Series) -> dict[str, str]:
    """The names of units, where their table was given."""
    if kind is None or kind not in run.manifest["counts"]:
        return {}
    table = run.facts(kind).filter(pl.col("id").is_in(ids.drop_nulls().unique().implode()))
    return dict(table.select("id", "name").collect().iter_rows())


def seats(item: Data) -> int:
    """How many are chosen."""
    return int(item["best"]["exact"])


def place(row: Data) -> str:
    """The place of a candidate; nothing where it is not known."""
    low, high = row["place_low"], row["place_high"]
    return "" if low is None else str(low) if low == high else f"{low}–{high}"


def key_range(row: Data, at: int) -> tuple[float, float]:
    """A key of a candidate."""
    low, high = row[f"key_{at}"], row[f"key_{at}_high"]
    return low, low if high is None else high


def _finite(value: float) -> float | None:
    return None if isinf(value) else value


def written(key: Data, low: float, high: float, line: float | None = None) -> Data | str:
    """The value of a key as it is shown; it does not look equal to the one at the line if it is not."""
    if key["choices"]:
        worst, best = (key["choices"][int(end)] for end in (low, high))
        return worst if low == high else {language: f"{worst[language]}–{best[language]}" for language in worst}
    against = None if line is None or isinf(line) else exact(line)
    return write_range(low, high, "date" if key["type"] == "date" else key["unit"], against) or WORDS["unknown"]


def key_label(key: Data, facts: Data) -> Data:
    """What a key is called: its measure or fact, or the expression with what its parts are called."""
    if key["label"]:
        return key["label"]  # type: ignore[no-any-return]
    parts = [_part(part, facts) for part in key["parts"]]
    return {language: "".join(part[language] for part in parts) for language in ("zh", "en")}


def _part(part: Any, facts: Data) -> Data:  # noqa: ANN401
    if isinstance(part, str):
        return {"zh": part, "en": part}
    if "fact" in part:
        return facts[part["fact"]]["label"]  # type: ignore[no-any-return]
    if part.get("score"):
        return WORDS["points"]
    name = str(part.get("constant") or part.get("text") or part.get("column") or part.get("good"))
    return part.get("label") or WORDS.get(name) or {"zh": name, "en": name}
