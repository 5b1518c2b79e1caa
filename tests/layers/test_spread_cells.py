"""A spread is drawn under a hatch where it is not known, cells and legend agree, and flagged cells are outlined."""

import numpy as np
import pytest

from geo.amounts import Amounts, whole
from geo.artefact import find_artefacts
from geo.spread import area_shares, spread
from geo.view import Shown
from layers import palette
from layers.areas import draw_areas
from layers.artefacts import NAME, with_artefacts
from layers.cells import draw_cells, number_text, part_text
from layers.classes import NONE, density_classes, fractional, incident_classes
from layers.drawing import SPREAD, CellFill, Hatch, Labels, Strokes, Swatch
from layers.spread_cells import draw_spread, spread_text
from layers.svg_renderer import svg


def spread_of(world, **options):
    counted = whole(world.tally(), world.window)
    shares = area_shares(world.areas, np.arange(4, dtype=np.int32), 4, **options)
    return spread(counted, shares)


def drawn(world, found, shown=Shown.INCIDENTS):
    names = [f"cell {n}" for n in range(len(found.lattice))]
    return draw_spread(found, shown, world.camera, days=42, span="then", unit="civilians killed", names=names)


@pytest.mark.parametrize("shown", Shown)
def test_what_is_shared_is_hatched_and_what_is_known_is_not(world, shown):
    found = spread_of(world)
    drawing = drawn(world, found, shown)
    fills = {mark.name: mark for mark in drawing.marks if isinstance(mark, CellFill)}
    assert set(fills) == {SPREAD, "cells"}
    mostly = found.lattice.units[found.mostly_shared]
    assert np.isin(fills[SPREAD].cells, mostly).all()
    assert not np.isin(fills["cells"].cells, mostly).any()
    (hatch,) = (mark for mark in drawing.marks if isinstance(mark, Hatch))
    assert hatch.line == palette.SPREAD_LINE
    rows = drawing.legend.rows
    assert [row.text for row in rows if row.swatch is Swatch.SPREAD] == ["Spread from the area, not known to be here"]
    named = {row.colour for row in rows}
    pale = {palette.mixed(colour, palette.WHITE, palette.PROVISIONAL_WHITE) for colour in named}
    assert {tuple(colour) for colour in fills[SPREAD].fill.tolist()} <= named
    assert {tuple(colour) for colour in fills["cells"].fill.tolist()} <= named | pale
    late = found.lattice.units[(2 * found.late > found.incidents) & ~found.mostly_shared]
    dashed = [mark for mark in drawing.marks if isinstance(mark, Strokes)]
    assert sum(len(mark.lines) for mark in dashed) == np.isin(fills["cells"].cells, late).sum() > 0
    assert "known to be here" not in " ".join(tip for tip in fills[SPREAD].tips if "shared" in tip and "In cell" in tip)


def test_every_cell_with_a_share_is_drawn_and_tips_say_shared(world):
    found = spread_of(world)
    drawing = drawn(world, found)
    cells = np.concatenate([mark.cells for mark in drawing.marks if isinstance(mark, CellFill)])
    assert sorted(cells) == found.lattice.units[found.incidents > 0].tolist()
    tips = [tip for mark in drawing.marks if isinstance(mark, CellFill) and mark.name == SPREAD for tip in mark.tips]
    assert all("shared from the area" in tip for tip in tips)
    assert "shared over the area's cells" in drawing.left_out


def test_what_could_not_be_shared_stands_with_its_area(world):
    found = spread_of(world, most=1)
    assert "not shared: its area has too many cells" in spread_text(found)
    counted = whole(world.tally(), world.window)
    beside = Amounts(
        counted.lattice,
        counted.area_lattice,
        counted.incidents,
        counted.killed,
        counted.late,
        found.rest,
        found.killed_rest,
        0 * found.rest,
    )
    boxes = draw_areas(world.tally(), world.window, world.areas, world.camera, amounts=beside)
    (labels,) = (mark for mark in boxes.marks if isinstance(mark, Labels))
    assert sum(label.priority for label in labels.labels) == found.rest.sum()


def test_a_part_of_an_incident_has_classes_of_its_own_and_whole_ones_keep_theirs():
    classes = incident_classes(42)
    parts = fractional(classes)
    assert parts.index(np.array([0.0, 0.01, 0.2, 0.99])).tolist() == [NONE, 0, 1, 1]
    counts = np.arange(1, 30)
    assert (parts.index(counts) - 2 == classes.index(counts)).all()
    assert parts.texts()[:3] == ("under 0.2", "0.2 to 1", "1 to 2")
    assert fractional(density_classes(42)) == density_classes(42)


def test_parts_are_said_as_parts():
    assert [number_text(amount) for amount in (3.0, 0.44, 0.01, 1234.0)] == ["3", "0.4", "under 0.1", "1,234"]
    assert (part_text(1, "incident"), part_text(0.4, "incident")) == ("1 incident", "0.4 incidents")


def test_amounts_spread_over_days_colour_the_cells(world):
    counted = whole(world.tally(), world.window)
    half = Amounts(
        counted.lattice,
        counted.area_lattice,
        counted.incidents / 2,
        counted.killed / 2,
        counted.late / 2,
        counted.area_incidents,
        counted.area_killed,
        counted.area_late,
    )
    drawing = draw_cells(world.tally(), world.window, Shown.INCIDENTS, amounts=half)
    assert any("0.5 incidents" in tip for tip in drawing.marks[0].tips)
    assert drawing.legend.rows[0].text == "under 0.2"


def test_flagged_cells_are_outlined_and_said(world):
    tally = world.tally()
    drawing = draw_cells(tally, world.window, Shown.INCIDENTS)
    cells = tally.incidents.lattice.units
    counts = tally.incidents.over(world.window)
    busiest = int(np.argmax(counts))
    found = find_artefacts(np.full(3, busiest), np.zeros(3), np.ones(3, dtype=bool), np.zeros(len(cells), np.uint8))
    sentences = ["looks odd" if unit == busiest else "" for unit in range(len(cells))]
    marked = with_artefacts(drawing, cells, found, sentences)
    (outline,) = (mark for mark in marked.marks if isinstance(mark, Strokes) and mark.name == NAME)
    assert len(outline.lines) == 1
    assert [row.text for row in marked.legend.rows].count("Possible coding artefact") == 1
    assert [mark.cells[i] for mark in marked.marks[:1] for i, tip in enumerate(mark.tips) if "looks odd" in tip] == [
        cells[busiest]
    ]
    nothing = find_artefacts(np.zeros(0, int), np.zeros(0), np.zeros(0, bool), np.zeros(len(cells), np.uint8))
    assert with_artefacts(drawing, cells, nothing, [""] * len(cells)) == drawing


def test_a_still_picture_holds_the_colours_and_boxes_of_its_drawings(world):
    drawing = drawn(world, spread_of(world))
    boxes = draw_areas(world.tally(), world.window, world.areas, world.camera)
    picture = svg([drawing, boxes], world.camera)
    for mark in drawing.marks:
        if isinstance(mark, CellFill):
            for colour in np.unique(mark.fill, axis=0).tolist():
                assert palette.hex_text(tuple(colour)) in picture
    assert "more" in picture
    assert "<script" not in picture
    assert picture.count("<svg") == 1
