"""Rows of an ACLED event file: every value checked, every complaint kept, in one pass over batches of text."""

import datetime as dt
import re
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.events import KINDS
from data.readers.opened import Batch
from data.sources.door import BatchDoor
from data.sources.iso_3166 import alpha_3
from data.sources.kept_rows import KeptRows, kept_rows
from data.sources.ucdp_values import BAD, Decoder, day, whole_number, whole_numbers
from geo.periods import to_day

BEGINS: Final = dt.date(1997, 1, 1)
"""The first day of ACLED's oldest coverage."""

EVENT_TYPES: Final = (
    "Battles",
    "Explosions/Remote violence",
    "Violence against civilians",
    "Protests",
    "Riots",
    "Strategic developments",
)
DISORDER_TYPES: Final = ("Political violence", "Demonstrations", "Strategic developments")
LONGEST_NOTE: Final = 500
"""Characters of a note that are kept."""

_PLACE_PRECISIONS: Final = {1: 1, 2: 3, 3: 4}
"""UCDP's `where_prec` of each `geo_precision` (methods.md 2)."""
_DATE_PRECISIONS: Final = {1: 1, 2: 3, 3: 4}
"""UCDP's `date_prec` of each `time_precision`: day, week, month."""
_HALF_A_WEEK: Final = 3
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDED: Final = re.compile(r"\s*(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})\s*")
_STATE_FORCES: Final = frozenset({"1", "1.0", "state forces"})
_TEXTS: Final = {
    "actor1": "actor_a",
    "actor2": "actor_b",
    "admin1": "adm_1",
    "admin2": "adm_2",
    "country": "country",
    "location": "place",
    "timestamp": "revision",
}


def written_day(text: str) -> int:
    """Return the day number of a date as YYYY-MM-DD, 1 January 2024 or 01-Jan-2024, else `BAD`."""
    found = _WORDED.fullmatch(text)
    if not found:
        return BAD if "/" in text else day(text)
    word = found[2].lower()[:3]
    if word not in _MONTHS:
        return BAD
    try:
        return to_day(dt.date(int(found[3]), _MONTHS.index(word) + 1, int(found[1])))
    except ValueError:
        return BAD


class Collector:
    """Takes batch after batch of text and gives `KeptRows` in the event schema's columns, with days as int32.

    `unknown` maps each event or disorder type that is not in the vocabulary to its number of rows.
    """

    def __init__(self, today: dt.date) -> None:
        self.unknown: dict[str, int] = {}
        self._latest = to_day(today) + 1  # where the day begins first
        self._whole = Decoder(whole_number)
        self._day = Decoder(written_day)
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
        ids = pc.utf8_trim_whitespace(door.text("event_id_cnty"))
        door.refuse(_empty(ids), "missing id", "event_id_cnty", "Give every row its ACLED event id.")
        columns: dict[str, pa.Array | NDArray[np.generic]] = {"row": batch.rows, "id": ids}
        columns |= self._dates(door)
        columns |= door.coordinates()
        columns["place_precision"] = self._codes(door, "geo_precision", _PLACE_PRECISIONS)
        columns["deaths"] = door.deaths("fatalities", self._numbers(door, "fatalities"))
        columns |= {name: door.labels(column) for column, name in _TEXTS.items()}
        columns["country_code"] = _countries(door)
        columns["kind"] = _kinds(door)
        columns["event_type"] = _event_types(door)
        columns["sources_count"] = _sources(door)
        columns["headline"] = pc.utf8_slice_codeunits(door.text("notes"), 0, LONGEST_NOTE)
        self._complaints += door.complaints
        self._flipped += door.flipped
        self._note_unknown(door, "event_type", EVENT_TYPES)
        self._note_unknown(door, "disorder_type", DISORDER_TYPES)
        table = pa.table({name: pa.array(values) for name, values in columns.items()})
        self._kept.append(table.filter(pa.array(door.good)))

    def finish(self) -> KeptRows:
        """Return everything, duplicates rejected: of several rows with one id the first is kept."""
        return kept_rows(self._kept, self._complaints, self._read, self._flipped, "id", "event_id_cnty")

    def _numbers(self, door: BatchDoor, column: str) -> NDArray[np.int64]:
        return whole_numbers(door.text(column), self._whole)

    def _codes(self, door: BatchDoor, column: str, known: dict[int, int]) -> NDArray[np.uint8]:
        numbers = self._numbers(door, column)
        door.refuse(~np.isin(numbers, list(known)), "unknown code", column, f"Use a code from 1 to {max(known)}.")
        table = np.array([0, *known.values()], dtype=np.uint8)
        codes: NDArray[np.uint8] = table[np.clip(numbers, 0, max(known))]
        return codes

    def _dates(self, door: BatchDoor) -> dict[str, NDArray[np.generic]]:
        """Return the days on which an event may have happened: its day, the week around it, or its month."""
        when = self._day(door.text("event_date"))
        remedy = "Write a date as 2024-01-31 or 31 January 2024."
        door.refuse(when <= BAD, "bad date", "event_date", remedy)
        door.refuse(when > self._latest, "date in the future", "event_date", "Check the year: it has not come yet.")
        early = (when < to_day(BEGINS)) & (when > BAD)
        door.refuse(early, "date before 1997", "event_date", "ACLED begins in 1997: check the year.")
        precision = self._codes(door, "time_precision", _DATE_PRECISIONS)
        known = np.clip(when, to_day(BEGINS), self._latest)
        months = known.astype("datetime64[D]").astype("datetime64[M]")
        first = months.astype("datetime64[D]").astype(np.int64)
        last = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
        week, month = precision == _DATE_PRECISIONS[2], precision == _DATE_PRECISIONS[3]
        start = np.select([week, month], [known - _HALF_A_WEEK, first], known)
        end = np.select([week, month], [known + _HALF_A_WEEK, last], known)
        return {
            "day": known.astype(np.int32),
            "date_start": start.astype(np.int32),
            "date_end": end.astype(np.int32),
            "date_precision": precision,
        }

    def _note_unknown(self, door: BatchDoor, column: str, known: tuple[str, ...]) -> None:
        if not door.has(column):
            return
        counts = pc.value_counts(door.text(column).filter(pa.array(door.good))).to_pylist()
        words = {word.lower() for word in known}
        for one in counts:
            word = (one["values"] or "").strip()
            if word and word.lower() not in words:
                self.unknown[word] = self.unknown.get(word, 0) + one["counts"]


