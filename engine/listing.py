"""Which units of a run: counts by grade, and the units that fulfil a filter."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.archive import InvalidRunError
from engine.archive.units import similar_units
from engine.diagnostic import Diagnostic, Place, near
from engine.messages.words import WORDS
from engine.numbers import score_limits, write_score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from engine.archive import Run

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """What units to list. Only the parts that are given count.

    Attributes:
        grade: a grade, by id or label.
        rule: a policy rule that fired.
        criterion: a criterion, good or title with `true`, `false` or `unknown`, as `cross_posting_share=false`.
        parent: the unit above, by id or name.
        pending: the grade is still open.
        near: the score is within so many points of a boundary of the policy.
        target: a target with its status, as `five_goods_villages=short`.
    """

    grade: str | None = None
    rule: str | None = None
    criterion: str | None = None
    parent: str | None = None
    pending: bool = False
    near: float | None = None
    target: str | None = None


def counts(run: Run) -> list[Data]:
    """Units by grade, for each rulebook."""
    found = []
    records = record_kinds(run)
    for id_, kind in run.manifest["rulebooks"].items():
        if kind in records:
            continue
        book = run.rules["rulebooks"][id_]
        columns = [pl.len().alias("units"), pl.col("pending").sum()]
        columns += [(pl.col("grade") == grade["id"]).sum().alias(f"grade:{grade['id']}") for grade in book["grades"]]
        columns += [pl.col(title["id"]).sum().alias(f"title:{title['id']}") for title in book["titles"]]
        row = run.ratings(id_).select(columns).collect().row(0, named=True)
        named = [(WORDS["units"], row["units"])]
        named += [(grade["label"], row[f"grade:{grade['id']}"]) for grade in book["grades"]]
        named += [(WORDS["pending"], row["pending"])] if book["grades"] else []
        named += [(title["label"], row[f"title:{title['id']}"]) for title in book["titles"]]
        states = [_states(run, id_, life) for life in book.get("lifecycles", ())]
        described = {"rulebook": id_, "programme": book["programme"], "label": book["label"]}
        found.append({**described, "counts": named, "lifecycles": states})
    return found


def record_kinds(run: Run) -> frozenset[str]:
    """The kinds whose rows are records: they are counted, not rated."""
    return frozenset(kind for programme in run.rules["programmes"] for kind in programme.get("records", ()))


def _states(run: Run, rulebook: str, life: Data) -> Data:
    """Units by the state of a lifecycle, those of which it is unknown last."""
    units = dict(run.ratings(rulebook).group_by(life["id"]).len().collect().rows())
    named = [(label, units.get(state, 0)) for state, label in life["states"].items()]
    return {"id": life["id"], "label": life["label"], "counts": [*named, (WORDS["unknown"], units.get(None, 0))]}


def select(run: Run, wanted: Filter) -> list[Data]:
    """The units that fulfil a filter, for each rulebook that can answer it; records only by a criterion of theirs.

    Raises:
        InvalidRunError: a name in the filter is known to no rulebook of the run.
    """
    books: Mapping[str, Data] = {id_: run.rules["rulebooks"][id_] for id_ in run.manifest["rulebooks"]}
    problems: list[Diagnostic] = []
    found = []
    records = record_kinds(run)
    for id_, book in books.items():
        if book["kind"] in records and wanted.criterion is None:
            continue
        condition = _condition(run, id_, book, wanted)
        if condition is None:
            continue
        rows = run.ratings(id_).filter(condition).select(_SHOWN).collect()
        parents = _parent_names(run, book, rows["parent"])
        units = [_unit(row, book, parents) for row in rows.to_dicts()]
        found.append({"rulebook": id_, "label": book["label"], "rated": bool(book["grades"]), "units": units})
    for name, value, known in (
        ("grade", wanted.grade, _names(books.values(), lambda book: book["grades"])),
        (
            "rule",
            wanted.rule,
            _names(books.values(), policy_rules),
        ),
        (
            "criterion",
            None if wanted.criterion is None else wanted.criterion.partition("=")[0],
            _names(books.values(), _answers),
        ),
        (
            "target",
            None if wanted.target is None else wanted.target.partition("=")[0],
            _names(books.values(), _targets),
        ),
    ):
        if value is not None and value not in known:
            values = {"what": name, "name": value}
            problems.append(
                Diagnostic(f"unknown_{name}_in_run", Place(str(run.folder)), values, near(value, known, n=3))
            )
    if wanted.parent is not None and not _is_known(run, wanted.parent):
        problems.append(
            Diagnostic(
                "unknown_unit", Place(str(run.folder)), {"name": wanted.parent}, similar_units(run, wanted.parent)
            )
        )
    if wanted.criterion is not None and wanted.criterion.partition("=")[2] not in _TRUTHS:
        problems.append(Diagnostic("criterion_filter", Place(str(run.folder)), {"written": wanted.criterion}))
    if wanted.target is not None and _status(wanted.target.partition("=")[2]) not in _STATUSES:
        status, values = wanted.target.partition("=")[2], {"written": wanted.target}
        problems.append(Diagnostic("target_filter", Place(str(run.folder)), values, near(status, _STATUSES)))
    if wanted.near is not None and not isfinite(wanted.near):
        problems.append(Diagnostic("near_not_finite", Place(str(run.folder)), {"written": wanted.near}))
    if problems:
        raise InvalidRunError(problems)
    return found


_SHOWN = ("id", "name", "parent", "grade", "grade_low", "grade_high", "points_low", "points_high", "rules")
_TRUTHS = {"true": True, "false": False, "unknown": None}
_STATUSES = ("reached", "on_course", "not_due", "short", "unknown")


def _status(written: str) -> str:
    """The status of a target that is meant: by its name, or by its word in either language."""
    return next((id_ for id_ in _STATUSES if written in {id_, *WORDS[f"target_{id_}"].values()}), written)


def policy_rules(book: Data) -> list[Data]:
    """The rules of a policy that may fire for a unit, in the order of its stages."""
    policy = book["policy"]
    return [*policy["propose"], *policy["adjust"], *policy.get("settle", ())]


def _answers(book: Data) -> list[Data]:
    criteria = [item for good in book["goods"] for item in good["criteria"]]
    return [*book["titles"], *book["goods"], *criteria]


def _targets(book: Data) -> list[Data]:
    targets: list[Data] = book.get("targets", [])
    return targets


def _names(books: Iterable[Data], items: Callable[[Data], list[Data]]) -> list[str]:
    """Labels and ids; ids last, so that they are the ones to be suggested."""
    found = [item for book in books for item in items(book)]
    labels = [text for item in found for text in (item["label"] or {}).values()]
    return [*labels, *(item["id"] for item in found)]


def _id_of(items: list[Data], name: str) -> str | None:
    """The id that a name or label means."""
    return next((item["id"] for item in items if name in {item["id"], *(item["label"] or {}).values()}), None)


def _condition(run: Run, book_id: str, book: Data, wanted: Filter) -> pl.Expr | None:
    """The filter as an expression; None when the rulebook does not have what it names."""
    condition = pl.lit(True)  # noqa: FBT003
    if wanted.grade is not None:
        grade = _id_of(book["grades"], wanted.grade)
        if grade is None:
            return None
        condition &= pl.col("grade") == grade
    if wanted.rule is not None:
        rule = _id_of(policy_rules(book), wanted.rule)
        if rule is None:
            return None
        condition &= pl.col("rules").str.split(",").list.contains(rule)
    if wanted.criterion is not None:
        name, _, truth = wanted.criterion.partition("=")
        answer = _id_of(_answers(book), name)
        if answer is None or truth not in _TRUTHS:
            return None
        value = _TRUTHS[truth]
        condition &= pl.col(answer).is_null() if value is None else pl.col(answer) == value
        applicable = f"{answer}_applicable"
        if value is None and applicable in run.ratings(book_id).collect_schema().names():
            condition &= pl.col(applicable).is_in([True, None], nulls_equal=True)
    if wanted.target is not None:
        name, _, written = wanted.target.partition("=")
        status = _status(written)
        target = _id_of(_targets(book), name)
        if target is None or status not in _STATUSES:
            return None
        condition &= pl.col(target).cast(pl.String).fill_null("unknown") == status
    if wanted.parent is not None:
        condition &= pl.col("parent").is_in(_parents(run, wanted.parent))
    if wanted.pending:
        condition &= pl.col("pending")
    if wanted.near is not None:
        limits = [float(limit) for limit in score_limits(book)]
        if not limits:
            return None
        distances = [
            (pl.col(end) - limit).abs() <= wanted.near for limit in limits for end in ("points_low", "points_high")
        ]
        condition &= pl.any_horizontal(distances)
    return condition


def _is_known(run: Run, name: str) -> bool:
    """Some unit has this id or name, or stands under a unit with this id."""
    named = pl.any_horizontal(pl.col("id", "name", "parent") == name).any()
    return any(run.facts(kind).select(named).collect().item() for kind in run.manifest["counts"])


def _parents(run: Run, name: str) -> list[str]:
    """The ids that a name may stand for; an id stands for itself, even when the units above have no table."""
    ids = [name]
    for kind in run.manifest["counts"]:
        ids += run.facts(kind).filter(pl.col("name") == name).select("id").collect()["id"].to_list()
    return ids


def _parent_names(run: Run, book: Data, parents: pl.Series) -> dict[str, str]:
    """The names of units above, where their table was given."""
    trees = {programme["id"]: programme["parents"] for programme in run.rules["programmes"]}
    kind = trees[book["programme"]].get(book["kind"])
    if kind not in run.manifest["counts"]:
        return {}
    table = run.facts(kind).filter(pl.col("id").is_in(parents.drop_nulls().unique().implode()))
    return dict(table.select("id", "name").collect().rows())


def _unit(row: Data, book: Data, parents: Mapping[str, str]) -> Data:
    labels = {grade["id"]: grade["label"] for grade in book["grades"]}
    rules = {rule["id"]: rule["label"] for rule in policy_rules(book)}
    fired = [id_ for id_ in row["rules"].split(",") if id_]
    return {
        **row,
        "rules": fired,
        "parent_name": parents.get(row["parent"], row["parent"]),
        "points": write_score(row["points_low"], row["points_high"], score_limits(book)),
        "grade_label": labels.get(row["grade"]),
        "grade_low_label": labels.get(row["grade_low"]),
        "grade_high_label": labels.get(row["grade_high"]),
        "rule_labels": [rules[id_] or {"zh": id_, "en": id_} for id_ in fired],
    }
