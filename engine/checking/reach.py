"""Can it happen: grades, titles, goods, criteria, steps of tables, rules of the policy."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import polars as pl

from engine import rulebook
from engine.checking.model import NONE, Result
from engine.checking.policies import needed
from engine.checking.reasons import reason, span_of
from engine.checking.study import criterion_path
from engine.expression import typed
from engine.expression.syntax import Number
from engine.expression.text import spell
from engine.programme import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.checking.model import Finding
    from engine.checking.study import Study
    from engine.policy import Adjustment
    from engine.policy.rules import Proposal
    from engine.programme.rules import Criterion, Settlement, Title
    from engine.rating import BookRating


def reached(study: Study) -> list[Result]:
    """Each grade, title and good can be reached; each criterion can be met and missed; no step of a table is masked.

    Each selection has units that are eligible, and others.
    """
    return [grades(study), titles(study), goods(study), criteria(study), steps(study), selections(study)]


def grades(study: Study) -> Result:
    """Each grade can be reached."""
    book = study.subject.book
    if not book.rated:
        return Result("grades_reached", 0)
    seen = set(study.seen.rated.ratings["grade"].drop_nulls().cast(pl.String))
    for item in book.settlements:  # whoever gets no seat
        seen |= {book.grades[item.surplus]} if book.grades[item.grade] in seen and not _seats_for_all(item) else set()
    findings: list[Finding] = []
    for place, grade in enumerate(book.grades):
        if grade in seen:
            continue

        def possible(rated: BookRating, place: int = place) -> pl.Series:
            may = [
                code
                for code, outcome in rated.outcomes.items()
                if outcome.truncated or any(rated.decisions[case].grade == place for case in outcome.complete)
            ]
            return rated.ratings["case"].is_in(may)

        givers: list[Proposal | Adjustment] = [
            rule for rule in book.policy.proposals if rule.grade == place or rule.entered is not None
        ]
        givers += [rule for rule in book.policy.adjustments if place in rule.limits[:place]]
        if study.never(possible) == "proved":
            given = ", ".join(rule.id for rule in givers) or NONE
            why = reason(study, (pair for rule in givers for pair in needed(study, rule)))
            findings.append(study.finding("W201", "proved", "grades", grade, grade=grade, rules=given, reason=why))
        else:
            findings.append(study.undecided(grade, "grades", grade))
    return Result("grades_reached", len(book.grades), witnessed=len(seen), findings=tuple(findings))


def _seats_for_all(item: Settlement) -> bool:
    """Whether a settlement takes no grade from anybody."""
    return isinstance(item.at_most, Number) and item.at_most.percent and item.at_most.value == 1


def _reads_grade(title: Title) -> bool:
    return any(isinstance(leaf, typed.OutcomeLeaf) and leaf.part == "grade" for leaf in typed.leaves(title.when))


def titles(study: Study) -> Result:
    """Each title can be won."""
    book = study.subject.book
    findings: list[Finding] = []
    for title in book.titles:
        if study.seen.rated.ratings[title.id].any():
            continue
        about = study.reader.variables(title.when)
        verdict = study.never(_may_be(title.id), about)
        if book.settlements and _reads_grade(title):  # seats change grades, and are not looked at here
            verdict = "undecided"
        if verdict == "proved":
            why = reason(study, [(title.when, True)])
            findings.append(study.finding("W202", verdict, "titles", title.id, title=title.id, reason=why))
        else:
            findings.append(study.undecided(title.id, "titles", title.id))
    return Result("titles_won", len(book.titles), witnessed=len(book.titles) - len(findings), findings=tuple(findings))


def _may_be(name: str, *, answer: bool = True) -> Callable[[BookRating], pl.Series]:
    """Whether a column of the ratings may give this answer."""

    def possible(rated: BookRating) -> pl.Series:
        column = rated.ratings[name]
        return column.is_null() | (column == answer)

    return possible


def goods(study: Study) -> Result:
    """Each good can be met."""
    book = study.subject.book
    findings: list[Finding] = []
    for good in book.goods:
        if study.seen.rated.ratings[good.id].any() or study.answers[good.id].any():
            continue
        about = {name for item in good.criteria for name in study.facts_of(item)}
        if study.never(_may_be(good.id), about) == "undecided":
            findings.append(study.undecided(good.id, "goods", good.id))
            continue
        pair = _contradiction(study, [item for item in good.criteria if item.said.essential])
        if pair:
            first, second = pair
            place = criterion_path(second)
            findings.append(study.finding("W204", "proved", *place, good=good.id, first=first.id, second=second.id))
        else:
            unmet = ", ".join(item.id for item in good.criteria if not _is_met(study, item)) or NONE
            findings.append(study.finding("W203", "proved", "goods", good.id, good=good.id, unmet=unmet))
    return Result("goods_met", len(book.goods), witnessed=len(book.goods) - len(findings), findings=tuple(findings))


def _is_met(study: Study, item: Criterion) -> bool:
    """Whether some unit was seen that meets a criterion."""
    return bool(study.answers[item.id].any())


def _contradiction(study: Study, essential: Iterable[Criterion]) -> tuple[Criterion, Criterion] | None:
    """Two essential criteria that no unit meets together, each of which some unit meets."""
    for first, second in combinations(essential, 2):
        about = study.facts_of(first) & study.facts_of(second)
        met = [study.answers[item.id].any() for item in (first, second)]
        if about and all(met):

            def both(rated: BookRating, first: Criterion = first, second: Criterion = second) -> pl.Series:
                return _may_be(first.id)(rated) & _may_be(second.id)(rated)

            if study.never(both, about) == "proved":
                return first, second
    return None


def criteria(study: Study) -> Result:
    """Each criterion can be met, and can be missed."""
    book = study.subject.book
    findings: list[Finding] = []
    for item in book.criteria:
        for answer, code in ((True, "W301"), (False, "W302")):
            if (study.answers[item.id] == answer).any() or (study.seen.rated.ratings[item.id] == answer).any():
                continue
            path = criterion_path(item)
            if study.never(_may_be(item.id, answer=answer), study.facts_of(item)) == "proved":
                why = _why(study, item, answer=answer)
                findings.append(study.finding(code, "proved", *path, criterion=item.id, good=item.good, reason=why))
            else:
                findings.append(study.undecided(item.id, *path))
    return Result(
        "criteria_open", len(book.criteria), witnessed=len(book.criteria) - len(findings), findings=tuple(findings)
    )


def _why(study: Study, item: Criterion, *, answer: bool) -> str:
    """Between which values the number lies that a criterion hangs on."""
    if item.require is not None:
        return reason(study, [(item.require, answer)])
    return span_of(study, item.points.of) if isinstance(item.points, rules.Bands) else NONE


def _says_else(item: Criterion) -> bool:
    """Whether the author wrote what is given below the lowest band."""
    return isinstance(item.said.points, rulebook.Bands) and "otherwise" in item.said.points.model_fields_set


def steps(study: Study) -> Result:
    """Each step of a table of points can be reached."""
    tables = [item for item in study.subject.book.criteria if isinstance(item.points, rules.Bands)]
    findings: list[Finding] = []
    count = 0
    for item in tables:
        assert isinstance(item.points, rules.Bands)  # noqa: S101 - of the list above
        name = f"points:{item.id}"
        seen = study.answers[name]
        about = study.facts_of(item)
        given = [(spell(threshold), float(points)) for threshold, points in item.points.steps]
        if _says_else(item):
            given.append(("else", float(item.points.otherwise)))
        for band, points in given:
            count += 1
            if ((seen - points).abs() < _SAME).any():
                continue

            def possible(rated: BookRating, points: float = points, name: str = name) -> pl.Series:
                low = rated.measures[name]
                high = rated.measures[f"{name}_high"] if f"{name}_high" in rated.measures.columns else low
                return (low <= points + _SAME) & (high.fill_null(low) >= points - _SAME)

            path = (*criterion_path(item), "points")
            if study.never(possible, about, measures=True) == "proved":
                why = span_of(study, item.points.of)
                findings.append(
                    study.finding("W303", "proved", *path, criterion=item.id, band=band, points=points, reason=why)
                )
            else:
                findings.append(study.undecided(f"{item.id} {band}", *path))
    return Result("steps_reached", count, witnessed=count - len(findings), findings=tuple(findings))


def selections(study: Study) -> Result:
    """For each selection with a condition, some unit can be eligible, and some can be not."""
    asked = [item for item in study.subject.book.selections if item.when is not None]
    findings: list[Finding] = []
    for item in asked:
        name = f"eligible:{item.id}"
        for answer, code in ((True, "W207"), (False, "W208")):
            if item.when is None or (study.answers[name] == answer).any():
                continue

            def possible(rated: BookRating, name: str = name, answer: bool = answer) -> pl.Series:  # noqa: FBT001
                column = rated.measures[name]
                return column.is_null() | (column == answer)

            path = ("select", item.id)
            if study.never(possible, study.reader.variables(item.when), measures=True) == "proved":
                why = reason(study, [(item.when, answer)])
                findings.append(study.finding(code, "proved", *path, selection=item.id, reason=why))
            else:
                findings.append(study.undecided(item.id, *path))
    return Result("selections_open", len(asked), witnessed=len(asked) - len(findings), findings=tuple(findings))


_SAME = 1e-9
