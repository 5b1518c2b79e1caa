import numpy as np
import pytest

from geo.coverage import State
from geo.errors import ValueRefused
from stats.running_sums import RunningSums
from stats.windows import Windows, final_window
from tests.stats.building import random_cube


def test_the_last_period_observed_anywhere_ends_the_window():
    state = np.full((10, 3), State.NOT_COVERED, dtype=np.uint8)
    state[:6] = State.OBSERVED
    state[6:8, 1] = State.OBSERVED
    state[8:] = State.PROVISIONAL
    assert final_window(state, 2, 4) == Windows(8, 2, 4)
    assert (Windows(8, 2, 4).recent_slice, Windows(8, 2, 4).baseline_slice) == (slice(6, 8), slice(2, 6))


def test_nothing_observed_gives_empty_windows():
    windows = final_window(np.full((10, 3), State.SUPPRESSED, dtype=np.uint8))
    assert windows.end == 0
    assert windows.recent_slice == windows.baseline_slice == slice(0, 0)


def test_a_history_too_short_is_cut_and_the_wish_is_kept():
    windows = Windows(20, 8, 52)
    assert (windows.recent_slice, windows.baseline_slice) == (slice(12, 20), slice(0, 12))
    assert Windows(5, 8, 52).baseline_slice == slice(0, 0)
    assert windows.earlier(15) == Windows(5, 8, 52)
    assert windows.earlier(30) == Windows(0, 8, 52)


@pytest.mark.parametrize("wrong", [(5, 0, 1), (5, 1, 0), (-1, 1, 1)])
def test_empty_windows_are_refused(wrong):
    with pytest.raises(ValueRefused, match="less than"):
        Windows(*wrong)


def test_running_sums_equal_plain_sums_of_what_was_observed():
    cube = random_cube(9, observed=0.8)
    sums = RunningSums.of(cube, 50, 200)
    seen = cube.state == State.OBSERVED
    for window in (slice(50, 200), slice(60, 61), slice(120, 120), slice(190, 200)):
        assert (sums.counts(window) == np.where(seen, cube.values, 0)[window].sum(axis=0)).all()
        assert (sums.periods(window) == seen[window].sum(axis=0)).all()
