"""What is not reported of a unit and of those below it, what each gap can change, and which settle the grade."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.explanation.model import Gap, Source
from engine.explanation.settling import Settling
from engine.messages.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.explanation.model import Text
    from engine.explanation.reader import Reader
    from engine.explanation.settling import Key

Data = dict[str, Any]
Pair = tuple[str, str]


class GapReader:
    """The gaps of one unit."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.criteria = [item for good in reader.book["goods"] for item in good["criteria"]]
        self.targets = [item for item in reader.book.get("targets", ()) if reader.rating[item["id"]] is None]
        self.honours = [title["when"] for title in reader.book["titles"] if reader.rating[title["id"]] is None]

    @staticmethod
    def parts(item: Data) -> list[Data]:
        """The expressions of a criterion that may read facts."""
        points = item["points"] or {}
        return [part for part in (item["require"], item["applies"], points.get("of")) if part]

    @cached_property
    def open_own(self) -> set[str]:
        """The facts that leave a criterion open."""
        return {fact for item in self.criteria if self.reader.is_open(item) for fact in self.facts(item)}

    @cached_property
    def open_lower(self) -> set[Pair]:
        """What of the units below leaves a criterion open."""
        return {pair for item in self.criteria if self.reader.is_open(item) for pair in self.pairs(item)}

    def facts(self, item: Data) -> Iterator[str]:
        """The facts that a criterion reads."""
        return (fact for part in self.parts(item) for fact in part["facts"])

    def pairs(self, item: Data) -> dict[Pair, None]:
        """What a criterion reads of the units below."""
        return dict.fromkeys((kind, name) for part in self.parts(item) for kind, name in part["lower"])

    @cached_property
    def settling(self) -> Settling | None:
        """What gaps do to the grade, where there is one."""
        return Settling(self.reader, self.open_own, self.open_lower) if self.reader.rated else None

    # What each can change

    def own(self) -> tuple[Gap, ...]:
        """Every gap of the unit, those that matter first.

        Programmes share kinds: a fact that is not asked for here, and has no column either, is missed by nobody.
        """
        reader = self.reader
        users: dict[str, list[Text]] = {}
        for item in self.criteria:
            for fact in dict.fromkeys(self.facts(item)):
                users.setdefault(fact, []).append(item["label"])
        for item in reader.book.get("targets", ()):
            for fact in item["facts"]:
                users.setdefault(fact, []).append(item["label"])
        for_targets = {fact for item in self.targets for fact in item["facts"]}
        for_titles = {
            fact for when in self.honours for fact in when["facts"] if fact in self.open_own or fact in when["own"]
        }
        asked = {*users, *for_titles}
        found = (
            self.gap(fact, reader.source(fact), users.get(fact, ()), for_titles=for_titles, for_targets=for_targets)
            for fact in reader.fact_labels
            if reader.is_gap(fact)
            and (fact in asked or reader.place(fact).column or (self.settling and self.settling.matters(fact)))
        )
        return _by_weight(found)

    def lower(self) -> tuple[Gap, ...]:
        """The gaps of the units below that leave something of the unit open; those that matter first."""
        users: dict[Pair, list[Text]] = {}
        for item in self.criteria:
            for pair in self.pairs(item):
                users.setdefault(pair, []).append(item["label"])
        for_titles = {tuple(pair) for when in self.honours for pair in when["lower"]}
        for_titles |= self.open_lower if any(when["facts"] != when["own"] for when in self.honours) else set()
        for_targets: set[Pair] = set()
        for item in self.targets:
            for kind, name in item["lower"]:
                for_targets.add((kind, name))
                users.setdefault((kind, name), []).append(item["label"])
        deciding = {gap for gap in self.decisive() if isinstance(gap, tuple)}
        pairs = sorted(self.open_lower | deciding | for_titles | for_targets)
        found = ((pair, self.reader.lower.gap(*pair)) for pair in pairs)
        return _by_weight(
            self.gap(pair, source, users.get(pair, ()), for_titles=for_titles, for_targets=for_targets)
            for pair, source in found
            if source is not None
        )

    def gap(
        self,
        key: Key,
        source: Source,
        criteria: Iterable[Text],
        *,
        for_titles: set[Any],
        for_targets: set[Any],
    ) -> Gap:
        """One gap with what it can change."""
        settling = self.settling
        matters = settling is not None and settling.matters(key)
        return Gap(
            source,
            matters,
            key in for_titles,
            tuple(criteria),
            for_target=key in for_targets,
            alone=settling.alone(key) if settling and matters else "",
        )

    # Which settle the grade

    def decisive(self) -> set[Key]:
        """The gaps that can change the grade."""
        behind = (*self.settling.behind.values(), self.settling.in_places) if self.settling else ()
        return {gap for gaps in behind for gap in gaps if self.settling and self.settling.matters(gap)}

    def settled_together(self) -> bool | None:
        """Whether the gaps that can change the grade settle it once all are reported; None where none can."""
        decisive = self.decisive()
        return self.settling.settles(decisive) if self.settling and decisive and self.settling.alone_counts else None

    def needed(self) -> tuple[tuple[Source, ...], ...]:
        """The smallest sets of gaps one of which must be reported before the grade can be settled."""
        return tuple(tuple(map(self.source, gaps)) for gaps in self.settling.needed()) if self.settling else ()

    def source(self, gap: Key) -> Source:
        """A gap with its cells."""
        if isinstance(gap, str):
            return self.reader.source(gap)
        return self.reader.lower.gap(*gap) or Source(gap[1], WORDS["unknown"], None, "")


def _by_weight(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Those that can change the grade first, then those that can change a title, then a target."""
    return tuple(sorted(gaps, key=lambda gap: (not gap.matters, not gap.for_title, not gap.for_target)))
