"""What people change beside the facts and the rules: corrections, rulings, scope, the year before, stages of a run."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from cli import main
from engine.archive import Run
from engine.facts import read_facts
from engine.programme import load, tables
from engine.rating import rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

DATA = Path(__file__).parent / "data" / "papers"
RULES = DATA / "rules"
CORRECTION = "kind,unit,fact,old,new,reason,document,by,date\n"
RULING = "unit,on,name,from,to,reason,decided_by,document,date\n"
REASON = "recounted,letter 3,Li,2005-01-18\n"
DECIDED = "flood relief,县委常委会,minutes 2,2005-01-20\n"


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [*map(str, arguments), "--lang", "en"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A folder of facts of its own."""
    return Path(shutil.copytree(DATA / "facts", tmp_path / "facts"))


def rated(facts: Path, name: str = "run", *options: object) -> Run:
    folder = facts.parent / name
    result = call("run", facts, "--rules", RULES, "--year", 2004, "-o", folder, *options)
    assert result.exit_code == 0, result.output
    return Run.open(folder)


def grades(run: Run) -> dict[str, str | None]:
    return dict(run.ratings("branch").select("id", "grade").collect().iter_rows())


def refused(facts: Path, *options: object) -> str:
    result = call("run", facts, "--rules", RULES, "--year", 2004, "-o", facts.parent / "none", *options)
    assert result.exit_code in {2, 4}
    assert not (facts.parent / "none").exists()
    return result.stderr


def codes(*arguments: object) -> list[str]:
    return [problem["code"] for problem in json.loads(call(*arguments, "--json").stdout)["problems"]]


def why(run: Run, unit: str) -> str:
    return call("why", run.folder, unit).stdout


def test_a_correction_changes_a_fact_and_leaves_the_file_alone(facts: Path) -> None:
    (facts / "corrections.csv").write_text(f"{CORRECTION}village,西村,meetings,6,3,{REASON}", encoding="utf-8")
    run = rated(facts)
    assert grades(run)["V2"] == "poor"
    assert (run.folder / "facts/originals/village.csv").read_bytes() == (DATA / "facts/village.csv").read_bytes()
    told = why(run, "V2")
    assert "Meetings 3 ← village.csv:3:D" in told
    assert "Corrected: 6 → 3, by Li, letter 3, 2005-01-18; reason: recounted ← corrections.csv:2" in told
    assert call("verify", run.folder).exit_code == 0


def test_a_correction_fills_a_gap_and_mends_a_cell_that_cannot_be_read(facts: Path) -> None:
    village = (facts / "village.csv").read_text(encoding="utf-8").replace("V3,东村,T2,3,", "V3,东村,T2,three,")
    (facts / "village.csv").write_text(village, encoding="utf-8")
    assert "village.csv:4:D" in refused(facts)
    lines = f"village,V4,meetings,,12,{REASON}village,清河镇/东村,meetings,three,12,{REASON}"
    (facts / "corrections.csv").write_text(CORRECTION + lines, encoding="utf-8")
    run = rated(facts)
    assert (grades(run)["V3"], grades(run)["V4"]) == ("fine", "fine")
    assert call("verify", run.folder).exit_code == 0


def test_a_correction_is_checked_as_any_cell(facts: Path) -> None:
    (facts / "corrections.csv").write_text(f"{CORRECTION}village,V2,meetings,6,13,{REASON}", encoding="utf-8")
    assert "13" in refused(facts)


MEETINGS = {"V1": "12", "V2": "6", "V3": "3", "V4": "", "V5": "8", "V6": "9"}


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(MEETINGS, st.sampled_from(["", *map(str, range(13))]))))
@settings(derandomize=True, database=None, max_examples=25, deadline=None)
def test_to_correct_is_to_have_reported(values: dict[str, str]) -> None:
    (programme,) = load([RULES / "small"])
    text = (DATA / "facts/village.csv").read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        rated = []
        for name in ("corrected", "reported"):
            facts = Path(shutil.copytree(DATA / "facts", Path(folder) / name))
            if name == "corrected":
                lines = [f"village,{id_},meetings,{MEETINGS[id_]},{new},{REASON}" for id_, new in values.items()]
                (facts / "corrections.csv").write_text(CORRECTION + "".join(lines), encoding="utf-8")
            else:
                for id_, new in values.items():
                    text = re.sub(rf"({id_},\w+,T\d),{MEETINGS[id_]},", rf"\g<1>,{new},", text)
                (facts / "village.csv").write_text(text, encoding="utf-8")
            rated.append(rate(programme, read_facts(facts, tables([programme])), year=2004).books["branch"].ratings)
    assert_frame_equal(*rated)


