"""A run that was tampered with is told, and what was tampered with is named; a run that was not holds."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from click.testing import CliRunner

from cli import main
from engine.archive import InvalidRunError, Run, write_run
from engine.facts import read_facts
from engine.programme import load, tables
from engine.rating import rate
from engine.verifying import Verification, verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts import Facts
    from engine.programme import Programme

ROOT = Path(__file__).resolve().parents[1]
HOLDS, DIFFERS, NO_RUN = 0, 1, 2


# Runs that nobody touched


@pytest.mark.parametrize("which", ["district_run", "workbook_run", "quarantine_run"])
def test_an_untouched_run_holds(request: pytest.FixtureRequest, which: str) -> None:
    run: Run = request.getfixturevalue(which)
    found = verify(run)
    assert found.holds, found
    assert (found.faults, found.differing, found.undone, found.versions) == ((), (), (), {})
    assert found.units == sum(counts["rated"] for counts in run.manifest["counts"].values()) > 60
    assert found.files == len(run.manifest["files"]) > 20
    assert found.values > 10_000
    assert found.manifest == hashlib.sha256((run.folder / "manifest.json").read_bytes()).hexdigest()
    compared = {item.file for item in found.comparisons}
    unread = {name for name in run.manifest["files"] if name.startswith(("rules/", "facts/originals/"))}
    assert compared - {"manifest.json"} >= run.manifest["files"].keys() - unread - {"ratings.xlsx", "rejected.xlsx"}


@pytest.fixture(scope="module")
def closed(shipped: tuple[Programme, ...], district_facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A final run."""
    folder = tmp_path_factory.mktemp("final") / "run"
    write_run(rate(shipped, district_facts, year=2004, final=True), folder, language="en")
    return folder


def test_an_untouched_final_run_holds(closed: Path) -> None:
    found = verify(Run.open(closed))
    assert (found.holds, found.final) == (True, True), found


def test_a_run_holds_wherever_it_was_moved_and_whatever_its_rules_were_called(tmp_path: Path) -> None:
    """Two programmes whose folders have other names than they, each with a registry of its own above it."""
    facts = "id,name,votes\nV1,东,3\nV2,西,\n"
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "village.csv").write_text(facts, encoding="utf-8")
    folders = []
    for name in ("one", "two"):
        folder = tmp_path / name / "its-rules"
        folder.mkdir(parents=True)
        registry = f"documents: {{d: {{label: {name}}}}}\nclauses: {{{name}-1: {{document: d, section: '1', zh: 条, en: clause}}}}\n"
        (folder.parent / "documents.yaml").write_text(registry, encoding="utf-8")
        (folder / "programme.yaml").write_text(
            f"programme: {name}\nlabel: 方案\nkinds: {{village: }}\n", encoding="utf-8"
        )
        (folder / "book.yaml").write_text(_BOOK.format(name=name), encoding="utf-8")
        folders.append(folder)
    programmes = load(folders)
    rating = rate(programmes, read_facts(tmp_path / "facts", tables(programmes)), year=2004)
    write_run(rating, tmp_path / "run")
    for folder in folders:
        shutil.rmtree(folder.parent)
    (tmp_path / "run").rename(tmp_path / "moved")
    found = verify(Run.open(tmp_path / "moved"))
    assert found.holds, found


_BOOK = """
rulebook: {name}_book
kind: village
label: 小规则
facts:
  votes: {{type: count, label: 票数}}
goods:
  deeds:
    label: 好
    criteria:
      enough: {{label: 够, require: votes >= 3, points: 5, cite: {name}-1}}
grades: [excellent, unqualified]
policy:
  propose:
    - {{id: by_score, when: score >= 5, grade: excellent}}
    - {{id: otherwise, grade: unqualified}}
"""


# Tampering


