"""How sources write an incident down: place and date as exactly as they know them, imprecise ones on a stand-in point.

Code 4 goes to the area's inner point or its seat, codes 5 and 6 to the area's inner point or the national capital, as
real sources do: drawn as points they make hot spots that are not there (methods.md 2).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.exercise.calibration import COLUMNS, known_by_age
from data.exercise.geography import Floats, Geography, Ints
from data.exercise.history import BACKGROUND, History
from data.exercise.sites import Sites
from data.exercise.world import COUNTRIES, FINAL_DAY, FIRST_DAY, LAST_DAY
from geo.periods import to_day

Texts = NDArray[np.object_]

STORY_PRECISION = (0.62, 0.30, 0.08)
CAPITAL_PRECISION = (0.2, 0.4, 0.4)
"""Codes 4, 5 and 6 of the records of a false hot spot."""

AT_SEAT = 0.2
NAMED_AREA = 0.6
"""Share of code 5 with a named area."""


@dataclass(frozen=True, slots=True)
class Written:
    """Place and date as written, one row each record."""

    latitude: Floats
    longitude: Floats
    place_precision: NDArray[np.uint8]
    place: Texts
    adm_1: Texts
    adm_2: Texts
    date_start: Ints
    date_precision: NDArray[np.uint8]


def reported(history: History, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which incidents ex_a writes down: reports of the last two weeks are missing, and countries it left.

    The few that take longer than two weeks are taken out at the end (`delays`).
    """
    last = np.array([to_day(country.last) for country in COUNTRIES])
    age = (LAST_DAY - history.day) // 7
    share = np.where(history.day > FINAL_DAY, known_by_age("ex_a")[np.minimum(age, 1)], 1.0)
    return (rng.random(len(history.day)) < share) & (history.day <= last[history.country])


def write(geography: Geography, history: History, sites: Sites, rng: np.random.Generator) -> Written:
    """Return how each incident is written down."""
    precision = _place_precision(history, rng)
    regions = geography.regions
    area = sites.area[sites.of]
    lat, lng = sites.latitude[sites.of].copy(), sites.longitude[sites.of].copy()
    place, town = sites.name[sites.of].copy(), sites.town[sites.of]
    adm_1, adm_2 = regions.name[area].copy(), np.full(len(area), None, dtype=object)
    near, district = precision == 2, precision == 3  # noqa: PLR2004 - UCDP's codes
    place[near] = "near " + town[near]
    adm_2[district] = town[district] + " district"
    place[district] = adm_2[district]

    chance = rng.random(len(area))
    coarse, fuzzy, national = (precision == code for code in (4, 5, 6))
    named = coarse | (fuzzy & (chance < NAMED_AREA) & ~history.only_coded)
    seat = coarse & (rng.random(len(area)) < AT_SEAT) & ~history.only_coded
    lat[named], lng[named] = regions.latitude[area[named]], regions.longitude[area[named]]
    lat[seat], lng[seat] = regions.seat_latitude[area[seat]], regions.seat_longitude[area[seat]]
    place[named] = adm_1[named]
    away = national | (fuzzy & ~named) | history.only_coded
    capital_lat, capital_lng = _capitals(geography)
    lat[away], lng[away] = capital_lat[history.country[away]], capital_lng[history.country[away]]
    names = np.array([country.name for country in COUNTRIES], dtype=object)
    unnamed = away & ~coarse
    place[unnamed] = names[history.country[unnamed]]
    adm_1[unnamed] = None

    date_precision = _date_precision(history, rng)
    start = np.maximum(history.day - _spans(date_precision, rng), FIRST_DAY)
    return Written(lat, lng, precision, place, adm_1, adm_2, start, date_precision)


def _capitals(geography: Geography) -> tuple[Floats, Floats]:
    points = [geography.town(country.capital, country.code) for country in COUNTRIES]
    lat, lng = np.array(points).T
    return lat, lng


def _choice(shares: tuple[float, ...], codes: range, size: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    weights = np.array(shares) / sum(shares)
    return rng.choice(np.array(codes, dtype=np.uint8), size=size, p=weights)


def _place_precision(history: History, rng: np.random.Generator) -> NDArray[np.uint8]:
    out = np.ones(len(history.day), dtype=np.uint8)
    for index, country in enumerate(COUNTRIES):
        rows = np.flatnonzero((history.country == index) & (history.story == BACKGROUND))
        out[rows] = _choice(COLUMNS[country.column].place_precision, range(1, 7), len(rows), rng)
    rows = np.flatnonzero((history.story != BACKGROUND) & ~history.only_coded)
    out[rows] = _choice(STORY_PRECISION, range(1, 4), len(rows), rng)
    rows = np.flatnonzero(history.only_coded)
    out[rows] = _choice(CAPITAL_PRECISION, range(4, 7), len(rows), rng)
    return out


def _date_precision(history: History, rng: np.random.Generator) -> NDArray[np.uint8]:
    out = np.ones(len(history.day), dtype=np.uint8)
    for index, country in enumerate(COUNTRIES):
        rows = np.flatnonzero((history.country == index) & (history.story == BACKGROUND))
        out[rows] = _choice(COLUMNS[country.column].date_precision, range(1, 6), len(rows), rng)
    rows = np.flatnonzero(history.story != BACKGROUND)
    out[rows] = _choice((0.9, 0.1), range(1, 3), len(rows), rng)
    return out


def _spans(precision: NDArray[np.uint8], rng: np.random.Generator) -> Ints:
    """Days between first and last day: 0; 1 to 5, mostly 1; 6; 8 to 30; 45 to 180."""
    n = len(precision)
    few = np.minimum(rng.geometric(0.6, n), 5)
    return np.choose(
        precision.astype(np.int64) - 1,
        [np.zeros(n, dtype=np.int64), few, np.full(n, 6), rng.integers(8, 31, n), rng.integers(45, 181, n)],
    )
