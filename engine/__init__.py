"""Rate organizations by declarative rules, and explain every grade.

The way through the code, and what each step hands on:

1. `engine.programme` reads rulebooks (YAML → `Programme`), `engine.facts` reads tables (→ `Facts`);
2. `engine.scoring` measures every unit at once (column expressions over ranges → a case for each unit);
3. `engine.policy` reasons each distinct case once (durable-rules → decisions with traces);
4. `engine.rating` does that for every rulebook, lower kinds first (→ `Rating`);
5. `engine.archive` keeps a rating as a run (→ `Run`);
6. `engine.explanation` reads from a run why a unit got its grade (→ `Explanation`);
7. `engine.supposing`, `engine.comparing`, `engine.remedies` answer what if, who moved, and what would it take;
8. `engine.rendering` fills the templates that a user reads.

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
    from engine.comparing import Comparison, compare
    from engine.explanation import Explanation, explain
    from engine.facts import Facts, read_facts
    from engine.programme import Programme, load, tables
    from engine.programme.overlays import Overlay
    from engine.rating import Rating, rate
    from engine.remedies import Remedy, remedy, remedy_all
    from engine.supposing import Scenario, Sweep, WhatIf, read_scenarios, scenario, supposed, sweep, whatif
    from engine.verifying import Verification, verify

__all__ = [
    "Comparison",
    "Explanation",
    "Facts",
    "Overlay",
    "Programme",
    "Rating",
    "Remedy",
    "Run",
    "Scenario",
    "Sweep",
    "Verification",
    "WhatIf",
    "compare",
    "explain",
    "load",
    "rate",
    "read_facts",
    "read_scenarios",
    "remedy",
    "remedy_all",
    "scenario",
    "supposed",
    "sweep",
    "tables",
    "verify",
    "whatif",
    "write_run",
]

_HOMES = {
    "archive": ("Run", "write_run"),
    "comparing": ("Comparison", "compare"),
    "explanation": ("Explanation", "explain"),
    "facts": ("Facts", "read_facts"),
    "programme": ("Programme", "load", "tables"),
    "programme.overlays": ("Overlay",),
    "rating": ("Rating", "rate"),
    "remedies": ("Remedy", "remedy", "remedy_all"),
    "supposing": ("Scenario", "Sweep", "WhatIf", "read_scenarios", "scenario", "supposed", "sweep", "whatif"),
    "verifying": ("Verification", "verify"),
}
"""Where each name is at home. No module is called like a function here, so that a name means one thing."""


def __getattr__(name: str) -> object:
    """Import what is asked for, and no more: `wuhao why` pays for every import on its way."""
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"engine.{home}"), name)
