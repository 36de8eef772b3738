"""What an explanation says, as data. Texts are in both languages; numbers are written as they should be shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.explanation.lifecycles import Lifecycle
    from engine.messages import Language

Text = dict[str, str]
"""A text by language."""
Piece = str | Text


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a rule comes from."""

    id: str
    document: Text
    section: str
    wording: Text


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that the documents leave open, with the default that the rule takes."""

    id: str
    wording: Text


@dataclass(frozen=True, slots=True)
class Source:
    """One fact that a number came from.

    Attributes:
        fact: its id.
        label: what it is called.
        value: the value, written; None for a gap.
        cell: the cell it was read from, as `village.csv:17:D`.
        answer: what an empty cell stands for, when the cell is empty and that is an answer.
        sender: who sent the file, where facts were collected from many.
        submitted: when, as the file says.
        document: what is said to prove the value.
        correction: what the value was before it was corrected.
    """

    fact: str
    label: Text
    value: Piece | None
    cell: str
    answer: bool = False
    sender: str = ""
    submitted: str = ""
    document: str = ""
    correction: Corrected | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a value was before it was corrected, and who did that why."""

    old: str
    new: str
    reason: str
    document: str
    by: str
    date: str
    place: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """What people decided beside what the rules give.

    Attributes:
        on: `grade`, `title` or `criterion`.
        what: the title or criterion.
        before: what the rules gave.
        after: what was decided.
    """

    on: str
    what: Text
    before: Text
    after: Text
    reason: str
    decided_by: str
    document: str
    date: str
    place: str


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How far a test is from holding: `1` more of `cross_posted`, or `4` points too few."""

    amount: str
    of: Text | None
    more: bool


@dataclass(frozen=True, slots=True)
class Test:
    """A condition written out with its numbers: `6 / 8 = 75%`, `≥`, `75%`.

    Attributes:
        written: the left side with its numbers, in pieces.
        operator: how it compares; empty for a yes-no value.
        against: the right side, in pieces.
        holds: true, false, or None for unknown.
        shortfall: what is missing, when it does not hold and that can be said.
        because: the conditions that it is made of.
        since: the year from which the threshold is in force.
    """

    written: tuple[Piece, ...]
    operator: str
    against: tuple[Piece, ...]
    holds: bool | None
    shortfall: Shortfall | None = None
    because: tuple[Test, ...] = ()
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A period of the year: how many units count in it, how many make it count, and the cells that date units in it."""

    label: Text
    number: str
    least: str
    cells: str


