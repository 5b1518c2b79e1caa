"""Water, land, lakes and border lines: what lies under everything, cut to the camera."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from geo.areas import Areas
from geo.errors import ValueRefused
from layers import palette
from layers.camera import Camera
from layers.clipping import MARGIN, TOLERANCE, Geometries, rounded, seen
from layers.drawing import AreaFill, Dash, Drawing, Legend, LegendRow, Mark, Strokes, Swatch

NAME: Final = "basemap"
_STYLES: Final = {
    "admin1": (palette.ADMIN1_LINE, palette.ADMIN1_WIDTH, Dash.SOLID),
    "international": (palette.BORDER_LINE, palette.BORDER_WIDTH, Dash.SOLID),
    "disputed": (palette.BORDER_LINE, palette.BORDER_WIDTH, Dash.DISPUTED),
    "control": (palette.BORDER_LINE, palette.BORDER_WIDTH, Dash.CONTROL),
}
_FAINT: Final = 1.4
"""Tolerance of faint lines, in pixels."""
_WORLD: Final = (-180.0, -85.0, 180.0, 85.0)


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The shapes of one boundary profile: countries, lakes, and border lines (line strings) by style.

    `lines` has `international`, `admin1`, `disputed` and perhaps `control` (a line of control). Each border belongs to
    one style: a dashed line never has a solid one under it.
    """

    countries: Areas
    lines: Mapping[str, Geometries]
    lakes: Geometries

    def __post_init__(self) -> None:
        """Refuse styles that have no look."""
        odd = sorted(set(self.lines) - set(_STYLES))
        if odd:
            raise ValueRefused("no such style of border", column="lines", value=odd[0])

    def of_style(self, style: str) -> Geometries:
        """Return the lines of a style, none where the profile has none."""
        return self.lines.get(style, np.array([], dtype=object))


def draw_basemap(boundaries: Boundaries, study: Collection[str], camera: Camera) -> Drawing:
    """Return the ground of the map; countries of `study` (ISO codes; empty = all) are white, the others grey."""
    countries = boundaries.countries
    asked = np.array([not study or str(code) in study for code in countries.codes], dtype=np.bool_)
    land = _melted(countries.geometry, camera)
    inside = land if asked.all() else _melted(countries.geometry[asked], camera)
    lakes, _ = seen(boundaries.lakes, camera)
    water = rounded(np.array([shapely.box(*_around(camera))], dtype=object), camera)
    marks: list[Mark] = [
        AreaFill("water", water, palette.table(palette.WATER)),
        AreaFill("outside", land, palette.table(*[palette.OUTSIDE] * len(land))),
        AreaFill("land", inside, palette.table(*[palette.LAND] * len(inside))),
        AreaFill("lakes", lakes, palette.table(*[palette.WATER] * len(lakes))),
    ]
    if asked.all():
        del marks[1]
    marks += _borders(boundaries, camera)
    rows: list[LegendRow] = []
    if not asked.all():
        rows.append(LegendRow(Swatch.FILL, palette.OUTSIDE, "Outside the study area"))
    if any(mark.name == "disputed" for mark in marks):
        rows.append(LegendRow(Swatch.LINE, palette.BORDER_LINE, "Disputed or undetermined border", name=Dash.DISPUTED))
    if any(mark.name == "control" for mark in marks):
        rows.append(LegendRow(Swatch.LINE, palette.BORDER_LINE, "Line of control", name=Dash.CONTROL))
    return Drawing(NAME, tuple(marks), Legend("", tuple(rows)), source="Boundaries: Natural Earth, neutral profile")


def _melted(polygons: Geometries, camera: Camera) -> Geometries:
    """Return what is seen of polygons as one shape, so that no water shows between two of them."""
    if not len(polygons):
        return polygons
    whole, _ = seen(polygons, camera, thin=0.0)
    sound = shapely.get_parts(shapely.make_valid(whole))  # rounding and clipping make rings that cross themselves
    one = shapely.union_all(sound[shapely.get_type_id(sound) == shapely.GeometryType.POLYGON])
    return seen(np.array([one], dtype=object), camera)[0]


def _borders(boundaries: Boundaries, camera: Camera) -> list[Mark]:
    marks: list[Mark] = []
    for name, (colour, width, dash) in _STYLES.items():
        parts, _ = seen(boundaries.of_style(name), camera, thin=_FAINT if name == "admin1" else TOLERANCE)
        if len(parts):
            marks.append(Strokes(name, parts, colour, width, dash))
    return marks


def _around(camera: Camera) -> tuple[float, float, float, float]:
    west, south, east, north = camera.bounds(2 * MARGIN)
    return max(west, _WORLD[0]), max(south, _WORLD[1]), min(east, _WORLD[2]), min(north, _WORLD[3])
