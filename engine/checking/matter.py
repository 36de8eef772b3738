"""Each criterion can change a grade or a title."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from engine.checking.boxes import Axis
from engine.checking.model import Result
from engine.checking.study import criterion_path
from engine.checking.walks import assembled, units
from engine.expression import syntax, typed
from engine.programme import rules
from engine.schema import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.checking.model import Finding
    from engine.checking.space import Part
    from engine.checking.study import Study
    from engine.expression.syntax import Node
    from engine.programme.rules import Criterion, Rules
    from engine.rating import BookRating

_NEIGHBOURS = 140
"""With how many units next to a boundary each criterion is tried first."""
_MORE = 4_000
_PAIRS = 2


def matter(study: Study) -> Result:
    """Each criterion can change a grade or a title, or is there for a selection; without grades it stands alone.

    Two units show it that differ in this criterion alone; or one unit that would fare otherwise, had the criterion been
    judged otherwise.
    """
    book = study.subject.book
    if not book.rated:
        return Result("criteria_matter", 0)
    open_ = [item for item in book.criteria if study.answers[item.id].n_unique() > 1]
    pairs = {item.id: _pairs(study, item) for item in open_}
    asked = [item for item in open_ if not _selects(study, item)]
    missing = [item for item in asked if _uses(study, item)]
    silent = [item for item in asked if item not in missing]
    for rows in (_boundaries(study), list(range(0, study.seen.picks.height, max(1, study.seen.picks.height // _MORE)))):
        if missing:
            moved = _moved(study, [(item, pair) for item in missing for pair in pairs[item.id]], rows)
            missing = [item for item in missing if item.id not in moved]
    missing = [item for item in missing if not _decides(study, item)]
    silent += [item for item in missing if _never_decides(study, item)]
    missing = [item for item in missing if item not in silent]
    findings: list[Finding] = [
        study.finding("W304", "proved", *criterion_path(item), criterion=item.id, good=item.good) for item in silent
    ]
    findings += [study.undecided(item.id, *criterion_path(item)) for item in missing]
    return Result("criteria_matter", len(open_), witnessed=len(open_) - len(findings), findings=tuple(findings))


Pair = tuple[int, int, int]
"""A part, and two of its choices that differ in one criterion alone."""


def _pairs(study: Study, criterion: Criterion) -> list[Pair]:
    """Choices of a part that differ in this criterion alone; where there are none, in as little as possible."""
    place = study.part_of(study.facts_of(criterion))
    if place is None:
        return []
    part = study.space.parts[place]
    own = [f"{criterion.id}", f"{criterion.id}_applicable", f"points:{criterion.id}"]
    found = _apart(part, own, _others(study, part, own))
    return [(place, *pair) for pair in found]


def _others(study: Study, part: Part, own: Sequence[str]) -> list[str]:
    """The answers that must stay the same: other criteria, and questions of the policy that these do not answer."""
    goods = {good.id for good in study.subject.book.goods}
    outcomes = {f"?{place}" for place in study.subject.outcome_atoms}
    return [
        name
        for name in part.answers.columns
        if name not in {*own, *goods, *outcomes} and not name.startswith("eligible:")
    ]


def _apart(part: Part, own: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]]:
    own = [name for name in own if name in part.answers.columns]
    rows = part.answers.with_row_index("^row")
    groups = rows.group_by(list(others) or pl.lit(0), maintain_order=True).agg(
        pl.col("^row").sort_by(list(reversed(own))).first().alias("^first"),
        pl.col("^row").sort_by(list(reversed(own))).last().alias("^last"),
        pl.struct(own).n_unique().alias("^kinds"),
    )
    found = groups.filter(pl.col("^kinds") > 1).head(_PAIRS)
    return list(zip(found["^first"].to_list(), found["^last"].to_list(), strict=True))


def _boundaries(study: Study) -> list[int]:
    """Rows of walks at which the grade or a title changes from one step to the next, on both sides."""
    ratings = study.seen.rated.ratings
    names = ["grade", *(title.id for title in study.subject.book.titles)]
    changes = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(-1)) for name in names)
    rows = ratings.with_row_index("^row").filter(changes)["^row"].to_list()
    step = max(1, len(rows) // (_NEIGHBOURS // 2))
    return [row for first in rows[::step] for row in (first, first + 1) if row < ratings.height]


def _moved(study: Study, tried: Sequence[tuple[Criterion, Pair]], rows: Iterable[int]) -> set[str]:
    """The criteria of which a pair gives some unit another grade or title."""
    around = study.seen.picks[list(rows)]
    frames = []
    for _, (place, *pair) in tried:
        frames += [around.with_columns(pl.lit(pick, pl.Int64).alias(str(place))) for pick in pair]
    if not frames:
        return set()
    ratings = units(study.space, study.subject, pl.concat(frames)).rated.ratings
    names = ["grade", *(title.id for title in study.subject.book.titles)]
    outcomes = ratings.select(names)
    moved = set()
    for at, (item, _) in enumerate(tried):
        one, other = (outcomes.slice((2 * at + side) * around.height, around.height) for side in (0, 1))
        if not one.equals(other):
            moved.add(item.id)
    return moved


def _decides(study: Study, criterion: Criterion) -> bool:
    """Whether some unit would get another grade or title if this criterion alone were judged otherwise."""
    subject, book = study.subject, study.subject.book
    names = ["grade", *(title.id for title in book.titles)]
    units = assembled(study.space, study.seen.picks)
    for answer in (True, False):
        judged = replace(subject, book=_judged(book, criterion, syntax.Truth(0, 0, answer))).rate(units)
        if not judged.ratings.select(names).equals(study.seen.rated.ratings.select(names)):
            return True
    return False


def _never_decides(study: Study, criterion: Criterion) -> bool:
    """Whether it is proved that no unit would get another grade or title if this criterion were judged otherwise.

    Then every unit has one grade, and knows its titles, while the answer to the criterion is unknown.
    """
    book = study.subject.book
    column = Column(_UNKNOWN, "boolean", criterion.said.label)
    unjudged = _judged(book, criterion, typed.FactLeaf(0, 0, typed.Type("boolean"), column))
    unknown = pl.DataFrame({_UNKNOWN: [None]}, {_UNKNOWN: pl.Boolean})
    boxes = replace(
        study.boxes,
        subject=replace(study.subject, book=unjudged),
        axes=(*study.boxes.axes, Axis(_UNKNOWN, unknown, unknown)),
        behind={**study.boxes.behind, _UNKNOWN: frozenset()},
    )

    def moves(rated: BookRating) -> pl.Series:
        open_ = (pl.col(title.id).is_null() for title in book.titles)
        return rated.ratings.select(pl.any_horizontal(pl.col("pending"), *open_)).to_series()

    return boxes.impossible(moves)


_UNKNOWN = "^unknown"


def _judged(book: Rules, criterion: Criterion, answer: Node) -> Rules:
    """The rulebook with a criterion whose condition is this one, for all its points."""
    points = rules.Fixed(criterion.most) if criterion.points is not None else None
    other = replace(criterion, require=answer, points=points)
    goods = tuple(
        replace(good, criteria=tuple(other if item is criterion else item for item in good.criteria))
        for good in book.goods
    )
    return replace(book, goods=goods)


def _uses(study: Study, criterion: Criterion) -> bool:
    """Whether anything that decides about grades or titles hangs on a criterion's answer or points."""
    book = study.subject.book
    return _hang_on(criterion, book, (*book.atoms, *(title.when for title in book.titles)))


def _selects(study: Study, criterion: Criterion) -> bool:
    """Whether a selection or seat hangs on a criterion's answer or points: then it need not change a grade."""
    book = study.subject.book
    nodes = [node for item in book.selections for node in item.nodes]
    nodes += [key.value for item in book.settlements for key in item.keys]
    return _hang_on(criterion, book, nodes)


def _hang_on(criterion: Criterion, book: Rules, nodes: Iterable[Node]) -> bool:
    """Whether expressions ask for what a criterion's answer or points count in."""
    good = next(item for item in book.goods if item.id == criterion.good)
    asked = {
        (leaf.part, leaf.id) for node in nodes for leaf in typed.leaves(node) if isinstance(leaf, typed.OutcomeLeaf)
    }
    points = criterion.points is not None and criterion.most > 0
    limit = book.score.penalty_max if criterion.said.penalty else book.bonus_max
    counts = points and (criterion.counted or limit > 0)
    if counts and asked & {("score", ""), ("score_max", "")}:
        return True
    good_asked = ("good", good.id) in asked or ("goods_met", "") in asked
    essential = criterion.said.essential and good.said.met.essential == "all"
    return good_asked and (essential or (points and criterion.counted and good.share is not None))
