"""How many slips in the shipped rulebooks their rule tests catch: change one thing at a time, and run the tests.

    python benchmarks/mutants.py [rulebook …]

Every threshold is moved one step both ways, every comparison loosened or tightened, every flag `essential` turned,
points are changed, `and` and `or` swapped, policy rules dropped, neighbours exchanged, limits and grades changed. A
mutant whose tests all pass survives, unless `wuhao check --against` proves that every unit keeps its grade: then it is
no slip that a test of grades could notice.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from engine.checking.versions import compare
from engine.diagnostic import InvalidInputError
from engine.expression import check, syntax, typed
from engine.expression.text import number, spell
from engine.policy import problems
from engine.policy.formula import And, Atom, Not, Or
from engine.programme import load
from engine.programme.rules import Bands, Deduction, Fixed, Linear
from engine.testing.cases import Case, File, read_files
from engine.testing.results import Result
from engine.testing.running import Group, grouped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.expression.syntax import Node
    from engine.policy import Policy
    from engine.policy.formula import Formula
    from engine.programme import Programme
    from engine.programme.rules import Criterion, Points, Rules

T = TypeVar("T")
FLIPS = {">=": (">", "<"), ">": (">=", "<="), "<=": ("<", ">"), "<": ("<=", ">="), "==": ("!=",), "!=": ("==",)}
"""What a comparison is changed to: the equal sign added or left out, and its opposite."""


@dataclass(frozen=True)
class Mutant:
    """A rulebook with one change.

    Attributes:
        sort: what kind of change.
        told: where and what.
        book: the rulebook.
    """

    sort: str
    told: str
    book: Rules


def mutants(book: Rules) -> Iterator[Mutant]:
    """The rulebook with every single change."""
    yield from _of_parameters(book)
    yield from _of_expressions(book)
    yield from _of_criteria(book)
    yield from _of_policy(book)


# Parameters and constants


def _steps(node: Node) -> Iterator[Node]:
    """A constant one step down and up: a day, a whole number, a percent."""
    if isinstance(node, syntax.Day):
        for days in (-1, 1):
            yield replace(node, value=type(node.value).fromordinal(node.value.toordinal() + days))
    elif isinstance(node, syntax.Number):
        step = Fraction(1, 100) if node.percent else Fraction(1)
        yield from (replace(node, value=node.value + sign * step) for sign in (-1, 1))
    elif isinstance(node, syntax.Truth):
        yield replace(node, value=not node.value)


def _of_parameters(book: Rules) -> Iterator[Mutant]:
    for id_, parameter in book.parameters.items():
        for year, node in parameter.values.items():
            for moved in _steps(node):
                changed = replace(parameter, values={**parameter.values, year: moved})
                told = f"{id_} {year}: {spell(node)} → {spell(moved)}"
                yield Mutant("parameter", told, replace(book, parameters={**book.parameters, id_: changed}))


def _changed(node: Node) -> Iterator[tuple[str, str, Node]]:
    """An expression with one change somewhere: the sort of change, what it is, and the expression."""
    match node:
        case syntax.Number() | syntax.Day():
            yield from (("constant", f"{spell(node)} → {spell(moved)}", moved) for moved in _steps(node))
        case syntax.Comparison(operators=operators):
            for at, operator in enumerate(operators):
                for other in FLIPS[operator]:
                    flipped = (*operators[:at], other, *operators[at + 1 :])
                    if check.type_of(node.operands[0]).name in {"number", "date"} or other in {"==", "!="}:
                        yield "comparison", f"{spell(node)}: {operator} → {other}", replace(node, operators=flipped)
        case syntax.Both() | syntax.Either():
            join = syntax.Either if isinstance(node, syntax.Both) else syntax.Both
            yield "and, or", spell(node), join(node.start, node.end, node.items)
        case syntax.Not():
            yield "not", spell(node), node.item
    if isinstance(node, (typed.Leaf, syntax.Number, syntax.Day)):
        return
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        items = value if isinstance(value, tuple) else (value,)
        for at, item in enumerate(items):
            for sort, told, part in _changed(item) if isinstance(item, syntax.Node) else ():
                instead: dict[str, Any] = {name: _with_item(items, at, part) if isinstance(value, tuple) else part}
                yield sort, told, replace(node, **instead)


def _with_item(items: tuple[T, ...], at: int, *instead: T) -> tuple[T, ...]:
    """The items with others instead of one."""
    return (*items[:at], *instead, *items[at + 1 :])


def _of_expressions(book: Rules) -> Iterator[Mutant]:
    for at, measure in enumerate(book.measures):
        for sort, told, node in _changed(measure.value):
            changed = replace(book, measures=_with_item(book.measures, at, replace(measure, value=node)))
            yield Mutant(sort, f"{measure.id}: {told}", changed)
    for at, atom in enumerate(book.atoms):
        for sort, told, node in _changed(atom):
            yield Mutant(sort, f"policy: {told}", replace(book, atoms=_with_item(book.atoms, at, node)))
    for at, title in enumerate(book.titles):
        for sort, told, node in _changed(title.when):
            changed = replace(book, titles=_with_item(book.titles, at, replace(title, when=node)))
            yield Mutant(sort, f"{title.id}: {told}", changed)
    for at, item in enumerate(book.checks):
        for sort, told, node in _changed(item.require):
            changed = replace(book, checks=_with_item(book.checks, at, replace(item, require=node)))
            yield Mutant(sort, f"{item.id}: {told}", changed)


# Criteria


def _of_criteria(book: Rules) -> Iterator[Mutant]:
    for good in book.goods:
        for criterion in good.criteria:
            for sort, told, changed in _criterion(criterion):
                yield Mutant(sort, f"{criterion.id}: {told}", _with(book, criterion, changed))
        if good.share is not None:
            for step in (Fraction(-1, 100), Fraction(1, 100)):
                changed_good = replace(good, share=good.share + step)
                goods = tuple(changed_good if item is good else item for item in book.goods)
                yield Mutant("share", f"{good.id}: {number(good.share + step)}", replace(book, goods=goods))


def _with(book: Rules, criterion: Criterion, changed: Criterion) -> Rules:
    goods = tuple(
        replace(good, criteria=tuple(changed if item is criterion else item for item in good.criteria))
        for good in book.goods
    )
    book = replace(book, goods=goods)
    return replace(book, most=sum((item.most for item in book.criteria if not item.said.bonus), Fraction(0)))


def _criterion(criterion: Criterion) -> Iterator[tuple[str, str, Criterion]]:
    for name, node in (("require", criterion.require), ("applies", criterion.applies)):
        if node is None:
            continue

        def with_node(other: Node | None, name: str = name) -> Criterion:
            values: dict[str, Any] = {name: other}
            return replace(criterion, **values)

        for sort, told, changed in _changed(node):
            yield sort, f"{name} {told}", with_node(changed)
        yield "not", f"{name} not ({spell(node)})", with_node(syntax.Not(0, 0, node))
        yield "left out", name, with_node(None if name == "applies" else syntax.Truth(0, 0, value=True))
    said = criterion.said
    turned_flag = said.model_copy(update={"essential": not said.essential})
    if not said.bonus:
        yield "essential", str(not said.essential), replace(criterion, said=turned_flag)
    if criterion.points is not None:
        for told, points in _points(criterion.points):
            yield "points", told, replace(criterion, points=points)


def _points(points: Points) -> Iterator[tuple[str, Points]]:
    match points:
        case Fixed(most):
            yield f"{number(most)} + 1", Fixed(most + 1)
            yield f"{number(most)} / 2", Fixed(most / 2)
        case Bands(of, steps, otherwise):
            for at, (threshold, given) in enumerate(steps):
                for moved in _steps(threshold):
                    changed = (*steps[:at], (moved, given), *steps[at + 1 :])
                    yield f"band {spell(threshold)} → {spell(moved)}", Bands(of, changed, otherwise)
                changed = (*steps[:at], (threshold, given + Fraction(1, 2)), *steps[at + 1 :])
                yield f"band {spell(threshold)} + 0.5", Bands(of, changed, otherwise)
            yield "else + 0.5", Bands(of, steps, otherwise + Fraction(1, 2))
        case Linear(of, knots):
            for at, (threshold, given) in enumerate(knots):
                for moved in _steps(threshold):
                    changed = (*knots[:at], (moved, given), *knots[at + 1 :])
                    yield f"knot {spell(threshold)} → {spell(moved)}", Linear(of, changed)
                changed = (*knots[:at], (threshold, given + Fraction(1, 2)), *knots[at + 1 :])
                yield f"knot {spell(threshold)} + 0.5", Linear(of, changed)
            yield from ((f"of {told}", Linear(node, knots)) for _, told, node in _changed(of))
        case Deduction(of, each, most):
            yield f"each × 2: {number(each)}", Deduction(of, each * 2, most)
            yield f"each / 2: {number(each)}", Deduction(of, each / 2, most)
            yield f"from + 1: {number(most)}", Deduction(of, each, most + 1)
            yield from ((f"of {told}", Deduction(node, each, most)) for _, told, node in _changed(of))


# Policy


def _of_policy(book: Rules) -> Iterator[Mutant]:
    for sort, told, policy in (*_of_proposals(book.policy), *_of_adjustments(book.policy)):
        if not problems(policy):
            yield Mutant(sort, told, replace(book, policy=policy))


def _of_proposals(policy: Policy) -> Iterator[tuple[str, str, Policy]]:
    proposals = policy.proposals
    for at, rule in enumerate(proposals):
        others = [(f"{rule.id}: {told}", replace(rule, when=formula)) for told, formula in _formulas(rule.when)]
        yield from (
            ("condition", told, replace(policy, proposals=_with_item(proposals, at, other))) for told, other in others
        )
        for grade in _next_to(rule.grade, 0, policy):
            changed = _with_item(proposals, at, replace(rule, grade=grade))
            yield "grade changed", f"{rule.id} → {policy.grades[grade]}", replace(policy, proposals=changed)
        yield "rule dropped", rule.id, replace(policy, proposals=_with_item(proposals, at))
    for at, (one, other) in enumerate(pairwise(proposals)):
        swapped = (*proposals[:at], other, one, *proposals[at + 2 :])
        yield "rules swapped", f"{one.id}, {other.id}", replace(policy, proposals=swapped)


def _of_adjustments(policy: Policy) -> Iterator[tuple[str, str, Policy]]:
    for at, rule in enumerate(policy.adjustments):
        others = [("condition", f"{rule.id}: {told}", replace(rule, when=when)) for told, when in _formulas(rule.when)]
        others += [("withhold dropped", rule.id, replace(rule, withholds=()))] if rule.withholds else []
        for grade, limit in enumerate(rule.limits):
            for other in _next_to(limit, grade, policy):
                told = f"{rule.id}: {policy.grades[grade]} → {policy.grades[other]}"
                others.append(("limit changed", told, replace(rule, limits=_with_item(rule.limits, grade, other))))
        for sort, told, changed in others:
            yield sort, told, replace(policy, adjustments=_with_item(policy.adjustments, at, changed))
        yield "rule dropped", rule.id, replace(policy, adjustments=_with_item(policy.adjustments, at))


def _next_to(grade: int | None, best: int, policy: Policy) -> list[int]:
    """The grades one better and one worse, as far as there are any."""
    near = [] if grade is None else [grade - 1, grade + 1]
    return [other for other in near if best <= other < len(policy.grades)]


def _formulas(formula: Formula) -> Iterator[tuple[str, Formula]]:
    """A condition of the policy turned, and its parts joined the other way."""
    match formula:
        case Not(item):
            yield "not left out", item
        case And(items) | Or(items):
            yield "and, or swapped", (Or if isinstance(formula, And) else And)(items)
        case Atom():
            yield "turned", Not(formula)


# Running


def can_differ(programme: Programme, mutant: Mutant) -> bool:
    """Whether some unit may get another grade: `wuhao check --against` cannot prove that none does."""
    books = tuple(mutant.book if book.id == mutant.book.id else book for book in programme.rulebooks)
    found = compare([programme], [replace(programme, rulebooks=books)]).books
    return not all(moves.alike for moves in found if moves.new.id == mutant.book.id)


@dataclass(frozen=True)
class Suite:
    """The tests of a rulebook: the programme, and the cases that are rated together."""

    programme: Programme
    book: Rules
    groups: tuple[tuple[Group, tuple[Case, ...]], ...]

    @classmethod
    def of(cls, files: list[File]) -> Suite:
        """The tests in some files of one rulebook."""
        found = [
            (group, tuple(file.cases[at] for at in places))
            for file in files
            for group, places in grouped(file, file.cases)
        ]
        return cls(files[0].programme, files[0].book, tuple(found))

    def catches(self, mutant: Mutant) -> bool:
        """Some case notices the change."""
        books = tuple(mutant.book if book.id == self.book.id else book for book in self.programme.rulebooks)
        programme = replace(self.programme, rulebooks=books)
        try:
            return any(
                not Result(case, unit).passed
                for group, cases in self.groups
                for case, unit in zip(cases, group.rate(programme, self.book.id).units(), strict=True)
            )
        except (InvalidInputError, ValueError):
            return True


def measure(files: list[File], say: Callable[[str], None]) -> float:
    """Run the tests of one rulebook against each of its mutants; returns the share that is caught."""
    suite = Suite.of(files)
    book, programme = suite.book, suite.programme
    started = time.perf_counter()
    made = list(mutants(book))
    passed = [mutant for mutant in made if not suite.catches(mutant)]
    survivors = [mutant for mutant in passed if can_differ(programme, mutant)]
    caught = len(made) - len(passed)
    told = caught / (caught + len(survivors))
    seconds = time.perf_counter() - started
    say(f"{book.id}: {caught} of {caught + len(survivors)} mutants caught ({told:.1%}) in {seconds:.0f} s")
    say(f"  besides, {len(passed) - len(survivors)} give every unit the same grade, and no test notices them")
    lived = Counter(mutant.sort for mutant in survivors)
    for sort, count in Counter(mutant.sort for mutant in made).most_common():
        say(f"  {sort:18}{count - lived[sort]:5} / {count}")
    for mutant in survivors:
        say(f"  survives: {mutant.sort}: {mutant.told}")
    return told


def main(arguments: list[str]) -> int:
    """Measure the rulebooks that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rulebooks", nargs="*")
    wanted = parser.parse_args(arguments).rulebooks
    by_book: dict[str, list[File]] = {}
    for file in read_files(load()):
        by_book.setdefault(file.book.id, []).append(file)
    for id_, files in by_book.items():
        if not wanted or id_ in wanted:
            measure(files, print)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
