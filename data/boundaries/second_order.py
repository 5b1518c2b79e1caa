"""Incidents counted in loaded areas of the second order; what is known less closely stays apart."""

import numpy as np
from numpy.typing import NDArray

from data import geodata
from geo.areas import NOWHERE, Areas
from geo.coordinates import Degrees
from geo.coverage import Coverage
from geo.errors import ValueRefused
from geo.lattices import area_lattice
from geo.located import LocatedEvents, Selection
from geo.periods import Periods
from geo.precision import Support
from geo.tally import Placed, Tally, place, tally


def within(areas: Areas, events: LocatedEvents, latitude: Degrees, longitude: Degrees) -> NDArray[np.int32]:
    """Return the index of the area that holds each record (records,), -1 where in none or not known that closely.

    `latitude` and `longitude` (degrees, NaN where missing) are those of the table that `events.row` points into.
    """
    lat, lng = latitude[events.row], longitude[events.row]
    found = np.full(len(events), NOWHERE, dtype=np.int32)
    close = np.flatnonzero((events.support <= Support.NEAR) & ~np.isnan(lat))
    found[close] = areas.locate(lat[close], lng[close])
    return found


def place_in(
    areas: Areas,
    events: LocatedEvents,
    latitude: Degrees,
    longitude: Degrees,
    periods: Periods,
    coverage: Coverage,
) -> Placed:
    """Place every record on the lattice of loaded areas, with the admin-1 areas of their countries beside it.

    Raises `ValueRefused` for areas that are not of the second order: admin-1 is placed as ever.
    """
    if areas.level != "admin2":
        raise ValueRefused("these areas are not of the second order", column="level", value=areas.level)
    shipped = geodata.admin1("fine")
    beside = np.flatnonzero(np.isin(shipped.countries.astype(str), list(set(areas.countries.tolist()))))
    return place(
        events,
        area_lattice(areas, periods),
        area_lattice(shipped, periods, beside.astype(np.int32)),
        coverage,
        second=within(areas, events, latitude, longitude),
    )


def tally_in(placed: Placed, selection: Selection) -> Tally:
    """Count a selection on a lattice of loaded areas: nothing is lost, as on every other lattice."""
    return tally(placed, selection)
