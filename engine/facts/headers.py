"""Which column of a table holds which fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic, near
from engine.facts.problems import named
from engine.facts.raw import RawTable, fold, printable
from engine.schema import NOT_ENTERED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.schema import Table

ID = ("id", "编号", "代码", "编码", "单位编号", "单位代码")
NAME = ("name", "名称", "单位名称", "单位")
PARENT = ("parent", "上级", "上级单位", "上级编号", "所属", "所属单位")
LONGEST = 200
GUESSED = 100
"""For how many unknown columns a likely name is looked for, and how many are listed."""


def places(table: Table, above: Table | None) -> dict[str, tuple[str, ...]]:
    """The columns that a header may mean, by its folded text: fact ids go before labels, labels before other words."""
    zh, en = table.label["zh"], table.label["en"]
    words = {
        "id": [*ID, f"{zh}编号", f"{zh}代码", f"{en} id"],
        "name": [*NAME, table.kind, zh, en, f"{zh}名称", f"{zh}名", f"{en} name"],
        "parent": [*PARENT, *([above.kind, above.label["zh"], above.label["en"]] if above else [])],
    }
    if above:
        words["parent"] += [f"{prefix}{above.label['zh']}" for prefix in ("所属", "上级")]
    meant = {header_key(word): (column,) for column, texts in words.items() for word in texts}
    labelled: dict[str, tuple[str, ...]] = {}
    for column in table.columns.values():
        for label in {header_key(column.label["zh"]), header_key(column.label["en"])}:
            labelled[label] = (*labelled.get(label, ()), column.id)
    own = {header_key(name): (name,) for name in (*table.columns, "id", "name", "parent")}
    return meant | labelled | own


def match(
    raw: RawTable, table: Table, schema: Mapping[str, Table], *, parent_needed: bool
) -> tuple[dict[str, int], list[Diagnostic]]:
    """Find the columns of a table.

    Args:
        raw: the table.
        table: what its kind may hold.
        schema: all kinds.
        parent_needed: its units stand under others that have a table.

    Returns:
        The position of each column that was found, and what is wrong with the header.
    """
    above = schema.get(table.parent or "")
    meant = places(table, above)
    found: dict[str, int] = {}
    problems: list[Diagnostic] = []
    unknown: list[int] = []
    for position, text in enumerate(raw.header):
        columns = meant.get(header_key(text), ())
        if len(columns) == 1 and columns[0] not in found:
            found[columns[0]] = position
        elif len(columns) == 1:
            first = raw.header_place(found[columns[0]])
            values = {"header": printable(text), "column": columns[0], "other_place": str(first)}
            problems.append(Diagnostic("column_duplicate", raw.header_place(position), values))
        elif columns:
            values = {"header": printable(text), "columns": "`, `".join(columns)}
            problems.append(Diagnostic("column_ambiguous", raw.header_place(position), values))
        elif text.strip():
            unknown.append(position)
    return found, [
        *problems,
        *_unknown(raw, table, unknown),
        *_missing(raw, table, found, above if parent_needed else None),
    ]


def _unknown(raw: RawTable, table: Table, positions: list[int]) -> list[Diagnostic]:
    names = [name for column in table.columns.values() for name in (column.id, column.label["zh"], column.label["en"])]
    names += [*ID[:2], *NAME[:2], *PARENT[:2]]
    problems = [
        Diagnostic(
            "column_unknown",
            raw.header_place(position),
            {
                "header": printable(raw.header[position]),
                "kind": table.kind,
                "zh": table.label["zh"],
                "en": table.label["en"],
            },
            near(printable(raw.header[position]), names),
        )
        for position in positions[:GUESSED]
    ]
    if len(positions) > GUESSED:
        values = {"count": len(positions) - GUESSED, "like": str(problems[0].place)}
        problems.append(Diagnostic("facts_more", raw.header_place(positions[GUESSED]), values))
    return problems


def _missing(raw: RawTable, table: Table, found: Mapping[str, int], above: Table | None) -> list[Diagnostic]:
    place = raw.header_place()
    problems = []
    if "id" not in found and not table.record:
        problems.append(Diagnostic("column_id_missing", place))
    if above and "parent" not in found:
        problems.append(Diagnostic("column_parent_missing", place, _kind(above)))
    for column in table.expected(found):
        if column.id not in found:
            code = "column_not_entered" if column.blank == NOT_ENTERED else "column_missing"
            code = "column_required_missing" if column.required else code
            problems.append(
                Diagnostic(code, place, named(column), severity="error" if column.required else "warning"),
            )
    return problems


def _kind(table: Table) -> dict[str, object]:
    """How messages name a kind."""
    return {"kind": table.kind, "zh": table.label["zh"], "en": table.label["en"]}


def header_key(text: str) -> str:
    """A header without what may differ between hands: width, case, spaces and line breaks."""
    return fold(text[:LONGEST]).replace(" ", "")
