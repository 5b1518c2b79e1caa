"""A map of rates: only with a population, only of whole incidents, and never a rate where people are unknown."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from data.holdings import load
from data.ingest import ingest
from data.store import Store
from export.displayed import displayed
from export.geography import geography
from export.held import credit
from export.map_sheet import camera_for, map_sheet
from export.rates import measures_offered, rates_of, refused_measure
from export.reading import SELECTIONS, Frame, coverage_as_known, place_frame, read
from geo.cells import bin_points, to_text
from geo.precision import Treatment
from geo.tally import tally
from geo.view import Kinds, Shown, View
from layers import palette
from tests.data import made

DAY = dt.date(2020, 12, 31)
VIEW = View(
    exercise=False,
    known=DAY,
    first=dt.date(2018, 1, 1),
    last=DAY,
    place="SDN",
    kinds=Kinds.ALL,
    shown=Shown.RATE,
    treatment=Treatment.AS_CODED,
)


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    home = tmp_path_factory.mktemp("rates")
    store = Store(home / "home")
    ingest(made.write(home / "GEDEvent.csv", made.rows(400)), store, now=made.NOW)
    cells = to_text(bin_points(np.array([13.45]), np.array([25.35])))
    (home / "people.csv").write_text(f"cell,people\n{cells[0]},50000\n")
    ingest(home / "people.csv", store, now=made.NOW)
    return load(store, exercise=False)


def reading_of(held, view=VIEW):
    placed = place_frame(held, geography().areas, Frame.of(view))
    return read(view, placed, tally(placed, SELECTIONS[view.kinds]), coverage_as_known(held, view.known))


def test_a_rate_is_incidents_by_people_and_years(held):
    reading = reading_of(held)
    shown = displayed(reading, geography())
    rates = rates_of(reading, shown, held)
    there = ~np.isnan(rates)
    assert there.sum() == 1
    days = int(reading.periods.ends[reading.window][-1]) - reading.first_day
    expected = shown.amounts.incidents[there] / 50_000 * 100_000 * 365.25 / days
    assert rates[there] == pytest.approx(expected)
    assert expected[0] > 0


def test_incidents_without_a_known_population_are_grey_and_say_so(held):
    reading = reading_of(held)
    camera = camera_for(VIEW, reading.placed, geography(), 800, 500)
    names = tuple(map(str, range(len(reading.placed.lattice))))
    cells = next(d for d in map_sheet(reading, held, geography(), camera, names).drawings if d.name == "cells")
    fills = cells.marks[0].fill
    assert (fills == np.array(palette.NO_RATE)).all(axis=1).any()
    assert not (fills == np.array(palette.NO_RATE)).all(axis=1).all()
    assert any("no rate" in row.text for row in cells.legend.rows)
    assert "100,000 people" in cells.legend.title


def test_who_counted_the_people_is_said_where_they_count(held):
    assert "people: people.csv, as of 25 Nov 2026" in credit(held, VIEW)
    assert "people:" in credit(held, replace(VIEW, shown=Shown.INCIDENTS, treatment=Treatment.SPREAD))
    assert "people:" not in credit(held, replace(VIEW, shown=Shown.INCIDENTS))


def test_rates_are_offered_only_with_people_and_whole_incidents(held):
    assert Shown.RATE in measures_offered(held, VIEW)
    assert Shown.RATE not in measures_offered(held, replace(VIEW, treatment=Treatment.SPREAD))
    assert "whole incidents" in refused_measure(held, replace(VIEW, treatment=Treatment.SPREAD))
    without = replace(held, population=None)
    assert Shown.RATE not in measures_offered(without, VIEW)
    assert "Load a raster" in refused_measure(without, VIEW)
    assert refused_measure(without, replace(VIEW, shown=Shown.KILLED)) == ""
