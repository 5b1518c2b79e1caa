"""Cells that look busy only because of where imprecise records were coded (methods.md 2), under `as coded`.

A source must write coordinates even where it knows a province only: UCDP writes a point near the middle of the
polygon, ACLED the provincial capital. Binned as points, both make hot spots that are not there.
"""

from dataclasses import dataclass
from enum import IntFlag
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.frozen import frozen, same_length

STACKED: Final = 3
"""The k of the rule: so many imprecise records on one coordinate flag a cell. Three is a choice, and a low one: two
may fall together by chance, and a flag costs a look, not a record."""


class Anchor(IntFlag):
    """What a cell holds that imprecise records are coded to."""

    CENTRE = 1
    """The centroid or the label point of an admin-1 area."""
    SEAT = 2
    """The seat of an admin-1 area, taken to be its most populous place: no list of seats is held."""
    CAPITAL = 4
    """A national capital."""


@dataclass(frozen=True, slots=True)
class Artefacts:
    """What was found in each unit (units,): records, imprecise ones, the most of them on one coordinate, `Anchor` bits.

    `flagged` where a unit is a possible coding artefact.
    """

    records: NDArray[np.int64]
    imprecise: NDArray[np.int64]
    stacked: NDArray[np.int64]
    anchor: NDArray[np.uint8]
    flagged: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("records", "imprecise", "stacked", "anchor", "flagged"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def find_artefacts(
    unit: NDArray[np.integer],
    point: NDArray[np.integer],
    imprecise: NDArray[np.bool_],
    anchor: NDArray[np.uint8],
    *,
    k: int = STACKED,
) -> Artefacts:
    """Return which units are possible coding artefacts.

    One row a record: its `unit`, an id of its coordinate (`point`), whether it is known too roughly for its unit. One
    row a unit: `anchor` bits. A unit is flagged where `k` or more imprecise records share one coordinate in it, or
    where more than half of its records are imprecise and it holds an anchor.
    """
    same_length(unit=unit, point=point, imprecise=imprecise)
    size = len(anchor)
    records = np.bincount(unit, minlength=size)
    rough = np.bincount(unit[imprecise], minlength=size)
    pairs, count = np.unique(np.column_stack([unit[imprecise], point[imprecise]]), axis=0, return_counts=True)
    stacked = np.zeros(size, dtype=np.int64)
    np.maximum.at(stacked, pairs[:, 0].astype(np.int64), count)
    flagged = (stacked >= k) | ((2 * rough > records) & (anchor > 0))
    return Artefacts(records.astype(np.int64), rough.astype(np.int64), stacked, anchor, flagged)
