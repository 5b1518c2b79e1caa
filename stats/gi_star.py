"""Getis-Ord Gi* in space and time (methods.md 3): where counts cluster. A description, never an alarm.

Binary weights, self included: the disk of a unit in the period and in the `lag` periods before it. Mean and standard
deviation are those of all observed bins of the cube that is given: truncate it at the as-of period, so that an earlier
map never knows later events. (esda's default row standardisation gives another, wrong, z; pyehsa and sfdep take the
moments of one period.)
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from geo.coverage import State
from geo.cube import Cube, Lattice
from geo.frozen import frozen
from geo.neighbours import Neighbours
from stats.false_discovery import q_values

HOT_Q: Final = 0.05
"""Adjusted p up to which a bin is hot or cold (methods.md 3)."""
_MOST_IN_TABLE: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class GiStar:
    """`z` and `q` (periods, units), float32; NaN where a bin was not observed, or where all bins are alike."""

    lattice: Lattice
    z: NDArray[np.float32]
    q: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        object.__setattr__(self, "z", frozen(self.z))
        object.__setattr__(self, "q", frozen(self.q))

    @property
    def hot(self) -> NDArray[np.bool_]:
        """Where counts are high beyond chance, at `HOT_Q`."""
        return np.asarray((self.q <= HOT_Q) & (self.z > 0))

    @property
    def cold(self) -> NDArray[np.bool_]:
        """Where counts are low beyond chance, at `HOT_Q`."""
        return np.asarray((self.q <= HOT_Q) & (self.z < 0))


def gi_star(cube: Cube, near: Neighbours, *, lag: int = 1) -> GiStar:
    """Return Gi* of every bin with its two-sided normal p, adjusted over all observed bins.

    z = (S - W m) / (s sqrt((n W - W^2) / (n - 1))), S the sum and W the number of observed bins of the neighbourhood,
    m and s the mean and the population standard deviation of the n observed bins. `lag` counts the earlier periods in
    the neighbourhood. z is the same for all bins with one S and W, so each pair is worked out once.
    """
    seen = cube.state == State.OBSERVED
    n = int(seen.sum())
    shape = cube.values.shape
    nothing = np.full(shape, np.nan, dtype=np.float32)
    values = np.where(seen, cube.values, 0).astype(np.int32)
    mean = values.sum() / n if n else 0.0
    spread = float(np.sqrt(max((values.astype(np.float64) ** 2).sum() / n - mean**2, 0.0))) if n else 0.0
    if n < 2 or spread == 0.0:  # noqa: PLR2004 - one bin has no spread
        return GiStar(cube.lattice, nothing, nothing.copy())
    total = near.pool(_with_earlier(values, lag))
    bins = near.pool(_with_earlier(seen.astype(np.int32), lag))
    width = int(bins.max()) + 1
    code = total.astype(np.int64) * width + bins
    pairs, at, times = _distinct(code, seen)
    S, W = pairs // width, (pairs % width).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (S - W * mean) / (spread * np.sqrt((n * W - W**2) / (n - 1)))
    z[~np.isfinite(z)] = np.nan
    q = q_values(2.0 * ndtr(-np.abs(z)), times)
    return GiStar(
        cube.lattice,
        np.where(seen, z.astype(np.float32)[at], np.float32(np.nan)),
        np.where(seen, q.astype(np.float32)[at], np.float32(np.nan)),
    )


def _with_earlier(values: NDArray[np.int32], lag: int) -> NDArray[np.int32]:
    out = values.copy()
    for back in range(1, lag + 1):
        out[back:] += values[:-back]
    return out


def _distinct(
    code: NDArray[np.int64], seen: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.intp], NDArray[np.int64]]:
    """Return the distinct codes, each bin's place among them, and how many observed bins have each."""
    size = int(code.max()) + 1
    if size > _MOST_IN_TABLE:  # counts of deaths: few bins, but high numbers
        codes, at = np.unique(code, return_inverse=True)
        return codes, at.reshape(code.shape), np.bincount(at.ravel()[seen.ravel()], minlength=len(codes))
    times = np.bincount(code[seen], minlength=size)
    present = np.bincount(code.ravel(), minlength=size) > 0
    place = np.cumsum(present) - 1
    return np.flatnonzero(present), place[code], times[present]
