"""The complete cases that a case with unknowns stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from engine.policy.rules import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.policy.rules import Case, Policy

Known: TypeAlias = "tuple[int, int]"
"""The place of a symbol in a case, and its value."""


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
    for known in set(enumerate(case)) & follows.keys():
        if not all(case[place] in {value, UNKNOWN} for place, value in follows[known]):
            return
        case = _with(case, follows[known])
    yield from _fill(policy, case, follows)


def _fill(policy: Policy, case: Case, follows: Mapping[Known, frozenset[Known]]) -> Iterator[Case]:
    unknown = policy.unknown(case)
    if not unknown:
        yield case
        return
    for value in range(policy.radices[unknown[0]] - 1):
        settled = follows.get((unknown[0], value), {(unknown[0], value)})
        if all(place in unknown or case[place] == known for place, known in settled):
            yield from _fill(policy, _with(case, settled), follows)


def _with(case: Case, settled: Iterable[Known]) -> Case:
    symbols = list(case)
    for place, value in settled:
        symbols[place] = value
    return tuple(symbols)
