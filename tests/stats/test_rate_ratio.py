from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.coverage import State
from geo.cube import UnitKind
from stats.change import change
from stats.exact_ratio import exact_ratio
from stats.rate_ratio import TOO_SHORT, rate_ratio
from stats.windows import Windows, final_window
from tests.stats.building import cube_of, disk_units, near, random_cube

REFERENCE = Path(__file__).parents[1] / "reference"


def test_equals_plain_pandas_over_foreign_neighbours():
    cells = pd.read_csv(REFERENCE / "cells.csv").cell
    table = pd.read_csv(REFERENCE / "cube.csv").set_index("cell").loc[cells]
    edges = pd.read_csv(REFERENCE / "edges.csv")
    units = np.array([int(cell, 16) for cell in cells], dtype=np.uint64)
    order = np.argsort(units)
    cube = cube_of(table.to_numpy()[order].T, units=units[order])
    ratio = rate_ratio(cube, near(cube), Windows(24, 4, 20))
    pairs = pd.concat([edges, pd.DataFrame({"i": range(61), "j": range(61)})])
    pooled = pairs.join(table.reset_index(drop=True), on="j").groupby("i").sum()
    recent = pooled[[f"t{t}" for t in range(20, 24)]].sum(axis=1)[order]
    baseline = pooled[[f"t{t}" for t in range(20)]].sum(axis=1)[order]
    assert (ratio.counts.recent == recent).all()
    assert (ratio.counts.baseline == baseline).all()
    wanted = exact_ratio(recent, baseline, 4, 20)
    np.testing.assert_array_equal(ratio.field.estimate, wanted.estimate)
    np.testing.assert_array_equal(ratio.field.low, np.where(np.isnan(wanted.estimate), np.nan, wanted.low))
    np.testing.assert_allclose(ratio.counts.expected, baseline * 4 / 20)


def test_provisional_periods_are_no_part_of_the_windows():
    cube = random_cube(1)
    state = cube.state.copy()
    state[-2:] = State.PROVISIONAL
    late = cube_of(cube.values, state=state, units=cube.lattice.units)
    windows = final_window(late.state)
    assert (windows.end, windows.first_recent) == (218, 210)
    ratio = rate_ratio(late, near(late), windows)
    assert ratio.counts.own_recent.sum() == cube.values[210:218].sum()
    assert ratio.counts.own_baseline.sum() == cube.values[158:210].sum()


def test_no_look_ahead():
    cube = random_cube(2)
    windows = Windows(200, 8, 52)
    changed = cube.values.copy()
    changed[200:] += 7
    before = rate_ratio(cube, near(cube), windows)
    after = rate_ratio(cube_of(changed, units=cube.lattice.units), near(cube), windows)
    np.testing.assert_array_equal(before.field.low, after.field.low)
    np.testing.assert_array_equal(before.counts.baseline, after.counts.baseline)


def test_an_uncovered_recent_period_makes_a_unit_unknown_and_no_part_of_any_disk():
    cube = random_cube(3, radius=1)
    state = cube.state.copy()
    state[-3, 0] = State.NOT_COVERED
    ratio = rate_ratio(cube_of(cube.values, state=state, units=cube.lattice.units), near(cube), Windows(220, 8, 52))
    assert not ratio.counts.known[0]
    assert ratio.counts.known[1:].all()
    assert np.isnan(ratio.field.estimate[0])
    centre = near(cube).degree.argmax()
    others = np.setdiff1d(np.arange(7), [0])
    if centre != 0:
        assert ratio.counts.recent[centre] == cube.values[212:, others].sum()


def test_a_neighbour_newly_covered_is_no_rise():
    units = disk_units(1)
    values = np.zeros((60, 7), dtype=int)
    state = np.full((60, 7), State.OBSERVED)
    loud = 3
    values[:, loud] = 5
    state[:52, loud] = State.NOT_COVERED
    cube = cube_of(values, state=state, units=units)
    ratio = rate_ratio(cube, near(cube), Windows(60, 8, 52))
    quiet = np.arange(7) != loud
    assert (ratio.counts.recent[quiet] == 0).all()
    assert not ratio.counts.known[loud]
    assert ratio.counts.covered[loud]


def test_a_short_history_is_unknown_and_says_so():
    cube = random_cube(4, periods=40)
    ratio = rate_ratio(cube, near(cube), final_window(cube.state))
    assert not ratio.counts.known.any()
    assert not ratio.counts.long_enough.any()
    assert ratio.counts.covered.all()
    assert ratio.field.note == TOO_SHORT
    shorter = rate_ratio(cube, near(cube), final_window(cube.state), least_baseline=26)
    assert shorter.counts.known.all()
    assert (shorter.counts.baseline_periods == 32).all()
    wanted = exact_ratio(shorter.counts.recent, shorter.counts.baseline, 8, 32)
    np.testing.assert_array_equal(shorter.p, wanted.p)


def test_a_gap_in_the_baseline_is_no_exposure():
    cube = random_cube(5)
    state = cube.state.copy()
    state[170:190] = State.NOT_COVERED
    gap = cube_of(cube.values, state=state, units=cube.lattice.units)
    assert not rate_ratio(gap, near(gap), Windows(220, 8, 52)).counts.known.any()
    ratio = rate_ratio(gap, near(gap), Windows(220, 8, 52), least_baseline=26)
    assert (ratio.counts.baseline_periods == 32).all()
    outside = np.r_[160:170, 190:212]
    assert ratio.counts.own_baseline.sum() == cube.values[outside].sum()
    np.testing.assert_allclose(ratio.counts.expected, ratio.counts.baseline * 8 / 32)


def test_areas_stand_alone():
    cube = cube_of(np.ones((60, 5)), kind=UnitKind.AREAS)
    ratio = rate_ratio(cube, near(cube), Windows(60, 8, 52))
    assert (ratio.counts.recent == 8).all()
    np.testing.assert_allclose(ratio.field.estimate, 1.0)


@pytest.mark.parametrize("shape", [(1, 1), (60, 1), (1, 7), (3, 4), (60, 7), (60, 0)])
@pytest.mark.parametrize("state", list(State))
def test_degenerate_cubes_have_a_defined_state(shape, state):
    cube = cube_of(np.zeros(shape), state=np.full(shape, state))
    windows = final_window(cube.state)
    ratio = rate_ratio(cube, near(cube), windows)
    assert not ratio.field.known.any()
    assert np.isnan(ratio.field.estimate).all()
    whole = state == State.OBSERVED and shape[0] == 60
    assert ratio.counts.known.all() == (whole or shape[1] == 0)
    assert len(change(ratio).classes) == shape[1]


def test_arrays_are_read_only():
    ratio = rate_ratio(random_cube(6), near(random_cube(6)), Windows(220, 8, 52))
    with pytest.raises(ValueError, match="read-only"):
        ratio.counts.recent[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        ratio.p[0] = 1
