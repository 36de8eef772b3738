"""What points come from: losses with their reasons, the scores of assessors, bonuses and penalties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.explanation.model import Loss, Score, Source
from engine.messages.words import WORDS
from engine.numbers import write, write_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.explanation.model import Piece, Text
    from engine.explanation.reader import Reader

Data = dict[str, Any]
Ends = tuple[float, float]


class PointsReader:
    """The points of one unit."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def losses(self, points: Data) -> tuple[Loss, ...]:
        """What each reason costs."""
        return tuple(map(self.loss, points["losses"]))

    def loss(self, item: Data) -> Loss:
        """What one reason costs."""
        reader = self.reader
        low, high = reader.measured(item["column"])
        lost = True if low > 0 else None if high > 0 else False
        tests = reader.tests.all(item["when"], lost, wanted=None) if item["when"] and lost is not False else ()
        return Loss(
            item["id"],
            item["label"] or {"zh": item["id"], "en": item["id"]},
            write_range(low, high, "") or "",
            lost,
            tests,
            self.by_each(item) if item["each"] else (),
            reader.clauses(item["cite"]),
            reader.decisions(item["open"]),
        )

    def by_each(self, item: Data) -> tuple[Piece, ...]:
        """What is lost for each one, or each step."""
        step = item["step"] and item["step"]["constant"]
        phrase = "each_one" if step is None else f"each_step_{item['part']}"
        values = {"by": write(item["by"], ""), "step": step, "max": item["max"]}
        said = _said(phrase, values)
        if item["max"] is not None:
            most = _said("at_most_lost", values)
            said = {language: text + most[language] for language, text in said.items()}
        return (*self.reader.tests.operand(item["each"]), WORDS["semicolon"], said)

    def scores(self, points: Data) -> tuple[Score, ...]:
        """What each assessor gave; of those whose first score counts, the first that gave one is marked."""
        reader = self.reader
        weights = dict(points["counts"])
        facts = {item["id"]: item["fact"] for item in points["scores"]}
        if None in weights.values():
            counting = {id_ for id_ in weights if reader.facts[facts[id_]] is not None}
            counting = {next(id_ for id_ in weights if id_ in counting)} if counting else set()
        else:
            counting = set(weights)
        found = []
        for item in points["scores"]:
            source = reader.source(item["fact"])
            weight = weights.get(item["id"])
            value = WORDS["no_score"] if source.answer else source.value
            shown = None if weight is None else write(weight, "ratio")
            found.append(Score(item["id"], item["label"], value, source.cell, item["id"] in counting, shown))
        return tuple(found)

    def reason(self, points: Data) -> Source | None:
        """Why points were not given, where that is said."""
        fact = points["reason"]
        return None if self.reader.facts[fact] is None else self.reader.source(fact)

    def bonus(self, items: Iterable[Data]) -> Ends:
        """What bonuses add: of a group all or the highest, up to its limit."""
        score = self.reader.book["score"]
        groups = {group["id"]: group for group in score.get("groups", ())}
        by_group: dict[str | None, list[Ends]] = {}
        for item in items:
            if item["bonus"]:
                by_group.setdefault(item.get("group"), []).append(self.reader.criterion_points(item))
        total = [0.0, 0.0]
        for id_, ends in by_group.items():
            group = groups.get(id_ or "")
            for end in (0, 1):
                values = [pair[end] for pair in ends]
                joined = max(values) if group and group["take"] == "highest" else sum(values)
                total[end] += min(joined, group["max"]) if group else joined
        return min(total[0], score["bonus_max"]), min(total[1], score["bonus_max"])

    def penalty(self, items: Sequence[Data]) -> Ends:
        """What penalties take off: what their criteria lack of all their points."""
        reader = self.reader
        low = high = 0.0
        for item in items:
            if not item.get("penalty") or reader.status(item) == "not_applicable":
                continue
            points = reader.criterion_points(item)
            low += 0.0 if reader.may_apply(item["id"]) else item["most"] - points[1]
            high += item["most"] - points[0]
        most = reader.book["score"].get("penalty_max", 0.0)
        return min(low, most), min(high, most)


def _said(phrase: str, values: Data) -> Text:
    return {language: text.format(**values) for language, text in WORDS[phrase].items()}
