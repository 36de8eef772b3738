"""Which unit is meant, and explanations of rulebooks of all kinds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from explaining import (
    LANGUAGES,
    Explained,
    criteria_of,
)

from engine.archive import InvalidRunError, Run, write_run
from engine.explanation import explain
from engine.facts import read_facts
from engine.programme import load, tables
from engine.rating import rate
from engine.rendering.why import written
from engine.sampling import sample, write_tables

# Which unit


@pytest.fixture(scope="module")
def named_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Units whose names and ids are easily confused."""
    folder = tmp_path_factory.mktemp("named")
    book = "grades: [excellent, unqualified]\npolicy: {propose: [{id: all, grade: excellent}]}\n"
    for name, text in {
        "programme.yaml": "programme: p\nlabel: {zh: 方案}\nkinds: {township: {village: }}\n",
        "one.yaml": "rulebook: one\nkind: village\nlabel: {zh: 一}\n" + book,
        "two.yaml": "rulebook: two\nkind: village\nlabel: {zh: 二}\n" + book,
        "township.csv": "id,name\nT1,镇\nA,甲镇\n",
        "village.csv": "id,name,parent\nV1,东村,T1\nV2,V1,T1\nV3,东村,A\nA,西村,A\nV4,一/二,A\nV5,甲:乙,A\nV6,,A\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    programmes = load([folder])
    (folder / "facts").mkdir()
    for path in folder.glob("*.csv"):
        path.rename(folder / "facts" / path.name)
    write_run(rate(programmes, read_facts(folder / "facts", tables(programmes)), year=2004), folder / "run")
    return Run.open(folder / "run")


@pytest.mark.parametrize(
    ("wanted", "id_"),
    [
        ("V1", "V1"),
        ("village:V1", "V1"),
        ("village:A", "A"),
        ("西村", "A"),
        ("镇/东村", "V1"),
        ("T1/东村", "V1"),
        ("甲镇/东村", "V3"),
        ("A/东村", "V3"),
        ("一/二", "V4"),
        ("甲:乙", "V5"),
        ("V6", "V6"),
    ],
)
def test_a_unit_is_found(named_run: Run, wanted: str, id_: str) -> None:
    found = explain(named_run, wanted)
    assert [(said.kind, said.id, said.rulebook) for said in found] == [("village", id_, "one"), ("village", id_, "two")]


def refusal(run: Run, wanted: str) -> tuple[str, dict[str, object], tuple[str, ...]]:
    with pytest.raises(InvalidRunError) as caught:
        explain(run, wanted)
    (problem,) = caught.value.diagnostics
    assert problem.place.file == str(run.folder)
    return problem.code, dict(problem.values), problem.near


def test_a_name_that_several_have_is_refused(named_run: Run, district_run: Run) -> None:
    expected = {"name": "东村", "count": 2, "units": "village:V1, village:V3"}
    assert refusal(named_run, "东村") == ("several_units", expected, ())
    assert refusal(named_run, "A")[:2] == (
        "several_units",
        {"name": "A", "count": 2, "units": "township:A, village:A"},
    )
    code, values, _ = refusal(district_run, "东村")
    assert (code, values["count"]) == ("several_units", 2)
    for unit in str(values["units"]).split(", "):
        said, *others = explain(district_run, unit)
        assert said.name == "东村"
        assert explain(district_run, f"{said.parent}/东村") == (said, *others)


@pytest.mark.parametrize(
    ("wanted", "near"),
    [("V99", "V39"), ("东沟庄", "东沟村"), ("village:T1", None), ("镇/东村", None), ("", None), ("/", None)],
)
def test_an_unknown_unit_is_told_with_what_may_be_meant(district_run: Run, wanted: str, near: str | None) -> None:
    code, values, guesses = refusal(district_run, wanted)
    assert (code, values) == ("unknown_unit", {"name": wanted})
    assert near is None or near in guesses


def test_a_refused_unit_is_told(quarantine_run: Run) -> None:
    expected = ("unit_refused", {"name": "东村", "id": "V05"}, ())
    assert [refusal(quarantine_run, wanted) for wanted in ("V05", "village:V05", "大岭镇/东村")] == [expected] * 3
    said, *_ = explain(quarantine_run, "V06")
    assert said.grade is not None


def test_a_unit_of_a_kind_that_is_not_rated_is_told(named_run: Run) -> None:
    assert refusal(named_run, "T1")[0:2] == ("unit_not_rated", {"name": "镇", "kind": "township"})


def test_one_of_several_rulebooks_can_be_asked(named_run: Run) -> None:
    (said,) = explain(named_run, "V1", rulebook="two")
    assert (said.rulebook, said.label["zh"]) == ("two", "二")
    with pytest.raises(InvalidRunError):
        explain(named_run, "V1", rulebook="three")


def test_the_unit_above_is_named(named_run: Run, district: Explained) -> None:
    assert [said.parent for said in explain(named_run, "V3")] == ["甲镇", "甲镇"]
    assert district.said["village", "V01"].parent == "大岭镇"
    assert district.said["township", "T1"].parent == "云溪区"


# Other rulebooks


def test_units_of_any_rulebook_are_explained(tmp_path: Path) -> None:
    """Every form of rule that the tests of the language read, over facts with gaps."""
    seen = Counter[str]()
    for folder in sorted((Path(__file__).parent / "language_cases" / "good").iterdir()):
        programmes = load([folder])
        made = sample(programmes, 3, gaps=0.2)
        write_tables(made, tmp_path / folder.name / "facts", "parquet")
        facts = read_facts(tmp_path / folder.name / "facts", tables(programmes))
        write_run(rate(programmes, facts, year=2004), tmp_path / folder.name / "run")
        run = Run.open(tmp_path / folder.name / "run")
        for rulebook, kind in run.manifest["rulebooks"].items():
            for row in run.ratings(rulebook).collect().to_dicts():
                for said in explain(run, f"{kind}:{row['id']}", rulebook=rulebook):
                    texts = [written([said], language, clauses=True) for language in LANGUAGES]
                    assert all(said.name in text and "None" not in text for text in texts)
                    json.dumps(said.as_data())
                    seen[folder.name] += 1
    assert len(seen) > 4


def rated_by(folder: Path, **files: str) -> Run:
    """A run of small rules and facts: `name_yaml` and `kind_csv`."""
    for place in ("rules", "facts"):
        (folder / place).mkdir(parents=True)
    for name, text in files.items():
        stem, _, form = name.rpartition("_")
        (folder / {"yaml": "rules", "csv": "facts"}[form] / f"{stem}.{form}").write_text(text, encoding="utf-8")
    programmes = load([folder / "rules"])
    write_run(rate(programmes, read_facts(folder / "facts", tables(programmes)), year=2004), folder / "run")
    return Run.open(folder / "run")


def printed(run: Run, unit: str) -> str:
    (said,) = explain(run, unit)
    return written([said], "en")


def test_units_far_below_are_named_too(tmp_path: Path) -> None:
    run = rated_by(
        tmp_path,
        programme_yaml="programme: p\nlabel: {zh: 方案}\nkinds: {county: {township: {village: }}}\n",
        county_yaml="""
rulebook: c
kind: county
label: {zh: 县}
measures: {total: {value: "sum(village, income)", label: {zh: 总收入, en: Income}}}
goods:
  deeds:
    label: {zh: 好}
    criteria:
      rich: {label: {zh: 富}, require: total > 500, points: 5}
grades: [excellent, qualified]
policy: {propose: [{id: rich, when: "count(village, income >= 100) >= 2", grade: excellent}, {id: other, grade: qualified}]}
""",
        village_yaml="""
rulebook: v
kind: village
label: {zh: 村}
facts: {income: {type: money, label: {zh: 收入, en: Income}}}
grades: [qualified]
policy: {propose: [{id: all, grade: qualified}]}
""",
        county_csv="id,name\nC1,县一\nC2,县二\n",
        township_csv="id,name,parent\nT1,镇一,C1\nT2,镇二,C1\nT3,镇三,C2\n",
        village_csv="id,name,parent,income\nV1,甲,T1,120\nV2,乙,T3,5\nV3,丙,T2,\nV4,丁,T1,90\n",
    )
    (said,) = explain(run, "C1")
    (criterion,) = criteria_of(said)
    places = [(source.cell, source.value) for source in criterion.sources]
    assert places == [("village.csv:2:D … village.csv:5:D", {"zh": "（3 个单位）", "en": "(3 units)"})]
    assert "? Income Unknown > 500" in printed(run, "C1")  # not known, yet not without meaning either
    assert [source.cell for rule in said.rules if rule.id == "rich" for source in rule.sources] == [places[0][0]]
    (other,) = explain(run, "C2")
    assert [source.cell for source in criteria_of(other)[0].sources] == ["village.csv:3:D"]


BOOK = """
rulebook: b
kind: village
label: {{zh: 书}}
facts: {{a: {{type: count, label: {{zh: 甲, en: A}}}}, b: {{type: boolean, label: {{zh: 乙, en: B}}}}}}
goods:
  deeds:
    label: {{zh: 好, en: Deeds}}
    criteria:
      x: {{label: {{zh: 一, en: X}}, points: {{of: a, bands: {{3: 5, 2: 4}}, else: 1}}}}
      y: {{label: {{zh: 二, en: Y}}, applies: b, require: a >= 3, points: 5}}
titles: {{t: {{label: {{zh: 称, en: T}}, when: grade >= qualified}}}}
score: {{of: 10, not_applicable: {mode}}}
grades: [excellent, commendable, qualified]
policy:
  propose:
    - {{id: most, when: score >= 75% * score_max, grade: excellent}}
    - {{id: other, label: {{zh: 其余, en: Others}}, grade: qualified}}
"""
PROGRAMME = "programme: p\nlabel: {zh: 方案}\nkinds: {village: }\n"


@pytest.mark.parametrize(
    ("mode", "line"),
    [
        ("rescale", "Score: 2 (1 of the 5 points that apply, as 10)"),
        ("zero", "Score: 1 of 10"),
        ("full", "Score: 6 of 10"),
    ],
)
def test_what_does_not_apply_is_told_as_it_counts(tmp_path: Path, mode: str, line: str) -> None:
    rows = "id,name,a,b\nV1,甲,1,no\n"
    run = rated_by(tmp_path, programme_yaml=PROGRAMME, b_yaml=BOOK.format(mode=mode), village_csv=rows)
    text = printed(run, "V1")
    assert line in text
    assert "– Y  Not applicable" in text
    assert "scored A 1  (≥ 3 → 5 · ≥ 2 → 4 · < 2 → 1)" in text  # also what is left when no band is reached


def test_a_threshold_that_is_a_formula_is_written_out(tmp_path: Path) -> None:
    rows = "id,name,a,b\nV1,甲,1,yes\nV2,乙,3,yes\n"
    run = rated_by(tmp_path, programme_yaml=PROGRAMME, b_yaml=BOOK.format(mode="rescale"), village_csv=rows)
    assert "proposes  most → Excellent\n      ✓ Score 10 ≥ 75% × 10\n" in printed(run, "V2")
    text = printed(run, "V1")
    # No rule proposes commendable: what would propose a better grade stands in the way of it, too.
    assert text.endswith("Why not Commendable\n  “most” does not hold:\n      ✗ Score 1 ≥ 75% × 10\n")
    (said,) = explain(run, "V1")
    (title,) = said.titles
    (test,) = title.tests
    shown = [
        piece if isinstance(piece, str) else piece["en"] for piece in (*test.written, test.operator, *test.against)
    ]
    assert (title.status, shown, test.holds) == ("won", ["Grade", " ", "Qualified", "≥", "Qualified"], True)


def test_a_case_with_too_many_completions_is_told(tmp_path: Path) -> None:
    names = [f"f{number}" for number in range(11)]
    facts = "".join(f"  {name}: {{type: boolean, label: {{zh: {name}}}}}\n" for name in names)
    rules = "".join(f"    - {{id: p{name}, when: {name}, grade: excellent}}\n" for name in names)
    book = (
        f"rulebook: b\nkind: village\nlabel: {{zh: 书}}\nfacts:\n{facts}grades: [excellent, qualified, unqualified]\n"
    )
    book += f"policy:\n  propose:\n{rules}    - {{id: other, grade: qualified}}\n"
    rows = f"id,name,{','.join(names)}\nV1,甲{',' * 11}\nV2,乙{',' * 2}{',否' * 9}\n"
    run = rated_by(tmp_path, programme_yaml=PROGRAMME, b_yaml=book, village_csv=rows)
    (many,), (few,) = explain(run, "V1"), explain(run, "V2")
    assert (many.truncated, few.truncated) == (True, False)
    assert [(item.grade_low or {})["en"] for item in (many, few)] == ["Unqualified", "Qualified"]
    assert "Too many gaps to reason every case" in printed(run, "V1")
    assert "Too many" not in printed(run, "V2")
    assert sum(gap.matters for gap in many.gaps) == 11
    assert sum(gap.matters for gap in few.gaps) == 2


APPLIES = """
rulebook: b
kind: village
label: {zh: 村}
facts:
  elected: {type: boolean, label: {zh: 换届, en: Election}}
  proper: {type: boolean, label: {zh: 合规, en: Proper}}
goods:
  mechanism:
    label: {zh: 机制好, en: Mechanism}
    criteria:
      election: {label: {zh: 选举, en: Election}, applies: elected, require: proper, essential: true}
titles:
  proper_village: {label: {zh: 称号, en: Title}, when: good.mechanism}
grades: [qualified]
policy:
  propose:
    - {id: all, grade: qualified}
"""


def test_a_gap_that_leaves_open_whether_a_criterion_applies_may_decide_a_title(tmp_path: Path) -> None:
    rows = "id,elected,proper\nV1,,no\nV2,,yes\nV3,no,\n"
    run = rated_by(tmp_path, programme_yaml=PROGRAMME, b_yaml=APPLIES, village_csv=rows)
    marked = {
        unit: {gap.source.fact: gap.for_title for gap in said.gaps}
        for unit in ("V1", "V2", "V3")
        for said in explain(run, unit)
    }
    assert marked == {"V1": {"elected": True}, "V2": {"elected": False}, "V3": {"proper": False}}
