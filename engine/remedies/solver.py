"""The only file that imports OR-tools: the cheapest values of a problem, exactly, and always the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from engine.diagnostic import Diagnostic, InvalidInputError, Place
from engine.remedies.problem import LARGEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.remedies.linear import Holds
    from engine.remedies.problem import Problem, Row

_EFFORT = 30.0
"""How much work is spent on one plan, in the solver's own units, which no clock measures: about half a minute."""


@dataclass(frozen=True)
class Solution:
    """What was found: the values of the variables, that there are none, or that it was not decided."""

    verdict: Literal["found", "none", "undecided"]
    values: Sequence[int] = ()


class Solver:
    """A problem as the solver holds it; what is required of it later holds from then on.

    Args:
        problem: what must hold.
        costs: the cost of one of each variable; their sum is to be the least.

    Raises:
        InvalidInputError: OR-tools is not installed.
    """

    def __init__(self, problem: Problem, costs: Mapping[int, int]) -> None:
        try:
            from ortools.sat.python import cp_model  # noqa: PLC0415 - an extra, and slow to load
        except ImportError as error:
            raise InvalidInputError([Diagnostic("remedy_not_installed", Place("wuhao remedy"))]) from error
        self._library = cp_model
        self._model = cp_model.CpModel()
        self._variables = [
            self._model.new_bool_var("") if bounds == (0, 1) else self._model.new_int_var(*bounds, "")
            for bounds in problem.bounds
        ]
        for row in (*problem.rows, *problem.confines):
            self._require(row)
        for clause in problem.clauses:
            self._model.add_bool_or([self._literal(item) for item in clause])
        self._model.minimize(self._sum(costs))

    def forbid(self, together: Sequence[Holds]) -> None:
        """Not all of these hold."""
        self._model.add_bool_or([self._literal(item.opposite) for item in together])

    def cheapest(self) -> Solution:
        """The values with the least cost."""
        return self._solved(self._model)

    def settled(self, kept: Mapping[int, int], costs: Mapping[int, int]) -> Solution:
        """The values with the least of another cost, while some variables keep the value given."""
        model = self._model.clone()
        for number, value in kept.items():
            model.add_linear_constraint(self._variables[number], value, value)
        model.minimize(self._sum(costs))
        return self._solved(model)

    def _solved(self, model: Any) -> Solution:  # noqa: ANN401
        solver = self._library.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.linearization_level = 2  # points add up: the relaxation nearly solves the problem
        solver.parameters.cp_model_probing_level = 0  # and makes probing a waste
        solver.parameters.max_deterministic_time = _EFFORT
        status = solver.solve(model)
        if status == self._library.OPTIMAL:
            return Solution("found", [solver.value(variable) for variable in self._variables])
        return Solution("none" if status == self._library.INFEASIBLE else "undecided")

    def _require(self, row: Row) -> None:
        total = self._sum(dict(row.terms))
        constraint = self._model.add_linear_constraint(total, row.least, LARGEST)
        if row.when is not None:
            constraint.only_enforce_if(self._literal(row.when))

    def _sum(self, terms: Mapping[int, int]) -> Any:  # noqa: ANN401 - OR-tools has its own types
        variables = [self._variables[number] for number in terms]
        return self._library.LinearExpr.weighted_sum(variables, list(terms.values()))

    def _literal(self, item: Holds) -> Any:  # noqa: ANN401
        variable = self._variables[item.variable]
        return variable.negated() if item.negated else variable
