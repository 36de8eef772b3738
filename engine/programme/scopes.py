"""What the rulebooks of a kind let those above it name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.expression import check, typed
from engine.programme.labels import labels_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine import rulebook
    from engine.programme.rules import Rules
    from engine.schema import Column


def scope_of(kind: str, books: Iterable[rulebook.Rulebook], columns: Mapping[str, Column]) -> check.Scope:
    """The scope of a kind before any rulebook of it is known: its facts."""
    facts = {id_: typed.fact_leaf(column) for id_, column in columns.items()}
    return check.Scope(kind, facts, dated=_dated(kind, books, columns))


def _dated(kind: str, books: Iterable[rulebook.Rulebook], columns: Mapping[str, Column]) -> typed.FactLeaf | None:
    """The fact that says when a unit of a kind was: the one that a rulebook names, or the only date there is."""
    dates = [id_ for id_, column in columns.items() if column.type == "date"]
    named = [book.dated for book in books if book.kind == kind and book.dated in dates]
    name = next(iter(named), dates[0] if len(dates) == 1 else None)
    return typed.fact_leaf(columns[name]) if name else None


def scope_with_results(scope: check.Scope, rules: Rules) -> check.Scope:
    """The scope of a kind once a rulebook of it is known."""
    measures = {
        item.id: typed.MeasureLeaf(0, 0, item.type, rules.id, item.id)
        for item in rules.measures
        if item.id.isidentifier()
    }
    goods = tuple(good.id for good in rules.goods)
    grades = rules.grades if rules.rated else ()
    results = check.Results(grades, tuple(title.id for title in rules.titles), goods)
    return check.Scope(
        scope.kind,
        {**measures, **scope.names},
        results={**scope.results, rules.id: results},
        dated=scope.dated,
        labels=(*scope.labels, *labels_of(rules.said)),
    )


def scope_as_written(scope: check.Scope, book: rulebook.Rulebook) -> check.Scope:
    """The scope of a kind whose rulebook has errors: its names are known, so that no error is reported twice."""
    named = [*book.measures, *book.targets]
    measures = {id_: typed.MeasureLeaf(0, 0, typed.UNKNOWN, book.rulebook, id_) for id_ in named}
    grades = tuple(book.grades) if "grades" in book.model_fields_set else ()
    results = check.Results(grades, tuple(book.titles), tuple(book.goods))
    return check.Scope(
        scope.kind,
        {**measures, **scope.names},
        results={**scope.results, book.rulebook: results},
        dated=scope.dated,
    )
