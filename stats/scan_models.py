"""What a space-time scan expects, and how far a cylinder exceeds it: three models, as in R scanstatistics."""

from enum import StrEnum
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from geo.errors import ValueRefused

Numbers = NDArray[np.float64]

LEAST_EXPECTED: Final = 0.05
"""Events a period that are expected at least where the baseline holds none, so that one event is not infinite."""


class ScanModel(StrEnum):
    """Where the expected counts come from."""

    EXPECTATION = "expectation-based Poisson"
    """Each unit's own mean before; C log(C / B) - (C - B)."""
    POPULATION = "population-based Poisson"
    """People; C log(C / B) + (N - C) log((N - C) / (N - B)), N the total of all counts."""
    PERMUTATION = "space-time permutation"
    """Total of the unit times total of the period over N; the same ratio as with people."""


def expected_before(values: NDArray[np.integer], seen: NDArray[np.bool_], durations: int) -> Numbers:
    """Return each unit's mean over the observed periods before the last `durations` (periods, units), 0 where unseen.

    At least `LEAST_EXPECTED` where nothing happened. Raises `ValueRefused` where no period lies before.
    """
    before = slice(0, len(values) - durations)
    if len(values) <= durations:
        remedy = "Scan fewer periods, or give a longer history."
        raise ValueRefused("no period lies before the longest cylinder", column="durations", remedy=remedy)
    number = seen[before].sum(axis=0)
    total = np.where(seen[before], values[before], 0).sum(axis=0)
    mean = np.divide(total, number, out=np.zeros(values.shape[1]), where=number > 0)
    return np.where(seen & (number > 0), np.where(mean > 0, mean, LEAST_EXPECTED), 0.0)


def expected_by_people(values: NDArray[np.integer], seen: NDArray[np.bool_], people: Numbers) -> Numbers:
    """Return the counts that an equal rate over all people and observed periods would give (periods, units)."""
    weight = np.where(seen, np.where(np.isfinite(people), people, 0.0), 0.0)
    whole = weight.sum()
    total = values[weight > 0].sum()
    return weight * (total / whole) if whole > 0 else weight


def expected_by_margins(values: NDArray[np.integer], seen: NDArray[np.bool_]) -> Numbers:
    """Return total of the unit times total of the period over all (periods, units)."""
    counts = np.where(seen, values, 0).astype(np.float64)
    total = counts.sum()
    return np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total if total else np.zeros(counts.shape)


@numba.njit(cache=True, nogil=True)
def log_ratio(count: float, expected: float, total: float) -> float:
    """Return the log likelihood ratio of one cylinder; `total` below 0 stands for the expectation-based model."""
    if count <= expected or expected <= 0.0:
        return 0.0
    inside: float = count * np.log(count / expected)
    if total < 0.0:
        return inside - (count - expected)
    outside = total - count
    return inside if outside <= 0.0 else inside + outside * np.log(outside / (total - expected))
