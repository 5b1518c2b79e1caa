"""Delimited text split into fields, a block of whole rows at a time: where each wanted field begins and how long it is.

The rules are those of Arrow's reader and of RFC 4180: a field may stand in quotes, where delimiters and line breaks are
text and a doubled quote is one; a quote inside a plain field is text; empty lines are no rows. What Arrow reads in
another way than it looks (text after a closing quote, a bare carriage return as a line end) is not guessed at: the
block is `NotPlain`, and the file is read by Arrow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

PAD: Final = 16
"""Bytes behind the text of a block that may be read (not used), so that no test for its end is needed."""
ESCAPED: Final = -(1 << 31)
"""Bit of a length that marks a field with doubled quotes."""

_PLAIN, _UNUSUAL, _UNFINISHED, _FULL = 0, 1, 2, 3
_FEW: Final = 64
ROWS_OF_A_PART: Final = 1 << 11
_QUOTE: Final = 34
_LINE: Final = 10
_RETURN: Final = 13


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of the wanted columns of a block: `begin` and `length` are [column, row]; length 0: a missing value.

    `order` is the place of each row among all rows of the block (0 first), the malformed ones included. `malformed`
    holds place, number of fields, first and last byte of each row with another number of fields. `rows` counts all.
    """

    text: Bytes
    begin: NDArray[np.int32]
    length: NDArray[np.int32]
    order: NDArray[np.int64]
    malformed: NDArray[np.int64]
    rows: int


def padded(size: int) -> Bytes:
    """Return an empty block for `size` bytes of text."""
    return np.zeros(size + PAD, dtype=np.uint8)


def overlapping(text: Bytes) -> NDArray[np.uint64]:
    """Return the eight bytes from each position as one number, without a copy; `text` is padded."""
    return np.ndarray((len(text) - 7,), np.uint64, buffer=text.data, strides=(1,))


def whole_rows(text: Bytes, size: int) -> int:
    """Return how many of the first `size` bytes are whole rows, where the first byte begins one; 0 where none is.

    Counted by quotes, so a row that has a lone quote in a plain field may be cut in the wrong place; splitting tells.
    """
    words = text[: size & ~7].view(np.uint64)
    return int(_whole_rows(text, words, size))


def skipped(text: Bytes, size: int, rows: int) -> int:
    """Return where the first `rows` rows end."""
    return int(_skipped(text, size, rows))


class NotPlain(Exception):
    """The rows cannot be split in this simple way."""


class Splitter:
    """Splits block after block of one file into the wanted fields (positions in increasing order), in the same memory.

    What it gives holds until it is given the next block.
    """

    def __init__(self, delimiter: str, width: int, wanted: NDArray[np.int64]) -> None:
        self._delimiter = ord(delimiter)
        self._width = width
        self._column = np.full(width + 1, -1, dtype=np.int64)
        self._column[wanted] = np.arange(len(wanted))
        self._wanted = len(wanted)
        self._malformed = np.empty((_FEW, 4), dtype=np.int64)
        self._found = 0, 0
        self._make_room(0)

    def _make_room(self, rows: int) -> None:
        self._begin = np.empty((self._wanted, rows), dtype=np.int32)
        self._length = np.empty((self._wanted, rows), dtype=np.int32)
        self._order = np.empty(rows, dtype=np.int64)

    def parts(self, text: Bytes, size: int) -> Iterator[Fields]:
        """Yield the fields of `size` bytes of whole rows, some rows at a time; `text` is padded.

        A part is to be worked on at once: its text is still in the processor's cache. Raises `NotPlain` where the rows
        are not plain (see above), or where the last one does not end with the text.
        """
        rows = size // self._width + 1  # a row of so many fields has as many delimiters and line ends
        if rows > len(self._order):
            self._make_room(rows)
        wide = overlapping(text)
        at = good = bad = 0
        self._found = 0, 0
        while at < size:
            first = good
            state, at, good, bad = _split(
                *(text, wide, at, size, self._delimiter, self._width, self._column),
                *(self._begin, self._length, self._order, self._malformed),
                *(good, bad, good + ROWS_OF_A_PART),
            )
            if state == _FULL:
                self._malformed = np.concatenate([self._malformed, np.empty_like(self._malformed)])
            elif state != _PLAIN:
                raise NotPlain
            self._found = good, bad
            yield self.fields(text, first)

    def fields(self, text: Bytes, first: int = 0) -> Fields:
        """Return all rows that were found in the block, or those from the one after `first` others on."""
        good, bad = self._found
        rows = slice(first, good)
        found = self._begin[:, rows], self._length[:, rows], self._order[rows]
        return Fields(text, *found, self._malformed[:bad], good + bad)


