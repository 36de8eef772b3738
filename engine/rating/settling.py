"""Seats: of a grade there may be so many, and the first have it (docs/meaning.md).

Who stands at a grade after `adjust` competes for its seats; the others get a lower grade. Where gaps leave open who
competes, where a unit stands or of how many units a share is taken, a unit has a seat for certain only if it has one
however that ends, and has none for certain only if it never has.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from engine import scoring
from engine.expression import typed
from engine.expression.columns import Range
from engine.expression.library import framed, unframed
from engine.expression.typed import number_of
from engine.scoring.layers import both_ends, stored_as
from engine.scoring.places import counted, group_numbers, order, worlds_apart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.expression.columns import Environment
    from engine.expression.library import Expr
    from engine.expression.syntax import Node
    from engine.programme.rules import Rules, Settlement

SEATED, SURPLUS, TIED, OPEN = SEATS = ("seated", "surplus", "tied", "seat_open")
"""What a unit is that competes for a seat."""


def settle(
    book: Rules, decided: pl.DataFrame, environment: Environment, *, final: bool
) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Give the seats.

    Args:
        book: the rulebook.
        decided: its units with what the policy made of their cases.
        environment: how they are read.
        final: the evidence is closed: the worst of what is still open counts, and a refused unit takes no part.

    Returns:
        The units with the ends of their grades as the seats leave them, what the policy alone gave beside as
        `adjusted_low` and `adjusted_high`; and for each settlement those who compete, in order of id.
    """
    units = _keyed(book, decided, environment)
    low, high = (decided[f"grade_{end}"].to_physical().cast(pl.Int64) for end in ("low", "high"))
    open_ = _Round(units, low, high, final=False)
    closed = _Round(units, low, low, final=True) if final else open_
    rules = decided["rules"]
    tables = {}
    for item in book.settlements:
        table = closed.settle(item, environment.constants)
        if final:
            open_.settle(item, environment.constants)
        at = table.filter(pl.col("status") == SURPLUS)["_at"]
        rules = rules.clone().scatter(at, (rules.gather(at) + f",{item.id}").str.strip_prefix(","))
        tables[item.id] = table.filter(~table["_refused"]).drop("_refused", "_at")
    grades = pl.Enum(list(book.grades))
    names = pl.Series(list(book.grades), dtype=grades)
    # What is issued when the evidence is closed may be better than the worst that was possible before.
    ends = (closed.low, open_.high.zip_with(open_.high < closed.low, closed.low))
    found = decided.with_columns(
        pl.col("grade_low").alias("adjusted_low"),
        pl.col("grade_high").alias("adjusted_high"),
        names.gather(ends[0]).alias("grade_low"),
        names.gather(ends[1]).alias("grade_high"),
        rules.alias("rules"),
    )
    return found, tables


def _keyed(book: Rules, decided: pl.DataFrame, environment: Environment) -> pl.DataFrame:
    """The units with both ends of the keys of each settlement (`key:s:1`, `key:s:1:high`, …)."""
    # Lazily: see `engine.rating._Work.titles`.
    layers = scoring.Layers(framed(decided.lazy()), replace(environment, held={}))
    keys = {_key(item, at): key.value for item in book.settlements for at, key in enumerate(item.keys, start=1)}
    layers.hold([], repeated=keys.values())
    columns: dict[str, Expr] = {}
    for name, value in layers.compile(keys).items():
        assert isinstance(value, Range)  # noqa: S101 - the checker gives an order
        columns |= stored_as(name, both_ends(value))
    return unframed(layers.frame.with_columns(**columns)).collect()


def _key(item: Settlement, at: int) -> str:
    return f"key:{item.id}:{at}"


