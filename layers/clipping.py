"""Shapes cut to what a camera sees, thinned to what a pixel shows: what keeps a map's payload small."""

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.camera import Camera

MARGIN: Final = 0.3
"""Part of the map's size that is drawn beyond each edge, so that it can be moved and made smaller a little."""

TOLERANCE: Final = 0.8
"""Pixels by which a thinned line may leave its course."""
_LEAST_PIXELS: Final = 2.0
_DEGREES: Final = 360.0
_LABEL_EDGE: Final = 0.04

Geometries = NDArray[np.object_]


def decimals(camera: Camera) -> int:
    """Return how many decimals of a degree a tenth of a pixel needs."""
    return int(np.clip(np.ceil(np.log10(camera.scale / _DEGREES)) + 1, 2, 6))


def seen(geometries: Geometries, camera: Camera, *, thin: float = TOLERANCE) -> tuple[Geometries, NDArray[np.int64]]:
    """Return the parts of polygons or lines that a camera sees (with `MARGIN`), and which geometry each came from.

    Parts are simple polygons or line strings; polygons under two pixels are left away. Coordinates are rounded.
    `thin` is the tolerance in pixels, 0 to keep every point.
    """
    west, south, east, north = camera.bounds(MARGIN)
    inside = np.flatnonzero(shapely.intersects(geometries, shapely.box(west, south, east, north)))
    cut = shapely.clip_by_rect(geometries[inside], west, south, east, north)
    pixel = _DEGREES / camera.scale
    if thin:
        cut = shapely.simplify(cut, pixel * thin, preserve_topology=True)
    parts, of = shapely.get_parts(cut, return_index=True)
    smallest = (_LEAST_PIXELS * pixel) ** 2
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    kept = ~shapely.is_empty(parts) & (~polygons | (shapely.area(parts) >= smallest))
    return rounded(parts[kept], camera), inside[of[kept]].astype(np.int64)


def visible(geometries: Geometries, camera: Camera) -> Geometries:
    """Return what a camera sees of polygons without any margin, thinned to a pixel; empty where it sees nothing."""
    west, south, east, north = camera.bounds(0.0)
    cut = shapely.clip_by_rect(geometries, west, south, east, north)
    return np.asarray(shapely.simplify(cut, _DEGREES / camera.scale), dtype=object)


def label_points(
    geometries: Geometries, lng: NDArray[np.float64], lat: NDArray[np.float64], camera: Camera
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where to name each polygon: its own point (`lng`, `lat`) where seen, else inside what is seen of it."""
    west, south, east, north = camera.bounds(-_LABEL_EDGE)
    out_lng, out_lat = np.array(lng, dtype=np.float64), np.array(lat, dtype=np.float64)
    hidden = ~((out_lng > west) & (out_lng < east) & (out_lat > south) & (out_lat < north))
    touched = hidden & shapely.intersects(geometries, shapely.box(*camera.bounds(0.0)))
    for i in np.flatnonzero(touched).tolist():
        seen_part = visible(geometries[i : i + 1], camera)[0]
        if shapely.area(seen_part) > 0:
            centre = shapely.get_coordinates(shapely.maximum_inscribed_circle(seen_part, _DEGREES / camera.scale * 4))[
                0
            ]
            out_lng[i], out_lat[i] = centre
    return out_lng, out_lat


def rounded(geometries: Geometries, camera: Camera) -> Geometries:
    """Return geometries with coordinates rounded to a tenth of a pixel."""
    places = decimals(camera)
    return np.asarray(shapely.transform(geometries, lambda points: np.round(points, places)), dtype=object)


def to_pixels(geometries: Geometries, camera: Camera) -> Geometries:
    """Return geometries in pixels of the camera (y down)."""

    def turn(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(camera.pixels(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(geometries, turn), dtype=object)


def to_degrees(geometries: Geometries, camera: Camera) -> Geometries:
    """Return pixel geometries as longitude, latitude: the inverse of `to_pixels`."""

    def turn(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(camera.positions(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(geometries, turn), dtype=object)
