"""Why units moved from one run to another: each is rated by the rules of the one from the facts of the other."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from engine.archive.again import conformed, facts_of, programmes_of
from engine.archive.held import Held
from engine.comparing.answers import answers, moving
from engine.diagnostic import InvalidInputError
from engine.kin import above, among
from engine.programme import tables
from engine.rating import rate
from engine.rating.needed import only_needed
from engine.seats import settlements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.archive import Run
    from engine.comparing.model import Cause
    from engine.facts import Facts
    from engine.kin import Ids
    from engine.programme import Programme


class Causes:
    """Tells why units moved, of some rulebooks."""

    def __init__(self, before: Run, after: Run, rulebooks: Sequence[str]) -> None:
        self.before = before
        self.after = after
        self.rulebooks = rulebooks

    def of(self, rulebook: str, ids: pl.Series) -> dict[str, Cause | None]:
        """For each unit that moved, why; None where that cannot be found out.

        A cause alone is one that moves the unit as far as it went, while without it the unit stays. Of facts it is told
        whether they are those of others, where units move each other.
        """
        found = self._alone(rulebook, ids) | dict.fromkeys(self._ruled(rulebook, ids), "ruling")
        if "facts" not in found.values() or not any(map(_grouped, self.after.rules["rulebooks"].values())):
            return found
        own = set(self._with_other_facts.get(self.after.manifest["rulebooks"][rulebook], ()))
        return {id_: "others" if cause == "facts" and id_ not in own else cause for id_, cause in found.items()}

    def _ruled(self, rulebook: str, ids: pl.Series) -> list[str]:
        """The units whose grade people decided on, and that the rules would have left where they were."""
        papers = [{(item["id"], item["on"], item["new"]) for item in run.rulings} for run in (self.before, self.after)]
        ruled = pl.Series([id_ for id_, on, _ in papers[0] ^ papers[1] if on == "grade"], dtype=pl.String)
        if ruled.is_empty():
            return []
        both = ids.filter(ids.is_in(ruled.implode()))
        old, new = (_computed(run.ratings(rulebook)).filter(among("id", both)) for run in (self.before, self.after))
        same = new.join(old, on="id", suffix="^").filter(pl.col("computed").eq_missing(pl.col("computed^")))
        return same.collect()["id"].to_list()

    def _alone(self, rulebook: str, ids: pl.Series) -> dict[str, Cause | None]:
        """For each unit that moved the cause that moves it alone."""
        alike: tuple[Cause, ...] = ("facts",) if self._same_rules else ("rules",) if self._same_facts else ()
        if self._same_rules and self._same_facts:
            alike = ("closing",)
        elif self.before.manifest["final"] != self.after.manifest["final"]:
            alike = ()
        if alike:
            return dict.fromkeys(ids, alike[0])
        runs = (self._closed, self._rules_alone, self._facts_alone, self.after)
        if any(run is None or rulebook not in run.manifest["rulebooks"] for run in runs):
            return dict.fromkeys(ids)
        tables = [answers(run, rulebook).filter(among("id", ids)).collect() for run in runs if run]
        names = [name for name in moving(tables[0].columns) if all(name in table.columns for table in tables)]
        joined = pl.DataFrame({"id": ids})
        for at, table in enumerate(tables):
            joined = joined.join(table.select("id", pl.struct(names).alias(str(at))), on="id", how="left")
        start, rules, facts, end = (pl.col(str(at)) for at in range(4))
        cause = (
            pl.when(start.eq_missing(end))
            .then(pl.lit("closing"))
            .when(facts.eq_missing(end) & rules.eq_missing(start))
            .then(pl.lit("facts"))
            .when(rules.eq_missing(end) & facts.eq_missing(start))
            .then(pl.lit("rules"))
            .otherwise(pl.lit("both"))
        )
        return cast("dict[str, Cause | None]", dict(joined.select("id", cause).iter_rows()))

    @cached_property
    def _with_other_facts(self) -> Ids:
        """The units whose facts are others, with all above them."""
        every = tables(self._programmes[1])
        runs = (self.before, self.after)
        kinds = [kind for kind in every if all(kind in run.manifest["counts"] for run in runs)]
        schema = {kind: every[kind] for kind in kinds}
        found: dict[str, pl.Series] = {}
        for kind in kinds:
            sides = [run.facts(kind).drop("_file", "_row") for run in runs]
            names = sides[0].collect_schema().names()
            if names != sides[1].collect_schema().names():
                continue
            differ = [
                one.join(other, on=names, how="anti", nulls_equal=True).select("id")
                for one, other in (sides, sides[::-1])
            ]
            found[kind] = pl.concat(differ).select("id").unique().collect()["id"]
        both = [above({kind: ids for kind, ids in found.items() if ids.len()}, schema, run.facts) for run in runs]
        return {kind: pl.concat([side[kind] for side in both if kind in side]) for kind in both[0] | both[1]}

    @cached_property
    def _same_rules(self) -> bool:
        return same_rules(self.before, self.after)

    @cached_property
    def _same_facts(self) -> bool:
        kinds = [run.manifest["counts"].keys() for run in (self.before, self.after)]
        return kinds[0] == kinds[1] and all(self._same_table(kind) for kind in kinds[0])

    def _same_table(self, kind: str) -> bool:
        name = f"facts/{kind}.parquet"
        digests = [run.manifest["files"].get(name) for run in (self.before, self.after)]
        if digests[0] and digests[0] == digests[1]:
            return True
        old, new = (run.facts(kind).drop("_file", "_row").collect() for run in (self.before, self.after))
        return old.columns == new.columns and old.equals(new)

    @cached_property
    def _programmes(self) -> tuple[tuple[Programme, ...], tuple[Programme, ...]]:
        return programmes_of(self.before), programmes_of(self.after)

    @cached_property
    def _facts(self) -> tuple[Facts, Facts]:
        old, new = self._programmes
        return facts_of(self.before, old), facts_of(self.after, new)

    @cached_property
    def _closed(self) -> Run | None:
        """The first run with its evidence as closed as that of the second."""
        if self.before.manifest["final"] == self.after.manifest["final"]:
            return self.before
        return self._rated(self._programmes[0], self._facts[0], self.before)

    @cached_property
    def _rules_alone(self) -> Run | None:
        return self._rated(self._programmes[1], self._facts[0], self.after)

    @cached_property
    def _facts_alone(self) -> Run | None:
        return self._rated(self._programmes[0], self._facts[1], self.before)

    def _rated(self, programmes: Sequence[Programme], facts: Facts, like: Run) -> Run | None:
        """Facts rated by programmes in the year of a run; None when they cannot be."""
        try:
            facts = conformed(facts, programmes)
            needed = [only_needed(programme, self.rulebooks) for programme in programmes]
            programmes = [programme for programme in needed if programme.rulebooks]
            year, final = like.manifest["year"], self.after.manifest["final"]
            return Held(like.folder, rate(programmes, facts, year=year, final=final, lapse=True))
        except InvalidInputError:
            return None


def _grouped(book: dict[str, Any]) -> bool:
    """Whether units of a resolved rulebook move each other."""
    return bool(settlements(book)) or any("rank" in item for item in book["measures"].values())


def _bare(rules: dict[str, Any]) -> dict[str, Any]:
    """Resolved rules without what does not decide: where their files lay, whether the evidence is closed."""
    books = {id_: {**book, "file": ""} for id_, book in rules["rulebooks"].items()}
    return {**rules, "rulebooks": books, "final": None}


def _computed(ratings: pl.LazyFrame) -> pl.LazyFrame:
    """What the rules alone gave each unit."""
    name = "computed_grade" if "computed_grade" in ratings.collect_schema() else "grade"
    return ratings.select("id", computed=pl.col(name).cast(pl.String))


def same_rules(before: Run, after: Run) -> bool:
    """Whether two runs were rated by the same rules."""
    old, new = (_bare(run.rules) for run in (before, after))
    return old == new
