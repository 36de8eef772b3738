"""What a verification finds, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.diagnostic import Diagnostic

Fault: TypeAlias = Literal["value", "missing", "extra", "twice", "order", "type"]


@dataclass(frozen=True, slots=True)
class FileFault:
    """A file of the run that is not what the manifest lists."""

    file: str
    fault: Literal["missing", "extra", "changed", "unreadable"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where what is stored is not what is recomputed.

    Attributes:
        unit: the id of the unit, or the code of the case; None where the difference concerns no row.
        column: the column; of JSON the path to the value.
        stored: what the run says; None for nothing.
        recomputed: what follows from the run's own facts and rules.
        cell: of a fact: where the original has it.
        fault: what is wrong when it is no value: a row or column too many or too few, rows out of order, another type.
    """

    unit: str | None
    column: str | None
    stored: object
    recomputed: object
    cell: str | None = None
    fault: Fault = "value"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A part of the run, compared with what was recomputed.

    Attributes:
        file: the part.
        rows: how many rows were compared.
        values: how many values were compared.
        count: how many differences there are.
        columns: how many of them lie in each column, the column that matters most first.
        first: the first of them.
    """

    file: str
    rows: int
    values: int
    count: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    first: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    """A step that could not be done, and why: reading the rules or the facts again, or rating."""

    step: Literal["rules", "facts", "rating"]
    reasons: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """What recomputing a run found.

    Attributes:
        folder: the run.
        manifest: the SHA-256 of its manifest, on which all other digests hang.
        year: the year rated.
        final: the evidence was closed.
        hypothetical: the run is of a what-if: some of its facts are supposed.
        files: how many files the manifest lists.
        units: how many units were rated again.
        values: how many values were compared.
        versions: what was of another version when the run was written: then and now.
        faults: files that are not what the manifest lists.
        comparisons: every part that was compared, those with the worst differences first.
        undone: what could not be done.
    """

    folder: str
    manifest: str
    year: int
    final: bool
    hypothetical: bool
    files: int
    units: int
    values: int
    versions: Mapping[str, tuple[str | None, str | None]]
    faults: tuple[FileFault, ...]
    comparisons: tuple[Comparison, ...]
    undone: tuple[Undone, ...]

    @property
    def differing(self) -> tuple[Comparison, ...]:
        """The parts that differ, the worst first."""
        return tuple(item for item in self.comparisons if item.count)

    @property
    def holds(self) -> bool:
        """Everything was recomputed, and nothing differs."""
        return not (self.faults or self.differing or self.undone)

    def as_data(self) -> dict[str, Any]:
        """The whole of it as plain data."""
        return {"holds": self.holds, **asdict(self)}
