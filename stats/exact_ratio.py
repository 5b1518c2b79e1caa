"""The exact ratio of two Poisson rates, conditional on their total (methods.md 5)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv

from geo.errors import ValueRefused
from geo.frozen import frozen

Numbers = NDArray[np.float64]

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class ExactRatio:
    """Ratio of rates: `estimate` with limits `low` and `high`, and one-sided `p`; arrays of one shape, read-only.

    Without any incident the estimate is NaN, the limits are 0 and infinity and p is 1; without exposure all are NaN.
    """

    estimate: Numbers
    low: Numbers
    high: Numbers
    p: Numbers

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("estimate", "low", "high", "p"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def exact_ratio(X: ArrayLike, Y: ArrayLike, e_R: ArrayLike, e_B: ArrayLike, level: float = LEVEL) -> ExactRatio:
    """Return RR = (X / e_R) / (Y / e_B), its limits at `level`, and p = P(>= X) if nothing had changed.

    X and Y are counts of the recent window and the baseline, e_R and e_B their exposures (any common unit); all are
    broadcast. Given X + Y, X is binomial with share e_R / (e_R + e_B); Clopper-Pearson limits of that share give those
    of RR, so Y = 0 gives an infinite RR with a lower limit, and X = 0 gives 0 with an upper one.
    """
    arrays = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (X, Y, e_R, e_B)))
    for name, values in zip(("X", "Y", "e_R", "e_B"), arrays, strict=True):
        if (values < 0).any():
            raise ValueRefused("counts and exposures are not negative", column=name, value=values.min())
    distinct, at = _distinct([array.ravel() for array in arrays])
    parts = _exact(*distinct, level=level)
    return ExactRatio(*(part[at].reshape(arrays[0].shape) for part in parts))


def _distinct(columns: list[Numbers]) -> tuple[list[Numbers], NDArray[np.intp]]:
    """Return the distinct rows and each row's place among them: most cells of a map share a few pairs of counts."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, position = np.unique(column, return_inverse=True)
        _, code = np.unique(code * max(len(values), 1) + position, return_inverse=True)
    _, first, at = np.unique(code, return_index=True, return_inverse=True)
    return [column[first] for column in columns], at


def _exact(X: Numbers, Y: Numbers, e_R: Numbers, e_B: Numbers, *, level: float) -> tuple[Numbers, ...]:
    tail = (1.0 - level) / 2.0
    exposed = (e_R > 0) & (e_B > 0)
    scale = np.divide(e_B, e_R, out=np.full_like(X, np.nan), where=exposed)
    share = np.divide(e_R, e_R + e_B, out=np.full_like(X, np.nan), where=exposed)
    estimate = scale * _odds(X, Y)
    p, low, high = np.where(exposed, 1.0, np.nan), np.where(exposed, 0.0, np.nan), np.where(exposed, np.inf, np.nan)
    some = exposed & (X > 0)
    p[some] = betainc(X[some], Y[some] + 1.0, share[some])
    share_low = betaincinv(X[some], Y[some] + 1.0, tail)
    low[some] = scale[some] * _odds(share_low, 1.0 - share_low)
    some = exposed & (Y > 0)
    share_high = betaincinv(X[some] + 1.0, Y[some], 1.0 - tail)
    high[some] = scale[some] * _odds(share_high, 1.0 - share_high)
    return estimate, low, high, p


def _odds(numerator: Numbers, denominator: Numbers) -> Numbers:
    """Ratio that is infinite over zero, and NaN for zero over zero, without a warning."""
    out = np.where(numerator > 0, np.inf, np.nan)
    return np.divide(numerator, denominator, out=out, where=denominator > 0)


def tail_at_least(X: NDArray[Any], Y: NDArray[Any], share: Numbers) -> Numbers:
    """Return P(>= X) of X + Y incidents that fall into the recent window with probability `share` each."""
    some = X > 0
    return np.where(some, betainc(np.maximum(X, 1), Y + 1.0, share), 1.0)


def tail_at_most(X: NDArray[Any], Y: NDArray[Any], share: Numbers) -> Numbers:
    """Return P(<= X) of X + Y incidents that fall into the recent window with probability `share` each."""
    some = Y > 0
    return np.where(some, betainc(np.maximum(Y, 1), X + 1.0, 1.0 - share), 1.0)
