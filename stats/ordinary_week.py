"""What the same rule would have flagged in each week of the past year: the map's own measure of chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.cube import Cube
from geo.frozen import frozen, same_length
from geo.neighbours import Neighbours
from stats.clusters import components
from stats.rate_ratio import window_counts
from stats.rise_rule import FIRST_RULE, RiseRule
from stats.running_sums import RunningSums
from stats.windows import Windows

YEAR = 52
ACTIVE_WITHIN = 104

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class OrdinaryWeek:
    """How many units each past period would have flagged (all arrays (periods judged,), the latest first).

    `ends` is the index after the last period then known, `active` the number of units that could be flagged, `flagged`
    of those that were, in so many `clusters`; `rising` (periods judged, units) says which.
    """

    ends: Numbers
    active: Numbers
    flagged: Numbers
    clusters: Numbers
    rising: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Check the lengths and make the arrays read-only."""
        names = ("ends", "active", "flagged", "clusters", "rising")
        same_length(**{name: getattr(self, name) for name in names})
        for name in names:
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def median_clusters(self) -> float:
        """Clusters in the middle one of the weeks; NaN where no week could be judged."""
        return float(np.median(self.clusters)) if len(self.clusters) else float("nan")

    @property
    def mean_clusters(self) -> float:
        """Clusters a week on average; NaN where no week could be judged."""
        return float(self.clusters.mean()) if len(self.clusters) else float("nan")

    @property
    def share_flagged(self) -> float:
        """Share of active unit-weeks that were flagged; NaN where none was active."""
        active = int(self.active.sum())
        return int(self.flagged.sum()) / active if active else float("nan")


def ordinary_week(
    cube: Cube,
    near: Neighbours,
    windows: Windows,
    rule: RiseRule = FIRST_RULE,
    *,
    least_baseline: int | None = None,
    weeks: int = YEAR,
    active_within: int = ACTIVE_WITHIN,
) -> OrdinaryWeek:
    """Apply `rule` to the windows as they stood 1 to `weeks` periods earlier, each knowing nothing of what came after.

    A unit is active where an incident lay within its disk in the last `active_within` periods. A period in which no
    unit could be judged (too short a history) is left out, so the result may hold fewer than `weeks`.
    """
    reach = max(windows.recent + windows.baseline, active_within)
    sums = RunningSums.of(cube, max(windows.end - weeks - reach, 0), windows.end)
    rows, flags = [], []
    for earlier in range(1, min(weeks, windows.end) + 1):
        then = windows.earlier(earlier)
        counts = window_counts(sums, near, then, least_baseline)
        if not counts.known.any():
            continue
        lately = sums.counts(slice(max(then.end - active_within, 0), then.end))
        active = counts.known & (near.pool(lately) > 0)
        rising = rule.rising(counts)
        rows.append((then.end, active.sum(), rising.sum(), components(rising, near)[0]))
        flags.append(rising)
    ends, actives, flagged, number = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    at_each_end = np.array(flags, dtype=np.bool_).reshape(len(flags), len(cube.lattice))
    return OrdinaryWeek(ends, actives, flagged, number, at_each_end)
