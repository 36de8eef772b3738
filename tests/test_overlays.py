"""Overlays: what they change, what they leave alone, what they are made of, and what a run keeps of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from language import written
from strategies import programmes
from test_language_mistakes import RULES
from test_language_overlays import COUNTY

from cli import main
from engine.archive import Run, write_run
from engine.archive.again import programmes_of
from engine.diagnostic import InvalidRulesError
from engine.facts import read_facts
from engine.programme import load, tables
from engine.programme.overlays import Overlay
from engine.programme.resolved import resolve
from engine.rating import rate
from engine.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from language import Book, Drawn

    from engine.programme import Programme

ROOT = Path(__file__).parents[1]
OVERLAYS = ROOT / "fixtures" / "overlays"
PIONEER, STATIONING = OVERLAYS / "pioneer_county.yaml", OVERLAYS / "stationing_county.yaml"
YEAR = 2004
LABEL = {"zh": "某县", "en": "A county"}
NAMED = ("facts", "parameters", "measures", "goods", "titles")


def examples(count: int) -> settings:
    """So many examples; a programme that fails is small enough, and each takes many readings to shrink."""
    return settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )


def made(book: str, changes: Mapping[str, Any], id_: str = "county", programme: str = "random") -> Overlay:
    return Overlay.made(id_, LABEL, programme, {book: changes})


def rules(*programmes: Programme) -> dict[str, Any]:
    """The rules as a run would keep them, without what they were changed by."""
    found: dict[str, Any] = json.loads(json.dumps(resolve(programmes, YEAR), default=str))
    for programme in found["programmes"]:
        programme.pop("overlays", None)
    return found


def by_id(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rules of a list as an overlay has them."""
    return {item["id"]: {key: value for key, value in item.items() if key != "id"} for item in entries}


def mirrored(book: Mapping[str, Any]) -> dict[str, Any]:
    """What a rulebook says, as an overlay says it."""
    policy = {stage: by_id(entries) for stage, entries in book["policy"].items()}
    rest = {key: book[key] for key in (*NAMED, "score", "grades", "label")}
    return {**rest, "checks": by_id(book["checks"]), "policy": policy}


# What an overlay changes


@examples(10)
@given(programmes(), st.data())
def test_saying_what_the_rulebook_says_changes_nothing(drawn: Drawn, data: st.DataObject) -> None:
    with written(drawn.tree, [book.yaml() for book in drawn.books]) as programme:
        book = data.draw(st.sampled_from(drawn.books)).yaml()
        said = mirrored(book)
        chosen = data.draw(st.sets(st.sampled_from(sorted(said))))
        overlay = made(book["rulebook"], {key: said[key] for key in sorted(chosen)})
        (changed,) = load([programme.folder], [overlay])
        assert rules(changed) == rules(programme)


@st.composite
def changes(draw: st.DrawFn, book: Book) -> dict[str, Any]:
    """Changes of a rulebook, sensible or not."""
    said = book.yaml()
    found: dict[str, Any] = {"facts": {}, "parameters": {}, "measures": {}, "goods": {}, "titles": {}}
    for id_, value in said["parameters"].items():
        if draw(st.booleans()):
            found["parameters"][id_] = draw(st.sampled_from([{"2004": value["2004"]}, {"2004": "3"}, "off"]))
    for section in ("facts", "measures", "titles"):
        for id_ in said[section]:
            if draw(st.integers(0, 5)) == 0:
                found[section][id_] = draw(st.sampled_from(["off", {"label": "甲"}]))
    for id_, good in said["goods"].items():
        criteria = {
            name: draw(st.sampled_from(["off", {"points": "7"}, {"essential": "true"}, {"points": "3", "cite": []}]))
            for name in good["criteria"]
            if draw(st.booleans())
        }
        if draw(st.booleans()):
            found["facts"]["visits"] = {"type": "count", "label": "走访"}
            criteria[f"visited_{id_}"] = {"label": "走访", "require": "visits > 3", "points": "2"}
        found["goods"][id_] = draw(st.sampled_from([{"criteria": criteria}, {"criteria": criteria}, "off"]))
    limits = st.sampled_from(["off", {"cap": "third"}, {"label": "乙"}])
    adjust = {rule["id"]: draw(limits) for rule in said["policy"]["adjust"] if draw(st.booleans())}
    if draw(st.booleans()):
        adjust["unlikely"] = {"label": "丙", "when": "good." + next(iter(said["goods"]), "x"), "cap": "second"}
    propose = {rule["id"]: "off" for rule in said["policy"]["propose"] if draw(st.integers(0, 3)) == 0}
    return {**{key: value for key, value in found.items() if value}, "policy": {"adjust": adjust, "propose": propose}}


