"""Gi* of every cell and week, with its adjusted p."""

import warnings
from dataclasses import replace
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bench.row import Row
from bench.scale import FULL, Scale
from bench.synthetic_cube import cube, disks
from bench.timing import Timing
from geo.cube import Cube
from stats.gi_star import gi_star

_WEEKS: Final = 120
_SAMPLE: Final = 6
_PEER: Final = (
    f"esda.G_Local of {_SAMPLE} weeks one after the other, scaled to all (star, binary, no permutations, weights built "
    "before; z of the first checked equal to ours of that week alone): no weeks joined, no adjustment of p"
)


def name(scale: Scale) -> str:
    """Return the row's name."""
    return f"gi chain s ({_cells(scale) // 1000}k x {_WEEKS})"


def measure(scale: Scale) -> Row:
    """Judge the whole cube; beside it esda, where it is installed."""
    made, near = cube(_cells(scale), _WEEKS), disks(_cells(scale), _WEEKS)
    timing = Timing.of(lambda: gi_star(made, near), scale.repeats)
    if find_spec("esda") is None:
        return Row.of(name(scale), "s", timing, target=0.6)
    peer = _Esda(made, near.matrix)
    np.testing.assert_allclose(gi_star(_first_week(made), near, lag=0).z[0], peer.week(0), atol=1e-4)
    beside = Timing.of(peer.weeks, min(scale.repeats, 3))
    return Row.of(name(scale), "s", timing, peer=_PEER, peer_seconds=beside.median * _WEEKS / _SAMPLE, target=0.6)


class _Esda:
    """esda with weights that hold the cell itself, made before the clock starts."""

    def __init__(self, made: Cube, matrix: Any) -> None:  # noqa: ANN401 - a sparse matrix
        from esda import G_Local  # noqa: PLC0415 - slow to load, for this row only
        from libpysal.graph import Graph  # noqa: PLC0415 - the same

        self.values, self.local = made.values.astype(np.float64), G_Local
        self.weights = Graph.from_sparse(matrix.astype(np.float64))

    def week(self, number: int) -> NDArray[np.float64]:
        """Return z of one week."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = self.local(self.values[number], self.weights, transform="B", permutations=0, star=None)
        return np.asarray(found.Zs)

    def weeks(self) -> list[NDArray[np.float64]]:
        """Return z of the first weeks."""
        return [self.week(number) for number in range(_SAMPLE)]


def _first_week(made: Cube) -> Cube:
    lattice = replace(made.lattice, periods=replace(made.lattice.periods, count=1))
    return Cube(lattice, made.values[:1], made.state[:1], made.unit)


def _cells(scale: Scale) -> int:
    return 50_000 if scale == FULL else 2_000
