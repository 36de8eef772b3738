"""Read the files of rule tests: every case with its units and what it expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import yaml_text
from engine.diagnostic import Diagnostic, InvalidRulesError, near
from engine.programme import tables
from engine.programme.files import validate
from engine.testing.expected import RESULTS, Expectation, ExpectReader
from engine.testing.naming import Vocabulary
from engine.testing.said import NOTHING, TestFile
from engine.testing.units import Unit, UnitReader, Written, links_of, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from engine.programme import Programme
    from engine.programme.rules import Rules
    from engine.testing.said import Case as SaidCase
    from engine.yaml_text import Source

PATTERN = "test_*.yaml"
UNITS_MAX = 10_000
"""Units of one case: more than any township or county has."""


@dataclass(frozen=True)
class Case:
    """One case.

    Attributes:
        name: what it shows; of a row of a table also the facts of the row.
        place: where it stands.
        year: the year it is rated in.
        final: the evidence is closed.
        unit: the unit with what lies below it.
        expected: what it expects.
        others: the units beside which it is selected or not, each with how many of them there are.
    """

    name: str
    place: str
    year: int
    final: bool
    unit: Unit
    expected: tuple[Expectation, ...]
    others: tuple[tuple[int, Unit], ...] = ()


@dataclass(frozen=True)
class File:
    """A file of rule tests.

    Attributes:
        path: where it is.
        name: its name in messages.
        programme: the programme beside whose rulebooks it stands.
        book: the rulebook that it tests.
        cases: its cases, a case with a table once for each row.
        base: the unit that cases start from.
        year: the year of cases that name none.
        warnings: what the author should see although nothing is wrong.
    """

    path: Path
    name: str
    programme: Programme
    book: Rules
    cases: tuple[Case, ...]
    base: Unit
    year: int
    warnings: tuple[Diagnostic, ...]


def read_files(programmes: Iterable[Programme]) -> tuple[File, ...]:
    """All files of rule tests beside the rulebooks of programmes.

    Raises:
        InvalidRulesError: with everything that is wrong in any of them.
    """
    files: list[File] = []
    problems: list[Diagnostic] = []
    for programme in programmes:
        for path in sorted(programme.folder.glob(PATTERN)):
            try:
                files.append(read_file(path, programme))
            except InvalidRulesError as error:
                problems += error.diagnostics
    if problems:
        raise InvalidRulesError(problems)
    return tuple(files)


def read_file(path: Path, programme: Programme) -> File:
    """One file of rule tests.

    Raises:
        InvalidRulesError: with everything that is wrong in it.
    """
    source = yaml_text.read(path, f"{path.resolve().parent.name}/{path.name}")
    reading = validate(TestFile, source)
    problems = list(reading.problems)
    if reading.model is None:
        raise InvalidRulesError(problems)
    books = {book.id: book for book in programme.rulebooks}
    book = books.get(reading.model.rulebook)
    if book is None:
        name = reading.model.rulebook
        values = {"name": name, "rulebooks": ", ".join(books)}
        problems.append(Diagnostic("test_unknown_rulebook", source.place("rulebook"), values, near(name, books)))
        raise InvalidRulesError(problems)
    reader = _Reader(source, reading.model, book, programme)
    cases = tuple(reader.cases())
    base = reader.units.base(None, source.place("base"))
    problems += reader.problems
    if problems:
        told = {(item.code, str(item.place), str(item.values)): item for item in problems}
        raise InvalidRulesError(told.values())
    return File(path, source.file, programme, book, cases, base, reading.model.year, tuple(reader.warnings))


class _Reader:
    def __init__(self, source: Source, file: TestFile, book: Rules, programme: Programme) -> None:
        self.source = source
        self.file = file
        self.problems: list[Diagnostic] = []
        self.warnings: list[Diagnostic] = []
        schema = tables([programme], states=True)
        vocabulary = Vocabulary.of(book, schema)
        self.units = UnitReader(source, file, book.kind, vocabulary, programme.parents, links_of(schema), self.problems)
        self.expects = ExpectReader(source, vocabulary, self.problems)

    def cases(self) -> Iterator[Case]:
        names: dict[str, int | None] = {}
        for at, said in enumerate(self.file.cases):
            place = self.source.place("cases", at, "name")
            if (first := names.setdefault(said.name, place.line)) != place.line:
                values = {"id": said.name, "first": first}
                self.problems.append(Diagnostic("duplicate_id", place, values))
            start = self.units.base(said.base, self.source.place("cases", at, "base"))
            unit = self.units.changed(start, said.facts, said.units, ("cases", at), said.no_table)
            beside = [self.units.other(start, item, ("cases", at, "others", n)) for n, item in enumerate(said.others)]
            others = tuple((times, other) for times, other in beside if times)
            expected = self.expects.of_case(at, said)
            if said.table is None:
                yield self.case(at, said, said.name, unit, expected, others)
            else:
                yield from self.rows(at, said, unit, expected, others)

    def case(
        self,
        at: int,
        said: SaidCase,
        name: str,
        unit: Unit,
        expected: list[Expectation],
        others: tuple[tuple[int, Unit], ...],
        row: int = -1,
    ) -> Case:
        place = self.source.place("cases", at, *(("table", "rows", row) if row >= 0 else ("name",)))
        if (count := size(unit) + sum(times * size(other) for times, other in others)) > UNITS_MAX:
            values = {"count": count, "limit": UNITS_MAX}
            self.problems.append(Diagnostic("test_too_many_units", place, values))
        if not any(item.aspect not in RESULTS for item in expected):
            self.warnings.append(Diagnostic("test_no_reason", place, {"name": name}, severity="warning"))
        year = self.file.year if said.year is None else said.year
        return Case(name, str(place), year, said.final, unit, tuple(expected), others)

    def rows(
        self,
        at: int,
        said: SaidCase,
        unit: Unit,
        expected: list[Expectation],
        others: tuple[tuple[int, Unit], ...],
    ) -> Iterator[Case]:
        table = said.table
        assert table is not None  # noqa: S101 - the caller has looked
        path = ("cases", at, "table")
        heads = [self.source.place(*path, "facts", number) for number in range(len(table.facts))]
        facts = [self.units.fact(unit, name, place) for name, place in zip(table.facts, heads, strict=True)]
        columns = [
            self.expects.column(name, self.source.place(*path, "expect", number))
            for number, name in enumerate(table.expect)
        ]
        for number, row in enumerate(table.rows):
            place = self.source.place(*path, "rows", number)
            if len(row) != len(facts) + len(columns):
                values = {"count": len(row), "expected": len(facts) + len(columns)}
                self.problems.append(Diagnostic("test_row_length", place, values))
                continue
            own, told = unit, []
            for column, (fact, cell) in enumerate(zip(facts, row[: len(facts)], strict=True)):
                written = Written(
                    cell if isinstance(cell, str) else ", ".join(cell), self.source.place(*path, "rows", number, column)
                )
                if fact is not None and written.text != NOTHING:
                    own = own.with_fact(*fact, written)
                    told.append(f"{table.facts[column]} {written.text}")
            wanted = [
                item
                for column, (head, cell) in enumerate(zip(columns, row[len(facts) :], strict=True), start=len(facts))
                for item in self.expects.read(head, cell, (*path, "rows", number, column))
            ]
            replaced = {(item.aspect, item.name) for item in wanted}
            rest = [item for item in expected if (item.aspect, item.name) not in replaced]
            name = f"{said.name} · {', '.join(told) or number + 1}"
            yield self.case(at, said, name, own, [*rest, *wanted], others, number)
