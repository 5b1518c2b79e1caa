"""Rows of a UCDP event file: every value checked, every complaint kept."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.rejections import SCHEMA
from data.sources.door import MOST_DEATHS, Door
from data.sources.gleditsch_ward import GED_BEGINS, STATES, country_code
from data.sources.ucdp_sheet import Kinds, Labels, Sheet
from data.sources.ucdp_values import BAD, MISSING
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

_FIRST_DAY: Final = to_day(GED_BEGINS)
KINDS: Final = Kinds(
    whole=("id", "country_id", "number_of_sources", *DEATHS, *CODES),
    days=("date_start", "date_end"),
    degrees=("latitude", "longitude"),
    labels=tuple(TEXTS),
)
"""How each column is read."""

_BY_NAME: Final = {state.name: state.number for state in reversed(STATES)}
_NUMBERS: Final = np.array([state.number for state in STATES])
_COUNTRY_REMEDY: Final = "Use the Gleditsch-Ward number that UCDP gives the country."


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows of a sheet that may be kept, in their order, and complaints about the others.

    `values` holds numbers under the schema's names, with `id` and `country_number` as numbers, days since 1970, `kind`
    as UCDP's code, NaN for missing degrees and -1 for a missing `sources_count`; `labels` holds repeated text under the
    names of `TEXTS`. `flipped` counts rows whose coordinates are off the globe but on it when swapped. `rows` are
    numbers as those of the sheet.
    """

    rows: NDArray[np.int64]
    values: dict[str, NDArray[Any]]
    labels: dict[str, Labels]
    headline: pa.StringArray
    complaints: list[pa.Table]
    read: int
    flipped: int

    def kept(self, good: NDArray[np.bool_]) -> "Checked":
        """Return some of the rows, with what else is known as it is."""
        if good.all():
            return self
        return replace(
            self,
            rows=self.rows[good],
            values={name: column[good] for name, column in self.values.items()},
            labels={name: column.kept(good) for name, column in self.labels.items()},
            headline=self.headline.filter(pa.array(good)),
        )

    def after(self, row: int) -> "Checked":
        """Return the same with `row` added to the number of every row."""
        moved = [table.set_column(0, SCHEMA.field("row"), pc.add(table["row"], row)) for table in self.complaints]
        return replace(self, rows=self.rows + row, complaints=moved)


