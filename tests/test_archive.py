"""A run appears whole or not at all, and holds what its grades came from: every value has its cell."""

from __future__ import annotations

import csv
import errno
import gc
import hashlib
import json
import resource
import shutil
import warnings
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from engine.archive import InvalidRunError, Run, write_run
from engine.facts import read_facts
from engine.programme import load, tables
from engine.rating import Rating, rate
from engine.schema import used_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.diagnostic import Diagnostic
    from engine.programme import Programme

ROOT = Path(__file__).resolve().parents[1]
CSV, WORKBOOK = ROOT / "fixtures" / "district", ROOT / "fixtures" / "district.xlsx"
SMALL = {
    "programme.yaml": "programme: small\nlabel: {zh: 小方案}\nkinds: {village: }\n",
    "village.yaml": """
rulebook: small
kind: village
label: {zh: 小规则}
facts:
  votes: {type: count, label: {zh: 票数}}
goods:
  deeds:
    label: {zh: 好}
    criteria:
      enough: {label: {zh: 够}, require: votes >= 3, points: 5}
grades: [excellent, unqualified]
policy:
  propose:
    - {id: by_score, when: score >= 5, grade: excellent}
    - {id: otherwise, grade: unqualified}
""",
}


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def codes(error: pytest.ExceptionInfo[InvalidRunError]) -> list[str]:
    return [diagnostic.code for diagnostic in error.value.diagnostics]


def villages(folder: Path, count: int) -> Rating:
    """Some villages, rated by the small rulebook."""
    for name, text in SMALL.items():
        (folder / name).write_text(text, encoding="utf-8")
    rows = "".join(f"V{number:05},村{number * 7919 % 1_000_003},{number % 11}\n" for number in range(count))
    (folder / "village.csv").write_text("id,name,votes\n" + rows, encoding="utf-8")
    programmes = load([folder])
    return rate(programmes, read_facts(folder / "village.csv", tables(programmes)), year=2004)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Rating:
    return villages(tmp_path_factory.mktemp("small"), 20)


# Whole or not at all


class Broken(Exception):  # noqa: N818
    """What no writer raises."""


WRITERS: dict[str, tuple[str, str]] = {
    "the rules": ("shutil", "copyfile"),
    "the first table": ("polars.DataFrame", "write_parquet"),
    "the workbook": ("engine.workbook", "write_ratings"),
    "the digests": ("hashlib", "file_digest"),
    "the name": ("pathlib.Path", "rename"),
}
ERRORS: dict[str, tuple[BaseException, type[BaseException]]] = {
    "a full disk": (OSError(errno.ENOSPC, "No space left on device"), InvalidRunError),
    "a fault": (Broken(), Broken),
    "control C": (KeyboardInterrupt(), KeyboardInterrupt),
}


@pytest.mark.parametrize(
    ("writer", "error"),
    [*((writer, "a full disk") for writer in WRITERS), ("the name", "a fault"), ("the workbook", "control C")],
)
def test_a_run_that_fails_in_the_middle_leaves_nothing(
    small: Rating, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: str, error: str
) -> None:
    raised, expected = ERRORS[error]
    begun: list[list[str]] = []

    def fail(*_: object, **__: object) -> None:
        begun.append([path.name for path in tmp_path.iterdir()])
        raise raised

    monkeypatch.setattr(".".join(WRITERS[writer]), fail)
    with pytest.raises(expected) as caught:
        write_run(small, tmp_path / "run")
    monkeypatch.undo()
    (aside,) = begun[0]
    assert aside != "run"
    assert list(tmp_path.iterdir()) == []
    if isinstance(caught.value, InvalidRunError):
        (problem,) = caught.value.diagnostics
        assert (problem.code, problem.place.file) == ("run_not_written", str(tmp_path / "run"))
        assert problem.values == {"reason": "No space left on device"}


def refusal(rating: Rating, folder: Path) -> Diagnostic | None:
    """Why a run is not written."""
    try:
        write_run(rating, folder)
    except InvalidRunError as error:
        (problem,) = error.diagnostics
        return problem
    return None


