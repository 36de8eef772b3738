"""A small programme of villages and townships, to ask questions about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.archive import Run, write_run
from engine.facts import read_facts
from engine.programme import load, tables
from engine.rating import rate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PROGRAMME = """\
programme: small
label: {zh: 小方案, en: Small}
kinds: {township: {village: }}
"""
VILLAGE = """\
rulebook: village_book
kind: village
label: {zh: 村评定, en: Villages}
grades: {fine: {zh: 好, en: Fine}, fair: {zh: 中, en: Fair}, poor: {zh: 差, en: Poor}}
facts:
  votes: {type: count, max: voters, label: {zh: 满意票, en: Votes}}
  voters: {type: count, label: {zh: 有效票, en: Voters}}
  roads: {type: count, label: {zh: 道路, en: Roads}}
  fraud: {type: boolean, label: {zh: 弄虚作假, en: Fraud}, blank: false}
parameters:
  least: {label: {zh: 满意率下限, en: Least share}, 2004: 60%, 2005: 80%}
  roads_min: {label: {zh: 道路下限, en: Roads needed}, 2004: 2}
measures:
  satisfied: {label: {zh: 满意率, en: Satisfied}, value: votes / voters}
goods:
  people:
    label: {zh: 群众好, en: People}
    met: {essential: all}
    criteria:
      content: {label: {zh: 群众满意, en: Content}, require: satisfied >= least, essential: true, points: 60}
      built: {label: {zh: 道路够, en: Built}, require: roads >= roads_min, points: 40}
titles:
  model: {label: {zh: 模范村, en: Model}, when: score >= 100}
policy:
  propose:
    - {id: high, label: {zh: 高分, en: High}, when: score >= 100, grade: fine}
    - {id: middle, label: {zh: 中分, en: Middle}, when: score >= 60, grade: fair}
    - {id: low, label: {zh: 低分, en: Low}, grade: poor}
  adjust:
    - {id: lied, label: {zh: 造假, en: Lied}, when: fraud, cap: poor}
select:
  best_two: {label: {zh: 前两名, en: Best two}, best: 2, by: [{most: satisfied}], ties: decide}
"""
TOWNSHIP = """\
rulebook: township_book
kind: township
label: {zh: 乡镇评定, en: Townships}
grades: {fine: {zh: 好, en: Fine}, poor: {zh: 差, en: Poor}}
facts:
  halls: {type: count, label: {zh: 礼堂, en: Halls}}
measures:
  fair_villages: {label: {zh: 中等以上村比例, en: Fair villages}, value: "share(village, village_book.grade >= fair)"}
goods:
  whole:
    label: {zh: 总, en: All}
    met: {essential: all}
    criteria:
      villages: {label: {zh: 村好, en: Villages}, require: fair_villages >= 50%, essential: true}
policy:
  propose:
    - {id: most, label: {zh: 过半, en: Most}, when: good.whole, grade: fine}
    - {id: few, label: {zh: 不过半, en: Few}, grade: poor}
"""
VILLAGES = """\
id,name,parent,votes,voters,roads,fraud
V1,东村,T1,9,10,3,
V2,西村,T1,7,10,3,
V3,南村,T2,5,10,1,
V4,北村,T2,,10,2,
V5,中村,T2,10,10,2,是
"""
TOWNSHIPS = "id,name,halls\nT1,大岭镇,1\nT2,柳河镇,2\n"


def write_rules(folder: Path, *, village: str = VILLAGE, township: str = TOWNSHIP) -> Path:
    """The programme as files."""
    folder.mkdir(parents=True)
    for name, text in (("programme", PROGRAMME), ("village_book", village), ("township_book", township)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def make_run(
    folder: Path,
    *,
    villages: str = VILLAGES,
    townships: str = TOWNSHIPS,
    year: int = 2004,
    final: bool = False,
    village: str = VILLAGE,
    overlays: Sequence[Path] = (),
) -> Run:
    """A run of the programme."""
    programmes = load([write_rules(folder / "rules", village=village)], overlays)
    (folder / "facts").mkdir()
    (folder / "facts" / "village.csv").write_text(villages, encoding="utf-8")
    (folder / "facts" / "township.csv").write_text(townships, encoding="utf-8")
    facts = read_facts(folder / "facts", tables(programmes))
    write_run(rate(programmes, facts, year=year, final=final), folder / "run")
    return Run.open(folder / "run")
