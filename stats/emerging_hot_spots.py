"""Emerging hot spots: the history of a place in 17 classes (methods.md 4). A description: it is no escalation."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.frozen import frozen
from stats.gi_star import GiStar
from stats.mann_kendall import mann_kendall

MOSTLY: Final = 0.9
"""Share of the periods that a place is hot in to be called persistent."""
TREND_P: Final = 0.05
_COLD: Final = 8


class History(IntEnum):
    """The class of a place; a cold class is its hot twin plus 8."""

    NONE = 0
    NEW = 1
    CONSECUTIVE = 2
    INTENSIFYING = 3
    PERSISTENT = 4
    DIMINISHING = 5
    SPORADIC = 6
    OSCILLATING = 7
    HISTORICAL = 8
    NEW_COLD = 9
    CONSECUTIVE_COLD = 10
    INTENSIFYING_COLD = 11
    PERSISTENT_COLD = 12
    DIMINISHING_COLD = 13
    SPORADIC_COLD = 14
    OSCILLATING_COLD = 15
    HISTORICAL_COLD = 16


@dataclass(frozen=True, slots=True)
class EmergingHotSpots:
    """`history` (units,) of `History`, `hot_share` of the observed periods, and the trend's `z` of the Gi* series.

    The Gi* series overlaps in time, so the trend is liberal on it.
    """

    history: NDArray[np.uint8]
    hot_share: NDArray[np.float64]
    trend: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("history", "hot_share", "trend"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def emerging_hot_spots(field: GiStar) -> EmergingHotSpots:
    """Return the class of each unit's history; the last period is the as-of period."""
    trend = mann_kendall(field.z, slopes=False)
    rising = np.where(trend.p <= TREND_P, np.sign(np.nan_to_num(trend.z)), 0.0)
    known = np.isfinite(field.z)
    periods = np.maximum(known.sum(axis=0), 1)
    return EmergingHotSpots(
        classes(field.hot, field.cold, known, rising), field.hot.sum(axis=0) / periods, np.asarray(trend.z)
    )


def classes(
    hot: NDArray[np.bool_], cold: NDArray[np.bool_], known: NDArray[np.bool_], rising: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """Return the class of each unit from its hot, cold and known periods (periods, units) and its trend (-1, 0, 1)."""
    as_hot = _one_side(hot, cold, known, rising)
    as_cold = _one_side(cold, hot, known, -rising)
    as_cold = np.where(as_cold == History.NONE, History.NONE, as_cold + _COLD)
    return np.where(as_hot != History.NONE, as_hot, as_cold).astype(np.uint8)


def _one_side(
    hot: NDArray[np.bool_], cold: NDArray[np.bool_], known: NDArray[np.bool_], rising: NDArray[np.float64]
) -> NDArray[np.uint8]:
    count = hot.sum(axis=0)
    mostly = (count > 0) & (count >= np.ceil(MOSTLY * known.sum(axis=0)))
    last = hot[-1] if len(hot) else np.zeros(hot.shape[1], dtype=np.bool_)
    ever_cold = cold.any(axis=0)
    run = _final_run(hot)
    one_run = last & (run == count)
    return np.select(
        (
            mostly & last & (rising > 0),
            mostly & last & (rising == 0),
            mostly & last,
            mostly,
            last & ever_cold,
            last & (count == 1),
            one_run,
            last,
        ),
        (
            History.INTENSIFYING,
            History.PERSISTENT,
            History.DIMINISHING,
            History.HISTORICAL,
            History.OSCILLATING,
            History.NEW,
            History.CONSECUTIVE,
            History.SPORADIC,
        ),
        History.NONE,
    ).astype(np.uint8)


def _final_run(hot: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many periods at the end are hot without a break (units,)."""
    still = np.logical_and.accumulate(hot[::-1], axis=0)
    return np.asarray(still.sum(axis=0), dtype=np.int64)
