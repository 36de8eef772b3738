"""Docs that cannot lie: what the pages show is run, loaded or looked up.

A page is read from top to bottom in a folder of its own, with `fixtures/` and `rules/` in it. What stands after the
language of a fenced block says what happens to it:

- `console`: each line that begins with `$ ` is run. The lines below it must be what it prints; a line `…` stands for
  any lines, `…` within a line for any text. A command that fails is followed by `$ echo $?`.
- `yaml mine/village.yaml`: the block is written to that file; `diff mine/village.yaml` changes it.
- `yaml fragment of FILE`: the keys of the block replace those of the file; the result must load.
- `yaml wrong in FILE`: likewise, and must be refused.
- `text values of UNIT in FOLDER`: expressions, two spaces or more, and their value for a unit of FOLDER/facts.

Other blocks are only shown. `python tests/update_docs.py` writes the shown output and values anew.
"""

from __future__ import annotations

import json
import re
import runpy
import shlex
import shutil
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
import polars as pl
import pytest
from click.testing import CliRunner

from cli import main
from engine import rulebook
from engine.archive import Run, write_run
from engine.diagnostic import InvalidRulesError
from engine.expression.syntax import _OPERATORS, AGGREGATES, ARGUMENTS, ExpressionError, parse
from engine.facts import read_facts
from engine.facts.headers import ID, NAME, PARENT
from engine.facts.kinds import RESERVED as RESERVED_TABLES
from engine.facts.tables import OTHER_WORKBOOKS, TABLES
from engine.facts.words import NO, YES
from engine.numbers import write_range
from engine.programme import STANDARD_KINDS, load, tables
from engine.rating import rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("README*.md"), *DOCS.glob("*.md")])
YEAR = 2004
ANY = "…"


# A page and its blocks


@dataclass(frozen=True)
class Block:
    """A fenced block: the words after its fence, the line of the fence, and what stands in it."""

    words: tuple[str, ...]
    line: int
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


def blocks_of(text: str) -> list[Block]:
    found = []
    opened: tuple[str, int] | None = None
    inside: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("```"):
            inside.append(line)
        elif opened is None:
            opened, inside = (line[3:], number), []
        else:
            found.append(Block(tuple(opened[0].split()), opened[1], "".join(f"{shown}\n" for shown in inside)))
            opened = None
    assert opened is None, f"the fence of line {opened} is not closed"
    return found


@dataclass
class Reading:
    """A page that is read: what was wrong with it, and its blocks as they should be."""

    language: str
    problems: list[str] = field(default_factory=list)
    renewed: dict[int, list[str]] = field(default_factory=dict)
    exit_code: int = 0


def read_page(page: Path, folder: Path) -> Reading:
    """Do what the blocks of a page say, in a folder."""
    for name in ("fixtures", "rules"):
        (folder / name).symlink_to(ROOT / name)
    reading = Reading("zh" if page.stem.endswith(".zh") else "en")
    with chdir(folder):
        for block in blocks_of(page.read_text(encoding="utf-8")):
            match block.words:
                case ["console", *_]:
                    _session(block, reading)
                case ["text", "values", "of", unit, "in", name]:
                    _values(block, unit, Path(name), reading)
                case ["yaml", "fragment", "of", file]:
                    _fragment(block, Path(file), reading, wrong=False)
                case ["yaml", "wrong", "in", file]:
                    _fragment(block, Path(file), reading, wrong=True)
                case ["diff", file]:
                    _change(block, Path(file), reading)
                case [_, file]:
                    Path(file).parent.mkdir(parents=True, exist_ok=True)
                    Path(file).write_text(block.text, encoding="utf-8")
    return reading


def _change(block: Block, file: Path, reading: Reading) -> None:
    old = "".join(f"{line[1:]}\n" for line in block.lines if line[:1] in {" ", "-"})
    new = "".join(f"{line[1:]}\n" for line in block.lines if line[:1] in {" ", "+"})
    text = file.read_text(encoding="utf-8")
    if text.count(old) != 1:
        reading.problems.append(f"line {block.line}: {file} has these lines {text.count(old)} times")
    file.write_text(text.replace(old, new), encoding="utf-8")


