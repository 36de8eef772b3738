"""What an expression reads: facts of the unit, of lower units, tables; through measures and outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.expression import syntax, typed
from engine.expression.columns import column_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.expression.syntax import Node
    from engine.programme.rules import Rules


def facts_behind(
    node: Node, book: Rules, *, outcomes: bool = True, tables: frozenset[str] = frozenset()
) -> frozenset[str]:
    """The facts of the unit itself that a resolved expression depends on.

    Args:
        node: the expression.
        book: its rulebook.
        outcomes: through scores and goods, too.
        tables: the lower kinds that are known to have a table: what `given` would take instead is not read.
    """
    values = {item.id: item.value for item in book.measures}
    found: set[str] = set()

    def walk(part: Node | None, *, of_lower: bool = False) -> None:
        match part:
            case None:
                return
            case typed.ThisLeaf():
                walk(part.item)
            case typed.FactLeaf():
                found.update(() if of_lower else (part.column.id,))
            case typed.MeasureLeaf():
                walk(None if of_lower else values.get(part.id))
            case syntax.Conditional() if typed.table_given(part) in tables:
                walk(part.then)
            case typed.OutcomeLeaf():
                of_outcome(part)
            case _:
                for child in syntax.children(part):
                    walk(child, of_lower=of_lower or isinstance(part, syntax.Aggregate))

    def of_outcome(leaf: typed.OutcomeLeaf) -> None:
        for item in book.criteria if outcomes else ():
            if leaf.part != "good" or item.good == leaf.id:
                for part in (item.require, item.applies, getattr(item.points, "of", None)):
                    walk(part)
        if leaf.part == "score" and outcomes:
            for part, _ in book.score.parts:
                walk(part)

    walk(node)
    return frozenset(found)


def lower_facts(node: Node, books: Mapping[str, Rules]) -> set[tuple[str, str]]:
    """Kind and fact, or result, of everything that the aggregates of an expression read from lower units."""
    found: set[tuple[str, str]] = set()

    def inside(kind: str, part: Node | None) -> None:
        if isinstance(part, syntax.Aggregate):  # a measure of the lower unit asks still lower ones
            inside(part.kind, part.item)
        elif isinstance(part, typed.FactLeaf):
            found.add((kind, part.column.id))
        elif isinstance(part, typed.ResultLeaf):
            found.add((kind, column_name(part)))
        elif isinstance(part, typed.MeasureLeaf):
            if part.rulebook in books:
                inside(kind, _measure(books[part.rulebook], part.id))
        elif part is not None and not isinstance(part, typed.Leaf):
            for child in syntax.children(part):
                inside(kind, child)

    def walk(part: Node) -> None:
        if isinstance(part, syntax.Aggregate):
            for read in (part.item, part.link, part.day):
                inside(way(part), read)
        elif isinstance(part, typed.MeasureLeaf):
            walk(_measure(books[part.rulebook], part.id))
        else:
            for child in syntax.children(part):
                walk(child)

    walk(node)
    return found


def divisors(node: Node, books: Mapping[str, Rules]) -> frozenset[str]:
    """What may be 0 of all that an expression divides by, scores and goods left out.

    A fact of the unit is named by its id; `village:` says that there must be villages below; an empty name stands for
    anything else.
    """
    found: set[str] = set()

    def walk(part: Node, *, of_lower: bool = False) -> None:
        match part:
            case typed.MeasureLeaf():
                if part.rulebook in books:
                    walk(_measure(books[part.rulebook], part.id), of_lower=of_lower)
            case syntax.Arithmetic(operator="/"):
                found.update(_zero(part.right, books, of_lower=of_lower))
            case typed.ThisLeaf():
                walk(part.item)
            case syntax.Aggregate(function="mean" | "share"):
                found.add("" if of_lower else f"{way(part)}:")
        if not isinstance(part, typed.Leaf):
            for child in syntax.children(part):
                walk(child, of_lower=of_lower or isinstance(part, syntax.Aggregate))

    walk(node)
    return frozenset(found)


def _zero(divisor: Node, books: Mapping[str, Rules], *, of_lower: bool) -> frozenset[str]:
    """What makes a divisor 0; nothing can when it is a number, or a fact that is always more."""
    values: Iterable[Node] = [divisor]
    if isinstance(divisor, typed.ParameterLeaf) and divisor.rulebook in books:
        values = books[divisor.rulebook].parameters[divisor.id].values.values()
    if all(map(typed.number_of, values)):
        return frozenset()
    if isinstance(divisor, syntax.Aggregate) and not of_lower and _counts_all(divisor):
        return frozenset({f"{way(divisor)}:"})
    if isinstance(divisor, typed.FactLeaf):
        return frozenset() if divisor.column.least > 0 else frozenset({"" if of_lower else divisor.column.id})
    return frozenset({""})


def _counts_all(node: syntax.Aggregate) -> bool:
    """An aggregate is more than 0 as soon as there is a unit below."""
    is_more = isinstance(node.item, typed.FactLeaf) and node.item.column.least > 0
    return (node.function == "sum" and is_more) or (node.function == "count" and node.item is None)


def way(node: syntax.Aggregate) -> str:
    """The kind that an aggregate goes over; with the reference by which it does: `cadre@department`."""
    return f"{node.kind}@{node.via}" if node.via else node.kind


def _measure(book: Rules, id_: str) -> Node:
    return next(item.value for item in book.measures if item.id == id_)


def tables_asked(node: Node, book: Rules) -> frozenset[str]:
    """The lower kinds of which an expression or a measure in it asks whether there is a table."""
    values = {item.id: item.value for item in book.measures}
    inner = (
        values[leaf.id] for leaf in typed.leaves(node) if isinstance(leaf, typed.MeasureLeaf) and leaf.id in values
    )
    return typed.tables_asked(node).union(*(tables_asked(value, book) for value in inner))
