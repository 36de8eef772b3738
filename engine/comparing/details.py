"""What is told of a unit that moved: what changed of it, down to its facts and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine.comparing.answers import FORMS, label_of, word_of
from engine.comparing.model import PENDING, Change, Moved, Standing, Value
from engine.listing import policy_rules
from engine.messages.words import WORDS
from engine.numbers import score_limits, write_range, write_score, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.archive import Run
    from engine.comparing.model import Cause
    from engine.explanation.model import Piece, Text

Data = dict[str, Any]


def grade_text(book: Data, grade: str | None) -> Text | None:
    """What a grade is called."""
    if grade == PENDING:
        return WORDS["pending"]
    return next((item["label"] for item in book["grades"] if item["id"] == grade), None)


class Details:
    """Tells of some units of a rulebook.

    Attributes:
        ids: the units.
    """

    def __init__(self, before: Run, after: Run, rulebook: str, ids: list[str]) -> None:
        self.ids = ids
        self.old_book: Data = before.rules["rulebooks"][rulebook]
        self.book: Data = after.rules["rulebooks"][rulebook]
        self.kind: str = self.book["kind"]
        self.described: Data = before.rules["facts"].get(self.kind, {}) | after.rules["facts"].get(self.kind, {})
        self.facts = [self._rows(run.facts(self.kind)) for run in (before, after)]
        self.numbers = [self._rows(run.measures(rulebook)) for run in (before, after)]
        stages = [policy_rules(book) for book in (self.book, self.old_book)]
        self.may_fire = [self._possible(run, rulebook) for run in (before, after)]
        self.rules = list(dict.fromkeys(rule["id"] for stage in stages for rule in stage))

    def _possible(self, run: Run, rulebook: str) -> dict[int, set[str]]:
        """The rules that fire in some completion of each case."""
        if not self.ids:
            return {}
        return {
            case: set(rules or ()) for case, rules in run.cases(rulebook).select("case", "may_fire").collect().rows()
        }

    def _rows(self, table: pl.LazyFrame) -> dict[str, Data]:
        if not self.ids:
            return {}
        frame = table.filter(pl.col("id").is_in(self.ids)).collect()
        return {row["id"]: row for row in frame.iter_rows(named=True)}

    def moved(self, new: Data, old: Data, cause: Cause | None) -> Moved:
        """What became of a unit, by its answers on both sides."""
        id_ = new["id"]
        return Moved(
            kind=self.kind,
            id=id_,
            name=new["name"] or id_,
            parent=new["parent"],
            before=self._standing(old),
            after=self._standing(new),
            direction=self._direction(old["grade"], new["grade"]),
            changes=tuple(self._changes(old, new)),
            facts=tuple(self._facts(id_)),
            numbers=tuple(self._numbers(id_)),
            cause=cause,
        )

    def _standing(self, row: Data) -> Standing:
        book = self.book
        grade, low, high = (grade_text(book, row[name]) for name in ("grade", "grade_low", "grade_high"))
        points = "" if row["points_low"] is None or not book["score"]["most"] else self._points(row)
        return Standing(None if row["grade"] == PENDING else grade, low, high, points)

    def _points(self, row: Data) -> str:
        return write_score(row["points_low"], row["points_high"], score_limits(self.book))

    def _direction(self, old: str | None, new: str | None) -> str:
        if old == new:
            return "same"
        if PENDING in {old, new}:
            return "open"
        ranks = [item["id"] for item in self.book["grades"]]
        return "up" if ranks.index(str(new)) < ranks.index(str(old)) else "down"

    def _changes(self, old: Data, new: Data) -> Iterator[Change]:
        fired = [set(filter(None, (row["rules"] or "").split(","))) for row in (old, new)]
        may_fire = [side.get(row["case"], set()) for side, row in zip(self.may_fire, (old, new), strict=True)]
        for rule in self.rules:
            signs = tuple(
                "fired" if rule in sure else "may_fire" if rule in maybe else "not_fired"
                for sure, maybe in zip(fired, may_fire, strict=True)
            )
            if signs[0] != signs[1]:
                yield self._change("rule", rule, signs)
        for what in FORMS[1:]:
            for name in (name for name in new if name.startswith(f"{what}:")):
                if name in old and old[name] != new[name]:
                    yield self._change(what, name.partition(":")[2], (old[name], new[name]))

    def _change(self, what: str, id_: str, signs: tuple[str, ...]) -> Change:
        words = [word_of(self.book, what, id_, sign) for sign in signs]
        label = label_of(self.book, what, id_) or label_of(self.old_book, what, id_) or {"zh": id_, "en": id_}
        return Change(what, id_, label, words[0], words[1], (signs[0], signs[1]))

    def _facts(self, id_: str) -> Iterator[Value]:
        old, new = (side.get(id_, {}) for side in self.facts)
        for fact, described in self.described.items():
            before, after = old.get(fact), new.get(fact)
            if before != after:
                shown = [None if value is None else written(described, value) for value in (before, after)]
                yield Value(fact, described["label"], shown[0], shown[1])

    def _numbers(self, id_: str) -> Iterator[Value]:
        old, new = (side.get(id_, {}) for side in self.numbers)
        named = ((name, item) for name, item in self.book["measures"].items() if ":" not in name)  # those of targets
        for name, described in named:
            ends = [self._ends(side, name) for side in (old, new)]
            if ends[0] != ends[1]:
                shown = [self._number(described, pair) for pair in ends]
                yield Value(name, described["label"] or {"zh": name, "en": name}, shown[0], shown[1])

    def _ends(self, row: Data, name: str) -> tuple[Any, Any]:
        high = row.get(f"{name}_high")
        return row.get(name), row.get(name) if high is None else high

    def _number(self, described: Data, ends: tuple[Any, Any]) -> Piece | None:
        if isinstance(ends[0], bool):
            return WORDS["yes" if ends[0] else "no"]
        low, high = ends
        return None if low is None or high is None else write_range(float(low), float(high), described["unit"])
