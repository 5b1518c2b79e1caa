"""The false discovery rate of many tests at once: Benjamini and Hochberg (1995), methods.md 3."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import ValueRefused

Numbers = NDArray[np.float64]


def q_values(p: ArrayLike, weight: ArrayLike | None = None) -> Numbers:
    """Return the adjusted p of each test, of the shape of `p`; NaN stands for no test and stays NaN.

    `weight` says how many tests share each value (as in a table of distinct p), one by default: a map of millions of
    cell-periods has a few thousand distinct p. Raises `ValueRefused` for a p outside 0 to 1.
    """
    values = np.asarray(p, dtype=np.float64)
    flat = values.ravel()
    tested = np.flatnonzero(~np.isnan(flat))
    if ((flat[tested] < 0) | (flat[tested] > 1)).any():
        raise ValueRefused("a p lies between 0 and 1", column="p", value=float(np.nanmax(np.abs(flat))))
    times = np.ones(len(flat)) if weight is None else np.asarray(weight, dtype=np.float64).ravel()
    order = tested[np.argsort(flat[tested], kind="stable")]
    rank = np.cumsum(times[order])
    scaled = flat[order] * (rank[-1] if len(rank) else 0.0) / np.maximum(rank, 1.0)
    out = np.full(len(flat), np.nan)
    out[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return out.reshape(values.shape)