@dataclass(frozen=True)
class Case:
    """What is done to a run, and what must be named.

    Attributes:
        file: the file that is changed.
        change: how.
        careless: the parts that differ when the digest tells (beside the file, which is named as changed).
        forged: the parts that differ, with the column of their first difference, when the digests were repaired.
        named: the first difference of the file, once the digests were repaired: unit, stored, recomputed, cell.
    """

    file: str
    change: Callable[[Path], None]
    careless: tuple[str, ...]
    forged: dict[str, str | None]
    named: tuple[str | None, object, object, str | None] | None = None


def table(unit: str, column: str, value: object, key: str = "id") -> Callable[[Path], None]:
    """Change one value of a table."""

    def change(path: Path) -> None:
        frame = pl.read_parquet(path)
        changed = pl.when(pl.col(key).cast(pl.String) == unit).then(pl.lit(value).cast(frame.schema[column]))
        frame.with_columns(changed.otherwise(pl.col(column)).alias(column)).write_parquet(path)

    return change


def text(old: str, new: str) -> Callable[[Path], None]:
    """Change a text, once."""

    def change(path: Path) -> None:
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")

    return change


def data(change_data: Callable[[Any], None]) -> Callable[[Path], None]:
    """Change what JSON says."""

    def change(path: Path) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        change_data(content)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    return change


def written(content: str) -> Callable[[Path], None]:
    """Exchange what a file says."""

    def change(path: Path) -> None:
        path.write_text(content, encoding="utf-8")

    return change


def drop(column: str) -> Callable[[Path], None]:
    return lambda path: pl.read_parquet(path).drop(column).write_parquet(path)


def rows(change_rows: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[Path], None]:
    return lambda path: change_rows(pl.read_parquet(path)).write_parquet(path)


RATINGS, MEASURES, CASES = (f"{folder}/five_goods.parquet" for folder in ("ratings", "measures", "cases"))
FACTS, ORIGINAL = "facts/village.parquet", "facts/originals/village.csv"


def threshold(rules: dict[str, Any]) -> None:
    rules["rulebooks"]["five_goods"]["parameters"]["cross_posting_min"]["value"] = "1%"


CASES_OF_TAMPERING: dict[str, Case] = {
    "a grade": Case(
        RATINGS, table("V07", "grade", "qualified"), (), {RATINGS: "grade"}, ("V07", "qualified", "excellent", None)
    ),
    "a score": Case(RATINGS, table("V01", "points_low", 1.5), (), {RATINGS: "points_low"}, ("V01", 1.5, ..., None)),
    "an answer": Case(RATINGS, table("V01", "leadership", None), (), {RATINGS: "leadership"}, ("V01", None, ..., None)),
    "a number": Case(
        MEASURES, table("V01", "cross_posting", 0.123), (), {MEASURES: "cross_posting"}, ("V01", 0.123, ..., None)
    ),
    "a fact": Case(
        FACTS, table("V01", "cross_posted", 99), (), {FACTS: "cross_posted"}, ("V01", 99, ..., "village.csv:2:")
    ),
    "a name": Case(FACTS, table("V01", "name", "别村"), (), {FACTS: "name"}, ("V01", "别村", ..., "village.csv:2:B")),
    "a case": Case(
        CASES, rows(lambda frame: frame.with_columns(grade_low=pl.lit("excellent"))), (), {CASES: "grade_low"}
    ),
    "a trace": Case(CASES, rows(lambda frame: frame.with_columns(trace=pl.lit("{}"))), (), {CASES: "trace"}),
    "a unit less": Case(RATINGS, rows(lambda frame: frame[1:]), (), {RATINGS: None}, ("V01", None, None, None)),
    "a unit more": Case(
        RATINGS,
        rows(lambda frame: pl.concat([frame, frame[:1].with_columns(id=pl.lit("V99"))])),
        (),
        {RATINGS: None},
        ("V99", None, None, None),
    ),
    "a unit twice": Case(
        RATINGS, rows(lambda frame: pl.concat([frame, frame[:1]])), (), {RATINGS: None}, ("V01", None, None, None)
    ),
    "an order": Case(RATINGS, rows(lambda frame: frame.reverse()), (), {RATINGS: "id"}, (None, None, None, None)),
    "a column less": Case(
        MEASURES, drop("cross_posting"), (), {MEASURES: "cross_posting"}, (None, None, "Float64", None)
    ),
    "no ids": Case(RATINGS, drop("id"), (), {RATINGS: "id"}, (None, None, "String", None)),
    "another type": Case(
        RATINGS,
        rows(lambda frame: frame.with_columns(pl.col("points_low").cast(pl.String))),
        (),
        {RATINGS: "points_low"},
        (None, "String", "Float64", None),
    ),
    "a resolved rule": Case(
        "rules.json",
        data(threshold),
        ("rules.json",),
        {"rules.json": "rulebooks.five_goods.parameters.cross_posting_min.value"},
        (None, "1%", "75%", None),
    ),
    "other rules": Case("rules.json", written("[]"), ("rules.json",), {"rules.json": ""}),
    "no rules": Case("rules.json", written("{}"), ("rules.json",), {"rules.json": "year"}),
    "a finding": Case("findings.json", written("[]"), ("findings.json",), {"findings.json": "0"}),
    "a refused row": Case("rejections.json", written("[1]"), ("rejections.json",), {"rejections.json": "0"}),
    "a header map": Case(
        "facts/originals.json",
        data(lambda origins: origins[0].update(kind="work_team")),
        ("facts/originals.json",),
        {"facts/originals.json": "0.kind"},
    ),
}


