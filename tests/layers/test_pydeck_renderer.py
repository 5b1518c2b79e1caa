"""The live map: small, quiet, harmless, and it answers."""

import json

import numpy as np
import pytest

from geo.cells import check_cells, from_text
from geo.located import CIVILIAN_HARM
from geo.view import Shown
from layers.areas import draw_areas
from layers.basemap import draw_basemap
from layers.camera import Camera, fit
from layers.cells import draw_cells
from layers.coverage import draw_coverage
from layers.displacement import Flows, draw_displacement
from layers.drawing import Drawing, Label, Labels, Legend, LegendRow, Swatch
from layers.legend_html import legend_html, swatch_svg
from layers.palette import INK
from layers.places import draw_places
from layers.points import draw_points
from layers.pydeck_renderer import picked, render
from layers.selection import draw_selection
from tests.layers.conftest import HOSTILE


def everything(world, camera: Camera, headline: str = "Village raided") -> list[Drawing]:
    """All layers of the map page, in an order of no meaning."""
    tally = world.tally()
    cells = tally.incidents.lattice.units
    column = [np.array([value]) for value in (29.2, 10.8, headline, 31.0, 11.2, headline, 12_400)]
    return [
        draw_selection(cell=int(cells[0])),
        draw_places(world.places, camera, countries=world.countries),
        draw_displacement(Flows(*column), "8 to 28 Oct 2046"),
        draw_points(world.placed(), CIVILIAN_HARM, world.window, world.details(headline), camera),
        draw_areas(tally, world.window, world.areas, camera),
        draw_cells(tally, world.window, Shown.INCIDENTS, names=[headline] * len(cells)),
        draw_coverage(world.coverage, world.periods, world.window, world.boundaries, (), camera),
        draw_basemap(world.boundaries, (), camera),
    ]


def layers(deck):
    return json.loads(deck.to_json())["layers"]


def rows(layer):
    return [{**row, **row.get("properties", {})} for row in layer["data"]]


def test_the_order_of_layers_is_fixed(world):
    ids = [layer["id"] for layer in layers(render(everything(world, world.camera), world.camera))]
    wanted = [
        "basemap:water",
        "areas:areas",
        "coverage:not-covered",
        "cells:cells",
        "basemap:international",
        "areas:area-outlines",
        "points:point-exact",
        "displacement:flows",
        "places:towns",
        "selection:selection-line",
    ]
    assert [one for one in ids if one in wanted] == wanted
    assert len(ids) == len(set(ids))
    again = [layer["id"] for layer in layers(render(everything(world, world.camera)[::-1], world.camera))]
    assert sorted(again) == sorted(ids)


def test_the_map_asks_no_other_host(world):
    deck = render(everything(world, world.camera), world.camera)
    spec = json.loads(deck.to_json())
    assert "://" not in deck.to_json()
    assert spec.get("mapProvider") is None
    assert spec["mapStyle"] == "__MAP_STYLE__", "Streamlit fetches a style unless the sentinel stands"


def test_cells_are_cells_with_keys_and_tips(world):
    cells = next(
        one for one in layers(render(everything(world, world.camera), world.camera)) if one["id"] == "cells:cells"
    )
    assert cells["pickable"]
    check_cells(np.array([from_text(row["h"]) for row in cells["data"]], dtype=np.uint64))
    assert all(row["tip"] and picked({"selection": {"objects": {"cells": [row]}}}) == row["h"] for row in cells["data"])


def test_whatever_answers_has_a_tip_in_every_row(world):
    for layer in layers(render(everything(world, world.camera), world.camera)):
        if layer["pickable"]:
            assert all(row.get("tip") for row in rows(layer)), layer["id"]


def test_a_still_map_does_not_answer(world):
    deck = render(everything(world, world.camera), world.camera, interactive=False)
    assert not any(layer["pickable"] for layer in layers(deck))
    assert json.loads(deck.to_json())["views"][0]["controller"] is False


