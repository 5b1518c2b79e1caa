"""Where the rows of a UCDP file happened: each distinct point of a country is located once, in a file of any size."""

from typing import Any, Final

import numba
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data import geodata
from data.located import Places, brought_home, locate
from data.sources.gleditsch_ward import candidates
from geo.coordinates import LATITUDE_LIMIT, Degrees
from geo.errors import FileRefused

_FIRST: Final = 1 << 14
_POINTS_TO_JUDGE: Final = 5
_NATIONAL: Final = 6


class PlaceBook:
    """The distinct triples of latitude, longitude (degrees, NaN where missing) and Gleditsch-Ward number met so far."""

    def __init__(self) -> None:
        self._slots = np.zeros(2 * _FIRST, dtype=np.int32)
        self._keys = np.zeros((_FIRST, 3), dtype=np.uint64)
        self._count = 0
        self._cell = np.zeros(0, dtype=np.uint64)
        self._area = np.zeros(0, dtype=np.int32)
        self._outside = np.zeros(0, dtype=bool)
        self._judged = np.zeros(0, dtype=np.int64)

    def places(self, lat: Degrees, lng: Degrees, country: NDArray[np.int32], precision: NDArray[np.uint8]) -> Places:
        """Return where each row lies; what a generalised border left in a neighbour is given back to its country."""
        entry = self._entries(lat, lng, country)
        self._locate()
        judged = ~np.isnan(lat) & (precision < _NATIONAL)
        self._judged += np.bincount(entry[judged], minlength=self._count)
        return Places(self._cell[entry], self._area[entry])

    def _entries(self, lat: Degrees, lng: Degrees, country: NDArray[np.int32]) -> NDArray[np.int32]:
        keys = (lat + 0.0).view(np.uint64), (lng + 0.0).view(np.uint64), country  # 0.0 for -0.0
        out = np.empty(len(lat), dtype=np.int32)
        done = 0
        while True:
            done, self._count = _entries(*keys, self._slots, self._keys, self._count, done, out)
            if done == len(out):
                return out
            self._keys = np.concatenate([self._keys, np.zeros_like(self._keys)])
            self._slots = np.zeros(2 * len(self._slots), dtype=np.int32)
            _place(self._slots, self._keys, self._count)

    def _known(self, begin: int = 0) -> tuple[Degrees, Degrees, NDArray[np.int32]]:
        lat, lng, country = self._keys[begin : self._count].T
        return (
            np.ascontiguousarray(lat).view(np.float64),
            np.ascontiguousarray(lng).view(np.float64),
            country.astype(np.int32),
        )

    def _locate(self) -> None:
        """Locate the triples that are new."""
        begin = len(self._cell)
        if begin == self._count:
            return
        lat, lng, country = self._known(begin)
        found = locate(lat, lng)
        outside = _outside(country, found)
        found = _home(lat, lng, country, found, outside)
        self._cell = np.append(self._cell, found.cell)
        self._area = np.append(self._area, found.index)
        self._outside = np.append(self._outside, outside)
        self._judged = np.append(self._judged, np.zeros(len(lat), dtype=np.int64))

    def refuse_misplaced(self, name: str) -> None:
        """Refuse a file of which most points lie outside their stated country, saying whether they are swapped."""
        rows = np.where(self._outside, self._judged, 0)
        outside, judged = int(rows.sum()), int(self._judged.sum())
        if outside < _POINTS_TO_JUDGE or outside * 2 <= judged:
            return
        lat, lng, country = self._known()
        could = (rows > 0) & (np.abs(lng) <= LATITUDE_LIMIT)
        other_way = ~_outside(country[could], locate(lng[could], lat[could]))
        if int(rows[could][other_way].sum()) * 2 > outside:
            raise swapped(name, outside, judged)
        raise FileRefused(
            f"{outside:,} of {judged:,} points of {name} lie outside their stated country.",
            remedy="Check that latitude, longitude and country_id stand in their own columns, in decimal degrees.",
        )


def swapped(name: str, outside: int, of: int) -> FileRefused:
    """Return the refusal of a file whose coordinates are the other way round."""
    return FileRefused(
        f"Latitude and longitude of {name} are swapped: {outside:,} of {of:,} points lie outside their stated country, "
        "and inside it the other way round.",
        remedy="Swap the two column names in the file and load it again.",
    )


def _outside(numbers: NDArray[np.int32], places: Places) -> NDArray[np.bool_]:
    """Return which points lie in no polygon of the countries that their state covered at any time."""
    found = places.area_country
    codes = found.indices.fill_null(len(found.dictionary)).to_numpy()
    words = [*found.dictionary.to_pylist(), None]
    states = pa.array(numbers).dictionary_encode()
    held = [candidates(number) for number in states.dictionary.to_pylist()]
    inside = np.array([[word in countries for word in words] for countries in held], dtype=bool)
    outside: NDArray[np.bool_] = ~inside.reshape(-1, len(words))[states.indices.to_numpy(), codes]
    return outside


def _home(lat: Degrees, lng: Degrees, numbers: NDArray[np.int32], places: Places, outside: NDArray[np.bool_]) -> Places:
    """Return the places with points that a generalised border left in a neighbour given back to their country.

    Areas of undetermined status (X-) keep what lies in them.
    """
    undetermined = np.char.startswith(geodata.admin1("fine").countries.astype(str), "X-")
    outside = outside & ~np.isnan(lat) & ~np.append(undetermined, False)[places.index]
    away = {candidates(number): np.flatnonzero(outside & (numbers == number)) for number in np.unique(numbers[outside])}
    return brought_home(places, lat, lng, away)


@numba.njit(cache=True, nogil=True, inline="always")
def _hash(lat: np.uint64, lng: np.uint64, country: np.uint64) -> Any:  # noqa: ANN401
    hashed = (lat ^ (country << np.uint64(20))) * np.uint64(0x9E3779B97F4A7C15)
    hashed ^= hashed >> np.uint64(32)
    hashed = (hashed ^ lng) * np.uint64(0xD6E8FEB86659FD93)
    return hashed ^ (hashed >> np.uint64(32))


@numba.njit(cache=True, nogil=True)
def _place(slots: NDArray[np.int32], held: NDArray[np.uint64], count: int) -> None:
    mask = np.uint64(len(slots) - 1)
    for code in range(count):
        slot = _hash(held[code, 0], held[code, 1], held[code, 2]) & mask
        while slots[slot] != 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = code + 1


@numba.njit(cache=True, nogil=True)
def _entries(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    lats: NDArray[np.uint64],
    lngs: NDArray[np.uint64],
    countries: NDArray[np.int32],
    slots: NDArray[np.int32],
    held: NDArray[np.uint64],
    count: int,
    done: int,
    out: NDArray[np.int32],
) -> Any:  # noqa: ANN401
    """Give each triple its number from row `done` on; returns where it stopped for want of room, and the count."""
    mask = np.uint64(len(slots) - 1)
    for row in range(done, len(out)):
        lat, lng, country = lats[row], lngs[row], np.uint64(countries[row])
        slot = _hash(lat, lng, country) & mask
        while True:
            code = np.int64(slots[slot]) - 1
            if code < 0:
                if count == len(held):
                    return row, count
                code = np.int64(count)
                held[code, 0], held[code, 1], held[code, 2] = lat, lng, country
                slots[slot] = code + 1
                count += 1
                break
            if held[code, 0] == lat and held[code, 1] == lng and held[code, 2] == country:
                break
            slot = (slot + np.uint64(1)) & mask
        out[row] = code
    return len(out), count