# Sessions


def _session(block: Block, reading: Reading) -> None:
    renewed: list[str] = []
    steps = re.split(r"(?m)^\$ ", block.text)
    assert not steps[0], f"line {block.line}: a session begins with `$ `"
    for step in steps[1:]:
        command, *shown = step.splitlines()
        try:
            printed = _run(command, reading).splitlines()
        except AssertionError as error:
            reading.problems.append(f"line {block.line}: $ {command}\n{error}")
            continue
        renewed += [f"$ {command}", *refreshed(shown, printed)]
        if shown and not is_shown(shown, printed):
            reading.problems.append(f"line {block.line}: $ {command}\nprints\n" + "\n".join(printed))
    reading.renewed[block.line] = renewed


def _run(command: str, reading: Reading) -> str:
    """What a command prints."""
    match shlex.split(command):
        case ["echo", "$?"]:
            code, reading.exit_code = reading.exit_code, 0
            return str(code)
        case ["cat", file]:
            return Path(file).read_text(encoding="utf-8")
        case ["python", file]:
            printed = StringIO()
            with redirect_stdout(printed):
                runpy.run_path(file)
            return printed.getvalue()
        case ["cp", "-r", source, target]:
            shutil.copytree(source, target)
            return ""
        case ["cp", *sources, target]:
            for source in sources:
                shutil.copy(source, target)
            return ""
        case ["wuhao", *arguments]:
            assert reading.exit_code == 0, f"the command before it failed: $ echo $? → {reading.exit_code}"
            if arguments[0] in main.commands and not {"--lang", "--help"} & {*arguments}:
                arguments += ["--lang", reading.language]
            return _wuhao(arguments, reading)
        case _:
            raise AssertionError("only wuhao, python, cp, cat and echo $? are run")


def _wuhao(arguments: list[str], reading: Reading) -> str:
    """What wuhao prints; several pages rate the example district, so that its run is kept."""
    found = KEPT.get(tuple(arguments))
    if found and found[0].exists():
        shutil.copytree(found[0], arguments[-3])
        return found[1]
    result = CliRunner().invoke(main, arguments, prog_name="wuhao")
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    reading.exit_code = result.exit_code
    if arguments[:2] == ["run", "fixtures/district"] and arguments[-4] == "-o" and not result.exit_code:
        KEPT[tuple(arguments)] = (Path(arguments[-3]).absolute(), result.output)
    return result.output


KEPT: dict[tuple[str, ...], tuple[Path, str]] = {}


def _matches(shown: str, printed: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in shown.rstrip().split(ANY))
    return re.fullmatch(pattern, printed.rstrip()) is not None


def _runs(shown: Sequence[str]) -> list[list[str]]:
    """The lines between those that stand for any lines."""
    runs: list[list[str]] = [[]]
    for line in shown:
        if line == ANY:
            runs.append([])
        else:
            runs[-1].append(line)
    return runs


