"""Texts of a map keep away from one another and from what they speak of, on wide maps and on a telephone's."""

import json
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.cells import centres, disk
from geo.change_class import ChangeClass
from geo.located import CIVILIAN_HARM
from layers import palette
from layers.areas import draw_areas
from layers.camera import SMALL, fit
from layers.change import draw_change
from layers.country_names import broken
from layers.curves import curve, number_size, number_type
from layers.displacement import Flows, draw_displacement
from layers.drawing import Arrows, Dots, Drawing, Label, Labels, Symbol
from layers.placement import arranged, size_of
from layers.places import draw_places
from layers.points import COUNT_WRITTEN_FROM, crowds, draw_points
from layers.pydeck_renderer import render
from layers.scale import scale_footprint
from layers.type_size import text_width

WIDE = fit((28, 9.5, 36, 12.5), 1016, 562)
PHONE = fit((28, 9.5, 36, 12.5), 328, 420)
BOTH = pytest.mark.parametrize("camera", [WIDE, PHONE], ids=["wide", "phone"])


def boxes(drawings, camera, *names):
    """The box of every label (of marks with `names`; all if none) as it stands on the map."""
    out = []
    for drawing in drawings:
        for one in drawing.marks:
            if isinstance(one, Labels) and (not names or one.name in names):
                for label in one.labels:
                    x, y = (float(v[0]) for v in camera.pixels(np.array([label.lng]), np.array([label.lat])))
                    wide, high = size_of(label, one, camera)
                    x, y = x + label.offset[0], y + label.offset[1]
                    out.append(shapely.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2))
    return out


def apart(shapes):
    return all(shapely.area(shapely.intersection(a, b)) == 0 for a, b in combinations(shapes, 2))


def written(drawings, name):
    return [label.text for d in drawings for m in d.marks if getattr(m, "name", "") == name for label in m.labels]


# names of countries


def name_over(world, camera, change, rings):
    """Where the name of Aland stands when cells of one class lie over its middle; and those cells' middles."""
    centre = int(world.tally().incidents.lattice.units[0])
    cells = disk(centre, 40)
    lat, lng = centres(cells)
    near = np.hypot(lng - 30.0, lat - 11.5) < rings
    cells = np.sort(cells[near])
    drawings = [
        draw_change(cells, np.full(len(cells), int(change)), (), camera),
        draw_places(world.places, camera, countries=world.countries),
    ]
    placed = arranged(drawings, camera)
    return boxes(placed, camera, "countries"), written(placed, "countries"), cells


@pytest.mark.parametrize("change", [ChangeClass.SHARP, ChangeClass.RISE, ChangeClass.FALL])
def test_the_name_of_a_country_moves_off_coloured_cells_within_it(world, change):
    found, texts, cells = name_over(world, WIDE, change, 0.5)
    box = found[texts.index("Aland")]
    lat, lng = centres(cells)
    middles = shapely.points(*WIDE.pixels(lng, lat))
    assert len(cells) > 3
    assert not shapely.contains(box, middles).any()
    assert shapely.distance(box, middles).min() > 8
    x, y = WIDE.pixels(np.array([28.0, 32.0]), np.array([12.0, 10.0]))
    assert shapely.contains(shapely.box(x[0] - 2, y[0] - 2, x[1] + 2, y[1] + 2), box)


def test_the_name_of_a_country_is_left_away_where_nothing_is_free(world):
    assert "Aland" not in name_over(world, WIDE, ChangeClass.SHARP, 4.0)[1]
    assert "Aland" in name_over(world, WIDE, ChangeClass.NO_CHANGE, 4.0)[1], "pale cells may bear a name"


def test_a_name_is_broken_into_even_lines():
    assert broken("Central African Republic") == "Central African\nRepublic"
    assert broken("South Sudan") == "South\nSudan"
    assert broken("Chad") == "Chad"


