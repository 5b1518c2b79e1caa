"""Area counts shared over the area's cells: a display choice, through one sparse matrix, applied last (methods.md 2).

Shares are by area: the part of an admin-1 area that lies in each H3 cell; or by people, where a population is held.
Never by towns, which rebuild the false capital. Statistics never read them.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

import h3.api.basic_int as h3
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse

from geo.amounts import CLOSE, Amounts, Shared
from geo.areas import Areas, Indices
from geo.cells import Cells, areas_km2, outlines
from geo.cube import Lattice, UnitKind
from geo.errors import NotConserved, ValueRefused
from geo.frozen import frozen

MOST_CELLS: Final = 12_000
"""Cells over which areas are spread at most: more would not be seen apart, and are slow to draw."""
MEAN_KM2: Final = {3: 12_393.0, 4: 1_770.3, 5: 252.9, 6: 36.13, 7: 5.161}
"""Mean area of an H3 cell (h3geo.org)."""
_REACH: Final = {3: 0.95, 4: 0.36, 5: 0.137, 6: 0.052, 7: 0.0197}
"""Degrees of latitude from the centre to the corner of the largest cells of a resolution, generously."""
_LEAST_KNOWN: Final = 0.9
_POLE: Final = 85.0
_TURN: Final = 360.0


class Unspread(StrEnum):
    """Why an area's count is shared over no cells."""

    TOO_LARGE = "its area has too many cells of this size"
    NO_OUTLINE = "its area has no outline here"


@dataclass(frozen=True, eq=False)
class Shares:
    """Which part of each area's count each cell gets.

    `areas` (rows,) are the indices of the areas asked for, ascending; `cells` (columns,) sorted H3 cells of
    `resolution`; `matrix` CSR (rows, columns) whose rows sum to 1, or to 0 for an area that is not spread: `unspread`
    says why, by row.
    """

    resolution: int
    areas: Indices
    cells: Cells
    matrix: sparse.csr_array
    unspread: dict[int, Unspread] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse rows that do not sum to 1, or to 0 where the area is not spread."""
        if self.matrix.shape != (len(self.areas), len(self.cells)):
            raise ValueRefused("the matrix does not fit its areas and cells", value=self.matrix.shape)
        sums = np.asarray(self.matrix.sum(axis=1)).ravel()
        wanted = np.ones(len(self.areas))
        wanted[list(self.unspread)] = 0.0
        bad = np.flatnonzero(np.abs(sums - wanted) > CLOSE)
        if len(bad):
            raise ValueRefused("the shares of an area do not sum to 1", column="matrix", row=int(bad[0]))
        object.__setattr__(self, "areas", frozen(self.areas))
        object.__setattr__(self, "cells", frozen(self.cells))

    def rows_of(self, areas: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the row of each area index, -1 for one that was not asked for or is not spread."""
        kept = np.setdiff1d(np.arange(len(self.areas)), list(self.unspread))
        if not len(kept):
            return np.full(len(areas), -1, dtype=np.int64)
        known, wanted = self.areas[kept].astype(np.int64), np.asarray(areas).astype(np.int64)
        at = np.searchsorted(known, wanted).clip(max=len(known) - 1)
        return np.where(known[at] == wanted, kept[at], -1)

    def apply(self, counts: NDArray[np.number], areas: NDArray[np.integer]) -> Shared:
        """Return counts (..., n) of areas (n,) as amounts in cells (..., columns); what is not spread is left away."""
        row = self.rows_of(areas)
        spread = np.flatnonzero(row >= 0)
        some = np.asarray(counts, dtype=np.float64)[..., spread]
        return np.asarray((self.matrix[row[spread]].T @ some.T).T)


@dataclass(frozen=True, slots=True)
class Spread:
    """Amounts in cells, the known and the shared kept apart: `known` and `shared` (units,) of one lattice.

    The same for deaths. `rest` (areas,) is what could not be spread, with its reasons by count in `unspread`.
    `late` are incidents in provisional periods. Raises `NotConserved` unless known + shared + rest = what was given,
    to 1e-9 of it.
    """

    lattice: Lattice
    known: Shared
    shared: Shared
    killed: Shared
    killed_shared: Shared
    late: Shared
    rest: Shared
    killed_rest: Shared
    unspread: dict[Unspread, float]
    given: tuple[float, float]

    def __post_init__(self) -> None:
        """Check that nothing was lost; make the arrays read-only."""
        found = (
            self.known.sum() + self.shared.sum() + self.rest.sum(),
            self.killed.sum() + self.killed_shared.sum() + self.killed_rest.sum(),
        )
        for total, given in zip(found, self.given, strict=True):
            if abs(total - given) > CLOSE * max(given, 1.0):
                what = f"given {given}, after spreading {total}"
                raise NotConserved(what)
        for name in ("known", "shared", "killed", "killed_shared", "late", "rest", "killed_rest"):
            object.__setattr__(self, name, frozen(getattr(self, name)))

    @property
    def incidents(self) -> Shared:
        """Known and shared together (units,)."""
        return self.known + self.shared

    @property
    def mostly_shared(self) -> NDArray[np.bool_]:
        """Where more than half of the incidents are shared: such a cell is never drawn as observed (units,)."""
        return self.shared > self.known


