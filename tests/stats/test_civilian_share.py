import numpy as np
import pytest
from scipy.stats import binomtest

from geo.errors import ValueRefused
from stats.civilian_share import civilian_share, wilson
from tests.stats.building import cube_of


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_wilson_equals_scipy(level):
    for whole in (1, 2, 7, 40, 1000):
        for part in {0, 1, whole // 2, whole - 1, whole}:
            wanted = binomtest(part, whole).proportion_ci(level, "wilson")
            share, low, high = wilson(np.array([part]), np.array([whole]), level)
            assert share[0] == part / whole
            assert (low[0], high[0]) == pytest.approx((wanted.low, wanted.high), abs=1e-12)


def test_share_over_a_window():
    every = cube_of([[2, 0, 9], [2, 0, 0]])
    civilian = cube_of([[1, 0, 9], [0, 0, 0]])
    field = civilian_share(civilian, every, slice(0, 2))
    assert field.estimate.tolist()[::2] == [0.25, 1.0]
    assert field.known.tolist() == [True, False, True]
    assert field.high[2] == 1.0
    assert field.low[0] < 0.25 < field.high[0]


def test_more_civilian_incidents_than_incidents_are_refused():
    with pytest.raises(ValueRefused, match="row 1"):
        civilian_share(cube_of([[1, 2]]), cube_of([[1, 1]]), slice(None))


def test_different_lattices_are_refused():
    with pytest.raises(ValueRefused, match="lattices"):
        civilian_share(cube_of([[1, 2]]), cube_of([[1, 1, 1]]), slice(None))
