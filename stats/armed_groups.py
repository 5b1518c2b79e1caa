"""How many distinct armed groups took part in a place's incidents (methods.md 6): fragmentation, not severity."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from geo.coverage import State
from geo.errors import ValueRefused
from geo.frozen import frozen, same_length
from geo.neighbours import Neighbours

UNKNOWN: Final = -1
"""The number where a place was not observed in the window."""
NO_GROUP: Final = -1
"""The code of a side that is no armed group (civilians, nobody named)."""


@dataclass(frozen=True, slots=True)
class ArmedGroups:
    """`number` of distinct groups of each unit (units,), `UNKNOWN` where nobody looked, and `altogether` on the map.

    Groups return in several places: the numbers are not to be added up.
    """

    number: NDArray[np.int64]
    altogether: int

    def __post_init__(self) -> None:
        """Make the array read-only."""
        object.__setattr__(self, "number", frozen(self.number))


def armed_groups(
    unit: NDArray[np.integer],
    period: NDArray[np.integer],
    groups: NDArray[np.integer],
    state: NDArray[np.uint8],
    window: slice,
    near: Neighbours | None = None,
) -> ArmedGroups:
    """Count the groups of the incidents in `window`, in each unit or over its disk (`near`).

    `unit`, `period` (incidents,; -1 where placed in none) and `groups` (incidents, sides; `NO_GROUP` for none) are
    codes; `state` (periods, units) is the coverage. Raises `ValueRefused` for a unit that does not exist.
    """
    same_length(unit=unit, period=period, groups=groups)
    periods, units = state.shape
    if (unit >= units).any():
        raise ValueRefused("a unit lies outside the lattice", column="unit", row=int(np.flatnonzero(unit >= units)[0]))
    first, stop, _ = window.indices(periods)
    inside = (unit >= 0) & (period >= first) & (period < stop)
    place = np.repeat(unit[inside], groups.shape[1])
    code = groups[inside].ravel()
    named = code > NO_GROUP
    place, code = place[named], code[named]
    present, column = np.unique(code, return_inverse=True)
    took_part = scipy.sparse.coo_array(
        (np.ones(len(place), dtype=np.int32), (place, column)), shape=(units, max(len(present), 1))
    ).tocsr()
    around = took_part if near is None else (near.matrix @ took_part).tocsr()
    counted = (state[window] == State.OBSERVED) | (state[window] == State.PROVISIONAL)
    number = np.where(counted.any(axis=0), np.diff(around.indptr), UNKNOWN)
    return ArmedGroups(number.astype(np.int64), len(present))
