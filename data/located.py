"""Where points lie: their H3 cell at resolution 7 and the admin-1 polygon that holds them, once for each coordinate."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data import geodata
from geo.cells import NO_CELL, bin_points
from geo.coordinates import Degrees, distinct


@dataclass(frozen=True, slots=True)
class Places:
    """One row a record: `cell` (0 without coordinates) and `index` of the admin-1 area, -1 where in none."""

    cell: NDArray[np.uint64]
    index: NDArray[np.int32]

    @property
    def area(self) -> pa.DictionaryArray:
        """Code of the area, as a dictionary column."""
        return _labels("codes", self.index)

    @property
    def area_country(self) -> pa.DictionaryArray:
        """Country of the area, as a dictionary column."""
        return _labels("countries", self.index)


def locate(latitude: Degrees, longitude: Degrees) -> Places:
    """Return where each point (degrees, NaN where missing) lies; shipped admin-1 boundaries, fine detail."""
    areas = geodata.admin1("fine")
    missing = np.isnan(latitude)
    # Where all are given, which is usual, nothing is copied.
    given = np.flatnonzero(~missing) if missing.any() else slice(None)
    lats, lngs, pair = distinct(latitude[given], longitude[given])
    cells = np.full(len(latitude), NO_CELL, dtype=np.uint64)
    index = np.full(len(latitude), -1, dtype=np.int32)
    with ThreadPoolExecutor(1) as pool:  # the join leaves the interpreter's lock, so both go at once
        found = pool.submit(areas.locate, lats, lngs)
        cells[given] = bin_points(lats, lngs)[pair]
        index[given] = found.result()[pair]
    return Places(cells, index)


def brought_home(
    places: Places, latitude: Degrees, longitude: Degrees, away: Mapping[frozenset[str], NDArray[np.intp]]
) -> Places:
    """Return the places with records just across a border in the country that their source names.

    `away` holds the rows that lie outside their own countries, by those countries. Outlines are generalised by
    kilometres: a row within `geo.areas.COAST_KM` of its own countries belongs to the nearest of their areas.
    """
    areas = geodata.admin1("fine")
    index = places.index.copy()
    for countries, rows in away.items():
        nearest = areas.nearest(latitude[rows], longitude[rows], countries)
        index[rows[nearest >= 0]] = nearest[nearest >= 0]
    return Places(places.cell, index)


@cache
def _words(column: str) -> tuple[pa.StringArray, NDArray[np.int32]]:
    """Return the distinct words of a column of the areas, sorted, and the place of each area's word; -1 at the end."""
    words, position = np.unique(getattr(geodata.admin1("fine"), column).astype(str), return_inverse=True)
    return pa.array(words.tolist()), np.append(position.astype(np.int32), np.int32(-1))


def _labels(column: str, index: NDArray[np.int32]) -> pa.DictionaryArray:
    """Return the word of each index (-1: missing); equal words share one entry."""
    words, position = _words(column)
    codes = position[index]
    missing = index < 0
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=missing if missing.any() else None), words)
