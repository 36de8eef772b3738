"""What is wrong with a file, each problem at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic
from engine.expression import check
from engine.expression.syntax import ExpressionError
from engine.expression.typed import number_of

if TYPE_CHECKING:
    from fractions import Fraction

    from engine.expression.check import Problem
    from engine.expression.syntax import Node
    from engine.expression.typed import Type
    from engine.yaml_text import Path_, Source


class Reporter:
    """Collects what is wrong with a file, each problem at its place."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []

    def refuse(
        self,
        code: str,
        path: Path_,
        *,
        near: tuple[str, ...] = (),
        of_key: bool = False,
        **values: object,
    ) -> None:
        """Report a problem with what stands at a place, or with its key."""
        place = self.source.key_place(*path) if of_key else self.source.place(*path)
        self.problems.append(Diagnostic(code, place, values, near))

    def refuse_part(
        self,
        problem: Problem | ExpressionError,
        path: Path_,
        *,
        near: tuple[str, ...] = (),
        of_key: bool = False,
    ) -> None:
        """Report a problem inside the expression at a place, or with the key that it is."""
        place = self.source.key_place(*path) if of_key else self.source.inside(problem.offset, *path)
        self.problems.append(Diagnostic(problem.code, place, problem.values, near))

    def constant(self, text: str, path: Path_, *, of_key: bool = False) -> tuple[Node, Type] | None:
        """The constant that a text is; None when it is none, which is reported."""
        try:
            return check.type_of_constant(text)
        except ExpressionError as error:
            self.refuse_part(error, path, of_key=of_key)
            return None

    def number(self, text: str, path: Path_) -> Fraction | None:
        """The number that a text is; None when it is none, which is reported."""
        try:
            node, _ = check.type_of_constant(text)
        except ExpressionError as error:
            is_other = error.code == "not_a_constant"
            self.refuse_part(ExpressionError("not_a_number", error.offset, value=text) if is_other else error, path)
            return None
        value = number_of(node)
        if value is None:
            self.refuse("not_a_number", path, value=text)
        return value
