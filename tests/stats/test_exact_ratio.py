from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from geo.errors import ValueRefused
from stats.exact_ratio import exact_ratio, tail_at_least, tail_at_most

REFERENCE = Path(__file__).parents[1] / "reference"


def columns(name):
    table = pd.read_csv(REFERENCE / name)
    return table, exact_ratio(table.x_recent, table.x_base, table.e_recent, table.e_base)


def test_equals_r_poisson_test():
    table, exact = columns("poisson_test.csv")
    np.testing.assert_allclose(exact.estimate, table.rr, rtol=1e-10)
    np.testing.assert_allclose(exact.p, table.p_greater, rtol=1e-10)
    np.testing.assert_allclose(exact.low, table.ci_lo, rtol=1e-10)
    np.testing.assert_allclose(exact.high, table.ci_hi, rtol=1e-10)


def test_one_sided_limit_is_that_of_r():
    table = pd.read_csv(REFERENCE / "poisson_test.csv")
    exact = exact_ratio(table.x_recent, table.x_base, table.e_recent, table.e_base, level=0.90)
    np.testing.assert_allclose(exact.low, table.ci_lo_1s, rtol=1e-10)


def test_equals_the_exact_methods_and_not_the_score_method():
    table, exact = columns("two_window_methods.csv")
    np.testing.assert_allclose(exact.p, table["binom_p_greater"], rtol=1e-10)
    np.testing.assert_allclose(exact.p, table["sm_exact-cond"], rtol=1e-10)
    np.testing.assert_allclose(exact.low, table["cp_lo"], rtol=1e-10)
    np.testing.assert_allclose(exact.high, table["cp_hi"], rtol=1e-10)
    one_against_none = exact_ratio(1, 0, 4, 52)
    assert one_against_none.p == pytest.approx(4 / 56)
    assert one_against_none.p > 100 * table["sm_score"][1]


def test_limits_are_those_of_the_binomial_share():
    rng = np.random.default_rng(5)
    recent, baseline = rng.integers(0, 40, 60), rng.integers(0, 200, 60)
    exact = exact_ratio(recent, baseline, 8, 52)
    for i in np.flatnonzero(recent + baseline > 0):
        share = binomtest(int(recent[i]), int(recent[i] + baseline[i]), 8 / 60, alternative="greater")
        limits = binomtest(int(recent[i]), int(recent[i] + baseline[i])).proportion_ci(0.95, "exact")
        assert exact.p[i] == pytest.approx(share.pvalue, rel=1e-9)
        assert exact.low[i] / (exact.low[i] + 52 / 8) == pytest.approx(limits.low, abs=1e-12)
        if baseline[i]:
            assert exact.high[i] / (exact.high[i] + 52 / 8) == pytest.approx(limits.high, rel=1e-9)


def test_nothing_at_all_has_no_ratio_and_no_limits_that_say_anything():
    exact = exact_ratio(0, 0, 8, 52)
    assert np.isnan(exact.estimate)
    assert (exact.low, exact.high, exact.p) == (0.0, np.inf, 1.0)


def test_without_exposure_nothing_is_said():
    exact = exact_ratio([3, 3], [1, 1], [0, 8], [52, 0])
    for part in (exact.estimate, exact.low, exact.high, exact.p):
        assert np.isnan(part).all()


def test_empty_input_gives_empty_output():
    assert exact_ratio([], [], 8, 52).p.shape == (0,)


def test_shapes_broadcast_and_repeated_pairs_agree():
    exact = exact_ratio(np.tile([0, 1, 5], (4, 1)), 3, 8, 52)
    assert exact.low.shape == (4, 3)
    assert (exact.low == exact.low[0]).all()
    assert exact.low[0, 2] == exact_ratio(5, 3, 8, 52).low


def test_negative_counts_are_refused_by_name():
    with pytest.raises(ValueRefused, match="column Y"):
        exact_ratio(1, -1, 8, 52)


def test_tails_equal_the_binomial_and_are_complementary():
    recent, baseline = (part.ravel() for part in np.meshgrid(np.arange(1, 12), np.arange(30)))
    share = np.float64(8 / 60)
    upper = tail_at_least(recent, baseline, share)
    wanted = [
        binomtest(int(x), int(x + y), 8 / 60, alternative="greater").pvalue
        for x, y in zip(recent, baseline, strict=True)
    ]
    np.testing.assert_allclose(upper, wanted, rtol=1e-9)
    np.testing.assert_allclose(upper + tail_at_most(recent - 1, baseline + 1, share), 1.0, rtol=1e-12)
    assert tail_at_least(np.array([0]), np.array([3]), share)[0] == 1.0
    assert tail_at_most(np.array([3]), np.array([0]), share)[0] == 1.0
