"""From checked rows to pieces of the event table, as they come: each id once, words in one place, points located."""

from collections import OrderedDict
from itertools import islice
from typing import Any, Final

import numba
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.events import KINDS, conform_events
from data.rejections import Rejections, collected, complaint_rows
from data.sources.ucdp_places import PlaceBook
from data.sources.ucdp_rows import DEATHS, TEXTS, Checked, country_codes
from data.sources.ucdp_sheet import Labels
from data.sources.ucdp_summary import summary_of, summed
from data.stream import ROWS_A_PIECE

_LABELS: Final = tuple(name for name in TEXTS.values() if name not in {"region", "part"})
_PLAIN: Final = ("date_precision", "place_precision", *DEATHS.values())
_FIRST_IDS: Final = 1 << 16
_RARELY_USED: Final = 4
"""Times that a column may have more words than a piece has rows before those that it does not use are left out."""
_SHEETS: Final = 4
"""Lists of words remembered: more than there are threads that make them."""


class Pieces:
    """Takes checked rows in the order of the file and gives tables of events without the column `source`."""

    def __init__(self) -> None:
        self.read = self.kept = self.flipped = 0
        self.places = PlaceBook()
        self.summary = summed([])
        self._ids = _Ids()
        self._words = {name: _Vocabulary() for name in TEXTS.values()}
        self._complaints: list[pa.Table] = []
        self._held: list[Checked] = []
        self._codes: list[dict[str, NDArray[np.int32]]] = []
        self._rows = 0

    @property
    def rejections(self) -> Rejections:
        """All complaints so far."""
        return collected(self._complaints)

    def add(self, checked: Checked) -> pa.Table | None:
        """Take the rows of the next sheet; returns a piece where there are enough rows for one."""
        self.read += checked.read
        self.flipped += checked.flipped
        self._complaints += checked.complaints
        again = self._ids.seen(checked.values["id"])
        if again.any():
            values = [str(value) for value in checked.values["id"][again]]
            remedy = "The id stands in an earlier row: remove one of the two."
            rows = checked.rows[again].tolist()
            self._complaints.append(complaint_rows(rows, "duplicate id", "id", values, remedy))
            checked = checked.kept(~again)
        if not len(checked.rows):
            return None
        self._codes.append({name: self._words[name].codes(labels) for name, labels in checked.labels.items()})
        self._held.append(checked)
        self._rows += len(checked.rows)
        return self.rest() if self._rows >= ROWS_A_PIECE else None

    def rest(self) -> pa.Table | None:
        """Return what is held as a piece, None where nothing is."""
        if not self._rows:
            return None
        values = {name: _joined([one.values[name] for one in self._held]) for name in self._held[0].values}
        codes = {name: _joined([one[name] for one in self._codes]) for name in self._codes[0]}
        headline = pa.chunked_array([one.headline for one in self._held])
        self._held.clear()
        self._codes.clear()
        self.kept += self._rows
        self._rows = 0
        labels = {name: self._words[name].column(code) for name, code in codes.items()}
        self.summary = summed(
            [self.summary, summary_of(values, labels["part"], labels["region"], unverified(labels["status"]))]
        )
        return conform_events(pa.table(self._columns(values, labels) | {"headline": headline}))

    def _columns(
        self, values: dict[str, NDArray[Any]], labels: dict[str, pa.DictionaryArray]
    ) -> dict[str, pa.Array | NDArray[Any]]:
        lat, lng, country = values["latitude"], values["longitude"], values["country_number"]
        places = self.places.places(lat, lng, country, values["place_precision"])
        one_sided = values["kind"] == KINDS.index("one-sided") + 1
        civilians = values["deaths_civilians"]
        sources = values["sources_count"]
        return {
            **{name: values[name] for name in _PLAIN},
            **{name: labels[name] for name in _LABELS},
            "id": pa.array(values["id"]).cast(pa.string()),
            "date_start": pa.array(values["date_start"]).cast(pa.date32()),
            "date_end": pa.array(values["date_end"]).cast(pa.date32()),
            "latitude": pa.array(lat, from_pandas=True),
            "longitude": pa.array(lng, from_pandas=True),
            "country_code": country_codes(country),
            "kind": pa.DictionaryArray.from_arrays(pa.array(values["kind"].astype(np.int32) - 1), pa.array(KINDS)),
            "civilian_deaths": np.where(one_sided, values["deaths_best"], civilians),
            "civilian_harm": one_sided | (civilians > 0),
            "verified": ~unverified(labels["status"]),
            "sources_count": pa.array(sources, mask=sources < 0),
            "exercise": np.zeros(len(lat), dtype=bool),
            "cell": places.cell,
            "area": places.area,
            "area_country": places.area_country,
        }


