"""Towns and villages: names and labels only, never a denominator (their people are a fraction of a country's)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.coordinates import Degrees, check_coordinates
from geo.errors import ValueRefused
from geo.frozen import frozen, same_length

EARTH_KM = 6371.0088


@dataclass(frozen=True, eq=False)
class Places:
    """Populated places, one index for all columns.

    `name` and `country` (ISO 3166 alpha-3, by GeoNames) are object arrays of str; `lat`, `lng` float32 degrees;
    `population` int32, 0 where not known; `capital` marks national capitals; `rank`, 0 (capital) to 8, orders labels.
    """

    name: NDArray[np.object_]
    lat: NDArray[np.float32]
    lng: NDArray[np.float32]
    country: NDArray[np.object_]
    population: NDArray[np.int32]
    capital: NDArray[np.bool_]
    rank: NDArray[np.uint8]

    def __post_init__(self) -> None:
        columns = {name: getattr(self, name) for name in self.__dataclass_fields__}
        same_length(**columns)
        for name, column in columns.items():
            object.__setattr__(self, name, frozen(column))
        check_coordinates(self.lat.astype(np.float64), self.lng.astype(np.float64))

    def __len__(self) -> int:
        return len(self.name)

    @cached_property
    def _sphere(self) -> NDArray[np.float64]:
        return _unit_vectors(self.lat.astype(np.float64), self.lng.astype(np.float64))

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self._sphere)

    def nearest_place(
        self, latitude: Degrees, longitude: Degrees, min_population: int = 0
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Return the index of the nearest place to each point (degrees) and its great-circle distance in km.

        Only places of at least `min_population` people count. Raises `ValueRefused` for coordinates off the globe,
        and where no place is that large.
        """
        lat, lng = np.asarray(latitude, dtype=np.float64), np.asarray(longitude, dtype=np.float64)
        check_coordinates(lat, lng)
        if min_population <= 0:
            chosen, tree = np.arange(len(self)), self._tree
        else:
            chosen = np.flatnonzero(self.population >= min_population)
            tree = cKDTree(self._sphere[chosen])
        if len(chosen) == 0:
            raise ValueRefused("no place is that large", value=min_population, remedy="Ask for a smaller population.")
        chord, nearest = tree.query(_unit_vectors(lat, lng))
        km = 2.0 * EARTH_KM * np.arcsin(np.minimum(np.asarray(chord, dtype=np.float64) / 2.0, 1.0))
        return chosen[nearest].astype(np.int32), km


def _unit_vectors(latitude: Degrees, longitude: Degrees) -> NDArray[np.float64]:
    lat, lng = np.radians(latitude), np.radians(longitude)
    return np.column_stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)])