@numba.njit(cache=True, nogil=True)
def _whole_rows(text: Bytes, words: NDArray[np.uint64], size: int) -> Any:  # noqa: ANN401
    """Find the last line end outside quotes: the parity of all quotes first, then backwards from the end."""
    quotes, low, high = np.uint64(0x2222222222222222), np.uint64(0x7F7F7F7F7F7F7F7F), np.uint64(0x8080808080808080)
    seen = np.uint64(0)
    for word in words:
        other = word ^ quotes
        seen ^= ~(((other & low) + low) | other) & high
    odd = False
    for bit in range(8):
        odd ^= (seen >> np.uint64(8 * bit + 7)) & np.uint64(1) == 1
    for i in range(len(words) * 8, size):
        odd ^= text[i] == _QUOTE
    for i in range(size - 1, -1, -1):
        if text[i] == _QUOTE:
            odd = not odd
        elif text[i] == _LINE and not odd:
            return i + 1
    return 0


@numba.njit(cache=True, nogil=True)
def _skipped(text: Bytes, size: int, rows: int) -> Any:  # noqa: ANN401
    i, quoted, empty = 0, False, True
    while i < size and rows > 0:
        if text[i] == _QUOTE:
            quoted = not quoted
        if text[i] == _LINE and not quoted:
            rows -= not empty
            empty = True
        elif text[i] != _RETURN:
            empty = False
        i += 1
    return i


@numba.njit(cache=True, nogil=True)
def _split(  # noqa: C901, PLR0911, PLR0912, PLR0913, PLR0915, PLR0917 - one pass over the bytes
    text: Bytes,
    wide: NDArray[np.uint64],
    at: int,
    size: int,
    delimiter: int,
    width: int,
    column: NDArray[np.int64],
    begin: NDArray[np.int32],
    length: NDArray[np.int32],
    order: NDArray[np.int64],
    malformed: NDArray[np.int64],
    rows: int,
    odd: int,
    most: int,
) -> Any:  # noqa: ANN401
    """Split from byte `at` on, until there are `most` good rows; returns where it stopped."""
    quotes, ones, high = np.uint64(0x2222222222222222), np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
    one = np.uint64(1)
    end = np.uint64(size)
    special = np.zeros(256, dtype=np.bool_)
    special[delimiter] = special[_LINE] = special[_RETURN] = True
    good, bad, i = np.uint64(rows), np.uint64(odd), np.uint64(at)
    while i < end and good < np.uint64(most):
        if text[i] == _LINE:
            i += one
            continue
        if text[i] == _RETURN and text[i + one] == _LINE:
            i += np.uint64(2)
            continue
        row = i
        field = np.uint64(0)
        last = np.uint64(width)
        while True:
            escaped = False
            if text[i] == _QUOTE:
                i += one
                first = i
                while True:
                    other = wide[i] ^ quotes
                    found = (other - ones) & ~other & high
                    if found == 0:
                        i += np.uint64(8)
                        if i >= end:
                            return _UNFINISHED, i, good, bad
                        continue
                    i += ((((found ^ (found - one)) & ones) * ones) >> np.uint64(56)) - one
                    if i >= end:
                        return _UNFINISHED, i, good, bad
                    if text[i + one] != _QUOTE:
                        break
                    escaped = True
                    i += np.uint64(2)
                size_here = i - first
                i += one
                if not special[text[i]] and i < end:
                    return _UNUSUAL, i, good, bad
            else:
                first = i
                while not special[text[i]]:
                    i += one
                    if i >= end:
                        return _UNFINISHED, i, good, bad
                size_here = i - first
            if field < last:
                place = column[field]
                if place >= 0:
                    begin[np.uint64(place), good] = first
                    length[np.uint64(place), good] = np.int64(size_here) | (ESCAPED if escaped else 0)
            field += one
            if i >= end:
                return _UNFINISHED, i, good, bad
            if text[i] == delimiter:
                i += one
                continue
            break
        stop = i
        if text[i] == _RETURN:
            i += one
            if text[i] != _LINE:
                return _UNUSUAL, i, good, bad
        i += one
        if i > end:
            return _UNFINISHED, i, good, bad
        if field == last:
            order[good] = good + bad
            good += one
        else:
            if bad == len(malformed):
                return _FULL, row, good, bad
            malformed[bad, 0] = good + bad
            malformed[bad, 1] = field
            malformed[bad, 2] = row
            malformed[bad, 3] = stop
            bad += one
    return _PLAIN, i, good, bad
