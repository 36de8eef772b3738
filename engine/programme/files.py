"""Read the YAML files of a programme into models; every slip becomes a diagnostic at its place."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from engine import yaml_text
from engine.diagnostic import Diagnostic, Place, near
from engine.rulebook import as_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from engine.yaml_text import Path_, Source

M = TypeVar("M", bound=BaseModel)
PROGRAMME, REGISTRY = "programme.yaml", "documents.yaml"
TESTS = "test_"
"""How the names of rule tests begin."""

_SHAPES = {
    "string_type": "text",
    "literal_error": "text",
    "int_type": "number",
    "dict_type": "mapping",
    "model_type": "mapping",
    "list_type": "list",
    "tuple_type": "list",
}


_LISTED = {"grades", "choices", "states"}
"""Keys whose names may stand in a list, without labels."""


@dataclass(frozen=True)
class Reading(Generic[M]):
    """A file that was read.

    Attributes:
        model: what it says; without the entries that cannot be understood, None when nothing can.
        problems: what is wrong with it.
        lost: the names of the entries left out: that nothing knows them is no problem of its own.
    """

    model: M | None
    problems: tuple[Diagnostic, ...] = ()
    lost: frozenset[str] = frozenset()


def source_of(path: Path) -> Source:
    """The text of a file of a programme.

    Raises:
        InvalidRulesError: the file cannot be read, or is no YAML.
    """
    return yaml_text.read(path, f"{path.resolve().parent.name}/{path.name}")


def words_of(path: Path) -> set[str]:
    """Whatever a file that cannot be read may declare."""
    try:
        with path.open("rb") as file:
            return set(re.findall(r"[\w-]+", file.read(yaml_text.MAX_BYTES).decode(errors="ignore")))
    except OSError:
        return set()


def misnamed(folder: Path) -> Iterator[Diagnostic]:
    """The files of a folder that are rules by another ending, and would not be read."""
    for path in sorted(folder.iterdir()):
        if path.suffix != ".yaml" and path.suffix.lower() in {".yaml", ".yml"} and not path.name.startswith("."):
            place = Place(f"{folder.resolve().name}/{path.name}")
            yield Diagnostic("file_misnamed", place, {"instead": f"{path.stem}.yaml"})


def is_rulebook(path: Path) -> bool:
    """Whether a file of a programme is a rulebook by its name."""
    return path.name not in {PROGRAMME, REGISTRY} and not path.name.startswith((".", TESTS))


def validate(model: type[M], source: Source) -> Reading[M]:
    """The file as a model, and everything that is wrong with it."""
    try:
        return Reading(model.model_validate(source.value))
    except ValidationError as error:
        details = error.errors()
    sections = source.value if isinstance(source.value, dict) else {}
    nameless = [name for name, value in sections.items() if _lacks_names(model, name, value)]
    details = [detail for detail in details if detail["loc"][:1] not in {(name,) for name in nameless}]
    details += [{"type": "name_level_missing", "loc": (name,), "msg": "", "input": None} for name in nameless]
    unknown = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    meant = {
        path: (*path[:-1], name)
        for path in unknown
        for name in word_meant(str(path[-1]), _keys_at(model, path[:-1]))[:1]
    }
    told = [detail for detail in details if detail["type"] != "missing" or detail["loc"] not in meant.values()]
    problems = tuple(_diagnostic(model, source, detail) for detail in told)
    # What is left is read all the same, so that its problems are told at once: with unknown keys as they were meant,
    # or without them.
    # In the last resort the whole entry of an unknown key is left out, which nothing can be made of without it.
    for renamed, whole in ((meant, False), ({}, False), ({}, True)):
        rest = copy.deepcopy(source.value)
        for path, other in renamed.items():
            _rename(rest, path, str(other[-1]))
        details_left = [detail for detail in told if detail["loc"] not in renamed]
        entries = {
            detail["loc"] if detail["type"] == "extra_forbidden" and not whole else _entry(detail["loc"])
            for detail in details_left
        }
        for path in sorted(entries, key=str, reverse=True):
            _remove(rest, path)
        lost = frozenset(name for path in entries if path for name in (str(path[-1]), as_name(str(path[-1]))))
        try:
            return Reading(model.model_validate(rest), problems, lost | {str(path[-1]) for path in renamed})
        except ValidationError:
            continue
    return Reading(None, problems)


def _lacks_names(model: type[BaseModel], section: str, value: Any) -> bool:  # noqa: ANN401
    """Whether a section of named entries says at once what one entry says, as `targets: {label: …, by: …}`."""
    if not isinstance(value, dict) or getattr(inside(model, section), "__origin__", None) is not dict:
        return False
    keys = set(_keys_at(model, (section, "")))
    return "label" in value and len(keys & value.keys()) > 1


def _rename(value: Any, path: Path_, name: str) -> None:  # noqa: ANN401
    """Give a key the name that was meant, unless that stands there too."""
    for part in path[:-1]:
        value = value[part]
    written = value.pop(path[-1])
    value.setdefault(name, written)


def _entry(path: Path_) -> Path_:
    """The entry of a file in which a problem lies: a fact, a criterion, a policy rule."""
    if path[:1] == ("goods",) and path[2:3] == ("criteria",):
        return path[:4]
    return path[: 3 if path[:1] == ("policy",) else 2]


_NO_LABEL = "…"


def _remove(value: Any, path: Path_) -> None:  # noqa: ANN401
    """Take an entry out of what was read; one that is not there already lies in another."""
    *ahead, last = path or (None,)
    try:
        for part in ahead:
            value = value[part]
        if path == ("label",):
            value[last] = _NO_LABEL  # nothing else depends on it
        else:
            del value[last]
    except (KeyError, IndexError, TypeError):
        return


def _diagnostic(model: type[BaseModel], source: Source, detail: Any) -> Diagnostic:  # noqa: ANN401
    path = tuple(detail["loc"])
    if path[:1] == ("parameters",) and path[2:3] == ("values",):  # which the model adds around the years
        path = (*path[:2], *map(str, path[3:]))
    kind, context = detail["type"], dict(detail.get("ctx", {}))
    key = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        names = _keys_at(model, path[:-1])
        meant = word_meant(key, names)
        outer = next((name for name in names if key in _keys_at(model, (*path[:-1], name))), None)
        if outer and not meant and (*path[:-1], outer) in source.places:
            return Diagnostic("key_of_inner_level", source.key_place(*path), {"key": key, "outer": outer})
        values = {"key": key, "keys": ", ".join(names)}
        return Diagnostic("unknown_key", source.key_place(*path), values, meant)
    if "at" in context:  # a validator knows more exactly where
        path = (*path, context.pop("at"))
        place = source.key_place(*path) if isinstance(path[-1], str) else source.place(*path)
        return Diagnostic(kind, place, context)
    if kind == "name_level_missing":
        return Diagnostic("name_level_missing", source.key_place(*path), {"key": key})
    if path[:2] == ("policy", "settle") and path[3:4] == ("by",) and kind in _SHAPES:
        return Diagnostic("key_most_or_least", source.place(*path[:5]))
    if path[:1] == ("select",) and path[2:] and path[2] == "by" and len(path) <= _KEY and kind in _SHAPES:
        return Diagnostic("key_most_or_least", source.place(*path))
    if path[:1] == ("targets",) and path[2:] in {("by",), ("baseline",)} and kind in _SHAPES:
        return Diagnostic("years_for_values", source.place(*path), {"key": key})
    if kind == "missing":
        return Diagnostic("missing_key", source.key_place(*path[:-1]), {"key": key, "of": _name_of(path[:-1])})
    if kind == "literal_error" and isinstance(detail["input"], str):
        options = re.findall(r"'([^']+)'", context["expected"])
        values = {"value": str(detail["input"]), "options": ", ".join(options)}
        return Diagnostic("unknown_value", source.place(*path), values, word_meant(str(detail["input"]), options))
    if kind in _SHAPES:
        expected = "list" if kind == "dict_type" and key in _LISTED else _SHAPES[kind]
        return Diagnostic("wrong_shape", source.place(*path), {"key": key, "expected": expected})
    if kind == "too_short":
        code = "empty_list" if detail["ctx"]["field_type"] == "List" else "empty_mapping"
        return Diagnostic(code, source.key_place(*path), {"key": key})
    place = source.key_place(*path[:-1]) if path and path[-1] == "[key]" else source.place(*path)
    return Diagnostic(kind, place, context)


_KEY = 4
"""How deep the keys of a selection lie."""


def _name_of(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path) or "file"


def _keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that a mapping inside a file may have."""
    known: Any = model
    for part in path:
        known = inside(known, part)
        if known is None:
            return []
    return list(dict.fromkeys(key for form in models_in(known) for key in _fields(form)))


