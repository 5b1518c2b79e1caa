"""The frame that everything aligns to (Lattice), values on it (Cube), and what a statistic returns (Field)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.cells import Cells
from geo.coverage import State
from geo.errors import ValueRefused
from geo.frozen import frozen, same_length
from geo.periods import Periods


class UnitKind(StrEnum):
    """What a lattice's units are: H3 cells, or admin-1 areas."""

    CELLS = "cells"
    AREAS = "areas"


class Measure(StrEnum):
    """How values may be combined: counts are summed, rates are weighted means, classes are never added."""

    COUNT = "count"
    RATE = "rate"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class Lattice:
    """Units x periods. `units` are sorted and distinct: H3 cells, or indices into the admin-1 areas.

    `country` (one for each unit) indexes `country_codes`; -1 where the unit lies in none. `resolution` is the H3
    resolution, None for areas.
    """

    kind: UnitKind
    units: Cells
    resolution: int | None
    periods: Periods
    country: NDArray[np.int16]
    country_codes: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse units that are out of order or repeated, and a cell lattice without a resolution."""
        same_length(units=self.units, country=self.country)
        if (self.units[1:] <= self.units[:-1]).any():
            raise ValueRefused("the units of a lattice are sorted and distinct", column="units")
        if (self.kind is UnitKind.CELLS) != (self.resolution is not None):
            raise ValueRefused("a resolution goes with cells, and only with cells", value=self.resolution)
        object.__setattr__(self, "units", frozen(self.units))
        object.__setattr__(self, "country", frozen(self.country))

    def __len__(self) -> int:
        """Return the number of units."""
        return len(self.units)

    @property
    def shape(self) -> tuple[int, int]:
        """Periods, units."""
        return self.periods.count, len(self.units)

    def index_of(self, units: Cells) -> NDArray[np.int32]:
        """Return the index of each unit, -1 where it is not in the lattice."""
        if not len(self.units):
            return np.full(len(units), -1, dtype=np.int32)
        at = np.searchsorted(self.units, units).clip(max=len(self.units) - 1)
        return np.where(self.units[at] == units, at, -1).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Cube:
    """Values on a lattice: `values[t, i]` in `unit`, and `state[t, i]` (`State`), both (periods, units), read-only.

    Does not promise that a value where the state is not covered means anything: read the state first.
    """

    lattice: Lattice
    values: NDArray[Any]
    state: NDArray[np.uint8]
    unit: str
    measure: Measure = Measure.COUNT

    def __post_init__(self) -> None:
        """Refuse shapes that do not fit the lattice, and counts that are negative or not whole."""
        for name, array in (("values", self.values), ("state", self.state)):
            if array.shape != self.lattice.shape:
                what = f"shape {array.shape} does not fit the lattice {self.lattice.shape}"
                raise ValueRefused(what, column=name)
        if self.measure is Measure.COUNT and not np.issubdtype(self.values.dtype, np.integer):
            raise ValueRefused("counts are whole numbers", column="values", value=self.values.dtype)
        if self.measure is Measure.COUNT and self.values.min(initial=0) < 0:
            raise ValueRefused("counts are not negative", column="values", value=self.values.min())
        object.__setattr__(self, "values", frozen(self.values))
        object.__setattr__(self, "state", frozen(self.state))

    def total(self) -> int | float:
        """Return the sum over all units and periods (counts only)."""
        self._summable()
        total: int | float = self.values.sum().item()
        return total

    def over(self, window: slice) -> NDArray[Any]:
        """Return the sum of each unit over the periods of `window` (units,)."""
        self._summable()
        return np.asarray(self.values[window].sum(axis=0))

    def over_state(self, window: slice, state: State) -> NDArray[Any]:
        """Return the part of `over` that falls in periods of `state` (units,)."""
        self._summable()
        return np.asarray(np.where(self.state[window] == state, self.values[window], 0).sum(axis=0))

    def covered(self, window: slice) -> NDArray[np.bool_]:
        """Return for each unit whether any period of the window is covered."""
        return np.asarray((self.state[window] != State.NOT_COVERED).any(axis=0))

    def _summable(self) -> None:
        if self.measure is not Measure.COUNT:
            what = f"a {self.measure} is not summed"
            raise ValueRefused(what, remedy="Counts are summed, rates are weighted means, classes are never added.")


@dataclass(frozen=True, slots=True)
class Field:
    """One number for each unit of a lattice at one moment: `estimate`, its limits `low` and `high`, and a class.

    `known` is False where nothing can be said (not covered, too short a history): the numbers there are NaN.
    """

    lattice: Lattice
    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    known: NDArray[np.bool_]
    unit: str
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse lengths that do not fit and limits that do not hold the estimate."""
        units = np.empty(len(self.lattice))
        same_length(units=units, estimate=self.estimate, low=self.low, high=self.high, known=self.known)
        inside = (self.low <= self.estimate) & (self.estimate <= self.high)
        bad = np.flatnonzero(self.known & ~inside)
        if len(bad):
            raise ValueRefused("the estimate lies outside its limits", column="estimate", row=int(bad[0]))
        for name in ("estimate", "low", "high", "known"):
            object.__setattr__(self, name, frozen(getattr(self, name)))
