"""The tour: every stop opens, its places exist under the names that it says, and what it promises can be seen."""

import datetime as dt

import numpy as np
import pytest

from data.exercise.world import CLOCK, FIRST_DATE
from data.holdings import Holdings
from export.geography import Geography
from export.held import countries_held, known_on
from export.observed import forecast
from export.study_areas import study_choices
from export.tour import Stop, stops
from geo.cells import bin_points, parents
from geo.coverage import State
from geo.located import CIVILIAN_HARM
from geo.precision import Treatment
from geo.study_area import StudyArea
from geo.tally import tally
from geo.view import View
from tests.export import worlds

OPENING = View(exercise=True, known=CLOCK, first=CLOCK - dt.timedelta(days=41), last=CLOCK)
STOPS = stops(OPENING)


def cell(geography: Geography, name: str, country: str) -> int:
    places = geography.places
    at = np.flatnonzero((places.name == name) & (places.country == country))
    assert len(at) == 1, name
    lat, lng = places.lat[at].astype(float), places.lng[at].astype(float)
    return int(parents(bin_points(lat, lng), 4)[0])


@pytest.mark.parametrize("stop", STOPS, ids=[stop.title for stop in STOPS])
def test_a_stop_is_a_view_that_its_address_gives_back(stop: Stop) -> None:
    again, problems = View.from_query(stop.view.to_query(), OPENING)
    assert (again, problems) == (stop.view, [])
    assert stop.view.exercise
    assert stop.title
    assert stop.text
    assert "  " not in stop.text


@pytest.mark.parametrize("stop", STOPS, ids=[stop.title for stop in STOPS])
def test_a_stop_lies_in_the_exercise(stop: Stop, exercise: Holdings, geography: Geography) -> None:
    view = stop.view
    assert FIRST_DATE <= view.first <= view.last <= view.known == known_on(exercise)
    codes = StudyArea.parse(view.place).countries
    assert codes
    assert set(codes) <= set(geography.countries)
    assert set(codes) & countries_held(exercise)
    assert worlds.reading(exercise, view).tally.incidents.total() > 0
    for code in filter(None, (view.focus, view.selected)):
        area = geography.areas.index_of(code)
        assert geography.areas.countries[area] in codes
        assert str(geography.areas.names[area]) in stop.text, "the focus is the province that the text names"


def test_the_first_stop_looks_at_the_province_of_damazin(geography: Geography) -> None:
    stop = STOPS[0]
    area = geography.areas.index_of(stop.view.focus)
    assert (geography.areas.names[area], geography.areas.countries[area]) == ("Blue Nile", "SDN")
    at = np.flatnonzero((geography.places.name == "Ad-Damazin") & (geography.places.country == "SDN"))
    where = geography.areas.locate(geography.places.lat[at].astype(float), geography.places.lng[at].astype(float))
    assert where.tolist() == [area]


def test_growth_that_few_look_at(exercise: Holdings, geography: Geography) -> None:
    found = worlds.rises(exercise, STOPS[0].view.known, STOPS[0].view.place)
    damazin = next(rise for rise in found.rises if rise.area == "Blue Nile")
    assert cell(geography, "Ad-Damazin", "SDN") in damazin.cells
    assert damazin.incidents / 8 > 2 > damazin.expected / 8


def test_the_mass_killing_is_not_the_most_incidents_but_the_most_killed(
    exercise: Holdings, geography: Geography
) -> None:
    got = worlds.reading(exercise, STOPS[1].view)
    bria = cell(geography, "Bria", "CAF")
    killed = got.tally.killed.over(got.window)
    most = int(got.placed.lattice.units[killed.argmax()])
    assert most in {int(each) for each in worlds.rises(exercise, got.view.known, "CAF").rises[0].cells} | {bria}


def test_the_risk_without_a_rise(exercise: Holdings, geography: Geography) -> None:
    view = STOPS[2].view
    issue = forecast(exercise.observations, view.known, StudyArea.parse(view.place))
    assert issue is not None
    mopti = cell(geography, "Mopti", "MLI")
    here = parents(issue.cells, 4) == np.uint64(mopti)
    assert issue.probability[here].max() >= 0.5
    assert mopti not in {int(each) for rise in worlds.rises(exercise, view.known, "MLI").rises for each in rise.cells}


def test_the_hot_spot_that_is_not_there(exercise: Holdings, geography: Geography) -> None:
    view = STOPS[3].view
    khartoum = np.array([cell(geography, "Khartoum", "SDN")], dtype=np.uint64)
    coded = worlds.reading(exercise, view)
    assert view.treatment is Treatment.AS_CODED
    counts = coded.tally.incidents.over(coded.window)
    assert int(coded.placed.lattice.index_of(khartoum)[0]) == int(counts.argmax())
    kept = worlds.reading(exercise, worlds.replace_treatment(view, Treatment.PLACED))
    there = int(kept.placed.lattice.index_of(khartoum)[0])
    assert there < 0 or kept.tally.incidents.over(kept.window)[there] <= 1


def test_the_source_that_ends(exercise: Holdings) -> None:
    view = STOPS[4].view
    got = worlds.reading(exercise, view)
    codes = got.placed.lattice.country_codes
    niger = np.array([codes[i] == "NER" for i in got.placed.lattice.country])
    state = tally(got.placed, CIVILIAN_HARM).incidents.state[got.window][:, niger]
    assert niger.any()
    assert (state[-3:] == State.NOT_COVERED).all()
    assert (got.tally.incidents.state[:100, niger] != State.NOT_COVERED).all()


def test_it_starts_from_what_can_be_chosen(exercise: Holdings, geography: Geography) -> None:
    places = {choice.place for choice in study_choices(exercise, geography, exercise=True)}
    assert {stop.view.place for stop in STOPS} <= places


def test_the_tour_is_there_before_the_exercise_is() -> None:
    """Without any snapshot the opening view lies in 1970: the Help page must open all the same."""
    day = dt.date(1970, 1, 1)
    assert len(stops(View(exercise=True, known=day, first=day, last=day))) == len(STOPS)
