"""Monthly risk forecasts: the probability of violence against civilians in a cell within 90 days, from its own past.

Each issue knows only what was recorded 14 days before its date. Skilful, not perfect: the past with noise, and for some
storylines a floor that stands for what an outside analyst knows (latent risk).
"""

import datetime as dt

import h3.api.basic_int as h3
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.columns import constant
from data.exercise.arrow import dates, texts
from data.exercise.geography import Floats, Geography, Ints, distances_km
from data.exercise.storylines import Plot, Storyline
from data.exercise.world import CLOCK, COUNTRIES, LAG_DAYS
from data.observations import conform_observations
from geo.cells import Cells, centres, parents
from geo.periods import to_day

SOURCE = "ex_risk"
RESOLUTION = 4
HORIZON_DAYS = 90
ISSUES = 12
FLOOR_DAYS = 110
"""From so many days before a storyline's last day on, issues carry its floor (all of them for latent risk)."""

_SPANS = ((91, 0.45), (364, 0.35), (1092, 0.20))  # days of the past, weight
_OWN, _RING = 0.5, 0.04  # weight of the cell's own rate and of a neighbour's
_PRIOR = 0.012


def issue_dates() -> list[dt.date]:
    """Return the first day of each of the last twelve months, the clock's own among them."""
    return [dt.date(CLOCK.year, month, 1) for month in range(CLOCK.month - ISSUES + 1, CLOCK.month + 1)]


def table(
    geography: Geography,
    stories: tuple[Storyline, ...],
    events: pa.Table,
    rng: np.random.Generator,
    known: NDArray[np.bool_] | None = None,
) -> pa.Table:
    """Return the forecasts as observations, one row a cell and issue; `events` are the records of source ex_a.

    `known` says which records are in by the clock (all where it is None): no forecast is made from the others.
    """
    placed = events["place_precision"].to_numpy() <= 3  # noqa: PLR2004 - what may enter resolution 4
    cell = parents(events["cell"].to_numpy()[placed], RESOLUTION)
    harm = events["civilian_harm"].to_numpy()[placed]
    day = events["date_end"].to_numpy().astype("datetime64[D]").astype(np.int64)[placed]
    cells, country, ring = cells_at_risk(geography, cell)
    at = np.searchsorted(cells, cell)
    at = np.where(cells[np.minimum(at, len(cells) - 1)] == cell, at, -1)
    inside = (at >= 0) if known is None else (at >= 0) & known[placed]
    harm &= inside
    habit = rng.normal(0.0, 0.35, len(cells))
    lat, lng = centres(cells)
    values, listed = [], []
    for issue in issue_dates():
        logit = _logit(at[harm], day[harm], to_day(issue) - LAG_DAYS, ring) + habit + rng.normal(0.0, 0.3, len(cells))
        floor = _floor(geography, stories, lat, lng, to_day(issue))
        logit = np.maximum(logit, floor + rng.normal(0.0, 0.15, len(cells)))
        rows = known_cells(at[inside], day[inside], to_day(issue) - LAG_DAYS, ring)
        values.append(logit[rows])
        listed.append(rows)
    logit, rows = np.concatenate(values), np.concatenate(listed)
    start = np.repeat([to_day(issue) for issue in issue_dates()], [len(some) for some in listed])
    n = len(rows)
    codes = np.array([of.code for of in COUNTRIES], dtype=object)
    columns: dict[str, object] = {
        "source": constant(SOURCE, n),
        "measure": constant("risk_probability", n),
        "kind": constant("forecast", n),
        "value": _probability(logit),
        "low": _probability(logit - 0.8),
        "high": _probability(logit + 0.8),
        "unit": constant("probability", n),
        "state": constant("observed", n),
        "period_start": dates(start),
        "period_end": dates(start + HORIZON_DAYS),
        "known_at": dates(start),
        "horizon_days": np.full(n, HORIZON_DAYS),
        "cell": cells[rows],
        "country_code": texts(codes[country[rows]]),
        "latitude": lat[rows].round(4),
        "longitude": lng[rows].round(4),
        "origin_cell": np.zeros(n, dtype=np.uint64),
        "exercise": np.ones(n, dtype=np.bool_),
    }
    return conform_observations(pa.table(columns))


def _probability(logit: Floats) -> Floats:
    return np.asarray((1.0 / (1.0 + np.exp(-logit))).round(4), dtype=np.float64)


def cells_at_risk(geography: Geography, cell: Cells) -> tuple[Cells, Ints, tuple[Ints, Ints]]:
    """Return cells with a record or beside one in countries still covered, their country, and pairs of neighbours."""
    seen = np.unique(cell)
    around = np.unique(np.array([other for one in seen.tolist() for other in h3.grid_disk(one, 1)], dtype=np.uint64))
    region = geography.locate(*centres(around))
    country = np.where(region >= 0, geography.regions.country[region], -1)
    covered = np.array([of.last == CLOCK for of in COUNTRIES] + [False])[country]
    around, country = around[covered], country[covered]
    disks = [h3.grid_disk(one, 1) for one in around.tolist()]
    row = np.repeat(np.arange(len(around)), [len(disk) for disk in disks])
    flat = np.array([other for disk in disks for other in disk], dtype=np.uint64)
    at = np.minimum(np.searchsorted(around, flat), len(around) - 1)
    beside = (around[at] == flat) & (at != row)
    return around, country, (row[beside], at[beside])


def known_cells(at: Ints, day: Ints, known: int, ring: tuple[Ints, Ints]) -> Ints:
    """Return the rows of cells that had a record before the day `known`, or lie beside one that had."""
    size = int(ring[0].max()) + 1
    seen = np.bincount(at[day < known], minlength=size) > 0
    beside = np.bincount(ring[0], weights=seen[ring[1]], minlength=size) > 0
    return np.flatnonzero(seen | beside)


def _logit(at: Ints, day: Ints, known: int, ring: tuple[Ints, Ints]) -> Floats:
    """Return the log odds of at least one incident in 90 days."""
    return np.asarray(np.log(np.expm1(np.minimum(expected(at, day, known, ring), 6.0))), dtype=np.float64)


def expected(at: Ints, day: Ints, known: int, ring: tuple[Ints, Ints]) -> Floats:
    """Return the incidents expected in 90 days (cells,), from recency-weighted rates of the cell and its ring.

    `at` and `day` are the cell and the last day of each incident; those from the day `known` on do not count.
    """
    size = int(ring[0].max()) + 1
    rate: Floats = np.zeros(size)
    for days, weight in _SPANS:
        inside = (day < known) & (day >= known - days)
        rate += weight * np.bincount(at[inside], minlength=size) / days
    near = np.bincount(ring[0], weights=rate[ring[1]], minlength=size)
    return np.asarray(HORIZON_DAYS * (_OWN * rate + _RING * near) + _PRIOR, dtype=np.float64)


def _floor(geography: Geography, stories: tuple[Storyline, ...], lat: Floats, lng: Floats, issued: int) -> Floats:
    out = np.full(len(lat), -np.inf)
    for story in stories:
        if story.risk and (issued >= story.last_day - FLOOR_DAYS or story.plot is Plot.LATENT_RISK):
            near = distances_km(lat, lng, *geography.town(story.town, story.country)) <= story.radius_km + 15.0
            out[near] = np.maximum(out[near], np.log(story.risk / (1.0 - story.risk)))
    return out
