"""Administrative areas as polygons: which one a point lies in, how large they are, where their label goes.

`Areas` holds what the caller read; it reads no file. It does not promise that areas cover the land without gaps: the
outlines are generalised, so `locate` also takes points just off the coast.
"""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coordinates import Degrees, check_coordinates, distinct
from geo.errors import NothingThere, ValueRefused
from geo.frozen import frozen, same_length

Level = Literal["admin2", "admin1", "admin0"]
Indices = NDArray[np.int32]

NOWHERE = np.int32(-1)
COAST_KM = 5.0
"""A point in no area is given to the nearest one within this distance: generalised coasts leave ports in the sea."""

_KM_PER_DEGREE = 111.195  # of a great circle on the sphere of 6371.0 km
_POLE_COSINE = 0.01
_CHUNK = 16  # edges that share one box in the index of outlines
_WGS84_A_KM, _WGS84_E2 = 6378.137, 0.0066943799901413165


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas of one level, in one fixed order: an area's index is its place in these columns.

    `codes` (unique), `names`, `countries` (ISO 3166 alpha-3, or X- for undetermined status) and `country_names` are
    object arrays of str; `geometry` holds shapely polygons in degrees (WGS84); `label_lng` and `label_lat` are label
    points, visually central and inside; all have the same length.
    """

    level: Level
    codes: NDArray[np.object_]
    names: NDArray[np.object_]
    countries: NDArray[np.object_]
    country_names: NDArray[np.object_]
    geometry: NDArray[np.object_]
    label_lng: Degrees
    label_lat: Degrees
    _lock: Any = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        columns = {
            name: getattr(self, name)
            for name in ("codes", "names", "countries", "country_names", "geometry", "label_lng", "label_lat")
        }
        same_length(**columns)
        for name, column in columns.items():
            object.__setattr__(self, name, frozen(column))
        if len(set(self.codes)) != len(self.codes):
            values, counts = np.unique(self.codes.astype(str), return_counts=True)
            raise ValueRefused("codes repeat", column="codes", value=values[counts > 1][0], remedy="Merge these areas.")
        bad = np.flatnonzero(~(np.isin(shapely.get_type_id(self.geometry), (3, 6)) & ~shapely.is_empty(self.geometry)))
        if len(bad):
            row = int(bad[0])
            raise ValueRefused("not a polygon, or empty", column="geometry", row=row, value=self.codes[row])

    def __len__(self) -> int:
        return len(self.codes)

    def index_of(self, code: str) -> int:
        """Return the index of the area with this code; raises `NothingThere`."""
        try:
            return self._index[code]
        except KeyError:
            raise NothingThere(f"There is no {self.level} area with the code {code!r}.") from None

    def of_country(self, iso3: str) -> Indices:
        """Return the indices of the areas of a country, ascending; empty for a country that has none."""
        return np.flatnonzero(self.countries == iso3).astype(np.int32)

    def bounds(self, indices: Indices | None = None) -> tuple[float, float, float, float]:
        """Return west, south, east, north (degrees) around the areas with these indices (default all).

        Areas on both sides of the 180th meridian give the whole circle. Raises `ValueRefused` for no indices.
        """
        chosen = self.geometry if indices is None else self.geometry[indices]
        if len(chosen) == 0:
            raise ValueRefused("no areas to bound", remedy="Pass at least one index.")
        west, south, east, north = shapely.total_bounds(chosen).tolist()
        return west, south, east, north

    @cached_property
    def area_km2(self) -> NDArray[np.float64]:
        """Area in km2, on the WGS84 ellipsoid by Lambert's cylindrical equal-area projection (Snyder 1987, 10)."""

        def project(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            e = np.sqrt(_WGS84_E2)
            sine = np.sin(np.radians(xy[:, 1]))
            q = (1.0 - _WGS84_E2) * (sine / (1.0 - _WGS84_E2 * sine**2) + np.arctanh(e * sine) / e)
            return np.column_stack([np.radians(xy[:, 0]), q / 2.0]) * _WGS84_A_KM

        return frozen(np.asarray(shapely.area(shapely.transform(self.geometry, project)), dtype=np.float64))

    def locate(self, latitude: Degrees, longitude: Degrees) -> Indices:
        """Return the index of the area that each point (degrees) lies in, -1 where in none.

        On a shared border the lowest index wins. A point in no area goes to the nearest area within `COAST_KM`, unless
        areas of two countries are that near: a country is never guessed. Each distinct pair is looked up once. Raises
        `ValueRefused` for coordinates off the globe. The 180th meridian is an edge: nothing is looked for beyond it.
        """
        lat, lng = np.asarray(latitude, dtype=np.float64), np.asarray(longitude, dtype=np.float64)
        check_coordinates(lat, lng)
        lats, lngs, pair = distinct(lat, lng)
        with self._lock:  # GEOS builds its indexes at first use and is not safe then
            found = self._inside(lats, lngs)
            outside = np.flatnonzero(found == NOWHERE)
            found[outside] = self._off_the_coast(lats[outside], lngs[outside])
        return found[pair]

    def nearest(self, latitude: Degrees, longitude: Degrees, countries: Collection[str]) -> Indices:
        """Return the nearest area of `countries` within `COAST_KM` of each point (degrees), -1 where there is none.

        For points that a source names a country for and a generalised outline leaves on the other side of the border.
        Raises `ValueRefused` for coordinates off the globe.
        """
        lat, lng = np.asarray(latitude, dtype=np.float64), np.asarray(longitude, dtype=np.float64)
        check_coordinates(lat, lng)
        with self._lock:
            point, area, _ = self._close_edges(lat, lng)
        wanted = np.isin(self.countries[area].astype(str), list(countries))
        return _first_of_each(point[wanted], area[wanted], len(lat))

    @cached_property
    def _index(self) -> dict[str, int]:
        return {str(code): i for i, code in enumerate(self.codes)}

    @cached_property
    def _parts(self) -> tuple[NDArray[np.object_], NDArray[np.int64], shapely.STRtree]:
        """Polygons, the area each belongs to, the tree of their boxes: an archipelago's own box would be an ocean."""
        parts, owner = shapely.get_parts(self.geometry, return_index=True)
        shapely.prepare(parts)
        return parts, owner, shapely.STRtree(parts)

    def _inside(self, lats: Degrees, lngs: Degrees) -> Indices:
        parts, owner, tree = self._parts
        point, part = tree.query(shapely.points(lngs, lats))
        order = np.argsort(part, kind="stable")  # one polygon after the other is three times as fast
        point, part = point[order], part[order]
        hit = shapely.intersects_xy(parts[part], lngs[point], lats[point])
        found = np.full(len(lats), len(self), dtype=np.int32)
        np.minimum.at(found, point[hit], owner[part[hit]].astype(np.int32))
        found[found == len(self)] = NOWHERE
        return found

    @cached_property
    def _outlines(self) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], shapely.STRtree]:
        """Edges (n, 4) in chunks of up to `_CHUNK` along a ring; chunk starts and the end; owners; tree of boxes."""
        parts, owner, _ = self._parts
        rings, of = shapely.get_rings(parts, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        same = ring[1:] == ring[:-1]
        edges, ring = np.hstack([xy[:-1], xy[1:]])[same], ring[:-1][same]
        first = np.r_[0, np.flatnonzero(np.diff(ring)) + 1]
        along = np.arange(len(ring)) - np.repeat(first, np.diff(np.r_[first, len(ring)]))
        start = np.flatnonzero(along % _CHUNK == 0)
        low = np.minimum.reduceat(np.minimum(edges[:, :2], edges[:, 2:]), start)
        high = np.maximum.reduceat(np.maximum(edges[:, :2], edges[:, 2:]), start)
        tree = shapely.STRtree(shapely.box(*low.T, *high.T))
        return edges, np.r_[start, len(edges)], owner[of[ring[start]]], tree

    def _off_the_coast(self, lats: Degrees, lngs: Degrees) -> Indices:
        near, area, _ = self._close_edges(lats, lngs)
        nearest = _first_of_each(near, area, len(lats))
        torn = near[self.countries[area] != self.countries[nearest[near]]]
        nearest[torn] = NOWHERE
        return nearest

    def _close_edges(self, lats: Degrees, lngs: Degrees) -> tuple[NDArray[np.int64], Indices, Degrees]:
        """Return point, area and km of every edge within `COAST_KM`, each point's nearest first."""
        if len(lats) == 0 or len(self) == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0)
        edges, start, owner, tree = self._outlines
        narrowing = np.maximum(np.cos(np.radians(lats)), _POLE_COSINE)
        up = COAST_KM / _KM_PER_DEGREE
        aside = up / narrowing
        point, chunk = tree.query(shapely.box(lngs - aside, lats - up, lngs + aside, lats + up))
        count = start[chunk + 1] - start[chunk]
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        edge, near = edges[np.repeat(start[chunk], count) + offset], np.repeat(point, count)
        km = _km_to_edges(edge, lngs[near], lats[near], narrowing[near])
        close = km <= COAST_KM
        near, area, km = near[close], np.repeat(owner[chunk], count)[close], km[close]
        order = np.lexsort((area, km, near))
        return near[order], area[order].astype(np.int32), km[order]


