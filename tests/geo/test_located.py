import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ValueRefused
from geo.located import ALL_VIOLENCE, CIVILIAN_HARM, Flag, Selection
from tests.geo.building import located, one_event


@given(st.lists(one_event, max_size=20))
def test_records_are_sorted_by_cell_and_last_day_and_nothing_is_lost(rows):
    events = located(rows)
    keys = list(zip(events.cell.tolist(), events.end_day.tolist(), events.row.tolist(), strict=True))
    assert keys == sorted(keys)
    assert sorted(events.row.tolist()) == list(range(len(rows)))
    for at, row in enumerate(events.row.tolist()):
        assert events.end_day[at] == rows[row][6]
        assert events.start_day[at] == rows[row][6] - rows[row][7]
        assert events.deaths_best[at] == rows[row][8][1]
        assert events.support[at] == rows[row][2]


@given(st.lists(one_event, max_size=20))
def test_selections(rows):
    events = located(rows)
    harm = [rows[row][4] for row in events.row.tolist()]
    assert events.of(CIVILIAN_HARM).tolist() == harm
    assert events.of(ALL_VIOLENCE).all()
    clear = Selection(ALL_VIOLENCE.any_of, none_of=Flag.UNVERIFIED)
    assert events.of(clear).tolist() == [not rows[row][5] for row in events.row.tolist()]
    assert events.toll(CIVILIAN_HARM) is events.civilian_deaths
    assert events.toll(ALL_VIOLENCE) is events.deaths_best


def test_an_incident_that_ends_before_it_begins_is_refused():
    good = (0, 0, 0, Flag.ONE_SIDED, True, False, 27000, 0, (0, 1, 1, 1))
    with pytest.raises(ValueRefused, match="row 1"):
        located([good, (*good[:7], -3, good[8])])


def test_nothing_can_be_written_to():
    events = located([(0, 0, 0, Flag.ONE_SIDED, True, False, 27000, 0, (0, 1, 1, 1))] * 2)
    with pytest.raises(ValueError, match="read-only"):
        events.cell[0] = np.uint64(1)
