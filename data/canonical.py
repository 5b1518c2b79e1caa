"""The one order and the one digest of a table's content, however its rows were shuffled or its buffers laid out.

Order: events by first day, then id (as a number where every id is one); observations by every column in turn.
Dictionary columns keep only the words in use, sorted. The digest does not see the order: it is the SHA-256 over the
names and types of the columns, the number of rows, the 128-bit hash of every row (`data.row_hashes`) sorted, the hashes
of the labels of each column sorted, and what else belongs to the snapshot's identity. So rows are hashed as they come
and need never be held together. The layout of the Parquet file, its compression and the library's version do not enter.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.row_hashes import Hashes, RowHasher
from data.source_column import without_source

_FORM = b"tocsin content 2;"
_RANGES = 64
_AT_A_TIME = 1 << 18
_IDS = 1 << 44
_DAYS = 1 << 18
_THREADS = 2


def event_order(days: NDArray[np.int32], ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the order of events by day, then by id."""
    offset = days.astype(np.int64) - (days.min() if len(days) else 0)
    if len(ids) and ids.min() >= 0 and ids.max() < _IDS and offset.max() < _DAYS:
        return np.argsort(offset * _IDS + ids)  # both in one number: sorted once
    return np.lexsort((ids, offset))


def canonical_events(table: pa.Table) -> pa.Table:
    """Return events in canonical order, one chunk a column, dictionaries sorted and without unused words."""
    order = order_of(table["date_start"], table["id"])
    placed = in_order(dict(zip(table.column_names, table.columns, strict=True)), order)
    return pa.table([placed[name] for name in table.column_names], schema=table.schema)


