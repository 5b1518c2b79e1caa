"""Towns, capitals and the names of countries; which of them stay is decided where all labels meet (`placement`)."""

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.areas import Areas
from geo.places import Places
from geo.view import LayerName
from layers import palette
from layers.camera import Camera
from layers.clipping import MARGIN, label_points
from layers.drawing import Drawing, Label, Labels, Legend, LegendRow, Swatch, Symbol
from layers.type_size import spaced_capitals, text_width

_CAPITAL: Final = 1e9
_PIXELS_A_TOWN: Final = 10_000.0
"""One town for so many square pixels: enough to find one's way, few enough to see the cells."""
_RANK_FROM: Final = 0.0
"""Zoom less this is the greatest rank that is named: towns of 30,000 at zoom 4, of 10,000 at zoom 5."""
_OFFSET: Final = (8.0, 0.0)
_SIZE: Final = 12.5
_ROOM: Final = 0.9
_COUNTRY_PRIORITY: Final = 1e8


def draw_places(places: Places, camera: Camera, *, countries: Areas | None = None) -> Drawing:
    """Return the towns of a map by population, thinned evenly over it, capitals first; and the names of countries."""
    at = _spread(places, camera)
    towns = tuple(
        Label(
            float(places.lng[i]),
            float(places.lat[i]),
            str(places.name[i]),
            float(places.population[i]) + _CAPITAL * bool(places.capital[i]),
            offset=_OFFSET,
            symbol=Symbol.SQUARE if places.capital[i] else Symbol.RING,
        )
        for i in at.tolist()
    )
    marks = [Labels("towns", towns, _SIZE, palette.INK, around=True)]
    if countries is not None:
        at = np.flatnonzero(shapely.intersects(countries.geometry, shapely.box(*camera.bounds(MARGIN))))
        at = at[_roomy(countries, at, camera)]
        where = label_points(countries.geometry[at], countries.label_lng[at], countries.label_lat[at], camera)
        written = tuple(
            Label(float(lng), float(lat), str(name), _COUNTRY_PRIORITY, "middle")
            for lng, lat, name in zip(*where, countries.names[at], strict=True)
        )
        marks.insert(0, Labels("countries", written, _SIZE, palette.INK_2, bold=True, spaced=True))
    rows = (LegendRow(Swatch.SQUARE, palette.INK, "Capital"), LegendRow(Swatch.RING, palette.INK, "Town"))
    return Drawing(LayerName.PLACES, tuple(marks), Legend("", rows))


def _spread(places: Places, camera: Camera) -> NDArray[np.int64]:
    """Return the towns that are the largest of their square of the map, the squares laid twice, half a step apart."""
    at = _within(places.lng, places.lat, camera)
    at = at[places.rank[at] <= max(int(camera.zoom - _RANK_FROM), 1)]
    rank = places.population[at].astype(np.float64) + _CAPITAL * places.capital[at]
    at = at[np.argsort(-rank, kind="stable")]
    x, y = camera.pixels(places.lng[at].astype(np.float64), places.lat[at].astype(np.float64))
    side = _PIXELS_A_TOWN**0.5
    kept = places.capital[at].copy()
    biggest = np.ones(len(at), dtype=np.bool_)
    for shift in (0.0, 0.5):
        squares = np.column_stack([np.floor(x / side + shift), np.floor(y / side + shift)])
        _, first = np.unique(squares, axis=0, return_index=True)
        mine = np.zeros(len(at), dtype=np.bool_)
        mine[first] = True
        biggest &= mine
    return at[kept | biggest].astype(np.int64)


def _within(lng: NDArray[Any], lat: NDArray[Any], camera: Camera) -> NDArray[np.int64]:
    west, south, east, north = camera.bounds(MARGIN)
    return np.flatnonzero((lng > west) & (lng < east) & (lat > south) & (lat < north)).astype(np.int64)


def _roomy(countries: Areas, at: NDArray[np.int64], camera: Camera) -> NDArray[np.bool_]:
    """Return which countries are wide enough on the map to hold their name."""
    bounds = shapely.bounds(countries.geometry[at])
    wide = (bounds[:, 2] - bounds[:, 0]) * camera.scale / 360.0
    names = [text_width(spaced_capitals(str(name)), _SIZE, bold=True) for name in countries.names[at]]
    return np.asarray(wide > _ROOM * np.array(names), dtype=np.bool_)
