"""The zones of a scan: disks of several radii around every unit, cut to the study area."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geo.cube import Lattice
from geo.frozen import frozen
from geo.neighbours import neighbours

RADII: Final = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Zones:
    """Zone z holds `units[begins[z]:begins[z + 1]]` and lies around unit `centre[z]` with `radius[z]` steps."""

    begins: NDArray[np.int64]
    units: NDArray[np.int32]
    centre: NDArray[np.int32]
    radius: NDArray[np.int32]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("begins", "units", "centre", "radius"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    def __len__(self) -> int:
        """Return the number of zones."""
        return len(self.begins) - 1

    def members(self, zone: int) -> NDArray[np.int32]:
        """Return the units of a zone."""
        return self.units[self.begins[zone] : self.begins[zone + 1]]


def disks(lattice: Lattice, radii: tuple[int, ...] = RADII) -> Zones:
    """Return the disks of `radii` steps; one that holds no more units than the smaller one is left out.

    Areas are each a zone of their own (methods.md 5).
    """
    n = len(lattice)
    before = np.zeros(n, dtype=np.int64)
    sizes, units, centres, steps = [], [], [], []
    for radius in sorted(radii):
        matrix = neighbours(lattice, radius).matrix
        degree = np.diff(matrix.indptr).astype(np.int64)
        larger = np.flatnonzero(degree > before)
        kept = np.repeat(degree > before, degree)
        sizes.append(degree[larger])
        units.append(matrix.indices[kept].astype(np.int32))
        centres.append(larger.astype(np.int32))
        steps.append(np.full(len(larger), radius, dtype=np.int32))
        before = degree
    begins = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.concatenate(sizes))])
    return Zones(begins, np.concatenate(units), np.concatenate(centres), np.concatenate(steps))
