"""Shares by area against geopandas, conservation whatever the counts, and what cannot be spread, by reason."""

import geopandas as gpd
import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from data import geodata
from geo.amounts import Amounts
from geo.areas import Areas
from geo.cells import outlines
from geo.cube import Lattice, UnitKind
from geo.errors import NotConserved, ValueRefused
from geo.periods import Grain, Periods
from geo.spread import Shares, Spread, Unspread, area_shares, by_people, spread

PERIODS = Periods(Grain.WEEK, 0, 1)


def boxes(*bounds) -> Areas:
    """Rectangles as areas of one country."""
    shapes = [shapely.box(*each) for each in bounds]
    names = np.array([f"A{n}" for n in range(len(shapes))], dtype=object)
    country = np.array(["AAA"] * len(shapes), dtype=object)
    middle = shapely.centroid(np.array(shapes, dtype=object))
    shape = np.array(shapes, dtype=object)
    return Areas("admin1", names, names, country, country, shape, shapely.get_x(middle), shapely.get_y(middle))


AREAS = boxes((28, 10, 29, 11), (29, 10, 31, 12), (179.4, -17, 180, -16), (20, 10, 20.1, 10.1))


def lattice(units, resolution=5) -> Lattice:
    units = np.unique(np.array(units, dtype=np.uint64))
    return Lattice(UnitKind.CELLS, units, resolution, PERIODS, np.zeros(len(units), dtype=np.int16), ("AAA",))


def beside(indices) -> Lattice:
    units = np.array(indices, dtype=np.uint64)
    return Lattice(UnitKind.AREAS, units, None, PERIODS, np.zeros(len(units), dtype=np.int16), ("AAA",))


def amounts(own, area_counts, units, indices) -> Amounts:
    own, area_counts = np.array(own, dtype=float), np.array(area_counts, dtype=float)
    return Amounts(
        lattice(units), beside(indices), own, 2 * own, 0 * own, area_counts, 3 * area_counts, 0 * area_counts
    )


def near(areas: Areas, index: int, resolution: int) -> list[int]:
    """All cells around an area: by centres on a fine grid, without the code under test."""
    west, south, east, north = shapely.bounds(areas.geometry[index])
    step = 0.05
    lng, lat = np.meshgrid(np.arange(west - 0.5, east + 0.5, step), np.arange(south - 0.5, north + 0.5, step))
    lng = (lng + 180) % 360 - 180
    return sorted({h3.latlng_to_cell(y, x, resolution) for y, x in zip(lat.ravel(), lng.ravel(), strict=True)})


def by_geopandas(areas: Areas, index: int, resolution: int) -> dict[int, float]:
    """Share of each cell: overlay in the equal-area grid EASE 2 (EPSG:6933)."""
    cells = near(areas, index, resolution)
    shapes = outlines(np.array(cells, dtype=np.uint64), split=True)
    land = gpd.GeoSeries([areas.geometry[index]], crs=4326).to_crs(6933).iloc[0]
    sizes = gpd.GeoSeries(shapes, index=cells, crs=4326).to_crs(6933).intersection(land).area
    return {cell: size / sizes.sum() for cell, size in sizes.items() if size > 0}


@pytest.mark.parametrize("resolution", [4, 5])
@pytest.mark.parametrize("index", [0, 1, 2, 3])
def test_shares_are_the_overlay_of_geopandas(index, resolution):
    shares = area_shares(AREAS, np.array([index], dtype=np.int32), resolution)
    found = dict(zip(shares.cells.tolist(), shares.matrix.toarray()[0].tolist(), strict=True))
    expected = by_geopandas(AREAS, index, resolution)
    assert found.keys() == expected.keys()
    assert max(abs(found[cell] - share) for cell, share in expected.items()) < 2e-4
    assert abs(sum(found.values()) - 1) < 1e-12


