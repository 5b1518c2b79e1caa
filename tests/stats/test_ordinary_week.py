import time

import numpy as np
import pytest

from geo.coverage import State
from stats.change import change
from stats.clusters import clusters
from stats.ordinary_week import ordinary_week
from stats.rate_ratio import rate_ratio
from stats.rise_rule import RiseRule
from stats.windows import Windows, final_window
from tests.stats.building import cube_of, near, random_cube

WINDOWS = Windows(220, 8, 52)


@pytest.mark.parametrize("observed", [1.0, 0.998])
@pytest.mark.parametrize("rule", [RiseRule(), RiseRule(above=1.5, least_incidents=3)])
def test_equals_the_map_drawn_in_each_of_those_weeks(observed, rule):
    cube = random_cube(31, radius=6, observed=observed)
    past = ordinary_week(cube, near(cube), WINDOWS, rule, weeks=12, least_baseline=45)
    seen = np.where(cube.state == State.OBSERVED, cube.values, 0)
    assert past.ends.tolist() == list(range(219, 207, -1))
    for k, end in enumerate(past.ends):
        known_then = cube_of(cube.values[:end], state=cube.state[:end], units=cube.lattice.units)
        ratio = rate_ratio(known_then, near(cube), Windows(int(end), 8, 52), least_baseline=45)
        rising = change(ratio, rule).rising
        lately = near(cube).pool(seen[end - 104 : end].sum(axis=0)) > 0
        assert past.flagged[k] == rising.sum()
        assert past.clusters[k] == len(clusters(ratio, rising, near(cube)))
        assert past.active[k] == (lately & ratio.counts.known).sum()
    assert past.flagged.sum() > 0


def test_summaries():
    cube = random_cube(32, radius=6)
    past = ordinary_week(cube, near(cube), WINDOWS)
    assert len(past.ends) == 52
    assert past.mean_clusters == pytest.approx(past.clusters.mean())
    assert past.median_clusters == pytest.approx(float(np.median(past.clusters)))
    assert past.share_flagged == pytest.approx(past.flagged.sum() / past.active.sum())


def test_every_flagged_unit_is_active():
    cube = random_cube(33, radius=6)
    past = ordinary_week(cube, near(cube), WINDOWS)
    assert (past.flagged <= past.active).all()
    assert (past.clusters <= past.flagged).all()


def test_a_place_is_active_for_two_years():
    values = np.zeros((220, 1))
    values[110] = 1
    cube = cube_of(values)
    past = ordinary_week(cube, near(cube), WINDOWS, weeks=12)
    assert past.ends[past.active == 1].tolist() == [214, 213, 212, 211, 210, 209, 208]


def test_no_look_ahead():
    cube = random_cube(34, radius=6)
    louder = cube.values.copy()
    louder[WINDOWS.end - 1 :] += 9
    changed = cube_of(louder, units=cube.lattice.units)
    one, two = (ordinary_week(each, near(cube), WINDOWS) for each in (cube, changed))
    np.testing.assert_array_equal(one.flagged, two.flagged)
    np.testing.assert_array_equal(one.active, two.active)


def test_weeks_without_enough_history_are_left_out():
    cube = random_cube(35, periods=70)
    past = ordinary_week(cube, near(cube), final_window(cube.state))
    assert past.ends.tolist() == list(range(69, 59, -1))
    nothing = ordinary_week(random_cube(36, periods=60), near(random_cube(36)), Windows(60, 8, 52))
    assert len(nothing.ends) == 0
    assert np.isnan(nothing.median_clusters)
    assert np.isnan(nothing.mean_clusters)
    assert np.isnan(nothing.share_flagged)


@pytest.mark.parametrize("shape", [(1, 1), (220, 1), (1, 7), (220, 7), (220, 0)])
def test_degenerate_cubes_are_quiet(shape):
    cube = cube_of(np.zeros(shape))
    past = ordinary_week(cube, near(cube), final_window(cube.state))
    assert past.flagged.sum() == past.clusters.sum() == 0


def test_a_year_of_three_thousand_cells_takes_less_than_a_second():
    cube = random_cube(37, radius=31, periods=416, rate=0.02)
    around = near(cube)
    began = time.perf_counter()
    ordinary_week(cube, around, Windows(416, 8, 52))
    assert time.perf_counter() - began < 1.0
