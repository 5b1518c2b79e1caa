"""Rows of a table derived from UCDP: every value checked, every complaint kept."""

from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from data.readers.opened import Batch
from data.sources.door import MOST_DEATHS, BatchDoor
from data.sources.gleditsch_ward import GED_BEGINS, STATES
from data.sources.kept_rows import KeptRows, kept_rows
from data.sources.ucdp_values import BAD, MISSING, Decoder, day, days, whole_number, whole_numbers
from geo.periods import to_day

_BY_NAME: Final = {state.name: state.number for state in reversed(STATES)}
_HIGHEST_KIND: Final = 3


class Collector:
    """Takes batch after batch of text and gives `KeptRows` in the columns of the file.

    Its one date stands in `date_start` and `date_end`, the Gleditsch-Ward number in `country_number`.
    """

    def __init__(self, today: date) -> None:
        self._latest = to_day(today) + 1  # where the day begins first
        self._whole = Decoder(whole_number)
        self._day = Decoder(day)
        self._country = Decoder(lambda name: _BY_NAME.get(name.strip(), BAD))
        self._kept: list[pa.Table] = []
        self._complaints: list[pa.Table] = []
        self._read = self._flipped = 0

    def add(self, batch: Batch) -> None:
        """Check the rows of a batch and keep the good ones."""
        self._read += len(batch.rows)
        if batch.malformed is not None:
            self._read += batch.malformed.num_rows
            self._complaints.append(batch.malformed)
        door = BatchDoor(batch)
        ids, kinds = (whole_numbers(door.text(name), self._whole) for name in ("id", "type_of_violence"))
        door.refuse(ids == MISSING, "missing id", "id", "Give every row its UCDP id.")
        door.refuse((ids == BAD) | ((ids < 0) & (ids > BAD)), "bad number", "id", "A UCDP id is a whole number.")
        unknown = (kinds < 1) | (kinds > _HIGHEST_KIND)
        door.refuse(unknown, "unknown code", "type_of_violence", "Use a code from 1 to 3.")
        when = days(door.text("date"), self._day)
        door.refuse(when <= BAD, "bad date", "date", "Write a date of the calendar as YYYY-MM-DD.")
        door.refuse(when > self._latest, "date in the future", "date", "Check the year: it has not come yet.")
        early = (when < to_day(GED_BEGINS)) & (when > BAD)
        door.refuse(early, "date before 1989", "date", "GED begins on 1 January 1989: check the year.")
        numbers = self._country(door.text("country"))
        door.refuse(numbers <= BAD, "unknown code", "country", "Write the country as UCDP does.")
        columns = {
            "row": batch.rows,
            "id": ids,
            "type_of_violence": kinds.astype(np.int32),
            "date_start": when.astype(np.int32),
            "date_end": when.astype(np.int32),
            "country_number": numbers.astype(np.int32),
            "country": door.labels("country"),
            "region": door.labels("region"),
            "conflict": door.labels("conflict_name"),
            "best": door.deaths("best", whole_numbers(door.text("best"), self._whole)),
            "civilian_deaths": self._civilians(door),
            **door.coordinates(),
        }
        self._complaints += door.complaints
        self._flipped += door.flipped
        table = pa.table({name: pa.array(values) for name, values in columns.items()})
        self._kept.append(table.filter(pa.array(door.good)))

    def _civilians(self, door: BatchDoor) -> pa.Array:
        if not door.has("civilian_deaths"):
            return pa.nulls(len(door.good), pa.int32())
        numbers = door.deaths("civilian_deaths", whole_numbers(door.text("civilian_deaths"), self._whole))
        return pa.array(np.clip(numbers, 0, MOST_DEATHS))

    def finish(self) -> KeptRows:
        """Return everything, duplicates rejected: of several rows with one id the first is kept."""
        return kept_rows(self._kept, self._complaints, self._read, self._flipped, "id")
