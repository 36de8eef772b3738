"""A programme: a folder of rulebooks that are evaluated together, lower kinds first."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import rulebook, yaml_text
from engine.diagnostic import Diagnostic, InvalidRulesError, Place, near
from engine.expression import check
from engine.programme import checker, ordering
from engine.programme.files import validate
from engine.programme.lifecycles import state_columns
from engine.schema import BY_EVENTS, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from engine.programme.rules import Rules
    from engine.yaml_text import Source

SHIPPED = Path(__file__).resolve().parents[2] / "rules"
"""The programmes that come with wuhao."""
_PROGRAMME, _REGISTRY = "programme.yaml", "documents.yaml"
TESTS = "test_"
"""How the names of rule tests begin."""


@dataclass(frozen=True)
class Programme:
    """A checked programme.

    Attributes:
        id: its id.
        folder: where it was read from.
        said: `programme.yaml` as written.
        rulebooks: checked rulebooks, lower kinds first.
        parents: the kinds with the kind above each; None at the top.
        registry: documents, clauses and decisions that the rulebooks may cite.
        registries: the files that those were read from.
        shared: the documents that its own folder does not register, with the folder whose programmes share them.
    """

    id: str
    folder: Path
    said: rulebook.ProgrammeFile
    rulebooks: tuple[Rules, ...]
    parents: Mapping[str, str | None]
    registry: rulebook.Registry
    registries: tuple[Path, ...] = ()
    shared: Mapping[str, Path] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: str | Path) -> Programme:
        """Read and check the programme of one folder.

        Raises:
            InvalidRulesError: with everything that is wrong in any of its files.
        """
        (programme,) = load([folder])
        return programme

    def outside(self, year: int) -> Diagnostic | None:
        """What is wrong with a year that the programme does not have; None when it has it."""
        years = self.said.years
        if years is None or years.first <= year <= years.last:
            return None
        label = self.said.label
        values = {"year": year, "zh": label["zh"], "en": label["en"], "first": years.first, "last": years.last}
        return Diagnostic("year_outside", Place(f"{self.folder.resolve().name}/{_PROGRAMME}"), values)

    @property
    def files(self) -> list[Path]:
        """Its files, by name; the rule tests beside them are no part of it."""
        return [path for path in sorted(self.folder.glob("*.yaml")) if not path.name.startswith(TESTS)]

    def kind_label(self, kind: str) -> rulebook.Label:
        """What a kind is called."""
        return self.said.kind_labels.get(kind) or STANDARD_KINDS.get(kind) or rulebook.Label(zh=kind)


STANDARD_KINDS = {
    kind: rulebook.Label(zh=zh, en=en)
    for kind, zh, en in (
        ("county", "县区", "County"),
        ("township", "乡镇", "Township"),
        ("village", "村", "Village"),
        ("department", "单位", "Department"),
        ("work_team", "工作组", "Work team"),
        ("cadre", "干部", "Cadre"),
        ("member", "党员", "Member"),
        ("report", "报告", "Report"),
        ("visit", "走访", "Visit"),
        ("event", "事项", "Event"),
    )
}


def load(folders: Iterable[str | Path] = ()) -> tuple[Programme, ...]:
    """Read programmes: each folder is one, or holds some; by default the shipped ones.

    Raises:
        InvalidRulesError: with everything that is wrong in any of their files.
    """
    roots = [Path(folder) for folder in folders] or [SHIPPED]
    problems: list[Diagnostic] = []
    programmes: list[Programme] = []
    registries: dict[Path, _RegistryFile] = {}
    for folder in [found for root in roots for found in _programme_folders(root, problems)]:
        reader = _Folder(folder, registries)
        programme = reader.programme()
        problems += reader.problems
        programmes += [programme] if programme else []
    problems += _clashes(programmes)
    if problems:
        # What is wrong with a registry that programmes share is reported once.
        distinct = {(problem.code, str(problem.place), str(problem.values)): problem for problem in problems}
        raise InvalidRulesError(sorted(distinct.values(), key=_where))
    return tuple(programmes)


def _where(problem: Diagnostic) -> tuple[str, int, int]:
    """The order of problems: by file, and from top to bottom."""
    place = problem.place
    return place.file, place.line or 0, place.column if isinstance(place.column, int) else 0


def all_in(folder: Path, programmes: Iterable[Programme]) -> bool:
    """Whether all programmes that a folder holds are among some."""
    held = {path.resolve().parent for path in folder.glob(f"*/{_PROGRAMME}")}
    return held <= {programme.folder.resolve() for programme in programmes}


def tables(programmes: Sequence[Programme], *, states: bool = False) -> dict[str, Table]:
    """The tables of facts that programmes read, by kind.

    Args:
        programmes: the programmes.
        states: with the states of lifecycles, as hypothetical units may have them; the facts of real ones do not.
    """
    kinds = dict.fromkeys(kind for programme in programmes for kind in programme.parents)
    found = {}
    for kind in kinds:
        users = [programme for programme in programmes if kind in programme.parents]
        books = [book for user in users for book in user.rulebooks if book.kind == kind]
        columns = {
            id_: column
            for book in books
            for id_, column in (*book.facts.items(), *(_given_states(book) if states else ()))
        }
        parent = next((user.parents[kind] for user in users if user.parents[kind]), None)
        record = any(kind in user.said.records for user in users)
        groups = tuple(frozenset(book.facts) for book in books)
        found[kind] = Table(kind, users[0].kind_label(kind), parent, columns, record, groups)
    return found


def _given_states(book: Rules) -> Iterator[tuple[str, Column]]:
    return ((id_, replace(column, blank=BY_EVENTS)) for id_, column in book.states.items())


def _programme_folders(root: Path, problems: list[Diagnostic]) -> list[Path]:
    try:
        if (root / _PROGRAMME).is_file():
            return [root]
        inside = sorted(path.parent for path in root.glob(f"*/{_PROGRAMME}")) if root.is_dir() else []
        misnamed = [] if inside or not root.is_dir() else list(_misnamed(root))
    except OSError as error:
        problems.append(Diagnostic("unreadable_folder", Place(str(root)), {"reason": error.strerror}))
        return []
    if not inside:
        problems += misnamed or [Diagnostic("no_programme", Place(str(root)), {"file": _PROGRAMME})]
    return inside


def _misnamed(folder: Path) -> Iterator[Diagnostic]:
    """The files of a folder that are rules by another ending, and would not be read."""
    for path in sorted(folder.iterdir()):
        if path.suffix != ".yaml" and path.suffix.lower() in {".yaml", ".yml"} and not path.name.startswith("."):
            place = Place(f"{folder.resolve().name}/{path.name}")
            yield Diagnostic("file_misnamed", place, {"instead": f"{path.stem}.yaml"})


def _clashes(programmes: Sequence[Programme]) -> list[Diagnostic]:
    """A fact or rulebook that two programmes declare, and not alike."""
    problems = []
    facts: dict[tuple[str, str], tuple[Column, Rules]] = {}
    books: dict[str, Rules] = {}
    for book in (book for programme in programmes for book in programme.rulebooks):
        first_book = books.setdefault(book.id, book)
        if first_book is not book:
            problems.append(
                Diagnostic("duplicate_rulebook", Place(book.file), {"id": book.id, "first": first_book.file})
            )
        for id_, column in book.facts.items():
            first, where = facts.setdefault((book.kind, id_), (column, book))
            if first != column and where.programme != book.programme:  # within one, it is told with its line
                values = {"id": id_, "first": where.file}
                problems.append(Diagnostic("fact_declared_differently", Place(book.file), values))
    return problems


_ABOUT_THE_WHOLE = frozenset(
    {
        *("points_total", "last_proposal_conditional", "proposal_unconditional", "good_without_criteria"),
        *("policy-otherwise", "grades_and_policy"),
    },
)
"""Problems that may only mean that an entry is missing."""


_ABOUT_NAMES = frozenset({"unknown_name", "unknown_result", "unknown_clause", "unknown_decision"})
"""Problems that may only mean that the file which declares a name could not be read."""


@dataclass(frozen=True)
class _RegistryFile:
    """One `documents.yaml` that was read.

    Attributes:
        unread: the names that it may declare where it could not be understood.
    """

    source: Source | None
    said: rulebook.Registry | None
    problems: Sequence[Diagnostic]
    unread: AbstractSet[str]

    @classmethod
    def read(cls, path: Path) -> _RegistryFile:
        try:
            source = _source(path)
        except InvalidRulesError as error:
            return cls(None, None, error.diagnostics, _words(path))
        reading = validate(rulebook.Registry, source)
        return cls(source, reading.model, reading.problems, reading.lost if reading.model else _words(path))


class _Folder:
    """Reads one programme; collects what is wrong with any of its files.

    Attributes:
        registries: the registries read before: programmes share them.
    """

    def __init__(self, folder: Path, registries: dict[Path, _RegistryFile]) -> None:
        self.folder = folder
        self.registries = registries
        self.problems: list[Diagnostic] = []
        self.lost: dict[str, frozenset[str]] = {}
        self.unread: set[str] = set()

    def source(self, path: Path) -> Source | None:
        try:
            return _source(path)
        except InvalidRulesError as error:
            self.problems += error.diagnostics
            self.unread |= _words(path)
            return None

    def programme(self) -> Programme | None:
        self.problems += _misnamed(self.folder)
        file = self.source(self.folder / _PROGRAMME)
        registry = self.registry()
        books = []
        for path in sorted(self.folder.glob("*.yaml")):
            source = self.source(path) if self.is_rulebook(path) else None
            if source is None:
                continue
            reading = validate(rulebook.Rulebook, source)
            self.problems += reading.problems
            self.lost[source.file] = reading.lost
            if reading.model is None:
                self.unread |= _words(path)
            else:
                books.append((source, reading.model))
        if file is None:
            return None
        read = validate(rulebook.ProgrammeFile, file)
        self.problems += read.problems
        described = read.model
        if described is None:
            return None
        parents = self.parents(file, described.kinds)
        self.kind_labels(file, described, parents)
        self.records(file, described, parents)
        rulebooks = self.check(books, described, parents, registry)
        self.problems = [_kind_by_label(problem, described, parents) for problem in self.problems]
        return Programme(
            described.programme,
            self.folder,
            described,
            rulebooks,
            parents,
            registry,
            tuple(self.registry_files()),
            self.shared(),
        )

    def told(self, problems: Iterable[Diagnostic], source: Source) -> list[Diagnostic]:
        """The problems that do not only follow from an entry or a file that could not be understood."""
        lost = frozenset(name for names in self.lost.values() for name in names)
        incomplete = self.lost[source.file]
        return [
            problem
            for problem in problems
            if problem.values.get("name") not in lost
            and lost.isdisjoint(_beside(problem))
            and not (problem.code in _ABOUT_NAMES and _first(problem.values["name"]) in self.unread)
            and not (incomplete and problem.code in _ABOUT_THE_WHOLE)
        ]

    def is_rulebook(self, path: Path) -> bool:
        return path.name not in {_PROGRAMME, _REGISTRY} and not path.name.startswith((".", TESTS))

    def registry(self) -> rulebook.Registry:
        """The folder's own registry, and those beside and above it."""
        merged: dict[str, dict[str, Any]] = {"documents": {}, "clauses": {}, "decisions": {}}
        read: list[tuple[Source, rulebook.Registry]] = []
        for path in self.registry_files():
            if path not in self.registries:
                self.registries[path] = _RegistryFile.read(path)
            file = self.registries[path]
            self.problems += file.problems
            self.unread |= file.unread
            for section, entries in merged.items():
                entries.update(getattr(file.said, section, {}))
            read += [(file.source, file.said)] if file.source and file.said else []
        for source, registry in read:
            self.clauses(source, registry, merged["documents"], merged["decisions"])
        return rulebook.Registry.model_validate(merged)

    def clauses(
        self,
        source: Source,
        registry: rulebook.Registry,
        documents: Mapping[str, rulebook.Document],
        decisions: Mapping[str, rulebook.Label],
    ) -> None:
        """The documents and open decisions that clauses name are registered."""
        for id_, clause in registry.clauses.items():
            if clause.document not in documents and clause.document not in self.unread:
                place = source.place("clauses", id_, "document")
                labels = {name: document.label for name, document in documents.items()}
                values = {"name": clause.document, "documents": ", ".join(labels)}
                guess = checker.meant(clause.document, labels)
                self.problems.append(Diagnostic("unknown_document", place, values, guess))
            for at, name in enumerate(clause.open):
                if name not in decisions and name not in self.unread:
                    place = source.place("clauses", id_, "open", at)
                    guess = near(name, decisions)
                    self.problems.append(Diagnostic("unknown_decision", place, {"name": name}, guess))

    def shared(self) -> dict[str, Path]:
        """The documents that other folders register, with the nearest of these."""
        said = [(path.parent, self.registries[path].said) for path in self.registry_files()]
        nearest = {id_: folder for folder, registry in said if registry for id_ in registry.documents}
        return {id_: folder for id_, folder in nearest.items() if folder != self.folder.resolve()}

    def registry_files(self) -> list[Path]:
        folders = dict.fromkeys(path.resolve() for path in (SHIPPED, self.folder.parent, self.folder))
        return [folder / _REGISTRY for folder in folders if (folder / _REGISTRY).is_file()]

    def kind_labels(self, source: Source, described: rulebook.ProgrammeFile, parents: Mapping[str, str | None]) -> None:
        """Only kinds of the tree, and records, have labels."""
        for kind in described.kind_labels:
            if kind not in {*parents, *described.records}:
                values = {"name": kind, "kinds": ", ".join(parents)}
                place = source.key_place("kind_labels", kind)
                self.problems.append(Diagnostic("unknown_kind", place, values, near(kind, parents)))

    def records(self, source: Source, described: rulebook.ProgrammeFile, parents: Mapping[str, str | None]) -> None:
        """Records are kinds of the tree."""
        for at, kind in enumerate(described.records):
            if kind not in parents:
                values = {"name": kind, "kinds": ", ".join(parents)}
                self.problems.append(
                    Diagnostic("unknown_kind", source.place("records", at), values, near(kind, parents))
                )

    def parents(self, source: Source, tree: Mapping[str, Any]) -> dict[str, str | None]:
        """The kinds of the tree with the kind above each."""
        found: dict[str, str | None] = {}
        paths: dict[str, tuple[str, ...]] = {}

        def walk(branch: object, path: tuple[str, ...]) -> None:
            if not isinstance(branch, dict):
                if isinstance(branch, str) and branch.isidentifier():
                    self.problems.append(Diagnostic("kind_without_colon", source.place(*path), {"name": branch}))
                    found.setdefault(branch, path[-1] if len(path) > 1 else None)
                elif branch:
                    self.problems.append(
                        Diagnostic("wrong_shape", source.place(*path), {"key": path[-1], "expected": "mapping"})
                    )
                return
            for kind, below in branch.items():
                if not kind.isidentifier():
                    values = {"name": kind, "instead": rulebook.as_name(kind)}
                    self.problems.append(Diagnostic("not_an_identifier", source.key_place(*path, kind), values))
                if kind in found:
                    values = {"id": kind, "first": source.key_place(*paths[kind]).line}
                    self.problems.append(Diagnostic("duplicate_id", source.key_place(*path, kind), values))
                found[kind] = path[-1] if len(path) > 1 else None
                paths.setdefault(kind, (*path, kind))
                walk(below, (*path, kind))

        walk(tree, ("kinds",))
        return found

    def check(
        self,
        books: Sequence[tuple[Source, rulebook.Rulebook]],
        described: rulebook.ProgrammeFile,
        parents: Mapping[str, str | None],
        registry: rulebook.Registry,
    ) -> tuple[Rules, ...]:
        """Check the rulebooks, the deepest kinds first, so that the scopes above them know their results."""
        columns: dict[str, dict[str, Column]] = {}
        declared: dict[str, dict[str, Column]] = {}
        origins: dict[tuple[str, str], str] = {}
        for source, book in books:
            own, problems = checker.columns_of(source, book, parents)
            self.problems += self.told(problems, source)
            declared[source.file] = own
            states = {id_: column for id_, column in state_columns(book).items() if id_ not in own}
            for id_, column in (*own.items(), *states.items()):
                first = origins.setdefault((book.kind, id_), source.file)
                if columns.setdefault(book.kind, {}).setdefault(id_, column) != column:
                    values = {"id": id_, "first": first}
                    place = source.key_place("lifecycle" if id_ in states else "facts", id_)
                    self.problems.append(Diagnostic("fact_declared_differently", place, values))
            if book.kind not in parents:
                values = {"name": book.kind, "kinds": ", ".join(parents)}
                self.problems.append(Diagnostic("unknown_kind", source.place("kind"), values, near(book.kind, parents)))
        said = [book for _, book in books]
        scopes = {
            kind: check.Scope(kind, _facts(columns.get(kind, {})), dated=_dated(kind, said, columns.get(kind, {})))
            for kind in parents
        }
        order, circle = ordering.of_kinds(said, parents)
        if circle:
            values = {"path": " → ".join(circle)}
            place = next(source.place("kind") for source, book in books if book.kind == circle[0])
            self.problems.append(Diagnostic("kinds_in_circle", place, values))
        checked: list[Rules] = []
        for source, book in sorted(books, key=lambda pair: (order.get(pair[1].kind, 0), pair[0].file)):
            below = {kind for kind in parents if book.kind in ordering.above(kind, parents)}
            referring = {
                kind for kind in parents if any(item.kind == book.kind for item in columns.get(kind, {}).values())
            }
            around = checker.Surroundings(
                frozenset(registry.clauses),
                frozenset(registry.decisions),
                columns.get(book.kind, {}),
                {kind: scopes[kind] for kind in parents if kind in below | referring},
                frozenset(referring - below),
                tuple(ordering.above(book.kind, parents)),
                record=book.kind in described.records,
                years=described.years,
            )
            rules, problems = checker.check_rulebook(source, book, described.programme, declared[source.file], around)
            self.problems += self.told(_lower_kinds_once(problems, parents), source)
            if rules is not None and book.kind in scopes:
                checked.append(rules)
                scopes[book.kind] = _with_results(scopes[book.kind], rules)
            elif book.kind in scopes:
                scopes[book.kind] = _as_written(scopes[book.kind], book)
        return tuple(checked)


