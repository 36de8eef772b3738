"""The schema with which editors check rules: whatever loads is valid, slips are not."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError
from strategies import programmes

from cli import main
from engine.json_schema import json_schema, text_of, words
from engine.programme.files import models_in
from engine.rule_files import MODELS
from engine.rulebook import RESERVED, EnteredGrade, Identifier, RuleId

if TYPE_CHECKING:
    from language import Drawn

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "rules" / "schema.json"
GOOD = ROOT / "tests" / "language_cases" / "good"
OVERLAYS = ROOT / "fixtures" / "overlays"


class _Reader(yaml.SafeLoader):
    """YAML as editors read it: version 1.2, where `no` and `2004-10-11` are texts."""


_Reader.yaml_implicit_resolvers = {}
for _tag, _form, _first in (
    ("null", r"~|null|Null|NULL|", [*"~nN", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", r"[-+]?[0-9]+", [*"-+0123456789"]),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
):
    _Reader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), _first)


def as_read(text: str) -> Any:  # noqa: ANN401
    def keyed(value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, dict):
            return {json.dumps(key) if isinstance(key, bool) else str(key): keyed(item) for key, item in value.items()}
        return [keyed(item) for item in value] if isinstance(value, list) else value

    return keyed(yaml.load(text, _Reader))  # noqa: S506 - a safe loader


@cache
def schema() -> dict[str, Any]:
    return json_schema()


@cache
def validator() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(schema())


def slips(text: str) -> list[str]:
    """What an editor underlines."""
    return [error.message for error in validator().iter_errors(as_read(text))]


# What is shipped


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(schema())


def test_the_shipped_schema_is_what_the_command_prints() -> None:
    result = CliRunner().invoke(main, ["schema"])
    assert result.exit_code == 0
    assert result.stdout == SHIPPED.read_text(encoding="utf-8"), "run: wuhao schema -o rules/schema.json"


def test_the_command_writes_a_file(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["schema", "-o", str(tmp_path / "schema.json")]).exit_code == 0
    assert (tmp_path / "schema.json").read_bytes() == SHIPPED.read_bytes()


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["schema", "-o", str(tmp_path / "none" / "schema.json"), "--lang", "zh"])
    assert result.exit_code == 2
    assert "文件写不进去" in result.stderr


@pytest.mark.parametrize(("language", "shown"), [("zh", "一个规则文件"), ("en", "A file of rules")])
def test_one_language(language: str, shown: str) -> None:
    made = json.loads(CliRunner().invoke(main, ["schema", "--lang", language]).stdout)
    assert made["description"].startswith(shown)
    assert "\n" not in made["description"]


# What is right


@pytest.mark.parametrize(
    "file",
    [*sorted((ROOT / "rules").rglob("*.yaml")), *sorted(GOOD.rglob("*.yaml")), *sorted(OVERLAYS.glob("*.yaml"))],
    ids=lambda file: f"{file.parent.name}/{file.name}",
)
def test_rules_that_load_are_valid(file: Path) -> None:
    assert slips(file.read_text(encoding="utf-8")) == []


def _accepted(annotation: Any, name: str) -> bool:  # noqa: ANN401
    try:
        TypeAdapter(annotation).validate_python(name)
    except ValidationError:
        return False
    return True


@settings(max_examples=500, deadline=None)
@given(st.text(min_size=1) | st.from_regex(r"[\w-]{1,5}", fullmatch=True) | st.sampled_from(sorted(RESERVED)))
def test_names_that_rules_may_have(name: str) -> None:
    """A schema cannot say all of it, but refuses no name that a rulebook may use."""
    definitions = schema()["definitions"]
    for annotation, names in (
        (Identifier, definitions["Rulebook"]["properties"]["facts"]["propertyNames"]),
        (RuleId, definitions["Registry"]["properties"]["clauses"]["propertyNames"]),
    ):
        if _accepted(annotation, name):
            jsonschema.Draft7Validator(names).validate(name)


@settings(max_examples=30, deadline=None)
@given(programmes())
def test_whatever_a_rulebook_may_say_is_valid(drawn: Drawn) -> None:
    for book in drawn.books:
        assert slips(json.dumps(book.yaml())) == []


# What is wrong

RULEBOOK = """\
rulebook: r
kind: village
label: {zh: 村, en: Village}
facts:
  members: {type: count, min: 1, required: true, label: {zh: 人数, en: Members}}
parameters:
  least: {2004: 60%, label: 下限}
measures:
  half: members / 2
goods:
  team:
    label: 班子好
    criteria:
      enough:
        label: 够
        points: {of: half, bands: {90%: 5}, else: 0}
grades: [excellent, unqualified]
policy:
  propose:
    - {id: otherwise, grade: unqualified}
  adjust:
    - {id: few, when: half < least, cap: unqualified}
checks:
  - {id: believable, require: members < 100, severity: warn}
