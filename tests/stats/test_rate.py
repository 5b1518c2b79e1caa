import numpy as np
import pytest

from stats.rate import LEAST_PEOPLE, rate


def test_a_rate_is_per_hundred_thousand_people_and_year() -> None:
    found = rate(np.array([5, 0]), np.array([200_000.0, 50_000.0]), 365)
    assert found == pytest.approx([2.5 * 365.25 / 365, 0.0])


def test_unknown_and_few_people_have_no_rate() -> None:
    found = rate(np.array([5, 5, 5]), np.array([np.nan, LEAST_PEOPLE - 1, 0.0]), 28)
    assert np.isnan(found).all()


def test_half_the_time_doubles_the_rate() -> None:
    people = np.array([20_000.0])
    assert rate(np.array([3]), people, 30) == pytest.approx(2 * rate(np.array([3]), people, 60))


def test_a_window_without_days_is_refused() -> None:
    with pytest.raises(ValueError, match="0 days"):
        rate(np.array([1]), np.array([1e6]), 0)
