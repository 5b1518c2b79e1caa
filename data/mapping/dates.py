"""Dates as people write them: which order day and month stand in, and the days that a text means."""

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.mapping.fields import normal
from data.mapping.numbers import western
from data.mapping.vocabulary import MONTHS
from geo.periods import to_day

Order = Literal["ymd", "dmy", "mdy", "serial"]
ORDERS: Final = ("ymd", "dmy", "mdy", "serial")

NO_DAY: Final = -(2**31)
"""Stands for a text that is no date."""
MONTH_PRECISION: Final = 4
YEAR_PRECISION: Final = 5

_TIME: Final = r"[T ]+[0-9]{1,2}:[0-9]{2}.*$"
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_COMPACT: Final = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})", re.ASCII)
_PARTS: Final = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})", re.ASCII)
_YEAR: Final = re.compile(r"((?:19|20)\d{2})(?:\.0)?", re.ASCII)
_YEAR_MONTH: Final = re.compile(r"(\d{4})[-/.](\d{1,2})", re.ASCII)
_MONTH_YEAR: Final = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_SERIAL: Final = re.compile(r"(\d{5})(?:\.\d*)?", re.ASCII)
_FIRST_SERIAL: Final = dt.date(1899, 12, 30)
_CENTURY_TURNS: Final = 70
_MONTHS_OF_YEAR: Final = 12
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Spans:
    """One row a text: first and last day (`NO_DAY` where it is no date); `precision` 0 a day, else 4 or 5 (UCDP's)."""

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    precision: NDArray[np.uint8]

    @property
    def good(self) -> NDArray[np.bool_]:
        """Return which texts are dates."""
        return np.asarray(self.first != NO_DAY)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the values say of the order: rows of the form 3/4/2021, those whose first part, or second, is over 12."""

    parts: int
    day_first: int
    month_first: int
    examples: tuple[str, ...]


def spans(text: pa.Array, order: Order) -> Spans:
    """Return the days that each text means; every distinct text is read once, a time of day is ignored."""
    coded = _without_time(text).dictionary_encode()
    found = [_span(word, order) for word in coded.dictionary.to_pylist()]
    table = np.array([*found, (NO_DAY, NO_DAY, 0)], dtype=np.int64)[
        coded.indices.fill_null(len(found)).to_numpy(zero_copy_only=False)
    ]
    return Spans(table[:, 0].astype(np.int32), table[:, 1].astype(np.int32), table[:, 2].astype(np.uint8))


def evidence(text: pa.Array) -> Evidence:
    """Return what a column says about whether the day or the month stands first."""
    counted = pc.value_counts(_without_time(text))
    words, counts = counted.field(0).to_pylist(), counted.field(1).to_numpy()
    parts = [_PARTS.fullmatch(word[:_LONGEST]) if word else None for word in words]
    first = np.array([int(one[1]) if one else 0 for one in parts], dtype=np.int64)
    second = np.array([int(one[2]) if one else 0 for one in parts], dtype=np.int64)
    day_first, month_first = first > _MONTHS_OF_YEAR, second > _MONTHS_OF_YEAR
    telling = np.flatnonzero(day_first if counts[day_first].sum() >= counts[month_first].sum() else month_first)
    shown = telling if len(telling) else np.flatnonzero(first > 0)
    return Evidence(
        int(counts[first > 0].sum()),
        int(counts[day_first & ~month_first].sum()),
        int(counts[month_first & ~day_first].sum()),
        tuple(str(words[n])[:20] for n in shown[:3]),
    )


def from_parts(year: NDArray[np.float64], month: NDArray[np.float64] | None, day: NDArray[np.float64] | None) -> Spans:
    """Return the days of split dates; a missing (NaN) day means the month, a missing month the year."""
    size = len(year)
    month = np.full(size, np.nan) if month is None else month
    day = np.full(size, np.nan) if day is None else day
    whole = (year % 1 == 0) & (year >= 1) & (year <= dt.MAXYEAR - 1)
    good = whole & (np.isnan(month) | ((month % 1 == 0) & (month >= 1) & (month <= _MONTHS_OF_YEAR)))
    good &= np.isnan(day) | ((day % 1 == 0) & (day >= 1) & ~np.isnan(month))
    first_month = np.where(np.isnan(month), 1, month)
    span = np.where(np.isnan(month), _MONTHS_OF_YEAR, 1)
    months = (np.where(good, (year - 1970) * 12 + first_month - 1, 0)).astype("int64")
    begin = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    end = (months + span).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    given = ~np.isnan(day)
    good &= ~given | (begin + np.nan_to_num(day, nan=1) - 1 <= end)
    exact = begin + np.nan_to_num(day, nan=1).astype(np.int64) - 1
    first = np.where(good, np.where(given, exact, begin), NO_DAY)
    last = np.where(good, np.where(given, exact, end), NO_DAY)
    precision = np.where(given, 0, np.where(np.isnan(month), YEAR_PRECISION, MONTH_PRECISION))
    return Spans(first.astype(np.int32), last.astype(np.int32), precision.astype(np.uint8))


def month_numbers(text: pa.Array) -> NDArray[np.float64]:
    """Return months written as names or numbers, NaN where neither."""
    coded = western(text).dictionary_encode()
    words = [_month(str(word)) for word in coded.dictionary.to_pylist()]
    found: NDArray[np.float64] = np.array([*words, np.nan])[
        coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
    ]
    return found


def _month(word: str) -> float:
    name = normal(word)
    return float(MONTHS.get(name, np.nan)) if not name.isdigit() else float(name)


def _without_time(text: pa.Array) -> pa.Array:
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(western(text), _TIME, ""))


def _span(word: str, order: Order) -> tuple[int, int, int]:
    if len(word) > _LONGEST:
        return NO_DAY, NO_DAY, 0
    try:
        return _read(word.strip(), order) or (NO_DAY, NO_DAY, 0)
    except ValueError:  # no such day in the calendar
        return NO_DAY, NO_DAY, 0


def _read(word: str, order: Order) -> tuple[int, int, int] | None:
    if order == "serial" and (found := _SERIAL.fullmatch(word)):
        return _one(_FIRST_SERIAL + dt.timedelta(days=int(found[1])))
    if found := _ISO.fullmatch(word) or _COMPACT.fullmatch(word):
        return _one(dt.date(int(found[1]), int(found[2]), int(found[3])))
    if found := _PARTS.fullmatch(word):
        if order not in {"dmy", "mdy"}:
            return None
        day, month = (int(found[1]), int(found[2])) if order == "dmy" else (int(found[2]), int(found[1]))
        return _one(dt.date(_full_year(found[3]), month, day))
    return _wide(word) or _in_words(word)


def _wide(word: str) -> tuple[int, int, int] | None:
    """Read a year, or a month and a year."""
    if found := _YEAR.fullmatch(word):
        return _many(int(found[1]), None)
    if found := _YEAR_MONTH.fullmatch(word):
        return _many(int(found[1]), int(found[2]))
    found = _MONTH_YEAR.fullmatch(word)
    return _many(int(found[2]), int(found[1])) if found else None


def _in_words(word: str) -> tuple[int, int, int] | None:
    """Read dates such as 3 de marzo de 2021, March 3, 2021, 03-MAR-21 and mars 2021."""
    parts = [part for part in normal(re.sub(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)", " ", word)).split("_") if part]
    named = [MONTHS[part] for part in parts if part in MONTHS]
    figures = [part for part in parts if part.isascii() and part.isdigit()]
    if len(named) != 1 or not figures or len(figures) > 2:  # noqa: PLR2004 - a day and a year
        return None
    if len(figures) == 1:
        return _many(int(figures[0]), named[0]) if len(figures[0]) == len("2021") else None
    day, year = figures if len(figures[0]) < len("2021") else figures[::-1]
    return _one(dt.date(_full_year(year), named[0], int(day)))


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) > 2:  # noqa: PLR2004 - two figures are a year of a century
        return year
    return year + (2000 if year < _CENTURY_TURNS else 1900)


def _one(day: dt.date) -> tuple[int, int, int]:
    number = to_day(day)
    return number, number, 0


def _many(year: int, month: int | None) -> tuple[int, int, int]:
    if month is None:
        return to_day(dt.date(year, 1, 1)), to_day(dt.date(year, 12, 31)), YEAR_PRECISION
    last = dt.date(year, month, monthrange(year, month)[1])
    return to_day(last.replace(day=1)), to_day(last), MONTH_PRECISION
