"""Weekly flows of people newly displaced, area to area: they follow violence by about three weeks."""

import datetime as dt

import numpy as np
import pyarrow as pa

from data.columns import constant
from data.exercise.arrow import dates, labels, texts
from data.exercise.geography import Floats, Geography, Ints, distances_km
from data.exercise.history import History
from data.exercise.world import COUNTRIES, FIRST_MONDAY, WEEKS, week_of
from data.observations import conform_observations
from geo.periods import to_day

SOURCE = "ex_displacement"
LAST = dt.date(2048, 12, 6)
"""Its last covered day: a Sunday, three weeks before the clock."""

AFTER_WEEKS = {2: 0.25, 3: 0.5, 4: 0.25}
"""When people arrive: share by weeks after the violence."""

DESTINATIONS = 4
PER_INCIDENT, PER_DEATH = 900.0, 225.0
MOST_DEATHS_COUNTED = 60
LEAST_PEOPLE = 200
PROVISIONAL_WEEKS = 2
REPORT_DAYS = 10


def table(geography: Geography, history: History, rng: np.random.Generator) -> pa.Table:
    """Return the flows as observations: one row for each origin, destination and week with at least 200 people.

    They follow what happened, not what was recorded: people leave also where the source of incidents has ended.
    """
    weeks = (to_day(LAST) + 1 - FIRST_MONDAY) // 7
    leaving = _leaving(geography, history, rng)[:, :weeks]
    origin, destination, share = _routes(geography, rng)
    people = leaving[origin] * share[:, None] * np.exp(rng.normal(0.0, 0.2, (len(origin), weeks)))
    late = np.arange(weeks) >= weeks - PROVISIONAL_WEEKS
    people = np.round(people * np.where(late, 0.7, 1.0) / 10.0) * 10.0
    route, week = np.nonzero(people >= LEAST_PEOPLE)
    regions = geography.regions
    from_, to = origin[route], destination[route]
    start = FIRST_MONDAY + 7 * week
    n = len(route)
    codes = np.array([country.code for country in COUNTRIES], dtype=object)
    columns: dict[str, object] = {
        "source": constant(SOURCE, n),
        "measure": constant("displaced_new", n),
        "kind": constant("flow", n),
        "value": people[route, week],
        "unit": constant("people", n),
        "state": labels(late[week].astype(np.int32), ["observed", "provisional"]),
        "period_start": dates(start),
        "period_end": dates(start + 7),
        "known_at": dates(start + 7 + REPORT_DAYS),
        "cell": np.zeros(n, dtype=np.uint64),
        "area": texts(regions.code[to]),
        "country_code": texts(codes[regions.country[to]]),
        "latitude": regions.seat_latitude[to],
        "longitude": regions.seat_longitude[to],
        "origin_area": texts(regions.code[from_]),
        "origin_cell": np.zeros(n, dtype=np.uint64),
        "origin_latitude": regions.seat_latitude[from_],
        "origin_longitude": regions.seat_longitude[from_],
        "exercise": np.ones(n, dtype=np.bool_),
    }
    return conform_observations(pa.table(columns))


def _leaving(geography: Geography, history: History, rng: np.random.Generator) -> Floats:
    """Return the people who leave each area in each week (areas, WEEKS)."""
    harmed = history.civilian
    region, week = geography.region[history.cell[harmed]], week_of(history.day[harmed])
    toll = np.minimum(history.civilian_deaths[harmed], MOST_DEATHS_COUNTED)
    cause = np.zeros((len(geography.regions.code), WEEKS))
    np.add.at(cause, (region, week), PER_INCIDENT + PER_DEATH * toll)
    out = np.zeros_like(cause)
    for lag, share in AFTER_WEEKS.items():
        out[:, lag:] += share * cause[:, :-lag]
    return np.asarray(out * np.exp(rng.normal(0.0, 0.35, out.shape)), dtype=np.float64)


def _routes(geography: Geography, rng: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """Return origin, destination and share of each route: the nearest seats, the nearer the more, and habit."""
    regions = geography.regions
    lat, lng = regions.seat_latitude, regions.seat_longitude
    apart = distances_km(lat[:, None], lng[:, None], lat, lng)
    np.fill_diagonal(apart, np.inf)
    to = np.argsort(apart, axis=1)[:, :DESTINATIONS]
    pull = np.exp(rng.normal(0.0, 0.5, to.shape)) / np.sqrt(np.take_along_axis(apart, to, axis=1))
    abroad = regions.country[to] != regions.country[:, None]
    pull *= np.where(abroad, 0.5, 1.0)
    share = pull / pull.sum(axis=1, keepdims=True)
    return np.repeat(np.arange(len(lat)), DESTINATIONS), to.ravel(), share.ravel()
