"""What a rulebook, a programme file and a clause registry may say.

The models hold what was written: every scalar of the YAML arrives as text, and expressions stay text until
``engine.programme`` reads them against the names they may use. A model says which keys exist, which are needed and
what form a value has; it never looks a name up.
"""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Mapping

RESERVED = frozenset(
    {
        *("min", "max", "abs", "round", "round_up", "round_down", "entered", "given", "date"),
        *("count", "share", "sum", "mean", "any", "all", "periods", "year", "year_of"),
        *("rank", "percentile", "within"),
        *("score", "score_max", "goods_met", "goods_count", "good", "title", "grade", "proposed", "this", "via"),
        *("true", "false", "none", "id", "name", "parent"),
        *("grade_low", "grade_high", "proposed_low", "proposed_high", "pending", "points_low", "points_high"),
        *("case", "rules", "issued", "adjusted_low", "adjusted_high", "advisory", "_file", "_row", "_refused"),
        *("computed_grade", "computed_low", "computed_high", "ruled_by"),
        *("targets_count", "targets_reached", "targets_short"),
    },
)
"""Names that expressions and the tables of facts and ratings give a meaning of their own."""

STANDARD_GRADES = {
    "excellent": {"zh": "优秀", "en": "Excellent"},
    "commendable": {"zh": "良好", "en": "Commendable"},
    "qualified": {"zh": "合格", "en": "Qualified"},
    "unqualified": {"zh": "不合格", "en": "Unqualified"},
}

START = {"start": {"zh": "未开始", "en": "Not begun"}}
"""The state of a lifecycle before its first event."""


def as_name(text: str) -> str:
    """What is most like a text that is no name: `cross_posting` for `cross-posting`, `income_04` for `04 income`."""
    words = re.sub(r"\W+", "_", text).strip("_")
    rest = words.lstrip("0123456789")
    made = "_".join(filter(None, (rest.strip("_"), words[: len(words) - len(rest)])))
    return made if made.isidentifier() else f"name_{made}".rstrip("_")


def _without_wide_signs(text: str) -> None:
    """A full-width comma or colon joins what should be two things."""
    if sign := re.search("[，、；：]", text):
        plain = re.sub("[，、；]", ", ", text).replace("：", ": ")
        raise PydanticCustomError("name_with_wide_sign", "wide", {"wide": sign.group(), "instead": plain})


def _identifier(text: str) -> str:
    _without_wide_signs(text)
    if not text.isidentifier():
        raise PydanticCustomError("not_an_identifier", "not an identifier", {"name": text, "instead": as_name(text)})
    if keyword.iskeyword(text) or text in RESERVED:
        raise PydanticCustomError("reserved_name", "a reserved name", {"name": text})
    return text


def _rule_id(text: str) -> str:
    _without_wide_signs(text)
    if not re.fullmatch(r"[\w-]+", text):
        raise PydanticCustomError("not_an_identifier", "not an identifier", {"name": text, "instead": as_name(text)})
    return text


def _boolean(value: object) -> object:
    if value in ("true", "false"):  # a tuple: the value may be a list
        return value == "true"
    if isinstance(value, bool):
        return value
    shown = value if isinstance(value, str) else "[…]" if isinstance(value, list) else "{…}"
    raise PydanticCustomError("not_a_boolean", "not true or false", {"value": shown})


def _natural(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value):
        raise PydanticCustomError("not_a_whole_number", "not a whole number", {"value": value})
    return value


def _with_labels(value: object, labels: Mapping[str, Mapping[str, str]]) -> object:
    """Names in a list as names with labels: their own, or the name again."""
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return value
    for at, name in enumerate(value):
        if name in value[:at]:
            raise PydanticCustomError("duplicate_item", "an item twice", {"name": name, "at": at})
    return {name: labels.get(name, name) for name in value}


def _choices(value: object) -> object:
    return _with_labels(value, {})


def _grades(value: object) -> object:
    return _with_labels(value, STANDARD_GRADES)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _labelled(value: object) -> object:
    return {"zh": value, "en": value} if isinstance(value, str) else value


