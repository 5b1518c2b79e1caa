"""Fields of a block (`data.readers.split`) read straight from their bytes: whole numbers, days, degrees, text.

Only the plain forms are read here: 7 and -7, 2020-01-31 with or without a time of day, 12.05 of at most 15 digits or
so. A field in any other form is marked for a slower and more patient reader: nothing is refused here.
"""

from typing import Any, Final

import numba
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.readers.split import ESCAPED, PAD, ROWS_OF_A_PART, Bytes, Fields, overlapping

UNREAD: Final = -(1 << 63)
"""Stands for text in another form among whole numbers and days."""
ROWS_AT_ONCE: Final = 256

_DIGITS: Final = 15
_TENS: Final = np.power(10.0, np.arange(16), dtype=np.float64)
"""Powers of ten that a double holds exactly: a mantissa below 2^53 divided by one of them is rounded once, rightly."""
_DIGIT: Final = 48
_TIME: Final = tuple(b" 00:00:00.000")
_TIME_OF_SECONDS: Final = tuple(b" 00:00:00")
_MIDNIGHT: Final = np.uint64(int.from_bytes(b" 00:00:0", "little"))
_MIDNIGHT_END: Final = np.uint64(int.from_bytes(b":00.000", "little") << 8 | ord("0"))
_MONTHS: Final = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)


class Numbers:
    """Reads some columns (their places among the wanted ones) of block after block as numbers, in the same memory.

    `whole` holds whole numbers, `days` days since 1970, `degrees` degrees, all [column, row], until the next block is
    read. Without text they are `missing` and NaN; what is in no plain form is `UNREAD` and infinite.
    """

    def __init__(
        self, whole: NDArray[np.int64], days: NDArray[np.int64], degrees: NDArray[np.int64], missing: int
    ) -> None:
        self._columns = whole, days, degrees
        self._missing = missing
        self.whole = np.empty((len(whole), 0), dtype=np.int64)
        self.days = np.empty((len(days), 0), dtype=np.int64)
        self.degrees = np.empty((len(degrees), 0), dtype=np.float64)
        self._make_room(0)

    def _make_room(self, rows: int) -> None:
        """Make room for more rows, with what was read before in it."""
        old = self.whole, self.days, self.degrees
        room = max(2 * rows, 4 * ROWS_OF_A_PART)
        self._whole = np.empty((len(self.whole), room), dtype=np.int64)
        self._days = np.empty((len(self.days), room), dtype=np.int64)
        self._degrees = np.empty((len(self.degrees), room), dtype=np.float64)
        for new, one in zip((self._whole, self._days, self._degrees), old, strict=True):
            new[:, : one.shape[1]] = one

    def read(self, fields: Fields, first: int) -> None:
        """Read some rows, the first of which is so many rows behind the block's first."""
        last = first + len(fields.order)
        if last > self._whole.shape[1]:
            self._make_room(last)
        self.whole, self.days, self.degrees = self._whole[:, :last], self._days[:, :last], self._degrees[:, :last]
        _numbers(
            fields.text,
            overlapping(fields.text),
            fields.begin,
            fields.length,
            self._missing,
            *self._columns,
            _MONTHS,
            _TENS,
            self.whole[:, first:],
            self.days[:, first:],
            self.degrees[:, first:],
        )


def texts(text: Bytes, begin: NDArray[np.int32], length: NDArray[np.int32]) -> pa.StringArray:
    """Return fields as text, missing where there is none; raises `UnicodeDecodeError` where it is no UTF-8."""
    offsets = np.empty(len(begin) + 1, dtype=np.int32)
    size = int((length & ~ESCAPED).sum(dtype=np.int64))
    out = np.empty(size + PAD, dtype=np.uint8)
    end = _copy(text, overlapping(text), begin, length, out, overlapping(out), offsets)
    valid = length != 0
    mask = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    column = pa.StringArray.from_buffers(len(begin), pa.py_buffer(offsets), pa.py_buffer(out[:end]), mask)
    try:
        column.validate(full=True)
    except pa.ArrowInvalid as error:
        raise UnicodeDecodeError("utf-8", b"", 0, 0, str(error)) from error
    return column


