"""The one order and the one digest of a table's content, however its rows were shuffled or its buffers laid out.

Order: events by first day, then id (as a number where every id is one); observations by every column in turn.
Dictionary columns keep only the words in use, sorted. The digest is the SHA-256 over, for each column in order: its
name and type, which values are missing, and the values (for text: lengths and UTF-8 bytes; missing values as zero or
empty), then over what else belongs to the snapshot's identity. The layout of the Parquet file, its compression and the
library's version do not enter.
"""

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

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


def content_digest(table: pa.Table, identity: Mapping[str, object]) -> str:
    """Return the SHA-256 (hexadecimal) over a table in canonical order and what else makes the snapshot what it is."""
    seal = hashlib.sha256()
    for name, column in zip(table.column_names, table.columns, strict=True):
        seal.update(f"{name}:{column.type}:{len(column)};".encode())
        _feed(seal, _whole(column))
    seal.update(json.dumps(identity, sort_keys=True, default=str, ensure_ascii=False).encode())
    return seal.hexdigest()


def _feed(seal: "hashlib._Hash", values: pa.Array) -> None:
    if pa.types.is_dictionary(values.type):
        _feed(seal, values.dictionary)
        _feed(seal, values.indices)
        return
    missing = values.is_null().to_numpy(zero_copy_only=False)
    seal.update(np.packbits(missing).tobytes())
    if pa.types.is_string(values.type):
        present = values.fill_null("")
        seal.update(memoryview(pc.binary_length(present).to_numpy()).cast("B"))
        first, last = _ends(present)
        seal.update(memoryview(present.buffers()[2] or b"")[first:last])
    elif pa.types.is_boolean(values.type):
        seal.update(np.packbits(pc.fill_null(values, fill_value=False).to_numpy(zero_copy_only=False)).tobytes())
    else:
        integer = {pa.date32(): pa.int32()}.get(values.type, values.type)
        present = values.cast(integer)
        zero = pa.scalar(0, integer)
        seal.update(np.ascontiguousarray(present.fill_null(zero).to_numpy(zero_copy_only=False)).tobytes())


def _ends(values: pa.StringArray) -> tuple[int, int]:
    offsets = np.frombuffer(values.buffers()[1], dtype=np.int32)[values.offset : values.offset + len(values) + 1]
    return (int(offsets[0]), int(offsets[-1])) if len(offsets) else (0, 0)
