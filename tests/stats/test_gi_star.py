"""Gi* against spdep, and against the definitions it must not match."""

import h3.api.basic_int as h3
import numpy as np
import pandas as pd
import pytest

from geo.coverage import State
from geo.neighbours import Neighbours, neighbours
from stats.false_discovery import q_values
from stats.gi_star import gi_star
from tests.conftest import ROOT
from tests.stats.building import cube_of, near, random_cube

REFERENCE = ROOT / "tests" / "reference"


def reference(name: str) -> np.ndarray:
    return pd.read_csv(REFERENCE / name, index_col="cell").to_numpy().T


def known_cube():
    frame = pd.read_csv(REFERENCE / "cube.csv", index_col="cell")
    units = np.array([h3.str_to_int(cell) for cell in frame.index], dtype=np.uint64)
    order = np.argsort(units)
    return cube_of(frame.to_numpy().T[:, order], units=units[order]), np.argsort(order)


def test_z_and_q_are_those_of_spdep():
    cube, back = known_cube()
    found = gi_star(cube, near(cube))
    assert found.z[:, back] == pytest.approx(reference("gistar_cube_k1_binary.csv"), abs=1e-5)
    assert found.q[:, back] == pytest.approx(reference("gistar_cube_k1_BH_q.csv"), abs=1e-6)


def test_z_is_not_that_of_moments_by_period():
    cube, back = known_cube()
    assert np.abs(gi_star(cube, near(cube)).z[:, back] - reference("gistar_sfdep_k1.csv")).max() > 0.5


def test_later_periods_change_nothing_earlier():
    cube = random_cube(5, periods=60, rate=0.4)
    cut = cube_of(cube.values[:40], units=cube.lattice.units)
    changed = np.array(cube.values)
    changed[40:] += 7
    again = cube_of(changed[:40], units=cube.lattice.units)
    assert np.array_equal(gi_star(cut, near(cut)).z, gi_star(again, near(again)).z, equal_nan=True)


def test_a_bin_that_was_not_observed_is_neither_counted_nor_judged():
    cube = random_cube(6, periods=30, rate=0.5, observed=0.8)
    found = gi_star(cube, near(cube))
    seen = cube.state == State.OBSERVED
    assert np.isnan(found.z[~seen]).all()
    assert np.isfinite(found.z[seen]).all()
    other = np.where(seen, cube.values, 900)
    hidden = gi_star(cube_of(other, state=cube.state, units=cube.lattice.units), near(cube))
    assert np.array_equal(found.z, hidden.z, equal_nan=True)


@pytest.mark.parametrize("values", [np.zeros((5, 7)), np.full((5, 7), 3), np.zeros((1, 1))])
def test_where_all_bins_are_alike_nothing_is_hot(values):
    cube = cube_of(values)
    found = gi_star(cube, near(cube))
    assert not found.hot.any()
    assert not found.cold.any()


def test_high_numbers_go_another_way_to_the_same_z():
    cube = random_cube(7, periods=20, rate=0.5)
    large = cube_of(np.array(cube.values) * 2_000_000, units=cube.lattice.units)
    assert gi_star(large, near(cube)).z == pytest.approx(gi_star(cube, near(cube)).z, abs=1e-4)


def test_the_order_of_units_does_not_matter():
    cube = random_cube(8, periods=20, rate=0.5)
    order = np.random.default_rng(1).permutation(len(cube.lattice))
    matrix = neighbours(cube.lattice, 1).matrix
    shuffled = Neighbours(matrix[order][:, order])
    mixed = cube_of(np.array(cube.values)[:, order], units=cube.lattice.units)
    assert gi_star(mixed, shuffled).z == pytest.approx(gi_star(cube, near(cube)).z[:, order], abs=1e-6)


def test_q_is_that_of_r():
    p = pd.read_csv(REFERENCE / "pvalues.csv")["p"].to_numpy()
    bh = pd.read_csv(REFERENCE / "bh.csv")["bh"].to_numpy()
    assert q_values(p) == pytest.approx(bh, rel=1e-10)


def test_shared_values_count_as_often_as_they_stand():
    p = np.array([0.01, 0.2, 0.01, 0.5, np.nan, 0.2])
    distinct, at, times = np.unique(p[~np.isnan(p)], return_inverse=True, return_counts=True)
    assert q_values(distinct, times)[at] == pytest.approx(q_values(p)[~np.isnan(p)])
    assert np.isnan(q_values(p)[4])
