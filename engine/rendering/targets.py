"""The targets of a run in its summary: of a few units each with its numbers, of many how many stand how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from engine.messages.words import WORDS, phrase

if TYPE_CHECKING:
    from engine.archive import Run
    from engine.explanation.model import Due, Target, Text

Data = dict[str, Any]
_UNITS_MAX = 5
"""Of so many units each target is shown."""
_STATUSES = ("reached", "on_course", "not_due", "short", "unknown")


def targets_of(run: Run, rulebook: str) -> Data | None:
    """The targets of a rulebook in a run; None where it has none."""
    targets = run.rules["rulebooks"][rulebook].get("targets", ())
    if not targets:
        return None
    ratings = run.ratings(rulebook).select("id", *(item["id"] for item in targets)).collect()
    counts = [{"id": item["id"], "label": item["label"], "statuses": _counts(ratings[item["id"]])} for item in targets]
    few = ratings["id"].to_list() if ratings.height <= _UNITS_MAX else []
    return {"counts": counts, "units": [_unit(run, rulebook, id_) for id_ in few]}


def _counts(statuses: pl.Series) -> dict[str, int]:
    found = statuses.cast(pl.String).fill_null("unknown").to_list()
    return {status: found.count(status) for status in _STATUSES}


def _unit(run: Run, rulebook: str, id_: str) -> Data:
    from engine.explanation import explain  # noqa: PLC0415 - most rulebooks have no targets

    kind = run.manifest["rulebooks"][rulebook]
    (explanation,) = explain(run, f"{kind}:{id_}", rulebook=rulebook)
    shown = [(target, asked(target)) for target in explanation.targets]
    targets = [
        {
            "id": target.id,
            "label": target.label,
            "status": target.status,
            "value": list(target.value),
            "due": due.value,
            "year": due.year,
            "needed": due.needed,
            "missing": due.missing,
            "of": due.of,
        }
        for target, due in shown
    ]
    return {"id": id_, "name": explanation.name, "targets": targets}


def asked(target: Target) -> Due:
    """What is asked of a unit first: what is due and not reached, else what will be due, else the last."""
    open_ = [due for due in target.due if not due.holds]
    return open_[0] if open_ else target.due[-1]


def rows(targets: Data) -> list[list[Text | str]]:
    """The targets as a table."""
    if not targets["units"]:
        header: list[Text | str] = [WORDS["target"], *(WORDS[f"target_{status}"] for status in _STATUSES)]
        return [header, *([item["label"], *map(str, item["statuses"].values())] for item in targets["counts"])]
    several = len(targets["units"]) > 1
    named: list[Text | str] = [WORDS["name"]] if several else []
    table = [[*named, *(WORDS[key] for key in ("target", "target_status", "target_value", "target_due"))]]
    table += [
        [*([unit["name"]] if several else []), *_row(item)] for unit in targets["units"] for item in unit["targets"]
    ]
    return table


def _row(item: Data) -> list[Text | str]:
    due = {language: _due(item, language) for language in ("zh", "en")}
    value = {language: _text(item["value"], language) for language in ("zh", "en")}
    return [item["label"], WORDS[f"target_{item['status']}"], value, due]


def _text(pieces: list[Any], language: str) -> str:
    return "".join(piece[language] if isinstance(piece, dict) else str(piece) for piece in pieces)


def _due(item: Data, language: str) -> str:
    """What is due, and what is missing to it."""
    due = phrase("due_by", language, year=item["year"], value=item["due"])
    if not item["missing"]:
        return due
    amount = {"amount": item["missing"]}
    lacks = (
        phrase("more", language, of=item["of"][language], **amount)
        if item["of"]
        else phrase("short", language, **amount)
    )
    return due + phrase("target_missing", language, missing=lacks)
