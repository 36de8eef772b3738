"""Read the expressions of a rulebook by the names that are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.diagnostic import near
from engine.expression import check, syntax, typed
from engine.expression.check import Scope
from engine.expression.syntax import ExpressionError
from engine.expression.typed import MeasureLeaf
from engine.programme.labels import labels_of
from engine.programme.reporter import Reporter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine import rulebook as said
    from engine.expression.syntax import Node
    from engine.expression.typed import OutcomeLeaf, Type
    from engine.schema import Column
    from engine.yaml_text import Path_, Source


@dataclass(frozen=True)
class Surroundings:
    """What a rulebook may refer to outside itself.

    Attributes:
        clauses: the ids of clauses that `cite` may name.
        decisions: the ids that `open` may name.
        shared: facts that other rulebooks of the kind declare.
        lower: the scopes of the kinds below, and of those that refer to this one.
        beside: those of them that do not stand below.
        above: the kinds above, nearest first.
        record: the kind is one of records, which are counted and not rated.
        years: the years of the programme.
    """

    clauses: frozenset[str]
    decisions: frozenset[str]
    shared: Mapping[str, Column]
    lower: Mapping[str, Scope]
    beside: frozenset[str] = frozenset()
    above: tuple[str, ...] = ()
    record: bool = False
    years: said.Years | None = None


class Reader(Reporter):
    """Reads the expressions of a rulebook.

    Attributes:
        book: what it says.
        facts: the facts that it declares.
        around: what it may refer to outside itself.
        names: what its expressions may name so far; whoever reads a parameter or measure adds it.
        labels: labels, each with the name to write instead.
    """

    def __init__(
        self,
        source: Source,
        book: said.Rulebook,
        facts: Mapping[str, Column],
        around: Surroundings,
    ) -> None:
        super().__init__(source)
        self.book = book
        self.facts = facts
        self.around = around
        self.names: dict[str, typed.Leaf] = {
            id_: typed.fact_leaf(column) for id_, column in {**around.shared, **facts}.items()
        }
        self.names["year"] = typed.YEAR
        self.labels = labels_of(book)

    def _scope(self, outcomes: Mapping[str, OutcomeLeaf] | None = None) -> Scope:
        return Scope(
            self.book.kind,
            self.names,
            outcomes or {},
            tuple(self.book.grades),
            lower=self.around.lower,
            beside=self.around.beside,
            above=self.around.above,
            labels=self.labels,
        )

    def name_measure(self, id_: str, type_: Type | None) -> MeasureLeaf:
        """Let expressions name a measure; its type is unknown where something is wrong with it."""
        leaf = MeasureLeaf(0, 0, type_ or typed.UNKNOWN, self.book.rulebook, id_)
        self.names[id_] = leaf
        return leaf

    def expression(
        self,
        text: str,
        path: Path_,
        outcomes: Mapping[str, OutcomeLeaf] | None = None,
        *,
        ranks: bool = False,
    ) -> tuple[Node, Type] | None:
        """Read and resolve an expression; None when something is wrong with it, or with what it names.

        Args:
            text: the expression as written.
            path: where it stands.
            outcomes: what it may name beside facts, measures and parameters.
            ranks: it is the value of a measure, which may be a rank as a whole.
        """
        try:
            node = syntax.parse(text)
        except ExpressionError as error:
            names = [*syntax.ARGUMENTS, *syntax.AGGREGATES, *syntax.RANKS, "date"]
            guess = near(str(error.values.get("name", "")), names) if error.code == "unknown_function" else ()
            self.refuse_part(error, path, near=guess)
            return None
        resolved, type_, problems = check.check(node, self._scope(outcomes), ranks=ranks)
        for problem in problems:
            self.refuse_part(problem, path, near=problem.near)
        return None if problems or type_ == typed.UNKNOWN else (resolved, type_)

    def typed(
        self,
        text: str,
        path: Path_,
        name: str,
        outcomes: Mapping[str, OutcomeLeaf] | None = None,
    ) -> Node | None:
        """The expression, if its value is of a type; None when something is wrong, which is reported."""
        found = self.expression(text, path, outcomes)
        if found and found[1].name != name:
            self.refuse("wrong_type", path, expected=name, found=found[1].name)
            return None
        return found[0] if found else None

    def condition(self, text: str, path: Path_, outcomes: Mapping[str, OutcomeLeaf] | None = None) -> Node | None:
        """The expression, if it is a condition; None when something is wrong, which is reported."""
        return self.typed(text, path, "boolean", outcomes)