def problems_with(programme: Programme, *overlays: Overlay) -> InvalidRulesError | None:
    try:
        load([programme.folder], overlays)
    except InvalidRulesError as error:
        return error
    return None


@examples(15)
@given(programmes(), st.data())
def test_what_an_overlay_makes_wrong_is_told_in_the_overlay(drawn: Drawn, data: st.DataObject) -> None:
    with written(drawn.tree, [book.yaml() for book in drawn.books]) as programme:
        book = data.draw(st.sampled_from(drawn.books))
        error = problems_with(programme, made(book.id, data.draw(changes(book))))
        files = {problem.place.file for problem in error.diagnostics} if error else set()
        assert files <= {"county"}


@examples(15)
@given(programmes(), st.data())
def test_each_part_stands_alone_and_the_others_without_it(drawn: Drawn, data: st.DataObject) -> None:
    with written(drawn.tree, [book.yaml() for book in drawn.books]) as programme:
        book = data.draw(st.sampled_from(drawn.books))
        overlay = made(book.id, data.draw(changes(book)))
        assume(problems_with(programme, overlay) is None)
        (changed,) = load([programme.folder], [overlay])
        (whole,) = changed.overlays
        ids = [part.id for part in whole.parts]
        assert len(set(ids)) == len(ids)
        assert whole.only(ids) == whole
        for part in whole.parts:
            assert problems_with(programme, whole.only([part.id])) is None
            assert problems_with(programme, whole.only(set(ids) - {part.id})) is None
        if whole.parts:
            assert problems_with(programme, whole.only([])) is None


@examples(10)
@given(programmes(), st.data())
def test_the_order_of_overlays_that_change_other_things_does_not_matter(drawn: Drawn, data: st.DataObject) -> None:
    with written(drawn.tree, [book.yaml() for book in drawn.books]) as programme:
        book = data.draw(st.sampled_from(drawn.books))
        overlay = made(book.id, data.draw(changes(book)))
        assume(problems_with(programme, overlay) is None)
        (whole,) = load([programme.folder], [overlay])[0].overlays
        ids = [part.id for part in whole.parts if part.kind != "added"]
        some = set(data.draw(st.lists(st.sampled_from(ids), unique=True))) if ids else set()
        one, other = (as_file(whole.only(part), id_) for id_, part in (("a", some), ("b", set(ids) - some)))
        other = without_additions(other)
        assume(problems_with(programme, one, other) is None and problems_with(programme, other, one) is None)
        assert rules(*load([programme.folder], [one, other])) == rules(*load([programme.folder], [other, one]))


def as_file(overlay: Overlay, id_: str) -> Overlay:
    """An overlay as it is read from what a run would keep of it."""
    value = json.loads(overlay.content)
    return Overlay.made(id_, LABEL, overlay.programme, value["rulebooks"])


def without_additions(overlay: Overlay) -> Overlay:
    """An overlay without the fact that both halves would add."""
    books = json.loads(json.dumps(overlay.rulebooks))
    for book in books.values():
        book.get("facts", {}).pop("visits", None)
    return Overlay.made(overlay.id, LABEL, overlay.programme, books)


def test_only_what_is_said_changes() -> None:
    base = rules(*load([RULES]))["rulebooks"]["five_goods"]
    book = rules(*load([RULES], [COUNTY]))["rulebooks"]["five_goods"]
    (good,) = book["goods"]
    criteria = {item["id"]: item for item in good["criteria"]}
    before = {item["id"]: item for item in base["goods"][0]["criteria"]}
    assert list(criteria) == ["cross_posting_share", "satisfied", "visits_made"]
    share = criteria["cross_posting_share"]
    assert (share["most"], share["essential"], share["label"]) == (50, True, before["cross_posting_share"]["label"])
    assert criteria["satisfied"] == before["satisfied"]
    assert book["parameters"]["cross_posting_min"]["value"] == "60%"
    assert [rule["id"] for rule in book["policy"]["propose"]] == [
        "by_score_90",
        "by_score_80",
        "by_score_60",
        "otherwise",
    ]
    unfinished, few = book["policy"]["adjust"]
    assert (unfinished["withhold"], unfinished["cite"]) == ([], ["plan-4-unfinished"])
    assert few["label"] == {"zh": "走访太少", "en": "Too few visits"}


