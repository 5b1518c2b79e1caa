import numpy as np
import pytest

from geo.errors import ValueRefused
from stats.ears import Method, ears
from tests.stats.reference import table


@pytest.mark.parametrize("series", ["dense", "sparse"])
@pytest.mark.parametrize("floor", ["0", "0.5"])
@pytest.mark.parametrize("method", list(Method))
def test_bounds_are_those_of_surveillance(series, floor, method):
    known = table(f"ears_{series}.csv")
    found = ears(known[["x"]].to_numpy(dtype=float), method, min_sigma=float(floor))
    expected = known[f"{method}_ub_ms{floor}"].to_numpy()
    np.testing.assert_allclose(found.bound[:, 0], expected, rtol=0, atol=1e-10)
    assert np.array_equal(found.above[:, 0], known[f"{method}_alarm_ms{floor}"].to_numpy() == 1)


def test_a_floor_keeps_one_event_after_silence_from_standing_out():
    values = np.zeros((12, 1))
    values[-1] = 1
    assert ears(values, min_sigma=0).above[-1, 0]
    assert not ears(values).above[-1, 0]


def test_a_baseline_with_an_unknown_period_has_no_bound():
    values = np.ones((20, 1))
    values[8] = np.nan
    bound = ears(values).bound[:, 0]
    assert np.flatnonzero(np.isfinite(bound)).tolist() == [7, 16, 17, 18, 19]


@pytest.mark.parametrize("method", list(Method))
def test_each_unit_is_judged_alone(method):
    values = np.random.default_rng(3).poisson(2.0, (40, 6)).astype(float)
    together = ears(values, method).bound
    apart = np.hstack([ears(values[:, [i]], method).bound for i in range(6)])
    np.testing.assert_array_equal(together, apart)


def test_a_floor_below_zero_is_refused():
    with pytest.raises(ValueRefused, match="min_sigma"):
        ears(np.ones((9, 1)), min_sigma=-1)
