"""What `run` and `list` print, as data for their templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.listing import counts
from engine.messages.words import WORDS
from engine.selected import counts as selection_counts
from engine.selected import place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.archive import Run
    from engine.messages import Language

Data = dict[str, Any]
_UNITS_SHOWN = 5


def summary(run: Run) -> Data:
    """A run in one screen: counts by grade, what was read and refused, what the checks found."""
    rules, manifest = run.rules, run.manifest
    first = next(iter(manifest["rulebooks"]), None)
    example = run.ratings(first).select("id").head(1).collect()["id"].to_list() if first else []
    return {
        "year": manifest["year"],
        "final": manifest["final"],
        "books": counts(run),
        "selections": selection_counts(run),
        "counts": [{"kind": rules["kinds"][kind], **count} for kind, count in manifest["counts"].items()],
        "skipped": [
            {"kind": rules["kinds"][kind], "label": rules["rulebooks"][id_]["label"]}
            for id_, kind in manifest["skipped"].items()
        ],
        "findings": [_finding(run, item) for item in run.findings],
        "rejected": str(run.folder / "rejected.xlsx") if run.rejections else None,
        "folder": str(run.folder),
        "workbook": str(run.folder / "ratings.xlsx"),
        "example": example[0] if example else "…",
    }


def as_tables(data: Data, language: Language) -> Data:
    """A summary with its counts laid out for a terminal."""
    books = []
    for book in data["books"]:
        rows = [[label for label, _ in book["counts"]], [str(number) for _, number in book["counts"]]]
        books.append({**book, "rows": rows, "widths": widths(rows, language)})
    return {**data, "books": books, "selections": _selections(data["selections"], language)}


def _selections(found: Sequence[Data], language: Language) -> Data | None:
    """What became of the candidates of each selection, a row each."""
    if not found:
        return None
    rows: list[list[Any]] = [["", *(name for name, _ in found[0]["counts"])]]
    rows += [[item["label"], *(str(number) for _, number in item["counts"])] for item in found]
    return {"rows": rows, "widths": widths(rows, language), "example": found[0]["select"]}


def _finding(run: Run, item: Data) -> Data:
    checks = {check["id"]: check for check in run.rules["rulebooks"][item["rulebook"]]["checks"]}
    label = checks[item["check"]]["label"] or {"zh": item["check"], "en": item["check"]}
    units = ", ".join(item["units"][:_UNITS_SHOWN])
    more = " …" if item["count"] > _UNITS_SHOWN else ""
    return {"check": label, "count": item["count"], "units": units + more, "severity": item["severity"]}


def listing(found: Sequence[Data], language: Language) -> Data:
    """Units as tables."""
    books = []
    for book in found:
        if not book["units"]:
            continue
        header = [WORDS[key] for key in ("id", "name", "parent", "grade", "points", "rules")]
        rows: list[list[Any]] = [header]
        for unit in book["units"]:
            between = {
                lang: f"{unit['grade_low_label'][lang]}–{unit['grade_high_label'][lang]}" for lang in ("zh", "en")
            }
            labels = WORDS["semicolon"][language].join(label[language] for label in unit["rule_labels"])
            grade = unit["grade_label"] or between
            rows.append([unit["id"], unit["name"], unit["parent_name"] or "", grade, unit["points"], labels])
        books.append({**book, "rows": rows, "widths": widths(rows, language)})
    return {"books": books, "count": sum(len(book["units"]) for book in found)}


def selection_listing(found: Sequence[Data], language: Language) -> Data:
    """The candidates of selections as tables."""
    books = []
    for item in found:
        if not item["units"]:
            continue
        keys = [key["label"] for key in item["by"]]
        names = ["rank", "status", "id", "name", "parent"]
        group = [] if item["within"] is None else [item["within"]]
        rows: list[list[Any]] = [[*group, *(WORDS[name] for name in names), *keys]]
        for unit in item["units"]:
            start = [] if item["within"] is None else [unit["group_name"] or ""]
            about = [unit["id"], unit["name"] or "", unit["parent_name"] or ""]
            rows.append([*start, place(unit), WORDS[unit["status"]], *about, *unit["values"]])
        books.append({"label": item["label"], "rows": rows, "widths": widths(rows, language)})
    return {"books": books, "count": sum(len(item["units"]) for item in found)}


def widths(rows: Sequence[Sequence[Any]], language: Language | None = None) -> list[int]:
    """How wide each column of a terminal must be, in either language."""
    from engine.rendering import cell_width  # noqa: PLC0415

    def width(cell: Any) -> int:  # noqa: ANN401
        texts = (
            [cell[language]]
            if language and isinstance(cell, dict)
            else cell.values()
            if isinstance(cell, dict)
            else [cell]
        )
        return max(cell_width(str(text)) for text in texts)

    return [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]
