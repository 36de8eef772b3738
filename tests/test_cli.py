"""The command line: exit codes, where output and errors go, JSON, languages, and input that means harm."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from cli import main
from engine.archive import Run

if TYPE_CHECKING:
    from click.testing import Result

ROOT = Path(__file__).resolve().parents[1]
DISTRICT = str(ROOT / "fixtures" / "district")
DONE, USAGE, INVALID_RULES, INVALID_FACTS = 0, 2, 3, 4
BOOK = """\
rulebook: small
kind: village
label: {zh: 小规则, en: Small}
facts:
  votes: {type: count, required: true, label: {zh: 票数, en: Votes}}
  helped: {type: count, at_close: refuse, max: votes, label: {zh: 帮扶数, en: Helped}}
goods:
  deeds:
    label: {zh: 好, en: Deeds}
    criteria:
      enough: {label: {zh: 够, en: Enough}, require: helped >= 3, points: 5}
grades: [excellent, unqualified]
policy:
  propose:
    - {id: by_score, when: score >= 5, grade: excellent}
    - {id: otherwise, grade: unqualified}
"""


def call(*arguments: object, environment: dict[str, str] | None = None) -> Result:
    """A command in this process, in English unless the environment says otherwise."""
    environment = {"LC_ALL": "C", "LC_MESSAGES": "", "LANG": ""} | (environment or {})
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def parsed(text: str) -> Any:  # noqa: ANN401
    """JSON as any program reads it: without NaN and Infinity."""
    return json.loads(text, parse_constant=pytest.fail)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A small programme."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "programme.yaml").write_text("programme: p\nlabel: {zh: 方案}\nkinds: {village: }\n", encoding="utf-8")
    (folder / "village.yaml").write_text(BOOK, encoding="utf-8")
    return folder


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    folder.mkdir()
    (folder / "village.csv").write_text("id,name,votes,helped\nV1,甲,5,3\nV2,乙,5,\n", encoding="utf-8")
    return folder


# Exit codes, and where errors go


def test_done(rules: Path, facts: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    for arguments in (
        ["run", facts, "--rules", rules, "--year", 2004, "-o", run],
        ["why", run, "V1"],
        ["list", run],
        ["sample", rules, "-o", tmp_path / "made"],
        ["--help"],
        ["-h"],
        ["run", "--help"],
        ["--version"],
    ):
        result = call(*arguments)
        assert (result.exit_code, result.stderr) == (DONE, ""), arguments
        assert result.stdout


USAGES: dict[str, tuple[str, str]] = {
    "no command that is known": ("rune", "No such command 'rune'"),
    "no option that is known": ("run FACTS --year 2004 -o NEW --yaer 1", "--yaer"),
    "no year": ("run FACTS -o NEW", "--year"),
    "no year that is a number": ("run FACTS --year today -o NEW", "today"),
    "no output": ("run FACTS --year 2004", "--output"),
    "a run that exists": ("run FACTS --rules RULES --year 2004 -o FACTS", "this folder exists"),
    "a name that is too long": ("run FACTS --rules RULES --year 2004 -o LONG", "cannot be written: File name too long"),
    "below a file": ("run FACTS --rules RULES --year 2004 -o FACTS/village.csv/run", "cannot be written"),
    "no run": ("why FACTS V1", "is no run"),
    "no run to list": ("list NEW", "is no run"),
    "no unit": ("why RUN V9", "no unit is called `V9`"),
    "no grade": ("list RUN --grade fine", "no grade is called `fine`"),
    "no rule": ("list RUN --rule fine", "no policy rule is called `fine`"),
    "no criterion": ("list RUN --criterion fine=true", "no criterion, good or title is called `fine`"),
    "no answer": ("list RUN --criterion enough", "`enough` does not say which answer"),
    "no parent": ("list RUN --parent fine", "no unit is called `fine`"),
    "nearer than near": ("list RUN --near -1", "-1"),
    "no language": ("list RUN --lang fr", "fr"),
    "more gaps than cells": ("sample RULES -o NEW --gaps 1.5", "1.5"),
    "no villages": ("sample RULES -o NEW --villages 0", "0"),
    "too many villages": ("sample RULES -o NEW --villages 99999999999999999999", "99999999999999999999"),
    "no folder to write to": ("sample RULES -o FACTS/village.csv", "cannot be written"),
}


@pytest.mark.parametrize("name", USAGES)
def test_a_wrong_use_ends_with_2(rules: Path, facts: Path, tmp_path: Path, name: str) -> None:
    words, said = USAGES[name]
    run = tmp_path / "run"
    assert call("run", facts, "--rules", rules, "--year", 2004, "-o", run).exit_code == DONE
    before = sorted(tmp_path.rglob("*"))
    named = {"FACTS": facts, "RULES": rules, "RUN": run, "NEW": tmp_path / "new", "LONG": tmp_path / ("x" * 300)}
    arguments = [re.sub("[A-Z]{3,}", lambda found: str(named[found[0]]), word) for word in words.split()]
    result = call(*arguments)
    assert (result.exit_code, result.stdout) == (USAGE, "")
    assert said in result.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_broken_rules_end_with_3_and_no_run(rules: Path, facts: Path, tmp_path: Path) -> None:
    (rules / "village.yaml").write_text(BOOK.replace("helped >= 3", "helpd >= 3"), encoding="utf-8")
    (rules / "second.yaml").write_text("rulebook: [", encoding="utf-8")
    result = call("run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "run")
    assert (result.exit_code, result.stdout) == (INVALID_RULES, "")
    assert "error: rules/village.yaml:11:" in result.stderr
    assert "`helpd`" in result.stderr
    assert "did you mean `helped`?" in result.stderr
    assert "error: rules/second.yaml:1" in result.stderr  # all at once
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts", "rules"]
    assert call("sample", rules, "-o", tmp_path / "made").exit_code == INVALID_RULES
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--rules", "nowhere", "holds no programme"),
        ("--rules", DISTRICT, "holds no programme"),
        ("--year", "2003", "2004"),
    ],
)
def test_rules_that_do_not_fit_end_with_3(tmp_path: Path, option: str, value: str, said: str) -> None:
    result = call("run", DISTRICT, "--year", 2004, "-o", tmp_path / "run", option, value)
    assert (result.exit_code, result.stdout) == (INVALID_RULES, "")
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_broken_facts_end_with_4_and_no_run(rules: Path, facts: Path, tmp_path: Path) -> None:
    (facts / "village.csv").write_text("id,name,votes,helped\nV1,甲,五,3\nV1,乙,,\nV3,丙,3,5\n", encoding="utf-8")
    result = call("run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "run")
    assert (result.exit_code, result.stdout) == (INVALID_FACTS, "")
    places = re.findall("error: (village.csv:[0-9]+:[A-Z])", result.stderr)
    assert set(places) == {"village.csv:2:C", "village.csv:3:A", "village.csv:3:C", "village.csv:4:D"}
    assert "`五`" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts", "rules"]


@pytest.mark.parametrize("name", ["nowhere", "rules", "rules/village.yaml", "x" * 300])
def test_facts_that_are_none_end_with_4(rules: Path, tmp_path: Path, name: str) -> None:
    result = call("run", tmp_path / name, "--rules", rules, "--year", 2004, "-o", tmp_path / "run")
    assert (result.exit_code, result.stdout) == (INVALID_FACTS, "")
    assert result.stderr.startswith(("error: ", "note: "))
    assert [path.name for path in tmp_path.iterdir()] == ["rules"]


def test_a_gap_that_must_be_closed_ends_a_final_run_with_4(rules: Path, facts: Path, tmp_path: Path) -> None:
    arguments = ["run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "run"]
    result = call(*arguments, "--final")
    assert (result.exit_code, result.stdout) == (INVALID_FACTS, "")
    assert "V2" in result.stderr
    assert not (tmp_path / "run").exists()
    assert call(*arguments).exit_code == DONE


# JSON


EXPLANATION = {
    *("kind", "kind_label", "id", "name", "parent", "row", "year", "final", "rulebook", "label", "grade"),
    *("grade_low", "grade_high", "proposed_low", "proposed_high", "points", "points_max", "truncated", "titles"),
    *("rules", "goods", "gaps", "next_grade", "findings"),
}


def test_run_prints_json(tmp_path: Path) -> None:
    result = call("run", DISTRICT, "--year", 2004, "-o", tmp_path / "run", "--json")
    assert (result.exit_code, result.stderr) == (DONE, "")
    said = parsed(result.stdout)
    assert said.keys() >= {"year", "final", "folder", "workbook", "rejected", "books", "counts", "skipped", "findings"}
    assert (said["year"], said["final"], said["rejected"]) == (2004, False, None)
    assert all(item.keys() >= {"kind", "label", "programme"} for item in said["skipped"])
    assert "upgrade" in {item["programme"] for item in said["skipped"]}
    assert said["folder"] == str(tmp_path / "run")
    assert Path(said["workbook"]).exists()
    assert [(item["kind"]["en"], item["read"], item["rejected"], item["rated"]) for item in said["counts"]] == [
        ("County", 1, 0, 1),
        ("Township", 5, 0, 5),
        ("Village", 42, 0, 42),
        ("Member", 2800, 0, 2800),
        ("Village cadre", 292, 0, 292),
        ("Candidate", 106, 0, 106),
        ("Dispatching unit", 24, 0, 24),
    ]
    for book in said["books"]:
        assert book.keys() >= {"rulebook", "label", "counts"}
        (units, *grades) = [number for _, number in book["counts"]]
        assert sum(grades[:5]) == (units if grades else 0)  # registers give no grades
    assert sum(len(book["counts"]) > 1 for book in said["books"]) == 4
    assert len(said["findings"]) == 12
    assert all(item.keys() == {"check", "says", "count", "units", "severity"} for item in said["findings"])


def test_why_prints_json(district_run: Run) -> None:
    for unit, kind in (("V01", "village"), ("T5", "township"), ("D03", "department")):
        result = call("why", district_run.folder, unit, "--json")
        assert (result.exit_code, result.stderr) == (DONE, "")
        said, *registers = parsed(result.stdout)
        assert said["grade_low"] is not None
        assert len(registers) == (kind != "department")
        assert all(register["id"] == unit and register["grade"] is None for register in registers)
        assert said.keys() >= EXPLANATION
        assert (said["kind"], said["id"]) == (kind, unit)
        for rule in said["rules"]:
            assert rule.keys() >= {"id", "stage", "certain", "conditions", "sources", "grade", "changes", "withholds"}
        for good in said["goods"]:
            for criterion in good["criteria"]:
                assert criterion.keys() >= {
                    "status",
                    "points",
                    "most",
                    "tests",
                    "applies",
                    "table",
                    "sources",
                    "clauses",
                }
                for test in criterion["tests"]:
                    assert test.keys() >= {"written", "operator", "against", "holds", "shortfall", "because", "since"}
                for source in criterion["sources"]:
                    assert source.keys() >= {"fact", "label", "value", "cell", "answer"}


def test_list_prints_json(district_run: Run) -> None:
    result = call("list", district_run.folder, "--pending", "--json")
    assert (result.exit_code, result.stderr) == (DONE, "")
    said = parsed(result.stdout)
    pending = {book["rulebook"]: len(book["units"]) for book in said if book["rated"]}
    assert pending == {"five_goods": 3, "six_goods": 1, "district": 0, "department": 4}
    assert not any(book["units"] for book in said if not book["rated"])
    for book in said:
        for unit in book["units"]:
            assert unit.keys() >= {
                "id",
                "name",
                "parent",
                "grade",
                "grade_low_label",
                "points_low",
                "rules",
                "rule_labels",
            }
            assert unit["grade"] is unit["grade_label"] is None
    assert parsed(call("list", district_run.folder, "--parent", "M0001", "--json").stdout) == [
        {**book, "units": []} for book in parsed(call("list", district_run.folder, "--json").stdout)
    ]


def test_sample_prints_json(rules: Path, tmp_path: Path) -> None:
    result = call("sample", rules, "--villages", 3, "-o", tmp_path / "made", "--json")
    assert (result.exit_code, result.stderr) == (DONE, "")
    said = parsed(result.stdout)
    assert (said["files"], said["folder"]) == ([str(tmp_path / "made" / "village.csv")], str(tmp_path / "made"))
    assert Path(said["files"][0]).exists()


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        ("run nowhere --year 2004 -o NEW", INVALID_FACTS, "file_cannot_open"),
        ("run DISTRICT --year 2003 -o NEW", INVALID_RULES, "year_outside"),
        ("run DISTRICT --year 2004 -o NEW --rules nowhere", INVALID_RULES, "no_programme"),
        ("why nowhere V01", USAGE, "not_a_run"),
        ("list nowhere", USAGE, "not_a_run"),
        ("sample nowhere -o NEW", INVALID_RULES, "no_programme"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_problems_are_json_when_json_is_asked_for(
    tmp_path: Path, words: str, code: int, problem: str, language: str
) -> None:
    named = {"NEW": str(tmp_path / "new"), "DISTRICT": DISTRICT}
    result = call(*(named.get(word, word) for word in words.split()), "--json", "--lang", language)
    assert (result.exit_code, result.stderr) == (code, "")
    said = parsed(result.stdout)
    assert said.keys() == {"problems"}
    for item in said["problems"]:
        assert item.keys() == {"code", "place", "message", "help", "severity"}
        assert (item["code"], item["severity"]) == (problem, "error")
        assert bool(re.search("[一-龥]", item["message"])) is (language == "zh")
    assert list(tmp_path.iterdir()) == []


# Language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN.GB18030", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_TW"}, "zh"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "de_DE"}, "en"),
    ],
)
def test_the_language_is_that_of_the_machine(district_run: Run, environment: dict[str, str], language: str) -> None:
    first = {"zh": "“五个好”村党组织", "en": "Five Goods village party organization"}
    result = call("list", district_run.folder, "--parent", "T1", environment=environment)
    assert result.stdout.startswith(first[language])
    for other, text in first.items():
        asked = call("list", district_run.folder, "--parent", "T1", "--lang", other, environment=environment)
        assert asked.stdout.startswith(text)
        refused = call("why", district_run.folder, "V99", "--lang", other, environment=environment)
        assert ("没有叫" in refused.stderr) is (other == "zh")


# Quarantine


def test_what_is_rated_and_refused_adds_up_to_what_was_read(rules: Path, facts: Path, tmp_path: Path) -> None:
    lines = [f"V{number:03},村{number},{('x' if number % 7 == 0 else 9)},{number % 12}" for number in range(100)]
    (facts / "village.csv").write_text("\n".join(["id,name,votes,helped", *lines]), encoding="utf-8")
    refused = [number for number in range(100) if number % 7 == 0 or number % 12 > 9]
    arguments = ["run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "run"]
    assert call(*arguments).exit_code == INVALID_FACTS
    result = call(*arguments, "--quarantine", "--json")
    assert result.exit_code == DONE
    said = parsed(result.stdout)
    (counts,) = said["counts"]
    assert (counts["read"], counts["rejected"], counts["rated"]) == (100, len(refused), 100 - len(refused))
    run = Run.open(tmp_path / "run")
    assert run.manifest["counts"]["village"] == {"read": 100, "rejected": len(refused), "rated": 100 - len(refused)}
    assert run.ratings("small").collect().height == 100 - len(refused)
    assert [item["id"] for item in run.rejections] == [f"V{number:03}" for number in refused]
    assert said["rejected"] == str(tmp_path / "run" / "rejected.xlsx")
    with CalamineWorkbook.from_path(said["rejected"]) as book:
        rows = book.get_sheet_by_index(0).to_python()
    assert {row[1] for row in rows[1:]} == {f"V{number:03}" for number in refused}
    text = call("run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "again", "--quarantine").stdout
    assert f"100 read, {100 - len(refused)} rated, {len(refused)} refused" in text
    assert str(tmp_path / "again" / "rejected.xlsx") in text


def test_quarantine_does_not_help_a_table_that_cannot_be_read(rules: Path, facts: Path, tmp_path: Path) -> None:
    (facts / "village.csv").write_bytes(b"\0\1\2")
    result = call("run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "run", "--quarantine")
    assert (result.exit_code, result.stdout) == (INVALID_FACTS, "")
    assert not (tmp_path / "run").exists()


# What the messages of a run say is so


def test_the_summary_names_a_unit_that_can_be_explained(rules: Path, facts: Path, tmp_path: Path) -> None:
    said = call("run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "run").stdout
    commands = re.findall(r"^  wuhao (why|list) (\S+) (\S+)", said, re.MULTILINE)
    assert [command for command, *_ in commands] == ["why", "list"]
    for words in commands:
        assert call(*words).exit_code == DONE


def test_warnings_go_to_the_error_output(rules: Path, facts: Path, tmp_path: Path) -> None:
    (facts / "README.md").write_text("about these facts")
    result = call("run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "run")
    assert result.exit_code == DONE
    assert "note: README.md" in result.stderr
    assert "README" not in result.stdout
    result = call("run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "again", "--json")
    assert result.stderr == ""
    assert [item["place"] for item in parsed(result.stdout)["warnings"]] == ["README.md"]


def test_a_run_can_be_rated_again_by_its_own_rules(district_run: Run, tmp_path: Path) -> None:
    folder = district_run.folder
    result = call(
        "run", folder / "facts" / "originals", "--rules", folder / "rules", "--year", 2004, "-o", tmp_path / "run"
    )
    assert result.exit_code == DONE
    again = Run.open(tmp_path / "run")
    for rulebook in district_run.manifest["rulebooks"]:
        assert again.ratings(rulebook).collect().equals(district_run.ratings(rulebook).collect())


def test_a_damaged_run_is_told(rules: Path, facts: Path, tmp_path: Path) -> None:
    call("run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "run")
    whole = {path: path.read_bytes() for path in (tmp_path / "run").rglob("*") if path.is_file()}
    needed = 0
    for path, content in whole.items():
        for damage in (None, b"", content[: len(content) // 2], b"[" * 100_000):
            path.unlink()
            if damage is not None:
                path.write_bytes(damage)
            for result in (call("why", tmp_path / "run", "V1"), call("list", tmp_path / "run")):
                if result.exit_code != DONE:
                    assert (result.exit_code, result.stdout) == (USAGE, "")
                    assert result.stderr.startswith("error: ")
                    needed += 1
            path.write_bytes(content)
    assert needed > 25
    assert call("why", tmp_path / "run", "V1").exit_code == DONE


# As a process


def process(*arguments: object, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "cli", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
        check=False,
    )


def test_every_process_writes_the_same_run(district_run: Run, tmp_path: Path) -> None:
    """From another folder, with another order of sets, on a console that knows no Chinese."""
    environment = {"PYTHONHASHSEED": "4711", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252:strict"}
    arguments = ["run", DISTRICT, "--year", 2004, "-o", "here/run", "--lang", "zh"]
    ended = process(*arguments, folder=tmp_path, **environment)
    assert (ended.returncode, ended.stderr) == (DONE, "")
    assert "here/run/ratings.xlsx" in ended.stdout
    assert re.search(r"V01 +\?{8}", ended.stdout)
    made = {path.relative_to(tmp_path / "here" / "run"): path for path in (tmp_path / "here" / "run").rglob("*")}
    first = {path.relative_to(district_run.folder): path for path in district_run.folder.rglob("*")}
    assert made.keys() == first.keys()
    differing = [
        str(name) for name, path in made.items() if path.is_file() and path.read_bytes() != first[name].read_bytes()
    ]
    assert differing == ["manifest.json"]
    manifests = [json.loads(found[Path("manifest.json")].read_text()) for found in (made, first)]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", manifests[0].pop("written"))
    manifests[1].pop("written")
    assert manifests[0] == manifests[1]


def test_errors_leave_a_process_with_their_code(tmp_path: Path) -> None:
    ended = process("run", "nowhere", "--year", 2004, "-o", "run", folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (INVALID_FACTS, "")
    assert ended.stderr.startswith("error: nowhere: ")
    assert list(tmp_path.iterdir()) == []


def test_why_imports_no_more_than_it_needs(district_run: Run) -> None:
    script = f"""
