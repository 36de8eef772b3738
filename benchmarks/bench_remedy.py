"""How long remedies take: `make bench`, or `python benchmarks/bench_remedy.py [--villages N]`.

A county of villages whose grade does not hang on what nobody can change. Measured in time of the processor, so that two
machines with other work can be compared.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import polars as pl

from engine.archive import Run, write_run
from engine.facts import read_facts
from engine.programme import load, tables
from engine.rating import rate
from engine.remedies import remedy_all
from engine.remedies.planning import Planner
from engine.sampling import sample, write_tables

YEAR = 2004
BEYOND = ("falsified_data", "disorderly_petitions", "gang_members", "team_sanctions")


def county(villages: int, folder: Path) -> Run:
    """A run of random villages."""
    pioneer = [item for item in load() if item.id == "pioneer"]
    table = sample(pioneer, villages, gaps=0.02)["village"].drop("parent")
    table = table.with_columns(pl.lit(0).cast(table[name].dtype).alias(name) for name in BEYOND)
    write_tables({"village": table}, folder, "csv")
    rating = rate(pioneer, read_facts(folder / "village.csv", tables(pioneer)), year=YEAR)
    write_run(rating, folder / "run")
    return Run.open(folder / "run")


def main() -> None:
    """Plan for every village, and print how long that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--villages", type=int, default=279)
    villages = parser.parse_args().villages
    each: list[float] = []
    plan = Planner.plan

    def measured(*arguments: object) -> object:
        start = time.process_time()
        found = plan(*arguments)  # type: ignore[arg-type]
        each.append(time.process_time() - start)
        return found

    Planner.plan = measured  # type: ignore[assignment, method-assign]
    with tempfile.TemporaryDirectory() as folder:
        run = county(villages, Path(folder))
        start, clock = time.process_time(), time.perf_counter()
        found = remedy_all(run)
        spent, waited = time.process_time() - start, time.perf_counter() - clock
    verdicts = {
        verdict: sum(item.verdict == verdict for item in found) for verdict in ("found", "impossible", "undecided")
    }
    print(f"{len(found)} of {villages} villages below the best grade: {verdicts}")
    most = sorted(each)[-len(each) // 20]
    print(f"one unit: median {statistics.median(each[1:]) * 1e3:.0f} ms, 95 % within {most * 1e3:.0f} ms")
    print(f"all, with reading and replaying: {spent:.1f} s of the processor, {waited:.1f} s on the clock")


if __name__ == "__main__":
    main()
