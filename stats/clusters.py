"""Neighbouring rises as one cluster each, counted so that no incident counts twice (methods.md 5)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from geo.frozen import frozen
from geo.neighbours import Neighbours
from stats.exact_ratio import LEVEL, exact_ratio
from stats.rate_ratio import RateRatio

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A connected set of flagged units: `members`, and `around`, the members with their neighbours (unit indices).

    `core` is the member with the highest lower limit of its own. `recent` and `baseline` count the incidents of
    `around` once each; `estimate`, `low`, `high` and `p` are the exact ratio of these. The areas around two clusters
    may share units, so counts of clusters are not to be added up.
    """

    core: int
    members: Indices
    around: Indices
    recent: int
    baseline: int
    expected: float
    estimate: float
    low: float
    high: float
    p: float

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        object.__setattr__(self, "members", frozen(self.members))
        object.__setattr__(self, "around", frozen(self.around))


def components(rising: NDArray[np.bool_], near: Neighbours) -> tuple[int, Indices]:
    """Return how many connected sets the flagged units form, and the set of each flagged unit in their order."""
    flagged = np.flatnonzero(rising)
    if not len(flagged):
        return 0, flagged
    number, label = connected_components(near.matrix[flagged][:, flagged], directed=False)
    return int(number), label.astype(np.int64)


def clusters(
    ratio: RateRatio, rising: NDArray[np.bool_], near: Neighbours, level: float = LEVEL
) -> tuple[Cluster, ...]:
    """Return the clusters of flagged units, the one with the highest lower limit first."""
    number, label = components(rising, near)
    flagged = np.flatnonzero(rising)
    found = [_cluster(ratio, near, flagged[label == each], level) for each in range(number)]
    return tuple(sorted(found, key=lambda cluster: (-cluster.low, -cluster.recent, cluster.core)))


def _cluster(ratio: RateRatio, near: Neighbours, members: Indices, level: float) -> Cluster:
    counts = ratio.counts
    reached = np.unique(near.matrix[members].indices).astype(np.int64)
    around = reached[counts.known[reached]]
    core = int(members[np.argmax(ratio.field.low[members])])
    recent, baseline = int(counts.own_recent[around].sum()), int(counts.own_baseline[around].sum())
    recent_exposure = int(counts.recent_periods[around].sum())
    baseline_exposure = int(counts.baseline_periods[around].sum())
    exact = exact_ratio(recent, baseline, recent_exposure, baseline_exposure, level)
    return Cluster(
        core,
        members,
        around,
        recent,
        baseline,
        baseline * recent_exposure / baseline_exposure,
        float(exact.estimate),
        float(exact.low),
        float(exact.high),
        float(exact.p),
    )
