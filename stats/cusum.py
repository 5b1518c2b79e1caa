"""CUSUM of counts against their own past mean (methods.md 6). A description, never an alarm.

As in R surveillance (`algo.cusum`): each count is standardised by a Poisson mean, and what exceeds `K` piles up.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from geo.errors import ValueRefused
from geo.frozen import frozen

Numbers = NDArray[np.float64]

K: Final = 1.04
"""Standard deviations above the mean that are let pass."""
H: Final = 2.26
"""Sum from which it counts as risen; `K` and `H` are those of R surveillance by default."""


class Transform(StrEnum):
    """How a count becomes a standard deviation: (x - m) / sqrt(m), or Rossi's (x - 3m + 2 sqrt(xm)) / (2 sqrt(m))."""

    STANDARD = "standard"
    ROSSI = "rossi"


@dataclass(frozen=True, slots=True)
class Cusum:
    """`total` piled up and the count `bound` that would reach `H` (periods, units), and where it `risen`.

    NaN where a period is not known: the sum goes on after it from where it stood.
    """

    total: Numbers
    bound: Numbers
    risen: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("total", "bound", "risen"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def past_mean(values: Numbers, begin: int, least: int) -> Numbers:
    """Return the mean of the known periods before `begin` of each unit; NaN with fewer than `least` of them."""
    known = np.isfinite(values[:begin])
    number = known.sum(axis=0)
    total = np.where(known, values[:begin], 0.0).sum(axis=0)
    out = np.full(len(number), np.nan)
    np.divide(total, number, out=out, where=number >= max(least, 1))
    return out


def cusum(
    values: Numbers, mean: Numbers, transform: Transform = Transform.ROSSI, *, k: float = K, h: float = H
) -> Cusum:
    """Return C[t] = max(0, C[t-1] + z[t] - k), from 0, of `values` (periods, units; NaN where not known).

    `mean` (units,) is that of the periods before (`past_mean`); a unit whose mean is 0 or NaN has no scale and is NaN
    throughout. `bound` is the count at which the sum would reach `h`; for the standard transform it is rounded up.
    """
    if (mean < 0).any():
        row = int(np.flatnonzero(mean < 0)[0])
        raise ValueRefused("a mean count is not below 0", column="mean", row=row, value=mean[row])
    m = np.where(mean > 0, mean, np.nan)
    rossi = transform is Transform.ROSSI
    root = np.sqrt(m)
    z = (values - 3.0 * m + 2.0 * np.sqrt(values * m)) / (2.0 * root) if rossi else (values - m) / root
    total, before = _pile(np.ascontiguousarray(z), k)
    room = h + k - before
    if rossi:
        bound = np.maximum(np.sqrt(np.maximum(4.0 * m + 2.0 * root * room, 0.0)) - root, 0.0) ** 2
    else:
        bound = np.maximum(np.ceil(m + root * room), 0.0)
    return Cusum(total, bound, np.asarray(total >= h))


@numba.njit(cache=True, nogil=True)
def _pile(z: Numbers, k: float) -> Any:  # noqa: ANN401 - a kernel
    total, before = np.full(z.shape, np.nan), np.full(z.shape, np.nan)
    now = np.zeros(z.shape[1])
    for t in range(z.shape[0]):
        for unit in range(z.shape[1]):
            if not np.isnan(z[t, unit]):
                before[t, unit] = now[unit]
                now[unit] = max(0.0, now[unit] + z[t, unit] - k)
                total[t, unit] = now[unit]
    return total, before
