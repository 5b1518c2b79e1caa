"""Towns, capitals and the names of countries; which of them stay is decided where all labels meet (`placement`)."""

from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.areas import Areas
from geo.places import Places
from geo.view import LayerName
from layers import palette
from layers.camera import Camera
from layers.clipping import MARGIN
from layers.country_names import Territory, country_names, territory_names
from layers.drawing import Drawing, Label, Labels, Legend, LegendRow, Swatch, Symbol

_CAPITAL: Final = 1e9
_PIXELS_A_TOWN: Final = 10_000.0
"""One town for so many square pixels: enough to find one's way, few enough to see the cells."""
_RANK_FROM: Final = 0.0
"""Zoom less this is the greatest rank that is named: towns of 30,000 at zoom 4, of 10,000 at zoom 5."""
_OFFSET: Final = (8.0, 0.0)
_SIZE, _SMALL_SIZE = 12.5, 11.0
_SMALL_TOWNS: Final = 6
"""Towns on a small map."""


def draw_places(
    places: Places,
    camera: Camera,
    *,
    countries: Areas | None = None,
    study: Collection[str] = (),
    territories: Sequence[Territory] = (),
) -> Drawing:
    """Return the towns of a map by population, thinned evenly over it, capitals first; and the names of countries.

    `territories` are named within their countries, quieter.
    Outside the countries of `study` (ISO codes; empty = all) names are quieter and of towns only capitals are named. A
    small map has six towns, all of them in the study area if one is given.
    """
    at = _spread(places, camera, study)
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
    marks = [Labels("towns", towns, _SMALL_SIZE if camera.small else _SIZE, palette.INK, around=True)]
    if countries is not None:
        inside = np.array([not study or str(code) in study for code in countries.codes], dtype=np.bool_)
        marks = [*country_names(countries, inside, camera), *marks]
    if territories:
        marks.append(territory_names(territories, camera))
    rows = (LegendRow(Swatch.SQUARE, palette.INK, "Capital"), LegendRow(Swatch.RING, palette.INK, "Town"))
    return Drawing(LayerName.PLACES, tuple(marks), Legend("", rows))


def _spread(places: Places, camera: Camera, study: Collection[str]) -> NDArray[np.int64]:
    """Return the towns that are the largest of their square of the map, the squares laid twice, half a step apart."""
    at = _within(places.lng, places.lat, camera, MARGIN)
    at = at[places.rank[at] <= max(int(camera.zoom - _RANK_FROM), 1)]
    mine = np.array([not study or code in study for code in places.country[at]], dtype=np.bool_)
    at = at[mine | (places.capital[at] & (not camera.small))]
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
    at = at[kept | biggest].astype(np.int64)
    if not camera.small:
        return at
    on_map = np.isin(at, _within(places.lng, places.lat, camera, 0.0))
    return np.asarray(at[~on_map | (np.cumsum(on_map) <= _SMALL_TOWNS)], dtype=np.int64)


def _within(lng: NDArray[Any], lat: NDArray[Any], camera: Camera, margin: float) -> NDArray[np.int64]:
    west, south, east, north = camera.bounds(margin)
    return np.flatnonzero((lng > west) & (lng < east) & (lat > south) & (lat < north)).astype(np.int64)
