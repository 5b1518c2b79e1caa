"""Laws of the exact ratio: they hold for any counts, whatever the formula."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binom

from stats.exact_ratio import exact_ratio

count = st.integers(0, 400)
exposure = st.integers(1, 200)


@given(count, count, exposure, exposure)
def test_the_estimate_lies_between_its_limits(recent, baseline, e_recent, e_baseline):
    assume(recent + baseline > 0)
    exact = exact_ratio(recent, baseline, e_recent, e_baseline)
    assert exact.low <= exact.estimate <= exact.high
    assert 0 <= exact.p <= 1


@given(count, count, exposure, exposure, st.sampled_from([2, 3, 10, 0.5]))
def test_the_unit_of_exposure_does_not_matter(recent, baseline, e_recent, e_baseline, scale):
    assume(recent + baseline > 0)
    one = exact_ratio(recent, baseline, e_recent, e_baseline)
    two = exact_ratio(recent, baseline, e_recent * scale, e_baseline * scale)
    for name in ("estimate", "low", "high", "p"):
        assert float(getattr(one, name)) == pytest.approx(float(getattr(two, name)), rel=1e-9)


@given(count, count, exposure, exposure)
def test_half_the_recent_time_doubles_the_ratio(recent, baseline, e_recent, e_baseline):
    assume(recent + baseline > 0)
    one = exact_ratio(recent, baseline, 2 * e_recent, e_baseline)
    two = exact_ratio(recent, baseline, e_recent, e_baseline)
    for name in ("estimate", "low", "high"):
        assert float(getattr(two, name)) == pytest.approx(2 * float(getattr(one, name)), rel=1e-9)


@given(count, count, exposure, exposure)
def test_one_more_recent_incident_is_more_of_a_rise(recent, baseline, e_recent, e_baseline):
    assume(recent + baseline > 0)
    one = exact_ratio(recent, baseline, e_recent, e_baseline)
    two = exact_ratio(recent + 1, baseline, e_recent, e_baseline)
    assert two.p <= one.p
    assert two.low > one.low
    assert two.estimate >= one.estimate
    assert two.high >= one.high


@given(count, count, exposure, exposure)
def test_one_more_before_is_less_of_a_rise(recent, baseline, e_recent, e_baseline):
    assume(recent + baseline > 0)
    one = exact_ratio(recent, baseline, e_recent, e_baseline)
    two = exact_ratio(recent, baseline + 1, e_recent, e_baseline)
    assert two.p >= one.p
    assert two.low <= one.low
    assert two.high < one.high


@given(count, count, exposure, exposure)
def test_swapping_the_windows_inverts_the_ratio(recent, baseline, e_recent, e_baseline):
    assume(recent > 0 and baseline > 0)
    one = exact_ratio(recent, baseline, e_recent, e_baseline)
    two = exact_ratio(baseline, recent, e_baseline, e_recent)
    assert float(one.estimate * two.estimate) == pytest.approx(1.0)
    assert float(one.low * two.high) == pytest.approx(1.0, rel=1e-9)
    assert float(one.high * two.low) == pytest.approx(1.0, rel=1e-9)


@given(count, count, exposure, exposure)
def test_the_two_tails_share_the_observed_count(recent, baseline, e_recent, e_baseline):
    """P(>= X) + P(>= Y of the swapped windows) = 1 + P(= X)."""
    upper = exact_ratio(recent, baseline, e_recent, e_baseline).p
    lower = exact_ratio(baseline, recent, e_baseline, e_recent).p
    point = binom.pmf(recent, recent + baseline, e_recent / (e_recent + e_baseline))
    assert float(upper + lower) == pytest.approx(1.0 + point, rel=1e-9)


@given(count, count, exposure, exposure, st.floats(0.5, 0.98))
def test_more_certainty_is_a_wider_interval(recent, baseline, e_recent, e_baseline, level):
    assume(recent + baseline > 0)
    narrow = exact_ratio(recent, baseline, e_recent, e_baseline, level)
    wide = exact_ratio(recent, baseline, e_recent, e_baseline, level + 0.01)
    assert wide.low <= narrow.low
    assert wide.high >= narrow.high


@given(st.lists(st.tuples(count, count, exposure, exposure), min_size=1, max_size=40))
def test_many_at_once_are_each_alone(rows):
    columns = np.array(rows).T
    together = exact_ratio(*columns)
    for position, row in enumerate(rows):
        alone = exact_ratio(*row)
        for name in ("estimate", "low", "high", "p"):
            np.testing.assert_array_equal(getattr(together, name)[position], getattr(alone, name))