Identifier = Annotated[str, AfterValidator(_identifier)]
"""A name that expressions can use: an identifier in any script, not reserved."""
RuleId = Annotated[str, AfterValidator(_rule_id)]
"""The name of a rule, check, clause or document: letters, digits, ``_`` and ``-``."""
Boolean = Annotated[bool, BeforeValidator(_boolean)]
Natural = Annotated[int, BeforeValidator(_natural)]
Expression = str
"""An expression as written (docs/language.md)."""
Clauses = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Decisions = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Model(BaseModel):
    """A frozen model in which an unknown key is an error."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)


class Label(Model):
    """A text in Chinese and English; one plain text serves both."""

    zh: str
    en: str = ""

    @model_validator(mode="before")
    @classmethod
    def _one_text_for_both(cls, value: object) -> object:
        return _labelled(value)

    @field_validator("zh")
    @classmethod
    def _not_empty(cls, text: str) -> str:
        if not text.strip():
            raise PydanticCustomError("empty_label", "no text", {})
        return text

    def __getitem__(self, language: str) -> str:
        """The text in a language; Chinese where there is no other."""
        return getattr(self, language) or self.zh

    @property
    def texts(self) -> dict[str, str]:
        """The text in each language."""
        return {language: self[language] for language in ("zh", "en")}


FactType = Literal["count", "number", "money", "ratio", "boolean", "date", "text", "choice", "grade", "reference"]


class Cited(Model):
    """What carries a label, the clauses it comes from, and the open decisions whose default it takes."""

    label: Label | None = None
    cite: Clauses = ()
    open: Decisions = Field(
        default=(), description="Decisions (D1 …) that the documents leave open and this default takes."
    )


class Source(Model):
    """Who besides the units' own senders reports facts, such as a department with a list."""

    label: Label
    listing: Boolean = Field(default=False, description="It lists some units; of all others a blank holds.")


class Fact(Cited):
    """One column of a kind's table."""

    type: FactType
    label: Label
    min: Expression | None = None
    max: Expression | None = None
    step: str | None = Field(default=None, description="Numbers are so many whole steps from 0.")
    required: Boolean = False
    blank: str = Field(default="gap", description="What an empty cell means: `gap`, `none`, or a value.")
    choices: Annotated[dict[Identifier, Label], BeforeValidator(_choices)] | None = None
    ordered: Boolean = Field(default=False, description="Choices compare in the order written, smallest first.")
    kind: str | None = Field(default=None, description="The kind a reference points to.")
    source: str | None = Field(default=None, description="The source whose value prevails.")
    at_close: Literal["refuse", "against"] = "against"
    previous: str | None = Field(
        default=None,
        description="What it was in the run before: `grade`, `score`, `title.x` or a fact. Fills empty cells.",
    )
    better: Literal["more", "less"] | None = None
    mutable: Boolean = True
    cost: Natural = 1


class Parameter(Cited):
    """A constant with its value from each year on."""

    values: dict[int, Expression]

    @model_validator(mode="before")
    @classmethod
    def _years_apart(cls, value: object) -> object:
        if isinstance(value, str):
            raise PydanticCustomError("undated_parameter", "a parameter without a year", {"value": value})
        if not isinstance(value, dict):
            return value
        years = {key: text for key, text in value.items() if re.fullmatch(r"[0-9]{4}", key)}
        others = {key: text for key, text in value.items() if key not in years}
        for key in others:
            if re.search(r"\d", key):
                raise PydanticCustomError("not_a_year", "not a year", {"value": key, "at": key})
        if not years:
            raise PydanticCustomError("undated_parameter", "a parameter without a year", {"value": ""})
        if "values" in others:
            keys = ", ".join(("2004", *cls.model_fields)).removesuffix(", values")
            raise PydanticCustomError("unknown_key", "unknown", {"key": "values", "keys": keys, "at": "values"})
        return {**others, "values": {int(year): text for year, text in years.items()}}


class Measure(Cited):
    """A named expression."""

    value: Expression

    @model_validator(mode="before")
    @classmethod
    def _bare_expression(cls, value: object) -> object:
        return {"value": value} if isinstance(value, str) else value


def _by_year(value: object) -> object:
    """Values by year, the years as numbers and in the order written."""
    if isinstance(value, str) and value:
        raise PydanticCustomError("undated_target", "a value without a year", {"value": value})
    if not isinstance(value, dict):
        return value
    if not value:
        raise PydanticCustomError("target_without_year", "no year", {})
    for key in value:
        if not re.fullmatch(r"[0-9]{4}", str(key)):
            raise PydanticCustomError("not_a_year", "not a year", {"value": str(key), "at": str(key)})
    return {int(year): text for year, text in value.items()}


ByYear = Annotated[dict[int, Expression], BeforeValidator(_by_year)]
"""Constants by year."""


class Target(Cited):
    """A number, and what it should be by the end of certain years."""

    label: Label
    value: Expression
    baseline: ByYear | None = None
    by: ByYear


