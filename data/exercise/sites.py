"""Where incidents are recorded: a few sites in each cell (its largest town first), named by what lies nearest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.exercise.geography import RESOLUTION, Floats, Geography, Ints, distances_km, moved, nearest, tree
from geo.cells import FINEST, bin_points, parents

SITES = 3
_SHARES = (0.72, 0.20, 0.08)
_WITHIN_KM = 7.0  # a cell of resolution 5 reaches about 8 km from its centre
_IN_TOWN_KM = 4.0
_WINDS = np.array(
    ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"], dtype=object
)


@dataclass(frozen=True, slots=True)
class Sites:
    """Sites (n,): point, covered area that holds it, name, nearest town; and the site of each incident."""

    latitude: Floats
    longitude: Floats
    area: Ints
    name: NDArray[np.object_]
    town: NDArray[np.object_]
    of: Ints


def draw(geography: Geography, cell: Ints, rng: np.random.Generator) -> Sites:
    """Return the sites of the cells that saw incidents, and each incident's site. A site lies in its cell's country."""
    seen, at = np.unique(cell, return_inverse=True)
    wide = np.repeat(seen, SITES)
    km = _WITHIN_KM * np.sqrt(rng.random(len(wide)))
    centre_lat, centre_lng = geography.latitude[wide], geography.longitude[wide]
    lat, lng = moved(centre_lat, centre_lng, km, rng.uniform(0.0, 2 * np.pi, len(wide)))
    _settle(geography, seen, lat, lng)
    lat, lng = lat.round(4), lng.round(4)
    area = geography.locate(lat, lng)
    abroad = (area < 0) | (geography.regions.country[area] != geography.country[wide])
    lat, lng = np.where(abroad, centre_lat.round(4), lat), np.where(abroad, centre_lng.round(4), lng)
    area = np.where(abroad, geography.locate(lat, lng), area)
    which = rng.choice(SITES, size=len(cell), p=_SHARES)
    name, town = _named(geography, lat, lng)
    return Sites(lat, lng, area, name, town, at * SITES + which)


def _settle(geography: Geography, seen: Ints, lat: Floats, lng: Floats) -> None:
    """Move the first site of a cell to its largest town."""
    towns = geography.towns
    row = geography.index_of_cells(parents(bin_points(towns.latitude, towns.longitude, FINEST), RESOLUTION))
    rows, first = np.unique(row, return_index=True)  # towns come largest first
    at = np.searchsorted(seen, rows)
    found = (at < len(seen)) & (seen[np.minimum(at, len(seen) - 1)] == rows)
    lat[at[found] * SITES], lng[at[found] * SITES] = towns.latitude[first[found]], towns.longitude[first[found]]


def _named(geography: Geography, lat: Floats, lng: Floats) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    towns = geography.towns
    _, row = nearest(tree(towns.latitude, towns.longitude), lat, lng)
    town_lat, town_lng = towns.latitude[row], towns.longitude[row]
    km = np.round(distances_km(lat, lng, town_lat, town_lng)).astype(np.int64)
    east = (lng - town_lng) * np.cos(np.radians(lat))
    wind = _WINDS[np.round(np.arctan2(east, lat - town_lat) / (np.pi / 4)).astype(np.int64) % len(_WINDS)]
    name = towns.name[row]
    far = [f"{d} km {w} of {n}" for d, w, n in zip(km.tolist(), wind, name, strict=True)]
    return np.where(km <= _IN_TOWN_KM, name, np.array(far, dtype=object)), name