def test_years_change_one_by_one() -> None:
    overlay = made("five_goods", {"parameters": {"cross_posting_min": {"2006": "off"}}}, programme="pioneer")
    (programme,) = load([RULES], [overlay])
    assert list(programme.rulebooks[0].parameters["cross_posting_min"].values) == [2004]


def test_the_later_overlay_changes_what_the_earlier_made() -> None:
    def points(value: str) -> dict[str, Any]:
        return {"goods": {"leadership": {"criteria": {"visits_made": {"points": value}}}}, "score": {"of": "off"}}

    later = made("five_goods", points("15"), "later", "pioneer")
    (programme,) = load([RULES], [COUNTY, later])
    assert programme.rulebooks[0].most == 105
    assert [overlay.id for overlay in programme.overlays] == ["county", "later"]
    with pytest.raises(InvalidRulesError) as refused:
        load([RULES], [later, COUNTY])
    (problem,) = refused.value.diagnostics
    assert (problem.code, problem.values["name"]) == ("overlay_unknown", "visits_made")


def test_a_trial_need_not_add_up() -> None:
    changes = {"goods": {"leadership": {"criteria": {"summary_in_time": "off"}}}}
    with pytest.raises(InvalidRulesError):
        load([RULES], [made("five_goods", changes, programme="pioneer")])
    (programme,) = load([RULES], [COUNTY])
    (overlay,) = programme.overlays
    (tried,) = load([RULES], [overlay.only(["five_goods.goods.leadership.criteria.summary_in_time"])])
    assert tried.rulebooks[0].most == 80


# What an overlay is made of


def test_parts_say_what_becomes_of_what() -> None:
    (programme,) = load([RULES], [COUNTY])
    parts = {part.id.removeprefix("five_goods."): part for part in programme.overlays[0].parts}
    assert list(parts) == [
        "facts.satisfaction",
        "parameters.cross_posting_min",
        "measures.cross_posting",
        "goods.leadership.criteria.cross_posting_share",
        "goods.leadership.criteria.summary_in_time",
        "goods.leadership.criteria.visits_made",
        "policy.propose.by_score_80",
        "policy.propose.by_score_60",
        "policy.adjust.unfinished_task",
        "policy.adjust.few_visits",
    ]
    threshold = parts["parameters.cross_posting_min"]
    assert [(step.key, step.before, step.after) for step in threshold.steps] == [
        ("2004", "40%", "60%"),
        ("cite", "plan-2-cross-posting", "county-1"),
    ]
    off = parts["goods.leadership.criteria.summary_in_time"]
    assert off.label.texts == {"zh": "取消考核项“总结按期报送”", "en": "without the criterion “Summary in time”"}
    assert (off.kind, off.steps) == ("off", ())


def test_what_cannot_be_separated_is_one_part() -> None:
    """A title goes with the rule that names it; a choice that is taken away with the condition on it."""
    taken = {"titles": {"five_goods_title": "off"}, "policy": {"adjust": {"unfinished_task": {"withhold": "off"}}}}
    added = {
        "titles": {"new_title": {"label": "新称号", "when": "score >= 95"}},
        "policy": {"adjust": {"late": {"label": "迟", "when": "not task_completed", "withhold": "new_title"}}},
    }
    for changes, paths in (
        (taken, {("titles", "five_goods_title"), ("policy", "adjust", "unfinished_task")}),
        (added, {("titles", "new_title"), ("policy", "adjust", "late")}),
    ):
        (programme,) = load([RULES], [made("five_goods", {**changes, "label": "村"}, programme="pioneer")])
        joined = next(part for part in programme.overlays[0].parts if len(part.paths) > 1)
        assert {path[1:] for path in joined.paths} == paths
        assert len(programme.overlays[0].parts) == 2


def test_an_unknown_part_is_refused() -> None:
    (programme,) = load([RULES], [COUNTY])
    with pytest.raises(KeyError):
        programme.overlays[0].only(["nothing"])


