"""Random located incidents, and the same incidents as a plain data frame for an independent count."""

import datetime as dt

import h3.api.basic_int as h3
import numpy as np
import pandas as pd
from hypothesis import strategies as st

from geo.cells import bin_points
from geo.coverage import EVERYWHERE, Coverage
from geo.located import Flag, LocatedEvents
from geo.periods import EPOCH, to_day
from geo.precision import Support

PENTAGON = h3.cell_to_latlng(min(h3.get_pentagons(4)))
POINTS = (
    (12.60, 24.10),
    (12.61, 24.12),
    (12.90, 24.90),
    (15.50, 32.50),
    (-1.28, 36.80),
    (-16.50, 179.99),
    (-16.51, -179.99),
    (89.99, 10.0),
    PENTAGON,
    None,
)
FIRST_DAY, LAST_DAY = to_day(dt.date(2045, 11, 20)), to_day(dt.date(2046, 9, 10))
AREAS = 3

one_event = st.tuples(
    st.integers(0, len(POINTS) - 1),
    st.integers(-1, AREAS - 1),
    st.sampled_from([int(support) for support in Support]),
    st.sampled_from([Flag.STATE_BASED, Flag.NON_STATE, Flag.ONE_SIDED]),
    st.booleans(),
    st.booleans(),
    st.integers(FIRST_DAY - 20, LAST_DAY + 20),
    st.sampled_from([0, 0, 0, 1, 5, 6, 7, 29, 30, 31, 90, 91, 92, 400]),
    st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40)),
)


def located(rows):
    """Return `LocatedEvents` of drawn rows."""
    place = [POINTS[row[0]] for row in rows]
    known = np.array([point is not None for point in place], dtype=bool)
    lat, lng = (np.array([point[axis] for point in place if point is not None], dtype=float) for axis in (0, 1))
    cell = np.zeros(len(rows), dtype=np.uint64)
    cell[known] = bin_points(lat, lng)
    kind = [row[3] | (Flag.CIVILIAN_HARM if row[4] else 0) | (Flag.UNVERIFIED if row[5] else 0) for row in rows]
    last = np.array([row[6] for row in rows], dtype=np.int32)
    deaths = np.array([row[8] for row in rows], dtype=np.int32).reshape(-1, 4)
    return LocatedEvents(
        cell=cell,
        area=np.array([row[1] for row in rows], dtype=np.int32),
        country=np.zeros(len(rows), dtype=np.int16),
        support=np.array([row[2] for row in rows], dtype=np.uint8),
        flags=np.array(kind, dtype=np.uint8),
        start_day=last - np.array([row[7] for row in rows], dtype=np.int32),
        end_day=last,
        deaths_low=deaths[:, 0],
        deaths_best=deaths[:, 1],
        deaths_high=deaths[:, 2],
        civilian_deaths=deaths[:, 3],
        row=np.arange(len(rows), dtype=np.int32),
        country_codes=("AAA",),
    )


def frame(rows):
    """Return the drawn rows as a plain table, untouched by the code under test."""
    table = pd.DataFrame(
        {
            "point": [POINTS[row[0]] for row in rows],
            "area": [row[1] for row in rows],
            "support": [row[2] for row in rows],
            "kind": [row[3].name for row in rows],
            "civilian_harm": [row[4] for row in rows],
            "unverified": [row[5] for row in rows],
            "end": [pd.Timestamp(EPOCH) + pd.Timedelta(days=row[6]) for row in rows],
            "days": [row[7] + 1 for row in rows],
        }
    )
    for position, name in enumerate(("low", "best", "high", "civilians")):
        table[name] = [row[8][position] for row in rows]
    return table


def everywhere(first, last, final_to=None):
    """Coverage of all countries over one span of days."""
    days = [np.array([day], dtype=np.int32) for day in (first, last, last if final_to is None else final_to)]
    return Coverage((EVERYWHERE,), *days)
