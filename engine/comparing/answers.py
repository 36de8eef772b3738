"""What a run answers of its units, every answer as a word: so that answers of two runs can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine.comparing.model import PENDING
from engine.listing import policy_rules
from engine.messages.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.archive import Run
    from engine.explanation.model import Text

Data = dict[str, Any]
FORMS = ("rule", "title", "good", "criterion", "target", "state", "selection")
"""What gives answers, in the order in which changes are told."""
_MOVING = ("title:", "target:", "state:", "selection:")
_NOT_ELIGIBLE = "not_eligible"


def answers(run: Run, rulebook: str) -> pl.LazyFrame:
    """Every answer of a rulebook, one row a unit: `title:t`, `criterion:c` … as texts, the grades as theirs.

    The columns `id`, `name`, `parent`, `grade` (`pending` while it is), `grade_low`, `grade_high`, `points_low`,
    `points_high`, `rules` and `case` stand before them.
    """
    book = run.rules["rulebooks"][rulebook]
    ratings = run.ratings(rulebook)
    known = set(ratings.collect_schema().names())
    text = pl.String
    columns = [pl.col("id", "name", "parent")]
    grade = pl.col("grade").cast(text)
    columns.append(grade.fill_null(PENDING).alias("grade") if book["grades"] else grade)
    columns += [pl.col("grade_low", "grade_high").cast(text), pl.col("points_low", "points_high", "rules", "case")]
    columns += [_truth(item["id"], "won", "not_won").alias(f"title:{item['id']}") for item in book["titles"]]
    columns += [_truth(item["id"], "met", "unmet").alias(f"good:{item['id']}") for item in book["goods"]]
    for item in (item for good in book["goods"] for item in good["criteria"]):
        answer = _truth(item["id"], "met", "unmet")
        if (applicable := f"{item['id']}_applicable") in known:
            answer = pl.when(~pl.col(applicable)).then(pl.lit("not_applicable")).otherwise(answer)
        columns.append(answer.alias(f"criterion:{item['id']}"))
    states = [
        *(("target", item["id"]) for item in book.get("targets", ())),
        *(("state", item["id"]) for item in book.get("lifecycles", ())),
    ]
    columns += [pl.col(id_).cast(text).fill_null("unknown").alias(f"{what}:{id_}") for what, id_ in states]
    found = ratings.select(columns)
    for item in book["select"]:
        name = f"selection:{item['id']}"
        chosen = run.selection(rulebook, item["id"]).select("id", pl.col("status").cast(text).alias(name))
        found = found.join(chosen, on="id", how="left", maintain_order="left").with_columns(
            pl.col(name).fill_null(_NOT_ELIGIBLE)
        )
    return found


def moving(columns: Iterable[str]) -> list[str]:
    """The answers by which a unit moves: its grade or an end of its range, a title, target, state or selection."""
    return [name for name in columns if name in {"grade", "grade_low", "grade_high"} or name.startswith(_MOVING)]


def _truth(column: str, yes: str, no: str) -> pl.Expr:
    truth = pl.col(column)
    return pl.when(truth).then(pl.lit(yes)).when(~truth).then(pl.lit(no)).otherwise(pl.lit("unknown"))


def label_of(book: Data, what: str, id_: str) -> Text | None:
    """What something that gives answers is called; None when a rulebook does not have it."""
    items: list[Data] = {
        "rule": policy_rules(book),
        "title": book["titles"],
        "good": book["goods"],
        "criterion": [item for good in book["goods"] for item in good["criteria"]],
        "target": book.get("targets", []),
        "state": [*book.get("lifecycles", ())],
        "selection": book["select"],
    }[what]
    return next((item["label"] or {"zh": id_, "en": id_} for item in items if item["id"] == id_), None)


def word_of(book: Data, what: str, id_: str, sign: str) -> Text:
    """The word for an answer."""
    if what == "state":
        (life,) = (item for item in book.get("lifecycles", ()) if item["id"] == id_)
        return life["states"].get(sign) or WORDS["unknown"]
    keys = {"target": f"target_{sign}", "rule": f"rule_{sign}", "title": "title_open" if sign == "unknown" else sign}
    return WORDS[keys.get(what, sign)]
