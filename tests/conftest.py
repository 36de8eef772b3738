"""What tests share: the example district, rated and written once, and golden files."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from explaining import BOOKS, Explained

from engine.archive import Run, write_run
from engine.facts import read_facts
from engine.programme import load, tables
from engine.rating import Rating, rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts import Facts
    from engine.programme import Programme

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Write tests/golden anew; then read the diff.")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a golden file, or write it."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def shipped() -> tuple[Programme, ...]:
    """The programmes that come with wuhao."""
    return load()


@pytest.fixture(scope="session")
def district_facts(shipped: tuple[Programme, ...]) -> Facts:
    return read_facts(ROOT / "fixtures" / "district", tables(shipped))


@pytest.fixture(scope="session")
def district_rating(shipped: tuple[Programme, ...], district_facts: Facts) -> Rating:
    return rate(shipped, district_facts, year=2004)


@pytest.fixture(scope="session")
def district_run(district_rating: Rating, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The example district as a run; nobody may change it."""
    folder = tmp_path_factory.mktemp("runs") / "district"
    write_run(district_rating, folder, written="today")
    return Run.open(folder)


@pytest.fixture(scope="session")
def workbook_run(shipped: tuple[Programme, ...], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same district, read from the workbook."""
    facts = read_facts(ROOT / "fixtures" / "district.xlsx", tables(shipped))
    folder = tmp_path_factory.mktemp("runs") / "workbook"
    write_run(rate(shipped, facts, year=2004), folder, written="today")
    return Run.open(folder)


@pytest.fixture(scope="session")
def quarantine_run(shipped: tuple[Programme, ...], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same district; the rows of V05 and V22 are refused for a cell that is no number."""
    folder = tmp_path_factory.mktemp("quarantine")
    for path in (ROOT / "fixtures" / "district").iterdir():
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        cells = [line.split(",") for line in lines]
        for row in cells:
            if row[0] in {"V05", "V22"}:
                row[4] = "九十九"
        (folder / path.name).write_text("\n".join(map(",".join, cells)), encoding="utf-8")
    rating = rate(shipped, read_facts(folder, tables(shipped), quarantine=True), year=2004)
    write_run(rating, folder / "run", written="today")
    return Run.open(folder / "run")


@pytest.fixture(scope="session")
def district(district_run: Run) -> Explained:
    return Explained(district_run)


@pytest.fixture(scope="session")
def gappy_facts(shipped: tuple[Programme, ...], district_facts: Facts) -> Facts:
    """The district with a twentieth of the cells emptied that its units are graded by."""
    draw = random.Random(2004)  # noqa: S311
    tables_ = dict(district_facts.tables)
    books = {book.kind: book for programme in shipped for book in programme.rulebooks if book.id in BOOKS.values()}
    for kind, table in tables_.items():
        rows = table.to_dicts() if kind in books else []
        for row in rows:
            for fact in books[kind].facts:
                if draw.random() < 0.05 and fact not in {"falsified_data", "task_override"}:
                    row[fact] = None
        tables_[kind] = pl.DataFrame(rows, schema=table.schema) if rows else table
    return replace(district_facts, tables=tables_)


@pytest.fixture(scope="session")
def gappy(shipped: tuple[Programme, ...], gappy_facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Explained:
    folder = tmp_path_factory.mktemp("gappy") / "run"
    write_run(rate(shipped, gappy_facts, year=2004), folder)
    return Explained(Run.open(folder))


@pytest.fixture(scope="session", params=["district", "gappy"])
def explained(request: pytest.FixtureRequest) -> Explained:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def final_run(shipped: tuple[Programme, ...], district_facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("final") / "run"
    write_run(rate(shipped, district_facts, year=2004, final=True), folder)
    return Run.open(folder)
