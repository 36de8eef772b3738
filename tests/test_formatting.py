"""What `wuhao format` makes of rules, by example, and on the command line."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cli import main
from engine import rulebook
from engine.diagnostic import InvalidRulesError
from engine.formatting import format_text
from engine.formatting.order import order
from engine.programme.files import models_in
from engine.rule_files import MODELS
from engine.testing.said import Expect

if TYPE_CHECKING:
    from click.testing import Result
    from pydantic import BaseModel

ROOT = Path(__file__).resolve().parents[1]
DONE, NO, USAGE, INVALID_RULES = 0, 1, 2, 3
UGLY = 'label:   "方案"   \nprogramme: p # 说明\nkinds: { village: }\n'
NEAT = "programme: p  # 说明\nlabel: 方案\nkinds: {village: }\n"


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [*map(str, arguments), "--lang", "en"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


# What it does to a text

CASES = {
    "the order of keys, comments with them": (
        """
        # the file

        # what it rates
        kind: village
        rulebook: r  # its name
        facts:
          # how many
          members: {label: {en: Members, zh: 人数}, min: 1, type: count}
        """,
        """
        # the file

        rulebook: r  # its name
        # what it rates
        kind: village
        facts:
          # how many
          members: {type: count, min: 1, label: {zh: 人数, en: Members}}
        """,
    ),
    "names keep their order": (
        """
        rulebook: r
        grades: [qualified, excellent]
        facts: {b: {type: text, label: b}, a: {type: text, label: a}}
        """,
        """
        rulebook: r
        facts: {b: {type: text, label: b}, a: {type: text, label: a}}
        grades: [qualified, excellent]
        """,
    ),
    "a value before a label in one line, the label first on lines of its own": (
        """
        rulebook: r
        parameters:
          a: {label: 甲, 2006: 75%, 2004: 60%}
          b:
            2004: 60%
            label: 乙
        measures:
          c: {label: 丙, value: a + b}
        """,
        """
        rulebook: r
        parameters:
          a: {2004: 60%, 2006: 75%, label: 甲}
          b:
            label: 乙
            2004: 60%
        measures:
          c: {value: a + b, label: 丙}
        """,
    ),
    "an unknown key comes last": (
        "rulebook: r\nmadeup: 1\nkind: village\n",
        "rulebook: r\nkind: village\nmadeup: 1\n",
    ),
    "quotes only where they are needed": (
        """
        rulebook: "r"
        kind: 'village'
        label: {zh: '“五个好”村', en: 'Five Goods'}
        parameters:
          name: {2004: '"甲类"'}
          year: {2004: "2004"}
          many: {2004: "a b"}
        """,
        """
        rulebook: r
        kind: village
        label: {zh: “五个好”村, en: Five Goods}
        parameters:
          name: {2004: '"甲类"'}
          year: {2004: "2004"}
          many: {2004: a b}
        """,
    ),
    "an expression with a comma stands on a line of its own": (
        """
        rulebook: r
        measures:
          most: {value: "max(a, b)", label: {zh: 最多, en: Most}}
          least: {value: min, label: {zh: 最少, en: "Least: the smaller"}}
        """,
        """
        rulebook: r
        measures:
          most:
            label: {zh: 最多, en: Most}
            value: "max(a, b)"
          least:
            label:
              zh: 最少
              en: "Least: the smaller"
            value: min
        """,
    ),
    "what is too long for a line": (
        f"""
        rulebook: r
        facts:
          members: {{type: count, label: {{zh: {"很" * 60}, en: {"very " * 4}long}}}}
        measures:
          sum: {"income + " * 14}1
        """,
        f"""
        rulebook: r
        facts:
          members:
            type: count
            label: {{zh: {"很" * 60}, en: {"very " * 4}long}}
        measures:
          sum: >-
            {"income + " * 12}income +
            income + 1
        """,
    ),
    "what an author broke into lines stays broken": (
        """
        rulebook: r
        measures:
            sum: >-
                a
                + b
        """,
        """
        rulebook: r
        measures:
          sum: >-
            a
            + b
        """,
    ),
    "a mapping over several lines goes on one, unless it has comments": (
        """
        rulebook: r
        facts:
          a: {
            type: count,
            label: 甲
          }
          b: {type: count, # 整数
            label: 乙}
        """,
        """
        rulebook: r
        facts:
          a: {type: count, label: 甲}
          b:
            type: count  # 整数
            label: 乙
        """,
    ),
    "blank lines and indentation": (
        """


        rulebook: r
        policy:


            propose:
            - id: a
              grade: good

              # the last
            -   {grade: bad,id: b}

            # below
        """,
        """
        rulebook: r
        policy:

          propose:
            - id: a
              grade: good

              # the last
            - {id: b, grade: bad}

            # below
        """,
    ),
    "the line for editors stays on top": (
        """
        # yaml-language-server: $schema=../schema.json
        # the kind
        kind: village
        rulebook: r
        """,
        """
        # yaml-language-server: $schema=../schema.json
        rulebook: r
        # the kind
        kind: village
        """,
    ),
    "rule tests": (
        """
        year: 2004
        rulebook: r
        cases:
        - expect: {score: 100, grade: excellent}
          name: 都做到
        - name: 表
          table:
            facts: [members, task]
            expect: [grade, points.task]
            rows:
            - [9, 完成, 合格, 4.5]
            - [100,   未完成, 优秀, 10]
        """,
        """
        rulebook: r
        year: 2004
        cases:
          - name: 都做到
            expect: {score: 100, grade: excellent}
          - name: 表
            table:
              facts: [members, task]
              expect: [grade, points.task]
              rows:
                - [  9, 完成,   合格, 4.5]
                - [100, 未完成, 优秀, 10]
        """,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_look(name: str) -> None:
    ugly, neat = (dedent(text) for text in CASES[name])
    assert format_text(ugly) == neat.removeprefix("\n")
    assert format_text(neat) == neat.removeprefix("\n")


def test_line_ends_and_marks_of_other_systems() -> None:
    assert format_text("\ufeffrulebook: r\r\nkind: village   \r\n") == "rulebook: r\nkind: village\n"


def test_every_key_of_every_model_has_a_place() -> None:
    waiting: list[type[BaseModel]] = [*MODELS.values(), rulebook.EnteredGrade]
    seen: set[type[BaseModel]] = set()
    while waiting:
        model = waiting.pop()
        if model in seen:
            continue
        seen.add(model)
        keys = {field.alias or name for name, field in model.model_fields.items()}
        for one_line in (True, False) if model is not Expect else ():
            found = [key for key in order(model, one_line=one_line) if key != "2004"]
            assert sorted(found) == sorted(keys - ({"values"} if model is rulebook.Parameter else set()))
        waiting += [inner for field in model.model_fields.values() for inner in models_in(field.annotation)]


def test_what_would_not_say_the_same_is_refused() -> None:
    with pytest.raises(InvalidRulesError) as caught:  # YAML needs a `?` before so long a key
        format_text(f"rulebook: r\n? {'long' * 300}\n: b\n")
    assert [problem.code for problem in caught.value.diagnostics] == ["format_not_safe"]


# The rules that come with wuhao


@pytest.mark.parametrize("file", sorted((ROOT / "rules").rglob("*.yaml")), ids=lambda file: file.name)
def test_shipped_rules_are_formatted(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert format_text(text) == text
    schema = file.parent / text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert schema.resolve() == ROOT / "rules" / "schema.json"


# The command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "programme.yaml").write_text(UGLY, encoding="utf-8")
    (tmp_path / "neat.yaml").write_text(NEAT, encoding="utf-8")
    (tmp_path / "others.yaml").write_text("services:   {}\n", encoding="utf-8")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "rules.yaml").write_text(UGLY, encoding="utf-8")
    return tmp_path


def test_a_folder_is_formatted(folder: Path) -> None:
    result = call("format", folder)
    assert result.exit_code == DONE
    assert result.stdout == f"formatted {folder / 'programme.yaml'}\nwell formatted already: 1\n"
    assert (folder / "programme.yaml").read_text(encoding="utf-8") == NEAT
    assert (folder / "others.yaml").read_text(encoding="utf-8") == "services:   {}\n"
    assert (folder / ".hidden" / "rules.yaml").read_text(encoding="utf-8") == UGLY
    assert {path.name for path in folder.iterdir()} == {"programme.yaml", "neat.yaml", "others.yaml", ".hidden"}


def test_a_file_that_is_named_is_formatted_whatever_it_is(folder: Path) -> None:
    assert call("format", folder / "others.yaml").exit_code == DONE
    assert (folder / "others.yaml").read_text(encoding="utf-8") == "services: {}\n"


def test_check_writes_nothing_and_says_no(folder: Path) -> None:
    result = call("format", "--check", folder)
    assert result.exit_code == NO
    assert "programme.yaml" in result.stdout
    assert (folder / "programme.yaml").read_text(encoding="utf-8") == UGLY
    call("format", folder)
    assert call("format", "--check", folder).exit_code == DONE


def test_json(folder: Path) -> None:
    result = call("format", folder, "--json")
    assert json.loads(result.stdout) == {"changed": [str(folder / "programme.yaml")], "unchanged": 1, "check": False}


def test_with_a_file_that_cannot_be_read_nothing_is_written(folder: Path) -> None:
    (folder / "bad.yaml").write_text("rulebook: r\n\tkind: village\n", encoding="utf-8")
    result = call("format", folder, folder / "nowhere.yaml")
    assert result.exit_code == INVALID_RULES
    assert f"{folder / 'bad.yaml'}:2:1: this line is indented with a tab" in result.stderr
    assert "nowhere.yaml: the file cannot be opened" in result.stderr
    assert (folder / "programme.yaml").read_text(encoding="utf-8") == UGLY


def test_a_file_keeps_its_permissions_and_links(folder: Path) -> None:
    file, link = folder / "programme.yaml", folder / "link.yaml"
    file.chmod(0o640)
    link.symlink_to(file)
    call("format", link)
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == NEAT
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(folder: Path) -> None:
    folder.chmod(0o500)
    result = call("format", folder)
    folder.chmod(0o700)
    assert result.exit_code == USAGE
    assert "the file cannot be written" in result.stderr


@pytest.mark.parametrize(("at", "line"), [(".", "./schema.json"), ("..", "../schema.json")])
def test_the_schema_beside_or_around_is_named(tmp_path: Path, at: str, line: str) -> None:
    folder = tmp_path / "programme"
    folder.mkdir()
    (folder / "programme.yaml").write_text(NEAT, encoding="utf-8")
    assert call("schema", "-o", folder / at / "schema.json").exit_code == DONE
    call("format", folder)
    text = f"# yaml-language-server: $schema={line}\n{NEAT}"
    assert (folder / "programme.yaml").read_text(encoding="utf-8") == text
    call("format", folder)
    assert (folder / "programme.yaml").read_text(encoding="utf-8") == text
