"""A synthetic cube of many cells: few hold most incidents, most weeks hold none. Nothing in it is real."""

from functools import cache
from typing import Final

import h3.api.basic_int as h3
import numpy as np

from geo.coverage import State
from geo.cube import Cube, Lattice, UnitKind
from geo.neighbours import Neighbours, neighbours
from geo.periods import Grain, Periods

CENTRE: Final = h3.latlng_to_cell(13.5, 30.0, 5)
_FIRST_WEEK: Final = 3000
_A_WEEK: Final = 0.05
_SHAPE: Final = 0.3


@cache
def cube(cells: int, weeks: int, seed: int = 1) -> Cube:
    """Return incidents in whole rings of cells around one, cut to `cells`: rates are gamma, counts Poisson."""
    rng = np.random.default_rng(seed)
    radius = int(np.ceil(np.sqrt(cells / 3.0))) + 1
    units = np.sort(np.array(h3.grid_disk(CENTRE, radius)[:cells], dtype=np.uint64))
    values = rng.poisson(rng.gamma(_SHAPE, _A_WEEK / _SHAPE, cells), (weeks, cells)).astype(np.int32)
    periods = Periods(Grain.WEEK, _FIRST_WEEK, weeks)
    lattice = Lattice(UnitKind.CELLS, units, 5, periods, np.zeros(cells, dtype=np.int16), ("AAA",))
    return Cube(lattice, values, np.full(values.shape, State.OBSERVED, dtype=np.uint8), "incidents")


@cache
def disks(cells: int, weeks: int) -> Neighbours:
    """Return the disks of radius 1 of that cube."""
    return neighbours(cube(cells, weeks).lattice, 1)
