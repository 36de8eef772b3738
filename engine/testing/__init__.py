"""Rule tests: cases beside the rulebooks, what they expect, and what they leave unseen.

A file `test_….yaml` names a rulebook and gives cases. All cases of a file are rated at once, by the one way that
everything is rated; then each expectation is compared with what the rating says.

    from engine.testing import cases, run

    report = run(load(["rules/pioneer"]))
    report.failed
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, InvalidRulesError, Place, near
from engine.programme import load
from engine.testing.cases import File, read_files
from engine.testing.coverage import Coverage, cover, items_of
from engine.testing.results import Result, run_cases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.programme import Programme
    from engine.programme.rules import Rules

__all__ = ["Report", "TestedCase", "cases", "run"]


@dataclass(frozen=True)
class FileResults:
    """A file of rule tests, run."""

    file: File
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Report:
    """The rule tests of some programmes, run.

    Attributes:
        files: the files with their results.
        untested: the rulebooks that no file tests.
    """

    files: tuple[FileResults, ...]
    untested: tuple[Rules, ...]

    @property
    def count(self) -> int:
        """How many cases were run."""
        return sum(len(item.results) for item in self.files)

    @property
    def failed(self) -> list[Result]:
        """The cases that are not as expected."""
        return [result for item in self.files for result in item.results if not result.passed]

    @property
    def warnings(self) -> list[Diagnostic]:
        """What the authors of the tests should see although nothing is wrong."""
        run_ = {result.case.place for item in self.files for result in item.results}
        return [told for item in self.files for told in item.file.warnings if str(told.place) in run_]

    @cached_property
    def coverage(self) -> tuple[Coverage, ...]:
        """What the cases show of each rulebook that is tested."""
        found = []
        for files in self.by_book():
            first = files[0].file
            items = items_of(first.programme, first.book, first.year)
            found.append(cover(items, first.book, [result.unit for item in files for result in item.results]))
        return tuple(found)

    def by_book(self) -> list[list[FileResults]]:
        """The files that test each rulebook."""
        found: dict[str, list[FileResults]] = {}
        for item in self.files:
            found.setdefault(item.file.book.id, []).append(item)
        return [*found.values()]


def run(programmes: Sequence[Programme], name: str = "") -> Report:
    """Run the rule tests beside the rulebooks of programmes.

    Args:
        programmes: the programmes.
        name: only cases whose name holds this.

    Raises:
        InvalidRulesError: a file of tests cannot be understood, or no case has such a name.
    """
    files = read_files(programmes)
    results: list[FileResults] = []
    problems: list[Diagnostic] = []
    for file in files:
        try:
            results.append(FileResults(file, tuple(run_cases(file, lambda case: name in case.name))))
        except InvalidRulesError as error:
            problems += error.diagnostics
    if problems:
        raise InvalidRulesError(problems)
    tested = {file.book.id for file in files}
    books = (book for programme in programmes for book in programme.rulebooks)
    untested = (book for book in books if book.id not in tested and _says_something(book))
    report = Report(tuple(results), tuple(untested))
    if not report.count:
        names = [case.name for file in files for case in file.cases]
        place = Place(", ".join(str(programme.folder) for programme in programmes))
        raise InvalidRulesError([Diagnostic("test_none_found", place, {"name": name}, near(name, names))])
    return report


# For pytest


class TestedCase:
    """One case, for pytest: `check` fails when it is not as expected."""

    __test__ = False  # no test class of pytest's

    def __init__(self, file: _Once, at: int) -> None:
        self._file = file
        self._at = at
        self.name = file.file.cases[at].name

    def __repr__(self) -> str:
        return f"{self._file.file.book.id}: {self.name}"

    def check(self) -> None:
        """Rate the case, with all others of its file the first time, and compare.

        Raises:
            AssertionError: with what differs, and why.
        """
        from engine.testing.view import difference_lines  # noqa: PLC0415 - which reads reports

        result = self._file.results[self._at]
        if not result.passed:
            raise AssertionError("\n".join([result.case.place, *difference_lines(result)]))


class _Once:
    """A file whose cases are rated when the first is asked for."""

    def __init__(self, file: File) -> None:
        self.file = file

    @cached_property
    def results(self) -> list[Result]:
        return run_cases(self.file)


def cases(*folders: str | Path) -> list[TestedCase]:
    """Every case of the rule tests in programmes, for `pytest.mark.parametrize`.

    Args:
        folders: programmes, or folders of some; those that come with wuhao without any.

    Raises:
        InvalidRulesError: a rulebook or a file of tests cannot be understood.
    """
    files = [_Once(file) for file in read_files(load([Path(folder) for folder in folders]))]
    return [TestedCase(file, at) for file in files for at in range(len(file.file.cases))]


def _says_something(book: Rules) -> bool:
    """Whether there is anything to test: a register may only declare facts."""
    return book.rated or bool(book.measures or book.goods or book.checks or book.lifecycles)
