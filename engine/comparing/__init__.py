"""What moved from one rating to another: two years, a draft and the final run, before and after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine.comparing.answers import answers, moving
from engine.comparing.details import Details, grade_text
from engine.comparing.model import PENDING, BookComparison, Change, Comparison, Moved, Side, Standing, Unit, Value
from engine.diagnostic import Diagnostic, InvalidInputError, Place, near
from engine.kin import among
from engine.listing import record_kinds
from engine.messages.words import WORDS, listed, with_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from engine.archive import Run
    from engine.comparing.causes import Causes

__all__ = [
    "BookComparison",
    "Change",
    "Comparison",
    "Moved",
    "Side",
    "Standing",
    "Unit",
    "Value",
    "compare",
    "rulebooks_of",
]

MOST_SHOWN = 200
"""Of so many units that moved the details are told, unless another number is asked for."""


def compare(
    before: Run,
    after: Run,
    *,
    causes: bool = True,
    most: int = MOST_SHOWN,
    rulebooks: Collection[str] | None = None,
    show: Mapping[str, Collection[str]] | None = None,
    only: Mapping[str, pl.Series] | None = None,
) -> Comparison:
    """Compare two runs.

    Args:
        before: the first.
        after: the second.
        causes: find out why each unit moved, by rating the facts of one by the rules of the other.
        most: of so many units that moved, for each rulebook, tell the details.
        rulebooks: compare by these only.
        show: units, by kind, of which to tell the details even if they did not move.
        only: the ids of the units to compare, by kind; of a kind that is not named, none.

    Raises:
        InvalidInputError: the runs have no rulebook in common that can be compared.
    """
    asked = [id_ for id_ in before.manifest["rulebooks"] if rulebooks is None or id_ in rulebooks]
    refused = [item for id_ in asked if (item := _refusal(before, after, id_)) is not None]
    lost = {str(item.values["rulebook"]) for item in refused}
    records = record_kinds(before)
    books = [id_ for id_ in asked if id_ not in lost and before.manifest["rulebooks"][id_] not in records]
    if asked and not books:
        nothing = Diagnostic("nothing_to_compare", Place(str(after.folder)), {"before": str(before.folder)})
        raise InvalidInputError([*refused, nothing])
    pairs = [_Pair(before, after, id_, only) for id_ in books]
    why = None
    if causes and any(pair.moved.height for pair in pairs):
        from engine.comparing.causes import Causes  # noqa: PLC0415 - it rates again

        why = Causes(before, after, [pair.id for pair in pairs if pair.moved.height])
    compared = [pair.comparison(most, show or {}, why) for pair in pairs]
    return Comparison(_side(before), _side(after), tuple(compared), tuple(refused))


def rulebooks_of(run: Run, kind: str) -> list[str]:
    """The rulebooks that rate a kind, by its id or label, in a run.

    Raises:
        InvalidInputError: there are none.
    """
    rulebooks = run.manifest["rulebooks"]
    labels = {id_: run.rules["kinds"][id_] for id_ in dict.fromkeys(rulebooks.values())}
    if found := [id_ for id_, of in rulebooks.items() if kind in {of, *labels[of].values()}]:
        return found
    values = {"kind": kind, **listed(with_id(id_, label) for id_, label in labels.items())}
    raise InvalidInputError([Diagnostic("compare_unknown_kind", Place(str(run.folder)), values, near(kind, labels))])


def _side(run: Run) -> Side:
    manifest = run.manifest
    overlays = tuple(item["label"] for item in manifest.get("overlays", ()))
    return Side(str(run.folder), manifest["year"], manifest["final"], overlays, "hypothetical" in manifest)


def _refusal(before: Run, after: Run, rulebook: str) -> Diagnostic | None:
    """Why the units of a rulebook cannot be compared."""
    place = Place(str(after.folder))
    kind = before.manifest["rulebooks"][rulebook]
    label = before.rules["rulebooks"][rulebook]["label"] or {"zh": rulebook, "en": rulebook}
    values: dict[str, object] = {"rulebook": rulebook, "kind": kind, "before": str(before.folder), **label}
    if rulebook not in after.manifest["rulebooks"]:
        return Diagnostic("compare_not_rated", place, values)
    old, new = before.rules["rulebooks"][rulebook], after.rules["rulebooks"][rulebook]
    if old["kind"] != new["kind"]:
        return Diagnostic("compare_other_kind", place, {**values, "other": new["kind"]})
    grades = [[grade["id"] for grade in book["grades"]] for book in (old, new)]
    if grades[0] != grades[1]:
        told = {"old": ", ".join(grades[0]), "new": ", ".join(grades[1])}
        return Diagnostic("compare_other_grades", place, {**values, **told})
    return None


class _Pair:
    """The units of a rulebook on both sides."""

    def __init__(self, before: Run, after: Run, rulebook: str, only: Mapping[str, pl.Series] | None) -> None:
        self.before = before
        self.after = after
        self.id = rulebook
        self.book: dict[str, Any] = after.rules["rulebooks"][rulebook]
        self.kind: str = self.book["kind"]
        ids = None if only is None else only.get(self.kind, pl.Series(dtype=pl.String))
        found = []
        for run in (before, after):
            table = answers(run, rulebook)
            found.append((table if ids is None else table.filter(among("id", ids))).collect())
        self.old, self.new = found
        self.both = self.new.join(self.old, on="id", how="inner", suffix="@", maintain_order="left")
        names = [name for name in moving(self.new.columns) if name in self.old.columns]
        differs = (pl.col(name).ne_missing(pl.col(f"{name}@")) for name in names)
        self.moved = self.both.filter(pl.any_horizontal(differs))

    def comparison(self, most: int, show: Mapping[str, Collection[str]], why: Causes | None) -> BookComparison:
        both, moved = self.both, self.moved
        causes = why.of(self.id, moved["id"]) if why is not None and moved.height else {}
        order = pl.col("grade") != pl.col("grade@")
        first = moved.sort(order, descending=True, maintain_order=True)["id"].head(most).to_list()
        shown = list(dict.fromkeys([*show.get(self.kind, ()), *first]))
        details = Details(self.before, self.after, self.id, [id_ for id_ in shown if id_ in set(both["id"])])
        pairs = both.group_by("grade@", "grade").len().rows() if self.book["grades"] else []
        matrix = {(old, new): units for old, new, units in pairs}
        grades = {item["id"]: item["label"] for item in self.book["grades"]}
        if any(PENDING in pair for pair in matrix):
            grades[PENDING] = WORDS["pending"]
        appeared, gone = self.new.join(self.old, on="id", how="anti"), self.old.join(self.new, on="id", how="anti")
        counted = {cause: list(causes.values()).count(cause) for cause in dict.fromkeys(causes.values())}
        return BookComparison(
            rulebook=self.id,
            label=self.book["label"],
            kind=self.kind,
            kind_label=self.after.rules["kinds"][self.kind],
            rated=bool(self.book["grades"]),
            units=both.height,
            grades=grades,
            matrix={(old, new): matrix.get((old, new), 0) for old in grades for new in grades},
            count=moved.height,
            causes={str(cause): number for cause, number in counted.items() if cause is not None},
            moved=tuple(details.moved(row, row_old, causes.get(row["id"])) for row, row_old in self.rows(details.ids)),
            appeared=self.some(appeared, most),
            appeared_count=appeared.height,
            gone=self.some(gone, most),
            gone_count=gone.height,
        )

    def rows(self, ids: list[str]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """The answers of units on the second side and on the first, in an order of ids."""
        new, old = (
            {row["id"]: row for row in table.filter(pl.col("id").is_in(ids)).iter_rows(named=True)}
            for table in (self.new, self.old)
        )
        return [(new[id_], old[id_]) for id_ in ids]

    def some(self, table: pl.DataFrame, most: int) -> tuple[Unit, ...]:
        return tuple(
            Unit(row["id"], row["name"] or row["id"], grade_text(self.book, row["grade"]))
            for row in table.head(most).iter_rows(named=True)
        )
