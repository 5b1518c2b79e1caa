"""Comma, semicolon or tab separated text, plain or gzipped, in UTF-8 or Latin-1, read in a stream of bounded memory."""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import IO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from data.readers.opened import Batch, StartAgain
from data.rejections import SCHEMA, complaint_rows
from geo.errors import FileRefused

MOST_UNPACKED: Final = 8 << 30
"""Bytes that a gzipped file may unpack to; the yearly GED is about 240 MB."""
MOST_RATIO: Final = 200
"""Times that a gzipped file may grow; published files grow about 6 times."""
_RATIO_FROM: Final = 64 << 20
_BLOCK: Final = 1 << 20
"""Bytes that are split at a time: what fits into a processor's cache is split fastest."""
_BLOCKS_A_BATCH: Final = 24
"""Blocks that are handed on as one batch: a check costs less a row where there are many rows."""
_SNIFFED: Final = 1 << 18
_GZIP: Final = b"\x1f\x8b"
_DELIMITERS: Final = ",;\t"


class _Counted(io.RawIOBase):
    """A file that knows how many bytes were read and their SHA-256: hashed by a thread of its own, in the same pass."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._thread = ThreadPoolExecutor(1)
        self._hashed: Future[None] | None = None
        self._seal = hashlib.sha256()
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size) or b""
        self.count += len(piece)
        self._wait()  # one piece at a time, so that none pile up
        self._hashed = self._thread.submit(self._seal.update, piece)
        return piece

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def sha256(self) -> str:
        """Return the SHA-256 of what was read."""
        self._wait()
        return self._seal.hexdigest()

    def _wait(self) -> None:
        if self._hashed is not None:
            self._hashed.result()

    def close(self) -> None:
        self._thread.shutdown()
        self._file.close()
        super().close()


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a gzipped file, refused as soon as they grow out of proportion."""

    def __init__(self, packed: _Counted, name: str) -> None:
        self._packed = packed
        self._name = name
        self._file = gzip.GzipFile(fileobj=io.BufferedReader(packed, 1 << 20), mode="rb")
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.count += len(piece)
        out_of_ratio = self.count > _RATIO_FROM and self.count > MOST_RATIO * self._packed.count
        if self.count > MOST_UNPACKED or out_of_ratio:
            raise FileRefused(
                f"{self._name} unpacks to far more than it holds.", remedy="Unpack it and look at it first."
            )
        return piece


