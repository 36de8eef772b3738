"""Which clauses the rules encode: documents, sections and clauses with the rules that cite them, as data.

What a registry says of a clause's status is compared with the rules, never believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from engine.expression import typed
from engine.programme import all_in, rules
from engine.programme.targets import is_derived
from engine.rulebook import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.programme import Programme
    from engine.programme.rules import Rules
    from engine.rulebook import Cited, Clause, Key, Selection, Settlement, Status
    from engine.rulebook import Document as SourceDocument


@dataclass(frozen=True)
class Rule:
    """Something in a rulebook that may cite clauses.

    Attributes:
        sort: `fact`, `parameter`, `measure`, `good`, `criterion`, `title`, `propose`, `adjust` or `check`.
        says: the expression or value that it holds, as written; empty where it has none.
        cite: the clauses that it cites.
        open: the decisions whose default it takes.
        uses: the facts, parameters and measures that it names, as `name` has them.
    """

    programme: str
    rulebook: str
    sort: str
    id: str
    label: Label
    says: str
    cite: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    uses: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What `uses` of other rules calls it; rulebooks of a programme share facts."""
        return _name(self.sort, self.id, "" if self.sort == "fact" else self.rulebook)


@dataclass(frozen=True)
class Entry:
    """A clause and the rules that cite it."""

    id: str
    clause: Clause
    rules: tuple[Rule, ...] = ()

    @property
    def status(self) -> Status:
        """What the rules make of it: a clause that can be checked is encoded when a rule cites it."""
        if self.clause.status == "not_checkable":
            return "not_checkable"
        return "encoded" if self.rules else "planned"


class Counts(NamedTuple):
    """How many clauses there are of each status."""

    encoded: int
    planned: int
    not_checkable: int

    @property
    def checkable(self) -> int:
        """The clauses that rules can encode."""
        return self.encoded + self.planned


def count(entries: Sequence[Entry]) -> Counts:
    """How many of some clauses are encoded, still to be encoded, and not checkable."""
    statuses: list[str] = [entry.status for entry in entries]
    return Counts(*(statuses.count(status) for status in Counts._fields))


