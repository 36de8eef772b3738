"""Aggregates over lower units: one group-by and one join for each lower kind and way to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.expression import syntax, typed
from engine.expression.columns import Environment, column_name, table_column
from engine.expression.library import as_float
from engine.programme import rules
from engine.schema import NOT_ENTERED
from engine.scoring import gathering
from engine.scoring.gathering import UNITS, Gathering
from engine.scoring.layers import Layers, both_ends, stored_as
from engine.scoring.ranking import add_measures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.expression.library import Expr, Frame
    from engine.expression.syntax import Node
    from engine.programme.rules import Rules


@dataclass(frozen=True)
class Lower:
    """The units of a lower kind with what their rulebooks found.

    Attributes:
        frame: facts, results, measures, and for each kind above the unit's ancestor in `^kind`.
        environment: how its facts are read.
        strays: some may stand under any unit above: of a refused row it may not be known under which.
    """

    frame: Frame
    environment: Environment
    strays: bool = False


def expressions(book: Rules) -> Iterable[Node]:
    """Every resolved expression of a rulebook."""
    yield from (item.value for item in book.measures)
    for criterion in book.criteria:
        yield from filter(None, (criterion.require, criterion.applies))
        if criterion.points is not None and not isinstance(criterion.points, rules.Fixed):
            yield criterion.points.of
    yield from (node for node, _ in book.score.parts)
    yield from (title.when for title in book.titles)
    yield from (node for selection in book.selections for node in selection.nodes)
    yield from (key.value for item in book.settlements for key in item.keys)
    yield from (item.require for item in book.checks)
    yield from book.atoms


def aggregates(book: Rules) -> dict[str, syntax.Aggregate]:
    """The aggregates that a rulebook uses, by the name of their column."""
    return {name: node for expression in expressions(book) for name, node in aggregates_in(expression).items()}


def tables_asked(book: Rules) -> tuple[str, ...]:
    """The tables of lower kinds of which a rulebook asks whether they are there, by name: columns follow this order."""
    return tuple(sorted(set[str]().union(*map(typed.tables_asked, expressions(book)))))


def known_tables(book: Rules, lower: Mapping[str, Lower]) -> frozenset[str]:
    """Those that are there, and tell which unit their units belong to."""
    asked = {leaf for node in expressions(book) for leaf in typed.leaves(node) if isinstance(leaf, typed.TableLeaf)}
    return frozenset(
        leaf.table
        for leaf in asked
        if leaf.kind in lower and (leaf.via or f"^{book.kind}") in lower[leaf.kind].frame.collect_schema().names()
    )


def aggregates_in(node: Node) -> dict[str, syntax.Aggregate]:
    """The aggregates of one expression, by the name of their column."""
    found = {column_name(node): node} if isinstance(node, syntax.Aggregate) else {}
    for child in syntax.children(node):
        found |= aggregates_in(child)
    return found


def with_aggregates(
    book: Rules,
    frame: Frame,
    environment: Environment,
    lower: Mapping[str, Lower],
) -> Frame:
    """Join each aggregate to the units that ask, those that others need first.

    An aggregate needs those in the measures that it reads through `this.`. One that the frame has already is taken as
    it is, and so is a column that tells whether there is a table.
    """
    there = set(frame.collect_schema().names())
    waiting = {name: node for name, node in aggregates(book).items() if name not in there}
    known = known_tables(book, lower)
    asked = {table_column(table): environment.over.lit(table in known) for table in tables_asked(book)}
    if new := {name: column for name, column in asked.items() if name not in there}:
        frame = frame.with_columns(**new)
    while waiting:
        ready = {name: node for name, node in waiting.items() if not _needed(node, book) & waiting.keys()}
        waiting = {name: node for name, node in waiting.items() if name not in ready}
        for kind, via in dict.fromkeys((node.kind, node.via) for node in ready.values()):
            wanted = {name: node for name, node in ready.items() if (node.kind, node.via) == (kind, via)}
            frame = _joined(book, frame, environment, wanted, lower.get(kind))
    return frame


def _joined(
    book: Rules,
    frame: Frame,
    environment: Environment,
    wanted: Mapping[str, syntax.Aggregate],
    below: Lower | None,
) -> Frame:
    """The frame with aggregates over the units that one column tells: one group-by and one join."""
    joined: dict[str, Expr] = {}
    via = next(iter(wanted.values())).via
    owner = via or f"^{book.kind}"
    if below is None or owner not in below.frame.collect_schema().names():
        # Without a table of the kind nothing is known of its units, not even that there are none.
        for name, node in wanted.items():
            joined |= stored_as(name, gathering.unknown(node, environment.over))
            joined |= gathering.nothing_beside(node, name, environment.over)
        return frame.with_columns(**joined)
    units = below.frame
    if asked := _asked(wanted.values()):
        asking = _asking(asked, book, frame, environment)
        units = units.join(asking, left_on=owner, right_on="id", how="left")
    inner = Layers(units, replace(below.environment, constants=environment.constants))
    inner.hold(node.item for node in wanted.values() if node.item is not None)
    parts: dict[str, Expr] = {UNITS: environment.over.lit(1.0)}
    unplaced = _unplaced(wanted.values(), below, owner)
    loose: dict[str, Expr] = {}
    short: dict[str, Expr] = {}
    ready: dict[str, Expr] = {}
    for at, (name, node) in enumerate(wanted.items()):
        gathered = Gathering(node, at, inner.environment, loose=unplaced is not None)
        ready |= gathered.prepared()
        parts |= gathered.parts()
        loose |= gathered.loose_parts()
        short |= gathered.shortages()
        joined |= stored_as(name, gathered.gathered())
        joined |= gathered.beside(name)
    read = inner.frame.with_columns(**ready) if ready else inner.frame
    column = environment.column
    groups = (
        read.filter(~column(owner).is_null())
        .select(owner, **parts)
        .group_by(owner)
        .agg(**{name: as_float(column(name).sum()) for name in parts})
    )
    frame = frame.join(groups, left_on="id", right_on=owner, how="left").with_columns(
        environment.over.col(*parts).fill_null(0.0)
    )
    if unplaced is not None:
        # What names no unit yet may belong to any.
        rows = read.with_columns(**parts).filter(unplaced)
        frame = frame.join(rows.select(**loose), how="cross")
    frame = frame.with_columns(**short) if short else frame
    return frame.with_columns(**joined).drop(*parts, *loose, *short)


def _unplaced(nodes: Iterable[syntax.Aggregate], below: Lower, owner: str) -> Expr | None:
    """Which units name no unit that asks, though they may; None where there can be none."""
    link, environment = next(iter(nodes)).link, below.environment
    if link is None:
        return environment.column(owner).is_null() if below.strays else None
    if not isinstance(link, typed.FactLeaf) or not environment.gaps(link.column.id):
        return None
    unnamed = environment.column(link.column.id).is_null()
    if link.column.blank != NOT_ENTERED:
        return unnamed
    return unnamed & environment.column("_refused") if environment.refused else None


def _asked(nodes: Iterable[Node]) -> dict[str, typed.Leaf]:
    """What aggregates read from the unit that asks, by the name of its column."""
    found = (leaf for node in nodes for leaf in typed.leaves(node) if isinstance(leaf, typed.ThisLeaf))
    return {column_name(leaf): leaf.item for leaf in found}


def _measures_asked(nodes: Iterable[Node], book: Rules) -> dict[str, rules.Measure]:
    """The measures of the unit that asks behind some parts, in an order in which each uses only earlier ones."""
    own = {item.id: item for item in book.measures}
    found: set[str] = set()
    ahead = list(nodes)
    while ahead:
        for leaf in typed.leaves(ahead.pop()):
            inner = leaf.item if isinstance(leaf, typed.ThisLeaf) else leaf
            if isinstance(inner, typed.MeasureLeaf) and inner.rulebook == book.id and inner.id not in found:
                found.add(inner.id)
                ahead.append(own[inner.id].value)
    return {id_: item for id_, item in own.items() if id_ in found}


def _needed(node: syntax.Aggregate, book: Rules) -> set[str]:
    """The columns of the aggregates that must be there before this one."""
    measures = _measures_asked(_asked([node]).values(), book)
    return {name for item in measures.values() for name in aggregates_in(item.value)}


def _asking(
    asked: Mapping[str, typed.Leaf],
    book: Rules,
    frame: Frame,
    environment: Environment,
) -> Frame:
    """The units that ask, with what aggregates read from them."""
    layers = Layers(frame, environment)
    for item in _measures_asked(asked.values(), book).values():
        add_measures(book, layers, [item])
    columns: dict[str, Expr] = {}
    for name, value in layers.compile(asked).items():
        columns |= stored_as(name, both_ends(value))
    return layers.frame.select("id", **columns)
