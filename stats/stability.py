"""In how many settings a rise stands: windows of 4, 8 and 12 weeks, ending at the lag, two and four weeks earlier.

Each lattice (resolution 4, resolution 5, admin-1) is tried in these nine settings (methods.md 13); settings that the
data do not bear are not counted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.cube import Cube
from geo.frozen import frozen
from geo.neighbours import Neighbours
from stats.rate_ratio import window_counts
from stats.rise_rule import FIRST_RULE, RiseRule
from stats.running_sums import RunningSums
from stats.windows import Windows

RECENT = (4, 8, 12)
EARLIER = (0, 2, 4)
SETTINGS = tuple((recent, earlier) for recent in RECENT for earlier in EARLIER)


@dataclass(frozen=True, slots=True)
class Settings:
    """For each of `SETTINGS` and each unit of one lattice: was it flagged (`rising`), could it be judged (`borne`)."""

    rising: NDArray[np.bool_]
    borne: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        object.__setattr__(self, "rising", frozen(self.rising))
        object.__setattr__(self, "borne", frozen(self.borne))

    def standing(self, units: NDArray[np.integer]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return in which settings any of `units` was flagged, and in which any could be judged (settings,)."""
        return np.asarray(self.rising[:, units].any(axis=1)), np.asarray(self.borne[:, units].any(axis=1))


def try_settings(cube: Cube, near: Neighbours, end: int, baseline: int = 52, rule: RiseRule = FIRST_RULE) -> Settings:
    """Apply `rule` in each of the nine settings to the windows that end before period `end`."""
    reach = baseline + max(RECENT) + max(EARLIER)
    sums = RunningSums.of(cube, max(end - reach, 0), end)
    rising, borne = [], []
    for recent, earlier in SETTINGS:
        counts = window_counts(sums, near, Windows(end, recent, baseline).earlier(earlier))
        rising.append(rule.rising(counts))
        borne.append(counts.known)
    return Settings(np.array(rising), np.array(borne))
