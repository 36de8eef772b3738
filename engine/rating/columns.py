"""The columns of a rating: which are collected, what the policy adds, and what the tables of a rating hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine import scoring
from engine.expression import syntax, typed
from engine.expression.columns import column_name, table_column
from engine.expression.conditions import conditions, is_compound
from engine.expression.text import spell
from engine.programme.rules import Fixed
from engine.rating.histories import HISTORY
from engine.rating.targets import answer_columns, status_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.expression.syntax import Node
    from engine.policy import Outcome
    from engine.programme import Programme
    from engine.programme.rules import Rules


BESIDE = ("advisory", "computed_grade", "computed_low", "computed_high", "ruled_by")
"""Columns of ratings that stand there where the rulebook lets people rule, or has a scope."""


def wanted_results(programmes: Sequence[Programme]) -> frozenset[str]:
    """The results and measures of lower units that some rulebook above asks for, by the name of their column."""
    found: set[str] = set()
    for book in (book for programme in programmes for book in programme.rulebooks):
        for node in scoring.aggregates(book).values():
            for leaf in typed.leaves(node):
                if isinstance(leaf, (typed.ResultLeaf, typed.MeasureLeaf)):
                    found |= {column_name(leaf), f"{column_name(leaf)}:high"}
    return frozenset(found)


def outcome_columns(book: Rules) -> list[str]:
    """The columns that every rating collects."""
    names = ["case", "score", "score_max", *(f"good.{good.id}" for good in book.goods)]
    for criterion in book.criteria:
        names += [f"applicable:{criterion.id}"] if criterion.applies is not None else []
        names.append(f"met:{criterion.id}")
    return [*names, *answer_columns(book), *(f"check:{item.id}" for item in book.checks)]


def late_columns(book: Rules) -> list[str]:
    """The columns that the conditions of titles, the expressions of selections and the keys of settlements read."""
    found = []
    late = [title.when for title in book.titles] + [part for item in book.selections for part in item.nodes]
    late += [key.value for item in book.settlements for key in item.keys]
    for node in late:
        for leaf in _own_leaves(node):
            if isinstance(leaf, typed.OutcomeLeaf) and leaf.part in {"grade", "title"}:
                continue
            if not isinstance(leaf, (typed.ParameterLeaf, typed.ChoiceLeaf)):
                found.append(column_name(leaf))
            if isinstance(leaf, typed.FactLeaf):
                found += [bound for bound in (leaf.column.low, leaf.column.high) if isinstance(bound, str)]
        found += scoring.aggregates_in(node)
    return found


def _own_leaves(node: Node) -> Iterator[typed.Leaf]:
    """The leaves of an expression that are read from the unit itself: those of aggregates are not."""
    if isinstance(node, typed.Leaf):
        yield node
    elif not isinstance(node, syntax.Aggregate):
        for child in syntax.children(node):
            yield from _own_leaves(child)


def measure_columns(book: Rules) -> dict[str, str]:
    """The columns of the numbers behind a rating, with the name each has in the table of measures."""
    names = {f"{book.id}.{item.id}": item.id for item in book.measures}
    names |= {name: name[1:] for name in scoring.aggregates(book)}
    names |= {name: name for name in scoring.traced_operands(book)}
    names |= {name: name for name in scoring.traced_conditions(book)}
    names |= {
        f"{name}:of": f"{name[1:]}_of" for name, node in scoring.aggregates(book).items() if node.function == "share"
    }
    names |= {table_column(kind): table_column(kind) for kind in sorted(scoring.tables_asked(book))}
    names |= {
        column: column[1:]
        for name, node in scoring.aggregates(book).items()
        for column in scoring.beside(node, name)[::2]
    }
    tables = [item.id for item in book.criteria if item.points is not None and not isinstance(item.points, Fixed)]
    names |= {f"points:{id_}": f"points:{id_}" for id_ in tables}
    names |= {f"check:{item.id}": f"check:{item.id}" for item in book.checks}
    names |= {f"{HISTORY}{id_}": f"{id_}_history" for id_ in book.states}
    names |= {scoring.GOODS: scoring.GOODS} if book.score.parts else {}
    return names | {name: name for name in ("score_max", "goods_met", "goods_count")}


def late_conditions(book: Rules) -> dict[str, Node]:
    """The parts of compound conditions of selections whose truth an explanation shows, and that nothing else holds."""
    whens = [item.when for item in book.selections if item.when is not None and is_compound(item.when)]
    found = {spell(part): part for when in whens for part in conditions(when)}
    held = {*measure_columns(book).values()} if found else set()
    return {name: part for name, part in found.items() if name not in held}


def outcome_frame(book: Rules, outcomes: Mapping[int, Outcome]) -> pl.DataFrame:
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


def grade_columns(book: Rules, *, final: bool) -> dict[str, pl.Expr]:
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


def result_columns(book: Rules, decided: pl.DataFrame) -> dict[str, pl.Expr]:
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


def _grades(book: Rules) -> dict[str, pl.Expr]:
    """The grade of each unit with its range; nothing where the rulebook gives no grades."""
    names = ("grade", "grade_low", "grade_high", "proposed_low", "proposed_high")
    if not book.rated:
        return {**{name: pl.lit(None, pl.String).alias(name) for name in names}, "pending": pl.lit(value=False)}
    columns = dict(zip(names, (pl.col("issued"), *map(pl.col, names[1:])), strict=True))
    if book.settlements:
        columns |= {name: pl.col(name) for name in ("adjusted_low", "adjusted_high")}
    return {**columns, "pending": pl.col("issued").is_null()}


def ratings_table(book: Rules, decided: pl.DataFrame, year: int) -> pl.DataFrame:
    """The ratings of a year as a run keeps them, one row a unit."""
    columns = {
        "id": pl.col("id"),
        "name": pl.col("name"),
        "parent": pl.col("parent"),
        **_grades(book),
        "points_low": pl.col("score"),
        "points_high": pl.col("score:high" if "score:high" in decided.columns else "score"),
        "case": pl.col("case"),
        "rules": pl.col("rules") if book.rated else pl.lit(""),
    }
    columns |= {name: pl.col(name) for name in BESIDE if name in decided.columns}
    columns |= {title.id: pl.col(f"title:{title.id}") for title in book.titles if title.id not in columns}
    for name in [name for name in decided.columns if name.startswith("computed:")]:
        columns[f"{name.rpartition(':')[2]}_computed"] = pl.col(name)
    columns |= status_columns(book, year)
    columns |= {good.id: pl.col(f"good.{good.id}") for good in book.goods}
    columns |= {id_: pl.col(id_) for id_ in book.states}
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


def measures_table(book: Rules, decided: pl.DataFrame) -> pl.DataFrame:
    """The numbers behind the ratings: the low end in `name`, the high end in `name_high` where it differs."""
    columns: dict[str, pl.Expr] = {"id": pl.col("id")}
    for column, name in measure_columns(book).items():
        columns[name] = pl.col(column)
        if f"{column}:high" in decided.columns:
            high = pl.col(f"{column}:high")
            columns[f"{name}_high"] = pl.when(high != pl.col(column)).then(high)
    columns |= {f"eligible:{item.id}": pl.col(f"eligible:{item.id}") for item in book.selections}
    columns |= {name: pl.col(name) for name in late_conditions(book)}
    return decided.select(**columns)
