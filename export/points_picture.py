"""A small picture of points over land: where the rows of a file that is being checked would lie."""

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from export.charts import HARM, as_image
from geo.coordinates import Degrees
from layers.basemap import Boundaries

WIDTH: Final = 360
HEIGHT: Final = 240
_MARGIN: Final = 0.12
_LEAST: Final = 8.0
"""Degrees that the picture spans at least, so that one town is seen in its country."""
_WATER, _LAND, _LINE = "#D8E2EA", "#FFFFFF", "#5A626D"
_MOST: Final = 2000


def points_picture(lat: Degrees, lng: Degrees, boundaries: Boundaries) -> str:
    """Return points (degrees, NaN left out) over the countries as an image; empty where there is no point.

    An equirectangular drawing, true in its middle; at most 2,000 points, spread evenly over the rows. What the profile
    draws dashed or dotted is dashed here.
    """
    known = np.flatnonzero(~(np.isnan(lat) | np.isnan(lng)))
    if not len(known):
        return ""
    if len(known) > _MOST:
        known = known[np.linspace(0, len(known) - 1, _MOST).astype(np.intp)]
    box = _box(lat[known], lng[known])
    scale = np.array([WIDTH / (box[2] - box[0]), -HEIGHT / (box[3] - box[1])])
    corner = np.array([box[0], box[3]])

    def placed(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((xy - corner) * scale)

    def drawn(shapes: NDArray[np.object_]) -> str:
        return "".join(_path(placed(shapely.get_coordinates(shape))) for shape in shapes)

    land = drawn(shapely.get_rings(_clipped(boundaries.countries.geometry, box, shapely.GeometryType.POLYGON)))
    borders, broken = (
        drawn(_clipped(lines, box, shapely.GeometryType.LINESTRING))
        for lines in (boundaries.of_style("intl"), boundaries.broken)
    )
    dots = placed(np.column_stack([lng[known], lat[known]]))
    # A dot is a line of no length with round ends: one path for all of them.
    path = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in dots.tolist())
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_WATER}"/>'
        f'<path d="{land}" fill="{_LAND}" fill-rule="evenodd" stroke="{_LAND}" stroke-width=".6"/>'
        f'<path d="{borders}" fill="none" stroke="{_LINE}" stroke-width=".8"/>'
        f'<path d="{broken}" fill="none" stroke="{_LINE}" stroke-width=".8" stroke-dasharray="4 3"/>'
        f'<path d="{path}" stroke="{HARM}" stroke-opacity=".75" stroke-width="5" stroke-linecap="round" fill="none"/>'
        "</svg>"
    )
    south, north = float(lat[known].min()), float(lat[known].max())
    west, east = float(lng[known].min()), float(lng[known].max())
    alt = (
        f"Where {len(known):,} of the rows lie: latitude {south:.1f} to {north:.1f}, longitude {west:.1f} to {east:.1f}"
    )
    return as_image(svg, alt, css=f"width:100%;max-width:{WIDTH}px;display:block;border:1px solid #D5DAE1")


def _box(lat: Degrees, lng: Degrees) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a box of the picture's shape around the points, with a margin."""
    middle = (float(lng.min() + lng.max()) / 2, float(lat.min() + lat.max()) / 2)
    shrink = max(float(np.cos(np.radians(middle[1]))), 0.2)
    tall = max(float(np.ptp(lat)) * (1 + 2 * _MARGIN), _LEAST)
    wide = max(float(np.ptp(lng)) * (1 + 2 * _MARGIN), _LEAST / shrink)
    tall = max(tall, wide * shrink * HEIGHT / WIDTH)
    wide = max(wide, tall / shrink * WIDTH / HEIGHT)
    return (middle[0] - wide / 2, middle[1] - tall / 2, middle[0] + wide / 2, middle[1] + tall / 2)


def _clipped(
    shapes: NDArray[np.object_], box: tuple[float, float, float, float], kind: shapely.GeometryType
) -> NDArray[np.object_]:
    """The simple parts of one kind of what lies in a box; a clip can leave others."""
    near = shapes[shapely.intersects(shapes, shapely.box(*box))]
    parts = shapely.get_parts(shapely.get_parts(shapely.clip_by_rect(near, *box)))
    return np.asarray(parts[(shapely.get_type_id(parts) == kind) & ~shapely.is_empty(parts)], dtype=object)


def _path(xy: NDArray[np.float64]) -> str:
    begin, *rest = (f"{x:.1f} {y:.1f}" for x, y in xy.tolist())
    return f"M{begin}L{' '.join(rest)}"
