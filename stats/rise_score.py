"""How surprising the recent weeks are after the year before: one score a place and week (methods.md 5).

Two scores, each -log10 of a binomial tail: of incidents (exact), and of incidents weighted by log2(1 + civilian
deaths), a score and no probability, to be judged only by `own_threshold`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from geo.cube import Cube
from geo.errors import ValueRefused
from geo.frozen import frozen
from geo.neighbours import Neighbours
from geo.weighted import UNIT
from stats.own_threshold import HELD_BACK, OwnThreshold, own_threshold
from stats.rate_ratio import WindowCounts, window_counts
from stats.running_sums import RunningSums
from stats.windows import Windows

YEAR: Final = 52
ACTIVE_WITHIN: Final = 104
LEAST_DEATHS: Final = 5
LEAST_INCIDENTS: Final = 2
_SMALLEST: Final = 1e-300

Scores = NDArray[np.float64]
Scoring = Callable[[WindowCounts, NDArray[np.int64]], Scores]
"""From the counts of both windows, and the recent deaths over each disk, to scores."""


@dataclass(frozen=True, slots=True)
class RiseScore:
    """`now` (units,) and `past` (weeks, units), the latest week first; `threshold` from that past; where it is `up`.

    NaN where a place was not active or not judged, `HELD_BACK` where a gate holds it back.
    """

    windows: Windows
    now: Scores
    past: Scores
    threshold: OwnThreshold

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        object.__setattr__(self, "now", frozen(self.now))
        object.__setattr__(self, "past", frozen(self.past))

    @property
    def up(self) -> NDArray[np.bool_]:
        """Where the flag is up now."""
        return self.threshold.alarms(self.now)


def deaths_weight(civilian_deaths: NDArray[np.int32]) -> Scores:
    """Return log2(1 + civilian deaths) of each incident."""
    return np.asarray(np.log2(1.0 + civilian_deaths), dtype=np.float64)


def incidents_rise(
    incidents: Cube, near: Neighbours, windows: Windows, *, least: int = LEAST_INCIDENTS, weeks: int = YEAR
) -> RiseScore:
    """Score the incidents of the recent window over each disk: -log10 P(>= X) of X + Y, as if nothing had changed.

    Fewer than `least` recent incidents are held back.
    """

    def score(counts: WindowCounts, _: NDArray[np.int64]) -> Scores:
        return _score(counts, counts.recent, counts.baseline, counts.recent >= least)

    return _rise(incidents, incidents, near, windows, weeks, score)


def deaths_rise(
    weights: Cube,
    deaths: Cube,
    incidents: Cube,
    near: Neighbours,
    windows: Windows,
    *,
    least: int = LEAST_DEATHS,
    weeks: int = YEAR,
) -> RiseScore:
    """Score the `weights` (see `deaths_weight` and `geo.weighted`) of the recent window: -log10 I(a, b + 1, share).

    Fewer than `least` civilian deaths over the disk in the recent window are held back. A place is active by its
    `incidents`.
    """
    if weights.lattice is not deaths.lattice and len(weights.lattice) != len(deaths.lattice):
        raise ValueRefused("weights and deaths lie on different lattices", column="weights")
    gate = RunningSums.of(deaths, _first(windows, weeks), windows.end)

    def score(counts: WindowCounts, killed: NDArray[np.int64]) -> Scores:
        return _score(counts, counts.recent / UNIT, counts.baseline / UNIT, killed >= least)

    return _rise(weights, incidents, near, windows, weeks, score, gate)


def _first(windows: Windows, weeks: int) -> int:
    return max(windows.end - weeks - max(windows.recent + windows.baseline, ACTIVE_WITHIN), 0)


def _rise(
    cube: Cube,
    incidents: Cube,
    near: Neighbours,
    windows: Windows,
    weeks: int,
    score: Scoring,
    gate: RunningSums | None = None,
) -> RiseScore:
    first = _first(windows, weeks)
    sums = RunningSums.of(cube, first, windows.end)
    activity = sums if incidents is cube else RunningSums.of(incidents, first, windows.end)
    rows: list[Scores] = []
    for earlier in range(min(weeks, windows.end - 1) + 1):
        then = windows.earlier(earlier)
        counts = window_counts(sums, near, then)
        lately = near.pool(activity.counts(slice(max(then.end - ACTIVE_WITHIN, 0), then.end)))
        killed = near.pool(gate.counts(then.recent_slice)) if gate else lately
        rows.append(np.where(counts.known & (lately > 0), score(counts, killed), np.nan))
    table = np.array(rows).reshape(len(rows), len(cube.lattice))
    return RiseScore(windows, table[0], table[1:], own_threshold(table[1:]))


def _score(counts: WindowCounts, recent: NDArray[Any], baseline: NDArray[Any], passed: NDArray[np.bool_]) -> Scores:
    """Return -log10 of the tail where a gate is passed and anything is there, `HELD_BACK` elsewhere."""
    out = np.full(len(passed), HELD_BACK)
    at = np.flatnonzero(passed & (recent > 0) & counts.known)
    share = counts.recent_periods[at] / (counts.recent_periods[at] + counts.baseline_periods[at])
    out[at] = -np.log10(np.maximum(betainc(recent[at], baseline[at] + 1.0, share), _SMALLEST))
    return out
