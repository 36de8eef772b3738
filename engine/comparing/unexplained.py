"""What changed between two runs without a paper that says why: no correction, no ruling."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.comparing.causes import same_rules
from engine.comparing.model import PENDING
from engine.messages.words import WORDS
from engine.numbers import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.archive import Run
    from engine.explanation.model import Piece, Text

Data = dict[str, Any]
_STANDING = ("id", "name", "parent", "_file", "_row", "_refused")


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        what: `facts`: a fact is another one; `rules`: the grade is, and the rules can have done that; `appeared` or
            `gone`: the unit is in one run only; `refused`: its row is refused in one run only.
        kind: the unit's kind.
        id: the unit.
        name: its name.
        of: the fact, or the rulebook.
        before: what it was.
        after: what it is.
    """

    what: str
    kind: str
    id: str
    name: str
    of: Text | None
    before: Piece | None
    after: Piece | None


@dataclass(frozen=True)
class Unexplained:
    """What no paper explains, and how much the papers of the second run explain.

    Attributes:
        before: the folder of the first run.
        after: that of the second.
        corrections: how many facts differ by a correction.
        rulings: how many rulings the first run did not have.
        changes: what else differs.
    """

    before: str
    after: str
    corrections: int
    rulings: int
    changes: tuple[Change, ...]

    def as_data(self) -> Data:
        """The same as plain data, for JSON."""
        return asdict(self)


def unexplained(before: Run, after: Run) -> Unexplained:
    """What changed between two runs without a correction or ruling.

    A grade that moved because facts did is explained as these are, and so is one that moved because the evidence was
    closed. Where the rules are others, every grade that moved is told: no paper stands for that.

    Args:
        before: the first, say the draft.
        after: the second, say the final run.
    """
    ruled = _rulings(after) - _rulings(before)
    left_out = {(item["kind"], item["id"]) for item in after.rulings if item["on"] == "exempt"}
    corrected = {(item["kind"], item["id"], item["fact"]) for item in after.corrections}
    changes: list[Change] = []
    explained = 0
    for kind in dict.fromkeys((*before.manifest["counts"], *after.manifest["counts"])):
        for change, fact in _of_kind(before, after, kind):
            if fact is not None and (kind, change.id, fact) in corrected:
                explained += 1
            elif not (change.what == "gone" and (kind, change.id) in left_out):
                changes.append(change)
    if not same_rules(before, after):
        papers = {(kind, id_) for kind, id_, *_ in ruled}
        changes += [item for item in _moved(before, after) if (item.kind, item.id) not in papers]
    return Unexplained(str(before.folder), str(after.folder), explained, len(ruled), tuple(changes))


def _rulings(run: Run) -> set[tuple[str, str, str, str, str]]:
    return {(item["kind"], item["id"], item["on"], item["name"], item["new"]) for item in run.rulings}


def _of_kind(before: Run, after: Run, kind: str) -> Iterator[tuple[Change, str | None]]:
    """What differs in the facts of a kind; of a fact, which."""
    known = [kind in run.manifest["counts"] for run in (before, after)]
    if not all(known):
        run, what = (before, "gone") if known[0] else (after, "appeared")
        for id_, name in run.facts(kind).select("id", "name").collect().iter_rows():
            yield Change(what, kind, id_, name or id_, None, None, None), None
        return
    old, new = (run.facts(kind).collect() for run in (before, after))
    for what, table in (("gone", old.join(new, on="id", how="anti")), ("appeared", new.join(old, on="id", how="anti"))):
        for id_, name in table.select("id", "name").iter_rows():
            yield Change(what, kind, id_, name or id_, None, None, None), None
    both = new.join(old, on="id", suffix="^", maintain_order="left")
    described: Data = before.rules["facts"].get(kind, {}) | after.rules["facts"].get(kind, {})
    for id_, name, was in (
        both.filter(pl.col("_refused") != pl.col("_refused^")).select("id", "name", "_refused^").rows()
    ):
        refused, rated = WORDS["refused"], WORDS["rated"]
        yield Change("refused", kind, id_, name or id_, None, *((refused, rated) if was else (rated, refused))), None
    whole = both.filter(~pl.col("_refused") & ~pl.col("_refused^"))
    for fact in (name for name in new.columns if name not in _STANDING and name in old.columns):
        differs = whole.filter(pl.col(fact).ne_missing(pl.col(f"{fact}^"))).select("id", "name", f"{fact}^", fact)
        label: Text = described.get(fact, {}).get("label") or {"zh": fact, "en": fact}
        for id_, name, *values in differs.iter_rows():
            shown = [None if value is None else written(described[fact], value) for value in values]
            yield Change("facts", kind, id_, name or id_, label, shown[0], shown[1]), fact


def _moved(before: Run, after: Run) -> Iterator[Change]:
    """The units whose grade is another one."""
    for book, kind in after.manifest["rulebooks"].items():
        if before.manifest["rulebooks"].get(book) != kind:
            continue
        rules = after.rules["rulebooks"][book]
        labels: dict[str, Text] = {item["id"]: item["label"] for item in rules["grades"]} | {PENDING: WORDS["pending"]}
        grade = pl.col("grade").cast(pl.String).fill_null(PENDING)
        old, new = (run.ratings(book).select("id", "name", grade=grade) for run in (before, after))
        both = new.join(old, on="id", suffix="^", maintain_order="left").filter(pl.col("grade") != pl.col("grade^"))
        for id_, name, now, was in both.select("id", "name", "grade", "grade^").collect().iter_rows():
            yield Change("rules", kind, id_, name or id_, rules["label"], labels.get(was, was), labels.get(now, now))
