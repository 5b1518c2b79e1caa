"""How sure a number of deaths is, as far as it hangs on few incidents: a bootstrap over incidents (methods.md 5).

Deaths are not a Poisson count: one incident may hold most of them. Each incident is drawn a Poisson number of times
(mean 1), so that how many incidents there are is in doubt as well; incidents with equal deaths are drawn together.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtr

from geo.errors import ValueRefused
from geo.frozen import frozen, same_length
from stats.exact_ratio import LEVEL

Numbers = NDArray[np.float64]

DRAWS: Final = 2000
SEED: Final = 20_240_101
_MOST_AT_ONCE: Final = 1 << 22


@dataclass(frozen=True, slots=True)
class DeathsInterval:
    """`deaths` recorded and limits `low`, `high` of each unit (units,); NaN limits where no incident was recorded."""

    deaths: NDArray[np.int64]
    low: Numbers
    high: Numbers

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("deaths", "low", "high"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def deaths_interval(
    unit: NDArray[np.integer],
    deaths: NDArray[np.integer],
    units: int,
    *,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = SEED,
) -> DeathsInterval:
    """Return the limits of the deaths of each of `units` from its incidents: `unit` and `deaths` (incidents,).

    The limits are quantiles of the sum over `draws` resamples, widened to hold what was recorded. One seed gives one
    answer, whatever the order of the incidents and of the units: all units share their random numbers, so places with
    equal incidents have equal limits, and what happens in one changes no other. Raises `ValueRefused` for deaths below
    0 or a unit that does not exist.
    """
    same_length(unit=unit, deaths=deaths)
    for name, bad in (("deaths", deaths < 0), ("unit", (unit < 0) | (unit >= units))):
        if bad.any():
            raise ValueRefused(f"a value of {name} cannot be", column=name, row=int(np.flatnonzero(bad)[0]))
    total = np.zeros(units, dtype=np.int64)
    np.add.at(total, unit, deaths)
    there = np.bincount(unit, minlength=units) > 0
    (place, killed), times = np.unique(np.stack([unit, deaths]).astype(np.int64), axis=1, return_counts=True)
    begins = np.flatnonzero(np.diff(place, prepend=-1))
    rank = np.arange(len(place)) - np.repeat(begins, np.diff(begins, append=len(place)))
    kinds, kind = np.unique(np.stack([rank, times]), axis=1, return_inverse=True)
    chance = np.random.default_rng(seed).random((int(rank.max(initial=-1)) + 1, draws))
    limits = np.full((2, units), np.nan)
    ends = np.append(begins[1:], len(place))
    for chunk in np.array_split(np.arange(len(begins)), max(len(place) * draws // _MOST_AT_ONCE, 1)):
        if len(chunk):
            part = slice(begins[chunk[0]], ends[chunk[-1]])
            used, at = np.unique(kind[part], return_inverse=True)
            drawn = _times_drawn(chance[kinds[0, used]], kinds[1, used])[at]
            sums = np.add.reduceat(drawn * killed[part, None], begins[chunk] - begins[chunk[0]], axis=0)
            limits[:, place[begins[chunk]]] = np.quantile(sums, ((1.0 - level) / 2.0, (1.0 + level) / 2.0), axis=1)
    low, high = np.minimum(limits[0], total), np.maximum(limits[1], total)
    return DeathsInterval(total, np.where(there, low, np.nan), np.where(there, high, np.nan))


def _times_drawn(chance: Numbers, times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the Poisson quantile with mean `times` (kinds,) of each chance (kinds, draws), mean by mean."""
    out = np.empty(chance.shape, dtype=np.int64)
    for mean in np.unique(times).tolist():
        at = times == mean
        most = int(mean + 12.0 * np.sqrt(mean) + 30.0)  # beyond this lies less than a double can tell from 1
        out[at] = np.searchsorted(pdtr(np.arange(most), float(mean)), chance[at])
    return out
