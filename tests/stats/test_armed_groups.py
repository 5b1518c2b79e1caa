import numpy as np
import pytest

from geo.coverage import State
from geo.errors import ValueRefused
from stats.armed_groups import UNKNOWN, armed_groups
from tests.stats.building import disk_units, lattice_of, near, random_cube

STATE = np.full((4, 3), State.OBSERVED, dtype=np.uint8)


def counted(rows, state=STATE, window=slice(1, 4), near=None):
    unit, period, a, b = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return armed_groups(unit, period, np.stack([a, b], axis=1), state, window, near)


def test_each_group_counts_once_in_a_place():
    found = counted([(0, 1, 5, -1), (0, 2, 5, 6), (0, 3, 6, 5), (1, 1, 5, 9), (1, 0, 44, 45), (-1, 2, 71, 72)])
    assert found.number.tolist() == [2, 2, 0]
    assert found.altogether == 3


def test_over_a_disk_a_group_of_two_cells_counts_once():
    cube = random_cube(1, radius=1, periods=4)
    state = np.full(cube.values.shape, State.OBSERVED, dtype=np.uint8)
    rows = [(unit, 1, 3, unit % 2) for unit in range(7)]
    found = counted(rows, state, near=near(cube))
    brute = [
        len({g for u in near(cube).matrix[[i]].indices.tolist() for g in (3, u % 2)}) for i in range(len(cube.lattice))
    ]
    assert found.number.tolist() == brute


def test_where_nobody_looked_the_number_is_unknown():
    state = STATE.copy()
    state[1:, 2] = State.NOT_COVERED
    state[3, 1] = State.PROVISIONAL
    found = counted([(0, 1, 5, 5)], state)
    assert found.number.tolist() == [1, 0, UNKNOWN]
    assert counted([], window=slice(4, 4)).number.tolist() == [UNKNOWN] * 3


def test_a_unit_that_does_not_exist_is_refused():
    assert len(lattice_of(disk_units(1), 2)) == 7
    with pytest.raises(ValueRefused, match="row 1"):
        counted([(0, 1, 1, 1), (3, 1, 1, 1)])
