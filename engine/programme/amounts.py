"""Read amounts of points."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from engine.programme.reporter import Reporter
    from engine.yaml_text import Path_


def amount(reporter: Reporter, text: str, path: Path_) -> Fraction | None:
    """An amount of points; None when the text is none, which is reported."""
    value = reporter.number(text, path)
    if value is not None and text.strip().endswith("%"):
        reporter.refuse("points_in_percent", path, value=text, number=text.strip().removesuffix("%"))
        return None
    if value is not None and value < 0:
        reporter.refuse("negative_points", path, value=text)
        return None
    return value


def positive(reporter: Reporter, text: str, path: Path_) -> Fraction | None:
    """An amount of points that is more than none."""
    value = amount(reporter, text, path)
    if value is not None and value <= 0:
        reporter.refuse("not_more_than_zero", path, value=text)
        return None
    return value
