"""What `wuhao test` shows, as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from engine.testing.coverage import SORTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.programme.rules import Rules
    from engine.rulebook import Label
    from engine.testing import Report
    from engine.testing.coverage import Coverage, Hole, Item
    from engine.testing.results import Difference, Result
    from engine.testing.updating import Change, Update

Data = dict[str, Any]


def view(report: Report, *, coverage: bool = False) -> Data:
    """The results of rule tests; with what they cover, if that is asked for."""
    data: Data = {
        "count": report.count,
        "failed": len(report.failed),
        "files": [
            {
                "file": item.file.name,
                "rulebook": item.file.book.id,
                "label": item.file.book.said.label.texts,
                "count": len(item.results),
                "failed": sum(not result.passed for result in item.results),
                "cases": [_case(result) for result in item.results],
            }
            for item in report.files
        ],
        "coverage": [coverage_view(item) for item in report.coverage] if coverage else [],
        "untested": [{"rulebook": book.id, "label": book.said.label.texts} for book in report.untested],
    }
    return data


def _case(result: Result) -> Data:
    shown: Data = {"name": result.case.name, "place": result.case.place, "passed": result.passed}
    if not result.passed:
        names = labels(result.unit.rated.found.book)
        shown["differences"] = [_difference(item, names) for item in result.differences()]
    return shown


def _difference(item: Difference, names: dict[str, Data]) -> Data:
    expectation = item.expectation
    return {
        "item": key(expectation.aspect, expectation.name),
        "label": names.get(expectation.name),
        "place": str(expectation.place),
        "expected": list(expectation.value),
        "found": list(item.found),
        "trace": [
            {"label": each.label, "status": each.status, "tests": [*map(asdict, each.tests)], "table": each.table}
            for each in item.trace
        ],
    }


def key(aspect: str, name: str) -> str:
    """What an expectation is about, as a test writes it."""
    return f"{aspect}.{name}" if name else aspect


def difference_lines(result: Result) -> Iterator[str]:
    """The differences of a case in one line each, for programmers."""
    for expectation, found in result.failed:
        wanted, got = (", ".join(values) or "none" for values in (expectation.value, found))
        yield f"{key(expectation.aspect, expectation.name)}: expected {wanted}, got {got} ({expectation.place})"


def coverage_view(coverage: Coverage) -> Data:
    """What is covered, and every hole."""
    names = labels(coverage.book)
    rows = [(sort, *coverage.counts(sort)) for sort in SORTS]
    seen, possible = coverage.counts()
    return {
        "rulebook": coverage.book.id,
        "label": coverage.book.said.label.texts,
        "seen": seen,
        "possible": possible,
        "sorts": [{"sort": sort, "seen": seen, "possible": possible} for sort, seen, possible in rows if possible],
        "holes": [_hole(hole, names) for hole in coverage.holes],
        "exempt": [{**_state(item, state, names), "reason": dict(reason)} for item, state, reason in coverage.exempt()],
    }


def _hole(hole: Hole, names: dict[str, Data]) -> Data:
    return _state(hole.item, hole.state, names)


def _state(item: Item, state: str, names: dict[str, Data]) -> Data:
    return {
        "sort": item.sort,
        "id": item.id,
        "label": names.get(item.id.removeprefix("good.")),
        "state": state,
        "limit": item.limit,
        "in": list(item.places),
    }


def changes_view(updates: Sequence[Update]) -> Data:
    """What was written anew, and what was not."""

    def shown(change: Change) -> Data:
        expectation = change.expectation
        return {
            "item": key(expectation.aspect, expectation.name),
            "place": str(expectation.place),
            "before": list(expectation.value),
            "after": list(change.found),
        }

    return {
        "files": [
            {"file": str(item.path), "changed": [*map(shown, item.changed)], "left": [*map(shown, item.left)]}
            for item in updates
        ]
    }


def labels(book: Rules) -> dict[str, Data]:
    """What everything in a rulebook is called, by id."""
    said = book.said
    found: dict[str, Label | None] = {item.id: item.label for item in said.policy.propose}
    found |= {item.id: item.label for item in said.policy.adjust}
    found |= {item.id: item.label for item in said.policy.settle}
    found |= {item.id: item.label for item in said.checks}
    found |= {item.id: item.said.label for item in book.measures}
    for things in (said.facts, said.measures, said.targets, said.goods, said.titles, said.select, said.parameters):
        found |= {id_: item.label for id_, item in things.items()}
    found |= {item.id: item.said.label for item in book.criteria}
    found |= dict(said.grades)
    return {id_: label.texts for id_, label in found.items() if label}
