"""Read the facts that a rulebook declares into columns."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, near
from engine.expression import syntax
from engine.expression.days import day_number
from engine.expression.typed import number_of
from engine.programme.labels import meant
from engine.programme.reporter import Reporter
from engine.schema import NOT_ENTERED, NUMERIC, Column, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from engine import rulebook as said
    from engine import yaml_text
    from engine.yaml_text import Path_


def columns_of(
    source: yaml_text.Source, book: said.Rulebook, kinds: Collection[str]
) -> tuple[dict[str, Column], list[Diagnostic]]:
    """The facts that a rulebook declares, as columns, and what is wrong with them.

    Args:
        source: the file.
        book: what it says.
        kinds: the kinds of the programme, which references may name.
    """
    reader = _FactReader(source, book, kinds)
    columns = {id_: reader.column(id_, fact) for id_, fact in book.facts.items()}
    bounded = {id_: _with_reach(column, columns) for id_, column in columns.items()}
    for column in bounded.values():
        reader.blank_within_bounds(column)
    return bounded, reader.problems


def _with_reach(column: Column, columns: Mapping[str, Column]) -> Column:
    """The column with the bounds of the facts that bound it."""
    floor = columns[column.low].low if isinstance(column.low, str) else -inf
    ceiling = columns[column.high].high if isinstance(column.high, str) else inf
    return replace(
        column,
        floor=floor if isinstance(floor, float) else -inf,
        ceiling=ceiling if isinstance(ceiling, float) else inf,
    )


class _FactReader(Reporter):
    def __init__(self, source: yaml_text.Source, book: said.Rulebook, kinds: Collection[str]) -> None:
        super().__init__(source)
        self.book = book
        self.kinds = kinds

    def column(self, id_: str, fact: said.Fact) -> Column:
        path = ("facts", id_)
        choices = self.choices(fact, path)
        low, high = self.bounds(fact, path)
        column = Column(
            id_,
            fact.type,
            fact.label,
            low,
            high,
            required=fact.required,
            blank=self.blank(fact, path, choices),
            choices=choices,
            ordered=fact.ordered,
            kind=fact.kind,
            previous=fact.previous,
            step=self.step(fact, path),
            source=self.reported_by(fact, path),
        )
        if fact.required and fact.blank != "gap":
            self.refuse("required_with_blank", (*path, "blank"))
        self.reference(fact, path)
        self.previous(fact, path)
        return column

    def previous(self, fact: said.Fact, path: Path_) -> None:
        """What a fact was the year before: of its own type, and of an empty cell nothing else is meant."""
        if fact.previous is None:
            return
        types = {id_: item.type for id_, item in self.book.facts.items()}
        types |= {f"title.{id_}": "boolean" for id_ in self.book.titles}
        types |= {"grade": "grade", "score": "number"} if self.book.rated else {}
        where = (*path, "previous")
        if fact.previous not in types:
            known = ", ".join(types)
            self.refuse("previous_unknown", where, near=near(fact.previous, types), name=fact.previous, known=known)
        elif types[fact.previous] != fact.type:
            self.refuse("previous_other_type", where, name=fact.previous, type=types[fact.previous])
        elif fact.blank not in {"gap", NOT_ENTERED} or fact.required:
            self.refuse("previous_with_blank", (*path, "blank"), of_key=True)

    def step(self, fact: said.Fact, path: Path_) -> float | None:
        """The step in which a number is written."""
        if fact.step is None:
            return None
        if fact.type != "number":
            self.refuse("step_without_number", (*path, "step"), of_key=True, type=fact.type)
            return None
        value = self.number(fact.step, (*path, "step"))
        if value is not None and value <= 0:
            self.refuse("not_more_than_zero", (*path, "step"), value=fact.step)
        return float(value) if value and value > 0 else None

    def reported_by(self, fact: said.Fact, path: Path_) -> Source | None:
        """Who reports a fact; of a list something must be known about the units that it does not name."""
        if fact.source is None:
            return None
        found = self.book.sources.get(fact.source)
        if found is None:
            labels = {id_: item.label for id_, item in self.book.sources.items()}
            known, guess = ", ".join(self.book.sources) or "-", meant(fact.source, labels)
            self.refuse("unknown_source", (*path, "source"), near=guess, name=fact.source, sources=known)
            return None
        if found.listing and fact.blank == "gap" and fact.type != "boolean":
            self.refuse("listing_without_blank", path, of_key=True, source=fact.source)
        return Source(fact.source, found.label, found.listing)

    def reference(self, fact: said.Fact, path: Path_) -> None:
        """A reference says of which kind; nothing else does."""
        known = ", ".join(self.kinds)
        if fact.type == "reference" and fact.kind is None:
            self.refuse("reference_without_kind", path, of_key=True, kinds=known)
        elif fact.type != "reference" and fact.kind is not None:
            self.refuse("kind_without_reference", (*path, "kind"), of_key=True, type=fact.type)
        elif fact.kind is not None and fact.kind not in self.kinds:
            guess = near(fact.kind, self.kinds)
            self.refuse("unknown_kind", (*path, "kind"), near=guess, name=fact.kind, kinds=known)

    def blank_within_bounds(self, column: Column) -> None:
        """What an empty cell stands for is a value that the fact can have."""
        fact, path, value = self.book.facts[column.id], ("facts", column.id, "blank"), column.blank
        if column.type not in NUMERIC or not isinstance(value, float):
            return
        is_bare = column.type == "ratio" and not fact.blank.endswith("%")
        if column.type == "count" and not value.is_integer():
            self.refuse("not_a_whole_number", path, value=fact.blank)
        elif is_bare and abs(value) > 1:
            self.refuse("percent_missing", path, number=fact.blank)
        elif value < column.least:
            self.refuse("blank_beyond_bounds", path, value=fact.blank, key="min", bound=fact.min or "0")
        elif value > column.most:
            self.refuse("blank_beyond_bounds", path, value=fact.blank, key="max", bound=fact.max or "100%")

    def choices(self, fact: said.Fact, path: Path_) -> Mapping[str, said.Label] | None:
        if fact.type == "grade":
            if not self.book.rated:
                self.refuse("grade_without_grades", (*path, "type"))
            return self.book.grades
        if fact.type == "choice" and not fact.choices:
            self.refuse("choice_without_choices", path)
        if fact.type != "choice" and (fact.choices or fact.ordered):
            self.refuse("choices_without_choice", (*path, "choices"), type=fact.type)
        return fact.choices

    def bounds(self, fact: said.Fact, path: Path_) -> tuple[float | str, float | str]:
        usual = {"count": (0.0, inf), "ratio": (0.0, 1.0)}.get(fact.type, (-inf, inf))
        low = self.bound(fact, fact.min, (*path, "min"), usual[0])
        high = self.bound(fact, fact.max, (*path, "max"), usual[1])
        if isinstance(low, float) and isinstance(high, float) and low > high:
            self.refuse("bounds_reversed", (*path, "max"), min=fact.min or low, max=fact.max or high)
        return low, high

    def bound(self, fact: said.Fact, text: str | None, path: Path_, usual: float) -> float | str:
        if text is None:
            return usual
        if fact.type not in {*NUMERIC, "date"}:
            self.refuse("bound_without_number", path, type=fact.type)
            return usual
        other = self.book.facts.get(text)
        if other is not None:
            if (other.type in NUMERIC) != (fact.type in NUMERIC) or other.type not in {*NUMERIC, "date"}:
                self.refuse("types_differ", path, first=fact.type, second=other.type)
            elif text == path[1] or self.book.facts[text].max in self.book.facts or other.min in self.book.facts:
                self.refuse("bound_of_bound", path, name=text)
            return text
        if text.isidentifier():
            labels = {id_: item.label for id_, item in self.book.facts.items()}
            self.refuse("unknown_name", path, near=meant(text, labels), name=text)
            return usual
        found = self.constant(text, path)
        if found is None:
            return usual
        if isinstance(found[0], syntax.Day) and fact.type == "date":
            return float(day_number(found[0].value))
        value = number_of(found[0])
        if value is None or fact.type == "date":
            self.refuse("wrong_type", path, expected="date" if fact.type == "date" else "number", found=found[1].name)
            return usual
        if fact.type == "ratio" and found[1].unit != "ratio" and abs(value) > 1:
            self.refuse("percent_missing", path, number=text)
        return float(value)

    def blank(
        self,
        fact: said.Fact,
        path: Path_,
        choices: Mapping[str, said.Label] | None,
    ) -> float | bool | str | None:
        text, path = fact.blank, (*path, "blank")
        if text == "gap":
            return None
        if text == NOT_ENTERED:
            return NOT_ENTERED
        if fact.type == "boolean":
            if text not in {"true", "false"}:
                self.refuse("unknown_value", path, value=text, options="gap, none, true, false")
            return text == "true"
        if choices is not None:
            if text not in choices:
                options = ", ".join(("gap", "none", *choices))
                self.refuse("unknown_value", path, near=near(text, choices), value=text, options=options)
            return text
        if fact.type in NUMERIC:
            value = self.number(text, path)
            return None if value is None else float(value)
        self.refuse("unknown_value", path, value=text, options="gap, none")
        return None
