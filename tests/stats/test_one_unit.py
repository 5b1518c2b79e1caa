import numpy as np

from geo.coverage import State
from stats.exact_ratio import exact_ratio
from stats.one_unit import as_one_unit
from stats.rate_ratio import rate_ratio
from stats.windows import Windows
from tests.stats.building import near, random_cube


def test_several_units_as_one_count_each_incident_once():
    cube = random_cube(81)
    windows = Windows(220, 8, 52)
    units = np.array([9, 4, 9, 20])
    single, series = as_one_unit(cube, units, windows)
    assert single.lattice.shape == (220, 1)
    assert single.lattice.units[0] == cube.lattice.units[4]
    assert (single.values[:, 0] == cube.values[:, [4, 9, 20]].sum(axis=1)).all()
    assert (series.values == single.values[:, 0]).all()
    ratio = rate_ratio(single, near(single), windows)
    own = cube.values[:, [4, 9, 20]]
    wanted = exact_ratio(own[212:].sum(), own[160:212].sum(), 8, 52)
    assert ratio.field.low[0] == wanted.low
    assert (single.state == State.OBSERVED).all()