class _Round:
    """The grades of units, settlement after settlement.

    Attributes:
        low: the place of the worst grade that each unit can have, best first.
        high: that of the best.
    """

    def __init__(self, units: pl.DataFrame, low: pl.Series, high: pl.Series, *, final: bool) -> None:
        self.units = units
        self.low = low
        self.high = high
        self.final = final
        # Units that are outside the seats: neither counted nor seated.
        everybody = pl.repeat(value=True, n=units.height, dtype=pl.Boolean, eager=True)
        self.inside = ~units["advisory"].fill_null(value=False) if "advisory" in units.columns else everybody

    def settle(self, item: Settlement, constants: Mapping[tuple[str, str], Node]) -> pl.DataFrame:
        """Give the seats of one settlement; returns those who compete, or may."""
        units, refused = self.units, self.units["_refused"]
        groups = _groups(item, units)
        numbers = _numbers(groups, units)
        competes = self.inside & (self.high <= item.grade) & (self.low >= item.grade)
        if self.final:
            competes &= ~refused & groups.is_not_null()
        certain = competes & (self.high == self.low) & ~refused
        keys = []
        for at, key in enumerate(item.keys, start=1):
            low, high = units[_key(item, at)], units[f"{_key(item, at)}:high"]
            if self.final:  # what is open counts at its worst
                low, high = (low, low) if key.most else (high, high)
            keys.append((low, high))
        table = pl.DataFrame(
            {
                **{name: units[name] for name in ("id", "name", "parent", "_refused")},
                "group": groups,
                "certain": certain,
                **{f"key_{at}": low for at, (low, _) in enumerate(keys, start=1)},
                **{f"key_{at}_high": high for at, (_, high) in enumerate(keys, start=1)},
                "_number": numbers,
            }
        ).with_row_index("_at")
        table = self.with_base(table.filter(competes), item, numbers)
        seats = [_seats(item, table[name], constants).alias(name) for name in ("base", "base_high")]
        table = table.with_columns(seats=seats[0], seats_high=seats[1])
        ends = []
        for at, key in enumerate(item.keys, start=1):
            low, high = table[f"key_{at}"], table[f"key_{at}_high"]
            ends.append((-high, -low) if key.most else (low, high))
        best, worst = order(ends)
        counts = counted(table["_number"], best, worst, table["certain"])
        table = table.hstack(counts).with_columns(_is_in(item).alias("_in"), _is_out(item).alias("_out"))
        self._apply(item, table)
        status = (
            pl.when(~pl.col("certain"))
            .then(pl.lit(OPEN))
            .when("_in")
            .then(pl.lit(SEATED))
            .when("_out")
            .then(pl.lit(SURPLUS))
            .when(_is_tied(item))
            .then(pl.lit(TIED))
            .otherwise(pl.lit(OPEN))
        )
        return table.select(
            *("id", "name", "parent"),
            pl.col("group").cast(pl.String),
            status.cast(pl.Enum(SEATS)).alias("status"),
            "certain",
            (pl.col("ahead") + 1).alias("place_low"),
            (pl.col("ahead_most") + 1).alias("place_high"),
            *(f"{name}{end}" for name in ("base", "seats") for end in ("", "_high")),
            *(
                column
                for at in range(1, len(item.keys) + 1)
                for column in (
                    f"key_{at}",
                    pl.when(pl.col(f"key_{at}_high") != pl.col(f"key_{at}")).then(f"key_{at}_high"),
                )
            ),
            *("_refused", "_at"),
        )

    def with_base(self, table: pl.DataFrame, item: Settlement, numbers: pl.Series) -> pl.DataFrame:
        """Those who compete, with the number of units of which a share is taken in their group: `base`, `base_high`."""
        rated = self.inside & ~self.units["_refused"]
        sure = self.inside if item.said.of == "all" else rated
        may = sure if self.final else self.inside
        units = pl.DataFrame({"_number": numbers, "sure": sure, "may": may})
        counts = units.group_by("_number").agg(pl.col("sure", "may").sum().cast(pl.Int64))
        # One whose group is not known may be in any.
        loose = 0 if self.final else int((self.inside & numbers.is_null()).sum())
        placed = pl.col("_number").is_not_null()
        return (
            table.join(counts, on="_number", how="left", maintain_order="left")
            .with_columns(
                base=pl.when(placed).then("sure").otherwise(0),
                base_high=pl.when(placed).then(pl.col("may") + loose).otherwise(pl.lit(int(may.sum()))),
            )
            .drop("sure", "may")
        )

    def _apply(self, item: Settlement, table: pl.DataFrame) -> None:
        """The ends of the grades once the seats are given."""
        at = table["_at"]
        low, high = pl.col("low"), pl.col("high")
        # Who may have another grade than this one, and has no seat, may still have one between.
        lower = pl.when(low > item.grade).then(item.grade + 1).otherwise(item.surplus)
        ends = table.select("_in", "_out", low=self.low.gather(at), high=self.high.gather(at)).select(
            low=pl.when(pl.col("_in") | (low > item.surplus)).then(low).otherwise(item.surplus).cast(pl.Int64),
            high=pl.when(pl.col("_out") & (high == item.grade)).then(lower).otherwise(high).cast(pl.Int64),
        )
        self.low = self.low.clone().scatter(at, ends["low"])
        self.high = self.low if self.final else self.high.clone().scatter(at, ends["high"])


def _groups(item: Settlement, units: pl.DataFrame) -> pl.Series:
    """Among whom each unit competes; null where that is not known."""
    if item.said.within is None:
        return pl.repeat("", units.height, dtype=pl.String, eager=True)
    column = scoring.group_column(item.said.within)
    return units[column] if column in units.columns else pl.repeat(None, units.height, dtype=pl.String, eager=True)


def _numbers(groups: pl.Series, units: pl.DataFrame) -> pl.Series:
    """Groups as numbers; those of one world are apart from those of another."""
    numbers = group_numbers(groups)
    return worlds_apart(numbers, units[scoring.WORLD]) if scoring.WORLD in units.columns else numbers


def _seats(item: Settlement, base: pl.Series, constants: Mapping[tuple[str, str], Node]) -> pl.Series:
    """How many seats there are among so many units, exactly."""
    node = item.at_most
    node = constants[node.rulebook, node.id] if isinstance(node, typed.ParameterLeaf) else node
    share = number_of(node)
    assert share is not None  # noqa: S101 - the checker gives a number
    if not getattr(node, "percent", False):
        return pl.repeat(int(share), base.len(), dtype=pl.Int64, eager=True)
    top, bottom = base * share.numerator, share.denominator
    match item.said.round:
        case "down":
            return top // bottom
        case "up":
            return (top + bottom - 1) // bottom
        case _:
            return (top * 2 + bottom) // (bottom * 2)


def _is_in(item: Settlement) -> pl.Expr:
    """A unit has a seat if it competes, however everything ends."""
    return pl.col("ahead_most" if item.said.ties == "in" else "reach_most") < pl.col("seats") + (
        0 if item.said.ties == "in" else 1
    )


def _is_out(item: Settlement) -> pl.Expr:
    """A unit has no seat, however everything ends."""
    if item.said.ties == "out":
        return pl.col("reach") > pl.col("seats_high")
    return pl.col("ahead") >= pl.col("seats_high")


def _is_tied(item: Settlement) -> pl.Expr:
    """A unit is level with others at the last seat, however everything ends."""
    tied = (pl.col("ahead_most") < pl.col("seats")) & (pl.col("reach") > pl.col("seats_high"))
    return tied & pl.lit(item.said.ties == "decide")
