"""What a policy decides in any case: the range over its completions, each reasoned once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from engine.policy.chaining import Chain, Decision
from engine.policy.completion import completions, consequences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from engine.policy.rules import Policy

COMPLETIONS_MAX = 1_024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the completions of a case have in common, and where they differ.

    Attributes:
        grade_low: the worst grade of a completion (an index: the worst grade has the highest).
        grade_high: the best one.
        proposed_low: the worst proposed grade.
        proposed_high: the best one.
        fired: the rules that fire in every completion.
        may_fire: the rules that fire in some completions but not in every one.
        withheld: the titles that every completion withholds.
        may_withhold: the titles that some completions withhold but not every one.
        case_low: the code of the first completion that gives ``grade_low``.
        case_high: the code of the first completion that gives ``grade_high``.
        completions: how many there are, counted to ``COMPLETIONS_MAX`` + 1.
        complete: the codes of the completions, none when truncated.
        truncated: there are more than ``COMPLETIONS_MAX``; none was reasoned and anything may be.
    """

    grade_low: int
    grade_high: int
    proposed_low: int
    proposed_high: int
    fired: tuple[str, ...]
    may_fire: tuple[str, ...]
    withheld: tuple[str, ...]
    may_withhold: tuple[str, ...]
    case_low: int | None
    case_high: int | None
    completions: int
    truncated: bool
    complete: tuple[int, ...] = ()


class Reasoner:
    """Decides the cases of one policy, each complete case once."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._chain = Chain(policy)
        self._follows = consequences(policy)
        self._decisions: dict[int, Decision] = {}

    def decide(self, code: int) -> Decision:
        """What the policy decides in a complete case."""
        if code not in self._decisions:
            self._decisions[code] = self._chain.reason(self._policy.decode(code))
        return self._decisions[code]

    def outcome(self, code: int) -> Outcome:
        """What the policy decides in a case, whatever its unknown symbols are."""
        policy, case = self._policy, self._policy.decode(code)
        # What is known may contradict the implications; then they say nothing about this case.
        found = list(islice(completions(policy, case, self._follows), COMPLETIONS_MAX + 1)) or list(
            islice(completions(policy, case, {}), COMPLETIONS_MAX + 1)
        )
        rules, titles = tuple(rule.id for rule in policy.rules), policy.titles
        if len(found) > COMPLETIONS_MAX:
            worst = len(policy.grades) - 1
            return Outcome(worst, 0, worst, 0, (), rules, (), titles, None, None, len(found), truncated=True)
        decisions = {complete: self.decide(complete) for complete in map(policy.encode, found)}
        case_low = max(decisions, key=lambda complete: decisions[complete].grade)
        case_high = min(decisions, key=lambda complete: decisions[complete].grade)
        proposed = [decision.proposed for decision in decisions.values()]
        fired, may_fire = _in_all_or_some(rules, [decision.fired for decision in decisions.values()])
        withheld, may_withhold = _in_all_or_some(titles, [decision.withheld for decision in decisions.values()])
        return Outcome(
            grade_low=decisions[case_low].grade,
            grade_high=decisions[case_high].grade,
            proposed_low=max(proposed),
            proposed_high=min(proposed),
            fired=fired,
            may_fire=may_fire,
            withheld=withheld,
            may_withhold=may_withhold,
            case_low=case_low,
            case_high=case_high,
            completions=len(found),
            truncated=False,
            complete=tuple(decisions),
        )


def decide_all(policy: Policy, codes: Iterable[int]) -> tuple[dict[int, Outcome], dict[int, Decision]]:
    """The outcome of every case, and the decision in every complete case that it stands for."""
    reasoner = _reasoner(policy)
    outcomes = {code: reasoner.outcome(code) for code in codes}
    complete = {code for outcome in outcomes.values() for code in outcome.complete}
    return outcomes, {code: reasoner.decide(code) for code in sorted(complete)}


@lru_cache(maxsize=64)
def _reasoner(policy: Policy) -> Reasoner:
    """A ruleset of durable-rules is never freed: build one for a policy, not one for every rating."""
    return Reasoner(policy)


def _in_all_or_some(
    names: tuple[str, ...], sets: Collection[Collection[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that are in all of the sets, and those that are only in some."""
    counts = Counter(chain.from_iterable(sets))
    in_all = tuple(name for name in names if counts[name] == len(sets))
    return in_all, tuple(name for name in names if 0 < counts[name] < len(sets))
