"""How source ex_b writes place and date: by town, by district, or by the town that governs the province."""

import numpy as np
from numpy.typing import NDArray

from data.exercise.coding import Written
from data.exercise.geography import Geography, Ints, moved, nearest, tree
from data.exercise.history import History
from data.exercise.sites import SITES, Sites
from data.exercise.world import COUNTRIES, FIRST_DAY

PLACE_PRECISION = {1: 0.72, 3: 0.20, 4: 0.08}
"""Town, district (written at its nearest town), province (at the town that governs it); never worse."""

DATE_PRECISION = {1: 0.86, 3: 0.11, 4: 0.03}
JITTER_KM = 0.35


def write(
    geography: Geography,
    recorded: History,
    where: Sites,
    of: Ints,
    shared: NDArray[np.bool_],
    day: Ints,
    rng: np.random.Generator,
) -> Written:
    """Return how each record is written; `of` is the record of ex_a in whose cell it lies, at its site if `shared`."""
    n = len(of)
    regions, towns = geography.regions, geography.towns
    other = where.of[of] // SITES * SITES + rng.integers(0, SITES, n)
    site = np.where(shared, where.of[of], other)
    precision = _coded(PLACE_PRECISION, n, rng)
    precision[recorded.only_coded[of] & shared] = 4  # what is known to the country only stands on a capital here too
    lat, lng = moved(
        where.latitude[site],
        where.longitude[site],
        np.abs(rng.normal(0.0, JITTER_KM, n)),
        rng.uniform(0.0, 2 * np.pi, n),
    )
    area, place = where.area[site], where.name[site].copy()
    adm_1, adm_2 = regions.name[area].copy(), np.full(n, None, dtype=object)

    _, town = nearest(tree(towns.latitude, towns.longitude), lat, lng)
    district = (precision == 3) & (towns.country[town] == recorded.country[of])  # noqa: PLR2004 - the schema's code
    lat[district], lng[district] = towns.latitude[town[district]], towns.longitude[town[district]]
    place[district] = towns.name[town[district]]
    adm_2[district] = towns.name[town[district]] + " district"

    province = precision == 4  # noqa: PLR2004 - the schema's code
    lat[province], lng[province] = regions.seat_latitude[area[province]], regions.seat_longitude[area[province]]
    place[province] = regions.seat_name[area[province]]
    capital = np.array([geography.town(country.capital, country.code) for country in COUNTRIES])
    at_capital = recorded.only_coded[of] & shared
    lat[at_capital], lng[at_capital] = capital[recorded.country[of[at_capital]]].T

    date_precision = _coded(DATE_PRECISION, n, rng)
    back = np.where(date_precision == 1, 0, np.where(date_precision == 3, 6, rng.integers(8, 31, n)))  # noqa: PLR2004
    start = np.maximum(day - back, FIRST_DAY)
    return Written(lat.round(4), lng.round(4), precision, place, adm_1, adm_2, start, date_precision)


def _coded(shares: dict[int, float], count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    return rng.choice(np.array(list(shares), dtype=np.uint8), size=count, p=list(shares.values()))
