"""What would be, if facts, parameters or rules were others."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from populations import seeded
from questions import make_run
from strategies import DEEPER

from engine.archive import Run, write_run
from engine.archive.again import facts_of, programmes_of
from engine.archive.held import Held
from engine.comparing import compare
from engine.diagnostic import InvalidInputError
from engine.explanation import explain
from engine.facts import read_facts
from engine.messages import sentence
from engine.programme import load, tables
from engine.programme.overlays import Overlay
from engine.rating import rate
from engine.rendering.questions import sweeps, whatifs
from engine.supposing import read_scenarios, scenario, supposed, sweep, whatif
from engine.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.messages import Language
    from engine.supposing import WhatIf

ROOT = Path(__file__).parents[1]
OVERLAY = """\
overlay: stricter
label: {zh: 从严, en: Stricter}
programme: small
rulebooks:
  village_book:
    parameters:
      least: {2004: 90%}
      roads_min: {2004: 3}
    policy:
      adjust:
        lied: off
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return make_run(tmp_path_factory.mktemp("whatif") / "run")


def standings(found: WhatIf) -> dict[str, tuple[str | None, str | None]]:
    return {
        unit.id: tuple(side.grade and side.grade["en"] for side in (unit.before, unit.after))  # type: ignore[misc]
        for book in found.comparison.books
        for unit in book.moved
    }


def refused(run: Run, **options: Any) -> list[tuple[str, str, tuple[str, ...]]]:  # noqa: ANN401
    with pytest.raises(InvalidInputError) as raised:
        whatif(run, scenario(**options))
    return [(item.code, str(item.place), item.near) for item in raised.value.diagnostics]


def test_a_fact_moves_its_unit_and_those_above(run: Run) -> None:
    found = whatif(run, scenario(["village:V1.votes=1", "V2.满意票=1"]))
    moved = {id_: pair for id_, pair in standings(found).items() if pair[0] != pair[1]}
    assert moved == {"V1": ("Fine", "Poor"), "V2": ("Fine", "Poor"), "T1": ("Fine", "Poor")}
    assert found.units == {"village": ("V1", "V2"), "township": ("T1",)}


def test_others_in_a_selection_move_too(run: Run) -> None:
    found = whatif(run, scenario(["V3.votes=10"]))
    (book,) = (book for book in found.comparison.books if book.kind == "village")
    changes = {unit.id: [item.id for item in unit.changes] for unit in book.moved}
    assert changes["V1"] == ["best_two"]
    assert "V1" not in found.units["village"]


def test_an_empty_scenario_and_one_that_says_what_is(run: Run) -> None:
    for asked in (scenario(), scenario(["V1.votes=9", "V5.fraud=是"]), scenario(params=["least=60%"])):
        found = whatif(run, asked, unit="V1")
        assert found.comparison.is_empty
    assert "V1" in {unit.id for book in whatif(run, scenario(), unit="V1").comparison.books for unit in book.moved}


def test_a_fact_that_would_not_be_reported(run: Run) -> None:
    found = whatif(run, scenario(unsets=["V1.votes"]))
    assert standings(found)["V1"] == ("Fine", None)


def test_set_and_set_back(run: Run, tmp_path: Path) -> None:
    there = tmp_path / "there"
    write_run(supposed(run, scenario(["V1.votes=1"])), there)
    back = supposed(Run.open(there), scenario(["V1.votes=9"]))
    assert compare(run, Held(Path("back"), back)).is_empty


def test_a_parameter_by_id_or_label(run: Run) -> None:
    for text in ("least=80%", "满意率下限=80%", "village_book.least=80%"):
        found = whatif(run, scenario(params=[text]))
        assert standings(found)["V2"] == ("Fine", "Poor")
        assert [unit.parts[0].label["en"] for book in found.comparison.books for unit in book.moved if unit.id == "V2"]


def test_each_mover_of_an_overlay_is_told_the_smallest_part_that_moves_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "stricter.yaml"
    file.write_text(OVERLAY, encoding="utf-8")
    found = whatif(run, scenario(overlays=[file]))
    units = [unit for book in found.comparison.books for unit in book.moved]
    labels = {unit.id: [part.label["en"] for part in unit.parts] for unit in units if unit.parts}
    assert labels == {
        "V2": ["parameter “Least share” 60% → 90%"],
        "V4": ["parameter “Roads needed” 2 → 3"],
        "V5": ["parameter “Roads needed” 2 → 3", "without the rule of `adjust` “Lied”"],
        "T2": ["without the rule of `adjust` “Lied”"],
    }


