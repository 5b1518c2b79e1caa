import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.cells import (
    NO_CELL,
    areas_km2,
    bin_points,
    centres,
    check_cells,
    disk,
    from_text,
    outlines,
    parents,
    resolutions,
    to_text,
)
from geo.coordinates import distinct
from geo.errors import ValueRefused

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


@given(st.lists(st.tuples(latitudes, longitudes), max_size=30), st.integers(0, 7))
def test_one_path_from_a_point_to_a_cell(points, resolution):
    lat, lng = np.array(points, dtype=float).reshape(-1, 2).T
    finest = bin_points(lat, lng)
    assert finest.tolist() == [h3.latlng_to_cell(y, x, 7) for y, x in points]
    assert parents(finest, resolution).tolist() == [h3.cell_to_parent(cell, resolution) for cell in finest.tolist()]
    assert (resolutions(finest) == 7).all()


@pytest.mark.parametrize("resolution", range(8))
def test_roll_up_inside_pentagons(resolution):
    fine = [cell for pentagon in h3.get_pentagons(5) for cell in h3.cell_to_children(pentagon, 7)]
    wanted = [h3.cell_to_parent(cell, resolution) for cell in fine]
    assert parents(np.array(fine, dtype=np.uint64), resolution).tolist() == wanted


def test_rolling_up_by_steps_is_rolling_up_at_once():
    rng = np.random.default_rng(3)
    cells = bin_points(rng.uniform(-90, 90, 500), rng.uniform(-180, 180, 500))
    for middle in range(7, 2, -1):
        assert (parents(parents(cells, middle), 3) == parents(cells, 3)).all()


def test_binning_at_a_coarser_resolution_is_another_map():
    rng = np.random.default_rng(4)
    lat, lng = rng.uniform(-35, 35, 4000), rng.uniform(-20, 50, 4000)
    other = bin_points(lat, lng, 5) != parents(bin_points(lat, lng), 5)
    assert 0.03 < other.mean() < 0.12


def test_no_coordinates_stay_no_cell():
    cells = np.array([0, h3.latlng_to_cell(1.0, 1.0, 7)], dtype=np.uint64)
    assert parents(cells, 4)[0] == NO_CELL
    assert parents(cells, 4)[1] != NO_CELL


@pytest.mark.parametrize("resolution", [-1, 8, 15])
def test_resolutions_that_are_not_offered_are_refused(resolution):
    with pytest.raises(ValueRefused, match="resolution"):
        parents(np.array([], dtype=np.uint64), resolution)


@pytest.mark.parametrize(
    ("lat", "lng", "column", "value"),
    [
        (91.0, 0.0, "latitude", "91.0"),
        (-90.001, 0.0, "latitude", "-90.001"),
        (0.0, 540.0, "longitude", "540.0"),
        (0.0, -180.5, "longitude", "-180.5"),
        (np.nan, 0.0, "latitude", "nan"),
        (0.0, np.inf, "longitude", "inf"),
    ],
)
def test_off_the_globe_is_refused_with_its_row(lat, lng, column, value):
    with pytest.raises(ValueRefused, match="swapped") as refused:
        bin_points(np.array([0.0, lat]), np.array([0.0, lng]))
    assert (refused.value.column, refused.value.row, str(refused.value.value)) == (column, 1, value)


def test_the_edges_of_the_globe_are_on_it():
    lat, lng = np.array([90.0, -90.0, 0.0, 0.0]), np.array([0.0, 180.0, 180.0, -180.0])
    cells = bin_points(lat, lng)
    check_cells(cells)
    assert cells[2] == cells[3]


@given(st.lists(st.tuples(st.sampled_from([0.0, -0.0, 1.5, 7.25]), st.sampled_from([0.0, 2.5, -3.5])), max_size=40))
def test_distinct_pairs_restore_every_row(points):
    lat, lng = np.array(points, dtype=float).reshape(-1, 2).T
    lats, lngs, pair = distinct(lat, lng)
    assert (lats[pair] == lat).all()
    assert (lngs[pair] == lng).all()
    assert len(set(zip(lats.tolist(), lngs.tolist(), strict=True))) == len(lats) == len(set(map(tuple, points)))


