"""The series of one unit or of several together, with its states, its windows, and the range that would be usual."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

from geo.coverage import State
from geo.cube import Cube
from geo.errors import ValueRefused
from geo.frozen import frozen, same_length
from geo.periods import Periods
from stats.exact_ratio import LEVEL
from stats.running_sums import Counts
from stats.windows import Windows


class Basis(StrEnum):
    """What the usual range rests on."""

    EXACT_POISSON = "exact Poisson"
    NEGATIVE_BINOMIAL = "negative binomial"


@dataclass(frozen=True, slots=True)
class UsualRange:
    """From `low` to `high` a period: what 95 in 100 periods would hold if nothing had changed since the baseline."""

    low: int
    high: int
    mean: float
    basis: Basis


@dataclass(frozen=True, slots=True)
class Trend:
    """`values` (sums over the units) and `state` of each period, read-only; `usual` is None without a whole baseline.

    Where some of the units were observed and others not, the period is provisional: its value is a part.
    """

    periods: Periods
    values: Counts
    state: NDArray[np.uint8]
    windows: Windows
    usual: UsualRange | None
    unit: str

    def __post_init__(self) -> None:
        """Check the lengths and make the arrays read-only."""
        same_length(values=self.values, state=self.state, periods=np.empty(self.periods.count))
        object.__setattr__(self, "values", frozen(self.values))
        object.__setattr__(self, "state", frozen(self.state))


def trend(cube: Cube, units: NDArray[np.integer], windows: Windows, *, level: float = LEVEL) -> Trend:
    """Return the series of the units with these indices, each counted once however often it is named."""
    chosen = np.unique(units)
    state = cube.state[:, chosen]
    counted = (state == State.OBSERVED) | (state == State.PROVISIONAL)
    values = np.where(counted, cube.values[:, chosen], 0).sum(axis=1, dtype=np.int64)
    together = _together(state)
    return Trend(cube.lattice.periods, values, together, windows, _usual(values, together, windows, level), cube.unit)


def _together(state: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if not state.shape[1]:
        return np.full(len(state), State.NOT_COVERED, dtype=np.uint8)
    mixed = np.where((state == State.SUPPRESSED).any(axis=1), State.SUPPRESSED, State.PROVISIONAL)
    return np.where((state == state[:, :1]).all(axis=1), state[:, 0], mixed).astype(np.uint8)


def _usual(values: Counts, state: NDArray[np.uint8], windows: Windows, level: float) -> UsualRange | None:
    window = windows.baseline_slice
    observed = values[window][state[window] == State.OBSERVED]
    if len(observed) < windows.baseline:
        return None
    return usual_range(observed, level)


def usual_range(baseline: Counts, level: float = LEVEL) -> UsualRange:
    """Return the range of one period's count that its baseline (periods,) makes usual at `level`.

    Exact Poisson: the counts that the exact ratio of one period to the baseline would not reject, which includes the
    doubt about the baseline itself. Where the baseline varies more than Poisson counts do, a negative binomial with its
    mean and variance.
    """
    tail = (1.0 - level) / 2.0
    number, total = len(baseline), int(baseline.sum())
    if not number:
        raise ValueRefused("a baseline needs at least one period", column="baseline")
    mean = total / number
    variance = float(baseline.var(ddof=1)) if number > 1 else 0.0
    if variance > mean:
        size, chance = mean**2 / (variance - mean), mean / variance
        low, high = nbinom.ppf((tail, 1.0 - tail), size, chance)
        return UsualRange(int(low), int(high), mean, Basis.NEGATIVE_BINOMIAL)
    chance = number / (number + 1.0)
    low = nbinom.ppf(tail, total, chance) if total else 0.0
    high = nbinom.ppf(1.0 - tail, total + 1, chance)
    return UsualRange(int(low), int(high), mean, Basis.EXACT_POISSON)