def _lower_kinds_once(problems: Sequence[Diagnostic], parents: Mapping[str, str | None]) -> Iterator[Diagnostic]:
    """The problems, each lower kind that is not there only where it is first used, and not below an unknown kind."""
    told: set[object] = set()
    for problem in problems:
        if problem.code != "unknown_lower_kind":
            yield problem
        elif problem.values["name"] not in told and problem.values["kind"] in parents:
            told.add(problem.values["name"])
            yield problem


def _kind_by_label(
    problem: Diagnostic, described: rulebook.ProgrammeFile, parents: Mapping[str, str | None]
) -> Diagnostic:
    """A problem with the name of a kind, which may be the label of the one that was meant."""
    if problem.code not in {"unknown_kind", "unknown_lower_kind", "kind_not_above"}:
        return problem
    labels = {kind: described.kind_labels.get(kind) or STANDARD_KINDS.get(kind) for kind in parents}
    asking = str(problem.values.get("kind"))
    fits = {
        kind: label
        for kind, label in labels.items()
        if label
        and (problem.code != "unknown_lower_kind" or asking in ordering.above(kind, parents))
        and (problem.code != "kind_not_above" or kind in ordering.above(asking, parents))
    }
    written = problem.values["name"]
    named = tuple(kind for kind, label in fits.items() if written in {label.zh, label.en})
    return replace(problem, near=named[:1]) if named else problem


