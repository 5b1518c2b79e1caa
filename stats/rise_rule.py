"""When a rise is flagged: the rule by which places are ranked, to be replaced by a threshold from the map's own past.

The default is a ranking, not an alarm: a nominal 95 % limit holds for one place, not for the hundreds of a map.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

from geo.errors import ValueRefused
from stats.exact_ratio import LEVEL, tail_at_least, tail_at_most
from stats.rate_ratio import WindowCounts
from stats.running_sums import Counts

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RiseRule:
    """A rise: the lower limit of RR at `level` exceeds `above`, with at least `least_incidents` recent ones.

    A fall: the upper limit lies below 1 / `above`. Both `above` and `level` can be set from an ordinary year.
    """

    above: float = 1.0
    least_incidents: int = 2
    level: float = LEVEL

    def __post_init__(self) -> None:
        """Refuse thresholds that mean nothing."""
        if not (self.above > 0 and 0 < self.level < 1 and self.least_incidents >= 1):
            raise ValueRefused(
                "not a rule for a rise", value=self, remedy="Use above > 0, 0 < level < 1, incidents >= 1."
            )

    def rising(self, counts: WindowCounts) -> Flags:
        """Return which units rise (units,); never one that is unknown.

        The lower limit exceeds a ratio exactly where P(>= X) under that ratio is below the tail: no quantile is needed.
        """
        flags = counts.known & (counts.recent >= self.least_incidents)
        share = self._share(counts, self.above)[flags]
        flags[flags] = tail_at_least(counts.recent[flags], counts.baseline[flags], share) < self._tail
        return flags

    def falling(self, counts: WindowCounts) -> Flags:
        """Return which units fall (units,); never one that is unknown."""
        flags = counts.known & (counts.baseline > 0)
        share = self._share(counts, 1.0 / self.above)[flags]
        flags[flags] = tail_at_most(counts.recent[flags], counts.baseline[flags], share) < self._tail
        return flags

    def surprising(self, counts: WindowCounts) -> Counts:
        """Return for each unit the smallest recent count that would be flagged (0 where unknown)."""
        known = counts.known
        share = self._share(counts, self.above)[known]
        pairs, at = np.unique(np.stack([counts.baseline[known] + 1.0, 1.0 - share]), axis=1, return_inverse=True)
        smallest = nbinom.ppf(1.0 - self._tail, pairs[0], pairs[1]).astype(np.int64) + 1
        out = np.zeros(len(known), dtype=np.int64)
        out[known] = np.maximum(smallest, self.least_incidents)[at]
        return out

    @property
    def _tail(self) -> float:
        return (1.0 - self.level) / 2.0

    @staticmethod
    def _share(counts: WindowCounts, ratio: float) -> NDArray[np.float64]:
        weighted = ratio * counts.recent_periods
        total = weighted + counts.baseline_periods
        out = np.full(len(total), np.nan)
        np.divide(weighted, total, out=out, where=total > 0)
        return out


FIRST_RULE = RiseRule()
"""The rule of the first version: 95 % lower limit above 1, two incidents or more."""
