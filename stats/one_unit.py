"""Several units of a cube as one: what is said of a cluster rests on the same functions as what is said of a cell."""

import numpy as np
from numpy.typing import NDArray

from geo.cube import Cube, Lattice
from stats.trend import Trend, trend
from stats.windows import Windows


def as_one_unit(cube: Cube, units: NDArray[np.integer], windows: Windows) -> tuple[Cube, Trend]:
    """Return the sum of the units with these indices as a cube of one unit (named as the first), and its trend.

    Whole incidents, each once; where some of the units were observed and others not, the period is provisional.
    """
    series = trend(cube, units, windows)
    lattice, first = cube.lattice, int(np.unique(units)[0])
    single = Lattice(
        lattice.kind,
        lattice.units[first : first + 1],
        lattice.resolution,
        lattice.periods,
        lattice.country[first : first + 1],
        lattice.country_codes,
    )
    return Cube(single, series.values[:, None], series.state[:, None], cube.unit), series