def test_names_outside_the_study_area_are_quieter_and_their_towns_unnamed(world):
    drawing = draw_places(world.places, WIDE, countries=world.countries, study=("AAA",))
    by_name = {one.name: one for one in drawing.marks}
    assert [one.text for one in by_name["countries"].labels] == ["Aland"]
    assert {one.text for one in by_name["neighbours"].labels} == {"Bland", "Cland"}
    assert by_name["neighbours"].colour == palette.MUTED
    assert not by_name["neighbours"].bold
    assert by_name["neighbours"].size < by_name["countries"].size
    assert "Delta" in {one.text for one in by_name["towns"].labels}, "a capital stays"
    small = draw_places(world.places, PHONE, countries=world.countries, study=("AAA",))
    assert "Delta" not in {one.text for one in small.marks[-1].labels}


# boxes


@BOTH
def test_no_box_lies_on_another(world, camera):
    drawings = arranged([draw_areas(world.tally(), world.window, world.areas, camera)], camera)
    found = boxes(drawings, camera, "area counts")
    assert found
    assert apart(found)
    assert all((" in " in text) is (not camera.small) for text in written(drawings, "area counts"))


@settings(max_examples=30)
@given(places=st.lists(st.tuples(st.floats(28.2, 35.8), st.floats(9.7, 12.3)), min_size=1, max_size=90))
@example(places=[(32.0 + 0.01 * i, 11.0) for i in range(90)])
def test_crowded_boxes_are_left_away_rather_than_overlap(places):
    labels = tuple(Label(x, y, f"{i} more in Somewhere", i, "middle") for i, (x, y) in enumerate(places))
    mark = Labels("boxes", labels, 11, palette.INK, bold=True, boxed=True, may_drop=False)
    found = boxes(arranged([Drawing("x", (mark,))], PHONE), PHONE)
    assert apart(found)


@BOTH
def test_nothing_is_written_under_the_scale(world, camera):
    corner = shapely.box(*scale_footprint(camera))
    lng, lat = camera.positions(np.array([40.0]), np.array([camera.height - 12.0]))
    town = Labels(
        "towns", (Label(float(lng[0]), float(lat[0]), "Hidden", symbol=Symbol.RING),), 12, palette.INK, around=True
    )
    assert not boxes(arranged([Drawing("x", (town,))], camera), camera)
    placed = arranged([draw_places(world.places, camera, countries=world.countries)], camera)
    assert not any(shapely.intersects(corner, box) for box in boxes(placed, camera))


def test_a_symbol_on_the_map_has_its_name_on_the_map():
    lng, lat = WIDE.positions(np.array([WIDE.width - 1.0, WIDE.width - 8.0]), np.array([200.0, 300.0]))
    labels = tuple(Label(float(x), float(y), "Port", symbol=Symbol.RING) for x, y in zip(lng, lat, strict=True))
    placed = arranged([Drawing("x", (Labels("towns", labels, 12, palette.INK, around=True),))], WIDE)
    found = boxes(placed, WIDE)
    assert len(found) == 1, "a ring that the edge cuts is not drawn"
    assert shapely.bounds(found[0])[2] < WIDE.width


# numbers of arrows


def star(n):
    """Flows from one place to `n` others around it."""
    turn = np.linspace(0, 2 * np.pi, n, endpoint=False)
    names = np.array([f"Place {i}" for i in range(n)], dtype=object)
    far = 31 + 0.9 * np.cos(turn), 11 + 0.9 * np.sin(turn)
    people = np.arange(n, dtype=np.int64) * 1_370 + 2_680
    return Flows(np.full(n, 31.0), np.full(n, 11.0), names, *far, names, people)


@BOTH
@pytest.mark.parametrize("n", [2, 5, 12])
def test_numbers_of_arrows_lie_neither_on_one_another_nor_on_boxes(world, camera, n):
    flows = draw_displacement(star(n), "October", camera=camera)
    areas = draw_areas(world.tally(), world.window, world.areas, camera)
    placed = arranged([flows, areas], camera)
    (mark,) = placed[0].marks
    assert isinstance(mark, Arrows)
    numbers = []
    for arrow in mark.arrows:
        if arrow.text:
            (x, y), (wide, high) = curve(arrow, camera).label, number_size(arrow, camera)
            numbers.append(shapely.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2))
    assert len(numbers) >= min(n, 4) - 1
    assert apart([*numbers, *boxes(placed, camera)])


