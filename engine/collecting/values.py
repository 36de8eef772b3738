"""From the cells of facts to their values, bare numbers in the unit in which they are measured."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from engine.collecting.columns import SHARE, bare, measured, reading_units
from engine.collecting.found import text_at
from engine.collecting.model import Cell, Given
from engine.diagnostic import Diagnostic
from engine.facts import cells
from engine.facts.model import Origin
from engine.facts.problems import named
from engine.facts.raw import letters
from engine.facts.reading import cell_problem
from engine.schema import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.collecting.columns import Meaning
    from engine.collecting.found import Reading, Row
    from engine.facts.raw import Grid
    from engine.schema import Column, Table


class ValueReader:
    """Reads what rows say about their units.

    Args:
        found: gets the values, and what is wrong with cells.
        readings: how bare numbers are read, by fact or `file:fact`.
    """

    def __init__(self, found: Reading, readings: Mapping[str, str]) -> None:
        self.found = found
        self.readings = readings

    def read(
        self,
        grid: Grid,
        *,
        table: Table,
        facts: Mapping[str, tuple[int, Meaning]],
        units: Mapping[int, Row],
        money: str | None,
    ) -> None:
        """Read the cells of facts."""
        if not facts or not units:
            return
        rows = [*units]
        received = {fact: [text_at(grid, row, column) for row in rows] for fact, (column, _) in facts.items()}
        texts = {
            fact: self._measured(
                [Cell(grid.file, grid.sheet, row, column) for row in rows], received[fact], unit, money
            )
            for fact, (column, meaning) in facts.items()
            for unit in [(table.columns[fact], meaning)]
        }
        frame = pl.DataFrame(texts, schema=dict.fromkeys(texts, pl.String))
        label = str(grid.place())
        where = {fact: letters(column) for fact, (column, _) in facts.items()}
        origin = {label: Origin(table.kind, grid.file, grid.sheet, Path(grid.file), where)}
        places = pl.DataFrame({"_row": [row + 1 for row in rows]}, schema={"_row": pl.UInt32}).with_columns(
            _file=pl.lit(label)
        )
        for fact, values, refused in cells.read(frame, [table.columns[id_] for id_ in facts]):
            column = facts[fact.id][0]
            for code, mask in refused.items():
                if code == "cell_percent_or_share":
                    marks = mask.arg_true().to_list()
                    self.found.asked[fact.id] += [
                        (Cell(grid.file, grid.sheet, rows[at], column), received[fact.id][at] or "") for at in marks
                    ]
                    continue
                text = pl.Series("given", received[fact.id], pl.String).filter(mask)
                problem = cell_problem(code, fact, places.filter(mask).with_columns(text))
                self.found.problems += [diagnostic for _, diagnostic in problem.by_row(origin)]
            for at, value in enumerate(values.to_list()):
                if value is not None:
                    unit, row = units[rows[at]], rows[at]
                    self.found.given.append(
                        Given(
                            table.kind,
                            unit.id,
                            fact.id,
                            written(value, fact),
                            received[fact.id][at] or "",
                            grid.file,
                            grid.sheet,
                            Cell(grid.file, grid.sheet, row, column),
                            unit.source.id if unit.source else None,
                        )
                    )

    def _measured(
        self, places: Sequence[Cell], texts: Sequence[str | None], fact: tuple[Column, Meaning], money: str | None
    ) -> list[str | None]:
        """The cells of a fact, bare numbers with the unit in which they are measured."""
        column, meaning = fact
        file = places[0].file
        name = file.rpartition("/")[2]
        of_file = self.readings.get(f"{file}:{column.id}") or self.readings.get(f"{name}:{column.id}")
        reading = of_file or (self.readings.get(column.id) if meaning.unit is None else None)
        unit = reading_units(column).get(reading or "", meaning.unit)
        if unit is None and column.type == "money":
            unit = money
        if column.type not in NUMERIC or not unit:
            return list(texts)
        numbers = {at: abs(number) for at, text in enumerate(texts) if text and (number := bare(text))}
        if unit == "%" and column.type == "ratio" and of_file is None and numbers and max(numbers.values()) <= 1:
            first = min(numbers)
            values = {"given": texts[first], "file": name, **named(column)}
            if meaning.unit is None:
                self.found.problems.append(Diagnostic("reading_doubtful", places[first].place, values))
            else:
                warning = Diagnostic("percent_small", places[first].place, values, severity="warning")
                self.found.warnings.append(warning)
        if unit == SHARE:
            return [_as_share(text) if text else text for text in texts]
        return [measured(text, unit) if text else text for text in texts]

    def beside(self, grid: Grid, columns: Mapping[int, Meaning], units: Mapping[int, Row]) -> None:
        """What stands beside facts: documents and notes."""
        for column, meaning in columns.items():
            for row, unit in units.items() if meaning.beside else ():
                text = text_at(grid, row, column)
                if text:
                    cell = Cell(grid.file, grid.sheet, row, column)
                    fact = f"{meaning.column}.{meaning.beside}"
                    source = unit.source.id if unit.source else None
                    self.found.given.append(
                        Given(unit.kind, unit.id, fact, text, text, grid.file, grid.sheet, cell, source)
                    )


def written(value: object, fact: Column) -> str:
    """A value as a table of facts holds it: it is read again as the same value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        number = Decimal(f"{value:.11g}")
        return f"{number.scaleb(2).normalize():f}%" if fact.type == "ratio" else f"{number.normalize():f}"
    return str(value)


def _as_share(text: str) -> str:
    """A bare number as the share that it is: 1.2 is 120%."""
    number = bare(text)
    return text if number is None else f"{number.scaleb(2):f}%"
