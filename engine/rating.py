"""The whole rating of programmes: every rulebook in turn, lower kinds first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw
import polars as pl

from engine import scoring
from engine.diagnostic import Diagnostic, InvalidFactsError, InvalidRulesError, Place
from engine.expression import check
from engine.expression.columns import Environment, column_name, compile_truth
from engine.policy import decide_all
from engine.programme.resolved import facts_behind
from engine.programme.rules import Fixed
from engine.programme.symbols import implications

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.facts import Facts
    from engine.policy import Decision, Outcome
    from engine.programme import Programme
    from engine.programme.rules import Rules


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
    """

    book: Rules
    ratings: pl.DataFrame
    measures: pl.DataFrame
    outcomes: Mapping[int, Outcome]
    decisions: Mapping[int, Decision]


@dataclass(frozen=True)
class Finding:
    """Data that a check does not believe: how many units, and the first of them."""

    rulebook: str
    check: str
    severity: str
    kind: str
    count: int
    units: tuple[str, ...]


@dataclass(frozen=True)
class Rating:
    """The rating of programmes in a year.

    Attributes:
        year: the year rated.
        final: the evidence is closed: what is still open counts as not reached.
        programmes: the programmes rated by.
        facts: the facts rated.
        books: what each rulebook found, lower kinds first.
        skipped: the rulebooks whose kind has no table.
        findings: what the data checks found.
    """

    year: int
    final: bool
    programmes: tuple[Programme, ...]
    facts: Facts
    books: Mapping[str, BookRating]
    skipped: tuple[Rules, ...] = ()
    findings: tuple[Finding, ...] = field(default=())


def rate(
    programmes: Sequence[Programme] | Programme,
    facts: Facts,
    *,
    year: int,
    final: bool = False,
    measures: bool = True,
) -> Rating:
    """Rate every unit.

    Args:
        programmes: what to rate by.
        facts: what was reported, as `engine.facts` reads it.
        year: the year, for dated parameters.
        final: close the evidence: a pending unit gets the worst grade of its range, an unknown title is not won.
        measures: keep the numbers behind the ratings; explanations need them.

    Raises:
        InvalidRulesError: a parameter has no value in the year.
        InvalidFactsError: a check of severity `refuse` fails, or a final rating meets a gap that must be closed.
    """
    programmes = tuple(programmes) if not hasattr(programmes, "rulebooks") else (cast("Programme", programmes),)
    work = _Work(programmes, facts, year, final=final, measures=measures)
    for programme in programmes:
        work.rate_programme(programme)
    work.raise_problems()
    return Rating(year, final, programmes, facts, work.books, tuple(work.skipped), tuple(work.findings))


def constants_in_force(programme: Programme, year: int) -> dict[tuple[str, str], Node]:
    """The value of every parameter in a year.

    Raises:
        InvalidRulesError: a parameter starts later.
    """
    constants: dict[tuple[str, str], Node] = {}
    problems = []
    for book in programme.rulebooks:
        for id_, parameter in book.parameters.items():
            found = parameter.in_force(year)
            if found is None:
                values = {"name": id_, "year": year, "first": min(parameter.values)}
                problems.append(Diagnostic("parameter_before_first_year", Place(book.file), values))
            else:
                constants[book.id, id_] = found[1]
    if problems:
        raise InvalidRulesError(problems)
    return constants


