"""Dashes and hatches as geometry, for renderers that have neither. Lengths are pixels of the camera."""

import math
from typing import Any

import numpy as np
import shapely

from layers.camera import Camera
from layers.clipping import Geometries, to_degrees, to_pixels
from layers.drawing import Dash


def dashed(lines: Geometries, dash: Dash, camera: Camera) -> Geometries:
    """Return line strings cut into dashes; solid ones as they are. Each line keeps at least one dash."""
    on, off = dash.pattern
    if not on or not len(lines):
        return lines
    pieces = [part for line in to_pixels(lines, camera) for part in _dashes(line, on, off)]
    return to_degrees(np.array(pieces, dtype=object), camera)


def _dashes(line: Any, on: float, off: float) -> list[Any]:  # noqa: ANN401 - shapely publishes no types
    points = shapely.get_coordinates(line)
    along = np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
    starts = np.arange(0.0, max(float(along[-1]), 1e-9), on + off)
    ends = np.minimum(starts + on, along[-1])
    pieces = []
    for start, end in zip(starts, ends, strict=True):
        between = along[(along > start) & (along < end)]
        at = np.concatenate([[start], between, [end]])
        xy = np.column_stack([np.interp(at, along, points[:, 0]), np.interp(at, along, points[:, 1])])
        pieces.append(shapely.linestrings(xy))
    return pieces


def hatched(polygons: Geometries, spacing: float, angle: float, camera: Camera) -> Geometries:
    """Return the parallel lines, `spacing` pixels apart at `angle` degrees, that lie inside polygons.

    The lines of all polygons belong to one pattern, so that neighbours join without a seam.
    """
    if not len(polygons):
        return np.array([], dtype=object)
    shapes = shapely.union_all(shapely.make_valid(to_pixels(polygons, camera)))  # an outline may cross itself there
    left, top, right, bottom = shapely.bounds(shapes)
    reach = math.hypot(right - left, bottom - top) / 2 + spacing
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    turn = math.radians(angle)
    along = np.array([math.cos(turn), -math.sin(turn)])
    across = np.array([math.sin(turn), math.cos(turn)])
    phase = float(middle @ across) % spacing
    steps = np.arange(-math.ceil(reach / spacing), math.ceil(reach / spacing) + 1) * spacing - phase
    feet = middle + steps[:, None] * across
    rules = shapely.linestrings(np.stack([feet - along * reach, feet + along * reach], axis=1))
    shapely.prepare(shapes)
    inside: Geometries = shapely.get_parts(shapely.intersection(rules, shapes))
    lines = inside[(shapely.get_type_id(inside) == shapely.GeometryType.LINESTRING) & (shapely.length(inside) > 0)]
    return to_degrees(lines, camera)