def _first_of_each(point: NDArray[np.int64], area: Indices, size: int) -> Indices:
    """Return the first area of each of `size` points, -1 where it has none; `point` ascends."""
    first = np.flatnonzero(np.r_[True, point[1:] != point[:-1]][: len(point)])
    found = np.full(size, NOWHERE, dtype=np.int32)
    found[point[first]] = area[first]
    return found


def _km_to_edges(edge: NDArray[np.float64], lng: Degrees, lat: Degrees, narrowing: NDArray[np.float64]) -> Degrees:
    """Return the km from each point to its edge (x0, y0, x1, y1), on the plane that touches the globe at the point."""
    x0, y0, x1, y1 = ((edge - np.column_stack([lng, lat, lng, lat])) * _KM_PER_DEGREE).T
    x0, x1 = x0 * narrowing, x1 * narrowing
    dx, dy = x1 - x0, y1 - y0
    length2 = dx * dx + dy * dy
    along = np.clip(-(x0 * dx + y0 * dy) / np.where(length2 > 0.0, length2, 1.0), 0.0, 1.0)
    km: Degrees = np.hypot(x0 + along * dx, y0 + along * dy)
    return km


def joined(several: Sequence[Areas]) -> Areas:
    """Return areas of one level together, in their order; of a code that stands twice the first is kept.

    Raises `ValueRefused` for areas of different levels, and for none.
    """
    levels = {one.level for one in several}
    if len(levels) != 1:
        raise ValueRefused("areas of one level are put together", column="level", value=sorted(levels))
    columns = {
        name: np.concatenate([getattr(one, name) for one in several])
        for name in ("codes", "names", "countries", "country_names", "geometry", "label_lng", "label_lat")
    }
    first = np.sort(np.unique(columns["codes"].astype(str), return_index=True)[1])
    return Areas(level=levels.pop(), **{name: values[first] for name, values in columns.items()})
