import h3.api.basic_int as h3
import numpy as np
import pytest

from geo.errors import ValueRefused
from stats.marshall import marshall, marshall_local
from tests.stats.building import near
from tests.stats.reference import known_cube, numbers, table


def known():
    cube, back = known_cube()
    cells = table("cells.csv")
    order = np.argsort([h3.str_to_int(cell) for cell in cells["cell"]])
    counts, people = (cells[name].to_numpy()[order] for name in ("total", "population"))
    expected = table("eb.csv").merge(table("eb_local_geoda.csv"), on="cell", suffixes=("", "_2"))
    at = expected.set_index("cell").loc[cells["cell"].iloc[order]]
    return counts, people.astype(float), near(cube), at, back


def test_global_rates_are_those_of_spdep():
    counts, people, _, at, _ = known()
    found = marshall(counts, people)
    prior = numbers("eb_params.json")
    np.testing.assert_allclose(found.raw, at["raw"], rtol=0, atol=1e-14)
    np.testing.assert_allclose(found.smoothed, at["eb"], rtol=1e-10)
    assert found.variance[0] == pytest.approx(prior["a"], rel=1e-10)
    assert found.mean[0] == pytest.approx(prior["b"], rel=1e-10)


def test_local_rates_are_those_of_spdep_and_of_geoda():
    counts, people, disks, at, _ = known()
    by_disk = marshall_local(counts, people, disks)
    by_own = marshall_local(counts, people, disks, from_own_means=True)
    np.testing.assert_allclose(by_disk.smoothed, at["local_est_geoda"], rtol=1e-10)
    np.testing.assert_allclose(by_own.smoothed, at["local_est"], rtol=1e-10)
    np.testing.assert_allclose(by_own.mean, at["local_m"], rtol=1e-10)
    np.testing.assert_allclose(by_own.variance, at["local_a"], rtol=1e-10)


def test_the_fewer_people_the_further_a_rate_is_drawn():
    people = np.array([100.0, 1e4, 1e6, 1e6])
    found = marshall(np.array([1, 100, 10_000, 500]), people)
    drawn = np.abs(found.smoothed - found.raw)
    assert drawn[0] > drawn[1] > drawn[2]


def test_where_nobody_is_known_to_live_there_is_no_rate():
    counts, people, disks, _, _ = known()
    people[[3, 7]] = np.nan, 0.0
    own = marshall_local(counts, people, disks, from_own_means=True)
    for found in (marshall(counts, people), own, marshall_local(counts, people, disks)):
        assert np.isnan(found.smoothed[[3, 7]]).all()
        assert np.isfinite(np.delete(found.smoothed, [3, 7])).all()
        assert np.isfinite(np.delete(found.variance, [3, 7])).all()
    other = counts.copy()
    other[[3, 7]] = 900
    assert np.array_equal(marshall_local(other, people, disks).smoothed, found.smoothed, equal_nan=True)


def test_people_below_zero_are_refused():
    with pytest.raises(ValueRefused, match="row 1"):
        marshall(np.array([1, 1]), np.array([5.0, -1.0]))