@dataclass(frozen=True)
class Section:
    """A part of a document; the label is empty where the registry gives none."""

    id: str
    label: Label | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Document:
    """A source document in its sections."""

    id: str
    said: SourceDocument
    sections: tuple[Section, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All its clauses."""
        return tuple(entry for section in self.sections for entry in section.entries)


@dataclass(frozen=True)
class Coverage:
    """What the rules of programmes make of the clauses they may cite.

    Attributes:
        documents: as registered, each with its clauses.
        rules: everything in the rulebooks that may cite clauses.
        decisions: what the documents leave open.
        elsewhere: the documents of which other programmes may encode clauses too.
    """

    documents: tuple[Document, ...]
    rules: tuple[Rule, ...]
    decisions: Mapping[str, Label]
    elsewhere: frozenset[str] = frozenset()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All clauses."""
        return tuple(entry for document in self.documents for entry in document.entries)

    @property
    def missing(self) -> tuple[Entry, ...]:
        """The clauses that could be checked, and that no rule encodes."""
        return tuple(entry for entry in self.entries if entry.status == "planned")

    @property
    def misregistered(self) -> tuple[Entry, ...]:
        """The clauses of which the registry says otherwise than the rules."""
        return tuple(
            entry
            for entry in self.entries
            if entry.clause.status != entry.status
            and not (entry.clause.status == "encoded" and entry.clause.document in self.elsewhere)
        )

    @property
    def uncited(self) -> tuple[Rule, ...]:
        """The rules that cite no clause; a fact, parameter or measure rests on the clauses of the rules that use it."""
        resting: set[tuple[str, str]] = set()
        waiting = list(self.rules)
        while ready := [rule for rule in waiting if rule.cite or (rule.programme, rule.name) in resting]:
            resting |= {(rule.programme, name) for rule in ready for name in rule.uses}
            waiting = [rule for rule in waiting if rule not in ready]
        return tuple(waiting)


def cover(programmes: Sequence[Programme]) -> Coverage:
    """The clauses of the documents that programmes encode, with the rules that cite them.

    A document that other programmes share counts where one of its clauses is cited.
    """
    # Two programmes may each have a registry of their own: a clause is the same where it says the same.
    cited: dict[tuple[str, Clause], list[Rule]] = {}
    documents: dict[str, SourceDocument] = {}
    decisions: dict[str, Label] = {}
    elsewhere: set[str] = set()
    found: list[Rule] = []
    for programme in programmes:
        registry = programme.registry
        rules_ = [rule for book in programme.rulebooks for rule in _rules(book)]
        others = {id_ for id_, folder in programme.shared.items() if not all_in(folder, programmes)}
        known = registry.documents.keys() - others
        known |= {registry.clauses[id_].document for rule in rules_ for id_ in rule.cite}
        documents = {**{id_: said for id_, said in registry.documents.items() if id_ in known}, **documents}
        elsewhere |= others
        decisions = {**registry.decisions, **decisions}
        for item in registry.clauses.items():
            cited.setdefault(item, [])
        for rule in rules_:
            for id_ in dict.fromkeys(rule.cite):
                cited[id_, registry.clauses[id_]].append(rule)
        found += rules_
    entries = [Entry(id_, clause, tuple(citing)) for (id_, clause), citing in cited.items()]
    covered = tuple(_document(id_, said, entries) for id_, said in documents.items())
    return Coverage(covered, tuple(found), decisions, frozenset(elsewhere))


def _document(id_: str, said: SourceDocument, entries: Sequence[Entry]) -> Document:
    own = [entry for entry in entries if entry.clause.document == id_]
    order = list(dict.fromkeys([*said.sections, *(entry.clause.section for entry in own)]))
    own.sort(key=lambda entry: order.index(entry.clause.section))
    sections = (
        Section(name, said.sections.get(name), tuple(group))
        for name, group in groupby(own, key=lambda entry: entry.clause.section)
    )
    return Document(id_, said, tuple(sections))


def _rules(book: Rules) -> Iterator[Rule]:
    """Everything in a rulebook that may cite clauses, in its order."""

    def rule(sort: str, id_: str, said: Cited, says: str = "", uses: Iterable[str] = ()) -> Rule:
        label = said.label or Label(zh=id_, en=id_)
        return Rule(book.programme, book.id, sort, id_, label, says, said.cite, said.open, frozenset(uses))

    assessed = {
        fact for item in book.criteria if item.scores for fact in (*item.scores.facts.values(), item.scores.reason)
    }
    for id_, fact in book.said.facts.items():
        if id_ not in assessed:
            yield rule("fact", id_, fact, fact.type)
    for id_, parameter in book.said.parameters.items():
        years = ", ".join(f"{year}: {value}" for year, value in parameter.values.items())
        yield rule("parameter", id_, parameter, years)
    for life in book.lifecycles:
        facts = [_name("fact", column.id) for column in (life.what, life.dated)]
        yield rule("lifecycle", life.id, life.said, f"{life.kind}: {life.what.id}", facts)
        for at, step in enumerate(life.said.steps, start=1):
            says = f"{', '.join(step.source)} + {', '.join(step.on)} → {step.target or ', '.join(step.source)}"
            yield rule("step", f"{life.id}:{at}", step, says)
    targets = {item.id: item for item in book.targets}
    for measure in book.measures:
        if is_derived(measure.id):
            continue
        if target := targets.get(measure.id):
            dues = ", ".join(f"{year}: {value}" for year, value in target.said.by.items())
            says = f"{target.said.value} ≥ {dues}"
            yield rule("target", target.id, target.said, says, _named(measure.value))
            continue
        yield rule("measure", measure.id, measure.said, measure.said.value, _named(measure.value))
    for good in book.goods:
        yield rule("good", good.id, good.said)
        for item in good.criteria:
            uses = _named(item.require, item.applies, *_of_points(item.points))
            asked = item.said.require or str(getattr(item.said.points, "of", ""))
            yield rule("criterion", item.id, item.said, asked, uses)
            for loss in item.losses:
                yield rule("loss", f"{item.id}:{loss.said.id}", loss.said, loss.said.when or loss.said.each or "")
    for title in book.titles:
        yield rule("title", title.id, title.said, title.said.when, _named(title.when))
    for proposal in book.said.policy.propose if book.rated else ():
        yield rule("propose", proposal.id, proposal, proposal.when or "", _words(book, proposal.when, proposal.grade))
    for limit in book.said.policy.adjust:
        yield rule("adjust", limit.id, limit, limit.when, _words(book, limit.when))
    for seats in book.settlements:
        yield rule("settle", seats.id, seats.said, _seats(seats.said), _named(*(key.value for key in seats.keys)))
    for selection in book.selections:
        yield rule(
            "select", selection.id, selection.said, _says(selection.said), _named(*selection.nodes, selection.best)
        )
    for check_ in book.checks:
        if is_derived(check_.id):
            continue
        yield rule("check", check_.id, check_.said, check_.said.require, _named(check_.require))


def _says(said: Selection) -> str:
    """A selection in one line, as it is written."""
    return f"{said.when or 'true'} · {_keys(said.by)} · best: {said.best}"


def _seats(said: Settlement) -> str:
    """A settlement in one line, as it is written."""
    return f"{said.grade} · {_keys(said.by)} · at_most: {said.at_most}"


def _keys(keys: Iterable[Key]) -> str:
    return ", ".join(f"most: {key.most}" if key.most is not None else f"least: {key.least}" for key in keys)


def _name(sort: str, id_: str, book: str = "") -> str:
    return f"{sort} {book}.{id_}".replace(" .", " ")


def _of_points(points: rules.Points | None) -> list[Node]:
    """The expressions that points depend on."""
    match points:
        case rules.Bands():
            return [points.of, *(node for node, _ in points.steps)]
        case rules.Linear():
            lost = points.parts if isinstance(points.parts, tuple) else ()
            return [points.of, *(node for node, _ in points.knots), *(loss.cost for loss in lost)]
        case rules.Deduction():
            return [points.of]
    return []


def _named(*nodes: Node | None) -> Iterator[str]:
    """The facts, parameters and measures that expressions name."""
    for leaf in (leaf for node in nodes for leaf in typed.leaves(node)):
        match leaf.item if isinstance(leaf, typed.ThisLeaf) else leaf:
            case typed.FactLeaf(column=column):
                yield _name("fact", column.id)
            case typed.ParameterLeaf(rulebook=book, id=id_):
                yield _name("parameter", id_, book)
            case typed.MeasureLeaf(rulebook=book, id=id_):
                yield _name("measure", id_, book)


def _words(book: Rules, *said: object) -> Iterator[str]:
    """The same for a rule of the policy, which is kept as symbols: by the words that it is written in."""
    for word in re.findall(r"\w+", " ".join(map(str, said))):
        yield _name("fact", word)
        yield from (_name(sort, word, book.id) for sort in ("parameter", "measure"))