import sys
from cli import main
main(["why", {str(district_run.folder)!r}, "V01"], standalone_mode=False)
loaded = {{name.partition(".")[0] for name in sys.modules}}
print(*sorted(loaded), file=sys.stderr)
"""
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert "V01" in ended.stdout
    loaded = set(ended.stderr.split())
    assert {"click", "jinja2", "polars"} <= loaded
    assert not loaded & {"pydantic", "yaml", "narwhals", "durable", "rich", "xlsxwriter", "python_calamine"}


def test_a_terminal_gets_colour_and_progress(rules: Path, facts: Path, tmp_path: Path) -> None:
    def on_a_terminal(*arguments: object) -> str:
        master, slave = pty.openpty()
        ended = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "cli", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"},
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)
        shown = b""
        try:
            while part := os.read(master, 4096):
                shown += part
        except OSError:  # the other side was closed
            pass
        os.close(master)
        assert ended.wait(60) == DONE
        return shown.decode()

    shown = on_a_terminal("run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "run", "--lang", "en")
    assert re.search("Reading the rules|Reading the facts|Rating|Writing the run", shown.partition("Summary")[0])
    assert "\x1b[1m" in shown
    assert "\x1b[" not in call("list", tmp_path / "run").stdout


# Input that means harm


HARM = """
import io, json, random, resource, sys, time, zipfile
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
from click.testing import CliRunner
from cli import main
from tests.memory import peak

