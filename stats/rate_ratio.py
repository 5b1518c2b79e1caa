"""Incidents of the recent window against the baseline, over the area around each unit (methods.md 5)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.cube import Cube, Field
from geo.frozen import frozen, same_length
from geo.neighbours import Neighbours
from stats.exact_ratio import LEVEL, exact_ratio
from stats.pooling import alike
from stats.running_sums import Counts, RunningSums
from stats.windows import Windows

TOO_SHORT = "too short a history"


@dataclass(frozen=True, slots=True)
class WindowCounts:
    """Counts of both windows: `recent` and `baseline` over each disk, `own_*` in the unit alone, exposures in periods.

    `recent_periods` and `baseline_periods` are the observed periods of the unit; disks hold only neighbours that were
    observed equally long, so the ratio of these two is that of the whole disk. `covered` marks units observed in every
    recent period, `long_enough` those with enough of a baseline.
    """

    windows: Windows
    recent: Counts
    baseline: Counts
    own_recent: Counts
    own_baseline: Counts
    recent_periods: Counts
    baseline_periods: Counts
    covered: NDArray[np.bool_]
    long_enough: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Check the lengths and make every array read-only."""
        names = [name for name in self.__slots__ if name != "windows"]
        same_length(**{name: getattr(self, name) for name in names})
        for name in names:
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def known(self) -> NDArray[np.bool_]:
        """Units of which the windows can be compared at all."""
        return self.covered & self.long_enough

    @property
    def expected(self) -> NDArray[np.float64]:
        """What the baseline would give in the recent window if nothing had changed; NaN where unknown."""
        out = np.full(len(self.baseline), np.nan)
        np.divide(self.baseline * self.recent_periods, self.baseline_periods, out=out, where=self.known)
        return out


@dataclass(frozen=True, slots=True)
class RateRatio:
    """The ratio of rates as a `field` (estimate, 95 % limits), with its counts and one-sided exact `p`.

    The field is unknown, too, where neither window holds an incident: there is no ratio of nothing to nothing.
    """

    field: Field
    counts: WindowCounts
    p: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Make p read-only."""
        same_length(p=self.p, estimate=self.field.estimate)
        object.__setattr__(self, "p", frozen(self.p))


def window_counts(
    sums: RunningSums, near: Neighbours, windows: Windows, least_baseline: int | None = None
) -> WindowCounts:
    """Count both windows in each unit and over its disk; only observed cell-periods count.

    A baseline is long enough from `least_baseline` observed periods on (default: the whole baseline asked for).
    """
    recent_slice, baseline_slice = windows.recent_slice, windows.baseline_slice
    own_recent, own_baseline = sums.counts(recent_slice), sums.counts(baseline_slice)
    recent_periods, baseline_periods = sums.periods(recent_slice), sums.periods(baseline_slice)
    pooled = alike(near, recent_periods * (windows.baseline + 1) + baseline_periods)
    least = windows.baseline if least_baseline is None else least_baseline
    return WindowCounts(
        windows,
        pooled.pool(own_recent),
        pooled.pool(own_baseline),
        own_recent,
        own_baseline,
        recent_periods,
        baseline_periods,
        recent_periods == windows.recent,
        baseline_periods >= max(least, 1),
    )


def rate_ratio(
    cube: Cube,
    near: Neighbours,
    windows: Windows,
    *,
    least_baseline: int | None = None,
    level: float = LEVEL,
) -> RateRatio:
    """Return RR = (X / e_R) / (Y / e_B) of a cube of incidents over the disks of `near` (areas: each alone).

    Unknown where the recent window is not observed throughout or the baseline is too short. Knows nothing after
    `windows.end`. Incidents, never deaths: a binomial on deaths alarms at random (methods.md 5).
    """
    sums = RunningSums.of(cube, windows.baseline_slice.start, windows.end)
    counts = window_counts(sums, near, windows, least_baseline)
    recent_periods = np.where(counts.known, counts.recent_periods, 0)  # without exposure nothing is said
    exact = exact_ratio(counts.recent, counts.baseline, recent_periods, counts.baseline_periods, level)
    known = counts.known & (counts.recent + counts.baseline > 0)
    estimate, low, high = (np.where(known, part, np.nan) for part in (exact.estimate, exact.low, exact.high))
    note = TOO_SHORT if counts.covered.any() and not counts.known.any() else ""
    field = Field(cube.lattice, estimate, low, high, known, "times the baseline rate", note)
    return RateRatio(field, counts, exact.p)
