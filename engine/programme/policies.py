"""Read a policy: what it proposes, what it adjusts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.diagnostic import Diagnostic
from engine.expression import typed
from engine.programme import outcomes, symbols
from engine.programme.labels import meant

if TYPE_CHECKING:
    from engine.programme.reader import Reader
    from engine.yaml_text import Path_

_FOLLOWS_FROM = {"policy-cases": "policy-symbols", "policy-terms": "policy-rule-terms"}
"""Problems of a policy that say nothing new beside another."""


def policy(reader: Reader) -> symbols.Builder:
    """The policy of a rulebook; an empty one where it cannot be read."""
    built = symbols.Builder(tuple(reader.book.grades))
    if _graded(reader):
        _propose(reader, built)
        _adjust(reader, built)
        _size(reader, built)
    return built


def _graded(reader: Reader) -> bool:
    """Whether the policy can be read: it has its grades, or the rulebook has neither."""
    written = reader.book.model_fields_set & {"grades", "policy"}
    if reader.around.record and written:
        reader.refuse("record_rated", (min(written),), of_key=True, kind=reader.book.kind)
    elif len(written) == 1:
        (key,) = written
        other = "policy" if key == "grades" else "grades"
        reader.refuse("grades_and_policy", (key,), of_key=True, key=key, other=other)
    return len(written) != 1


def _propose(reader: Reader, policy: symbols.Builder) -> None:
    known = outcomes.measured(reader.book)
    proposals = reader.book.policy.propose
    for at, item in enumerate(proposals):
        path = ("policy", "propose", at)
        is_last = at == len(proposals) - 1
        when = reader.condition(item.when, (*path, "when"), known) if item.when is not None else None
        entered = isinstance(item.grade, said.EnteredGrade)
        if is_last and (item.when is not None or entered):
            reader.refuse("last_proposal_conditional", path)
        if not is_last and item.when is None and not entered:
            reader.refuse("proposal_unconditional", path, id=item.id)
        if isinstance(item.grade, said.EnteredGrade):
            fact = reader.names.get(item.grade.entered)
            if isinstance(fact, typed.FactLeaf) and fact.column.type == "grade":
                policy.propose_entered(item.id, when, fact.column)
            else:
                labels = {id_: column.label for id_, column in reader.facts.items() if column.type == "grade"}
                name = item.grade.entered
                reader.refuse("grade_from_not_grade", (*path, "grade"), near=meant(name, labels), name=name)
        elif isinstance(item.grade, str):
            grade = grade_at(reader, item.grade, (*path, "grade"))
            if grade is not None and (when is not None or item.when is None):
                policy.propose(item.id, when, grade)
        else:
            reader.refuse("wrong_shape", (*path, "grade"), key="grade", expected="text")


def _adjust(reader: Reader, policy: symbols.Builder) -> None:
    known = outcomes.proposed(reader.book)
    for at, item in enumerate(reader.book.policy.adjust):
        path = ("policy", "adjust", at)
        when = reader.condition(item.when, (*path, "when"), known)
        limits = _limits(reader, item, path)
        for position, title in enumerate(item.withhold):
            if title not in reader.book.titles:
                guess = meant(title, {id_: item.label for id_, item in reader.book.titles.items()})
                reader.refuse("unknown_title", (*path, "withhold", position), near=guess, name=title)
        if item.downgrade is None and item.cap is None and not item.withhold:
            reader.refuse("adjustment_without_effect", path, id=item.id)
        if when is not None and limits is not None:
            for problem in policy.adjust(item.id, when, limits, item.withhold):
                reader.refuse(problem, (*path, "when"))


def _limits(reader: Reader, item: said.Adjustment, path: Path_) -> tuple[int, ...] | None:
    """What each proposed grade becomes at most, by place."""
    limits = list(range(len(reader.book.grades)))
    if item.cap is not None:
        cap = grade_at(reader, item.cap, (*path, "cap"))
        if cap is None:
            return None
        limits = [max(place, cap) for place in limits]
    for from_, to in (item.downgrade or {}).items():
        source = grade_at(reader, from_, (*path, "downgrade", from_), of_key=True)
        target = grade_at(reader, to, (*path, "downgrade", from_))
        if source is None or target is None:
            return None
        if target < source:
            reader.refuse("downgrade_raises", (*path, "downgrade", from_), source=from_, target=to)
        limits[source] = max(limits[source], target)
    return tuple(limits)


def grade_at(reader: Reader, name: str, path: Path_, *, of_key: bool = False) -> int | None:
    """The place of a grade, best first."""
    grades = list(reader.book.grades)
    if name in grades:
        return grades.index(name)
    guess, known = meant(name, reader.book.grades), ", ".join(grades)
    reader.refuse("unknown_grade", path, near=guess, of_key=of_key, name=name, grades=known)
    return None


def _size(reader: Reader, policy: symbols.Builder) -> None:
    """What keeps the policy from being reasoned, where nothing simpler is wrong."""
    found = [] if reader.problems else policy.problems()
    codes = {code for code, _ in found}
    places: dict[object, Path_] = {
        item.id: ("policy", stage, at, "when")
        for stage in ("propose", "adjust")
        for at, item in enumerate(getattr(reader.book.policy, stage))
    }
    for code, values in found:
        if _FOLLOWS_FROM.get(code) not in codes:
            place = reader.source.place(*places.get(values.get("rule"), ("policy",)))
            reader.problems.append(Diagnostic(code, place, values))
