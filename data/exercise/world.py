"""The frame of the exercise: its clock, its countries, its weeks, and one stream of random numbers for each part."""

import datetime as dt
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.periods import to_day

VERSION = 2
"""Raise it when the same seed gives other tables."""

_STREAMS = 1
"""Raise it only to redraw everything: the streams of parts that did not change stay as they were."""

DEFAULT_SEED = 2041
FIRST_DATE = dt.date(2041, 1, 1)
CLOCK = dt.date(2048, 12, 27)
"""Today in the exercise, a Sunday."""

LAG_DAYS = 14
FIRST_DAY = to_day(FIRST_DATE)
LAST_DAY = to_day(CLOCK)
FINAL_DAY = LAST_DAY - LAG_DAYS
"""The last day whose reports are all in: Sunday 13 December 2048."""

FIRST_MONDAY = to_day(dt.date(2040, 12, 31))
WEEKS = (LAST_DAY + 1 - FIRST_MONDAY) // 7
FINAL_WEEKS = WEEKS - LAG_DAYS // 7
RECENT_WEEKS = 8
YEAR_WEEKS = 52


@dataclass(frozen=True, slots=True)
class Country:
    """One covered country: ISO 3166 alpha-3 code, name, calibration column, capital, last covered day."""

    code: str
    name: str
    column: str
    capital: str
    last: dt.date = CLOCK
    inhabited: float = 1.0
    """Share of cells that can be active, relative to the column it borrows: less where half is desert."""


COUNTRIES = (
    Country("SDN", "Sudan", "Sudan", "Khartoum"),
    Country("SSD", "South Sudan", "Sudan", "Juba"),
    Country("TCD", "Chad", "Sudan", "N'Djamena"),
    Country("CAF", "Central African Republic", "Sudan", "Bangui"),
    Country("NGA", "Nigeria", "Nigeria", "Abuja"),
    Country("NER", "Niger", "Nigeria", "Niamey", dt.date(2046, 12, 31), 0.75),
    Country("BFA", "Burkina Faso", "Burkina Faso", "Ouagadougou"),
    Country("MLI", "Mali", "Burkina Faso", "Bamako", inhabited=0.75),
)
"""Ethiopia and Eritrea belong to the study area and no source looks there: no row, no span of coverage."""

NOT_COVERED = ("ETH", "ERI")


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the random numbers of one part, so that a change in one part leaves the others as they were."""
    return np.random.default_rng([seed, _STREAMS, zlib.crc32(part.encode())])


def week_of(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the week (0 begins on Monday 31 December 2040) of each day."""
    return np.asarray((days - FIRST_MONDAY) // 7, dtype=np.int64)
