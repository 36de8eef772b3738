"""What a what-if says, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.comparing import Comparison
    from engine.explanation.model import Piece, Text
    from engine.messages import Language


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What one scenario would change.

    Attributes:
        scenario: its name; empty for one of the command line.
        comparison: from the run to what would be.
        units: the units whose facts would be otherwise, and those above them, by kind.
        overlays: what the overlays that would hold are called.
    """

    scenario: str
    comparison: Comparison
    units: Mapping[str, tuple[str, ...]]
    overlays: tuple[Text, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The answer as plain data, for JSON."""
        return {
            "scenario": self.scenario,
            "units": {kind: list(ids) for kind, ids in self.units.items()},
            "overlays": list(self.overlays),
            **self.comparison.as_data(),
        }

    def as_html(self, language: Language = "zh") -> str:
        """The answer as a part of a page, with its look."""
        from engine.rendering.questions import whatifs  # noqa: PLC0415 - data needs no templates until it is shown

        return whatifs([self], language, "part")

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return self.as_html()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Values of a fact that give the same grade and titles, from the first to the last that was tried.

    Attributes:
        points: those at both ends.
        titles: each title, won or not (None: still open).
        holds_now: the fact's own value is one of these.
    """

    first: Piece
    last: Piece
    grade: Text | None
    low: Text | None
    high: Text | None
    points: tuple[str, str]
    titles: tuple[tuple[Text, bool | None], ...]
    holds_now: bool


@dataclass(frozen=True, slots=True)
class Sweep:
    """At which values of a fact the grade of a unit changes, by one rulebook.

    Attributes:
        now: the value that it has.
        step: how far apart the values are; of a fact that is no whole number the changes are found more exactly.
        refused: values that the rulebook's checks refuse, left out.
    """

    kind: str
    id: str
    name: str
    rulebook: str
    label: Text
    fact: str
    fact_label: Text
    now: Piece | None
    stretches: tuple[Stretch, ...]
    refused: int

    def as_data(self) -> dict[str, Any]:
        """The answer as plain data, for JSON."""
        return asdict(self)

    def as_html(self, language: Language = "zh") -> str:
        """The answer as a part of a page, with its look."""
        from engine.rendering.questions import sweeps  # noqa: PLC0415 - data needs no templates until it is shown

        return sweeps([self], language, "part")

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return self.as_html()
