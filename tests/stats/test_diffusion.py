import numpy as np
import pytest

from geo.coverage import State
from geo.cube import Cube
from geo.errors import ValueRefused
from stats.diffusion import diffusion
from tests.stats.building import cube_of, disk_units, lattice_of


def counted(values, state=None, people=None, country=None, **options):
    values = np.asarray(values, dtype=np.int32)
    lattice = lattice_of(disk_units(2)[: values.shape[1]], len(values), country=country)
    seen = np.full(values.shape, State.OBSERVED, dtype=np.uint8) if state is None else np.asarray(state, dtype=np.uint8)
    people = np.full(values.shape[1], 500.0) if people is None else np.array(people, dtype=float)
    return diffusion(Cube(lattice, values, seen, "events"), people, slice(None), **options)


def test_cells_with_ten_events_among_populated_cells_by_country():
    found = counted([[4, 9, 30, 0, 12], [6, 0, 0, 0, 0]], people=[5, 5, 0, np.nan, 5], country=[0, 0, 0, 0, 1])
    assert found.codes == ("AAA", "BBB")
    assert found.populated.tolist() == [2, 1]
    assert found.violent.tolist() == [1, 1]
    assert found.share.tolist() == [0.5, 1.0]


def test_a_cell_that_was_not_observed_throughout_is_left_out():
    state = np.full((2, 3), State.OBSERVED)
    state[1, 0] = State.NOT_COVERED
    found = counted([[50, 10, 0], [0, 0, 0]], state=state, country=[0, 0, -1])
    assert (found.populated[0], found.violent[0], found.left_out[0]) == (1, 1, 1)
    assert np.isnan(found.share[1])


def test_settings_and_refusals():
    assert counted([[3, 2]], least_events=3, least_people=100).violent[0] == 1
    with pytest.raises(ValueRefused, match="row 1"):
        counted([[1, 1]], people=[1, -1])
    with pytest.raises(ValueRefused, match="length"):
        diffusion(cube_of([[1, 1]]), np.ones(3), slice(None))
