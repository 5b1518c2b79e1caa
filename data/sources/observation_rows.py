"""Rows of a file of observations: text columns checked one by one, every complaint kept with row, column and value."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data import geodata
from data.readers.ahead import ahead
from data.readers.opened import Batch, Opened, StartAgain
from data.rejections import Rejections, collected, complaint_rows
from data.task import Task
from geo.errors import FileRefused
from geo.periods import to_day

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Days = NDArray[np.int32]

NO_DAY: Final = -(2**31)
"""Stands for a date that is missing or unreadable."""
MISSING: Final = frozenset({"-", ""})
"""What sources write where there is no figure: missing, never zero."""
SUPPRESSED: Final = frozenset({"*"})
"""What UNHCR writes where a figure is withheld to protect people."""

_FIRST_ROWS: Final = 50
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


def header_names(first: Sequence[str]) -> list[str]:
    """Return column names as they are compared: lower case, whatever is no letter or digit as one underscore."""
    return [re.sub(r"[^0-9a-z]+", "_", field.strip().strip("\ufeff").lower()).strip("_") for field in first]


def names_of(opened: Opened) -> frozenset[str]:
    """Return the column names of a file, as they are compared."""
    first = opened.first_rows(1)
    return frozenset(header_names(first[0])) if first else frozenset()


@dataclass(frozen=True, slots=True)
class Values:
    """A column of numbers: `value` (NaN where missing), and which rows the source withholds."""

    column: str
    value: Floats
    suppressed: Mask


class Rows:
    """All rows of a file as text; `good` says which have had no complaint yet. A row is kept or left out whole."""

    def __init__(self, name: str, batches: Sequence[Batch], names: Sequence[str], wanted: Iterable[str]) -> None:
        self.name = name
        self.names = tuple(names)
        self.numbers = np.concatenate([np.zeros(0, np.int64), *(batch.rows for batch in batches)])
        empty = pa.array([], pa.string())
        self._columns = {
            column: pa.chunked_array([batch.columns[column] for batch in batches] or [empty]).combine_chunks()
            for column in wanted
        }
        self._malformed = [batch.malformed for batch in batches if batch.malformed is not None]
        self._complaints: list[pa.Table] = []
        self.good: Mask = np.ones(len(self.numbers), dtype=bool)

    def __len__(self) -> int:
        """Number of rows that could be split into columns."""
        return len(self.numbers)

    def has(self, column: str) -> bool:
        """Return whether the file has the column."""
        return column in self._columns

    def text(self, column: str) -> pa.Array:
        """Return a column as written, trimmed; missing where it is empty or the file has no such column."""
        if column not in self._columns:
            return pa.nulls(len(self), pa.string())
        trimmed = pc.utf8_trim_whitespace(self._columns[column])
        return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)

    def label(self, column: str) -> pa.DictionaryArray:
        """Return a column of repeated text."""
        return self.text(column).dictionary_encode()

    def refuse(self, bad: Mask, reason: str, column: str, remedy: str) -> None:
        """Leave out the rows where `bad` is true, naming the column, the value as written and the remedy."""
        if not bad.any():
            return
        self.good &= ~bad
        values = self.text(column).filter(pa.array(bad)).to_pylist()
        self._complaints.append(complaint_rows(self.numbers[bad].tolist(), reason, column, values, remedy))

    def require(self, *columns: str) -> None:
        """Leave out rows that lack one of the columns."""
        for column in columns:
            empty = self.text(column).is_null().to_numpy(zero_copy_only=False)
            self.refuse(empty, f"missing {column}", column, "Give a value, or leave the row out.")

    def values(self, column: str, low: float | None = 0, high: float | None = None) -> Values:
        """Return a column of numbers from `low` to `high`, refusing rows where it is anything else."""
        coded = self.label(column)
        words = [str(word) for word in coded.dictionary.to_pylist()]
        parsed = np.array([_number(word) for word in words] + [np.nan])
        held_back = np.array([word in SUPPRESSED for word in words] + [False])
        wrong = np.array(
            [np.isnan(parsed[n]) and word not in SUPPRESSED | MISSING for n, word in enumerate(words)] + [False]
        )
        codes = coded.indices.fill_null(len(words)).to_numpy()
        value = parsed[codes]
        self.refuse(wrong[codes], "bad number", column, "Write a number with a point, without spaces or commas.")
        off = np.zeros(len(self), dtype=bool)
        if low is not None:
            off |= value < low
        if high is not None:
            off |= value > high
        ends = " to ".join(f"{end:g}" for end in (low, high) if end is not None)
        self.refuse(off, "number out of range", column, f"The value must be from {ends}.")
        return Values(column, value, held_back[codes])

    def whole(self, column: str, low: int, high: int) -> NDArray[np.int64]:
        """Return a column of whole numbers such as a year, refusing rows where it is missing or anything else."""
        value = self.values(column, low, high).value
        missing = np.isnan(value)
        written = self.text(column).is_valid().to_numpy(zero_copy_only=False)
        self.refuse(missing & ~written, f"missing {column}", column, "Give a value, or leave the row out.")
        self.refuse(~missing & (value % 1 != 0), "bad number", column, "Write a whole number.")
        return np.clip(np.nan_to_num(value, nan=low), low, high).astype(np.int64)

    def days(self, column: str, *, needed: bool = True) -> Days:
        """Return the day number of dates written YYYY-MM-DD, a time of day ignored; `NO_DAY` where there is none."""
        found = self.decoded(column, _day, NO_DAY).astype(np.int32)
        missing = self.text(column).is_null().to_numpy(zero_copy_only=False)
        self.refuse((found == NO_DAY) & ~missing, "bad date", column, "Write a date of the calendar as YYYY-MM-DD.")
        if needed:
            self.refuse(missing, f"missing {column}", column, "Give a date, or leave the row out.")
        return found

    def decoded(self, column: str, parse: Callable[[str], int], missing: int) -> NDArray[np.int64]:
        """Return the number that `parse` gives each distinct text, `missing` where there is none."""
        coded = self.label(column)
        words = [parse(word) for word in coded.dictionary.to_pylist()]
        found: NDArray[np.int64] = np.array([*words, missing], dtype=np.int64)[
            coded.indices.fill_null(len(words)).to_numpy()
        ]
        return found

    def countries(self, column: str) -> pa.DictionaryArray:
        """Return ISO 3166-1 alpha-3 codes of the map; whatever else stands there (UNK, XXX, TIB) is missing."""
        return mapped(self.label(column), lambda word: word.upper() if word.upper() in geodata.countries() else None)

    def refuse_repeats(self, *columns: str, of: Sequence[str]) -> None:
        """Leave out rows whose `columns` stand in an earlier row; those with other values in `of` say so."""
        keys = [self.label(column).indices.fill_null(-1).to_numpy() for column in columns if self.has(column)]
        rows = np.flatnonzero(self.good)
        kept = [key[rows] for key in keys]
        order = np.lexsort((rows, *kept))
        same = np.ones(max(len(order) - 1, 0), dtype=bool)
        for key in kept:
            same &= key[order][1:] == key[order][:-1]
        again = rows[order[1:][same]]
        if not len(again):
            return
        group = np.cumsum(np.append(True, ~same))
        firsts = rows[order[np.append(True, ~same)]]
        first = firsts[group[1:][same] - 1]
        differs = np.zeros(len(again), dtype=bool)
        for column in of:
            codes = self.label(column).indices.fill_null(-1).to_numpy()
            differs |= codes[again] != codes[first]
        named = ", ".join(columns)
        for other, reason in ((False, "the same row again"), (True, "another value for the same place and time")):
            bad = np.zeros(len(self), dtype=bool)
            bad[again[differs == other]] = True
            self.refuse(bad, reason, of[0], f"An earlier row has the same {named}: remove one of the two.")

    def finish(self) -> Rejections:
        """Return every complaint."""
        return collected([*self._malformed, *self._complaints])


def read_rows(
    opened: Opened, needed: Sequence[str], wanted: Sequence[str], task: Task, aliases: Mapping[str, str] | None = None
) -> Rows:
    """Return the columns of a file that are `needed` or `wanted`, named as compared after `aliases`.

    A row of HXL tags under the names is left out. Raises `FileRefused`, naming the columns, where some that are
    needed are absent or stand twice, and where there is no row.
    """
    first = opened.first_rows(_FIRST_ROWS)
    names = [(aliases or {}).get(name, name) for name in header_names(first[0])]
    absent = [name for name in needed if name not in names]
    if absent:
        raise FileRefused(
            f"{opened.name} lacks the columns {', '.join(absent)}.", remedy="Take the file as its publisher gives it."
        )
    chosen = [name for name in dict.fromkeys((*needed, *wanted)) if name in names]
    doubled = [name for name in chosen if names.count(name) > 1]
    if doubled:
        raise FileRefused(f"{opened.name} has the columns {', '.join(doubled)} twice.", remedy="Remove one of each.")
    tagged = len(first) > 1 and any(field.strip().startswith("#") for field in first[1])
    positions = {name: names.index(name) for name in chosen}
    while True:
        batches = []
        try:
            for batch in ahead(opened.batches(positions, len(names), 1 + tagged)):
                task.step("reading", batch.done, batch.of)
                batches.append(batch)
        except StartAgain:
            continue
        break
    rows = Rows(opened.name, batches, names, chosen)
    if not len(rows):
        raise FileRefused(f"{opened.name} has column names and no rows.", remedy="Download it again.")
    return rows


def mapped(coded: pa.DictionaryArray, change: Callable[[str], str | None]) -> pa.DictionaryArray:
    """Return a column of repeated text with every distinct word changed; None makes it missing."""
    words = pa.array([change(word) for word in coded.dictionary.to_pylist()], pa.string()).dictionary_encode()
    return pa.DictionaryArray.from_arrays(words.indices.take(coded.indices), words.dictionary)


def _number(word: str) -> float:
    return float(word) if _NUMBER.fullmatch(word) else np.nan


def _day(word: str) -> int:
    found = _ISO.fullmatch(word)
    try:
        return to_day(dt.date(*(int(part) for part in found.groups()))) if found else NO_DAY
    except ValueError:
        return NO_DAY
