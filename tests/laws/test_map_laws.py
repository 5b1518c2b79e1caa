"""Laws of the whole map: what a place is called, and what happens elsewhere or later, does not change what is said."""

import numpy as np
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage import State
from geo.cube import UnitKind
from geo.neighbours import Neighbours
from stats.change import change
from stats.clusters import clusters
from stats.ordinary_week import ordinary_week
from stats.rate_ratio import rate_ratio
from stats.record_high import record_high
from stats.windows import Windows, final_window
from tests.stats.building import cube_of, near, random_cube

WINDOWS = Windows(220, 8, 52)
seeds = st.integers(0, 10**6)
few = settings(max_examples=25)


def relabelled(cube, around, order):
    """The same map with its units in another order (areas may stand in any) and its neighbours moved along."""
    moved = cube_of(cube.values[:, order], state=cube.state[:, order], kind=UnitKind.AREAS)
    matrix = scipy.sparse.csr_array(around.matrix[order][:, order])
    return moved, Neighbours(matrix)


@few
@given(seeds, st.sampled_from([1.0, 0.999]))
def test_relabelling_the_units_relabels_the_result(seed, observed):
    cube = random_cube(seed, observed=observed)
    around = near(cube)
    order = np.random.default_rng(seed).permutation(len(cube.lattice))
    moved, moved_around = relabelled(cube, around, order)
    one, two = (rate_ratio(c, n, WINDOWS, least_baseline=40) for c, n in ((cube, around), (moved, moved_around)))
    for name in ("estimate", "low", "high", "known"):
        np.testing.assert_array_equal(getattr(one.field, name)[order], getattr(two.field, name))
    first, second = change(one), change(two)
    np.testing.assert_array_equal(first.classes[order], second.classes)
    found = [
        sorted((c.recent, c.baseline, c.low, len(c.members)) for c in clusters(ratio, flags.rising, n))
        for ratio, flags, n in ((one, first, around), (two, second, moved_around))
    ]
    assert found[0] == found[1]
    past = [ordinary_week(c, n, WINDOWS, weeks=4) for c, n in ((cube, around), (moved, moved_around))]
    np.testing.assert_array_equal(past[0].clusters, past[1].clusters)
    highs = [record_high(c, n, 220, least=1) for c, n in ((cube, around), (moved, moved_around))]
    np.testing.assert_array_equal(highs[0].level[order], highs[1].level)


@few
@given(seeds)
def test_incidents_beyond_the_disk_change_nothing_here(seed):
    cube = random_cube(seed)
    around = near(cube)
    loud = int(np.random.default_rng(seed).integers(len(cube.lattice)))
    values = cube.values.copy()
    values[-30:, loud] += 5
    other = rate_ratio(cube_of(values, units=cube.lattice.units), around, WINDOWS)
    far = np.setdiff1d(np.arange(len(cube.lattice)), around.matrix[[loud]].indices)
    np.testing.assert_array_equal(rate_ratio(cube, around, WINDOWS).field.low[far], other.field.low[far])


@few
@given(seeds)
def test_more_recent_incidents_never_lower_a_flag(seed):
    cube = random_cube(seed)
    around = near(cube)
    rng = np.random.default_rng(seed)
    values = cube.values.copy()
    values[212:] += rng.integers(0, 2, values[212:].shape).astype(np.int32)
    before, after = (change(rate_ratio(c, around, WINDOWS)) for c in (cube, cube_of(values, units=cube.lattice.units)))
    assert (after.rising | ~before.rising).all()
    np.testing.assert_array_equal(before.surprising, after.surprising)


@few
@given(seeds, st.integers(1, 30))
def test_the_map_of_an_earlier_day_knows_nothing_of_later_ones(seed, later):
    """Cutting the cube at its last final period gives the same map: no look-ahead anywhere."""
    cube = random_cube(seed)
    state = cube.state.copy()
    state[220 - later :] = State.PROVISIONAL
    whole = cube_of(cube.values, state=state, units=cube.lattice.units)
    cut = cube_of(cube.values[: 220 - later], units=cube.lattice.units)
    windows = final_window(whole.state)
    assert windows == final_window(cut.state)
    around = near(cube)
    one, two = (rate_ratio(c, around, windows) for c in (whole, cut))
    np.testing.assert_array_equal(one.field.low, two.field.low)
    np.testing.assert_array_equal(one.p, two.p)
    past = [ordinary_week(c, around, windows, weeks=4) for c in (whole, cut)]
    np.testing.assert_array_equal(past[0].flagged, past[1].flagged)
    highs = [record_high(c, around, windows.end) for c in (whole, cut)]
    np.testing.assert_array_equal(highs[0].level, highs[1].level)


@few
@given(seeds)
def test_a_cluster_is_at_least_its_largest_member_and_at_most_the_map(seed):
    cube = random_cube(seed, rate=0.1)
    around = near(cube)
    ratio = rate_ratio(cube, around, WINDOWS)
    for each in clusters(ratio, change(ratio).rising, around):
        assert ratio.counts.recent[each.members].max() <= each.recent <= cube.values[212:].sum()
        assert ratio.counts.baseline[each.members].max() <= each.baseline <= cube.values[160:212].sum()


@few
@given(seeds, st.integers(1, 5))
def test_repeating_every_unit_far_away_repeats_the_result(seed, copies):
    """Whole events: a map beside a map is two maps; nothing is shared out between them."""
    cube = random_cube(seed, radius=2)
    around = near(cube)
    values = np.tile(cube.values, (1, copies))
    many = cube_of(values, kind=UnitKind.AREAS)
    matrix = scipy.sparse.csr_array(scipy.sparse.block_diag([around.matrix] * copies))
    one, all_of_them = rate_ratio(cube, around, WINDOWS), rate_ratio(many, Neighbours(matrix), WINDOWS)
    np.testing.assert_array_equal(np.tile(one.field.low, copies), all_of_them.field.low)
    single = ordinary_week(cube, around, WINDOWS, weeks=5)
    several = ordinary_week(many, Neighbours(matrix), WINDOWS, weeks=5)
    np.testing.assert_array_equal(single.clusters * copies, several.clusters)