def working_frame(table: pl.DataFrame, above: Mapping[str, pl.DataFrame]) -> pl.LazyFrame:
    """A table of facts as scoring reads it: dates as numbers of days, and the ancestor of each kind in `^kind`.

    Args:
        table: the facts of a kind.
        above: the tables of the kinds above it, nearest first.
    """
    dates = [name for name, type_ in table.schema.items() if type_ == pl.Date]
    frame = table.lazy().with_columns(pl.col(dates).cast(pl.Int32)) if dates else table.lazy()
    step = "parent"
    for kind, upper in above.items():
        frame = frame.with_columns(pl.col(step).alias(f"^{kind}"))
        if "parent" not in upper.columns:
            break
        parents = upper.lazy().select(pl.col("id"), pl.col("parent").alias("^"))
        frame = frame.join(parents, left_on=f"^{kind}", right_on="id", how="left", maintain_order="left")
        step = f"^^{kind}"
        frame = frame.rename({"^": step})
    return frame


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
    ) -> None:
        self.facts = facts
        self.year = year
        self.final = final
        self.measures = measures
        self.wanted = _wanted_results(programmes)
        self.books: dict[str, BookRating] = {}
        self.skipped: list[Rules] = []
        self.findings: list[Finding] = []
        self.problems: list[Diagnostic] = []

    def rate_programme(self, programme: Programme) -> None:
        constants = constants_in_force(programme, self.year)
        frames = {
            kind: working_frame(table, self.above(kind, programme))
            for kind, table in self.facts.tables.items()
            if kind in programme.parents
        }
        environments = {kind: self.environment(kind, constants) for kind in frames}
        for book in programme.rulebooks:
            if book.kind not in frames:
                self.skipped.append(book)
                continue
            lower = {
                kind: scoring.Lower(nw.from_native(frame), environments[kind])
                for kind, frame in frames.items()
                if f"^{book.kind}" in frame.collect_schema()
            }
            scored, environment = self.score(book, frames[book.kind], environments[book.kind], lower)
            results = self.conclude(book, scored, environment)
            if len(results.columns) > 1:
                frames[book.kind] = frames[book.kind].join(results.lazy(), on="id", how="left", maintain_order="left")

    def above(self, kind: str, programme: Programme) -> dict[str, pl.DataFrame]:
        """The tables of the kinds above one, nearest first, as far as there are any."""
        found: dict[str, pl.DataFrame] = {}
        while (parent := programme.parents.get(kind)) is not None and parent in self.facts.tables:
            found[parent] = self.facts.tables[parent]
            kind = parent
        return found

    def environment(self, kind: str, constants: Mapping[tuple[str, str], Node]) -> Environment:
        table = self.facts.tables[kind]
        nulls = table.null_count().row(0, named=True)
        return Environment(constants, lambda id_: nulls.get(id_, 1) > 0, refused=bool(table["_refused"].any()))

    def score(
        self,
        book: Rules,
        frame: pl.LazyFrame,
        environment: Environment,
        lower: Mapping[str, scoring.Lower],
    ) -> tuple[pl.DataFrame, Environment]:
        """Everything a rulebook measures, computed once, with what is known about its columns."""
        layers = scoring.score(book, nw.from_native(frame), environment, lower)
        names = dict.fromkeys(["id", "name", "parent", "_refused", *_outcome_columns(book), *_title_columns(book)])
        if self.measures:
            names |= dict.fromkeys(measure_columns(book))
        known = set(layers.frame.collect_schema().names())
        for name in [name for name in names if f"{name}:high" in known]:
            names[f"{name}:high"] = None
        names |= dict.fromkeys(name for name in self.wanted if name in known)
        collected: pl.DataFrame = layers.frame.select(*names).to_native().collect()
        return collected if collected["id"].is_sorted() else collected.sort("id"), layers.environment

    def conclude(self, book: Rules, scored: pl.DataFrame, environment: Environment) -> pl.DataFrame:
        """Reason each case once, give every unit its grade and titles; returns what upper rulebooks may ask."""
        cases = [int(code) for code in scored["case"].unique().sort()]
        policy = replace(book.policy, implications=implications(book.atoms, environment.constants))
        outcomes, decisions = decide_all(policy, cases)
        decided = scored.join(_outcome_frame(book, outcomes), on="case", how="left", maintain_order="left")
        decided = decided.with_columns(**_grades(book, final=self.final))
        decided = nw.from_native(decided).with_columns(**self.titles(book, environment)).to_native()
        if self.final:
            self.refuse_open_gaps(book, decided)
        kept = decided.filter(~pl.col("_refused")) if environment.refused else decided
        self.run_checks(book, kept)
        self.books[book.id] = BookRating(
            book,
            _ratings(book, kept),
            _measures(book, kept) if self.measures else pl.DataFrame(),
            outcomes,
            decisions,
        )
        results = _results(book, decided)
        return decided.select("id", **{name: column for name, column in results.items() if name in self.wanted})

    def titles(self, book: Rules, environment: Environment) -> dict[str, nw.Expr]:
        columns = {}
        for title in book.titles:
            won = compile_truth(title.when, environment).column
            if title.id in book.policy.titles:
                won = won & ~nw.col(f"withheld:{title.id}")
            columns[f"title:{title.id}"] = won.fill_null(False) if self.final else won  # noqa: FBT003
        return columns

    def refuse_open_gaps(self, book: Rules, decided: pl.DataFrame) -> None:
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
                if id_ in facts_behind(atom, book):
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


# Columns


def _wanted_results(programmes: Sequence[Programme]) -> frozenset[str]:
    """The results and measures of lower units that some rulebook above asks for, by the name of their column."""
    found: set[str] = set()
    for book in (book for programme in programmes for book in programme.rulebooks):
        for node in scoring.aggregates(book).values():
            for leaf in check.leaves(node):
                if isinstance(leaf, (check.ResultLeaf, check.MeasureLeaf)):
                    found |= {column_name(leaf), f"{column_name(leaf)}:high"}
    return frozenset(found)


def _outcome_columns(book: Rules) -> list[str]:
    names = ["case", "score", "score_max", *(f"good.{good.id}" for good in book.goods)]
    for criterion in book.criteria:
        names += [f"applicable:{criterion.id}"] if criterion.applies is not None else []
        names.append(f"met:{criterion.id}")
    return [*names, *(f"check:{item.id}" for item in book.checks)]


def _title_columns(book: Rules) -> list[str]:
    """The columns that the conditions of titles read."""
    found = []
    for title in book.titles:
        for leaf in check.leaves(title.when):
            if isinstance(leaf, check.OutcomeLeaf) and leaf.part == "grade":
                continue
            if not isinstance(leaf, (check.ParameterLeaf, check.ChoiceLeaf)):
                found.append(column_name(leaf))
        found += scoring.aggregates_in(title.when)
    return found


