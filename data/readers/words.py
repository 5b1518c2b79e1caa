"""Repeated text as codes: each distinct text is kept once, whatever the number of blocks it stands in."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from data.readers.decode import ROWS_AT_ONCE
from data.readers.split import ESCAPED, PAD, Bytes, overlapping, padded

COLUMNS: Final = 11
"""Columns that are encoded at once, or fewer."""
_FIRST_WORDS: Final = 1 << 10
_FIRST_BYTES: Final = 1 << 16
_ESCAPED: Final = -2


class Words:
    """The distinct texts of one column in the order in which they came first; grows block by block."""

    def __init__(self) -> None:
        self.words: list[str] = []
        """Only ever added to, so that codes given before hold."""
        self.slots = np.zeros(2 * _FIRST_WORDS, dtype=np.uint64)
        """The upper half of a text's hash beside its code and 1."""
        self.hashes = np.zeros(_FIRST_WORDS, dtype=np.uint64)
        self.ends = np.zeros(_FIRST_WORDS + 1, dtype=np.int64)
        self.held = padded(_FIRST_BYTES)
        """The bytes of all texts, one behind the other; each ends where `ends` says."""

    def grow(self, count: int, size: int) -> None:
        """Make room for another text of so many bytes; there are `count` texts now."""
        if count == len(self.hashes):
            self.hashes = np.concatenate([self.hashes, np.zeros_like(self.hashes)])
            self.ends = np.concatenate([self.ends, np.zeros(len(self.ends) - 1, dtype=np.int64)])
            self.slots = np.zeros(2 * len(self.slots), dtype=np.uint64)
            _place(self.slots, self.hashes, count)
        else:
            self.held = np.concatenate([self.held, np.zeros(max(len(self.held), size + PAD), dtype=np.uint8)])

    def decode(self, count: int) -> None:
        """Add the new texts to `words`; raises `UnicodeDecodeError` where one is no UTF-8."""
        first = len(self.words)
        ends = self.ends[first : count + 1].tolist()
        for begin, end in pairwise(ends):
            self.words.append(self.held[begin:end].tobytes().decode("utf-8"))


def encode(
    text: Bytes, begin: NDArray[np.int32], length: NDArray[np.int32], known: Sequence[Words]
) -> NDArray[np.int32]:
    """Return the place of each field, [column, row], in the words of its column, -1 where there is no text.

    `known` holds the words of each column and is added to. Raises `UnicodeDecodeError` where a text is no UTF-8.
    """
    out = np.empty(begin.shape, dtype=np.int32)
    _encoded(text, begin, length, known, out)
    for column, row in zip(*np.nonzero(out == _ESCAPED), strict=True):
        first = begin[column, row]
        field = text[first : first + (length[column, row] & ~ESCAPED)].tobytes().replace(b'""', b'"')
        whole = padded(len(field))
        whole[: len(field)] = np.frombuffer(field, dtype=np.uint8)
        at, size = np.zeros((1, 1), dtype=np.int32), np.full((1, 1), len(field), dtype=np.int32)
        code = np.empty((1, 1), dtype=np.int32)
        _encoded(whole, at, size, known[column : column + 1], code)
        out[column, row] = code[0, 0]
    return out


def _encoded(
    text: Bytes, begin: NDArray[np.int32], length: NDArray[np.int32], known: Sequence[Words], out: NDArray[np.int32]
) -> None:
    wide = overlapping(text)
    place = np.zeros(3, dtype=np.int64)  # rows done, and where it stopped among the next ones: column, row
    counts = np.array([len(one.words) for one in known], dtype=np.int64)
    # Columns that a file does not have are taken again: one kernel is compiled for one number of columns.
    some = [known[min(n, len(known) - 1)] for n in range(max(COLUMNS, len(known)))]
    while True:
        _encode_all(
            *(text, wide, begin, length, counts, place, out),
            *(tuple(one.slots for one in some), tuple(one.hashes for one in some)),
            *(tuple(one.ends for one in some), tuple(one.held for one in some)),
            tuple(overlapping(one.held) for one in some),
        )
        if place[0] >= out.shape[1]:
            break
        known[place[1]].grow(int(counts[place[1]]), int(length[place[1], place[2]]))
    for one, count in zip(known, counts.tolist(), strict=True):
        one.decode(count)


@numba.njit(cache=True, nogil=True)
def _place(slots: NDArray[np.uint64], hashes: NDArray[np.uint64], count: int) -> None:
    mask, low = np.uint64(len(slots) - 1), np.uint64(0xFFFFFFFF)
    for code in range(count):
        slot = hashes[code] & mask
        while slots[slot] != 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = (hashes[code] & ~low) | np.uint64(code + 1)


