"""YAML as text with places: whatever is read, it is text at its place, or every problem at its place."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import yaml_text
from engine.diagnostic import InvalidRulesError, Place
from engine.messages import sentence
from engine.yaml_text import MAX_BYTES, MAX_DEPTH, MOST_PROBLEMS, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


def read(text: str) -> Source | tuple[str, ...]:
    """What was read, or the codes of what is wrong, each with a place inside the text and a message."""
    lines = LINE_BREAK.split(text)
    try:
        return yaml_text.parse(text, "a.yaml")
    except InvalidRulesError as error:
        for problem in error.diagnostics:
            assert problem.place.file == "a.yaml"
            assert problem.place.line is not None
            assert 1 <= problem.place.line <= len(lines)
            if problem.place.column is not None:
                assert 1 <= int(problem.place.column) <= len(lines[problem.place.line - 1]) + 1
            assert all(sentence(problem, "zh"))
            assert all(sentence(problem, "en"))
        return tuple(problem.code for problem in error.diagnostics)


def texts(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every scalar with its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, (*path, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from texts(item, (*path, at))
    else:
        assert isinstance(value, str)
        yield path, value


def starts(text: str, place: Place) -> str:
    """The text from a place to the end of its line."""
    return LINE_BREAK.split(text)[(place.line or 0) - 1][int(place.column or 0) - 1 :]


def assert_places_agree(text: str, source: Source) -> None:
    for path, value in texts(source.value):
        place = source.place(*path)
        if value and path in source.inline:
            assert starts(text, place).startswith(value)
            assert source.inside(len(value), *path) == Place("a.yaml", place.line, int(place.column or 0) + len(value))
        elif path not in source.inline:
            assert source.inside(3, *path) == place
        if path and isinstance(path[-1], str) and path[-1]:
            assert starts(text, source.key_place(*path)).startswith((path[-1], "'", '"', "?", "|", ">", "\\")) or (
                path[-1] not in text  # over several lines
            )


# Whatever is read

FRAGMENTS = (
    *"a'\"{}[]#%@`?\\\t\n~中：，｛］＃－\u3000\x85\u2028\x07",
    *("b: ", "c:", "- ", "  ", "\n  ", "\n- ", "\n    ", ": ", ", ", " #", "? ", "\r\n", "村: ", "null"),
    *("&x ", "*x", "!t ", "|\n", ">-\n", "---\n", "...\n", "<<: ", "75%", ">= "),
)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
@examples(300)
def test_pieces_of_yaml_are_read_at_their_places_or_refused(text: str) -> None:
    source = read(text)
    if isinstance(source, Source):
        assert_places_agree(text, source)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=60))
@examples(200)
def test_any_text_is_read_at_its_places_or_refused(text: str) -> None:
    source = read(text)
    if isinstance(source, Source):
        assert_places_agree(text, source)


@given(st.binary(max_size=200))
@examples(100)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    try:
        said = [isinstance(yaml_text.read(path).value, dict)]
    except InvalidRulesError as error:
        said = [all(sentence(problem, "en")) for problem in error.diagnostics]
    assert said
    assert all(said)


# What is written is what is read

SCALARS = st.text("ab中 ：，\"':#,[]{}-%>=\\&*!？", max_size=12)
KEYS = st.text("ab中_1", min_size=1, max_size=4)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def plain(text: str) -> bool:
    """The text needs no quotes, in a flow or elsewhere."""
    return bool(re.fullmatch(r"[ab中1_][ab中1_？=%>]*", text))


def spelled(text: str, style: int) -> str:
    if plain(text) and style % 3 == 0:
        return text
    if style % 3 == 1:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "'" + text.replace("'", "''") + "'"


def flow(value: Any, style: int) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item, style + at)}" for at, (key, item) in enumerate(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item, style + at) for at, item in enumerate(value)) + "]"
    return spelled(value, style)


def block(value: Any, style: int, indent: str = "") -> str:  # noqa: ANN401
    """The value on lines of its own, or in flow style where that cannot be."""
    if not value or isinstance(value, str) or style % 4 == 0:
        return flow(value, style)
    keys = [f"{key}:" for key in value] if isinstance(value, dict) else ["-"] * len(value)
    items = value.values() if isinstance(value, dict) else value
    inside = (block(item, style + at, indent + "  ") for at, item in enumerate(items))
    return "".join(f"\n{indent}{key} {item}" for key, item in zip(keys, inside, strict=True))


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), st.integers(1, 12), st.sampled_from(["\n", "\r\n"]))
@examples(80)
def test_values_are_read_as_written(value: dict[str, Any], style: int, line_break: str) -> None:
    text = "".join(f"{key}: {block(item, style + at, '  ')}\n" for at, (key, item) in enumerate(value.items()))
    text = text.replace("\n", line_break)
    source = read(text)
    assert isinstance(source, Source)
    assert source.value == value
    assert_places_agree(text, source)
    assert all(path in source.inline for path, scalar in texts(value) if plain(scalar))


# Limits

PATHOLOGICAL = (
    *("[", "{", "{a: ", "- ", "? ", "!", "&a ", "*a, ", '"', "\\", "a: b\n", "a: [\n", ": ", "\n", "\t", "#", "%"),
    *("|\n", "---\n", "a:\n ", "- *a\n", "a: !b c\n", "a", "''", "中：", "k：v\n", "a b\n", "<<: a\n", "\x00", "\r"),
    "- {a b, c d}\n",
)


@pytest.mark.parametrize("piece", PATHOLOGICAL)
def test_no_text_takes_long(piece: str) -> None:
    began = time.monotonic()
    source = read(piece * 100_000)
    assert isinstance(source, Source) or 1 <= len(source) <= MOST_PROBLEMS + 1  # the last may have two
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("{a: ", "}")])
def test_depth_ends_at_its_limit(opening: str, closing: str) -> None:
    deep = MAX_DEPTH - 1
    assert isinstance(read(f"a: {opening * deep}b{closing * deep}"), Source)
    assert read(f"a: {opening * (deep + 1)}b{closing * (deep + 1)}") == ("yaml_too_deep",)


def test_size_ends_at_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: b\n" + b"#" * (MAX_BYTES - 5))
    assert yaml_text.read(path).value == {"a": "b"}
    path.write_bytes(b"a: b\n" + b"#" * (MAX_BYTES - 4))
    with pytest.raises(InvalidRulesError, match="yaml_too_large"):
        yaml_text.read(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidRulesError) as refused:
        yaml_text.read(tmp_path / "a.yaml", "rules/a.yaml")
    (problem,) = refused.value.diagnostics
    assert (problem.code, str(problem.place)) == ("unreadable_file", "rules/a.yaml")
    assert sentence(problem, "zh")[0] == "文件打不开：没有这个文件"


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeff村: 乙".encode())
    source = yaml_text.read(path)
    assert source.value == {"村": "乙"}
    assert str(source.place("村")) == "a.yaml:1:4"


# Places of what has none of its own


def test_a_place_is_the_nearest_that_is_known() -> None:
    source = yaml_text.parse("facts:\n  members: {type: count}\n  note: |\n    a\n", "a.yaml")
    assert str(source.place("facts", "members", "type")) == "a.yaml:2:19"
    assert str(source.place("facts", "members", "label", "zh")) == "a.yaml:2:12"
    assert str(source.key_place("facts", "members")) == "a.yaml:2:3"
    assert str(source.key_place("facts", "income")) == "a.yaml:2:3"
    assert str(source.place("goods")) == "a.yaml:1:1"
    assert str(source.inside(3, "facts", "members", "type")) == "a.yaml:2:22"
    assert str(source.inside(3, "facts", "note")) == "a.yaml:3:9"


# One slip, one problem, at the slip

SLIPS = [
    ("a: 1\na: 2\na: 3", ["2:1 yaml_duplicate_key", "3:1 yaml_duplicate_key"]),
    ('a: {b: 1, "b": 2}', ["1:11 yaml_duplicate_key"]),
    ("a: &x 1\nb: *x", ["1:4 yaml_anchor", "2:4 yaml_anchor"]),
    ("a: !!int 5", ["1:4 yaml_tag"]),
    ("a: !!str {b: c}", ["1:4 yaml_tag"]),
    ("<<: {a: b}", ["1:1 yaml_merge_key"]),
    ("{a: 1}: b\nx: 1\ny: 1", ["1:1 yaml_key_not_text"]),
    ("*a : 1\nx: 1\ny: 1", ["1:1 yaml_anchor"]),
    ("a: {b: max(c, d), e: f}", ["1:15 yaml_cut_at_comma"]),
    ("a: {zh: 甲,乙, en: x}", ["1:11 yaml_cut_at_comma"]),
    ("a: {zh: x, y, en: x}", ["1:12 yaml_cut_at_comma"]),
    ("a: {zh:甲, en: x}", ["1:5 yaml_syntax"]),
    ("a: {zh：甲, en: x}", ["1:7 yaml_full_width"]),
    ("a: {zh: 甲，en: x}", ["1:10 yaml_full_width"]),
    ("a:\n  zh: 甲，乙\n en: x", ["3:2 yaml_misaligned"]),
    ("a:\n  zh: 甲：乙\n en: x", ["3:2 yaml_misaligned"]),
    ("a: {b: {90%: 5，80%: 4}}", ["1:15 yaml_full_width"]),
    ("a: {b: {90%: 5；80%: 4}}", ["1:15 yaml_full_width"]),
    ("a: {zh: 甲: 乙, en: x}", ["1:10 yaml_second_colon"]),
    ("a: {b: c}}\nd: e", ["1:10 yaml_bracket_too_many"]),
    ('a: "甲"乙\nb: c', ["1:7 yaml_after_value"]),
    ("a:\n  b: c\n　　d: e\n  f: g", ["3:1 yaml_strange_space"]),
    ("a:\n  b:\u00a0c\n  d: e", ["2:5 yaml_strange_space"]),
    ("a:\n  - b: c\n  - b: d\n - b: e", ["4:2 yaml_item_misaligned"]),
    ("a:\n  b:\n    c: 1\n    d: 2\n    e: 3\n    c: 1\n    d: 2\n    e: 3", ["6:5 yaml_entry_without_name"]),
    ("a: 1\nb: 2\na: 1\nb: 2", ["3:1 yaml_duplicate_key", "4:1 yaml_duplicate_key"]),
    ("a：\n  zh: 甲", ["1:2 yaml_full_width"]),
    ("- a：b\n- c: d\n e", ["3:2 yaml_dash_missing"]),
    ("a:\n  b: c\n  - d: e", ["2:3 yaml_first_dash_missing"]),
    ("- a: b\n  c: d\n  a: e\n  c: f", ["3:3 yaml_item_without_dash"]),
    ("a: b\n   c: d", ["2:5 yaml_deeper_than_value"]),
    ("a:\n  b:c\n  d: e", ["2:3 yaml_no_space"]),
    ("a:\n  - b: c\n  -d: e", ["3:3 yaml_no_space"]),
    ("a: ｛zh: 甲｝\nb: c", ["1:4 yaml_full_width"]),
    ("a:\n  b: 1\n\tc: 2", ["3:1 yaml_tab"]),
    ('a: "x\nb: 2\nc: 3', ["1:4 yaml_open_quote"]),
    ('a: "x\nb: "y"\nc: 3', ["1:4 yaml_open_quote"]),
    ("a: {b: 'x, c: d}\ne: 'f'", ["1:8 yaml_open_quote"]),
    ("a: {b: x\nc: d", ["1:4 yaml_open_bracket"]),
    ("a: [b, c\n\nd: e", ["1:4 yaml_open_bracket"]),
    ("a: {b: c in [d, e], f: g}", ["1:13 yaml_flow"]),
    ("a: {\n  b: c\n  d: e}", ["1:4 yaml_open_bracket"]),
    ("a\nb: c", ["2:2 yaml_syntax"]),
    ("a b\nc: d\ne: f", ["2:2 yaml_syntax"]),
    ("a: 1\nb\nc: d", ["2:1 yaml_syntax"]),
    ("a: {b: c", ["1:9 yaml_flow"]),
    ("a: 1\n---\nb: 2", ["2:1 yaml_several_documents"]),
    ("甲: 乙\n丙: 丁\x07", ["2 yaml_control_character"]),
    ("", ["1:1 yaml_not_a_mapping"]),
    ("- a", ["1:1 yaml_not_a_mapping"]),
    ("甲", ["1:1 yaml_not_a_mapping"]),
]


@pytest.mark.parametrize(("text", "expected"), SLIPS)
def test_a_slip_is_named_at_its_place(text: str, expected: list[str]) -> None:
    with pytest.raises(InvalidRulesError) as refused:
        yaml_text.parse(text, "")
    found = [f"{str(problem.place).removeprefix(':')} {problem.code}" for problem in refused.value.diagnostics]
    assert found == expected
