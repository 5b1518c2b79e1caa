"""What may enter an area of the second order, code by code of UCDP."""

import numpy as np

from geo.located import LocatedEvents
from geo.precision import Fate, ucdp_support
from geo.second_order import second_order_fate


def events(precision, area) -> LocatedEvents:
    count = len(precision)
    none, day = np.zeros(count, dtype=np.int32), np.full(count, 20_000, dtype=np.int32)
    return LocatedEvents(
        cell=np.ones(count, dtype=np.uint64),
        area=np.array(area, dtype=np.int32),
        country=np.zeros(count, dtype=np.int16),
        support=ucdp_support(np.array(precision, dtype=np.uint8), np.zeros(count, dtype=np.bool_)),
        flags=np.ones(count, dtype=np.uint8),
        start_day=day,
        end_day=day,
        deaths_low=none,
        deaths_best=none,
        deaths_high=none,
        civilian_deaths=none,
        row=np.arange(count, dtype=np.int32),
        country_codes=("AAA",),
    )


def test_each_code_goes_where_it_is_known_to() -> None:
    """All seven lie in a district and in a state: 1 to 3 enter the district, 4 the state, the rest nothing."""
    one = events([1, 2, 3, 4, 5, 6, 7], [0] * 7)
    at = np.zeros(7, dtype=np.int32)
    assert [Fate(fate) for fate in second_order_fate(one, at, at)] == [
        *(Fate.PLACED,) * 3,
        Fate.AREA_ONLY,
        *(Fate.COUNTRY_ONLY,) * 2,
        Fate.NO_PLACE,
    ]


def test_what_no_district_holds_stays_in_its_state_or_is_outside() -> None:
    """Of exact places: in no district, in no state of the countries loaded, in no admin-1 area at all."""
    one = events([1, 1, 1], [0, 7, -1])
    fate = second_order_fate(one, np.full(3, -1, dtype=np.int32), np.array([0, -1, -1], dtype=np.int32))
    assert [Fate(each) for each in fate] == [Fate.AREA_ONLY, Fate.OUTSIDE_PLACE, Fate.NO_AREA]
