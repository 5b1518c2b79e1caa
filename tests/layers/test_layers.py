"""Each layer draws what the cube says, says what it leaves out, and its legend names what it draws."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.cells import check_cells, disk, from_text, outlines
from geo.change_class import ChangeClass
from geo.coverage import State
from geo.cube import Cube
from geo.errors import ValueRefused
from geo.located import CIVILIAN_HARM
from geo.tally import Tally
from geo.view import Shown
from layers import palette
from layers.areas import draw_areas
from layers.basemap import Boundaries, draw_basemap
from layers.camera import fit
from layers.cells import draw_cells
from layers.change import FILLS, NAMES, Cluster, beside, draw_change, union
from layers.classes import NONE, incident_classes
from layers.clipping import MARGIN, to_pixels
from layers.coverage import draw_coverage
from layers.curves import curve
from layers.dashes import dashed, hatched
from layers.displacement import Flows, draw_displacement
from layers.drawing import AreaFill, Arrow, Arrows, CellFill, Dash, Dots, Hatch, Labels, Strokes, Swatch, Symbol
from layers.exercise_mark import SMALL_TILE, TEXT, TILE, mark_positions, pattern_style, pattern_svg
from layers.placement import arranged
from layers.places import draw_places
from layers.points import COUNT_WRITTEN_FROM, chosen, clusters, draw_points
from layers.risk import BANDS, draw_risk
from layers.scale import scale_bar, scale_html
from layers.selection import draw_selection


def mark(drawing, kind, name=""):
    """The one mark of a kind (and name) of a drawing."""
    found = [one for one in drawing.marks if isinstance(one, kind) and name in ("", one.name)]
    assert len(found) == 1, [one.name for one in drawing.marks]
    return found[0]


def with_state(tally, state):
    """A tally whose counts stand, in another state."""
    cubes = [
        Cube(cube.lattice, cube.values, np.full_like(cube.state, state), cube.unit)
        for cube in (tally.incidents, tally.killed)
    ]
    return Tally(*cubes, tally.area_incidents, tally.area_killed, tally.fates, tally.read)


# cells


def test_cells_are_coloured_by_their_class(world):
    tally = with_state(world.tally(), State.OBSERVED)
    drawn = mark(draw_cells(tally, world.window, Shown.INCIDENTS), CellFill)
    counts = tally.incidents.over(world.window)
    assert drawn.cells.tolist() == tally.incidents.lattice.units[counts > 0].tolist()
    found = incident_classes(42).index(counts[counts > 0])
    assert (drawn.fill == palette.table(*palette.HARM)[found]).all()
    assert (found > NONE).all()
    check_cells(drawn.cells)
    assert [from_text(key) for key in drawn.keys] == drawn.cells.tolist()


@pytest.mark.parametrize("shown", Shown)
@pytest.mark.parametrize("by_area", [False, True])
def test_the_legend_has_every_colour_of_the_cells(world, shown, by_area):
    tally = world.tally(by_area=by_area)
    rates = np.linspace(0, 400, len(tally.incidents.lattice)) if shown is Shown.RATE else None
    drawing = draw_cells(tally, world.window, shown, areas=world.areas, rates=rates)
    named = {row.colour for row in drawing.legend.rows}
    pale = {palette.mixed(colour, palette.WHITE, palette.PROVISIONAL_WHITE) for colour in palette.HARM}
    used = {tuple(colour) for colour in drawing.marks[0].fill.tolist()}
    assert used
    assert used <= named | pale
    assert set(palette.HARM) <= named
    assert "to" in drawing.legend.title


def test_incidents_without_a_rate_are_grey_and_named(world):
    tally = world.tally()
    drawing = draw_cells(
        tally, world.window, Shown.RATE, areas=world.areas, rates=np.full(len(tally.incidents.lattice), np.nan)
    )
    assert {tuple(colour) for colour in drawing.marks[0].fill.tolist()} == {palette.NO_RATE}
    assert palette.NO_RATE in {row.colour for row in drawing.legend.rows}


def test_a_map_of_rates_needs_its_rates(world):
    with pytest.raises(ValueRefused, match="without its rates"):
        draw_cells(world.tally(), world.window, Shown.RATE, areas=world.areas)


def test_provisional_cells_are_pale_and_dashed(world):
    drawing = draw_cells(with_state(world.tally(), State.PROVISIONAL), world.window, Shown.INCIDENTS)
    pale = {palette.mixed(colour, palette.WHITE, 0.5) for colour in palette.HARM}
    assert {tuple(colour) for colour in mark(drawing, CellFill).fill.tolist()} <= pale
    dashes = mark(drawing, Strokes, "provisional")
    assert dashes.dash is Dash.PROVISIONAL
    assert len(dashes.lines) == len(mark(drawing, CellFill).cells)


def test_suppressed_cells_are_white_with_a_cross_and_say_nothing_else(world):
    drawing = draw_cells(with_state(world.tally(), State.SUPPRESSED), world.window, Shown.INCIDENTS)
    fill = mark(drawing, CellFill)
    assert (fill.fill == np.array(palette.WHITE)).all()
    assert len(mark(drawing, Labels, "suppressed").labels) == len(fill.cells)
    assert not any("incident" in tip for tip in fill.tips)
    assert not any(isinstance(one, Strokes) for one in drawing.marks)


def test_a_lattice_of_areas_asks_for_its_areas(world):
    tally = world.tally(by_area=True)
    with pytest.raises(ValueRefused, match="areas"):
        draw_cells(tally, world.window, Shown.INCIDENTS)
    drawn = mark(draw_cells(tally, world.window, Shown.DENSITY, areas=world.areas), AreaFill)
    assert set(drawn.keys) <= set(world.areas.codes)


def test_the_legend_names_a_state_only_where_it_is_seen(world):
    named = {State.OBSERVED: set(), State.PROVISIONAL: {Swatch.DASHED}, State.SUPPRESSED: {Swatch.CROSS}}
    for state, rows in named.items():
        tally = with_state(world.tally(), state)
        for camera, wanted in ((None, rows), (world.camera, rows), (fit((0, 40, 5, 45), 800, 400), set())):
            drawing = draw_cells(tally, world.window, Shown.INCIDENTS, camera=camera)
            found = {row.swatch for row in drawing.legend.rows}
            assert found & {Swatch.DASHED, Swatch.CROSS} == wanted
            assert "None recorded (zero)" in {row.text for row in drawing.legend.rows}


# areas


def test_what_is_known_to_an_area_only_is_boxed_with_its_number(world):
    tally = world.tally()
    drawing = draw_areas(tally, world.window, world.areas, world.camera, disputed=world.boundaries.broken)
    counts = tally.area_incidents.over(world.window)
    boxes = mark(drawing, Labels)
    assert boxes.boxed
    assert not boxes.may_drop
    names = world.areas.names[tally.area_incidents.lattice.units[counts > 0].astype(int)]
    assert [one.text for one in boxes.labels] == [
        f"{n} more in {name}" for n, name in zip(counts[counts > 0], names, strict=True)
    ]
    assert drawing.left_out.startswith(f"{counts.sum():,} ")


def test_an_outline_never_lies_on_a_disputed_border(world):
    disputed = world.boundaries.broken
    with_it = draw_areas(world.tally(), world.window, world.areas, world.camera, disputed=disputed)
    near = shapely.buffer(disputed[0], 1.0 * 360 / world.camera.scale)
    on_it = shapely.length(shapely.intersection(shapely.union_all(mark(with_it, Strokes).lines), near))
    assert on_it == 0
    without = draw_areas(world.tally(), world.window, world.areas, world.camera)
    assert shapely.length(shapely.intersection(shapely.union_all(mark(without, Strokes).lines), near)) > 1


# points


def test_clusters_lose_no_incident(world):
    details = world.details()
    picked = chosen(world.placed(), CIVILIAN_HARM, world.window)
    drawing = draw_points(world.placed(), CIVILIAN_HARM, world.window, details, world.camera)
    keys = [key for one in drawing.marks if isinstance(one, Dots) for row in one.keys for key in row.split(",")]
    assert sorted(keys) == sorted(details.source_id)
    assert len(keys) == len(picked) == world.tally().incidents.over(world.window).sum()


@given(st.lists(st.tuples(st.floats(-500, 2000), st.floats(-500, 2000), st.integers(0, 1)), max_size=60))
def test_every_point_has_one_cluster_and_kinds_never_mix(points):
    x, y, kind = (np.array([point[i] for point in points]) for i in range(3))
    number = clusters(x, y, kind.astype(np.uint8))
    assert np.bincount(number).sum() == len(points) if points else len(number) == 0
    for one in np.unique(number):
        assert len(set(kind[number == one])) == 1
        assert np.ptp(x[number == one]) <= 9


def test_a_crowd_has_its_count_and_a_near_place_its_circle(world):
    drawing = draw_points(world.placed(), CIVILIAN_HARM, world.window, world.details(), world.camera)
    numbers = [int(one.text) for one in mark(drawing, Labels).labels]
    assert numbers
    assert min(numbers) >= COUNT_WRITTEN_FROM
    halo = mark(drawing, Dots, "halo")
    assert halo.metres
    assert (halo.radius == 25_000).all()
    tips = [tip for one in drawing.marks if isinstance(one, Dots) for tip in one.tips]
    assert any("exact place" in tip for tip in tips)
    assert any("within about 25 km" in tip for tip in tips)


# displacement


def flows(rows):
    """Flows of (origin, destination, people), places on a line."""
    a, b, people = (np.array([row[i] for row in rows]) for i in range(3))
    names = np.array([f"Place {i}" for i in range(10)], dtype=object)
    return Flows(28.0 + a, 10.0 + a % 3, names[a], 28.0 + b, 10.0 + b % 3, names[b], people.astype(np.int64))


@given(
    rows=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 90_000)), min_size=1, max_size=40),
    top=st.integers(0, 6),
)
def test_arrows_and_what_is_left_out_are_all_people(rows, top):
    drawing = draw_displacement(flows(rows), "8 to 28 Oct 2046", top=top)
    arrows = [one for marks in drawing.marks for one in marks.arrows]
    drawn = sum(int(one.text.replace(",", "")) for one in arrows)
    words = drawing.left_out.replace(",", "").split()
    left = [int(words[i - 1]) for i, word in enumerate(words) if word == "people"]
    assert len(arrows) <= top
    assert drawn + sum(left) == sum(row[2] for row in rows)


def test_a_wider_arrow_is_more_people_and_the_legend_is_true():
    drawing = draw_displacement(flows([(0, 1, 12_400), (1, 2, 3_900), (2, 3, 100)]), "October")
    arrows = mark(drawing, Arrows).arrows
    assert [one.text for one in arrows] == ["100", "3,900", "12,400"]
    assert [one.width for one in arrows] == sorted(one.width for one in arrows)
    small, large = drawing.legend.rows
    assert (small.text, large.text) == ("3,000", "10,000")
    assert small.width < large.width <= arrows[-1].width


def test_negative_people_are_refused():
    with pytest.raises(ValueRefused, match="people"):
        flows([(0, 1, -1)])


def test_an_arrow_ends_before_its_place(world):
    shape = curve(Arrow((29.0, 11.0), (31.0, 11.0), 3.0, "1,000", ""), world.camera)
    end_x, end_y = (float(v[0]) for v in world.camera.pixels(np.array([31.0]), np.array([11.0])))
    assert 4 < np.hypot(end_x - shape.head[0, 0], end_y - shape.head[0, 1]) < 9
    assert shape.label[1] < shape.shaft[:, 1].min()


# risk


def test_bands_of_risk_and_what_cannot_be(world):
    cells = np.sort(disk(int(world.tally().incidents.lattice.units[0]), 1))
    probability = np.array([0.0, 0.05, 0.1, 0.25, 0.4, 1.0, np.nan])
    drawing = draw_risk(cells, probability, made="18 Nov 2046", span="1 Jan to 31 Mar 2047")
    drawn = mark(drawing, CellFill)
    assert drawn.fill.tolist() == [list(palette.RISK[i]) for i in (0, 1, 2, 2)]
    assert [row.text for row in drawing.legend.rows] == list(BANDS)
    assert "Forecast made from 18 Nov 2046, for 1 Jan to 31 Mar 2047" in drawing.left_out
    with pytest.raises(ValueRefused, match="probability"):
        draw_risk(cells[:1], np.array([1.5]), made="", span="")


# coverage and basemap


def test_not_covered_is_hatched_and_zero_is_not(world):
    drawing = draw_coverage(world.coverage, world.periods, world.window, world.boundaries, ("AAA", "BBB"), world.camera)
    hatch = mark(drawing, Hatch)
    over = shapely.union_all(hatch.polygons)
    assert shapely.contains_xy(over, 33.0, 11.0)
    assert not shapely.contains_xy(over, 29.0, 11.0)
    assert not shapely.contains_xy(over, 35.0, 11.0), "outside the study area nothing is hatched"
    assert drawing.legend.rows[0].text == "Not covered: Bland"


def test_land_outside_the_study_area_is_grey(world):
    drawing = draw_basemap(world.boundaries, ("AAA", "BBB"), world.camera)
    inside = shapely.union_all(mark(drawing, AreaFill, "land").polygons)
    assert shapely.contains_xy(inside, 29.0, 11.0)
    assert not shapely.contains_xy(inside, 35.0, 11.0)
    assert (mark(drawing, AreaFill, "outside").fill == np.array(palette.OUTSIDE)).all()
    everything = draw_basemap(world.boundaries, (), world.camera)
    assert not [one for one in everything.marks if one.name == "outside"]


def test_disputed_borders_are_dashed_and_nothing_solid_lies_under_them(world):
    drawing = draw_basemap(world.boundaries, (), world.camera)
    assert mark(drawing, Strokes, "disputed").dash is Dash.DISPUTED
    solid = shapely.union_all(
        [line for one in drawing.marks if isinstance(one, Strokes) and one.dash is Dash.SOLID for line in one.lines]
    )
    assert not shapely.intersects(solid, shapely.box(31.9, 10.1, 32.1, 11.9))


def test_an_unknown_style_of_border_is_refused(world):
    with pytest.raises(ValueRefused, match="style"):
        Boundaries(world.countries, {"dotted": np.array([], dtype=object)}, world.boundaries.lakes)


def test_nothing_is_drawn_beyond_the_margin(world):
    west, south, east, north = world.camera.bounds(MARGIN + 0.01)
    for one in draw_basemap(world.boundaries, ("AAA",), world.camera).marks:
        shapes = one.lines if isinstance(one, Strokes) else one.polygons
        if one.name != "water":
            bounds = shapely.total_bounds(shapes)
            assert bounds[0] >= west
            assert bounds[1] >= south
            assert bounds[2] <= east
            assert bounds[3] <= north


def test_dashes_have_their_length(world):
    lines = np.array([shapely.LineString([(28, 11), (31, 11), (31, 12)])], dtype=object)
    pieces = to_pixels(dashed(lines, Dash.DISPUTED, world.camera), world.camera)
    lengths = shapely.length(pieces)
    assert lengths[:-1] == pytest.approx(6.0)
    assert lengths.sum() == pytest.approx(shapely.length(to_pixels(lines, world.camera))[0] * 6 / 9, abs=6)


def test_a_hatch_stays_inside_and_keeps_its_distance(world):
    polygon = np.array([shapely.box(28, 10, 30, 12)], dtype=object)
    lines = to_pixels(hatched(polygon, 8.0, 45.0, world.camera), world.camera)
    shape = shapely.buffer(to_pixels(polygon, world.camera)[0], 0.01)
    assert shapely.covers(shape, lines).all()
    first = shapely.get_coordinates(lines).reshape(-1, 2, 2)
    down = first[:, 0, 0] + first[:, 0, 1]
    assert np.diff(np.unique(np.round(down / np.sqrt(2), 3))) == pytest.approx(8.0, abs=0.01)


# change


def test_every_class_of_change_has_its_look(world):
    cells = np.sort(disk(int(world.tally().incidents.lattice.units[0]), 1))
    classes = np.array([int(one) for one in ChangeClass])
    drawing = draw_change(cells, classes, (), world.camera)
    fill = mark(drawing, CellFill)
    assert fill.fill.tolist() == [list(FILLS[one]) for one in list(ChangeClass)[:5]]
    assert len(mark(drawing, Hatch, "fall stripes").polygons) == 1
    assert len(mark(drawing, Dots, "too few").lng) == 1
    said = [row.text for row in drawing.legend.rows]
    assert [NAMES[one] for one in list(ChangeClass)[:6]] == said[:6]


def test_a_badge_stands_beside_its_cluster(world):
    centre = int(world.tally().incidents.lattice.units[0])
    cluster = Cluster(1, "Damazin", disk(centre, 1), firm=True)
    drawing = draw_change(
        disk(centre, 2), np.full(19, 3), (cluster, Cluster(2, "Bria", disk(centre, 2)[7:9], firm=False)), world.camera
    )
    badges = mark(drawing, Labels, "badges").labels
    assert [(one.text, one.symbol) for one in badges] == [("1", Symbol.BADGE), ("2", Symbol.OPEN_BADGE)]
    shapes = union(disk(centre, 1), world.camera)
    assert len(shapes) == 1
    x, y = beside(shapes, shapely.union_all(shapes), world.camera)
    assert shapely.distance(shapes[0], shapely.Point(x, y)) >= 10


def test_a_cluster_without_cells_is_refused():
    with pytest.raises(ValueRefused):
        Cluster(1, "Nowhere", np.array([], dtype=np.uint64), firm=True)


# places and labels


def test_no_label_lies_on_another(world):
    drawings = [
        draw_areas(world.tally(), world.window, world.areas, world.camera),
        draw_displacement(flows([(0, 1, 9_000), (1, 2, 4_000)]), "October"),
        draw_points(world.placed(), CIVILIAN_HARM, world.window, world.details(), world.camera),
        draw_places(world.places, world.camera, countries=world.countries),
    ]
    boxes = []
    for drawing in arranged(drawings, world.camera):
        for one in drawing.marks:
            if isinstance(one, Labels):
                for label in one.labels:
                    x, y = world.camera.pixels(np.array([label.lng]), np.array([label.lat]))
                    half = len(label.text) * one.size * 0.2
                    boxes.append(
                        shapely.box(*np.array([x[0], y[0], x[0], y[0]]) + [*label.offset] * 2 + [-half, -5, half, 5])
                    )
    assert len(boxes) > 4
    tree = shapely.STRtree(boxes)
    pairs = tree.query(boxes, predicate="overlaps")
    assert not pairs.size


def test_places_drop_out_and_capitals_stay(world):
    drawing = arranged([draw_places(world.places, world.camera)], world.camera)[0]
    kept = {one.text: one.symbol for one in mark(drawing, Labels).labels}
    assert kept["Alpha"] is Symbol.SQUARE
    assert kept["Delta"] is Symbol.SQUARE
    assert kept["Bêta"] is Symbol.RING


# selection, scale, mark


def test_a_selection_is_the_accent_in_white(world):
    cell = int(world.tally().incidents.lattice.units[0])
    casing, line = draw_selection(cell=cell).marks
    assert casing.width > line.width
    assert line.colour == palette.ACCENT
    assert shapely.equals(shapely.polygonize(line.lines).geoms[0], outlines(np.array([cell], dtype=np.uint64))[0])
    assert not draw_selection().marks


def test_the_scale_is_true(world):
    bar = scale_bar(world.camera)
    x, y = world.camera.width / 2 + np.array([-bar.pixels / 2, bar.pixels / 2]), np.full(2, world.camera.height / 2)
    lng, lat = world.camera.positions(x, y)
    km = np.radians(lng[1] - lng[0]) * 6378.137 * np.cos(np.radians(lat[0]))
    assert km == pytest.approx(bar.km[2], rel=1e-3)
    assert "scale at 11.0° N" in scale_html(world.camera)
    assert "<svg" not in scale_html(world.camera)


def test_every_useful_crop_of_a_telephone_keeps_a_whole_mark():
    svg = pattern_svg(small=True)
    length, size = (float(svg.split(f'{name}="')[1].split('"')[0]) for name in ("textLength", "font-size"))
    turn = np.radians(17)
    mark = length * np.cos(turn) + size * np.sin(turn), length * np.sin(turn) + size * np.cos(turn)
    (across, down), crop = SMALL_TILE, TILE
    rows = [(column * across + row % 2 * across / 2, row * down) for row in range(-1, 8) for column in range(-1, 8)]
    middles = np.array(rows)
    for x in range(0, across, 6):
        for y in range(0, 2 * down, 6):
            room = (middles - [x, y] >= np.array(mark) / 2) & (middles - [x, y] <= np.array(crop) - np.array(mark) / 2)
            assert room.all(axis=1).any(), (x, y)
    assert "@media (max-width:480px)" in pattern_style(".map")


def test_the_exercise_mark_is_everywhere():
    assert TEXT in pattern_svg()
    assert "pointer-events:none" in pattern_style(".map")
    positions = np.array(mark_positions(1376, 612))
    x, y = np.meshgrid(np.arange(0, 1376, 20), np.arange(0, 612, 20))
    away = np.abs(x.ravel()[:, None] - positions[:, 0]) <= 330 / 2 + 1
    assert (away & (np.abs(y.ravel()[:, None] - positions[:, 1]) <= 70 + 1)).any(axis=1).all()
