"""Incidents of each cell in each week: heavy-tailed base rates around towns, times slow and fast processes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from data.exercise.calibration import COLUMNS
from data.exercise.geography import Floats, Geography, Ints, distances_km, nearest, tree
from data.exercise.world import COUNTRIES, FINAL_WEEKS, RECENT_WEEKS, WEEKS, YEAR_WEEKS

KM2_PER_ZONE = 25_000.0
CELL_KM2 = 253.0
ZONE_MEMORY_WEEKS = 60.0
CELL_MEMORY_WEEKS = 30.0
NEAR_REPEATS = 0.16
"""Mean number of further incidents that each incident brings about, nearby and within days."""

_CALMER = 0.5
_OF_THEIR_OWN = 0.88  # of the active cells; near repeats make the others active
_BUSIEST = 0.07  # of a country's incidents in one cell; it was 0.13 and 0.12 in the Sudanese and the Nigerian file
_EASING = 0.85


@dataclass(frozen=True, slots=True)
class Tempo:
    """How a column's rates move: variance of the slow log process in zones and in cells, shape of the weekly gamma."""

    zone: float
    cell: float
    shape: float


TEMPOS = {
    "Sudan": Tempo(2.4, 1.8, 0.9),
    "Nigeria": Tempo(0.55, 0.5, 0.6),
    "Burkina Faso": Tempo(0.7, 0.6, 0.18),
}


@dataclass(frozen=True, slots=True)
class Weekly:
    """Counts of incidents, one entry for each cell and week that has any: row of the cell, week, count."""

    cell: Ints
    week: Ints
    count: Ints


def weekly_counts(geography: Geography, rng: np.random.Generator) -> Weekly:
    """Return first-generation incidents (before near repeats) for all countries."""
    parts = [_country(geography, index, rng) for index in range(len(COUNTRIES))]
    cell, week, count = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Weekly(cell, week, count)


def _country(geography: Geography, index: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    column, tempo = COLUMNS[COUNTRIES[index].column], TEMPOS[COUNTRIES[index].column]
    rows = np.flatnonzero(geography.country == index)
    propensity, zone = _propensity(geography, index, rows, rng)
    active = column.active_share * COUNTRIES[index].inhabited * len(rows)
    total = active * column.rate * column.busier * WEEKS
    total /= (1.0 + NEAR_REPEATS) * (1.0 - sum(column.place_precision[3:]))
    likely = np.argsort(propensity)[-int(min(len(rows), 5 * active + 50)) :]
    likely.sort()
    rows, propensity, zone = rows[likely], propensity[likely], zone[likely]
    factor = _factors(zone, tempo, rng)
    base = _base_rates(propensity, factor.mean(axis=1), total, _OF_THEIR_OWN * active)
    expected = _steady(factor * base[:, None].astype(np.float32))
    shape = np.float32(tempo.shape) * (1.0 + _CALMER * expected)  # else a busy place would have a hundred in a week
    counts = rng.poisson(expected * rng.standard_gamma(shape) / shape)
    cell, week = np.nonzero(counts)
    return rows[cell], week, counts[cell, week].astype(np.int64)


def _propensity(geography: Geography, index: int, rows: Ints, rng: np.random.Generator) -> tuple[Floats, Ints]:
    """Return how prone each cell is to violence (any scale), and the zone it belongs to."""
    lat, lng = geography.latitude[rows], geography.longitude[rows]
    towns = geography.towns
    own = np.flatnonzero(towns.country == index)
    count = int(max(10, round(len(rows) * CELL_KM2 / KM2_PER_ZONE)))
    to_town, _ = nearest(tree(towns.latitude, towns.longitude), lat, lng)
    lived_in = np.exp(-to_town / 45.0) + 0.004
    chosen = rng.choice(len(rows), size=count, replace=False, p=lived_in / lived_in.sum())
    radius = np.exp(rng.normal(np.log(60.0), 0.45, size=count))
    weight = rng.gamma(0.6, size=count) + 0.02
    apart = distances_km(lat[:, None], lng[:, None], lat[chosen], lng[chosen])
    kernel = weight * np.exp(-0.5 * (apart / radius) ** 2)
    in_town = np.zeros(len(rows))
    at = _nearest_cell(geography, rows, towns.latitude[own], towns.longitude[own])
    np.maximum.at(in_town, at, np.log10(np.maximum(towns.population[own], 1e3)) - 2.0)
    rough = np.exp(rng.normal(0.0, 1.0, size=len(rows)))
    return (kernel.sum(axis=1) + 0.01) * lived_in * (1.0 + in_town) * rough, kernel.argmax(axis=1)


def _nearest_cell(geography: Geography, rows: Ints, latitude: Floats, longitude: Floats) -> Ints:
    return nearest(tree(geography.latitude[rows], geography.longitude[rows]), latitude, longitude)[1]


def _factors(zone: Ints, tempo: Tempo, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the slow multiplier (cells, weeks), of mean about one: lognormal, with memory, in zones and in cells."""
    zones = _with_memory(int(zone.max()) + 1, ZONE_MEMORY_WEEKS, rng) * np.float32(np.sqrt(tempo.zone))
    own = _with_memory(len(zone), CELL_MEMORY_WEEKS, rng) * np.float32(np.sqrt(tempo.cell))
    own += zones[zone]
    return np.asarray(np.exp(own - np.float32((tempo.zone + tempo.cell) / 2)), dtype=np.float32)


def _with_memory(rows: int, weeks: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return standard normal series (rows, WEEKS) whose correlation falls by 1/e in `weeks`."""
    keep = np.float32(np.exp(-1.0 / weeks))
    series = rng.standard_normal(size=(WEEKS, rows), dtype=np.float32)
    series[1:] *= np.sqrt(1.0 - keep**2)
    for week in range(1, WEEKS):
        series[week] += keep * series[week - 1]
    return series.T


def _steady(expected: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale the weeks of the last year so that a country's last weeks are no busier than its year before.

    The storylines are to be seen against a total that is not rising: what rises must be theirs.
    """
    weekly = expected.sum(axis=0)
    recent = slice(FINAL_WEEKS - RECENT_WEEKS, WEEKS)
    before = slice(FINAL_WEEKS - RECENT_WEEKS - YEAR_WEEKS, FINAL_WEEKS - RECENT_WEEKS)
    usual, year, last = weekly.mean(), weekly[before].mean(), weekly[recent].mean()
    wanted = usual * np.clip(year / usual, 0.7, 1.5)
    expected[:, before] *= np.float32(wanted / year)
    expected[:, recent] *= np.float32(_EASING * wanted / last)
    return expected


def _base_rates(propensity: Floats, mean_factor: NDArray[np.float32], total: float, active: float) -> Floats:
    """Return the base rate of each cell: propensity to a power, so that `total` incidents fall into `active` cells."""
    log = np.log(propensity / propensity.max())

    def expected(power: float) -> Floats:
        raw = np.exp(power * log) * mean_factor
        raw = np.minimum(raw * (total / raw.sum()), _BUSIEST * total)
        return np.asarray(raw * (total / raw.sum()), dtype=np.float64)

    def excess(power: float) -> float:
        return float((1.0 - np.exp(-expected(power))).sum() - active)

    power = float(brentq(excess, 0.02, 8.0))
    return np.asarray(expected(power) / (mean_factor * WEEKS), dtype=np.float64)
