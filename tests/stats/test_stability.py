import numpy as np

from stats.change import change
from stats.rate_ratio import rate_ratio
from stats.stability import EARLIER, RECENT, SETTINGS, try_settings
from stats.windows import Windows
from tests.stats.building import cube_of, near, random_cube


def test_each_setting_is_the_map_drawn_with_it():
    cube = random_cube(71, rate=0.1)
    found = try_settings(cube, near(cube), 215)
    assert len(SETTINGS) == len(RECENT) * len(EARLIER) == 9
    for row, (recent, earlier) in enumerate(SETTINGS):
        ratio = rate_ratio(cube, near(cube), Windows(215 - earlier, recent, 52))
        np.testing.assert_array_equal(found.rising[row], change(ratio).rising)
        np.testing.assert_array_equal(found.borne[row], ratio.counts.known)
    assert found.rising.any()


def test_settings_that_the_history_does_not_bear_are_named():
    cube = random_cube(72, periods=62)
    found = try_settings(cube, near(cube), 62)
    borne = [recent + earlier + 52 <= 62 for recent, earlier in SETTINGS]
    assert found.borne.all(axis=1).tolist() == found.borne.any(axis=1).tolist() == borne
    assert not found.rising[~np.array(borne)].any()


def test_a_cluster_stands_where_any_of_its_units_is_flagged():
    values = np.zeros((80, 3), dtype=int)
    values[-1, 1] = 5
    cube = cube_of(values)
    found = try_settings(cube, near(cube, 0), 80)
    standing, borne = found.standing(np.array([0, 1]))
    assert standing.tolist() == [earlier == 0 for _, earlier in SETTINGS]
    assert borne.all()
    assert not found.standing(np.array([0, 2]))[0].any()


def test_no_cells():
    cube = cube_of(np.zeros((80, 0)))
    standing, borne = try_settings(cube, near(cube), 80).standing(np.array([], dtype=int))
    assert not standing.any()
    assert not borne.any()
