"""Read measures, in an order in which each uses only earlier ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.expression import syntax
from engine.expression.syntax import ExpressionError, Node
from engine.programme import dues, ordering, rules, targets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.programme.reader import Reader
    from engine.yaml_text import Path_


def measures(reader: Reader, due: Mapping[str, dues.Dues]) -> tuple[rules.Measure, ...]:
    """The measures, those of targets among them; each may be named from now on.

    Args:
        reader: the rulebook.
        due: what is due of its targets.
    """
    book = reader.book
    counts = targets.COUNTS if book.targets else ()
    waiting = dict.fromkeys(book.measures, "measures") | dict.fromkeys(book.targets, "targets")
    names = {*waiting, *counts}
    uses = {id_: _words(getattr(book, section)[id_].value) & names for id_, section in waiting.items()}
    waiting |= dict.fromkeys(counts, "counts")
    uses |= {id_: set(book.targets) for id_ in counts}
    ordered: list[rules.Measure] = []
    while waiting:
        ready = [id_ for id_ in waiting if not uses[id_] & waiting.keys()]
        if not ready:
            circle = ordering.circle(waiting, uses)
            order = [*book.measures, *book.targets]
            first = min((id_ for id_ in circle if id_ in order), key=order.index)
            at = circle.index(first)
            way = " → ".join([*circle[at:], *circle[:at], first] if circle[0] in counts else [*circle, circle[0]])
            reader.refuse("measure_cycle", (waiting[first], first), of_key=True, name=first, way=way)
            for id_ in circle:
                del waiting[id_]
                reader.name_measure(id_, None)
        for id_ in ready:
            section = waiting.pop(id_)
            if section == "targets":
                ordered += dues.measures(reader, id_, due.get(id_))
            elif section == "measures":
                ordered += _measure(reader, id_)
            else:
                counted = targets.count(book.rulebook, id_, tuple(book.targets))
                reader.name_measure(id_, counted.type)
                ordered.append(counted)
    return tuple(ordered)


def _measure(reader: Reader, id_: str) -> list[rules.Measure]:
    path: Path_ = ("measures", id_, "value")
    path = path if path in reader.source.places else path[:-1]
    item = reader.book.measures[id_]
    read = reader.expression(item.value, path, ranks=True)
    if read and read[1].name not in {"number", "boolean", "date"}:
        reader.refuse("measure_type", path, found=read[1].name)
        read = None
    reader.name_measure(id_, read and read[1])
    return [rules.Measure(id_, item, *read)] if read else []


def _words(expression: str) -> set[str]:
    """The names of the unit itself that an expression uses, for ordering measures before they are resolved."""
    try:
        return _own_names(syntax.parse(expression))
    except ExpressionError:
        return set()


def _own_names(node: Node, *, inside: bool = False) -> set[str]:
    """Inside an aggregate only `this.name` is the asking unit's."""
    if isinstance(node, syntax.Name):
        if node.parts[0] == "this":
            return set(node.parts[1:2])
        return set() if inside else {node.parts[0]}
    inside = inside or isinstance(node, syntax.Aggregate)
    return {name for child in syntax.children(node) for name in _own_names(child, inside=inside)}
