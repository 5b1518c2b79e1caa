"""Where nothing has changed, the rule flags no more than it says, and where much has, it sees it."""

import numpy as np

from geo.cube import UnitKind
from stats.change import change
from stats.exact_ratio import exact_ratio
from stats.rate_ratio import rate_ratio
from stats.windows import Windows
from tests.stats.building import cube_of, near

PLACES = 4000
WINDOWS = Windows(60, 8, 52)


def areas(rate, recent_rate=None, seed=1):
    rng = np.random.default_rng(seed)
    values = rng.poisson(rate, (60, PLACES))
    if recent_rate is not None:
        values[52:] = rng.poisson(recent_rate, (8, PLACES))
    cube = cube_of(values, kind=UnitKind.AREAS)
    return rate_ratio(cube, near(cube), WINDOWS)


def test_an_unchanged_rate_is_rarely_flagged():
    for rate in (0.02, 0.1, 0.5, 2.0):
        ratio = areas(rate)
        assert change(ratio).rising.mean() < 0.025 + 3 * np.sqrt(0.025 / PLACES)
        assert (ratio.p <= 0.05).mean() < 0.05 + 3 * np.sqrt(0.05 / PLACES)


def test_the_limits_hold_the_true_ratio():
    for rate, factor in ((0.1, 1.0), (0.3, 3.0), (1.0, 0.5)):
        field = areas(rate, factor * rate).field
        known = field.known
        held = (field.low[known] <= factor) & (factor <= field.high[known])
        assert held.mean() > 0.95 - 3 * np.sqrt(0.05 / PLACES)


def test_a_fourfold_rate_of_a_busy_place_is_nearly_always_seen():
    assert change(areas(1.0, 4.0)).rising.mean() > 0.99


def test_p_is_exact_where_it_can_be_counted():
    """Two incidents, both recent, exposures equal: one chance in four."""
    assert float(exact_ratio(2, 0, 1, 1).p) == 0.25
    assert float(exact_ratio(1, 1, 1, 1).p) == 0.75
