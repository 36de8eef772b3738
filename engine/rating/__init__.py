"""The whole rating of programmes: every rulebook in turn, lower kinds first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import polars as pl

from engine import scoring
from engine.diagnostic import Diagnostic, InvalidFactsError, InvalidRulesError, Place
from engine.expression.columns import compile_truth
from engine.expression.library import framed, unframed
from engine.policy import decide_all
from engine.programme.dependencies import facts_behind
from engine.programme.symbols import implications
from engine.rating import histories
from engine.rating.columns import (
    grade_columns,
    late_columns,
    measure_columns,
    measures_table,
    outcome_columns,
    outcome_frame,
    ratings_table,
    result_columns,
    wanted_results,
)
from engine.rating.frames import (
    constants_in_force,
    environment_of,
    kinds_with_strays,
    tables_above,
    with_groups,
    working_frame,
)
from engine.rating.reported import reported
from engine.rating.rulings import Rulings, ruled_criteria, stale_criteria, with_ruled_grades, with_ruled_truths
from engine.rating.scope import ADVISORY, advisory, without_exempt
from engine.rating.selecting import candidates, selections
from engine.rating.settling import settle
from engine.schema import BY_EVENTS

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from engine.expression.columns import Environment
    from engine.facts import Facts
    from engine.policy import Decision, Outcome
    from engine.programme import Programme
    from engine.programme.rules import Lifecycle, Rules


_UNITS_NAMED = 20
"""How many units a message names."""


@dataclass(frozen=True)
class BookRating:
    """What one rulebook found.

    Attributes:
        book: the rulebook.
        ratings: one row a unit in order of id (docs/architecture.md lists the columns).
        measures: the numbers behind them, one row a unit; empty when not asked for.
        outcomes: what the policy makes of each case that occurs.
        decisions: the decision and trace of each complete case that was reasoned.
        histories: the distinct histories of its lifecycles (`engine.rating.histories.SCHEMA`).
        selections: the candidates of each selection (`engine.rating.selecting`), and of each settlement those who
            compete (`engine.rating.settling`).
    """

    book: Rules
    ratings: pl.DataFrame
    measures: pl.DataFrame
    outcomes: Mapping[int, Outcome]
    decisions: Mapping[int, Decision]
    histories: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=histories.SCHEMA))
    selections: Mapping[str, pl.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """Data that is not believed: how many units, and the first of them.

    Attributes:
        check: the check that fails, or the lifecycle whose events cannot be.
        events: of a lifecycle, the event of each unit that cannot be.
        cells: and the cell that says so.
    """

    rulebook: str
    check: str
    severity: str
    kind: str
    count: int
    units: tuple[str, ...]
    events: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hypothesis:
    """What a rating supposes that a run does not have.

    Attributes:
        of: the folder of the run.
        manifest: the digest of its manifest.
        facts: the facts that are others: kind, unit, fact and the text of the value (None: not reported).
    """

    of: str
    manifest: str
    facts: tuple[tuple[str, str, str, str | None], ...]


@dataclass(frozen=True)
class Rating:
    """The rating of programmes in a year.

    Attributes:
        year: the year rated.
        final: the evidence is closed: what is still open counts as not reached.
        programmes: the programmes rated by.
        facts: the facts rated.
        books: what each rulebook found, lower kinds first.
        skipped: the rulebooks whose kind has no table, or none that has any of their facts.
        findings: what the data checks found.
        hypothesis: what it supposes, unless it is of what was reported.
        exempt: by kind the facts of units that are not rated, with what exempts them (`engine.rating.scope`).
    """

    year: int
    final: bool
    programmes: tuple[Programme, ...]
    facts: Facts
    books: Mapping[str, BookRating]
    skipped: tuple[Rules, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    hypothesis: Hypothesis | None = None
    exempt: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def rate(
    programmes: Sequence[Programme] | Programme,
    facts: Facts,
    *,
    year: int,
    final: bool = False,
    measures: bool = True,
    lapse: bool = False,
) -> Rating:
    """Rate every unit.

    Args:
        programmes: what to rate by.
        facts: what was reported, as `engine.facts` reads it.
        year: the year, for dated parameters.
        final: close the evidence: a pending unit gets the worst grade of its range, an unknown title is not won.
        measures: keep the numbers behind the ratings; explanations need them.
        lapse: a ruling on something else than the rules give falls; otherwise it is refused.

    Raises:
        InvalidRulesError: the year is none of a programme's for which there are facts, or a parameter has no value in
            it.
        InvalidFactsError: a check of severity `refuse` fails, a final rating meets a gap that must be closed, or a
            ruling cannot stand.
    """
    programmes = tuple(programmes) if not hasattr(programmes, "rulebooks") else (cast("Programme", programmes),)
    work = _Work(programmes, facts, year, final=final, measures=measures, lapse=lapse)
    idle = [programme for programme in programmes if not any(map(work.is_reported, programme.rulebooks))]
    asked = [programme for programme in programmes if programme not in idle] or programmes
    if outside := [problem for programme in asked if (problem := programme.outside(year))]:
        raise InvalidRulesError(outside)
    work.leave_out(asked)
    for programme in asked:
        work.rate_programme(programme)
    work.skipped += [book for programme in programmes if programme not in asked for book in programme.rulebooks]
    work.raise_problems()
    return Rating(
        year, final, programmes, work.facts, work.books, tuple(work.skipped), tuple(work.findings), exempt=work.exempt
    )


class _Work:
    """The state of one rating."""

    def __init__(
        self,
        programmes: tuple[Programme, ...],
        facts: Facts,
        year: int,
        *,
        final: bool,
        measures: bool,
        lapse: bool,
    ) -> None:
        self.facts = facts
        self.year = year
        self.final = final
        self.measures = measures
        self.lapse = lapse
        self.rulings = Rulings(programmes, (), ())
        self.exempt: dict[str, pl.DataFrame] = {}
        self.wanted = wanted_results(programmes)
        self.reported = reported(programmes, facts)
        self.books: dict[str, BookRating] = {}
        self.skipped: list[Rules] = []
        self.findings: list[Finding] = []
        self.problems: list[Diagnostic] = []

    def leave_out(self, programmes: Sequence[Programme]) -> None:
        """Understand the rulings, and set aside who is not rated."""
        books = [book for programme in programmes for book in programme.rulebooks if self.is_reported(book)]
        self.rulings = Rulings(programmes, self.facts.rulings, {book.id for book in books})
        self.problems += self.rulings.problems
        exemptions = self.rulings.exemptions()
        self.facts, self.exempt = without_exempt(programmes, self.facts, exemptions, self.year)
        self.problems += [
            Diagnostic("ruling_exempt", Place(item.place), {"unit": item.id})
            for item in self.facts.rulings
            if item.on != "exempt" and item.kind in self.exempt and item.id in self.exempt[item.kind]["id"]
        ]

    def rate_programme(self, programme: Programme) -> None:
        constants = constants_in_force(programme, self.year)
        frames = {
            kind: working_frame(table, tables_above(kind, programme.parents, self.facts.tables))
            for kind, table in self.facts.tables.items()
            if kind in programme.parents
        }
        environments = {kind: environment_of(self.facts.tables[kind], constants) for kind in frames}
        strays = kinds_with_strays(programme.parents, self.facts.tables)
        told = {book.id: self.tell(book, frames, environments, strays) for book in programme.rulebooks}
        for book in programme.rulebooks:
            if not self.is_reported(book):
                self.skipped.append(book)
            if book.kind not in frames:
                continue
            frames[book.kind] = with_groups(book, frames[book.kind], self.facts.tables)
            lower = {
                kind: scoring.Lower(framed(frame), environments[kind], strays=kind in strays)
                for kind, frame in frames.items()
                if kind != book.kind
            }
            frame, ruled = ruled_criteria(frames[book.kind], self.rulings.of(book.id, "criterion"))
            read = replace(environments[book.kind], ruled=ruled)
            scored, environment = self.score(book, frame, read, lower)
            results = self.conclude(book, scored, environment, told[book.id], scoring.known_tables(book, lower))
            if len(results.columns) > 1:
                frames[book.kind] = frames[book.kind].join(results.lazy(), on="id", how="left", maintain_order="left")

    def is_reported(self, book: Rules) -> bool:
        """Whether the table of a rulebook's kind was given, and holds facts of the rulebook if it declares any."""
        return book.kind in self.facts.tables and (not book.facts or book.id in self.reported)

    def tell(
        self,
        book: Rules,
        frames: dict[str, pl.LazyFrame],
        environments: Mapping[str, Environment],
        strays: Container[str],
    ) -> pl.DataFrame:
        """Join the states of a rulebook's lifecycles to its units; returns the distinct histories."""
        found = [pl.DataFrame(schema=histories.SCHEMA)]
        for life in book.lifecycles if book.kind in frames else ():
            below = frames.get(life.kind)
            events = None
            if below is not None and f"^{book.kind}" in below.collect_schema():
                events = scoring.Lower(framed(below), environments[life.kind], strays=life.kind in strays)
            units = self.facts.tables[book.kind]
            told = histories.tell(life, book.kind, units.select("id", "_refused"), events, self.year)
            found.append(told.histories)
            self.impossible(book, life, told.impossible)
            states = told.units.lazy()
            if life.id in units.columns:  # hypothetical units have states without events
                given = units.lazy().select("id", given=pl.col(life.id).cast(pl.String))
                by_events = pl.when(pl.col("given") == BY_EVENTS)
                history = f"{histories.HISTORY}{life.id}"
                states = states.join(given, on="id").with_columns(
                    by_events.then(life.id).otherwise("given").alias(life.id),
                    by_events.then(history).alias(history),
                )
                frames[book.kind] = frames[book.kind].drop(life.id)
            states = states.select("id", life.id, f"{histories.HISTORY}{life.id}")
            frames[book.kind] = frames[book.kind].join(states, on="id", how="left", maintain_order="left")
        return pl.concat(found)

    def impossible(self, book: Rules, life: Lifecycle, events: pl.DataFrame) -> None:
        """Tell of events that no step of a lifecycle allows."""
        if events.is_empty():
            return
        first = events.sort("unit").head(_UNITS_NAMED)
        origins = {origin.label: origin for origin in self.facts.origins}
        rows = first.select(pl.col("_file").cast(pl.String), "_row").rows() if "_file" in first.columns else []
        cells = tuple(str(origins[file].place(row, life.what.id)) for file, row in rows if file in origins)
        units, what = tuple(first["unit"]), tuple(first["what"])
        self.findings.append(Finding(book.id, life.id, "warn", book.kind, events.height, units, what, cells))

    def score(
        self,
        book: Rules,
        frame: pl.LazyFrame,
        environment: Environment,
        lower: Mapping[str, scoring.Lower],
    ) -> tuple[pl.DataFrame, Environment]:
        """Everything a rulebook measures, computed once, with what is known about its columns."""
        layers = scoring.score(book, framed(frame), environment, lower, traces=self.measures)
        if (beside := advisory(book)) is not None:
            layers.hold([beside])
            truth = compile_truth(beside, layers.environment).column.fill_null(False)  # noqa: FBT003
            layers.frame = layers.frame.with_columns(**{ADVISORY: truth})
        names = dict.fromkeys(["id", "name", "parent", "_refused", *outcome_columns(book), *late_columns(book)])
        names |= dict.fromkeys(f"{scoring.COMPUTED}{id_}" for id_ in sorted(environment.ruled))
        names |= dict.fromkeys(book.states)
        if self.measures:
            names |= dict.fromkeys(measure_columns(book))
        known = set(layers.frame.collect_schema().names())
        for name in [name for name in names if f"{name}:high" in known]:
            names[f"{name}:high"] = None
        groups = {item.group for item in book.selections if item.group is not None}
        groups |= {scoring.group_column(item.said.within) for item in book.settlements if item.said.within}
        groups |= {scoring.WORLD} if book.settlements else set()
        names |= dict.fromkeys(name for name in sorted({*self.wanted, *groups, ADVISORY}) if name in known)
        scored = unframed(layers.frame.select(*names)).collect()
        return scored if scored["id"].is_sorted() else scored.sort("id"), layers.environment

    def conclude(
        self,
        book: Rules,
        scored: pl.DataFrame,
        environment: Environment,
        told: pl.DataFrame,
        known: frozenset[str],
    ) -> pl.DataFrame:
        """Reason each case once, give every unit its grade and titles; returns what upper rulebooks may ask."""
        cases = [int(code) for code in scored["case"].unique().sort()]
        policy = replace(book.policy, implications=implications(book.atoms, environment.constants))
        outcomes, decisions = decide_all(policy, cases)
        decided = scored.join(outcome_frame(book, outcomes), on="case", how="left", maintain_order="left")
        settled: dict[str, pl.DataFrame] = {}
        if book.settlements:
            decided, settled = settle(book, decided, environment, final=self.final)
        decided = decided.with_columns(**grade_columns(book, final=self.final))
        decided = self.issued(book, decided)
        if book.titles:
            decided = self.titles(book, decided, environment)
        if book.selections:
            decided = candidates(book, decided, environment)
        if book not in self.skipped:
            if self.final:
                self.refuse_open_gaps(book, decided, known)
            kept = decided.filter(~pl.col("_refused")) if environment.refused else decided
            self.run_checks(book, kept)
            self.books[book.id] = BookRating(
                book,
                ratings_table(book, kept, self.year),
                measures_table(book, kept) if self.measures else pl.DataFrame(),
                outcomes,
                decisions,
                told,
                settled | selections(book, decided, environment.constants, self.groups(book), final=self.final),
            )
        results = result_columns(book, decided)
        return decided.select("id", **{name: column for name, column in results.items() if name in self.wanted})

    def titles(self, book: Rules, decided: pl.DataFrame, environment: Environment) -> pl.DataFrame:
        """The units with the titles that they win."""
        # Lazily: on an eager frame polars 2.1 cannot compare a literal with a column that holds one value.
        layers = scoring.Layers(framed(decided.lazy()), replace(environment, held={}))
        layers.hold(title.when for title in book.titles)
        columns = {}
        for title in book.titles:
            won = compile_truth(title.when, layers.environment).column
            if title.id in book.policy.titles:
                won = won & ~layers.environment.column(f"withheld:{title.id}")
            columns[f"title:{title.id}"] = won.fill_null(False) if self.final else won  # noqa: FBT003
        titled = unframed(layers.frame.with_columns(**columns)).collect()
        ruled = self.rulings.of(book.id, "title")
        for name in dict.fromkeys(item.name for item in ruled):
            own = [item for item in ruled if item.name == name]
            titled, stale = with_ruled_truths(titled, own, f"title:{name}", lapse=self.lapse)
            self.problems += stale
        return titled

    def issued(self, book: Rules, decided: pl.DataFrame) -> pl.DataFrame:
        """The grades as they were issued, where people may rule on them."""
        criteria = self.rulings.of(book.id, "criterion")
        self.problems += [] if self.lapse else stale_criteria(decided, criteria)
        if book.said.rulings is None or "grade" not in book.said.rulings.on:
            return decided
        decided, stale = with_ruled_grades(book, decided, self.rulings.of(book.id, "grade"), lapse=self.lapse)
        self.problems += stale
        return decided.with_columns(**grade_columns(book, final=self.final))

    def groups(self, book: Rules) -> dict[str, pl.Series]:
        """For each selection within units above, their ids, where their table was given."""
        tables = self.facts.tables
        within = ((item.id, item.said.within or "") for item in book.selections if item.group is not None)
        return {id_: tables[kind]["id"] for id_, kind in within if kind in tables}

    def refuse_open_gaps(self, book: Rules, decided: pl.DataFrame, known: frozenset[str]) -> None:
        """A final rating refuses a gap that matters, where the rulebook says so."""
        facts = [id_ for id_ in book.facts if book.said.facts[id_].at_close == "refuse"]
        if not facts:
            return
        table = self.facts.tables[book.kind].select("id", *(pl.col(id_).alias(f"fact:{id_}") for id_ in facts))
        open_ = decided.filter(pl.col("grade_low") != pl.col("grade_high")).join(table, on="id")
        for id_ in facts:
            matters = [pl.lit(False)]  # noqa: FBT003
            weight = 1
            for atom in book.atoms:
                if id_ in facts_behind(atom, book, tables=known):
                    matters.append(pl.col("case") // weight % 3 == 2)  # noqa: PLR2004
                weight *= 3
            units = open_.filter(pl.col(f"fact:{id_}").is_null() & pl.any_horizontal(matters))["id"].to_list()
            if units:
                values = {
                    "fact": id_,
                    "label": book.facts[id_].label.zh,
                    "count": len(units),
                    "units": ", ".join(units[:20]),
                }
                self.problems.append(Diagnostic("gap_at_close", Place(book.file), values))

    def run_checks(self, book: Rules, kept: pl.DataFrame) -> None:
        for item in book.checks:
            fails = ~kept[f"check:{item.id}"]
            count = int(fails.sum())
            if not count:
                continue
            units = kept["id"].filter(fails).head(_UNITS_NAMED).to_list()
            severity = item.said.severity
            self.findings.append(Finding(book.id, item.id, severity, book.kind, count, tuple(units)))
            if severity == "refuse":
                label = item.said.label
                values = {
                    "check": item.id,
                    "label": label.zh if label else item.id,
                    "units": ", ".join(units[:20]),
                    "count": len(units),
                }
                self.problems.append(Diagnostic("check_refuses", Place(book.file), values))

    def raise_problems(self) -> None:
        if self.problems:
            raise InvalidFactsError(self.problems)