def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    large = villages(tmp_path_factory.mktemp("large"), 9000)
    write_run(large, tmp_path / "whole")
    whole = {name: len(content) for name, content in files(tmp_path / "whole").items()}
    # What is too large for each limit: the rules, the workbook (which xlsxwriter writes).
    limits = [100, max(size for name, size in whole.items() if name != "ratings.xlsx")]
    assert whole["ratings.xlsx"] > limits[1]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in limits:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            with warnings.catch_warnings(action="ignore"):
                problem = refusal(large, tmp_path / "run")
                gc.collect()  # xlsxwriter does not close a file that it could not write
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert problem is not None
        assert problem.code == "run_not_written"
        assert any(told in str(problem.values["reason"]) for told in ("File too large", "os error 27"))
        assert [path.name for path in tmp_path.iterdir()] == ["whole"]
    assert refusal(large, tmp_path / "run") is None
    assert files(tmp_path / "run").keys() == whole.keys()


@pytest.mark.parametrize("form", ["a run", "a folder", "a file"])
def test_what_exists_is_refused_and_untouched(small: Rating, tmp_path: Path, form: str) -> None:
    target = tmp_path / "run"
    if form == "a run":
        write_run(small, target, written="before")
    elif form == "a folder":
        target.mkdir()
        (target / "mine").write_text("mine")
    else:
        target.write_text("mine")
    before, entries = files(tmp_path), sorted(tmp_path.iterdir())
    with pytest.raises(InvalidRunError) as caught:
        write_run(small, target, written="after")
    assert codes(caught) == ["run_exists"]
    assert before
    assert (files(tmp_path), sorted(tmp_path.iterdir())) == (before, entries)


