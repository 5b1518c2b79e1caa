"""Shapes of a loaded file made fit for use: degrees, valid, flat; overlaps and holes are counted."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from data.geodata.coverage import multipolygons
from data.readers.degrees import WGS84, to_degrees
from geo.errors import FileRefused

Geometries = NDArray[np.object_]
_LEAST_KM2: Final = 0.05
"""Overlaps and holes smaller than this are threads of rounding."""
_KM2_A_DEGREE2: Final = 111.195**2


@dataclass(frozen=True, slots=True)
class Soundness:
    """What was found in the shapes of a file: how many were mended, overlap in pairs, and holes between them (km2)."""

    mended: int = 0
    overlaps: int = 0
    overlap_km2: float = 0.0
    holes: int = 0
    hole_km2: float = 0.0

    def sentences(self) -> tuple[str, ...]:
        """Return what there is to say, nothing where all is well."""
        said = []
        if self.mended:
            said.append(f"{self.mended:,} outlines crossed themselves and were mended.")
        if self.overlaps:
            said.append(f"{self.overlaps:,} pairs of areas overlap, by {self.overlap_km2:,.1f} km² in all.")
        if self.holes:
            said.append(f"{self.holes:,} holes lie between areas, {self.hole_km2:,.1f} km² in all.")
        return tuple(said)


def in_degrees(file: str, shapes: Geometries, crs: str) -> Geometries:
    """Return shapes in longitude and latitude; `crs` is what the file states, "" for nothing.

    Raises `FileRefused` for a system that is not known, and for coordinates off the globe.
    """
    flat: Geometries = np.asarray(shapely.force_2d(shapes), dtype=object)
    if crs and crs != WGS84:
        change = to_degrees(crs, file)
        flat = np.asarray(
            shapely.transform(flat, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1]))), dtype=object
        )
    xy = shapely.get_coordinates(flat)
    if not np.isfinite(xy).all() or (len(xy) and (np.abs(xy) > (180.0 + 1e-6, 90.0 + 1e-6)).any()):
        raise FileRefused(f"Coordinates of {file} are no degrees.", remedy="Save it in WGS 84 (EPSG:4326).")
    return flat


def polygons(file: str, shapes: Geometries, codes: NDArray[Any]) -> tuple[Geometries, Soundness]:
    """Return one valid polygon or multipolygon for each shape, and what was found.

    Raises `FileRefused` for a shape that is missing or holds no polygon, naming its code.
    """
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    flat = ~np.isin(shapely.get_type_id(shapes), (3, 6))
    bad = np.flatnonzero(absent | flat)
    if len(bad):
        raise FileRefused(
            f"{file} has an area without a polygon: {codes[bad[0]]!r} (row {bad[0] + 1}).",
            remedy="Load the polygons, not the points or lines.",
        )
    broken = ~shapely.is_valid(shapes)
    sound = shapes.copy()
    sound[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    parts, owner = shapely.get_parts(sound, return_index=True)
    kept = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    out = multipolygons(parts[kept], owner[kept], len(shapes))
    empty = np.flatnonzero(shapely.is_empty(out))
    if len(empty):
        raise FileRefused(f"{file} has an outline that holds nothing: {codes[empty[0]]!r}.", remedy="Mend or drop it.")
    return out, _soundness(out, int(broken.sum()))


def lines(file: str, shapes: Geometries) -> Geometries:
    """Return the lines of shapes as they are; raises `FileRefused` where one is none."""
    bad = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (1, 5)) | shapely.is_empty(shapes))
    if len(bad):
        raise FileRefused(f"{file} has a border without a line (row {bad[0] + 1}).", remedy="Load the lines of LSIB.")
    return shapes


def _soundness(areas: Geometries, mended: int) -> Soundness:
    """Count what overlaps and what is left out between areas; km2 on the sphere, at the latitude of each piece."""
    tree = shapely.STRtree(areas)
    one, other = tree.query(areas, predicate="intersects")
    later = one < other
    common = shapely.intersection(areas[one[later]], areas[other[later]])
    overlap = _km2(common)
    overlap = overlap[overlap >= _LEAST_KM2]
    whole = shapely.get_parts(shapely.union_all(areas))
    rings, of = shapely.get_rings(whole, return_index=True)
    inner = np.r_[False, of[1:] == of[:-1]][: len(rings)]  # the first ring of a polygon is its outline
    inside = _km2(shapely.polygons(rings[inner]))
    inside = inside[inside >= _LEAST_KM2]
    return Soundness(mended, len(overlap), float(overlap.sum()), len(inside), float(inside.sum()))


def _km2(shapes: Geometries) -> NDArray[np.float64]:
    if not len(shapes):
        return np.zeros(0)
    middle = shapely.get_y(shapely.centroid(shapes))
    narrowing = np.cos(np.radians(np.where(np.isnan(middle), 0.0, middle)))
    return np.asarray(shapely.area(shapes) * _KM2_A_DEGREE2 * narrowing, dtype=np.float64)
