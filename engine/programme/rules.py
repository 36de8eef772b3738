"""A rulebook whose every name was looked up: what scoring compiles and explanations print."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.expression.syntax import Rank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine import rulebook as said
    from engine.expression.syntax import Node
    from engine.expression.typed import Type
    from engine.policy import Policy
    from engine.policy.statechart import Transition
    from engine.schema import Column


@dataclass(frozen=True)
class Parameter:
    """A dated constant: the value in force from each year on."""

    id: str
    said: said.Parameter
    values: Mapping[int, Node]
    type: Type

    def in_force(self, year: int) -> tuple[int, Node] | None:
        """The first year and the value that hold in a year; None before the first."""
        since = max((first for first in self.values if first <= year), default=None)
        return None if since is None else (since, self.values[since])


@dataclass(frozen=True)
class Lifecycle:
    """States that units pass through, by the dated events of a lower kind.

    Attributes:
        kind: the kind of its events.
        what: the choice that says what happened.
        dated: the date of the event.
        column: its state, as a choice of the unit.
        transitions: its steps, one for each state and event; `steps` has the place of each in the rulebook.
    """

    id: str
    said: said.Lifecycle
    kind: str
    what: Column
    dated: Column
    column: Column
    transitions: tuple[Transition, ...]
    steps: tuple[int, ...]

    @property
    def events(self) -> tuple[str, ...]:
        """What may happen, in the order of the steps."""
        return tuple(dict.fromkeys(item.event for item in self.transitions))


@dataclass(frozen=True)
class Measure:
    """A named expression."""

    id: str
    said: said.Measure
    value: Node
    type: Type


@dataclass(frozen=True)
class Target:
    """A measure of the same id that should reach a value by the end of certain years.

    Attributes:
        value: the measure.
        baseline: the year and the value it started from.
        by: what is due by the end of each year, earliest first; never less than before. The last is the deadline.
    """

    id: str
    said: said.Target
    value: Node
    baseline: tuple[int, Node] | None
    by: tuple[tuple[int, Node], ...]

    def due(self, year: int) -> tuple[int, Node] | None:
        """The year by whose end something was due last, and what; None while nothing is due."""
        return max(((due, value) for due, value in self.by if due <= year), key=lambda pair: pair[0], default=None)


@dataclass(frozen=True)
class Fixed:
    """All the points when the requirement holds."""

    most: Fraction


@dataclass(frozen=True)
class Bands:
    """The points of the highest threshold that `of` reaches; highest first."""

    of: Node
    steps: tuple[tuple[Node, Fraction], ...]
    otherwise: Fraction

    @property
    def most(self) -> Fraction:
        """The most points that can be had."""
        return max(self.otherwise, *(points for _, points in self.steps))


@dataclass(frozen=True)
class Loss:
    """Points lost for one reason.

    Attributes:
        measure: the measure that holds how many (`engine.programme.losses`).
        cost: how many.
        when: they are lost at once while this holds.
        each: they are lost for each one of this, or for each whole step.
        by: how many, at once or for each.
        step: the step.
    """

    said: said.Loss
    measure: str
    cost: Node
    when: Node | None
    each: Node | None
    by: Fraction
    step: Node | None


@dataclass(frozen=True)
class Scores:
    """The scores that assessors give.

    Attributes:
        facts: the fact that holds the score of each assessor.
        reason: the fact that holds why points were not given.
        counts: the assessors whose scores count, each with its weight; None for the first that is given.
        least: the fewest points that can be given, where a number picks the band.
        most: the most points.
        picked_by: that number.
    """

    facts: Mapping[str, str]
    reason: str
    counts: tuple[tuple[str, Fraction | None], ...]
    least: Node | None = None
    most: Node | None = None
    picked_by: Node | None = None


@dataclass(frozen=True)
class Linear:
    """Points on straight lines between knots, smallest first, clamped at the ends.

    What is lost for several reasons and what assessors give are lines too, on which a point is a point: `of` is the
    points, `parts` says what they come from.
    """

    of: Node
    knots: tuple[tuple[Node, Fraction], ...]
    parts: tuple[Loss, ...] | Scores | None = None

    @property
    def most(self) -> Fraction:
        """The most points that can be had."""
        return max(points for _, points in self.knots)


@dataclass(frozen=True)
class Deduction:
    """`most` − `each` × `of`, kept within 0 and `most`."""

    of: Node
    each: Fraction
    most: Fraction


Points = Fixed | Bands | Linear | Deduction


@dataclass(frozen=True)
class Criterion:
    """A condition with points."""

    id: str
    good: str
    said: said.Criterion
    require: Node | None
    applies: Node | None
    points: Points | None

    @property
    def most(self) -> Fraction:
        """The most points it can give."""
        return self.points.most if self.points else Fraction(0)

    @property
    def least(self) -> Fraction:
        """The fewest points it can give."""
        return self.points.knots[0][1] if self.losses and isinstance(self.points, Linear) else Fraction(0)

    @property
    def counted(self) -> bool:
        """Whether its points count in its good, and in what can be had."""
        return self.points is not None and not self.said.extra

    @property
    def bonus(self) -> bool:
        """Whether its points come on top."""
        return self.points is not None and self.said.bonus != "false"

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What points are lost for, where that is a list of reasons."""
        return self.points.parts if isinstance(self.points, Linear) and isinstance(self.points.parts, tuple) else ()

    @property
    def scores(self) -> Scores | None:
        """What assessors give, where they do."""
        return self.points.parts if isinstance(self.points, Linear) and isinstance(self.points.parts, Scores) else None