def measure_columns(book: Rules) -> dict[str, str]:
    """The columns of the numbers behind a rating, with the name each has in the table of measures."""
    names = {f"{book.id}.{item.id}": item.id for item in book.measures}
    names |= {name: name[1:] for name in scoring.aggregates(book)}
    names |= {name: name for name in scoring.traced_operands(book)}
    names |= {name: name for name in scoring.traced_conditions(book)}
    names |= {
        f"{name}:of": f"{name[1:]}_of" for name, node in scoring.aggregates(book).items() if node.function == "share"
    }
    tables = [item.id for item in book.criteria if item.points is not None and not isinstance(item.points, Fixed)]
    names |= {f"points:{id_}": f"points:{id_}" for id_ in tables}
    names |= {f"check:{item.id}": f"check:{item.id}" for item in book.checks}
    return names | {name: name for name in ("score_max", "goods_met", "goods_count")}


def _outcome_frame(book: Rules, outcomes: Mapping[int, Outcome]) -> pl.DataFrame:
    """What the policy makes of each case, one row a case."""
    grades = pl.Enum(list(book.grades))
    rows = list(outcomes.items())
    columns: dict[str, Any] = {"case": pl.Series([code for code, _ in rows], dtype=pl.Int64)}
    for name in ("grade_low", "grade_high", "proposed_low", "proposed_high"):
        columns[name] = pl.Series([book.grades[getattr(outcome, name)] for _, outcome in rows], dtype=grades)
    columns["rules"] = pl.Series([",".join(outcome.fired) for _, outcome in rows], dtype=pl.String)
    for title in book.policy.titles:
        withheld = [True if title in o.withheld else None if title in o.may_withhold else False for _, o in rows]
        columns[f"withheld:{title}"] = pl.Series(withheld, dtype=pl.Boolean)
    return pl.DataFrame(columns)


def _grades(book: Rules, *, final: bool) -> dict[str, pl.Expr]:
    """The grade (null while pending), and its rank with worst = 0 as expressions read it."""
    low, high = pl.col("grade_low"), pl.col("grade_high")
    worst = len(book.grades) - 1

    def rank(column: pl.Expr) -> pl.Expr:
        return worst - column.to_physical().cast(pl.Float64)

    return {
        "issued": low if final else pl.when(low == high).then(low),
        "grade": rank(low),
        "grade:high": rank(low if final else high),
    }


def _results(book: Rules, decided: pl.DataFrame) -> dict[str, pl.Expr]:
    """What rulebooks above may ask of this one; they do not know which numbers are certain."""

    def high(name: str) -> pl.Expr:
        return pl.col(f"{name}:high" if f"{name}:high" in decided.columns else name)

    columns = {f"{book.id}:grade": pl.col("grade"), f"{book.id}:grade:high": pl.col("grade:high")}
    columns |= {f"{book.id}:score": pl.col("score"), f"{book.id}:score:high": high("score")}
    columns |= {f"{book.id}:title.{title.id}": pl.col(f"title:{title.id}") for title in book.titles}
    columns |= {f"{book.id}:good.{good.id}": pl.col(f"good.{good.id}") for good in book.goods}
    for item in book.measures:
        name = f"{book.id}.{item.id}"
        columns[name] = pl.col(name)
        if item.type.name != "boolean":
            columns[f"{name}:high"] = high(name)
    return columns


def _ratings(book: Rules, decided: pl.DataFrame) -> pl.DataFrame:
    columns = {
        "id": pl.col("id"),
        "name": pl.col("name"),
        "parent": pl.col("parent"),
        "grade": pl.col("issued"),
        **{name: pl.col(name) for name in ("grade_low", "grade_high", "proposed_low", "proposed_high")},
        "pending": pl.col("issued").is_null(),
        "points_low": pl.col("score"),
        "points_high": pl.col("score:high" if "score:high" in decided.columns else "score"),
        "case": pl.col("case"),
        "rules": pl.col("rules"),
    }
    columns |= {title.id: pl.col(f"title:{title.id}") for title in book.titles if title.id not in columns}
    columns |= {good.id: pl.col(f"good.{good.id}") for good in book.goods}
    for criterion in book.criteria:
        applicable = pl.col(f"applicable:{criterion.id}")
        met = pl.col(f"met:{criterion.id}")
        # Of a criterion that does not apply there is nothing to meet.
        columns[criterion.id] = (
            met if criterion.applies is None else pl.when(applicable | applicable.is_null()).then(met)
        )
        if criterion.applies is not None:
            columns[f"{criterion.id}_applicable"] = applicable
    return decided.select(**columns)


def _measures(book: Rules, decided: pl.DataFrame) -> pl.DataFrame:
    """The numbers behind the ratings: the low end in `name`, the high end in `name_high` where it differs."""
    columns: dict[str, pl.Expr] = {"id": pl.col("id")}
    for column, name in measure_columns(book).items():
        columns[name] = pl.col(column)
        if f"{column}:high" in decided.columns:
            high = pl.col(f"{column}:high")
            columns[f"{name}_high"] = pl.when(high != pl.col(column)).then(high)
    return decided.select(**columns)
