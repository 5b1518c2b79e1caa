"""Which loaded area of the second order holds an incident; what is known less closely is in none (geo.second_order)."""

import numpy as np
from numpy.typing import NDArray

from geo.areas import NOWHERE, Areas
from geo.coordinates import Degrees
from geo.errors import ValueRefused
from geo.located import LocatedEvents
from geo.precision import Support


def within(areas: Areas, events: LocatedEvents, latitude: Degrees, longitude: Degrees) -> NDArray[np.int32]:
    """Return the index of the area that holds each record (records,), -1 where in none or not known that closely.

    `latitude` and `longitude` (degrees, NaN where missing) are those of the table that `events.row` points into.
    Raises `ValueRefused` for areas that are not of the second order: admin-1 is placed as ever.
    """
    if areas.level != "admin2":
        raise ValueRefused("these areas are not of the second order", column="level", value=areas.level)
    lat, lng = latitude[events.row], longitude[events.row]
    found = np.full(len(events), NOWHERE, dtype=np.int32)
    close = np.flatnonzero((events.support <= Support.NEAR) & ~np.isnan(lat))
    found[close] = areas.locate(lat[close], lng[close])
    return found
