"""Empirical Bayes rates of Marshall (1991), global and local: where people are few a raw rate is mostly chance.

A rate is drawn towards the mean of the map (or of its disk) as far as chance alone could have moved it (methods.md 6).
Only where there is population. A description, never an alarm.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import ValueRefused
from geo.frozen import frozen, same_length
from geo.neighbours import Neighbours

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Marshall:
    """`raw` and `smoothed` rate of each unit, drawn towards `mean` (variance of true rates `variance`), all (units,).

    NaN where people are unknown or none.
    """

    raw: Numbers
    smoothed: Numbers
    mean: Numbers
    variance: Numbers

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("raw", "smoothed", "mean", "variance"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def marshall(counts: NDArray[np.integer], people: Numbers) -> Marshall:
    """Return the rates drawn towards that of the whole map.

    m = sum x / sum n, A = max(0, sum n (r - m)^2 / sum n - m / mean n), smoothed = m + A (r - m) / (A + m / n). Raises
    `ValueRefused` for people below 0.
    """
    raw, n, x = _rates(counts, people)
    known = np.isfinite(raw)
    if not known.any():
        return _drawn(raw, n, raw.copy(), raw.copy())
    m = x.sum() / n.sum()
    spread = (n[known] * (raw[known] - m) ** 2).sum() / n.sum()
    variance = max(spread - m * known.sum() / n.sum(), 0.0)
    return _drawn(raw, n, np.where(known, m, np.nan), np.where(known, variance, np.nan))


def marshall_local(
    counts: NDArray[np.integer], people: Numbers, near: Neighbours, *, from_own_means: bool = False
) -> Marshall:
    """Return the rates drawn towards that of each unit's disk, itself included.

    The variance is that of the disk's rates about the disk's mean, as in Marshall and GeoDa; with `from_own_means`
    about each neighbour's own local mean, as R spdep has it by default.
    """
    raw, n, x = _rates(counts, people)
    known = np.isfinite(raw)
    people_around, number = near.pool(n), near.pool(known.astype(np.int64))
    m = np.divide(near.pool(x), people_around, out=np.full(len(n), np.nan), where=known)
    r, centre = np.where(known, raw, 0.0), np.where(known, m, 0.0)
    squares = near.pool(n * (r - centre) ** 2) if from_own_means else _about_disk_mean(near, n, r, centre)
    spread = np.divide(squares, people_around, out=np.full(len(n), np.nan), where=known)
    chance = np.divide(m * number, people_around, out=np.full(len(n), np.nan), where=known)
    return _drawn(raw, n, m, np.maximum(spread - chance, 0.0))


def _about_disk_mean(near: Neighbours, n: Numbers, r: Numbers, centre: Numbers) -> Numbers:
    """Return the sum over each disk of n (r - the disk's mean)^2, pair by pair so that nothing cancels."""
    matrix = near.matrix
    rows, columns = np.repeat(np.arange(len(n)), near.degree), matrix.indices
    return np.asarray(
        np.bincount(rows, n[columns] * (r[columns] - centre[rows]) ** 2, minlength=len(n)), dtype=np.float64
    )


def _rates(counts: NDArray[np.integer], people: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    same_length(counts=counts, people=people)
    if (people < 0).any():
        row = int(np.flatnonzero(people < 0)[0])
        raise ValueRefused("a population is not below 0", column="people", row=row, value=people[row])
    known = np.isfinite(people) & (people > 0)
    n, x = np.where(known, people, 0.0), np.where(known, counts, 0).astype(np.float64)
    return np.divide(x, n, out=np.full(len(n), np.nan), where=known), n, x


def _drawn(raw: Numbers, n: Numbers, m: Numbers, variance: Numbers) -> Marshall:
    chance = np.divide(m, n, out=np.full(len(n), np.nan), where=n > 0)
    total = variance + chance
    trust = np.divide(variance, total, out=np.zeros(len(n)), where=total > 0)  # no events around: no rate to draw
    return Marshall(raw, m + trust * (raw - m), m, variance)
