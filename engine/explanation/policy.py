"""Which policy rules fired for a unit, which facts still decide, and what a better grade would need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.explanation.model import NextGrade, Obstacle, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.explanation.model import Source, Test
    from engine.explanation.reader import Reader

Data = dict[str, Any]
_UNKNOWN = 2
_TRUTHS = {0: False, 1: True}


def _reads_outcomes(atom: Data) -> bool:
    """An atom asks about the score or the goods."""
    leaves = [part for part in atom["parts"] if isinstance(part, dict)]
    return any(leaf.get("score") or "good" in leaf or leaf.get("column") in _COUNTS for leaf in leaves)


_COUNTS = {"score_max", "goods_met", "goods_count"}


class PolicyReader:
    """The policy of one rulebook over one unit's case."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.policy: Data = reader.book["policy"]
        self.order: list[str] = list(reader.grades)
        self.row: Data = reader.cases[reader.rating["case"]]
        self.symbols: list[int] = self.row["symbols"]
        self.answers = self.symbols  # by which obstacles are told: closing answers what was open

    # Rules that fired

    def rules(self) -> tuple[Rule, ...]:
        """The rules that fired and those that may fire, proposals first."""
        certain, possible = set(self.row["fired"]), set(self.row["may_fire"] or ())
        literals = self.fired_literals()
        found = []
        for stage in ("propose", "adjust"):
            for rule in self.policy[stage]:
                if rule["id"] in certain | possible:
                    fired = self.rule(
                        rule,
                        stage,
                        literals.get(rule["id"]) or next(iter(rule["terms"]), ()),
                        certain=rule["id"] in certain,
                    )
                    found.append(fired)
        return tuple(found)

    def fired_rules(self) -> list[Data]:
        """The adjustments that fired, as data."""
        return [rule for rule in self.policy["adjust"] if rule["id"] in self.row["fired"]]

    def fired_literals(self) -> dict[str, list[Any]]:
        """The symbols that made each rule fire, in the worst and the best completion."""
        found: dict[str, list[Any]] = {}
        for case in (self.row["case_high"], self.row["case_low"], self.row["case"]):
            trace = self.reader.trace(case)
            for firing in trace["firings"] if trace else ():
                found[firing["rule"]] = firing["literals"]
        return found

    def rule(self, rule: Data, stage: str, literals: Iterable[Any], *, certain: bool) -> Rule:
        """One rule with what made it fire."""
        reader = self.reader
        entered = rule.get("entered")
        proposed = reader.rating["proposed_high"]
        grade = (
            rule.get("grade")
            or (reader.facts[entered] if entered else None)
            or (rule.get("limits") or {}).get(proposed)
        )
        titles = {title["id"]: title["label"] for title in reader.book["titles"]}
        return Rule(
            rule["id"],
            stage,
            rule["label"] or {"zh": rule["id"], "en": rule["id"]},
            certain,
            self.conditions(literals),
            self.sources(literals, entered),
            reader.grades.get(grade) if grade else None,
            stage == "adjust" and grade != proposed,
            tuple(titles[title] for title in rule.get("withhold", ()) if titles.get(title)),
            reader.clauses(rule["cite"]),
            reader.decisions(rule["open"]),
        )

    def conditions(self, literals: Iterable[Any], *, change: bool = False) -> tuple[Test, ...]:
        """The atoms among symbols, written out; entries and the proposed grade are said elsewhere.

        Args:
            literals: symbols with the truth that a rule asks of them.
            change: the truth should become another, so that the rule no longer holds.
        """
        found: list[Test] = []
        for symbol, truth in literals:
            if isinstance(symbol, int):
                found += self.reader.tests_of_atom(symbol, self.truth(symbol), wanted=truth is not change)
        return tuple(found)

    def sources(self, literals: Iterable[Any], entered: str | None) -> tuple[Source, ...]:
        """The facts that made a rule fire, but for those behind the score and the goods."""
        reader = self.reader
        atoms = [self.policy["atoms"][symbol] for symbol, _ in literals if isinstance(symbol, int)]
        own = dict.fromkeys([*([entered] if entered else []), *(fact for atom in atoms for fact in atom["own"])])
        lower = dict.fromkeys((kind, fact) for atom in atoms for kind, fact in atom["lower"])
        found = [reader.source(fact) for fact in own]
        return (*found, *(source for kind, name in lower for source in reader.lower.sources(kind, name)))

    def truth(self, atom: int) -> bool | None:
        """What the unit answers to an atom."""
        return _TRUTHS.get(self.symbols[atom])

    # Gaps that decide

    def deciding_facts(self) -> tuple[frozenset[str], frozenset[str]]:
        """The facts behind unknown symbols that make a difference to the grade: themselves, and through the score."""
        if self.reader.rating["grade_low"] == self.reader.rating["grade_high"]:
            return frozenset(), frozenset()
        atoms = self.policy["atoms"]
        own: set[str] = set()
        through_score: set[str] = set()
        for place in self.deciding_symbols():
            if place >= len(atoms):
                own.add(self.policy["entries"][place - len(atoms)])
                continue
            own |= set(atoms[place]["own"])
            through_score |= set(atoms[place]["facts"])
        return frozenset(own), frozenset(through_score)

    def deciding_lower(self) -> tuple[frozenset[tuple[str, str]], bool]:
        """What of the units below makes a difference to the grade by itself, and whether the score or a good does."""
        if self.reader.rating["grade_low"] == self.reader.rating["grade_high"]:
            return frozenset(), False
        atoms = self.policy["atoms"]
        deciding = [atoms[place] for place in self.deciding_symbols() if place < len(atoms)]
        pairs = frozenset((kind, name) for atom in deciding for kind, name in atom["lower"])
        return pairs, any(_reads_outcomes(atom) for atom in deciding)

    def deciding_symbols(self) -> list[int]:
        """The unknown symbols on which the grade of some completion depends."""
        sizes = [_UNKNOWN + 1] * len(self.policy["atoms"]) + [len(self.order) + 2] * len(self.policy["entries"])
        unknown = [at for at, symbol in enumerate(self.symbols) if symbol == sizes[at] - 1]
        if self.row["truncated"]:
            return unknown
        complete = {
            tuple(row["symbols"]): row["decided"] for row in self.reader.cases.values() if row["decided"] is not None
        }
        mine = {
            symbols: grade
            for symbols, grade in complete.items()
            if all(at in unknown or symbol == self.symbols[at] for at, symbol in enumerate(symbols))
        }

        def decides(place: int) -> bool:
            groups: dict[tuple[int, ...], set[str]] = {}
            for symbols, grade in mine.items():
                groups.setdefault(symbols[:place] + symbols[place + 1 :], set()).add(grade)
            return any(len(grades) > 1 for grades in groups.values())

        alone = [place for place in unknown if decides(place)]
        # Symbols that follow from each other never differ alone; then all of them decide together.
        return alone or unknown

    # The next grade up

    def next_grade(self) -> NextGrade | None:
        """The grade above the best that the unit can have, once closed above the one it got; what is in the way."""
        final = self.reader.run.rules["final"]
        place = self.order.index(self.reader.rating["grade_low" if final else "grade_high"])
        if place == 0:
            return None
        target = self.order[place - 1]
        case = self.row["case_low" if final else "case_high"]
        case = self.row["case"] if case is None else case
        trace = self.reader.trace(case)
        if trace is None:
            return NextGrade(self.reader.grades[target], ())
        if final:
            self.answers = self.reader.cases[case]["symbols"]
        obstacles = [*self.missing_proposal(target, trace), *self.limits(target, trace)]
        return NextGrade(self.reader.grades[target], tuple(obstacles))

    def missing_proposal(self, target: str, trace: Data) -> Iterable[Obstacle]:
        """The proposal of the target that is nearest to holding, when nothing as good is proposed."""
        if self.order.index(trace["proposed"]) <= self.order.index(target):
            return
        fired = {firing["rule"] for firing in trace["firings"]}
        for rule in self.policy["propose"]:
            label = rule["label"] or {"zh": rule["id"], "en": rule["id"]}
            if rule["id"] in fired:
                # Whatever follows it cannot propose.
                yield Obstacle(label, "entered", self.entry_tests(rule))
                return
            if rule["grade"] == target:
                missing = min((self.failing(term) for term in rule["terms"]), key=len, default=[])
                yield Obstacle(label, "propose", self.conditions(missing))
                return

    def entry_tests(self, rule: Data) -> tuple[Test, ...]:
        """The conditions of a proposal that fired."""
        return self.conditions([literal for term in rule["terms"][:1] for literal in term])

    def failing(self, term: Sequence[Any]) -> list[Any]:
        """The atoms of a term that the unit does not fulfil."""
        atoms = [literal for literal in term if isinstance(literal[0], int)]
        return [[atom, truth] for atom, truth in atoms if _TRUTHS.get(self.answers[atom]) is not truth]

    def limits(self, target: str, trace: Data) -> Iterable[Obstacle]:
        """The adjustments that would hold the unit below the target even if it were proposed."""
        best = min(self.order.index(target), self.order.index(trace["proposed"]))
        for rule in self.policy["adjust"]:
            if self.order.index(rule["limits"][self.order[best]]) <= self.order.index(target):
                continue
            holding = [term for term in rule["terms"] if self.holds(term, best)]
            if holding:
                label = rule["label"] or {"zh": rule["id"], "en": rule["id"]}
                yield Obstacle(label, "adjust", self.conditions(holding[0], change=True))

    def holds(self, term: Sequence[Any], proposed: int) -> bool:
        """A term holds, were this grade proposed."""

        def literal_holds(symbol: int | str, truth: bool) -> bool:  # noqa: FBT001
            if isinstance(symbol, int):
                return _TRUTHS.get(self.answers[symbol]) is truth
            _, _, places = symbol.partition(":")
            return (proposed in {int(place) for place in places.split(",") if place}) is truth

        return all(literal_holds(symbol, truth) for symbol, truth in term)
