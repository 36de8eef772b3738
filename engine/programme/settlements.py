"""Read how many of a grade there may be: by what units are ordered, how many seats there are among whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.expression import check, syntax
from engine.expression.syntax import ExpressionError
from engine.expression.typed import ParameterLeaf, number_of
from engine.programme import outcomes, rules
from engine.programme.labels import meant
from engine.programme.policies import grade_at
from engine.programme.selections import group_above, key_of

if TYPE_CHECKING:
    from engine.expression.syntax import Node
    from engine.programme.reader import Reader
    from engine.yaml_text import Path_


def settlements(reader: Reader) -> tuple[rules.Settlement, ...]:
    """How many of a grade there may be, the best grade first."""
    written = reader.book.policy.settle
    known = outcomes.measured(reader.book)
    grades = list(reader.book.grades)
    found: list[rules.Settlement] = []
    for at, item in enumerate(written):
        path: Path_ = ("policy", "settle", at)
        keys = [key_of(reader, key, (*path, "by", place), known) for place, key in enumerate(item.by)]
        seats = _seats(reader, item.at_most, (*path, "at_most"))
        group_above(reader, item.within, (*path, "within"))
        grade = grade_at(reader, item.grade, (*path, "grade"))
        surplus = None if item.surplus is None else grade_at(reader, item.surplus, (*path, "surplus"))
        if grade is None or (item.surplus is not None and surplus is None) or seats is None:
            continue
        if grade == len(grades) - 1:
            reader.refuse("settle_lowest", (*path, "grade"), grade=item.grade)
        elif surplus is not None and surplus <= grade:
            reader.refuse("surplus_not_lower", (*path, "surplus"), surplus=item.surplus, grade=item.grade)
        if found and grade < found[-1].grade:
            reader.refuse("settle_order", (*path, "grade"), grade=item.grade, before=grades[found[-1].grade])
        lower = grade + 1 if surplus is None else surplus
        found.append(rules.Settlement(item.id, item, grade, lower, seats, tuple(filter(None, keys))))
    return tuple(found)


def _seats(reader: Reader, text: str, path: Path_) -> Node | None:
    """How many seats there are, in every year: a share up to all, or a whole number."""
    leaf = reader.names.get(text)
    if isinstance(leaf, ParameterLeaf) and text in reader.book.parameters:
        for year, written in reader.book.parameters[text].values.items():
            if _constant(written) is None:
                at: Path_ = ("parameters", text, str(year))
                reader.refuse("parameter_not_seats", at, name=text, value=written, year=year)
        return leaf
    if text.isidentifier():
        labels = {id_: item.label or said.Label(zh=id_) for id_, item in reader.book.parameters.items()}
        reader.refuse("unknown_seats", path, near=meant(text, labels), name=text)
        return None
    found = _constant(text)
    if found is None:
        reader.refuse("not_seats", path, value=text)
    return found


def _constant(text: str) -> syntax.Number | None:
    """A share up to all, or a whole number."""
    try:
        node = check.type_of_constant(text)[0]
    except ExpressionError:
        return None
    value = number_of(node)
    if not isinstance(node, syntax.Number) or value is None:
        return None
    return node if (value <= 1 if node.percent else value.denominator == 1) else None
