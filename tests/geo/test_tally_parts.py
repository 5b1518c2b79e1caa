"""Records counted in two threads give what one gives, and no two threads write to one place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geo.tally
from geo.cube import Lattice, UnitKind
from geo.located import ALL_VIOLENCE, CIVILIAN_HARM
from geo.periods import Grain, Periods
from geo.tally import place, tally
from tests.geo.building import AREAS, FIRST_DAY, LAST_DAY, everywhere, located, one_event


def placed_in(rows, resolution, enough):
    events = located(rows)
    periods = Periods.covering(FIRST_DAY, LAST_DAY, Grain.WEEK)
    units = np.unique(geo.tally.parents(events.cell[events.cell != 0], resolution))
    cells = Lattice(UnitKind.CELLS, units, resolution, periods, np.zeros(len(units), dtype=np.int16), ("AAA",))
    indices = np.arange(AREAS, dtype=np.uint64)
    areas = Lattice(UnitKind.AREAS, indices, None, periods, np.zeros(AREAS, dtype=np.int16), ("AAA",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geo.tally, "_ENOUGH", enough)
        return place(events, cells, areas, everywhere(FIRST_DAY, LAST_DAY))


@settings(max_examples=60)
@given(st.lists(one_event, min_size=1, max_size=60), st.sampled_from([3, 4, 5, 6, 7]))
def test_two_parts_count_what_one_counts(rows, resolution):
    whole, halves = placed_in(rows, resolution, len(rows) + 1), placed_in(rows, resolution, 0)
    assert (len(whole.route.cuts), len(halves.route.cuts)) == (2, 3)
    for selection in (ALL_VIOLENCE, CIVILIAN_HARM):
        one, two = tally(whole, selection), tally(halves, selection)
        for name in ("incidents", "killed", "area_incidents", "area_killed"):
            np.testing.assert_array_equal(getattr(one, name).values, getattr(two, name).values)
        np.testing.assert_array_equal(one.fates, two.fates)


@pytest.mark.parametrize("resolution", [3, 4, 5, 6, 7])
@pytest.mark.parametrize("points", [[*range(9), *[3] * 9], [5, *[6] * 5], [*[5] * 5, 6], [5, 6] * 3])
def test_no_two_parts_share_a_slot(points, resolution):
    """One week, every area in every cell; the middle lies in a cell, or in the second child of one."""
    rows = [
        (point, area, support, 4, True, False, LAST_DAY, 0, (1, 1, 1, 1))
        for point in points
        for area in range(AREAS)
        for support in (0, 1, 2, 3)
    ]
    route = placed_in(rows, resolution, 0).route
    middle = route.cuts[1]
    assert not set(route.slot[:middle].tolist()) & set(route.slot[middle:].tolist())


def test_both_parts_have_work():
    rows = [(point, 0, 0, 4, True, False, LAST_DAY, 0, (1, 1, 1, 1)) for point in (0, 3, 4, 5) for _ in range(10)]
    assert placed_in(rows, 5, 0).route.cuts == (0, 20, 40)
