import h3.api.basic_int as h3
import numpy as np
import pytest

from geo.coverage import State
from stats.change import change
from stats.clusters import clusters
from stats.exact_ratio import exact_ratio
from stats.rate_ratio import rate_ratio
from stats.windows import Windows
from tests.stats.building import CENTRE, cube_of, disk_units, near, random_cube

WINDOWS = Windows(60, 8, 52)


def two_bursts():
    units = disk_units(10)
    values = np.zeros((60, len(units)), dtype=int)
    far = next(iter(h3.grid_ring(CENTRE, 9)))
    values[55, np.searchsorted(units, CENTRE)] = 6
    values[56, np.searchsorted(units, far)] = 3
    values[10, np.searchsorted(units, CENTRE)] = 2
    return cube_of(values, units=units), np.searchsorted(units, np.array([CENTRE, far], dtype=np.uint64))


def test_each_incident_counts_once_and_the_surest_comes_first():
    cube, (centre, far) = two_bursts()
    ratio = rate_ratio(cube, near(cube), WINDOWS)
    found = clusters(ratio, change(ratio).rising, near(cube))
    assert sorted((each.recent, each.baseline) for each in found) == [(3, 0), (6, 2)]
    assert [each.low for each in found] == sorted((each.low for each in found), reverse=True)
    by_size = sorted(found, key=lambda each: -each.recent)
    assert centre in by_size[0].members
    assert far in by_size[1].members
    assert len(by_size[0].members) == 7
    assert len(by_size[0].around) == 19
    assert by_size[0].expected == pytest.approx(2 * 8 / 52)
    wanted = exact_ratio(6, 2, 8, 52)
    assert (by_size[0].estimate, by_size[0].low) == pytest.approx((float(wanted.estimate), float(wanted.low)))


def test_clusters_partition_the_flagged_units():
    cube = random_cube(21, radius=12, rate=0.2)
    ratio = rate_ratio(cube, near(cube), Windows(220, 8, 52))
    rising = change(ratio).rising
    found = clusters(ratio, rising, near(cube))
    members = np.concatenate([each.members for each in found])
    assert len(members) == len(np.unique(members)) == rising.sum() > 0
    matrix = near(cube).matrix
    label = {unit: k for k, each in enumerate(found) for unit in each.members.tolist()}
    for unit in np.flatnonzero(rising):
        for other in matrix[[unit]].indices:
            if rising[other]:
                assert label[unit] == label[other]
    assert any(np.ptp(ratio.field.low[each.members]) > 0 for each in found)
    for each in found:
        assert each.core in each.members
        assert ratio.field.low[each.core] == ratio.field.low[each.members].max()
        assert set(each.members) <= set(each.around)
        assert each.recent == cube.values[212:, each.around].sum()
        assert each.baseline == cube.values[160:212, each.around].sum()


def test_no_flag_no_cluster():
    cube = cube_of(np.zeros((60, 7)))
    ratio = rate_ratio(cube, near(cube), WINDOWS)
    assert clusters(ratio, change(ratio).rising, near(cube)) == ()


def test_a_unit_that_is_not_covered_gives_nothing_to_a_cluster():
    units = disk_units(1)
    values = np.zeros((60, 7), dtype=int)
    values[-1] = 2
    state = np.full(values.shape, State.OBSERVED)
    state[-1, 2] = State.NOT_COVERED
    cube = cube_of(values, state=state, units=units)
    ratio = rate_ratio(cube, near(cube), WINDOWS)
    (only,) = clusters(ratio, change(ratio).rising, near(cube))
    assert 2 not in only.around
    assert only.recent == 12