def test_colours_are_out_of_reach_of_the_greying_after_a_click(world):
    """Streamlit greys what is not selected through these accessors of the layer itself."""
    for layer in layers(render(everything(world, world.camera), world.camera)):
        assert not {"getFillColor", "getColor", "getLineColor"} & set(layer), layer["id"]
        assert layer["_subLayerProps"]


def test_hostile_text_is_inert(world):
    for text in (HOSTILE, "@@=alert(1)", "@@#x.y", "@@type"):
        deck = render(everything(world, world.camera, text), world.camera)
        spec = deck.to_json()
        assert "<" not in spec
        assert not set(spec) & set("\u202e\u0000\u2028")
        for layer in layers(deck):
            for row in rows(layer):
                assert not str(row.get("tip", "")).startswith("@@")
                assert not str(row.get("t", "")).startswith("@@")
        tooltip = deck._tooltip
        assert "html" not in tooltip, "tips are set as text, never as markup"


def test_hostile_text_is_inert_in_labels_and_legends():
    label = Labels("x", (Label(30.0, 11.0, "@@=alert(1)"), Label(31.0, 11.0, HOSTILE)), 12, INK)
    legend = Legend(HOSTILE, (LegendRow(Swatch.FILL, INK, HOSTILE, HOSTILE),))
    drawing = Drawing("x", (label,), legend, left_out=HOSTILE, source=HOSTILE)
    spec = render([drawing], fit((28, 10, 33, 12), 800, 400)).to_json()
    assert '"@@=alert' not in spec
    page = legend_html([drawing])
    assert "<script" not in page
    assert "{" not in page.split("</style>")[-1]
    assert "\u202e" not in page


def test_a_page_made_of_the_map_ends_no_script(world, tmp_path):
    file = tmp_path / "map.html"
    render(everything(world, world.camera, HOSTILE), world.camera).to_html(str(file), open_browser=False)
    page = file.read_text("utf-8")
    assert "alert" in page, "the text is there"
    assert "<script>alert" not in page


def test_opacity_goes_to_the_layers_of_a_drawing(world):
    deck = render(everything(world, world.camera), world.camera, opacity={"cells": 0.5})
    for layer in layers(deck):
        assert layer["opacity"] == (0.5 if layer["id"].startswith("cells:") else 1.0)


def test_provisional_and_disputed_lines_come_in_pieces(world):
    by_id = {layer["id"]: layer for layer in layers(render(everything(world, world.camera), world.camera))}
    for name in ("cells:provisional", "basemap:disputed", "coverage:not-covered-hatch"):
        assert len(by_id[name]["data"][0]["geometry"]["coordinates"]) > 10, name
    assert len(by_id["basemap:international"]["data"][0]["geometry"]["coordinates"]) == 1


def test_a_click_gives_its_key():
    state = {"selection": {"indices": {"cells:cells": [1]}, "objects": {"cells:cells": [{"h": "x", "key": "846b"}]}}}
    assert picked(state) == "846b"
    feature = {"type": "Feature", "properties": {"key": "EX-A-1"}}
    assert picked({"selection": {"objects": {"points:near": [feature]}}}) == "EX-A-1"
    assert picked({"selection": {"indices": {}, "objects": {}}}) == ""
    assert picked({}) == ""


def test_the_payload_is_small(world):
    size = len(render(everything(world, world.camera), world.camera).to_json().encode())
    assert size < 100_000


@pytest.mark.parametrize("swatch", Swatch)
def test_every_swatch_is_a_picture(swatch):
    import xml.etree.ElementTree as ET  # noqa: PLC0415 - our own SVG

    svg = swatch_svg(LegendRow(swatch, INK, "x", name="6 3", width=3))
    assert len(list(ET.fromstring(svg))) >= 1  # noqa: S314
    assert "{" not in svg


def test_the_legend_of_the_map_names_each_row_once(world):
    page = legend_html(everything(world, world.camera) * 2)
    assert page.count("None recorded (zero)") == 1
    assert "Weekly or more" in page
    assert "<svg" not in page
