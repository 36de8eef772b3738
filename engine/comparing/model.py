"""What a comparison says, as data. Texts are in both languages."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.diagnostic import Diagnostic
    from engine.explanation.model import Piece, Text
    from engine.messages import Language

PENDING = "pending"
"""In the place of a grade."""
Cause = Literal["facts", "rules", "both", "closing", "others", "ruling"]
"""Why a unit moved: its facts (or those of units below) changed, the rules or the year, neither alone, or only that the
evidence was closed; `others`: neither its facts nor the rules changed, but others took its place, or left theirs;
`ruling`: people decided so, and the rules give what they gave."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared: what it is called, its year, whether its evidence is closed.

    Attributes:
        overlays: what the overlays are called under which it was rated.
        hypothetical: it is what would be, not what was reported.
    """

    name: str
    year: int
    final: bool
    overlays: tuple[Text, ...] = ()
    hypothetical: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit stands: its grade (None while pending), the range of its grade, its points; what it is a title of."""

    grade: Text | None
    low: Text | None
    high: Text | None
    points: str


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that is another one.

    It is that of a policy `rule`, a `title`, `good`, `criterion`, `target`, `state` or `selection`.

    Attributes:
        before: what it was, in a word.
        after: what it is.
        signs: both as ids, as `met` and `unmet`.
    """

    what: str
    id: str
    label: Text
    before: Text
    after: Text
    signs: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Value:
    """A fact or a number that is another one; None: a gap, or unknown."""

    id: str
    label: Text
    before: Piece | None
    after: Piece | None


@dataclass(frozen=True, slots=True)
class MovedBy:
    """A part of an overlay: its id (`engine.programme.overlays.Part`), and what it changes in words."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a unit.

    Attributes:
        direction: `up`, `down`, `open` (a grade is pending before or after), `same` (something else moved, or nothing).
        changes: the answers that changed; policy rules first.
        facts: its own facts that changed.
        numbers: the numbers behind its answers that changed.
        cause: why, where that was asked.
        parts: the smallest part of the overlay that moves it, where that was asked.
    """

    kind: str
    id: str
    name: str
    parent: str | None
    before: Standing
    after: Standing
    direction: str
    changes: tuple[Change, ...]
    facts: tuple[Value, ...]
    numbers: tuple[Value, ...]
    cause: Cause | None = None
    parts: tuple[MovedBy, ...] = ()

    @property
    def is_still(self) -> bool:
        """Nothing at all is another one."""
        return self.before == self.after and not (self.changes or self.facts or self.numbers)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that only one side has."""

    id: str
    name: str
    grade: Text | None


@dataclass(frozen=True, slots=True)
class BookComparison:
    """What moved among the units of a rulebook.

    Attributes:
        rated: it gives grades.
        units: how many units both sides have.
        grades: the grades in their order, then `pending` where some are.
        matrix: how many units went from a grade (by its id) to another; those that stayed, too.
        count: how many units moved: another grade or range, title, state, target, or outcome of a selection.
        causes: how many of them for which cause, where that was asked.
        moved: these, those of other grades first; as many as were asked for, and the units asked for.
        appeared: units that only the second side has; `appeared_count` of them in all.
        gone: units that only the first side has.
    """

    rulebook: str
    label: Text
    kind: str
    kind_label: Text
    rated: bool
    units: int
    grades: Mapping[str, Text]
    matrix: Mapping[tuple[str, str], int]
    count: int
    causes: Mapping[str, int]
    moved: tuple[Moved, ...]
    appeared: tuple[Unit, ...]
    appeared_count: int
    gone: tuple[Unit, ...]
    gone_count: int

    @property
    def directions(self) -> dict[str, int]:
        """How many moved `up`, `down`, to or from pending (`open`), or in something else than the grade (`same`)."""
        ranks = {grade: rank for rank, grade in enumerate(self.grades)}
        found = dict.fromkeys(("up", "down", "open"), 0)
        for (old, new), units in self.matrix.items():
            if old != new:
                way = "open" if PENDING in {old, new} else "up" if ranks[new] < ranks[old] else "down"
                found[way] += units
        return {**found, "same": self.count - sum(found.values())}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What moved from one rating to another.

    Attributes:
        books: by rulebook, in the order of the first side.
        refused: rulebooks that cannot be compared, and why.
    """

    before: Side
    after: Side
    books: tuple[BookComparison, ...]
    refused: tuple[Diagnostic, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing moved."""
        return not any(book.count or book.appeared_count or book.gone_count for book in self.books)

    def as_data(self) -> dict[str, Any]:
        """The comparison as plain data, for JSON."""
        data = asdict(self)
        for book, mine in zip(data["books"], self.books, strict=True):
            book["matrix"] = [
                {"before": old, "after": new, "units": units} for (old, new), units in mine.matrix.items()
            ]
        data["refused"] = [
            {"code": item.code, "place": str(item.place), "values": dict(item.values)} for item in self.refused
        ]
        return data

    def as_html(self, language: Language = "zh") -> str:
        """The comparison as a part of a page, with its look."""
        from engine.rendering.questions import comparison  # noqa: PLC0415 - data needs no templates until it is shown

        return comparison(self, language, "part")

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return self.as_html()
