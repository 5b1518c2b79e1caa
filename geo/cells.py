"""H3 cells as uint64 arrays: binned once at resolution 7, rolled up exactly by bit masks, outlined, measured.

A parent cell does not contain its children geometrically, and binning a point directly at resolution 5 gives another
cell than rolling up for 6 to 7 % of points: so there is one path from a point to a cell (methods.md 1). `NO_CELL` (0)
stands for "no coordinates" everywhere. Never assume that a disk has seven cells: twelve cells are pentagons.
"""

import h3.api.basic_int as h3
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coordinates import Degrees, check_coordinates, distinct
from geo.errors import ValueRefused

Cells = NDArray[np.uint64]

FINEST = 7
COARSEST = 0
NO_CELL = np.uint64(0)

_RESOLUTION_SHIFT = np.uint64(52)
_RESOLUTION_MASK = np.uint64(0xF) << _RESOLUTION_SHIFT
_DIGITS = 15
_HALF_TURN = 180.0


def bin_points(latitude: Degrees, longitude: Degrees, resolution: int = FINEST) -> Cells:
    """Return the cell of each point (degrees) at `resolution`, one H3 call for each distinct pair.

    Raises `ValueRefused` for coordinates off the globe. Keep resolution 7 and use `parents` for coarser cells.
    """
    check_coordinates(latitude, longitude)
    lats, lngs, pair = distinct(latitude, longitude)
    cell = h3.latlng_to_cell
    pairs = zip(lats.tolist(), lngs.tolist(), strict=True)
    cells = np.fromiter((cell(y, x, resolution) for y, x in pairs), dtype=np.uint64, count=len(lats))
    return cells[pair]


def parents(cells: Cells, resolution: int) -> Cells:
    """Return the ancestor of each cell at a coarser (or the same) `resolution`; `NO_CELL` stays `NO_CELL`.

    Exact: sets the resolution bits and fills the unused digits with ones, as the H3 index is defined.
    """
    if not COARSEST <= resolution <= FINEST:
        what = f"resolution {resolution} is not between {COARSEST} and {FINEST}"
        raise ValueRefused(what, remedy="Choose a resolution from 3 to 7.")
    filled = np.uint64((1 << 3 * (_DIGITS - resolution)) - 1)
    level = np.uint64(resolution) << _RESOLUTION_SHIFT
    return np.where(cells == NO_CELL, NO_CELL, (cells & ~_RESOLUTION_MASK) | level | filled)


def resolutions(cells: Cells) -> NDArray[np.int64]:
    """Return the resolution of each cell (0 to 15)."""
    return ((cells & _RESOLUTION_MASK) >> _RESOLUTION_SHIFT).astype(np.int64)


def check_cells(cells: Cells) -> None:
    """Raise `ValueRefused` for the first index that is no H3 cell."""
    for row, cell in enumerate(cells.tolist()):
        if not h3.is_valid_cell(cell):
            raise ValueRefused("not an H3 cell", column="cell", row=row, value=hex(cell), remedy="Check the index.")


def centres(cells: Cells) -> tuple[Degrees, Degrees]:
    """Return latitude and longitude (degrees) of the centre of each cell."""
    points = np.array([h3.cell_to_latlng(cell) for cell in cells.tolist()], dtype=np.float64).reshape(-1, 2)
    return points[:, 0], points[:, 1]


def areas_km2(cells: Cells) -> NDArray[np.float64]:
    """Return the area of each cell in km2; cells of one resolution differ by up to 2.4 times."""
    return np.fromiter((h3.cell_area(cell, "km^2") for cell in cells.tolist()), dtype=np.float64, count=len(cells))


def disk(cell: int, radius: int) -> Cells:
    """Return the cells within `radius` steps of `cell`, itself first, in the order of H3."""
    around = [other for other in h3.grid_disk(cell, radius) if other != cell]
    return np.array([cell, *around], dtype=np.uint64)


def to_text(cells: Cells) -> list[str]:
    """Return each cell as the usual hexadecimal text."""
    return [h3.int_to_str(cell) for cell in cells.tolist()]


def from_text(text: str) -> int:
    """Return the cell of a hexadecimal text; raises `ValueRefused` where it is none."""
    try:
        cell = int(h3.str_to_int(text))
    except ValueError:
        cell = 0
    if not h3.is_valid_cell(cell):
        raise ValueRefused("not an H3 cell", value=text, remedy="Select a cell on the map again.")
    return cell


def _ring(cell: int) -> list[tuple[float, float]]:
    """Outline as longitude, latitude without a jump: longitudes may pass 180; a polar cell runs to the pole."""
    boundary = h3.cell_to_boundary(cell)
    lats = np.array([point[0] for point in boundary])
    lngs = np.array([point[1] for point in boundary])
    steps = np.diff(lngs, append=lngs[0])
    steps = (steps + _HALF_TURN) % (2 * _HALF_TURN) - _HALF_TURN
    unwrapped = lngs[0] + np.concatenate([[0.0], np.cumsum(steps[:-1])])
    ring = list(zip(unwrapped.tolist(), lats.tolist(), strict=True))
    if abs(steps.sum()) > _HALF_TURN:
        pole = float(np.copysign(90.0, lats.mean()))
        start, end = ring[0], (float(unwrapped[-1] + steps[-1]), float(lats[0]))
        ring += [end, (end[0], pole), (start[0], pole)]
    return ring


def outlines(cells: Cells, *, split: bool = False) -> NDArray[np.object_]:
    """Return the outline of each cell as a shapely polygon in longitude, latitude.

    A cell across the antimeridian keeps one ring whose longitudes pass 180, which is what a map draws without a streak;
    with `split` it becomes two parts within -180 to 180, as GeoJSON (RFC 7946) asks.
    """
    polygons = np.array([shapely.Polygon(_ring(cell)) for cell in cells.tolist()], dtype=object)
    if not split:
        return polygons
    return np.array([_split(polygon) for polygon in polygons], dtype=object)


def _split(polygon: shapely.Polygon) -> shapely.Geometry:
    west, _, east, _ = polygon.bounds
    if west >= -_HALF_TURN and east <= _HALF_TURN:
        return polygon
    turn = 2 * _HALF_TURN
    parts = []
    for shift in (-turn, 0.0, turn):
        moved = shapely.transform(polygon, lambda points, by=shift: points + np.array([by, 0.0]))
        part = shapely.intersection(moved, shapely.box(-_HALF_TURN, -90.0, _HALF_TURN, 90.0))
        if part.area > 0:
            parts.append(part)
    return shapely.union_all(parts)
