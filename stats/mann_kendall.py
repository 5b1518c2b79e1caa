"""Mann-Kendall trend with tie correction and continuity, and Sen's slope (methods.md 6), one series a unit.

Sen's slope of sparse counts is mostly 0: it is never mapped.
"""

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from geo.frozen import frozen

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MannKendall:
    """`S`, its normal `z`, two-sided `p` and `slope` a period (units,); NaN where fewer than three values are known."""

    S: Numbers
    z: Numbers
    p: Numbers
    slope: Numbers

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("S", "z", "p", "slope"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def mann_kendall(values: NDArray[Any], *, slopes: bool = True) -> MannKendall:
    """Return the trend of each unit; `values` is (periods, units), NaN where a period is not known.

    Without `slopes` Sen's slope is left out (NaN): its medians are most of the work. S sums the signs of all later
    minus earlier values; Var S = (n (n-1) (2n+5) - sum t (t-1) (2t+5)) / 18 over groups of t tied values;
    z = (S - sign S) / sqrt(Var S), 0 where all values are equal.
    """
    single = values.dtype == np.float32  # half the bytes, twice the lanes
    series = np.ascontiguousarray(np.asarray(values, dtype=np.float32 if single else np.float64).T)
    S, variance = _trend(series)
    z = np.divide(S - np.sign(S), np.sqrt(variance), out=np.zeros_like(S), where=variance > 0)
    z[np.isnan(S)] = np.nan
    slope = _slopes(series) if slopes else np.full(len(S), np.nan)
    return MannKendall(S, z, 2.0 * ndtr(-np.abs(z)), slope)


@numba.njit(cache=True, nogil=True)
def _trend(series: NDArray[Any]) -> Any:  # noqa: ANN401
    """Return S and its variance of each series; whole numbers without a branch, so that the compiler works in lanes."""
    units, periods = series.shape
    S, variance = np.full(units, np.nan), np.full(units, np.nan)
    known = np.empty(periods, dtype=series.dtype)
    for unit in range(units):
        n = 0
        for t in range(periods):
            if not np.isnan(series[unit, t]):
                known[n] = series[unit, t]
                n += 1
        if n < 3:  # noqa: PLR2004 - two values have no trend
            continue
        score = np.int32(0)
        for later in range(1, n):
            here = known[later]
            for earlier in range(later):
                score += np.int32(here > known[earlier]) - np.int32(here < known[earlier])
        S[unit] = score
        variance[unit] = (n * (n - 1.0) * (2.0 * n + 5.0) - _ties(known[:n])) / 18.0
    return S, variance


@numba.njit(cache=True, nogil=True)
def _slopes(series: NDArray[Any]) -> Any:  # noqa: ANN401
    """Return Sen's slope of each series: the median of the slopes of all pairs of known values."""
    units, periods = series.shape
    out = np.full(units, np.nan)
    steps = np.empty(periods * (periods - 1) // 2)
    for unit in range(units):
        pairs, n = 0, 0
        for later in range(periods):
            if np.isnan(series[unit, later]):
                continue
            n += 1
            for earlier in range(later):
                if not np.isnan(series[unit, earlier]):
                    steps[pairs] = (series[unit, later] - series[unit, earlier]) / (later - earlier)
                    pairs += 1
        if n >= 3:  # noqa: PLR2004 - as above
            out[unit] = np.median(steps[:pairs])
    return out


@numba.njit(cache=True, nogil=True)
def _ties(values: Numbers) -> float:
    """Return the sum of t (t - 1) (2t + 5) over groups of t equal values."""
    ordered = np.sort(values)
    total, run = 0.0, 1
    for i in range(1, len(ordered) + 1):
        if i < len(ordered) and ordered[i] == ordered[i - 1]:
            run += 1
        else:
            total += run * (run - 1.0) * (2.0 * run + 5.0)
            run = 1
    return total
