"""The made incidents on the lattice that the rows measure: weeks, H3 resolution 5."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from bench.synthetic_events import coverage, incidents, weeks
from data.geodata import admin1
from geo.cube import Lattice
from geo.lattices import area_lattice, cell_lattice
from geo.precision import Support
from geo.tally import Placed, place

RESOLUTION: Final = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """The lattice of cells, and that of the areas in which something is known to an area only."""

    cells: Lattice
    areas: Lattice


@cache
def frame(rows: int) -> Frame:
    """Return both lattices."""
    events, periods, areas = incidents(rows).events, weeks(), admin1("fine")
    known_to_area = events.area[events.support <= Support.AREA]
    return Frame(cell_lattice(events, RESOLUTION, periods, areas), area_lattice(areas, periods, known_to_area))


@cache
def placed(rows: int) -> Placed:
    """Return the incidents placed on them."""
    on = frame(rows)
    return place(incidents(rows).events, on.cells, on.areas, coverage())
