"""Near repeats: incidents that follow others within days and some kilometres (Knox excess within 7 days, 10-25 km)."""

import numpy as np

from data.exercise.geography import Floats, Geography, Ints, moved
from data.exercise.rates import NEAR_REPEATS
from geo.cells import bin_points

GENERATIONS = 2
MEAN_DELAY_DAYS = 3.0
SAME_PLACE = 0.4
"""Share of repeats in the same cell; the others lie 10 to 25 km away."""


def with_repeats(geography: Geography, cell: Ints, day: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return cell and day of the incidents and of all that followed them; a repeat stays in its country."""
    cells, days = [cell], [day]
    for _ in range(GENERATIONS):
        count = rng.poisson(NEAR_REPEATS, size=len(cells[-1]))
        parent = np.repeat(np.arange(len(count)), count)
        start, when = (
            cells[-1][parent],
            days[-1][parent] + 1 + rng.exponential(MEAN_DELAY_DAYS, len(parent)).astype(np.int64),
        )
        cells.append(_nearby(geography, start, rng))
        days.append(when)
    return np.concatenate(cells), np.concatenate(days)


def _nearby(geography: Geography, cell: Ints, rng: np.random.Generator) -> Ints:
    km: Floats = rng.uniform(10.0, 25.0, len(cell))
    lat, lng = moved(geography.latitude[cell], geography.longitude[cell], km, rng.uniform(0.0, 2 * np.pi, len(cell)))
    other = geography.index_of_cells(bin_points(lat, lng, 5))
    stays = (rng.random(len(cell)) < SAME_PLACE) | (other < 0) | (geography.country[other] != geography.country[cell])
    return np.where(stays, cell, other)
