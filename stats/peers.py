"""What other monitors would say of the same counts: beside ours for comparison, none of it is ours (methods.md 5).

Surge, threat, change and volatility are made after ACLED's published rules, on weekly incidents of each unit alone; the
humanitarian signal after the rule in use for deaths in armed conflict.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.cube import Cube
from geo.errors import ValueRefused
from geo.frozen import frozen, same_length
from stats.running_sums import RunningSums

RECENT: Final = 4
YEAR: Final = 52
DOUBLE: Final = 2.0
LEAST_MEAN: Final = 1.0
"""Incidents a week over four weeks below which no surge is called."""
FALL: Final = -0.25
RISE: Final = 0.10
STEEP: Final = 0.25
DEVIATIONS: Final = 2.0
MANY_WEEKS: Final = 6
"""Weeks a year far above the mean from which a place is volatile."""
HIGH_BASELINE: Final = 1.5
"""Incidents a week over the year from which the baseline is high."""

LEAST_DEATHS: Final = 100
WINDOW_DAYS: Final = 30
ONE_YEAR_DAYS: Final = 366
THREE_YEARS_DAYS: Final = 1096


class ChangeBand(IntEnum):
    """How the mean of the last four weeks stands to that of the 52 before them."""

    UNKNOWN = 0
    DOWN = 1
    STEADY = 2
    UP = 3
    STEEPLY_UP = 4


class Signal(IntEnum):
    """How far back no 30 days had more deaths."""

    NONE = 0
    YEAR = 1
    THREE_YEARS = 2


@dataclass(frozen=True, slots=True)
class Peers:
    """Verdicts of each unit (units,); where not `known` they are false, `UNKNOWN`, or -1 for `weeks_above`.

    `known` asks for every week of the four and of the 52 before them. `change` is unknown, too, after an empty year.
    """

    known: NDArray[np.bool_]
    surge: NDArray[np.bool_]
    threat: NDArray[np.bool_]
    change: NDArray[np.uint8]
    weeks_above: NDArray[np.int64]
    high_baseline: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in self.__slots__:
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def volatile(self) -> NDArray[np.bool_]:
        """Where many weeks of the last 52 lie far above their mean."""
        return np.asarray(self.weeks_above >= MANY_WEEKS)


def peers(incidents: Cube, end: int) -> Peers:
    """Judge the weeks before index `end`.

    Surge: the last week holds at least double the mean of the four before it, which is at least 1. Threat: the mean of
    the last four at least double that of the 52 before, and not 0. Change: the same two means, in bands of -25, 10 and
    25 %. Volatility: of the last 52 weeks those 2 standard deviations or more above their mean.
    """
    sums = RunningSums.of(incidents, max(end - RECENT - YEAR, 0), end)

    def mean(stop: int, weeks: int) -> NDArray[np.float64]:
        return sums.counts(slice(max(stop - weeks, 0), max(stop, 0))) / weeks

    known = sums.periods(slice(max(end - RECENT - YEAR, 0), end)) == RECENT + YEAR
    last, four_before, four = mean(end, 1), mean(end - 1, RECENT), mean(end, RECENT)
    before = mean(end - RECENT, YEAR)
    surge = known & (four_before >= LEAST_MEAN) & (last >= DOUBLE * four_before)
    threat = known & (four > 0) & (four >= DOUBLE * before)
    shift = np.divide(four - before, before, out=np.full(len(known), np.nan), where=known & (before > 0))
    bands = (shift <= FALL, shift < RISE, shift < STEEP, shift >= STEEP)
    names = (ChangeBand.DOWN, ChangeBand.STEADY, ChangeBand.UP, ChangeBand.STEEPLY_UP)
    change = np.select(bands, names, ChangeBand.UNKNOWN).astype(np.uint8)
    year = incidents.values[max(end - YEAR, 0) : end].astype(np.float64)
    far = mean(end, YEAR) + DEVIATIONS * year.std(axis=0, ddof=1) if len(year) > 1 else np.full(len(known), np.inf)
    above = ((year >= far) & (year > 0)).sum(axis=0)
    return Peers(known, surge, threat, change, np.where(known, above, -1), known & (mean(end, YEAR) >= HIGH_BASELINE))


def humanitarian_signal(
    unit: NDArray[np.integer],
    day: NDArray[np.integer],
    deaths: NDArray[np.integer],
    *,
    units: int,
    last_day: int,
    covered_since: NDArray[np.integer],
) -> NDArray[np.uint8]:
    """Return the `Signal` of each unit: at least 100 deaths in 30 days, and in no 30 days of the span before more.

    `unit`, `day` and `deaths` (incidents,) are days since 1970; incidents after `last_day` are not read. A span that
    reaches back before `covered_since` (units,) is not judged. A tie is a high.
    """
    same_length(unit=unit, day=day, deaths=deaths)
    if len(covered_since) != units:
        raise ValueRefused("coverage is given for other units", column="covered_since", value=len(covered_since))
    age = last_day - np.asarray(day, dtype=np.int64)
    inside = (unit >= 0) & (age >= 0) & (age < THREE_YEARS_DAYS + WINDOW_DAYS)
    unit, age, deaths = unit[inside], age[inside], deaths[inside]
    now = np.bincount(unit[age < WINDOW_DAYS], deaths[age < WINDOW_DAYS], minlength=units)
    judged = np.flatnonzero(now >= LEAST_DEATHS)  # the history of few units is looked at
    row = np.full(units, -1)
    row[judged] = np.arange(len(judged))
    kept = row[unit] >= 0
    daily = np.zeros((len(judged), THREE_YEARS_DAYS + WINDOW_DAYS + 1), dtype=np.int64)
    np.add.at(daily, (row[unit[kept]], age[kept] + 1), deaths[kept])
    sums = np.cumsum(daily, axis=1)
    runs = sums[:, WINDOW_DAYS:] - sums[:, :-WINDOW_DAYS]  # by how many days ago the 30 days ended
    out = np.full(units, Signal.NONE, dtype=np.uint8)
    for span, signal in ((ONE_YEAR_DAYS, Signal.YEAR), (THREE_YEARS_DAYS, Signal.THREE_YEARS)):
        high = runs[:, 0] >= runs[:, : span - WINDOW_DAYS + 1].max(axis=1)
        out[judged[high & (covered_since[judged] <= last_day - span + 1)]] = signal
    return out
