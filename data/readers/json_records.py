"""JSON records as a table of text: an array of objects, or the envelope of an interface's answer that holds one.

The names of all records together are the first row, each record is a row after it: record 1 is row 2. Numbers keep
the digits that they were written with; true and false become `true` and `false`, lists and objects their JSON.
"""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
import pyarrow as pa

from data.readers.json_text import parsed
from data.readers.opened import Batch
from geo.errors import FileRefused

MOST_UNPACKED: Final = 512 << 20
"""Bytes of JSON that are read: it is held whole. IDMC's list of all years is about 100 MB."""
MOST_RATIO: Final = 200
"""Times that a gzipped file may grow; published files grow about 10 times."""
MOST_RECORDS: Final = 5_000_000
MOST_NAMES: Final = 1_000
_RATIO_FROM: Final = 16 << 20
_ROWS_A_BATCH: Final = 100_000
_PIECE: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_BEGINS: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*[\[{\]])')
_LOOKED_AT: Final = 4096
_FAILED: Final = ("isSuccess", "success")
_MESSAGES: Final = ("errorMessages", "messages", "message", "error")


def is_json(path: Path) -> bool:
    """Return whether a file, unpacked if it is gzipped, begins like JSON objects or a list."""
    try:
        with path.open("rb") as file:
            start = file.read(_LOOKED_AT)
        if start.startswith(_GZIP):
            with gzip.open(path) as unpacked:
                start = unpacked.read(_LOOKED_AT)
    except (OSError, EOFError, zlib.error):
        return False
    return _BEGINS.match(start) is not None


class JsonRecords:
    """The records of a JSON file; `envelope` holds what stands beside them, such as a page number."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        packed = path.read_bytes() if path.stat().st_size <= MOST_UNPACKED else _too_much(path.name)
        self._sha256 = hashlib.sha256(packed).hexdigest()
        gzipped = packed.startswith(_GZIP)
        self.format = "gzipped JSON" if gzipped else "JSON"
        text = _unpacked(path) if gzipped else packed
        records, self.envelope = _split(self.name, parsed(self.name, text, what="JSON", as_written=True))
        if len(records) > MOST_RECORDS:
            _too_much(self.name)
        self._names = _names(self.name, records)
        self._records = records

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return self.path.stat().st_size

    def first_rows(self, count: int) -> list[list[str]]:
        """Return the names, then up to `count` - 1 records as text."""
        rows = [
            [_text(record.get(name)) or "" for name in self._names] for record in self._records[: max(count - 1, 0)]
        ]
        return [list(self._names), *rows][:count]

    def batches(self, columns: Mapping[str, int], width: int, skip: int) -> Iterator[Batch]:
        """Yield the chosen columns (see `Opened.batches`); the names count as the first row."""
        del width
        names = [self._names[position] for position in columns.values()]
        for start in range(max(skip - 1, 0), len(self._records), _ROWS_A_BATCH):
            block = self._records[start : start + _ROWS_A_BATCH]
            texts = [pa.array([_text(record.get(name)) for record in block], pa.string()) for name in names]
            numbers = np.arange(start + 2, start + 2 + len(block))
            batch = pa.RecordBatch.from_arrays(texts, names=list(columns))
            yield Batch(numbers, batch, None, start + len(block), len(self._records))

    def sha256(self) -> str:
        """Return the SHA-256 of the file's bytes."""
        return self._sha256


def _too_much(name: str) -> NoReturn:
    raise FileRefused(
        f"{name} holds more JSON than is read at once ({MOST_UNPACKED >> 20} MB, {MOST_RECORDS:,} records).",
        remedy="Ask the source for fewer years or countries, or take its CSV.",
    )


def _unpacked(path: Path) -> bytes:
    size = path.stat().st_size
    pieces, count = [], 0
    try:
        with gzip.open(path) as file:
            while piece := file.read(_PIECE):
                pieces.append(piece)
                count += len(piece)
                if count > MOST_UNPACKED or (count > _RATIO_FROM and count > MOST_RATIO * size):
                    raise FileRefused(
                        f"{path.name} unpacks to far more than it holds.", remedy="Unpack it and look at it first."
                    )
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefused(f"{path.name} is cut off or damaged.", remedy="Download it again.") from error
    return b"".join(pieces)


def _split(name: str, value: object) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return the records, and what stands beside them as text."""
    if isinstance(value, list):
        return _objects(name, value), {}
    if not isinstance(value, dict):
        raise FileRefused(f"{name} holds one value, not records.", remedy="Give a list of records.")
    failed = next((key for key in _FAILED if value.get(key) is False), None)
    if failed:
        said = next((_text(value[key]) for key in _MESSAGES if value.get(key)), None) or "no reason"
        raise FileRefused(
            f"{name} is the answer to a request that failed ({failed} is false): {said[:200]}.", remedy="Ask again."
        )
    lists = {key: item for key, item in value.items() if isinstance(item, list) and _are_objects(item)}
    if len(lists) != 1:
        shown = ", ".join(list(value)[:8])
        raise FileRefused(
            f"{name} has {len(lists)} lists of records beside each other, not one: its names are {shown}.",
            remedy="Give the source's answer as it came, one page a file.",
        )
    ((key, records),) = lists.items()
    beside = {other: _text(item) or "" for other, item in value.items() if other != key}
    return _objects(name, records), beside


def _are_objects(items: list[Any]) -> bool:
    return bool(items) and all(isinstance(item, dict) for item in items)


def _objects(name: str, items: list[Any]) -> list[dict[str, Any]]:
    if not items:
        raise FileRefused(f"{name} holds no record.", remedy="Ask the source again, with other limits.")
    if not _are_objects(items):
        raise FileRefused(f"{name} is a list of values, not of records with names.", remedy="Give a list of objects.")
    return items


def _names(name: str, records: list[dict[str, Any]]) -> list[str]:
    names = list(dict.fromkeys(key for record in records for key in record))
    if len(names) > MOST_NAMES:
        raise FileRefused(
            f"{name} has records of {len(names):,} different names.", remedy="Give records of one kind in a file."
        )
    return names


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