def _empty(texts: pa.Array) -> NDArray[np.bool_]:
    empty: NDArray[np.bool_] = pc.fill_null(pc.equal(texts, ""), fill_value=True).to_numpy(zero_copy_only=False)
    return empty


def _is(texts: pa.Array, words: frozenset[str]) -> NDArray[np.bool_]:
    lowered = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    found: NDArray[np.bool_] = pc.is_in(lowered, pa.array(sorted(words))).to_numpy(zero_copy_only=False)
    return found


def _kinds(door: BatchDoor) -> pa.DictionaryArray:
    """Return the kind of each row: harm to civilians first, then who fought, and "other" where nobody did."""
    types = door.text("event_type")
    door.refuse(_empty(types), "missing event type", "event_type", "Give every row its event type.")
    targeted = _is(types, frozenset({"violence against civilians"}))
    targeted |= ~_empty(pc.utf8_trim_whitespace(door.text("civilian_targeting")))
    fought = _is(types, frozenset({"battles", "explosions/remote violence"}))
    state = _is(door.text("inter1"), _STATE_FORCES) | _is(door.text("inter2"), _STATE_FORCES)
    index = {kind: KINDS.index(kind) for kind in KINDS}
    codes = np.select(
        [targeted, fought & state, fought],
        [index["one-sided"], index["state-based"], index["non-state"]],
        index["other"],
    )
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(KINDS))


def _event_types(door: BatchDoor) -> pa.DictionaryArray:
    types, sub = door.text("event_type"), door.text("sub_event_type")
    both = pc.binary_join_element_wise(types, sub, ": ", null_handling="skip")
    return both.dictionary_encode()


def _countries(door: BatchDoor) -> pa.DictionaryArray:
    """Return ISO3 from the numeric code, else the alpha-3 code, else the name; refuse where none of them is known."""
    found = pa.nulls(len(door.good), pa.string())
    for column in ("iso", "iso3", "country"):
        coded = door.labels(column)
        words = pa.array([alpha_3(word) for word in coded.dictionary.to_pylist()], pa.string())
        found = pc.coalesce(found, words.take(coded.indices))
    unknown = found.is_null().to_numpy(zero_copy_only=False)
    door.refuse(unknown, "unknown country", "country", "Give the country's ISO 3166 number in iso.")
    unnamed = _empty(door.text("country"))
    door.refuse(unnamed & ~unknown, "missing country", "country", "Write the country's name.")
    return found.dictionary_encode()


def _sources(door: BatchDoor) -> pa.Array:
    """Return how many sources a row names: they are separated by semicolons."""
    return pc.add(pc.count_substring(door.text("source"), ";"), 1).cast(pa.int32())