def test_a_number_that_finds_no_place_is_left_away(world):
    everywhere = [(x, y) for x in np.arange(28.1, 36, 0.2) for y in np.arange(9.6, 12.5, 0.1)]
    crowd = Labels("full", tuple(Label(x, y, "99999", 0, "middle") for x, y in everywhere), 12, palette.INK, fixed=True)
    placed = arranged([draw_displacement(star(3), "October"), Drawing("x", (crowd,))], WIDE)
    assert [arrow.text for arrow in placed[0].marks[0].arrows] == [""] * 3
    deck = json.loads(render([draw_displacement(star(3), "October"), Drawing("x", (crowd,))], WIDE).to_json())
    assert not any("numbers" in layer["id"] for layer in deck["layers"])


def test_a_small_map_has_four_slimmer_arrows_and_counts_the_rest():
    wide, small = (draw_displacement(star(9), "October", camera=camera) for camera in (WIDE, PHONE))
    most, few = wide.marks[0].arrows, small.marks[0].arrows
    assert (len(most), len(few)) == (9, 4)
    assert max(one.width for one in few) < max(one.width for one in most)
    assert small.left_out.startswith("5 smaller flows")
    assert number_type(PHONE) == 11 < number_type(WIDE)
    assert PHONE.width <= SMALL < WIDE.width


# points


@BOTH
def test_a_count_stands_within_its_dot_and_no_such_dot_lies_on_another(world, camera):
    drawing = draw_points(world.placed(), CIVILIAN_HARM, world.window, world.details(), camera)
    circles = []
    for dots, labels in zip(drawing.marks, drawing.marks[1:], strict=False):
        if isinstance(dots, Dots) and isinstance(labels, Labels):
            assert dots.over
            assert labels.colour == dots.line
            assert labels.colour != dots.fill
            x, y = camera.pixels(dots.lng, dots.lat)
            for at, (px, py, radius) in enumerate(zip(x, y, dots.radius, strict=True)):
                label = labels.labels[at]
                assert (label.lng, label.lat) == (dots.lng[at], dots.lat[at])
                assert int(label.text.replace(",", "")) >= COUNT_WRITTEN_FROM
                assert radius >= text_width(label.text, labels.size, bold=True) / 2 + 2
                circles.append(shapely.Point(px, py).buffer(radius))
    assert circles
    assert apart(circles)
    placed = arranged([drawing], camera)
    counts = [one for one in placed[0].marks if isinstance(one, Labels)]
    assert sum(len(one.labels) for one in counts) == len(circles)
    assert all(abs(part) < 1e-6 for one in counts for label in one.labels for part in label.offset)


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60), st.integers(1, 3_000)), min_size=1, max_size=30))
def test_of_crowds_that_touch_only_the_largest_is_written(points):
    x, y, count = (np.array([point[i] for point in points]) for i in range(3))
    written, radius = crowds(*WIDE.positions(x, y), count, WIDE)
    assert not (written & (count < COUNT_WRITTEN_FROM)).any()
    away = np.hypot(x[:, None] - x, y[:, None] - y) - radius[:, None] - radius
    at = np.flatnonzero(written)
    assert (away[np.ix_(at, at)][~np.eye(len(at), dtype=bool)] > -1e-6).all()
    for i in np.flatnonzero(~written & (count >= COUNT_WRITTEN_FROM)):
        assert (written & (count >= count[i]) & (away[i] < 1e-6)).any()


def test_single_points_are_smaller_on_a_small_map(world):
    sizes = [
        min(
            float(one.radius.min())
            for one in draw_points(world.placed(), CIVILIAN_HARM, world.window, world.details(), camera).marks
            if isinstance(one, Dots) and not one.metres
        )
        for camera in (WIDE, PHONE)
    ]
    assert sizes == [2.5, 2.0]
