"""Recent civilian deaths at the maximum of the past year or of three years (methods.md 5): a fact, not a test."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from geo.cube import Cube, UnitKind
from geo.frozen import frozen, same_length
from geo.neighbours import Neighbours
from stats.pooling import alike
from stats.running_sums import Counts, RunningSums

YEAR = 52
LEAST_DEATHS = {UnitKind.CELLS: 5, UnitKind.AREAS: 10}
"""Deaths below which no record counts: over a cell's disk, or in an area (methods.md 5)."""


class Record(IntEnum):
    """How far back nothing was higher."""

    NONE = 0
    YEAR = 1
    THREE_YEARS = 2


@dataclass(frozen=True, slots=True)
class RecordHigh:
    """`level` (`Record`), `deaths` of the recent window over the disk, the highest before in a year and in three.

    `known` is False where the recent window or the year before it was not observed throughout; -1 stands for a highest
    that is not known.
    """

    level: NDArray[np.uint8]
    deaths: Counts
    highest_year: Counts
    highest_three_years: Counts
    known: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Check the lengths and make the arrays read-only."""
        names = self.__slots__
        same_length(**{name: getattr(self, name) for name in names})
        for name in names:
            object.__setattr__(self, name, frozen(getattr(self, name)))


def record_high(
    deaths: Cube, near: Neighbours, end: int, *, recent: int = 4, year: int = YEAR, least: int | None = None
) -> RecordHigh:
    """Compare the deaths of the `recent` periods before index `end` with every run of equal length that ended before.

    The runs end in the `year` (or 3 x `year`) periods before `end`; a tie is a record. `least` deaths are needed
    (default: `LEAST_DEATHS` of the lattice's kind).
    """
    floor = LEAST_DEATHS[deaths.lattice.kind] if least is None else least
    now, year_high, year_known = _highest(deaths, near, end, recent, year)
    _, long_high, long_known = _highest(deaths, near, end, recent, 3 * year)
    enough = now >= floor
    level = np.full(len(now), Record.NONE, dtype=np.uint8)
    level[year_known & enough & (now >= year_high)] = Record.YEAR
    level[long_known & enough & (now >= long_high)] = Record.THREE_YEARS
    return RecordHigh(level, now, year_high, long_high, year_known)


def _highest(
    deaths: Cube, near: Neighbours, end: int, recent: int, back: int
) -> tuple[Counts, Counts, NDArray[np.bool_]]:
    """Return the deaths now, the highest run before, and where both rest on observed periods only."""
    needed = back + recent
    first = max(end - needed, 0)
    sums = RunningSums.of(deaths, first, end)
    observed = sums.periods(slice(first, end))
    known = observed == needed
    pooled = alike(near, observed)
    now = pooled.pool(sums.counts(slice(max(end - recent, 0), end)))
    runs = sums.values[recent:-1] - sums.values[: -recent - 1]
    before = pooled.pool(runs).max(axis=0, initial=-1)
    return now, np.where(known, before, -1), known
