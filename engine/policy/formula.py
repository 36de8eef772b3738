"""The conditions of policy rules, over the symbols of a case, and the terms they come down to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

EXPANSION_MAX = 1_024
"""How many alternatives an expansion may pass through."""

Literal: TypeAlias = "tuple[int | str, bool]"
"""A symbol and the truth it must have.

An ``int`` is the index of an atom; ``entered:2`` says that entry 2 is a grade (and not "none"); ``proposed:0,1`` says
that the proposed grade is one of the grades 0 and 1.
"""

Term: TypeAlias = "frozenset[Literal]"
"""Literals that hold together. The empty term always holds."""


@dataclass(frozen=True, slots=True)
class Atom:
    """The atom with this index is true."""

    index: int


@dataclass(frozen=True, slots=True)
class ProposedIn:
    """The proposed grade is one of these."""

    grades: frozenset[int]


@dataclass(frozen=True, slots=True)
class Not:
    """The item does not hold."""

    item: Formula


@dataclass(frozen=True, slots=True)
class And:
    """Every item holds."""

    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Some item holds."""

    items: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Always:
    """Holds in every case."""


Formula: TypeAlias = Atom | ProposedIn | Not | And | Or | Always


class TooManyTermsError(ValueError):
    """A formula has too many alternatives to be reasoned, or read."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"{count} alternatives")


def terms(formula: Formula) -> tuple[Term, ...]:
    """The disjunctive normal form of a formula, shortest term first: it holds exactly when one of its terms does.

    No term contradicts itself, and none is longer than another that suffices.

    Raises:
        TooManyTermsError: the expansion passes ``EXPANSION_MAX`` alternatives.
    """
    return tuple(sorted(_expand(formula, truth=True), key=lambda term: (len(term), sorted(map(_order, term)))))


def in_order(term: Term) -> tuple[Literal, ...]:
    """The literals of a term: the atoms by index, then the entered or proposed grade."""
    return tuple(sorted(term, key=_order))


def _order(literal: Literal) -> tuple[str, bool]:
    return str(literal[0]).zfill(9), literal[1]


def entered(entry: int) -> str:
    """The symbol of "this entry is a grade"."""
    return f"entered:{entry}"


def proposed_in(grades: frozenset[int]) -> str:
    """The symbol of "the proposed grade is one of these"."""
    return "proposed:" + ",".join(map(str, sorted(grades)))


def indexes(symbol: str) -> frozenset[int]:
    """The entry that an ``entered:`` symbol names, or the grades that a ``proposed:`` symbol names."""
    return frozenset(int(index) for index in symbol.partition(":")[2].split(",") if index)


def _expand(formula: Formula, *, truth: bool) -> list[Term]:
    """The terms under which a formula has this truth."""
    match formula:
        case Always():
            return [frozenset()] if truth else []
        case Atom(index):
            return [frozenset({(index, truth)})]
        case ProposedIn(grades):
            return [frozenset({(proposed_in(grades), truth)})]
        case Not(item):
            return _expand(item, truth=not truth)
        case And(items) | Or(items):
            alternatives = [_expand(item, truth=truth) for item in items]
            if isinstance(formula, And) == truth:
                return reduce(_both, alternatives, [frozenset()])
            return _shortest([term for either in alternatives for term in either])


def _both(left: list[Term], right: list[Term]) -> list[Term]:
    if len(left) * len(right) > EXPANSION_MAX:  # before they are made
        raise TooManyTermsError(len(left) * len(right))
    return _shortest([one | other for one in left for other in right])


def _shortest(alternatives: list[Term]) -> list[Term]:
    """Without what cannot hold, and without what a shorter term already says."""
    if len(alternatives) > EXPANSION_MAX:
        raise TooManyTermsError(len(alternatives))
    kept: list[Term] = []
    for term in sorted(alternatives, key=len):
        if _possible(term) and not any(shorter <= term for shorter in kept):
            kept.append(term)
    return kept


def _possible(term: Term) -> bool:
    """Whether no atom is both true and false, and some proposed grade is left."""
    allowed = [indexes(symbol) for symbol, truth in term if truth and isinstance(symbol, str)]
    refused = [indexes(symbol) for symbol, truth in term if not truth and isinstance(symbol, str)]
    some_grade = not allowed or frozenset.intersection(*allowed).difference(*refused)
    return bool(some_grade) and not any((symbol, not truth) in term for symbol, truth in term)
