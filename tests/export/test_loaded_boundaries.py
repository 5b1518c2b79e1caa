"""What a user loaded on the map: districts as units, and border lines in the US-style drawing."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from data.boundaries import held
from export.geography import Geography, boundary_notes, geography, loaded_geography
from export.map_sheet import camera_for, map_sheet, unit_names
from export.place_card import place_card, selection_of
from export.reading import SELECTIONS, Frame, coverage_as_known, place_frame, read
from geo.areas import joined
from geo.errors import ValueRefused
from geo.precision import Fate
from geo.tally import tally
from geo.view import DISTRICT_RESOLUTION, LayerName, Profile, View
from layers.drawing import AreaFill
from tests.data.test_boundaries import cod_ab, lsib, written
from tests.export import worlds
from tests.export.worlds import KNOWN, NYALA, holdings, one

WEEK = KNOWN - dt.timedelta(days=3)
NEAR_DAMAZIN = [shapely.box(33.5, 11.0, 34.5, 12.5), shapely.box(34.5, 11.0, 35.0, 12.5)]
VIEW = View(
    exercise=True,
    known=KNOWN,
    first=KNOWN - dt.timedelta(days=41),
    last=KNOWN,
    place="SDN",
    resolution=DISTRICT_RESOLUTION,
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Geography:
    home = tmp_path_factory.mktemp("boundaries")
    frames = {"districts.geojson": cod_ab(NEAR_DAMAZIN), "lines.geojson": lsib()}
    for name, frame in frames.items():
        held.add(written(frame, home / name), home, licence="CC BY", name=name)
    return loaded_geography(home, tuple(one.digest for one in held.held(home)))


def read_in(ground: Geography, rows):
    world = holdings(rows)
    placed = place_frame(world, ground.areas, Frame.of(VIEW), ground.districts)
    got = read(VIEW, placed, tally(placed, SELECTIONS[VIEW.kinds]), coverage_as_known(world, KNOWN))
    return world, got


ROWS = [
    one(WEEK),
    one(WEEK, place_precision=3),
    one(WEEK, place_precision=4, adm_1="Blue Nile"),
    one(WEEK, at=NYALA),
]


def test_a_district_holds_what_is_known_that_closely_and_the_rest_stands_beside(loaded):
    _, got = read_in(loaded, ROWS)
    counts = got.tally.incidents.over(got.window)
    assert dict(zip(unit_names(got.placed.lattice, loaded, DISTRICT_RESOLUTION), counts, strict=True)) == {
        "West, Sudan": 2,
        "East, Sudan": 0,
    }
    assert got.tally.count(Fate.AREA_ONLY, got.window) == 2


def test_the_sheet_draws_districts_and_provinces_beside(loaded):
    world, got = read_in(loaded, ROWS)
    camera = camera_for(VIEW, got.placed, loaded, 800, 500)
    names = unit_names(got.placed.lattice, loaded, DISTRICT_RESOLUTION)
    drawings = {one.name: one for one in map_sheet(got, world, loaded, camera, names).drawings}
    fill = drawings[LayerName.CELLS].marks[0]
    assert isinstance(fill, AreaFill)
    assert fill.keys == ("SD01001",)
    assert LayerName.AREAS in drawings


def test_a_click_selects_a_district_and_its_card_names_it(loaded):
    world, got = read_in(loaded, ROWS)
    names = unit_names(got.placed.lattice, loaded, DISTRICT_RESOLUTION)
    first = pd.Series(world.details["id"].to_pylist())[0]
    assert selection_of(first, got, world, loaded) == "SD01001"
    card = place_card(replace(got, view=replace(VIEW, selected="SD01001")), world, loaded, names)
    assert card is not None
    assert card.title == "West"
    assert len(card.rows) == 2
    province = str(loaded.areas.codes[loaded.areas.locate(np.array([11.79]), np.array([34.36]))[0]])
    beside = place_card(replace(got, view=replace(VIEW, selected=province)), world, loaded, names)
    assert beside is not None
    assert beside.title == "Blue Nile"


def test_a_frame_of_districts_without_any_is_one_of_provinces():
    world = holdings(ROWS)
    placed = place_frame(world, geography().areas, Frame.of(VIEW))
    provinces = place_frame(world, geography().areas, Frame.of(replace(VIEW, resolution=0)))
    assert np.array_equal(placed.lattice.units, provinces.lattice.units)


def test_own_lines_stand_for_the_us_style_ones_only(loaded):
    own = loaded.boundaries(6.0, Profile.US)
    assert "lines.geojson, as loaded" in own.source
    assert shapely.length(own.of_style("intl")).sum() == pytest.approx(2.0)
    for profile in (Profile.NEUTRAL, Profile.UN):
        assert loaded.boundaries(6.0, profile).source == geography().boundaries(6.0, profile).source
    camera = camera_for(VIEW, read_in(loaded, ROWS)[1].placed, loaded, 800, 500)
    assert "Not LSIB" in boundary_notes(Profile.US, camera)[0]
    assert "Not LSIB" not in boundary_notes(Profile.US, camera, own_lines=True)[0]


def test_districts_of_two_files_stand_together_once(loaded):
    assert list(joined([loaded.districts, loaded.districts]).codes) == list(loaded.districts.codes)
    with pytest.raises(ValueRefused, match="one level"):
        joined([loaded.districts, worlds.geography().areas])
