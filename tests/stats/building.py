"""Small cubes for tests: a disk of real H3 cells (or single areas) with the counts and states that a test wants."""

import h3.api.basic_int as h3
import numpy as np

from geo.coverage import State
from geo.cube import Cube, Lattice, UnitKind
from geo.neighbours import Neighbours, neighbours
from geo.periods import Grain, Periods

CENTRE = h3.latlng_to_cell(13.5, 30.0, 5)
FIRST_WEEK = 3700


def lattice_of(units, periods, *, kind=UnitKind.CELLS, country=None, grain=Grain.WEEK):
    number = np.zeros(len(units), dtype=np.int16) if country is None else np.asarray(country, dtype=np.int16)
    resolution = 5 if kind is UnitKind.CELLS else None
    run = Periods(grain, FIRST_WEEK, periods)
    return Lattice(kind, np.asarray(units, dtype=np.uint64), resolution, run, number, ("AAA", "BBB"))


def disk_units(radius):
    return np.sort(np.array(h3.grid_disk(CENTRE, radius), dtype=np.uint64))


def cube_of(values, *, state=None, units=None, kind=UnitKind.CELLS, unit="incidents"):
    """A cube of `values` (periods, units) over the first cells of a disk, observed throughout unless told otherwise."""
    values = np.asarray(values, dtype=np.int32)
    number = values.shape[1]
    if units is None:
        units = np.arange(number) if kind is UnitKind.AREAS else disk_units(20)[:number]
    state = (
        np.full(values.shape, State.OBSERVED, dtype=np.uint8) if state is None else np.asarray(state, dtype=np.uint8)
    )
    return Cube(lattice_of(units, len(values), kind=kind), values, state, unit)


def random_cube(seed, *, radius=4, periods=220, rate=0.05, observed=1.0):
    """A cube of clustered counts over a disk; a share of the cell-periods may lie outside the coverage."""
    rng = np.random.default_rng(seed)
    units = disk_units(radius)
    values = rng.negative_binomial(0.4, 0.4 / (0.4 + rate), (periods, len(units)))
    state = np.where(rng.random(values.shape) < observed, State.OBSERVED, State.NOT_COVERED)
    return cube_of(values, state=state, units=units)


def near(cube, radius=1) -> Neighbours:
    return neighbours(cube.lattice, radius)
