"""Where points lie: their H3 cell at resolution 7 and the admin-1 polygon that holds them, once for each coordinate."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data import geodata
from geo.cells import NO_CELL, bin_points
from geo.coordinates import Degrees, distinct


@dataclass(frozen=True, slots=True)
class Places:
    """One row a record: `cell` (0 without coordinates), `area` and `area_country` as dictionary columns."""

    cell: NDArray[np.uint64]
    area: pa.DictionaryArray
    area_country: pa.DictionaryArray


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
    return Places(cells, _labels(list(areas.codes), index), _labels(list(areas.countries), index))


def _labels(words: list[str], index: NDArray[np.int32]) -> pa.DictionaryArray:
    """Return the word of each index (-1: missing); equal words share one entry."""
    distinct_words, position = np.unique(np.array(words, dtype=str), return_inverse=True)
    codes = np.append(position.astype(np.int32), np.int32(-1))[index]
    missing = index < 0
    return pa.DictionaryArray.from_arrays(
        pa.array(np.where(missing, 0, codes), mask=missing), pa.array(distinct_words.tolist())
    )
