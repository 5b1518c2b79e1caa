"""EARS C1, C2 and C3: the count of a period against the seven before it (methods.md 6). A description, never an alarm.

As in R surveillance (`earsC`): C1 compares with the seven periods just before, C2 with seven that end two periods
before the one judged, so that the start of a rise does not raise its own bound. C3 adds what C2 found in the two
periods before. Without a floor under the standard deviation (`MIN_SIGMA`) any event after seven equal periods would
pass.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from geo.errors import ValueRefused
from geo.frozen import frozen

Numbers = NDArray[np.float64]

BASELINE: Final = 7
GAP: Final = 2
MIN_SIGMA: Final = 0.5


class Method(StrEnum):
    """Which of the three rules."""

    C1 = "C1"
    C2 = "C2"
    C3 = "C3"


TAIL: Final = {Method.C1: 0.001, Method.C2: 0.001, Method.C3: 0.025}
"""One-sided normal tail beyond the bound, as in R surveillance."""


@dataclass(frozen=True, slots=True)
class Ears:
    """`bound` (periods, units), NaN where it cannot be said, and where the count lies `above` it."""

    bound: Numbers
    above: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("bound", "above"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def ears(
    values: Numbers, method: Method = Method.C1, *, min_sigma: float = MIN_SIGMA, tail: float | None = None
) -> Ears:
    """Return the bound of each period of `values` (periods, units; NaN where a count is not known).

    C1 and C2: mean + z s of their seven periods, s at least `min_sigma`. C3: x + s (z - sum of max(0, (x' - mean') / s'
    - 1) over the two periods before), not below 0, all of C2's baseline: so it speaks of those two periods, the present
    count cancels out. A period whose baseline holds an unknown one has no bound. Raises `ValueRefused` for a
    `min_sigma` below 0.
    """
    if not min_sigma >= 0:
        raise ValueRefused("a standard deviation is not below 0", column="min_sigma", value=min_sigma)
    z = float(ndtri(1.0 - (TAIL[method] if tail is None else tail)))
    mean, sigma = _baseline(values, 0 if method is Method.C1 else GAP)
    sigma = np.maximum(sigma, min_sigma)
    with np.errstate(invalid="ignore", divide="ignore"):  # without a floor a baseline may not vary at all
        bound = _third(values, mean, sigma, z) if method is Method.C3 else mean + z * sigma
        bound[np.isnan(values)] = np.nan
        return Ears(bound, np.asarray(values > bound))


def _baseline(values: Numbers, gap: int) -> tuple[Numbers, Numbers]:
    """Return mean and sample standard deviation of the periods before, NaN where there are too few."""
    known = np.isfinite(values)
    whole = np.where(known, values, 0.0)
    mean, sigma = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
    first = BASELINE + gap
    if len(values) <= first:
        return mean, sigma
    number, total, squares = (_seven(part)[: len(values) - first] for part in (known, whole, whole**2))
    full = number == BASELINE
    mean[first:] = np.where(full, total / BASELINE, np.nan)
    variance = np.maximum(BASELINE * squares - total**2, 0.0) / (BASELINE * (BASELINE - 1))  # exact for whole counts
    sigma[first:] = np.where(full, np.sqrt(variance), np.nan)
    return mean, sigma


def _seven(part: NDArray[np.float64] | NDArray[np.bool_]) -> Numbers:
    """Return the sum of each run of seven periods, by its first."""
    sums = np.zeros((len(part) + 1, *part.shape[1:]))
    np.cumsum(part, axis=0, out=sums[1:])
    return np.asarray(sums[BASELINE:] - sums[:-BASELINE])


def _third(values: Numbers, mean: Numbers, sigma: Numbers, z: float) -> Numbers:
    excess = np.maximum((values - mean) / sigma - 1.0, 0.0)
    out = np.full(values.shape, np.nan)
    out[GAP:] = np.maximum(values[GAP:] + sigma[GAP:] * (z - excess[1:-1] - excess[:-2]), 0.0)
    return out