def unverified(status: pa.DictionaryArray) -> NDArray[np.bool_]:
    """Return which rows have a status other than Clear."""
    words = np.array([word != "Clear" for word in status.dictionary.to_pylist()] + [False])
    found: NDArray[np.bool_] = words[status.indices.fill_null(len(words) - 1).to_numpy()]
    return found


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


class _Vocabulary:
    """The words of one column, from all sheets."""

    def __init__(self) -> None:
        self._place: dict[str, int] = {}
        self._words = pa.array([], pa.string())
        self._tables: OrderedDict[int, _Table] = OrderedDict()

    def codes(self, labels: Labels) -> NDArray[np.int32]:
        """Return the place of each row's word among all words, -1 where there is none."""
        table = self._tables.pop(id(labels.words), None) or _Table(labels.words)
        table.learn(self._place)
        self._tables[id(labels.words)] = table  # it holds the list, so that its id stays its own
        if len(self._tables) > _SHEETS:
            self._tables.popitem(last=False)
        found: NDArray[np.int32] = table.places[labels.codes]
        return found

    def column(self, codes: NDArray[np.int32]) -> pa.DictionaryArray:
        """Return codes with their words: all of them, or where most are not used only those that are."""
        if len(self._place) > len(self._words):
            new = list(islice(self._place, len(self._words), None))
            self._words = pa.concat_arrays([self._words, pa.array(new, pa.string())])
        mask = codes < 0
        missing = mask if mask.any() else None
        if len(self._words) <= _RARELY_USED * len(codes):
            return pa.DictionaryArray.from_arrays(pa.array(codes, mask=missing), self._words)
        used = np.unique(codes[~mask])
        few = np.searchsorted(used, codes).astype(np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(few, mask=missing), self._words.take(pa.array(used)))


class _Table:
    """Where the words of one list stand among all; `places` ends with -1, for what is missing."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._known = 0
        self.places = np.full(1, -1, dtype=np.int32)

    def learn(self, place: dict[str, int]) -> None:
        """Find the words that were added to the list, and add those that are new to `place`."""
        new = self._words[self._known :]
        if not new:
            return
        count = self._known + len(new)
        if count >= len(self.places):
            self.places = np.concatenate([self.places[: self._known], np.full(2 * count, -1, dtype=np.int32)])
        self.places[self._known : count] = [place.setdefault(word, len(place)) for word in new]
        self._known = count


class _Ids:
    """The ids met so far."""

    def __init__(self) -> None:
        self._slots = np.full(2 * _FIRST_IDS, -1, dtype=np.int64)
        self._count = 0

    def seen(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which ids were met before, here or in an earlier row; ids are not negative."""
        again = np.zeros(len(ids), dtype=bool)
        while 3 * len(self._slots) < 4 * (self._count + len(ids)):
            old = self._slots
            self._slots = np.full(2 * len(old), -1, dtype=np.int64)
            _seen(old, self._slots, np.zeros(len(old), dtype=bool))
        self._count += _seen(ids, self._slots, again)
        return again


@numba.njit(cache=True, nogil=True)
def _seen(ids: NDArray[np.int64], slots: NDArray[np.int64], again: NDArray[np.bool_]) -> Any:  # noqa: ANN401
    mask = np.uint64(len(slots) - 1)
    count = 0
    for row in range(len(ids)):
        if ids[row] < 0:
            continue
        hashed = np.uint64(ids[row]) * np.uint64(0x9E3779B97F4A7C15)
        slot = (hashed ^ (hashed >> np.uint64(32))) & mask
        while slots[slot] >= 0 and slots[slot] != ids[row]:
            slot = (slot + np.uint64(1)) & mask
        again[row] = slots[slot] == ids[row]
        count += slots[slot] < 0
        slots[slot] = ids[row]
    return count