folder = Path(sys.argv[1])
noise = random.Random(2004).randbytes(1 << 20)
BOOK = Path(sys.argv[2]).read_text(encoding="utf-8")
PROGRAMME = "programme: p\\nlabel: {zh: p}\\nkinds: {village: }\\n"
CSV = "id,name,votes,helped\\nV1,x,5,3\\n"

def bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook><sheets><sheet name='village' sheetId='1'/></sheets></workbook>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(400):
                part.write(b" " * (1 << 20))
    return buffer.getvalue()

def requires(expression):
    return BOOK.replace("helped >= 3", expression)

aliases = "a0: &a0 [x,x,x,x,x,x,x,x,x]\\n" + "".join(
    f"a{n}: &a{n} [" + ",".join([f"*a{n - 1}"] * 9) + "]\\n" for n in range(1, 12)
)
FACTS = {
    "random bytes as csv": {"village.csv": noise},
    "random bytes as xlsx": {"village.xlsx": noise},
    "random bytes as parquet": {"village.parquet": noise},
    "random bytes after the magic of a workbook": {"village.xlsx": b"PK\\x03\\x04" + noise},
    "random bytes after the magic of parquet": {"village.parquet": b"PAR1" + noise + b"PAR1"},
    "ten megabytes in a cell": {"village.csv": b"id,name,votes\\nV1," + b"x" * (10 << 20) + b",1\\n"},
    "a zip bomb": {"village.xlsx": bomb()},
    "a hundred thousand brackets": {"village.csv": b"[" * 100_000},
    "a hundred thousand columns": {"village.csv": b"id" + b",a" * 100_000},
    "control characters": {"village.csv": b"id,na\\x1bme\\x07\\nV1,x\\n"},
    "nothing": {"village.csv": b""},
}
RULES = {
    "random bytes as yaml": {"village.yaml": noise},
    "random bytes as a programme": {"programme.yaml": noise},
    "random bytes as documents": {"documents.yaml": noise},
    "a hundred thousand brackets in yaml": {"village.yaml": b"[" * 100_000},
    "a hundred thousand braces in yaml": {"programme.yaml": b"{a: " * 100_000},
    "a hundred thousand dashes": {"village.yaml": b"- " * 100_000},
    "a yaml bomb": {"village.yaml": aliases.encode()},
    "twenty thousand minus signs": {"village.yaml": requires("-" * 20_000 + "helped >= 3").encode()},
    "nine hundred minus signs": {"village.yaml": requires("-" * 900 + "helped >= 3").encode()},
    "a hundred thousand brackets in an expression": {"village.yaml": requires('"' + "(" * 100_000 + '"').encode()},
    "four hundred brackets in an expression": {"village.yaml": requires("(" * 400 + "helped" + ")" * 400).encode()},
    "a number of a thousand digits": {"village.yaml": requires("helped >= " + "9" * 900).encode()},
    "a large power of a large power": {"village.yaml": requires("helped >= 9**9**9**9").encode()},
    "a call": {"village.yaml": requires("__import__('os').system('true')").encode()},
    "ten megabytes of yaml": {"village.yaml": b"rulebook: " + b"x" * (10 << 20)},
    "a date that is none": {"village.yaml": requires('"votes >= date(\\'9999-99-99\\')"').encode()},
}
for number, (kind, name, files) in enumerate(
    [*(("facts", *item) for item in FACTS.items()), *(("rules", *item) for item in RULES.items())]
):
    place = folder / str(number)
    (place / "rules").mkdir(parents=True)
    (place / "facts").mkdir()
    (place / "rules" / "programme.yaml").write_text(PROGRAMME)
    (place / "rules" / "village.yaml").write_text(BOOK)
    if kind == "rules":
        (place / "facts" / "village.csv").write_text(CSV)
    for path, content in files.items():
        (place / kind / path).write_bytes(content)
    arguments = ["run", str(place / "facts"), "--rules", str(place / "rules"), "--year", "2004", "-o", str(place / "run")]
    start = time.perf_counter()
    result = CliRunner().invoke(main, [*arguments, "--lang", "en"])
    seconds = time.perf_counter() - start
    left = sorted(path.name for path in place.iterdir())
    crash = None if isinstance(result.exception, SystemExit) else repr(result.exception)[:300]
    report = {"name": name, "kind": kind, "code": result.exit_code, "out": result.stdout, "said": result.stderr[:3000]}
    print(json.dumps({**report, "crash": crash, "seconds": seconds, "left": left}), flush=True)