def test_shares_of_a_real_province_are_the_overlay_of_geopandas():
    areas = geodata.admin1("fine")
    index = areas.index_of("SDN-148")
    shares = area_shares(areas, np.array([index], dtype=np.int32), 4)
    found = dict(zip(shares.cells.tolist(), shares.matrix.toarray()[0].tolist(), strict=True))
    expected = by_geopandas(areas, index, 4)
    assert found.keys() == expected.keys()
    assert max(abs(found[cell] - share) for cell, share in expected.items()) < 1e-3


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 5000), min_size=4, max_size=4),
    st.lists(st.integers(0, 5000), min_size=3, max_size=3),
    st.sampled_from([12_000, 60, 0]),
)
def test_nothing_is_lost_whatever_the_counts(area_counts, own, most):
    shares = area_shares(AREAS, np.arange(4, dtype=np.int32), 5, most=most)
    places = [(10.5, 28.5), (10.5, 29.5), (40.0, 0.0)]
    units = [h3.latlng_to_cell(*place, 5) for place in places]
    given_ = amounts(own, area_counts, units, range(4))
    found = spread(given_, shares)
    total = sum(own) + sum(area_counts)
    assert abs(found.known.sum() + found.shared.sum() + found.rest.sum() - total) <= 1e-9 * max(total, 1)
    assert found.known.sum() == sum(own)
    assert abs(sum(found.unspread.values()) - found.rest.sum()) < 1e-9
    kept = [n for n in range(4) if n not in shares.unspread]
    assert abs(found.shared.sum() - sum(area_counts[n] for n in kept)) <= 1e-9 * max(total, 1)
    killed = found.killed.sum() + found.killed_shared.sum() + found.killed_rest.sum()
    assert abs(killed - 2 * sum(own) - 3 * sum(area_counts)) <= 1e-9 * max(total, 1) * 3
    assert not found.shared[~np.isin(found.lattice.units, shares.cells)].any()


def test_cells_without_an_incident_get_their_share_and_a_country():
    shares = area_shares(AREAS, np.array([0], dtype=np.int32), 5)
    found = spread(amounts([], [7], [], [0]), shares)
    assert len(found.lattice) == len(shares.cells) > 40
    assert (found.shared > 0).all()
    assert found.mostly_shared.all()
    assert (found.lattice.country == 0).all()


def test_the_largest_area_stands_back_where_there_would_be_too_many_cells():
    shares = area_shares(AREAS, np.array([0, 1], dtype=np.int32), 5, most=100)
    assert shares.unspread == {1: Unspread.TOO_LARGE}
    found = spread(amounts([], [3, 5], [], [0, 1]), shares)
    assert found.rest.tolist() == [0, 5]
    assert found.unspread == {Unspread.TOO_LARGE: 5.0}


def test_people_weigh_a_cell_by_the_part_of_it_in_the_area():
    shares = area_shares(AREAS, np.array([0], dtype=np.int32), 5)
    people = np.zeros(len(shares.cells))
    people[[3, 8]] = [100.0, 300.0]
    weighted = by_people(shares, people)
    inside = shares.matrix.toarray()[0] / np.array([h3.cell_area(cell, "km^2") for cell in shares.cells.tolist()])
    expected = inside[[3, 8]] * [100.0, 300.0]
    assert weighted.matrix.toarray()[0][[3, 8]] == pytest.approx(expected / expected.sum(), rel=1e-12)
    assert weighted.matrix.sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("people", [np.nan, 0.0])
def test_where_no_people_are_known_the_shares_stay_by_area(people):
    shares = area_shares(AREAS, np.array([0], dtype=np.int32), 5)
    weighted = by_people(shares, np.full(len(shares.cells), people))
    assert (weighted.matrix != shares.matrix).nnz == 0


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueRefused):
        area_shares(AREAS, np.array([0], dtype=np.int32), 2)
    shares = area_shares(AREAS, np.array([0], dtype=np.int32), 4)
    with pytest.raises(ValueRefused, match="one resolution"):
        spread(amounts([], [7], [], [0]), shares)
    with pytest.raises(ValueRefused, match="sum to 1"):
        Shares(5, shares.areas, shares.cells, sparse.csr_array(shares.matrix * 0.5))
    with pytest.raises(ValueRefused, match="population"):
        by_people(shares, np.zeros(3))


def test_a_spread_that_loses_something_cannot_be_made():
    shares = area_shares(AREAS, np.array([0], dtype=np.int32), 5)
    one = spread(amounts([], [7], [], [0]), shares)
    with pytest.raises(NotConserved):
        Spread(
            one.lattice,
            one.known,
            one.shared * 0.999,
            one.killed,
            one.killed_shared,
            one.late,
            one.rest,
            one.killed_rest,
            {},
            one.given,
        )
