"""Synthetic located incidents of ten years, clustered as recorded violence is, for measuring. Nothing in them is real.

Few places hold most records: fronts lie on land, sites scatter around them by a log-normal distance, their weights are
a power law, and each site has a time when most of its records fall. Records share the coordinates of their site.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.geodata import admin1
from geo.cells import bin_points
from geo.coordinates import Degrees
from geo.coverage import EVERYWHERE, Coverage
from geo.located import Flag, LocatedEvents
from geo.periods import Grain, Periods, to_day
from geo.precision import Support

SEED: Final = 20_461_104
FIRST, LAST = to_day(dt.date(2036, 11, 3)), to_day(dt.date(2046, 11, 4))

_FRONTS: Final = 300
_SITES: Final = 52_000
_KM_A_DEGREE: Final = 111.195
_SPREAD_KM, _SPREAD_LOG_SD = 60.0, 0.8
_PRECISION: Final = (0.55, 0.27, 0.12, 0.05, 0.01)  # exact, near, area, country, nowhere


@dataclass(frozen=True, slots=True)
class Incidents:
    """Located incidents, and the coordinates (degrees) of each record in the order in which a file would hold them."""

    events: LocatedEvents
    latitude: Degrees
    longitude: Degrees


@cache
def incidents(rows: int, seed: int = SEED) -> Incidents:
    """Return `rows` invented incidents; made once in a process, one seed gives the same."""
    rng = np.random.default_rng(seed)
    lat, lng = _sites(rng, min(_SITES, max(rows // 5, 50)))
    site = rng.choice(len(lat), rows, p=_power_law(rng, len(lat), 0.75))
    end = _days(rng, site, len(lat))
    best = rng.negative_binomial(0.3, 0.07, rows).astype(np.int32) + 1
    civilian = np.where(rng.random(rows) < 0.45, rng.binomial(best, 0.6), 0).astype(np.int32)
    kind = rng.choice([Flag.STATE_BASED, Flag.NON_STATE, Flag.ONE_SIDED], rows, p=[0.6, 0.15, 0.25]).astype(np.uint8)
    harm = (kind == Flag.ONE_SIDED) | (civilian > 0)
    support = rng.choice(len(Support), rows, p=_PRECISION).astype(np.uint8)
    areas = admin1("fine")
    area = areas.locate(lat, lng)
    codes, country = np.unique(np.append(areas.countries.astype(str), "")[area], return_inverse=True)
    events = LocatedEvents(
        cell=bin_points(lat, lng)[site],
        area=area[site],
        country=country.astype(np.int16)[site],
        support=support,
        flags=kind | np.where(harm, np.uint8(Flag.CIVILIAN_HARM), np.uint8(0)),
        start_day=(end - np.where(rng.random(rows) < 0.12, rng.integers(1, 31, rows), 0)).astype(np.int32),
        end_day=end,
        deaths_low=(best - rng.binomial(best, 0.1)).astype(np.int32),
        deaths_best=best,
        deaths_high=best + rng.integers(0, 3, rows).astype(np.int32),
        civilian_deaths=civilian,
        row=np.arange(rows, dtype=np.int32),
        country_codes=tuple(codes.tolist()),
    )
    return Incidents(events, lat[site], lng[site])


def weeks() -> Periods:
    """Return the weeks of the ten years."""
    return Periods.covering(FIRST, LAST, Grain.WEEK)


def coverage() -> Coverage:
    """Return the coverage of the ten years in every country."""
    first, last = (np.array([day], dtype=np.int32) for day in (FIRST, LAST))
    return Coverage((EVERYWHERE,), first, last, last)


def _power_law(rng: np.random.Generator, count: int, exponent: float) -> NDArray[np.float64]:
    weights: NDArray[np.float64] = rng.permutation(np.arange(1, count + 1, dtype=np.float64) ** -exponent)
    weights /= weights.sum()
    return weights


def _land(rng: np.random.Generator, count: int) -> tuple[Degrees, Degrees]:
    lat, lng = np.degrees(np.arcsin(rng.uniform(-0.6, 0.85, count * 10))), rng.uniform(-180, 180, count * 10)
    dry = np.flatnonzero(admin1("fine").locate(lat, lng) >= 0)[:count]
    return lat[dry], lng[dry]


def _sites(rng: np.random.Generator, count: int) -> tuple[Degrees, Degrees]:
    ground_lat, ground_lng = _land(rng, _FRONTS)
    front = rng.choice(_FRONTS, count, p=_power_law(rng, _FRONTS, 0.6))
    away = rng.lognormal(np.log(_SPREAD_KM), _SPREAD_LOG_SD, count) / _KM_A_DEGREE
    turn = rng.uniform(0, 2 * np.pi, count)
    lat = np.clip(ground_lat[front] + away * np.sin(turn), -80, 80)
    lng = ground_lng[front] + away * np.cos(turn) / np.cos(np.radians(lat))
    return np.round(lat, 5), np.round((lng + 180) % 360 - 180, 5)


def _days(rng: np.random.Generator, site: NDArray[np.int64], sites: int) -> NDArray[np.int32]:
    """Most records of a site fall in a few months, the others anywhere."""
    span = LAST - FIRST + 1
    peak, width = rng.uniform(0, span, sites), rng.lognormal(np.log(150), 0.7, sites)
    inside = (peak[site] + width[site] * rng.standard_normal(len(site))) % span
    return (FIRST + np.where(rng.random(len(site)) < 0.7, inside, rng.uniform(0, span, len(site)))).astype(np.int32)