def canonical_observations(table: pa.Table) -> pa.Table:
    """Return observations in canonical order: by every column in turn."""
    plain = pa.table([_plain(column) for column in table.columns], names=table.column_names)
    keys = [(name, "ascending") for name in table.column_names]
    placed = in_order(dict(zip(table.column_names, table.columns, strict=True)), pc.sort_indices(plain, keys))
    return pa.table([placed[name] for name in table.column_names], schema=table.schema)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def order_of(date_start: pa.ChunkedArray, ids: pa.ChunkedArray) -> pa.Array | None:
    """Return the positions that put events in canonical order, None where they stand in it; ids as text or numbers."""
    try:
        numbers = ids.cast(pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        texts = pa.table({"date_start": date_start, "id": ids})
        order = pc.sort_indices(texts, [("date_start", "ascending"), ("id", "ascending")])
        # As signed numbers: differences of unsigned ones are never negative.
        return None if (np.diff(order.to_numpy().astype(np.int64)) > 0).all() else order
    days = date_start.cast(pa.int32()).to_numpy()
    step = np.diff(days)
    if step.min(initial=0) >= 0 and (np.diff(numbers)[step == 0] >= 0).all():
        return None
    return pa.array(event_order(days, numbers))


def in_order(columns: dict[str, pa.ChunkedArray], order: pa.Array | None) -> dict[str, pa.Array]:
    """Return columns in an order (None: as they are), each one chunk, dictionaries sorted and without unused words.

    Empties `columns` on the way, so that both are never held whole.
    """

    def place(name: str) -> tuple[str, pa.Array]:
        column = columns.pop(name)
        if pa.types.is_dictionary(column.type):
            return name, _sorted_words(column, order)
        whole = _whole(column)
        del column  # free before it is there again in order
        return name, whole if order is None else pc.take(whole, order, boundscheck=False)

    with ThreadPoolExecutor(_THREADS) as pool:
        return dict(pool.map(place, tuple(columns)))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _sorted_words(column: pa.ChunkedArray, order: pa.Array | None) -> pa.DictionaryArray:
    if order is None and column.num_chunks == 1 and _is_sorted(column.chunk(0)):
        return column.chunk(0)
    chunks = column.unify_dictionaries().chunks
    words = chunks[0].dictionary if chunks else pa.array([], column.type.value_type)
    absent = len(words)
    codes = np.concatenate(
        [np.zeros(0, np.int32), *(chunk.indices.fill_null(absent).to_numpy().astype(np.int32) for chunk in chunks)]
    )
    used = np.zeros(absent + 1, dtype=bool)
    used[codes] = True
    kept = np.flatnonzero(used[:-1])
    sorted_kept = kept[pc.sort_indices(words.take(pa.array(kept))).to_numpy()]
    rank = np.zeros(absent + 1, dtype=np.int32)
    rank[sorted_kept] = np.arange(len(kept), dtype=np.int32)
    if order is not None:
        codes = codes[order.to_numpy()]
    missing = codes == absent if used[-1] else None
    return pa.DictionaryArray.from_arrays(pa.array(rank[codes], mask=missing), words.take(pa.array(sorted_kept)))


def _is_sorted(coded: pa.DictionaryArray) -> bool:
    """Return whether a dictionary is sorted, without unused words."""
    words, codes = coded.dictionary, coded.indices.drop_null().to_numpy()
    used = np.zeros(len(words), dtype=bool)
    used[codes] = True
    return bool(used.all()) and pc.all(pc.less(words[:-1], words[1:])).as_py() is not False


class ContentDigest:
    """The digest of a table that comes in pieces: see `content_digest`."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._hasher = RowHasher(schema)
        self._rows: list[Hashes] = []

    def add(self, piece: pa.Table) -> None:
        """Take some more rows."""
        found = self._hasher.hashes(piece.select(self._schema.names))
        self._rows.append(found[_sorted(found)])

    def finish(self, identity: Mapping[str, object]) -> str:
        """Return the digest of all rows and of what else makes the snapshot what it is."""
        seal = hashlib.sha256(_FORM)
        seal.update("".join(f"{field.name}:{field.type};" for field in self._schema).encode())
        seal.update(f"{sum(map(len, self._rows))};".encode())
        for rows in _merged(self._rows):
            seal.update(rows.data)
        self._rows.clear()
        for words in self._hasher.vocabulary():
            seal.update(f"{len(words)};".encode() + words.tobytes())
        seal.update(json.dumps(identity, sort_keys=True, default=str, ensure_ascii=False).encode())
        return seal.hexdigest()


def content_digest(table: pa.Table, identity: Mapping[str, object]) -> str:
    """Return the SHA-256 (hexadecimal) over the hashes of all rows, sorted, and what else makes the snapshot.

    A column `source` that says in every row what the identity says is left out: the identity has it.
    """
    table = without_source(table, str(identity.get("source")))
    digest = ContentDigest(table.schema)
    for begin in range(0, table.num_rows, _AT_A_TIME):
        digest.add(table.slice(begin, _AT_A_TIME))
    return digest.finish(identity)


def _merged(runs: Sequence[Hashes]) -> Iterator[Hashes]:
    """Yield the hashes of sorted runs in one order, a part of the range at a time: never are all of them held twice."""
    edges = np.arange(_RANGES + 1, dtype=object) * (1 << 64) // _RANGES
    inner = edges[1:-1].astype(np.uint64)
    ends = [np.concatenate([[0], np.searchsorted(np.ascontiguousarray(run[:, 0]), inner), [len(run)]]) for run in runs]
    for n in range(_RANGES):
        part = np.concatenate(
            [np.zeros((0, 2), np.uint64), *(r[e[n] : e[n + 1]] for r, e in zip(runs, ends, strict=True))]
        )
        yield part[_sorted(part)]


def _sorted(rows: Hashes) -> NDArray[np.intp]:
    """Return the order of hashes."""
    first = np.ascontiguousarray(rows[:, 0])
    order = np.argsort(first)
    first = first[order]
    if (first[1:] == first[:-1]).any():
        order = np.lexsort((rows[:, 1], rows[:, 0]))
    return order
