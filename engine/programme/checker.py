"""Look up every name of a rulebook and read every constant; everything that is wrong is reported at its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.diagnostic import Diagnostic, near
from engine.expression import check, syntax
from engine.expression.check import BOOLEAN, MeasureLeaf, OutcomeLeaf, ParameterLeaf, Scope, Type, number_of
from engine.expression.days import day_number
from engine.expression.syntax import ExpressionError, Node
from engine.programme import rules, symbols, targets
from engine.programme.lifecycles import lifecycles
from engine.schema import NOT_ENTERED, NUMERIC, Column

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from engine.yaml_text import Source

Path_ = tuple[str | int, ...]

_BETWEEN = re.compile(r"[\s,，、；;【】]+")
"""What authors put between the ids of a list that they do not write as one."""
_NUMBER = r"\d+(?:\.\d+)?%?"
_RANGE = re.compile(rf"{_NUMBER}\s*(?:[-~～—－至到]+\s*{_NUMBER}|以上|及以上)")
"""A band as a range, where the rules have only where it begins."""


@dataclass(frozen=True)
class Surroundings:
    """What a rulebook may refer to outside itself.

    Attributes:
        clauses: the ids of clauses that `cite` may name.
        decisions: the ids that `open` may name.
        shared: facts that other rulebooks of the kind declare.
        lower: the scopes of the kinds below, and of those that refer to this one.
        beside: those of them that do not stand below.
        above: the kinds above, nearest first.
        record: the kind is one of records, which are counted and not rated.
        years: the years of the programme.
    """

    clauses: frozenset[str]
    decisions: frozenset[str]
    shared: Mapping[str, Column]
    lower: Mapping[str, Scope]
    beside: frozenset[str] = frozenset()
    above: tuple[str, ...] = ()
    record: bool = False
    years: said.Years | None = None


def columns_of(
    source: Source, book: said.Rulebook, kinds: Collection[str]
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


def check_rulebook(
    source: Source,
    book: said.Rulebook,
    programme: str,
    facts: Mapping[str, Column],
    around: Surroundings,
) -> tuple[rules.Rules | None, list[Diagnostic]]:
    """The rulebook with every name looked up, or what is wrong with it."""
    checker = _Checker(source, book, facts, around)
    checked = checker.checked(programme)
    return (None if checker.problems else checked), checker.problems


class Reporter:
    """Collects what is wrong with a rulebook, each problem at its place."""

    def __init__(self, source: Source, book: said.Rulebook) -> None:
        self.source = source
        self.book = book
        self.problems: list[Diagnostic] = []

    def refuse(
        self,
        code: str,
        path: Path_,
        *,
        near: tuple[str, ...] = (),
        of_key: bool = False,
        **values: object,
    ) -> None:
        """Report a problem with what stands at a place, or with its key."""
        place = self.source.key_place(*path) if of_key else self.source.place(*path)
        self.problems.append(Diagnostic(code, place, values, near))

    def refuse_key(self, code: str, path: Path_, **values: object) -> None:
        """Report a problem with the key of a place."""
        self.problems.append(Diagnostic(code, self.source.key_place(*path), values))

    def constant(self, text: str, path: Path_, *, of_key: bool = False) -> tuple[Node, Type] | None:
        """The constant that a text is; None when it is none, which is reported."""
        try:
            return check.type_of_constant(text)
        except ExpressionError as error:
            place = self.source.key_place(*path) if of_key else self.source.inside(error.offset, *path)
            self.problems.append(Diagnostic(error.code, place, error.values))
            return None

    def number(self, text: str, path: Path_) -> Fraction | None:
        """The number that a text is; None when it is none, which is reported."""
        try:
            node, _ = check.type_of_constant(text)
        except ExpressionError as error:
            code = "not_a_number" if error.code == "not_a_constant" else error.code
            values = {"value": text} if error.code == "not_a_constant" else error.values
            self.problems.append(Diagnostic(code, self.source.inside(error.offset, *path), values))
            return None
        value = number_of(node)
        if value is None:
            self.refuse("not_a_number", path, value=text)
        return value


class _FactReader(Reporter):
    def __init__(self, source: Source, book: said.Rulebook, kinds: Collection[str]) -> None:
        super().__init__(source, book)
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
        )
        if fact.required and fact.blank != "gap":
            self.refuse("required_with_blank", (*path, "blank"))
        self.reference(fact, path)
        return column

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


class _Checker(Reporter):
    def __init__(
        self,
        source: Source,
        book: said.Rulebook,
        facts: Mapping[str, Column],
        around: Surroundings,
    ) -> None:
        super().__init__(source, book)
        self.facts = facts
        self.around = around
        self.names: dict[str, check.Leaf] = {
            id_: check.fact_leaf(column) for id_, column in {**around.shared, **facts}.items()
        }
        self.names["year"] = check.YEAR
        self.labels = labels_of(book)
        self.bonus_max = self.amount(book.score.bonus_max, ("score", "bonus_max"))

    def checked(self, programme: str) -> rules.Rules:
        book = self.book
        self.unique_ids()
        self.citations()
        self.dated()
        parameters = self.parameters()
        found, problems = lifecycles(self.source, book, self.around.lower)
        self.problems += problems
        dues = targets.read(self, self.around.years)
        for id_ in dues:
            parameters |= targets.parameters(id_, dues[id_])
        measures = self.measures(dues)
        goods = tuple(self.good(id_) for id_ in book.goods)
        most = self.total(goods)
        outcomes = self.outcomes()
        titles = self.titles({**outcomes, **({"grade": self.grade_leaf("grade")} if book.rated else {})})
        checks = tuple(
            rules.Check(item.id, item, node)
            for at, item in enumerate(book.checks)
            if (node := self.condition(item.require, ("checks", at, "require")))
        )
        policy = symbols.Builder(tuple(book.grades))
        if self.graded():
            self.propose(policy, outcomes)
            self.adjust(policy, {**outcomes, "proposed": self.grade_leaf("proposed")})
            self.size_of_policy(policy)
        selections = self.selections(outcomes)
        return rules.Rules(
            id=book.rulebook,
            programme=programme,
            file=self.source.file,
            kind=book.kind,
            said=book,
            facts=self.facts,
            parameters=parameters,
            lifecycles=found,
            measures=measures,
            targets=self.resolved_targets(dues),
            goods=goods,
            titles=titles,
            checks=checks,
            grades=tuple(book.grades),
            policy=policy.policy(),
            atoms=tuple(policy.atoms),
            entries=tuple(policy.entries),
            bonus_max=self.bonus_max or Fraction(0),
            most=most,
            selections=selections,
        )

    def scope(self, outcomes: Mapping[str, OutcomeLeaf] | None = None) -> Scope:
        return Scope(
            self.book.kind,
            self.names,
            outcomes or {},
            tuple(self.book.grades),
            lower=self.around.lower,
            beside=self.around.beside,
            labels=self.labels,
        )

    def expression(
        self,
        text: str,
        path: Path_,
        outcomes: Mapping[str, OutcomeLeaf] | None = None,
    ) -> tuple[Node, Type] | None:
        """Read and resolve an expression; None when something is wrong with it, or with what it names."""
        try:
            node = syntax.parse(text)
        except ExpressionError as error:
            names = [*syntax.ARGUMENTS, *syntax.AGGREGATES, "date"]
            guess = near(str(error.values.get("name", "")), names) if error.code == "unknown_function" else ()
            place = self.source.inside(error.offset, *path)
            self.problems.append(Diagnostic(error.code, place, error.values, guess))
            return None
        resolved, type_, problems = check.check(node, self.scope(outcomes))
        for problem in problems:
            place = self.source.inside(problem.offset, *path)
            self.problems.append(Diagnostic(problem.code, place, problem.values, problem.near))
        return None if problems or type_ == check.UNKNOWN else (resolved, type_)

    def typed(
        self,
        text: str,
        path: Path_,
        name: str,
        outcomes: Mapping[str, OutcomeLeaf] | None = None,
    ) -> Node | None:
        found = self.expression(text, path, outcomes)
        if found and found[1].name != name:
            self.refuse("wrong_type", path, expected=name, found=found[1].name)
            return None
        return found[0] if found else None

    def condition(self, text: str, path: Path_, outcomes: Mapping[str, OutcomeLeaf] | None = None) -> Node | None:
        return self.typed(text, path, "boolean", outcomes)

    # What stands beside expressions

    def dated(self) -> None:
        """`dated` names a date fact."""
        name = self.book.dated
        column = self.facts.get(name) or self.around.shared.get(name) if name else None
        if name and (column is None or column.type != "date"):
            labels = {id_: item.label for id_, item in self.facts.items() if item.type == "date"}
            self.refuse("dated_no_date", ("dated",), near=meant(name, labels), name=name)

    def unique_ids(self) -> None:
        """One name, one thing: expressions could not tell two apart."""
        seen: dict[str, Path_] = {}
        sections: list[tuple[Path_, str]] = [(("facts", id_), id_) for id_ in self.book.facts]
        sections += [(("parameters", id_), id_) for id_ in self.book.parameters]
        sections += [(("lifecycle", id_), id_) for id_ in self.book.lifecycle]
        sections += [(("measures", id_), id_) for id_ in self.book.measures]
        sections += [(("targets", id_), id_) for id_ in self.book.targets]
        sections += [(("goods", id_), id_) for id_ in self.book.goods]
        sections += [
            (("goods", good, "criteria", id_), id_)
            for good in self.book.goods
            for id_ in self.book.goods[good].criteria
        ]
        sections += [(("titles", id_), id_) for id_ in self.book.titles if id_ != self.book.rulebook]
        sections += [(("grades", id_), id_) for id_ in self.book.grades if self.book.rated]
        sections += [(("select", id_), id_) for id_ in self.book.select]
        for path, id_ in sections:
            if id_ in seen:
                values = {"id": id_, "first": self.source.key_place(*seen[id_]).line}
                self.problems.append(Diagnostic("duplicate_id", self.source.key_place(*path), values))
            seen.setdefault(id_, path)
        self.columns_of_runs()
        policy = self.book.policy
        for section, ids in (
            (("policy", "propose"), [rule.id for rule in policy.propose]),
            (("policy", "adjust"), [rule.id for rule in policy.adjust]),
            (("checks",), [rule.id for rule in self.book.checks]),
        ):
            for at, id_ in enumerate(ids):
                if id_ in ids[:at]:
                    first = self.source.place(*section, ids.index(id_), "id").line
                    self.refuse("duplicate_id", (*section, at, "id"), id=id_, first=first)
        proposed = {rule.id: at for at, rule in enumerate(policy.propose)}
        for at, rule in enumerate(policy.adjust):
            if rule.id in proposed:
                first = self.source.place("policy", "propose", proposed[rule.id], "id").line
                self.refuse("duplicate_id", ("policy", "adjust", at, "id"), id=rule.id, first=first)

    def columns_of_runs(self) -> None:
        """No name is that of a column which a run has beside another name."""
        book = self.book
        numbers = ("score_max", "goods_met", "goods_count", *book.measures, *book.targets)
        histories = {f"{id_}_history": id_ for id_ in book.lifecycle}
        criteria = [(good, id_, item) for good in book.goods for id_, item in book.goods[good].criteria.items()]
        applicable = {f"{id_}_applicable": id_ for _, id_, item in criteria if item.applies is not None}
        high = {f"{id_}_high": id_ for id_ in numbers}
        answers: list[Path_] = [("titles", id_) for id_ in book.titles]
        answers += [("goods", id_) for id_ in book.goods]
        answers += [("goods", good, "criteria", id_) for good, id_, _ in criteria]
        found = [(path, applicable) for path in answers]
        found += [(("measures", id_), {**high, **histories}) for id_ in book.measures]
        found += [(("targets", id_), {**high, **applicable}) for id_ in book.targets]
        for path, taken in found:
            name = str(path[-1])
            if name in taken:
                self.refuse("name_of_column", path, of_key=True, name=name, of=taken[name])

    def citations(self) -> None:
        """Every clause cited and every open decision named is in a registry."""
        book = self.book
        cited: list[tuple[Path_, said.Cited]] = []
        for section in ("facts", "parameters", "lifecycle", "measures", "targets", "goods", "titles", "select"):
            cited += [((section, id_), item) for id_, item in getattr(book, section).items()]
        for life_id, life in book.lifecycle.items():
            cited += [(("lifecycle", life_id, "steps", at), item) for at, item in enumerate(life.steps)]
        for good_id, good in book.goods.items():
            cited += [(("goods", good_id, "criteria", id_), item) for id_, item in good.criteria.items()]
        cited += [(("policy", "propose", at), item) for at, item in enumerate(book.policy.propose)]
        cited += [(("policy", "adjust", at), item) for at, item in enumerate(book.policy.adjust)]
        cited += [(("checks", at), item) for at, item in enumerate(book.checks)]
        for path, item in cited:
            for key, known, code in (
                ("cite", self.around.clauses, "unknown_clause"),
                ("open", self.around.decisions, "unknown_decision"),
            ):
                for at, name in enumerate(getattr(item, key)):
                    parts = [part for part in _BETWEEN.split(name) if part]
                    if name not in known and (parts != [name] and set(parts) & set(known)):
                        self.refuse("list_as_text", (*path, key, at), text=name, instead=f"[{', '.join(parts)}]")
                    elif name not in known:
                        self.refuse(code, (*path, key, at), near=near(name, known), name=name)

    def parameters(self) -> dict[str, rules.Parameter]:
        found = {}
        for id_, item in self.book.parameters.items():
            path = ("parameters", id_)
            constants = {year: self.constant(text, (*path, str(year))) for year, text in sorted(item.values.items())}
            read = {year: constant for year, constant in constants.items() if constant}
            types = list(read.values())
            for year, (_, type_) in read.items():
                if type_.name != types[0][1].name:
                    first, second = types[0][1].name, type_.name
                    self.refuse("types_differ", (*path, str(year)), first=first, second=second)
            type_ = types[0][1] if types else check.UNKNOWN
            found[id_] = rules.Parameter(id_, item, {year: node for year, (node, _) in read.items()}, type_)
            bare = {year: number_of(node) or 0 for year, (node, constant) in read.items() if constant.unit != "ratio"}
            if len(bare) < len(read):  # some values are shares
                for year in [year for year, value in bare.items() if value > 1]:
                    self.refuse("percent_missing", (*path, str(year)), number=item.values[year])
                    del bare[year]
            largest = Fraction(max(bare.values(), default=0))
            self.names[id_] = ParameterLeaf(0, 0, type_, self.book.rulebook, id_, largest)
        return found

    def measures(self, dues: Mapping[str, targets.Dues]) -> tuple[rules.Measure, ...]:
        """The measures, those of targets among them, in an order in which each uses only earlier ones."""
        book = self.book
        counts = targets.COUNTS if book.targets else ()
        waiting = dict.fromkeys(book.measures, "measures") | dict.fromkeys(book.targets, "targets")
        names = {*waiting, *counts}
        uses = {id_: _words(getattr(book, section)[id_].value) & names for id_, section in waiting.items()}
        waiting |= dict.fromkeys(counts, "")
        uses |= {id_: set(book.targets) for id_ in counts}
        ordered: list[rules.Measure] = []
        while waiting:
            ready = [id_ for id_ in waiting if not uses[id_] & waiting.keys()]
            if not ready:
                circle = _circle(waiting, uses)
                order = [*book.measures, *book.targets]
                first = min((id_ for id_ in circle if id_ in order), key=order.index)
                at = circle.index(first)
                way = " → ".join([*circle[at:], *circle[:at], first] if circle[0] in counts else [*circle, circle[0]])
                self.refuse("measure_cycle", (waiting[first], first), of_key=True, name=first, way=way)
                for id_ in circle:
                    del waiting[id_]
                    self.names[id_] = MeasureLeaf(0, 0, check.UNKNOWN, book.rulebook, id_)
            for id_ in ready:
                section = waiting.pop(id_)
                ordered += self.measure(section, id_) if section != "targets" else self.target(id_, dues.get(id_))
        return tuple(ordered)

    def measure(self, section: str, id_: str) -> list[rules.Measure]:
        """A measure, or one that counts targets."""
        if not section:
            found = targets.count(self.book.rulebook, id_, tuple(self.book.targets))
            self.names[id_] = MeasureLeaf(0, 0, found.type, self.book.rulebook, id_)
            return [found]
        path: Path_ = ("measures", id_, "value")
        path = path if path in self.source.places else path[:-1]
        item = self.book.measures[id_]
        read = self.expression(item.value, path)
        if read and read[1].name not in {"number", "boolean", "date"}:
            self.refuse("measure_type", path, found=read[1].name)
            read = None
        self.names[id_] = MeasureLeaf(0, 0, read[1] if read else check.UNKNOWN, self.book.rulebook, id_)
        return [rules.Measure(id_, item, *read)] if read else []

    # Targets

    def target(self, id_: str, dues: targets.Dues | None) -> list[rules.Measure]:
        """The measures that a target stands for."""
        item, path = self.book.targets[id_], ("targets", id_, "value")
        read = self.expression(item.value, path)
        if read and read[1].name != "number":
            self.refuse("wrong_type", path, expected="number", found=read[1].name)
            read = None
        leaf = MeasureLeaf(0, 0, read[1] if read else check.UNKNOWN, self.book.rulebook, id_)
        self.names[id_] = leaf
        if read is None or dues is None:
            return []
        targets.fits(self, id_, item, dues, read[1])
        told = said.Measure(value=item.value, label=item.label, cite=item.cite, open=item.open)
        return [rules.Measure(id_, told, *read), *targets.measures(leaf, dues)]

    def resolved_targets(self, dues: Mapping[str, targets.Dues]) -> tuple[rules.Target, ...]:
        """The targets, once their measures are known."""
        return tuple(
            rules.Target(id_, item, self.names[id_], dues[id_].baseline, dues[id_].by)
            for id_, item in self.book.targets.items()
            if id_ in dues
        )

    # Goods and points

    def good(self, id_: str) -> rules.Good:
        good, path = self.book.goods[id_], ("goods", id_)
        share = None
        if good.met.points != "any":
            share = self.number(good.met.points, (*path, "met", "points"))
            if share is not None and not 0 <= share <= 1:
                self.refuse("not_a_share", (*path, "met", "points"), value=good.met.points)
        criteria = tuple(self.criterion(id_, name) for name in good.criteria)
        if not criteria:
            self.refuse("good_without_criteria", path, name=id_)
        return rules.Good(id_, good, criteria, share)

    def criterion(self, good: str, id_: str) -> rules.Criterion:
        item, path = self.book.goods[good].criteria[id_], ("goods", good, "criteria", id_)
        require = self.condition(item.require, (*path, "require")) if item.require is not None else None
        applies = self.condition(item.applies, (*path, "applies")) if item.applies is not None else None
        points = self.points(item.points, (*path, "points")) if item.points is not None else None
        if item.require is None and (item.points is None or isinstance(item.points, said.FixedPoints)):
            self.refuse("criterion_without_condition", path, name=id_)
        if item.bonus and self.bonus_max == 0:
            self.refuse("bonus_without_maximum", (*path, "bonus"))
        return rules.Criterion(id_, good, item, require, applies, points)

    def points(self, item: said.Points, path: Path_) -> rules.Points | None:
        match item:
            case said.FixedPoints():
                value = self.amount(item.fixed, path)
                return None if value is None else rules.Fixed(value)
            case said.Bands():
                of = self.typed(item.of, (*path, "of"), "number")
                steps = self.table(item.bands, (*path, "bands"), of)
                otherwise = self.amount(item.otherwise, (*path, "else"))
                if of is None or otherwise is None or not steps:
                    return None
                self.monotone([otherwise, *(points for _, points in steps)], (*path, "bands"))
                return rules.Bands(of, tuple(reversed(steps)), otherwise)
            case said.Linear():
                of = self.typed(item.of, (*path, "of"), "number")
                knots = self.table(item.linear, (*path, "linear"), of)
                if len(item.linear) < 2:  # noqa: PLR2004
                    self.refuse("linear_needs_two", (*path, "linear"))
                if of is None or not knots:
                    return None
                self.monotone([points for _, points in knots], (*path, "linear"))
                return rules.Linear(of, tuple(knots))
            case said.Deduction():
                of = self.typed(item.of, (*path, "of"), "number")
                each = self.amount(item.deduct, (*path, "deduct"))
                start = self.amount(item.start, (*path, "from"))
                return None if of is None or each is None or start is None else rules.Deduction(of, each, start)

    def amount(self, text: str, path: Path_) -> Fraction | None:
        value = self.number(text, path)
        if value is not None and text.strip().endswith("%"):
            self.refuse("points_in_percent", path, value=text, number=text.strip().removesuffix("%"))
            return None
        if value is not None and value < 0:
            self.refuse("negative_points", path, value=text)
            return None
        return value

    def table(self, rows: Mapping[str, str], path: Path_, of: Node | None) -> list[tuple[Node, Fraction]]:
        """Thresholds with their points, smallest threshold first; none when something is wrong with them."""
        problems = len(self.problems)
        found = []
        for key, text in rows.items():
            if key == "else":
                self.refuse("else_in_table", (*path, key), of_key=True)
                continue
            if _RANGE.fullmatch(key):
                low = min(re.findall(r"[\d.]+%?", key), key=lambda number: float(number.rstrip("%")))
                self.refuse("threshold_as_range", (*path, key), of_key=True, value=key, instead=low)
                continue
            constant, points = self.constant(key, (*path, key), of_key=True), self.amount(text, (*path, key))
            value = number_of(constant[0]) if constant else None
            if constant and value is None:
                self.refuse("not_a_number", (*path, key), of_key=True, value=key)
            is_share = of is not None and check.type_of(of).unit == "ratio"
            if constant and value is not None and value > 1 and is_share and constant[1].unit != "ratio":
                self.refuse("percent_missing", (*path, key), of_key=True, number=key)
            if constant and value is not None and points is not None:
                found.append((value, constant[0], points, key))
        found.sort(key=lambda row: row[0])
        for (first, *_, one), (second, *_, other) in pairwise(found):
            if first == second:
                self.refuse("duplicate_threshold", (*path, other), of_key=True, value=other, first=one)
        return [] if len(self.problems) > problems else [(node, points) for _, node, points, _ in found]

    def monotone(self, points: list[Fraction], path: Path_) -> None:
        rises = any(first < second for first, second in pairwise(points))
        falls = any(first > second for first, second in pairwise(points))
        if rises and falls:
            self.refuse("points_not_monotone", path)

    def total(self, goods: tuple[rules.Good, ...]) -> Fraction:
        most = sum((item.most for good in goods for item in good.criteria if not item.said.bonus), Fraction(0))
        if self.book.score.of is not None:
            wanted = self.amount(self.book.score.of, ("score", "of"))
            if wanted is not None and wanted != most and not self.problems:
                sums = "; ".join(
                    f"{good.id} {float(sum((c.most for c in good.criteria if not c.said.bonus), Fraction(0))):g}"
                    for good in goods
                )
                self.refuse("points_total", ("score", "of"), of=self.book.score.of, total=f"{float(most):g}", sums=sums)
        return most

    # Titles and policy

    def graded(self) -> bool:
        """Whether the policy can be read: it has its grades, or the rulebook has neither."""
        written = self.book.model_fields_set & {"grades", "policy"}
        if self.around.record and written:
            self.refuse("record_rated", (min(written),), of_key=True, kind=self.book.kind)
        elif len(written) == 1:
            (key,) = written
            other = "policy" if key == "grades" else "grades"
            self.refuse("grades_and_policy", (key,), of_key=True, key=key, other=other)
        return len(written) != 1

    def grade_leaf(self, part: str) -> OutcomeLeaf:
        return OutcomeLeaf(0, 0, Type("grade", choices=tuple(self.book.grades), ordered=True), part)

    def outcomes(self) -> dict[str, OutcomeLeaf]:
        counts = {name: OutcomeLeaf(0, 0, check.WHOLE, name) for name in ("goods_met", "goods_count")}
        scores = {name: OutcomeLeaf(0, 0, check.NUMBER, name) for name in ("score", "score_max")}
        goods = {f"good.{id_}": OutcomeLeaf(0, 0, BOOLEAN, "good", id_) for id_ in self.book.goods}
        return {**counts, **scores, **goods}

    def titles(self, outcomes: Mapping[str, OutcomeLeaf]) -> tuple[rules.Title, ...]:
        found = []
        for id_, item in self.book.titles.items():
            when = self.condition(item.when, ("titles", id_, "when"), outcomes)
            if when is not None:
                found.append(rules.Title(id_, item, when))
        return tuple(found)

    def selections(self, outcomes: Mapping[str, OutcomeLeaf]) -> tuple[rules.Selection, ...]:
        """The selections, after everything else: they may name grades and titles too."""
        known = {**outcomes, **({"grade": self.grade_leaf("grade")} if self.book.rated else {})}
        known |= {f"title.{id_}": OutcomeLeaf(0, 0, BOOLEAN, "title", id_) for id_ in self.book.titles}
        found = []
        for id_, item in self.book.select.items():
            path: Path_ = ("select", id_)
            when = self.condition(item.when, (*path, "when"), known) if item.when is not None else None
            keys = [self.key(key, (*path, "by", at), known) for at, key in enumerate(item.by)]
            best = self.places(item.best, (*path, "best"))
            group = self.group(item.within, (*path, "within"))
            if best is not None:
                found.append(rules.Selection(id_, item, when, tuple(filter(None, keys)), best, group))
        return tuple(found)

    def key(self, item: said.Key, path: Path_, outcomes: Mapping[str, OutcomeLeaf]) -> rules.Key | None:
        name, text = ("most", item.most) if item.most is not None else ("least", item.least or "")
        found = self.expression(text, (*path, name), outcomes)
        if found is None:
            return None
        node, type_ = found
        if type_.name not in {"number", "date"} and not type_.ordered:
            self.refuse("key_without_order", (*path, name), found=type_.name, value=text)
        return rules.Key(node, name == "most")

    def places(self, text: str, path: Path_) -> Node | None:
        """How many are chosen: one at least, in every year."""
        leaf = self.names.get(text)
        if isinstance(leaf, ParameterLeaf):
            for year, written in self.book.parameters[text].values.items():
                value = number_of(check.type_of_constant(written)[0]) if leaf.type.name == "number" else None
                if value is None or value < 1 or value.denominator != 1:
                    at: Path_ = ("parameters", text, str(year))
                    self.refuse("parameter_not_places", at, name=text, value=written, year=year)
            return leaf
        if text.isidentifier():
            labels = {id_: item.label or said.Label(zh=id_) for id_, item in self.book.parameters.items()}
            self.refuse("unknown_places", path, near=meant(text, labels), name=text)
            return None
        value = self.number(text, path)
        if value is not None and (value < 1 or value.denominator != 1 or "%" in text):
            self.refuse("not_places", path, value=text)
            return None
        return None if value is None else syntax.Number(0, 0, value)

    def group(self, kind: str | None, path: Path_) -> str | None:
        """The column of the unit above among whose units the best are chosen."""
        above = self.around.above
        if kind is not None and kind not in above:
            kinds = ", ".join(above) or "–"
            self.refuse("kind_not_above", path, near=near(kind, above), name=kind, kind=self.book.kind, kinds=kinds)
            return None
        return None if kind is None else "parent" if above[:1] == (kind,) else f"^^{above[above.index(kind) - 1]}"

    def grade(self, name: str, path: Path_, *, of_key: bool = False) -> int | None:
        """The place of a grade, best first."""
        grades = list(self.book.grades)
        if name in grades:
            return grades.index(name)
        guess, known = meant(name, self.book.grades), ", ".join(grades)
        self.refuse("unknown_grade", path, near=guess, of_key=of_key, name=name, grades=known)
        return None

    def propose(self, policy: symbols.Builder, outcomes: Mapping[str, OutcomeLeaf]) -> None:
        proposals = self.book.policy.propose
        for at, item in enumerate(proposals):
            path = ("policy", "propose", at)
            is_last = at == len(proposals) - 1
            when = self.condition(item.when, (*path, "when"), outcomes) if item.when is not None else None
            entered = isinstance(item.grade, said.EnteredGrade)
            if is_last and (item.when is not None or entered):
                self.refuse("last_proposal_conditional", path)
            if not is_last and item.when is None and not entered:
                self.refuse("proposal_unconditional", path, id=item.id)
            if isinstance(item.grade, said.EnteredGrade):
                fact = self.names.get(item.grade.entered)
                if isinstance(fact, check.FactLeaf) and fact.column.type == "grade":
                    policy.propose_entered(item.id, when, fact.column)
                else:
                    labels = {id_: column.label for id_, column in self.facts.items() if column.type == "grade"}
                    name = item.grade.entered
                    self.refuse("grade_from_not_grade", (*path, "grade"), near=meant(name, labels), name=name)
            elif isinstance(item.grade, str):
                grade = self.grade(item.grade, (*path, "grade"))
                if grade is not None and (when is not None or item.when is None):
                    policy.propose(item.id, when, grade)
            else:
                self.refuse("wrong_shape", (*path, "grade"), key="grade", expected="text")

    def adjust(self, policy: symbols.Builder, outcomes: Mapping[str, OutcomeLeaf]) -> None:
        for at, item in enumerate(self.book.policy.adjust):
            path = ("policy", "adjust", at)
            when = self.condition(item.when, (*path, "when"), outcomes)
            limits = self.limits(item, path)
            for position, title in enumerate(item.withhold):
                if title not in self.book.titles:
                    guess = meant(title, {id_: item.label for id_, item in self.book.titles.items()})
                    self.refuse("unknown_title", (*path, "withhold", position), near=guess, name=title)
            if item.downgrade is None and item.cap is None and not item.withhold:
                self.refuse("adjustment_without_effect", path, id=item.id)
            if when is not None and limits is not None:
                for problem in policy.adjust(item.id, when, limits, item.withhold):
                    self.refuse(problem, (*path, "when"))

    def size_of_policy(self, policy: symbols.Builder) -> None:
        """What keeps the policy from being reasoned, where nothing simpler is wrong."""
        found = [] if self.problems else policy.problems()
        codes = {code for code, _ in found}
        rules: dict[object, Path_] = {
            item.id: ("policy", stage, at, "when")
            for stage in ("propose", "adjust")
            for at, item in enumerate(getattr(self.book.policy, stage))
        }
        for code, values in found:
            if _FOLLOWS_FROM.get(code) not in codes:
                place = self.source.place(*rules.get(values.get("rule"), ("policy",)))
                self.problems.append(Diagnostic(code, place, values))

    def limits(self, item: said.Adjustment, path: Path_) -> tuple[int, ...] | None:
        """What each proposed grade becomes at most, by place."""
        limits = list(range(len(self.book.grades)))
        if item.cap is not None:
            cap = self.grade(item.cap, (*path, "cap"))
            if cap is None:
                return None
            limits = [max(place, cap) for place in limits]
        for from_, to in (item.downgrade or {}).items():
            source = self.grade(from_, (*path, "downgrade", from_), of_key=True)
            target = self.grade(to, (*path, "downgrade", from_))
            if source is None or target is None:
                return None
            if target < source:
                self.refuse("downgrade_raises", (*path, "downgrade", from_), source=from_, target=to)
            limits[source] = max(limits[source], target)
        return tuple(limits)


_FOLLOWS_FROM = {"policy-cases": "policy-symbols", "policy-terms": "policy-rule-terms"}
"""Problems of a policy that say nothing new beside another."""


def meant(written: str, labels: Mapping[str, said.Label]) -> tuple[str, ...]:
    """The name that an author may have meant: the one whose label was written, or one spelled alike."""
    return tuple(id_ for id_, label in labels.items() if written in {label.zh, label.en})[:1] or near(written, labels)


def labels_of(book: said.Rulebook) -> tuple[tuple[str, str], ...]:
    """The labels of a rulebook, each with the name that an expression writes instead."""
    found = ((text, id_) for id_, label in _labelled(book) if label for text in (label.zh, label.en) if text)
    return (*found, *_OUTCOMES_IN_WORDS)


_OUTCOMES_IN_WORDS = (("得分", "score"), ("总分", "score"), ("应得分", "score_max"), ("拟评等次", "proposed"))


def _labelled(book: said.Rulebook) -> Iterator[tuple[str, said.Label | None]]:
    yield from ((id_, item.label) for id_, item in book.facts.items())
    yield from (choice for fact in book.facts.values() for choice in (fact.choices or {}).items())
    yield from ((id_, item.label) for id_, item in book.lifecycle.items())
    yield from (state for item in book.lifecycle.values() for state in item.all_states.items())
    yield from ((id_, item.label) for id_, item in book.parameters.items())
    yield from ((id_, item.label) for id_, item in book.measures.items())
    yield from ((id_, item.label) for id_, item in book.targets.items())
    yield from ((f"good.{id_}", item.label) for id_, item in book.goods.items())
    yield from book.grades.items()


def _circle(waiting: Collection[str], uses: Mapping[str, set[str]]) -> list[str]:
    """Names that use each other in a circle, among those that wait for each other."""
    way = [next(iter(waiting))]
    while (following := min(uses[way[-1]] & set(waiting))) not in way:
        way.append(following)
    return way[way.index(following) :]


def _words(expression: str) -> set[str]:
    """The names of the unit itself that an expression uses, for ordering measures before they are resolved."""
    try:
        return _own_names(syntax.parse(expression))
    except ExpressionError:
        return set()


def _own_names(node: Node, *, inside: bool = False) -> set[str]:
    """Inside an aggregate only `this.name` is the asking unit's."""
    if isinstance(node, syntax.Name):
        if node.parts[0] == "this":
            return set(node.parts[1:2])
        return set() if inside else {node.parts[0]}
    inside = inside or isinstance(node, syntax.Aggregate)
    return {name for child in syntax.children(node) for name in _own_names(child, inside=inside)}
