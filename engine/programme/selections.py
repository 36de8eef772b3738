"""Read selections: who is eligible, by what candidates are ordered, how many are chosen among whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.diagnostic import near
from engine.expression import check, syntax
from engine.expression.typed import ParameterLeaf, number_of
from engine.programme import outcomes, rules
from engine.programme.labels import meant

if TYPE_CHECKING:
    from engine.expression.syntax import Node
    from engine.programme.reader import Reader
    from engine.yaml_text import Path_


def selections(reader: Reader) -> tuple[rules.Selection, ...]:
    """The selections, after everything else: they may name grades and titles too."""
    known = outcomes.titled(reader.book)
    found = []
    for id_, item in reader.book.select.items():
        path: Path_ = ("select", id_)
        when = reader.condition(item.when, (*path, "when"), known) if item.when is not None else None
        keys = [key_of(reader, key, (*path, "by", at), known) for at, key in enumerate(item.by)]
        best = _places(reader, item.best, (*path, "best"))
        group = group_above(reader, item.within, (*path, "within"))
        if best is not None:
            found.append(rules.Selection(id_, item, when, tuple(filter(None, keys)), best, group))
    return tuple(found)


def key_of(reader: Reader, item: said.Key, path: Path_, known: outcomes.Outcomes) -> rules.Key | None:
    """What candidates are ordered by; None when something is wrong with it."""
    name, text = ("most", item.most) if item.most is not None else ("least", item.least or "")
    found = reader.expression(text, (*path, name), known)
    if found is None:
        return None
    node, type_ = found
    if type_.name not in {"number", "date"} and not type_.ordered:
        reader.refuse("key_without_order", (*path, name), found=type_.name, value=text)
    return rules.Key(node, name == "most")


def _places(reader: Reader, text: str, path: Path_) -> Node | None:
    """How many are chosen: one at least, in every year."""
    leaf = reader.names.get(text)
    if isinstance(leaf, ParameterLeaf):
        for year, written in reader.book.parameters[text].values.items():
            value = number_of(check.type_of_constant(written)[0]) if leaf.type.name == "number" else None
            if value is None or value < 1 or value.denominator != 1:
                at: Path_ = ("parameters", text, str(year))
                reader.refuse("parameter_not_places", at, name=text, value=written, year=year)
        return leaf
    if text.isidentifier():
        labels = {id_: item.label or said.Label(zh=id_) for id_, item in reader.book.parameters.items()}
        reader.refuse("unknown_places", path, near=meant(text, labels), name=text)
        return None
    value = reader.number(text, path)
    if value is not None and (value < 1 or value.denominator != 1 or "%" in text):
        reader.refuse("not_places", path, value=text)
        return None
    return None if value is None else syntax.Number(0, 0, value)


def group_above(reader: Reader, kind: str | None, path: Path_) -> str | None:
    """The column of the unit above among whose units the best are chosen."""
    above = reader.around.above
    if kind is not None and kind not in above:
        kinds = ", ".join(above) or "–"
        reader.refuse("kind_not_above", path, near=near(kind, above), name=kind, kind=reader.book.kind, kinds=kinds)
        return None
    return None if kind is None else "parent" if above[:1] == (kind,) else f"^^{above[above.index(kind) - 1]}"
