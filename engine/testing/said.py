"""What a file of rule tests may say.

As in `engine.rulebook`, the models hold what was written and look no name up: every scalar is text.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from engine.rulebook import Boolean, Model, Natural

NOTHING = "~"
"""In a cell of a table of cases: the row says nothing here."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _cell(value: object) -> object:
    if isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        return value
    raise PydanticCustomError("test_cell", "neither a value nor a list of values")


def _pair(value: object) -> object:
    value = _listed(value)
    if isinstance(value, list) and len(value) in {1, 2} and all(isinstance(item, str) for item in value):
        return value
    raise PydanticCustomError("test_pair", "neither a value nor a pair of values")


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Pair = Annotated[tuple[str, ...], BeforeValidator(_pair)]
"""A value, or the lowest and the highest that it may be."""
Cell = Annotated[str | list[str], BeforeValidator(_cell)]


class Expect(Model):
    """What a case expects; what is left out is not looked at."""

    grade: Pair | None = None
    proposed: Pair | None = None
    score: Pair | None = None
    lifecycle: dict[str, str] = Field(default={}, description="The state of each lifecycle.")
    titles: dict[str, str] = Field(default={})
    select: dict[str, str] = Field(default={})
    goods: dict[str, str] = Field(default={})
    criteria: dict[str, str] = Field(default={})
    targets: dict[str, str] = Field(default={})
    rules: Names | None = Field(default=None, description="All policy rules that fire.")
    may_fire: Names | None = Field(default=None, description="All policy rules that fire or not, as gaps are filled.")
    met: Names | None = Field(default=None, description="All criteria that are met.")
    not_met: Names | None = None
    unknown: Names | None = None
    not_applicable: Names | None = None
    checks: Names | None = Field(default=None, description="All data checks that fail.")
    undefined: Names | None = Field(default=None, description="All measures that cannot be computed.")
    points: dict[str, Pair] = Field(default={})
    measures: dict[str, Pair] = Field(default={})
    shortfall: dict[str, Names] = Field(default={}, description="What a criterion is short of, as `why` says it.")


class Lower(Model):
    """Units below, all alike."""

    base: str | None = None
    times: Natural = 1
    facts: dict[str, str] = Field(default={})
    units: dict[str, list[Lower]] = Field(default={})


class Base(Model):
    """A typical unit, from which others differ."""

    kind: str | None = None
    extends: str | None = None
    facts: dict[str, str] = Field(default={})
    units: dict[str, list[Lower]] = Field(default={})
    no_table: Names = Field(default=(), description="The kinds of which there is no table.")


class Table(Model):
    """Cases as rows: the facts of each, and what it expects."""

    facts: Names
    expect: Names
    rows: list[list[Cell]] = Field(min_length=1)


class Case(Model):
    """One case; with a table, one for each row."""

    name: str
    base: str | None = None
    year: Natural | None = None
    final: Boolean = False
    facts: dict[str, str] = Field(default={})
    units: dict[str, list[Lower]] = Field(default={})
    no_table: Names = Field(default=(), description="The kinds of which there is no table.")
    others: list[Lower] = Field(default=[], description="Units of its kind beside which it has its place.")
    expect: Expect = Field(default=Expect())
    table: Table | None = None


class TestFile(Model):
    """`test_….yaml`: tests of one rulebook."""

    __test__ = False  # no test of pytest's

    rulebook: str
    year: Natural
    base: Base = Field(default=Base())
    bases: dict[str, Base] = Field(default={})
    cases: list[Case] = Field(min_length=1)
