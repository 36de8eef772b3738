"""Read the forms of points."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.programme import assessed, losses, rules
from engine.programme.amounts import amount
from engine.programme.thresholds import thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from engine.programme.reader import Reader
    from engine.programme.reporter import Reporter
    from engine.yaml_text import Path_


def points(reader: Reader, criterion: str, item: said.Points, path: Path_) -> rules.Points | None:
    """The points of a criterion; None when something is wrong with them, which is reported."""
    match item:
        case said.Losses():
            return losses.points(reader, criterion, item, path)
        case said.Assessed():
            return assessed.points(reader, criterion, item, path)
        case said.FixedPoints():
            value = amount(reader, item.fixed, path)
            return None if value is None else rules.Fixed(value)
        case said.Bands():
            of = reader.typed(item.of, (*path, "of"), "number")
            steps = thresholds(reader, item.bands, (*path, "bands"), of, amount)
            otherwise = amount(reader, item.otherwise, (*path, "else"))
            if of is None or otherwise is None or not steps:
                return None
            _monotone(reader, [otherwise, *(points for _, points in steps)], (*path, "bands"))
            return rules.Bands(of, tuple(reversed(steps)), otherwise)
        case said.Linear():
            of = reader.typed(item.of, (*path, "of"), "number")
            knots = thresholds(reader, item.linear, (*path, "linear"), of, amount)
            if len(item.linear) < 2:  # noqa: PLR2004
                reader.refuse("linear_needs_two", (*path, "linear"))
            if of is None or not knots:
                return None
            _monotone(reader, [points for _, points in knots], (*path, "linear"))
            return rules.Linear(of, tuple(knots))
        case said.Deduction():
            of = reader.typed(item.of, (*path, "of"), "number")
            each = amount(reader, item.deduct, (*path, "deduct"))
            start = amount(reader, item.start, (*path, "from"))
            return None if of is None or each is None or start is None else rules.Deduction(of, each, start)


def _monotone(reporter: Reporter, points: Sequence[Fraction], path: Path_) -> None:
    rises = any(first < second for first, second in pairwise(points))
    falls = any(first > second for first, second in pairwise(points))
    if rises and falls:
        reporter.refuse("points_not_monotone", path)
