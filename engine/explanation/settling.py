"""Which gaps can still change a grade, and which of them, once reported, settle it.

Told from the cases that the run reasoned: a gap bears on some symbols of the unit's case, and each way of completing it
has its grade. Which answers are possible together is not known beyond that. So what is said to settle the grade
does; what is said not to matter, or not to settle it, does not; and between the two is what may.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any

from engine.seats import settlements

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from engine.explanation.reader import Reader

Data = dict[str, Any]
Key = str | tuple[str, str]
"""A gap: a fact of the unit, or kind and name of what the units below leave open."""
_TRIED_MAX = 255
_SETS_MAX = 5
"""How many sets of gaps are tried, and told."""
_COUNTS = {"score_max", "goods_met", "goods_count"}


class Settling:
    """The gaps behind the unknown symbols of one unit.

    Args:
        reader: the unit.
        open_own: its facts that leave a criterion open.
        open_lower: what of the units below leaves a criterion open.
    """

    def __init__(self, reader: Reader, open_own: Collection[str], open_lower: Collection[tuple[str, str]]) -> None:
        self.reader = reader
        self.open_own, self.open_lower = open_own, open_lower
        self.policy = reader.policy.policy
        self.truncated: bool = reader.policy.row["truncated"]
        # Where others have a say, no gap of the unit is said to settle its grade.
        self.alone_counts = not (self.truncated or settlements(reader.book))
        ends = ("adjusted_low", "adjusted_high") if settlements(reader.book) else ("grade_low", "grade_high")
        self.behind: dict[int, frozenset[Key]] = {}
        self.sure: set[int] = set()
        self.completions: Mapping[tuple[int, ...], str] = {}
        if len({reader.rating[end] for end in ends}) > 1:
            unknown = reader.policy.unknown_symbols()
            self.completions = reader.policy.completions(unknown)
            self.behind = {place: self.gaps_behind(place) for place in unknown}
            self.sure = {place for place, gaps in self.behind.items() if gaps and self.is_sure(place)}

    # What a symbol reads

    def atom(self, place: int) -> Data | None:
        """The atom of a symbol; None of an entered grade."""
        atoms = self.policy["atoms"]
        return atoms[place] if place < len(atoms) else None

    def gaps_behind(self, place: int) -> frozenset[Key]:
        """The gaps that an unknown symbol reads."""
        atom = self.atom(place)
        if atom is None:
            return frozenset({self.policy["entries"][place - len(self.policy["atoms"])]})
        through = set(atom["facts"]) & set(self.open_own)
        own = {fact for fact in {*atom["own"], *through} if self.reader.is_gap(fact)}
        lower = {tuple(pair) for pair in atom["lower"]} | (set(self.open_lower) if reads_outcomes(atom) else set())
        return frozenset(own) | frozenset(pair for pair in lower if self.reader.lower.has_gaps(*pair))

    def is_sure(self, place: int) -> bool:
        """A symbol is known when everything that it reads is reported."""
        atom = self.atom(place)
        if atom is None:
            return True
        reader = self.reader
        parts = [atom]
        if reads_outcomes(atom):
            items = [item for good in reader.book["goods"] for item in good["criteria"] if reader.is_open(item)]
            read = ((item["require"], item["applies"], (item["points"] or {}).get("of")) for item in items)
            parts += [part for item in read for part in item if part]
        facts = {fact for part in parts for fact in part["own"]}
        divisors = {fact for part in parts for fact in part.get("divisors", ())}
        kinds = {kind for part in parts for kind, _ in part["lower"]}
        return (
            facts.isdisjoint(reader.lifecycles.owners)  # events may be told that no step allows
            and all(map(self.is_more, divisors))
            and not any(reader.lower.has_strays(kind) for kind in kinds)
        )

    def is_more(self, divisor: str) -> bool:
        """What an expression divides by is surely not 0 (`engine.programme.dependencies.divisors`)."""
        if divisor.endswith(":"):
            return self.reader.lower.is_any(divisor.removesuffix(":"))
        return bool(divisor and self.reader.facts[divisor])

    # What gaps do

    @cached_property
    def in_places(self) -> frozenset[Key]:
        """The gaps on which it hangs where the unit stands among others, while its grade is open."""
        reader = self.reader
        if not settlements(reader.book) or reader.rating["grade_low"] == reader.rating["grade_high"]:
            return frozenset()
        keys = [key for item in settlements(reader.book) for key in item["by"]]
        own = {fact for key in keys for fact in key["facts"] if reader.is_gap(fact)}
        lower = {(kind, name) for key in keys for kind, name in key["lower"] if reader.lower.has_gaps(kind, name)}
        return frozenset(own | lower)

    def matters(self, gap: Key) -> bool:
        """The gap can change the grade: ways of completing the case that differ only in what it bears on differ."""
        if gap in self.in_places:
            return True
        touched = self.touched(gap)
        if self.truncated:
            return bool(touched)
        return any(len(grades) > 1 for grades in self.grades(self.behind.keys() - touched))

    def alone(self, gap: Key) -> str:
        """What reporting this gap alone does: it `settles` the grade, it `may`, or it `cannot`; empty: not known."""
        if not self.alone_counts:
            return ""
        return "settles" if self.settles([gap]) else "may" if self.may_settle([gap]) else "cannot"

    def settles(self, gaps: Collection[Key]) -> bool:
        """Whatever these gaps are reported to be, the grade is settled, and whatever the others are."""
        known = (place for place in self.sure if self.behind[place] <= set(gaps))
        return bool(self.completions) and all(len(grades) == 1 for grades in self.grades(known))

    def may_settle(self, gaps: Iterable[Key]) -> bool:
        """It is not excluded that these gaps, once reported, settle the grade whatever the others are."""
        touched = {place for gap in gaps for place in self.touched(gap)}
        return any(len(grades) == 1 for grades in self.grades(touched))

    def needed(self) -> list[tuple[Key, ...]]:
        """The smallest sets of gaps one of which must be reported before the grade can be settled.

        None where they are too many to be found or told.
        """
        if not self.alone_counts:
            return []
        gaps = sorted(filter(self.matters, {gap for behind in self.behind.values() for gap in behind}), key=str)
        found: list[tuple[Key, ...]] = []
        every = chain.from_iterable(combinations(gaps, size) for size in range(1, len(gaps) + 1))
        for tried, chosen in enumerate(every):
            if tried == _TRIED_MAX or len(found) > _SETS_MAX:
                return []
            if not any(set(smaller) <= set(chosen) for smaller in found) and self.may_settle(chosen):
                found.append(chosen)
        return found

    def touched(self, gap: Key) -> set[int]:
        """The unknown symbols on which a gap bears."""
        return {place for place, gaps in self.behind.items() if gap in gaps}

    def grades(self, places: Iterable[int]) -> Iterator[set[str]]:
        """The grades of the ways of completing the case, of those together that are equal at some unknown symbols."""
        chosen = list(places)
        groups: dict[tuple[int, ...], set[str]] = defaultdict(set)
        for symbols, grade in self.completions.items():
            groups[tuple(symbols[place] for place in chosen)].add(grade)
        return iter(groups.values())


def reads_outcomes(atom: Data) -> bool:
    """An atom asks about the score or the goods."""
    leaves = [part for part in atom["parts"] if isinstance(part, dict)]
    return any(leaf.get("score") or "good" in leaf or leaf.get("column") in _COUNTS for leaf in leaves)
