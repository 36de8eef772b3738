"""The rules as a rating used them, as plain data: resolved for the year, with every label, clause and threshold.

A run keeps this as `rules.json`. An explanation prints from it and from the stored numbers alone: it needs neither the
YAML nor the compiler, and can say nothing that the rating did not do.

An expression is `{"parts": […], "tests": […]}`: its pieces of text and leaves in order, and the comparisons and yes-no
values in it. A test is `{"parts", "column", "operator", "left", "right"}`; `column` names where its truth is stored
(null: it is the whole expression). An operand is `{"parts", "value", "unit"}`; its value is a `fact`, a stored
`column`, the `score`, or a `constant`; `quotient` gives the facts it divides, `units` the lower kind of a share.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from engine.expression import check, syntax, typed
from engine.expression.columns import column_name
from engine.expression.conditions import guarded_conditions
from engine.expression.text import parts, spell
from engine.expression.typed import number_of
from engine.policy import Proposal
from engine.programme import rules, targets
from engine.programme.dependencies import divisors, facts_behind, lower_facts, tables_asked, way

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine import rulebook as said
    from engine.expression.syntax import Node
    from engine.programme import Programme
    from engine.programme.overlays import Overlay
    from engine.programme.rules import Criterion, Rules
    from engine.schema import Column

Data = dict[str, Any]


def resolve(programmes: Sequence[Programme], year: int) -> Data:
    """The rules of programmes in a year."""
    books = [book for programme in programmes for book in programme.rulebooks]
    by_id = {book.id: book for book in books}
    resolved = {book.id: _Book(book, by_id, year).data() for book in books}
    registry = _registry(programmes, resolved.values())
    kinds = {kind: programme.kind_label(kind) for programme in programmes for kind in programme.parents}
    facts: dict[str, Data] = {}
    for book in books:
        facts.setdefault(book.kind, {}).update({id_: _fact(column) for id_, column in book.facts.items()})
        states = {id_: {**_fact(column), "lifecycle": book.id} for id_, column in book.states.items()}
        facts[book.kind].update(states)
    return {
        "year": year,
        "programmes": [
            {
                "id": programme.id,
                "label": _label(programme.said.label),
                "parents": dict(programme.parents),
                "records": list(programme.said.records),
                **({"overlays": [_overlay(item) for item in programme.overlays]} if programme.overlays else {}),
            }
            for programme in programmes
        ],
        "kinds": {kind: _label(label) for kind, label in kinds.items()},
        "facts": facts,
        "rulebooks": resolved,
        **registry,
    }


def _overlay(overlay: Overlay) -> Data:
    return {"id": overlay.id, "label": _label(overlay.label)}


def _label(label: said.Label | None) -> Data | None:
    return None if label is None else label.texts


def _named(id_: str) -> Data:
    """A name that has no label."""
    return {"zh": id_, "en": id_}


def _registry(programmes: Sequence[Programme], books: Iterable[Data]) -> Data:
    """The clauses and decisions that the rules name, and the documents of those clauses."""
    cited: set[str] = set()
    open_: set[str] = set()

    def collect(item: object) -> None:
        if isinstance(item, dict):
            cited.update(item.get("cite") or ())
            open_.update(item.get("open") or ())
            for value in item.values():
                collect(value)
        elif isinstance(item, list):
            for value in item:
                collect(value)

    collect(list(books))
    clauses: Data = {}
    documents: Data = {}
    decisions: Data = {}
    for programme in programmes:
        registry = programme.registry
        for id_ in sorted(cited & registry.clauses.keys()):
            clause = registry.clauses[id_]
            clauses[id_] = {"document": clause.document, "section": clause.section, "zh": clause.zh, "en": clause.en}
            if clause.document in registry.documents:
                documents[clause.document] = _label(registry.documents[clause.document].label)
        decisions |= {id_: _label(registry.decisions[id_]) for id_ in sorted(open_ & registry.decisions.keys())}
    return {"documents": documents, "clauses": clauses, "decisions": decisions}


def _fact(column: Column) -> Data:
    choices = {id_: _label(label) for id_, label in (column.choices or {}).items()}
    return {"label": _label(column.label), "type": column.type, "choices": choices, "blank": column.blank}


def _cited(item: said.Cited) -> Data:
    return {"label": _label(item.label), "cite": list(item.cite), "open": list(item.open)}


def _lifecycle(item: rules.Lifecycle) -> Data:
    return {
        "id": item.id,
        **_cited(item.said),
        "events": {"kind": item.kind, "what": item.what.id, "dated": item.dated.id, "counted": list(item.events)},
        "states": {id_: _label(label) for id_, label in item.said.all_states.items()},
        "steps": [
            {
                **_cited(step),
                "from": list(step.source),
                "on": list(step.on),
                "to": step.target,
                "from_year": step.from_year,
                "to_year": step.to_year,
            }
            for step in item.said.steps
        ],
    }


class _Book:
    def __init__(self, book: Rules, books: Mapping[str, Rules], year: int) -> None:
        self.book = book
        self.books = books
        self.year = year
        self.measures = {item.id: item for item in book.measures}

    def data(self) -> Data:
        book = self.book
        return {
            "programme": book.programme,
            "file": book.file,
            "kind": book.kind,
            "label": _label(book.said.label),
            "rated": book.rated,
            **({"scope": [self.scope(item) for item in book.scope]} if book.scope else {}),
            **({"rulings": self.rulings()} if book.said.rulings else {}),
            "grades": [{"id": id_, "label": _label(label)} for id_, label in book.said.grades.items() if book.rated],
            "parameters": {id_: self.parameter(item) for id_, item in book.parameters.items()},
            "lifecycles": [_lifecycle(item) for item in book.lifecycles],
            "measures": {item.id: self.measure(item) for item in book.measures},
            **({"targets": [self.target(item) for item in book.targets]} if book.targets else {}),
            "goods": [
                {
                    "id": good.id,
                    **_cited(good.said),
                    "share": None if good.share is None else float(good.share),
                    "essential": good.said.met.essential == "all",
                    "criteria": [self.criterion(item) for item in good.criteria],
                }
                for good in book.goods
            ],
            "titles": [
                {"id": item.id, **_cited(item.said), "when": self.expression(item.when)} for item in book.titles
            ],
            "score": {
                "most": float(book.most),
                "bonus_max": float(book.bonus_max),
                **self.scoring(),
                "not_applicable": book.said.score.not_applicable,
            },
            "policy": self.policy(),
            "select": [self.selection(item) for item in book.selections],
            "checks": [
                {"id": item.id, **_cited(item.said), "severity": item.said.severity, "require": spell(item.require)}
                for item in book.checks
            ],
        }

    def scope(self, item: rules.Scope) -> Data:
        return {"id": item.id, **_cited(item.said), "outcome": item.said.outcome, **(self.expression(item.when) or {})}

    def rulings(self) -> Data:
        said = self.book.said.rulings
        return {} if said is None else {**_cited(said), "on": list(said.on), "by": list(said.by)}

    def parameter(self, item: rules.Parameter) -> Data:
        since, value = item.in_force(self.year) or (min(item.values), next(iter(item.values.values())))
        return {**_cited(item.said), "value": spell(value), "since": since}

    def measure(self, item: rules.Measure) -> Data:
        return {
            **_cited(item.said),
            **(self.expression(item.value) or {}),
            "type": item.type.name,
            "unit": _unit(item.type),
            **({"rank": item.value.within or None} if isinstance(item.value, syntax.Rank) else {}),
        }

    def target(self, item: rules.Target) -> Data:
        due = item.due(self.year)
        return {
            "id": item.id,
            **_cited(item.said),
            "value": self.operand(item.value),
            "counts": self.counts(item.value),
            "baseline": [item.baseline[0], self.constant(item.baseline[1])] if item.baseline else None,
            "by": [[year, self.constant(node)] for year, node in item.by],
            "due": due[0] if due else None,
            **self.facts(item.value),
        }

    def counts(self, node: Node) -> Data | None:
        """How a number counts things: so many of so many; None where it does not."""
        node = self.meant(node)
        if kind := typed.table_given(node):
            then, otherwise = map(self.counts, targets.branches(node))
            return {"given": kind, "then": then, "else": otherwise}
        if isinstance(node, syntax.Aggregate) and node.function == "share":
            return {"units": node.kind, "column": spell(node)}
        if ends := targets.counts(node):
            return {"top": self.operand(ends[0]), "of": self.counting(ends[0]), "bottom": self.operand(ends[1])}
        type_ = check.type_of(node)
        if type_.whole and type_.unit == "count":
            return {"top": self.operand(node), "of": self.counting(node), "bottom": None}
        return None

    def counting(self, node: Node) -> Data | None:
        """What a number counts."""
        if isinstance(node, typed.FactLeaf):
            return _label(node.column.label)
        if isinstance(node, typed.MeasureLeaf) and node.id in self.measures and self.measures[node.id].said.label:
            return _label(self.measures[node.id].said.label)
        node = self.meant(node)
        if kind := typed.table_given(node):
            then, otherwise = map(self.counting, targets.branches(node))
            return {"given": kind, "then": then, "else": otherwise}
        if isinstance(node, syntax.Aggregate) and node.function == "count":
            return {"kind": node.kind}
        return _label(node.column.label) if isinstance(node, typed.FactLeaf) else None

    def meant(self, node: Node) -> Node:
        """The expression that the name of a measure stands for."""
        return targets.counted(node, {id_: item.value for id_, item in self.measures.items()})

    def criterion(self, item: Criterion) -> Data:
        return {
            "id": item.id,
            **_cited(item.said),
            "require": self.expression(item.require),
            "applies": self.expression(item.applies),
            "points": self.points(item),
            "most": float(item.most),
            "essential": item.said.essential,
            "bonus": item.bonus,
            **({"penalty": True} if item.said.penalty else {}),
            **({"group": item.said.bonus} if item.said.bonus in self.book.said.score.bonus_groups else {}),
        }

    def points(self, item: Criterion) -> Data | None:
        match item.points:
            case rules.Bands() as table:
                steps = [[self.constant(node), float(points)] for node, points in table.steps]
                return {
                    "form": "bands",
                    "of": self.keyed(table.of, steps),
                    "steps": steps,
                    "else": float(table.otherwise),
                }
            case rules.Linear(parts=tuple()) as left:
                return {
                    "form": "losses",
                    "of": self.operand(left.of),
                    "from": float(left.most),
                    "floor": float(item.least),
                    "losses": [self.loss(loss) for loss in item.losses],
                }
            case rules.Linear(parts=rules.Scores() as scores) as given:
                return {"form": "scores", "of": self.operand(given.of), **self.scores(scores)}
            case rules.Linear() as table:
                knots = [[self.constant(node), float(points)] for node, points in table.knots]
                return {"form": "linear", "of": self.keyed(table.of, knots), "steps": knots}
            case rules.Deduction() as table:
                return {"form": "deduct", "of": self.operand(table.of), "each": float(table.each)}
            case rules.Fixed():
                return {"form": "fixed"}
            case _:
                return None

    def loss(self, item: rules.Loss) -> Data:
        """What points are lost for; the measure holds how many."""
        return {
            "id": item.said.id,
            **_cited(item.said),
            "column": item.measure,
            "when": self.expression(item.when),
            "each": None if item.each is None else self.operand(item.each),
            "by": float(item.by),
            "step": None if item.step is None else self.constant(item.step),
            "part": item.said.part,
            "max": item.said.max,
        }

    def scores(self, item: rules.Scores) -> Data:
        """Who gives scores, and whose counts."""
        assessors = self.book.said.assessors
        assert assessors is not None  # noqa: S101 - without them there are no scores
        return {
            "scores": [
                {"id": id_, "label": _label(assessors.scores[id_].label), "fact": fact}
                for id_, fact in item.facts.items()
            ],
            "reason": item.reason,
            "counts": [[id_, None if weight is None else float(weight)] for id_, weight in item.counts],
            "picked_by": None if item.picked_by is None else self.operand(item.picked_by),
        }

    def scoring(self) -> Data:
        """What becomes of points beyond their sum."""
        score = self.book.score
        data: Data = {}
        if score.penalty_max:
            data["penalty_max"] = float(score.penalty_max)
        if score.digits is not None:
            data["round"] = score.digits
        if score.groups:
            data["groups"] = [
                {
                    "id": group.id,
                    "label": _label(group.said.label),
                    "max": float(group.most),
                    "take": group.said.take,
                }
                for group in score.groups
            ]
        if score.parts:
            data["goods"] = float(score.goods)
            data["parts"] = [[self.operand(node), float(share)] for node, share in score.parts]
        return data

    def keyed(self, node: Node, steps: list[Any]) -> Data:
        """The operand of a table; it is shown as its keys are."""
        operand = self.operand(node)
        return {**operand, "unit": "ratio"} if any(key["constant"].endswith("%") for key, _ in steps) else operand

    def selection(self, item: rules.Selection) -> Data:
        return {
            "id": item.id,
            **_cited(item.said),
            "when": self.expression(item.when),
            "by": [
                {"most": key.most, "type": check.type_of(key.value).name, **self.key(key.value)} for key in item.keys
            ],
            "best": self.constant(item.best),
            "within": item.said.within,
            "ties": item.said.ties,
        }

    def key(self, node: Node) -> Data:
        """A key with what it is called and how its values are shown."""
        operand = self.operand(node)
        type_ = check.type_of(node)
        choices = [self.choice_label(typed.ChoiceLeaf(0, 0, type_, id_)) or _named(id_) for id_ in type_.choices]
        if type_.name == "grade":
            choices.reverse()  # by rank, the worst first
        return {**operand, "choices": choices}

    def policy(self) -> Data:
        if not self.book.rated:
            return {"atoms": [], "entries": [], "propose": [], "adjust": []}
        book, policy = self.book, self.book.policy
        written: dict[str, said.Cited] = {item.id: item for item in book.said.policy.propose}
        written |= {item.id: item for item in book.said.policy.adjust}
        rows: dict[str, list[Data]] = {"propose": [], "adjust": []}
        for rule in policy.rules:
            data: Data = {"id": rule.id, **_cited(written[rule.id]), "terms": _terms(rule.terms)}
            if isinstance(rule, Proposal):
                data["grade"] = None if rule.grade is None else book.grades[rule.grade]
                data["entered"] = None if rule.entered is None else book.entries[rule.entered].id
                rows["propose"].append(data)
            else:
                data["limits"] = {grade: book.grades[rule.limits[at]] for at, grade in enumerate(book.grades)}
                data["withhold"] = list(rule.withholds)
                rows["adjust"].append(data)
        atoms = [
            {
                **(self.expression(node) or {}),
                "text": spell(node),
            }
            for node in book.atoms
        ]
        found: Data = {"atoms": atoms, "entries": [column.id for column in book.entries], **rows}
        return {**found, "settle": list(map(self.settlement, book.settlements))} if book.settlements else found

    def settlement(self, item: rules.Settlement) -> Data:
        return {
            "id": item.id,
            **_cited(item.said),
            "grade": self.book.grades[item.grade],
            "surplus": self.book.grades[item.surplus],
            "at_most": self.constant(item.at_most),
            "of": item.said.of,
            "within": item.said.within,
            "round": item.said.round,
            "by": [
                {"most": key.most, "type": check.type_of(key.value).name, **self.key(key.value)} for key in item.keys
            ],
            "ties": item.said.ties,
        }

    # Expressions

    def expression(self, node: Node | None) -> Data | None:
        """An expression as pieces, the tests it is made of, and the facts it reads."""
        if node is None:
            return None
        is_condition = check.type_of(node).name == "boolean"
        tests = [
            {**self.test(test, whole=test is node), "guards": [list(guard) for guard in guards]}
            for test, guards in (guarded_conditions(node) if is_condition else ())
        ]
        return {"parts": self.parts(node), "tests": tests, **self.facts(node)}

    def facts(self, node: Node) -> Data:
        """The facts that an expression reads: of the unit, and of lower units by their kind."""
        facts = facts_behind(node, self.book)
        data: Data = {
            "facts": sorted(facts),
            "own": sorted(facts_behind(node, self.book, outcomes=False)),
            "lower": sorted(lower_facts(node, self.books)),
            "periods": [self.period(part) for part in self.counted(node)],
            "divisors": sorted(divisors(node, self.books)),
        }
        kinds = sorted(tables_asked(node, self.book))
        without = {kind: sorted(facts - facts_behind(node, self.book, tables=frozenset({kind}))) for kind in kinds}
        return {**data, "without": without} if without else data

    def counted(self, node: Node) -> list[syntax.Aggregate]:
        """The periods that an expression counts, those of measures in it included."""
        if isinstance(node, syntax.Aggregate):
            return [node] if node.period else []
        if isinstance(node, typed.MeasureLeaf) and node.id in self.measures:
            return self.counted(self.measures[node.id].value)
        return [found for child in syntax.children(node) for found in self.counted(child)]

    def period(self, node: syntax.Aggregate) -> Data:
        """What is counted by period, and where it is stored."""
        day = node.day.column.id if isinstance(node.day, typed.FactLeaf) else ""
        least = self.constant(node.least)["constant"] if node.least else "1"
        return {"column": spell(node), "kind": way(node), "period": node.period, "day": day, "least": least}

    def test(self, node: Node, *, whole: bool) -> Data:
        """One condition; a comparison with both its sides."""
        entered = _entered(node)
        shown = [{"entered": entered}] if entered else self.parts(node)
        data: Data = {"parts": shown, "column": None if whole else spell(node)}
        if isinstance(node, syntax.Comparison) and len(node.operators) == 1:
            left, right = node.operands
            return {**data, "operator": node.operators[0], "left": self.operand(left), "right": self.operand(right)}
        return data

    def operand(self, node: Node) -> Data:
        measure = self.measures.get(node.id) if isinstance(node, typed.MeasureLeaf) else None
        inner = measure.value if measure and not targets.is_derived(measure.id) else node
        given = _given_text(inner)
        data: Data = {}
        if kind := typed.table_given(inner):
            then, otherwise = map(self.operand, targets.branches(inner))
            data = {"given": kind, "then": then, "else": otherwise}
        return {
            **data,
            "label": _label(measure.said.label) if measure else None,
            "parts": [{"fact": given}] if given else self.parts(inner),
            "value": self.value(node),
            "unit": self.unit(node),
            "quotient": _quotient(inner),
            "units": inner.kind if isinstance(inner, syntax.Aggregate) and inner.function == "share" else None,
            "aggregate": spell(inner) if isinstance(inner, syntax.Aggregate) else None,
            **self.facts(node),
        }

    def value(self, node: Node) -> Data:
        """Where the value of an operand is found."""
        match node:
            case typed.FactLeaf():
                return {"fact": node.column.id}
            case syntax.Call() if given := _given_text(node):
                return {"fact": given}
            case typed.OutcomeLeaf(part="score"):
                return {"score": True}
            case typed.MeasureLeaf():
                return {"column": node.id}
            case syntax.Aggregate():
                return {"column": spell(node)}
            case typed.ParameterLeaf() | typed.ChoiceLeaf():
                return self.constant(node)
            case syntax.Number() | syntax.Negative() | syntax.Day() | syntax.Truth() | syntax.Text():
                return self.constant(node)
            case _:
                return {"column": spell(node)}

    def constant(self, node: Node) -> Data:
        """A constant: its exact value where it is a number, and how it is written."""
        data: Data = {}
        if isinstance(node, typed.ParameterLeaf) and not node.rulebook:
            return {"constant": str(self.year), "exact": str(self.year)}
        if isinstance(node, typed.ParameterLeaf):
            parameter = self.book.parameters.get(node.id)
            since, node = (parameter and parameter.in_force(self.year)) or (None, node)
            data = {"parameter": parameter.id if parameter else "", "since": since}
        data["constant"] = node.value.isoformat() if isinstance(node, syntax.Day) else spell(node)
        exact = number_of(node)
        if exact is not None:
            data["exact"] = str(Fraction(exact))
        return data

    def unit(self, node: Node) -> str:
        match node:
            case typed.Leaf():
                return _unit(node.type)
            case syntax.Number():
                return "ratio" if node.percent else ""
            case _:
                return _unit(check.type_of(node))

    def parts(self, node: Node) -> list[Any]:
        """Pieces of text, and leaves as data; an aggregate is one leaf."""
        return [self.leaf(part) if isinstance(part, (typed.Leaf, syntax.Aggregate)) else part for part in parts(node)]

    def leaf(self, leaf: typed.Leaf | syntax.Aggregate) -> Data:
        match leaf:
            case typed.FactLeaf():
                return {"fact": leaf.column.id}
            case typed.TableLeaf():
                return {"table": leaf.table}
            case typed.ChoiceLeaf():
                return {"choice": leaf.id, "label": self.choice_label(leaf)}
            case typed.OutcomeLeaf(part="good"):
                return {"good": leaf.id}
            case typed.OutcomeLeaf(part="score"):
                return {"score": True, "unit": ""}
            case syntax.Aggregate():
                return {"column": spell(leaf), "unit": _unit(check.type_of(leaf)), "text": spell(leaf)}
            case typed.ParameterLeaf():
                return {**self.constant(leaf), "unit": _unit(leaf.type)}
            case typed.MeasureLeaf():
                return {"column": leaf.id, "unit": _unit(leaf.type)}
            case _:
                return {"column": column_name(leaf), "unit": _unit(leaf.type)}

    def choice_label(self, leaf: typed.ChoiceLeaf) -> Data | None:
        for column in (*self.book.facts.values(), *self.book.states.values()):
            if column.choices and tuple(column.choices) == leaf.type.choices:
                return _label(column.choices[leaf.id])
        grades = self.book.said.grades
        return _label(grades.get(leaf.id))


def _entered(node: Node) -> str | None:
    """The fact that a condition asks to be entered."""
    if isinstance(node, syntax.Call) and node.function == "entered" and isinstance(node.arguments[0], typed.FactLeaf):
        return node.arguments[0].column.id
    return None


def _given_text(node: Node) -> str | None:
    """The text or choice that `given` reads: no number is stored for it."""
    if isinstance(node, syntax.Call) and node.function == "given" and isinstance(node.arguments[0], typed.FactLeaf):
        leaf = node.arguments[0]
        return leaf.column.id if leaf.type.name in {"text", "choice"} and not leaf.type.ordered else None
    return None


def _unit(type_: typed.Type) -> str:
    return type_.name if type_.name in {"date", "boolean", "grade"} else type_.unit


def _terms(alternatives: Sequence[Any]) -> list[list[list[Any]]]:
    return [sorted(([symbol, truth] for symbol, truth in term), key=str) for term in alternatives]


def _quotient(node: Node) -> list[str] | None:
    """The facts that a plain quotient divides."""
    if isinstance(node, syntax.Arithmetic) and node.operator == "/":
        ends = (node.left, node.right)
        if all(isinstance(end, typed.FactLeaf) for end in ends):
            return [end.column.id for end in ends if isinstance(end, typed.FactLeaf)]
    return None
