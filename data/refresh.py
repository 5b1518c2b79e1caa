"""What a newer copy of a snapshot changed: rows added, changed and deleted, and the deaths that moved with them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.columns import TEXT
from data.draft import EVENTS

_NOT_A_CHANGE: Final = frozenset({"source", "known_at"})
"""Columns that name the release, not what it says."""
_SAYS: Final = frozenset({"value", "low", "high", "state", "unit", "place", "latitude", "longitude", "horizon_days"})
"""Columns of an observation that may change; the others together say which observation it is."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """Rows by what became of them, and deaths (best estimate; 0 for observations).

    `killed_changed` is the sum over changed rows of new minus old, `killed_moved` the same without signs: 3 up and 3
    down are 0 and 6.
    """

    added: int
    changed: int
    deleted: int
    same: int
    killed_added: int
    killed_deleted: int
    killed_changed: int
    killed_moved: int


def refresh(old: pa.Table, new: pa.Table, kind: str) -> Refresh:
    """Compare two tables of one schema, row by row: events by id, observations by what and where and when they are.

    Rows that share a key (only observations can) are matched in their order.
    """
    numbers = _numbers(old, new, kind)
    before, after = numbers[: old.num_rows], numbers[old.num_rows :]
    _, at_old, at_new = np.intersect1d(before, after, assume_unique=True, return_indices=True)
    gone, come = _without(old.num_rows, at_old), _without(new.num_rows, at_new)
    differs = np.zeros(len(at_old), dtype=bool)
    for name in old.schema.names:
        if name not in _NOT_A_CHANGE:
            differs |= _differs(old[name].take(pa.array(at_old)), new[name].take(pa.array(at_new)))
    killed_old, killed_new = _killed(old, kind), _killed(new, kind)
    moved = (killed_new[at_new] - killed_old[at_old])[differs]
    return Refresh(
        added=len(come),
        changed=int(differs.sum()),
        deleted=len(gone),
        same=int((~differs).sum()),
        killed_added=int(killed_new[come].sum()),
        killed_deleted=int(killed_old[gone].sum()),
        killed_changed=int(moved.sum()),
        killed_moved=int(np.abs(moved).sum()),
    )


def _without(count: int, taken: NDArray[np.intp]) -> NDArray[np.intp]:
    left = np.ones(count, dtype=bool)
    left[taken] = False
    return np.flatnonzero(left)


def _numbers(old: pa.Table, new: pa.Table, kind: str) -> NDArray[np.int64]:
    """Return a number for each row of both, equal where they are the same thing; within a table they are unique."""
    keys = pa.chunked_array([chunk for table in (old, new) for chunk in _keys(table, kind).chunks], TEXT)
    codes: NDArray[np.int64] = keys.combine_chunks().dictionary_encode().indices.cast(pa.int64()).to_numpy()
    most = len(codes) + 1
    turn = np.concatenate([_turns(codes[: old.num_rows]), _turns(codes[old.num_rows :])])
    numbers: NDArray[np.int64] = codes * most + turn
    return numbers


def _turns(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each row the number of rows before it that have its code."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(codes) else np.zeros(0, dtype=np.intp)
    lengths = np.diff(np.append(begins, len(codes)))
    turn = np.empty(len(codes), dtype=np.int64)
    turn[order] = np.arange(len(codes)) - np.repeat(begins, lengths)
    return turn


def _keys(table: pa.Table, kind: str) -> pa.ChunkedArray:
    if kind == EVENTS:
        return table["id"].cast(TEXT)
    parts = [
        pc.fill_null(table[name].cast(TEXT), "")
        for name in table.schema.names
        if name not in _SAYS and name not in _NOT_A_CHANGE
    ]
    joined = pc.binary_join_element_wise(*parts, "\x1f")
    return joined if isinstance(joined, pa.ChunkedArray) else pa.chunked_array([joined], TEXT)


def _differs(old: pa.ChunkedArray, new: pa.ChunkedArray) -> NDArray[np.bool_]:
    if pa.types.is_dictionary(old.type):
        old, new = old.cast(TEXT), new.cast(TEXT)
    same = pc.fill_null(pc.equal(old, new), fill_value=False)
    return np.asarray(~pc.or_(same, pc.and_(pc.is_null(old), pc.is_null(new))).to_numpy())


def _killed(table: pa.Table, kind: str) -> NDArray[np.int64]:
    if kind != EVENTS:
        return np.zeros(table.num_rows, dtype=np.int64)
    killed: NDArray[np.int64] = table["deaths_best"].to_numpy().astype(np.int64)
    return killed
