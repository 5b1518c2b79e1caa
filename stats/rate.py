"""Incidents per 100,000 people and year (methods.md 1), only where a population is held and large enough to bear it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

PER: Final = 100_000.0
YEAR: Final = 365.25
LEAST_PEOPLE: Final = 10_000.0
"""With fewer people one incident moves the rate by ten in 100,000 and more: no rate is shown."""


def rate(
    counts: NDArray[np.integer] | NDArray[np.floating],
    people: NDArray[np.float64],
    days: int,
    *,
    least: float = LEAST_PEOPLE,
) -> NDArray[np.float64]:
    """Return counts per 100,000 people and year, NaN where people are unknown or fewer than `least`.

    `counts` and `people` (units,), `days` the length of the window. Raises `ValueError` for a window without days.
    """
    if days <= 0:
        raise ValueError(f"a window of {days} days has no rate")
    enough = np.where(np.isnan(people) | (people < least), np.nan, people)
    out: NDArray[np.float64] = counts / enough * PER * (YEAR / days)
    return out
