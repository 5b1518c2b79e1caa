import numpy as np
import pytest
from scipy.stats import binom

from geo.coverage import State
from geo.weighted import UNIT
from stats.own_threshold import HELD_BACK
from stats.rise_score import deaths_rise, deaths_weight, incidents_rise
from stats.windows import Windows
from tests.stats.building import cube_of, near, random_cube

WINDOWS = Windows(220, 8, 52)


def test_the_score_of_incidents_is_the_exact_tail():
    cube = random_cube(3, rate=0.1)
    found = incidents_rise(cube, near(cube), WINDOWS)
    recent = near(cube).pool(cube.values[212:].sum(axis=0))
    before = near(cube).pool(cube.values[160:212].sum(axis=0))
    expected = -np.log10(binom.sf(recent - 1, recent + before, 8 / 60))
    judged = recent >= 2
    assert judged.any()
    assert found.now[judged] == pytest.approx(expected[judged], rel=1e-9)
    assert (found.now[~judged & ~np.isnan(found.now)] == HELD_BACK).all()


def test_nothing_later_changes_a_score():
    cube = random_cube(4, rate=0.1)
    later = np.array(cube.values)
    later[200:] += 9
    windows = Windows(200, 8, 52)
    changed = incidents_rise(cube_of(later, units=cube.lattice.units), near(cube), windows)
    assert np.array_equal(changed.now, incidents_rise(cube, near(cube), windows).now, equal_nan=True)
    assert changed.threshold == incidents_rise(cube, near(cube), windows).threshold


def test_the_past_is_what_the_same_rule_said_then():
    cube = random_cube(5, rate=0.1)
    found = incidents_rise(cube, near(cube), WINDOWS)
    then = incidents_rise(cube, near(cube), WINDOWS.earlier(7))
    assert np.array_equal(found.past[6], then.now, equal_nan=True)


@pytest.mark.parametrize("rate", [0.01, 0.04, 0.15])
def test_on_a_quiet_map_about_one_in_a_hundred_alarms(rate):
    alarms, active = 0, 0
    for seed in range(6):
        cube = random_cube(seed, radius=8, rate=rate)
        found = incidents_rise(cube, near(cube), WINDOWS)
        alarms += found.up.sum()
        active += (~np.isnan(found.now)).sum()
    assert active > 0
    assert alarms / active <= 0.03


def test_deaths_need_five_and_weigh_by_their_logarithm():
    values = np.zeros((220, 7))
    values[30::40] = 1
    deaths = np.zeros((220, 7))
    deaths[216:, 0] = [0, 3, 1, 0]
    incidents = values + (deaths > 0)
    weight = np.round(deaths_weight(deaths.astype(np.int32)) * UNIT)

    def scored(killed):
        cube = cube_of(incidents)
        return deaths_rise(cube_of_large(weight), cube_of(killed), cube, near(cube), Windows(220, 4, 52)).now

    assert (scored(deaths) == HELD_BACK).all()
    more = deaths.copy()
    more[216, 0] = 1
    assert (scored(more) > 0).any()


def cube_of_large(values):
    base = cube_of(np.zeros(values.shape))
    return type(base)(base.lattice, values.astype(np.int64), base.state, "weight")


def test_where_nobody_looked_nothing_is_scored():
    cube = random_cube(6, rate=0.2)
    state = np.full(cube.values.shape, State.OBSERVED, dtype=np.uint8)
    state[:, :5] = State.NOT_COVERED
    found = incidents_rise(cube_of(cube.values, state=state, units=cube.lattice.units), near(cube), WINDOWS)
    assert np.isnan(found.now[:5]).all()


def test_a_sharp_rise_is_up():
    cube = random_cube(7, radius=6, rate=0.05)
    values = np.array(cube.values)
    values[212:, 10] += 4
    found = incidents_rise(cube_of(values, units=cube.lattice.units), near(cube), WINDOWS)
    assert found.up[10]
