import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import ValueRefused
from geo.located import ALL_VIOLENCE, Flag
from geo.periods import Grain, Periods, to_date
from geo.precision import Fate
from geo.tally import place, tally
from stats.toll import Toll, toll
from tests.geo.building import FIRST_DAY, LAST_DAY, everywhere, frame, located, one_event
from tests.geo.test_tally import areas_frame, cells_frame

PERIODS = Periods.covering(FIRST_DAY, LAST_DAY, Grain.WEEK)
COVERAGE = everywhere(FIRST_DAY, LAST_DAY)


@settings(max_examples=25)
@given(st.lists(one_event, max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_every_fate_together_is_everything_in_the_window(rows, start, length):
    found = tally(place(located(rows), cells_frame(5, PERIODS, 0), areas_frame(PERIODS), COVERAGE), ALL_VIOLENCE)
    table = frame(rows)
    first, last = (to_date(PERIODS.starts[week]) for week in (start, start + length))
    inside = table[np.array([first <= end.date() < last for end in table.end], dtype=bool)]
    sums = [int(inside[name].sum()) for name in ("low", "best", "high", "civilians")]
    assert toll(found, slice(start, start + length), tuple(Fate)) == Toll(len(inside), *sums)


@settings(max_examples=25)
@given(st.lists(one_event, max_size=20), st.integers(0, 40))
def test_disjoint_windows_add_up(rows, cut):
    found = tally(place(located(rows), cells_frame(5, PERIODS, 0), areas_frame(PERIODS), COVERAGE), ALL_VIOLENCE)
    assert toll(found, slice(0, cut)).plus(toll(found, slice(cut, None))) == toll(found)


def test_by_default_what_is_placed_or_known_to_an_area_counts():
    event = (0, 0, 0, Flag.ONE_SIDED, True, False, LAST_DAY, 0, (1, 2, 3, 2))
    rows = [event, (*event[:2], 2, *event[3:]), (*event[:2], 3, *event[3:])]
    found = tally(place(located(rows), cells_frame(5, PERIODS, 0), areas_frame(PERIODS), COVERAGE), ALL_VIOLENCE)
    assert toll(found) == Toll(2, 2, 4, 6, 4)
    assert toll(found, fates=(Fate.COUNTRY_ONLY,)) == Toll(1, 1, 2, 3, 2)


def test_there_is_no_range_of_civilian_deaths():
    assert [name for name in Toll.__slots__ if "civilian" in name] == ["civilians_killed"]


def test_a_negative_toll_is_refused():
    with pytest.raises(ValueRefused, match="negative"):
        Toll(0, 0, -1, 0, 0)