def is_shown(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether a command prints what is shown."""
    runs, start = _runs(shown), 0

    def stands(run: Sequence[str], at: int) -> bool:
        window = printed[at : at + len(run)]
        return len(window) == len(run) and all(_matches(*pair) for pair in zip(run, window, strict=True))

    for number, run in enumerate(runs):
        last = len(printed) - len(run)
        first, end = (start if number else 0), (last if number + 1 == len(runs) else start)
        places = range(first, last + 1) if 0 < number < len(runs) - 1 else [first if not number else end]
        found = next((at for at in places if at >= start and stands(run, at)), None)
        if found is None or (len(runs) == 1 and len(run) != len(printed)):
            return False
        start = found + len(run)
    return True


def refreshed(shown: Sequence[str], printed: Sequence[str]) -> list[str]:
    """The shown lines as the command prints them now: of each run of lines, the most alike."""
    if not shown or is_shown(shown, printed):
        return list(shown)
    runs, found, start = _runs(shown), list[str](), 0
    for number, run in enumerate(runs):
        last = max(start, len(printed) - len(run))
        if len(runs) == 1:
            found = [line.rstrip() for line in printed]
        elif run:
            fixed = 0 if number == 0 else last if number == len(runs) - 1 else None
            places = range(start, last + 1) if fixed is None else [fixed]
            best = max(places, key=lambda at, run=run: _likeness(run, printed[at : at + len(run)]))
            found += [
                old if _matches(old, new) else new.rstrip()
                for old, new in zip(run, printed[best : best + len(run)], strict=False)
            ]
            start = best + len(run)
        found += [ANY] if number + 1 < len(runs) else []
    return found


def _likeness(run: Sequence[str], window: Sequence[str]) -> float:
    words = [({*old.split()}, {*new.split()}) for old, new in zip(run, window, strict=False)]
    return sum(len(old & new) / max(1, len(old | new)) for old, new in words)


# Rulebooks and values


def _completed(file: Path, keys: str) -> str:
    """A rulebook in which the keys of a fragment replace its own."""
    parts = re.split(r"(?m)^(?=\w+:)", file.read_text(encoding="utf-8"))
    own = {part.partition(":")[0] for part in re.split(r"(?m)^(?=\w+:)", keys)}
    return "".join(part for part in parts if part.partition(":")[0] not in own) + keys


def _with_rulebook(file: Path, text: str) -> Path:
    """A copy of a programme in which one file says something else."""
    copy = Path("changed")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(file.parent, copy)
    (copy / file.name).write_text(text, encoding="utf-8")
    return copy


def _fragment(block: Block, file: Path, reading: Reading, *, wrong: bool) -> None:
    try:
        load([_with_rulebook(file, _completed(file, block.text))])
    except InvalidRulesError as error:
        if not wrong:
            reading.problems.append(f"line {block.line}: {error}")
    else:
        if wrong:
            reading.problems.append(f"line {block.line}: this is not refused")


def _values(block: Block, unit: str, folder: Path, reading: Reading) -> None:
    rows = [re.split(r"\s{2,}", line.strip()) for line in block.lines if line.strip()]
    (programme,) = load([folder / "rules"])
    facts = read_facts(folder / "facts", tables([programme]))
    (kind,) = [kind for kind, table in facts.tables.items() if unit in table["id"]]
    (book,) = [book for book in programme.rulebooks if book.kind == kind]
    file = folder / "rules" / Path(book.file).name
    quoted = [row[0].replace("'", "''") for row in rows]
    measures = "".join(f"  value_{number}: '{text}'\n" for number, text in enumerate(quoted))
    text = file.read_text(encoding="utf-8").replace("measures:\n", f"measures:\n{measures}", 1)
    rating = rate(load([_with_rulebook(file, text)]), facts, year=YEAR).books[book.id]
    found = rating.measures.row(by_predicate=pl.col("id") == unit, named=True)
    types = {item.id: item.type for item in rating.book.measures}
    width = max(len(row[0]) for row in rows)
    renewed = []
    for number, row in enumerate(rows):
        name = f"value_{number}"
        value = _written(found[name], found.get(f"{name}_high"), types[name])
        renewed.append(f"{row[0]:{width}}  {value}")
        if row[1:] != [value]:
            reading.problems.append(f"line {block.line}: `{row[0]}` is {value}, not {row[1:]}")
    reading.renewed[block.line] = renewed


def _written(low: Any, high: Any, type_: Any) -> str:  # noqa: ANN401
    if type_.name == "boolean":
        return {True: "true", False: "false", None: "unknown"}[low]
    high = low if high is None else high
    unit = "date" if type_.name == "date" else type_.unit
    return "anything" if (low, high) == (-inf, inf) else str(write_range(low, high, unit))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_true(page: Path, tmp_path: Path) -> None:
    assert read_page(page, tmp_path).problems == []


def test_shown_output_is_compared() -> None:
    printed = ["a", "b 1", "c", "d"]
    true = [["a", ANY], [ANY, "d"], ["a", ANY, "c", "d"], ["a", "b …", ANY], [ANY, "c", ANY]]
    for shown in (printed, *true):
        assert is_shown(shown, printed)
        assert refreshed(shown, printed) == shown
    for shown in (["a"], ["b 1", ANY], [ANY, "c"], ["a", ANY, "b 2", ANY], ["a", "c", ANY]):
        assert not is_shown(shown, printed)
        assert is_shown(refreshed(shown, printed), printed)
    assert refreshed(["a", ANY, "b 2", ANY], printed) == ["a", ANY, "b 1", ANY]


# Everything that can be written is described


@cache
def section(page: str, title: str) -> str:
    """What stands under a heading that has a text in it, with what is below it."""
    text = re.sub(r"(?ms)^```.*?^```$", "", (DOCS / page).read_text(encoding="utf-8"))
    found = re.search(rf"(?ms)^(#+) [^\n]*{re.escape(title)}[^\n]*\n(.*?)(?=^#{{1,6}} |\Z)", text)
    assert found, f"{page} has no heading with {title}"
    level = len(found[1])
    rest = text[found.start() :]
    whole = re.match(rf"(?ms)^#+ [^\n]*\n.*?(?=^#{{1,{level}}} |\Z)", rest)
    assert whole
    return whole[0]


def described(text: str) -> set[str]:
    """What the first cells of tables, and headings, have in backticks."""
    first = re.findall(r"(?m)^\| *([^|]*(?:\\\|[^|]*)*)\|", text) + re.findall(r"(?m)^#+ (.*)$", text)
    return {code for cell in first for code in re.findall(r"`([^`]+)`", cell)}


MODELS: dict[type[rulebook.Model], str] = {
    rulebook.Rulebook: "rulebook:top",
    rulebook.Cited: "rulebook:cited",
    rulebook.Label: "rulebook:cited",
    rulebook.Fact: "rulebook:facts",
    rulebook.Source: "rulebook:sources",
    rulebook.Parameter: "rulebook:parameters",
    rulebook.Lifecycle: "rulebook:lifecycle",
    rulebook.Events: "rulebook:lifecycle",
    rulebook.Step: "rulebook:lifecycle",
    rulebook.Measure: "rulebook:measures",
    rulebook.Good: "rulebook:goods",
    rulebook.Met: "rulebook:goods",
    rulebook.Criterion: "rulebook:criteria",
    rulebook.FixedPoints: "rulebook:points",
    rulebook.Bands: "rulebook:points",
    rulebook.Linear: "rulebook:points",
    rulebook.Deduction: "rulebook:points",
    rulebook.Loss: "rulebook:points",
    rulebook.Losses: "rulebook:points",
    rulebook.Within: "rulebook:points",
    rulebook.Assessed: "rulebook:points",
    rulebook.Assessor: "rulebook:assessors",
    rulebook.Assessors: "rulebook:assessors",
    rulebook.BonusGroup: "rulebook:score",
    rulebook.Title: "rulebook:titles",
    rulebook.Target: "rulebook:targets",
    rulebook.Score: "rulebook:score",
    rulebook.Policy: "rulebook:policy",
    rulebook.Proposal: "rulebook:policy",
    rulebook.EnteredGrade: "rulebook:policy",
    rulebook.Adjustment: "rulebook:policy",
    rulebook.Settlement: "rulebook:settle",
    rulebook.Selection: "rulebook:select",
    rulebook.Key: "rulebook:select",
    rulebook.Scope: "rulebook:scope",
    rulebook.Rulings: "rulebook:rulings",
    rulebook.Check: "rulebook:checks",
    rulebook.ProgrammeFile: "rulebook:programme",
    rulebook.Years: "rulebook:programme",
    rulebook.Registry: "rulebook:registry",
    rulebook.Document: "rulebook:registry",
    rulebook.Clause: "rulebook:registry",
    rulebook.OverlayFile: "rulebook:overlays",
}
TITLES = {
    "en": {
        "top": "A rulebook",
        "cited": "`label`, `cite`, `open`",
        "facts": "`facts`",
        "sources": "`sources`",
        "parameters": "`parameters`",
        "lifecycle": "`lifecycle`",
        "measures": "`measures`",
        "targets": "`targets`",
        "goods": "`goods`",
        "criteria": "`criteria`",
        "points": "`points`",
        "assessors": "`assessors`",
        "titles": "`titles`",
        "score": "`score`",
        "policy": "`policy`",
        "settle": "`settle`",
        "select": "`select`",
        "scope": "`scope`",
        "rulings": "`rulings`",
        "checks": "`checks`",
        "programme": "`programme.yaml`",
        "registry": "`documents.yaml`",
        "overlays": "Overlays",
    },
    "zh": {"top": "规则书", "cited": "`label`、`cite`、`open`", "overlays": "调整件"},
}
LANGUAGE_PAGES = {"en": "language.md", "zh": "language.zh.md"}
UNSAID = {(rulebook.FixedPoints, "fixed"), (rulebook.Parameter, "values")}
"""Fields that the models add to what is written."""


def language_section(language: str, part: str) -> str:
    title = TITLES[language].get(part) or TITLES["en"][part]
    return section(LANGUAGE_PAGES[language], title)


def test_every_model_has_a_section() -> None:
    models = {
        model
        for model in vars(rulebook).values()
        if isinstance(model, type) and issubclass(model, rulebook.Model) and model is not rulebook.Model
    }
    assert models == set(MODELS)


@pytest.mark.parametrize("language", LANGUAGE_PAGES)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_described(model: type[rulebook.Model], language: str) -> None:
    inherited = set() if model is rulebook.Cited else set(rulebook.Cited.model_fields)
    keys = {
        info.alias or name
        for name, info in model.model_fields.items()
        if (model, name) not in UNSAID and name not in inherited
    }
    assert keys - described(language_section(language, MODELS[model].partition(":")[2])) == set()


def choices_of(annotation: object) -> Iterator[str]:
    """The words that a key takes."""
    for argument in get_args(annotation):
        if isinstance(argument, str):
            yield argument
        else:
            yield from choices_of(argument)


@pytest.mark.parametrize("language", LANGUAGE_PAGES)
def test_every_word_that_a_key_takes_is_named(language: str) -> None:
    for model, part in MODELS.items():
        words = {word for info in model.model_fields.values() for word in choices_of(info.annotation)}
        text = language_section(language, part.partition(":")[2])
        assert {word for word in words if f"`{word}`" not in text} == set(), model


@pytest.mark.parametrize("page", LANGUAGE_PAGES.values())
def test_every_function_and_sign_is_described(page: str) -> None:
    rows = described((DOCS / page).read_text(encoding="utf-8"))
    functions = {code.partition("(")[0] for code in rows if "(" in code}
    assert {*ARGUMENTS, *AGGREGATES, "date"} - functions == set()
    signs = {word for code in rows for word in code.split()}
    assert {*_OPERATORS.values(), "and", "or", "not", "in", "if", "else"} - signs == set()


@pytest.mark.parametrize(("page", "title"), [("language.md", "Signs"), ("language.zh.md", "符号")])
def test_what_to_avoid_is_refused(page: str, title: str) -> None:
    rows = re.findall(r"(?m)^\| `([^`]+)` \| `([^`]+)` \|$", section(page, title).replace("\\|", "｜"))
    assert len(rows) > 10
    for avoid, prefer in rows:
        with pytest.raises(ExpressionError):
            parse(avoid.replace("｜", "|"))
        parse(prefer)


@pytest.mark.parametrize("page", LANGUAGE_PAGES.values())
def test_every_reserved_name_and_standard_word_is_named(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    words = {*rulebook.RESERVED, *rulebook.STANDARD_GRADES, *STANDARD_KINDS}
    assert {word for word in words if f"`{word}`" not in text} == set()


@pytest.mark.parametrize("name", main.commands)
def test_every_option_is_described(name: str) -> None:
    command = main.commands[name]
    rows = described(section("cli.md", f"`wuhao {name}`"))
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert set(parameter.opts) & rows, parameter.opts
        else:
            assert parameter.human_readable_name in " ".join(rows).upper(), parameter


def test_every_command_has_a_section_and_no_other() -> None:
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"(?m)^## `wuhao (\w+)`", text)) == sorted(main.commands)


def test_what_tables_may_look_like_is_named() -> None:
    text = (DOCS / "facts.md").read_text(encoding="utf-8")
    words = {*ID, *NAME, *PARENT, *YES, *NO, *RESERVED_TABLES, *TABLES, *OTHER_WORKBOOKS}
    assert {word for word in words if f"`{word}`" not in text} == set()


# A run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("runs")
    programmes = load([ROOT / "rules" / "pioneer"])
    (folder / "township.csv").write_text("编号,名称,创业型发展型班子\nT1,大岭镇,\n?,无,\n", encoding="utf-8")
    facts = read_facts(folder, tables(programmes), quarantine=True)
    write_run(rate(programmes, facts, year=YEAR), folder / "2004")
    return Run.open(folder / "2004")


def test_the_files_and_columns_of_a_run_are_described(run: Run) -> None:
    rows = described(section("cli.md", "run folder"))
    names = {path.name if path.is_file() else f"{path.name}/" for path in run.folder.iterdir()}
    assert names <= rows
    assert {*run.manifest} <= rows
    assert {*run.cases("six_goods").collect_schema()} <= rows
    book = run.rules["rulebooks"]["six_goods"]
    answers = {item["id"] for good in book["goods"] for item in (good, *good["criteria"])}
    answers |= {f"{name}_applicable" for name in answers} | {title["id"] for title in book["titles"]}
    columns = run.ratings("six_goods").collect_schema().names()
    assert {column for column in columns if column not in answers} <= rows
    facts = {column for column in run.facts("township").collect_schema().names() if column.startswith("_")}
    assert facts <= rows


def keys_of(value: Any) -> set[str]:  # noqa: ANN401
    """Every key of some JSON, but for languages."""
    if isinstance(value, dict):
        return {*value, *(key for part in value.values() for key in keys_of(part))} - {"zh", "en"}
    return {key for part in value for key in keys_of(part)} if isinstance(value, list) else set()


@pytest.mark.parametrize(
    ("command", "arguments"), [("run", []), ("why", ["T1"]), ("list", [])], ids=["run", "why", "list"]
)
def test_the_keys_of_json_are_described(command: str, arguments: list[str], run: Run, tmp_path: Path) -> None:
    if command == "run":
        (tmp_path / "township.csv").write_text("编号,名称,创业型发展型班子\nT1,大岭镇,\n", encoding="utf-8")
        rules = str(ROOT / "rules" / "pioneer")
        arguments = [str(tmp_path), "--rules", rules, "--year", str(YEAR), "-o", str(tmp_path / "run")]
    else:
        arguments = [str(run.folder), *arguments]
    result = CliRunner().invoke(main, [command, *arguments, "--json"])
    assert result.exit_code == 0
    shown = {"rows", "widths"}  # how the screen is laid out
    text = section("cli.md", f"`wuhao {command}`")
    assert {key for key in keys_of(json.loads(result.stdout)) - shown if f"`{key}`" not in text} == set()


# Links and names


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@cache
def anchors(page: Path) -> frozenset[str]:
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))
    return frozenset(slug(heading) for heading in re.findall(r"(?m)^#+ (.*)$", text))


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^):]+)\)", text):  # with a colon it is a page of somebody else
        file, _, anchor = target.partition("#")
        found = (page.parent / file).resolve() if file else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


def test_pages_that_the_project_names_exist() -> None:
    sources = [*(ROOT / "engine").rglob("*.py"), *(ROOT / "rules").rglob("*.yaml"), ROOT / "cli.py", ROOT / "Makefile"]
    named = {name for file in sources for name in re.findall(r"docs/[\w.]+\.md", file.read_text(encoding="utf-8"))}
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_every_module_is_in_the_architecture() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    parts = {path.name for path in (ROOT / "engine").iterdir() if not path.name.startswith("__")}
    assert {part for part in parts if f"`engine/{part}" not in text} == set()


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_make_targets_exist(page: Path) -> None:
    targets = re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    named = re.findall(r"(?m)(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"))
    assert set(named) <= set(targets)


@pytest.mark.parametrize("page", ["programmes.md", "programmes.zh.md"])
def test_the_tables_of_the_programmes_are_listed(page: str) -> None:
    for programme in load():
        listed = set(re.findall(r"^\| `(\w+)`", section(page, f"`{programme.id}`"), re.MULTILINE))
        assert {book.kind for book in programme.rulebooks} <= listed, programme.id
