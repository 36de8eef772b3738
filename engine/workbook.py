"""The ratings as an Excel workbook: a summary, and a sheet for each rulebook.

Text that a spreadsheet would run as a formula is written as text.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain, count
from typing import TYPE_CHECKING, Any

import polars as pl

from engine.messages import sentence
from engine.messages.words import word
from engine.rating.targets import STATUSES
from engine.selected_sheet import HEADERS, STATUS
from engine.selected_sheet import rows as selected_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from engine.facts import Rejection
    from engine.messages import Language
    from engine.programme.rules import Criterion, Good, Lifecycle, Rules, Title
    from engine.rating import BookRating, Rating
    from engine.rulebook import Adjustment, Proposal, Settlement

_BEST, _MIDDLE, _WORST, _PENDING = "#C6E7C8", "#FFF3C4", "#F6C7C3", "#D9D9D9"
_SHEET_NAME_MAX = 31
_A3 = 8


def write_ratings(rating: Rating, path: Path, language: Language, *, most: int) -> None:
    """Write the ratings; a rulebook with more than `most` units is only summed up."""
    with opened_workbook(path) as book:
        styles = _Styles(book)
        _summary(rating, book.add_worksheet(word("summary", language)), styles, language)
        names = _sheet_names(rating, language)
        for id_, found in _books(rating):
            if found.ratings.height <= most:
                _sheet(rating, found, names[id_], styles, language)
        _selections(selected_rows(rating, language, most=most), book, styles, language)


def write_rejections(rejections: Iterable[Rejection], path: Path, language: Language) -> None:
    """Write the refused rows with the reasons."""
    headers = [word(key, language) for key in ("kind", "id", "name", "parent", "place", "reasons", "advice")]
    rows = (
        (item.kind, item.id, item.name, item.parent, str(reason.place), *sentence(reason, language))
        for item in rejections
        for reason in item.reasons
    )
    write_table(path, word("rejected", language), headers, rows, {4: 40, 5: 40, 6: 40})


def write_table(
    path: Path, name: str, headers: list[str], rows: Iterable[Sequence[str | None]], widths: Mapping[int, int]
) -> None:
    """Write one sheet of texts.

    Args:
        path: the file.
        name: what the sheet is called.
        headers: the first row.
        rows: the others.
        widths: the widths of columns that hold long texts.
    """
    with opened_workbook(path) as book:
        sheet, styles = book.add_worksheet(name), _Styles(book)
        _header(sheet, headers, styles)
        for row, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, str(cell or ""), styles.text)
        for column, width in widths.items():
            sheet.set_column(column, column, width)


def _books(rating: Rating) -> list[tuple[str, BookRating]]:
    """What the rulebooks found, but for records: those are counted, and have no sheet."""
    records = {kind for programme in rating.programmes for kind in programme.said.records}
    return [(id_, found) for id_, found in rating.books.items() if found.book.kind not in records]


@contextmanager
def opened_workbook(path: Path) -> Iterator[Workbook]:
    """A workbook to be written, whose texts stay texts."""
    from datetime import UTC, datetime  # noqa: PLC0415

    import xlsxwriter  # noqa: PLC0415
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    # Its temporary files stand beside it, so that whoever clears away a run that failed clears them away too.
    options = {"tmpdir": str(path.parent), "strings_to_numbers": False}
    options |= {"strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            # The same rating makes the same bytes.
            book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
            yield book
    except FileCreateError as error:  # what xlsxwriter makes of a full disk
        raise error.args[0] from error


class _Styles:
    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.header: Format = book.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "top"},
        )
        self.text: Format = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self.bold: Format = book.add_format({"bold": True})
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.colours = {colour: book.add_format({"bg_color": colour}) for colour in (_BEST, _MIDDLE, _WORST, _PENDING)}

    def grade(self, place: int | None, count: int) -> Format:
        """The colour of a grade: the best green, the worst red, the others yellow."""
        if place is None:
            return self.colours[_PENDING]
        return self.colours[_BEST if place == 0 else _WORST if place == count - 1 else _MIDDLE]


def _sheet_names(rating: Rating, language: Language) -> dict[str, str]:
    """A name that Excel takes for the sheet of each rulebook: its label, else its id."""
    found: dict[str, str] = {}
    taken = [word("summary", language), word("selections", language), "History"]  # Excel keeps the last for itself
    for id_, book in rating.books.items():
        label = book.book.said.label[language]
        name = "".join(" " if sign in "[]:*?/\\" else sign for sign in label).strip("' ")
        if not 0 < len(name) <= _SHEET_NAME_MAX or _is_among(name, taken):
            (name,) = _distinct([id_[: _SHEET_NAME_MAX - 5]], taken)
        taken.append(name)
        found[id_] = name
    return found


def _is_among(name: str, taken: Iterable[str]) -> bool:
    """Excel does not tell names of sheets and columns apart by case."""
    return name.casefold() in {other.casefold() for other in taken}


def _distinct(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """The names, numbered where they are already taken."""
    found: list[str] = []
    for name in names:
        numbered = (f"{name} ({number})" for number in count(2))
        found.append(next(other for other in chain([name], numbered) if not _is_among(other, [*taken, *found])))
    return found


def _header(sheet: Worksheet, headers: list[str], styles: _Styles) -> None:
    for column, text in enumerate(headers):
        sheet.write_string(0, column, text, styles.header)
    sheet.freeze_panes(1, 0)


# The summary


def _summary(rating: Rating, sheet: Worksheet, styles: _Styles, language: Language) -> None:
    sheet.write_string(0, 0, f"{word('summary', language)} · {word('year', language)} {rating.year}", styles.title)
    row = 2
    for _, found in _books(rating):
        row = _counts(rating, found, sheet, row, styles, language) + 2
        if found.book.targets:
            row = _targets(found, sheet, row, styles, language) + 2
    most_grades = max((len(found.book.grades) for found in rating.books.values()), default=0)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, most_grades + 2, 9)
    sheet.set_column(most_grades + 3, most_grades + 6, 24)
    sheet.freeze_panes(1, 1)
    _print_setup(sheet)
    sheet.fit_to_pages(1, 0)


def _counts(
    rating: Rating,
    found: BookRating,
    sheet: Worksheet,
    row: int,
    styles: _Styles,
    language: Language,
) -> int:
    """Units by grade, for all and for each parent; returns the row after."""
    rated = found.book.rated
    grades = list(found.book.said.grades.items()) if rated else []
    headers = [word("units", language), *(label[language] for _, label in grades)]
    headers += [word("pending", language)] if rated else []
    headers += [title.said.label[language] if title.said.label else title.id for title in found.book.titles]
    sheet.write_string(row, 0, found.book.said.label[language], styles.header)
    for column, text in enumerate(headers, start=1):
        sheet.write_string(row, column, text, styles.header)
    names = _parent_names(rating, found.book)
    for counts in grade_counts(found):
        row += 1
        parent = counts["parent"]
        name = word("all", language) if parent is None else names.get(parent, parent)
        sheet.write_string(row, 0, name, styles.bold if parent is None else styles.text)
        sheet.write_number(row, 1, counts["units"])
        for column, (grade, _) in enumerate(grades, start=2):
            sheet.write_number(row, column, counts[grade], styles.grade(column - 2, len(grades)))
        column = 2 + len(grades)
        if rated:
            sheet.write_number(row, column, counts["pending"], styles.grade(None, 0))
            column += 1
        for at, title in enumerate(found.book.titles, start=column):
            sheet.write_number(row, at, counts[f"title:{title.id}"])
    return row


def _targets(found: BookRating, sheet: Worksheet, row: int, styles: _Styles, language: Language) -> int:
    """Units by the status of each target; returns the row after."""
    statuses = [*STATUSES, "unknown"]
    headers = [word("target", language), *(word(f"target_{status}", language) for status in statuses)]
    for column, text in enumerate(headers):
        sheet.write_string(row, column, text, styles.header)
    for item in found.book.targets:
        row += 1
        sheet.write_string(row, 0, item.said.label[language], styles.text)
        counts = dict(found.ratings[item.id].cast(pl.String).fill_null("unknown").value_counts().iter_rows())
        for column, status in enumerate(statuses, start=1):
            sheet.write_number(row, column, counts.get(status, 0))
    return row


def grade_counts(found: BookRating) -> list[dict[str, Any]]:
    """Units by grade: first of all (`parent` is None), then under each parent."""
    counts = [pl.len().alias("units")]
    counts += [(pl.col("grade") == grade).sum().alias(grade) for grade in found.book.grades]
    counts += [pl.col("pending").sum()]
    counts += [pl.col(title.id).sum().alias(f"title:{title.id}") for title in found.book.titles]
    total = found.ratings.select(pl.lit(None, dtype=pl.String).alias("parent"), *counts)
    parents = found.ratings.filter(pl.col("parent").is_not_null()).group_by("parent").agg(*counts).sort("parent")
    return pl.concat([total, parents]).to_dicts()


def _print_setup(sheet: Worksheet) -> None:
    """Landscape on A3, the header on every page: as such lists are handed round."""
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.repeat_rows(0)


# Selections


def _selections(rows: Sequence[tuple[str, ...]], book: Workbook, styles: _Styles, language: Language) -> None:
    """One row a candidate: what it is, its place, and what it is ordered by."""
    if not rows:
        return
    sheet = book.add_worksheet(word("selections", language))
    _header(sheet, [word(key, language) for key in HEADERS], styles)
    colours = {"chosen": _BEST, "passed_over": _WORST, "tied": _MIDDLE, "open": _PENDING, "undecidable": _PENDING}
    colours |= {"seated": _BEST, "surplus": _WORST, "seat_open": _PENDING}
    formats = {word(status, language): styles.colours[colour] for status, colour in colours.items()}
    for at, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell, formats[cell] if column == STATUS else styles.text)
    sheet.set_column(0, 1, 20)
    sheet.set_column(len(HEADERS) - 1, len(HEADERS) - 1, 48)
    sheet.autofilter(0, 0, len(rows), len(HEADERS) - 1)
    _print_setup(sheet)


# One rulebook


def _score_format(scores: pl.Series) -> str:
    """Four digits, or more where four would make a score look like a plain number that it only comes near."""
    if not scores.dtype.is_float():
        return "0.00##"
    looks_plain = (scores.round(4) == scores.round(2)) & ((scores - scores.round(4)).abs() > _NEAR)
    return f"0.00{'#' * (10 if looks_plain.any() else 2)}"


_NEAR = 1e-10


def _sheet(rating: Rating, found: BookRating, name: str, styles: _Styles, language: Language) -> None:
    """One row a unit: grade, score, titles, goods and criteria under their labels."""
    book = found.book
    labels = [label[language] for label in book.said.grades.values()]
    table = _labelled(rating, found, language)
    scores = (6, 8) if book.rated else (3, 5)
    colours = [
        *(_BEST if at == 0 else _WORST if at == len(labels) - 1 else _MIDDLE for at in range(len(labels))),
        _PENDING,
    ]
    rules = [
        {"type": "cell", "criteria": "==", "value": f'"{label}"', "format": {"bg_color": colour}}
        for label, colour in zip([*labels, word("pending", language)], colours, strict=True)
    ]
    table.write_excel(
        styles.book,
        name,
        header_format={"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "top"},
        conditional_formats={table.columns[at]: rules for at in (range(3, 6) if book.rated else ())},
        column_formats={score: _score_format(table[score]) for score in table.columns[slice(*scores)]},
        column_widths={
            **dict.fromkeys(table.columns, 88),
            table.columns[1]: 120,
            **({table.columns[8]: 200} if book.rated else {}),
        },
        freeze_panes=(1, 2),
        row_heights={0: 50},
        autofilter=True,
    )
    sheet = styles.book.get_worksheet_by_name(name)
    _print_setup(sheet)
    sheet.repeat_columns(0, 1)


def _labelled(rating: Rating, found: BookRating, language: Language) -> pl.DataFrame:
    """The ratings as a reader sees them."""
    book, ratings = found.book, found.ratings
    grades = {id_: label[language] for id_, label in book.said.grades.items()}
    rules = {rule.id: rule.label[language] if rule.label else rule.id for rule in _policy_rules(book)}
    yes, no, unknown, not_applicable, pending = (
        word(key, language) for key in ("yes", "no", "unknown", "not_applicable", "pending")
    )

    def grade(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.String).replace(grades).fill_null(pl.lit(pending))

    def truth(name: str) -> pl.Expr:
        answer = pl.when(pl.col(name)).then(pl.lit(yes)).when(~pl.col(name)).then(pl.lit(no)).otherwise(pl.lit(unknown))
        applicable = f"{name}_applicable"
        if applicable not in ratings.columns:
            return answer
        return pl.when(~pl.col(applicable)).then(pl.lit(not_applicable)).otherwise(answer)

    statuses = {status: word(f"target_{status}", language) for status in STATUSES}

    def target(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.String).replace(statuses).fill_null(pl.lit(word("target_unknown", language)))

    def state(life: Lifecycle) -> pl.Expr:
        states = {id_: label[language] for id_, label in life.said.all_states.items()}
        return pl.col(life.id).replace(states).fill_null(pl.lit(unknown))

    columns: list[tuple[str, pl.Expr]] = [
        (word("id", language), pl.col("id")),
        (word("name", language), pl.col("name")),
        (word("parent", language), pl.col("parent").replace(_parent_names(rating, book))),
    ]
    points = [(word(name, language), pl.col(name)) for name in ("points_low", "points_high")]
    if book.rated:
        fired = pl.col("rules").str.split(",").list.eval(pl.element().replace(rules))
        columns += [(word(name, language), grade(name)) for name in ("grade", "grade_low", "grade_high")]
        if "computed_grade" in ratings.columns:
            columns += [(word("computed_grade", language), grade("computed_grade"))]
            columns += [(word("ruled_by", language), pl.col("ruled_by").fill_null(""))]
        columns += [*points, (word("rules", language), fired.list.join(word("semicolon", language)))]
    elif book.most:
        columns += points
    if "advisory" in ratings.columns:
        columns.append((word("rated_advisory", language), truth("advisory")))
    columns += [(life.said.label[language], state(life)) for life in book.lifecycles]
    answers: list[Title | Good | Criterion] = [*book.titles, *book.goods, *book.criteria]
    columns += [(item.said.label[language], target(item.id)) for item in book.targets]
    columns += [(item.said.label[language] if item.said.label else item.id, truth(item.id)) for item in answers]
    named = dict(zip(_distinct(label for label, _ in columns), (column for _, column in columns), strict=True))
    return ratings.select(**named)


def _policy_rules(book: Rules) -> tuple[Proposal | Adjustment | Settlement, ...]:
    return (*book.said.policy.propose, *book.said.policy.adjust, *book.said.policy.settle)


def _parent_names(rating: Rating, book: Rules) -> dict[str, str]:
    """The names of the parents, where their table was given."""
    kinds = (programme.parents.get(book.kind) for programme in rating.programmes if book.kind in programme.parents)
    table = rating.facts.tables.get(next(kinds, None) or "")
    return {} if table is None else dict(table.select("id", "name").iter_rows())
