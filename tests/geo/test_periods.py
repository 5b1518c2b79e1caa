import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ValueRefused
from geo.periods import EPOCH, OUTSIDE, Grain, Periods, date_text, span_text, to_date, to_day

days = st.dates(dt.date(1900, 1, 1), dt.date(2150, 12, 31)).map(to_day)
grains = st.sampled_from(list(Grain))


def name_of(day, grain):
    """The period of a day by the calendar of the standard library."""
    date = to_date(day)
    if grain is Grain.WEEK:
        return date.isocalendar()[:2]
    return (date.year, date.month) if grain is Grain.MONTH else (date.year, (date.month - 1) // 3)


@given(st.lists(days, min_size=1, max_size=30), grains)
def test_days_share_a_period_exactly_when_the_calendar_says_so(drawn, grain):
    periods = Periods.covering(min(drawn), max(drawn), grain)
    index = periods.index_of(np.array(drawn, dtype=np.int32))
    assert (index >= 0).all()
    names = [name_of(day, grain) for day in drawn]
    for i, one in enumerate(names):
        for j, other in enumerate(names):
            assert (index[i] == index[j]) == (one == other)
            assert (index[i] < index[j]) == (one < other)


@given(days, st.integers(0, 1200), grains)
def test_periods_are_half_open_and_leave_no_gap(first, length, grain):
    periods = Periods.covering(first, first + length, grain)
    starts, ends = periods.starts, periods.ends
    assert (starts[1:] == ends[:-1]).all()
    assert periods.first_day <= first <= first + length <= periods.last_day
    assert (periods.index_of(starts) == np.arange(periods.count)).all()
    assert (periods.index_of(ends - 1) == np.arange(periods.count)).all()
    outside = np.array([periods.first_day - 1, periods.last_day + 1], dtype=np.int32)
    assert (periods.index_of(outside) == OUTSIDE).all()
    assert (ends - starts <= grain.longest).all()
    if grain is Grain.WEEK:
        assert all(to_date(day).isoweekday() == 1 for day in starts)
    else:
        assert all(to_date(day).day == 1 for day in starts)


@given(days, st.integers(0, 400), st.integers(-500, 500), st.integers(0, 200), grains)
def test_a_window_holds_the_periods_that_touch_it(first, length, offset, width, grain):
    periods = Periods.covering(first, first + length, grain)
    low, high = first + offset, first + offset + width
    touched = [k for k in range(periods.count) if periods.starts[k] <= high and periods.ends[k] > low]
    assert list(range(periods.count))[periods.window(low, high)] == touched


def test_known_weeks():
    monday = to_day(dt.date(2046, 11, 12))
    assert to_date(monday).isoweekday() == 1
    week = Periods.covering(monday, monday + 6, Grain.WEEK)
    assert (week.count, week.labels()) == (1, ["12 Nov 2046"])
    assert Periods.covering(monday - 1, monday, Grain.WEEK).count == 2
    assert Periods.covering(monday, monday, Grain.MONTH).labels() == ["Nov 2046"]
    assert Periods.covering(monday, monday + 90, Grain.QUARTER).labels() == ["Q4 2046", "Q1 2047"]
    assert to_day(EPOCH) == 0


def test_dates_as_people_write_them():
    first, last = to_day(dt.date(2046, 10, 8)), to_day(dt.date(2046, 11, 18))
    assert date_text(last) == "18 Nov 2046"
    assert span_text(first, last) == "8 Oct to 18 Nov 2046"
    assert span_text(to_day(dt.date(2045, 12, 30)), last) == "30 Dec 2045 to 18 Nov 2046"


def test_what_is_no_run_is_refused():
    with pytest.raises(ValueRefused, match="Swap"):
        Periods.covering(10, 9, Grain.WEEK)
    with pytest.raises(ValueRefused, match="at least one"):
        Periods(Grain.WEEK, 0, 0)
