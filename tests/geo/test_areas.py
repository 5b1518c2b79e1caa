"""Laws of `Areas` on small invented coverages; the shipped ones are tested in tests/data/test_geodata.py."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.areas import COAST_KM, Areas
from geo.errors import NothingThere, ValueRefused
from geo.places import Places


def areas(*shapes, countries=None, codes=None):
    n = len(shapes)
    geometry = np.array(shapes, dtype=object)
    inside = shapely.point_on_surface(np.where(shapely.is_empty(geometry), shapely.box(0, 0, 1, 1), geometry))
    words = np.array([f"A{i}" for i in range(n)], dtype=object)
    where = words if countries is None else np.array(countries, dtype=object)
    return Areas(
        level="admin1",
        codes=words if codes is None else np.array(codes, dtype=object),
        names=words,
        countries=where,
        country_names=where,
        geometry=geometry,
        label_lng=shapely.get_x(inside),
        label_lat=shapely.get_y(inside),
    )


def grid(side=4):
    """Squares of one degree, from the south-west; all of one country."""
    boxes = [shapely.box(x, y, x + 1, y + 1) for y in range(side) for x in range(side)]
    return areas(*boxes, countries=["AAA"] * side**2)


GRID = grid()
INSIDE = st.floats(min_value=0.0, max_value=4.0, allow_nan=False)


def test_representative_points_lie_in_their_own_area() -> None:
    assert GRID.locate(GRID.label_lat, GRID.label_lng).tolist() == list(range(16))


@given(st.lists(st.tuples(INSIDE, INSIDE), min_size=1, max_size=40))
def test_an_answer_agrees_with_covers_and_the_lowest_index_wins(points) -> None:
    lat, lng = np.array(points).T
    covers = shapely.intersects(GRID.geometry[:, None], shapely.points(lng, lat)[None, :])
    assert GRID.locate(lat, lng).tolist() == covers.argmax(axis=0).tolist()


@given(st.lists(st.tuples(st.floats(-2, 6), st.floats(-2, 6)), min_size=1, max_size=40), st.randoms())
def test_order_and_repetition_change_nothing(points, random) -> None:
    lat, lng = np.array(points).T
    one_by_one = np.array([GRID.locate(lat[i : i + 1], lng[i : i + 1])[0] for i in range(len(lat))])
    order = list(range(len(lat))) * 2
    random.shuffle(order)
    assert GRID.locate(lat[order], lng[order]).tolist() == one_by_one[order].tolist()


def test_no_points_give_no_indices() -> None:
    found = GRID.locate(np.array([]), np.array([]))
    assert found.shape == (0,)
    assert found.dtype == np.int32


@pytest.mark.parametrize("latitude", [0.5, 45.5, 75.5])
@pytest.mark.parametrize("bearing", [0, 90, 180, 270])
def test_five_kilometres_off_the_coast_everywhere(latitude, bearing) -> None:
    """Measured along the geodesic by pyproj, in all directions and at all latitudes."""
    square = areas(shapely.box(10.0, latitude - 0.5, 11.0, latitude + 0.5))
    edge = {0: (10.5, latitude + 0.5), 90: (11.0, latitude), 180: (10.5, latitude - 0.5), 270: (10.0, latitude)}[
        bearing
    ]
    geod = Geod(ellps="WGS84")
    for km, expected in ((COAST_KM - 0.1, 0), (COAST_KM + 0.1, -1)):
        lng, lat, _ = geod.fwd(*edge, bearing, km * 1000.0)
        assert square.locate(np.array([lat]), np.array([lng])).tolist() == [expected]


def test_off_the_coast_the_nearest_of_one_country_wins_and_a_country_is_never_guessed() -> None:
    left, right = shapely.box(0.0, 0.0, 1.0, 1.0), shapely.box(1.0, 0.0, 2.0, 1.0)
    at_sea = np.array([-0.01, -0.01, -0.01]), np.array([0.5, 0.99, 1.01])
    assert areas(left, right, countries=["AAA", "AAA"]).locate(*at_sea).tolist() == [0, 0, 1]
    assert areas(left, right, countries=["AAA", "BBB"]).locate(*at_sea).tolist() == [0, -1, -1]


def test_a_lagoon_is_off_the_coast_too() -> None:
    ring = shapely.box(0, 0, 1, 1).difference(shapely.box(0.4, 0.4, 0.6, 0.6))
    assert areas(ring).locate(np.array([0.41, 0.5]), np.array([0.5, 0.5])).tolist() == [0, -1]


@pytest.mark.parametrize(("lat", "lng"), [(91.0, 0.0), (0.0, 181.0), (np.nan, 0.0)])
def test_coordinates_off_the_globe_are_refused(lat, lng) -> None:
    with pytest.raises(ValueRefused, match="row 1"):
        GRID.locate(np.array([0.5, lat]), np.array([0.5, lng]))


@pytest.mark.parametrize("box", [(0, 0, 1, 1), (-120, 49, -110, 60), (170, -47, 178, -35)])
def test_areas_agree_with_the_geodesic(box) -> None:
    """Edges of the projection are not geodesics: a dense outline makes the two comparable."""
    shape = shapely.segmentize(shapely.box(*box), 0.05)
    expected = abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) / 1e6
    assert areas(shape).area_km2[0] == pytest.approx(expected, rel=1e-5)


def test_the_whole_globe_has_its_area() -> None:
    assert areas(shapely.box(-180, -90, 180, 90)).area_km2[0] == pytest.approx(510_065_622, rel=1e-8)


def test_codes_find_their_index_and_countries_their_areas() -> None:
    some = areas(*GRID.geometry[:3], countries=["BBB", "AAA", "BBB"])
    assert [some.index_of(code) for code in some.codes] == [0, 1, 2]
    assert some.of_country("BBB").tolist() == [0, 2]
    assert some.of_country("ZZZ").tolist() == []
    assert some.bounds(np.array([1, 2])) == (1.0, 0.0, 3.0, 1.0)
    assert some.bounds() == (0.0, 0.0, 3.0, 1.0)
    with pytest.raises(NothingThere, match="nowhere"):
        some.index_of("nowhere")
    with pytest.raises(ValueRefused):
        some.bounds(np.array([], dtype=np.int32))


def test_what_cannot_be_areas_is_refused() -> None:
    with pytest.raises(ValueRefused, match="codes"):
        areas(*GRID.geometry[:2], codes=["X", "X"])
    with pytest.raises(ValueRefused, match="geometry, row 1"):
        areas(GRID.geometry[0], shapely.Polygon())
    with pytest.raises(ValueRefused, match="length"):
        areas(*GRID.geometry[:2], codes=["X"])


def test_values_are_read_only() -> None:
    for column in (GRID.geometry, GRID.codes, GRID.area_km2):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = column[1]


def towns(lat, lng, population):
    n = len(lat)
    return Places(
        name=np.array([f"P{i}" for i in range(n)], dtype=object),
        lat=np.array(lat, dtype=np.float32),
        lng=np.array(lng, dtype=np.float32),
        country=np.array(["AAA"] * n, dtype=object),
        population=np.array(population, dtype=np.int32),
        capital=np.zeros(n, dtype=bool),
        rank=np.zeros(n, dtype=np.uint8),
    )


GLOBE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(st.lists(GLOBE, min_size=1, max_size=30), GLOBE)
def test_nearest_place_by_great_circle(spots, point) -> None:
    """The reference is the haversine to every place."""
    some = towns(*np.array(spots).T, np.arange(len(spots)))
    lat, lng = np.radians(some.lat.astype(float)), np.radians(some.lng.astype(float))
    y, x = np.radians(point)
    half = np.sin((lat - y) / 2) ** 2 + np.cos(lat) * np.cos(y) * np.sin((lng - x) / 2) ** 2
    km = 2 * 6371.0088 * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    index, distance = some.nearest_place(np.array([point[0]]), np.array([point[1]]))
    assert distance[0] == pytest.approx(km.min(), abs=0.01)
    assert km[index[0]] == pytest.approx(km.min(), abs=0.01)


def test_nearest_place_of_a_size() -> None:
    some = towns([0.0, 1.0, 2.0], [0.0, 0.0, 0.0], [10, 1000, 100_000])
    here = np.array([0.0]), np.array([0.0])
    assert [some.nearest_place(*here, min_population=m)[0][0] for m in (0, 11, 1000, 1001)] == [0, 1, 1, 2]
    with pytest.raises(ValueRefused, match="100001"):
        some.nearest_place(*here, min_population=100_001)
    with pytest.raises(ValueRefused):
        some.nearest_place(np.array([95.0]), np.array([0.0]))
