"""What `wuhao remedy` says of units of the example district, and that its plans do what they say."""

from __future__ import annotations

import builtins
import csv
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook
from strategies import DEEPER

from cli import main
from engine.archive import Run, write_run
from engine.archive.again import facts_of, programmes_of
from engine.diagnostic import InvalidInputError
from engine.facts import read_facts
from engine.programme import tables
from engine.rating import rate
from engine.remedies import Remedy, remedy, remedy_all
from engine.sampling import sample, write_tables
from engine.supposing import scenario, whatif
from engine.variants import rate_variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from engine.programme import Programme

pytest.importorskip("ortools", reason="the extra `remedy` is not installed")

RANKS = ["unqualified", "qualified", "commendable", "excellent"]


def asked(run: Run, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["remedy", str(run.folder), *arguments])


def changes(found: Remedy) -> list[dict[str, str]]:
    return [{change.fact: change.setting for change in plan.changes} for plan in found.plans]


def problem(call: Callable[[], object]) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(InvalidInputError) as caught:
        call()
    return [(item.code, item.near) for item in caught.value.diagnostics]


# The screen


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("unit", ["V03", "V07", "V14", "V17", "V19", "T3"])
def test_the_screen(district_run: Run, golden: Callable[[str, str], None], unit: str, language: str) -> None:
    result = asked(district_run, unit, "--lang", language)
    assert result.exit_code == (1 if unit in {"V17", "T3"} else 0)
    golden(f"remedy/{unit}.{language}.txt", result.output.replace(str(district_run.folder), "RUN"))


def test_the_last_line_replays_the_plan(district_run: Run) -> None:
    result = asked(district_run, "V14", "--lang", "en")
    command = result.output.splitlines()[-1].partition("wuhao ")[2].split()
    shown = CliRunner().invoke(main, [*command, "--lang", "en"])
    assert shown.exit_code == 0
    assert "Excellent" in shown.output


def test_what_is_asked_for_wrongly_is_told_at_once(district_run: Run) -> None:
    assert problem(
        lambda: remedy(district_run, "V14", freeze=["cross_postd"], allow=["incme=1..2", "services=3..1"])
    ) == [
        ("remedy_unknown_fact", ("cross_posted",)),
        ("remedy_unknown_fact", ("income", "income_last")),
        ("remedy_allow_form", ()),
    ]
    assert problem(lambda: remedy(district_run, "V14", freeze=["services"], allow=["services"])) == [
        ("remedy_freeze_and_allow", ())
    ]
    assert problem(lambda: remedy(district_run, "V14", to="excelent")) == [("remedy_unknown_grade", ("Excellent",))]
    assert problem(lambda: remedy(district_run, "V14", rulebook="six_goods")) == [
        ("remedy_unknown_rulebook", ("five_goods",))
    ]
    assert problem(lambda: remedy_all(district_run)) == [("remedy_which_rulebook", ())]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_options_that_do_not_go_together(district_run: Run, golden: Callable[[str, str], None], language: str) -> None:
    said = [
        asked(district_run, *arguments, "--lang", language).output
        for arguments in ([], ["V14", "--all"], ["V14", "--below", "excellent", "-o", "x.txt"], ["V14", "--to", "优"])
    ]
    golden(f"remedy/usage.{language}.txt", "".join(said))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_extra_is_named_where_it_is_missing(
    district_run: Run, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "ortools"]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def hidden(name: str, *rest: Any) -> Any:  # noqa: ANN401
        if name.partition(".")[0] == "ortools":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", hidden)
    result = asked(district_run, "V14", "--lang", language)
    assert result.exit_code == 2
    assert "pip install 'wuhao[remedy]'" in result.output


# What plans may do


def test_each_plan_changes_other_facts(district_run: Run) -> None:
    facts = [set(item) for item in changes(remedy(district_run, "V09", plans=4))]
    assert len(facts) == 4
    assert not any(earlier <= later for at, later in enumerate(facts) for earlier in facts[:at])


def test_a_fact_is_frozen_or_allowed(district_run: Run) -> None:
    (plan,) = changes(remedy(district_run, "V14", plans=1))
    assert "cross_posted" in plan
    frozen = remedy(district_run, "V14", freeze=["交叉任职人数"])
    assert frozen.verdict == "impossible" or not any("cross_posted" in item for item in changes(frozen))
    assert remedy(district_run, "V17").verdict == "impossible"
    assert changes(remedy(district_run, "V17", allow=["falsified_data"], plans=1))[0]["falsified_data"] == "false"


def test_a_fact_stays_within_what_is_allowed(district_run: Run) -> None:
    found = remedy(district_run, "V04", allow=["satisfied_votes=..100"])
    assert found.verdict == "impossible"
    assert [label["en"] for label in found.blocked] == ["Satisfied ballots"]


