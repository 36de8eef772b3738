"""Explanations as they are read: on a terminal, in a report, as a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click import unstyle
from explaining import (
    LANGUAGES,
    Explained,
    criteria_of,
)
from pages import Page, plain, words

from engine.explanation import explain
from engine.rendering.why import written

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.archive import Run
    from engine.messages import Language


# What is printed


TEXTS: dict[str, tuple[str, str, str]] = {
    "capped_title_withheld": ("district_run", "V01", "satisfaction_below_top"),
    "just_below_a_boundary": ("district_run", "V09", "by_score_commendable"),
    "vetoed": ("district_run", "V17", "veto_falsified"),
    "pending_whether_capped": ("district_run", "V19", "satisfaction_below_top"),
    "applies_or_not": ("district_run", "V30", "by_score_excellent"),
    "task_done": ("district_run", "D01", "entered"),
    "task_not_done": ("district_run", "D02", "unfinished_task"),
    "task_unknown": ("workbook_run", "D03", "unfinished_task"),
    "overruled": ("district_run", "D19", "unfinished_task"),
    "of_lower_units": ("district_run", "T5", "satisfaction_below_top"),
    "of_refused_units": ("quarantine_run", "T3", "by_score_excellent"),
    "closed": ("final_run", "V20", "by_score_commendable"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_why_prints_what_was_agreed(
    request: pytest.FixtureRequest, golden: Callable[[str, str], None], name: str
) -> None:
    which, unit, rule = TEXTS[name]
    said, *_ = explain(request.getfixturevalue(which), unit)
    assert rule in {fired.id for fired in said.rules}
    for language in LANGUAGES:
        golden(f"why/{name}.{language}.txt", written([said], language))


def test_every_golden_text_is_compared(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--update-golden"):
        pytest.skip("the texts are being written")
    texts = {path.name for path in (Path(__file__).parent / "golden" / "why").iterdir()}
    assert texts == {f"{name}.{language}.txt" for name in TEXTS for language in LANGUAGES} | {
        "clauses.zh.txt",
        "clauses.en.txt",
    }


def test_clauses_are_printed_when_asked_for(district: Explained, golden: Callable[[str, str], None]) -> None:
    said = district.said["department", "D24"]
    clauses = [clause for rule in said.rules for clause in rule.clauses]
    clauses += [clause for criterion in criteria_of(said) for clause in criterion.clauses]
    assert len(clauses) > 10
    for language in LANGUAGES:
        plain, full = (written([said], language, clauses=shown) for shown in (False, True))
        for clause in clauses:
            assert clause.wording[language] in full
            assert clause.wording[language] not in plain
        golden(f"why/clauses.{language}.txt", full)


def test_colour_changes_nothing_but_colour(explained: Explained) -> None:
    coloured = 0
    chosen = [said for said, _ in explained][::6]
    for said in chosen:
        for language in LANGUAGES:
            plain = written([said], language)
            text = written([said], language, colour=True)
            assert unstyle(text) == plain
            coloured += text != plain
            assert "None" not in plain
            assert "{" not in plain
    assert coloured == 2 * len(chosen) > 20


def test_a_closed_grade_says_what_it_was_closed_from(final_run: Run, district: Explained) -> None:
    (closed, *_), open_ = explain(final_run, "V20"), district.said["village", "V20"]
    assert (closed.grade, open_.grade) == (open_.grade_low, None)
    assert closed.final
    text = written([closed], "en")
    assert "Grade: Commendable  (closed at the worst of Commendable to Excellent)" in text
    assert [gap.matters for gap in closed.gaps] == [gap.matters for gap in open_.gaps]


# The looks of a page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_look_says_the_same(explained: Explained, language: Language) -> None:
    for said, _ in [*explained][::6]:
        for clauses in (False, True):
            text, markdown, page = (written([said], language, form, clauses=clauses) for form in ("text", "md", "html"))
            assert words(plain(markdown)) == words(text)
            assert Page(page).words == words(text)


def test_a_page_needs_no_other_file(explained: Explained) -> None:
    for said, _ in [*explained][::12]:
        page = Page(written([said], "zh", "html"))
        assert not {"script", "link", "img", "iframe"} & {*page.tags}
        assert page.attributes <= {"lang", "charset", "name", "content", "class"}
        assert "url(" not in written([said], "zh", "html")


def test_one_page_has_all_explanations_of_a_unit(district_run: Run) -> None:
    explanations = explain(district_run, "V01")
    assert len(explanations) > 1
    assert Page(written(explanations, "en", "html")).tags["article"] == len(explanations)
    assert written(explanations, "en", "md").count("\n# ") == len(explanations) - 1


def test_what_was_reported_is_shown_as_it_is(district: Explained) -> None:
    """A name is no markup, whatever is in it."""
    name = "<b>甲</b> *乙* [丙](x) `丁` | a_b_c & ~d~"
    said = replace(district.said["village", "V01"], name=name)
    assert words(name) == Page(written([said], "zh", "html")).words[: len(words(name))]
    assert "<b>" not in written([said], "zh", "html")
    assert r"# &lt;b&gt;甲&lt;/b&gt; \*乙\* \[丙\](x) \`丁\` \| a\_b\_c &amp; \~d\~" in written([said], "zh", "md")


def test_a_notebook_shows_an_explanation(district: Explained) -> None:
    said = district.said["village", "V01"]
    assert said._repr_html_() == said.as_html("zh")
    for language in LANGUAGES:
        shown = Page(said.as_html(language))
        assert not {"html", "head", "body"} & {*shown.tags}
        assert shown.words == words(written([said], language))


def test_a_page_stays_as_agreed(district: Explained, golden: Callable[[str, str], None]) -> None:
    said = district.said["department", "D02"]
    for language in LANGUAGES:
        golden(f"why_pages/task_not_done.{language}.md", written([said], language, "md", clauses=True))
        golden(f"why_pages/task_not_done.{language}.html", written([said], language, "html", clauses=True))