print(json.dumps({"name": "memory", "peak": peak()}), flush=True)
"""
HARMFUL = re.findall(r'^    "(.+)": \{"', HARM, re.MULTILINE)


@pytest.fixture(scope="module")
def harm(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What became of each harmful input; all in one process, whose memory is limited and measured."""
    folder = tmp_path_factory.mktemp("harm")
    (folder / "book.yaml").write_text(BOOK, encoding="utf-8")
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", HARM, str(folder), str(folder / "book.yaml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    found = {item["name"]: item for item in map(json.loads, ended.stdout.splitlines())}
    assert (ended.returncode, ended.stderr[-2000:]) == (0, ""), list(found)[-1:]
    return found


@pytest.mark.parametrize("name", HARMFUL)
def test_harmful_input_ends_in_a_message(harm: dict[str, dict[str, Any]], name: str) -> None:
    found = harm[name]
    assert found["crash"] is None
    assert found["code"] == (INVALID_FACTS if found["kind"] == "facts" else INVALID_RULES)
    assert re.match("(?:note|error): ", found["said"])
    assert re.search(r"(?m)^error: (village|rules/\w+)\.(csv|xlsx|parquet|yaml)", found["said"])
    assert "Traceback" not in found["said"]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", found["said"])
    assert max(map(len, found["said"].splitlines())) < 1000
    assert found["out"] == ""
    assert found["left"] == ["facts", "rules"]
    assert found["seconds"] < 10


def test_harmful_input_takes_little_memory(harm: dict[str, dict[str, Any]]) -> None:
    assert len(harm) == len(HARMFUL) + 1 > 25
    assert harm["memory"]["peak"] < 1 << 30
