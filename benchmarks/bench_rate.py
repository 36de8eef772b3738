"""How fast units are rated, as ratios to what polars needs to sum the same columns of the same file.

Rates synthetic villages by `five_goods`, without and with gaps. Every figure is a ratio of two times that were
measured in turn in one process, so that it holds on a noisy machine; the median of the pairs is printed.

    python benchmarks/bench_rate.py [VILLAGES] [PAIRS]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import polars as pl

from engine.archive import case_table, write_run
from engine.facts import Facts, read_facts
from engine.policy import Reasoner
from engine.programme import SHIPPED, load, tables
from engine.rating import Rating, rate
from engine.sampling import sample

if TYPE_CHECKING:
    from collections.abc import Callable

YEAR = 2004
MEGABYTE_IN_KILOBYTES = 1024


def timed(action: Callable[[], object]) -> float:
    """Seconds that an action takes."""
    start = perf_counter()
    action()
    return perf_counter() - start


class Bench:
    """One table of villages, rated again and again."""

    def __init__(self, folder: Path, villages: int, gaps: float) -> None:
        (self.programme,) = load([SHIPPED / "pioneer"])
        self.folder = folder
        self.table = folder / "village.parquet"
        made = sample([self.programme], villages, gaps=gaps)["village"]
        made.drop("parent").sort("id").write_parquet(self.table)
        self.columns = [name for name, kind in made.schema.items() if kind != pl.String]
        self.facts = read_facts(self.table, tables([self.programme]))
        self.prepared = folder / "prepared.parquet"
        self.facts.tables["village"].write_parquet(self.prepared)
        self.rating: Rating | None = None

    def scan(self) -> None:
        """Sum every column that the rulebook reads."""
        pl.scan_parquet(self.prepared).select(pl.col(self.columns).sum()).collect()

    def rate(self) -> None:
        """From the Parquet file to ratings in memory."""
        table = pl.read_parquet(self.prepared)
        facts = Facts({"village": table}, (), (), (), {"village": table.height})
        self.rating = rate(self.programme, facts, year=YEAR, measures=False)

    def rate_and_write(self) -> None:
        """As `rate`, and the ratings and cases written."""
        self.rate()
        assert self.rating is not None  # noqa: S101 - rate has just set it
        found = self.rating.books["five_goods"]
        found.ratings.write_parquet(self.folder / "ratings.parquet", compression="lz4")
        case_table(found.book, found.outcomes, found.decisions).write_parquet(self.folder / "cases.parquet")

    def reason(self) -> None:
        """Reason every case anew, as the first rating of a policy in a process does."""
        assert self.rating is not None  # noqa: S101 - rate has been called
        found = self.rating.books["five_goods"]
        reasoner = Reasoner(found.book.policy)
        for case in found.outcomes:
            reasoner.outcome(case)


def report(villages: int, gaps: float, pairs: int) -> None:
    """Measure and print one table."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), villages, gaps)
        bench.scan()
        scans, rates, writes = [], [], []
        for _ in range(pairs):
            scans.append(timed(bench.scan))
            rates.append(timed(bench.rate))
            writes.append(timed(bench.rate_and_write))
        assert bench.rating is not None  # noqa: S101 - rated above
        reasoning = median(timed(bench.reason) for _ in range(pairs))
        found = bench.rating.books["five_goods"]
        measures = timed(lambda: rate(bench.programme, bench.facts, year=YEAR)) - median(rates)
        full = rate(bench.programme, bench.facts, year=YEAR)
        whole = timed(lambda: write_run(full, Path(name) / "run"))
        to_rate = median(rated / scan for rated, scan in zip(rates, scans, strict=True))
        to_write = median(written / scan for written, scan in zip(writes, scans, strict=True))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE_IN_KILOBYTES
        print(f"{villages:,} villages, {len(bench.columns)} columns, {gaps:.0%} of cells empty, {pairs} pairs")
        print(f"  sum of the columns                  {median(scans):6.3f} s")
        print(f"  rate                                {median(rates):6.3f} s   {to_rate:5.2f} x the sum")
        print(f"  rate, write ratings and cases       {median(writes):6.3f} s   {to_write:5.2f} x the sum")
        print(f"  measures, on top of rating          {measures:6.3f} s")
        print(f"  the whole run folder, once rated    {whole:6.3f} s")
        print(f"  cases {len(found.outcomes):,}, complete cases reasoned {len(found.decisions):,}")
        share = reasoning / (reasoning + median(rates))
        print(f"  durable-rules, every case anew      {reasoning:6.3f} s   {share:.1%} of rating")
        print(f"  peak memory of this process, the run folder included {peak:,.0f} MB")


def main() -> None:
    """Print the tables; each in a process of its own, so that memory is its own."""
    villages = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 5  # noqa: PLR2004
    if len(sys.argv) > 3:  # noqa: PLR2004
        report(villages, float(sys.argv[3]), pairs)
        return
    load()
    for gaps in ("0", "0.02"):
        subprocess.run([sys.executable, __file__, str(villages), str(pairs), gaps], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