class FixedPoints(Model):
    """All the points when `require` is true, else none."""

    fixed: str


class Bands(Model):
    """The points of the highest key that `of` reaches."""

    of: Expression
    bands: dict[str, str] = Field(min_length=1)
    otherwise: str = Field(alias="else", default="0")


class Linear(Model):
    """Points on a straight line between the keys, clamped at the ends."""

    of: Expression
    linear: dict[str, str]


class Deduction(Model):
    """`from` − `deduct` × `of`, kept within 0 and `from`."""

    of: Expression
    deduct: str
    start: str = Field(alias="from")


class Loss(Cited):
    """Points lost for one reason: at once (`when`), or for each one or each whole step of a number (`each`)."""

    id: Identifier
    when: Expression | None = None
    each: Expression | None = None
    by: str
    step: str | None = None
    part: Literal["ignored", "counted"] | None = Field(default=None, description="What a part of a step counts.")
    max: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Loss:
        if (self.when is None) == (self.each is None):
            raise PydanticCustomError("loss_when_or_each", "not one of both", {})
        if (self.step is None) != (self.part is None):
            raise PydanticCustomError("step_without_part", "not both", {})
        if self.when is not None and (self.step is not None or self.max is not None):
            raise PydanticCustomError("loss_only_of_each", "only of each", {"at": "max" if self.max else "step"})
        return self


class Losses(Model):
    """`start` less what is lost for each reason, never below `floor`."""

    start: str = Field(alias="from")
    deduct: list[Loss] = Field(min_length=1)
    floor: str = "0"


class Within(Model):
    """The highest key that a number reaches says between which points assessors choose."""

    of: Expression = Field(alias="within")
    bands: dict[str, str] = Field(min_length=1)
    otherwise: str = Field(alias="else")


class Assessed(Model):
    """The points that assessors give: up to a number, or between the points of a band."""

    assessed: str | Within
    step: str | None = None

    @field_validator("assessed", mode="wrap")
    @classmethod
    def _one_form(cls, value: object, _: object) -> object:
        """Choose the form, so that an error speaks about that form."""
        return value if isinstance(value, str) else Within.model_validate(value)


def _points_form(value: object) -> object:
    """Choose the form by the key that only it has, so that an error speaks about that form."""
    if isinstance(value, str):
        return FixedPoints(fixed=value)
    if isinstance(value, dict):
        if isinstance(value.get("deduct"), list):
            return Losses.model_validate(value)
        for key, form in (("bands", Bands), ("linear", Linear), ("deduct", Deduction), ("assessed", Assessed)):
            if key in value:
                return form.model_validate(value)
    if isinstance(value, (FixedPoints, Bands, Linear, Deduction, Losses, Assessed)):
        return value
    raise PydanticCustomError("unknown_points", "an unknown form of points", {})


Points = Annotated[FixedPoints | Bands | Linear | Deduction | Losses | Assessed, BeforeValidator(_points_form)]


class Assessor(Model):
    """Who gives scores, under what their scores are called."""

    label: Label
    sample: Boolean = Field(default=False, description="Scores only some of the units; where it did not is no gap.")


