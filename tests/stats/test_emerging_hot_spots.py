"""The 17 classes against the table of sequences that was agreed on (methods.md 4)."""

import numpy as np
import pandas as pd
import pytest

from stats.emerging_hot_spots import History, classes, emerging_hot_spots
from stats.gi_star import gi_star
from tests.conftest import ROOT
from tests.stats.building import cube_of, near, random_cube

CASES = pd.read_csv(ROOT / "tests" / "reference" / "ehsa_categories.csv")
WORDS = (
    {"none": History.NONE}
    | {f"{one.name.lower()} hot": one for one in History if 0 < one <= History.HISTORICAL}
    | {f"{one.name.removesuffix('_COLD').lower()} cold": one for one in History if one > History.HISTORICAL}
)


@pytest.mark.parametrize("case", list(CASES.itertuples()), ids=lambda case: case.case)
def test_a_sequence_has_its_class(case):
    sequence = np.array(list(case.seq))[:, None]
    rising = np.array([np.sign(case.mk_z) if case.mk_p <= 0.05 else 0.0])
    found = classes(sequence == "H", sequence == "C", np.ones(sequence.shape, dtype=bool), rising)
    assert History(found[0]) is WORDS[case.arcgis_text]


def test_cold_mirrors_hot():
    rng = np.random.default_rng(4)
    state = rng.choice([-1, 0, 1], (12, 400), p=[0.2, 0.3, 0.5])
    known, rising = np.ones(state.shape, dtype=bool), rng.choice([-1.0, 0.0, 1.0], 400)
    one = classes(state > 0, state < 0, known, rising)
    other = classes(state < 0, state > 0, known, -rising)
    hot = (one > 0) & (one <= 8)
    assert hot.any()
    assert (other[hot & (one == np.where(other > 8, other - 8, one))] != 0).all()


def test_an_empty_map_has_no_history():
    cube = cube_of(np.zeros((12, 19)))
    assert not emerging_hot_spots(gi_star(cube, near(cube))).history.any()


def test_a_place_that_was_hot_all_along_is_persistent():
    values = np.array(random_cube(9, periods=40, rate=0.1).values)
    values[:, :7] += 6
    cube = cube_of(values, units=random_cube(9, periods=40).lattice.units)
    found = emerging_hot_spots(gi_star(cube, near(cube)))
    assert History.PERSISTENT in found.history[:7]
    assert found.hot_share.max() > 0.9