@dataclass(frozen=True, slots=True)
class Loss:
    """Points lost for one reason: how many, whether any are (None: unknown), and the numbers behind it."""

    id: str
    label: Text
    points: str
    lost: bool | None
    tests: tuple[Test, ...]
    table: tuple[Piece, ...]
    clauses: tuple[Clause, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What one assessor gave; `value` is None while it is awaited, `counts` says whether it is the one that counts."""

    assessor: str
    label: Text
    value: Piece | None
    cell: str
    counts: bool
    weight: str | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: `met`, `unmet`, `unknown` or `not_applicable`, its points, and the numbers behind it."""

    id: str
    label: Text
    status: str
    essential: bool
    bonus: bool
    points: str
    most: str
    tests: tuple[Test, ...]
    applies: tuple[Test, ...]
    table: tuple[Piece, ...]
    sources: tuple[Source, ...]
    clauses: tuple[Clause, ...]
    decisions: tuple[Decision, ...]
    periods: tuple[Period, ...] = ()
    penalty: bool = False
    losses: tuple[Loss, ...] = ()
    scores: tuple[Score, ...] = ()
    reason: Source | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the score: its value, and its share."""

    label: Text
    value: str
    share: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What a rulebook without grades measures: the value as it is written, and what it rests on."""

    id: str
    label: Text
    value: Piece
    tests: tuple[Test, ...]
    periods: tuple[Period, ...]
    sources: tuple[Source, ...]
    clauses: tuple[Clause, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Good:
    """A good with its criteria."""

    id: str
    label: Text
    status: str
    points: str
    most: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """A title: won, not won or unknown, and what withholds it."""

    id: str
    label: Text
    status: str
    tests: tuple[Test, ...]
    withheld_by: tuple[Text, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """What is due of a target by the end of a year.

    Attributes:
        year: the year.
        value: what is due, as it is written.
        holds: it is reached; None while gaps leave that open.
        now: it was due by the year rated.
        last: it is the last value, the deadline.
        needed: how many units that is, where the value counts units.
        total: of how many.
        missing: what is missing: so many units more, or so much.
        of: what is counted.
    """

    year: int
    value: str
    holds: bool | None
    now: bool
    last: bool
    needed: str | None
    total: str | None
    missing: str | None
    of: Text | None


@dataclass(frozen=True, slots=True)
class Target:
    """A target: `reached`, `on_course`, `not_due`, `short` or `unknown`; its value, where it started, what is due."""

    id: str
    label: Text
    status: str
    value: tuple[Piece, ...]
    baseline: tuple[int, str] | None
    due: tuple[Due, ...]
    sources: tuple[Source, ...]
    clauses: tuple[Clause, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy rule that fired (`certain`), or may fire.

    Attributes:
        stage: `propose` or `adjust`.
        conditions: the conditions that made it fire.
        sources: the facts behind those conditions.
        grade: the grade it proposes, or limits the proposed grade to.
        changes: the limit is below the proposed grade.
        withholds: the titles it withholds.
    """

    id: str
    stage: str
    label: Text
    certain: bool
    conditions: tuple[Test, ...]
    sources: tuple[Source, ...]
    grade: Text | None
    changes: bool
    withholds: tuple[Text, ...]
    clauses: tuple[Clause, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A fact not reported, whether it can still change the grade (`matters`), whether a title, whether a target.

    Of units below it may be a result that is still open, too.

    Attributes:
        alone: what reporting it and no other gap does to the grade: it `settles` it, it `may`, or it `cannot`; empty
            where it does not matter, or that is not known.
    """

    source: Source
    matters: bool
    for_title: bool
    criteria: tuple[Text, ...]
    for_target: bool = False
    alone: str = ""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A rule that stands between the unit and another grade, and the conditions of it that decide.

    Attributes:
        rule: what it is called.
        stage: `propose`: it does not hold, and would propose; `entered`: it proposed before any that would; `adjust`:
            it would limit the grade; `propose_open`, `adjust_open`: gaps leave open whether it does; `seat`,
            `seat_open`: no seat is left, or that is open. Of a worse grade: `holds`: it holds, and proposes `grade`;
            `spares`: it would limit the grade, and does not hold.
        conditions: those that would have to change; of `holds` and `spares` those that make it so.
    """

    rule: Text
    stage: str
    conditions: tuple[Test, ...]
    grade: Text | None = None


@dataclass(frozen=True, slots=True)
class OtherGrade:
    """Another grade, and what stands between the unit and it.

    Attributes:
        stands: `better` or `worse` than any that the unit can have; `given`: it has it; `open`: it may still get it;
            `passed_over`: it can get a better and a worse one, but not this one.
    """

    grade: Text
    stands: str
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one fact, and what it would bring, as it was rated again.

    Attributes:
        fact: its id.
        now: the value reported; None for a gap.
        to: the value that it would have.
        cell: the cell.
        better: the grade, or its range, is better than now; else only the points are.
    """

    fact: str
    label: Text
    now: Piece | None
    to: Piece
    cell: str
    grade_low: Text
    grade_high: Text
    points: str
    better: bool


@dataclass(frozen=True, slots=True)
class SelectionKey:
    """A key of a candidate (`most`: the greatest first), and that of the last among the chosen."""

    label: Text
    most: bool
    value: Piece
    line: Piece | None


@dataclass(frozen=True, slots=True)
class Selected:
    """What a unit is in a selection.

    Attributes:
        status: `chosen`, `tied`, `open`, `undecidable`, `passed_over` or `not_eligible`.
        place: its place, or from which to which it may be; empty where it has none.
        places: how many are chosen.
        within: the unit above among whose units they are.
        candidates: among how many it stands.
        ties: what becomes of those that tie for the last place.
        tests: what makes it eligible or not.
    """

    id: str
    label: Text
    status: str
    place: str
    places: int
    within: str | None
    candidates: int
    ties: str
    keys: tuple[SelectionKey, ...]
    tests: tuple[Test, ...]
    sources: tuple[Source, ...]
    clauses: tuple[Clause, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """What a unit is where a grade has so many seats.

    Attributes:
        status: `seated`; `surplus`: it gets a lower grade; `tied`: level with others at the last seat; `seat_open`.
        place: its place among those who compete, or from which to which it may be.
        seats: how many there are.
        base: of how many units they are a `share`; without one they are a number.
        round: how the share was rounded: `down`, `up`, `half`.
        within: the unit above among whose units they are.
        line: the place of the last who has a seat; empty where there are seats for all. Its keys stand beside.
        grade: the grade that has so many seats.
        surplus: the grade of those who get none.
    """

    id: str
    label: Text
    status: str
    place: str
    seats: str
    base: str
    share: str
    round: str
    within: str | None
    line: str
    keys: tuple[SelectionKey, ...]
    grade: Text
    surplus: Text
    sources: tuple[Source, ...]
    clauses: tuple[Clause, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a unit got its grade.

    Attributes:
        rated: the rulebook gives grades; without them there is no grade, and no rule that led to one.
        overlays: what changed the rules of its programme.
        hypothetical: the run that rated it supposes what was not reported.
        rulings: what people decided beside the rules.
        advisory: it is rated beside the others, outside quotas.
        steps: the single changes that bring it furthest towards the next grade; None where they were not asked for.
        settled_together: the gaps that can change the grade settle it once all of them are reported; None where none
            can, or that is not known.
        needed: the smallest sets of gaps one of which must be reported before the grade can be settled; empty where
            they are too many.
    """

    kind: str
    kind_label: Text
    id: str
    name: str
    parent: str | None
    year: int
    final: bool
    rulebook: str
    label: Text
    row: str
    rated: bool
    grade: Text | None
    grade_low: Text | None
    grade_high: Text | None
    proposed_low: Text | None
    proposed_high: Text | None
    points: str
    points_max: str
    points_most: str
    points_raw: str
    bonus: str
    truncated: bool
    titles: tuple[Title, ...]
    rules: tuple[Rule, ...]
    goods: tuple[Good, ...]
    gaps: tuple[Gap, ...]
    next_grade: OtherGrade | None
    findings: tuple[Text, ...] = ()
    lower_gaps: tuple[Gap, ...] = ()
    targets: tuple[Target, ...] = ()
    lifecycles: tuple[Lifecycle, ...] = ()
    selections: tuple[Selected, ...] = ()
    measures: tuple[Measure, ...] = ()
    overlays: tuple[Text, ...] = ()
    hypothetical: bool = False
    other_grade: OtherGrade | None = None
    settled_together: bool | None = None
    needed: tuple[tuple[Source, ...], ...] = ()
    steps: tuple[Step, ...] | None = None
    rulings: tuple[Ruled, ...] = ()
    advisory: bool = False
    seats: tuple[Seat, ...] = ()
    penalty: str = "0"
    parts: tuple[Part, ...] = ()
    rounded: int | None = None

    def as_data(self) -> dict[str, Any]:
        """The explanation as plain data, for JSON."""
        return asdict(self)

    def as_html(self, language: Language = "zh") -> str:
        """The explanation as a part of a page, with its look."""
        from engine.rendering.why import written  # noqa: PLC0415 - data needs no templates until it is shown

        return written([self], language, "part")

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return self.as_html()
