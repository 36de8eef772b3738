"""Look up every name of a rulebook and read every constant; everything that is wrong is reported at its place.

Facts come first, of all rulebooks (`columns_of`): a rulebook is read within its `Surroundings` (`check_rulebook`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.programme import assessed, citations, dues, losses, names, outcomes, rules, targets
from engine.programme.facts import columns_of
from engine.programme.goods import goods, scoring, total
from engine.programme.labels import labels_of, meant
from engine.programme.lifecycles import lifecycles
from engine.programme.measures import measures
from engine.programme.parameters import parameters
from engine.programme.policies import policy
from engine.programme.reader import Reader, Surroundings
from engine.programme.scope import scope
from engine.programme.selections import selections
from engine.programme.settlements import settlements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine import rulebook as said
    from engine.diagnostic import Diagnostic
    from engine.schema import Column
    from engine.yaml_text import Source

__all__ = ["Surroundings", "check_rulebook", "columns_of", "labels_of", "meant"]


def check_rulebook(
    source: Source,
    book: said.Rulebook,
    programme: str,
    facts: Mapping[str, Column],
    around: Surroundings,
) -> tuple[rules.Rules | None, list[Diagnostic]]:
    """The rulebook with every name looked up, or what is wrong with it."""
    reader = Reader(source, book, facts, around)
    checked = _checked(reader, programme)
    return (None if reader.problems else checked), reader.problems


def _checked(reader: Reader, programme: str) -> rules.Rules:
    """What a rulebook says, part after part: expressions may name what was read before them."""
    book = reader.book
    names.unique(reader)
    citations.registered(reader)
    _dated(reader)
    constants = parameters(reader)
    stages = lifecycles(reader)
    due = dues.read(reader)
    for id_ in due:
        constants |= targets.parameters(id_, due[id_])
    measured = measures(reader, due)
    assessed.assessors(reader)
    scored = scoring(reader)
    grouped = goods(reader)
    most = total(reader, grouped)
    criteria = tuple(item for good in grouped for item in good.criteria)
    titles = _titles(reader)
    checks = (*_checks(reader), *assessed.checks(criteria, reader.facts))
    built = policy(reader)
    return rules.Rules(
        id=book.rulebook,
        programme=programme,
        file=reader.source.file,
        kind=book.kind,
        said=book,
        facts=reader.facts,
        parameters=constants,
        lifecycles=stages,
        measures=(*measured, *losses.measures(criteria)),
        targets=dues.resolved(reader, due),
        goods=grouped,
        titles=titles,
        checks=checks,
        grades=tuple(book.grades),
        policy=built.policy(),
        atoms=tuple(built.atoms),
        entries=tuple(built.entries),
        score=scored,
        most=most,
        selections=selections(reader),
        scope=scope(reader),
        settlements=settlements(reader),
    )


def _dated(reader: Reader) -> None:
    """`dated` names a date fact."""
    name = reader.book.dated
    column = reader.facts.get(name) or reader.around.shared.get(name) if name else None
    if name and (column is None or column.type != "date"):
        labels = {id_: item.label for id_, item in reader.facts.items() if item.type == "date"}
        reader.refuse("dated_no_date", ("dated",), near=meant(name, labels), name=name)


def _titles(reader: Reader) -> tuple[rules.Title, ...]:
    known = outcomes.decided(reader.book)
    return tuple(
        rules.Title(id_, item, when)
        for id_, item in reader.book.titles.items()
        if (when := reader.condition(item.when, ("titles", id_, "when"), known))
    )


def _checks(reader: Reader) -> tuple[rules.Check, ...]:
    return tuple(
        rules.Check(item.id, item, node)
        for at, item in enumerate(reader.book.checks)
        if (node := reader.condition(item.require, ("checks", at, "require")))
    )
