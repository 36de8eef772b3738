"""Rulebooks as data: what a rule author can say, and how it is written."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from engine.programme import Programme, load
from engine.schema import NOT_ENTERED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hypothesis.vendor.pretty import RepresentationPrinter

NUMBERS = ("count", "number", "money", "ratio")
# Expressions: tuples whose first item is the form; `text` writes them in the language.

Expr: TypeAlias = tuple[Any, ...]


def text(expr: Expr) -> str:
    """An expression in the language."""
    match expr:
        case ("number" | "choice" | "fact" | "measure" | "parameter" | "outcome", written, *_):
            return str(written)
        case ("percent", written):
            return f"{written}%"
        case ("truth", value):
            return str(value).lower()
        case ("date", written):
            return f'date("{written}")'
        case ("text", written):
            return f'"{written}"'
        case ("result", book, part):
            return f"{book}.{part}"
        case ("this", leaf):
            return f"this.{text(leaf)}"
        case ("negative", item):
            return f"(-{text(item)})"
        case ("arithmetic", sign, left, right):
            return f"({text(left)} {sign} {text(right)})"
        case ("compare", signs, first, *rest):
            return f"({text(first)}" + "".join(f" {s} {text(e)}" for s, e in zip(signs, rest, strict=True)) + ")"
        case ("in", item, options, negated):
            return f"({text(item)} {'not in' if negated else 'in'} [{', '.join(map(text, options))}])"
        case ("and" | "or" as word, *items):
            return "(" + f" {word} ".join(map(text, items)) + ")"
        case ("not", item):
            return f"(not {text(item)})"
        case ("if", condition, then, otherwise):
            return f"({text(then)} if {text(condition)} else {text(otherwise)})"
        case ("call", function, *arguments):
            return f"{function}({', '.join(map(text, arguments))})"
        case ("aggregate", function, kind, item):
            return f"{function}({kind}" + (f", {text(item)})" if item else ")")
    raise TypeError(expr)


# Rulebooks

GRADES = ("first", "second", "third", "fourth")
COLOURS = ("red", "green", "blue")
SIZES = ("small", "medium", "large")
WORDS = ("甲", "b c", "")
CONSTANTS = ("0", "1", "2", "3", "5", "10", "0.5", "1.5", "2.5", "0.1", "0.3", "0.7", "12.25", "100")
PERCENTS = ("0", "5", "6", "25", "33.3", "50", "75", "80", "93", "100")
DAYS = ("2003-12-31", "2004-01-01", "2004-02-29", "2004-06-30")


@dataclass(frozen=True)
class Fact:
    """A fact as a rule author declares it."""

    id: str
    type: str
    low: str | None = None
    high: str | None = None
    blank: str = "gap"
    choices: tuple[str, ...] = ()
    ordered: bool = False

    @property
    def plain(self) -> bool:
        """It can stand in an expression by itself."""
        return self.blank != NOT_ENTERED

    def yaml(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "type": self.type,
            "label": self.id,
            "min": self.low,
            "max": self.high,
            "blank": self.blank,
        }
        said |= {"kind": "village" if self.type == "reference" else None}
        said |= {"choices": list(self.choices) if self.type == "choice" else None}
        said |= {"ordered": "true" if self.ordered and self.type == "choice" else None}
        return {key: value for key, value in said.items() if value is not None}


@dataclass(frozen=True)
class Criterion:
    """A criterion; the points are ``(form, …)``."""

    id: str
    require: Expr | None
    applies: Expr | None
    points: tuple[Any, ...] | None
    essential: bool
    bonus: str = "false"
    penalty: bool = False

    @property
    def counted(self) -> bool:
        """Whether its points are the good's."""
        return self.points is not None and self.bonus == "false" and not self.penalty

    @property
    def most(self) -> Fraction:
        """All its points."""
        match self.points:
            case ("fixed", most) | ("deduct", _, _, most) | ("losses", most, _, _):
                return Fraction(most)
            case ("assessed", _, spans, _, _):
                return max(Fraction(high) for _, _, high in spans)
            case ("linear", _, rows):
                return max(Fraction(value) for _, value in rows)
            case ("bands", _, rows, otherwise):
                return max(Fraction(otherwise), *(Fraction(value) for _, value in rows))
        return Fraction(0)

    def yaml(self) -> dict[str, Any]:
        said: dict[str, Any] = {"label": self.id, "essential": str(self.essential).lower()}
        said |= {"bonus": self.bonus, "penalty": str(self.penalty).lower()}
        said |= {"require": text(self.require)} if self.require else {}
        said |= {"applies": text(self.applies)} if self.applies else {}
        match self.points:
            case ("fixed", most):
                said["points"] = most
            case ("bands", of, steps, otherwise):
                said["points"] = {"of": text(of), "bands": {text(key): points for key, points in steps}}
                said["points"]["else"] = otherwise
            case ("linear", of, knots):
                said["points"] = {"of": text(of), "linear": {text(key): points for key, points in knots}}
            case ("deduct", of, each, start):
                said["points"] = {"of": text(of), "deduct": each, "from": start}
            case ("losses", start, floor, losses):
                reasons = [{"id": f"reason_{at}", **loss_yaml(loss)} for at, loss in enumerate(losses)]
                said["points"] = {"from": start, "deduct": reasons, "floor": floor}
            case ("assessed", step, spans, _, _):
                (_, low, high), *keys = spans
                otherwise = high if low == "0" and not keys else f"{low}..{high}"
                said["points"] = {"assessed": otherwise} | ({"step": step} if step else {})
                if keys:
                    bands = {text(key): f"{low}..{high}" for (_, key), low, high in keys}
                    within = {"within": text(keys[0][0][0]), "bands": bands, "else": otherwise}
                    said["points"]["assessed"] = within
        return said


