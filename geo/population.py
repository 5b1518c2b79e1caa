"""People by cell and by area, from a user's raster or table: the denominator of a rate, and a weight to spread by.

Never made from towns: those hold 15 to 25 % of a country's people (boundaries.md). Where nothing is known of a unit its
people are missing, not none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.cells import NO_CELL, Cells, check_cells, parents, resolutions
from geo.cube import Lattice
from geo.errors import ValueRefused
from geo.frozen import frozen, same_length

_NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Population:
    """One row a count: `cell` (resolution 7, `NO_CELL` where known for an area only), `area` (-1 none), `people`."""

    cell: Cells
    area: NDArray[np.int32]
    people: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Refuse counts below zero or not finite, and cells that are none; make the arrays read-only."""
        same_length(cell=self.cell, area=self.area, people=self.people)
        bad = np.flatnonzero(~(np.isfinite(self.people) & (self.people >= 0)))
        if len(bad):
            raise ValueRefused(
                "a population is not a number of people",
                column="people",
                row=int(bad[0]),
                value=float(self.people[bad[0]]),
                remedy="Leave out what is not known; use 0 where nobody lives.",
            )
        check_cells(self.cell[self.cell != NO_CELL])
        for name in ("cell", "area", "people"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    def __len__(self) -> int:
        """Return the number of counts."""
        return len(self.people)

    def of(self, lattice: Lattice) -> NDArray[np.float64]:
        """Return the people of each unit (units,), NaN where nothing is known of it.

        A cell holds what lies in its descendants at resolution 7; an area what lies in it, in cells or as a whole: a
        count for the whole area is preferred to the sum of its cells.
        """
        out = np.full(len(lattice), np.nan)
        in_cells = self.cell != NO_CELL
        if lattice.resolution is not None:
            return self.within(lattice.units)
        inside = self.area != _NOWHERE
        for chosen in (in_cells & inside, ~in_cells & inside):
            part = np.full(len(lattice), np.nan)
            _add(part, lattice.index_of(self.area[chosen].astype(np.uint64)), self.people[chosen])
            out = np.where(np.isnan(part), out, part)
        return out

    def within(self, cells: Cells) -> NDArray[np.float64]:
        """Return the people in each of sorted, distinct `cells` of one resolution, NaN where nothing is known."""
        out = np.full(len(cells), np.nan)
        if len(cells) and len(self):
            in_cells = self.cell != NO_CELL
            keys = parents(self.cell[in_cells], int(resolutions(cells[:1])[0]))
            at = np.minimum(np.searchsorted(cells, keys), len(cells) - 1)
            _add(out, np.where(cells[at] == keys, at, _NOWHERE), self.people[in_cells])
        return out


def _add(out: NDArray[np.float64], unit: NDArray[np.integer], people: NDArray[np.float64]) -> None:
    known = unit >= 0
    sums = np.bincount(unit[known], people[known], minlength=len(out))
    out[:] = np.where(np.bincount(unit[known], minlength=len(out)) > 0, sums, np.nan)