def area_shares(areas: Areas, indices: Indices, resolution: int, *, most: int = MOST_CELLS) -> Shares:
    """Return the shares by area of the areas with these indices: intersection of cell and outline, over the outline.

    Areas are measured in the cylindrical equal-area projection. The smallest areas are spread first; those with which
    the cells would be more than `most` are not (`Unspread.TOO_LARGE`). Cells of an area partly in the sea, or beyond
    its border, get the part that lies in it.
    """
    if resolution not in MEAN_KM2:
        raise ValueRefused("areas are spread over no such cells", column="resolution", value=resolution)
    wanted = np.unique(indices[indices >= 0]).astype(np.int32)
    needed = areas.area_km2[wanted] / MEAN_KM2[resolution] + 1
    order = np.argsort(needed, kind="stable")
    fits = np.zeros(len(wanted), dtype=np.bool_)
    fits[order] = np.cumsum(needed[order]) <= most
    unspread = dict.fromkeys(np.flatnonzero(~fits).tolist(), Unspread.TOO_LARGE)
    rows, cells, parts = [], [], []
    for row in np.flatnonzero(fits).tolist():  # one area holds hundreds of cells: the loop is over areas
        covering, part = _parts(areas, int(wanted[row]), resolution)
        if not len(covering):
            unspread[row] = Unspread.NO_OUTLINE
            continue
        rows.append(np.full(len(covering), row))
        cells.append(covering)
        parts.append(part / part.sum())
    every = np.concatenate(cells) if cells else np.empty(0, dtype=np.uint64)
    units, column = np.unique(every, return_inverse=True)
    at = (np.concatenate(rows) if rows else np.empty(0, dtype=np.int64), column)
    values = np.concatenate(parts) if parts else np.empty(0)
    matrix = sparse.csr_array((values, at), shape=(len(wanted), len(units)))
    return Shares(resolution, wanted, units, matrix, unspread)


def by_people(shares: Shares, people: NDArray[np.float64]) -> Shares:
    """Return shares weighted by the people of each cell (columns,), NaN where not known.

    A cell that lies partly in an area gives that part of its people. An area of which a tenth or more is not known, or
    in which nobody is known to live, keeps its shares by area: missing is not none.
    """
    if people.shape != shares.cells.shape:
        raise ValueRefused("a population fits the cells of the shares", column="people", value=people.shape)
    known = np.isfinite(people)
    covered = shares.matrix @ known.astype(float)
    density = np.where(known, people, 0.0) / areas_km2(shares.cells)
    weighted = shares.matrix.multiply(density[None, :]).tocsr()
    sums = np.asarray(weighted.sum(axis=1)).ravel()
    usable = (covered >= _LEAST_KNOWN) & (sums > 0)
    scale = np.where(usable, 1.0 / np.where(sums > 0, sums, 1.0), 0.0)
    mixed = sparse.diags_array(scale) @ weighted + sparse.diags_array((~usable).astype(float)) @ shares.matrix
    return Shares(shares.resolution, shares.areas, shares.cells, sparse.csr_array(mixed), shares.unspread)


def spread(amounts: Amounts, shares: Shares) -> Spread:
    """Return amounts with what is known to areas only shared over their cells; whole incidents stay in the tally.

    Raises `ValueRefused` where the amounts are not in cells of the shares' resolution.
    """
    lattice, areas = amounts.lattice, amounts.area_lattice
    if lattice.kind is not UnitKind.CELLS or lattice.resolution != shares.resolution:
        raise ValueRefused("areas are spread over cells of one resolution", value=lattice.resolution)
    row = shares.rows_of(areas.units)
    stay = row < 0
    units = np.union1d(lattice.units, shares.cells)
    own, others = np.searchsorted(units, lattice.units), np.searchsorted(units, shares.cells)

    def of(known: Shared, beside: Shared) -> tuple[Shared, Shared]:
        kept, got = np.zeros(len(units)), np.zeros(len(units))
        kept[own] = known
        got[others] = shares.apply(beside, areas.units)
        return kept, got

    known, shared = of(amounts.incidents, amounts.area_incidents)
    killed, killed_shared = of(amounts.killed, amounts.area_killed)
    late, late_shared = of(amounts.late, amounts.area_late)
    rest, killed_rest = np.where(stay, amounts.area_incidents, 0.0), np.where(stay, amounts.area_killed, 0.0)
    given = (
        float(amounts.incidents.sum() + amounts.area_incidents.sum()),
        float(amounts.killed.sum() + amounts.area_killed.sum()),
    )
    whole = Lattice(
        UnitKind.CELLS,
        units,
        shares.resolution,
        lattice.periods,
        _countries(lattice, areas, shares, units),
        lattice.country_codes,
    )
    why = _why(shares, areas, rest)
    return Spread(whole, known, shared, killed, killed_shared, late + late_shared, rest, killed_rest, why, given)


