"""No expression is undefined: no divisor can be 0 where its quotient is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from engine import scoring
from engine.checking.candidates import NoValueError
from engine.checking.choices import exact
from engine.checking.model import Result
from engine.checking.policies import atom_path
from engine.checking.study import criterion_path
from engine.expression import check, syntax
from engine.expression.text import spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.checking.boxes import Boxes
    from engine.checking.model import Finding, Verdict, Witness
    from engine.checking.study import Study
    from engine.expression.syntax import Node
    from engine.rating import BookRating

Guards = tuple[tuple["Node", bool], ...]
"""Conditions and the answers under which an expression is asked for."""


@dataclass(frozen=True)
class Division:
    """A divisor where it is asked for.

    Attributes:
        divisor: the divisor.
        guards: the answers without which nobody asks for the quotient.
        path: the place in the rulebook.
        column: the column of the ratings or measures that is unknown when it is 0.
    """

    divisor: Node
    guards: Guards
    path: tuple[str | int, ...]
    column: str


def defined(study: Study) -> Result:
    """No expression is undefined for facts within their bounds."""
    found = list({(spell(item.divisor), item.path): item for item in _divisions(study)}.values())
    findings: list[Finding] = []
    proved = 0
    for item in found:
        if _never_zero(study, study.boxes, item.divisor, item.guards):
            proved += 1
            continue
        witness = _witness(study, item)
        values = {"divisor": spell(item.divisor)}
        verdict: Verdict = "witness" if witness else "undecided"
        findings.append(study.finding("W101", verdict, *item.path, witness=witness, **values))
    for kind, divisor, path in _lower_divisions(study):
        lower = study.lower.get(kind)
        found.append(Division(divisor, (), path, ""))
        if lower and _never_zero(lower, lower.boxes, divisor, ()):
            proved += 1
        else:
            findings.append(study.finding("W101", "undecided", *path, divisor=spell(divisor)))
    return Result("defined", len(found), proved=proved, findings=tuple(findings))


def _divisions(study: Study) -> Iterator[Division]:
    book = study.subject.book
    measures = {item.id: item.value for item in book.measures}

    def walk(node: Node | None, guards: Guards) -> Iterator[tuple[Node, Guards]]:
        match node:
            case None | syntax.Aggregate():
                return
            case check.MeasureLeaf():
                yield from walk(measures.get(node.id), guards)
            case syntax.Both() | syntax.Either():
                for item in node.items:
                    others = ((other, isinstance(node, syntax.Both)) for other in node.items if other is not item)
                    yield from walk(item, (*guards, *others))
            case syntax.Conditional():
                yield from walk(node.condition, guards)
                yield from walk(node.then, (*guards, (node.condition, True)))
                yield from walk(node.otherwise, (*guards, (node.condition, False)))
            case syntax.Arithmetic(operator="/"):
                if study.reader.constant(node.right) is None:
                    yield node.right, guards
                yield from walk(node.left, guards)
                yield from walk(node.right, guards)
            case _:
                for child in syntax.children(node):
                    yield from walk(child, guards)

    def divisions(node: Node | None, guards: Guards, path: tuple[str | int, ...], column: str) -> Iterator[Division]:
        return (Division(divisor, within, path, column) for divisor, within in walk(node, guards))

    for item in book.criteria:
        path = criterion_path(item)
        guards: Guards = ((item.applies, True),) if item.applies is not None else ()
        yield from divisions(item.applies, (), (*path, "applies"), f"{item.id}_applicable")
        yield from divisions(item.require, guards, (*path, "require"), item.id)
        yield from divisions(getattr(item.points, "of", None), guards, (*path, "points"), "points_low")
    for title in book.titles:
        yield from divisions(title.when, (), ("titles", title.id, "when"), title.id)
    for place, atom in enumerate(book.atoms):
        yield from divisions(atom, (), atom_path(study, place), "grade")
    for place, believed in enumerate(book.checks):
        yield from divisions(believed.require, (), ("checks", place, "require"), f"check:{believed.id}")


def _lower_divisions(study: Study) -> Iterator[tuple[str, Node, tuple[str | int, ...]]]:
    """Divisors in what aggregates read from lower units, with the kind of those."""
    book = study.subject.book
    for item in book.measures:
        for node in scoring.aggregates_in(item.value).values():
            lower = study.lower.get(node.kind)
            known = {measure.id: measure.value for measure in lower.subject.book.measures} if lower else {}
            for divisor in _divisors(node.item, known):
                if lower is None or lower.reader.constant(divisor) is None:
                    yield node.kind, divisor, ("measures", item.id)


def _divisors(node: Node | None, measures: Mapping[str, Node]) -> Iterator[Node]:
    match node:
        case None:
            return
        case check.MeasureLeaf():
            yield from _divisors(measures.get(node.id), measures)
        case _:
            if isinstance(node, syntax.Arithmetic) and node.operator == "/":
                yield node.right
            for child in syntax.children(node):
                yield from _divisors(child, measures)


def _never_zero(study: Study, boxes: Boxes, divisor: Node, guards: Guards) -> bool:
    """Whether it is proved of all boxes that the divisor is not 0 or a guard has another answer."""
    names = study.reader.variables(divisor).union(*(study.reader.variables(node) for node, _ in guards))
    frame = boxes.split(names)
    if frame is None:
        return False
    nodes = {"divisor": divisor, **{f"guard{place}": node for place, (node, _) in enumerate(guards)}}
    found = study.subject.evaluate(frame, nodes, study.constants)
    safe = (pl.col("divisor") > 0) | (pl.col("divisor:high") < 0)
    for place, (_, answer) in enumerate(guards):
        safe = safe | (pl.col(f"guard{place}") != answer).fill_null(False)  # noqa: FBT003
    return bool(found.select(safe.all()).item())


def _witness(study: Study, item: Division) -> Witness | None:
    """A unit without gaps of which the answer is unknown all the same."""
    names = study.reader.variables(item.divisor).union(*(study.reader.variables(node) for node, _ in item.guards))
    place = study.part_of(names)
    if place is None:
        return None
    choices = study.space.parts[place].choices
    zeros = choices[[row for row in range(choices.height) if _is_zero(study, item.divisor, choices, row)]]
    if zeros.is_empty():
        return None
    best = study.space.best
    others = (name for name in best.columns if name not in zeros.columns)
    units = zeros.with_columns(pl.lit(best.item(0, name), best.schema[name]).alias(name) for name in others)
    units = units.select(best.columns)
    unknown = _unknown(study.subject.rate(units, measures=True), item)
    rows = unknown.arg_true()
    return study.witness(best, units[rows[0] : rows[0] + 1]) if rows.len() else None


def _is_zero(study: Study, divisor: Node, choices: pl.DataFrame, row: int) -> bool:
    facts = {name: exact(value) for name, value in choices.row(row, named=True).items()}
    try:
        return study.reader.value(divisor, facts) == 0
    except NoValueError:
        return False


def _unknown(rated: BookRating, item: Division) -> pl.Series:
    """Which units have no answer."""
    match item.column:
        case "points_low":
            return rated.ratings["points_low"] != rated.ratings["points_high"]
        case "grade":
            return rated.ratings["pending"]
        case str() as column if column in rated.ratings.columns:
            return rated.ratings[column].is_null()
        case column:
            return rated.measures[column].is_null()
