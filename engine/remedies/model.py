"""What a remedy says, as data. Texts are in both languages; numbers are written as they should be shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from engine.explanation.model import Piece, Test, Text

Verdict = Literal["found", "reached", "impossible", "not_planned", "undecided"]


@dataclass(frozen=True, slots=True)
class Because:
    """What a change turns: a criterion, or a rule of the policy (`rule`), with its conditions as they are now.

    Attributes:
        met: the criterion is met then, or the rule does not limit the grade any more; otherwise it gives more points.
    """

    label: Text
    tests: tuple[Test, ...] = ()
    rule: bool = False
    met: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that a plan changes, or establishes where it is a gap.

    Attributes:
        fact: its id.
        label: what it is called.
        now: its value; None for a gap.
        value: what it should be.
        need: which values would do as well: `least` (and more), `most` (and less), or `this` only.
        amount: how much more or less that is; None where it is no amount.
        more: whether it is more.
        days: the amount is one of days.
        cost: what it costs.
        setting: the value as `wuhao whatif --set` takes it.
        because: what it turns.
        points: what it gains.
        goods: the goods that it makes met.
    """

    fact: str
    label: Text
    now: Piece | None
    value: Piece
    need: Literal["least", "most", "this"]
    amount: str | None
    more: bool
    days: bool
    cost: str
    setting: str
    because: tuple[Because, ...]
    points: str
    goods: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes that together reach the grade; without any one of them it is not reached. Proven by rating.

    Attributes:
        changes: what changes, the dearest first.
        cost: what they cost together.
        grade: the grade then, at least.
        points: the score then.
        goods: the goods that are met then and are not now.
    """

    changes: tuple[Change, ...]
    cost: str
    grade: Text
    points: str
    goods: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would change the grade of a unit.

    Attributes:
        target: the grade to be reached.
        verdict: `found`; `reached` already; `impossible`, which is a proof; `not_planned`: impossible while `unplanned`
            facts stay as they are, which may be what it takes; `undecided` within the effort allowed.
        plans: cheapest first.
        blocked: the fewest facts beyond what may change that a plan would need; others may do as well.
        lower: what is found of the units below, and would have to be otherwise.
        needed: where a limit on plans leaves none, the cheapest without it: how many changes, and the cost.
        unplanned: facts that a plan leaves as they are, because a rule reads them in a way that no plan can follow.
        seats: the seats that it takes; plans are made, and proven, as if the other units stayed as they are.
    """

    run: str
    kind: str
    id: str
    name: str
    year: int
    rulebook: str
    label: Text
    grade: Text | None
    grade_low: Text
    grade_high: Text
    points: str
    target: Text
    verdict: Verdict
    plans: tuple[Plan, ...] = ()
    blocked: tuple[Text, ...] = ()
    lower: tuple[Text, ...] = ()
    needed: tuple[int, str] | None = None
    unplanned: tuple[Text, ...] = ()
    seats: tuple[Text, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The remedy as plain data, for JSON."""
        return asdict(self)

    def _repr_html_(self) -> str:
        """The remedy as notebooks show it."""
        from engine.rendering.remedies import as_html  # noqa: PLC0415 - data knows nothing of how it is shown

        return as_html(self)
