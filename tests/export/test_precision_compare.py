"""The three treatments of one view: totals agree, ranks are plain ranks, artefacts are said with their counts."""

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pytest

from export.artefacts import anchors, artefact_sentence, artefacts_of
from export.bearing import borne
from export.displayed import displayed, spread_names
from export.map_sheet import camera_for, map_sheet, unit_names
from export.place_card import place_card
from export.precision_compare import CELLS, ORDER, asked, compare, legend, more_text
from geo.artefact import Anchor
from geo.cells import bin_points, parents, to_text
from geo.precision import TimeTreatment, Treatment
from geo.view import AREA_RESOLUTION
from layers.drawing import CellFill, Strokes
from tests.export import worlds
from tests.export.pieces import inert
from tests.export.worlds import KNOWN, NYALA, holdings, one

DAY = KNOWN - dt.timedelta(days=20)
KHARTOUM = (15.5518, 32.5324)
EXACT = [one(DAY, NYALA) for _ in range(4)]
ROUGH = [one(DAY, KHARTOUM, place_precision=4, admin1="Khartoum", killed=2) for _ in range(9)]
WIDE = [one(DAY, NYALA, start=DAY - dt.timedelta(days=27))]


def world(*rows):
    return holdings([dict(row) for group in rows for row in group])


def under(held, treatment, **changes):
    return worlds.reading(held, worlds.view(treatment=treatment, **changes))


def whole_comparison(held, **changes):
    views = asked(worlds.view(**changes))
    readings = {treatment: worlds.reading(held, view) for treatment, view in views.items()}
    first = readings[Treatment.PLACED]
    camera = camera_for(first.view, first.placed, worlds.geography(), 440, 360)
    return compare(readings, held, worlds.geography(), camera)


def test_every_column_of_totals_adds_up_to_the_same() -> None:
    found = whole_comparison(world(EXACT, ROUGH, WIDE))
    rows = {name: [float(cell.replace(",", "")) for cell in cells] for name, *cells in found.totals}
    assert rows["Counted in cells"] == [4, 4, 13]
    assert rows["Shared to cells from an area"] == [0, 9, 0]
    assert rows["With an area, beside the cells"] == [9, 0, 0]
    assert rows["Left out: dates wider than the period"] == [1, 1, 1]
    assert rows.pop("Together") == [14, 14, 14] == np.sum(list(rows.values()), axis=0).tolist()


def test_the_false_hot_spot_leads_as_coded_only() -> None:
    found = whole_comparison(world(EXACT, ROUGH))
    (khartoum,) = (cells for _, *cells in found.ranks if cells[2] == "9 · rank 1")
    assert khartoum[0] == "none"
    (nyala,) = (cells for name, *cells in found.ranks if "Nyala" in name)
    assert nyala == ["4 · rank 1", "4 · rank 1", "4 · rank 2"]
    assert [name for name, _ in found.flagged]
    assert "9 of 9 incidents here stand on one coordinate" in found.flagged[0][1]
    assert more_text(0) == ""


def test_the_pictures_nest_and_hold_no_script_and_the_legend_has_the_classes_once() -> None:
    found = whole_comparison(world(EXACT, ROUGH))
    assert [panel.treatment for panel in found.panels] == list(ORDER)
    for panel in found.panels:
        inert(panel.picture)
        assert re.search(r"together 13 reported", panel.picture)
    rows = [row.text for drawing in legend(found.panels) if drawing.legend for row in drawing.legend.rows]
    assert rows.count("under 0.2") == 1
    assert "Possible coding artefact" in rows


def test_provinces_are_compared_in_cells() -> None:
    views = asked(worlds.view(resolution=AREA_RESOLUTION))
    assert {view.resolution for view in views.values()} == {CELLS}
    assert {view.treatment for view in views.values()} == set(ORDER)


def test_artefacts_are_looked_for_as_coded_in_cells_only() -> None:
    held = world(EXACT, ROUGH)
    assert artefacts_of(under(held, Treatment.PLACED), held) is None
    assert artefacts_of(under(held, Treatment.AS_CODED, resolution=0), held) is None
    found = artefacts_of(under(held, Treatment.AS_CODED), held)
    assert found is not None
    assert found.flagged.sum() == 1
    exact_only = world(EXACT)
    found = artefacts_of(under(exact_only, Treatment.AS_CODED), exact_only)
    assert found is not None
    assert not found.flagged.any()
    assert artefact_sentence(found, 0) == ""


