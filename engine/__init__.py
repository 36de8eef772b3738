"""Rate organizations by declarative rules, and explain every grade.

The way through the code, and what each step hands on:

1. `engine.programme` reads rulebooks (YAML → `Programme`), `engine.facts` reads tables (→ `Facts`);
2. `engine.scoring` measures every unit at once (column expressions over ranges → a case for each unit);
3. `engine.policy` reasons each distinct case once (durable-rules → decisions with traces);
4. `engine.rating` does that for every rulebook, lower kinds first (→ `Rating`);
5. `engine.archive` keeps a rating as a run (→ `Run`);
6. `engine.explanation` reads from a run why a unit got its grade (→ `Explanation`);
7. `engine.rendering` fills the templates that a user reads.

    from engine import Programme, Run, explain, load, rate, read_facts, tables, write_run

    programmes = load(["rules/pioneer"])
    facts = read_facts(Path("fixtures/district"), tables(programmes))
    rating = rate(programmes, facts, year=2004)
    rating.books["five_goods"].ratings
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.archive import Run, write_run
    from engine.explanation import Explanation, explain
    from engine.facts import Facts, read_facts
    from engine.programme import Programme, load, tables
    from engine.rating import Rating, rate
    from engine.verifying import Verification, verify

__all__ = [
    "Explanation",
    "Facts",
    "Programme",
    "Rating",
    "Run",
    "Verification",
    "explain",
    "load",
    "rate",
    "read_facts",
    "tables",
    "verify",
    "write_run",
]

_HOMES = {
    "Explanation": "explanation",
    "Facts": "facts",
    "Programme": "programme",
    "Rating": "rating",
    "Run": "archive",
    "Verification": "verifying",
    "explain": "explanation",
    "load": "programme",
    "rate": "rating",
    "read_facts": "facts",
    "tables": "programme",
    "verify": "verifying",
    "write_run": "archive",
}


def __getattr__(name: str) -> object:
    """Import what is asked for, and no more: `wuhao why` pays for every import on its way."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"engine.{_HOMES[name]}"), name)