def loss_yaml(loss: tuple[Any, ...]) -> dict[str, Any]:
    """A reason for which points are lost."""
    match loss:
        case ("when", by, condition):
            return {"when": text(condition), "by": by}
        case ("each", by, number, step, part, most):
            said = {"each": text(number), "by": by} | ({"max": most} if most else {})
            return said | ({"step": text(step), "part": part} if step else {})
    raise TypeError(loss)


@dataclass(frozen=True)
class Good:
    """A good: whether essential criteria count, and the share of the points (a percent, or ``any``)."""

    id: str
    essential: bool
    share: str
    criteria: tuple[Criterion, ...]

    def yaml(self) -> dict[str, Any]:
        met = {"essential": "all" if self.essential else "none", "points": self.share}
        return {"label": self.id, "met": met, "criteria": {item.id: item.yaml() for item in self.criteria}}


@dataclass(frozen=True)
class Rule:
    """A proposal, or an adjustment."""

    id: str
    when: Expr | None = None
    grade: str | None = None
    entered: str | None = None
    downgrade: tuple[tuple[str, str], ...] = ()
    cap: str | None = None
    withhold: tuple[str, ...] = ()

    def yaml(self) -> dict[str, Any]:
        said: dict[str, Any] = {"id": self.id}
        said |= {"when": text(self.when)} if self.when else {}
        said |= {"grade": self.grade} if self.grade else {}
        said |= {"grade": {"from": self.entered}} if self.entered else {}
        said |= {"downgrade": dict(self.downgrade)} if self.downgrade else {}
        said |= {"cap": self.cap} if self.cap else {}
        return said | ({"withhold": list(self.withhold)} if self.withhold else {})