def test_centres_and_areas_are_those_of_h3():
    cells = np.array([*h3.get_pentagons(4)[:3], h3.latlng_to_cell(13.0, 30.0, 4)], dtype=np.uint64)
    lat, lng = centres(cells)
    assert list(zip(lat.tolist(), lng.tolist(), strict=True)) == [h3.cell_to_latlng(int(cell)) for cell in cells]
    assert areas_km2(cells).tolist() == [h3.cell_area(int(cell), "km^2") for cell in cells]
    assert len(centres(cells[:0])[0]) == len(areas_km2(cells[:0])) == 0


def test_a_disk_starts_with_its_cell_and_pentagons_have_six():
    pentagon = h3.get_pentagons(4)[0]
    assert len(disk(pentagon, 1)) == 6
    assert disk(pentagon, 2)[0] == pentagon
    assert set(disk(pentagon, 2).tolist()) == set(h3.grid_disk(pentagon, 2))


def test_text_goes_both_ways_and_nonsense_is_refused():
    cell = h3.latlng_to_cell(13.0, 30.0, 4)
    assert from_text(to_text(np.array([cell], dtype=np.uint64))[0]) == cell
    for wrong in ("", "zz", "8", "ffffffffffffffff", "<b>"):
        with pytest.raises(ValueRefused, match="Select a cell"):
            from_text(wrong)
    with pytest.raises(ValueRefused, match="row 1"):
        check_cells(np.array([cell, 12345], dtype=np.uint64))


@pytest.mark.parametrize(("resolution", "split"), [(0, False), (0, True), (1, True), (2, False)])
def test_outlines_tile_the_globe(resolution, split):
    cells = [cell for base in h3.get_res0_cells() for cell in h3.cell_to_children(base, resolution)]
    shapes = outlines(np.array(sorted(cells), dtype=np.uint64), split=split)
    assert shapely.is_valid(shapes).all()
    assert shapely.area(shapes).sum() == pytest.approx(360 * 180, rel=1e-9)
    if split:
        assert shapely.bounds(shapes)[:, [0, 2]].min() >= -180
        assert shapely.bounds(shapes)[:, [0, 2]].max() <= 180


def test_a_cell_across_the_antimeridian_is_one_narrow_ring_or_two_parts():
    cells = bin_points(np.array([-16.5, -16.5]), np.array([179.999, -179.999]), 4)
    whole, parts = outlines(cells), outlines(cells, split=True)
    across = [shapely.bounds(shape) for shape in whole]
    assert any(west < -180 or east > 180 for west, _, east, _ in across)
    for shape, halves in zip(whole, parts, strict=True):
        west, _, east, _ = shape.bounds
        assert east - west < 3
        assert halves.area == pytest.approx(shape.area)
        if west < -180 or east > 180:
            assert shapely.get_num_geometries(halves) == 2


@pytest.mark.parametrize("pole", [90.0, -90.0])
def test_a_polar_cell_reaches_the_pole(pole):
    cell = bin_points(np.array([pole]), np.array([0.0]), 3)
    (shape,) = outlines(cell, split=True)
    assert shapely.covers(shape, shapely.Point(12.0, pole))
    assert shape.bounds[0] == -180
    assert shape.bounds[2] == 180


def test_a_point_lies_in_the_outline_of_its_cell():
    rng = np.random.default_rng(6)
    lat, lng = rng.uniform(-80, 80, 400), rng.uniform(-180, 180, 400)
    shapes = outlines(bin_points(lat, lng, 5), split=True)
    inside = shapely.intersects(shapes, shapely.points(lng, lat))
    assert inside.mean() > 0.97  # edges are great circles, outlines straight lines in degrees
