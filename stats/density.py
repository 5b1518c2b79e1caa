"""Incidents or deaths per 1,000 km2: cells of one resolution differ in area by up to 2.4 times (methods.md 1)."""

import numpy as np
from numpy.typing import NDArray

from geo.coverage import State
from geo.cube import Cube, Field
from geo.errors import ValueRefused
from geo.frozen import same_length

PER_KM2 = 1000.0


def density(cube: Cube, window: slice, areas_km2: NDArray[np.float64]) -> Field:
    """Return the sum of each unit over `window` per 1,000 km2 of its area (units,).

    A density of what was recorded has no sampling limits: low and high equal the estimate. Provisional periods count;
    a unit without an observed or provisional period is unknown. Raises `ValueRefused` for an area that is not above 0.
    """
    same_length(units=cube.lattice.units, areas_km2=areas_km2)
    bad = np.flatnonzero(~(areas_km2 > 0))
    if len(bad):
        row = int(bad[0])
        raise ValueRefused("an area is not above 0 km2", column="areas_km2", row=row, value=areas_km2[row])
    state = cube.state[window]
    counted = (state == State.OBSERVED) | (state == State.PROVISIONAL)
    total = np.where(counted, cube.values[window], 0).sum(axis=0)
    known = counted.any(axis=0)
    value = np.where(known, total / areas_km2 * PER_KM2, np.nan)
    return Field(cube.lattice, value, value, value, known, f"{cube.unit} per 1,000 km2")
