import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage import EVERYWHERE, Coverage, State
from geo.errors import ValueRefused
from geo.periods import Grain, Periods, to_day

START = to_day(dt.date(2046, 1, 1))
span = st.tuples(
    st.sampled_from(["AAA", "BBB", EVERYWHERE]), st.integers(0, 60), st.integers(0, 60), st.integers(-20, 80)
)


def coverage(spans):
    """Coverage of (country, first, last, final_to) in days after `START`."""
    days = np.array([span[1:] for span in spans], dtype=np.int32).reshape(-1, 3) + START
    return Coverage(tuple(span[0] for span in spans), days[:, 0], days[:, 1], days[:, 2])


@given(st.lists(span.map(lambda s: (s[0], s[1], s[1] + s[2], s[3])), max_size=5))
def test_states_are_those_of_the_single_days(spans):
    """Day by day: a period is observed when each of its days is final, provisional when any is covered."""
    countries = ("AAA", "BBB", "CCC")
    periods = Periods.covering(START - 10, START + 150, Grain.WEEK)
    states = coverage(spans).states(countries, periods)
    own = {code for code, *_ in spans}
    for column, country in enumerate(countries):
        held = [s for s in spans if s[0] == country or (s[0] == EVERYWHERE and country not in own)]
        covered = {day for _, first, last, _ in held for day in range(first, last + 1)}
        final = {day for _, first, last, end in held for day in range(first, min(last, end) + 1)}
        for row, (start, end) in enumerate(zip(periods.starts - START, periods.ends - START, strict=True)):
            week = set(range(start, end))
            wanted = State.OBSERVED if week <= final else State.PROVISIONAL if week & covered else State.NOT_COVERED
            assert states[row, column] == wanted


def test_a_week_across_two_yearly_files_is_observed():
    two = coverage([("AAA", 0, 364, 364), ("AAA", 365, 729, 729)])
    periods = Periods.covering(START + 360, START + 370, Grain.WEEK)
    assert (two.states(("AAA",), periods) == State.OBSERVED).all()


def test_a_year_file_ends_with_its_year():
    year = coverage([("AAA", 0, 364, 364)])
    periods = Periods.covering(START + 300, START + 420, Grain.MONTH)
    assert year.states(("AAA", "BBB"), periods)[:, 0].tolist() == [State.OBSERVED] * 3 + [State.NOT_COVERED] * 2
    assert (year.states(("AAA", "BBB"), periods)[:, 1] == State.NOT_COVERED).all()
    assert year.end_of("AAA") == START + 364
    assert year.end_of("BBB") is None


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueRefused, match="row 1"):
        coverage([("AAA", 0, 5, 5), ("AAA", 5, 0, 0)])


def test_what_was_known_earlier_is_less():
    whole = coverage([("AAA", 0, 100, 86), ("BBB", 60, 100, 100)])
    then = whole.as_known(START + 50)
    periods = Periods.covering(START, START + 100, Grain.WEEK)
    states = then.states(("AAA", "BBB"), periods)
    ends = periods.ends - 1 - START
    assert (states[:, 1] == State.NOT_COVERED).all()
    assert (states[(periods.starts >= START) & (ends <= 36), 0] == State.OBSERVED).all()
    assert (states[(ends > 36) & (periods.starts - START <= 50), 0] == State.PROVISIONAL).all()
    assert (states[periods.starts - START > 50, 0] == State.NOT_COVERED).all()
    later = whole.as_known(START + 500)
    assert (later.states(("AAA", "BBB"), periods) == whole.states(("AAA", "BBB"), periods)).all()


def test_a_span_for_everywhere_holds_where_there_is_none_of_its_own():
    mixed = coverage([(EVERYWHERE, 0, 100, 100), ("AAA", 50, 100, 100)])
    assert mixed.covered(START, START + 10, ("AAA", "BBB", "")).tolist() == [False, True, False]
    assert mixed.covered(START, START + 50, ("AAA", "BBB", "")).tolist() == [True, True, False]
    assert mixed.end_of("CCC") == START + 100
