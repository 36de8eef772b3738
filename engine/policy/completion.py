"""The complete cases that a case with unknowns stands for."""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING, TypeAlias

from engine.policy.rules import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.policy.rules import Case, Policy

Known: TypeAlias = "tuple[int, int]"
"""An atom and its truth."""


def consequences(policy: Policy) -> dict[Known, frozenset[Known]]:
    """All that follows, by the implications of a policy, from the truth of one atom: itself included."""
    direct: dict[Known, set[Known]] = {}
    for a, x, b, y in policy.implications:
        direct.setdefault((a, x), set()).add((b, y))
        direct.setdefault((b, not y), set()).add((a, not x))
    closed = {}
    for start in direct:
        reached, ahead = {start}, [start]
        while ahead:
            new = direct.get(ahead.pop(), set()) - reached
            reached |= new
            ahead += new
        closed[start] = frozenset(reached)
    return closed


def completions(policy: Policy, case: Case, follows: Mapping[Known, frozenset[Known]]) -> Iterator[Case]:
    """The complete cases that a case stands for, as far as the ``consequences`` allow; always in the same order."""
    atoms, entries = case[: len(policy.atoms)], case[len(policy.atoms) :]
    grades = len(policy.grades)
    none_entered, unknown = grades, grades + 1
    choices = [
        (entry,) if entry != unknown else range(none_entered if name in policy.obligatory else unknown)
        for name, entry in zip(policy.entries, entries, strict=True)
    ]
    known = chain.from_iterable(follows.get(atom, ()) for atom in enumerate(atoms))
    for filled in _fill(_settle(atoms, known), follows):
        for entered in product(*choices):
            yield (*filled, *entered)


def _fill(atoms: Case | None, follows: Mapping[Known, frozenset[Known]]) -> Iterator[Case]:
    """Decide the first unknown atom, and all that follows from it, both ways."""
    if atoms is None:
        return
    if UNKNOWN not in atoms:
        yield atoms
        return
    unknown = atoms.index(UNKNOWN)
    for truth in (False, True):
        known = follows.get((unknown, truth), {(unknown, truth)})
        yield from _fill(_settle(atoms, known), follows)


def _settle(atoms: Case, known: Iterable[Known]) -> Case | None:
    """The atoms with these known too, or ``None`` if that is a contradiction."""
    settled = list(atoms)
    for atom, truth in known:
        if settled[atom] == (not truth):
            return None
        settled[atom] = int(truth)
    return tuple(settled)
