"""Water, land, lakes and border lines: what lies under everything, cut to the camera."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely

from geo.areas import Areas
from geo.errors import ValueRefused
from geo.view import Profile
from layers import palette
from layers.border_styles import LOOKS, SOURCE_TEXT, STYLES, Look
from layers.camera import Camera
from layers.clipping import MARGIN, TOLERANCE, Geometries, rounded, seen
from layers.drawing import AreaFill, Dash, Drawing, Legend, LegendRow, Mark, Strokes, Swatch

NAME: Final = "basemap"
NONE: Final = np.array([], dtype=object)
_FAINT: Final = 1.4
"""Tolerance of faint lines, in pixels."""
_WORLD: Final = (-180.0, -85.0, 180.0, 85.0)


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The shapes of one boundary profile: countries, lakes, and border lines (line strings) by style.

    `countries` are those that data are coded by. `lines` has styles of `border_styles.STYLES`; each border belongs to
    one style: a dashed line never has a solid one under it. `undetermined` are the areas that the profile leaves grey,
    `source` says where the lines come from ("" = the profile's own words).
    """

    countries: Areas
    lines: Mapping[str, Geometries]
    lakes: Geometries
    profile: Profile = Profile.NEUTRAL
    undetermined: Geometries = field(default_factory=lambda: NONE)
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse styles that have no look."""
        odd = sorted(set(self.lines) - STYLES)
        if odd:
            raise ValueRefused("no such style of border", column="lines", value=odd[0])

    def of_style(self, *styles: str) -> Geometries:
        """Return the lines of one or several styles, none where the profile has none."""
        found = [self.lines[style] for style in styles if style in self.lines]
        return np.concatenate(found) if found else NONE

    @property
    def broken(self) -> Geometries:
        """The lines that the profile draws dashed or dotted."""
        looks = LOOKS[self.profile].values()
        return self.of_style(*(style for look in looks if look.dash is not Dash.SOLID for style in look.styles))


def draw_basemap(boundaries: Boundaries, study: Collection[str], camera: Camera) -> Drawing:
    """Return the ground of the map; countries of `study` (ISO codes; empty = all) are white, the others grey."""
    countries = boundaries.countries
    asked = np.array([not study or str(code) in study for code in countries.codes], dtype=np.bool_)
    land = _melted(countries.geometry, camera)
    inside = land if asked.all() else _melted(countries.geometry[asked], camera)
    grey = _melted(boundaries.undetermined, camera)
    lakes, _ = seen(boundaries.lakes, camera)
    water = rounded(np.array([shapely.box(*_around(camera))], dtype=object), camera)
    marks: list[Mark] = [
        AreaFill("water", water, palette.table(palette.WATER)),
        AreaFill("outside", land, palette.table(*[palette.OUTSIDE] * len(land))),
        AreaFill("land", inside, palette.table(*[palette.LAND] * len(inside))),
        AreaFill("undetermined", grey, palette.table(*[palette.UNDETERMINED] * len(grey))),
        AreaFill("lakes", lakes, palette.table(*[palette.WATER] * len(lakes))),
    ]
    if not len(grey):
        del marks[3]
    if asked.all():
        del marks[1]
    lines = _borders(boundaries, camera)
    frame = shapely.box(*camera.bounds(0.0))
    rows: list[LegendRow] = []
    if not asked.all():
        rows.append(LegendRow(Swatch.FILL, palette.OUTSIDE, "Outside the study area"))
    if shapely.intersects(grey, frame).any():
        rows.append(LegendRow(Swatch.FILL, palette.UNDETERMINED, "Status undetermined"))
    drawn = {mark.name for mark in lines if shapely.intersects(mark.lines, frame).any()}
    for name, look in LOOKS[boundaries.profile].items():
        if look.text and name in drawn:
            dash = "" if look.dash is Dash.SOLID else look.dash
            rows.append(LegendRow(Swatch.LINE, look.colour, look.text, name=dash, width=look.width))
    said = boundaries.source or SOURCE_TEXT[boundaries.profile]
    return Drawing(NAME, (*marks, *lines), Legend("", tuple(rows)), source=f"Boundaries: {said}")


def _melted(polygons: Geometries, camera: Camera) -> Geometries:
    """Return what is seen of polygons as one shape, so that no water shows between two of them."""
    if not len(polygons):
        return polygons
    whole, _ = seen(polygons, camera, thin=0.0)
    sound = shapely.get_parts(shapely.make_valid(whole))  # rounding and clipping make rings that cross themselves
    one = shapely.union_all(sound[shapely.get_type_id(sound) == shapely.GeometryType.POLYGON])
    return seen(np.array([one], dtype=object), camera)[0]


def _borders(boundaries: Boundaries, camera: Camera) -> list[Strokes]:
    marks: list[Strokes] = []
    for name, look in LOOKS[boundaries.profile].items():
        parts, _ = seen(_joined(boundaries, look), camera, thin=_FAINT if name == "admin1" else TOLERANCE)
        if len(parts):
            marks.append(Strokes(name, parts, look.colour, look.width, look.dash))
    return marks


def _joined(boundaries: Boundaries, look: Look) -> Geometries:
    """Return the lines of a look; those of two styles that look alike are joined, or dashes would break between."""
    lines = boundaries.of_style(*look.styles)
    if len(look.styles) == 1 or not len(lines):
        return lines
    return np.asarray(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))), dtype=object)


def _around(camera: Camera) -> tuple[float, float, float, float]:
    west, south, east, north = camera.bounds(2 * MARGIN)
    return max(west, _WORLD[0]), max(south, _WORLD[1]), min(east, _WORLD[2]), min(north, _WORLD[3])
