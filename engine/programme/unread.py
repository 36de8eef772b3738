"""What could not be understood, and the problems that only follow from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.diagnostic import Diagnostic

_ABOUT_THE_WHOLE = frozenset(
    {
        *("points_total", "last_proposal_conditional", "proposal_unconditional", "good_without_criteria"),
        *("policy-otherwise", "grades_and_policy"),
    },
)
"""Problems that may only mean that an entry is missing."""

_ABOUT_NAMES = frozenset({"unknown_name", "unknown_result", "unknown_clause", "unknown_decision"})
"""Problems that may only mean that the file which declares a name could not be read."""


class Unread:
    """What could not be understood of a programme.

    Attributes:
        names: the names that files may declare which could not be understood.
        lost: of each file that was, the names of the entries left out.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.lost: dict[str, frozenset[str]] = {}

    def told(self, problems: Iterable[Diagnostic], file: str) -> list[Diagnostic]:
        """The problems of a file that do not only follow from an entry or a file that could not be understood."""
        lost = frozenset(name for names in self.lost.values() for name in names)
        incomplete = self.lost[file]
        return [
            problem
            for problem in problems
            if problem.values.get("name") not in lost
            and lost.isdisjoint(_beside(problem))
            and not (problem.code in _ABOUT_NAMES and _first(problem.values["name"]) in self.names)
            and not (incomplete and problem.code in _ABOUT_THE_WHOLE)
        ]


def _beside(problem: Diagnostic) -> tuple[str, ...]:
    """Unknown names that stand beside one: were they known, it might be a choice of theirs."""
    names = problem.values.get("beside", ())
    return names if isinstance(names, tuple) else ()


def _first(name: object) -> str:
    """The part of a name that is declared: a fact, a rulebook."""
    return str(name).removeprefix("this.").split(".")[0]
