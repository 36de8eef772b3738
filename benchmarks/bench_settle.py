"""What seats cost: rating villages in 200 counties with `settle`, as a multiple of rating them without.

Both rate the same table by `five_goods` in turn in one process. An overlay gives seats to three grades in each county,
by score, a share and a fact; first as the rulebook proposes, then with every village proposed as excellent, so that all
compete. The median of the pairs is printed.

    python benchmarks/bench_settle.py [VILLAGES] [PAIRS] [GAPS]
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import polars as pl

from engine.facts import Facts
from engine.programme import SHIPPED, load
from engine.rating import rate
from engine.rating.needed import only_needed
from engine.sampling import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.programme import Programme

YEAR, COUNTIES, TOWNSHIPS = 2004, 200, 10
EVERYBODY = """
overlay: everybody
label: proposed
programme: pioneer
rulebooks:
  five_goods:
    policy:
      propose:
        everybody: {label: everybody, when: score >= 0, grade: excellent, before: by_score_excellent}
      adjust: {satisfaction_below_top: off, veto_falsified: off}
"""
SEATS = """
overlay: seats
label: seats
programme: pioneer
rulebooks:
  five_goods:
    policy:
      settle:
        excellent_20:
          label: 20 %
          grade: excellent
          at_most: 20%
          within: county
          by: [{most: score}, {most: satisfied_votes / valid_votes}, {most: committee_members}]
        commendable_30:
          {label: 30 %, grade: commendable, at_most: 30%, within: county, by: [{most: score}]}
        qualified_45:
          label: 45 %
          grade: qualified
          at_most: 45%
          within: county
          by: [{most: score}, {most: satisfied_votes / valid_votes}]
"""


def timed(action: Callable[[], object]) -> float:
    """Seconds that an action takes."""
    start = perf_counter()
    action()
    return perf_counter() - start


def programme(overlays: Sequence[str]) -> Programme:
    """The part of the shipped programme that rates villages, changed by overlays."""
    with tempfile.TemporaryDirectory() as name:
        files = [Path(name) / f"{at}.yaml" for at in range(len(overlays))]
        for file, text in zip(files, overlays, strict=True):
            file.write_text(text, encoding="utf-8")
        (found,) = load([SHIPPED / "pioneer"], overlays=files)
    return only_needed(found, ["five_goods"])


def units(kind: str, count: int, parent: str | None, parents: int) -> pl.DataFrame:
    """Units in order of id, each under one of so many above."""
    above = pl.format(f"{parent}{{}}", pl.int_range(count) % parents) if parent else pl.lit(None, pl.String)
    return pl.select(
        pl.format(f"{kind}{{}}", pl.int_range(count)).alias("id"),
        pl.lit("").alias("name"),
        above.alias("parent"),
        pl.lit(value=False).alias("_refused"),
    ).sort("id")


def main() -> None:
    """Print the ratios."""
    villages, pairs, gaps = (
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 5,  # noqa: PLR2004
        float(sys.argv[3]) if len(sys.argv) > 3 else 0.0,  # noqa: PLR2004
    )
    made = sample(load([SHIPPED / "pioneer"]), villages, gaps=gaps)["village"].sort("id")
    towns = COUNTIES * TOWNSHIPS
    parent = pl.format("township{}", pl.int_range(pl.len()) % towns).alias("parent")
    tables = {
        "county": units("county", COUNTIES, None, 1),
        "township": units("township", towns, "county", COUNTIES),
        "village": made.with_columns(parent, pl.lit(value=False).alias("_refused")),
    }
    facts = Facts(tables, (), (), (), {kind: table.height for kind, table in tables.items()})
    print(f"{villages:,} villages in {COUNTIES} counties, {gaps:.0%} of cells empty, {pairs} pairs")
    for name, overlays in (("as proposed", []), ("all compete", [EVERYBODY])):
        without, with_seats = programme(overlays), programme([*overlays, SEATS])
        plain, seats = [], []
        for _ in range(pairs):
            plain.append(timed(partial(rate, without, facts, year=YEAR, measures=False)))
            seats.append(timed(partial(rate, with_seats, facts, year=YEAR, measures=False)))
        found = rate(with_seats, facts, year=YEAR, measures=False).books["five_goods"].selections
        ratio = median(one / other for one, other in zip(seats, plain, strict=True))
        print(f"  {name}: competing {', '.join(f'{table.height:,}' for table in found.values())}")
        print(f"    rate             {median(plain):6.3f} s")
        print(f"    rate with seats  {median(seats):6.3f} s   {ratio:5.2f} x")


if __name__ == "__main__":
    main()