@dataclass(frozen=True)
class Book:
    """A rulebook. Parameters and measures are ``(id, type, expression)``, titles and checks ``(id, expression)``."""

    id: str
    kind: str
    facts: tuple[Fact, ...]
    parameters: tuple[tuple[str, str, Expr], ...]
    measures: tuple[tuple[str, str, Expr], ...]
    goods: tuple[Good, ...]
    titles: tuple[tuple[str, Expr], ...]
    checks: tuple[tuple[str, Expr], ...]
    not_applicable: str
    bonus_max: str
    propose: tuple[Rule, ...]
    adjust: tuple[Rule, ...]
    groups: tuple[tuple[str, str, str], ...] = ()
    penalty_max: str = "1"
    digits: int | None = None
    parts: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    assessors: tuple[tuple[str, bool], ...] = ()
    counts: tuple[tuple[str, str | None], ...] = ()

    def yaml(self) -> dict[str, Any]:
        score: dict[str, Any] = {"not_applicable": self.not_applicable, "bonus_max": self.bonus_max}
        score |= {"penalty_max": self.penalty_max}
        score |= (
            {"bonus_groups": {id_: {"max": most, "take": take} for id_, most, take in self.groups}}
            if self.groups
            else {}
        )
        score |= {"parts": {"goods": "70%", self.shared[0]: "30%"}, "of": "100"} if self.parts else {}
        score |= {"round": str(self.digits)} if self.digits is not None else {}
        weights = dict(self.counts)
        assessors = {
            "scores": {id_: {"label": id_, "sample": str(sample).lower()} for id_, sample in self.assessors},
            "counts": list(weights) if None in weights.values() else weights,
        }
        return {
            "rulebook": self.id,
            "kind": self.kind,
            "label": self.id,
            "facts": {fact.id: fact.yaml() for fact in self.facts},
            # The other years must not matter.
            "parameters": {id_: {"1999": "1", "2004": text(value), "2009": "1"} if type_ == "number" else
                           {"2004": text(value)} for id_, type_, value in self.parameters},
            "measures": {id_: text(value) for id_, _, value in self.measures},
            "goods": {good.id: good.yaml() for good in self.goods},
            "titles": {id_: {"label": id_, "when": text(when)} for id_, when in self.titles},
            "checks": [{"id": id_, "require": text(require)} for id_, require in self.checks],
            **({"assessors": assessors} if self.assessors else {}),
            "score": score,
            "grades": list(GRADES),
            "policy": {
                "propose": [rule.yaml() for rule in self.propose],
                "adjust": [rule.yaml() for rule in self.adjust],
            },
        }  # fmt: skip

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:  # noqa: FBT001
        """The file, so that a falsifying example can be run."""
        printer.text(json.dumps(self.yaml(), ensure_ascii=False))


@dataclass(frozen=True)
class Drawn:
    """A random programme: kinds from the top down, and the rulebooks of some of them, the top one first."""

    kinds: tuple[str, ...]
    books: tuple[Book, ...]

    @lru_cache(maxsize=4)  # noqa: B019 - they are few, and frozen
    def load(self) -> Programme:
        return loaded(self.tree, [book.yaml() for book in self.books])

    @property
    def tree(self) -> Any:  # noqa: ANN401
        """The kinds as a programme writes them."""
        tree: Any = ""
        for kind in reversed(self.kinds):
            tree = {kind: tree}
        return tree

    @property
    def pool(self) -> list[Fraction]:
        """Numbers that the rulebooks name, so that facts hit the thresholds."""
        return sorted(Fraction(c) for c in CONSTANTS) + sorted(Fraction(p) / 100 for p in PERCENTS)


@contextmanager
def written(kinds: Mapping[str, Any], books: Iterable[Mapping[str, Any]]) -> Iterator[Programme]:
    """A programme read from files, which are there as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # The shipped clauses are read with every programme, and none of ours cites one.
        patch.setattr("engine.programme.loading.SHIPPED", Path(folder))
        file = {"programme": "random", "label": "random", "kinds": kinds}
        (Path(folder) / "programme.yaml").write_text(json.dumps(file), encoding="utf-8")
        for book in books:
            text = json.dumps(book, ensure_ascii=False, indent=1)
            (Path(folder) / f"{book['rulebook']}.yaml").write_text(text, encoding="utf-8")
        (programme,) = load([folder])
        yield programme


def loaded(kinds: Mapping[str, Any], books: Iterable[Mapping[str, Any]]) -> Programme:
    """A programme read from files."""
    with written(kinds, books) as programme:
        # Random scores lie in any band; a rating would refuse them.
        without = (
            replace(book, checks=tuple(item for item in book.checks if ":" not in item.id))
            for book in programme.rulebooks
        )
        return replace(programme, rulebooks=tuple(without))
