"""A weight of each record, summed on a placed lattice beside the tally of whole records: for scores, not for a map."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.cube import Cube
from geo.errors import ValueRefused
from geo.located import Selection
from geo.precision import Fate
from geo.tally import Placed

UNIT: Final = 1 << 20
"""Weights are whole numbers of this part, so that sums are exact in any order."""
_MOST: Final = 1 << 62


def weighted(placed: Placed, selection: Selection, weight: NDArray[np.float64], unit: str) -> Cube:
    """Return the sum of `weight` (records,) over the records of a selection in each unit and period, in 1 / `UNIT`.

    Only records that the tally counts in a unit enter. Raises `ValueRefused` for a weight that is negative or not
    finite, or so large that sums would overflow.
    """
    if not (np.isfinite(weight).all() and (weight >= 0).all() and weight.sum() * UNIT < _MOST):
        raise ValueRefused("weights are finite, not negative and not huge", column="weight")
    lattice = placed.lattice
    shape = len(lattice), lattice.periods.count
    enters = (placed.fate == Fate.PLACED) & placed.events.of(selection)
    place = placed.unit[enters].astype(np.int64) * shape[1] + placed.period[enters]
    parts = np.round(weight[enters] * UNIT).astype(np.int64)
    sums = np.zeros(shape[0] * shape[1], dtype=np.int64)
    np.add.at(sums, place, parts)
    return Cube(lattice, sums.reshape(shape).T, placed.state, unit)