def _counting(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Assessors(Model):
    """Who scores the assessed criteria, and whose score counts: the first that is given, or a weighted sum."""

    scores: Annotated[dict[Identifier, Assessor], Field(min_length=1)]
    counts: Annotated[list[str] | dict[str, str], BeforeValidator(_counting), Field(min_length=1)]


class Criterion(Cited):
    """A condition with the clause it comes from, and points."""

    label: Label
    require: Expression | None = None
    applies: Expression | None = None
    points: Points | None = None
    essential: Boolean = False
    bonus: str = Field(default="false", description="Whether its points come on top; or the group in which they do.")
    penalty: Boolean = Field(default=False, description="What it lacks of its points is taken off the score.")

    @property
    def extra(self) -> bool:
        """Whether it counts in the score only: as a bonus or a penalty."""
        return self.bonus != "false" or self.penalty


class Met(Model):
    """When a good is met: every essential criterion, and a share of its points (`any`: no share needed)."""

    essential: Literal["all", "none"] = "all"
    points: str = "80%"


class Good(Cited):
    """A group of criteria."""

    label: Label
    met: Met = Met()
    criteria: dict[Identifier, Criterion]


class Title(Cited):
    """An honour beside the grade."""

    label: Label
    when: Expression


class BonusGroup(Model):
    """Bonuses that have a limit of their own: all of them together, or only the highest."""

    label: Label | None = None
    max: str
    take: Literal["all", "highest"] = "all"


class Score(Model):
    """How points become the score."""

    of: str | None = Field(default=None, description="What the points of all criteria must add up to.")
    parts: Annotated[dict[str, str], Field(min_length=1)] | None = None
    bonus_max: str = "0"
    bonus_groups: dict[Identifier, BonusGroup] = {}
    penalty_max: str = "0"
    round: Natural | None = Field(default=None, description="To how many digits the score is rounded.")
    not_applicable: Literal["rescale", "full", "zero"] = "rescale"


class EnteredGrade(Model):
    """The grade that a fact of type grade holds."""

    entered: str = Field(alias="from")


def _grade_form(value: object) -> object:
    return EnteredGrade.model_validate(value) if isinstance(value, dict) else value


class Proposal(Cited):
    """Proposes a grade when it is the first that holds."""

    id: RuleId
    when: Expression | None = None
    grade: Annotated[Any, BeforeValidator(_grade_form)] = Field(description="A grade, or `{from: fact}`.")


class Adjustment(Cited):
    """Limits the proposed grade when it holds, or withholds titles."""

    id: RuleId
    when: Expression
    downgrade: Annotated[dict[str, str], Field(min_length=1)] | None = None
    cap: str | None = None
    withhold: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()


class Scope(Cited):
    """Who is not rated as the others are: not at all (`exempt`), or beside them (`advisory`)."""

    id: RuleId
    when: Expression
    outcome: Literal["exempt", "advisory"]


Ruled = Literal["grade", "title", "criterion", "exempt"]


class Rulings(Cited):
    """What people may decide beside what the rules give."""

    on: Annotated[tuple[Ruled, ...], BeforeValidator(_listed), Field(min_length=1)]
    up: Natural | None = Field(default=None, description="A grade may be raised by so many steps at most.")
    down: Natural | None = Field(default=None, description="A grade may be lowered by so many steps at most.")
    by: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=(), description="Who may decide; where nobody is named, anybody who signs."
    )


class Key(Model):
    """What candidates are ordered by: the greatest value first (`most`), or the smallest (`least`)."""

    most: Expression | None = None
    least: Expression | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Key:
        if (self.most is None) == (self.least is None):
            raise PydanticCustomError("key_most_or_least", "not one of both", {})
        return self


class Settlement(Cited):
    """At most so many get a grade: the first by its keys; the others get a lower one."""

    id: RuleId
    grade: str
    at_most: str = Field(description="How many: a share of the units such as `20%`, a whole number, or a parameter.")
    of: Literal["rated", "all"] = "rated"
    within: str | None = Field(default=None, description="A kind above: so many under each of its units.")
    round: Literal["down", "up", "half"] = "down"
    by: list[Key] = Field(min_length=1)
    ties: Literal["decide", "in", "out"] = "decide"
    surplus: str | None = None


class Policy(Model):
    """The rules over symbols: propose, adjust, decide; and how many of a grade there may be: settle."""

    propose: list[Proposal] = Field(min_length=1)
    adjust: list[Adjustment] = []
    settle: list[Settlement] = []


class Selection(Cited):
    """The best so many of the units that are eligible."""

    label: Label
    when: Expression | None = None
    by: list[Key] = Field(min_length=1)
    best: str = Field(description="How many: a whole number, or a parameter.")
    within: str | None = Field(default=None, description="A kind above: so many under each of its units.")
    ties: Literal["decide", "in", "out"] = "decide"


class Check(Cited):
    """A condition that believable data fulfils."""

    id: RuleId
    require: Expression
    severity: Literal["warn", "refuse"] = "warn"


class Events(Model):
    """Which records a lifecycle reads: their kind, the choice that says what happened, and the date."""

    kind: str
    what: str
    dated: str | None = None


class Step(Cited):
    """From one of some states, on an event, to a state; without `to` the state stays."""

    source: Annotated[tuple[str, ...], BeforeValidator(_listed), Field(alias="from", min_length=1)]
    on: Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]
    target: str | None = Field(default=None, alias="to")
    from_year: Natural = 1
    to_year: Natural | None = None


class Lifecycle(Cited):
    """States that a unit passes through, by dated events."""

    label: Label
    events: Events
    states: Annotated[dict[Identifier, Label], BeforeValidator(_choices), Field(min_length=1)]
    steps: list[Step] = Field(min_length=1)

    @property
    def all_states(self) -> dict[str, Label]:
        """Its states with their labels, the one before the first event first."""
        return {**{id_: Label.model_validate(label) for id_, label in START.items()}, **self.states}


