"""Read targets: their values, where they started, and what is due of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.expression import check
from engine.expression.typed import number_of
from engine.programme import rules, targets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.expression.typed import Type
    from engine.programme.reader import Reader


@dataclass(frozen=True)
class Dues:
    """The constants of a target: where it started, and what is due by the end of which year, earliest first."""

    baseline: tuple[int, Node] | None
    by: tuple[tuple[int, Node], ...]
    type: Type


def read(reader: Reader) -> dict[str, Dues]:
    """The constants of every target of a rulebook; what is wrong with them is reported."""
    found = {id_: _dues(reader, id_, item) for id_, item in reader.book.targets.items()}
    return {id_: dues for id_, dues in found.items() if dues is not None}


def _dues(reader: Reader, id_: str, item: said.Target) -> Dues | None:
    problems = len(reader.problems)
    by = _constants(reader, item.by, ("targets", id_, "by"))
    baseline = _constants(reader, item.baseline or {}, ("targets", id_, "baseline"))
    _in_percent(reader, id_, item, [*by.items()], [*baseline.items()])
    _in_order(reader, id_, item)
    if len(reader.problems) > problems:
        return None
    for (_, before), (year, after) in pairwise(by.items()):
        if _value(after) < _value(before):
            path = ("targets", id_, "by", str(year))
            reader.refuse("target_falls", path, year=year, value=item.by[year])
            return None
    return Dues(next(iter(baseline.items()), None), tuple(by.items()), check.type_of(next(iter(by.values()))))


def _constants(reader: Reader, written: Mapping[int, str], path: tuple[str, ...]) -> dict[int, Node]:
    found = {}
    for year, text in written.items():
        constant = reader.constant(text, (*path, str(year)))
        if constant and number_of(constant[0]) is None:
            reader.refuse("not_a_number", (*path, str(year)), value=text)
        elif constant:
            found[year] = constant[0]
    return found


def _in_order(reader: Reader, id_: str, item: said.Target) -> None:
    """The years ascend, lie within the programme, and the baseline before them."""
    path, years = ("targets", id_), reader.around.years
    for before, year in pairwise(item.by):
        if year < before:
            reader.refuse("target_years_unordered", (*path, "by", str(year)), of_key=True, year=year, before=before)
            return
    for year in item.by:
        if years and not years.first <= year <= years.last:
            at = (*path, "by", str(year))
            reader.refuse("target_year_outside", at, of_key=True, year=year, first=years.first, last=years.last)
    if item.baseline is None:
        return
    if len(item.baseline) != 1:
        reader.refuse("target_baselines", (*path, "baseline"), of_key=True)
        return
    (start,), first = item.baseline, next(iter(item.by))
    if start >= first:
        at = (*path, "baseline", str(start))
        reader.refuse("target_baseline_late", at, of_key=True, year=start, first=first)


def _fits(reader: Reader, id_: str, item: said.Target, dues: Dues, value: Type) -> None:
    """A share is due in percent, and a count is not."""
    if value.unit == "ratio" and dues.type.unit != "ratio":
        _in_percent(reader, id_, item, dues.by, [dues.baseline] if dues.baseline else [], is_share=True)
    if targets.counts_things(value) and dues.type.unit == "ratio":
        year = dues.by[0][0]
        reader.refuse("target_share_of_count", ("targets", id_, "by", str(year)), value=item.by[year])


def _in_percent(
    reader: Reader,
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
        if is_share and check.type_of(node).unit != "ratio" and _value(node) > 1:
            reader.refuse("percent_missing", ("targets", id_, key, str(year)), number=text)


def measures(reader: Reader, id_: str, dues: Dues | None) -> list[rules.Measure]:
    """The measures that a target stands for; expressions may name its value from now on."""
    item, path = reader.book.targets[id_], ("targets", id_, "value")
    read = reader.expression(item.value, path)
    if read and read[1].name != "number":
        reader.refuse("wrong_type", path, expected="number", found=read[1].name)
        read = None
    leaf = reader.name_measure(id_, read and read[1])
    if read is None or dues is None:
        return []
    _fits(reader, id_, item, dues, read[1])
    told = said.Measure(value=item.value, label=item.label, cite=item.cite, open=item.open)
    return [rules.Measure(id_, told, *read), *targets.measures(leaf, dues)]


def resolved(reader: Reader, dues: Mapping[str, Dues]) -> tuple[rules.Target, ...]:
    """The targets, once their measures are known."""
    return tuple(
        rules.Target(id_, item, reader.names[id_], dues[id_].baseline, dues[id_].by)
        for id_, item in reader.book.targets.items()
        if id_ in dues
    )


def _value(node: Node) -> Fraction:
    return number_of(node) or Fraction(0)
