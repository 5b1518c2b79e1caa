import hashlib
import math
import struct

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import row_hashes
from data.blake import hashes
from data.canonical import content_digest
from data.columns import LABEL
from data.row_hashes import RowHasher, text_hashes
from geo.errors import ValueRefused


def blake(message: bytes) -> bytes:
    return hashlib.blake2b(message, digest_size=16).digest()


@given(st.lists(st.integers(1, 70), min_size=1, max_size=150), st.integers(0, 2**32))
def test_many_messages_are_hashed_as_one_by_one(sizes: list[int], seed: int) -> None:
    ends = np.append(0, np.cumsum(sizes))
    words = np.random.default_rng(seed).integers(0, 2**64, ends[-1], dtype=np.uint64)
    out = np.empty((len(sizes), 2), dtype=np.uint64)
    hashes(words, ends, out)
    for n, got in enumerate(out):
        assert got.tobytes() == blake(words[ends[n] : ends[n + 1]].tobytes())


def filled(text: bytes) -> bytes:
    return text + b"\0" * (-len(text) % 8)


def expected(row: dict) -> bytes:
    """The message of a row as the module describes it, from plain values."""
    missing = sum(1 << n for n, name in enumerate(SCHEMA.names) if row[name] is None)
    text = (row["text"] or "").encode()
    fixed = struct.pack(
        "<qdiiBB",
        row["big"] or 0,
        0.0 if row["real"] is None else row["real"],
        row["small"] or 0,
        len(text),
        row["tiny"] or 0,
        bool(row["flag"]),
    )
    label = (
        b""
        if row["label"] is None
        else blake(struct.pack("<Q", len(row["label"].encode())) + filled(row["label"].encode()))[:8]
    )
    return struct.pack("<Q", missing) + filled(fixed) + label + filled(text)


ROW = st.fixed_dictionaries(
    {
        "label": st.none() | st.text(max_size=20),
        "big": st.none() | st.integers(-(2**63), 2**63 - 1),
        "small": st.none() | st.integers(-(2**31), 2**31 - 1),
        "text": st.none() | st.text(max_size=200),
        "tiny": st.none() | st.integers(0, 255),
        "flag": st.none() | st.booleans(),
        "real": st.none() | st.floats(allow_nan=False),
    }
)
SCHEMA = pa.schema(
    {
        "label": LABEL,
        "big": pa.int64(),
        "small": pa.int32(),
        "text": pa.string(),
        "tiny": pa.uint8(),
        "flag": pa.bool_(),
        "real": pa.float64(),
    }
)


@given(st.lists(ROW, min_size=1, max_size=20), st.integers(0, 20))
def test_a_row_is_hashed_as_described_however_it_is_cut(rows: list[dict], cut: int) -> None:
    columns = {
        f.name: pa.array([row[f.name] for row in rows], pa.string() if f.type == LABEL else f.type) for f in SCHEMA
    }
    columns["label"] = columns["label"].dictionary_encode()
    table = pa.table(columns, schema=SCHEMA)
    hasher = RowHasher(SCHEMA)
    got = np.concatenate([hasher.hashes(part) for part in (table.slice(0, cut), table.slice(cut)) if part.num_rows])
    assert [one.tobytes() for one in got] == [blake(expected(row)) for row in rows]


def test_slices_are_seamless(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.table({"a": [f"text {n}" * (n % 7) for n in range(100)], "b": np.arange(100)})
    whole = RowHasher(table.schema).hashes(table)
    monkeypatch.setattr(row_hashes, "_SLICE", 9)
    np.testing.assert_array_equal(RowHasher(table.schema).hashes(table), whole)


def labelled(words: list[str]) -> pa.Table:
    return pa.table({"a": pa.array(words).dictionary_encode()})


def test_two_labels_that_share_a_word_of_their_hash_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = text_hashes

    def weak(texts: pa.StringArray):
        found = real(texts)
        found[:, 0] = 7
        return found

    one, other = content_digest(labelled(["x", "x"]), {}), content_digest(labelled(["y", "y"]), {})
    assert one != other
    monkeypatch.setattr(row_hashes, "text_hashes", weak)
    assert content_digest(labelled(["x", "x"]), {}) != content_digest(labelled(["y", "y"]), {})
    with pytest.raises(ValueRefused, match="column a"):
        content_digest(labelled(["x", "y"]), {})


def test_words_that_no_row_uses_do_not_count() -> None:
    table = labelled(["x", "y", "z"])
    assert content_digest(table.slice(0, 1), {}) == content_digest(labelled(["x"]), {})


def test_the_digest_tells_doubled_rows_and_signs_of_zero() -> None:
    def digest(values: list[float]) -> str:
        return content_digest(pa.table({"a": values}), {})

    assert digest([1.0, 2.0, 2.0]) != digest([1.0, 1.0, 2.0])
    assert digest([0.0]) != digest([math.copysign(0.0, -1)])


def test_rows_beyond_one_piece_are_one_content(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    table = pa.table({"a": rng.integers(0, 9, 500), "b": [f"w{n % 13}" for n in range(500)]})
    whole = content_digest(table, {})
    monkeypatch.setattr("data.canonical._AT_A_TIME", 37)
    assert content_digest(table.take(rng.permutation(500)), {}) == whole