WRONG = {
    "stale": (f"village,V2,meetings,7,3,{REASON}", "corrections.csv:2:D: the old value is said to be `7`, but `V2`"),
    "no unit": (f"village,V9,meetings,7,3,{REASON}", "corrections.csv:2:B: there is no unit `V9`"),
    "several": (f"village,东村,meetings,3,4,{REASON}", "corrections.csv:2:B: 2 units are called `东村`"),
    "no fact": (f"village,V2,meeting,6,3,{REASON}", "corrections.csv:2:C: "),
    "no reason": ("village,V2,meetings,6,3,,letter 3,Li,2005-01-18\n", "corrections.csv:2:F: `reason` is empty"),
    "no value": (f"village,V2,meetings,6,some,{REASON}", "corrections.csv:2:E: "),
    "twice": (f"village,V2,meetings,6,3,{REASON}village,V2,会议次数,6,4,{REASON}", "corrections.csv:3: this fact of"),
    "no kind": (f"town,V2,meetings,6,3,{REASON}", "corrections.csv:2:A: there are no units of the kind `town`"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_correction_stops_the_run(facts: Path, case: str) -> None:
    lines, message = WRONG[case]
    (facts / "corrections.csv").write_text(CORRECTION + lines, encoding="utf-8")
    assert message in refused(facts)


def test_all_wrong_lines_are_told_at_once(facts: Path) -> None:
    lines = [WRONG[case][0] for case in ("stale", "no unit", "no fact", "no reason")]
    (facts / "corrections.csv").write_text(CORRECTION + "".join(lines), encoding="utf-8")
    told = refused(facts)
    assert all(f"corrections.csv:{number}:" in told for number in (2, 3, 4, 5))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("paper", "head"), [("corrections", CORRECTION), ("rulings", RULING)])
def test_what_is_wrong_with_papers_is_told(
    facts: Path, paper: str, head: str, language: str, golden: Callable[[str, str], None]
) -> None:
    wrong = WRONG if paper == "corrections" else WRONG_RULINGS
    told = ""
    for case, (lines, _) in wrong.items():
        (facts / f"{paper}.csv").write_text(head + lines, encoding="utf-8")
        arguments = ["run", facts, "--rules", RULES, "--year", 2004, "-o", facts.parent / "none", "--lang", language]
        told += f"# {case}\n{CliRunner().invoke(main, [*map(str, arguments)]).stderr}\n"
    golden(f"{paper}.{language}.txt", told)


def test_columns_of_papers_are_looked_up(facts: Path) -> None:
    (facts / "corrections.csv").write_text("kind,unit,facts,old,new,reason,by,date\n", encoding="utf-8")
    told = refused(facts)
    assert "corrections.csv:1:C: unknown column `facts`" in told
    assert "did you mean `fact`" in told
    assert "the column `document` (依据) is missing" in told


def test_of_two_papers_none_is_passed_over(facts: Path) -> None:
    (facts / "corrections.csv").write_text(CORRECTION, encoding="utf-8")
    pl.DataFrame({"unit": []}).write_excel(facts / "corrections.xlsx")
    assert "corrections.xlsx: there is `corrections.csv` already" in refused(facts)


def test_papers_may_be_workbooks(facts: Path) -> None:
    pl.DataFrame(
        [["村", "V2", "会议次数", 6, 3, "复核", "3号", "李某", "2005-01-18"]],
        schema=["类别", "单位", "填报项", "原值", "新值", "原因", "依据", "更正人", "日期"],
        orient="row",
        strict=False,
    ).write_excel(facts / "corrections.xlsx", worksheet="更正")
    assert grades(rated(facts))["V2"] == "poor"


def test_a_ruling_on_a_grade_stands_beside_what_the_rules_gave(facts: Path) -> None:
    (facts / "rulings.csv").write_text(f"{RULING}V3,grade,,poor,fair,{DECIDED}", encoding="utf-8")
    run = rated(facts)
    row = run.ratings("branch").filter(pl.col("id") == "V3").collect().row(0, named=True)
    assert (row["grade"], row["grade_low"], row["computed_grade"]) == ("fair", "fair", "poor")
    assert row["ruled_by"] == "rulings.csv:2"
    told = why(run, "V3")
    assert "Grade: Fair" in told
    assert (
        "Ruling: Grade: Poor → Fair, by 县委常委会, minutes 2, 2005-01-20; reason: flood relief ← rulings.csv:2" in told
    )
    summary = call("run", facts, "--rules", RULES, "--year", 2004, "-o", facts.parent / "again").stdout
    assert "Rulings: 1; grades that differ from what the rules gave: 1" in summary
    assert call("verify", run.folder).exit_code == 0


def test_a_pending_unit_can_be_ruled(facts: Path) -> None:
    (facts / "rulings.csv").write_text(f"{RULING}V4,grade,,pending,fair,{DECIDED}", encoding="utf-8")
    assert grades(rated(facts))["V4"] == "fair"


def test_titles_and_criteria_can_be_ruled(facts: Path) -> None:
    lines = f"V1,title,model,won,not won,{DECIDED}V3,criterion,按期开会,not met,met,{DECIDED}"
    (facts / "rulings.csv").write_text(RULING + lines, encoding="utf-8")
    run = rated(facts)
    rows = {row["id"]: row for row in run.ratings("branch").collect().iter_rows(named=True)}
    assert (rows["V1"]["model"], rows["V1"]["model_computed"]) == (False, True)
    assert (rows["V3"]["meets"], rows["V3"]["meets_computed"]) == (True, False)
    assert rows["V3"]["grade"] == "fair", "with the 50 points of the criterion"
    assert "Meets in time: not met → met" in why(run, "V3")
    assert call("verify", run.folder).exit_code == 0


def test_an_exempt_unit_is_not_rated_and_counted(facts: Path) -> None:
    (facts / "rulings.csv").write_text(f"{RULING}V2,exempt,,,,{DECIDED}", encoding="utf-8")
    run = rated(facts)
    assert "V2" not in grades(run)
    assert "V5" not in grades(run), "a rule exempts it"
    counts = run.manifest["counts"]["village"]
    assert counts == {"read": 6, "rejected": 0, "exempt": 2, "rated": 4}
    assert "`西村` (V2) is exempt: flood relief" in call("why", run.folder, "V2").stderr
    assert "`新村` (V5) is exempt: New unit" in call("why", run.folder, "V5").stderr
    assert codes("why", run.folder, "V5") == ["unit_exempt"]
    assert call("verify", run.folder).exit_code == 0


WRONG_RULINGS = {
    "stale": (f"V3,grade,,fair,fine,{DECIDED}", "but they give Poor"),
    "stale title": (f"V1,title,model,not won,won,{DECIDED}", "but they give won"),
    "stale criterion": (f"V1,criterion,meets,not met,met,{DECIDED}", "but they give met"),
    "too far": (f"V3,grade,,poor,fine,{DECIDED}", "from Poor to Fine is 2 steps, the rulebook allows 1"),
    "by whom": ("V3,grade,,poor,fair,flood,somebody,minutes 2,2005-01-20\n", "`somebody` may not decide that"),
    "no grade": (f"V3,grade,,poor,great,{DECIDED}", "`great` says nothing here"),
    "nothing decided": (f"V3,grade,,poor,pending,{DECIDED}", "`pending` says nothing here"),
    "no title": (f"V3,title,modal,not won,won,{DECIDED}", "has no title `modal`"),
    "no name": (f"V3,title,,not won,won,{DECIDED}", "rulings.csv:2:C: `name` is empty"),
    "no reason": ("V3,grade,,poor,fair,,县委常委会,minutes 2,2005-01-20\n", "rulings.csv:2:F: `reason` is empty"),
    "on what": (f"V3,points,,1,2,{DECIDED}", "rulings.csv:2:B: nothing can be ruled on `points`"),
    "twice": (f"V3,grade,,poor,fair,{DECIDED}V3,grade,,poor,fair,{DECIDED}", "that is ruled already (rulings.csv:2)"),
    "exempt": (f"V5,grade,,poor,fair,{DECIDED}", "`V5` is exempt: there is nothing to rule on"),
    "not rated": (f"T1,grade,,poor,fair,{DECIDED}", "no rulebook for this grade rates the unit"),
}


@pytest.mark.parametrize("case", WRONG_RULINGS)
def test_a_wrong_ruling_stops_the_run(facts: Path, case: str) -> None:
    lines, message = WRONG_RULINGS[case]
    (facts / "rulings.csv").write_text(RULING + lines, encoding="utf-8")
    assert message in refused(facts)


def test_a_rulebook_that_allows_no_ruling_has_none(facts: Path, tmp_path: Path) -> None:
    rules = shutil.copytree(RULES, tmp_path / "rules")
    book = rules / "small" / "branch.yaml"
    text = book.read_text(encoding="utf-8")
    book.write_text(text[: text.index("rulings:")], encoding="utf-8")
    (facts / "rulings.csv").write_text(f"{RULING}V3,grade,,poor,fair,{DECIDED}", encoding="utf-8")
    result = call("run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "none")
    assert "the rulebook `branch` allows no ruling on a grade" in result.stderr


def test_what_if_lets_a_ruling_fall_that_no_longer_fits(facts: Path) -> None:
    (facts / "rulings.csv").write_text(f"{RULING}V3,grade,,poor,fair,{DECIDED}", encoding="utf-8")
    run = rated(facts)
    told = call("whatif", run.folder, "V3", "--set", "meetings=12")
    assert "Fair → Fine" in told.stdout


def test_advisory_units_are_marked(facts: Path) -> None:
    run = rated(facts)
    assert dict(run.ratings("branch").select("id", "advisory").collect().iter_rows())["V6"] is True
    assert "rated for information only" in why(run, "V6")


def test_the_year_before_fills_facts_and_limits_the_grade(facts: Path) -> None:
    first = rated(facts, "first")
    (facts / "village.csv").write_text(
        (facts / "village.csv").read_text(encoding="utf-8").replace("V3,东村,T2,3,", "V3,东村,T2,12,"), encoding="utf-8"
    )
    assert grades(rated(facts, "alone"))["V3"] == "fine"
    second = rated(facts, "second", "--previous", first.folder)
    assert grades(second)["V3"] == "fair", "poor the year before: fair at most"
    row = second.facts("village").filter(pl.col("id") == "V3").collect().row(0, named=True)
    assert (row["last_grade"], row["last_title"], row["last_meetings"]) == ("poor", False, 3)
    assert second.manifest["previous"]["run"] == str(first.folder)
    assert call("verify", second.folder).exit_code == 0


def test_what_is_reported_goes_before_the_year_before(facts: Path) -> None:
    first = rated(facts, "first")
    text = (facts / "village.csv").read_text(encoding="utf-8").splitlines()
    lines = [
        f"{line},{'上年等次' if at == 0 else '中' if line.startswith('V3') else ''}" for at, line in enumerate(text)
    ]
    (facts / "village.csv").write_text("\n".join(lines), encoding="utf-8")
    second = rated(facts, "second", "--previous", first.folder)
    assert dict(second.facts("village").select("id", "last_grade").collect().iter_rows())["V3"] == "fair"


def test_a_final_run_has_nothing_open(facts: Path) -> None:
    assert "1 units are still pending, and this run is to be final: V4" in refused(facts, "--stage", "final")
    assert codes("run", facts, "--rules", RULES, "--year", 2004, "-o", "none", "--stage", "final") == ["run_still_open"]
    closed = rated(facts, "closed", "--stage", "final", "--final")
    assert closed.manifest["stage"] == "final"


def test_a_run_says_what_it_supersedes_and_why(facts: Path) -> None:
    first = rated(facts, "first", "--stage", "draft")
    second = rated(facts, "second", "--stage", "public", "--supersedes", first.folder, "--because", "letter 3")
    assert second.manifest["supersedes"]["because"] == "letter 3"
    assert "go together" in refused(facts, "--supersedes", first.folder)
    asked = ("run", facts, "--rules", RULES, "--year", 2004, "-o", "none", "--because", "letter 3")
    assert codes(*asked) == ["run_stage_options"]


def test_every_change_between_two_runs_needs_a_paper(facts: Path) -> None:
    first = rated(facts, "first")
    (facts / "corrections.csv").write_text(f"{CORRECTION}village,V2,meetings,6,3,{REASON}", encoding="utf-8")
    (facts / "rulings.csv").write_text(f"{RULING}V3,grade,,poor,fair,{DECIDED}", encoding="utf-8")
    second = rated(facts, "second")
    found = call("compare", first.folder, second.folder, "--unexplained")
    assert found.exit_code == 0
    assert "explained: 1 by a correction, 1 by a ruling" in found.stdout
    village = (facts / "village.csv").read_text(encoding="utf-8").replace("V1,东村,T1,12,", "V1,东村,T1,2,")
    (facts / "village.csv").write_text(village, encoding="utf-8")
    found = call("compare", first.folder, rated(facts, "third").folder, "--unexplained")
    assert found.exit_code == 1
    assert "东村 (village:V1)  Meetings: 12 → 2" in found.stdout


def test_a_unit_that_was_ruled_moved_by_that(facts: Path) -> None:
    first = rated(facts, "first")
    (facts / "rulings.csv").write_text(f"{RULING}V3,grade,,poor,fair,{DECIDED}", encoding="utf-8")
    (facts / "corrections.csv").write_text(f"{CORRECTION}village,V2,meetings,6,3,{REASON}", encoding="utf-8")
    told = call("compare", first.folder, rated(facts, "second").folder).stdout
    assert re.search(r"V3\)  Poor → Fair .*  decided by a ruling", told)
    assert re.search(r"V2\)  Fine → Poor .*  facts changed", told)


def test_an_advisory_unit_takes_no_seat(facts: Path, tmp_path: Path) -> None:
    rules = Path(shutil.copytree(RULES, tmp_path / "rules"))
    book = rules / "small" / "branch.yaml"
    settle = "  settle:\n    - {id: three, grade: fine, at_most: 3, by: [{most: score}]}\nrulings:"
    book.write_text(book.read_text(encoding="utf-8").replace("rulings:", settle), encoding="utf-8")
    assert call("run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "run").exit_code == 0
    run = Run.open(tmp_path / "run")
    assert {id_: grade for id_, grade in grades(run).items() if grade == "fine"} == dict.fromkeys(
        ("V1", "V2", "V6"), "fine"
    )


def test_changed_rules_explain_nothing(facts: Path, tmp_path: Path) -> None:
    first = rated(facts, "first")
    rules = shutil.copytree(RULES, tmp_path / "rules")
    book = rules / "small" / "branch.yaml"
    book.write_text(book.read_text(encoding="utf-8").replace("score >= 80", "score >= 90"), encoding="utf-8")
    assert call("run", facts, "--rules", rules, "--year", 2004, "-o", tmp_path / "second").exit_code == 0
    found = call("compare", first.folder, tmp_path / "second", "--unexplained", "--json")
    assert found.exit_code == 1
    assert [(item["what"], item["id"]) for item in json.loads(found.stdout)["changes"]] == [("rules", "V2")]


PREVIOUS = {
    "previous: grades": "there is no `grades` of the year before",
    "previous: score": "`score` is a number, which this fact is not",
    "previous: grade, required: true": "gives its blanks no other meaning",
}


@pytest.mark.parametrize("written", PREVIOUS)
def test_what_is_wrong_with_previous_is_told(tmp_path: Path, written: str) -> None:
    rules = shutil.copytree(RULES, tmp_path / "rules")
    book = rules / "small" / "branch.yaml"
    text = book.read_text(encoding="utf-8")
    fact = f"  again: {{type: grade, label: Again, {written}}}\n"
    book.write_text(text.replace("scope:\n", f"{fact}scope:\n"), encoding="utf-8")
    assert PREVIOUS[written] in call("check", rules).stderr


def test_scope_reads_facts_alone(tmp_path: Path) -> None:
    rules = shutil.copytree(RULES, tmp_path / "rules")
    book = rules / "small" / "branch.yaml"
    book.write_text(book.read_text(encoding="utf-8").replace("when: upper", "when: doubled > 3"), encoding="utf-8")
    text = book.read_text(encoding="utf-8").replace("goods:\n", "measures:\n  doubled: meetings * 2\ngoods:\n", 1)
    book.write_text(text, encoding="utf-8")
    assert "`doubled > 3` reads what is not measured yet" in call("check", rules).stderr