@dataclass(frozen=True)
class Good:
    """A group of criteria; `share` of its points is needed, None when no share is."""

    id: str
    said: said.Good
    criteria: tuple[Criterion, ...]
    share: Fraction | None


@dataclass(frozen=True)
class BonusGroup:
    """Bonuses with a limit of their own, of which all count or only the highest."""

    id: str
    said: said.BonusGroup
    most: Fraction


@dataclass(frozen=True)
class Scoring:
    """What becomes of points.

    Attributes:
        bonus_max: the most points that bonuses add.
        penalty_max: the most points that penalties take off.
        groups: the groups of bonuses.
        goods: the share of the score that the points of the goods have; the measures of `parts` have the rest.
        parts: measures from 0 to 100, each with its share.
        digits: to how many the score is rounded; None: it is not.
    """

    bonus_max: Fraction = Fraction(0)
    penalty_max: Fraction = Fraction(0)
    groups: tuple[BonusGroup, ...] = ()
    goods: Fraction = Fraction(1)
    parts: tuple[tuple[Node, Fraction], ...] = ()
    digits: int | None = None


@dataclass(frozen=True)
class Title:
    """An honour beside the grade."""

    id: str
    said: said.Title
    when: Node


@dataclass(frozen=True)
class Key:
    """What candidates are ordered by; `most`: the greatest value comes first."""

    value: Node
    most: bool


@dataclass(frozen=True)
class Selection:
    """The best so many of the units that are eligible.

    Attributes:
        id: its id.
        said: as written.
        when: who is eligible; None: every unit.
        keys: the first decides, the next among those that are equal by it. Without keys nobody is ranked.
        best: the number of places, a constant or parameter.
        group: the column of the units among whom the best are chosen; None: among all.
    """

    id: str
    said: said.Selection
    when: Node | None
    keys: tuple[Key, ...]
    best: Node
    group: str | None

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Its expressions."""
        return (*(() if self.when is None else (self.when,)), *(key.value for key in self.keys))


@dataclass(frozen=True)
class Scope:
    """Who is not rated as the others are.

    Attributes:
        id: its id.
        said: as written.
        when: over facts and parameters.
    """

    id: str
    said: said.Scope
    when: Node


@dataclass(frozen=True)
class Settlement:
    """At most so many units get a grade; the others get a lower one.

    Attributes:
        id: its id.
        said: as written.
        grade: the place of the grade, best first.
        surplus: that of the grade of those who get no seat.
        at_most: a share of the units, or a number; a constant or parameter.
        keys: the first decides, the next among those that are equal by it.
    """

    id: str
    said: said.Settlement
    grade: int
    surplus: int
    at_most: Node
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Check:
    """A condition that believable data fulfils."""

    id: str
    said: said.Check
    require: Node


@dataclass(frozen=True)
class Rules:
    """One checked rulebook.

    Attributes:
        id: the rulebook's id.
        programme: the id of its programme.
        file: the file it was read from, relative to the programme's folder.
        said: the rulebook as written.
        facts: the facts it declares.
        parameters: those written, and those that stand for what is due of targets.
        measures: in an order in which each uses only earlier ones; those that targets stand for among them.
        policy: the policy over symbols; `atoms` and `entries` say what its symbols are.
        settlements: how many of a grade there may be, in turn.
    """

    id: str
    programme: str
    file: str
    kind: str
    said: said.Rulebook
    facts: Mapping[str, Column]
    parameters: Mapping[str, Parameter]
    lifecycles: tuple[Lifecycle, ...]
    measures: tuple[Measure, ...]
    targets: tuple[Target, ...]
    goods: tuple[Good, ...]
    titles: tuple[Title, ...]
    checks: tuple[Check, ...]
    grades: tuple[str, ...]
    policy: Policy
    atoms: tuple[Node, ...]
    entries: tuple[Column, ...]
    score: Scoring = Scoring()
    most: Fraction = Fraction(100)
    selections: tuple[Selection, ...] = ()
    scope: tuple[Scope, ...] = ()
    settlements: tuple[Settlement, ...] = ()

    @property
    def ranks(self) -> dict[str, Rank]:
        """Its measures that are places among other units."""
        return {item.id: item.value for item in self.measures if isinstance(item.value, Rank)}

    @property
    def grouped(self) -> bool:
        """Whether its units move each other: a place or a seat of one depends on others."""
        return bool(self.settlements or self.ranks)

    @property
    def bonus_max(self) -> Fraction:
        """The most points that bonuses add."""
        return self.score.bonus_max

    @property
    def score_most(self) -> Fraction:
        """What no score is above."""
        rounding = Fraction(0) if self.score.digits is None else Fraction(1, 2 * 10**self.score.digits)
        return self.most + self.score.bonus_max + rounding

    @property
    def rated(self) -> bool:
        """Whether its units get a grade."""
        return self.said.rated

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria in the order of their goods."""
        return tuple(criterion for good in self.goods for criterion in good.criteria)

    @property
    def states(self) -> dict[str, Column]:
        """The states of its lifecycles, which expressions read as choices of the unit."""
        return {item.id: item.column for item in self.lifecycles}
