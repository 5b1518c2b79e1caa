from dataclasses import replace

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.areas import Areas
from geo.cells import centres
from geo.lattices import area_lattice, cell_lattice
from geo.periods import Grain, Periods
from geo.precision import Support, Treatment
from tests.geo.building import POINTS, located, one_event

PERIODS = Periods(Grain.WEEK, 3900, 20)


def strings(*values):
    return np.array(values, dtype=object)


def two_countries():
    """East and west of the meridian 24.5 E."""
    west, east = shapely.box(0, -40, 24.5, 40), shapely.box(24.5, -40, 60, 40)
    return Areas(
        "admin1",
        strings("W1", "E1", "E2"),
        strings("West", "East", "Far east"),
        strings("WWW", "EEE", "EEE"),
        strings("West", "East", "East"),
        strings(west, east, shapely.box(60, -40, 100, 40)),
        np.array([12.0, 40.0, 80.0]),
        np.array([0.0, 0.0, 0.0]),
    )


@settings(max_examples=50)
@given(
    st.lists(one_event, max_size=20),
    st.sampled_from([3, 4, 5, 6, 7]),
    st.sampled_from(Treatment),
    st.integers(0, 2),
    st.sets(st.integers(0, 19)),
)
def test_cells_are_those_of_the_records_that_may_enter(rows, resolution, treatment, ring, outside):
    events = located(rows)
    inside = np.array([row not in outside for row in events.row.tolist()], dtype=bool)
    lattice = cell_lattice(events, resolution, PERIODS, two_countries(), inside=inside, ring=ring, treatment=treatment)
    cells = set()
    for number, row in enumerate(rows):
        precise = row[2] == Support.EXACT or (row[2] == Support.NEAR and resolution <= 4)
        if POINTS[row[0]] is None or number in outside or not (precise or treatment is Treatment.AS_CODED):
            continue
        cells |= set(h3.grid_disk(h3.cell_to_parent(h3.latlng_to_cell(*POINTS[row[0]], 7), resolution), ring))
    assert set(lattice.units.tolist()) == cells
    assert lattice.resolution == resolution


def test_a_cell_belongs_to_the_country_that_most_records_name_else_to_that_of_its_centre():
    rows = [(0, -1, 0, 4, True, False, 27000, 0, (0, 1, 1, 1))]
    lattice = cell_lattice(located(rows), 5, PERIODS, two_countries(), ring=12)
    codes = [lattice.country_codes[i] if i >= 0 else "" for i in lattice.country]
    own = h3.cell_to_parent(h3.latlng_to_cell(*POINTS[0], 7), 5)
    _, lng = centres(lattice.units)
    for unit, code, east in zip(lattice.units.tolist(), codes, (lng > 24.5).tolist(), strict=True):
        assert code == ("AAA" if unit == own else "EEE" if east else "WWW")
    assert set(codes) == {"AAA", "WWW", "EEE"}


def test_the_majority_names_the_country_of_a_cell():
    rows = [(point, -1, 0, 4, True, False, 27000 + n, 0, (0, 1, 1, 1)) for n, point in enumerate([0, 0, 0, 3, 4])]
    events = located(rows)
    named = np.array([0, 1, 1, -1, 0], dtype=np.int16)[events.row]
    lattice = cell_lattice(replace(events, country=named, country_codes=("PPP", "BBB")), 4, PERIODS, two_countries())
    codes = {int(unit): lattice.country_codes[i] for unit, i in zip(lattice.units, lattice.country, strict=True)}
    wanted = {0: "BBB", 3: "EEE", 4: "PPP"}
    assert codes == {h3.cell_to_parent(h3.latlng_to_cell(*POINTS[p], 7), 4): code for p, code in wanted.items()}


def test_the_polygon_of_a_record_counts_before_the_name_that_its_source_gives():
    """UCDP's Sudan before July 2011 holds two countries of today: a source's name must not keep one of them covered."""
    rows = [(3, 0, 0, 4, True, False, 27000 + n, 0, (0, 1, 1, 1)) for n in range(3)]
    lattice = cell_lattice(located(rows), 4, PERIODS, two_countries())
    assert [lattice.country_codes[i] for i in lattice.country] == ["WWW"]
    undetermined = replace(two_countries(), countries=strings("X-W", "EEE", "EEE"))
    lattice = cell_lattice(located(rows), 4, PERIODS, undetermined)
    assert [lattice.country_codes[i] for i in lattice.country] == ["AAA"]


def test_the_sea_belongs_to_no_country():
    lattice = cell_lattice(
        located([(5, -1, 0, 4, True, False, 27000, 0, (0, 1, 1, 1))]), 5, PERIODS, two_countries(), ring=1
    )
    assert sorted(set(lattice.country.tolist())) == [-1, lattice.country_codes.index("AAA")]


def test_areas_as_units():
    areas = two_countries()
    every = area_lattice(areas, PERIODS)
    assert every.units.tolist() == [0, 1, 2]
    assert [every.country_codes[i] for i in every.country] == ["WWW", "EEE", "EEE"]
    some = area_lattice(areas, PERIODS, np.array([2, -1, 0, 2], dtype=np.int32))
    assert some.units.tolist() == [0, 2]
    assert [some.country_codes[i] for i in some.country] == ["WWW", "EEE"]
    assert len(area_lattice(areas, PERIODS, np.array([], dtype=np.int32))) == 0


@pytest.mark.parametrize("ring", [0, 1])
def test_no_records_no_cells(ring):
    assert len(cell_lattice(located([]), 5, PERIODS, two_countries(), ring=ring)) == 0
