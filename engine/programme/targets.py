"""What targets stand for: parameters that tell what is due, and measures that tell how far a unit has come.

A target `t` is a measure `t`, its value. Beside it stand, under names that nobody can write,

- the parameters `t:due`, what is due by the end of the year, and `t:is_due`, whether anything is;
- the measures `t:reached`, whether the last value is reached, and `t:on_course`, whether what is due by now is.

The status follows from these two answers (`engine.rating.targets`). How many targets of a unit are reached or short is
a measure too. So a target is scored, reasoned, checked and tested as measures and parameters are.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial, reduce
from itertools import pairwise
from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.expression import check, syntax
from engine.expression.check import MeasureLeaf, ParameterLeaf, Type, number_of
from engine.expression.text import spell
from engine.messages.words import WORDS
from engine.programme import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.programme.checker import Reporter

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


@dataclass(frozen=True)
class Dues:
    """The constants of a target: where it started, and what is due by the end of which year, earliest first."""

    baseline: tuple[int, Node] | None
    by: tuple[tuple[int, Node], ...]
    type: Type


def read(reporter: Reporter, years: said.Years | None) -> dict[str, Dues]:
    """The constants of every target of a rulebook; what is wrong with them is reported."""
    found = {id_: _dues(reporter, id_, item, years) for id_, item in reporter.book.targets.items()}
    return {id_: dues for id_, dues in found.items() if dues is not None}


def _dues(reporter: Reporter, id_: str, item: said.Target, years: said.Years | None) -> Dues | None:
    problems = len(reporter.problems)
    by = _constants(reporter, item.by, ("targets", id_, "by"))
    baseline = _constants(reporter, item.baseline or {}, ("targets", id_, "baseline"))
    _in_percent(reporter, id_, item, [*by.items()], [*baseline.items()])
    _in_order(reporter, id_, item, years)
    if len(reporter.problems) > problems:
        return None
    for (_, before), (year, after) in pairwise(by.items()):
        if _number(after) < _number(before):
            path = ("targets", id_, "by", str(year))
            reporter.refuse("target_falls", path, year=year, value=item.by[year])
            return None
    return Dues(next(iter(baseline.items()), None), tuple(by.items()), check.type_of(next(iter(by.values()))))


def _constants(reporter: Reporter, written: Mapping[int, str], path: tuple[str, ...]) -> dict[int, Node]:
    found = {}
    for year, text in written.items():
        constant = reporter.constant(text, (*path, str(year)))
        if constant and number_of(constant[0]) is None:
            reporter.refuse("not_a_number", (*path, str(year)), value=text)
        elif constant:
            found[year] = constant[0]
    return found


def _in_order(reporter: Reporter, id_: str, item: said.Target, years: said.Years | None) -> None:
    """The years ascend, lie within the programme, and the baseline before them."""
    path = ("targets", id_)
    for before, year in pairwise(item.by):
        if year < before:
            reporter.refuse_key("target_years_unordered", (*path, "by", str(year)), year=year, before=before)
            return
    for year in item.by:
        if years and not years.first <= year <= years.last:
            bounds = {"first": years.first, "last": years.last}
            reporter.refuse_key("target_year_outside", (*path, "by", str(year)), year=year, **bounds)
    if item.baseline is None:
        return
    if len(item.baseline) != 1:
        reporter.refuse_key("target_baselines", (*path, "baseline"))
        return
    (start,), first = item.baseline, next(iter(item.by))
    if start >= first:
        reporter.refuse_key("target_baseline_late", (*path, "baseline", str(start)), year=start, first=first)


def fits(reporter: Reporter, id_: str, item: said.Target, dues: Dues, value: Type) -> None:
    """A share is due in percent, and a count is not."""
    if value.unit == "ratio" and dues.type.unit != "ratio":
        _in_percent(reporter, id_, item, dues.by, [dues.baseline] if dues.baseline else [], is_share=True)
    if _counts(value) and dues.type.unit == "ratio":
        year = dues.by[0][0]
        reporter.refuse("target_share_of_count", ("targets", id_, "by", str(year)), value=item.by[year])


def _in_percent(
    reporter: Reporter,
    id_: str,
    item: said.Target,
    by: Sequence[tuple[int, Node]],
    baseline: Sequence[tuple[int, Node]],
    *,
    is_share: bool = False,
) -> None:
    """Where one value is a share, all are."""
    written = [("by", year, node, item.by[year]) for year, node in by]
    written += [("baseline", year, node, (item.baseline or {})[year]) for year, node in baseline]
    is_share = is_share or any(check.type_of(node).unit == "ratio" for _, _, node, _ in written)
    for key, year, node, text in written:
        if is_share and check.type_of(node).unit != "ratio" and _number(node) > 1:
            reporter.refuse("percent_missing", ("targets", id_, key, str(year)), number=text)


def parameters(id_: str, dues: Dues) -> dict[str, rules.Parameter]:
    """The parameters of a target; before anything is due, what will be first stands in."""
    first = dues.by[0][1]
    begins = dues.by[0][0]
    what = {_EVER: first, **dict(dues.by)}
    whether: dict[int, Node] = {_EVER: syntax.Truth(0, 0, value=False), begins: syntax.Truth(0, 0, value=True)}
    return {
        due(id_): rules.Parameter(due(id_), _dated(what), what, dues.type),
        is_due(id_): rules.Parameter(is_due(id_), _dated(whether), whether, check.BOOLEAN),
    }


def _dated(values: Mapping[int, Node]) -> said.Parameter:
    return said.Parameter.model_validate({f"{year:04}": spell(node) for year, node in values.items()})


def measures(value: MeasureLeaf, dues: Dues) -> tuple[rules.Measure, rules.Measure]:
    """The measures beside the value of a target."""
    book, id_ = value.rulebook, value.id
    threshold = ParameterLeaf(0, 0, dues.type, book, due(id_))
    begun = ParameterLeaf(0, 0, check.BOOLEAN, book, is_due(id_))
    last = syntax.Comparison(0, 0, (">=",), (value, dues.by[-1][1]))
    now = syntax.Comparison(0, 0, (">=",), (value, threshold))
    either = syntax.Either(0, 0, (syntax.Not(0, 0, begun), now))
    return _measure(reached(id_), last, check.BOOLEAN), _measure(on_course(id_), either, check.BOOLEAN)


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
        if all(_counts(check.type_of(end)) for end in ends):
            return ends
    return None


def _counts(type_: Type) -> bool:
    return type_.whole and type_.unit == "count"


def told(item: rules.Target, values: Mapping[str, Node]) -> list[Node]:
    """The parts of a target's value that an explanation tells the numbers of."""
    found: list[Node] = []
    waiting = [item.value]
    while waiting:
        node = counted(waiting.pop(), values)
        if check.table_given(node):
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
        return _measure(name, _whole(len(targets)), check.WHOLE)
    answers = {"targets_reached": (reached, 1, 0), "targets_short": (on_course, 0, 1)}
    answer, yes, no = answers[name]
    counted = (
        syntax.Conditional(0, 0, MeasureLeaf(0, 0, check.BOOLEAN, book, answer(id_)), _whole(yes), _whole(no))
        for id_ in targets
    )
    return _measure(name, _sum(counted), check.WHOLE)


def _sum(nodes: Iterable[Node]) -> Node:
    return reduce(partial(syntax.Arithmetic, 0, 0, "+"), nodes)


def _measure(id_: str, value: Node, type_: Type) -> rules.Measure:
    label = said.Label.model_validate(WORDS[id_]) if id_ in COUNTS else None
    return rules.Measure(id_, said.Measure(value="", label=label), value, type_)


def _whole(number: int) -> syntax.Number:
    return syntax.Number(0, 0, Fraction(number))


def _number(node: Node) -> Fraction:
    return number_of(node) or Fraction(0)