def test_capitals_seats_and_centres_are_anchors() -> None:
    areas = worlds.geography().areas
    index = areas.index_of("SDN-148")
    cells = bin_points(
        np.array([KHARTOUM[0], NYALA[0], areas.label_lat[index]]),
        np.array([KHARTOUM[1], NYALA[1], areas.label_lng[index]]),
    )
    found = anchors(parents(cells, 4), 4)
    assert found[0] & Anchor.CAPITAL
    assert found[1] & Anchor.SEAT
    assert found[2] & Anchor.CENTRE


def test_the_card_of_a_flagged_cell_says_why_and_of_a_shared_one_that_nothing_is_known_there() -> None:
    held, geography = world(EXACT, ROUGH), worlds.geography()
    cell = to_text(parents(bin_points(np.array([KHARTOUM[0]]), np.array([KHARTOUM[1]])), 4))[0]
    cards = {}
    for treatment in ORDER:
        got = under(held, treatment, selected=cell)
        cards[treatment] = place_card(got, held, geography, unit_names(got.placed.lattice, geography))
    assert cards[Treatment.PLACED].notes == ()
    assert "9 of 9 incidents here stand on one coordinate" in cards[Treatment.AS_CODED].notes[0]
    (note,) = cards[Treatment.SPREAD].notes
    assert "shared to this cell from" in note
    assert "Khartoum" in note
    assert cards[Treatment.SPREAD].incidents == 0, "a share is never counted as an incident here"


def test_a_map_under_spread_shows_all_and_claims_nothing() -> None:
    held, geography = world(EXACT, ROUGH), worlds.geography()
    got = under(held, Treatment.SPREAD)
    shown = displayed(got, geography)
    assert shown.spread is not None
    assert shown.spread.incidents.sum() == pytest.approx(13, rel=1e-9)
    names = spread_names(shown, unit_names(got.placed.lattice, geography), geography)
    assert len(names) == len(shown.spread.lattice)
    assert all(names)
    camera = camera_for(got.view, under(held, Treatment.AS_CODED).placed, geography, 1016, 562)
    sheet = map_sheet(got, held, geography, camera, unit_names(got.placed.lattice, geography))
    (cells,) = (drawing for drawing in sheet.drawings if drawing.name == "cells")
    assert {mark.name for mark in cells.marks if isinstance(mark, CellFill)} == {"spread", "cells"}
    assert not [drawing for drawing in sheet.drawings if drawing.name == "areas" and drawing.marks]


def test_as_coded_outlines_the_flagged_cell_on_the_map() -> None:
    held, geography = world(EXACT, ROUGH), worlds.geography()
    got = under(held, Treatment.AS_CODED)
    camera = camera_for(got.view, got.placed, geography, 1016, 562)
    sheet = map_sheet(got, held, geography, camera, unit_names(got.placed.lattice, geography))
    outlines = [mark for drawing in sheet.drawings for mark in drawing.marks if mark.name == "artefacts"]
    assert [len(mark.lines) for mark in outlines if isinstance(mark, Strokes)] == [1]


def test_dates_spread_over_days_bring_back_what_a_week_leaves_out() -> None:
    held = world(EXACT, WIDE)
    ended = displayed(under(held, Treatment.PLACED), worlds.geography())
    days = displayed(under(held, Treatment.PLACED, times=TimeTreatment.SPREAD), worlds.geography())
    assert (ended.days, days.days, days.wide) == (False, True, 1)
    window_first = KNOWN - dt.timedelta(days=41)
    inside = (DAY - max(window_first, DAY - dt.timedelta(days=27))).days + 1
    assert ended.amounts.incidents.sum() == 4
    assert days.amounts.incidents.sum() == pytest.approx(4 + inside / 28)


def test_cells_that_the_data_do_not_bear_are_refused_with_the_reason() -> None:
    near = [one(DAY, NYALA, place_precision=2) for _ in range(5)]
    held = world(EXACT, near)
    view = worlds.view(resolution=6, selected="846a5b1ffffffff")
    shown, reason = borne(view, worlds.reading(held, view).placed)
    assert (shown.resolution, shown.selected) == (4, "")
    assert "4 of 9 placed incidents" in reason
    for size in (3, 4, AREA_RESOLUTION):
        fine = replace(view, resolution=size)
        assert borne(fine, worlds.reading(held, fine).placed) == (fine, "")
    held = world(EXACT, near[:4])
    assert borne(view, worlds.reading(held, view).placed) == (view, "")
