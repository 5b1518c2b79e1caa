"""Dates spread over days, against a table with one row a day; whole amounts are those of the cubes."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.amounts import over_days, whole, wide
from geo.coverage import State
from geo.located import CIVILIAN_HARM, Flag
from geo.periods import EPOCH, Grain, Periods
from geo.precision import Fate, TimeTreatment
from geo.tally import place, tally
from tests.geo.building import FIRST_DAY, LAST_DAY, everywhere, located, one_event
from tests.geo.test_tally import PANDAS_GRAIN, areas_frame, cells_frame


def placed_of(rows, grain, *, final_to=None):
    periods = Periods.covering(FIRST_DAY, LAST_DAY, grain)
    cover = everywhere(FIRST_DAY - 400, LAST_DAY, final_to)
    return place(located(rows), cells_frame(4, periods, 0), areas_frame(periods), cover, times=TimeTreatment.SPREAD)


def by_day(placed):
    """One row a day of each counted record, with its part of the record: plain pandas."""
    events = placed.events
    counted = events.of(CIVILIAN_HARM) & np.isin(placed.fate, [Fate.PLACED, Fate.AREA_ONLY])
    rows = [
        (day, placed.fate[i], placed.unit[i] if placed.fate[i] == Fate.PLACED else placed.area[i], 1 / length, toll)
        for i in np.flatnonzero(counted)
        for length in [events.end_day[i] - events.start_day[i] + 1]
        for toll in [events.civilian_deaths[i]]
        for day in range(events.start_day[i], events.end_day[i] + 1)
    ]
    table = pd.DataFrame(rows, columns=["day", "fate", "where", "part", "toll"])
    table["period"] = (pd.Timestamp(EPOCH) + pd.to_timedelta(table["day"], unit="D")).dt.to_period(
        PANDAS_GRAIN[placed.lattice.periods.grain]
    )
    table["killed"] = table["part"] * table["toll"]
    return table


@settings(max_examples=40)
@given(st.lists(one_event, min_size=1, max_size=12), st.sampled_from(Grain), st.integers(0, 3), st.integers(1, 5))
def test_every_amount_is_that_of_one_row_a_day(rows, grain, begin, length):
    placed = placed_of(rows, grain)
    periods = placed.lattice.periods
    window = slice(min(begin, periods.count - 1), min(begin + length, periods.count))
    table = by_day(placed)
    first = pd.Period(pd.Timestamp(EPOCH) + pd.Timedelta(days=periods.first_day), PANDAS_GRAIN[grain])
    inside = table[np.array([window.start <= (period - first).n < window.stop for period in table["period"]], bool)]
    found = over_days(placed, CIVILIAN_HARM, window)
    for fate, incidents, killed in (
        (Fate.PLACED, found.incidents, found.killed),
        (Fate.AREA_ONLY, found.area_incidents, found.area_killed),
    ):
        mine = inside[inside["fate"] == fate]
        sums = mine.groupby("where")[["part", "killed"]].sum()
        expected = np.zeros((len(incidents), 2))
        if len(sums):
            expected[sums.index.astype(int)] = sums.to_numpy(dtype=float)
        np.testing.assert_allclose(np.column_stack([incidents, killed]), expected, atol=1e-9)


@settings(max_examples=25)
@given(st.lists(one_event, min_size=1, max_size=20), st.sampled_from(Grain))
def test_all_periods_and_the_time_before_add_up_to_the_incidents(rows, grain):
    placed = placed_of(rows, grain)
    every = slice(0, placed.lattice.periods.count)
    found, counted = over_days(placed, CIVILIAN_HARM, every), tally(placed, CIVILIAN_HARM)
    table = by_day(placed)
    before = table.loc[table["day"] < placed.lattice.periods.first_day, "part"].sum()
    total = counted.count(Fate.PLACED) + counted.count(Fate.AREA_ONLY)
    assert abs(found.incidents.sum() + found.area_incidents.sum() + before - total) < 1e-9 * max(total, 1)
    assert not counted.count(Fate.TOO_LONG), "nothing is left out for wide dates"


def test_provisional_days_are_the_late_part():
    rows = [(0, 0, 0, Flag.ONE_SIDED, True, False, LAST_DAY, 13, (1, 1, 1, 1))]
    placed = placed_of(rows, Grain.WEEK, final_to=LAST_DAY - 7)
    every = slice(0, placed.lattice.periods.count)
    found = over_days(placed, CIVILIAN_HARM, every)
    days = np.arange(LAST_DAY - 13, LAST_DAY + 1, dtype=np.int32)
    states = placed.state[placed.lattice.periods.index_of(days), placed.unit[0]]
    assert found.incidents.sum() == 1
    assert 0 < found.late.sum() < 1
    assert abs(found.late.sum() - (states == State.PROVISIONAL).mean()) < 1e-12
    assert wide(placed, CIVILIAN_HARM, every) == 1


@settings(max_examples=25)
@given(st.lists(one_event, max_size=20))
def test_whole_amounts_are_those_of_the_cubes(rows):
    periods = Periods.covering(FIRST_DAY, LAST_DAY, Grain.WEEK)
    cover = everywhere(FIRST_DAY, LAST_DAY)
    counted = tally(place(located(rows), cells_frame(4, periods, 0), areas_frame(periods), cover), CIVILIAN_HARM)
    found = whole(counted, slice(2, 9))
    assert found.incidents.tolist() == counted.incidents.values[2:9].sum(axis=0).tolist()
    assert found.area_killed.tolist() == counted.area_killed.values[2:9].sum(axis=0).tolist()
