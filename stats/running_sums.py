"""Sums over any window in one subtraction, of what was observed only: the base of every windowed statistic."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from geo.coverage import State
from geo.cube import Cube
from geo.frozen import frozen

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RunningSums:
    """Sums of the observed values, and the number of observed periods, of each unit before each period.

    `values` and `observed` are (periods + 1, units) and begin at period `first` of the cube.
    """

    first: int
    values: Counts
    observed: NDArray[np.int32]

    @classmethod
    def of(cls, cube: Cube, first: int, end: int) -> Self:
        """Sum the periods from `first` to before `end`; cell-periods that are not observed count neither way."""
        first = min(first, end)
        seen = cube.state[first:end] == State.OBSERVED
        shape = (end - first + 1, len(cube.lattice))
        values, observed = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int32)
        np.cumsum(np.where(seen, cube.values[first:end], 0), axis=0, out=values[1:])
        np.cumsum(seen, axis=0, out=observed[1:])
        return cls(first, frozen(values), frozen(observed))

    def counts(self, window: slice) -> Counts:
        """Return the sum of each unit over the observed periods of a window (units,)."""
        start, stop = self._rows(window)
        return np.asarray(self.values[stop] - self.values[start])

    def periods(self, window: slice) -> Counts:
        """Return the number of observed periods of each unit in a window (units,)."""
        start, stop = self._rows(window)
        return np.asarray(self.observed[stop] - self.observed[start], dtype=np.int64)

    def _rows(self, window: slice) -> tuple[int, int]:
        start, stop, _ = window.indices(self.first + len(self.values) - 1)
        return max(start - self.first, 0), max(stop - self.first, start - self.first, 0)
