"""The policy, reasoned by durable-rules, against an interpretation of ten lines."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random
from typing import TypeAlias

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.policy import (
    COMPLETIONS_MAX,
    FALSE,
    TRUE,
    UNKNOWN,
    Adjustment,
    Always,
    And,
    Atom,
    Case,
    Decision,
    Formula,
    Literal,
    Not,
    Or,
    Outcome,
    Policy,
    Proposal,
    ProposedIn,
    Reasoner,
    TooManyTermsError,
    decide_all,
    indexes,
    problems,
    terms,
)

Decided: TypeAlias = "tuple[int, int, tuple[str, ...], tuple[str, ...]]"


QUICKLY = settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])


# What a policy means


def holds(formula: Formula, case: Case, proposed: int | None = None) -> bool:
    match formula:
        case Always():
            return True
        case Atom(index):
            return case[index] == TRUE
        case ProposedIn(grades):
            return proposed in grades
        case Not(item):
            return not holds(item, case, proposed)
        case And(items):
            return all(holds(item, case, proposed) for item in items)
        case Or(items):
            return any(holds(item, case, proposed) for item in items)


def meaning(policy: Policy, case: Case) -> Decided:
    """The proposed grade, the grade, the rules that fire and the titles that are withheld in a complete case."""
    entries = case[len(policy.atoms) :]
    for proposal in policy.proposals:
        proposed = proposal.grade if proposal.entered is None else entries[proposal.entered]
        if proposed is not None and proposed < len(policy.grades) and holds(proposal.when, case):
            fired = [rule for rule in policy.adjustments if holds(rule.when, case, proposed)]
            grade = max([proposed, *(rule.limits[proposed] for rule in fired)])
            withheld = tuple(dict.fromkeys(title for rule in fired for title in rule.withholds))
            return proposed, grade, (proposal.id, *(rule.id for rule in fired)), withheld
    raise AssertionError


def possible(policy: Policy, case: Case) -> list[Case]:
    """The completions of a case that the implications allow, or all of them if they allow none."""
    choices = [
        range(radix - 1) if symbol == radix - 1 else (symbol,)
        for symbol, radix in zip(case, policy.radices, strict=True)
    ]
    every = list(product(*choices))
    allowed = [
        complete
        for complete in every
        if not any(complete[a] == x and complete[b] != y for a, x, b, y in policy.implications)
    ]
    return allowed or every


def decided(decision: Decision) -> Decided:
    return decision.proposed, decision.grade, decision.fired, decision.withheld


def literal_holds(literal: Literal, policy: Policy, case: Case, proposed: int) -> bool:
    symbol, truth = literal
    if isinstance(symbol, int):
        return (case[symbol] == TRUE) == truth
    if symbol.startswith("proposed:"):
        return (proposed in indexes(symbol)) == truth
    (entry,) = indexes(symbol)
    return (case[len(policy.atoms) + entry] < len(policy.grades)) == truth


# Random policies

GRADES = ("优秀", "良好", "合格")
ATOMS = tuple(f"条件{index} >= 80%" for index in range(5))
ENTRIES = ("初评", "终评")
TITLES = ("五个好", "六个好", "先锋")
IDS = (
    "破格",
    "一票否决",
    "未完成任务",
    "$and",
    "$m",
    "sid",
    "kind",
    'a"b',
    "a\\",
    "😀",
    "case0",
    "",
    "初评",
    "\n",
    "{}",
    "s0",
)


def random_formula(random: Random, depth: int, leaves: list[Formula]) -> Formula:
    if depth == 0 or random.random() < 0.2:
        return random.choice(leaves)
    items = tuple(random_formula(random, depth - 1, leaves) for _ in range(random.choice([0, 1, 2, 2, 3, 3])))
    either: list[Formula] = [And(items), Or(items), Not(random_formula(random, depth - 1, leaves))]
    return random.choice(either)


def random_policy(seed: int, depth: int, proposals: int, adjustments: int, implications: int = 0) -> Policy:
    """So many rules over conditions so deep, and all else by chance."""
    random = Random(seed)  # noqa: S311
    ids = [f"{name}{number}" for number in range(2) for name in random.sample(IDS, len(IDS))]
    atoms: list[Formula] = [Always(), *map(Atom, range(len(ATOMS))), *map(Atom, range(len(ATOMS)))]
    ranks = range(len(GRADES))
    some_grades: list[Formula] = [ProposedIn(frozenset(random.sample(ranks, size))) for size in (0, 1, 1, 2, 3)]
    rules: list[Proposal] = []
    for _ in range(proposals):
        when, entered = random_formula(random, depth, atoms), random.choice([None, None, 0, 1])
        rules.append(Proposal(ids.pop(), when, random.choice(ranks) if entered is None else None, entered))
    limits: list[Adjustment] = []
    for _ in range(adjustments):
        when = random_formula(random, depth, atoms + some_grades)
        withheld = tuple(random.sample(TITLES, random.randint(0, 2)))
        limits.append(Adjustment(ids.pop(), when, tuple(random.randint(grade, 2) for grade in ranks), withheld))
    implied = tuple(
        (random.randrange(5), random.random() < 0.5, random.randrange(5), random.random() < 0.5)
        for _ in range(implications)
    )
    return Policy(GRADES, ATOMS, ENTRIES, (*rules, Proposal("其他", Always(), 2)), tuple(limits), implied)


SEEDS, DEPTHS = st.integers(0, 2**32), st.integers(0, 3)
POLICIES = st.builds(random_policy, SEEDS, DEPTHS, st.integers(0, 11), st.integers(0, 12), st.integers(0, 3)).filter(
    lambda policy: not problems(policy)
)
FORMULAS = st.builds(
    lambda seed, depth: random_formula(
        Random(seed),  # noqa: S311
        depth,
        [*map(Atom, range(len(ATOMS))), ProposedIn(frozenset({0})), ProposedIn(frozenset({1, 2}))],
    ),
    SEEDS,
    DEPTHS,
)
ENTERED_GRADES = st.tuples(*[st.integers(0, len(GRADES))] * len(ENTRIES))
CASES = st.tuples(*[st.integers(0, 2)] * len(ATOMS), *[st.integers(0, len(GRADES) + 1)] * len(ENTRIES))


def with_all_atoms(entered: Case) -> list[Case]:
    return [(*atoms, *entered) for atoms in product((FALSE, TRUE), repeat=len(ATOMS))]


@QUICKLY
@given(POLICIES, ENTERED_GRADES)
def test_a_complete_case_is_decided_as_the_policy_means(policy: Policy, entered: Case) -> None:
    reasoner = Reasoner(policy)
    rules = {rule.id: rule for rule in policy.rules}
    for case in with_all_atoms(entered):
        decision = reasoner.decide(policy.encode(case))
        assert decided(decision) == meaning(policy, case)
        assert decision.grade >= decision.proposed
        for firing in (decision.proposal, *decision.adjustments):
            sufficient = [
                term
                for term in rules[firing.rule].terms
                if all(literal_holds(literal, policy, case, decision.proposed) for literal in term)
            ]
            assert frozenset(firing.literals) == sufficient[0]


def test_random_policies_reach_what_matters() -> None:
    reached: Counter[str] = Counter()
    for seed in range(20):
        policy = random_policy(seed, 2, 6, 5)
        rules = {rule.id: rule for rule in policy.rules}
        entered = {rule.id for rule in policy.proposals if rule.entered is not None}
        for case in (*with_all_atoms((0, 1)), *with_all_atoms((3, 3))):
            proposed, grade, (first, *others), withheld = meaning(policy, case)
            adjusted = [rules[rule] for rule in others]
            reached["limits"] += grade > proposed
            reached["withholds"] += len(withheld) > 1
            reached["many fire"] += len(adjusted) > 2
            reached["few fire"] += len(adjusted) < 2
            reached["proposed matters"] += any(
                len({holds(rule.when, case, other) for other in range(len(GRADES))}) > 1 for rule in adjusted
            )
            reached["an entered grade"] += first in entered
            reached["not the first proposal"] += first != policy.proposals[0].id
    assert len(reached) == 7
    assert min(reached.values()) > 100


@QUICKLY
@given(POLICIES, st.lists(CASES, min_size=1, max_size=3))
def test_a_case_with_unknowns_ranges_over_its_completions(policy: Policy, some: list[Case]) -> None:
    reasoner = Reasoner(policy)
    for case in some:
        outcome = reasoner.outcome(policy.encode(case))
        meanings = {policy.encode(complete): meaning(policy, complete) for complete in possible(policy, case)}
        proposed, grades, fired, withheld = zip(*meanings.values(), strict=True)
        assert (outcome.proposed_low, outcome.proposed_high) == (max(proposed), min(proposed))
        assert (outcome.grade_low, outcome.grade_high) == (max(grades), min(grades))
        assert outcome.case_low is not None
        assert outcome.case_high is not None
        assert meanings[outcome.case_low][1] == outcome.grade_low
        assert meanings[outcome.case_high][1] == outcome.grade_high
        assert set(outcome.fired) == set.intersection(*map(set, fired))
        assert set(outcome.may_fire) == set.union(*map(set, fired)) - set(outcome.fired)
        assert set(outcome.withheld) == set.intersection(*map(set, withheld))
        assert set(outcome.may_withhold) == set.union(*map(set, withheld)) - set(outcome.withheld)
        assert (outcome.completions, outcome.truncated) == (len(meanings), False)
        assert sorted(outcome.complete) == sorted(meanings)


@settings(QUICKLY, max_examples=40)
@given(POLICIES, st.randoms(use_true_random=False), ENTERED_GRADES)
def test_the_order_of_adjustments_has_no_meaning(policy: Policy, random: Random, entered: Case) -> None:
    count = len(policy.adjustments)
    shuffled = replace(policy, adjustments=tuple(random.sample(policy.adjustments, count)))
    one, other = Reasoner(policy), Reasoner(shuffled)
    for case in with_all_atoms(entered):
        first, second = one.decide(policy.encode(case)), other.decide(policy.encode(case))
        assert (first.proposed, first.grade, first.proposal) == (second.proposed, second.grade, second.proposal)
        assert set(first.adjustments) == set(second.adjustments)
        assert set(first.withheld) == set(second.withheld)
        declared = [rule.id for rule in shuffled.adjustments]
        assert [firing.rule for firing in second.adjustments] == [i for i in declared if i in first.fired]


# One policy, worked out by hand

EXCELLENT, COMMENDABLE, QUALIFIED, UNQUALIFIED = range(4)
SCORE_90, SCORE_80, TASK, FALSIFIED = range(4)
NONE, ENTRY_UNKNOWN = 4, 5
WORKED = Policy(
    grades=("excellent", "commendable", "qualified", "unqualified"),
    atoms=("score >= 90", "score >= 80", "task_completed", "falsified_data"),
    entries=("assessed_grade",),
    proposals=(
        Proposal("entered", Always(), entered=0),
        Proposal("by_score_90", Atom(SCORE_90), EXCELLENT),
        Proposal("by_score_80", Atom(SCORE_80), COMMENDABLE),
        Proposal("otherwise", Always(), UNQUALIFIED),
    ),
    adjustments=(
        Adjustment("unfinished_task", Not(Atom(TASK)), (2, 2, 3, 3), ("five_goods",)),
        Adjustment("veto_falsified", Atom(FALSIFIED), (3, 3, 3, 3)),
        Adjustment("only_the_best", And((Not(Atom(TASK)), ProposedIn(frozenset({EXCELLENT})))), (2, 1, 2, 3)),
    ),
    implications=((SCORE_90, True, SCORE_80, True),),
)


def worked(*case: int) -> tuple[Outcome, dict[int, Decision]]:
    code = WORKED.encode(case)
    outcomes, decisions = decide_all(WORKED, [code])
    return outcomes[code], decisions


def test_a_downgrade_applies_once_and_says_why() -> None:
    outcome, decisions = worked(TRUE, TRUE, FALSE, FALSE, NONE)
    assert outcome.case_low is not None
    decision = decisions[outcome.case_low]
    assert (decision.proposed, decision.grade, decision.withheld) == (EXCELLENT, QUALIFIED, ("five_goods",))
    assert decision.fired == ("by_score_90", "unfinished_task", "only_the_best")
    assert decision.proposal.literals == ((SCORE_90, True),)
    assert decision.adjustments[1].literals == ((TASK, False), ("proposed:0", True))
    assert outcome.completions == 1
    assert outcome.may_fire == ()


def test_an_entered_grade_goes_first_unless_none_is_entered() -> None:
    outcome, decisions = worked(TRUE, TRUE, TRUE, FALSE, QUALIFIED)
    assert outcome.case_low is not None
    assert decisions[outcome.case_low].proposal.literals == (("entered:0", True),)
    assert (outcome.grade_low, outcome.fired) == (QUALIFIED, ("entered",))
    assert worked(TRUE, TRUE, TRUE, FALSE, NONE)[0].fired == ("by_score_90",)
    entry = worked(TRUE, TRUE, TRUE, FALSE, ENTRY_UNKNOWN)[0]
    assert (entry.grade_low, entry.grade_high, entry.completions) == (UNQUALIFIED, EXCELLENT, 5)
    assert (entry.fired, entry.may_fire) == ((), ("entered", "by_score_90"))


def test_unknown_symbols_give_a_range_with_a_trace_for_each_end() -> None:
    outcome, decisions = worked(UNKNOWN, UNKNOWN, UNKNOWN, FALSE, NONE)
    assert outcome.completions == 6  # the implication leaves 3 of 4 scores
    assert (outcome.grade_high, outcome.grade_low) == (EXCELLENT, UNQUALIFIED)
    assert (outcome.proposed_high, outcome.proposed_low) == (EXCELLENT, UNQUALIFIED)
    assert outcome.may_withhold == ("five_goods",)
    assert set(decisions) == set(outcome.complete)
    assert outcome.case_low is not None
    assert outcome.case_high is not None
    assert decisions[outcome.case_low].grade == UNQUALIFIED
    assert decisions[outcome.case_high].grade == EXCELLENT
    assert WORKED.decode(outcome.case_high) == (TRUE, TRUE, TRUE, FALSE, NONE)


def test_a_range_can_be_one_grade() -> None:
    outcome, _ = worked(UNKNOWN, UNKNOWN, UNKNOWN, TRUE, NONE)
    assert (outcome.grade_high, outcome.grade_low, outcome.fired) == (UNQUALIFIED, UNQUALIFIED, ("veto_falsified",))


def test_implications_that_a_case_contradicts_say_nothing_about_it() -> None:
    outcome, _ = worked(TRUE, FALSE, UNKNOWN, FALSE, NONE)
    assert (outcome.completions, outcome.grade_high, outcome.grade_low) == (2, EXCELLENT, QUALIFIED)


def test_only_complete_cases_are_decided() -> None:
    with pytest.raises(ValueError, match="2"):
        Reasoner(WORKED).decide(WORKED.encode((TRUE, TRUE, UNKNOWN, FALSE, NONE)))


# Conditions


@QUICKLY
@given(FORMULAS)
def test_terms_mean_the_formula_and_none_is_superfluous(formula: Formula) -> None:
    policy = Policy(GRADES, ATOMS, (), (), ())
    alternatives = terms(formula)
    for proposed, *case in product(range(len(GRADES)), *[(FALSE, TRUE)] * len(ATOMS)):
        some = any(all(literal_holds(one, policy, tuple(case), proposed) for one in term) for term in alternatives)
        assert some == holds(formula, tuple(case), proposed)
    assert not any(one < other for one in alternatives for other in alternatives)
    assert list(map(len, alternatives)) == sorted(map(len, alternatives))


def test_terms_of_what_always_and_never_holds() -> None:
    assert terms(Always()) == terms(And(())) == terms(Not(Or(()))) == (frozenset(),)
    assert terms(Not(Always())) == terms(Or(())) == terms(And((Atom(0), Not(Atom(0))))) == ()
    assert (
        terms(And((ProposedIn(frozenset({0, 1})), ProposedIn(frozenset({1})), Not(ProposedIn(frozenset({1, 2}))))))
        == ()
    )


def test_terms_stand_in_an_order_of_their_own() -> None:
    either = Or((And((Atom(0), Atom(3))), Atom(10), ProposedIn(frozenset({1})), Atom(2)))
    in_order: list[set[Literal]] = [{(2, True)}, {(10, True)}, {("proposed:1", True)}, {(0, True), (3, True)}]
    assert terms(either) == tuple(frozenset(term) for term in in_order)


def wide(alternatives: int) -> Formula:
    """A formula whose normal form has 2 ** ``alternatives`` terms."""
    return And(tuple(Or((Atom(2 * index), Atom(2 * index + 1))) for index in range(alternatives)))


def test_a_rule_with_several_terms_that_hold_fires_once_by_the_shortest() -> None:
    when = Or((And((Atom(1), Not(Atom(2)))), Atom(0), And((Atom(1), Atom(2)))))
    policy = free(3, Adjustment("a", when, (1, 2, 2)))
    decision = Reasoner(policy).decide(policy.encode((TRUE, TRUE, TRUE)))
    assert [firing.literals for firing in decision.adjustments] == [((0, True),)]
    decision = Reasoner(policy).decide(policy.encode((FALSE, TRUE, TRUE)))
    assert [firing.literals for firing in decision.adjustments] == [((1, True), (2, True))]


def test_terms_stop_before_they_explode() -> None:
    assert len(terms(wide(10))) == 1_024
    with pytest.raises(TooManyTermsError):
        terms(wide(400))
    with pytest.raises(TooManyTermsError):
        terms(Or(tuple(And((Atom(index), Atom(index + 1))) for index in range(0, 4_000, 2))))


# Cases


@given(CASES)
def test_a_case_has_one_code(case: Case) -> None:
    policy = Policy(GRADES, ATOMS, ENTRIES, (), ())
    code = policy.encode(case)
    assert 0 <= code < policy.size
    assert policy.decode(code) == case


def test_the_first_symbol_is_least_significant() -> None:
    assert WORKED.size == 3**4 * 6
    assert WORKED.encode((1, 0, 0, 0, 0)) == 1
    assert WORKED.encode((0, 2, 0, 0, 1)) == 2 * 3 + 3**4
    assert sorted(map(WORKED.encode, product(*map(range, WORKED.radices)))) == list(range(WORKED.size))


def free(
    atoms: int, *rules: Proposal | Adjustment, implications: tuple[tuple[int, bool, int, bool], ...] = ()
) -> Policy:
    """A policy over three grades with these rules before "otherwise"."""
    return Policy(
        grades=("甲", "乙", "丙"),
        atoms=tuple(f"a{index}" for index in range(atoms)),
        entries=(),
        proposals=(*(rule for rule in rules if isinstance(rule, Proposal)), Proposal("其他", Always(), 1)),
        adjustments=tuple(rule for rule in rules if isinstance(rule, Adjustment)),
        implications=implications,
    )


ANY_OF_ALL = Adjustment("any", Or(tuple(Atom(index) for index in range(12))), (1, 1, 2), ("先锋",))


def test_past_1024_completions_anything_may_be() -> None:
    policy = free(12, ANY_OF_ALL)
    full = Reasoner(policy).outcome(policy.encode((UNKNOWN,) * 10 + (FALSE,) * 2))
    assert (full.completions, full.truncated, full.may_fire) == (COMPLETIONS_MAX, False, ("any",))
    over = Reasoner(policy).outcome(policy.encode((UNKNOWN,) * 11 + (FALSE,)))
    assert over == Outcome(
        2, 0, 2, 0, (), ("其他", "any"), (), ("先锋",), None, None, COMPLETIONS_MAX + 1, truncated=True
    )


def test_implications_are_followed_before_completions_are_counted() -> None:
    chain = tuple((index, True, index + 1, True) for index in range(11))
    policy = free(12, ANY_OF_ALL, implications=chain)
    assert Reasoner(policy).outcome(policy.encode((UNKNOWN,) * 12)).completions == 13
    assert Reasoner(policy).outcome(policy.encode((UNKNOWN,) * 6 + (FALSE,) + (UNKNOWN,) * 5)).completions == 6


def test_a_contradiction_is_seen_before_the_atoms_between_are_filled() -> None:
    either = ((38, True, 0, True), (38, False, 1, True))  # so 0 or 1 is true
    policy = free(39, ANY_OF_ALL, implications=either)
    assert Reasoner(policy).outcome(policy.encode((UNKNOWN,) * 39)).truncated
    assert Reasoner(policy).outcome(policy.encode((FALSE,) + (UNKNOWN,) * 38)).truncated


def test_a_complete_case_is_reasoned_once() -> None:
    reasoner = Reasoner(WORKED)
    assert reasoner.decide(0) is reasoner.decide(0)


def test_decide_all_gives_the_outcome_of_each_case_and_the_decision_of_each_completion() -> None:
    codes = [WORKED.encode((TRUE, TRUE, UNKNOWN, FALSE, NONE)), WORKED.encode((UNKNOWN, FALSE, FALSE, FALSE, NONE))]
    outcomes, decisions = decide_all(WORKED, codes)
    assert list(outcomes) == codes
    complete = [(1, 1, 0, 0, NONE), (1, 1, 1, 0, NONE), (0, 0, 0, 0, NONE)]
    assert list(decisions) == sorted(map(WORKED.encode, complete))
    assert [outcomes[code].complete for code in codes] == [
        (WORKED.encode(complete[0]), WORKED.encode(complete[1])),
        (WORKED.encode(complete[2]),),
    ]
    assert {code: decided(decision) for code, decision in decisions.items()} == {
        WORKED.encode(case): meaning(WORKED, case) for case in complete
    }


# Limits


def codes_of(policy: Policy) -> set[str]:
    return {code for code, _ in problems(policy)}


def conjunctions(count: int, atoms: int, seed: int) -> list[Formula]:
    """Conditions of one term each."""
    random = Random(seed)  # noqa: S311
    literals: list[list[Formula]] = [[Atom(index), Not(Atom(index))] for index in range(atoms)]
    return [And(tuple(random.choice(pair) for pair in random.sample(literals, 3))) for _ in range(count)]


@pytest.mark.parametrize(
    ("proposals", "adjustments"), [(46, 48), (47, 49), (48, 0), (0, 96), (100, 100), (155, 155), (511, 512)]
)
def test_as_many_rules_as_are_allowed_are_reasoned_right(proposals: int, adjustments: int) -> None:
    whens = conjunctions(proposals + adjustments, 39, 5)
    policy = free(
        39,
        *(Proposal(f"提{n}", when, n % 3) for n, when in enumerate(whens[:proposals])),
        *(Adjustment(f"调{n}", when, (n % 3, 1 + n % 2, 2)) for n, when in enumerate(whens[proposals:])),
    )
    assert problems(policy) == []
    reasoner = Reasoner(policy)
    random = Random(7)  # noqa: S311
    some = [tuple(random.choices((FALSE, TRUE), k=39)) for _ in range(20)]
    assert [decided(reasoner.decide(policy.encode(case))) for case in some] == [meaning(policy, case) for case in some]
    assert len({meaning(policy, case) for case in some}) > 1


def test_a_hundred_rules_that_all_test_something_else_can_all_fire() -> None:
    grades = tuple("甲乙丙丁戊己庚辛")
    subsets = [frozenset({0, *(grade for grade in range(1, 8) if number >> grade & 1)}) for number in range(0, 256, 2)]
    asking = tuple(Adjustment(f"调{n}", ProposedIn(some), tuple(range(8))) for n, some in enumerate(subsets[:-1]))
    policy = replace(free(1, Proposal("首", Atom(0), 0)), grades=grades, adjustments=asking)
    assert len(Reasoner(policy).decide(TRUE).fired) == 1 + 127
    assert len(Reasoner(policy).decide(FALSE).fired) == 1 + 63


def test_a_rule_of_32_terms_is_reasoned_and_one_of_33_is_refused() -> None:
    widest = free(10, Proposal("宽", wide(5), 0))
    assert problems(widest) == []
    assert Reasoner(widest).decide(widest.encode((TRUE, FALSE) * 5)).fired == ("宽",)
    assert Reasoner(widest).decide(widest.encode((TRUE, FALSE) * 4 + (FALSE, FALSE))).fired == ("其他",)
    over = free(12, Proposal("更宽", Or((wide(5), And((Atom(10), Atom(11))))), 0))
    assert problems(over) == [("policy-rule-terms", {"rule": "更宽", "terms": 33, "most": 32})]
    exploded = free(24, Proposal("爆", wide(12), 0))
    assert problems(exploded) == [
        ("policy-rule-terms", {"rule": "爆", "terms": 2_048, "most": 32}),
        ("policy-terms", {"terms": 2_049, "most": 1_024}),
    ]


def test_what_cannot_be_held_is_refused() -> None:
    many = free(39, *(Proposal(f"提{n}", when, 0) for n, when in enumerate(conjunctions(1_024, 39, 5))))
    assert problems(many) == [("policy-terms", {"terms": 1_025, "most": 1_024})]
    assert problems(free(39)) == []
    assert problems(free(40)) == [("policy-cases", {"symbols": 40, "cases": 3**40, "most": 2**63})]
    ranks = tuple(map(str, range(9)))
    subsets = [frozenset(index for index in range(9) if number >> index & 1) for number in range(1, 242)]
    asking = tuple(Adjustment(f"调{n}", ProposedIn(grades), tuple(range(9))) for n, grades in enumerate(subsets))
    assert problems(replace(free(1), grades=ranks, adjustments=asking[1:])) == []
    assert problems(replace(free(1), grades=ranks, adjustments=asking)) == [
        ("policy-symbols", {"symbols": 241, "most": 240})
    ]


@pytest.mark.parametrize(
    ("code", "policy"),
    [
        ("policy-otherwise", replace(WORKED, proposals=())),
        ("policy-otherwise", replace(WORKED, proposals=WORKED.proposals[:3])),
        ("policy-otherwise", replace(WORKED, proposals=WORKED.proposals[:1])),
        ("policy-duplicate", free(1, Proposal("其他", Atom(0), 0))),
        ("policy-malformed", free(1, Proposal("p", Atom(1), 0))),
        ("policy-malformed", free(1, Proposal("p", Atom(-1), 0))),
        ("policy-malformed", free(1, Proposal("p", Atom(0), 3))),
        ("policy-malformed", free(1, Proposal("p", Atom(0)))),
        ("policy-malformed", free(1, Proposal("p", Atom(0), entered=0))),
        ("policy-malformed", replace(WORKED, proposals=(Proposal("p", Always(), 0, 0), *WORKED.proposals))),
        ("policy-malformed", free(1, Proposal("p", ProposedIn(frozenset({0})), 0))),
        ("policy-malformed", free(1, Adjustment("a", Atom(0), (0, 1)))),
        ("policy-malformed", free(1, Adjustment("a", Atom(0), (0, 1, 3)))),
        ("policy-malformed", free(1, Adjustment("a", ProposedIn(frozenset({3})), (0, 1, 2)))),
        ("policy-raises", free(1, Adjustment("a", Atom(0), (0, 0, 2)))),
    ],
)
def test_a_policy_that_means_nothing_is_refused(code: str, policy: Policy) -> None:
    assert codes_of(policy) == {code}
    with pytest.raises(ValueError, match=code):
        Reasoner(policy)


def test_a_raise_names_both_grades() -> None:
    raising = free(1, Adjustment("提高", Atom(0), (0, 0, 2)))
    assert problems(raising) == [("policy-raises", {"rule": "提高", "grade": "乙", "limit": "甲"})]


# The library


def test_an_error_in_an_action_comes_out_and_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    reasoner = Reasoner(free(1, Adjustment("a", ProposedIn(frozenset({1})), (0, 2, 2))))
    calls = []

    def interrupt(symbol: str) -> frozenset[int]:
        calls.append(symbol)
        if len(calls) == 2:  # the first call prepares the case, the second is in the action that proposes
            raise KeyboardInterrupt
        return indexes(symbol)

    with monkeypatch.context() as patch:
        patch.setattr("engine.policy.chaining.indexes", interrupt)
        with pytest.raises(KeyboardInterrupt):
            reasoner.decide(FALSE)
    assert reasoner.decide(FALSE).grade == 2


def test_an_action_that_the_library_drops_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    reasoner = Reasoner(free(1, Adjustment("a", Atom(0), (1, 2, 2))))
    clock = iter(range(0, 10_000, 60))
    with monkeypatch.context() as patch:
        patch.setattr("durable.engine._unix_now", lambda: next(clock))
        with pytest.raises(RuntimeError, match="before the decision"):
            reasoner.decide(1)
    assert reasoner.decide(1).grade == 2


MANY_CASES = """
import sys
from hashlib import sha256
from tests.memory import peak
from tests.test_policy import Adjustment, Proposal, Reasoner, conjunctions, free
whens = conjunctions(10, 13, 3)
policy = free(
    13,
    *(Proposal(f"提{n}", when, n % 3) for n, when in enumerate(whens[:5])),
    *(Adjustment(f"调{n}", when, (n % 3, 1 + n % 2, 2)) for n, when in enumerate(whens[5:])),
)
reasoner = Reasoner(policy)
codes = [sum((number >> place & 1) * 3**place for place in range(13)) for number in range(5_000)]
decisions = [reasoner.decide(code) for code in codes[:500]]
print(sha256(repr(decisions).encode()).hexdigest(), len(set(decisions)))
before = peak()
decisions += [reasoner.decide(code) for code in codes[500:int(sys.argv[1])]]
print(len(decisions), peak() - before)
"""


def test_thousands_of_cases_are_decided_alike_in_every_process_and_take_little_memory() -> None:
    def decide(count: int, seed: str) -> list[str]:
        command, root = [sys.executable, "-c", MANY_CASES, str(count)], Path(__file__).parents[1]
        run = subprocess.run(  # noqa: S603
            command, cwd=root, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        return run.stdout.split()

    digest, distinct, count, growth = decide(5_000, "0")
    assert decide(500, "1")[:2] == [digest, distinct]
    assert int(distinct) > 10
    assert int(count) == 5_000
    assert int(growth) < 16 << 20  # sessions that are kept would take hundreds of megabytes
