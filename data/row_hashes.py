"""A hash of 128 bits for each row of a table, the same however the rows are ordered, cut into chunks or encoded.

A row is written as 64-bit words, and their BLAKE2b is its hash: first one bit a column, set where the value is missing;
then the values of fixed width and the lengths in bytes of the texts, the widest first, packed without gaps, 0 where
missing; then one word for each label that is not missing, the first of the BLAKE2b of its length and bytes; then the
bytes of each text, filled up to whole words with zeros. Columns come in the order of the schema.

64 bits of a label would not be enough against somebody who looks for two texts that share them: so `vocabulary` gives
all 128 bits of every label to whoever names the table, and refuses such texts where both stand in it.
"""

from collections.abc import Iterator
from typing import Any, Final

import numba
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.blake import hashes
from data.readers.split import Bytes, overlapping, padded
from geo.errors import ValueRefused

Hashes = NDArray[np.uint64]

_SLICE: Final = 1 << 13
"""Rows whose words are written at a time: so many fit into a processor's cache."""
_MOST_COLUMNS: Final = 64
_WORD: Final = 8


class RowHasher:
    """Hashes tables of one schema, one after the other; remembers the hashes of labels met in the one before."""

    def __init__(self, schema: pa.Schema) -> None:
        if len(schema) > _MOST_COLUMNS:
            raise ValueRefused(f"a table has {len(schema)} columns, more than {_MOST_COLUMNS}")
        self._names = schema.names
        self._labels = [field.name for field in schema if pa.types.is_dictionary(field.type)]
        self._texts = [field.name for field in schema if pa.types.is_string(field.type)]
        others = {*self._labels, *self._texts}
        self._fixed = [field.name for field in schema if field.name not in others]
        self._known: dict[str, tuple[pa.Array, Hashes]] = {}
        self._used = {name: np.zeros(1, dtype=bool) for name in self._labels}
        self._met: dict[str, list[Hashes]] = {name: [] for name in self._labels}

    def vocabulary(self) -> Iterator[Hashes]:
        """Yield the hashes of the labels of each column that were met, [label, 2], each once and sorted.

        Raises `ValueRefused` where two of them share their first word.
        """
        for name in self._labels:
            self._keep_used(name)
            met = np.unique(np.concatenate([np.zeros((0, 2), np.uint64), *self._met[name]]), axis=0)
            if (met[1:, 0] == met[:-1, 0]).any():
                raise ValueRefused(
                    f"two texts of the column {name} have one hash: they were made for that", column=name
                )
            self._met[name] = [met]
            yield met

    def hashes(self, table: pa.Table) -> Hashes:
        """Return the hash of each row, [row, 2]."""
        rows = table.num_rows
        columns = {name: _whole(table[name]) for name in self._names}
        texts = [_bytes(columns[name]) for name in self._texts]
        head = self._head(columns, [np.diff(offsets).astype(np.int32) for offsets, _ in texts], rows)
        tables = [self._of_words(name, columns[name].dictionary) for name in self._labels]
        bases = np.cumsum([0, *(len(one) for one in tables)])[:-1]
        words = np.concatenate([np.zeros(0, np.uint64), *(one[:, 0] for one in tables)])
        codes = np.empty((len(self._labels), rows), dtype=np.int32)
        for place, name in enumerate(self._labels):
            indices = columns[name].indices
            codes[place] = indices.fill_null(-1).to_numpy() if indices.null_count else indices.to_numpy()
            self._used[name][codes[place]] = True
        sizes = len(head) + np.count_nonzero(codes >= 0, axis=0)
        for offsets, _ in texts:
            sizes += (np.diff(offsets) + _WORD - 1) // _WORD
        out = np.empty((rows, 2), dtype=np.uint64)
        for begin in range(0, rows, _SLICE):
            part = slice(begin, min(begin + _SLICE, rows))
            ends = np.append(0, np.cumsum(sizes[part]))
            message = np.empty(ends[-1] + 1, dtype=np.uint64)
            cursor = ends[:-1].copy()
            _append(message, cursor, head[:, part], codes[:, part], bases, words)
            for offsets, text in texts:
                _append_text(message, cursor, offsets[begin : part.stop + 1], overlapping(text))
            hashes(message, ends, out[part])
        return out

    def _head(self, columns: dict[str, pa.Array], lengths: list[NDArray[np.int32]], rows: int) -> NDArray[np.uint64]:
        """Return what is missing and the values of fixed width, [word, row]."""
        missing = np.zeros(rows, dtype=np.uint64)
        for place, name in enumerate(self._names):
            if columns[name].null_count:
                missing |= columns[name].is_null().to_numpy(zero_copy_only=False).astype(np.uint64) << np.uint64(place)
        parts = [*(_values(columns[name]) for name in self._fixed), *lengths]
        parts.sort(key=lambda one: -one.dtype.itemsize)  # stable: the schema's order within a width
        offsets = np.cumsum([0, *(one.dtype.itemsize for one in parts)])
        head = np.zeros((1 + -(-int(offsets[-1]) // _WORD), rows), dtype=np.uint64)
        head[0] = missing
        for part, offset in zip(parts, offsets.tolist(), strict=False):
            bits = part.view(f"u{part.dtype.itemsize}").astype(np.uint64)
            if offset % _WORD:
                bits <<= np.uint64(8 * (offset % _WORD))
            head[1 + offset // _WORD] |= bits
        return head

    def _keep_used(self, name: str) -> None:
        """Keep the hashes of the labels in use so far; the next dictionary may be another one."""
        if name in self._known:
            self._met[name].append(self._known[name][1][self._used[name][:-1]])

    def _of_words(self, name: str, dictionary: pa.Array) -> Hashes:
        """Return the hash of each word; a dictionary that begins as the one before is hashed from there on."""
        old, known = self._known.get(name, (dictionary.slice(0, 0), np.zeros((0, 2), np.uint64)))
        if not dictionary.slice(0, len(old)).equals(old):
            self._keep_used(name)
            self._used[name] = np.zeros(1, dtype=bool)
            old, known = dictionary.slice(0, 0), known[:0]
        new = dictionary.slice(len(old))
        found = known if not len(new) else np.concatenate([known, text_hashes(new)])
        self._known[name] = dictionary, found
        used = np.zeros(len(found) + 1, dtype=bool)  # the last one stands for a missing label, code -1
        used[: len(old)] = self._used[name][: len(old)]
        self._used[name] = used
        return found


def text_hashes(texts: pa.StringArray) -> Hashes:
    """Return the hash of each text: of its length in bytes and its bytes filled up to whole words."""
    offsets, text = _bytes(texts)
    sizes = np.diff(offsets)
    ends = np.append(0, np.cumsum(1 + (sizes + 7) // _WORD))
    message = np.empty(ends[-1] + 1, dtype=np.uint64)
    message[ends[:-1]] = sizes
    _append_text(message, ends[:-1] + 1, offsets, overlapping(text))
    out = np.empty((len(texts), 2), dtype=np.uint64)
    hashes(message, ends, out)
    return out


def _values(column: pa.Array) -> NDArray[Any]:
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    if column.null_count:
        column = column.fill_null(pa.scalar(0, column.type) if not pa.types.is_boolean(column.type) else False)
    values: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return values.view(np.uint8) if values.dtype == np.bool_ else values


def _whole(column: pa.ChunkedArray) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _bytes(texts: pa.StringArray) -> tuple[NDArray[np.int64], Bytes]:
    """Return where each text begins and the last one ends in the padded bytes; a missing text has length 0."""
    if texts.null_count:
        texts = texts.fill_null("")
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    first, last = (int(offsets[0]), int(offsets[-1])) if len(offsets) else (0, 0)
    held = padded(last - first)
    held[: last - first] = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)[first:last]
    return offsets.astype(np.int64) - first, held


@numba.njit(cache=True, nogil=True)
def _append(
    message: NDArray[np.uint64],
    cursor: NDArray[np.int64],
    head: NDArray[np.uint64],
    codes: NDArray[np.int32],
    bases: NDArray[np.int64],
    words: NDArray[np.uint64],
) -> None:
    for row in range(len(cursor)):
        at = cursor[row]
        for k in range(len(head)):
            message[at + k] = head[k, row]
        at += len(head)
        for k in range(len(codes)):
            code = codes[k, row]
            if code >= 0:
                message[at] = words[bases[k] + code]
                at += 1
        cursor[row] = at


@numba.njit(cache=True, nogil=True)
def _append_text(
    message: NDArray[np.uint64], cursor: NDArray[np.int64], offsets: NDArray[np.int64], wide: NDArray[np.uint64]
) -> None:
    for row in range(len(cursor)):
        at, i, left = cursor[row], offsets[row], offsets[row + 1] - offsets[row]
        while left > 0:
            word = wide[i]
            if left < _WORD:
                word &= np.uint64(0xFFFFFFFFFFFFFFFF) >> np.uint64(8 * (_WORD - left))
            message[at] = word
            at += 1
            i += _WORD
            left -= _WORD
        cursor[row] = at