def repair(folder: Path) -> None:
    """What a careful forger does: write the digests anew."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"] = {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file != path
    }
    path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def copy(district_run: Run, tmp_path: Path) -> Path:
    """The example district, to be tampered with."""
    return Path(shutil.copytree(district_run.folder, tmp_path / "run"))


def files_named(found: Verification) -> dict[str, str]:
    return {item.file: item.fault for item in found.faults}


@pytest.mark.parametrize("name", CASES_OF_TAMPERING)
def test_a_change_is_named_by_its_digest(copy: Path, name: str) -> None:
    case = CASES_OF_TAMPERING[name]
    case.change(copy / case.file)
    found = verify(Run.open(copy))
    assert files_named(found) == {case.file: "changed"}
    assert tuple(item.file for item in found.differing) == case.careless
    assert not found.undone


@pytest.mark.parametrize("name", CASES_OF_TAMPERING)
def test_a_change_is_named_even_when_the_digests_were_repaired(copy: Path, name: str) -> None:
    case = CASES_OF_TAMPERING[name]
    case.change(copy / case.file)
    repair(copy)
    found = verify(Run.open(copy))
    assert (found.faults, found.undone) == ((), ())
    assert {item.file: item.first[0].column for item in found.differing} == case.forged
    assert [item.count for item in found.differing] == [sum(item.columns.values()) for item in found.differing]
    if case.named is not None:
        unit, stored, recomputed, cell = case.named
        first = found.differing[0].first[0]
        assert (first.unit, first.stored) == (unit, stored)
        assert recomputed is ... or first.recomputed == recomputed
        assert first.recomputed != stored or stored is None
        assert (first.cell or "").startswith(cell or "")
        assert (first.cell is None) == (cell is None)


def test_a_cell_of_the_original_is_named_with_all_that_follows_from_it(copy: Path, district_run: Run) -> None:
    lines = (copy / ORIGINAL).read_text(encoding="utf-8-sig").splitlines()
    cells = lines[8].split(",")
    column = lines[0].split(",").index(next(iter(_header_of(district_run, "cross_posted"))))
    before, cells[column] = cells[column], "0"
    (copy / ORIGINAL).write_text("\n".join([*lines[:8], ",".join(cells), *lines[9:]]), encoding="utf-8")
    for forged in (False, True):
        if forged:
            repair(copy)
        found = verify(Run.open(copy))
        assert files_named(found) == ({} if forged else {ORIGINAL: "changed"})
        differing = {item.file: item for item in found.differing}
        assert set(differing) >= {FACTS, RATINGS, MEASURES}
        (fact,) = differing[FACTS].first
        assert (fact.unit, fact.column, fact.stored, fact.recomputed) == ("V08", "cross_posted", int(before), 0)
        letters = district_run.origins["village.csv"]["columns"]["cross_posted"]
        assert fact.cell == f"village.csv:9:{letters}"
        assert {item.unit for item in differing[RATINGS].first} == {"V08"}
        assert found.differing[0].file.startswith("ratings/")


def _header_of(run: Run, fact: str) -> set[str]:
    """The header that a fact has in the original."""
    letters = run.origins["village.csv"]["columns"][fact]
    header = (run.folder / ORIGINAL).read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return {header[place - 1]}


def test_a_threshold_of_the_stored_rules_is_named_with_all_that_follows_from_it(copy: Path) -> None:
    rules = copy / "rules" / "pioneer" / "five_goods.yaml"
    text("2004: 75%", "2004: 76%")(rules)
    for forged in (False, True):
        if forged:
            repair(copy)
        found = verify(Run.open(copy))
        assert files_named(found) == ({} if forged else {"rules/pioneer/five_goods.yaml": "changed"})
        differing = {item.file: item for item in found.differing}
        place = "rulebooks.five_goods.parameters.cross_posting_min.value"
        values = [(item.stored, item.recomputed) for item in differing["rules.json"].first if item.column == place]
        assert values == [("75%", "76%")]


@pytest.mark.parametrize("forged", [False, True])
@pytest.mark.parametrize("file", ["notes.txt", "ratings/other.parquet", "facts/work_team.parquet"])
def test_an_extra_file_is_named(copy: Path, file: str, forged: bool) -> None:  # noqa: FBT001
    (copy / file).write_bytes(b"PAR1")
    if forged:
        repair(copy)
    found = verify(Run.open(copy))
    assert files_named(found) == {file: "extra"}
    assert (found.differing, found.undone) == ((), ())


_PARTS = (RATINGS, MEASURES, CASES, FACTS, "rules.json", "findings.json", "facts/originals.json", "ratings.xlsx")


@pytest.mark.parametrize("forged", [False, True])
def test_a_missing_file_is_named(district_run: Run, tmp_path: Path, forged: bool) -> None:  # noqa: FBT001
    for file in (*_PARTS, *(() if forged else (ORIGINAL,))):
        copy = Path(shutil.copytree(district_run.folder, tmp_path / "run"))
        (copy / file).unlink()
        if forged:
            repair(copy)
        found = verify(Run.open(copy))
        assert files_named(found) == {file: "missing"}, file
        assert not found.differing, file
        assert [item.step for item in found.undone] == (["facts"] if "originals/" in file else []), file
        shutil.rmtree(copy)


def test_an_original_that_was_taken_out_of_the_run_is_told(copy: Path) -> None:
    (copy / ORIGINAL).unlink()
    repair(copy)
    found = verify(Run.open(copy))
    assert not found.holds
    assert {FACTS: "extra", RATINGS: "extra"}.items() <= files_named(found).items()


def test_rules_that_cannot_be_read_are_told_and_the_files_are_checked_all_the_same(copy: Path) -> None:
    (copy / "rules" / "pioneer" / "programme.yaml").unlink()
    (copy / "ratings.xlsx").write_bytes(b"")
    found = verify(Run.open(copy))
    assert files_named(found) == {"ratings.xlsx": "changed", "rules/pioneer/programme.yaml": "missing"}
    assert [item.step for item in found.undone] == ["rules"]
    assert found.units == 0
    (copy / "rules" / "pioneer" / "programme.yaml").write_text("{", encoding="utf-8")
    assert [item.step for item in verify(Run.open(copy)).undone] == ["rules"]


def test_a_rating_that_would_be_refused_is_told(copy: Path) -> None:
    text('"year": 2004', '"year": 1804')(copy / "manifest.json")
    found = verify(Run.open(copy))
    assert [item.step for item in found.undone] == ["rating"]
    assert {reason.code for item in found.undone for reason in item.reasons} == {"year_outside"}


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (lambda manifest: manifest.update(final=True), "final"),
        (lambda manifest: manifest["skipped"].update(six_goods="township"), "skipped.six_goods"),
        (lambda manifest: manifest["counts"]["village"].update(rated=43), "counts.village.rated"),
        (lambda manifest: manifest["rulebooks"].pop("department"), "rulebooks.department"),
        (lambda manifest: manifest.update(programmes=[]), "programmes.0"),
    ],
)
def test_what_the_manifest_says_is_compared(copy: Path, change: Callable[[Any], None], column: str) -> None:
    data(change)(copy / "manifest.json")
    found = verify(Run.open(copy))
    assert not found.faults
    columns = {item.file: item.first[0].column for item in found.differing}
    assert columns.get("manifest.json", columns.get("rules.json")) == column


def test_the_first_differences_are_named_and_all_are_counted(copy: Path) -> None:
    rows(lambda frame: frame.with_columns(grade=pl.lit("excellent"), name=pl.lit("村")))(copy / RATINGS)
    repair(copy)
    (part,) = verify(Run.open(copy)).differing
    assert list(part.columns) == ["grade", "name"]
    assert part.columns["name"] == 42
    assert part.count == sum(part.columns.values()) > len(part.first) > 1
    assert {item.column for item in part.first} == {"grade"}
    units = [item.unit for item in part.first]
    assert units == sorted(units, key=str)


def test_numbers_that_only_rounding_parts_are_the_same(copy: Path) -> None:
    finite = pl.col("cross_posting").is_finite()
    nudged = pl.when(finite).then(pl.col("cross_posting") * (1 + 1e-12)).otherwise("cross_posting")
    rows(lambda frame: frame.with_columns(cross_posting=nudged))(copy / MEASURES)
    repair(copy)
    assert verify(Run.open(copy)).holds
    rows(lambda frame: frame.with_columns(pl.col("cross_posting") + 1e-6))(copy / MEASURES)
    repair(copy)
    assert [item.file for item in verify(Run.open(copy)).differing] == [MEASURES]


def test_another_engine_is_a_note(copy: Path) -> None:
    def older(manifest: Any) -> None:  # noqa: ANN401
        manifest["versions"]["wuhao"] = "0.0.9"
        del manifest["versions"]["narwhals"]

    now = Run.open(copy).manifest["versions"]
    data(older)(copy / "manifest.json")
    found = verify(Run.open(copy))
    assert found.holds
    assert found.versions == {"wuhao": ("0.0.9", now["wuhao"]), "narwhals": (None, now["narwhals"])}


# Other readers


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (written("{}"), "run_part_changed"),
        (lambda path: path.unlink(), "run_part_missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "run_part_changed"),
    ],
)
@pytest.mark.parametrize("file", ["rules.json", RATINGS, FACTS, MEASURES, CASES])
def test_whoever_reads_a_damaged_part_is_told(copy: Path, file: str, change: Callable[[Path], None], code: str) -> None:
    change(copy / file)
    result = CliRunner().invoke(main, ["why", str(copy), "V07", "--json"])
    assert result.exit_code == NO_RUN, result.output
    (problem,) = json.loads(result.stdout)["problems"]
    assert (problem["code"], problem["place"]) == (code, str(copy / file))


@pytest.mark.parametrize("content", ["{}", "[]", "1", '{"rulebooks": {}}', '{"year": true}'])
def test_rules_of_another_form_are_told_even_when_the_digests_were_repaired(copy: Path, content: str) -> None:
    (copy / "rules.json").write_text(content)
    repair(copy)
    for arguments in (["why", str(copy), "V07"], ["list", str(copy)]):
        result = CliRunner().invoke(main, [*arguments, "--json"])
        (problem,) = json.loads(result.stdout)["problems"]
        assert (result.exit_code, problem["code"]) == (NO_RUN, "run_part_unreadable")


@pytest.mark.parametrize("key", ["versions", "year", "final", "programmes", "rulebooks", "skipped", "counts", "files"])
@pytest.mark.parametrize("value", [None, "x", [1], {"a": []}])
def test_a_manifest_of_another_form_is_told(copy: Path, key: str, value: object) -> None:
    data(lambda manifest: manifest.update({key: value}))(copy / "manifest.json")
    with pytest.raises(InvalidRunError) as caught:
        Run.open(copy)
    assert [item.code for item in caught.value.diagnostics] == ["run_part_unreadable"]


# The command


def test_the_command_says_what_it_found(copy: Path) -> None:
    for language, words in (("en", "Nothing differs"), ("zh", "没有差异")):
        result = CliRunner().invoke(main, ["verify", str(copy), "--lang", language])
        assert (result.exit_code, result.stderr) == (HOLDS, "")
        assert result.stdout.startswith(words)
    table("V07", "grade", "qualified")(copy / RATINGS)
    repair(copy)
    (copy / "notes.txt").write_text("")
    for language, words in (
        ("en", "  V07 grade: `qualified` in the run, recomputed `excellent`\n"),
        ("zh", "  V07 grade：批次为 `qualified`，重算为 `excellent`\n"),
    ):
        result = CliRunner().invoke(main, ["verify", str(copy), "--lang", language])
        assert (result.exit_code, result.stderr) == (DIFFERS, "")
        assert words in result.stdout
        assert "notes.txt" in result.stdout
    result = CliRunner().invoke(main, ["verify", str(copy), "--json"])
    found = json.loads(result.stdout)
    assert (result.exit_code, found["holds"]) == (DIFFERS, False)
    assert found["faults"] == [{"file": "notes.txt", "fault": "extra"}]


@pytest.mark.parametrize("content", [None, b"{", b'{"format": 99}', b'{"format": 1}'])
def test_what_is_no_run_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_bytes(content)
    result = CliRunner().invoke(main, ["verify", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (NO_RUN, "")
    assert result.stderr.startswith(("error: ", "错误："))


def test_no_damage_ends_in_a_traceback(closed: Path, tmp_path: Path) -> None:
    """Bytes flipped, files cut short, emptied and exchanged; the digests repaired or not."""
    drawn = random.Random(2004)  # noqa: S311
    names = sorted(path.relative_to(closed).as_posix() for path in closed.rglob("*") if path.is_file())
    for attempt in range(20):
        copy = Path(shutil.copytree(closed, tmp_path / "run"))
        for name in drawn.sample(names, k=drawn.choice([1, 1, 2])):
            content = bytearray((copy / name).read_bytes())
            match drawn.choice(["flip", "flip", "flip", "cut", "empty", "exchange"]):
                case "flip":
                    for _ in range(drawn.choice([1, 4, 40])):
                        content[drawn.randrange(len(content))] = drawn.randrange(256)
                case "cut":
                    del content[drawn.randrange(len(content)) :]
                case "empty":
                    content.clear()
                case _:
                    content = bytearray((closed / drawn.choice(names)).read_bytes())
            (copy / name).write_bytes(content)
        changed = [name for name in names if (copy / name).read_bytes() != (closed / name).read_bytes()]
        if attempt % 3 == 0 and "manifest.json" not in changed:
            repair(copy)
        result = CliRunner().invoke(main, ["verify", str(copy), "--lang", "en"])
        assert result.exception is None or isinstance(result.exception, SystemExit), (attempt, changed)
        if changed and changed != ["manifest.json"] and attempt % 3:
            assert result.exit_code in {DIFFERS, NO_RUN}, (attempt, changed)
        shutil.rmtree(copy)