class Delimited:
    """A delimited text file; format, encoding and delimiter are found from its bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        with path.open("rb") as file:
            self._gzipped = file.read(2) == _GZIP
        self.format = "gzipped text" if self._gzipped else "text"
        start = self._start()
        self._encoding = "utf-8"
        try:
            start.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.end < len(start) - 3:  # else a character is cut in two by the end of the sample
                self._encoding = "latin-1"
        self._text = start.decode(self._encoding, errors="ignore").removeprefix("\ufeff")
        first_line = self._text.split("\n", 1)[0]
        self._delimiter = max(_DELIMITERS, key=first_line.count)
        self._sha256 = ""

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return self.path.stat().st_size

    def _start(self) -> bytes:
        try:
            with gzip.open(self.path) if self._gzipped else self.path.open("rb") as file:
                start: bytes = file.read(_SNIFFED)
        except (OSError, EOFError, zlib.error) as error:
            raise _unreadable(self.name, error) from error
        if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            raise FileRefused(f"{self.name} is UTF-16 text.", remedy="Save it as CSV in UTF-8.")
        if b"\0" in start:
            raise FileRefused(f"{self.name} is not text.", remedy="Give a CSV file or an Excel workbook (.xlsx).")
        return start

    def first_rows(self, count: int) -> list[list[str]]:
        """Return up to `count` rows that are not empty, split into fields."""
        rows: list[list[str]] = []
        try:
            for row in csv.reader(io.StringIO(self._text, newline=""), delimiter=self._delimiter):
                if row:
                    rows.append(row)
                if len(rows) == count:
                    break
        except csv.Error as error:
            raise FileRefused(
                f"{self.name} cannot be split into columns: {error}.", remedy="Export it again."
            ) from error
        return rows

    def _lines(self, rows: int) -> int:
        """Return how many lines the first `rows` rows take, with the empty lines before and between them."""
        if not rows:
            return 0
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self._delimiter)
        for row in reader:
            rows -= bool(row)
            if not rows:
                break
        return reader.line_num

    def batches(self, columns: Mapping[str, int], width: int, skip: int) -> Iterator[Batch]:
        """Yield the chosen columns (see `Opened.batches`)."""
        odd: list[tuple[int, int, str]] = []

        def note(row: arrow_csv.InvalidRow) -> str:
            odd.append((row.number or 0, row.actual_columns, row.text))
            return "skip"

        packed = _Counted(self.path)
        names = [f"c{position}" for position in range(width)]
        wanted = [names[position] for position in columns.values()]
        source: IO[bytes] = _Unpacked(packed, self.name) if self._gzipped else packed  # type: ignore[assignment]
        try:
            with packed, self._reader(source, names, wanted, skip, note) as reader:
                yield from self._numbered_batches(reader, columns, odd, width, skip, packed)
                while packed.read(_BLOCK):
                    pass
                self._sha256 = packed.sha256()
        except (pa.ArrowInvalid, EOFError, zlib.error, OSError) as error:
            if "UTF8" in str(error) and self._encoding == "utf-8":
                self._encoding = "latin-1"
                raise StartAgain from error
            raise _unreadable(self.name, error) from error

    def _reader(
        self,
        source: IO[bytes],
        names: list[str],
        wanted: list[str],
        skip: int,
        note: "arrow_csv.InvalidRowHandler",
    ) -> arrow_csv.CSVStreamingReader:
        return arrow_csv.open_csv(
            pa.PythonFile(source, mode="r"),
            read_options=arrow_csv.ReadOptions(
                use_threads=False,  # else rows that cannot be split have no number, and it is hardly faster
                block_size=_BLOCK,
                skip_rows=self._lines(skip),
                column_names=names,
                encoding=self._encoding,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )

    def _numbered_batches(
        self,
        reader: arrow_csv.CSVStreamingReader,
        columns: Mapping[str, int],
        odd: list[tuple[int, int, str]],
        width: int,
        skip: int,
        packed: _Counted,
    ) -> Iterator[Batch]:
        good = told = 0
        while pieces := list(islice(reader, _BLOCKS_A_BATCH)):
            batch = pa.concat_batches(pieces)
            numbers = np.array([number for number, _, _ in odd], dtype=np.int64)
            rows = np.arange(good + skip + 1, good + skip + 1 + batch.num_rows)
            good += batch.num_rows
            rows += np.searchsorted(numbers - np.arange(len(numbers)), rows, side="right")
            malformed = _malformed(odd[told:], width) if len(odd) > told else None
            told = len(odd)
            yield Batch(rows, batch.rename_columns(list(columns)), malformed, packed.count, self.size)
        if len(odd) > told:
            empty = pa.RecordBatch.from_arrays([pa.nulls(0, pa.string())] * len(columns), names=list(columns))
            yield Batch(np.zeros(0, dtype=np.int64), empty, _malformed(odd[told:], width))

    def sha256(self) -> str:
        """Return the SHA-256 of the file's bytes."""
        return self._sha256


def _malformed(odd: list[tuple[int, int, str]], width: int) -> pa.Table:
    numbers, found, texts = zip(*odd, strict=True)
    table = complaint_rows(numbers, "wrong number of fields", "(row)", texts, "")
    look = f"others {width}: look for a stray quote or delimiter."
    remedies = pc.binary_join_element_wise("The row has ", pc.cast(found, pa.string()), f" fields, the {look}", "")
    return table.set_column(table.num_columns - 1, SCHEMA.field("remedy"), remedies)


def _unreadable(name: str, error: Exception) -> FileRefused:
    if isinstance(error, (EOFError, gzip.BadGzipFile, zlib.error)) or "end-of-stream" in str(error):
        return FileRefused(f"{name} is cut off or damaged.", remedy="Download it again.")
    return FileRefused(f"{name} cannot be read: {error}.", remedy="Export it again as CSV in UTF-8.")
