"""The policy of a rulebook: distinct cases are reasoned to decisions, each once."""

from __future__ import annotations

from engine.policy.chaining import Decision, Firing
from engine.policy.formula import (
    Always,
    And,
    Atom,
    Formula,
    Literal,
    Not,
    Or,
    ProposedIn,
    Term,
    TooManyTermsError,
    indexes,
    terms,
)
from engine.policy.reasoning import COMPLETIONS_MAX, Outcome, Reasoner, decide_all
from engine.policy.rules import FALSE, TRUE, UNKNOWN, Adjustment, Case, Policy, Problem, Proposal, problems

__all__ = [
    "COMPLETIONS_MAX",
    "FALSE",
    "TRUE",
    "UNKNOWN",
    "Adjustment",
    "Always",
    "And",
    "Atom",
    "Case",
    "Decision",
    "Firing",
    "Formula",
    "Literal",
    "Not",
    "Or",
    "Outcome",
    "Policy",
    "Problem",
    "Proposal",
    "ProposedIn",
    "Reasoner",
    "Term",
    "TooManyTermsError",
    "decide_all",
    "indexes",
    "problems",
    "terms",
]
