"""The plans of one unit: the cheapest changes of its facts that certainly reach a grade, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import inf, lcm
from typing import TYPE_CHECKING, Any, Literal

from engine import scoring
from engine.expression import check, typed
from engine.expression.text import spell
from engine.programme.dependencies import facts_behind
from engine.programme.symbols import implications
from engine.remedies.certainty import CannotPlanError
from engine.remedies.goal import Goal
from engine.remedies.linear import ZERO, Linear, some, summed
from engine.remedies.lower import Freed, Lower
from engine.remedies.outcomes import Outcomes
from engine.remedies.planned import FROZEN, Freedom, PlannedFact, within
from engine.remedies.problem import Problem, TooLargeError
from engine.remedies.solver import Solver
from engine.schema import NOT_ENTERED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.programme.rules import Rules


@dataclass(frozen=True)
class Limits:
    """What a plan may do beyond what the rulebook says.

    Attributes:
        plans: how many plans are sought.
        freeze: facts that must stay as they are.
        allow: facts that may change within a range, whatever the rulebook says of them.
        max_changes: how many facts a plan may change.
        budget: what it may cost.
    """

    plans: int = 3
    freeze: frozenset[str] = frozenset()
    allow: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    max_changes: int | None = None
    budget: Fraction | None = None


@dataclass(frozen=True)
class Unit:
    """A unit as it was rated.

    Attributes:
        id: its id.
        facts: its facts as they are stored.
        measured: what the rating has found of it and of what stands below it.
    """

    id: str
    facts: Mapping[str, Any]
    measured: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """A fact that a plan changes.

    Attributes:
        fact: its id.
        now: what it is; None for a gap.
        value: what it becomes: a number (a date as days), a truth, a choice.
        need: which other values would do too: at least this, at most this, or this only.
        cost: what it costs.
    """

    fact: str
    now: Any
    value: Any
    need: Literal["least", "most", "this"]
    cost: Fraction


@dataclass(frozen=True)
class Found:
    """The plans of a unit.

    Attributes:
        verdict: what was found.
        plans: cheapest first.
        unplanned: facts that were left as they are because a rule reads them in a way that no plan can follow.
        blocked: why there is no plan: facts that may not change, `lower` numbers, or nothing that is known.
        needed: by what limit there is none, and what the cheapest plan without the limits would need.
    """

    verdict: Literal["found", "impossible", "undecided"]
    plans: tuple[tuple[Step, ...], ...] = ()
    unplanned: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    lower: tuple[str, ...] = ()
    needed: tuple[Step, ...] = ()


class Planner:
    """Plans for the units of a rulebook in a year.

    Args:
        book: the rulebook.
        constants: the values of parameters in force.
    """

    def __init__(self, book: Rules, constants: Mapping[tuple[str, str], Node]) -> None:
        self.book = book
        self.constants = constants
        self._policy = replace(book.policy, implications=implications(book.atoms, constants))
        self._goals: dict[int, Goal] = {}
        self._stiff: frozenset[str] = frozenset()

    def plan(self, unit: Unit, grade: int, limits: Limits) -> Found:
        """The cheapest plans by which a unit reaches a grade (an index, best first)."""
        attempt = self._attempt(unit, grade, limits)
        plans, verdict = attempt.plans(limits.plans)
        if plans:
            return Found("found", plans, attempt.unplanned)
        if verdict == "undecided":
            return Found("undecided", unplanned=attempt.unplanned)
        return self._why_not(unit, grade, limits, attempt.unplanned)

    def _why_not(self, unit: Unit, grade: int, limits: Limits, unplanned: tuple[str, ...]) -> Found:
        """Whether a limit is in the way; if not, what would have to change that may not."""
        if limits.max_changes is not None or limits.budget is not None:
            free = replace(limits, max_changes=None, budget=None)
            plans, _ = self._attempt(unit, grade, free).plans(1)
            if plans:
                return Found("impossible", unplanned=unplanned, needed=plans[0])
        freed, lower = self._attempt(unit, grade, limits, freed=True).blocked()
        return Found("impossible", unplanned=unplanned, blocked=freed, lower=lower)

    def _attempt(self, unit: Unit, grade: int, limits: Limits, *, freed: bool = False) -> _Attempt:
        """The problem of a unit; facts of what is no sum stay as they are."""
        goal = self._goals.setdefault(grade, Goal.of(self._policy, grade))
        unplanned = self._asked_by_lower | (self._stiff if freed else frozenset())
        while True:
            attempt = _Attempt(self, unit, goal, limits, unplanned, freed=freed)
            try:
                attempt.build()
            except CannotPlanError as error:
                further = error.facts
            except TooLargeError as error:
                further = attempt.of_variables(error.variables)
            else:
                return attempt
            if further <= unplanned:
                raise AssertionError(further)
            unplanned |= further
            if freed:
                self._stiff |= further

    @cached_property
    def relevant(self) -> frozenset[str]:
        """The facts that the grade, or what refuses data, depends on."""
        nodes = [*self.book.atoms, *(item.require for item in self.refusing)]
        found = frozenset().union(*(facts_behind(node, self.book) for node in nodes))
        found |= {entry.id for entry in self.book.entries}
        bounds = {
            bound
            for id_ in found
            if id_ in self.book.facts
            for bound in (self.book.facts[id_].low, self.book.facts[id_].high)
            if isinstance(bound, str)
        }
        return found | bounds

    @property
    def refusing(self) -> list[Any]:
        """The checks that refuse data."""
        return [item for item in self.book.checks if item.said.severity == "refuse"]

    @cached_property
    def aggregates(self) -> Mapping[str, bool]:
        """What the rulebook asks of lower units, and whether it is a number."""
        found = scoring.aggregates(self.book).values()
        return {spell(node): check.type_of(node).name != "boolean" for node in found}

    @cached_property
    def _asked_by_lower(self) -> frozenset[str]:
        """The facts that are read for each lower unit anew."""
        found = scoring.aggregates(self.book).values()
        return frozenset().union(*(self._of_this(node) for node in found))

    def _of_this(self, node: Node) -> frozenset[str]:
        leaves = (leaf.item for leaf in typed.leaves(node) if isinstance(leaf, typed.ThisLeaf))
        return frozenset().union(*(facts_behind(leaf, self.book) for leaf in leaves))


class _Attempt:
    """One problem of one unit."""

    def __init__(
        self, planner: Planner, unit: Unit, goal: Goal, limits: Limits, frozen: frozenset[str], *, freed: bool
    ) -> None:
        self.planner = planner
        self.unit = unit
        self.goal = goal
        self.limits = limits
        self.frozen = frozen
        self.freed = freed
        self.problem = Problem()
        self.facts: dict[str, PlannedFact] = {}
        self.lower = Lower(unit.measured)
        if freed:
            names = {name: kind for name, kind in planner.aggregates.items() if name not in frozen}
            self.lower = Freed(unit.measured, self.problem, names)

    @property
    def unplanned(self) -> tuple[str, ...]:
        """The facts that a plan might have changed, but for how a rule reads them."""
        return tuple(id_ for id_, fact in self.facts.items() if id_ in self.frozen and self._may_change(fact))

    def _may_change(self, fact: PlannedFact) -> bool:
        freedom = self.freedom(fact.column.id)
        return freedom.change if fact.now is not None else freedom.establish

    def freedom(self, id_: str) -> Freedom:
        """What may be done with a fact."""
        said, column = self.planner.book.said.facts[id_], self.planner.book.facts[id_]
        cost = Fraction(said.cost)
        if id_ in self.limits.freeze:
            return FROZEN
        if id_ in self.limits.allow:
            return Freedom(*self.limits.allow[id_], cost=cost)
        now = self.unit.facts.get(id_)
        plain = column.type not in {"text", "reference"}
        change = plain and said.mutable
        low, high = -inf, inf
        if said.better is not None and isinstance(now, (int, float)):
            low, high = (float(now), inf) if said.better == "more" else (-inf, float(now))
        # Not to have entered anything is an answer; a gap is none, and may be established whoever may change it.
        establish = change or (plain and column.blank != NOT_ENTERED)
        return Freedom(low, high, cost, change=change, establish=establish)

    def _unbound(self, id_: str) -> Freedom:
        """What could be done with a fact if it might change; what is worse is no way out either."""
        freedom = self.freedom(id_)
        if self.planner.book.facts[id_].type in {"text", "reference"}:
            return freedom
        if id_ in self.limits.allow:
            freedom = replace(freedom, low=-inf, high=inf)
        return replace(freedom, change=True, establish=True)

    def build(self) -> None:
        """State the problem.

        Raises:
            CannotPlanError: something is no sum of facts.
            TooLargeError: numbers are too large.
        """
        planner, problem = self.planner, self.problem
        for id_, column in planner.book.facts.items():
            freedom = FROZEN
            if id_ in planner.relevant and id_ not in self.frozen:
                freedom = self._unbound(id_) if self.freed else self.freedom(id_)
            self.facts[id_] = PlannedFact(problem, column, self.unit.facts.get(id_), freedom)
        within(self.facts, problem)
        certainty = Outcomes(planner.book, problem, self.facts, planner.constants, self.lower)
        problem.require(self.goal.reached(certainty))
        for item in planner.refusing:
            gaps = [self.facts[id_].missing for id_ in sorted(facts_behind(item.require, planner.book))]
            problem.require(some((certainty.true(item.require), *gaps)))
        if self.freed:
            return
        if self.limits.max_changes is not None:
            count = self._changes
            problem.confine(count.scaled(Fraction(-1)).plus(Fraction(self.limits.max_changes)))
        if self.limits.budget is not None:
            problem.confine(self.cost.scaled(Fraction(-1)).plus(self.limits.budget))

    @property
    def cost(self) -> Linear:
        """What the plan costs."""
        return summed(fact.cost for fact in self.facts.values())

    @property
    def _changes(self) -> Linear:
        """How many facts the plan changes."""
        return summed(fact.changed.number for fact in self.facts.values() if fact.changed is not None)

    def of_variables(self, variables: Iterable[int]) -> frozenset[str]:
        """The facts, and names of lower numbers, that variables belong to; all of them where none does."""
        wanted = set(variables)
        free = {id_: fact for id_, fact in self.facts.items() if fact.changed is not None}
        own = {id_ for id_, fact in free.items() if fact.value is not None and wanted & fact.value.terms.keys()}
        return frozenset(own or free) | self.lower.freed.keys()

    # Solving

    def plans(self, count: int) -> tuple[tuple[tuple[Step, ...], ...], str]:
        """The cheapest plans, and how the search ended."""
        solver = Solver(self.problem, self._costs())
        found: list[tuple[Step, ...]] = []
        while len(found) < count:
            solution = solver.cheapest()
            if solution.verdict != "found":
                return tuple(found), solution.verdict
            changed = [fact for fact in self._changeable() if self._holds(fact, solution.values)]
            found.append(self._steps(solver, changed, solution.values))
            if not changed:
                break
            solver.forbid([fact.changed for fact in changed if fact.changed is not None])
        return tuple(found), "found"

    def _changeable(self) -> Iterator[PlannedFact]:
        return (fact for fact in self.facts.values() if fact.changed is not None)

    @staticmethod
    def _holds(fact: PlannedFact, values: Sequence[int]) -> bool:
        return fact.changed is not None and _value(fact.changed.number, values) == 1

    def _costs(self) -> dict[int, int]:
        """The cost of each variable as a whole number; of plans that cost the same, one with fewer changes."""
        total = self.cost
        scale = lcm(*(factor.denominator for factor in total.terms.values()))
        weight = scale * (1 + len(self.facts))
        weighted = total.scaled(Fraction(weight)) + self._changes
        return {number: int(factor) for number, factor in weighted.terms.items()}

    def _steps(self, solver: Solver, changed: list[PlannedFact], values: Sequence[int]) -> tuple[Step, ...]:
        needs = {fact.column.id: self._need(fact) for fact in changed}
        established = {
            number: int(-factor if needs[fact.column.id] == "most" else factor) or 1
            for fact in changed
            if fact.now is None and fact.value is not None and needs[fact.column.id] != "this"
            for number, factor in _unit(fact.value).items()
        }
        if established:  # whatever would do costs the same: ask for no more than is needed
            kept = {number: values[number] for number in sorted(self._choices - established.keys())}
            settled = solver.settled(kept, established)
            values = settled.values if settled.verdict == "found" else values
        return tuple(
            Step(fact.column.id, fact.now, self._told(fact, values), needs[fact.column.id], _value(fact.cost, values))
            for fact in changed
        )

    @property
    def _choices(self) -> frozenset[int]:
        """The variables that say which facts change, and to what."""
        totals = (
            total
            for fact in self._changeable()
            for total in (fact.cost, fact.value or ZERO, fact.changed.number if fact.changed else ZERO)
        )
        return frozenset(number for total in totals for number in total.terms)

    def _need(self, fact: PlannedFact) -> Literal["least", "most", "this"]:
        if fact.value is None:
            return "this"
        signs = self.problem.signs(fact.value)
        return "least" if signs == {1} else "most" if signs == {-1} else "this"

    @staticmethod
    def _told(fact: PlannedFact, values: Sequence[int]) -> Any:  # noqa: ANN401
        if fact.value is not None:
            return _value(fact.value, values)
        return next(
            value
            for value, condition in fact.options.items()
            if not isinstance(condition, bool) and _value(_number(condition), values) == 1
        )

    def _beyond(self, fact: PlannedFact, values: Sequence[int]) -> bool:
        """The value of a fact lies beyond what was allowed."""
        freedom = self.freedom(fact.column.id)
        return fact.value is not None and not freedom.low <= float(_value(fact.value, values)) <= freedom.high

    def blocked(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The fewest facts that would have to change although they may not, and numbers of lower units."""
        forbidden = {
            id_: fact for id_, fact in self.facts.items() if fact.changed is not None and not self._may_change(fact)
        }
        freed = self.lower.freed
        costs = self._costs()
        huge = _HUGE * max(map(abs, costs.values()), default=1)
        for held in (*(fact.changed for fact in forbidden.values() if fact.changed is not None), *freed.values()):
            for number, factor in held.number.terms.items():
                costs[number] = costs.get(number, 0) + huge * int(factor)
        solution = Solver(self.problem, costs).cheapest()
        if solution.verdict != "found":
            return (), ()
        values = solution.values
        own = tuple(
            fact.column.id
            for fact in self._changeable()
            if self._holds(fact, values) and (fact.column.id in forbidden or self._beyond(fact, values))
        )
        return own, tuple(name for name, held in freed.items() if _value(held.number, values) == 1)


_HUGE = 1_000
"""How much dearer it is to change what may not be changed."""


def _number(condition: Any) -> Linear:  # noqa: ANN401
    return condition.number  # type: ignore[no-any-return]


def _unit(total: Linear) -> dict[int, int]:
    """The variables of a sum with the sign of each."""
    return {number: 1 if factor > 0 else -1 for number, factor in total.terms.items()}


def _value(total: Linear, values: Sequence[int]) -> Fraction:
    """What a sum comes to."""
    return total.constant + sum(factor * values[number] for number, factor in total.terms.items())
