"""From incidents to a cube, losing nothing: every record is placed, known to an area only, or left out by reason.

`place` says once where each record goes on a lattice; `tally` then counts any selection of kinds in one pass over the
records (one pass for 3 million records is why a new filter feels instant). The sum over cells, areas and reasons equals
the sum over the input, exactly, and is checked on every call.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

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
from geo.precision import Fate, Support, TimeTreatment, Treatment, fits
from geo.second_order import second_order_fate

TOTALS = ("incidents", "deaths_low", "deaths_best", "deaths_high", "civilian_deaths")
"""The five sums that every fate keeps, in this order."""

_FATE_BITS: Final = 4
_FATES: Final = 1 << _FATE_BITS
_OTHER_KIND: Final = int(Fate.OTHER_KIND)
_DIGITS: Final = 15  # of an H3 index, three bits each
_ENOUGH: Final = 1 << 17  # records from which a second thread pays
_APART: Final = 16  # numbers in a line of the processor's cache: two threads never write to one


@dataclass(frozen=True, slots=True)
class Route:
    """Where each record of a placed lattice is counted, worked out once so that a tally decides nothing.

    One buffer holds the cube of the units, then one cube of the areas and one spare line for each part of the records;
    `slot` (records,) is the place in it, the spare line for what enters no cube. `ledger` (records,) is the period's
    number in the upper bits, the last one outside the periods, and the fate in the lower four. The records from
    `cuts[i]` to `cuts[i + 1]` are a part, and no two parts share a slot.
    """

    slot: NDArray[Any]
    ledger: NDArray[np.int32]
    cuts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each record goes on a lattice, whatever its kind: `unit`, `area` row, `period` and `fate` (records,).

    `area_lattice` holds the areas in which something is known to an area only; `state` and `area_state` are the
    coverage of both lattices, `read` the sums of `TOTALS` over all records, and `route` how they are counted, computed
    once.
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
    route: Route


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


def place(  # noqa: PLR0913 - each choice is one word of a call
    events: LocatedEvents,
    lattice: Lattice,
    area_lattice: Lattice,
    coverage: Coverage,
    *,
    treatment: Treatment = Treatment.PLACED,
    times: TimeTreatment = TimeTreatment.END,
    inside: NDArray[np.bool_] | None = None,
    second: NDArray[np.int32] | None = None,
) -> Placed:
    """Decide the place and period of every record; `inside` (records,) marks those in the place asked for.

    The period is that of the record's last day (it is known when it has ended). The first reason that holds is kept:
    outside the period, outside the place, dates wider than the grain, then what its precision allows. Where `times`
    are spread nothing is left out for wide dates: a tally still counts it whole where it ends, `geo.amounts.over_days`
    shares it for display. `second` (records,) is the second-order area that holds each record, where `lattice` has such
    areas (`geo.second_order`).
    """
    period = lattice.periods.index_of(events.end_day)
    unit = lattice.index_of(_units(events, lattice) if second is None else _area_units(second))
    area = area_lattice.index_of(_area_units(events.area))
    if second is None:
        fate = _place_fate(events, lattice, unit, area, treatment)
    else:
        fate = second_order_fate(events, unit, area)
    if times is TimeTreatment.END:
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
        _route(events, lattice, area_lattice, unit, area, period, fate),
    )


def tally(placed: Placed, selection: Selection) -> Tally:
    """Count incidents and deaths of a selection on a placed lattice. Exact; raises `NotConserved` if it were not."""
    events, route, lattice, areas = placed.events, placed.route, placed.lattice, placed.area_lattice
    periods, parts = lattice.periods.count, len(route.cuts) - 1
    in_units, in_areas = len(lattice) * periods, len(areas) * periods
    incidents, killed = (np.zeros(in_units + parts * (in_areas + _APART), dtype=np.int32) for _ in range(2))
    fates = np.zeros((parts, (periods + 1) * _FATES * len(TOTALS)), dtype=np.int64)
    flags = np.arange(1 << 8)
    wanted = ((flags & selection.any_of) != 0) & ((flags & selection.none_of) == 0)

    def count(part: int) -> None:
        _count(
            route.cuts[part],
            route.cuts[part + 1],
            route.slot,
            route.ledger,
            events.flags,
            wanted,
            events.toll(selection),
            events.deaths_low,
            events.deaths_best,
            events.deaths_high,
            events.civilian_deaths,
            incidents,
            killed,
            fates[part],
        )

    unit = "civilians killed" if selection.civilian else "people killed"

    def cubes(counts: NDArray[np.int32], of: str) -> tuple[Cube, Cube]:
        own = counts[:in_units].reshape(len(lattice), periods)
        apart = counts[in_units : in_units + parts * in_areas].reshape(parts, len(areas), periods)
        known_to_area = apart[0] if parts == 1 else apart.sum(axis=0, dtype=np.int32)
        return Cube(lattice, own.T, placed.state, of), Cube(areas, known_to_area.T, placed.area_state, of)

    with ThreadPoolExecutor(parts) as pool:  # the kernel and numpy's sums leave the interpreter's lock
        list(pool.map(count, range(parts)))
        (own, beside), (own_killed, beside_killed) = pool.map(cubes, (incidents, killed), ("incidents", unit))
    sums = fates.sum(axis=0).reshape(periods + 1, _FATES, len(TOTALS))[:, : len(Fate)]
    return Tally(own, own_killed, beside, beside_killed, sums, placed.read)


def _route(
    events: LocatedEvents,
    lattice: Lattice,
    areas: Lattice,
    unit: NDArray[np.int32],
    area: NDArray[np.int32],
    period: NDArray[np.int32],
    fate: NDArray[np.uint8],
) -> Route:
    cuts, periods = _cuts(events, lattice), lattice.periods.count
    in_units, in_areas = len(lattice) * periods, len(areas) * periods
    cubes = in_units + (len(cuts) - 1) * in_areas
    size = cubes + (len(cuts) - 1) * _APART
    slot: NDArray[Any] = np.empty(len(events), dtype=np.int32 if size < np.iinfo(np.int32).max else np.int64)
    for part, (begin, end) in enumerate(pairwise(cuts)):
        mine = slice(begin, end)
        when = period[mine].astype(slot.dtype)
        in_unit, in_area = (each[mine].astype(slot.dtype) * periods + when for each in (unit, area))
        places = (in_unit, in_units + part * in_areas + in_area)
        slot[mine] = np.select((fate[mine] == Fate.PLACED, fate[mine] == Fate.AREA_ONLY), places, cubes + part * _APART)
    ledger = np.where(period == OUTSIDE, periods, period) << _FATE_BITS | fate
    return Route(frozen(slot), frozen(ledger.astype(np.int32)), cuts)


def _cuts(events: LocatedEvents, lattice: Lattice) -> tuple[int, ...]:
    """Cut the records in two where a cell ends, for they are sorted by cell; areas lie in no such order."""
    if lattice.resolution is None or len(events) < max(_ENOUGH, 1):
        return 0, len(events)
    finer = np.uint64(3 * (_DIGITS - lattice.resolution))
    first_of_cell = events.cell[len(events) // 2] >> finer << finer
    return 0, int(np.searchsorted(events.cell, first_of_cell)), len(events)


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
    begin: int,
    end: int,
    slot: NDArray[np.int32],
    ledger: NDArray[np.int32],
    flags: NDArray[np.uint8],
    wanted: NDArray[np.bool_],
    toll: NDArray[np.int32],
    low: NDArray[np.int32],
    best: NDArray[np.int32],
    high: NDArray[np.int32],
    civilian: NDArray[np.int32],
    incidents: NDArray[np.int32],
    killed: NDArray[np.int32],
    sums: NDArray[np.int64],
) -> Any:  # noqa: ANN401
    """Count one part of the records, without a branch: kinds follow no order, so guesses cost more than additions."""
    other, low_bits, totals = np.uint64(_OTHER_KIND), np.uint64(_FATES - 1), np.uint64(len(TOTALS))
    for signed in range(begin, end):  # unsigned indices spare the test for counting from the end
        i = np.uint64(signed)
        one = np.int32(wanted[flags[i]])
        entry = np.uint64(ledger[i])
        at = (entry if one else (entry & ~low_bits) | other) * totals
        sums[at] += 1
        sums[at + np.uint64(1)] += low[i]
        sums[at + np.uint64(2)] += best[i]
        sums[at + np.uint64(3)] += high[i]
        sums[at + np.uint64(4)] += civilian[i]
        where = np.uint64(slot[i])
        incidents[where] += one
        killed[where] += one * toll[i]
