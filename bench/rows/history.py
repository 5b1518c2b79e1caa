"""Emerging hot spots of every cell from its Gi* series: the trend and the class."""

from typing import Final

from bench.row import Row
from bench.scale import FULL, Scale
from bench.synthetic_cube import cube, disks
from bench.timing import Timing
from stats.emerging_hot_spots import emerging_hot_spots
from stats.gi_star import gi_star

_WEEKS: Final = 120


def name(scale: Scale) -> str:
    """Return the row's name."""
    return f"emerging hot spots s ({_cells(scale) // 1000}k x {_WEEKS})"


def measure(scale: Scale) -> Row:
    """Name the history of every cell; Gi* is made before the clock starts."""
    field = gi_star(cube(_cells(scale), _WEEKS), disks(_cells(scale), _WEEKS))
    return Row.of(name(scale), "s", Timing.of(lambda: emerging_hot_spots(field), scale.repeats))


def _cells(scale: Scale) -> int:
    return 50_000 if scale == FULL else 2_000