def _source(path: Path) -> Source:
    return yaml_text.read(path, f"{path.resolve().parent.name}/{path.name}")


def _words(path: Path) -> set[str]:
    """Whatever a file that cannot be read may declare."""
    try:
        with path.open("rb") as file:
            return set(re.findall(r"[\w-]+", file.read(yaml_text.MAX_BYTES).decode(errors="ignore")))
    except OSError:
        return set()


def _beside(problem: Diagnostic) -> tuple[str, ...]:
    """Unknown names that stand beside one: were they known, it might be a choice of theirs."""
    names = problem.values.get("beside", ())
    return names if isinstance(names, tuple) else ()


def _first(name: object) -> str:
    """The part of a name that is declared: a fact, a rulebook."""
    return str(name).removeprefix("this.").split(".")[0]


def _facts(columns: Mapping[str, Column]) -> dict[str, check.Leaf]:
    return {id_: check.fact_leaf(column) for id_, column in columns.items()}


def _dated(kind: str, books: Iterable[rulebook.Rulebook], columns: Mapping[str, Column]) -> check.FactLeaf | None:
    """The fact that says when a unit of a kind was: the one that a rulebook names, or the only date there is."""
    dates = [id_ for id_, column in columns.items() if column.type == "date"]
    named = [book.dated for book in books if book.kind == kind and book.dated in dates]
    name = next(iter(named), dates[0] if len(dates) == 1 else None)
    return check.fact_leaf(columns[name]) if name else None


