"""What a Map shows of a reading: whole counts, or parts where a reader spreads dates over days or areas over cells.

A display choice, made last: every statistic reads the tally.
"""

from dataclasses import dataclass, replace

import numpy as np

from export.geography import Geography
from export.reading import SELECTIONS, Reading
from geo.amounts import Amounts, over_days, whole, wide
from geo.cube import UnitKind
from geo.population import Population
from geo.precision import TimeTreatment, Treatment
from geo.spread import Shares, Spread, area_shares, by_people, spread


@dataclass(frozen=True, slots=True)
class Displayed:
    """Amounts of the window; `days` where dates are spread; `spread` and its `shares` where areas are spread too."""

    amounts: Amounts
    days: bool
    wide: int
    spread: Spread | None = None
    shares: Shares | None = None

    @property
    def beside(self) -> Amounts | None:
        """Return what stands beside the cells: the areas that are not spread; None where counts stand as they are."""
        if self.spread is None:
            return self.amounts if self.days else None
        rest, killed = self.spread.rest, self.spread.killed_rest
        return replace(self.amounts, area_incidents=rest, area_killed=killed, area_late=np.zeros(len(rest)))


def displayed(reading: Reading, geography: Geography, population: Population | None = None) -> Displayed:
    """Return what the view of a reading shows. Areas are spread in cells only: a map of provinces holds them whole.

    With a `population` an area's count is shared by where its people live, else by area.
    """
    view, window = reading.view, reading.window
    days = view.times is TimeTreatment.SPREAD
    selection = SELECTIONS[view.kinds]
    amounts = over_days(reading.placed, selection, window) if days else whole(reading.tally, window)
    reach = wide(reading.placed, selection, window) if days else 0
    lattice = reading.placed.lattice
    if view.treatment is not Treatment.SPREAD or lattice.kind is not UnitKind.CELLS or lattice.resolution is None:
        return Displayed(amounts, days, reach)
    held = amounts.area_lattice.units[amounts.area_incidents > 0].astype(np.int32)
    shares = area_shares(geography.areas, held, lattice.resolution)
    if population is not None:
        shares = by_people(shares, population.within(shares.cells))
    return Displayed(amounts, days, reach, spread(amounts, shares), shares)


def spread_names(shown: Displayed, names: tuple[str, ...], geography: Geography) -> tuple[str, ...]:
    """Return a name for each unit of a spread: the lattice's own `names`, else the area that most of it is shared from.

    Without a spread the names as they are.
    """
    if shown.spread is None or shown.shares is None:
        return names
    units, shares = shown.spread.lattice.units, shown.shares
    out = np.full(len(units), "", dtype=object)
    pairs = shares.matrix.tocoo()
    order = np.argsort(pairs.data, kind="stable")
    area = geography.areas.names[shares.areas[pairs.row[order]]]
    out[np.searchsorted(units, shares.cells[pairs.col[order]])] = area
    own = np.searchsorted(units, shown.amounts.lattice.units)
    out[own] = np.array(names, dtype=object)
    return tuple(str(name) for name in out.tolist())
