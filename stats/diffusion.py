"""How widely violence is spread: the share of populated cells with ten or more events in a year (methods.md 6)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.coverage import State
from geo.cube import Cube
from geo.errors import ValueRefused
from geo.frozen import frozen, same_length

LEAST_EVENTS: Final = 10
LEAST_PEOPLE: Final = 1.0
"""People from which a cell is populated."""


@dataclass(frozen=True, slots=True)
class Diffusion:
    """Of each country of the lattice (countries,): `populated` cells that were observed, how many are `violent`.

    `left_out` are populated cells that were not observed in the whole window. `share` is NaN where no cell is left.
    """

    codes: tuple[str, ...]
    populated: NDArray[np.int64]
    violent: NDArray[np.int64]
    left_out: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("populated", "violent", "left_out"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def share(self) -> NDArray[np.float64]:
        """Violent cells among the populated ones, 0 to 1."""
        out = np.full(len(self.codes), np.nan)
        np.divide(self.violent, self.populated, out=out, where=self.populated > 0)
        return out


def diffusion(
    events: Cube,
    people: NDArray[np.float64],
    window: slice,
    *,
    least_events: int = LEAST_EVENTS,
    least_people: float = LEAST_PEOPLE,
) -> Diffusion:
    """Count the cells of each country with `least_events` or more in `window` (a year) among those with people.

    The lattice must hold every populated cell, also those without an event: a lattice of violent places would make the
    share one of its own choosing. `people` (units,), NaN where unknown, which is not populated. Cells in no country are
    not counted. Raises `ValueRefused` for people below 0.
    """
    same_length(units=events.lattice.units, people=people)
    if (people < 0).any():
        raise ValueRefused("a population is not below 0", column="people", row=int(np.flatnonzero(people < 0)[0]))
    lattice = events.lattice
    seen = events.state[window] == State.OBSERVED
    whole = seen.all(axis=0) & (len(seen) > 0)
    number = np.where(seen, events.values[window], 0).sum(axis=0)
    populated = (people >= least_people) & (lattice.country >= 0)
    parts = (populated & whole, populated & whole & (number >= least_events), populated & ~whole)
    counted = [np.bincount(lattice.country[part], minlength=len(lattice.country_codes)) for part in parts]
    return Diffusion(lattice.country_codes, counted[0], counted[1], counted[2])
