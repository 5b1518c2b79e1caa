"""Parquet files as tables of text: values are cast by Arrow, row by row group, whatever their type was."""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.readers.opened import Batch
from geo.errors import FileRefused

MOST_ROWS: Final = 50_000_000
"""Rows that a file may hold: a few bytes can repeat one value without end."""
MOST_UNPACKED: Final = 8 << 30
"""Bytes that its columns may unpack to, as it states itself."""
_ROWS_A_BATCH: Final = 100_000


class Parquet:
    """A Parquet file: its column names are the first row, its values are text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.format = "Parquet"
        try:
            # Nothing is mapped: a file that shrinks while it is read must give an error, not a crash.
            self._file = pq.ParquetFile(path, memory_map=False)
            held = self._file.metadata
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(self.name, error) from error
        unpacked = sum(held.row_group(n).total_byte_size for n in range(held.num_row_groups))
        if held.num_rows > MOST_ROWS or unpacked > MOST_UNPACKED:
            raise FileRefused(
                f"{self.name} says that it holds {held.num_rows:,} rows and {unpacked:,} bytes: too many to read.",
                remedy=f"Split it into files of at most {MOST_ROWS:,} rows.",
            )
        self._names = self._file.schema_arrow.names

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return self.path.stat().st_size

    def first_rows(self, count: int) -> list[list[str]]:
        """Return the column names, then up to `count` - 1 rows of text."""
        rows = [list(self._names)]
        try:
            found = self._file.iter_batches(batch_size=max(count - 1, 1))
            for batch in islice(found, 1 if count > 1 else 0):
                texts = [[text or "" for text in _text(column).to_pylist()] for column in batch.slice(0, count).columns]
                rows += [list(row) for row in zip(*texts, strict=True)][: count - 1]
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(self.name, error) from error
        return rows

    def batches(self, columns: Mapping[str, int], width: int, skip: int) -> Iterator[Batch]:
        """Yield the chosen columns (see `Opened.batches`); the column names count as the first row."""
        del width
        names = [self._names[position] for position in columns.values()]
        row, held = 1, self._file.metadata.num_rows
        try:
            for batch in self._file.iter_batches(batch_size=_ROWS_A_BATCH, columns=list(dict.fromkeys(names))):
                numbers = np.arange(row + 1, row + 1 + batch.num_rows)
                row += batch.num_rows
                texts = [_text(batch.column(name)) for name in names]
                begin = min(max(skip - int(numbers[0]) + 1, 0), batch.num_rows) if batch.num_rows else 0
                texted = pa.RecordBatch.from_arrays(texts, names=list(columns)).slice(begin)
                yield Batch(numbers[begin:], texted, None, row - 1, held)
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(self.name, error) from error

    def sha256(self) -> str:
        """Return the SHA-256 of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _text(values: pa.Array) -> pa.Array:
    """Return values as text, missing where they are missing, empty or not a number."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        values = values.dictionary_decode()
        kind = values.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        # A geometry or a list: no column that is read is one, but the first rows show every column.
        return pa.array([None if value is None else str(value)[:200] for value in values.to_pylist()], pa.string())
    if pa.types.is_timestamp(kind):
        texts = pc.strftime(values.cast(pa.timestamp("s"), safe=False), format="%Y-%m-%d %H:%M:%S")
    else:
        texts = values.cast(pa.string())
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_nan(values), pa.scalar(None, pa.string()), texts)
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts) if pa.types.is_string(kind) else texts


def _unreadable(name: str, error: Exception) -> FileRefused:
    return FileRefused(f"{name} is cut off or damaged: {error}.", remedy="Download it again, or export it as CSV.")
