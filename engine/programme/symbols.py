"""From the conditions of a policy to symbols: which questions it asks about a unit, and the policy over the answers."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from engine.expression import check, syntax
from engine.expression.text import spell
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

if TYPE_CHECKING:
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
        return Policy(self.grades, atoms, entries, tuple(self._proposals), tuple(self._adjustments))

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
            if isinstance(part, check.OutcomeLeaf) and part.part == "proposed":
                return ranks[proposed]
            if isinstance(part, check.ChoiceLeaf):
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


_COMPARE = {
    ">=": int.__ge__,
    ">": int.__gt__,
    "<=": int.__le__,
    "<": int.__lt__,
    "==": int.__eq__,
    "!=": int.__ne__,
}


def _tests_proposed(node: Node) -> bool:
    return any(isinstance(leaf, check.OutcomeLeaf) and leaf.part == "proposed" for leaf in check.leaves(node))