@pytest.mark.parametrize("seed", range(3 * DEEPER))
def test_the_named_part_moves_a_unit_and_without_it_it_stays(seed: int, tmp_path: Path) -> None:
    random = seeded(seed)
    rows = ["id,name,parent,votes,voters,roads,fraud"]
    for at in range(24):
        votes = random.choice(["", *map(str, range(11))])
        rows.append(f"V{at:02},村{at},T{at % 2 + 1},{votes},10,{random.randrange(5)},{random.choice(['', '', '是'])}")
    run = make_run(tmp_path / "run", villages="\n".join(rows) + "\n")
    book: dict[str, Any] = {
        "parameters": {
            "least": {"2004": f"{random.choice([20, 50, 75, 90])}%"},
            "roads_min": {"2004": str(random.choice([1, 3, 4]))},
        },
        "goods": {"people": {"criteria": {"content": {"essential": "false"}, "built": {"points": "30"}}}},
        "policy": {"adjust": {"lied": "off"}},
    }
    for key in random.sample(["parameters", "goods", "policy"], random.randrange(3)):
        del book[key]
    overlay = Overlay.made("random", {"zh": "随机", "en": "Random"}, "small", {"village_book": book or {"label": "村"}})
    (tmp_path / "random.yaml").write_bytes(overlay.content)
    found = whatif(run, scenario(overlays=[tmp_path / "random.yaml"]), most=100).comparison
    (programme,) = programmes_of(run, [overlay])
    (known,) = programme.overlays
    every = [part.id for part in known.parts]

    def moved(parts: list[str]) -> dict[tuple[str, str], tuple[Any, ...]]:
        programmes = programmes_of(run, [known.only(parts)])
        rating = rate(programmes, facts_of(run, programmes), year=2004)
        end = compare(run, Held(run.folder, rating), causes=False, most=100)
        return {
            (item.rulebook, unit.id): (unit.after.low, unit.after.high) for item in end.books for unit in item.moved
        }

    whole = moved(every) if every else {}
    movers = [(item.rulebook, unit) for item in found.books for unit in item.moved]
    assert {(id_, unit.id) for id_, unit in movers} == whole.keys()
    for id_, unit in movers:
        named = [part.id for part in unit.parts]
        assert named
        assert moved(named)[id_, unit.id] == whole[id_, unit.id]
        assert (id_, unit.id) not in moved([part for part in every if part not in named])


def test_a_hypothetical_run_says_so_and_verifies(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "stricter.yaml"
    file.write_text(OVERLAY, encoding="utf-8")
    write_run(
        supposed(run, scenario(["V1.votes=8", "V3.roads=5"], ["V2.voters"], ["roads_min=1"], [file])), tmp_path / "new"
    )
    new = Run.open(tmp_path / "new")
    assert new.manifest["hypothetical"]["facts"] == [
        ["village", "V1", "votes", "8"],
        ["village", "V3", "roads", "5"],
        ["village", "V2", "voters", None],
    ]
    assert verify(new).holds
    assert verify(run).holds
    assert explain(new, "V1")[0].hypothetical
    assert not explain(run, "V1")[0].hypothetical


def test_what_names_nothing_is_told_all_at_once(run: Run) -> None:
    assert refused(run, sets=["V1.vote=3", "V9.votes=3", "votes=3", "V1.voters=9"]) == [
        ("whatif_unknown_fact", "--set V1.vote=3", ("votes", "voters")),
        ("unknown_unit", "--set V9.votes=3", ()),
        ("whatif_no_unit", "--set votes=3", ()),
    ]
    assert refused(run, sets=["V1.votes=many", "V2.votes=99", "V3.fraud=perhaps"]) == [
        ("cell_not_number", "--set V1.votes=many", ()),
        ("cell_not_boolean", "--set V3.fraud=perhaps", ()),
        ("cell_above_fact", "--set V2.votes=99", ()),
    ]
    assert refused(run, params=["least=80"]) == [("overlay_breaks", "--param least=80", ())]
    assert refused(run, params=["lest=80%"]) == [("whatif_unknown_parameter", "--param lest=80%", ("least",))]
    with pytest.raises(InvalidInputError) as raised:
        scenario(["V1.votes"], params=["least"])
    assert [item.code for item in raised.value.diagnostics] == ["whatif_no_value", "whatif_no_value"]


def test_scenarios_of_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "stricter.yaml").write_text(OVERLAY, encoding="utf-8")
    file = tmp_path / "scenarios.yaml"
    file.write_text(
        "scenarios:\n  - {name: worse, set: {V1.votes: 1, V2.votes: 1}}\n  - {name: stricter, overlay: [stricter.yaml]}\n"
        "  - {name: open, unset: [V1.votes], param: {least: 50%}}\n",
        encoding="utf-8",
    )
    found = [whatif(run, item) for item in read_scenarios(file)]
    assert [item.scenario for item in found] == ["worse", "stricter", "open"]
    assert standings(found[0])["V1"] == ("Fine", "Poor")
    assert standings(found[2])["V1"] == ("Fine", None)
    file.write_text("scenarios:\n  - {name: x, sets: {V1.votes: 1}}\n", encoding="utf-8")
    with pytest.raises(InvalidInputError) as raised:
        read_scenarios(file)
    assert [(item.code, item.near) for item in raised.value.diagnostics] == [("unknown_key", ("set",))]


