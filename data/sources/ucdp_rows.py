"""Rows of a UCDP event file: every value checked, every complaint kept, in one pass over batches of text."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.readers.opened import Batch
from data.rejections import Rejections, collected, complaint_rows
from data.sources.gleditsch_ward import GED_BEGINS, STATES, country_code
from data.sources.ucdp_values import BAD, MISSING, Decoder, day, days, degrees, whole_number, whole_numbers
from geo.coordinates import LATITUDE_LIMIT, LONGITUDE_LIMIT
from geo.periods import to_day

DEATHS: Final = {
    "low": "deaths_low",
    "best": "deaths_best",
    "high": "deaths_high",
    "deaths_a": "deaths_a",
    "deaths_b": "deaths_b",
    "deaths_civilians": "deaths_civilians",
    "deaths_unknown": "deaths_unknown",
}
"""UCDP's columns of deaths and their names in the event schema."""

TEXTS: Final = {
    "where_coordinates": "place",
    "adm_1": "adm_1",
    "adm_2": "adm_2",
    "country": "country",
    "side_a": "actor_a",
    "side_b": "actor_b",
    "conflict_name": "conflict",
    "dyad_name": "dyad",
    "code_status": "status",
    "region": "region",
    "source_file": "part",
}
"""UCDP's columns of repeated text and their names here."""

CODES: Final = {
    "type_of_violence": ("kind", 3),
    "where_prec": ("place_precision", 7),
    "date_prec": ("date_precision", 5),
}
"""UCDP's columns of codes from 1, their names here and their highest code."""

LONGEST_HEADLINE: Final = 500
"""Characters of a headline that are kept: some rows list dozens of articles."""

