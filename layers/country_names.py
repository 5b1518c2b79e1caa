"""Names of countries: within the seen part of their own country, in one line or more, at places tried one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.areas import Areas
from layers import palette
from layers.camera import Camera
from layers.clipping import MARGIN, label_points, to_pixels, visible
from layers.drawing import Label, Labels, Spot
from layers.type_size import spaced_capitals, text_width

_SIZE, _SMALL_SIZE = 12.5, 11.0
_QUIETER: Final = 1.0
"""How much smaller the name of a country outside the study area is, where 11 pixels allow it."""
_LEAST_SIZE: Final = 11.0
_ACROSS, _DOWN = 18, 14
"""Places tried in the rectangle around what is seen of a country."""
_MOST_SPOTS: Final = 90
_LEAST_INSIDE: Final = 0.8
"""Part of a name that must lie in its country."""
_GRID: Final = np.array([(i, j) for i in np.linspace(-0.48, 0.48, 9) for j in (-0.45, 0.0, 0.45)])
"""Where it is looked how much of a name lies in its country, in parts of its width and height."""
_EDGE_COST: Final = 12.0
_AWAY_COST: Final = 10.0
_BROKEN_COST: Final = 1.0
_LINE: Final = 1.15
_TOLERANCE: Final = 2.0
"""Pixels by which the outline that holds a name may leave its course."""
_PRIORITY, _OUTSIDE_PRIORITY = 1e8, 5e7
_TERRITORY_PRIORITY: Final = 4e7
_LEAST_REACH: Final = 12.0
"""Radius in pixels of the smallest territory that is named: a name would hide its lines."""
_NEAR: Final = np.array([(x, y) for y in (0.0, -16.0, 16.0, -28.0, 28.0) for x in (0.0, -24.0, 24.0)][1:])
"""Where else the name of a territory is tried, in pixels from its own point."""


@dataclass(frozen=True, slots=True)
class Territory:
    """The name of a territory within a country at a point (degrees); `reach`: its radius in degrees, 0 if not known."""

    name: str
    lng: float
    lat: float
    reach: float = 0.0


def territory_names(territories: Sequence[Territory], camera: Camera) -> Labels:
    """Return the names of the territories that a camera sees, quieter than those of countries; they may drop out."""
    west, south, east, north = camera.bounds(0.0)
    least = _LEAST_REACH * 360.0 / camera.scale
    large = [one for one in territories if one.reach >= least or not one.reach]
    seen = [one for one in large if west < one.lng < east and south < one.lat < north]
    labels = []
    for one in seen:
        x, y = (float(v[0]) for v in camera.pixels(np.array([one.lng]), np.array([one.lat])))
        lng, lat = camera.positions(x + _NEAR[:, 0], y + _NEAR[:, 1])
        text = broken(one.name)
        spots = [Spot(float(a), float(b), text, 1.0 + rank) for rank, (a, b) in enumerate(zip(lng, lat, strict=True))]
        labels.append(Label(one.lng, one.lat, text, _TERRITORY_PRIORITY, "middle", spots=tuple(spots)))
    return Labels("territories", tuple(labels), _LEAST_SIZE, palette.MUTED, off_cells=True)


def country_names(countries: Areas, inside: NDArray[np.bool_], camera: Camera) -> tuple[Labels, Labels]:
    """Return the names of the countries in the study area (`inside`, one for each country) and, quieter, of others."""
    at = np.flatnonzero(shapely.intersects(countries.geometry, shapely.box(*camera.bounds(MARGIN))))
    where = label_points(countries.geometry[at], countries.label_lng[at], countries.label_lat[at], camera)
    shapes = to_pixels(visible(countries.geometry[at], camera), camera)
    size = _SMALL_SIZE if camera.small else _SIZE
    sizes = {True: size, False: max(size - _QUIETER, _LEAST_SIZE)}
    names: dict[bool, list[Label]] = {True: [], False: []}
    for i, lng, lat, shape in zip(at.tolist(), *where, shapes, strict=True):
        mine = bool(inside[i])
        priority = _PRIORITY if mine else _OUTSIDE_PRIORITY
        own = float(lng), float(lat)
        name = str(countries.names[i])
        spots = _spots(name, shape, own, sizes[mine], camera, bold=mine)
        if spots:
            first, *others = spots
            names[mine].append(Label(first.lng, first.lat, first.text, priority, "middle", spots=tuple(others)))
        elif shapely.is_empty(shape):
            names[mine].append(Label(*own, name, priority, "middle"))
    style = {"spaced": True, "off_cells": True}
    return (
        Labels("countries", tuple(names[True]), sizes[True], palette.INK_2, bold=True, **style),
        Labels("neighbours", tuple(names[False]), sizes[False], palette.MUTED, **style),
    )


def broken(name: str) -> str:
    """Return a name in two lines of lengths as equal as can be; the name itself where it is one word."""
    words = name.split()
    ways = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return "\n".join(min(ways, key=lambda way: max(map(len, way)))) if ways else name


def _spots(
    name: str, shape: object, own: tuple[float, float], size: float, camera: Camera, *, bold: bool
) -> list[Spot]:
    """Return the places in a country (its seen part in pixels) that hold its name, nearest its own place first."""
    if shapely.is_empty(shape):
        return []
    shape = shapely.make_valid(shapely.simplify(shape, _TOLERANCE))
    shapely.prepare(shape)
    room = float(shapely.area(shape))
    left, top, right, bottom = shapely.bounds(shape)
    x0, y0 = (float(v[0]) for v in camera.pixels(np.array([own[0]]), np.array([own[1]])))
    grid = np.meshgrid(np.linspace(left, right, _ACROSS), np.linspace(top, bottom, _DOWN))
    x, y = np.append(x0, grid[0].ravel()), np.append(y0, grid[1].ravel())
    away = np.hypot(x - x0, y - y0) / max(float(np.hypot(right - left, bottom - top)), 1.0)
    found: list[tuple[float, float, float, str]] = []
    for rank, text in enumerate(dict.fromkeys((name, broken(name), "\n".join(name.split())))):
        lines = [spaced_capitals(line) for line in text.split("\n")]
        wide = max(text_width(line, size, bold=bold) for line in lines)
        high = len(lines) * size * _LINE
        if room < _LEAST_INSIDE * wide * high or right - left < _LEAST_INSIDE * wide:
            continue
        boxes = shapely.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        share = shapely.contains(shape, boxes).astype(np.float64)
        if not share.any():
            px, py = x[:, None] + wide * _GRID[:, 0], y[:, None] + high * _GRID[:, 1]
            share = shapely.contains_xy(shape, px, py).mean(axis=1)
        fits = np.flatnonzero(share >= _LEAST_INSIDE)
        cost = _AWAY_COST * away[fits] + _EDGE_COST * (1 - share[fits]) + _BROKEN_COST * rank
        order = np.argsort(cost, kind="stable")
        found += [(float(cost[k]), float(x[fits[k]]), float(y[fits[k]]), text) for k in order]
    found.sort(key=lambda one: one[0])
    chosen = _spread(found)
    lng, lat = camera.positions(np.array([one[1] for one in chosen]), np.array([one[2] for one in chosen]))
    return [Spot(float(a), float(b), one[3], one[0]) for a, b, one in zip(lng, lat, chosen, strict=True)]


def _spread(found: list[tuple[float, float, float, str]]) -> list[tuple[float, float, float, str]]:
    """Return the best, and of the others every so many, so that far places are tried too."""
    return found[:: max(1, -(-len(found) // _MOST_SPOTS))]
