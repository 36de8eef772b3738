"""What an explanation says of targets: how far each has come, and what is missing to what is due."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf
from typing import TYPE_CHECKING, Any

from engine.explanation.model import Due, Target
from engine.numbers import exact, write, write_missing

if TYPE_CHECKING:
    from engine.explanation.model import Piece, Text
    from engine.explanation.reader import Reader

Data = dict[str, Any]
_TOLERANCE = Fraction(1, 10**12)
"""What comparisons allow (docs/meaning.md)."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """So many of so many: both ends of the first, the second (None: of itself), and what is counted."""

    low: Fraction
    high: Fraction
    total: Fraction | None
    of: Text | None


class TargetReader:
    """The targets of one unit."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.tests = reader.tests

    def all(self) -> tuple[Target, ...]:
        """Every target of the unit."""
        return tuple(self.target(item) for item in self.reader.book.get("targets", ()))

    def target(self, item: Data) -> Target:
        """One target with its numbers."""
        reader = self.reader
        counted = self.counted(item["counts"])
        return Target(
            item["id"],
            item["label"],
            reader.rating[item["id"]] or "unknown",
            self.value(item, counted),
            self.started(item),
            tuple(self.due(item, at, counted) for at in self.told(item)),
            reader.sources([item]),
            reader.clauses(item["cite"]),
            reader.decisions(item["open"]),
        )

    def value(self, item: Data, counted: _Counted | None) -> tuple[Piece, ...]:
        """The value: `15 / 42 = 35.71%`, or a number alone."""
        operand = self.tests.chosen(item["value"])
        now = self.limit(item, item["due"]) if item["due"] else None
        result = self.tests.result(operand, now)
        if counted is None or counted.total is None:
            return (result,)
        reached = write(float(counted.low), "")
        if counted.low != counted.high:
            reached = f"{reached}–{write(float(counted.high), '')}"
        return (f"{reached} / {write(float(counted.total), '')} = ", result)

    @staticmethod
    def started(item: Data) -> tuple[int, str] | None:
        """The year and the value of the baseline."""
        return (item["baseline"][0], item["baseline"][1]["constant"]) if item["baseline"] else None

    @staticmethod
    def told(item: Data) -> list[int]:
        """What is told of what is due: what was due last, what will be next, and the deadline; by place."""
        years = [year for year, _ in item["by"]]
        now = years.index(item["due"]) if item["due"] else -1
        return sorted({at for at in (now, now + 1, len(years) - 1) if 0 <= at < len(years)})

    @staticmethod
    def limit(item: Data, year: int) -> Fraction:
        """What is due by the end of a year."""
        return Fraction(next(constant["exact"] for due, constant in item["by"] if due == year))

    def due(self, item: Data, at: int, counted: _Counted | None) -> Due:
        """What is due by the end of a year, and what is missing to it."""
        year, constant = item["by"][at]
        limit = Fraction(constant["exact"])
        low, high = self.tests.ends(self.tests.chosen(item["value"])["value"])
        slack = _TOLERANCE * max(Fraction(1), abs(limit))
        holds = (
            True
            if low != -inf and exact(low) >= limit - slack
            else False
            if high != inf and exact(high) < limit - slack
            else None
        )
        needed = missing = None
        if counted is not None:
            units = ceil(limit * (counted.total if counted.total is not None else 1))
            needed = write(units, "") if counted.total is not None else None
            lacks = (units - counted.high, units - counted.low)
            missing = "–".join(dict.fromkeys(write(ceil(end), "") for end in lacks)) if holds is False else None
        elif holds is False and low != -inf:
            missing = write_missing(limit - exact(high), item["value"]["unit"])
        return Due(
            year,
            constant["constant"],
            holds,
            (item["due"] or 0) >= year,
            at == len(item["by"]) - 1,
            needed,
            write(float(counted.total), "") if counted and counted.total is not None else None,
            missing,
            counted.of if counted else None,
        )

    def counted(self, counts: Data | None) -> _Counted | None:
        """The numbers behind a value that counts; None where they are not known."""
        reader = self.reader
        if counts is None:
            return None
        if "given" in counts:
            return self.counted(counts["then" if self.tests.has_table(counts["given"]) else "else"])
        if "units" in counts:
            total = reader.measures.get(f"{counts['column']}_of")
            if not total:
                return None
            low, high = reader.measured(counts["column"])
            kind: Text = reader.run.rules["kinds"][counts["units"]]
            return _Counted(Fraction(round(low * total)), Fraction(round(high * total)), Fraction(int(total)), kind)
        ends = [self.whole(operand) for operand in (counts["top"], counts["bottom"]) if operand]
        if None in ends:
            return None
        top, *bottom = (end for end in ends if end is not None)
        if bottom and (bottom[0][0] != bottom[0][1] or not bottom[0][0]):
            return None
        return _Counted(*top, bottom[0][0] if bottom else None, self.counting(counts["of"]))

    def counting(self, of: Data | None) -> Text | None:
        """What is counted: a fact or measure by its label, or lower units."""
        if of and "given" in of:
            return self.counting(of["then" if self.tests.has_table(of["given"]) else "else"])
        return self.reader.run.rules["kinds"][of["kind"]] if of and "kind" in of else of

    def whole(self, operand: Data) -> tuple[Fraction, Fraction] | None:
        """A count as its range; None where it is open."""
        value = self.tests.chosen(operand)["value"]
        if "exact" in value:
            return Fraction(value["exact"]), Fraction(value["exact"])
        if not self.tests.is_stored(value):
            return None
        low, high = self.tests.ends(value)
        return None if inf in {-low, high} else (exact(low), exact(high))
