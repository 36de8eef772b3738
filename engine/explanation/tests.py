"""Write a condition out with the unit's numbers."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Any

from engine.explanation.model import Shortfall, Test
from engine.messages.words import WORDS
from engine.numbers import exact, whole_units_missing, write, write_missing, write_range

if TYPE_CHECKING:
    from engine.explanation.model import Piece, Text
    from engine.explanation.reader import Reader

Data = dict[str, Any]


def read_with(book: Data, measures: Data) -> Data:
    """A resolved rulebook without the facts that nothing reads of a unit: there is a table in their place."""
    kinds = {name[1:] for name, answer in measures.items() if name.startswith("?") and answer}

    def read(item: Any) -> Any:  # noqa: ANN401
        if isinstance(item, list):
            return [read(part) for part in item]
        if not isinstance(item, dict):
            return item
        data = {key: read(part) for key, part in item.items()}
        unread = {fact for kind, facts in data.get("without", {}).items() if kind in kinds for fact in facts}
        if unread:
            data |= {key: [fact for fact in data[key] if fact not in unread] for key in ("facts", "own")}
        return data

    return read(book) if kinds else book


_SIGNS = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠", ">": ">", "<": "<"}
_NEGATED = {">=": "<", "<": ">=", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
_MIRRORED = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "==": "==", "!=": "!="}


class TestReader:
    """Writes the tests of one unit."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def all(self, expression: Data, truth: bool | None, *, wanted: bool | None = True) -> tuple[Test, ...]:  # noqa: FBT001
        """The tests that an expression is made of and reads.

        Args:
            expression: a resolved expression.
            truth: that of the whole.
            wanted: the truth that each test should have; what is missing to it is said. None: nothing is missing.
        """
        return tuple(self.test(item, truth, wanted) for item in expression["tests"] if self.is_read(item))

    def is_read(self, test: Data) -> bool:
        """No `if` has chosen the other side."""
        answers = ((self.reader.measures.get(column), truth) for column, truth in test["guards"])
        return not any(answer is (not truth) for answer, truth in answers)

    def test(self, test: Data, truth: bool | None, wanted: bool | None) -> Test:  # noqa: FBT001
        """One test with its numbers."""
        holds = truth if test["column"] is None else self.reader.measures.get(test["column"])
        if "operator" not in test:
            return self.plain(test, holds)
        left, right, operator = test["left"], test["right"], test["operator"]
        if "constant" in left["value"] and "constant" not in right["value"]:
            left, right, operator = right, left, _MIRRORED[operator]
        threshold = right["value"].get("exact")
        limit = None if threshold is None else Fraction(threshold)
        return Test(
            written=self.operand(left, limit),
            operator=_SIGNS[operator],
            against=self.operand(right),
            holds=holds,
            shortfall=self.shortfall(left, operator if wanted else _NEGATED[operator], limit)
            if wanted is not None and holds is (not wanted)
            else None,
            since=right["value"].get("since"),
        )

    def plain(self, test: Data, holds: bool | None) -> Test:  # noqa: FBT001
        """A yes-no fact, good or measure, or a condition that is shown as it is written."""
        (leaf, *rest) = test["parts"]
        answer: tuple[Piece, ...] = (WORDS["yes" if holds else "no" if holds is False else "unknown"],)
        if rest or isinstance(leaf, str):
            return Test(tuple(self.piece(part) for part in test["parts"]), "", answer, holds)
        because: tuple[Test, ...] = ()
        if leaf.get("column") in self.reader.book["measures"]:
            measure = self.reader.book["measures"][leaf["column"]]
            because = self.all(measure, holds)
        return Test((self.label(leaf),), "", answer, holds, because=because)

    def label(self, leaf: Data) -> Piece:
        """What a leaf is called."""
        reader = self.reader
        if "fact" in leaf:
            return reader.fact_labels[leaf["fact"]]["label"]  # type: ignore[no-any-return]
        if "entered" in leaf:
            label: Text = reader.fact_labels[leaf["entered"]]["label"]
            return {language: phrase.format(label=label[language]) for language, phrase in WORDS["is_entered"].items()}
        if "table" in leaf:
            kind: Text = reader.run.rules["kinds"][leaf["table"].partition(".")[0]]
            return {language: phrase.format(kind=kind[language]) for language, phrase in WORDS["has_table"].items()}
        if "good" in leaf:
            labels: list[Text] = [good["label"] for good in reader.book["goods"] if good["id"] == leaf["good"]]
            return labels[0]
        if leaf.get("score"):
            return WORDS["points"]
        if leaf.get("column") in WORDS:
            return WORDS[leaf["column"]]
        measure = reader.book["measures"].get(leaf.get("column"), {})
        return measure.get("label") or str(leaf.get("text") or leaf.get("column"))

    # Numbers

    def operand(self, operand: Data, against: Fraction | None = None) -> tuple[Piece, ...]:
        """A side of a comparison: `6 / 8 = 75%`, or a number alone, under its name where it has one."""
        if "given" in operand:
            chosen = self.chosen(operand)
            return self.operand({**chosen, "label": operand["label"] or chosen["label"]}, against)
        value = operand["value"]
        if "constant" in value:
            constant = operand["parts"][0]
            label = constant.get("label") if isinstance(constant, dict) else None
            return (label or value["constant"],)
        if not self.is_stored(value):
            return tuple(self.piece(part) for part in operand["parts"])
        result = self.result(operand, against)
        if operand["units"] and (counted := self.counted(operand)):
            top, bottom, _ = counted
            return (operand["label"] or operand["aggregate"], " ", f"{top} / {bottom} = ", result)
        (first, *rest) = operand["parts"]
        is_formula = any(isinstance(part, str) and "(" in part for part in operand["parts"])
        if operand["label"] and (is_formula or not rest):
            return (operand["label"], " ", result)
        if not rest and isinstance(first, dict):
            return (self.label(first), " ", result)
        pieces = tuple(self.piece(part) for part in operand["parts"])
        return (*pieces, " = ", result)

    def chosen(self, operand: Data) -> Data:
        """What `given` takes: the aggregate, or what stands in for it where there is no table."""
        while "given" in operand:
            operand = operand["then" if self.has_table(operand["given"]) else "else"]
        return operand

    def has_table(self, kind: str) -> bool:
        """There is a table of a lower kind."""
        return bool(self.reader.measures[f"?{kind}"])

    def result(self, operand: Data, against: Fraction | None = None) -> Piece:
        """The value of an operand."""
        value, unit = operand["value"], operand["unit"]
        if "fact" in value:
            return self.fact(value["fact"])
        low, high = self.ends(value)
        if value.get("score"):
            return self.reader.points(low, high)
        if unit == "grade":
            labels = list(self.reader.grades.values())[::-1]
            worst, best = labels[int(low)], labels[int(high)]
            return worst if low == high else {language: f"{worst[language]}–{best[language]}" for language in worst}
        return write_range(low, high, unit, against) or WORDS["unknown" if self.reads_gaps(operand) else "undefined"]

    def is_stored(self, value: Data) -> bool:
        """The run has a number for it; it keeps none of formulas over the score."""
        return "column" not in value or value["column"] == "grade" or value["column"] in self.reader.measures

    def reads_gaps(self, operand: Data) -> bool:
        """Something that it is computed from is not reported."""
        lower = [self.reader.lower.has_gaps(kind, name) for kind, name in operand["lower"]]
        return any(lower) or any(self.reader.is_gap(fact) for fact in operand["facts"])

    def ends(self, value: Data) -> tuple[float, float]:
        """The range of a stored number."""
        reader = self.reader
        if value.get("score"):
            return reader.rating["points_low"], reader.rating["points_high"]
        if "fact" in value:
            number = reader.facts[value["fact"]]
            return (number, number) if number is not None else (-inf, inf)
        if value["column"] == "grade":
            places = list(reader.grades)[::-1]
            return places.index(reader.rating["grade_low"]), places.index(reader.rating["grade_high"])
        return reader.measured(value["column"])

    def piece(self, part: Any) -> Piece:  # noqa: ANN401
        """A part of a written expression, names replaced by numbers."""
        if isinstance(part, str):
            return part.replace("*", "×")
        if "fact" in part:
            return self.fact(part["fact"])
        if "choice" in part:
            return part["label"] or part["choice"]  # type: ignore[no-any-return]
        if "constant" in part:
            return str(part["constant"])
        if "good" in part or "table" in part:
            return self.label(part)
        if part.get("score"):
            return self.reader.points(*self.ends(part))
        column = part["column"]
        value = self.reader.measures.get(column)
        if isinstance(value, bool):
            return WORDS["yes" if value else "no"]
        if value is None:
            return self.label(part)
        return write_range(*self.reader.measured(column), part["unit"]) or WORDS["undefined"]

    def fact(self, fact: str) -> Piece:
        """A fact's value; a gap is a question mark."""
        source = self.reader.source(fact)
        return source.value if source.value is not None else "?"

    # What is missing

    def shortfall(self, left: Data, operator: str, limit: Fraction | None) -> Shortfall | None:
        """How far the left side is from its threshold, in whole units where it counts them."""
        if limit is None or operator == "!=" or not self.is_stored(left["value"]):
            return None
        counted = self.counted(left)
        if counted is not None:
            numerator, denominator, of = counted
            missing = whole_units_missing(operator, numerator, denominator, limit)
            return None if not missing else Shortfall(write(abs(missing), ""), of, missing > 0)
        low, high = self.ends(left["value"])
        if -inf in {low, high} or inf in {low, high} or left["unit"] == "date":
            return None
        more = operator in {">=", ">"} or (operator == "==" and exact(high) < limit)
        gap = limit - exact(high) if more else exact(low) - limit
        if gap < 0 or (gap == 0 and operator in {">=", "<="}):
            return None
        than = "> " if operator in {">", "<"} else ""  # with just so much the two sides would be equal
        return Shortfall(than + write_missing(gap, left["unit"]), None, more)

    def counted(self, left: Data) -> tuple[Fraction, Fraction, Text | None] | None:
        """Numerator, denominator and what is counted: of a count, of a quotient of counts, of a share of units."""
        reader = self.reader
        left = self.chosen(left)
        if left["quotient"]:
            top, bottom = left["quotient"]
            kinds = {reader.fact_labels[fact]["type"] for fact in (top, bottom)}
            values = [reader.facts[fact] for fact in (top, bottom)]
            if kinds != {"count"} or None in values or not values[1]:
                return None
            return Fraction(values[0]), Fraction(values[1]), reader.fact_labels[top]["label"]
        low, high = self.ends(left["value"])
        if low != high:
            return None
        if left["units"]:
            column = left["aggregate"]
            number = reader.measures.get(f"{column}_of")
            kind: Text = reader.run.rules["kinds"][left["units"]]
            return (Fraction(round(low * number)), Fraction(int(number)), kind) if number else None
        if left["unit"] == "count" and low not in {inf, -inf} and float(low).is_integer():
            parts = left["parts"]
            label = self.label(parts[0]) if len(parts) == 1 and isinstance(parts[0], dict) else None
            return Fraction(int(low)), Fraction(1), label if isinstance(label, dict) else None
        return None
