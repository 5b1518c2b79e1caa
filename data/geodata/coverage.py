"""A polygonal coverage, generalised once for all units, so that neighbours keep the same edge."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]


def cleaned(geometry: Geometries, *, gap_width: float = 0.0) -> Geometries:
    """Return valid polygons without overlaps and with identical shared edges, in the same order."""
    return np.asarray(shapely.coverage_clean(shapely.make_valid(geometry), gap_width=gap_width), dtype=object)


def _polygonal(geometry: Geometries) -> Geometries:
    """Keep the polygons of each value: rounding leaves threads and points beside them."""
    parts, owner = shapely.get_parts(shapely.make_valid(geometry), return_index=True)
    nested = shapely.get_type_id(parts) > 3  # noqa: PLR2004 - collections of the GEOS type list
    if nested.any():
        more, of = shapely.get_parts(parts[nested], return_index=True)
        parts, owner = np.concatenate([parts[~nested], more]), np.concatenate([owner[~nested], owner[nested][of]])
    keep = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0.0)  # noqa: PLR2004 - polygon
    return multipolygons(parts[keep], owner[keep], len(geometry))


def multipolygons(parts: Geometries, owner: NDArray[np.int64], count: int) -> Geometries:
    """Return one Polygon or MultiPolygon for each of `count` owners; an owner without parts gets an empty polygon."""
    order = np.argsort(owner, kind="stable")
    out = np.full(count, shapely.Polygon(), dtype=object)
    present = np.unique(owner)
    shapely.multipolygons(parts[order], indices=owner[order], out=out)
    single = present[shapely.get_num_geometries(out[present]) == 1]
    out[single] = shapely.get_geometry(out[single], 0)
    return out


def without_islets(geometry: Geometries, *, below: float) -> Geometries:
    """Drop parts smaller than `below` (square degrees) that touch no other part; a unit's largest part always stays.

    A small part that touches another is an exclave: dropping it would leave a hole in its neighbour.
    """
    parts, owner = shapely.get_parts(geometry, return_index=True)
    area = shapely.area(parts)
    order = np.lexsort((-area, owner))
    largest = order[np.r_[True, owner[order][1:] != owner[order][:-1]]]
    small = area < below
    small[largest] = False
    candidates = np.flatnonzero(small)
    tree = shapely.STRtree(parts)
    left, right = tree.query(parts[candidates], predicate="intersects")
    touching = candidates[np.unique(left[candidates[left] != right])]
    small[touching] = False
    return multipolygons(parts[~small], owner[~small], len(geometry))


def on_grid(geometry: Geometries, steps: int) -> Geometries:
    """Round coordinates to 1/`steps` degree; a power of two leaves zero bits, which halves the compressed size."""
    return np.asarray(shapely.transform(geometry, lambda xy: np.round(xy * steps) / steps), dtype=object)


def generalised(geometry: Geometries, *, tolerance: float, steps: int, islets: float) -> Geometries:
    """Simplify a clean coverage, drop islets, round the coordinates and repair what rounding broke.

    `tolerance` is in degrees (the square root of the area of the triangles removed), the grid has `steps` a degree,
    `islets` is in square degrees.
    """
    simple = without_islets(np.asarray(shapely.coverage_simplify(geometry, tolerance), dtype=object), below=islets)
    rounded = on_grid(simple, steps)
    out = cleaned(_polygonal(rounded))
    lost = shapely.is_empty(out)
    if lost.any():  # a unit smaller than the grid: keep it as it was, where it stands alone
        out[lost] = simple[lost]
        out = cleaned(out)
    return out


def dissolved(geometry: Geometries, group: NDArray[Any]) -> tuple[NDArray[Any], Geometries]:
    """Return the distinct groups, sorted, and the union of each group's polygons (shared edges vanish exactly)."""
    keys, which = np.unique(group, return_inverse=True)
    out = [shapely.coverage_union_all(geometry[which == k]) for k in range(len(keys))]
    parts, owner = shapely.get_parts(np.array(out, dtype=object), return_index=True)
    return keys, multipolygons(parts, owner, len(keys))


def label_points(geometry: Geometries) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the centre (lng, lat) of the largest circle inside the largest part of each geometry."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    order = np.lexsort((shapely.area(parts), owner))
    largest = parts[order[np.r_[owner[order][1:] != owner[order][:-1], True]]]
    tolerance = np.maximum(np.sqrt(shapely.area(largest)) / 50.0, 1e-5)
    circle = [shapely.maximum_inscribed_circle(g, t) for g, t in zip(largest, tolerance, strict=True)]
    centre = shapely.get_point(np.array(circle, dtype=object), 0)
    return shapely.get_x(centre), shapely.get_y(centre)
