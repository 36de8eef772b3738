"""A table reads the same whatever format it was saved in."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import xlsxwriter
from facts_cases import GRADES, TERRAIN, facts
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from hypothesis.strategies import SearchStrategy

TYPES: dict[str, Any] = {
    "id": pl.String,
    "name": pl.String,
    "committee_members": pl.Int64,
    "income_growth": pl.Float64,
    "satisfaction": pl.Float64,
    "income": pl.Float64,
    "index": pl.Float64,
    "sanctions": pl.Int64,
    "task_completed": pl.Boolean,
    "founded": pl.Date,
    "assessed_grade": pl.String,
    "terrain": pl.String,
    "note": pl.String,
}


def decimals(low: int, high: int, places: int) -> SearchStrategy[float]:
    """Numbers with so many decimals."""
    whole = st.integers(low * 10**places, high * 10**places)
    return whole.map(lambda number: float(Decimal(number).scaleb(-places)))


TEXT = (
    st.text(st.sampled_from("东沟村 aZ9,;\"'（）\n·龘"), min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda text: text.strip("\n "))
)
CELLS: dict[str, SearchStrategy[Any]] = {
    "name": TEXT,
    "committee_members": st.integers(1, 99_999_999_999),
    "income_growth": decimals(-1, 5, 6),
    "satisfaction": decimals(0, 1, 10),
    "income": decimals(-9_999_999, 9_999_999, 2),
    "index": decimals(-99, 99, 9),
    "sanctions": st.integers(0, 50),
    "task_completed": st.booleans(),
    "founded": st.dates(date(1970, 1, 1), date(2099, 12, 31)),
    "assessed_grade": st.sampled_from(list(GRADES)),
    "terrain": st.sampled_from(list(TERRAIN)),
    "note": TEXT,
}
ROWS = st.lists(
    st.fixed_dictionaries({column: st.none() | cells for column, cells in CELLS.items()}), min_size=1, max_size=6
)


def written(column: str, value: object) -> str:
    """A value as people type it."""
    if value is None:
        return ""
    if column in {"income_growth", "satisfaction"}:
        return f"{Decimal(str(value)).scaleb(2):f}%"
    if isinstance(value, float):
        return f"{Decimal(str(value)):f}"
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)


def save(folder: Path, rows: list[dict[str, Any]], form: str) -> None:
    path = folder / f"village.{form.split(maxsplit=1)[0]}"
    if form == "parquet":
        pl.DataFrame(rows, schema=TYPES).write_parquet(path)
    elif form == "xlsx":
        with xlsxwriter.Workbook(path) as book:
            formats = {
                "income_growth": book.add_format({"num_format": "0.0%"}),
                "satisfaction": book.add_format({"num_format": "0%"}),
                "founded": book.add_format({"num_format": "yyyy/m/d"}),
            }
            sheet = book.add_worksheet("village")
            sheet.write_row(0, 0, TYPES)
            for number, row in enumerate(rows, 1):
                for position, column in enumerate(TYPES):
                    if row[column] is not None:
                        sheet.write(number, position, row[column], formats.get(column))
    else:
        with path.open("w", encoding=form.split()[1], newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(TYPES)
            writer.writerows([[written(column, row[column]) for column in TYPES] for row in rows])


@given(rows=ROWS)
@settings(max_examples=40, deadline=None)
def test_every_format_reads_the_same(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> None:
    rows = [{"id": f"V{number}", **row} for number, row in enumerate(rows)]
    expected = pl.DataFrame(rows, schema=TYPES).with_columns(
        pl.col("sanctions").fill_null(0),
        pl.col("name").fill_null(pl.col("id")),
    )
    for form in ("csv utf-8", "csv utf-8-sig", "csv gb18030", "xlsx", "parquet"):
        folder = tmp_path_factory.mktemp("facts")
        save(folder, rows, form)
        read = facts(folder).tables["village"]
        assert_frame_equal(read.select(*TYPES), expected, check_exact=True)
        first = 1 if form == "parquet" else 2
        assert read["_row"].to_list() == list(range(first, first + len(rows)))


@given(
    values=st.lists(
        st.tuples(st.integers(1, 99_999_999_999), st.integers(0, 14), st.booleans()),
        min_size=1,
        max_size=20,
    ),
)
@settings(max_examples=40, deadline=None)
def test_eleven_digits_are_exact_and_twelve_are_refused(
    tmp_path_factory: pytest.TempPathFactory, values: list[tuple[int, int, bool]]
) -> None:
    numbers = [Decimal(digits).scaleb(-places) * (-1 if minus else 1) for digits, places, minus in values]
    for column, form in (("index", "csv"), ("index", "parquet")):
        folder = tmp_path_factory.mktemp("facts")
        ids = [f"V{number:02}" for number in range(len(numbers))]
        cells = pl.Series(column, [f"{number:f}" for number in numbers])
        frame = pl.DataFrame({"id": ids, column: cells if form == "csv" else cells.cast(pl.Float64)})
        save_frame = frame.write_csv if form == "csv" else frame.write_parquet
        save_frame(folder / f"village.{form}")
        assert facts(folder).tables["village"][column].to_list() == [float(number) for number in numbers]
