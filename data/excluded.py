"""What a lattice of cells leaves out of a snapshot, and why: every incident and every death has one fate."""

from typing import Any

from data import geodata
from data.draft import EVENTS
from data.holdings import located, united_coverage
from data.store import Store
from geo.errors import NothingThere
from geo.lattices import area_lattice, cell_lattice
from geo.located import ALL_VIOLENCE
from geo.periods import Grain, Periods
from geo.precision import Fate
from geo.tally import place, tally


def excluded(store: Store, digest: str, grain: Grain, resolution: int) -> dict[str, Any]:
    """Return the sums of every fate of a snapshot's events, all kinds of violence, in cells of `resolution` by `grain`.

    `fates` maps a reason to its sums, `read` is their sum (`NotConserved` is raised if it were not). Raises
    `NothingThere` for a snapshot without events.
    """
    one = store.get(digest)
    if one.kind != EVENTS:
        raise NothingThere(f"Snapshot {one.digest[:12]} holds {one.kind}, no events.")
    events = located(store.table(one))
    areas = geodata.admin1("fine")
    periods = Periods.covering(int(events.end_day.min()), int(events.end_day.max()), grain)
    placed = place(
        events,
        cell_lattice(events, resolution, periods, areas),
        area_lattice(areas, periods),
        united_coverage((one,)),
    )
    counted = tally(placed, ALL_VIOLENCE)
    sums = counted.fates.sum(axis=(0, 1))
    by_fate = counted.fates.sum(axis=0)
    return {
        "snapshot": one.digest,
        "grain": grain.value,
        "resolution": resolution,
        "read": _named(sums),
        "fates": {fate.reason: _named(by_fate[fate]) for fate in Fate if by_fate[fate, 0]},
    }


def _named(sums: Any) -> dict[str, int]:  # noqa: ANN401 - one row of an array
    names = ("incidents", "low", "killed", "high", "civilians")
    return dict(zip(names, sums.tolist(), strict=True))
