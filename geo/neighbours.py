"""Who lies beside whom on a lattice: a sparse adjacency, itself included, cut to the study area."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from geo.cells import disk
from geo.cube import Lattice, UnitKind


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Rows of a 0/1 matrix (units x units): unit i and the units within its disk that belong to the lattice."""

    matrix: scipy.sparse.csr_array

    def pool(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the sum over each unit's disk; `values` is (periods, units) or (units,), whole numbers stay whole."""
        return np.asarray((self.matrix @ values.T).T)

    @property
    def degree(self) -> NDArray[np.int64]:
        """Number of units in each disk, itself included: fewer than seven at edges and at pentagons."""
        return np.asarray(np.diff(self.matrix.indptr), dtype=np.int64)


def neighbours(lattice: Lattice, radius: int = 1) -> Neighbours:
    """Return the disk of `radius` around each cell; areas are not pooled (methods.md 5), each is alone in its row."""
    n = len(lattice)
    if lattice.kind is UnitKind.AREAS or radius == 0:
        return Neighbours(scipy.sparse.eye_array(n, dtype=np.int32, format="csr"))
    disks = [disk(cell, radius) for cell in lattice.units.tolist()]
    flat = np.concatenate(disks) if disks else np.empty(0, dtype=np.uint64)
    rows = np.repeat(np.arange(n), [len(cells) for cells in disks])
    columns = lattice.index_of(flat)
    inside = columns >= 0
    ones = np.ones(int(inside.sum()), dtype=np.int32)
    matrix = scipy.sparse.coo_array((ones, (rows[inside], columns[inside])), shape=(n, n)).tocsr()
    return Neighbours(matrix)
