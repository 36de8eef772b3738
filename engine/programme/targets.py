"""What targets stand for: parameters that tell what is due, and measures that tell how far a unit has come.

A target `t` is a measure `t`, its value. Beside it stand, under names that nobody can write,

- the parameters `t:due`, what is due by the end of the year, and `t:is_due`, whether anything is;
- the measures `t:reached`, whether the last value is reached, and `t:on_course`, whether what is due by now is.

The status follows from these two answers (`engine.rating.targets`). How many targets of a unit are reached or short is
a measure too. So a target is scored, reasoned, checked and tested as measures and parameters are.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial, reduce
from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.expression import check, syntax, typed
from engine.expression.text import spell
from engine.expression.typed import MeasureLeaf, ParameterLeaf, Type
from engine.messages.words import WORDS
from engine.programme import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.programme.dues import Dues

COUNTS = ("targets_count", "targets_reached", "targets_short")
"""The measures of a rulebook with targets that count them."""
_EVER = 0
"""The year from which on something holds that has no beginning."""


def due(target: str) -> str:
    """The parameter that holds what is due of a target."""
    return f"{target}:due"


def is_due(target: str) -> str:
    """The parameter that tells whether anything is due of a target."""
    return f"{target}:is_due"


def reached(target: str) -> str:
    """The measure that tells whether the last value of a target is reached."""
    return f"{target}:reached"


def on_course(target: str) -> str:
    """The measure that tells whether what is due of a target by now is reached."""
    return f"{target}:on_course"


def is_derived(name: str) -> bool:
    """Whether a parameter or measure stands for a target, and is not written in the rulebook."""
    return ":" in name or name in COUNTS


def parameters(id_: str, dues: Dues) -> dict[str, rules.Parameter]:
    """The parameters of a target; before anything is due, what will be first stands in."""
    first = dues.by[0][1]
    begins = dues.by[0][0]
    what = {_EVER: first, **dict(dues.by)}
    whether: dict[int, Node] = {_EVER: syntax.Truth(0, 0, value=False), begins: syntax.Truth(0, 0, value=True)}
    return {
        due(id_): rules.Parameter(due(id_), _dated(what), what, dues.type),
        is_due(id_): rules.Parameter(is_due(id_), _dated(whether), whether, typed.BOOLEAN),
    }


def _dated(values: Mapping[int, Node]) -> said.Parameter:
    return said.Parameter.model_validate({f"{year:04}": spell(node) for year, node in values.items()})


def measures(value: MeasureLeaf, dues: Dues) -> tuple[rules.Measure, rules.Measure]:
    """The measures beside the value of a target."""
    book, id_ = value.rulebook, value.id
    threshold = ParameterLeaf(0, 0, dues.type, book, due(id_))
    begun = ParameterLeaf(0, 0, typed.BOOLEAN, book, is_due(id_))
    last = syntax.Comparison(0, 0, (">=",), (value, dues.by[-1][1]))
    now = syntax.Comparison(0, 0, (">=",), (value, threshold))
    either = syntax.Either(0, 0, (syntax.Not(0, 0, begun), now))
    return _measure(reached(id_), last, typed.BOOLEAN), _measure(on_course(id_), either, typed.BOOLEAN)


def counted(node: Node, values: Mapping[str, Node]) -> Node:
    """The expression itself that a name stands for, through the measures that only name it.

    Args:
        node: a resolved expression.
        values: the measures of its rulebook.
    """
    while isinstance(node, MeasureLeaf) and node.id in values:
        node = values[node.id]
    return node


def branches(node: Node) -> tuple[Node, Node]:
    """What `given(aggregate, otherwise)` chooses from."""
    assert isinstance(node, syntax.Conditional)  # noqa: S101 - that is what the checker makes of it
    return node.then, node.otherwise


def counts(node: Node) -> tuple[Node, Node] | None:
    """The two counts of which an expression is the quotient."""
    if isinstance(node, syntax.Arithmetic) and node.operator == "/":
        ends = node.left, node.right
        if all(counts_things(check.type_of(end)) for end in ends):
            return ends
    return None


def counts_things(type_: Type) -> bool:
    """Whether a number counts things: a year does not."""
    return type_.whole and type_.unit == "count"


def told(item: rules.Target, values: Mapping[str, Node]) -> list[Node]:
    """The parts of a target's value that an explanation tells the numbers of."""
    found: list[Node] = []
    waiting = [item.value]
    while waiting:
        node = counted(waiting.pop(), values)
        if typed.table_given(node):
            waiting += branches(node)
        elif ends := counts(node):
            waiting += ends
        found.append(node)
    return found


def answers(book: rules.Rules) -> list[Node]:
    """The conditions that tell the status of the targets of a rulebook."""
    asked = {name for item in book.targets for name in (reached(item.id), on_course(item.id))}
    return [item.value for item in book.measures if item.id in asked]


def count(book: str, name: str, targets: Sequence[str]) -> rules.Measure:
    """How many targets there are, are reached, or are short."""
    if name == "targets_count":
        return _measure(name, _whole(len(targets)), typed.WHOLE)
    answers = {"targets_reached": (reached, 1, 0), "targets_short": (on_course, 0, 1)}
    answer, yes, no = answers[name]
    counted = (
        syntax.Conditional(0, 0, MeasureLeaf(0, 0, typed.BOOLEAN, book, answer(id_)), _whole(yes), _whole(no))
        for id_ in targets
    )
    return _measure(name, _sum(counted), typed.WHOLE)


def _sum(nodes: Iterable[Node]) -> Node:
    return reduce(partial(syntax.Arithmetic, 0, 0, "+"), nodes)


def _measure(id_: str, value: Node, type_: Type) -> rules.Measure:
    label = said.Label.model_validate(WORDS[id_]) if id_ in COUNTS else None
    return rules.Measure(id_, said.Measure(value="", label=label), value, type_)


def _whole(number: int) -> syntax.Number:
    return syntax.Number(0, 0, Fraction(number))
