"""From incidents to a cube, losing nothing: every record is placed, known to an area only, or left out by reason.

`place` says once where each record goes on a lattice; `tally` then counts any selection of kinds in one pass over the
records (one pass for 3 million records is why a new filter feels instant). The sum over cells, areas and reasons equals
the sum over the input, exactly, and is checked on every call.
"""

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from geo.cells import NO_CELL, parents
from geo.coverage import Coverage
from geo.cube import Cube, Lattice, UnitKind
from geo.errors import NotConserved
from geo.frozen import frozen
from geo.located import LocatedEvents, Selection
from geo.periods import OUTSIDE
from geo.precision import Fate, Support, Treatment, fits

TOTALS = ("incidents", "deaths_low", "deaths_best", "deaths_high", "civilian_deaths")
"""The five sums that every fate keeps, in this order."""

_PLACED, _AREA_ONLY, _OTHER_KIND = int(Fate.PLACED), int(Fate.AREA_ONLY), int(Fate.OTHER_KIND)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each record goes on a lattice, whatever its kind: `unit`, `area` row, `period` and `fate` (records,).

    `area_lattice` holds the areas in which something is known to an area only; `state` and `area_state` are the
    coverage of both lattices, `read` the sums of `TOTALS` over all records, computed once.
    """

    events: LocatedEvents
    lattice: Lattice
    area_lattice: Lattice
    unit: NDArray[np.int32]
    area: NDArray[np.int32]
    period: NDArray[np.int32]
    fate: NDArray[np.uint8]
    state: NDArray[np.uint8]
    area_state: NDArray[np.uint8]
    read: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tally:
    """What `tally` returns: two cubes in cells (or areas), two known to areas only, and the fate of every record.

    `fates[t, f, k]` sums `TOTALS[k]` over the records of fate f whose period is t; the last t holds those outside the
    lattice's periods.
    """

    incidents: Cube
    killed: Cube
    area_incidents: Cube
    area_killed: Cube
    fates: NDArray[np.int64]
    read: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Raise `NotConserved` unless cells + areas + reasons = what was read."""
        by_fate = self.fates.sum(axis=(0, 1))
        placed, area_only = self.fates[:, Fate.PLACED, 0].sum(), self.fates[:, Fate.AREA_ONLY, 0].sum()
        in_cubes = (self.incidents.total(), self.area_incidents.total())
        if (by_fate != self.read).any() or in_cubes != (placed, area_only):
            what = f"read {self.read.tolist()}, accounted for {by_fate.tolist()}, in cubes {in_cubes}"
            raise NotConserved(what)
        object.__setattr__(self, "fates", frozen(self.fates))
        object.__setattr__(self, "read", frozen(self.read))

    def excluded(self, window: slice | None = None) -> dict[Fate, dict[str, int]]:
        """Return the sums of every fate but the placed and area-only ones, for a window of periods or for all.

        Within a window only what was asked for is meaningful, so other kinds, places and periods are left away there.
        """
        sums = self.fates.sum(axis=0) if window is None else self.fates[:-1][window].sum(axis=0)
        kept = {Fate.PLACED, Fate.AREA_ONLY}
        wanted = [fate for fate in Fate if fate not in kept and (window is None or fate.asked_for)]
        return {fate: dict(zip(TOTALS, sums[fate].tolist(), strict=True)) for fate in wanted if sums[fate, 0]}

    def count(self, fate: Fate, window: slice | None = None) -> int:
        """Return the number of incidents of one fate, in a window of periods or in all."""
        sums = self.fates[:, fate, 0] if window is None else self.fates[:-1, fate, 0][window]
        return int(sums.sum())


def place(
    events: LocatedEvents,
    lattice: Lattice,
    area_lattice: Lattice,
    coverage: Coverage,
    *,
    treatment: Treatment = Treatment.PLACED,
    inside: NDArray[np.bool_] | None = None,
) -> Placed:
    """Decide the place and period of every record; `inside` (records,) marks those in the place asked for.

    The period is that of the record's last day (it is known when it has ended). The first reason that holds is kept:
    outside the period, outside the place, dates wider than the grain, then what its precision allows.
    """
    period = lattice.periods.index_of(events.end_day)
    unit = lattice.index_of(_units(events, lattice))
    area = area_lattice.index_of(_area_units(events.area))
    fate = _place_fate(events, lattice, unit, area, treatment)
    longest = lattice.periods.grain.longest
    fate[(events.end_day - events.start_day + 1 > longest) & (fate != Fate.OUTSIDE_PLACE)] = Fate.TOO_LONG
    if inside is not None:
        fate[~inside] = Fate.OUTSIDE_PLACE
    fate[period == OUTSIDE] = Fate.OUTSIDE_PERIOD
    return Placed(
        events,
        lattice,
        area_lattice,
        frozen(unit),
        frozen(area),
        frozen(period),
        frozen(fate),
        _states(lattice, coverage),
        _states(area_lattice, coverage),
        frozen(
            np.array([len(events), *(getattr(events, name).sum(dtype=np.int64) for name in TOTALS[1:])], dtype=np.int64)
        ),
    )


