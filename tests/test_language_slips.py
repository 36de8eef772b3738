"""Slips nobody thought of: whatever one changes in good rules, they load or every problem is told."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine.programme
from engine import yaml_text
from engine.diagnostic import Diagnostic, InvalidRulesError
from engine.messages import Language, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.yaml_text import Path_, Source

LANGUAGES: tuple[Language, ...] = ("zh", "en")
GOOD = Path(__file__).parent / "language_cases" / "good"
FILES = sorted(path.relative_to(GOOD).as_posix() for path in GOOD.glob("*/*.yaml"))
INSTEAD = (
    *("", "x", "5", "-5", "75%", "true", "no", "优秀", "excellent", "qualified", "otherwise", "village", "score"),
    *("[]", "[x]", "[[x], {y: z}]", "{}", "{x: y}", "{of: x, bands: {5: 5}}", "{from: x}", "{2004: 5}", "{zh: 村}"),
    *("none", "gap", "choice", "grade", "ratio", "date", "all", "any", "if", "2004-05-01", "1e5", "(", "≥", "9" * 30),
    *("members > 5", "done", "satisfied >= 75", "proposed == excellent", "good.leadership", "满意率", "grade >= 优秀"),
    *("'count(village)'", "'count(village, income > this.quota)'", "five_goods.grade", "'x in [a]'"),
    "'date(\"2004-05-01\")'",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the good cases, read without the registry of the shipped rules."""
    copied = tmp_path_factory.mktemp("slips")
    shutil.copytree(GOOD, copied, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.programme.loading.SHIPPED", copied / "nothing")
        yield copied


def examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


def assert_told(folder: Path, file: str, text: str) -> None:
    """The programme of a file loads with another text in it, or every problem has a place and a message."""
    path = folder / file
    path.write_bytes(text.encode())
    problems: tuple[Diagnostic, ...] = ()
    try:
        assert engine.programme.load([path.parent])
    except InvalidRulesError as error:
        problems = error.diagnostics
    finally:
        shutil.copyfile(GOOD / file, path)
    for problem in problems:
        assert problem.place.file
        for language in LANGUAGES:
            words, advice = sentence(problem, language)
            assert words
            assert advice
            assert "\n" not in words + advice
            assert "None" not in words


def content(file: str) -> str:
    return (GOOD / file).read_text(encoding="utf-8-sig")


def plain(source: Source) -> list[Path_]:
    """Where a scalar stands that can be replaced in the text."""
    return sorted(source.inline, key=str)


@given(st.data(), st.sampled_from(FILES), st.sampled_from(INSTEAD))
@examples(60)
def test_another_value(folder: Path, data: st.DataObject, file: str, instead: str) -> None:
    text = content(file)
    source = yaml_text.parse(text, file)
    path = data.draw(st.sampled_from(plain(source)), label="path")
    place, value = source.place(*path), source.value
    for part in path:
        value = value[part]
    lines = text.splitlines(keepends=True)
    at, column = (place.line or 0) - 1, int(place.column or 0) - 1
    assert lines[at][column:].startswith(value)
    lines[at] = lines[at][:column] + instead + lines[at][column + len(value) :]
    assert_told(folder, file, "".join(lines))


def others(line: str) -> Iterator[str]:
    """A line with a slip."""
    yield from ("", line * 2, " " + line, "  " + line, line.lstrip(), "\t" + line)
    for right, wrong in (
        *((": ", ":"), (",", "，"), (":", "："), ("}", ""), (", ", ",,"), ('"', ""), (" >= ", " ≥ ")),
        *(("label", "lable"), ("village", "vilage"), ("done", "dnoe"), ("excellent", "excelent"), ("%", "")),
    ):
        yield line.replace(right, wrong, 1)


@given(st.data(), st.sampled_from(FILES))
@examples(60)
def test_another_line(folder: Path, data: st.DataObject, file: str) -> None:
    lines = content(file).splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1), label="line")
    line = data.draw(st.sampled_from(list(others(lines[at]))), label="instead")
    assert_told(folder, file, "".join([*lines[:at], line, *lines[at + 1 :]]))
