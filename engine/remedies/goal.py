"""When a policy certainly gives a grade at least as good as another, whatever the gaps turn out to be.

A policy fails the grade in certain patterns of its symbols. Each pattern must be certainly contradicted in one of its
symbols: then every completion of the case (`engine.policy.completion`) reaches the grade, and only then.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.policy import Always, And, Atom, Formula, Not, Or, Proposal, ProposedIn, Term, terms
from engine.policy.completion import consequences
from engine.policy.formula import in_order
from engine.remedies.linear import Condition, every, some, summed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.policy import Policy
    from engine.policy.completion import Known
    from engine.remedies.certainty import Certainty

_ALTOGETHER = 10
"""So many unknown symbols have at most 1,024 completions; beyond these the rating reasons none."""


@dataclass(frozen=True)
class Goal:
    """A grade to be reached.

    Attributes:
        policy: with the implications of the year.
        grade: the grade, or a better one (an index, best first).
        patterns: what must be certainly contradicted.
    """

    policy: Policy
    grade: int
    patterns: tuple[Term, ...]

    @classmethod
    def of(cls, policy: Policy, grade: int) -> Goal:
        """The goal of a grade."""
        follows = consequences(policy)
        possible = (_told(p, follows) for p in _failing(policy, grade) if not _contradicts(p, follows))
        return cls(policy, grade, _simplest(possible))

    def reached(self, unit: Certainty) -> Condition:
        """When the policy certainly gives a unit the grade."""
        conditions = [
            some(_contrary(self.policy, symbol, truth, unit) for symbol, truth in in_order(pattern))
            for pattern in self.patterns
        ]
        return every([*conditions, _few_unknown(unit)])


def _failing(policy: Policy, grade: int) -> Iterator[Term]:
    """The patterns in which the policy gives a worse grade: an entered grade is a symbol `is:entry,grade`."""
    earlier: list[Formula] = []
    for rule in policy.proposals:
        entered = () if rule.entered is None else (Atom(len(policy.atoms) + rule.entered),)
        for proposed in range(len(policy.grades)) if rule.grade is None else (rule.grade,):
            limits = [_given(item.when, proposed) for item in policy.adjustments if item.limits[proposed] > grade]
            worse: Formula = Always() if proposed > grade else Or(tuple(limits))
            pattern = And((*map(Not, earlier), rule.when, *entered, worse))
            is_this = () if rule.entered is None else ((f"is:{rule.entered},{proposed}", True),)
            for term in terms(pattern):
                yield term.union(is_this)
        earlier.append(_holds(rule, entered))


def _holds(rule: Proposal, entered: tuple[Formula, ...]) -> Formula:
    return And((rule.when, *entered))


def _given(formula: Formula, proposed: int) -> Formula:
    """What is left of a condition where the proposed grade is known."""
    match formula:
        case ProposedIn(grades):
            return Always() if proposed in grades else Not(Always())
        case Not(item):
            return Not(_given(item, proposed))
        case And(items):
            return And(tuple(_given(item, proposed) for item in items))
        case Or(items):
            return Or(tuple(_given(item, proposed) for item in items))
        case _:
            return formula


def _contradicts(pattern: Term, follows: Mapping[Known, frozenset[Known]]) -> bool:
    """Whether no unit can have the pattern: one of its symbols has another's contrary for a consequence."""
    known = {(symbol, truth) for symbol, truth in pattern if isinstance(symbol, int)}
    implied = {found for pair in known for found in follows.get(pair, ())}
    return any((symbol, not truth) in implied for symbol, truth in known)


def _told(pattern: Term, follows: Mapping[Known, frozenset[Known]]) -> Term:
    """The pattern without what follows from the rest of it."""
    for literal in in_order(pattern):
        rest = pattern - {literal}
        if any(literal in found for other, found in follows.items() if other in rest):
            pattern = rest
    return pattern


def _simplest(patterns: Iterable[Term]) -> tuple[Term, ...]:
    """As few and as short patterns as say the same: what fails with a symbol true, and false, fails without it."""
    kept = set(patterns)
    while True:
        shorter = {_shortened(pattern, kept) for pattern in kept}
        shorter = {pattern for pattern in shorter if not any(other < pattern for other in shorter)}
        if shorter == kept:
            return tuple(sorted(kept, key=lambda pattern: (len(pattern), list(map(str, in_order(pattern))))))
        kept = shorter


def _shortened(pattern: Term, others: set[Term]) -> Term:
    for symbol, truth in in_order(pattern):
        rest = pattern - {(symbol, truth)}
        if any((symbol, not truth) in other and other - {(symbol, not truth)} <= rest for other in others):
            return rest
    return pattern


def _contrary(policy: Policy, symbol: int | str, truth: bool, unit: Certainty) -> Condition:  # noqa: FBT001
    """When a symbol certainly has not this truth."""
    if isinstance(symbol, int) and symbol < len(policy.atoms):
        node = unit.book.atoms[symbol]
        return unit.false(node) if truth else unit.true(node)
    if isinstance(symbol, int):
        fact = unit.facts[policy.entries[symbol - len(policy.atoms)]]
        obligatory = policy.entries[symbol - len(policy.atoms)] in policy.obligatory
        if obligatory:  # unknown, it is one of the grades
            return not truth
        return fact.missing if truth else fact.entered
    entry, grade = map(int, symbol.partition(":")[2].split(","))
    options = unit.facts[policy.entries[entry]].options.items()
    return some(condition for value, condition in options if value != policy.grades[grade])


def _few_unknown(unit: Certainty) -> Condition:
    """So many symbols are known that all completions of the case are reasoned."""
    atoms = unit.book.atoms
    if len(atoms) <= _ALTOGETHER or all(fact.now is not None for fact in unit.facts.values()):
        return True
    known = summed(unit.problem.count(some((unit.true(atom), unit.false(atom)))) for atom in atoms)
    return unit.problem.reaches(known, Fraction(len(atoms) - _ALTOGETHER))
