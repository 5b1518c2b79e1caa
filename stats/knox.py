"""Knox's near-repeat test: do incidents that are close in space fall close in time? (methods.md 6).

Times are dealt out anew over the same places. Records coded to one town's point are close by coding, not by fact: give
only records whose place is exact.
"""

from dataclasses import dataclass
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from geo.coordinates import Degrees, check_coordinates
from geo.errors import ValueRefused
from geo.frozen import frozen, same_length

Numbers = NDArray[np.float64]

EARTH_KM: Final = 6371.0088
MOST_PAIRS: Final = 20_000_000
PERMUTATIONS: Final = 999
SEED: Final = 20_240_101


@dataclass(frozen=True, slots=True)
class Knox:
    """`pairs` close in space and time, `expected` if both were unrelated, and `simulated` (permutations,) counts.

    `near` and `soon` are the pairs close in space, and in time, of `every` pair.
    """

    pairs: int
    near: int
    soon: int
    every: int
    simulated: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Make the array read-only."""
        object.__setattr__(self, "simulated", frozen(self.simulated))

    @property
    def expected(self) -> float:
        """Pairs close in both if space and time were unrelated; NaN without pairs."""
        return self.near * self.soon / self.every if self.every else float("nan")

    @property
    def ratio(self) -> float:
        """Observed over expected; NaN where nothing is expected."""
        return self.pairs / self.expected if self.every and self.near * self.soon else float("nan")

    @property
    def p(self) -> float:
        """Share of the permutations, the observed one among them, with as many pairs or more."""
        return (1 + int((self.simulated >= self.pairs).sum())) / (1 + len(self.simulated))


def on_sphere(latitude: Degrees, longitude: Degrees) -> Numbers:
    """Return points (degrees) in km from the centre of the earth (n, 3); at 30 km a chord is an arc but for 1e-6."""
    check_coordinates(latitude, longitude)
    lat, lng = np.radians(latitude), np.radians(longitude)
    return EARTH_KM * np.stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)], axis=1)


def knox(
    points: Numbers,
    days: NDArray[np.number],
    *,
    within_km: float,
    within_days: float,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> Knox:
    """Count the pairs of incidents at most `within_km` and `within_days` apart; `points` (n, 2 or 3) in km.

    Raises `ValueRefused` where more than `MOST_PAIRS` pairs are close in space.
    """
    same_length(points=points, days=days)
    n = len(days)
    order = np.lexsort((*points.T, days))  # the answer is that of the set, not of its order
    points, times = points[order], np.asarray(days, dtype=np.float64)[order]
    simulated = np.zeros(permutations, dtype=np.int64)
    if n < 2:  # noqa: PLR2004 - a pair
        return Knox(0, 0, 0, 0, simulated)
    tree = KDTree(points)
    close = (int(tree.count_neighbors(tree, within_km)) - n) // 2
    if close > MOST_PAIRS:
        remedy = "Choose a smaller distance, a smaller place or a shorter time."
        raise ValueRefused("too many pairs of incidents are close", column="within_km", value=close, remedy=remedy)
    first, second = tree.query_pairs(within_km, output_type="ndarray").T.astype(np.int32)
    first, second = np.ascontiguousarray(first), np.ascontiguousarray(second)
    soon = int((np.searchsorted(times, times + within_days, side="right") - np.arange(1, n + 1)).sum())
    rng = np.random.default_rng(seed)
    for turn in range(permutations):
        simulated[turn] = _both(first, second, rng.permutation(times), within_days)
    return Knox(int(_both(first, second, times, within_days)), close, soon, n * (n - 1) // 2, simulated)


@numba.njit(cache=True, nogil=True)
def _both(first: NDArray[np.int32], second: NDArray[np.int32], times: Numbers, within: float) -> Any:  # noqa: ANN401
    found = 0
    for pair in range(len(first)):
        found += abs(times[first[pair]] - times[second[pair]]) <= within
    return found
