"""What a map shows of one window: amounts in units and in areas. Whole where they are counted, parts where shared.

For display only: statistics read the cubes of the tally, which hold whole incidents.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.coverage import State
from geo.cube import Cube, Lattice
from geo.errors import NotConserved
from geo.frozen import frozen, same_length
from geo.located import Selection
from geo.precision import Fate
from geo.tally import Placed, Tally

Shared = NDArray[np.float64]

CLOSE: Final = 1e-9
"""Part of a total by which shares may miss it (methods.md 1)."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Incidents and deaths of one window in the units of a lattice (units,) and in areas beside them (areas,).

    `late` and `area_late` are the incidents that fall in provisional periods. All float64, none negative.
    """

    lattice: Lattice
    area_lattice: Lattice
    incidents: Shared
    killed: Shared
    late: Shared
    area_incidents: Shared
    area_killed: Shared
    area_late: Shared

    def __post_init__(self) -> None:
        """Refuse lengths that do not fit; make the arrays read-only."""
        units, areas = np.empty(len(self.lattice)), np.empty(len(self.area_lattice))
        same_length(units=units, incidents=self.incidents, killed=self.killed, late=self.late)
        same_length(areas=areas, incidents=self.area_incidents, killed=self.area_killed, late=self.area_late)
        for name in ("incidents", "killed", "late", "area_incidents", "area_killed", "area_late"):
            object.__setattr__(self, name, frozen(getattr(self, name)))


def whole(tally: Tally, window: slice) -> Amounts:
    """Return the amounts of a window as they were counted: each incident whole, in the period of its last day."""

    def of(incidents: Cube, killed: Cube) -> tuple[Shared, Shared, Shared]:
        late = incidents.over_state(window, State.PROVISIONAL)
        return incidents.over(window).astype(float), killed.over(window).astype(float), late.astype(float)

    own, beside = of(tally.incidents, tally.killed), of(tally.area_incidents, tally.area_killed)
    return Amounts(tally.incidents.lattice, tally.area_incidents.lattice, *own, *beside)


def over_days(placed: Placed, selection: Selection, window: slice) -> Amounts:
    """Return the amounts of a window with each incident shared evenly over its days (methods.md 2b).

    An incident of d days gives each day 1 / d, from its first to its last (both inclusive); the window takes the days
    that lie in it. What is left out of a tally (`Fate`) is left out here. Raises `NotConserved` where the shares in
    all periods and before the first one would not be the number of incidents, to 1e-9 of it.
    """
    events, lattice, areas = placed.events, placed.lattice, placed.area_lattice
    mine = events.of(selection) & ((placed.fate == Fate.PLACED) | (placed.fate == Fate.AREA_ONLY))
    starts, ends = lattice.periods.starts, lattice.periods.ends
    _check_days(placed, mine)
    low, high = int(starts[window][0]), int(ends[window][-1])
    at = np.flatnonzero(mine & (events.start_day < high) & (events.end_day >= low))
    share, late = _share(placed, at, low, high), np.zeros(len(at))
    in_area = placed.fate[at] == Fate.AREA_ONLY
    unit = np.where(in_area, placed.area[at], placed.unit[at])
    for period in np.unique(np.nonzero(placed.state[window] == State.PROVISIONAL)[0]) + window.indices(len(starts))[0]:
        state = placed.state[period], placed.area_state[period]
        is_late = np.where(in_area, _at(state[1], unit), _at(state[0], unit)) == State.PROVISIONAL
        late += np.where(is_late, _share(placed, at, int(starts[period]), int(ends[period])), 0.0)
    toll = events.toll(selection)[at]

    def sums(chosen: NDArray[np.bool_], size: int) -> tuple[Shared, Shared, Shared]:
        at = unit[chosen]
        incidents, killed, provisional = (
            np.bincount(at, column[chosen], minlength=size).astype(np.float64) for column in (share, share * toll, late)
        )
        return incidents, killed, provisional

    return Amounts(lattice, areas, *sums(~in_area, len(lattice)), *sums(in_area, len(areas)))


def wide(placed: Placed, selection: Selection, window: slice) -> int:
    """Return how many counted incidents with a day in the window reach over more than one of its periods."""
    events, periods = placed.events, placed.lattice.periods
    low, high = int(periods.starts[window][0]), int(periods.ends[window][-1])
    mine = events.of(selection) & ((placed.fate == Fate.PLACED) | (placed.fate == Fate.AREA_ONLY))
    mine &= (events.start_day < high) & (events.end_day >= low)
    return int((periods.index_of(events.start_day[mine]) != placed.period[mine]).sum())


def _at(column: NDArray[np.uint8], index: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Values at an index that may belong to the other lattice: those are not read."""
    return column[np.minimum(index, len(column) - 1)] if len(column) else np.zeros(len(index), dtype=np.uint8)


def _share(placed: Placed, at: NDArray[np.intp], low: int, high: int) -> Shared:
    """Part of each record's days that lie from day `low` to the day before `high`."""
    first, after = placed.events.start_day[at], placed.events.end_day[at] + 1
    inside = np.minimum(after, high) - np.maximum(first, low)
    return np.asarray(np.maximum(inside, 0) / (after - first))


def _check_days(placed: Placed, mine: NDArray[np.bool_]) -> None:
    at, periods = np.flatnonzero(mine), placed.lattice.periods
    first = periods.first_day
    inside, before = _share(placed, at, first, periods.last_day + 1), _share(placed, at, -(2**31), first)
    if abs(float(inside.sum() + before.sum()) - len(at)) > CLOSE * max(len(at), 1):
        what = f"{len(at)} incidents, {inside.sum() + before.sum()} shared over days"
        raise NotConserved(what)
