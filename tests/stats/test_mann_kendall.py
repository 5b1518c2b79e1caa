import numpy as np
import pandas as pd
import pytest

from stats.mann_kendall import mann_kendall
from tests.conftest import ROOT

REFERENCE = ROOT / "tests" / "reference"


def test_trend_and_slope_are_those_of_r():
    series = pd.read_csv(REFERENCE / "mk_series.csv").pivot_table(index="t", columns="series", values="x")
    expected = pd.read_csv(REFERENCE / "mann_kendall.csv").set_index("series").loc[series.columns]
    found = mann_kendall(series.to_numpy())
    assert pytest.approx(expected["S"]) == found.S
    assert found.z == pytest.approx(expected["z_cont"], rel=1e-10)
    assert found.p == pytest.approx(expected["p_cont"], rel=1e-9)
    assert found.slope == pytest.approx(expected["sen"], rel=1e-10)


def test_a_cube_with_ties_is_that_of_r():
    cube = pd.read_csv(REFERENCE / "cube.csv", index_col="cell").to_numpy().T
    expected = pd.read_csv(REFERENCE / "mk_cube.csv")
    found = mann_kendall(cube)
    assert found.z == pytest.approx(expected["z"], abs=1e-10)
    assert found.slope == pytest.approx(expected["sen"], abs=1e-10)


def test_periods_that_are_not_known_are_left_out():
    values = np.array([[1.0, 1.0], [np.nan, 5.0], [2.0, 2.0], [4.0, 4.0], [3.0, 3.0]])
    assert mann_kendall(values).S.tolist() == [4.0, 2.0]
    assert np.isnan(mann_kendall(values[:2]).z).all()


def test_a_falling_series_is_the_rising_one_turned():
    values = np.random.default_rng(2).normal(size=(30, 5))
    assert mann_kendall(-values).z == pytest.approx(-mann_kendall(values).z)
