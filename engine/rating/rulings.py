"""What people decided beside what the rules give: which rulebook each ruling concerns, and what was issued by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from engine.diagnostic import Diagnostic, Place, near
from engine.facts.raw import fold, printable
from engine.scoring import COMPUTED, EXPECTED, RULED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from engine.facts import Ruling
    from engine.programme import Programme
    from engine.programme.rules import Rules
    from engine.rulebook import Label

    _Result = str | bool | None

_WORDS = {
    "grade": {"zh": "等次", "en": "grade"},
    "title": {"zh": "称号", "en": "title"},
    "criterion": {"zh": "考核项", "en": "criterion"},
    "exempt": {"zh": "免评", "en": "exemption"},
}
_PENDING = {"zh": "待定", "en": "pending"}
_TRUTHS = {
    "title": ({"zh": "获得", "en": "won"}, {"zh": "未获得", "en": "not won"}),
    "criterion": ({"zh": "达标", "en": "met"}, {"zh": "未达标", "en": "not met"}),
}
_ALSO = {"符合": True, "不符合": False, "unmet": False, "not_won": False, "是": True, "否": False}
"""The words for a title that is won or not, a criterion that is met or not."""
_UNKNOWN = {"zh": "不明", "en": "unknown"}


@dataclass(frozen=True)
class Decided:
    """A ruling that was understood.

    Attributes:
        ruling: as written.
        name: the title or criterion.
        old: what the rules gave, as the ruling says: a grade, a truth; None for pending or unknown.
        new: what was decided: a grade or a truth.
    """

    ruling: Ruling
    name: str
    old: _Result
    new: _Result


class Rulings:
    """The rulings on the units of some programmes.

    Attributes:
        problems: what is wrong with them.
    """

    def __init__(self, programmes: Sequence[Programme], rulings: Iterable[Ruling], books: Collection[str]) -> None:
        self.problems: list[Diagnostic] = []
        self._found: dict[tuple[str, str], list[Decided]] = {}
        first: dict[tuple[str, str, str, str], Ruling] = {}
        rated = [book for programme in programmes for book in programme.rulebooks if book.id in books]
        for item in rulings:
            book = self._book(item, [book for book in rated if book.kind == item.kind])
            decided = None if book is None else self._decided(book, item)
            if book is None or decided is None:
                continue
            other = first.setdefault((book.id, item.on, decided.name, item.id), item)
            if other is not item:
                self._refuse("ruling_twice", item, other=other.place)
            else:
                self._found.setdefault((book.id, item.on), []).append(decided)

    def of(self, book: str, on: str) -> list[Decided]:
        """The rulings of a rulebook on grades, titles, criteria or exemptions."""
        return self._found.get((book, on), [])

    def exemptions(self) -> dict[str, list[Ruling]]:
        """The rulings that exempt a unit, by rulebook."""
        return {book: [item.ruling for item in found] for (book, on), found in self._found.items() if on == "exempt"}

    def _refuse(self, code: str, item: Ruling, *guesses: str, **values: object) -> None:
        values = {**_WORDS[item.on], "on": item.on, **values}
        self.problems.append(Diagnostic(code, Place(item.place), values, guesses))

    def _book(self, item: Ruling, books: Sequence[Rules]) -> Rules | None:
        """The rulebook that a ruling concerns: the one that allows it, or that it names."""
        fit = [book for book in books if _concerns(book, item)]
        allowing = [book for book in fit if book.said.rulings is not None and item.on in book.said.rulings.on]
        if item.on in {"grade", "exempt"} and item.name:
            named = {fold(name): book for book in fit for name in (book.id, *book.said.label.texts.values())}
            if fold(item.name) in named:
                book = named[fold(item.name)]
                allowing = [book] if book in allowing else []
                fit = [book]
        if len(allowing) == 1:
            return allowing[0]
        if fit and not allowing:
            self._refuse("ruling_not_allowed", item, rulebook=fit[0].id)
        elif not fit and item.on in _TRUTHS and books:
            known = {name: id_ for book in books for id_, name in _names(book, item.on)}
            guess = near(fold(item.name), known)
            names = ", ".join(dict.fromkeys(known.values()))
            self._refuse(
                "ruling_unknown_name", item, *guess, name=printable(item.name), known=names, rulebook=books[0].id
            )
        else:
            self._refuse("ruling_no_rulebook", item)
        return None

    def _decided(self, book: Rules, item: Ruling) -> Decided | None:
        allowed = book.said.rulings
        assert allowed is not None  # noqa: S101 - `_book` gives no other
        before = len(self.problems)
        if allowed.by and fold(item.decided_by) not in {fold(name) for name in allowed.by}:
            self._refuse("ruling_by", item, by=printable(item.decided_by), known=", ".join(allowed.by))
        if item.on == "exempt":
            return Decided(item, "", None, None) if len(self.problems) == before else None
        name = ""
        if item.on == "grade":
            words = _grade_words(book.said.grades)
            old, new = self._read(item, item.old, words, may_be_open=True), self._read(item, item.new, words)
            self._within_limits(book, item, old, new)
        else:
            name = {folded: id_ for id_, folded in _names(book, item.on)}[fold(item.name)]
            truths = {
                fold(text): value
                for value, label in zip((True, False), _TRUTHS[item.on], strict=True)
                for text in label.values()
            }
            truths |= _ALSO
            old, new = self._read(item, item.old, truths, may_be_open=True), self._read(item, item.new, truths)
        return Decided(item, name, old, new) if len(self.problems) == before else None

    def _read(self, item: Ruling, text: str, words: Mapping[str, str | bool], *, may_be_open: bool = False) -> _Result:
        """What a text says; None for what is open: an empty one, or one that says so."""
        if may_be_open and (
            not text or fold(text) in {fold(word) for word in (*_PENDING.values(), *_UNKNOWN.values())}
        ):
            return None
        if fold(text) not in words:
            self._refuse(
                "ruling_unknown_result", item, *near(fold(text), words), text=printable(text), known=", ".join(words)
            )
            return None
        return words[fold(text)]

    def _within_limits(self, book: Rules, item: Ruling, old: _Result, new: _Result) -> None:
        allowed = book.said.rulings
        if allowed is None or old is None or new is None:
            return
        steps = book.grades.index(str(old)) - book.grades.index(str(new))
        most = allowed.up if steps > 0 else allowed.down
        if most is not None and abs(steps) > most:
            labels = [book.said.grades[str(grade)] for grade in (old, new)]
            values = {
                f"{what}_{language}": label.texts[language]
                for what, label in zip(("old", "new"), labels, strict=True)
                for language in ("zh", "en")
            }
            self._refuse("ruling_too_far", item, steps=abs(steps), most=most, **values)


def _concerns(book: Rules, item: Ruling) -> bool:
    """Whether a rulebook gives what is ruled on."""
    if item.on == "grade":
        return book.rated
    if item.on == "exempt":
        return True
    return fold(item.name) in {folded for _, folded in _names(book, item.on)}


def _names(book: Rules, on: str) -> list[tuple[str, str]]:
    """The titles or criteria of a rulebook with the names that they go by, folded."""
    items: Iterable[tuple[str, Label | None]] = (
        [(title.id, title.said.label) for title in book.titles]
        if on == "title"
        else [(item.id, item.said.label) for item in book.criteria]
    )
    return [(id_, fold(text)) for id_, label in items for text in (id_, *(label.texts.values() if label else ()))]


def _grade_words(grades: Mapping[str, Label]) -> dict[str, str | bool]:
    return {fold(text): id_ for id_, label in grades.items() for text in (id_, *label.texts.values())}


def with_ruled_grades(
    book: Rules, decided: pl.DataFrame, rulings: Sequence[Decided], *, lapse: bool
) -> tuple[pl.DataFrame, list[Diagnostic]]:
    """Grades as they were issued, beside those that the rules gave.

    Args:
        book: the rulebook.
        decided: its units with `issued`, `grade_low` and `grade_high`.
        rulings: the rulings on their grades.
        lapse: a ruling on another grade than the rules give now falls; otherwise it is a problem.

    Returns:
        The units with `computed_grade`, `computed_low`, `computed_high` and `ruled_by` (the line that says so, null
        without one), and what is wrong.
    """
    grades = pl.Enum(list(book.grades))
    said = pl.DataFrame(
        {
            "id": pl.Series([item.ruling.id for item in rulings], dtype=pl.String),
            "^old": pl.Series([item.old for item in rulings], dtype=grades),
            "^new": pl.Series([item.new for item in rulings], dtype=grades),
            "ruled_by": pl.Series([item.ruling.place for item in rulings], dtype=pl.String),
        }
    )
    joined = decided.join(said, on="id", how="left", maintain_order="left")
    stale = joined.filter(pl.col("ruled_by").is_not_null() & pl.col("issued").ne_missing(pl.col("^old")))
    problems = [] if lapse else _stale(book, rulings, stale.select("id", "issued"))
    holds = pl.col("ruled_by").is_not_null() & pl.col("issued").eq_missing(pl.col("^old"))
    names = {"issued": "computed_grade", "grade_low": "computed_low", "grade_high": "computed_high"}
    ruled = joined.with_columns(
        *(pl.col(name).alias(computed) for name, computed in names.items()),
        *(pl.when(holds).then("^new").otherwise(name).alias(name) for name in names),
        ruled_by=pl.when(holds).then("ruled_by"),
    )
    return ruled.drop("^old", "^new"), problems


def _stale(book: Rules, rulings: Sequence[Decided], now: pl.DataFrame) -> list[Diagnostic]:
    """Rulings on what the rules do not give."""
    places = {item.ruling.id: item.ruling for item in rulings}
    problems = []
    for id_, grade in now.iter_rows():
        label = _PENDING if grade is None else book.said.grades[grade].texts
        item = places[id_]
        values = {"said": item.old, "now_zh": label["zh"], "now_en": label["en"]}
        problems.append(Diagnostic("ruling_stale", Place(item.place), values))
    return problems


def with_ruled_truths(
    decided: pl.DataFrame, rulings: Sequence[Decided], column: str, *, lapse: bool
) -> tuple[pl.DataFrame, list[Diagnostic]]:
    """A title as it was issued, beside what the rules gave (`computed:…`).

    Args:
        decided: the units with the column.
        rulings: the rulings on it.
        column: the column.
        lapse: as in `with_ruled_grades`.
    """
    rows = [(item.ruling.id, item.old, item.new) for item in rulings]
    schema = {"id": pl.String, "^old": pl.Boolean, "^new": pl.Boolean}
    joined = decided.join(pl.DataFrame(rows, schema=schema, orient="row"), on="id", how="left", maintain_order="left")
    agrees = pl.col("^new").is_not_null() & pl.col(column).eq_missing(pl.col("^old"))
    stale = joined.filter(pl.col("^new").is_not_null() & ~agrees).select("id", column)
    problems = [] if lapse else list(_stale_truths(rulings, stale))
    ruled = joined.with_columns(
        pl.col(column).alias(f"computed:{column}"), pl.when(agrees).then("^new").otherwise(column).alias(column)
    )
    return ruled.drop("^old", "^new"), problems


def _stale_truths(rulings: Sequence[Decided], now: pl.DataFrame) -> Iterable[Diagnostic]:
    places = {item.ruling.id: item.ruling for item in rulings}
    for id_, truth in now.iter_rows():
        item = places[id_]
        yes, no = _TRUTHS[item.on]
        label = _UNKNOWN if truth is None else yes if truth else no
        values = {"said": item.old, "now_zh": label["zh"], "now_en": label["en"]}
        yield Diagnostic("ruling_stale", Place(item.place), values)


def ruled_criteria(frame: pl.LazyFrame, rulings: Sequence[Decided]) -> tuple[pl.LazyFrame, frozenset[str]]:
    """A frame with what was decided on criteria, as `engine.scoring.ruled` reads it; and which criteria."""
    names = dict.fromkeys(item.name for item in rulings)
    for name in names:
        rows = [(item.ruling.id, item.new, item.old) for item in rulings if item.name == name]
        schema = {"id": pl.String, f"{RULED}{name}": pl.Boolean, f"{EXPECTED}{name}": pl.Boolean}
        said = pl.LazyFrame(rows, schema=schema, orient="row")
        frame = frame.join(said, on="id", how="left", maintain_order="left")
    return frame, frozenset(names)


def stale_criteria(decided: pl.DataFrame, rulings: Sequence[Decided]) -> list[Diagnostic]:
    """The rulings on criteria of which the rules now give something else."""
    problems: list[Diagnostic] = []
    for name in dict.fromkeys(item.name for item in rulings):
        column, own = f"{COMPUTED}{name}", [item for item in rulings if item.name == name]
        rows = [(item.ruling.id, item.old) for item in own]
        said = pl.DataFrame(rows, schema={"id": pl.String, "^old": pl.Boolean}, orient="row")
        found = decided.select("id", column).join(said, on="id", maintain_order="left")
        problems += _stale_truths(own, found.filter(pl.col(column).ne_missing(pl.col("^old"))).drop("^old"))
    return problems