_FIRST_DAY: Final = to_day(GED_BEGINS)
_MOST: Final = 2**31 - 1
_BY_NAME: Final = {state.name: state.number for state in reversed(STATES)}
_NUMBERS: Final = np.array([state.number for state in STATES])
_COUNTRY_REMEDY: Final = "Use the Gleditsch-Ward number that UCDP gives the country."


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows that were kept, in the order of the file, and all that were not.

    `table` holds the schema's columns under their names with `id` and `country_number` as numbers, days as int32,
    `kind` as UCDP's code, and `region`; `flipped` counts rows whose coordinates are off the globe but on it when
    swapped.
    """

    table: pa.Table
    rejections: Rejections
    read: int
    flipped: int


class Collector:
    """Takes batch after batch of text and gives `Rows` at the end."""

    def __init__(self, today: date) -> None:
        self._latest = to_day(today) + 1  # where the day begins first
        self._whole = Decoder(whole_number)
        self._day = Decoder(day)
        self._name = Decoder(lambda name: _BY_NAME.get(name.strip(), BAD))
        self._kept: list[pa.RecordBatch] = []
        self._complaints: list[pa.Table] = []
        self._read = 0
        self._flipped = 0

    def add(self, batch: Batch) -> None:
        """Check the rows of a batch and keep the good ones."""
        self._read += len(batch.rows)
        if batch.malformed is not None:
            self._read += batch.malformed.num_rows
            self._complaints.append(batch.malformed)
        door = _Door(batch)
        columns: dict[str, pa.Array | NDArray[np.generic]] = {"row": batch.rows, "id": self._ids(door)}
        columns |= self._codes(door)
        columns |= self._dates(door)
        columns |= self._coordinates(door)
        columns |= {name: self._deaths(door, column) for column, name in DEATHS.items()}
        columns["country_number"] = self._country(door)
        columns["sources_count"] = self._sources(door)
        columns |= {name: door.labels(column) for column, name in TEXTS.items()}
        unnamed = door.labels("country").is_null().to_numpy(zero_copy_only=False)
        door.refuse(unnamed, "missing country", "country", "Write the country as UCDP does.")
        columns["headline"] = _headline(door)
        self._complaints += door.complaints
        table = pa.RecordBatch.from_pydict({name: pa.array(values) for name, values in columns.items()})
        self._kept.append(table if door.good.all() else table.filter(pa.array(door.good)))

    def finish(self) -> Rows:
        """Return everything, duplicates rejected: of several rows with one id the first is kept."""
        if not self._kept:
            return Rows(pa.table({}), collected(self._complaints), self._read, self._flipped)
        table = pa.Table.from_batches(self._kept)
        self._kept.clear()
        ids = table["id"].to_numpy()
        if len(ids) and not (np.diff(ids) > 0).all():
            order = np.argsort(ids, kind="stable")
            again = order[1:][np.diff(ids[order]) == 0]
            if len(again):
                rows = table["row"].to_numpy()
                values = [str(value) for value in ids[again]]
                remedy = "The id stands in an earlier row: remove one of the two."
                self._complaints.append(complaint_rows(rows[again], "duplicate id", "id", values, remedy))
                keep = np.ones(len(ids), dtype=bool)
                keep[again] = False
                table = table.filter(pa.array(keep))
        return Rows(table.drop_columns(["row"]), collected(self._complaints), self._read, self._flipped)

    def _numbers(self, door: "_Door", column: str) -> NDArray[np.int64]:
        return whole_numbers(door.text(column), self._whole)

    def _ids(self, door: "_Door") -> NDArray[np.int64]:
        ids = self._numbers(door, "id")
        door.refuse(ids == MISSING, "missing id", "id", "Give every row its UCDP id.")
        door.refuse((ids == BAD) | ((ids < 0) & (ids != MISSING)), "bad number", "id", "A UCDP id is a whole number.")
        return ids

    def _codes(self, door: "_Door") -> dict[str, NDArray[np.uint8]]:
        out = {}
        for column, (name, highest) in CODES.items():
            codes = self._numbers(door, column)
            door.refuse((codes < 1) | (codes > highest), "unknown code", column, f"Use a code from 1 to {highest}.")
            out[name] = codes.astype(np.uint8)
        return out

    def _dates(self, door: "_Door") -> dict[str, NDArray[np.int32]]:
        start, end = (days(door.text(column), self._day) for column in ("date_start", "date_end"))
        for column, decoded in (("date_start", start), ("date_end", end)):
            door.refuse(decoded <= BAD, "bad date", column, "Write a date of the calendar as YYYY-MM-DD.")
        door.refuse((end < start) & (end > BAD) & (start > BAD), "end before start", "date_end", "Swap the two dates.")
        door.refuse(end > self._latest, "date in the future", "date_end", "Check the year: it has not come yet.")
        early = (end < _FIRST_DAY) & (end > BAD)
        door.refuse(early, "date before 1989", "date_end", "GED begins on 1 January 1989: check the year.")
        return {"date_start": start.astype(np.int32), "date_end": end.astype(np.int32)}

    def _coordinates(self, door: "_Door") -> dict[str, pa.Array]:
        lat, bad_lat = degrees(door.text("latitude"))
        lng, bad_lng = degrees(door.text("longitude"))
        for column, bad in (("latitude", bad_lat), ("longitude", bad_lng)):
            door.refuse(bad, "bad number", column, "Write decimal degrees with a point, such as 12.05.")
        no_lat, no_lng = np.isnan(lat), np.isnan(lng)
        readable = ~(bad_lat | bad_lng)
        remedy = "Give both coordinates or neither."
        door.refuse(readable & no_lat & ~no_lng, "one coordinate missing", "latitude", remedy)
        door.refuse(readable & no_lng & ~no_lat, "one coordinate missing", "longitude", remedy)
        off_lat, off_lng = np.abs(lat) > LATITUDE_LIMIT, np.abs(lng) > LONGITUDE_LIMIT
        remedy = "Latitude runs from -90 to 90, longitude from -180 to 180: are the two swapped?"
        door.refuse(off_lat, "coordinates out of range", "latitude", remedy)
        door.refuse(off_lng, "coordinates out of range", "longitude", remedy)
        self._flipped += int((off_lat & (np.abs(lng) <= LATITUDE_LIMIT) & (np.abs(lat) <= LONGITUDE_LIMIT)).sum())
        return {"latitude": pa.array(lat, from_pandas=True), "longitude": pa.array(lng, from_pandas=True)}

    def _deaths(self, door: "_Door", column: str) -> NDArray[np.int32]:
        deaths = self._numbers(door, column)
        unreadable = (deaths <= BAD) | (deaths > _MOST)
        door.refuse(unreadable, "bad number", column, "Write a whole number; 0 where nobody is known to have died.")
        door.refuse((deaths < 0) & ~unreadable, "negative deaths", column, "Deaths are counted from 0.")
        return deaths.astype(np.int32)

    def _country(self, door: "_Door") -> NDArray[np.int32]:
        if not door.has("country_id"):
            by_name = self._name(door.labels("country"))
            door.refuse(by_name <= BAD, "unknown code", "country", "Write the country as UCDP does, or add country_id.")
            return by_name.astype(np.int32)
        numbers = self._numbers(door, "country_id")
        unnumbered = numbers == MISSING
        if unnumbered.any():
            numbers = np.where(unnumbered, self._name(door.labels("country")), numbers)
        door.refuse(~np.isin(numbers, _NUMBERS), "unknown code", "country_id", _COUNTRY_REMEDY)
        return numbers.astype(np.int32)

    def _sources(self, door: "_Door") -> pa.Array:
        counts = self._numbers(door, "number_of_sources")
        bad = (counts == BAD) | (counts > _MOST) | ((counts < -1) & (counts > BAD))
        door.refuse(bad, "bad number", "number_of_sources", "Write a whole number; -1 where it is not known.")
        return pa.array(np.clip(counts, -1, _MOST).astype(np.int32), mask=counts < 0)


class _Door:
    """Where the rows of one batch are let in or refused."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._there = frozenset(batch.columns.schema.names)
        self.good = np.ones(len(batch.rows), dtype=bool)
        self.complaints: list[pa.Table] = []
        self._labels: dict[str, pa.DictionaryArray] = {}

    def has(self, column: str) -> bool:
        return column in self._there

    def text(self, column: str) -> pa.Array:
        """Return a column as text, all missing where the file has no such column."""
        if column in self._there:
            return self._batch.columns.column(column)
        return pa.nulls(len(self._batch.rows), pa.string())

    def labels(self, column: str) -> pa.DictionaryArray:
        """Return a column of repeated text, encoded once."""
        if column not in self._labels:
            self._labels[column] = self.text(column).dictionary_encode()
        return self._labels[column]

    def refuse(self, bad: NDArray[np.bool_], reason: str, column: str, remedy: str) -> None:
        """Refuse the rows where `bad` is true, naming the column, the value as written and the remedy."""
        if not bad.any():
            return
        self.good &= ~bad
        values = self.text(column).filter(pa.array(bad)).to_pylist()
        self.complaints.append(complaint_rows(self._batch.rows[bad].tolist(), reason, column, values, remedy))


def _headline(door: _Door) -> pa.Array:
    headline = door.text("source_headline")
    text = pc.if_else(headline.is_valid(), headline, door.text("source_article"))
    long = pc.greater(pc.binary_length(text), LONGEST_HEADLINE)
    if not pc.any(long).as_py():
        return text
    cut = pc.utf8_slice_codeunits(text.filter(long), 0, LONGEST_HEADLINE)
    return pc.replace_with_mask(text, pc.fill_null(long, fill_value=False), cut)


def country_codes(numbers: NDArray[np.int32]) -> pa.DictionaryArray:
    """Return the ISO3 code of each Gleditsch-Ward number."""
    states = pa.array(numbers).dictionary_encode()
    words = pa.array(
        [country_code(number) for number in states.dictionary.to_pylist()], pa.string()
    ).dictionary_encode()
    return pa.DictionaryArray.from_arrays(words.indices.take(states.indices), words.dictionary)