def test_a_limit_that_leaves_no_plan_is_told_with_what_would_do(district_run: Run) -> None:
    for limit in ({"max_changes": 2}, {"budget": 5.0}):
        found = remedy(district_run, "V14", **limit)
        assert (found.verdict, found.needed) == ("impossible", (3, "6"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_proof_names_the_fact_that_it_leaves_out(district_run: Run, language: str) -> None:
    """More cadres would do for D05, but no plan can follow how they are read: nothing is said to be impossible."""
    found = remedy(district_run, "D05")
    (label,) = found.unplanned
    assert found.verdict == "not_planned"
    said = asked(district_run, "D05", "--lang", language).output
    assert label[language] in said.splitlines()[0]
    assert not any(blocked[language] in said for blocked in found.blocked)
    (book,) = whatif(district_run, scenario(["D05.dispatched=10"])).comparison.books
    assert [unit.direction for unit in book.moved] == ["up"]


def test_a_date_moves_by_days(district_run: Run) -> None:
    said = asked(district_run, "D02", "--allow", "arrival_date", "--lang", "en").output
    assert "2004-01-09 → 2004-01-08 (1 day earlier)" in said


def test_a_unit_without_a_grade_has_none_to_reach(district_run: Run) -> None:
    result = asked(district_run, "H054", "--lang", "en")
    assert result.exit_code == 2
    assert "no grades here" in result.output


def test_a_unit_that_has_reached_the_grade_needs_nothing(district_run: Run) -> None:
    assert remedy(district_run, "V14", to="合格").verdict == "reached"
    assert remedy(district_run, "V07").verdict == "reached"


# Many units


def test_a_sheet_for_all(district_run: Run, tmp_path: Path) -> None:
    for name in ("plans.csv", "plans.xlsx"):
        result = asked(district_run, "--all", "--rulebook", "five_goods", "-o", str(tmp_path / name), "--lang", "en")
        assert result.exit_code == 0
        assert "19 units below the grade asked for: 18 with a remedy, 1 without, 0 undecided" in result.output
    with (tmp_path / "plans.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    sheet = CalamineWorkbook.from_path(tmp_path / "plans.xlsx").get_sheet_by_index(0).to_python()
    assert [[str(cell) for cell in row] for row in sheet] == rows
    assert {row[0] for row in rows[1:]} == {item.id for item in remedy_all(district_run, rulebook="five_goods")}
    (blocked,) = [row for row in rows if row[5] == "impossible"]
    assert blocked[7] == "Falsified data proven"


def test_all_below_a_grade(district_run: Run) -> None:
    found = remedy_all(district_run, rulebook="five_goods", below="良好", to="commendable")
    assert {item.grade_low["en"] for item in found} == {"Qualified", "Unqualified"}
    assert {item.target["en"] for item in found} == {"Commendable"}


def test_answers_as_json_and_for_notebooks(district_run: Run) -> None:
    (data,) = json.loads(asked(district_run, "V14", "--json").stdout)
    assert data["verdict"] == "found"
    found = remedy(district_run, "V14")
    assert data == json.loads(json.dumps(found.as_data(), ensure_ascii=False))
    assert "<table>" in found._repr_html_()


# What plans do


def random_run(programmes: Iterable[Programme], seed: int, folder: Path) -> Run:
    """A run of random villages whose grade does not hang on what nobody can change."""
    pioneer = [item for item in programmes if item.id == "pioneer"]
    village = sample(pioneer, 40, seed=seed, gaps=0.04 * (seed % 3))["village"].drop("parent")
    bad = ("falsified_data", "disorderly_petitions", "gang_members", "team_sanctions")
    village = village.with_columns(
        *((village[name].cast(int) * 0).cast(village[name].dtype).alias(name) for name in bad)
    )
    write_tables({"village": village}, folder, "csv")
    facts = read_facts(folder / "village.csv", tables(pioneer))
    write_run(rate(pioneer, facts, year=2004), folder / "run")
    return Run.open(folder / "run")


@pytest.mark.parametrize("seed", range(DEEPER))
def test_plans_reach_the_grade_and_need_every_change(shipped: tuple[Programme, ...], seed: int, tmp_path: Path) -> None:
    run = random_run(shipped, seed + 1, tmp_path)
    found = [item for item in remedy_all(run) if item.plans]
    assert len(found) > 10
    variants, reaching = [], []
    for item in found:
        all_ = {change.fact: value_of(change.setting) for change in item.plans[0].changes}
        variants += [(item.id, all_), *((item.id, {k: v for k, v in all_.items() if k != left}) for left in all_)]
        reaching += [(item.target["en"].lower(), True), *((item.target["en"].lower(), False) for _ in all_)]
    programmes = programmes_of(run)
    rated = rate_variants(programmes, facts_of(run, programmes), year=2004, rulebook="five_goods", variants=variants)[
        "grade_low"
    ]
    reached = [RANKS.index(grade) >= RANKS.index(target) for grade, (target, _) in zip(rated, reaching, strict=True)]
    assert reached == [whole for _, whole in reaching]


def value_of(setting: str) -> object:
    if setting in {"true", "false"}:
        return setting == "true"
    return float(setting) if "." in setting else int(setting)


def test_the_same_plans_every_time(district_run: Run) -> None:
    assert remedy(district_run, "V03") == remedy(district_run, "V03")
