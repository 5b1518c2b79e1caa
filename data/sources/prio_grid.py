"""PRIO-GRID: half-degree cells numbered from the south-west corner of the globe, row by row, from 1."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

COLUMNS: Final = 720
CELLS: Final = COLUMNS * 360
_SIDE: Final = 0.5


def centres(ids: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return latitude and longitude (degrees) of the centre of each cell; ids from 1 to `CELLS`.

    Row and column are the quotient and remainder of id - 1 by 720 (Tollefsen, Strand & Buhaug 2012, PRIO-GRID).
    """
    row, column = np.divmod(ids - 1, COLUMNS)
    return row * _SIDE - 90 + _SIDE / 2, column * _SIDE - 180 + _SIDE / 2
