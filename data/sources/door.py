"""Where rows of a file are let in or refused: every complaint names row, column, value and remedy."""

from abc import ABC, abstractmethod
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.readers.opened import Batch
from data.rejections import complaint_rows
from data.sources.ucdp_values import BAD, degrees
from geo.coordinates import LATITUDE_LIMIT, LONGITUDE_LIMIT

MOST_DEATHS: Final = 2**31 - 1

Decoded = tuple[NDArray[np.float64], NDArray[np.bool_]]


class Door(ABC):
    """Some rows of a file by their numbers; `good` says which are still let in, `complaints` why the others are not."""

    def __init__(self, rows: NDArray[np.int64]) -> None:
        self.rows = rows
        self.good = np.ones(len(rows), dtype=bool)
        self.complaints: list[pa.Table] = []
        self.flipped = 0
        """Rows whose coordinates are off the globe but on it when swapped."""

    @abstractmethod
    def written(self, column: str, chosen: NDArray[np.bool_]) -> list[str | None]:
        """Return what the file has in a column of the chosen rows."""

    def refuse(self, bad: NDArray[np.bool_], reason: str, column: str, remedy: str) -> None:
        """Refuse the rows where `bad` is true, naming the column, the value as written and the remedy."""
        if not bad.any():
            return
        self.good &= ~bad
        rows = self.rows[bad].tolist()
        self.complaints.append(complaint_rows(rows, reason, column, self.written(column, bad), remedy))

    def deaths(self, column: str, numbers: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return decoded deaths, refusing what is no whole number from 0."""
        unreadable = (numbers <= BAD) | (numbers > MOST_DEATHS)
        self.refuse(unreadable, "bad number", column, "Write a whole number; 0 where nobody is known to have died.")
        self.refuse((numbers < 0) & ~unreadable, "negative deaths", column, "Deaths are counted from 0.")
        return numbers.astype(np.int32)

    def on_the_globe(self, latitude: Decoded, longitude: Decoded) -> None:
        """Refuse degrees that are unreadable, stand alone or lie off the globe; each is decoded, NaN where missing."""
        (lat, bad_lat), (lng, bad_lng) = latitude, longitude
        for column, bad in (("latitude", bad_lat), ("longitude", bad_lng)):
            self.refuse(bad, "bad number", column, "Write decimal degrees with a point, such as 12.05.")
        no_lat, no_lng = np.isnan(lat), np.isnan(lng)
        readable = ~(bad_lat | bad_lng)
        remedy = "Give both coordinates or neither."
        self.refuse(readable & no_lat & ~no_lng, "one coordinate missing", "latitude", remedy)
        self.refuse(readable & no_lng & ~no_lat, "one coordinate missing", "longitude", remedy)
        off_lat, off_lng = np.abs(lat) > LATITUDE_LIMIT, np.abs(lng) > LONGITUDE_LIMIT
        remedy = "Latitude runs from -90 to 90, longitude from -180 to 180: are the two swapped?"
        self.refuse(off_lat, "coordinates out of range", "latitude", remedy)
        self.refuse(off_lng, "coordinates out of range", "longitude", remedy)
        self.flipped += int((off_lat & (np.abs(lng) <= LATITUDE_LIMIT) & (np.abs(lat) <= LONGITUDE_LIMIT)).sum())


class BatchDoor(Door):
    """The rows of one batch of text columns."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(batch.rows)
        self._batch = batch
        self._there = frozenset(batch.columns.schema.names)

    def has(self, column: str) -> bool:
        """Return whether the file has such a column."""
        return column in self._there

    def text(self, column: str) -> pa.Array:
        """Return a column as text, all missing where the file has no such column."""
        if column in self._there:
            return self._batch.columns.column(column)
        return pa.nulls(len(self._batch.rows), pa.string())

    def labels(self, column: str) -> pa.DictionaryArray:
        """Return a column of repeated text, encoded."""
        return self.text(column).dictionary_encode()

    def written(self, column: str, chosen: NDArray[np.bool_]) -> list[str | None]:
        """Return what the file has in a column of the chosen rows."""
        found: list[str | None] = self.text(column).filter(pa.array(chosen)).to_pylist()
        return found

    def coordinates(self) -> dict[str, pa.Array]:
        """Return `latitude` and `longitude` in degrees, missing together, refusing what lies off the globe."""
        latitude, longitude = degrees(self.text("latitude")), degrees(self.text("longitude"))
        self.on_the_globe(latitude, longitude)
        return {
            "latitude": pa.array(latitude[0], from_pandas=True),
            "longitude": pa.array(longitude[0], from_pandas=True),
        }