@numba.njit(cache=True, nogil=True)
def _numbers(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    text: Bytes,
    wide: NDArray[np.uint64],
    begin: NDArray[np.int32],
    length: NDArray[np.int32],
    missing: int,
    whole: NDArray[np.int64],
    days: NDArray[np.int64],
    degrees: NDArray[np.int64],
    months: NDArray[np.int64],
    tens: NDArray[np.float64],
    whole_out: NDArray[np.int64],
    days_out: NDArray[np.int64],
    degrees_out: NDArray[np.float64],
) -> None:
    """Decode all columns of a few rows, then of the next: their text is still in the processor's cache."""
    rows = begin.shape[1]
    for first in range(0, rows, ROWS_AT_ONCE):
        last = min(first + ROWS_AT_ONCE, rows)
        for n in range(len(whole)):
            _whole(
                text, wide, begin[whole[n], first:last], length[whole[n], first:last], missing, whole_out[n, first:last]
            )
        for n in range(len(days)):
            _days(
                text,
                wide,
                begin[days[n], first:last],
                length[days[n], first:last],
                missing,
                months,
                days_out[n, first:last],
            )
        for n in range(len(degrees)):
            at = degrees[n]
            _degrees(text, wide, begin[at, first:last], length[at, first:last], tens, degrees_out[n, first:last])


@numba.njit(cache=True, nogil=True, inline="always")
def _digits(word: np.uint64, size: np.uint64) -> Any:  # noqa: ANN401
    """Return the number whose `size` digits (1 to 8) begin `word`, and whether they are digits, without a branch.

    Eight digits at once: pairs, then fours, then eight, each by one multiplication (Lemire, "Quickly parsing eight
    digits").
    """
    shift = np.uint64(64) - np.uint64(8) * size
    zeros = np.uint64(0x3030303030303030)
    word = (word << shift) | (zeros & ~(np.uint64(0xFFFFFFFFFFFFFFFF) << shift))  # zeros before it
    good = (
        (word & np.uint64(0xF0F0F0F0F0F0F0F0))
        | (((word + np.uint64(0x0606060606060606)) & np.uint64(0xF0F0F0F0F0F0F0F0)) >> np.uint64(4))
    ) == np.uint64(0x3333333333333333)
    word -= zeros
    word = word * np.uint64(10) + (word >> np.uint64(8))
    low = np.uint64(0x000000FF000000FF)
    value = (word & low) * np.uint64(0x000F424000000064) + ((word >> np.uint64(16)) & low) * np.uint64(
        0x0000271000000001
    )
    return np.int64(value >> np.uint64(32)), good


@numba.njit(cache=True, nogil=True)
def _whole(
    text: Bytes,
    wide: NDArray[np.uint64],
    begin: NDArray[np.int32],
    length: NDArray[np.int32],
    missing: int,
    out: NDArray[np.int64],
) -> None:
    eight = np.uint64(8)
    for row in range(len(out)):
        size = np.int64(length[row])
        i = np.uint64(begin[row])
        minus = text[i] == 45  # noqa: PLR2004 - the sign
        i += np.uint64(minus)
        digits = size - minus
        if 0 < digits <= 8:  # noqa: PLR2004
            value, good = _digits(wide[i], np.uint64(digits))
        elif 8 < digits <= _DIGITS:  # noqa: PLR2004
            rest = np.uint64(digits) - eight
            value, good = _digits(wide[i + rest], eight)
            upper, other = _digits(wide[i], rest)
            value, good = value + upper * 100_000_000, good and other
        else:
            value, good = 0, False
        value = -value if minus else value
        out[row] = missing if size == 0 else value if good else UNREAD


@numba.njit(cache=True, nogil=True)
def _is_time(text: Bytes, begin: np.uint64, size: int) -> Any:  # noqa: ANN401
    """Return whether ` 00:00:00` or ` 00:00:00.000` follows a date, any digits."""
    if size != len(_TIME) and size != len(_TIME_OF_SECONDS):
        return False
    for k in range(size):
        byte = text[begin + np.uint64(k)]
        form = _TIME[k]
        if form == _DIGIT:
            if byte < form or byte > form + 9:
                return False
        elif byte != form and (k > 0 or byte != 84):  # noqa: PLR2004 - a T
            return False
    return True


