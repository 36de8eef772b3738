"""Which policy rules fired for a unit, and why; what of its case is still open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.explanation.model import Rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from engine.explanation.model import Source, Test
    from engine.explanation.reader import Reader

Data = dict[str, Any]
_UNKNOWN = 2
_TRUTHS = {0: False, 1: True}


class PolicyReader:
    """The policy of one rulebook over one unit's case."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.policy: Data = reader.book["policy"]
        self.order: list[str] = list(reader.grades)
        self.row: Data = reader.cases[reader.rating["case"]]
        self.symbols: list[int] = self.row["symbols"]

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

    def conditions(self, literals: Iterable[Any], *, change: bool | None = False) -> tuple[Test, ...]:
        """The atoms among symbols, written out; entries and the proposed grade are said elsewhere.

        Args:
            literals: symbols with the truth that a rule asks of them.
            change: the truth should become another, so that the rule no longer holds; None: it may stay as it is.
        """
        found: list[Test] = []
        for symbol, truth in literals:
            if isinstance(symbol, int):
                wanted = None if change is None else truth is not change
                found += self.reader.tests_of_atom(symbol, self.truth(symbol), wanted=wanted)
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

    # What is open

    def unknown_symbols(self) -> list[int]:
        """The places of the symbols that gaps leave open."""
        sizes = [_UNKNOWN + 1] * len(self.policy["atoms"]) + [len(self.order) + 2] * len(self.policy["entries"])
        return [at for at, symbol in enumerate(self.symbols) if symbol == sizes[at] - 1]

    def completions(self, unknown: Collection[int]) -> dict[tuple[int, ...], str]:
        """The grades of the complete cases that the unit's case stands for; none where they were too many."""
        return {
            tuple(row["symbols"]): row["decided"]
            for row in self.reader.cases.values()
            if row["decided"] is not None
            and all(at in unknown or symbol == self.symbols[at] for at, symbol in enumerate(row["symbols"]))
        }