class Checks:
    """Checks sheets, each by itself: in any order, in any thread."""

    def __init__(self, today: date) -> None:
        self._latest = to_day(today) + 1  # where the day begins first

    def check(self, sheet: Sheet) -> Checked:
        """Check the rows of a sheet and keep the good ones."""
        door = _SheetDoor(sheet)
        values: dict[str, NDArray[Any]] = {"id": self._ids(door).copy()}
        values |= self._codes(door)
        values |= self._dates(door)
        values |= self._coordinates(door)
        values |= {name: door.deaths(column, self._numbers(door, column)) for column, name in DEATHS.items()}
        values["country_number"] = self._country(door)
        values["sources_count"] = self._sources(door)
        labels = {name: door.labels(column) for column, name in TEXTS.items()}
        door.refuse(labels["country"].codes < 0, "missing country", "country", "Write the country as UCDP does.")
        headline = sheet.headlines("source_headline", "source_article")
        complaints = door.complaints if sheet.malformed is None else [sheet.malformed, *door.complaints]
        checked = Checked(sheet.rows, values, labels, headline, complaints, sheet.count, door.flipped)
        return checked.kept(door.good)

    def _numbers(self, door: "_SheetDoor", column: str) -> NDArray[np.int64]:
        return door.sheet.numbers(column)

    def _ids(self, door: "_SheetDoor") -> NDArray[np.int64]:
        ids = self._numbers(door, "id")
        door.refuse(ids == MISSING, "missing id", "id", "Give every row its UCDP id.")
        door.refuse((ids == BAD) | ((ids < 0) & (ids != MISSING)), "bad number", "id", "A UCDP id is a whole number.")
        return ids

    def _codes(self, door: "_SheetDoor") -> dict[str, NDArray[np.uint8]]:
        out = {}
        for column, (name, highest) in CODES.items():
            codes = self._numbers(door, column)
            door.refuse((codes < 1) | (codes > highest), "unknown code", column, f"Use a code from 1 to {highest}.")
            out[name] = codes.astype(np.uint8)
        return out

    def _dates(self, door: "_SheetDoor") -> dict[str, NDArray[np.int32]]:
        start, end = (door.sheet.days(column) for column in ("date_start", "date_end"))
        for column, decoded in (("date_start", start), ("date_end", end)):
            door.refuse(decoded <= BAD, "bad date", column, "Write a date of the calendar as YYYY-MM-DD.")
        door.refuse((end < start) & (end > BAD) & (start > BAD), "end before start", "date_end", "Swap the two dates.")
        door.refuse(end > self._latest, "date in the future", "date_end", "Check the year: it has not come yet.")
        early = (end < _FIRST_DAY) & (end > BAD)
        door.refuse(early, "date before 1989", "date_end", "GED begins on 1 January 1989: check the year.")
        return {"date_start": start.astype(np.int32), "date_end": end.astype(np.int32)}

    def _coordinates(self, door: "_SheetDoor") -> dict[str, NDArray[np.float64]]:
        latitude, longitude = door.sheet.degrees("latitude"), door.sheet.degrees("longitude")
        door.on_the_globe(latitude, longitude)
        return {"latitude": latitude[0].copy(), "longitude": longitude[0].copy()}

    def _country(self, door: "_SheetDoor") -> NDArray[np.int32]:
        if not door.sheet.has("country_id"):
            by_name = _numbers_of(door.labels("country"))
            door.refuse(by_name <= BAD, "unknown code", "country", "Write the country as UCDP does, or add country_id.")
            return by_name.astype(np.int32)
        numbers = self._numbers(door, "country_id")
        unnumbered = numbers == MISSING
        if unnumbered.any():
            numbers = np.where(unnumbered, _numbers_of(door.labels("country")), numbers)
        door.refuse(~np.isin(numbers, _NUMBERS), "unknown code", "country_id", _COUNTRY_REMEDY)
        return numbers.astype(np.int32)

    def _sources(self, door: "_SheetDoor") -> NDArray[np.int32]:
        counts = self._numbers(door, "number_of_sources")
        bad = (counts == BAD) | (counts > MOST_DEATHS) | ((counts < -1) & (counts > BAD))
        door.refuse(bad, "bad number", "number_of_sources", "Write a whole number; -1 where it is not known.")
        return np.clip(counts, -1, MOST_DEATHS).astype(np.int32)


class _SheetDoor(Door):
    """The rows of one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(sheet.rows)
        self.sheet = sheet
        self._labels: dict[str, Labels] = {}

    def labels(self, column: str) -> Labels:
        """Return a column of repeated text, encoded once."""
        if column not in self._labels:
            self._labels[column] = self.sheet.labels(column)
        return self._labels[column]

    def written(self, column: str, chosen: NDArray[np.bool_]) -> list[str | None]:
        """Return what the file has in a column of the chosen rows."""
        return list(self.sheet.text(column, chosen))


def _numbers_of(countries: Labels) -> NDArray[np.int64]:
    """Return the Gleditsch-Ward number of each country by its name, `MISSING` or `BAD`."""
    known = np.array([*(_BY_NAME.get(name.strip(), BAD) for name in countries.words), MISSING], dtype=np.int64)
    return known[countries.codes]


def country_codes(numbers: NDArray[np.int32]) -> pa.DictionaryArray:
    """Return the ISO3 code of each Gleditsch-Ward number."""
    states = pa.array(numbers).dictionary_encode()
    words = pa.array(
        [country_code(number) for number in states.dictionary.to_pylist()], pa.string()
    ).dictionary_encode()
    return pa.DictionaryArray.from_arrays(words.indices.take(states.indices), words.dictionary)
