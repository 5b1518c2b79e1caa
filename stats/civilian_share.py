"""Share of incidents with harm to civilians, with its Wilson interval (methods.md 6)."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from geo.coverage import State
from geo.cube import Cube, Field
from geo.errors import ValueRefused
from stats.exact_ratio import LEVEL


def civilian_share(civilian: Cube, every: Cube, window: slice, level: float = LEVEL) -> Field:
    """Return the share (0 to 1) of incidents of `every` that `civilian` holds as well, per unit over `window`.

    Both cubes stand on one lattice and one coverage. Unknown where no incident was recorded or nothing observed. Raises
    `ValueRefused` where civilian incidents outnumber all.
    """
    if civilian.lattice.shape != every.lattice.shape or (civilian.lattice.units != every.lattice.units).any():
        raise ValueRefused("the two cubes stand on different lattices", remedy="Tally both on one lattice.")
    part, whole = _counted(civilian, window), _counted(every, window)
    bad = np.flatnonzero(part > whole)
    if len(bad):
        row = int(bad[0])
        raise ValueRefused("more civilian incidents than incidents", column="civilian", row=row, value=part[row])
    known = whole > 0
    estimate, low, high = wilson(part[known], whole[known], level)
    columns = np.full((3, len(known)), np.nan)
    columns[:, known] = estimate, np.minimum(low, estimate), np.maximum(high, estimate)
    return Field(civilian.lattice, columns[0], columns[1], columns[2], known, "share of incidents")


def wilson(
    part: NDArray[np.int64], whole: NDArray[np.int64], level: float = LEVEL
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the share and the limits of its Wilson score interval (no continuity correction); `whole` is above 0."""
    z = float(ndtri((1.0 + level) / 2.0))
    share = part / whole
    centre = (part + z * z / 2.0) / (whole + z * z)
    half = z / (whole + z * z) * np.sqrt(part * (whole - part) / whole + z * z / 4.0)
    return share, (centre - half).clip(min=0.0), (centre + half).clip(max=1.0)


def _counted(cube: Cube, window: slice) -> NDArray[np.int64]:
    state = cube.state[window]
    counted = (state == State.OBSERVED) | (state == State.PROVISIONAL)
    return np.asarray(np.where(counted, cube.values[window], 0).sum(axis=0, dtype=np.int64))
