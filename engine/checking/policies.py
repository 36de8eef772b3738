"""Each rule of a policy can fire, and can matter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from engine.checking.model import NONE, Result
from engine.checking.reasons import reason
from engine.checking.walks import assembled
from engine.policy import decide_all
from engine.policy.formula import indexes
from engine.policy.rules import TRUE, Proposal
from engine.programme.symbols import implications

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.checking.model import Finding
    from engine.checking.study import Study
    from engine.expression.syntax import Node
    from engine.policy import Adjustment, Policy
    from engine.policy.rules import Case
    from engine.rating import BookRating


def policy_rules(study: Study) -> list[Result]:
    """Each rule can fire; each can matter; but for the last proposal, which every policy must have."""
    book = study.subject.book
    fired = study.seen.rated.ratings["rules"].str.split(",").explode(empty_as_null=True).unique()
    seen = set(fired.drop_nulls())
    idle: list[Finding] = []
    useless: list[Finding] = []
    asked = [rule for rule in book.policy.rules if rule is not book.policy.proposals[-1]]
    for rule in asked:
        if rule.id not in seen:
            idle.append(_never_fires(study, rule))
        elif not _matters(study, rule):
            useless += _never_matters(study, rule)
    count = len(asked)
    return [
        Result("rules_fire", count, witnessed=count - len(idle), findings=tuple(idle)),
        Result("rules_matter", count, witnessed=count - len(idle) - len(useless), findings=tuple(useless)),
    ]


def rule_path(study: Study, rule: str) -> tuple[str | int, ...]:
    """Where a rule stands in its rulebook."""
    said = study.subject.book.said.policy
    for stage, ids in (
        ("propose", [item.id for item in said.propose]),
        ("adjust", [item.id for item in said.adjust]),
    ):
        if rule in ids:
            return ("policy", stage, ids.index(rule), "id")
    raise KeyError(rule)


def _never_fires(study: Study, rule: Proposal | Adjustment) -> Finding:
    def possible(rated: BookRating) -> pl.Series:
        may = [code for code, outcome in rated.outcomes.items() if rule.id in (*outcome.fired, *outcome.may_fire)]
        return rated.ratings["case"].is_in(may)

    path = rule_path(study, rule.id)
    if study.never(possible) == "undecided":
        return study.undecided(rule.id, *path)
    masks = _masks(study, rule) if isinstance(rule, Proposal) else ()
    code = "W402" if masks else "W401"
    why = reason(study, needed(study, rule))
    return study.finding(code, "proved", *path, rule=rule.id, earlier=", ".join(masks), reason=why)


def needed(study: Study, rule: Proposal | Adjustment) -> list[tuple[Node, bool]]:
    """The answers without which a rule does not fire."""
    atoms = study.subject.book.atoms
    terms = [{(atom, truth) for atom, truth in term if isinstance(atom, int)} for term in rule.terms]
    return [(atoms[atom], truth) for atom, truth in sorted(set.intersection(*terms))] if terms else []


def _masks(study: Study, rule: Proposal) -> tuple[str, ...]:
    """The proposals that are made before one in the cases in which it would hold."""
    policy = study.subject.book.policy
    found = {
        decision.proposal.rule: None
        for code, decision in study.seen.rated.decisions.items()
        if holds(rule, policy, policy.decode(code))
    }
    return tuple(found)


def holds(rule: Proposal | Adjustment, policy: Policy, case: Case, proposed: int | None = None) -> bool:
    """Whether the condition of a rule holds in a complete case."""

    def is_true(symbol: int | str) -> bool:
        if isinstance(symbol, int):
            return case[symbol] == TRUE
        if symbol.startswith("entered"):
            (entry,) = indexes(symbol)
            return case[len(policy.atoms) + entry] < len(policy.grades)
        return proposed in indexes(symbol)

    return any(all(is_true(symbol) == truth for symbol, truth in term) for term in rule.terms)


def without(policy: Policy, rule: str) -> Policy:
    """The policy without one rule; the last proposal stays, or nothing would be proposed."""
    proposals = policy.proposals
    kept = tuple(item for item in proposals[:-1] if item.id != rule) + proposals[-1:]
    return replace(policy, proposals=kept, adjustments=tuple(item for item in policy.adjustments if item.id != rule))


def in_force(study: Study) -> Policy:
    """The policy with what follows from what in the year."""
    book = study.subject.book
    return replace(book.policy, implications=implications(book.atoms, study.constants))


def _matters(study: Study, rule: Proposal | Adjustment) -> bool:
    """Whether a unit was seen whose grade or title is another without the rule."""
    book, rated = study.subject.book, study.seen.rated
    fired = [code for code, decision in rated.decisions.items() if rule.id in decision.fired]
    _, other = decide_all(without(in_force(study), rule.id), fired)
    if any(other[code].grade != rated.decisions[code].grade for code in fired):
        return True
    withheld = [code for code in fired if set(other[code].withheld) != set(rated.decisions[code].withheld)]
    rows = rated.ratings.with_row_index("^row").filter(pl.col("case").is_in(withheld))["^row"]
    if rows.is_empty():
        return False
    lenient = replace(study.subject, book=replace(book, policy=without(book.policy, rule.id)))
    picks = study.seen.picks[rows]
    again = lenient.rate(assembled(study.space, picks)).ratings
    names = [title.id for title in book.titles]
    return not again.select(names).equals(rated.ratings[rows].select(names))


def _never_matters(study: Study, rule: Proposal | Adjustment) -> list[Finding]:
    book, policy = study.subject.book, in_force(study)
    lenient = without(policy, rule.id)

    def possible(rated: BookRating) -> pl.Series:
        complete = sorted({code for outcome in rated.outcomes.values() for code in outcome.complete})
        _, strict = decide_all(policy, complete)
        regraded = {code for code in complete if strict[code].grade != rated.decisions[code].grade}
        may = _has_case(rated, regraded, truncated=True)
        for title in {title for decision in strict.values() for title in decision.withheld}:
            held = {code for code in complete if title in {*strict[code].withheld} - {*rated.decisions[code].withheld}}
            may |= _has_case(rated, held) & rated.ratings[title].fill_null(True)  # noqa: FBT003
        return may

    path = rule_path(study, rule.id)
    subject = replace(study.subject, book=replace(book, policy=without(book.policy, rule.id)))
    if not replace(study.boxes, subject=subject).impossible(possible):
        return [study.undecided(rule.id, *path)]
    others = ", ".join(_instead(study, rule, lenient)) or NONE
    return [study.finding("W403", "proved", *path, rule=rule.id, others=others)]


def _has_case(rated: BookRating, codes: set[int], *, truncated: bool = False) -> pl.Series:
    """Which units may have one of these complete cases."""
    may = [
        code
        for code, outcome in rated.outcomes.items()
        if (truncated and outcome.truncated) or codes & {*outcome.complete}
    ]
    return rated.ratings["case"].is_in(may)


def _instead(study: Study, rule: Proposal | Adjustment, lenient: Policy) -> Mapping[str, None]:
    """The rules that give the same where one fires: the proposal that is made without it, or other adjustments."""
    decisions = study.seen.rated.decisions
    fired = [code for code, decision in decisions.items() if rule.id in decision.fired]
    _, other = decide_all(lenient, fired)
    if isinstance(rule, Proposal):
        return {other[code].proposal.rule: None for code in fired}
    return {firing.rule: None for code in fired for firing in other[code].adjustments}