def test_a_sweep_tells_where_the_grade_changes(run: Run) -> None:
    (found,) = sweep(run, "V2", "votes=0..10")
    assert [(item.first, item.last, item.grade and item.grade["en"], item.holds_now) for item in found.stretches] == [
        ("0", "5", "Poor", False),
        ("6", "10", "Fine", True),
    ]
    (found,) = sweep(run, "V3", "满意票=0..10/5")
    assert [(item.first, item.last) for item in found.stretches] == [("0", "5"), ("10", "10")]
    for text, code in (
        ("votes=0-9", "whatif_sweep_range"),
        ("votes=9..0", "whatif_sweep_range"),
        ("votes=0.2..0.8", "whatif_sweep_range"),
        ("fraud=0..1", "whatif_sweep_type"),
        ("vote=0..1", "whatif_unknown_fact"),
        ("votes=0..9000", "whatif_sweep_many"),
    ):
        with pytest.raises(InvalidInputError) as raised:
            sweep(run, "V2", text)
        assert [item.code for item in raised.value.diagnostics] == [code]


def test_a_sweep_leaves_out_what_no_cell_may_hold(run: Run) -> None:
    """`--set` refuses more votes than voters; so does a sweep."""
    assert refused(run, sets=["V2.votes=11"])
    (found,) = sweep(run, "V2", "votes=0..14")
    assert (found.stretches[-1].last, found.refused) == ("10", 4)
    (found,) = sweep(run, "V2", "votes=11..14")
    assert (found.stretches, found.refused) == ((), 4)


def test_a_run_of_a_what_if_is_asked_what_if_again(run: Run, tmp_path: Path) -> None:
    write_run(supposed(run, scenario(params=["least=80%"])), tmp_path / "supposed")
    opened = Run.open(tmp_path / "supposed")
    assert standings(whatif(opened, scenario(params=["least=60%"])))["V2"] == ("Poor", "Fine")
    assert compare(run, opened).after.hypothetical
    assert verify(opened).hypothetical


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_screen(run: Run, tmp_path: Path, golden: Callable[[str, str], None], language: Language) -> None:
    file = tmp_path / "stricter.yaml"
    file.write_text(OVERLAY, encoding="utf-8")
    asked = [scenario(["V1.votes=1", "V2.votes=1"]), scenario(overlays=[file]), scenario()]
    screens = []
    for item in asked:
        found = [whatif(run, item, unit="V1")]
        text = whatifs(found, language)
        screens.append(text.replace(str(run.folder), "RUN"))
    screens.append(sweeps(sweep(run, "V2", "votes=0..10"), language))
    told = []
    for item in (scenario(["V1.vote=3", "votes=3"]), scenario(["V2.votes=99"]), scenario(params=["lest=80%"])):
        with pytest.raises(InvalidInputError) as raised:
            whatif(run, item)
        told += [f"{slip.place}: {' | '.join(sentence(slip, language))}" for slip in raised.value.diagnostics]
    golden(f"whatif/screen.{language}.txt", "\n".join([*screens, *told]) + "\n")


# Only what can move is rated again, and that is all that moves.


@cache
def shipped(programme: str, folder: str, year: int, place: Path) -> Run:
    programmes = load([ROOT / "rules" / programme])
    facts = read_facts(ROOT / "fixtures" / folder, tables(programmes))
    write_run(rate(programmes, facts, year=year), place)
    return Run.open(place)


@pytest.mark.parametrize(
    ("programme", "folder", "year"), [("stationing", "county", 2006), ("upgrade", "upgrade", 2004)]
)
def test_what_can_move_is_what_moves(
    programme: str, folder: str, year: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = shipped(programme, folder, year, tmp_path_factory.mktemp(programme) / "run")
    schema = tables(load([ROOT / "rules" / programme]))
    random = seeded(programme)
    moved = 0
    for kind in random.sample(list(run.manifest["counts"]), 4):
        ids = run.facts(kind).select("id").filter(~pl.col("id").str.starts_with("?")).collect()["id"].to_list()
        facts = [fact for fact in schema[kind].columns.values() if fact.type in {"boolean", "count", "date", "choice"}]
        sets, unsets = [], []
        for fact in random.choices(facts, k=40):
            name = f"{kind}:{random.choice(ids)}.{fact.id}"
            if fact.type == "boolean":
                sets.append(f"{name}={random.choice(['是', '否'])}")
            else:
                unsets.append(name)
        asked = scenario(sets, unsets)
        part = whatif(run, asked, most=1_000)
        whole = compare(run, Held(run.folder, supposed(run, asked)), causes=False, most=1_000)
        seen = [
            {(book.rulebook, unit.id) for book in found.books for unit in book.moved if unit.changes}
            for found in (part.comparison, whole)
        ]
        assert seen[0] >= {pair for pair in seen[1] if pair[1]}
        counts = [
            {book.rulebook: book.count for book in found.books if book.count} for found in (part.comparison, whole)
        ]
        assert counts[0] == counts[1]
        moved += sum(counts[1].values())
    assert moved
