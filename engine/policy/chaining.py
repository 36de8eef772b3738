"""Forward chaining over one complete case: propose, adjust, decide.

A case is asserted as facts ``case0``, ``case1`` … Proposals match them in order of declaration. The first that fires
retracts them, so that no other can, and asserts the case anew as ``proposed0`` … with its proposed grade. All
adjustments match these, so they see the same grade. Then ``decide`` takes the worst of their limits.

durable-rules errs or crashes outside a narrow envelope, and nothing here leaves it. A rule is a conjunction over one
fact; each term of a condition is a rule. A fact has at most ``RULES_PER_FACT`` rules (it errs past 64 branches, and
overruns a list past 255 rules), hence its copies. Names and values are ours, never the author's. One session lives at
a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Protocol, TypeAlias

from engine.policy.formula import in_order, indexes
from engine.policy.host import Host
from engine.policy.rules import TRUE, problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.policy.formula import Literal, Term
    from engine.policy.rules import Adjustment, Case, Policy, Proposal

RULES_PER_FACT = 48
RULESET = "policy"
SESSION = "1"


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fired, and the literals of the shortest term that made it fire."""

    rule: str
    literals: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy decides in a complete case, and why; adjustments in order of declaration."""

    proposed: int
    grade: int
    proposal: Firing
    adjustments: tuple[Firing, ...]
    withheld: tuple[str, ...]

    @property
    def fired(self) -> tuple[str, ...]:
        """The ids of the rules that fired, in order of declaration."""
        return (self.proposal.rule, *(firing.rule for firing in self.adjustments))


Fact: TypeAlias = "dict[str, str]"
Action: TypeAlias = "Callable[[_Context], None]"


class _Context(Protocol):
    """What durable-rules passes to an action."""

    def assert_fact(self, fact: Fact) -> None: ...
    def retract_fact(self, fact: Fact) -> None: ...


@dataclass(slots=True)
class _Session:
    """What the rules conclude about a case."""

    case: Case
    proposed: int | None = None
    proposal: Firing | None = None
    adjustments: dict[str, Firing] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    grade: int | None = None
    fired: bool = False
    errors: list[BaseException] = field(default_factory=list)


class Chain:
    """The rules of a policy, compiled once."""

    def __init__(self, policy: Policy) -> None:
        if found := problems(policy):
            raise ValueError(found)
        self._policy = policy
        self._session = _Session(())
        proposals = [(term, self._propose(rule, term)) for rule in policy.proposals for term in rule.terms]
        adjustments = [(term, self._adjust(rule, term)) for rule in policy.adjustments for term in rule.terms]
        tested = dict.fromkeys(symbol for term, _ in (*proposals, *adjustments) for symbol, _ in in_order(term))
        self._properties = {symbol: f"s{number}" for number, symbol in enumerate(tested)}
        self._case_facts = _copies("case", len(proposals))
        self._proposed_facts = _copies("proposed", len(adjustments))
        rules = [
            *self._rules(self._case_facts, proposals),
            *self._rules(self._proposed_facts, adjustments),
            # It matches every fact: one that no rule matches is an error.
            ({"$ex": {"kind": 1}}, self._decide),
        ]
        # The lowest `pri` fires first.
        ruleset = {
            f"r{pri}": {"all": [{"m": when}], "pri": pri, "run": self._guarded(action)}
            for pri, (when, action) in enumerate(rules)
        }
        self._host = Host()
        self._host.set_rulesets({RULESET: ruleset})

    def reason(self, case: Case) -> Decision:
        """Let the rules fire on a complete case."""
        if self._policy.unknown(case):
            raise ValueError(case)
        session = self._session = _Session(case)
        try:
            self._host.assert_facts(RULESET, self._facts(self._case_facts))
        finally:
            if session.fired:  # to delete a session in which nothing fired is a crash
                self._host.delete_state(RULESET, SESSION)
        if session.errors:
            raise session.errors[0]
        if session.proposed is None or session.proposal is None or session.grade is None:
            # An action during which the system clock jumps by more than ten seconds is dropped without a word.
            raise RuntimeError("durable-rules stopped before the decision")
        adjustments = tuple(session.adjustments.values())
        return Decision(session.proposed, session.grade, session.proposal, adjustments, tuple(session.withheld))

    def _rules(self, facts: list[str], rules: list[tuple[Term, Action]]) -> Iterator[tuple[dict[str, object], Action]]:
        """Spread rules over the copies of a fact."""
        for number, (term, action) in enumerate(rules):
            tests = [{self._properties[symbol]: str(truth)} for symbol, truth in in_order(term)]
            yield {"$and": [{"kind": facts[number // RULES_PER_FACT]}, *tests]}, action

    def _facts(self, names: list[str]) -> list[Fact]:
        """The copies of the case, as far as it is known now."""
        symbols = {name: str(self._holds(symbol)) for symbol, name in self._properties.items()}
        return [{"sid": SESSION, "id": name, "kind": name, **symbols} for name in names]

    def _holds(self, symbol: int | str) -> bool:
        case, atoms = self._session.case, len(self._policy.atoms)
        if isinstance(symbol, int):
            return case[symbol] == TRUE
        if symbol.startswith("entered:"):
            return all(case[atoms + entry] < len(self._policy.grades) for entry in indexes(symbol))
        return self._session.proposed in indexes(symbol)

    def _propose(self, rule: Proposal, term: Term) -> Action:
        firing = Firing(rule.id, in_order(term))

        def propose(context: _Context) -> None:
            session = self._session
            session.proposal = firing
            entries = session.case[len(self._policy.atoms) :]
            session.proposed = rule.grade if rule.entered is None else entries[rule.entered]
            for name in self._case_facts:
                context.retract_fact({"id": name})
            for fact in self._facts(self._proposed_facts):
                context.assert_fact(fact)

        return propose

    def _adjust(self, rule: Adjustment, term: Term) -> Action:
        firing = Firing(rule.id, in_order(term))

        def adjust(_context: _Context) -> None:
            self._session.adjustments.setdefault(rule.id, firing)  # a longer term may hold too

        return adjust

    def _decide(self, _context: _Context) -> None:
        session = self._session
        fired = [rule for rule in self._policy.adjustments if rule.id in session.adjustments]
        if session.proposed is not None:
            session.grade = max([session.proposed, *(rule.limits[session.proposed] for rule in fired)])
        session.withheld = tuple(dict.fromkeys(title for rule in fired for title in rule.withholds))

    def _guarded(self, action: Action) -> Action:
        """Keep what an action raises, which durable-rules would swallow."""

        def guarded(context: _Context) -> None:  # with a second parameter it would be taken for asynchronous
            self._session.fired = True
            try:
                action(context)
            except BaseException as error:  # noqa: BLE001
                self._session.errors.append(error)

        return guarded


def _copies(name: str, rules: int) -> list[str]:
    """The facts that so many rules need, at least one."""
    return [f"{name}{copy}" for copy in range(max(1, ceil(rules / RULES_PER_FACT)))]