def _why(shares: Shares, areas: Lattice, rest: Shared) -> dict[Unspread, float]:
    """How much could not be spread, by reason."""
    reasons = {int(shares.areas[row]): why for row, why in shares.unspread.items()}
    out: dict[Unspread, float] = {}
    for at in np.flatnonzero(rest > 0).tolist():
        why = reasons.get(int(areas.units[at]), Unspread.NO_OUTLINE)
        out[why] = out.get(why, 0.0) + float(rest[at])
    return out


def _countries(lattice: Lattice, areas: Lattice, shares: Shares, units: Cells) -> NDArray[np.int16]:
    """Country of each unit: the lattice's own, else that of the area of which the cell holds the most."""
    place = {code: i for i, code in enumerate(lattice.country_codes)}
    of_area = np.array([place.get(areas.country_codes[i], -1) for i in areas.country], dtype=np.int16)
    found = np.full(len(units), -1, dtype=np.int16)
    at = shares.rows_of(areas.units)
    pairs = shares.matrix[at[at >= 0]].tocoo()
    order = np.argsort(pairs.data, kind="stable")
    found[np.searchsorted(units, shares.cells[pairs.col[order]])] = of_area[at >= 0][pairs.row[order]]
    found[np.searchsorted(units, lattice.units)] = lattice.country
    return found


@lru_cache(maxsize=8192)
def _parts(areas: Areas, index: int, resolution: int) -> tuple[Cells, Shared]:
    """Return the cells that touch an area and the size of each within it (equal-area units), those above zero.

    Kept: the slider asks for the same areas in every window.
    """
    outline = areas.geometry[index]
    near = _near(outline, resolution)
    if not len(near):
        return near, np.empty(0)
    shapes = _flat(outlines(near, split=True))
    land = _flat(np.array([outline], dtype=object))[0]
    shapely.prepare(land)
    inside = shapely.contains_properly(land, shapes)
    area = np.where(inside, shapely.area(shapes), 0.0)
    edge = np.flatnonzero(~inside & shapely.intersects(land, shapes))
    for at in edge.tolist():  # cut to the cell's box first: an outline has thousands of points, a cell meets a few
        area[at] = shapely.area(shapely.intersection(_clipped(land, shapes[at]), shapes[at]))
    held = area > 0
    return frozen(near[held]), frozen(area[held])


def _clipped(land: shapely.Geometry, cell: shapely.Geometry) -> shapely.Geometry:
    cut = shapely.clip_by_rect(land, *shapely.bounds(cell).tolist())
    return cut if shapely.is_valid(cut) else shapely.make_valid(cut)


def _near(outline: shapely.Geometry, resolution: int) -> Cells:
    """Return the cells whose centre lies within a cell's reach of an outline: all that touch it, and some more."""
    reach = _REACH[resolution]
    south, north = shapely.bounds(outline)[[1, 3]].tolist()
    narrow = max(np.cos(np.radians(min(max(abs(south), abs(north)) + reach, _POLE))), np.cos(np.radians(_POLE)))
    squeezed = shapely.transform(outline, lambda xy: xy * np.array([narrow, 1.0]))
    wide = shapely.simplify(shapely.buffer(squeezed, 1.1 * reach, quad_segs=4), 0.05 * reach)
    around = shapely.transform(wide, lambda xy: xy / np.array([narrow, 1.0]))
    world = shapely.box(-_TURN / 2, -90.0, _TURN / 2, 90.0)
    found: list[int] = []
    for shift in (-_TURN, 0.0, _TURN):
        moved = shapely.transform(around, lambda xy, by=shift: xy + np.array([by, 0.0]))
        for part in shapely.get_parts(shapely.intersection(moved, world)).tolist():
            if part.area > 0:
                found += h3.geo_to_cells(part, resolution)
    return np.unique(np.array(found, dtype=np.uint64))


def _flat(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Project to the cylindrical equal-area plane of the sphere."""

    def project(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([np.radians(xy[:, 0]), np.sin(np.radians(xy[:, 1]))])

    return np.asarray(shapely.transform(shapes, project), dtype=object)
