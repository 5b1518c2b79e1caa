"""Moving a view's window through time, in whole periods of its grain."""

import datetime as dt
from dataclasses import replace

from geo.periods import Grain, Periods, to_date, to_day
from geo.view import View

LENGTHS = {Grain.WEEK: (4, 6, 8, 12, 26, 52), Grain.MONTH: (1, 2, 3, 6, 12), Grain.QUARTER: (1, 2, 4)}
"""Window lengths that are offered, in periods."""


def window_of(view: View) -> Periods:
    """Return the whole periods that the view's window touches."""
    return Periods.covering(to_day(view.first), to_day(view.last), view.grain)


def windowed(view: View, periods: Periods) -> View:
    """Return the view with these periods as its window, cut at the as-of date."""
    first = min(to_date(periods.first_day), view.known)
    return replace(view, first=first, last=min(to_date(periods.last_day), view.known))


def moved(view: View, steps: int, first_day: int) -> View:
    """Return the view with its window `steps` periods later (or earlier), from `first_day` to the as-of date.

    At either end the window stays whole: it stops instead of shrinking.
    """
    now = window_of(view)
    whole = Periods.covering(first_day, to_day(view.known), view.grain)
    first = min(max(now.first + steps, whole.first), whole.first + whole.count - now.count)
    return windowed(view, Periods(view.grain, first, now.count))


def lengthened(view: View, count: int) -> View:
    """Return the view with a window of `count` periods that ends where it ends now."""
    now = window_of(view)
    return windowed(view, Periods(view.grain, now.first + now.count - count, count))


def as_known(view: View, known: dt.date) -> View:
    """Return the view as of another date, its window moved along so that it ends there."""
    length = window_of(view).count
    return lengthened(replace(view, known=known, first=known, last=known), length)


def at_end(view: View) -> bool:
    """Whether the window has reached the as-of date."""
    return window_of(view).last_day >= to_day(view.known)
