import numpy as np
import pytest

from geo.errors import ValueRefused
from stats.cusum import Transform, cusum, past_mean
from tests.stats.reference import table


@pytest.mark.parametrize("series", ["dense", "sparse"])
@pytest.mark.parametrize("transform", list(Transform))
def test_sums_and_bounds_are_those_of_surveillance(series, transform):
    known = table(f"cusum_{transform}_{series}.csv")
    values = table("weekly_series.csv")[[series]].to_numpy(dtype=float)
    mean = past_mean(values, 104, 104)
    assert mean[0] == pytest.approx(known["m"][0], abs=1e-12)
    found = cusum(values[104:], mean, transform)
    assert np.array_equal(values[104:, 0], known["x"])
    np.testing.assert_allclose(found.total[:, 0], known["cusum"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.bound[:, 0], known["ub"], rtol=0, atol=1e-10)
    assert np.array_equal(found.risen[:, 0], known["alarm"] == 1)


def test_the_bound_is_the_count_that_would_reach_it():
    values = np.random.default_rng(4).poisson(2.0, (60, 1)).astype(float)
    found = cusum(values, np.array([2.0]), Transform.STANDARD)
    for t in range(60):
        at = values[: t + 1].copy()
        at[t] = found.bound[t]
        reached = cusum(at, np.array([2.0]), Transform.STANDARD).total[t, 0]
        assert reached >= 2.26
        at[t] -= 1
        assert found.bound[t] == 0 or cusum(at, np.array([2.0]), Transform.STANDARD).total[t, 0] < 2.26


def test_a_gap_is_unknown_and_the_sum_goes_on():
    values = np.full((6, 1), 4.0)
    whole = cusum(values[:5], np.array([1.0])).total[:, 0]
    values[2] = np.nan
    found = cusum(values, np.array([1.0])).total[:, 0]
    assert np.isnan(found[2])
    assert found[[0, 1, 3, 4, 5]] == pytest.approx(whole)


def test_without_a_mean_nothing_is_said():
    assert np.isnan(cusum(np.ones((4, 2)), np.array([0.0, np.nan])).total).all()
    assert np.isnan(past_mean(np.ones((4, 1)), 4, 5)).all()
    with pytest.raises(ValueRefused, match="row 1"):
        cusum(np.ones((4, 2)), np.array([1.0, -1.0]))
