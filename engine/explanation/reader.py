"""Read one unit's explanation from a run."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.diagnostic import Place
from engine.explanation.gaps import GapReader
from engine.explanation.lifecycles import LifecycleReader
from engine.explanation.lower import LowerReader
from engine.explanation.model import (
    Clause,
    Criterion,
    Decision,
    Explanation,
    Good,
    Measure,
    Part,
    Piece,
    Source,
    Text,
    Title,
)
from engine.explanation.obstacles import ObstacleReader
from engine.explanation.papers import PaperReader
from engine.explanation.points import PointsReader
from engine.explanation.policy import PolicyReader
from engine.explanation.targets import TargetReader
from engine.explanation.tests import TestReader, read_with
from engine.messages.words import WORDS
from engine.numbers import exact, score_limits, write, write_range, write_score, written
from engine.seats import settlements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.archive import Run
    from engine.archive.units import Unit
    from engine.explanation.model import Period, Piece, Seat, Selected, Test

Data = dict[str, Any]


class Reader:
    """One unit in one rulebook of a run."""

    def __init__(self, run: Run, unit: Unit, rulebook: str) -> None:
        self.run = run
        self.unit = unit
        self.id = rulebook
        # Of a rulebook that was skipped there are no states.
        rated = {None, *run.manifest["rulebooks"]}
        labels = run.rules["facts"][unit.kind]
        self.fact_labels: Data = {id_: fact for id_, fact in labels.items() if fact.get("lifecycle") in rated}
        self.rating = self.row(run.ratings(rulebook))
        self.measures = self.row(run.measures(rulebook))
        self.book: Data = read_with(run.rules["rulebooks"][rulebook], self.measures)
        self.grades: dict[str, Text] = {grade["id"]: grade["label"] for grade in self.book["grades"]}
        self.rated: bool = bool(self.grades)
        self.lifecycles = LifecycleReader(self)
        self.facts = {**self.row(run.facts(unit.kind)), **self.lifecycles.states()}
        self.papers = PaperReader(run, unit)
        self.lower = LowerReader(self)
        self.tests = TestReader(self)
        self.points_reader = PointsReader(self)
        self.policy = PolicyReader(self)

    def row(self, frame: pl.LazyFrame) -> Data:
        """The unit's row of a table."""
        return frame.filter(pl.col("id") == self.unit.id).collect().row(0, named=True)

    @cached_property
    def cases(self) -> dict[int, Data]:
        """The cases of the run, by code."""
        return {row["case"]: row for row in self.run.cases(self.id).collect().to_dicts()}

    def explanation(self, other: str | None = None) -> Explanation:
        """The whole of it.

        Args:
            other: a grade of the rulebook, of which is said what stands between the unit and it.
        """
        rating, book = self.rating, self.book
        goods = tuple(self.good(good) for good in book["goods"])
        raw, bonus, penalty = self.raw_points()
        obstacles = ObstacleReader(self) if self.rated else None
        gaps = GapReader(self)
        return Explanation(
            kind=self.unit.kind,
            kind_label=self.run.rules["kinds"][self.unit.kind],
            id=self.unit.id,
            name=self.unit.name,
            parent=self.parent_name(),
            year=self.run.rules["year"],
            final=self.run.rules["final"],
            rulebook=self.id,
            label=book["label"],
            row=str(self.papers.row(self.place(None))),
            rated=self.rated,
            grade=self.grades.get(rating["grade"]),
            grade_low=self.grades.get(rating["grade_low"]),
            grade_high=self.grades.get(rating["grade_high"]),
            proposed_low=self.grades.get(rating["proposed_low"]),
            proposed_high=self.grades.get(rating["proposed_high"]),
            points=self.points(rating["points_low"], rating["points_high"]),
            points_max=write_range(*self.measured("score_max"), "") or "",
            points_most=write(book["score"]["most"], ""),
            points_raw=raw,
            bonus=bonus,
            penalty=penalty,
            parts=self.parts(),
            rounded=book["score"].get("round"),
            truncated=bool(self.cases[rating["case"]]["truncated"]),
            titles=tuple(self.title(title) for title in book["titles"]),
            rules=self.policy.rules() if self.rated else (),
            goods=goods,
            gaps=gaps.own(),
            lower_gaps=gaps.lower(),
            settled_together=gaps.settled_together(),
            needed=gaps.needed(),
            next_grade=obstacles.next_grade() if obstacles else None,
            findings=self.findings(),
            targets=TargetReader(self).all(),
            lifecycles=self.lifecycles.of_book(),
            selections=self.selections(),
            seats=self.seats,
            other_grade=obstacles.other_grade(other) if obstacles and other else None,
            measures=() if self.rated else tuple(self.measure(id_) for id_ in book["measures"] if id_.isidentifier()),
            overlays=self.overlays(),
            hypothetical="hypothetical" in self.run.manifest,
            rulings=self.papers.ruled(self.book, rating),
            advisory=bool(rating.get("advisory")),
        )

    def overlays(self) -> tuple[Text, ...]:
        """What changed the rules of its programme."""
        programmes = self.run.rules["programmes"]
        found = (item.get("overlays", ()) for item in programmes if item["id"] == self.book["programme"])
        return tuple(overlay["label"] for overlays in found for overlay in overlays)

    def measure(self, id_: str) -> Measure:
        """A measure with what it rests on; where there are no grades, nothing else shows it."""
        item = self.book["measures"][id_]
        is_truth = item["type"] == "boolean"
        holds = self.measures[id_] if is_truth else None
        value: Piece | None
        if is_truth:
            value = WORDS["yes" if holds else "no" if holds is False else "unknown"]
        else:
            value = write_range(*self.measured(id_), item["unit"])
        return Measure(
            id_,
            item["label"] or {"zh": id_, "en": id_},
            WORDS["unknown"] if value is None else value,
            self.tests.all(item, holds) if is_truth else (),
            self.periods([item]),
            self.sources([item]),
            self.clauses(item["cite"]),
            self.decisions(item["open"]),
        )

    def selections(self) -> tuple[Selected, ...]:
        """What the unit is in each selection; few rulebooks have any."""
        if not self.book["select"]:
            return ()
        from engine.explanation.selections import selected  # noqa: PLC0415

        return selected(self)

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """What the unit is where a grade has so many seats; few rulebooks have such."""
        if not settlements(self.book):
            return ()
        from engine.explanation.seats import seats  # noqa: PLC0415

        return tuple(seats(self))

    def parent_name(self) -> str | None:
        """The name of the unit above, where its table was given."""
        if self.unit.parent is None:
            return None
        parents = {programme["id"]: programme["parents"] for programme in self.run.rules["programmes"]}
        kind = parents[self.book["programme"]].get(self.unit.kind)
        if kind not in self.run.manifest["counts"]:
            return self.unit.parent
        names = self.run.facts(kind).filter(pl.col("id") == self.unit.parent).select("name").collect()["name"].to_list()
        return names[0] if names else self.unit.parent

    # Facts and their cells

    def place(self, fact: str | None) -> Place:
        """The cell of a fact; the unit's row without one."""
        origin = self.run.origins.get(self.facts["_file"])
        if origin is None:
            return Place(self.facts["_file"] or "?")
        column = origin["columns"].get(fact) if fact else None
        return Place(origin["file"], self.facts["_row"], column, origin["sheet"])

    def source(self, fact: str) -> Source:
        """A fact with its value and cell."""
        if fact in self.lifecycles.owners:
            return self.lifecycles.source(fact)
        described = self.fact_labels[fact]
        value = self.facts[fact]
        if value is None and described["blank"] == "none":
            return self.papers.source(fact, described["label"], WORDS["not_entered"], self.place(fact), answer=True)
        shown = None if value is None else self.fact_value(fact, value)
        return self.papers.source(fact, described["label"], shown, self.place(fact))

    def sources(self, parts: Sequence[Data]) -> tuple[Source, ...]:
        """The facts that expressions read: the unit's own, and those of the units below it."""
        own = dict.fromkeys(fact for part in parts for fact in part["facts"])
        lower = dict.fromkeys((kind, fact) for part in parts for kind, fact in part["lower"])
        found = [self.source(fact) for fact in own]
        return (*found, *(source for kind, name in lower for source in self.lower.sources(kind, name)))

    def fact_value(self, fact: str, value: Any) -> Piece:  # noqa: ANN401
        """A reported value, written."""
        return written(self.fact_labels[fact], value)

    def is_gap(self, fact: str) -> bool:
        """The fact is not reported, and that is no answer."""
        return self.facts[fact] is None and self.fact_labels[fact]["blank"] != "none"

    def measured(self, column: str) -> tuple[float, float]:
        """A stored number as its range."""
        low = self.measures[column]
        high = self.measures.get(f"{column}_high")
        return low, low if high is None else high

    def points(self, low: float, high: float) -> str:
        """A score, with enough digits not to contradict the boundaries of the grades."""
        return write_score(low, high, score_limits(self.book))

    def raw_points(self) -> tuple[str, str, str]:
        """The points before they are rescaled, the bonus, and the penalty."""
        score, goods = self.book["score"], self.book["goods"]
        items = [item for good in goods for item in good["criteria"] if item["points"] is not None]
        raw = [0.0, 0.0]
        for item in items:
            if not item["bonus"] and not item.get("penalty"):
                raw = [end + points for end, points in zip(raw, self.criterion_points(item), strict=True)]
        bonus, penalty = self.points_reader.bonus(items), self.points_reader.penalty(items)
        # As the score itself, they must not look like reaching a boundary that they miss.
        ends = zip(self.measured("score_max"), bonus, strict=True)
        scales = [(exact(most) / exact(score["most"]), exact(extra)) for most, extra in ends if score["most"]]
        limits = [(limit - extra) * scale for limit in score_limits(self.book) for scale, extra in scales]
        return write_score(raw[0], raw[1], limits), write_range(*bonus, "") or "", write_range(*penalty, "") or ""

    def parts(self) -> tuple[Part, ...]:
        """The parts of the score, where it has others than the goods."""
        score = self.book["score"]
        if "parts" not in score:
            return ()
        goods = Part(
            WORDS["points_of_goods"], write_range(*self.measured("score:goods"), "") or "", _share(score["goods"])
        )
        others = []
        for operand, share in score["parts"]:
            column = operand["value"]["column"]
            low, high = (min(max(end, 0.0), 100.0) for end in self.measured(column))
            label = operand["label"] or {"zh": column, "en": column}
            others.append(Part(label, write_range(low, high, "") or "", _share(share)))
        return (goods, *others)

    # Goods and titles

    def good(self, good: Data) -> Good:
        """A good with its criteria."""
        criteria = tuple(self.criterion(item) for item in good["criteria"])
        low, high, most = 0.0, 0.0, [0.0, 0.0]
        for item in good["criteria"]:
            if not item["bonus"] and not item.get("penalty") and item["points"] is not None:
                ends = self.criterion_points(item)
                low, high = low + ends[0], high + ends[1]
                applies = self.rating.get(f"{item['id']}_applicable", True)
                most = [
                    most[0] + (item["most"] if applies else 0),
                    most[1] + (item["most"] if applies is not False else 0),
                ]
        met = self.rating[good["id"]]
        limits = [exact(end) * exact(share) for end in most for share in (1.0, good["share"]) if share is not None]
        return Good(
            good["id"],
            good["label"],
            {True: "met", False: "unmet", None: "unknown"}[met],
            write_score(low, high, limits),
            write_range(most[0], most[1], "") or "",
            criteria,
        )

    def status(self, item: Data) -> str:
        """Met, unmet, unknown, or not applicable."""
        if self.rating.get(f"{item['id']}_applicable", True) is False:
            return "not_applicable"
        return {True: "met", False: "unmet", None: "unknown"}[self.rating[item["id"]]]

    def may_apply(self, criterion: str) -> bool:
        """Whether it is open if a criterion applies at all."""
        return self.rating.get(f"{criterion}_applicable", True) is None

    def is_open(self, item: Data) -> bool:
        """Gaps leave something of a criterion open: whether it is met, or applies, or its points."""
        low, high = self.criterion_points(item)
        return self.status(item) == "unknown" or low != high or self.may_apply(item["id"])

    def criterion_points(self, item: Data) -> tuple[float, float]:
        """The points of a criterion, as far as it applies."""
        applies = self.rating.get(f"{item['id']}_applicable", True)
        if applies is False or item["points"] is None:
            return 0.0, 0.0
        if item["points"]["form"] == "fixed":
            met = self.rating[item["id"]]
            low, high = item["most"] * (met is True), item["most"] * (met is not False)
        else:
            low, high = self.measured(f"points:{item['id']}")
        return (low, high) if applies else (min(low, 0.0), max(high, 0.0))

    def criterion(self, item: Data) -> Criterion:
        """A criterion with the numbers behind it."""
        requirement, condition = item["require"], item["applies"]
        status = self.status(item)
        tests = self.tests.all(requirement, self.rating[item["id"]]) if requirement else ()
        applicable = self.rating.get(f"{item['id']}_applicable")
        applies = self.tests.all(condition, applicable, wanted=None) if condition else ()
        table: tuple[Piece, ...] = ()
        parts = [part for part in (requirement, condition) if part]
        points = item["points"] or {"form": "fixed"}
        told = self.points_reader
        if points["form"] == "scores":
            parts += [points["picked_by"]] if points["picked_by"] else []
            table = self.tests.operand(points["picked_by"]) if points["picked_by"] else ()
        elif points["form"] != "fixed":
            table = () if points["form"] == "losses" else self.table(points)
            parts.append(points["of"])
        low, high = self.criterion_points(item)
        if item.get("penalty") and status != "not_applicable":
            low, high = item["most"] - high, item["most"] - low  # what it costs
        return Criterion(
            item["id"],
            item["label"],
            status,
            item["essential"],
            item["bonus"],
            write_score(low, high, [exact(item["most"])]),
            write(item["most"], ""),
            tests,
            applies,
            table,
            self.sources(parts),
            self.clauses(item["cite"]),
            self.decisions(item["open"]),
            self.periods(parts),
            item.get("penalty", False),
            told.losses(points) if points["form"] == "losses" else (),
            told.scores(points) if points["form"] == "scores" else (),
            told.reason(points) if points["form"] == "scores" else None,
        )

    def periods(self, parts: Sequence[Data]) -> tuple[Period, ...]:
        """The periods of the year that expressions count."""
        items = {item["column"]: item for part in parts for item in part.get("periods", ())}
        if not items:
            return ()
        from engine.explanation.periods import counted  # noqa: PLC0415 - few rulebooks count periods

        return tuple(period for item in items.values() for period in counted(self, item))

    def table(self, points: Data) -> tuple[Piece, ...]:
        """How a table gives its points: the value, and the steps."""
        of = self.tests.operand(points["of"])
        if points["form"] == "deduct":
            return (*of, " × ", f"−{write(points['each'], '')}")
        steps = [
            f"{'≥ ' if points['form'] == 'bands' else ''}{key['constant']} → {write(value, '')}"
            for key, value in points["steps"]
        ]
        if points["form"] == "bands":
            steps.append(f"< {points['steps'][-1][0]['constant']} → {write(points['else'], '')}")
        return (*of, "  (", " · ".join(steps), ")")

    def title(self, title: Data) -> Title:
        """A title, and the rules that withhold it."""
        won = self.rating[title["id"]]
        withheld = [rule for rule in self.policy.fired_rules() if title["id"] in rule.get("withhold", ())]
        return Title(
            title["id"],
            title["label"] or {"zh": title["id"], "en": title["id"]},
            {True: "won", False: "not_won", None: "unknown"}[won],
            self.tests.all(title["when"], None if won is False and withheld else won),
            tuple(rule["label"] for rule in withheld if rule["label"]),
            self.clauses(title["cite"]),
        )

    def clauses(self, ids: Sequence[str]) -> tuple[Clause, ...]:
        """Clauses with their wording."""
        rules = self.run.rules
        found = [(id_, rules["clauses"][id_]) for id_ in ids if id_ in rules["clauses"]]
        return tuple(
            Clause(
                id_,
                rules["documents"].get(clause["document"]) or {"zh": clause["document"], "en": clause["document"]},
                clause["section"],
                {"zh": clause["zh"], "en": clause["en"]},
            )
            for id_, clause in found
        )

    def decisions(self, ids: Sequence[str]) -> tuple[Decision, ...]:
        """Open decisions with the default taken."""
        known = self.run.rules["decisions"]
        return tuple(Decision(id_, known[id_]) for id_ in ids if id_ in known)

    # What else is said

    def findings(self) -> tuple[Text, ...]:
        """The data checks that the unit fails."""
        failed = [item for item in self.book["checks"] if self.measures[f"check:{item['id']}"] is False]
        return tuple(item["label"] or {"zh": item["id"], "en": item["id"]} for item in failed)

    def trace(self, case: int | None) -> Data | None:
        """The decision of a complete case with the rules that fired."""
        row = self.cases.get(case) if case is not None else None
        return None if row is None or row["trace"] is None else {**json.loads(row["trace"]), "decided": row["decided"]}

    def tests_of_atom(self, index: int, truth: bool | None, *, wanted: bool | None) -> tuple[Test, ...]:  # noqa: FBT001
        """An atom of the policy written out, with what is missing to the truth wanted."""
        return self.tests.all(self.book["policy"]["atoms"][index], truth, wanted=wanted)


def _share(value: float) -> str:
    return write(value, "ratio")