def test_what_appears_meanwhile_is_untouched(small: Rating, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = hashlib.file_digest

    def meanwhile(*arguments: Any) -> Any:  # noqa: ANN401
        (tmp_path / "run").mkdir(exist_ok=True)
        (tmp_path / "run" / "mine").write_text("mine")
        return digest(*arguments)

    monkeypatch.setattr("hashlib.file_digest", meanwhile)
    with pytest.raises(InvalidRunError) as caught:
        write_run(small, tmp_path / "run")
    assert codes(caught) == ["run_not_written"]
    assert files(tmp_path) == {"run/mine": b"mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("name", ["x" * 300, "x" * 250])
def test_a_name_that_is_too_long_is_refused(small: Rating, tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidRunError) as caught:
        write_run(small, tmp_path / name)
    assert codes(caught) == ["run_not_written"]
    assert list(tmp_path.iterdir()) == []


def test_folders_above_a_run_are_made(small: Rating, tmp_path: Path) -> None:
    write_run(small, tmp_path / "runs" / "2004" / "first")
    assert Run.open(tmp_path / "runs" / "2004" / "first").manifest["year"] == 2004
    assert [path.name for path in (tmp_path / "runs" / "2004").iterdir()] == ["first"]


# What is in it


def test_every_file_is_in_the_manifest_with_its_digest(district_run: Run) -> None:
    digests = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files(district_run.folder).items()
        if name != "manifest.json"
    }
    assert district_run.manifest["files"] == digests
    assert {Path(name).parts[0] for name in digests} == {
        *("rules", "facts", "ratings", "measures", "cases", "selections"),
        *("rules.json", "findings.json", "rejections.json", "ratings.xlsx"),
    }


def test_the_manifest_says_what_was_rated(district_run: Run) -> None:
    manifest = district_run.manifest
    counts = {"county": 1, "township": 5, "village": 42, "member": 2800, "village_cadre": 292, "candidate": 106}
    counts["department"] = 24
    assert manifest["format"] == 1
    assert (manifest["year"], manifest["final"], manifest["written"]) == (2004, False, "today")
    assert manifest["programmes"] == ["pioneer", "stationing", "upgrade"]
    rated = {"five_goods": "village", "six_goods": "township", "department": "department"}
    assert rated.items() <= manifest["rulebooks"].items()
    assert {"upgrade_township": "township", "upgrade_village": "village"}.items() <= manifest["skipped"].items()
    assert manifest["rulebooks"].keys().isdisjoint(manifest["skipped"])
    found = {kind: manifest["counts"][kind] for kind in counts}
    assert found == {kind: {"read": n, "rejected": 0, "rated": n} for kind, n in counts.items()}
    assert {"python", "wuhao", "polars", "narwhals", "durable-rules"} <= manifest["versions"].keys()


def test_a_rulebook_without_a_table_is_skipped(shipped: tuple[Programme, ...], tmp_path: Path) -> None:
    facts = read_facts(CSV / "department.csv", tables(shipped))
    write_run(rate(shipped, facts, year=2004, final=True), tmp_path / "run")
    manifest = Run.open(tmp_path / "run").manifest
    assert {"five_goods": "village", "six_goods": "township"}.items() <= manifest["skipped"].items()
    assert manifest["rulebooks"] == {"department": "department"}
    assert list(manifest["counts"]) == ["department"]
    assert manifest["final"] is True
    assert {path.name for path in (tmp_path / "run" / "ratings").iterdir()} == {"department.parquet"}


def unpacked(content: bytes, name: str, folder: Path) -> bytes:
    """A file's content; of a workbook, what is in its parts."""
    if not name.endswith(".xlsx"):
        return content
    (folder / "packed.xlsx").write_bytes(content)
    with zipfile.ZipFile(folder / "packed.xlsx") as parts:
        return b"".join(parts.read(part) for part in parts.namelist())


def test_the_same_input_makes_the_same_run_that_names_no_place(district_run: Run, tmp_path: Path) -> None:
    secret = tmp_path / "unlikely-folder"
    shutil.copytree(ROOT / "rules", secret / "rules")
    shutil.copytree(CSV, secret / "facts")
    programmes = load([secret / "rules"])
    rating = rate(programmes, read_facts(secret / "facts", tables(programmes)), year=2004)
    write_run(rating, secret / "run", written="tomorrow")
    first, second = files(district_run.folder), files(secret / "run")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == ["manifest.json"]
    manifests = [json.loads(run["manifest.json"]) for run in (first, second)]
    assert [manifest.pop("written") for manifest in manifests] == ["today", "tomorrow"]
    assert manifests[0] == manifests[1]
    for name, content in second.items():
        parts = unpacked(content, name, tmp_path)
        assert b"unlikely-folder" not in parts, name
        assert str(tmp_path).encode() not in parts, name


def test_the_originals_and_the_rules_are_kept_as_they_were(district_run: Run, workbook_run: Run) -> None:
    originals = "facts/originals"
    assert files(district_run.folder / originals) == files(CSV)
    assert files(workbook_run.folder / originals) == {WORKBOOK.name: WORKBOOK.read_bytes()}
    rules = files(ROOT / "rules")
    kept = files(district_run.folder / "rules")
    used = {name: content for name, content in rules.items() if name.endswith(".yaml") and "/test_" not in name}
    used = {name: content for name, content in used.items() if not name.startswith("examples/")}
    assert kept == used
    assert len(kept) > 5


# Every value has its cell


def csv_cells(folder: Path) -> dict[tuple[str, str | None], list[list[str]]]:
    found: dict[tuple[str, str | None], list[list[str]]] = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found[path.name, None] = list(csv.reader(file))
    return found


def workbook_cells(folder: Path) -> dict[tuple[str, str | None], list[list[Any]]]:
    found: dict[tuple[str, str | None], list[list[Any]]] = {}
    for path in folder.glob("*.xlsx"):
        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                found[path.name, name] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return found


def position(letters: str) -> int:
    """The position of a column: 0 of A, 26 of AA."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def meant(cell: Any, fact: dict[str, Any]) -> Any:  # noqa: ANN401
    """The value that the text or number of a cell stands for, read anew."""
    if cell == "":
        return fact["blank"] if fact["blank"] not in {None, "none"} else None
    if fact["choices"]:
        return next(id_ for id_, label in fact["choices"].items() if cell in {id_, *label.values()})
    match fact["type"]:
        case "boolean":
            return {"是": True, "否": False}[cell]
        case "date":
            return cell if isinstance(cell, date) else date.fromisoformat(cell)
        case "count":
            return int(cell)
        case _:
            return float(cell)


@pytest.mark.parametrize(("which", "cells"), [("district_run", csv_cells), ("workbook_run", workbook_cells)])
def test_every_value_has_its_cell(
    request: pytest.FixtureRequest, which: str, cells: Callable[[Path], dict[tuple[str, str | None], list[list[Any]]]]
) -> None:
    run: Run = request.getfixturevalue(which)
    sheets = cells(run.folder / "facts" / "originals")
    seen: dict[str, int] = {}
    for kind in run.manifest["counts"]:
        received = {name for origin in run.origins.values() if origin["kind"] == kind for name in origin["columns"]}
        described = {fact: item for fact, item in run.rules["facts"][kind].items() if fact in received}
        for row in run.facts(kind).collect().to_dicts():
            origin = run.origins[row["_file"]]
            assert origin["kind"] == kind
            line = sheets[origin["file"], origin["sheet"]][row["_row"] - 1]
            assert [line[position(origin["columns"][name])] for name in ("id", "name")] == [row["id"], row["name"]]
            if row["parent"] is not None:
                assert line[position(origin["columns"]["parent"])] == row["parent"]
            for fact, description in described.items():
                cell = line[position(origin["columns"][fact])]
                assert meant(cell, description) == row[fact], (row["id"], fact, cell)
                seen[kind] = seen.get(kind, 0) + 1
    tables_ = {name.removesuffix(".csv"): rows for (name, _), rows in csv_cells(CSV).items()}
    places = {kind: 2 if kind == "county" else 3 for kind in tables_}
    assert seen == {kind: (len(rows) - 1) * (len(rows[0]) - places[kind]) for kind, rows in tables_.items()}
    assert sum(seen.values()) > 3000


def test_a_table_that_stands_anywhere_has_its_cells(tmp_path: Path) -> None:
    """Below a title and beside a margin, its rows not in order of id."""
    import xlsxwriter  # noqa: PLC0415

    (tmp_path / "rules").mkdir()
    for name, text in SMALL.items():
        (tmp_path / "rules" / name).write_text(text, encoding="utf-8")
    with xlsxwriter.Workbook(str(tmp_path / "facts.xlsx")) as book:
        sheet = book.add_worksheet("village")
        for row, values in enumerate([["票数", "id", "name"], [3, "V2", "二"], [], [2, "V1", "一"]], start=4):
            sheet.write_row(row, 2, values)
    programmes = load([tmp_path / "rules"])
    write_run(rate(programmes, read_facts(tmp_path / "facts.xlsx", tables(programmes)), year=2004), tmp_path / "run")
    run = Run.open(tmp_path / "run")
    facts = run.facts("village").select("id", "votes", "_file", "_row").collect().rows()
    assert facts == [("V1", 2, "facts.xlsx[village]", 8), ("V2", 3, "facts.xlsx[village]", 6)]
    assert run.origins["facts.xlsx[village]"]["columns"] == {"votes": "C", "id": "D", "name": "E"}


# The tables


def test_rows_stand_in_order_of_id(tmp_path: Path, shipped: tuple[Programme, ...], district_run: Run) -> None:
    shutil.copytree(CSV, tmp_path / "facts")
    for path in (tmp_path / "facts").iterdir():
        header, *rows = path.read_text(encoding="utf-8-sig").splitlines()
        path.write_text("\n".join([header, *rows[::-1]]), encoding="utf-8")
    write_run(rate(shipped, read_facts(tmp_path / "facts", tables(shipped)), year=2004), tmp_path / "run")
    run = Run.open(tmp_path / "run")
    assert run.facts("village").select("_row").collect()["_row"].to_list() == list(range(43, 1, -1))
    for rulebook, kind in run.manifest["rulebooks"].items():
        for frame in (run.facts(kind), run.ratings(rulebook), run.measures(rulebook)):
            ids = frame.select("id").collect()["id"]
            assert ids.len() == run.manifest["counts"][kind]["rated"]
            assert ids.to_list() == sorted(ids)
        assert run.ratings(rulebook).collect().equals(district_run.ratings(rulebook).collect())
        cases = run.cases(rulebook).collect()["case"].to_list()
        assert cases == sorted(set(cases))


def test_ratings_have_the_columns_that_are_agreed(district_run: Run, shipped: tuple[Programme, ...]) -> None:
    rated = district_run.manifest["rulebooks"]
    books = {book.id: book for programme in shipped for book in programme.rulebooks if book.id in rated}
    assert books.keys() == rated.keys()
    for id_, book in books.items():
        if not book.rated or book.targets:
            continue
        answers = [title.id for title in book.titles] + [good.id for good in book.goods]
        for criterion in book.criteria:
            answers += [criterion.id] + ([f"{criterion.id}_applicable"] if criterion.applies else [])
        head = "id name parent grade grade_low grade_high proposed_low proposed_high pending points_low points_high"
        ratings = district_run.ratings(id_).collect()
        assert ratings.columns == [*head.split(), "case", "rules", *answers]
        assert {ratings[name].dtype for name in [*answers, "pending"]} == {pl.Boolean()}
        grades = set(book.grades)
        for name in ("grade", "grade_low", "grade_high", "proposed_low", "proposed_high"):
            assert set(ratings[name].drop_nulls()) <= grades
        settled = ratings["grade_low"] == ratings["grade_high"]
        assert (ratings["pending"] == ~settled).all()
        assert (ratings["grade"].is_null() == ratings["pending"]).all()
        assert (ratings["points_low"] <= ratings["points_high"]).all()
        fired = {rule for rules in ratings["rules"] for rule in rules.split(",") if rule}
        assert fired <= {rule.id for rule in book.policy.rules}
        assert fired


def test_measures_have_a_second_column_where_they_are_ranges(district_run: Run) -> None:
    ranges = 0
    for rulebook in district_run.manifest["rulebooks"]:
        measures = district_run.measures(rulebook).collect()
        declared = set(district_run.rules["rulebooks"][rulebook]["measures"])
        assert declared <= set(measures.columns)
        names = [name for name in measures.columns if name.removesuffix("_high") in {*measures.columns} - {name}]
        for high in (name for name in names if name not in declared):
            both = measures.filter(pl.col(high).is_not_null())
            ranges += both.height
            assert (both[high] > both[high.removesuffix("_high")]).all(), high
    assert ranges > 10


def test_every_case_is_kept_with_what_it_led_to(district_run: Run) -> None:
    for rulebook in district_run.manifest["rulebooks"]:
        cases = {row["case"]: row for row in district_run.cases(rulebook).collect().to_dicts()}
        grades = [grade["id"] for grade in district_run.rules["rulebooks"][rulebook]["grades"]]
        if not grades:
            continue
        for unit in district_run.ratings(rulebook).collect().to_dicts():
            case = cases[unit["case"]]
            for name in ("grade_low", "grade_high", "proposed_low", "proposed_high"):
                assert case[name] == unit[name]
            assert ",".join(case["fired"]) == unit["rules"]
            ends = [cases[case[end]] for end in ("case_low", "case_high")]
            assert [end["decided"] for end in ends] == [unit["grade_low"], unit["grade_high"]]
            for end in ends:
                trace = json.loads(end["trace"])
                firings = [firing["rule"] for firing in trace["firings"]]
                assert set(case["fired"]) <= set(firings)
                assert trace["proposed"] in grades
                for firing in trace["firings"]:
                    for symbol, truth in firing["literals"]:
                        if isinstance(symbol, int) and isinstance(truth, bool):
                            assert bool(end["symbols"][symbol]) is truth


# Opening


NO_RUNS: dict[str, bytes | None] = {
    "no folder": None,
    "no text": b"\xff\xfe\x00",
    "no JSON": b"{",
    "a list": b"[1]",
    "a number": b"1",
    "nothing": b"",
    "no format": b"{}",
    "many brackets": b"[" * 100_000,
    "a long number": b'{"format": ' + b"1" * 5000 + b"}",
}


@pytest.mark.parametrize("form", NO_RUNS)
def test_what_is_no_run_is_told(tmp_path: Path, form: str) -> None:
    content = NO_RUNS[form]
    if content is not None:
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "manifest.json").write_bytes(content)
    with pytest.raises(InvalidRunError) as caught:
        Run.open(tmp_path / "run")
    assert codes(caught) == ["not_a_run"]
    assert caught.value.diagnostics[0].place.file == str(tmp_path / "run")


def test_a_file_and_a_folder_are_no_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("{}")
    (tmp_path / "folder" / "manifest.json").mkdir(parents=True)
    for name in ("file", "folder", "x" * 300):
        with pytest.raises(InvalidRunError) as caught:
            Run.open(tmp_path / name)
        assert codes(caught) == ["not_a_run"]


def test_a_run_of_another_format_is_told(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"format": 2}')
    with pytest.raises(InvalidRunError) as caught:
        Run.open(tmp_path)
    assert codes(caught) == ["run_format"]
    assert caught.value.diagnostics[0].values == {"found": 2, "known": 1}


def parts_of(run: Run) -> Iterator[object]:
    """Everything that a run can be asked for."""
    yield from (run.manifest, run.rules, run.origins, run.findings, run.rejections)
    for rulebook, kind in run.manifest["rulebooks"].items():
        for frame in (run.ratings(rulebook), run.measures(rulebook), run.cases(rulebook), run.facts(kind)):
            yield frame.collect()


def test_a_run_opens_wherever_it_was_moved(district_run: Run, tmp_path: Path) -> None:
    shutil.copytree(district_run.folder, tmp_path / "moved")
    before, after = list(parts_of(district_run)), list(parts_of(Run.open(str(tmp_path / "moved"))))
    assert len(before) == 5 + 4 * len(district_run.manifest["rulebooks"])
    for old, new in zip(before, after, strict=True):
        assert old.equals(new) if isinstance(old, pl.DataFrame) else old == new  # type: ignore[arg-type]


# Quarantine


def test_refused_rows_are_kept_with_their_reasons(quarantine_run: Run) -> None:
    run = quarantine_run
    assert run.manifest["counts"]["village"] == {"read": 42, "rejected": 2, "rated": 40}
    assert {item["id"] for item in run.rejections} == {"V05", "V22"}
    for item in run.rejections:
        (reason,) = item["reasons"]
        row = int(item["id"].removeprefix("V")) + 1
        assert (reason["place"], item["place"]) == (f"village.csv:{row}:E", f"village.csv:{row}")
        assert (item["kind"], reason["values"]["given"]) == ("village", "九十九")
    rated = run.ratings("five_goods").select("id").collect()["id"].to_list()
    assert len(rated) == 40
    assert not {"V05", "V22"} & set(rated)
    assert "rejected.xlsx" in run.manifest["files"]
    kept = run.facts("village").filter(pl.col("_refused")).collect()
    assert kept["id"].to_list() == ["V05", "V22"]
    facts = kept.select(name for name in run.rules["facts"]["village"] if name in kept.columns)
    assert facts.width > 60
    assert sum(facts.null_count().row(0)) == 2 * facts.width


def test_without_refused_rows_there_is_no_list_of_them(district_run: Run) -> None:
    assert district_run.rejections == []
    assert "rejected.xlsx" not in district_run.manifest["files"]


def test_a_rulebook_whose_facts_no_table_has_is_skipped(tmp_path: Path) -> None:
    pioneer = load([ROOT / "rules" / "pioneer"])
    (tmp_path / "township.csv").write_text("id,name\nT1,大岭镇\n", encoding="utf-8")
    (tmp_path / "village.csv").write_text("id,name,parent,committee_members\nV1,东村,T1,5\n", encoding="utf-8")
    facts = read_facts(tmp_path, tables(pioneer))
    write_run(rate(pioneer, facts, year=2004), tmp_path / "run")
    manifest = Run.open(tmp_path / "run").manifest
    assert "five_goods" in manifest["rulebooks"]
    assert manifest["skipped"]["six_goods"] == "township"
    assert not (tmp_path / "run" / "ratings" / "six_goods.parquet").exists()


@pytest.mark.parametrize(
    ("columns", "held"),
    [
        ({"mine", "shared"}, [0]),
        ({"other"}, [1]),
        ({"mine", "other"}, [0, 1]),
        ({"shared"}, [0, 1]),
        ({"neither"}, []),
    ],
)
def test_a_table_holds_the_facts_of_rulebooks_that_have_one_of_their_own_there(
    columns: set[str], held: list[int]
) -> None:
    assert used_groups([{"mine", "shared"}, {"other", "shared"}], columns) == held


def test_only_facts_of_rulebooks_that_are_used_are_missed(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    other = SMALL["village.yaml"].replace("rulebook: small", "rulebook: other").replace("votes", "ballots")
    for name, text in {**SMALL, "other.yaml": other.replace("票数", "选票")}.items():
        rules.mkdir(exist_ok=True)
        (rules / name).write_text(text, encoding="utf-8")
    for header, missed in (("votes", set()), ("ballots", set()), ("name", {"votes", "ballots"})):
        (tmp_path / "village.csv").write_text(f"id,{header}\nV1,7\n", encoding="utf-8")
        facts = read_facts(tmp_path / "village.csv", tables(load([rules])))
        assert {warning.values.get("fact") for warning in facts.warnings} - {None} == missed
