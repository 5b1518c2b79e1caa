"""Time: days since 1 January 1970 as int32, and runs of half-open periods of one grain (ISO week, month, quarter)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from geo.errors import ValueRefused

Days = NDArray[np.int32]

EPOCH = dt.date(1970, 1, 1)
OUTSIDE = -1
_MONDAY = 3  # day 0 was a Thursday: the Monday before it is day -3
_WEEK = 7
_QUARTER = 3


class Grain(StrEnum):
    """The length of a period. `longest` is the greatest number of days an incident may span and still enter it."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"

    @property
    def longest(self) -> int:
        """Days: 7, 31 or 92 (methods.md 2b: what is longer enters only coarser grains)."""
        return {Grain.WEEK: 7, Grain.MONTH: 31, Grain.QUARTER: 92}[self]


def to_day(date: dt.date) -> int:
    """Return the day number of a date."""
    return (date - EPOCH).days


def to_date(day: int) -> dt.date:
    """Return the date of a day number."""
    return EPOCH + dt.timedelta(days=int(day))


def date_text(day: int, *, year: bool = True) -> str:
    """Return a day as people write it here: `4 Nov 2046`, or `4 Nov` without the year."""
    date = to_date(day)
    return f"{date.day} {date:%b %Y}" if year else f"{date.day} {date:%b}"


def span_text(first: int, last: int) -> str:
    """Return an inclusive span of days: `8 Oct to 18 Nov 2046`; the first year is left out where it is the same."""
    same_year = to_date(first).year == to_date(last).year
    return f"{date_text(first, year=not same_year)} to {date_text(last)}"


def _ordinals(days: Days, grain: Grain) -> NDArray[np.int64]:
    if grain is Grain.WEEK:
        return (days.astype(np.int64) + _MONDAY) // _WEEK
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months if grain is Grain.MONTH else months // _QUARTER


def _starts(ordinals: NDArray[np.int64], grain: Grain) -> Days:
    if grain is Grain.WEEK:
        return (ordinals * _WEEK - _MONDAY).astype(np.int32)
    months = ordinals if grain is Grain.MONTH else ordinals * _QUARTER
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)


@dataclass(frozen=True, slots=True)
class Periods:
    """A run of `count` consecutive periods of one grain; `first` counts from the one that holds 1 January 1970."""

    grain: Grain
    first: int
    count: int

    def __post_init__(self) -> None:
        """Refuse an empty run."""
        if self.count < 1:
            raise ValueRefused("a run of periods needs at least one", column="count", value=self.count)

    @classmethod
    def covering(cls, first_day: int, last_day: int, grain: Grain) -> Self:
        """Return the run that holds every day from `first_day` to `last_day` (inclusive)."""
        if last_day < first_day:
            what = "the last day is before the first"
            raise ValueRefused(what, value=to_date(last_day), remedy="Swap the two dates.")
        low, high = _ordinals(np.array([first_day, last_day], dtype=np.int32), grain)
        return cls(grain, int(low), int(high - low) + 1)

    @property
    def starts(self) -> Days:
        """First day of each period (count,)."""
        return _starts(np.arange(self.first, self.first + self.count), self.grain)

    @property
    def ends(self) -> Days:
        """Day after the last of each period (count,): half-open."""
        return _starts(np.arange(self.first + 1, self.first + self.count + 1), self.grain)

    @property
    def first_day(self) -> int:
        """First day of the run."""
        return int(self.starts[0])

    @property
    def last_day(self) -> int:
        """Last day of the run (inclusive)."""
        return int(self.ends[-1]) - 1

    def index_of(self, days: Days) -> NDArray[np.int32]:
        """Return the index of the period that holds each day, `OUTSIDE` (-1) where none does."""
        index = _ordinals(days, self.grain) - self.first
        return np.where((index >= 0) & (index < self.count), index, OUTSIDE).astype(np.int32)

    def window(self, first_day: int, last_day: int) -> slice:
        """Return the slice of periods that touch the days from `first_day` to `last_day`, cut to the run."""
        low, high = _ordinals(np.array([first_day, last_day], dtype=np.int32), self.grain) - self.first
        return slice(int(np.clip(low, 0, self.count)), int(np.clip(high + 1, 0, self.count)))

    def labels(self) -> list[str]:
        """Return a name for each period: the date of its Monday, its month, its quarter."""
        starts = [to_date(day) for day in self.starts]
        if self.grain is Grain.WEEK:
            return [f"{start.day} {start:%b %Y}" for start in starts]
        if self.grain is Grain.MONTH:
            return [f"{start:%b %Y}" for start in starts]
        return [f"Q{(start.month - 1) // _QUARTER + 1} {start.year}" for start in starts]

    def spans(self) -> list[str]:
        """Return each period as it is read alone: `21 to 27 Dec 2048` for a week, else its label."""
        if self.grain is not Grain.WEEK:
            return self.labels()
        days = zip(self.starts.tolist(), (self.ends - 1).tolist(), strict=True)
        return [_week_text(to_date(first), to_date(last)) for first, last in days]


def _week_text(first: dt.date, last: dt.date) -> str:
    if first.month == last.month:
        return f"{first.day} to {last.day} {last:%b %Y}"
    if first.year == last.year:
        return f"{first.day} {first:%b} to {last.day} {last:%b %Y}"
    return span_text(to_day(first), to_day(last))