# What a run keeps


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Villages rated under two overlays, one of which was made in memory."""
    folder = tmp_path_factory.mktemp("overlays")
    shutil.copytree(RULES, folder / "rules")
    rows = "id,name,committee_members,cross_posted,satisfaction,visits\nV1,甲村,8,5,95%,6\nV2,乙村,8,4,85%,1\n"
    (folder / "facts").mkdir()
    (folder / "facts" / "village.csv").write_text(rows, encoding="utf-8")
    second = made("five_goods", {"parameters": {"visits_min": {"2004": "7"}}}, "second", "pioneer")
    programmes = load([folder / "rules"], [COUNTY, second])
    facts = read_facts(folder / "facts", tables(programmes))
    write_run(rate(programmes, facts, year=YEAR), folder / "run")
    return Run.open(folder / "run")


def test_a_run_names_and_keeps_its_overlays_in_order(run: Run) -> None:
    told = run.manifest["overlays"]
    assert [(item["id"], item["file"]) for item in told] == [
        ("county", "overlays/1_county.yaml"),
        ("second", "overlays/2_second.yaml"),
    ]
    assert (run.folder / "overlays" / "1_county.yaml").read_bytes() == COUNTY.read_bytes()
    assert all(run.manifest["files"][item["file"]] == item["digest"] for item in told)
    assert [item["label"]["en"] for item in run.rules["programmes"][0]["overlays"]] == ["A stricter county", "A county"]


def test_the_programmes_of_a_run_are_those_with_its_overlays(run: Run) -> None:
    (programme,) = programmes_of(run)
    assert [overlay.id for overlay in programme.overlays] == ["county", "second"]
    found = rules(programme)["rulebooks"]["five_goods"]
    assert {**found, "file": ""} == {**run.rules["rulebooks"]["five_goods"], "file": ""}


def test_a_run_with_overlays_verifies(run: Run) -> None:
    assert verify(run).holds


def test_an_overlay_that_was_changed_is_told_with_what_follows(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(run.folder, copy)
    file = copy / "overlays" / "1_county.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("2004: 60%", "2004: 65%"), encoding="utf-8")
    found = verify(Run.open(copy))
    assert [(fault.file, fault.fault) for fault in found.faults] == [("overlays/1_county.yaml", "changed")]
    assert {"rules.json", "manifest.json", "ratings/five_goods.parquet"} <= {item.file for item in found.differing}


def test_an_overlay_that_is_missing_is_told(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(run.folder, copy)
    (copy / "overlays" / "2_second.yaml").unlink()
    found = verify(Run.open(copy))
    assert [(fault.file, fault.fault) for fault in found.faults] == [("overlays/2_second.yaml", "missing")]
    assert [item.step for item in found.undone] == ["rules"]


def test_an_overlay_that_the_manifest_conceals_is_told(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(run.folder, copy)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    del manifest["overlays"], manifest["files"]["overlays/1_county.yaml"], manifest["files"]["overlays/2_second.yaml"]
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    found = verify(Run.open(copy))
    assert [fault.fault for fault in found.faults] == ["extra", "extra"]
    assert not found.holds
    assert found.undone  # the facts have a column that the rules without it do not know


@pytest.mark.parametrize(
    ("language", "shown"), [("zh", "调整件：某县从严、某县"), ("en", "Overlays: A stricter county, A county")]
)
def test_why_says_under_which_overlays(run: Run, language: str, shown: str) -> None:
    told = CliRunner().invoke(main, ["why", str(run.folder), "V1", "--lang", language])
    assert shown in told.stdout.splitlines()[:4]


# The county's versions of the shipped programmes


def test_the_examples_change_the_shipped_programmes() -> None:
    changed = {programme.id: programme for programme in load([], [PIONEER, STATIONING])}
    assert {id_: [overlay.id for overlay in programme.overlays] for id_, programme in changed.items()} == {
        "pioneer": ["pioneer_county"],
        "stationing": ["stationing_county"],
        "upgrade": [],
    }
    department = next(book for book in changed["stationing"].rulebooks if book.id == "department")
    assert "criminal_case" in department.facts


def test_the_commands_take_overlays(tmp_path: Path) -> None:
    def told(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, [*words, "--lang", "en"])
        assert result.exit_code == code, result.output
        return result.stdout

    rules, county = str(RULES), str(COUNTY)
    told("sample", rules, "--overlay", county, "--villages", "20", "-o", f"{tmp_path}/facts")
    assert "visits" in (tmp_path / "facts" / "village.csv").read_text(encoding="utf-8")
    summary = told(
        *("run", f"{tmp_path}/facts", "--rules", rules, "--year", "2004", "-o", f"{tmp_path}/run"),
        *("--overlay", county),
    )
    assert "Overlays: A stricter county" in summary
    moves = told("check", rules, "--overlay", county, "--against", rules)
    assert "Commendable" in moves
    checked = json.loads(CliRunner().invoke(main, ["check", rules, "--overlay", county, "--json"]).stdout)
    assert checked
    missing = CliRunner().invoke(main, ["test", rules, "--overlay", str(PIONEER), "--lang", "en"])
    assert missing.exit_code == 3
    assert "overlays/pioneer_county.yaml" in missing.stderr