def _with_results(scope: check.Scope, rules: Rules) -> check.Scope:
    """The scope of a kind once a rulebook of it is known."""
    measures = {
        item.id: check.MeasureLeaf(0, 0, item.type, rules.id, item.id)
        for item in rules.measures
        if item.id.isidentifier()
    }
    goods = tuple(good.id for good in rules.goods)
    grades = rules.grades if rules.rated else ()
    results = check.Results(grades, tuple(title.id for title in rules.titles), goods)
    return check.Scope(
        scope.kind,
        {**measures, **scope.names},
        results={**scope.results, rules.id: results},
        dated=scope.dated,
        labels=(*scope.labels, *checker.labels_of(rules.said)),
    )


def _as_written(scope: check.Scope, book: rulebook.Rulebook) -> check.Scope:
    """The scope of a kind whose rulebook has errors: its names are known, so that no error is reported twice."""
    named = [*book.measures, *book.targets]
    measures = {id_: check.MeasureLeaf(0, 0, check.UNKNOWN, book.rulebook, id_) for id_ in named}
    grades = tuple(book.grades) if "grades" in book.model_fields_set else ()
    results = check.Results(grades, tuple(book.titles), tuple(book.goods))
    return check.Scope(
        scope.kind,
        {**measures, **scope.names},
        results={**scope.results, book.rulebook: results},
        dated=scope.dated,
    )
