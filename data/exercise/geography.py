"""The real geography under the exercise: cells of resolution 5, towns, admin-1 areas with a seat and an inner point."""

from dataclasses import dataclass

import h3.api.basic_int as h3
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from data import geodata
from data.exercise.world import COUNTRIES
from geo.areas import Areas
from geo.cells import Cells, centres
from geo.errors import NothingThere

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RESOLUTION = 5
EARTH_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Towns:
    """Towns of the covered countries, the largest first; `country` indexes `COUNTRIES`, `area` the region (-1 none)."""

    name: NDArray[np.object_]
    latitude: Floats
    longitude: Floats
    population: Floats
    country: Ints
    area: Ints


@dataclass(frozen=True, slots=True)
class Regions:
    """Admin-1 areas of the covered countries: code, name, country index, an inner point, the seat (largest town)."""

    code: NDArray[np.object_]
    name: NDArray[np.object_]
    country: Ints
    latitude: Floats
    longitude: Floats
    seat_name: NDArray[np.object_]
    seat_latitude: Floats
    seat_longitude: Floats


@dataclass(frozen=True, slots=True)
class Geography:
    """Cells (n,) of resolution 5 with their centre in a covered country: centre, country, region; towns; regions."""

    cells: Cells
    latitude: Floats
    longitude: Floats
    country: Ints
    region: Ints
    towns: Towns
    regions: Regions
    all_areas: Areas
    region_of_area: Ints

    def locate(self, latitude: Floats, longitude: Floats) -> Ints:
        """Return the index of the covered area that holds each point, -1 outside all of them."""
        return self.region_of_area[self.all_areas.locate(latitude, longitude)]

    def town(self, name: str, country_code: str) -> tuple[float, float]:
        """Return latitude and longitude of a town; raises `NothingThere` where the places hold none of that name."""
        country = index_of(country_code)
        hits = np.flatnonzero((self.towns.name == name) & (self.towns.country == country))
        if not len(hits):
            raise NothingThere(f"The shipped places hold no town {name} in {country_code}.")
        return float(self.towns.latitude[hits[0]]), float(self.towns.longitude[hits[0]])

    def index_of_cells(self, cells: Cells) -> Ints:
        """Return the row of each cell, -1 where it is not among them."""
        at = np.minimum(np.searchsorted(self.cells, cells), len(self.cells) - 1)
        return np.where(self.cells[at] == cells, at, -1)


def index_of(country_code: str) -> int:
    """Return the index of a covered country."""
    return [country.code for country in COUNTRIES].index(country_code)


def distances_km(latitude: Floats, longitude: Floats, lat: Floats | float, lng: Floats | float) -> Floats:
    """Return great-circle distances in km (broadcasting)."""
    phi, other = np.radians(latitude), np.radians(lat)
    half = np.sin((phi - other) / 2) ** 2
    half = half + np.cos(phi) * np.cos(other) * np.sin(np.radians(longitude - lng) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(half)), dtype=np.float64)


def moved(latitude: Floats, longitude: Floats, km: Floats, bearing: Floats) -> tuple[Floats, Floats]:
    """Return points `km` away along `bearing` (radians); good to a few metres at the distances used here."""
    step = np.degrees(km / EARTH_KM)
    return latitude + step * np.cos(bearing), longitude + step * np.sin(bearing) / np.cos(np.radians(latitude))


def tree(latitude: Floats, longitude: Floats) -> cKDTree:
    """Return a tree of points on a sphere of the Earth's size; its distances are chords in km."""
    return cKDTree(_xyz(latitude, longitude))


def nearest(towns: cKDTree, latitude: Floats, longitude: Floats) -> tuple[Floats, Ints]:
    """Return distance (km) and row of the nearest point of a tree."""
    chord, row = towns.query(_xyz(latitude, longitude))
    return np.asarray(chord, dtype=np.float64), np.asarray(row, dtype=np.int64)


def _xyz(latitude: Floats, longitude: Floats) -> Floats:
    phi, lam = np.radians(latitude), np.radians(longitude)
    return EARTH_KM * np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def load() -> Geography:
    """Read the shipped geography of the covered countries (0.6 s)."""
    areas = geodata.admin1()
    place = {country.code: i for i, country in enumerate(COUNTRIES)}
    of_area = np.array([place.get(str(code), -1) for code in areas.countries], dtype=np.int64)
    rows = np.flatnonzero(of_area >= 0)
    region_of_area = np.full(len(of_area) + 1, -1, dtype=np.int64)  # the last entry serves the index -1
    region_of_area[rows] = np.arange(len(rows))
    found = [np.array(h3.geo_to_cells(areas.geometry[row], RESOLUTION), dtype=np.uint64) for row in rows]
    cells = np.concatenate(found)
    country = np.repeat(of_area[rows], [len(part) for part in found])
    cells, first = np.unique(cells, return_index=True)
    latitude, longitude = centres(cells)
    towns = _towns(place, areas, region_of_area)
    regions = _regions(areas, rows, of_area[rows], towns)
    region = np.repeat(np.arange(len(rows)), [len(part) for part in found])[first]
    return Geography(cells, latitude, longitude, country[first], region, towns, regions, areas, region_of_area)


def _towns(place: dict[str, int], areas: Areas, region_of_area: Ints) -> Towns:
    places = geodata.places()
    country = np.array([place.get(str(code), -1) for code in places.country], dtype=np.int64)
    rows = np.flatnonzero(country >= 0)
    rows = rows[np.lexsort((places.lat[rows], places.lng[rows], -places.population[rows].astype(np.int64)))]
    lat, lng = places.lat[rows].astype(np.float64).round(4), places.lng[rows].astype(np.float64).round(4)
    area = region_of_area[areas.locate(lat, lng)]
    return Towns(places.name[rows], lat, lng, places.population[rows].astype(np.float64), country[rows], area)


def _regions(areas: Areas, rows: Ints, country: Ints, towns: Towns) -> Regions:
    lat, lng = areas.label_lat[rows].copy(), areas.label_lng[rows].copy()
    names = np.asarray(areas.names, dtype=object)[rows]
    seat, seat_lat, seat_lng = names.copy(), lat.copy(), lng.copy()
    with_town, first = np.unique(towns.area, return_index=True)
    first, with_town = first[with_town >= 0], with_town[with_town >= 0]
    seat[with_town] = towns.name[first]
    seat_lat[with_town], seat_lng[with_town] = towns.latitude[first], towns.longitude[first]
    codes = np.asarray(areas.codes, dtype=object)[rows]
    return Regions(codes, names, country, lat, lng, seat, seat_lat, seat_lng)