"""
PROGRAMME = "programme: p\nlabel: 方案\nyears: {from: 2004, to: 2008}\nkinds: {township: {village: }}\n"
REGISTRY = "clauses:\n  zj-1: {document: zj, section: 二, zh: 一, en: one}\n"
TESTS = "rulebook: r\nyear: 2004\ncases:\n  - {name: 一, facts: {members: 3}, expect: {grade: excellent}}\n"
OVERLAY = """\
overlay: strict
label: 从严
programme: p
rulebooks:
  r:
    facts: {visits: {type: count, label: 走访}}
    parameters: {least: {2004: 80%}}
    measures: {half: off}
    goods: {team: {criteria: {enough: {points: 5, cite: off}}}}
    policy:
      propose: {many: {label: 多, before: otherwise, when: visits > 3, grade: excellent}}
      adjust: {few: off}
"""
SLIPS = [
    (OVERLAY, "visits: {type: count", "visits: {typ: count"),
    (OVERLAY, "policy:", "polices:"),
    (OVERLAY, "before: otherwise", "befor: otherwise"),
    (OVERLAY, "half: off", "half: {of: 3}"),
    (OVERLAY, "enough: {points: 5, cite: off}", "enough: 5"),
    (OVERLAY, "adjust: {few: off}", "adjust: [{id: few}]"),
    (OVERLAY, "programme: p\n", ""),
    (RULEBOOK, "kind: village", "kin: village"),
    (RULEBOOK, "kind: village\n", ""),
    (RULEBOOK, "type: count", "type: cuont"),
    (RULEBOOK, "min: 1", "mim: 1"),
    (RULEBOOK, "required: true", "required: yes"),
    (RULEBOOK, "  members: {", "  3members: {"),
    (RULEBOOK, "  members: {", "  sum: {"),
    (RULEBOOK, "  members: {", "  “人数”（个）: {"),
    (RULEBOOK, ", label: {zh: 人数, en: Members}", ""),
    (RULEBOOK, "zh: 人数, en: Members", "cn: 人数, en: Members"),
    (RULEBOOK, "{2004: 60%, label: 下限}", "60%"),
    (RULEBOOK, "2004: 60%", "04: 60%"),
    (RULEBOOK, "{2004: 60%, label: 下限}", "{label: 下限}"),
    (RULEBOOK, "half: members / 2", "half: [members / 2]"),
    (RULEBOOK, "bands:", "band:"),
    (RULEBOOK, "else: 0", "otherwise: 0"),
    (RULEBOOK, "bands: {90%: 5}", "bands: 5"),
    (RULEBOOK, "grades: [excellent, unqualified]", "grades: excellent"),
    (RULEBOOK, "grades: [excellent, unqualified]", "grades: [excellent, excellent]"),
    (RULEBOOK, "    - {id: otherwise, grade: unqualified}", "    []"),
    (RULEBOOK, "id: otherwise", "name: otherwise"),
    (RULEBOOK, "when: half < least, ", ""),
    (RULEBOOK, "severity: warn", "severity: warning"),
    (RULEBOOK, "goods:", "good:"),
    (PROGRAMME, "label: 方案\n", ""),
    (PROGRAMME, "from: 2004", "from: 二〇〇四"),
    (PROGRAMME, "from: 2004", "first: 2004"),
    (PROGRAMME, "{township: {village: }}", "[township, village]"),
    (REGISTRY, "section: 二, ", ""),
    (REGISTRY, "zj-1", "zj 1"),
    (TESTS, "expect:", "expects:"),
    (TESTS, "grade: excellent", "grades: excellent"),
    (TESTS, "year: 2004\n", ""),
    ("", "", "rulbook: r\n"),
]


@pytest.mark.parametrize("text", [RULEBOOK, PROGRAMME, REGISTRY, TESTS, OVERLAY])
def test_what_the_slips_are_made_in_is_right(text: str) -> None:
    assert slips(text) == []


@pytest.mark.parametrize(("text", "right", "wrong"), SLIPS)
def test_slips_are_underlined(text: str, right: str, wrong: str) -> None:
    assert right in text
    assert slips(text.replace(right, wrong, 1))


# What is said


def models() -> list[type[BaseModel]]:
    waiting: list[type[BaseModel]] = [*MODELS.values(), EnteredGrade]
    seen: list[type[BaseModel]] = []
    while waiting:
        if (model := waiting.pop()) not in seen:
            seen.append(model)
            waiting += [inner for field in model.model_fields.values() for inner in models_in(field.annotation)]
    return seen


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_key_is_explained(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        text = text_of(model, field.alias or name)
        assert text.zh.endswith("。")
        assert text.en.endswith((".", "?"))
    title, text = words.MODELS[model.__name__]
    assert title.zh
    assert title.en
    assert text.zh.endswith("。")
    assert text.en.endswith(".")


def test_nothing_is_explained_that_is_not_there() -> None:
    fields = {model.__name__: {field.alias or name for name, field in model.model_fields.items()} for model in models()}
    assert set(words.MODELS) - {"Kinds"} == set(fields)
    for name, keys in words.KEYS.items():
        assert set(keys) <= fields.get(name, {"label", "cite", "open"}), name


def test_every_word_that_a_key_takes_is_explained() -> None:
    for name, definition in schema()["definitions"].items():
        for key, said in definition.get("properties", {}).items():
            if "enum" in said:
                assert set(said["enum"]) == set(words.VALUES[name, key])
                assert len(said["markdownEnumDescriptions"]) == len(said["enum"])
