"""What `run` and `list` print, as data for their templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine.listing import counts, record_kinds
from engine.messages.words import WORDS
from engine.rendering.targets import rows as target_rows
from engine.rendering.targets import targets_of
from engine.seats import counts as seat_counts
from engine.selected import counts as selection_counts
from engine.selected import place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.archive import Run
    from engine.messages import Language

Data = dict[str, Any]
_UNITS_SHOWN = 5
_NOT_SUBMITTED_SHOWN = 50


def summary(run: Run) -> Data:
    """A run in one screen: counts by grade, what was read and refused, what the checks found."""
    rules, manifest = run.rules, run.manifest
    records = record_kinds(run)
    units = [id_ for id_, kind in manifest["rulebooks"].items() if kind not in records]
    # A unit that has a grade, if there is one: `why` tells most of it.
    first = next((id_ for id_ in units if rules["rulebooks"][id_]["grades"]), next(iter(units), None))
    graded = {kind for id_, kind in manifest["rulebooks"].items() if rules["rulebooks"][id_]["grades"]}
    counted = records | (set(manifest["rulebooks"].values()) - graded)
    example = run.ratings(first).select("id").head(1).collect()["id"].to_list() if first else []
    return {
        "year": manifest["year"],
        "final": manifest["final"],
        # What gives grades comes first, registers after it.
        "books": sorted(
            ({**book, **_targets(run, book["rulebook"])} for book in counts(run)),
            key=lambda book: not rules["rulebooks"][book["rulebook"]]["grades"],
        ),
        "selections": selection_counts(run),
        "seats": seat_counts(run),
        "counts": [
            {"kind": rules["kinds"][kind], "record": kind in counted, "exempt": 0, **count}
            for kind, count in manifest["counts"].items()
        ],
        "stage": manifest.get("stage"),
        "supersedes": manifest.get("supersedes"),
        "roster": list(_roster(run)),
        "corrections": len(run.corrections),
        "rulings": len(run.rulings),
        "ruled_grades": _ruled_grades(run),
        "skipped": [
            {
                "kind": rules["kinds"][kind],
                "label": rules["rulebooks"][id_]["label"],
                "programme": rules["rulebooks"][id_]["programme"],
            }
            for id_, kind in manifest["skipped"].items()
        ],
        "programmes": [{"id": item["id"], "label": item["label"]} for item in rules["programmes"]],
        "hypothetical": run.manifest.get("hypothetical"),
        "overlays": [overlay for item in rules["programmes"] for overlay in item.get("overlays", ())],
        "findings": [_finding(run, item) for item in run.findings],
        "rejected": str(run.folder / "rejected.xlsx") if run.rejections else None,
        "folder": str(run.folder),
        "workbook": str(run.folder / "ratings.xlsx"),
        "example": example[0] if example else "…",
    }


def _roster(run: Run) -> Iterator[Data]:
    """How the units of a roster are accounted for, where facts were collected against one."""
    for kind, item in run.collected.get("roster", {}).get("kinds", {}).items():
        count = run.manifest["counts"].get(kind, {"read": 0, "rated": 0, "rejected": 0})
        missing = item.get("not_submitted", [])
        found = {"rated": count["rated"], "exempt": count.get("exempt", 0), "rejected": count["rejected"]}
        yield {
            "kind": run.rules["kinds"].get(kind, {"zh": kind, "en": kind}),
            "roster": item["roster"],
            **found,
            "missing": len(missing),
            "not_submitted": [unit.get("name") or unit["id"] for unit in missing[:_NOT_SUBMITTED_SHOWN]],
            "adds_up": item["roster"] == sum(found.values()) + len(missing),
        }


def _ruled_grades(run: Run) -> int:
    """How many units were issued another grade than the rules gave."""
    books = [id_ for id_ in run.manifest["rulebooks"] if any(item["on"] == "grade" for item in run.rulings)]
    tables = [run.ratings(id_) for id_ in books]
    ruled = [table for table in tables if "ruled_by" in table.collect_schema()]
    return sum(table.select(pl.col("ruled_by").is_not_null().sum()).collect().item() for table in ruled)


def as_tables(data: Data, language: Language) -> Data:
    """A summary with its counts laid out for a terminal."""
    books = []
    for book in filter(_tells, data["books"]):
        shown = target_rows(book["targets"]) if "targets" in book else []
        laid = {"target_rows": shown, "target_widths": widths(shown, language) if shown else []}
        lifecycles = [_lifecycle(life, language) for life in book.get("lifecycles", ())]
        books.append({**book, **_counted(book["counts"], language), **laid, "lifecycles": lifecycles})
    # Of a programme that was skipped as a whole, its name says it all.
    rated = {book["programme"] for book in data["books"]}
    skipped = {book["programme"] for book in data["skipped"]} - rated
    selections = _selections(data["selections"], language)
    seats = _selections([{**item, "select": item["settle"]} for item in data["seats"]], language)
    hints = [["--pending"], [data["example"]]]
    hints += [[f"--select {found['example']}"] for found in (selections, seats) if found]
    return {
        **data,
        "books": books,
        "hint_width": widths(hints)[0] + 4,
        "selections": selections,
        "seat_rows": seats,
        "ties": [
            {"label": item["label"], "count": number}
            for item in data["seats"]
            for name, number in item["counts"]
            if name == WORDS["tied"] and number
        ],
        "skipped_programmes": [item["label"] for item in data["programmes"] if item["id"] in skipped],
        "skipped_books": [
            {"programme": item["label"], "books": [book["label"] for book in of_programme]}
            for item in data["programmes"]
            if (of_programme := [book for book in data["skipped"] if book["programme"] == item["id"]])
            and item["id"] in rated
        ],
    }


def _tells(book: Data) -> bool:
    """Whether a rulebook has more to tell than how many units it counted, which is told with the tables."""
    return len(book["counts"]) > 1 or "targets" in book or bool(book.get("lifecycles"))


def _targets(run: Run, rulebook: str) -> Data:
    targets = targets_of(run, rulebook)
    return {"targets": targets} if targets else {}


def _counted(counts: Sequence[tuple[Any, int]], language: Language) -> Data:
    """Counts as two rows, and how wide their columns are."""
    rows = [[label for label, _ in counts], [str(number) for _, number in counts]]
    return {"rows": rows, "widths": widths(rows, language)}


def _lifecycle(life: Data, language: Language) -> Data:
    """How many units are in each state."""
    rows = [
        [life["label"], *(state for state, _ in life["counts"])],
        [WORDS["units"], *(str(number) for _, number in life["counts"])],
    ]
    return {"rows": rows, "widths": widths(rows, language)}


def _selections(found: Sequence[Data], language: Language) -> Data | None:
    """What became of the candidates of each selection, a row each."""
    if not found:
        return None
    heads = [{**name, "en": name["en"].capitalize()} for name, _ in found[0]["counts"]]
    rows: list[list[Any]] = [["", *heads]]
    rows += [[item["label"], *(str(number) for _, number in item["counts"])] for item in found]
    return {"rows": rows, "widths": widths(rows, language), "example": found[0]["select"]}


def _finding(run: Run, item: Data) -> Data:
    book = run.rules["rulebooks"][item["rulebook"]]
    lifecycles = {life["id"]: life for life in book.get("lifecycles", ())}
    if item["check"] in lifecycles:
        return _impossible(run, item, lifecycles[item["check"]])
    checks = {check["id"]: check for check in book["checks"]}
    label = checks[item["check"]]["label"] or {"zh": item["check"], "en": item["check"]}
    units = ", ".join(item["units"][:_UNITS_SHOWN])
    more = " …" if item["count"] > _UNITS_SHOWN else ""
    found = {"count": item["count"], "units": units + more, "severity": item["severity"]}
    return {"check": label, "says": "finding", **found}


def _impossible(run: Run, item: Data, life: Data) -> Data:
    """Units with an event that no step of a lifecycle allows."""
    events = life["events"]
    choices = run.rules["facts"][events["kind"]][events["what"]]["choices"]
    shown = list(zip(item["units"], item["events"], item["cells"], strict=False))[:_UNITS_SHOWN]
    more = " …" if item["count"] > _UNITS_SHOWN else ""
    units = {
        language: ", ".join(f"{unit}: {choices[event][language]} ← {cell}" for unit, event, cell in shown) + more
        for language in ("zh", "en")
    }
    found = {"count": item["count"], "units": units, "severity": item["severity"]}
    return {"check": life["label"], "says": "impossible_histories", **found}


_UNRATED = ("id", "name", "parent")


def _between(unit: Data) -> dict[str, str]:
    low, high = unit["grade_low_label"], unit["grade_high_label"]
    return {language: f"{low[language]}–{high[language]}" for language in low}


def listing(found: Sequence[Data], language: Language) -> Data:
    """Units as tables."""
    books = []
    for book in found:
        if not book["units"]:
            continue
        keys = ("id", "name", "parent", "grade", "points", "rules") if book["rated"] else _UNRATED
        rows: list[list[Any]] = [[WORDS[key] for key in keys]]
        for unit in book["units"]:
            shown = [unit["id"], unit["name"], unit["parent_name"] or ""]
            if book["rated"]:
                labels = WORDS["semicolon"][language].join(label[language] for label in unit["rule_labels"])
                shown += [unit["grade_label"] or _between(unit), unit["points"], labels]
            rows.append(shown)
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
