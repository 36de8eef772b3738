"""From the conditions of a policy to symbols: which questions it asks about a unit, and the policy over the answers."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from engine.expression import syntax, typed
from engine.expression.text import spell
from engine.expression.typed import number_of
from engine.policy import (
    Adjustment,
    Always,
    And,
    Atom,
    Formula,
    Not,
    Or,
    Policy,
    Proposal,
    ProposedIn,
    problems,
)
from engine.schema import NOT_ENTERED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from engine.expression.syntax import Node
    from engine.schema import Column


class _NotAboutOneGradeError(Exception):
    """A test of `proposed` against something that is no grade."""


class Builder:
    """Collects the rules of a policy; equal questions become one symbol."""

    def __init__(self, grades: tuple[str, ...]) -> None:
        self.grades = grades
        self.atoms: list[Node] = []
        self.entries: list[Column] = []
        self._spelled: dict[str, int] = {}
        self._proposals: list[Proposal] = []
        self._adjustments: list[Adjustment] = []

    def propose(self, id_: str, when: Node | None, grade: int) -> None:
        """Add a proposal of a grade."""
        self._proposals.append(Proposal(id_, self._formula(when), grade, None))

    def propose_entered(self, id_: str, when: Node | None, column: Column) -> None:
        """Add a proposal of the grade that was entered."""
        if column not in self.entries:
            self.entries.append(column)
        self._proposals.append(Proposal(id_, self._formula(when), None, self.entries.index(column)))

    def adjust(self, id_: str, when: Node, limits: tuple[int, ...], withholds: tuple[str, ...]) -> list[str]:
        """Add an adjustment; returns codes of problems."""
        try:
            self._adjustments.append(Adjustment(id_, self._formula(when), limits, withholds))
        except _NotAboutOneGradeError:
            return ["proposed_needs_grade"]
        return []

    def policy(self) -> Policy:
        """The policy over symbols."""
        atoms = tuple(spell(atom) for atom in self.atoms)
        entries = tuple(column.id for column in self.entries)
        obligatory = tuple(column.id for column in self.entries if column.blank != NOT_ENTERED)
        rules = tuple(self._proposals), tuple(self._adjustments)
        return Policy(self.grades, atoms, entries, *rules, obligatory=obligatory)

    def problems(self) -> list[tuple[str, dict[str, object]]]:
        """Why the policy is too large to be reasoned about, if it is."""
        return problems(self.policy()) if self._proposals else []

    def _formula(self, node: Node | None) -> Formula:
        match node:
            case None:
                return Always()
            case syntax.Not():
                return Not(self._formula(node.item))
            case syntax.Both():
                return And(tuple(self._formula(item) for item in node.items))
            case syntax.Either():
                return Or(tuple(self._formula(item) for item in node.items))
            case syntax.Comparison() | syntax.Membership() if _tests_proposed(node):
                return self._proposed(node)
            case _:
                return Atom(self._atom(node))

    def _atom(self, node: Node) -> int:
        if _tests_proposed(node):
            raise _NotAboutOneGradeError
        at = self._spelled.setdefault(spell(node), len(self.atoms))
        if at == len(self.atoms):
            self.atoms.append(node)
        return at

    def _proposed(self, node: syntax.Comparison | syntax.Membership) -> Formula:
        ranks = {grade: len(self.grades) - place for place, grade in enumerate(self.grades)}

        def rank(part: Node, proposed: str) -> int:
            if isinstance(part, typed.OutcomeLeaf) and part.part == "proposed":
                return ranks[proposed]
            if isinstance(part, typed.ChoiceLeaf):
                return ranks[part.id]
            raise _NotAboutOneGradeError

        def holds(proposed: str) -> bool:
            if isinstance(node, syntax.Membership):
                found = rank(node.item, proposed) in {rank(option, proposed) for option in node.options}
                return found != node.negated
            values = [rank(part, proposed) for part in node.operands]
            links = zip(node.operators, pairwise(values), strict=True)
            return all(_COMPARE[operator](left, right) for operator, (left, right) in links)

        return ProposedIn(frozenset(place for place, grade in enumerate(self.grades) if holds(grade)))


def implications(
    atoms: Sequence[Node],
    constants: Mapping[tuple[str, str], Node],
) -> tuple[tuple[int, bool, int, bool], ...]:
    """What follows from what among atoms that hold one value against different thresholds: 90 reached, 80 reached.

    Args:
        atoms: the atoms of a policy.
        constants: the values of parameters in force.

    Returns:
        Of each pair in which one threshold is the stricter: the stricter one's truth implies the other's truth.
    """
    limits: dict[tuple[str, bool], list[tuple[Fraction, int]]] = {}
    for place, atom in enumerate(atoms):
        if isinstance(atom, syntax.Comparison) and len(atom.operators) == 1 and atom.operators[0] != "==":
            left, right = atom.operands
            limit = (
                constants.get((right.rulebook, right.id), right) if isinstance(right, typed.ParameterLeaf) else right
            )
            value = number_of(limit)
            if value is not None and atom.operators[0] in {">=", "<"}:
                limits.setdefault((spell(left), atom.operators[0] == ">="), []).append((value, place))
    found = []
    for (_, rising), thresholds in limits.items():
        ordered = sorted(thresholds, reverse=rising)
        found += [(stricter, True, looser, True) for (_, stricter), (_, looser) in combinations(ordered, 2)]
    return tuple(found)


_COMPARE = {
    ">=": int.__ge__,
    ">": int.__gt__,
    "<=": int.__le__,
    "<": int.__lt__,
    "==": int.__eq__,
    "!=": int.__ne__,
}


def _tests_proposed(node: Node) -> bool:
    return any(isinstance(leaf, typed.OutcomeLeaf) and leaf.part == "proposed" for leaf in typed.leaves(node))
