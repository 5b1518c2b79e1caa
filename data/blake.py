"""BLAKE2b (RFC 7693) of many short messages at once: the same result as `hashlib.blake2b(message, digest_size=16)`.

Messages are worked on side by side, so that one instruction serves several of them.
"""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

SIZE: Final = 16
"""Bytes of a hash: two numbers of 64 bits."""

_LANES: Final = 64
_WORDS: Final = 16
_INITIAL: Final = np.array(
    [
        *(0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1),
        *(0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179),
    ],
    dtype=np.uint64,
)
_SIGMA: Final = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ],
    dtype=np.int64,
)
_MIXED: Final = np.array(
    [
        [0, 4, 8, 12],
        [1, 5, 9, 13],
        [2, 6, 10, 14],
        [3, 7, 11, 15],
        [0, 5, 10, 15],
        [1, 6, 11, 12],
        [2, 7, 8, 13],
        [3, 4, 9, 14],
    ],
    dtype=np.int64,
)


def hashes(words: NDArray[np.uint64], ends: NDArray[np.int64], out: NDArray[np.uint64]) -> None:
    """Write the hash of each message to `out`, [message, 2]: message n is `words[ends[n] : ends[n + 1]]`, not empty."""
    blocks = ((np.diff(ends) + _WORDS - 1) // _WORDS).astype(np.uint16)
    order = np.argsort(blocks, kind="stable")  # those of one length side by side: lanes do not wait for a longer one
    _hashes(words, ends, order, _INITIAL, _SIGMA, _MIXED, out)


@numba.njit(cache=True, nogil=True)
def _mix(  # noqa: PLR0913, PLR0917 - four words of the state and two of the message
    state: NDArray[np.uint64], a: int, b: int, c: int, d: int, message: NDArray[np.uint64], x: int, y: int
) -> None:
    for n in range(_LANES):
        p, q, r, s = state[a, n], state[b, n], state[c, n], state[d, n]
        p = p + q + message[x, n]
        s ^= p
        s = (s >> np.uint64(32)) | (s << np.uint64(32))
        r += s
        q ^= r
        q = (q >> np.uint64(24)) | (q << np.uint64(40))
        p = p + q + message[y, n]
        s ^= p
        s = (s >> np.uint64(16)) | (s << np.uint64(48))
        r += s
        q ^= r
        q = (q >> np.uint64(63)) | (q << np.uint64(1))
        state[a, n], state[b, n], state[c, n], state[d, n] = p, q, r, s


@numba.njit(cache=True, nogil=True)
def _hashes(  # noqa: C901, PLR0912 - it is one loop, and taken apart it is slower
    words: NDArray[np.uint64],
    ends: NDArray[np.int64],
    order: NDArray[np.intp],
    initial: NDArray[np.uint64],
    sigma: NDArray[np.int64],
    mixed: NDArray[np.int64],
    out: NDArray[np.uint64],
) -> None:
    state = np.empty((_WORDS, _LANES), dtype=np.uint64)
    chain = np.empty((8, _LANES), dtype=np.uint64)
    message = np.empty((_WORDS, _LANES), dtype=np.uint64)
    size = np.empty(_LANES, dtype=np.int64)
    first = np.empty(_LANES, dtype=np.int64)
    for begin in range(0, len(out), _LANES):
        lanes = min(_LANES, len(out) - begin)
        longest = 0
        for n in range(_LANES):
            one = order[begin + min(n, lanes - 1)]  # the last lanes repeat: they do no harm
            first[n] = ends[one]
            size[n] = ends[one + 1] - ends[one]
            longest = max(longest, size[n])
        for k in range(8):
            for n in range(_LANES):
                chain[k, n] = initial[k]
        for n in range(_LANES):
            chain[0, n] ^= np.uint64(0x01010000 ^ SIZE)
        for block in range((longest + _WORDS - 1) // _WORDS):
            at = block * _WORDS
            for n in range(_LANES):
                here = min(max(size[n] - at, 0), _WORDS)
                for k in range(here):
                    message[k, n] = words[first[n] + at + k]
                for k in range(here, _WORDS):
                    message[k, n] = 0
            for k in range(8):
                for n in range(_LANES):
                    state[k, n] = chain[k, n]
                    state[k + 8, n] = initial[k]
            for n in range(_LANES):
                state[12, n] ^= np.uint64(8 * min(size[n], at + _WORDS))
                if size[n] <= at + _WORDS:
                    state[14, n] = ~state[14, n]
            for turn in range(12):
                for g in range(8):
                    a, b, c, d = mixed[g, 0], mixed[g, 1], mixed[g, 2], mixed[g, 3]
                    _mix(state, a, b, c, d, message, sigma[turn, 2 * g], sigma[turn, 2 * g + 1])
            for k in range(8):
                for n in range(_LANES):
                    new = chain[k, n] ^ state[k, n] ^ state[k + 8, n]
                    chain[k, n] = new if size[n] > at else chain[k, n]
        for n in range(lanes):
            out[order[begin + n], 0] = chain[0, n]
            out[order[begin + n], 1] = chain[1, n]
