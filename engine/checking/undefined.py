"""No expression is undefined: no divisor can be 0 where its quotient is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from engine import scoring
from engine.checking.choices import Questions, tried
from engine.checking.model import Result
from engine.checking.policies import rule_path
from engine.checking.space import table_of
from engine.checking.study import criterion_path
from engine.checking.units import refusals, refusing
from engine.expression import syntax, typed
from engine.expression.text import spell
from engine.thresholds import NoValueError
from engine.worth_trying import exact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.checking.model import Finding, Witness
    from engine.checking.study import Study
    from engine.expression.syntax import Node
    from engine.policy import Adjustment
    from engine.policy.rules import Proposal
    from engine.programme.rules import Rules
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
    found = list({_spelled(item): item for item in _divisions(study)}.values())
    findings: dict[tuple[object, ...], Finding] = {}
    safe = _never_zero(study, found)
    for item, is_safe in zip(found, safe, strict=True):
        if not is_safe and (item.path, spell(item.divisor)) not in findings:
            witness = _witness(study, item)
            findings[item.path, spell(item.divisor)] = _found(study, item, witness, known=bool(witness))
    for kind, divisions in _lower_divisions(study).items():
        found += divisions
        lower = study.lower.get(kind)
        known = _never_zero(lower, divisions) if lower else [False] * len(divisions)
        safe += known
        for item in (item for item, is_safe in zip(divisions, known, strict=True) if not is_safe):
            is_zero = lower is not None and any(_zeros(lower, item.divisor, part.choices) for part in lower.space.parts)
            findings[item.path, kind] = _found(study, item, None, known=is_zero)
    return Result("defined", len(found), proved=sum(safe), findings=tuple(findings.values()))


def _spelled(item: Division) -> tuple[object, ...]:
    return item.path, item.column, spell(item.divisor), tuple((spell(node), answer) for node, answer in item.guards)


def _found(study: Study, item: Division, witness: Witness | None, *, known: bool) -> Finding:
    divisor = spell(item.divisor)
    if not known:
        return study.undecided(divisor, *item.path)
    return study.finding("W101", "witness", *item.path, witness=witness, divisor=divisor)


def _divisions(study: Study) -> Iterator[Division]:
    book = study.subject.book
    measures = {item.id: item.value for item in book.measures}
    believed = _believed(book)

    def walk(node: Node | None, guards: Guards) -> Iterator[tuple[Node, Guards]]:
        match node:
            case None | syntax.Aggregate():
                return
            case typed.MeasureLeaf():
                yield from walk(measures.get(node.id), guards)
            case syntax.Both() | syntax.Either():
                for item in node.items:
                    others = (
                        (other, isinstance(node, syntax.Both))
                        for other in node.items
                        if other is not item and not _asks_outcome(other)
                    )
                    yield from walk(item, (*guards, *others))
            case syntax.Conditional():
                yield from walk(node.condition, guards)
                yield from walk(node.then, (*guards, (node.condition, True)))
                yield from walk(node.otherwise, (*guards, (node.condition, False)))
            case syntax.Arithmetic(operator="/"):
                if study.reader.constant(node.right) is None and not _always_some(node.right, book):
                    yield node.right, guards
                yield from walk(node.left, guards)
                yield from walk(node.right, guards)
            case _:
                for child in syntax.children(node):
                    yield from walk(child, guards)

    def divisions(node: Node | None, guards: Guards, path: tuple[str | int, ...], column: str) -> Iterator[Division]:
        return (Division(divisor, within, path, column) for divisor, within in walk(node, (*believed, *guards)))

    for item in book.criteria:
        path = criterion_path(item)
        guards: Guards = ((item.applies, True),) if item.applies is not None else ()
        yield from divisions(item.applies, (), (*path, "applies"), f"{item.id}_applicable")
        yield from divisions(item.require, guards, (*path, "require"), item.id)
        yield from divisions(getattr(item.points, "of", None), guards, (*path, "points"), "points_low")
    for target in book.targets:
        yield from divisions(target.value, (), ("targets", target.id, "value"), target.id)
    for title in book.titles:
        yield from divisions(title.when, (), ("titles", title.id, "when"), title.id)
    for selection in book.selections:
        if selection.when is not None:
            yield from divisions(selection.when, (), ("select", selection.id, "when"), f"eligible:{selection.id}")
    for rule in book.policy.rules:
        for term, others in _alternatives(rule):
            for atom, _ in term:
                within = tuple(_guards(book, [*(term - {(atom, True), (atom, False)}), *others]))
                yield from divisions(book.atoms[atom], within, rule_path(study, rule.id), "grade")
    for place, asked in enumerate(book.checks):
        yield from divisions(asked.require, (), ("checks", place, "require"), f"check:{asked.id}")


def _believed(book: Rules) -> Guards:
    """What holds of every unit that is rated: the checks that would refuse it."""
    return tuple((item.require, True) for item in refusing(book))


Literal = tuple[int, bool]
"""An atom of the policy and its answer."""


def _alternatives(rule: Proposal | Adjustment) -> Iterator[tuple[set[Literal], set[Literal]]]:
    """The atoms that make a rule fire together; with those that alone would do, turned: then nobody asks for them."""
    terms = [{(atom, truth) for atom, truth in term if isinstance(atom, int)} for term in rule.terms]
    alone = [term for term, said in zip(terms, rule.terms, strict=True) if len(said) == 1 and len(term) == 1]
    for term in terms:
        yield term, {(atom, not truth) for other in alone if other is not term for atom, truth in other}


def _guards(book: Rules, literals: Iterable[Literal]) -> Iterator[tuple[Node, bool]]:
    return ((book.atoms[atom], truth) for atom, truth in literals if not _asks_outcome(book.atoms[atom]))


def _always_some(divisor: Node, book: Rules) -> bool:
    """Whether a divisor counts what every unit has: goods, or points that can be had."""
    if not isinstance(divisor, typed.OutcomeLeaf):
        return False
    always = any(item.counted and item.most and not item.applies for item in book.criteria)
    return {"goods_count": bool(book.goods), "score_max": always}.get(divisor.part, False)


def _asks_outcome(node: Node) -> bool:
    """Whether a condition asks for what only the whole rating can tell."""
    return any(isinstance(leaf, typed.OutcomeLeaf) for leaf in typed.leaves(node))


def _lower_divisions(study: Study) -> dict[str, list[Division]]:
    """Divisions in what aggregates read from lower units, by the kind of those."""
    found: dict[str, list[Division]] = {}
    own = {target.id for target in study.subject.book.targets}
    for item in study.subject.book.measures:
        for node in scoring.aggregates_in(item.value).values():
            lower = study.lower.get(node.kind)
            known = {measure.id: measure.value for measure in lower.subject.book.measures} if lower else {}
            guards = _believed(lower.subject.book) if lower else ()
            for divisor in _divisors(node.item, known):
                if lower is None or lower.reader.constant(divisor) is None:
                    path = ("targets" if item.id in own else "measures", item.id)
                    found.setdefault(node.kind, []).append(Division(divisor, guards, path, ""))
    return found


def _divisors(node: Node | None, measures: Mapping[str, Node]) -> Iterator[Node]:
    match node:
        case None:
            return
        case typed.MeasureLeaf():
            yield from _divisors(measures.get(node.id), measures)
        case _:
            if isinstance(node, syntax.Arithmetic) and node.operator == "/":
                yield node.right
            for child in syntax.children(node):
                yield from _divisors(child, measures)


def _never_zero(study: Study, divisions: Sequence[Division]) -> list[bool]:
    """Of which it is proved that in no unit the divisor is 0 while every guard has its answer."""
    frames = [None if _asks_outcome(item.divisor) else study.boxes.split(_names(study, item)) for item in divisions]
    given = [frame.with_columns(pl.lit(at).alias(_ASKED)) for at, frame in enumerate(frames) if frame is not None]
    if not given:
        return [False] * len(divisions)
    boxes = pl.concat(given, how="diagonal")
    asked = [item for item, frame in zip(divisions, frames, strict=True) if frame is not None]
    nodes = {spell(node): node for item in asked for node in (item.divisor, *(guard for guard, _ in item.guards))}
    found = study.subject.evaluate(boxes, nodes, study.constants).with_columns(boxes[_ASKED])
    return [
        frame is not None and bool(found.filter(pl.col(_ASKED) == at).select(_is_safe(item).all()).item())
        for at, (item, frame) in enumerate(zip(divisions, frames, strict=True))
    ]


_ASKED = "^asked"


def _names(study: Study, item: Division) -> set[str]:
    """The facts and aggregates on which it hangs whether a divisor is 0."""
    return study.reader.variables(item.divisor).union(*(study.reader.variables(node) for node, _ in item.guards))


def _is_safe(item: Division) -> pl.Expr:
    divisor = spell(item.divisor)
    safe = (pl.col(divisor) > 0) | (pl.col(f"{divisor}:high") < 0)
    for node, answer in item.guards:
        safe = safe | (pl.col(spell(node)) != answer).fill_null(False)  # noqa: FBT003
    return safe


def _witness(study: Study, item: Division) -> Witness | None:
    """A unit without gaps of which the answer is unknown all the same."""
    place = study.part_of(_names(study, item))
    if place is None:
        return None
    part, book = study.space.parts[place], study.subject.book
    plain = part.names <= book.facts.keys()
    choices = table_of(tried(Questions.of(book, study.constants), part.names), book.facts) if plain else part.choices
    choices = choices.gather_every(max(1, choices.height // _TRIED))
    zeros = choices[_zeros(study, item.divisor, choices)]
    if zeros.is_empty():
        return None
    best = study.space.best
    others = (name for name in best.columns if name not in zeros.columns)
    units = zeros.with_columns(pl.lit(best.item(0, name), best.schema[name]).alias(name) for name in others)
    units = units.select(best.columns)
    rated = study.subject.rate(units, measures=True)
    rows = (_unknown(rated, item) & (refusals(rated) == 0)).arg_true()
    return study.witness(*_nearest(study, item, units, choices, rows)) if rows.len() else None


def _nearest(
    study: Study, item: Division, zeros: pl.DataFrame, choices: pl.DataFrame, rows: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A unit that has its answer, and the one without that differs from it in the fewest facts."""
    best = study.space.best
    others = (name for name in best.columns if name not in choices.columns)
    known = choices.with_columns(pl.lit(best.item(0, name), best.schema[name]).alias(name) for name in others)
    known = known.select(best.columns)
    rated = study.subject.rate(known, measures=True)
    known = known.filter(~_unknown(rated, item) & (refusals(rated) == 0))
    known = known if known.height else best
    pairs = [
        (known[at : at + 1], zeros[row : row + 1]) for row in rows.head(_NEAR) for at in range(min(known.height, _NEAR))
    ]
    return min(
        pairs, key=lambda pair: sum(one != other for one, other in zip(pair[0].row(0), pair[1].row(0), strict=True))
    )


_NEAR = 12
_TRIED = 500


def _zeros(study: Study, divisor: Node, choices: pl.DataFrame) -> list[int]:
    """The rows in which a divisor is 0."""
    return [row for row in range(choices.height) if _is_zero(study, divisor, choices, row)]


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
