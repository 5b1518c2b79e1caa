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

_RADIX = 1 << 16
_THREADS = 2


def event_order(days: NDArray[np.int32], ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the order of events by day, then by id."""
    by_id = np.arange(len(ids)) if (np.diff(ids) >= 0).all() else np.argsort(ids, kind="stable")
    offset = days[by_id] - (days.min() if len(days) else 0)
    # 16-bit integers are sorted by radix: several times faster, and 65,536 days are 179 years.
    narrow = offset.astype(np.uint16) if len(days) and offset.max() < _RADIX else offset
    return by_id[np.argsort(narrow, kind="stable")]


def canonical_events(table: pa.Table) -> pa.Table:
    """Return events in canonical order, one chunk a column, dictionaries sorted and without unused words."""
    placed = in_event_order(dict(zip(table.column_names, table.columns, strict=True)))
    return pa.table([placed[name] for name in table.column_names], schema=table.schema)


def canonical_observations(table: pa.Table) -> pa.Table:
    """Return observations in canonical order: by every column in turn."""
    plain = pa.table([_plain(column) for column in table.columns], names=table.column_names)
    keys = [(name, "ascending") for name in table.column_names]
    order = pc.sort_indices(plain, keys)
    return pa.table([_canonical(column).take(order) for column in table.columns], schema=table.schema)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def in_event_order(columns: dict[str, pa.ChunkedArray]) -> dict[str, pa.Array]:
    """Return columns of events in canonical order and empty `columns` on the way, so that both are never held whole."""
    order = _order(columns["date_start"], columns["id"])
    in_order = bool((np.diff(order) > 0).all())
    position = pa.array(order)

    def place(name: str) -> tuple[str, pa.Array]:
        whole = _canonical(columns.pop(name))
        return name, whole if in_order else whole.take(position)

    with ThreadPoolExecutor(_THREADS) as pool:
        return dict(pool.map(place, sorted(columns)))


def _order(date_start: pa.ChunkedArray, ids: pa.ChunkedArray) -> NDArray[np.int64]:
    try:
        numbers = ids.cast(pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        texts = pa.table({"date_start": date_start, "id": ids})
        # As signed numbers: differences of unsigned ones are never negative.
        order: NDArray[np.int64] = (
            pc.sort_indices(texts, [("date_start", "ascending"), ("id", "ascending")]).to_numpy().astype(np.int64)
        )
        return order
    return event_order(date_start.cast(pa.int32()).to_numpy(), numbers)


def _canonical(column: pa.ChunkedArray) -> pa.Array:
    return _sorted_words(column) if pa.types.is_dictionary(column.type) else _whole(column)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _sorted_words(column: pa.ChunkedArray) -> pa.DictionaryArray:
    coded = _whole(column.unify_dictionaries())
    if isinstance(coded, pa.ChunkedArray):
        coded = pa.concat_arrays(coded.chunks)
    codes = coded.indices
    used = np.zeros(len(coded.dictionary) + 1, dtype=bool)
    used[codes.fill_null(len(coded.dictionary)).to_numpy()] = True
    words = coded.dictionary.filter(pa.array(used[:-1]))
    order = pc.sort_indices(words).to_numpy()
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    new = np.zeros(len(used) - 1, dtype=np.int32)
    new[used[:-1]] = rank
    missing = codes.is_null().to_numpy(zero_copy_only=False) if codes.null_count else None
    moved = new[codes.fill_null(0).to_numpy()] if len(new) else np.zeros(len(codes), dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(moved, mask=missing), words.take(pa.array(order)))


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
