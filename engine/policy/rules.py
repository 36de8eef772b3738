"""A policy as the engine reasons about it: rules over symbols, and the cases they tell apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, TypeAlias

from engine.policy.formula import Always, TooManyTermsError, entered, indexes, terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.policy.formula import Formula, Term

FALSE, TRUE, UNKNOWN = range(3)

CASES_MAX = 2**63
"""The codes of cases are a column of Int64."""
RULE_TERMS_MAX = 32
POLICY_TERMS_MAX = 1_024
"""A quarter of what durable-rules holds; a case then takes about 10 ms."""
SYMBOLS_MAX = 240
"""durable-rules holds 254 properties of a fact."""

Case: TypeAlias = "tuple[int, ...]"
"""A symbol for each atom (``FALSE``, ``TRUE``, ``UNKNOWN``), then for each entry (a grade; none entered; unknown)."""

Problem: TypeAlias = "tuple[str, dict[str, object]]"
"""A code, and what its message needs."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Proposes ``grade``, or the grade in the entry ``entered`` (then it holds only if one is entered).

    Grades are indexes into the grades of the policy, best first.
    """

    id: str
    when: Formula
    grade: int | None = None
    entered: int | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms under which it holds."""
        entry: Term = frozenset() if self.entered is None else frozenset({(entered(self.entered), True)})
        return tuple(term | entry for term in terms(self.when))


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Limits a proposed grade ``g`` to ``limits[g]``, and withholds titles."""

    id: str
    when: Formula
    limits: tuple[int, ...]
    withholds: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms under which it holds."""
        return terms(self.when)


@dataclass(frozen=True, slots=True)
class Policy:
    """The first proposal that holds proposes a grade; every adjustment that holds limits it.

    Attributes:
        grades: best first.
        atoms: what each atom asks.
        entries: the facts in which grades are entered.
        proposals: the last one always holds, and has a grade.
        adjustments: their order has no meaning.
        implications: ``(a, x, b, y)``: when atom ``a`` has truth ``x``, atom ``b`` has truth ``y``.
        obligatory: the entries in which a grade must be entered: unknown, they are one of the grades.
    """

    grades: tuple[str, ...]
    atoms: tuple[str, ...]
    entries: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    adjustments: tuple[Adjustment, ...]
    implications: tuple[tuple[int, bool, int, bool], ...] = ()
    obligatory: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[Proposal | Adjustment, ...]:
        """All rules in order of declaration."""
        return (*self.proposals, *self.adjustments)

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles that can be withheld."""
        return tuple(dict.fromkeys(title for rule in self.adjustments for title in rule.withholds))

    @property
    def radices(self) -> tuple[int, ...]:
        """How many values each symbol of a case has; the last of them is "unknown"."""
        return (UNKNOWN + 1,) * len(self.atoms) + (len(self.grades) + 2,) * len(self.entries)

    @property
    def size(self) -> int:
        """How many cases there are; their codes are 0 to ``size`` - 1."""
        return prod(self.radices)

    def encode(self, case: Case) -> int:
        """The code of a case: mixed radix, the first symbol least significant."""
        code = 0
        for symbol, radix in zip(reversed(case), reversed(self.radices), strict=True):
            code = code * radix + symbol
        return code

    def decode(self, code: int) -> Case:
        """The case that has this code."""
        case = []
        for radix in self.radices:
            code, symbol = divmod(code, radix)
            case.append(symbol)
        return tuple(case)

    def unknown(self, case: Case) -> list[int]:
        """The places in a case whose symbol is unknown."""
        return [i for i, (symbol, radix) in enumerate(zip(case, self.radices, strict=True)) if symbol == radix - 1]


def problems(policy: Policy) -> list[Problem]:
    """What keeps a policy from being reasoned.

    - ``policy-otherwise``: the last proposal has a condition, or no grade.
    - ``policy-duplicate`` (``rule``): two rules share an id.
    - ``policy-malformed`` (``rule``): it names an atom, entry or grade that is not there, or a proposal asks for the
      proposed grade.
    - ``policy-raises`` (``rule``, ``grade``, ``limit``): an adjustment raises a grade.
    - ``policy-rule-terms`` (``rule``, ``terms``, ``most``): its condition has too many alternatives.
    - ``policy-terms`` (``terms``, ``most``): the conditions have too many alternatives together.
    - ``policy-symbols`` (``symbols``, ``most``): the conditions test too many symbols.
    - ``policy-cases`` (``symbols``, ``cases``, ``most``): the code of a case does not fit in 64 bits.
    """
    found: list[Problem] = []
    if not policy.proposals or policy.proposals[-1].when != Always() or policy.proposals[-1].grade is None:
        found.append(("policy-otherwise", {}))
    uses = Counter(rule.id for rule in policy.rules)
    found += [("policy-duplicate", {"rule": rule}) for rule, count in uses.items() if count > 1]
    total, tested = 0, set[int | str]()
    for rule in policy.rules:
        try:
            alternatives = rule.terms
            count = len(alternatives)
        except TooManyTermsError as error:
            alternatives, count = (), error.count
        if count > RULE_TERMS_MAX:
            found.append(("policy-rule-terms", {"rule": rule.id, "terms": count, "most": RULE_TERMS_MAX}))
        symbols = {symbol for term in alternatives for symbol, _ in term}
        found += _misfits(policy, rule, symbols)
        total += count
        tested |= symbols
    if total > POLICY_TERMS_MAX:
        found.append(("policy-terms", {"terms": total, "most": POLICY_TERMS_MAX}))
    if len(tested) > SYMBOLS_MAX:
        found.append(("policy-symbols", {"symbols": len(tested), "most": SYMBOLS_MAX}))
    if policy.size > CASES_MAX:
        found.append(("policy-cases", {"symbols": len(policy.radices), "cases": policy.size, "most": CASES_MAX}))
    return found


def _misfits(policy: Policy, rule: Proposal | Adjustment, symbols: set[int | str]) -> Iterator[Problem]:
    """What in a rule does not fit its policy."""
    grades = set(range(len(policy.grades)))
    asked = {symbol for symbol in symbols if isinstance(symbol, str)}
    fits = symbols - asked <= set(range(len(policy.atoms)))
    if isinstance(rule, Proposal):
        entries = range(len(policy.entries))
        fits &= (rule.entered in entries and rule.grade is None) or (rule.grade in grades and rule.entered is None)
        fits &= not any(symbol.startswith("proposed:") for symbol in asked)
    else:
        fits &= all(indexes(symbol) <= grades for symbol in asked)
        fits &= len(rule.limits) == len(grades) and set(rule.limits) <= grades
    if not fits:
        yield "policy-malformed", {"rule": rule.id}
        return
    for grade, limit in enumerate(rule.limits if isinstance(rule, Adjustment) else ()):
        if limit < grade:
            yield "policy-raises", {"rule": rule.id, "grade": policy.grades[grade], "limit": policy.grades[limit]}