_MADE_UP = {"values": "2004", "fixed": ""}
"""Fields that no file names, with what a file writes in their place."""


def _fields(form: type[BaseModel]) -> dict[str, Any]:
    named = {field.alias or _MADE_UP.get(name, name): field.annotation for name, field in form.model_fields.items()}
    return {key: annotation for key, annotation in named.items() if key}


_IN_OTHER_WORDS = {
    "grade": "cap",
    "if": "when",
    "when": "on",
    "condition": "when require",
    "name": "label id",
    "title": "label",
    "weight": "points",
    "source": "cite",
    "highest": "most",
    "lowest": "least",
    "top": "best",
    "全部入选": "in",
    "都入选": "in",
    "全部不入选": "out",
    "都不入选": "out",
    "人工决定": "decide",
    "由人决定": "decide",
    "过程": "lifecycle",
    "经过": "lifecycle",
    "记录": "records",
    "事件": "on events",
    "阶段": "states",
    "步骤": "steps",
    "从": "from",
    "到": "to",
    "clause": "cite",
    "是否": "boolean",
    "是非": "boolean",
    "数量": "count",
    "整数": "count",
    "数字": "number",
    "小数": "number",
    "金额": "money",
    "比例": "ratio",
    "百分比": "ratio",
    "日期": "date",
    "文字": "text",
    "文本": "text",
    "选择": "choice",
    "单选": "choice",
    "引用": "reference",
    "提示": "warn",
    "拒绝": "refuse",
    "规则书": "rulebook",
    "方案": "programme",
    "类别": "kind kinds type",
    "类型": "type",
    "标签": "label",
    "名称": "label id",
    "编号": "id",
    "事实": "facts",
    "填报项": "facts",
    "参数": "parameters",
    "标准": "parameters",
    "指标": "measures",
    "指标值": "measures",
    "好": "goods",
    "目标": "targets",
    "期限": "by",
    "deadline": "by",
    "起点": "baseline",
    "基数": "baseline",
    "考核项": "criteria",
    "称号": "titles",
    "评选": "select",
    "选树": "select",
    "择优": "select",
    "名额": "best",
    "范围": "within",
    "并列": "ties",
    "从高到低": "most",
    "从低到高": "least",
    "得分": "score points",
    "总分": "of",
    "满分": "of",
    "分值": "points",
    "分数": "points",
    "分": "points",
    "等次": "grades grade",
    "评定办法": "policy",
    "拟评": "propose",
    "调整": "adjust",
    "核对": "checks",
    "条件": "when require applies",
    "要求": "require",
    "适用": "applies",
    "必备": "essential",
    "加分": "bonus bonus_max",
    "加分项": "bonus",
    "依据": "cite",
    "条款": "cite clauses",
    "最小": "min",
    "最小值": "min",
    "下限": "min",
    "最大": "max",
    "最大值": "max",
    "上限": "max cap bonus_max",
    "必填": "required",
    "选项": "choices choice",
    "空白": "blank",
    "降等": "downgrade",
    "降级": "downgrade",
    "封顶": "cap",
    "不授予": "withhold",
    "年度": "years",
    "中文": "zh",
    "英文": "en",
    "文件": "documents document",
    "章节": "section",
    "值": "value",
}
"""Other words for keys and for what stands under them, as an author may write them."""


def word_meant(written: str, words: Sequence[str]) -> tuple[str, ...]:
    """The word that an author may have meant: one that is said otherwise too, or is spelled alike."""
    named = [word for word in _IN_OTHER_WORDS.get(written, "").split() if word in words]
    return tuple(named[:1]) or near(written, words)


def models_in(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401
    """The models that a type allows, through unions and containers' items."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [form for argument in get_args(annotation) for form in models_in(argument)]


def inside(annotation: Any, part: str | int) -> Any:  # noqa: ANN401
    """The type of what stands under a key or list position of a value of a type; None when nothing is known."""
    origin = getattr(annotation, "__origin__", None)
    if origin in {dict, list, tuple}:
        return get_args(annotation)[-1 if origin is dict else 0]
    for form in models_in(annotation):
        fields = _fields(form)
        if part in fields:
            return fields[str(part)]
    return None
