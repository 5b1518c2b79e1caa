"""What may enter an area of the second order (a district, a township), which only loaded boundaries have.

An exact place, one within about 25 km, and a second-order area (UCDP `where_prec` 1 to 3) enter; a first-order area or
less (4 and more) does not: it is counted in its admin-1 area, beside. Nothing is shared out over districts.
"""

import numpy as np
from numpy.typing import NDArray

from geo.located import LocatedEvents
from geo.precision import Fate, Support


def second_order_fate(events: LocatedEvents, unit: NDArray[np.int32], area: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Return the fate of every record on a lattice of second-order areas, time left aside.

    `unit` is the row of the second-order area that holds the record, `area` that of its admin-1 area in the lattice
    beside (-1 where in none). What lies in no second-order area, but in an admin-1 area, is known to that only.
    """
    to_area = events.support <= Support.AREA
    fate = np.full(len(events), Fate.NO_AREA, dtype=np.uint8)
    fate[to_area & (events.area >= 0)] = Fate.OUTSIDE_PLACE
    fate[to_area & (area >= 0)] = Fate.AREA_ONLY
    fate[events.support == Support.COUNTRY] = Fate.COUNTRY_ONLY
    fate[events.support == Support.NOWHERE] = Fate.NO_PLACE
    fate[(events.support <= Support.NEAR) & (unit >= 0)] = Fate.PLACED
    return fate
