"""The two lattices of the product: H3 cells that saw an incident (with a ring around them if asked), admin-1 areas."""

import numpy as np
from numpy.typing import NDArray

from geo.areas import Areas
from geo.cells import NO_CELL, Cells, centres, disk, parents
from geo.cube import Lattice, UnitKind
from geo.located import LocatedEvents
from geo.periods import Periods
from geo.precision import Treatment, fits


def cell_lattice(
    events: LocatedEvents,
    resolution: int,
    periods: Periods,
    areas: Areas,
    *,
    inside: NDArray[np.bool_] | None = None,
    ring: int = 0,
    treatment: Treatment = Treatment.PLACED,
) -> Lattice:
    """Return the cells of `resolution` that hold a record which may enter them, plus `ring` steps around each.

    A cell belongs to the country in which most of its records lie; one without records to the country of its centre.
    The name that a source gives counts only where no settled polygon holds the record: what UCDP calls Sudan before
    July 2011 lies in two countries of today, and only one of them is still covered under that name.
    """
    enters = events.cell != NO_CELL
    if treatment is not Treatment.AS_CODED:
        enters &= fits(events.support, resolution)
    if inside is not None:
        enters &= inside
    seen, at = np.unique(parents(events.cell[enters], resolution), return_inverse=True)
    units = _with_ring(seen, ring)
    codes = tuple(sorted({*events.country_codes, *(str(code) for code in areas.countries)}))
    country = _country_of_centres(units, areas, codes)
    voted, of = _voted(at, len(seen), _country_of_records(events, areas, codes)[enters], len(codes))
    country[np.searchsorted(units, seen[voted])] = of
    return Lattice(UnitKind.CELLS, units, resolution, periods, country, codes)


def area_lattice(areas: Areas, periods: Periods, indices: NDArray[np.int32] | None = None) -> Lattice:
    """Return the lattice of the admin-1 areas with these indices (default all)."""
    units = np.arange(len(areas)) if indices is None else np.unique(indices[indices >= 0])
    codes = tuple(sorted({str(code) for code in areas.countries}))
    place = {code: i for i, code in enumerate(codes)}
    country = np.array([place[str(areas.countries[i])] for i in units], dtype=np.int16)
    return Lattice(UnitKind.AREAS, units.astype(np.uint64), None, periods, country, codes)


def _with_ring(cells: Cells, ring: int) -> Cells:
    if not ring or not len(cells):
        return cells
    return np.unique(np.concatenate([disk(cell, ring) for cell in cells.tolist()]))


def _country_of_records(events: LocatedEvents, areas: Areas, codes: tuple[str, ...]) -> NDArray[np.int16]:
    """Index in `codes` of the country of each record: its polygon's, else the one its source names, -1 for neither."""
    place = {code: i for i, code in enumerate(codes)}
    settled = [place[str(code)] if not str(code).startswith("X-") else -1 for code in areas.countries]
    named = np.array([*(place[code] for code in events.country_codes), -1], dtype=np.int16)[events.country]
    held = np.array([*settled, -1], dtype=np.int16)[events.area]
    return np.where(held >= 0, held, named)


def _voted(
    at: NDArray[np.intp], cells: int, country: NDArray[np.int16], countries: int
) -> tuple[NDArray[np.bool_], NDArray[np.int16]]:
    """Which cells have a record with a country, and the country of most of them (the first where two are equal)."""
    known = country >= 0
    pairs, count = np.unique(at[known] * countries + country[known], return_counts=True)
    cell, code = np.divmod(pairs, max(countries, 1))
    order = np.lexsort((code, -count, cell))
    first = np.flatnonzero(np.diff(cell[order], prepend=-1))
    voted = np.zeros(cells, dtype=np.bool_)
    voted[cell[order][first]] = True
    return voted, code[order][first].astype(np.int16)


def _country_of_centres(units: Cells, areas: Areas, codes: tuple[str, ...]) -> NDArray[np.int16]:
    area = areas.locate(*centres(units))
    place = {code: i for i, code in enumerate(codes)}
    of_area = np.array([*(place[str(code)] for code in areas.countries), -1], dtype=np.int16)
    return of_area[area]
