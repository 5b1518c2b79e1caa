"""The counts of each disk, period by period, as they were known at the end of a window: for series statistics."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.coverage import State
from geo.cube import Cube
from geo.neighbours import Neighbours
from stats.pooling import alike


def pooled_series(cube: Cube, near: Neighbours, end: int | None = None) -> NDArray[np.float64]:
    """Return the sum over each unit's disk in each period before `end` (periods, units), NaN where it is not known.

    A neighbour enters only if it was observed in as many of these periods as the unit (`stats.pooling`); a period in
    which one of them was not observed is unknown. Nothing at or after `end` (default: all periods) is read.
    """
    seen = cube.state[:end] == State.OBSERVED
    disks = alike(near, seen.sum(axis=0))
    whole = disks.pool(seen.astype(np.int32)) == disks.degree
    counts: NDArray[Any] = disks.pool(np.where(seen, cube.values[:end], 0))
    return np.where(whole, counts, np.nan)
