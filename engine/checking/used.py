"""Every parameter, fact and measure is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.checking.model import Result
from engine.expression import typed
from engine.programme import rules
from engine.programme.targets import is_derived
from engine.scoring.aggregates import aggregates, expressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.checking.model import Finding
    from engine.checking.study import Study
    from engine.expression.syntax import Node
    from engine.programme import Programme
    from engine.programme.rules import Rules


def used(study: Study, book: Rules) -> Result:
    """Every parameter, fact and measure is used by some rule; a measure that cites a clause is there to be read."""
    programme = study.subject.programme
    found = _names(book) | _asked_from_above(programme, book) | _events(programme, book)
    states = {id_ for other in programme.rulebooks if other.kind == book.kind for id_ in other.states}
    bounds = {bound for column in book.facts.values() for bound in (column.low, column.high) if isinstance(bound, str)}
    entries = {entry.id for entry in book.entries} | _told(book)
    declared: list[tuple[str, str, str, bool]] = [
        ("W701", "parameters", id_, (f"parameter of {book.id}", id_) in found)
        for id_ in book.parameters
        if not is_derived(id_)
    ]
    declared += [
        ("W702", "facts", id_, ("fact", id_) in found or id_ in bounds | entries or _elsewhere(programme, book, id_))
        for id_ in book.facts
        if id_ not in states
    ]
    declared += [
        ("W703", "measures", item.id, (f"measure of {book.id}", item.id) in found or bool(item.said.cite))
        for item in book.measures
        if not is_derived(item.id) and book.rated  # without grades, measures are there to be read
    ]
    findings: list[Finding] = [
        study.finding(code, "proved", section, id_, name=id_) for code, section, id_, is_used in declared if not is_used
    ]
    return Result("used", len(declared), proved=len(declared) - len(findings), findings=tuple(findings))


def _names(book: Rules) -> set[tuple[str, str]]:
    """What the expressions of a rulebook name."""
    nodes = [*expressions(book), *_thresholds(book)]
    return {name for node in nodes for leaf in typed.leaves(node) for name in _name(leaf)}


def _told(book: Rules) -> set[str]:
    """The scores of all assessors, and why points were not given: there to be read."""
    scores = [item.scores for item in book.criteria if item.scores is not None]
    return {fact for item in scores for fact in (*item.facts.values(), item.reason)}


def _thresholds(book: Rules) -> Iterator[Node]:
    """What numbers are held against, the places of selections and seats, what makes groups, and who is rated."""
    yield from (item.when for item in book.scope)
    yield from (item.best for item in book.selections)
    yield from (item.at_most for item in book.settlements)
    yield from (node.group for node in book.ranks.values() if node.group is not None)
    for item in book.criteria:
        if isinstance(item.points, rules.Bands):
            yield from (node for node, _ in item.points.steps)
        elif isinstance(item.points, rules.Linear):
            yield from (node for node, _ in item.points.knots)


def _name(leaf: typed.Leaf) -> Iterator[tuple[str, str]]:
    match leaf:
        case typed.ThisLeaf():
            yield from _name(leaf.item)
        case typed.FactLeaf():
            yield "fact", leaf.column.id
        case typed.ParameterLeaf():
            yield f"parameter of {leaf.rulebook}", leaf.id
        case typed.MeasureLeaf():
            yield f"measure of {leaf.rulebook}", leaf.id


def _asked_from_above(programme: Programme, book: Rules) -> set[tuple[str, str]]:
    """What other rulebooks of the programme read of the units of this one."""
    return {
        name
        for other in programme.rulebooks
        for node in aggregates(other).values()
        if node.kind == book.kind
        for leaf in typed.leaves(node)
        for name in _name(leaf)
        if not isinstance(leaf, typed.ThisLeaf)
    }


def _events(programme: Programme, book: Rules) -> set[tuple[str, str]]:
    """The facts of this rulebook's units that lifecycles read as events."""
    lifecycles = (life for other in programme.rulebooks for life in other.lifecycles if life.kind == book.kind)
    return {("fact", column.id) for life in lifecycles for column in (life.what, life.dated)}


def _elsewhere(programme: Programme, book: Rules, fact: str) -> bool:
    """Whether another rulebook of the same kind has the fact too."""
    others = (other for other in programme.rulebooks if other.id != book.id and other.kind == book.kind)
    return any(fact in other.facts for other in others)
