import datetime as dt

from hypothesis import assume, given
from hypothesis import strategies as st

from geo.periods import Grain, Periods, to_date, to_day
from geo.view import View
from geo.window import LENGTHS, as_known, at_end, lengthened, moved, window_of, windowed

START = dt.date(2041, 1, 1)
days = st.dates(START, dt.date(2048, 12, 31))


@st.composite
def views(draw):
    first, last, known = sorted(draw(st.tuples(days, days, days)))
    return View(exercise=True, known=known, first=first, last=last, grain=draw(st.sampled_from(Grain)))


@given(views(), st.integers(-300, 300))
def test_a_moved_window_keeps_its_length_and_its_bounds(view, steps):
    now, then = window_of(view), window_of(moved(view, steps, to_day(START)))
    assert then.count == now.count
    assert then.first <= Periods.covering(to_day(START), to_day(view.known), view.grain).last_day
    assert moved(view, steps, to_day(START)).last <= view.known
    assert then.first >= Periods.covering(to_day(START), to_day(START), view.grain).first
    shift = then.first - now.first
    assert shift == steps or abs(shift) < abs(steps)


@given(views(), st.integers(0, 60))
def test_there_and_back(view, steps):
    there = moved(view, steps, to_day(START))
    assume(window_of(there).first - window_of(view).first == steps)
    assert window_of(moved(there, -steps, to_day(START))) == window_of(view)


@given(views(), st.data())
def test_a_longer_window_ends_where_it_ended(view, data):
    count = data.draw(st.sampled_from(LENGTHS[view.grain]))
    longer = lengthened(view, count)
    assert window_of(longer).count == count
    assert window_of(longer).last_day == window_of(view).last_day
    assert longer.last <= view.known


@given(views(), days)
def test_another_as_of_date_ends_the_window(view, known):
    then = as_known(view, known)
    assert (then.known, then.last) == (known, known)
    assert at_end(then)
    assert window_of(then).count == window_of(view).count


@given(views())
def test_whole_periods_or_the_as_of_date(view):
    whole = windowed(view, window_of(view))
    periods = window_of(view)
    assert whole.first == to_date(periods.first_day)
    assert whole.last == min(to_date(periods.last_day), view.known)
    assert windowed(whole, window_of(whole)) == whole
