"""The small picture of points over land: each point where it lies, disputed lines never solid."""

import base64
import re

import numpy as np
import pytest

from export.geography import Geography
from export.points_picture import HEIGHT, WIDTH, points_picture
from tests.export.pieces import inert


def svg_of(html: str) -> str:
    inert(html)
    return base64.b64decode(re.search(r"base64,([^\"]+)", html)[1]).decode()


def dots(svg: str) -> np.ndarray:
    return np.array([[float(x), float(y)] for x, y in re.findall(r"M([-\d.]+) ([-\d.]+)h0", svg)])


def test_every_point_is_drawn_inside_and_north_is_up(geography: Geography) -> None:
    lat, lng = np.array([12.0, 15.0, np.nan, 12.0]), np.array([24.0, 32.0, 30.0, np.nan])
    found = dots(svg_of(points_picture(lat, lng, geography.boundaries(0))))
    assert found.shape == (2, 2), "a row without both coordinates has no point"
    assert (found > 0).all()
    assert (found < [WIDTH, HEIGHT]).all()
    assert found[1, 1] < found[0, 1], "north is up"
    assert found[1, 0] > found[0, 0], "east is right"


@pytest.mark.parametrize(("lat", "lng"), [(13.5, 25.3), (-33.0, -70.6), (78.2, 15.6), (-17.7, 179.99), (90.0, 0.0)])
def test_one_point_is_seen_in_its_surroundings(lat: float, lng: float, geography: Geography) -> None:
    html = points_picture(np.array([lat]), np.array([lng]), geography.boundaries(0))
    assert dots(svg_of(html)) == pytest.approx(np.array([[WIDTH / 2, HEIGHT / 2]]))
    assert "Where 1 of the rows lie" in html


def test_nothing_to_draw_draws_nothing(geography: Geography) -> None:
    none = np.array([np.nan, np.nan])
    assert points_picture(none, none, geography.boundaries(0)) == ""
    assert points_picture(np.zeros(0), np.zeros(0), geography.boundaries(0)) == ""


def test_a_disputed_border_is_dashed(geography: Geography) -> None:
    svg = svg_of(points_picture(np.array([10.0]), np.array([28.0]), geography.boundaries(0)))
    solid, dashed = re.findall(r'<path d="([^"]*)" fill="none" stroke="#5A626D" stroke-width=".8"(?:/| )', svg)
    assert dashed, "Sudan and South Sudan: the line is undetermined"
    assert set(re.findall(r"M[^M]+", dashed)).isdisjoint(re.findall(r"M[^M]+", solid))


def test_many_points_are_thinned(geography: Geography) -> None:
    rng = np.random.default_rng(1)
    html = points_picture(rng.uniform(10, 15, 50_000), rng.uniform(22, 34, 50_000), geography.boundaries(0))
    assert len(dots(svg_of(html))) == 2000
    assert len(html) < 150_000
