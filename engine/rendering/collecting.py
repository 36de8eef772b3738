"""What collecting says on the screen."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from engine.messages.words import phrase
from engine.rendering import cell_width
from engine.schema import NOT_ENTERED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from engine.collecting.model import Account, Collected
    from engine.messages import Language
    from engine.schema import Table

MOST_ABOVE = 50
"""With more units above they are not listed."""


def view(collected: Collected, schema: Mapping[str, Table], language: Language) -> dict[str, Any]:
    """What the template shows of it."""
    skipped = Counter(line.why for item in collected.files for sheet in item.sheets for line in sheet.skipped)
    return {
        "files": len(collected.files),
        "sheets": sum(len(item.sheets) for item in collected.files),
        "skipped": skipped.total(),
        "whys": [phrase(f"collected_why_{why}", language, count=count) for why, count in sorted(skipped.items())],
        "ignored": len(collected.ignored),
        "kinds": [_kind(collected, schema[kind]) for kind in collected.tables],
        "readings": [{"fact": fact, "reading": reading} for fact, reading in collected.readings.items()],
        "lists": [
            {"label": dict(item.label), "named": item.named, "others": item.others, "arrived": item.arrived}
            for item in collected.lists
        ],
        "matched": len(collected.matched),
        "overruled": len(collected.overruled),
        "accounts": [
            _account(item, schema[kind], dict(_names(collected, schema[kind].parent)))
            for kind, item in collected.accounts.items()
        ],
    }


def _kind(collected: Collected, table: Table) -> dict[str, Any]:
    known = collected.tables[table.kind].columns
    above = [(name, count) for name, count in collected.units[table.kind] if name]
    return {
        "label": table.label.texts,
        "count": collected.tables[table.kind].height,
        "rows": [{"name": name, "count": count} for name, count in above] if 1 < len(above) <= MOST_ABOVE else [],
        "unreported": [
            column.label.texts
            for column in table.expected(known)
            if column.id not in known and column.blank != NOT_ENTERED
        ],
        "width": max((cell_width(name) for name, _ in above), default=0),
    }


def _names(collected: Collected, kind: str | None) -> list[tuple[str, str]]:
    """What the units of a kind are called, by id."""
    table = collected.tables.get(kind or "")
    return [] if table is None or "name" not in table.columns else list(table.select("id", "name").iter_rows())


def _account(account: Account, table: Table, above: Mapping[str, str]) -> dict[str, Any]:
    groups: dict[str, list[str]] = defaultdict(list)
    for unit in account.not_submitted:
        groups[above.get(unit.parent or "", unit.parent or "")].append(unit.name)
    return {
        "label": table.label.texts,
        "roster": account.roster,
        "submitted": account.submitted,
        "missing": len(account.not_submitted),
        "left": len(account.left),
        "groups": [{"above": name, "names": names} for name, names in groups.items()],
    }


def sent_back(collected: Collected, copies: Sequence[Path], names: Path | None, language: Language) -> str:
    """What is said below the problems: how many there are, and what was written about them."""
    of_files = {problem.place.file for problem in collected.problems}
    lines = [phrase("collected_problems", language, count=len(collected.problems), files=len(of_files))]
    if copies:
        lines.append(phrase("collected_returns", language, folder=copies[0].parent, count=len(copies)))
    if names:
        lines.append(phrase("collected_aliases", language, file=names))
    return "".join(f"{line}\n" for line in lines)
