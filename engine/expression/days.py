"""Days as numbers since 1970: the year of a day, and the periods of a year."""

from __future__ import annotations

from datetime import date, timedelta
from math import inf
from typing import TYPE_CHECKING

from engine.expression.library import as_float, when
from engine.expression.syntax import PERIODS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from engine.expression.library import Expr

EPOCH = date(1970, 1, 1)
_ERA = 146_097
"""The days of 400 years, after which the calendar repeats itself."""
_EPOCH_IN_ERA = 719_468
"""The days from 1 March of the year 0 to 1970."""


def day_number(day: date) -> int:
    """A date as days since 1970."""
    return (day - EPOCH).days


def day_of(number: float | Fraction) -> date:
    """The day that is so many days after 1970; the first or the last day that there is, where it would lie beyond."""
    return date.fromordinal(min(max(EPOCH.toordinal() + int(number), date.min.toordinal()), date.max.toordinal()))


def periods(period: str, year: int) -> Iterator[tuple[int, int]]:
    """The first and the last day of each period of a year."""
    months = 12 // PERIODS[period]
    starts = [date(year, month, 1) for month in range(1, 13, months)]
    ends = [day - timedelta(1) for day in starts[1:]]
    for first, last in zip(starts, [*ends, date(year, 12, 31)], strict=True):
        yield day_number(first), day_number(last)


def year_of(day: Expr) -> Expr:
    """The year of a day; of an infinite end the end itself.

    In years that begin with March the leap day is the last, so that months and years are plain divisions.
    """
    endless = day.abs() == inf
    days = when(endless).then(0.0).otherwise(day).floor() + _EPOCH_IN_ERA
    era = (days / _ERA).floor()
    rest = days - era * _ERA
    years = ((rest - (rest / 1_460).floor() + (rest / 36_524).floor() - (rest / 146_096).floor()) / 365).floor()
    day_of_year = rest - (365 * years + (years / 4).floor() - (years / 100).floor())
    from_january = ((5 * day_of_year + 2) / 153).floor() >= 10  # noqa: PLR2004 - ten months after March
    year = years + era * 400 + as_float(from_january)
    return when(endless).then(day).otherwise(year)
