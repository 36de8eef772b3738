"""Check the rulebooks of a programme, each when what it asks of others is known."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, near
from engine.programme import checker, ordering
from engine.programme.assessed import declared
from engine.programme.lifecycles import state_columns
from engine.programme.scopes import scope_as_written, scope_of, scope_with_results

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine import rulebook as said
    from engine.expression.check import Scope
    from engine.programme.rules import Rules
    from engine.programme.unread import Unread
    from engine.schema import Column
    from engine.yaml_text import Source

    Written = tuple[Source, said.Rulebook]


class RulebookChecker:
    """Checks the rulebooks of a programme; collects what is wrong with them.

    Attributes:
        problems: what is wrong.
    """

    def __init__(
        self,
        programme: said.ProgrammeFile,
        parents: Mapping[str, str | None],
        registry: said.Registry,
        unread: Unread,
    ) -> None:
        self.programme = programme
        self.parents = parents
        self.registry = registry
        self.unread = unread
        self.problems: list[Diagnostic] = []

    def checked(self, books: Sequence[Written]) -> tuple[Rules, ...]:
        """The rulebooks without problems, the deepest kinds first, so that the scopes above them know their results."""
        books = [(source, declared(book)) for source, book in books]
        own, columns = self._columns(books)
        written = [book for _, book in books]
        scopes = {kind: scope_of(kind, written, columns[kind]) for kind in self.parents}
        order = self._order(books)
        found: list[Rules] = []
        for source, book in sorted(books, key=lambda pair: (order.get(pair[1].kind, 0), pair[0].file)):
            around = self._around(book, columns, scopes)
            rules, problems = checker.check_rulebook(source, book, self.programme.programme, own[source.file], around)
            self.problems += self.unread.told(_lower_kinds_once(problems, self.parents), source.file)
            if book.kind not in scopes:
                continue
            if rules is None:
                scopes[book.kind] = scope_as_written(scopes[book.kind], book)
            else:
                found.append(rules)
                scopes[book.kind] = scope_with_results(scopes[book.kind], rules)
        return tuple(found)

    def _columns(self, books: Sequence[Written]) -> tuple[dict[str, dict[str, Column]], dict[str, dict[str, Column]]]:
        """The facts that each file declares, and the facts and states of each kind."""
        own: dict[str, dict[str, Column]] = {}
        columns: dict[str, dict[str, Column]] = defaultdict(dict)
        origins: dict[tuple[str, str], str] = {}
        for source, book in books:
            own[source.file], problems = checker.columns_of(source, book, self.parents)
            self.problems += self.unread.told(problems, source.file)
            states = {id_: column for id_, column in state_columns(book).items() if id_ not in own[source.file]}
            for id_, column in (*own[source.file].items(), *states.items()):
                first = origins.setdefault((book.kind, id_), source.file)
                if columns[book.kind].setdefault(id_, column) != column:
                    place = source.key_place("lifecycle" if id_ in states else "facts", id_)
                    values = {"id": id_, "first": first}
                    self.problems.append(Diagnostic("fact_declared_differently", place, values))
            self._kind(source, book)
        return own, columns

    def _kind(self, source: Source, book: said.Rulebook) -> None:
        """The kind of a rulebook is one of the tree."""
        if book.kind not in self.parents:
            values = {"name": book.kind, "kinds": ", ".join(self.parents)}
            guess = near(book.kind, self.parents)
            self.problems.append(Diagnostic("unknown_kind", source.place("kind"), values, guess))

    def _order(self, books: Sequence[Written]) -> dict[str, int]:
        """The place of each kind; kinds that ask each other in a circle are reported."""
        order, circle = ordering.of_kinds([book for _, book in books], self.parents)
        if circle:
            place = next(source.place("kind") for source, book in books if book.kind == circle[0])
            self.problems.append(Diagnostic("kinds_in_circle", place, {"path": " → ".join(circle)}))
        return order

    def _around(
        self,
        book: said.Rulebook,
        columns: Mapping[str, Mapping[str, Column]],
        scopes: Mapping[str, Scope],
    ) -> checker.Surroundings:
        below = {kind for kind in self.parents if book.kind in ordering.above(kind, self.parents)}
        referring = {kind for kind in self.parents if any(item.kind == book.kind for item in columns[kind].values())}
        return checker.Surroundings(
            frozenset(self.registry.clauses),
            frozenset(self.registry.decisions),
            columns[book.kind],
            {kind: scopes[kind] for kind in self.parents if kind in below | referring},
            frozenset(referring - below),
            tuple(ordering.above(book.kind, self.parents)),
            record=book.kind in self.programme.records,
            years=self.programme.years,
        )


def _lower_kinds_once(problems: Sequence[Diagnostic], parents: Mapping[str, str | None]) -> Iterator[Diagnostic]:
    """The problems, each lower kind that is not there only where it is first used, and not below an unknown kind."""
    told: set[object] = set()
    for problem in problems:
        if problem.code != "unknown_lower_kind":
            yield problem
        elif problem.values["name"] not in told and problem.values["kind"] in parents:
            told.add(problem.values["name"])
            yield problem