def tally(placed: Placed, selection: Selection) -> Tally:
    """Count incidents and deaths of a selection on a placed lattice. Exact; raises `NotConserved` if it were not."""
    events, lattice, areas = placed.events, placed.lattice, placed.area_lattice
    periods = lattice.periods.count
    incidents, killed = (np.zeros((len(lattice), periods), dtype=np.int32) for _ in range(2))
    area_incidents, area_killed = (np.zeros((len(areas), periods), dtype=np.int32) for _ in range(2))
    fates = np.zeros((periods + 1, len(Fate), len(TOTALS)), dtype=np.int64)
    _count(
        placed.unit,
        placed.area,
        placed.period,
        placed.fate,
        events.flags,
        np.uint8(selection.any_of),
        np.uint8(selection.none_of),
        events.deaths_low,
        events.deaths_best,
        events.deaths_high,
        events.civilian_deaths,
        selection.civilian,
        incidents,
        killed,
        area_incidents,
        area_killed,
        fates,
    )
    unit = "civilians killed" if selection.civilian else "people killed"
    return Tally(
        Cube(lattice, incidents.T, placed.state, "incidents"),
        Cube(lattice, killed.T, placed.state, unit),
        Cube(areas, area_incidents.T, placed.area_state, "incidents"),
        Cube(areas, area_killed.T, placed.area_state, unit),
        fates,
        placed.read,
    )


def _units(events: LocatedEvents, lattice: Lattice) -> NDArray[np.uint64]:
    if lattice.resolution is None:
        return _area_units(events.area)
    return parents(events.cell, lattice.resolution)


def _area_units(area: NDArray[np.int32]) -> NDArray[np.uint64]:
    nowhere = np.iinfo(np.uint64).max
    return np.where(area < 0, nowhere, area.astype(np.uint64))


def _place_fate(
    events: LocatedEvents,
    lattice: Lattice,
    unit: NDArray[np.int32],
    area: NDArray[np.int32],
    treatment: Treatment,
) -> NDArray[np.uint8]:
    """What the precision of each record allows on this lattice, time left aside."""
    located = events.cell != NO_CELL
    if treatment is Treatment.AS_CODED:
        enters = located if lattice.kind is UnitKind.CELLS else located & (events.area >= 0)
    elif lattice.resolution is not None:
        enters = located & fits(events.support, lattice.resolution)
    else:
        enters = (events.support <= Support.AREA) & (events.area >= 0)
    fate = np.full(len(events), Fate.NO_AREA, dtype=np.uint8)
    if lattice.kind is UnitKind.CELLS:
        fate[(events.support <= Support.AREA) & (area >= 0)] = Fate.AREA_ONLY
    fate[events.support == Support.COUNTRY] = Fate.COUNTRY_ONLY
    fate[events.support == Support.NOWHERE] = Fate.NO_PLACE
    fate[enters] = np.where(unit[enters] >= 0, Fate.PLACED, Fate.OUTSIDE_PLACE)
    return fate


def _states(lattice: Lattice, coverage: Coverage) -> NDArray[np.uint8]:
    table = coverage.states((*lattice.country_codes, ""), lattice.periods)
    return frozen(table[:, lattice.country])


@numba.njit(cache=True, nogil=True)
def _count(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    unit: NDArray[np.int32],
    area: NDArray[np.int32],
    period: NDArray[np.int32],
    fate: NDArray[np.uint8],
    flags: NDArray[np.uint8],
    any_of: np.uint8,
    none_of: np.uint8,
    low: NDArray[np.int32],
    best: NDArray[np.int32],
    high: NDArray[np.int32],
    civilian: NDArray[np.int32],
    civilian_toll: bool,  # noqa: FBT001
    incidents: NDArray[np.int32],
    killed: NDArray[np.int32],
    area_incidents: NDArray[np.int32],
    area_killed: NDArray[np.int32],
    fates: NDArray[np.int64],
) -> Any:  # noqa: ANN401
    outside, kinds, totals = fates.shape[0] - 1, np.uint64(fates.shape[1]), np.uint64(fates.shape[2])
    sums = fates.reshape(-1)
    toll = civilian if civilian_toll else best
    for i in range(len(unit)):  # unsigned indices spare the test for counting from the end
        what = np.uint64(fate[i])
        if (flags[i] & any_of) == 0 or (flags[i] & none_of) != 0:
            what = np.uint64(_OTHER_KIND)
        when = np.uint64(period[i] if period[i] >= 0 else outside)
        at = (when * kinds + what) * totals
        sums[at] += 1
        sums[at + np.uint64(1)] += low[i]
        sums[at + np.uint64(2)] += best[i]
        sums[at + np.uint64(3)] += high[i]
        sums[at + np.uint64(4)] += civilian[i]
        if what == _PLACED:
            incidents[np.uint64(unit[i]), when] += 1
            killed[np.uint64(unit[i]), when] += toll[i]
        elif what == _AREA_ONLY:
            area_incidents[np.uint64(area[i]), when] += 1
            area_killed[np.uint64(area[i]), when] += toll[i]
