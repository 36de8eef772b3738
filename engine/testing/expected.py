"""What a case expects, its names looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, near
from engine.facts.words import BOOLEANS
from engine.messages.testing import ANSWERS
from engine.testing.said import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.diagnostic import Place
    from engine.testing.naming import Vocabulary
    from engine.testing.said import Case
    from engine.yaml_text import Path_, Source

GRADES = ("grade", "proposed")
LISTS = {
    "rules": "rule",
    "may_fire": "rule",
    "met": "criterion",
    "not_met": "criterion",
    "unknown": "criterion",
    "not_applicable": "criterion",
    "checks": "check",
    "undefined": "measure",
}
"""The aspects that list names, with what they are names of."""
STATUSES = {
    "titles": ("title", ("won", "not_won", "unknown")),
    "select": ("selection", ("chosen", "tied", "open", "undecidable", "passed_over", "not_eligible")),
    "goods": ("good", ("met", "not_met", "unknown")),
    "criteria": ("criterion", ("met", "not_met", "unknown", "not_applicable")),
    "targets": ("target", ("reached", "on_course", "not_due", "short", "unknown")),
}
"""The aspects that answer for one thing each, with the answers that there are."""
NUMBERS = {"points": "scored", "measures": "measure"}
"""The aspects that give numbers, with what they are numbers of; `score` needs no name."""
SHORT = "shortfall"
STATE = "lifecycle"
ASPECTS = (*GRADES, "score", STATE, *LISTS, *STATUSES, *NUMBERS, SHORT)
RESULTS = frozenset({"grade", "score", "titles"})
"""What a case can get right for the wrong reason."""
NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)%?|[+-]?∞")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that a case expects.

    Attributes:
        aspect: which part of the rating, a key of `expect`.
        name: the id of what it is about, where the aspect has several.
        value: ids, answers, or numbers as written.
        place: where it stands.
        path: the path of its value in the file.
    """

    aspect: str
    name: str
    value: tuple[str, ...]
    place: Place
    path: Path_


def exact(text: str) -> Fraction:
    """A number as written."""
    number = Fraction(text.removesuffix("%"))
    return number / 100 if text.endswith("%") else number


def in_chinese(aspect: str, value: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    """What is expected, by labels and Chinese words."""
    if aspect in STATUSES:
        return tuple(ANSWERS[text][0] for text in value)
    sort = "grade" if aspect in GRADES else LISTS.get(aspect)
    return tuple(vocabulary.sorts[sort].label(text) for text in value) if sort else value


def amount(text: str) -> str:
    """What is short, without what two ways of writing it can differ in."""
    return "".join(text.split()).replace(",", "")


class ExpectReader:
    """Reads the expectations of a file; collects what is wrong with them."""

    def __init__(self, source: Source, vocabulary: Vocabulary, problems: list[Diagnostic]) -> None:
        self.source = source
        self.names = vocabulary.sorts
        self.problems = problems

    def of_case(self, at: int, case: Case) -> list[Expectation]:
        """What all rows of a case expect."""
        path: Path_ = ("cases", at, "expect")
        found: list[Expectation] = []
        for aspect in ASPECTS:
            said = getattr(case.expect, aspect)
            if isinstance(said, dict):
                for key, value in said.items():
                    column = self.column(f"{aspect}.{key}", self.source.key_place(*path, aspect, key))
                    found += self.read(column, value, (*path, aspect, key))
            elif said is not None:
                found += self.read((aspect, ""), said, (*path, aspect))
        return found

    def column(self, written: str, place: Place) -> tuple[str, str] | None:
        """The aspect and id that the head of a column means: `grade`, `points.income`, `income`."""
        aspect, dot, name = (part.strip() for part in written.partition("."))
        if not dot and (aspect in {*GRADES, "score", *LISTS}):
            return aspect, ""
        if dot and aspect in {STATE, *STATUSES, *NUMBERS, SHORT}:
            sort = STATUSES[aspect][0] if aspect in STATUSES else {STATE: STATE, **NUMBERS}.get(aspect, "criterion")
            if (id_ := self.names[sort].find(name)) is None:
                self.problems.append(self.names[sort].problem(name, place))
                return None
            return aspect, id_
        named = {aspect: sort for aspect, (sort, _) in STATUSES.items()} | {STATE: STATE, "measures": "measure"}
        for aspect_, sort in named.items():
            if (id_ := self.names[sort].find(written)) is not None:
                return aspect_, id_
        known = [*ASPECTS, *(id_ for sort in named.values() for id_ in self.names[sort].ids)]
        values = {"name": written, "aspects": ", ".join(ASPECTS)}
        self.problems.append(Diagnostic("test_unknown_column", place, values, near(written, known)))
        return None

    def read(self, column: tuple[str, str] | None, written: str | Sequence[str], path: Path_) -> Iterator[Expectation]:
        """The expectation that a value means."""
        if column is None or written == NOTHING:
            return
        aspect, name = column
        texts = [written] if isinstance(written, str) else list(written)
        place = self.source.place(*path)
        places = [self.source.place(*path, at) if not isinstance(written, str) else place for at in range(len(texts))]
        texts = [text.strip() for text in texts]
        if aspect == STATE:
            states = self.names[f"state {name}"]
            value = self.each([", ".join(texts)], [place], states.find, states.problem)
        else:
            value = self.value(aspect, texts, places, place)
        if value is not None:
            yield Expectation(aspect, name, value, place, path)

    def value(self, aspect: str, texts: list[str], places: list[Place], place: Place) -> tuple[str, ...] | None:
        """What is expected, by ids; None where it cannot be understood."""
        if aspect in LISTS:
            names = self.names[LISTS[aspect]]
            return self.each([text for text in texts if text], places, names.find, names.problem)
        if aspect == SHORT:
            return tuple(amount(text) for text in texts if text != "none")
        if aspect in STATUSES:
            options = STATUSES[aspect][1]
            meant = {word: option for option in options for word in (option, *ANSWERS[option])}

            def unknown_answer(text: str, place: Place) -> Diagnostic:
                shown = ", ".join(options)
                return Diagnostic("unknown_value", place, {"value": text, "options": shown}, near(text, meant))

            return self.each([", ".join(texts)], [place], meant.get, unknown_answer)
        if len(texts) not in {1, 2}:
            self.problems.append(Diagnostic("test_pair", place, {}))
            return None
        if aspect in GRADES:
            names = self.names["grade"]
            return self.each(texts, places, names.find, names.problem)
        return self.each(texts, places, _number, lambda text, at: Diagnostic("test_not_number", at, {"value": text}))

    def each(
        self,
        texts: list[str],
        places: list[Place],
        find: Callable[[str], str | None],
        problem: Callable[[str, Place], Diagnostic],
    ) -> tuple[str, ...] | None:
        """Every text as what it means; None where one means nothing."""
        found = [find(text) for text in texts]
        told = zip(texts, places, found, strict=False)
        self.problems += [problem(text, place) for text, place, meant in told if meant is None]
        return None if None in found else tuple(meant for meant in found if meant is not None)


def _number(text: str) -> str | None:
    """A number, a day or a yes-no as comparisons read it."""
    if NUMBER.fullmatch(text) or DAY.fullmatch(text):
        return text
    answer = BOOLEANS.get(text.casefold())
    return None if answer is None else str(answer).lower()
