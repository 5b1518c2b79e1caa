import numpy as np
import pytest

from geo.cells import areas_km2
from geo.coverage import State
from geo.errors import ValueRefused
from stats.density import density
from tests.stats.building import cube_of, random_cube


def test_counts_per_thousand_square_kilometres():
    cube = random_cube(61)
    areas = areas_km2(cube.lattice.units)
    field = density(cube, slice(10, 20), areas)
    np.testing.assert_allclose(field.estimate * areas / 1000, cube.values[10:20].sum(axis=0))
    assert field.unit == "incidents per 1,000 km2"
    assert field.known.all()


def test_only_what_was_looked_at_counts():
    state = np.array(
        [[State.OBSERVED, State.NOT_COVERED, State.SUPPRESSED], [State.PROVISIONAL, *[State.NOT_COVERED] * 2]]
    )
    field = density(cube_of([[4, 4, 4], [5, 5, 5]], state=state), slice(None), np.array([500.0, 500.0, 500.0]))
    assert field.known.tolist() == [True, False, False]
    assert field.estimate[0] == 18.0
    assert np.isnan(field.estimate[1:]).all()


def test_an_empty_window_is_unknown():
    assert not density(random_cube(62), slice(5, 5), np.ones(61)).known.any()


@pytest.mark.parametrize("area", [0.0, -3.0, np.nan])
def test_areas_that_cannot_be_are_refused(area):
    with pytest.raises(ValueRefused, match="row 1"):
        density(cube_of([[1, 1]]), slice(None), np.array([1.0, area]))
