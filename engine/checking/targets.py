"""Can it happen: targets are reached, and are not, in some year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.checking.model import Result
from engine.checking.reasons import reason
from engine.programme.targets import reached

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from engine.checking.model import Finding
    from engine.checking.study import Study
    from engine.programme.rules import Target
    from engine.rating import BookRating

CODES = ("W205", "W206")


def targets(study: Study) -> list[Result]:
    """Each target can be reached, and can be missed."""
    book = study.subject.book
    findings: list[Finding] = []
    for target in book.targets:
        statuses = study.seen.rated.ratings[target.id].drop_nulls() == "reached"
        for answer, code in ((True, "W205"), (False, "W206")):
            if (statuses == answer).any():
                continue
            findings.append(_never(study, target, code, answer=answer))
    count = len(book.targets)
    missing = len({finding.diagnostic.place for finding in findings})
    return [Result("targets_open", count, witnessed=count - missing, findings=tuple(findings))]


def _never(study: Study, target: Target, code: str, *, answer: bool) -> Finding:
    """What is known where no unit was seen that reaches a target, or none that misses it."""

    def possible(rated: BookRating) -> pl.Series:
        done = rated.measures[reached(target.id)]
        return done.is_null() | (done == answer)

    path = ("targets", target.id)
    if study.never(possible, study.reader.variables(target.value), measures=True) == "undecided":
        return study.undecided(target.id, *path)
    condition = next(item.value for item in study.subject.book.measures if item.id == reached(target.id))
    return study.finding(code, "proved", *path, target=target.id, reason=reason(study, [(condition, answer)]))


def in_every_year(results: Sequence[Result]) -> list[Result]:
    """The results without what holds in another year: before a target is due, nobody is short of it.

    Of what holds in no year it is enough that one year leaves it undecided.
    """
    places = [{finding.diagnostic.place for finding in result.findings} for result in results]
    always = set.intersection(*places)
    findings = [item for result in results for item in result.findings if item.diagnostic.place in always]
    findings.sort(key=lambda item: item.verdict == "undecided")
    kept = {item.diagnostic.place: item for item in findings}
    first = results[0]
    proved = max(result.proved for result in results)
    return [Result(first.name, first.count, proved, first.count - len(kept), tuple(kept.values()))]
