"""What checking a rulebook finds: results for each property, and findings with their witnesses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.diagnostic import Diagnostic
    from engine.programme.rules import Rules

NONE = "–"
"""What a message shows where it would name things and there are none."""

Verdict = Literal["proved", "witness", "undecided"]
"""How something is known: for all units; by a unit that shows it; not at all."""


Answer = Literal["yes", "no", "unknown", "not_applicable"]
"""What is found of a criterion."""


@dataclass(frozen=True)
class Trace:
    """A hypothetical unit and what the real rating makes of it.

    Attributes:
        facts: those that differ from the unit's neighbour, and what it gathers from below that does.
        grade: its grade, or its range of grades.
        points: its score, as a range.
        rules: the policy rules that fired.
        titles: the titles won.
        answers: the criteria that are answered otherwise than its neighbour's.
    """

    facts: Mapping[str, object]
    grade: tuple[str, str]
    points: tuple[float, float]
    rules: tuple[str, ...]
    titles: tuple[str, ...]
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class Witness:
    """Units that show a finding: before and after a change, or a usual unit and the one that is meant."""

    before: Trace
    after: Trace


@dataclass(frozen=True)
class Finding:
    """Something that a rule author should look at.

    Attributes:
        diagnostic: the code, the place and what the message needs.
        verdict: how it is known.
        year: the first year in which it holds.
        witness: units that show it, where that is how it is known.
    """

    diagnostic: Diagnostic
    verdict: Verdict
    year: int
    witness: Witness | None = None


@dataclass(frozen=True)
class Result:
    """What was found of one property of a rulebook.

    Attributes:
        name: the property.
        count: of how many things it was asked: grades, criteria, rules ….
        proved: of how many it holds by proof.
        witnessed: of how many it holds because a unit shows it.
        findings: where it does not hold, or is undecided.
    """

    name: str
    count: int
    proved: int = 0
    witnessed: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def undecided(self) -> int:
        """Of how many it is not known."""
        return sum(finding.verdict == "undecided" for finding in self.findings)


@dataclass(frozen=True)
class BookReport:
    """What was found of a rulebook, in the years that differ."""

    book: Rules
    years: tuple[int, ...]
    results: tuple[Result, ...] = field(default=())

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order of the file."""
        found = [finding for result in self.results for finding in result.findings]
        return tuple(sorted(found, key=lambda item: (item.diagnostic.place.line or 0, item.diagnostic.code)))
