"""What is wrong with the user's input: where, which problem, and the values that its message needs.

A diagnostic carries no sentence. Its ``code`` names an entry of the message catalogue (``engine.messages``), which
has the sentence and the advice in every language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file: ``rules.yaml:12:5``, ``village.csv:17:D`` or ``district.xlsx[village]!D17``.

    Lines and columns count from 1; a column is a number in text and letters in a table.
    """

    file: str
    line: int | None = None
    column: int | str | None = None
    sheet: str | None = None

    def __str__(self) -> str:
        """Write the place the way editors and spreadsheets write it."""
        if self.sheet is not None:
            cell = f"{self.column or ''}{self.line or ''}"
            return f"{self.file}[{self.sheet}]" + (f"!{cell}" if cell else "")
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem.

    Attributes:
        code: a key of the message catalogue.
        place: where the problem is.
        values: what the message says about it (names, numbers, the user's own text).
        near: names that the user may have meant, best first.
        severity: an error stops the work, a warning is shown.
    """

    code: str
    place: Place
    values: Mapping[str, object] = field(default_factory=dict)
    near: tuple[str, ...] = ()
    severity: Severity = "error"


class InvalidInputError(Exception):
    """The user's input cannot be used; ``diagnostics`` says everything that is wrong with it."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(f"{d.place}: {d.code} {dict(d.values)}" for d in self.diagnostics))


class InvalidRulesError(InvalidInputError):
    """A programme, rulebook or clause registry is invalid."""


class InvalidFactsError(InvalidInputError):
    """A table of facts is invalid."""


def near(name: str, names: Iterable[str], *, n: int = 1) -> tuple[str, ...]:
    """The names most like ``name``, best first, for "did you mean"."""
    written = name.casefold()
    by_folded = {candidate.casefold(): candidate for candidate in names}
    alike = get_close_matches(written, by_folded, n=n + len(_OPPOSITES), cutoff=0.6)
    return tuple(by_folded[match] for match in alike if not _opposite(written, match))[:n]


_OPPOSITES = ("un", "in", "not_", "no_", "non_", "不", "非", "未")


def _opposite(one: str, other: str) -> bool:
    """Whether one name says the contrary of another: it must not be taken for it."""
    return any(one == f"{sign}{other}" or other == f"{sign}{one}" for sign in _OPPOSITES)
