"""Negative-binomial empirical Bayes: what a place's counts say of its rate, given what the whole map says of rates.

Rates follow one gamma distribution over the map, counts are Poisson given the rate, so counts are negative binomial;
the gamma is the one that makes all counts of the map likeliest (methods.md 6). Describes and ranks, never alarms.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammainccinv, gammaincinv, gammaln

from geo.cube import Cube, Field
from geo.errors import ValueRefused
from geo.frozen import same_length
from geo.neighbours import Neighbours
from stats.exact_ratio import LEVEL
from stats.pooling import alike
from stats.running_sums import RunningSums

Numbers = NDArray[np.float64]

NOTHING_RECORDED: Final = "no incident in the window: nothing says how rates differ"
_SHAPES: Final = (-8.0, 12.0)
"""Natural logarithms of the least and greatest shape tried; at the upper one all rates are alike."""
_STEPS: Final = 60


@dataclass(frozen=True, slots=True)
class Prior:
    """The gamma distribution of rates over a map: `shape`, and `mean` a period. The variance is mean^2 / shape."""

    shape: float
    mean: float

    @property
    def rate(self) -> float:
        """Periods that the prior is worth."""
        return self.shape / self.mean


def fit_prior(counts: NDArray[np.integer], exposure: NDArray[np.number]) -> Prior | None:
    """Return the prior under which `counts` over `exposure` periods (units,) are likeliest; None where all are 0.

    Units without exposure are left out. For each shape the mean that is best solves sum (x - m e) / (a + m e) = 0; the
    shape is then found on one line. Equal pairs of count and exposure are worked out once.
    """
    same_length(counts=counts, exposure=exposure)
    used = np.asarray(exposure) > 0
    if not used.any() or not counts[used].any():
        return None
    pairs, times = np.unique(np.stack([counts[used], exposure[used]]).astype(np.float64), axis=1, return_counts=True)
    x, e = pairs

    def unlikely(log_shape: float) -> float:
        a = float(np.exp(log_shape))
        m = _best_mean(x, e, times, a)
        fit = gammaln(x + a) - gammaln(a) + a * np.log(a / (a + m * e)) + x * np.log(m / (a + m * e))
        return -float((times * fit).sum())

    grid = np.linspace(*_SHAPES, _STEPS)
    best = int(np.argmin([unlikely(each) for each in grid]))
    around = grid[max(best - 1, 0)], grid[min(best + 1, _STEPS - 1)]
    found = minimize_scalar(unlikely, bounds=around, method="bounded", options={"xatol": 1e-9})
    shape = float(np.exp(found.x))
    return Prior(shape, _best_mean(x, e, times, shape))


def _best_mean(x: Numbers, e: Numbers, times: NDArray[np.int64], a: float) -> float:
    """Return the mean m = sum w x / sum w e, w = 1 / (a + m e), by repetition; at once where exposures are equal."""
    m = float((times * x).sum() / (times * e).sum())
    for _ in range(200):
        w = times / (a + m * e)
        after = float((w * x).sum() / (w * e).sum())
        if abs(after - m) <= 1e-13 * m:
            return after
        m = after
    return m


def posterior(
    counts: NDArray[np.integer], exposure: NDArray[np.number], prior: Prior, level: float = LEVEL
) -> tuple[Numbers, Numbers, Numbers]:
    """Return mean and limits of each rate a period: gamma with shape a + x and rate a / m + e."""
    shape = np.asarray(prior.shape + counts, dtype=np.float64)
    rate = np.asarray(prior.rate + exposure, dtype=np.float64)
    tail = (1.0 - level) / 2.0
    return shape / rate, gammaincinv(shape, tail) / rate, gammainccinv(shape, tail) / rate


def empirical_bayes(cube: Cube, near: Neighbours, window: slice, *, level: float = LEVEL) -> Field:
    """Return the rate a period and cell of the incidents over each disk in `window`, drawn towards the map's.

    Only observed cell-periods count, in the counts and in the exposure; the prior is fitted on single units, which do
    not overlap. Unknown where the unit was not observed at all, and everywhere where nothing was recorded. Raises
    `ValueRefused` for a window that counts backwards.
    """
    if window.step not in {None, 1}:
        raise ValueRefused("a window runs forwards without gaps", column="window", value=window)
    first, stop, _ = window.indices(cube.lattice.shape[0])
    sums = RunningSums.of(cube, first, max(stop, first))
    own, periods = sums.counts(slice(first, stop)), sums.periods(slice(first, stop))
    prior = fit_prior(own, periods)
    known = (periods > 0) & (prior is not None)
    out = np.full((3, len(own)), np.nan)
    if prior is not None:
        disks = alike(near, periods)
        counts, exposure = disks.pool(own)[known], disks.pool(periods)[known]
        mean, low, high = posterior(counts, exposure, prior, level)
        out[:, known] = mean, np.minimum(low, mean), np.maximum(high, mean)  # a small shape has its mean in its tail
    note = "" if prior is not None else NOTHING_RECORDED
    return Field(cube.lattice, out[0], out[1], out[2], known, f"{cube.unit} a period and cell", note)
