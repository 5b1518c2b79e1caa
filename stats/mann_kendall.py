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
    series = np.ascontiguousarray(np.asarray(values, dtype=np.float64).T)
    S, variance, slope = _trend(series, slopes)
    z = np.divide(S - np.sign(S), np.sqrt(variance), out=np.zeros_like(S), where=variance > 0)
    z[np.isnan(S)] = np.nan
    return MannKendall(S, z, 2.0 * ndtr(-np.abs(z)), slope)


@numba.njit(cache=True, nogil=True)
def _trend(series: Numbers, slopes: bool) -> Any:  # noqa: ANN401, FBT001 - a kernel
    units, periods = series.shape
    S, variance, slope = np.full(units, np.nan), np.full(units, np.nan), np.full(units, np.nan)
    known, at = np.empty(periods), np.empty(periods)
    steps = np.empty(periods * (periods - 1) // 2)
    for unit in range(units):
        n = 0
        for t in range(periods):
            if not np.isnan(series[unit, t]):
                known[n] = series[unit, t]
                at[n] = t
                n += 1
        if n < 3:  # noqa: PLR2004 - two values have no trend
            continue
        score, pairs = 0.0, 0
        for later in range(1, n):
            for earlier in range(later):
                difference = known[later] - known[earlier]
                score += (difference > 0) - (difference < 0)
                if slopes:
                    steps[pairs] = difference / (at[later] - at[earlier])
                    pairs += 1
        S[unit] = score
        variance[unit] = (n * (n - 1.0) * (2.0 * n + 5.0) - _ties(known[:n])) / 18.0
        if slopes:
            slope[unit] = np.median(steps[:pairs])
    return S, variance, slope


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