UNGRADED = {"not_graded": Label(zh="不评等次", en="Not graded")}
"""The grades of a rulebook that names none."""
_NOTHING_DECIDED = Policy(propose=[Proposal(id="not_graded", grade="not_graded")])


class Rulebook(Model):
    """How one kind is rated; without `grades` and `policy`, how it is measured and counted."""

    rulebook: Identifier
    kind: str
    label: Label
    dated: str | None = Field(default=None, description="The date fact that says when a record was made.")
    sources: dict[Identifier, Source] = {}
    facts: dict[Identifier, Fact] = {}
    scope: list[Scope] = []
    parameters: dict[Identifier, Parameter] = {}
    lifecycle: dict[Identifier, Lifecycle] = {}
    measures: dict[Identifier, Measure] = {}
    targets: dict[Identifier, Target] = {}
    assessors: Assessors | None = None
    goods: dict[Identifier, Good] = {}
    titles: dict[Identifier, Title] = {}
    score: Score = Score()
    grades: Annotated[dict[Identifier, Label], BeforeValidator(_grades), Field(min_length=1)] = UNGRADED
    policy: Policy = _NOTHING_DECIDED
    rulings: Rulings | None = None
    select: dict[Identifier, Selection] = {}
    checks: list[Check] = []

    @property
    def rated(self) -> bool:
        """Whether it gives grades."""
        return bool(self.model_fields_set & {"grades", "policy"})


class Years(Model):
    """The first and last year of a programme."""

    first: Natural = Field(alias="from")
    last: Natural = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Years:
        for key, year in (("from", self.first), ("to", self.last)):
            if not 1000 <= year <= 9999:  # noqa: PLR2004
                raise PydanticCustomError("not_a_year", "not a year", {"value": year, "at": key})
        if self.first > self.last:
            raise PydanticCustomError("years_reversed", "years reversed", {"first": self.first, "last": self.last})
        return self


class ProgrammeFile(Model):
    """`programme.yaml`: what the rulebooks of a folder have in common."""

    programme: Identifier
    label: Label
    years: Years | None = None
    kinds: dict[str, Any] = Field(description="The kinds as a tree: `{county: {township: {village: }}}`.")
    kind_labels: dict[str, Label] = {}
    records: list[str] = []


ClauseKind = Literal[
    "scope",
    "target",
    "criterion",
    "duty",
    "record",
    "ban",
    "allocation",
    "grading",
    "acceptance",
    "honour",
    "aim",
    "frame",
]
"""What sort of provision a clause is."""
Status = Literal["encoded", "planned", "not_checkable"]
"""Whether rules encode a clause, are still to do so, or cannot."""
Reason = Literal["frame", "guidance", "conduct", "encouragement", "manner", "elsewhere"]
"""Why a clause cannot be checked by facts."""
Hedge = Literal["strive", "principle", "about", "encourage", "promote"]
"""A word by which a clause is less than strict."""


class Document(Model):
    """A source document."""

    label: Label
    issued: str = ""
    sections: dict[str, Label] = Field(default={}, description="What its sections are about.")


class Clause(Model):
    """A numbered place in a source document, in our own words."""

    document: str
    section: str
    kind: ClauseKind | None = None
    status: Status = "encoded"
    reason: Reason | None = None
    hedge: Annotated[tuple[Hedge, ...], BeforeValidator(_listed)] = ()
    open: Decisions = ()
    zh: str
    en: str
    note: Label | None = Field(default=None, description="How it is read where it leaves something open.")

    @model_validator(mode="after")
    def _says_why_not(self) -> Clause:
        if self.status == "not_checkable" and self.reason is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "reason", "of": "status: not_checkable"})
        return self


class Registry(Model):
    """`documents.yaml`: the source documents, their clauses, and the decisions they leave open."""

    documents: dict[RuleId, Document] = {}
    clauses: dict[RuleId, Clause] = {}
    decisions: dict[RuleId, Label] = {}


def _as_written(value: object, _: object) -> object:
    return value


class OverlayFile(Registry):
    """An overlay: what a county, or somebody who asks what if, changes in the rulebooks of a programme.

    The changes stay as written: `engine.programme.overlays` makes them part of the rulebooks, which are read then. The
    documents and clauses are those that the changes cite.
    """

    overlay: Identifier
    label: Label
    programme: str
    trial: Boolean = Field(default=False, description="What the points should add up to is not checked.")
    rulebooks: dict[str, Annotated[Rulebook, WrapValidator(_as_written)]]