@numba.njit(cache=True, nogil=True)
def _encode_all(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    text: Bytes,
    wide: NDArray[np.uint64],
    begin: NDArray[np.int32],
    length: NDArray[np.int32],
    counts: NDArray[np.int64],
    place: NDArray[np.int64],
    out: NDArray[np.int32],
    slots: tuple[NDArray[np.uint64], ...],
    hashes: tuple[NDArray[np.uint64], ...],
    ends: tuple[NDArray[np.int64], ...],
    held: tuple[Bytes, ...],
    held_wide: tuple[NDArray[np.uint64], ...],
) -> None:
    """Encode all columns of a few rows, then of the next: their text is still in the processor's cache."""
    columns, rows = out.shape
    while place[0] < rows:
        last = min(place[0] + ROWS_AT_ONCE, rows)
        for n in range(place[1], columns):
            done = place[2] if n == place[1] else place[0]
            done, counts[n] = _encode(
                text,
                wide,
                begin[n, :last],
                length[n, :last],
                slots[n],
                hashes[n],
                ends[n],
                held[n],
                held_wide[n],
                counts[n],
                max(done, place[0]),
                out[n, :last],
            )
            if done < last:
                place[1], place[2] = n, done
                return
        place[0], place[1], place[2] = last, 0, last


@numba.njit(cache=True, nogil=True, inline="always")
def _hash(wide: NDArray[np.uint64], first: np.uint64, size: np.uint64, mask: np.uint64) -> Any:  # noqa: ANN401
    """Return a hash of a text; a short one is read in words that overlap, so that there is no loop to guess."""
    factor, eight = np.uint64(0x9E3779B97F4A7C15), np.uint64(8)
    if size <= eight:
        hashed = (wide[first] & mask) * factor
    else:
        end = first + size - eight
        hashed = wide[first] * factor
        hashed = (hashed ^ (hashed >> np.uint64(29)) ^ wide[end]) * factor
        if size > np.uint64(16):
            i = first + eight
            while i < end:
                hashed = (hashed ^ (hashed >> np.uint64(29)) ^ wide[i]) * factor
                i += eight
    hashed = (hashed ^ (hashed >> np.uint64(32)) ^ size) * factor
    return hashed ^ (hashed >> np.uint64(32))


@numba.njit(cache=True, nogil=True, inline="always")
def _same(
    held: NDArray[np.uint64],
    at: np.uint64,
    wide: NDArray[np.uint64],
    first: np.uint64,
    size: np.uint64,
    mask: np.uint64,
) -> Any:  # noqa: ANN401
    eight = np.uint64(8)
    if size <= eight:
        return (held[at] ^ wide[first]) & mask == 0
    last = size - eight
    differ = (held[at] ^ wide[first]) | (held[at + last] ^ wide[first + last])
    k = eight
    while k < last:
        differ |= held[at + k] ^ wide[first + k]
        k += eight
    return differ == 0


@numba.njit(cache=True, nogil=True)
def _encode(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    text: Bytes,
    wide: NDArray[np.uint64],
    begin: NDArray[np.int32],
    length: NDArray[np.int32],
    slots: NDArray[np.uint64],
    hashes: NDArray[np.uint64],
    ends: NDArray[np.int64],
    held: Bytes,
    held_wide: NDArray[np.uint64],
    count: int,
    done: int,
    out: NDArray[np.int32],
) -> Any:  # noqa: ANN401
    """Give codes from row `done` on; returns where it stopped for want of room, and the number of words."""
    top = np.uint64(len(slots) - 1)
    one, low, full = np.uint64(1), np.uint64(0xFFFFFFFF), np.uint64(0xFFFFFFFFFFFFFFFF)
    for signed in range(done, len(out)):
        row = np.uint64(signed)
        if length[row] <= 0:
            out[row] = -1 if length[row] == 0 else _ESCAPED
            continue
        first, size = np.uint64(begin[row]), np.uint64(length[row])
        mask = full >> (np.uint64(64) - np.uint64(8) * min(size, np.uint64(8)))
        hashed = _hash(wide, first, size, mask)
        slot = hashed & top
        while True:
            entry = slots[slot]
            if entry == 0:
                if count == len(hashes) or ends[count] + np.int64(size) + PAD > len(held):
                    return signed, count
                for k in range(np.int64(size)):
                    held[ends[count] + k] = text[first + np.uint64(k)]
                ends[count + 1] = ends[count] + np.int64(size)
                hashes[count] = hashed
                slots[slot] = (hashed & ~low) | np.uint64(count + 1)
                out[row] = count
                count += 1
                break
            if (entry ^ hashed) & ~low == 0:
                code = (entry & low) - one
                at = np.uint64(ends[code])
                if np.uint64(ends[code + one]) - at == size and _same(held_wide, at, wide, first, size, mask):
                    out[row] = code
                    break
            slot = (slot + one) & top
    return len(out), count
