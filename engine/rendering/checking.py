"""What `check` prints: for a terminal, for programs, and as SARIF."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.checking.model import BookReport, Finding, Result, Trace
from engine.diagnostic import Diagnostic, InvalidInputError, Place, near
from engine.expression.days import day_number
from engine.messages import sentence
from engine.messages.words import word
from engine.numbers import write
from engine.rendering import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.messages import Language
    from engine.programme.rules import Rules
    from engine.rulebook import Label

_PAGES = Path(__file__).parents[1] / "checking" / "pages"
NEVER_RAISED = "never_raised"
LOADED = ("cited",)
"""Properties that hold of every rulebook that loads."""


def as_data(reports: Sequence[BookReport], language: Language) -> dict[str, Any]:
    """The reports for programs."""
    return {"rulebooks": [_book(report, language) for report in reports]}


def as_text(reports: Sequence[BookReport], language: Language, *, colour: bool) -> str:
    """The reports for a terminal."""
    data = as_data(reports, language)
    found = [finding for book in data["rulebooks"] for finding in book["findings"]]
    open_ = sum(finding["verdict"] == "undecided" for finding in found)
    return render(
        "check.txt.j2", language, colour=colour, books=data["rulebooks"], found=len(found) - open_, undecided=open_
    )


def as_sarif(reports: Sequence[BookReport], language: Language) -> dict[str, Any]:
    """The findings in the static analysis results interchange format 2.1.0."""
    findings = [finding for report in reports for finding in report.findings]
    codes = sorted({finding.diagnostic.code for finding in findings})
    results = []
    for finding in findings:
        place = finding.diagnostic.place
        text = " ".join(filter(None, sentence(finding.diagnostic, language)))
        region = {"startLine": place.line or 1, "startColumn": place.column or 1}
        location = {"artifactLocation": {"uri": place.file}, "region": region}
        results.append(
            {
                "ruleId": finding.diagnostic.code,
                "level": "note" if finding.verdict == "undecided" else "warning",
                "message": {"text": text},
                "locations": [{"physicalLocation": location}],
            }
        )
    driver = {"name": "wuhao", "version": version("wuhao"), "rules": [{"id": code} for code in codes]}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _book(report: BookReport, language: Language) -> dict[str, Any]:
    book = report.book
    about_grades = [*_one_grade(report), Result(NEVER_RAISED, 1, proved=1)] if book.rated else []
    loaded = [*about_grades, *(Result(name, 1, proved=1) for name in LOADED)]
    return {
        "rulebook": book.id,
        "label": label_of(book.said.label, language),
        "years": [year for year in report.years if year > 1],
        "properties": [_property(result, language) for result in (*loaded, *report.results) if result.count],
        "findings": [_finding(finding, book, language) for finding in report.findings],
    }


def _one_grade(report: BookReport) -> list[Result]:
    """A rulebook that loads gives every unit one grade, unless something in it has no value."""
    found = [result.findings for result in report.results if result.name == "defined"]
    name = "one_grade_before_seats" if report.book.settlements else "one_grade"
    return [Result(name, 1, int(not findings), findings=findings[:1]) for findings in found]


def _property(result: Result, language: Language) -> dict[str, Any]:
    broken = len(result.findings) - result.undecided
    return {
        "property": result.name,
        "label": word(f"property_{result.name}", language),
        "count": result.count,
        "proved": result.proved,
        "witnessed": result.witnessed,
        "broken": broken,
        "undecided": result.undecided,
    }


def _finding(finding: Finding, book: Rules, language: Language) -> dict[str, Any]:
    diagnostic = finding.diagnostic
    text, advice = sentence(diagnostic, language)
    return {
        "code": diagnostic.code,
        "place": str(diagnostic.place),
        "verdict": finding.verdict,
        "year": finding.year,
        "message": text,
        "help": advice,
        "witness": witness_rows(book, finding.witness.before, finding.witness.after, language)
        if finding.witness
        else [],
    }


# Witnesses


def witness_rows(book: Rules, before: Trace, after: Trace, language: Language) -> list[dict[str, Any]]:
    """Two units side by side: the facts that differ, and what the rating makes of them."""
    rows = [
        _row(
            name,
            label_of(book.facts[name].label, language) if name in book.facts else name[1:],
            *(shown(book, name, unit.facts[name], language) for unit in (before, after)),
        )
        for name in before.facts
    ]
    criteria = {item.id: item.said.label for item in book.criteria}
    rows += [
        _row(
            name,
            label_of(criteria[name], language),
            *(word(unit.answers[name], language) for unit in (before, after)),
        )
        for name in before.answers
    ]
    rows.append(_row("points", word("points", language), *(_span(unit.points) for unit in (before, after))))
    if book.rated:
        rows.append(_row("rules", word("rules", language), *(", ".join(unit.rules) for unit in (before, after))))
        shown_grades = (grade_shown(book, unit.grade, language) for unit in (before, after))
        rows.append(_row("grade", word("grade", language), *shown_grades))
    return rows


def _row(name: str, label: str, before: str, after: str) -> dict[str, Any]:
    return {"id": name, "label": label, "before": before, "after": after}


def label_of(label: Label | None, language: Language) -> str:
    """A label in a language."""
    return "" if label is None else label[language]


def shown(book: Rules, fact: str, value: object, language: Language) -> str:
    """The value of a fact as people write it."""
    column = book.facts.get(fact)
    match value:
        case None:
            return word("not_entered", language)
        case bool():
            return word("yes" if value else "no", language)
        case date():
            return write(float(day_number(value)), "date")
        case int() | float():
            return write(float(value), "ratio" if column and column.type == "ratio" else "")
        case _:
            choices = column.choices if column else None
            return label_of((choices or {}).get(str(value)), language) or str(value)


def _span(points: tuple[float, float]) -> str:
    low, high = (write(end, "") if abs(end) != float("inf") else "∞" for end in points)
    return low if points[0] == points[1] else f"{low}–{high}"


def grade_shown(book: Rules, grade: tuple[str, str], language: Language) -> str:
    """A grade, or a range of grades."""
    low, high = (label_of(book.said.grades[end], language) for end in grade)
    return low if low == high else f"{low}–{high}"


# Pages


def page(code: str, language: Language) -> str:
    """The page about a code.

    Raises:
        InvalidInputError: there is no such code.
    """
    pages = {path.stem: path for path in sorted((_PAGES / language).glob("*.md"))}
    if code.upper() not in pages:
        values = {"name": code, "codes": ", ".join(pages)}
        raise InvalidInputError([Diagnostic("check_unknown_code", Place("--explain"), values, near(code, pages))])
    return pages[code.upper()].read_text(encoding="utf-8")