@numba.njit(cache=True, nogil=True)
def _days(
    text: Bytes,
    wide: NDArray[np.uint64],
    begin: NDArray[np.int32],
    length: NDArray[np.int32],
    missing: int,
    months: NDArray[np.int64],
    out: NDArray[np.int64],
) -> None:
    two = np.uint64(2)
    for row in range(len(out)):
        size = length[row]
        i = np.uint64(begin[row])
        out[row] = missing if size == 0 else UNREAD
        if size < 10 or text[i + np.uint64(4)] != 45 or text[i + np.uint64(7)] != 45:  # noqa: PLR2004
            continue
        year, good = _digits(wide[i], np.uint64(4))
        month, good_month = _digits(wide[i + np.uint64(5)], two)
        day, good_day = _digits(wide[i + np.uint64(8)], two)
        if not (good and good_month and good_day) or year < 1 or month < 1 or month > 12 or day < 1:  # noqa: PLR2004
            continue
        leap = month == 2 and (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))  # noqa: PLR2004
        if day > months[month - 1] + leap:
            continue
        if size > 10:  # noqa: PLR2004
            midnight = (wide[i + np.uint64(10)] ^ _MIDNIGHT) | (wide[i + np.uint64(15)] ^ _MIDNIGHT_END)
            if (size != len(_TIME) + 10 or midnight != 0) and not _is_time(text, i + np.uint64(10), size - 10):
                continue
        # Days of the proleptic Gregorian calendar, years from March: Hinnant, "days_from_civil".
        y = year - (month <= 2)  # noqa: PLR2004
        m = (month + 9) % 12
        out[row] = 365 * y + y // 4 - y // 100 + y // 400 + (153 * m + 2) // 5 + day - 719469


@numba.njit(cache=True, nogil=True)
def _degrees(
    text: Bytes,
    wide: NDArray[np.uint64],
    begin: NDArray[np.int32],
    length: NDArray[np.int32],
    tens: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    eight = np.uint64(8)
    for row in range(len(out)):
        size = np.int64(length[row])
        i = np.uint64(begin[row])
        end = i + np.uint64(size if size > 0 else 0)  # noqa: FURB136 - so numba types it
        out[row] = np.nan if size == 0 else np.inf
        minus = text[i] == 45  # noqa: PLR2004 - the sign
        i += np.uint64(minus)
        point = i
        while point < end and text[point] != 46:  # noqa: PLR2004 - a point
            point += np.uint64(1)
        before = np.int64(point - i)
        if before < 1 or before > 3:  # noqa: PLR2004
            continue
        value, good = _digits(wide[i], np.uint64(before))
        behind = np.int64(end) - np.int64(point) - 1
        if behind > 12 or behind == 0:  # noqa: PLR2004 - 15 digits in all, so the mantissa is exact
            continue
        if behind > 0:
            rest = np.uint64(8 if behind > 8 else behind)  # noqa: FURB136, PLR2004 - so numba types it
            more, other = _digits(wide[point + np.uint64(1)], rest)
            value, good = value * np.int64(tens[rest]) + more, good and other
            if behind > 8:  # noqa: PLR2004
                rest = np.uint64(behind) - eight
                more, other = _digits(wide[point + np.uint64(9)], rest)
                value, good = value * np.int64(tens[rest]) + more, good and other
        if good:
            degree = np.float64(value) / tens[behind if behind > 0 else 0]  # noqa: FURB136 - so numba types it
            out[row] = -degree if minus else degree


@numba.njit(cache=True, nogil=True)
def _copy(
    text: Bytes,
    wide: NDArray[np.uint64],
    begin: NDArray[np.int32],
    length: NDArray[np.int32],
    out: Bytes,
    out_wide: NDArray[np.uint64],
    offsets: NDArray[np.int32],
) -> Any:  # noqa: ANN401
    one = np.uint64(1)
    to = np.uint64(0)
    for row in range(len(begin)):
        offsets[row] = to
        size = np.int64(length[row])
        i = np.uint64(begin[row])
        if size >= 0:
            k = np.uint64(0)
            while k < np.uint64(size):  # eight at a time; what is too much is written over by the next
                out_wide[to + k] = wide[i + k]
                k += np.uint64(8)
            to += np.uint64(size)
        else:
            end = i + np.uint64(size & 0x7FFFFFFF)
            while i < end:
                out[to] = text[i]
                i += one if text[i] != 34 else np.uint64(2)  # noqa: PLR2004 - a doubled quote is one
                to += one
    offsets[len(begin)] = to
    return to
