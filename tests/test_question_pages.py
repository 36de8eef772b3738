"""Answers to questions as pages, as Markdown and in a notebook: they say what a terminal shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pages import Page, plain, words
from questions import VILLAGE, VILLAGES, make_run

from engine.comparing import compare
from engine.rendering.questions import comparison, sweeps, whatifs
from engine.supposing import Scenario, scenario, sweep, whatif

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.archive import Run
    from engine.comparing import Comparison
    from engine.messages import Language
    from engine.supposing import Sweep, WhatIf

    Answer = tuple[Callable[[Language, str], str], Comparison | WhatIf | Sweep | None]

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return make_run(tmp_path_factory.mktemp("pages") / "run")


@pytest.fixture(scope="module")
def answers(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    folder = tmp_path_factory.mktemp("others")
    changed = VILLAGES.replace("V2,西村,T1,7", "V2,<b>西</b>|村,T1,5").replace(
        "V3,南村,T2,5,10,1,\n", "V6,新村,T1,9,10,3,\n"
    )
    other = VILLAGE.replace("poor: {zh: 差, en: Poor}}", "poor: {zh: 差, en: Poor}, worst: {zh: 劣, en: Worst}}")
    found = compare(run, make_run(folder / "second", villages=changed, year=2005))
    same = compare(run, run)
    refused = compare(run, make_run(folder / "grades", village=other))
    supposed = whatif(run, scenario(["V1.votes=1", "V2.votes=1"], params=["least=90%"]), unit="V1")
    named = whatif(run, Scenario("什么都不改"))
    scenarios = [named, replace(supposed, scenario="改两个村")]
    (swept,) = sweep(run, "V2", "votes=0..10")
    return {
        "moved": (lambda language, form: comparison(found, language, form), found),
        "same": (lambda language, form: comparison(same, language, form), same),
        "refused": (lambda language, form: comparison(refused, language, form), refused),
        "supposed": (lambda language, form: whatifs([supposed], language, form), supposed),
        "named": (lambda language, form: whatifs([named], language, form), named),
        "tabulated": (lambda language, form: whatifs(scenarios, language, form), None),
        "swept": (lambda language, form: sweeps([swept], language, form), swept),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["moved", "same", "refused", "supposed", "named", "tabulated", "swept"])
def test_every_look_says_the_same(answers: dict[str, Answer], name: str, language: Language) -> None:
    told, answer = answers[name]
    text, markdown, page = (told(language, form) for form in ("text", "md", "html"))
    assert words(plain(markdown)) == words(text)
    assert Page(page).words == words(text)
    if answer is None:
        return
    shown = Page(answer.as_html(language))
    assert shown.words == words(text)
    assert not {"html", "head", "body"} & {*shown.tags}
    assert answer._repr_html_() == answer.as_html("zh")


def test_what_was_reported_is_no_markup(answers: dict[str, Answer]) -> None:
    told, _ = answers["moved"]
    assert "<b>西</b>|村" in told("zh", "text")
    assert "&lt;b&gt;西&lt;/b&gt;|村" in told("zh", "html")
    assert r"&lt;b&gt;西&lt;/b&gt;\|村" in told("zh", "md")


def test_an_answer_to_print_needs_no_other_file(answers: dict[str, Answer]) -> None:
    for told, _ in answers.values():
        page = Page(told("zh", "html"))
        assert not {"script", "link", "img", "iframe"} & {*page.tags}
        assert page.tags["html"] == page.tags["body"] == 1
